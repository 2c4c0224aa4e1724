"""Spot: your rule beside the right one, step by step, up to the first step that differs.

Both functions compute the same scalar from the same numbers.  Their traces are walked side by side;
the first event whose number differs is where the mistake is, because everything before it agreed.
How the two numbers differ often shows which mistake it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from html import escape
from itertools import zip_longest
from typing import Any

import numpy as np

from autograd.core.messages import plain
from autograd.core.tensor import ArrayLike
from autograd.core.vjp import rule_result
from autograd.errors import GradientError
from autograd.ir.evaluate import value_of
from autograd.ir.naming import Names
from autograd.ir.number_format import show
from autograd.ir.numerics import equal_up_to_rounding
from autograd.ir.trace import Event, Trace
from autograd.lessons import hints
from autograd.lessons.alike import Scales, largest, paired
from autograd.lessons.runs import Function, Rules, Run, of_functions, with_other_rules
from autograd.viz.drawing.pipeline import draw
from autograd.viz.model.cards import Cards


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Spot:
    """Where two runs differ first; true if they do.

    Attributes
    ----------
    mine, right : Trace
        The two runs; that of ``mine`` ends where a rule failed.
    index : int or None
        The first event that differs, in ``right.events``; None if there is none, or if the two have
        other operations, so that events cannot be paired.
    events : tuple of (Event or None, Event or None)
        That event of both; None where there is none.
    same : int
        How many events before it are equal.
    paired : bool
        Whether the events could be paired.
    what : str
        What differs first, in words; empty if nothing does.
    values : tuple
        The two numbers; None where there is none.
    hint : str
        What the mistake may be.
    failure : str
        The message of a rule that failed.

    Examples
    --------
    >>> import autograd as ag
    >>> found = ag.lessons.spot(
    ...     lambda x: ag.exp(x * 2.0), 0.5, rules={"exp": (lambda ct, out, x: ct,)}
    ... )
    >>> print(found)
    Event 5 of 8 differs; the 4 before it are the same.
    Yours
      Step 1 of 2   exp   f = exp(a),  a = 1.00
        df/da += [df/da] x [df/df] = [1.00] x [1.00] = 1.00
    Right
      Step 1 of 2   exp   f = exp(a),  a = 1.00
        df/da += [df/da = f] x [df/df] = [2.72] x [1.00] = 2.72
    Hint: the local gradient is missing: your rule hands on the upstream gradient alone
    >>> bool(found), found.index
    (True, 4)
    """

    mine: Trace
    right: Trace
    index: int | None = None
    events: tuple[Event | None, Event | None] = (None, None)
    same: int = 0
    paired: bool = True
    what: str = ""
    values: tuple[Any, Any] = (None, None)
    hint: str = ""
    failure: str = ""

    def __bool__(self) -> bool:
        return bool(self.what)

    def __repr__(self) -> str:
        return f"Spot({self.what or 'no difference'})"

    def _repr_html_(self) -> str:
        """Show the student's run as a page, at the first step that differs."""
        at = -1 if self.index is None else min(self.index, len(self.mine) - 1)
        drawing = draw(self.mine, at=at)
        player = drawing.player(beside=self._beside())
        return player._repr_html_() if player else f"<pre>{escape(str(self))}</pre>"

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        return {"text/html": self._repr_html_(), "text/plain": str(self)}

    def _beside(self) -> dict[str, Any]:
        """Return what the page says of both runs."""
        if self.index is None or self.index >= len(self.mine):
            return {"index": None, "verdict": str(self)}
        mine, right = _two_cards(self)
        said = {"index": self.index, "verdict": _counted(self), "hint": self.hint}
        return {**said, "mine": mine, "right": right}

    def __str__(self) -> str:
        if self.index is not None:
            return "\n".join(_cards(self))
        if self.paired:
            return f"No difference in {self.same} events: the rules agree at these numbers."
        head = (
            f"Your function has other operations ({_operations(self.mine)} instead of "
            f"{_operations(self.right)}), so its steps cannot be paired."
        )
        if not self:
            return f"{head}\nThe output and all gradients that both have are the same."
        digits = _digits(self.values)
        yours, right = ("none" if v is None else show(v, digits) for v in self.values)
        lines = [head, f"What differs first is {self.what}: yours {yours}, right {right}"]
        return "\n".join([*lines, f"Hint: {self.hint}"])


