"""The replay proof: every number of a trace, computed once more from what its card says.

- A value follows from the values of its inputs, by the forward rule of its operation.
- A contribution follows from the cotangent of its operation, by the recorded rule that a card
  prints (`autograd.ir.rules`); the local gradient by the same rule, from a cotangent of 1.
- The cotangent of an operation is the total that its node has received, and a total is the one
  before plus the contribution.

- Each contribution is added once, and every use of a value that needs a gradient contributes.

The same operations in the same order give the same numbers, so little is allowed for rounding
(`autograd.ir.agreement`).  What is wrong in a primitive of the reader's own shows here: a forward
rule that draws at random, or a rule that depends on something that has changed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

import numpy as np

from autograd.core.messages import one_line, plain
from autograd.core.vjp import fit, has_rule
from autograd.ir.agreement import agree, rule_terms, value_terms
from autograd.ir.cut import given_to, zeros_like
from autograd.ir.evaluate import value_of
from autograd.ir.graph import Graph, Node
from autograd.ir.naming import Names
from autograd.ir.number_format import show
from autograd.ir.numerics import equal, equal_up_to_rounding
from autograd.ir.opened import OpenedScope
from autograd.ir.rules import Rules
from autograd.ir.trace import Event, Trace
from autograd.ir.verdict import EQUAL, Proof

DIGITS = 6  # of numbers that differ
ELEMENTS = 500_000  # of all values together, up to which a proof takes less than a second


class _Different(Exception):
    """A number that is not what its card says."""


class _Replay:
    """Recomputes the events of a trace, one after another."""

    def __init__(self, trace: Trace, rules: Rules) -> None:
        self._graph: Graph = trace.graph
        self._cut = trace.cut
        self._rules = rules
        self._totals: dict[int, Any] = {}
        self.done = 0
        self._made: Event | None = None  # the contribution that is to be added next
        self._missing = dict.fromkeys(_expected(trace.graph))

    def check(self, event: Event) -> None:
        if self._made is not None and event.kind != "accumulate":
            raise _Different("the contribution before it is not added")
        self._missing.pop((event.kind, event.node, event.position), None)
        getattr(self, f"_{event.kind}")(event)
        self.done += 1

    def finish(self) -> None:
        """Refuse a trace that has ended too early."""
        if self._made is not None:
            raise _Different("its contribution is not added")
        for kind, id, _ in self._missing:
            raise _Different(f"after it, the {kind} of node {id} is missing")

    def _forward(self, event: Event) -> None:
        node = self._graph[event.node]
        _same("the value", event.value, node.value)
        if node.primitive is None or node.primitive.name == "checkpoint":
            return  # a leaf is given; a checkpoint has forgotten how its values were made
        given = self._given(node)
        again = value_of(node, given)
        if node.scope and isinstance(node.scope[-1], OpenedScope):
            _compare_opened(event.value, again, given)
        else:
            _compare("the value", event.value, again, node, given)

    def _seed(self, event: Event) -> None:
        self._totals[event.node] = event.value

    def _vjp(self, event: Event) -> None:
        node, position = self._graph[event.node], event.position
        assert position is not None
        given, upstream = self._given(node), event.upstream
        _same("the upstream gradient", upstream, self._totals.get(node.id))
        made = self._by_rule(node, position, upstream, given)
        _compare("the contribution", event.value, made, node, given, position, upstream)
        if event.local is not None and node.primitive is not None:
            ones = np.ones(np.shape(node.value), np.asarray(node.value).dtype)[()]
            local = self._by_rule(node, position, ones, given)
            recorded = fit(event.local, np.asarray(given[position]), node.primitive, position)
            _compare("the local gradient", recorded, local, node, given, position, ones)
        self._made = event

    def _by_rule(self, node: Node, position: int, ct: Any, given: Sequence[Any]) -> Any:
        if (node.id, position) in self._cut:
            return zeros_like(given[position])
        return self._rules.contribution(node, position, ct, given)

    def _accumulate(self, event: Event) -> None:
        before, made = self._totals.get(event.node), self._made
        if made is None or made.input != event.node:
            raise _Different("no contribution to it was made")
        _same("the total before", event.before, before)
        _same("the total", event.value, made.value if before is None else before + made.value)
        self._totals[event.node], self._made = event.value, None

    def _given(self, node: Node) -> list[Any]:
        return given_to(node, [self._graph[i].value for i in node.inputs], self._cut)


def proof(trace: Trace, rules: Rules | None = None) -> Proof:
    """Recompute every number of a trace from what its card says.

    Parameters
    ----------
    trace : Trace
    rules : Rules, optional
        Those that are recorded already; others are added.

    Returns
    -------
    Proof
        Whether all are equal, up to rounding; if not, which event is the first that is not.

    Examples
    --------
    >>> import autograd as ag
    >>> from autograd.ir.proof import proof
    >>> x = ag.tensor(3.0, requires_grad=True, name="x")
    >>> print(proof(ag.trace(ag.exp(x) * x)))
    every step recomputed: equal
    """
    replay = _Replay(trace, Rules() if rules is None else rules)
    try:
        with np.errstate(all="ignore"):
            for event in trace:
                replay.check(event)
            replay.finish()
    except _Different as found:
        what = str(found)
    except Exception as error:  # of a rule of the reader's own
        what = f"it cannot be recomputed: {one_line(error, 200, str)}"
    else:
        return Proof(True, EQUAL, None, len(trace))
    index = min(replay.done, len(trace) - 1)
    return Proof(False, _said(trace, index, what), index, index + 1)


def verdict_of(trace: Trace) -> str:
    """Return the verdict for a reader, or nothing where recomputing everything would take long.

    Examples
    --------
    >>> import autograd as ag
    >>> from autograd.ir.proof import verdict_of
    >>> verdict_of(ag.trace(ag.tensor(3.0, requires_grad=True) * 2.0))
    'every step recomputed: equal'
    """
    return proof(trace).verdict if is_short(trace) else ""


def is_short(trace: Trace) -> bool:
    """Whether a trace is recomputed in no time."""
    return sum(np.size(node.value) for node in trace.graph) <= ELEMENTS


def _expected(graph: Graph) -> Iterator[tuple[str, int, int | None]]:
    """Yield the events that a whole trace has, but accumulations: kind, node and position."""
    yield from (("forward", node.id, None) for node in graph if not node.constant)
    yield "seed", graph.outputs[0], None
    reached = {graph.outputs[0]}
    for node in reversed(graph.nodes):
        if node.id not in reached or node.primitive is None:
            continue
        for position, i in enumerate(node.inputs):
            if graph[i].requires_grad and has_rule(node.primitive, position):
                reached.add(i)
                yield "vjp", node.id, position


def _same(what: str, recorded: Any, again: Any) -> None:
    """Refuse a number that is not the same as one that is known."""
    if recorded is not again and (recorded is None or again is None or not equal(recorded, again)):
        raise _Different(f"{what} is {_shown(recorded)}, recomputed {_shown(again)}")


def _compare(
    what: str,
    recorded: Any,
    again: Any,
    node: Node,
    given: Sequence[Any],
    position: int | None = None,
    ct: Any = None,
) -> None:
    """Refuse a value, or a contribution to an input, that does not agree with the recomputed."""
    terms = partial(value_terms, node, given)
    if position is not None:
        terms = partial(rule_terms, node, position, ct, given)
    if not agree(recorded, again, terms):
        raise _Different(f"{what} is {_shown(recorded)}, recomputed {_shown(again)}")


def _compare_opened(recorded: Any, again: Any, given: Sequence[Any]) -> None:
    """Refuse the value of a gate; the last one of an opened operation has that operation's."""
    size = max((float(np.max(np.abs(x), initial=0.0)) for x in given), default=0.0)
    if not equal_up_to_rounding(recorded, again, size):
        raise _Different(f"the value is {_shown(recorded)}, recomputed {_shown(again)}")


def _shown(value: Any) -> str:
    return "nothing" if value is None else show(value, DIGITS)


def _said(trace: Trace, index: int, what: str) -> str:
    """Name the first event that differs: its number, its operation and its nodes."""
    event, graph = trace.events[index], trace.graph
    names = Names(graph, DIGITS)
    node = graph[event.node]
    by = f" by {node.primitive.name}" if node.primitive and event.kind != "accumulate" else ""
    target = names[event.node] if event.input is None else names.gradient(event.input)
    return plain(f"event {index + 1} of {len(trace)}, {event.kind} of {target}{by}: {what}")


Trace.proof = proof  # type: ignore[method-assign,assignment]
