"""Runs: two computations of the same scalar from the same numbers, recorded.

The one that is being checked may have a rule that fails.  Then its trace holds the events up to
there, and the run says how it failed.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from autograd.core.backward import as_cotangent
from autograd.core.define import PrimitiveFunction, record_of
from autograd.core.messages import check_callable, counted, one_line, plain, suggestion
from autograd.core.primitive import Primitive, Rule
from autograd.core.tensor import ArrayLike, Tensor
from autograd.core.values import as_value, is_weak
from autograd.errors import GradientError, RuleError
from autograd.ir.argument_names import argument_names
from autograd.ir.graph import Graph, graph
from autograd.ir.opened import BY_DEFAULT, Open, opened
from autograd.ir.trace import Event, Trace, iter_events
from autograd.lessons.rebuild import rebuilt

Function: TypeAlias = Callable[..., Tensor]
Rules: TypeAlias = Mapping[str | Primitive | PrimitiveFunction, Rule | Sequence[Rule | None] | None]


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """A trace, as far as it got, and what stopped it; nothing if it is complete."""

    trace: Trace
    failure: str = ""


def of_functions(mine: Function, right: Function, args: Sequence[Any]) -> tuple[Run, Run]:
    """Run two functions on leaves of the same values."""
    for f in (mine, right):
        check_callable("spot", f)
    _names_of(mine, args, "mine")
    names = _names_of(right, args, "right")
    return _run(mine, names, args, "mine", trusted=False), _run(right, names, args, "right")


def _run(
    f: Function,
    names: list[str],
    args: Sequence[Any],
    which: str,
    trusted: bool = True,
    open: Open = None,
) -> Run:
    return recorded(_checked(f(*_leaves(names, args)), which), trusted, open=open)


def with_other_rules(f: Function | Trace, args: Sequence[Any], rules: Rules) -> tuple[Run, Run]:
    """Run a function, or take its trace, and run the same operations with other rules."""
    if isinstance(f, Trace):
        right = Run(f)
    else:
        check_callable("spot", f)
        names = _names_of(f, args, "the function")
        right = _run(f, names, args, "the function", open=_opening(rules))
    others = _replacements(right.trace.graph, rules)
    seed = next(e.value for e in right.trace if e.kind == "seed")
    return recorded(rebuilt(right.trace.graph, others=others), seed=seed, open=False), right


def _opening(rules: Rules) -> Open:
    """Leave operations whole if one that is drawn as its gates has another rule."""
    names = {name for p in BY_DEFAULT for name in (p.name, p.symbol)}
    given = rules if isinstance(rules, Mapping) else ()
    return False if any(r in names or record_of(r) in BY_DEFAULT for r in given) else None


def recorded(
    output: Tensor, trusted: bool = False, seed: ArrayLike | None = None, open: Open = None
) -> Run:
    """Record a trace; if it is not trusted, up to where a rule fails."""
    record, output = opened(graph(output), open, "spot")
    events: list[Event] = []
    failure = ""
    with np.errstate(all="ignore"):
        start = as_cotangent(seed, output, "spot")
        try:
            events.extend(iter_events(output, start, record))
        except Exception as error:  # whatever a rule with a mistake in it raises
            if trusted:
                raise
            kind = "" if isinstance(error, RuleError) else f"{type(error).__name__}: "
            failure = kind + plain(one_line(error, 200, str))
    return Run(Trace(record, tuple(events)), failure)


def _names_of(f: Callable[..., Any], args: Sequence[Any], which: str) -> list[str]:
    """Name the arguments as the function does, and refuse a number of them that it cannot take."""
    try:
        signature = inspect.signature(f)
    except (TypeError, ValueError):
        return [f"x{i}" for i in range(len(args))]
    try:
        bound = signature.bind(*args)
    except TypeError as error:
        reason = one_line(error, 200, str)
        raise GradientError(
            f"spot: {which} cannot be called with {counted(len(args), 'argument')}: {reason}"
        ) from None
    return argument_names(bound, "{}{}")


def _leaves(names: list[str], args: Sequence[Any]) -> list[Any]:
    """Make leaves of numbers, lists and arrays of floats; whole arrays, as of labels, stay."""
    made = [_leaf(name, x) for name, x in zip(names, args, strict=True)]
    if not any(isinstance(x, Tensor) for x in made):
        raise GradientError("spot: no argument is a number to differentiate by; give it one")
    return made


def _leaf(name: str, x: Any) -> Any:
    given = x.data if isinstance(x, Tensor) else x
    if isinstance(given, (np.ndarray, np.generic)) and given.dtype.kind in "iub":
        return given
    weak = isinstance(given, (list, tuple)) or is_weak(given)
    value = as_value(given, f"spot: argument {name}", float if weak else None, copy=True)
    return Tensor(value, requires_grad=True, name=name)


def _checked(output: object, which: str) -> Tensor:
    if not isinstance(output, Tensor):
        raise GradientError(
            f"spot: {which} returned {type(output).__name__}, not a Tensor; compute with its "
            "arguments in operations of ag or NumPy"
        )
    if not output.requires_grad:
        raise GradientError(
            f"spot: what {which} returned does not depend on its arguments; use them"
        )
    if output.size != 1:
        raise GradientError(
            f"spot: {which} returned shape {output.shape}; reduce it to a number, as with .sum()"
        )
    return output


def _replacements(record: Graph, rules: Rules) -> dict[Primitive, Primitive]:
    """Return for each primitive that has other rules a copy with these."""
    if not isinstance(rules, Mapping) or not rules:
        raise GradientError(
            "spot: rules must be a dict from operations to their rules, as in "
            "rules={'exp': (lambda ct, out, x: ct * out,)}"
        )
    used = {n.primitive: None for n in record if n.primitive is not None}
    others = {}
    for operation, given in rules.items():
        found = [p for p in used if record_of(operation) is p or operation in (p.name, p.symbol)]
        if not found:
            known = [p.name for p in used]
            hint = suggestion(operation, known) or f"; there are {', '.join(known)}"
            shown = one_line(operation)
            raise GradientError(
                f"spot: no operation {plain(shown)} in this graph{plain(one_line(hint, 200, str))}"
            )
        for p in found:
            others[p] = p.with_rules(_complete(p, given))
    return others


def _complete(p: Primitive, given: Any) -> Any:
    """Return rules for all inputs; where None is given, the rule of the primitive stays."""
    if not isinstance(p.vjps, tuple):
        if callable(given):
            return given
        raise RuleError(f"spot: {p.name} has a joint rule; give a single function of its kind")
    rules = (given,) if callable(given) else given
    if not isinstance(rules, (tuple, list)) or len(rules) != len(p.vjps):
        raise RuleError(
            f"spot: {p.name} has {counted(len(p.vjps), 'input')}; give a tuple with a rule for each"
        )
    if not all(rule is None or callable(rule) for rule in rules):
        raise RuleError(f"spot: a rule of {p.name} is not a function; write lambda ct, out, x: ...")
    return tuple(old if new is None else new for old, new in zip(p.vjps, rules, strict=True))