def spot(
    mine: Function | Trace, *args: Function | Trace | ArrayLike, rules: Rules | None = None
) -> Spot:
    """Find the first step at which your rule and the right one differ.

    Called as ``spot(mine, right, *args)``, ``spot(trace_of_mine, trace_of_right)`` or
    ``spot(f, *args, rules=...)``.

    Parameters
    ----------
    mine : callable or Trace
        Computes a scalar, with your own primitive in it.
    right : callable or Trace
        Computes the same one with rules that can be trusted.
    *args : numbers and arrays
        Of both functions.  Numbers, lists and floating arrays become leaves, with the names that
        ``right`` gives them; integer and boolean arrays are passed on.
    rules : dict, optional
        Your rules for some operations of one function, by their name, symbol or `Primitive`:
        ``{"*": (rule of x, rule of y)}``.  None instead of a rule leaves that rule as it is.

    Returns
    -------
    Spot
        True if there is a difference.

    Raises
    ------
    GradientError
        If a function does not take these arguments or returns no scalar Tensor that depends on
        them, or if no operation has the name of a rule.
    RuleError
        If there are not as many rules as inputs, or a rule of ``right`` fails.

    Examples
    --------
    >>> import autograd as ag
    >>> @ag.primitive(vjps=(lambda ct, out, x: ct * 2 * x,), name="square")
    ... def mine(x):
    ...     return x * x
    >>> right = ag.primitive(vjps=(lambda ct, out, x: 2 * x * ct,))(lambda x: x**2)
    >>> bool(ag.lessons.spot(mine, right, 3.0))
    False
    """
    if rules is not None:
        return _compared(*with_other_rules(mine, args, rules))
    if not args:
        raise GradientError("spot: give it two functions, or one and rules={'exp': (rule,)}")
    right: Any
    right, *rest = args
    if isinstance(mine, Trace) or isinstance(right, Trace):
        if not (isinstance(mine, Trace) and isinstance(right, Trace)) or rest:
            raise GradientError("spot: give it two traces, or two functions and their arguments")
        return _compared(Run(mine), Run(right))
    return _compared(*of_functions(mine, right, rest))


def _compared(mine: Run, right: Run) -> Spot:
    if paired(mine.trace.graph, right.trace.graph):
        return _walked(mine, right.trace)
    return _by_names(mine, right.trace)


# Event by event


def _walked(run: Run, right: Trace) -> Spot:
    mine = run.trace
    ours, theirs = Scales(mine.graph), Scales(right.graph)
    for index, (a, b) in enumerate(zip_longest(mine.events, right.events)):
        if a is None and run.failure:
            return _failed(run, right, index)
        if a is None or b is None or _key(a) != _key(b):
            return _unpaired(mine, right, index)
        if not equal_up_to_rounding(a.value, b.value, max(ours.of(a), theirs.of(b))):
            return _found(mine, right, index, (a, b), _hint(mine, right, a, b))
    return Spot(mine, right, same=len(right.events))


def _key(event: Event) -> tuple[Any, ...]:
    return (event.kind, event.node, event.input, event.position)


def _found(
    mine: Trace, right: Trace, index: int, events: Any, hint: str, failure: str = ""
) -> Spot:
    a, b = events
    what = _called(right, b) if b is not None else _called(mine, a)
    values = tuple(None if e is None else e.value for e in events)
    return Spot(mine, right, index, events, index, True, what, values, hint, failure)  # type: ignore[arg-type]


def _called(trace: Trace, event: Event) -> str:
    names = Names(trace.graph, 2)
    if event.kind == "forward":
        return f"the value of {names[event.node]}"
    if event.kind == "vjp":
        assert event.input is not None
        return f"what {names[event.node]} hands to {names.gradient(event.input)}"
    return names.gradient(event.node)


def _hint(mine: Trace, right: Trace, a: Event, b: Event) -> str:
    if b.kind == "vjp":
        return hints.of_rule(right, b, a.value)
    if b.kind == "forward":
        return "the values differ already on the way forward; " + hints.of_value(
            a.value, b.value, [], _swapped(right, b)
        )
    return hints.of_value(a.value, b.value, _contributions(right, b.node))


def _swapped(right: Trace, event: Event) -> Any:
    """Return what an operation of two inputs gives if they change places; None if it fails."""
    node = right.graph[event.node]
    if node.primitive is None or len(node.inputs) != 2:
        return None
    try:
        values = [right.graph[i].value for i in reversed(node.inputs)]
        return value_of(node, values)
    except Exception:  # shapes that fit in one order only
        return None


def _contributions(right: Trace, node: int) -> list[Any]:
    return [e.value for e in right if e.kind == "vjp" and e.input == node]


def _unpaired(mine: Trace, right: Trace, index: int) -> Spot:
    """Find the step that one of the runs does not have: a rule that hands nothing on."""
    have = {_key(e) for e in mine}
    missing = [i for i, e in enumerate(right) if i >= index and _key(e) not in have]
    if missing:
        event = right.events[missing[0]]
        hint = "your operation has no rule for this input, so no gradient goes there"
        return _found(mine, right, missing[0], (None, event), hint)
    extra = mine.events[index] if index < len(mine) else None
    hint = "your rule hands a gradient where the right one hands none"
    return _found(mine, right, index, (extra, None), hint)


def _failed(run: Run, right: Trace, index: int) -> Spot:
    event = right.events[index]
    hint = hints.of_failure(right, event, _returned(run.trace, event), run.failure)
    return _found(run.trace, right, index, (None, event), hint, run.failure)


def _returned(mine: Trace, event: Event) -> Any:
    """Run a rule that failed once more, by itself, for what it returned; None if it raises."""
    node = mine.graph[event.node]
    if event.position is None:
        return None
    values = [mine.graph[i].value for i in node.inputs]
    try:
        position, ct = event.position, event.upstream
        assert node.primitive is not None
        returned = np.asarray(
            rule_result(node.primitive, position, ct, node.value, values, node.params)
        )
    except Exception:  # whatever a rule with a mistake in it raises
        return None
    return returned if returned.dtype.kind in "fiub" else None


# Other operations


def _by_names(run: Run, right: Trace) -> Spot:
    """Compare what two runs of different operations both have."""
    found = Spot(run.trace, right, paired=False, failure=run.failure)
    for what, a, b, parts in _shared(run.trace, right):
        if a is None and b is None:
            continue
        if a is None or b is None:
            hint = f"no gradient arrives here in {'your' if a is None else 'the right'} run"
        elif equal_up_to_rounding(a, b, max(map(largest, parts), default=0.0)):
            continue
        else:
            hint = hints.of_value(a, b, parts)
        hint = f"{hint}; a rule failed: {run.failure}" if run.failure else hint
        return replace(found, what=what, values=(a, b), hint=hint)
    if run.failure:
        return replace(found, what="a rule that fails", hint=run.failure)
    return found


def _shared(mine: Trace, right: Trace) -> Iterator[tuple[str, Any, Any, list[Any]]]:
    """Yield the output, the gradients of nodes of one name, and those of leaves, in this order."""
    outputs = [t.graph[t.graph.outputs[0]].value for t in (mine, right)]
    yield "the output", outputs[0], outputs[1], []
    names = Names(right.graph, 2)
    for i, j in _pairs(mine, right):
        a, b = None if i is None else mine.gradient(i), right.gradient(j)
        yield f"the gradient {names.gradient(j)}", a, b, _contributions(right, j)


def _pairs(mine: Trace, right: Trace) -> list[tuple[int | None, int]]:
    """Pair nodes by name, those near the output first, and then the leaves, by name or by order.

    A leaf of the right run that mine does not have gets no gradient there.
    """
    ours, theirs = (
        {n.name: n.id for n in t.graph if n.name is not None and n.requires_grad}
        for t in (mine, right)
    )
    inner: list[tuple[int | None, int]] = []
    leaves: list[tuple[int | None, int]] = []
    for name, j in theirs.items():
        if right.graph[j].primitive is None:
            leaves.append((ours.get(name), j))
        elif name in ours:
            inner.insert(0, (ours[name], j))
    if all(i is None for i, _ in leaves):
        lists = [
            [n.id for n in t.graph if n.primitive is None and n.requires_grad]
            for t in (mine, right)
        ]
        leaves = list(zip(*lists, strict=True)) if len(lists[0]) == len(lists[1]) else []
    return inner + leaves


# In words


def _cards(s: Spot) -> list[str]:
    """Write the step cards of both runs one above the other."""
    lines = [_counted(s)]
    for title, card in zip(("Yours", "Right"), _two_cards(s), strict=True):
        lines += [title, *(f"  {line}" for line in card.splitlines())]
    return [*lines, f"Hint: {s.hint}"]


def _counted(s: Spot) -> str:
    assert s.index is not None
    before = "it is the first" if s.index == 0 else f"the {s.same} before it are the same"
    return f"Event {s.index + 1} of {len(s.right)} differs; {before}."


def _two_cards(s: Spot) -> list[str]:
    """Write the card of the first step that differs, as it is in both runs."""
    digits = _digits(s.values)
    missing = f"fails: {s.failure}" if s.failure else "no such step"
    return [
        Cards(trace, digits).at(trace.events.index(event)) if event else otherwise
        for trace, event, otherwise in (
            (s.mine, s.events[0], missing),
            (s.right, s.events[1], "no such step"),
        )
    ]


def _digits(values: tuple[Any, Any]) -> int:
    """Return with how many digits two numbers differ as texts."""
    if any(v is None for v in values):
        return 2
    return next((d for d in (2, 4, 6, 9, 12) if show(values[0], d) != show(values[1], d)), 16)


def _operations(trace: Trace) -> str:
    return plain(str(sum(n.primitive is not None for n in trace.graph)))
