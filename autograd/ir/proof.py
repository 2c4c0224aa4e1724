"""The replay proof: every number of a trace, computed once more from what its card says.

- A value follows from the values of its inputs, by the forward rule of its operation.
- A contribution follows from the cotangent of its operation, by the recorded rule that a card
  prints (`autograd.ir.rules`); the local gradient by the same rule, from a cotangent of 1.
- The cotangent of an operation is the total that its node has received, and a total is the one
  before plus the contribution.

The numbers must be equal up to rounding.  What is wrong in a primitive of the reader's own shows
here: a forward rule that draws at random, or a rule that depends on something that has changed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd.core.messages import one_line, plain
from autograd.core.vjp import fit
from autograd.ir.cut import given_to, zeros_like
from autograd.ir.evaluate import value_of
from autograd.ir.graph import Graph, Node
from autograd.ir.naming import Names
from autograd.ir.number_format import show
from autograd.ir.numerics import equal_up_to_rounding
from autograd.ir.rules import Rules
from autograd.ir.trace import Event, Trace
from autograd.ir.verdict import EQUAL, Proof

DIGITS = 6  # of numbers that differ
ELEMENTS = 500_000  # of all values together, up to which a proof takes less than a second


class _Different(Exception):
    """A number that is not what its card says."""


class _Replay:
    """Recomputes the events of a trace, one after another."""

    def __init__(self, trace: Trace) -> None:
        self._graph: Graph = trace.graph
        self._cut = trace.cut
        self._rules = Rules()
        self._totals: dict[int, Any] = {}
        self._contribution: Any = None
        self._by_kind = {
            "forward": self._forward,
            "seed": self._seed,
            "vjp": self._vjp,
            "accumulate": self._accumulate,
        }

    def check(self, event: Event) -> None:
        self._by_kind[event.kind](event)

    def _forward(self, event: Event) -> None:
        node = self._graph[event.node]
        if node.primitive is None or node.primitive.name == "checkpoint":
            return  # a leaf is given; a checkpoint has forgotten how its values were made
        given = self._given(node)
        _compare("the value", event.value, value_of(node, given), given)

    def _seed(self, event: Event) -> None:
        self._totals[event.node] = event.value

    def _vjp(self, event: Event) -> None:
        node, position = self._graph[event.node], event.position
        assert position is not None
        given, upstream = self._given(node), event.upstream
        _compare("the upstream gradient", upstream, self._totals.get(node.id), ())
        made = self._by_rule(node, position, upstream, given)
        _compare("the contribution", event.value, made, (upstream, *given))
        if event.local is not None and node.primitive is not None:
            ones = np.ones(np.shape(node.value), np.asarray(node.value).dtype)[()]
            local = self._by_rule(node, position, ones, given)
            recorded = fit(event.local, np.asarray(given[position]), node.primitive, position)
            _compare("the local gradient", recorded, local, given)
        self._contribution = event.value

    def _by_rule(self, node: Node, position: int, ct: Any, given: Sequence[Any]) -> Any:
        if (node.id, position) in self._cut:
            return zeros_like(given[position])
        return self._rules.contribution(node, position, ct, given)

    def _accumulate(self, event: Event) -> None:
        before = self._totals.get(event.node)
        added = self._contribution
        total = added if before is None else before + added
        _compare("the total", event.value, total, (added,))
        self._totals[event.node] = event.value

    def _given(self, node: Node) -> list[Any]:
        return given_to(node, [self._graph[i].value for i in node.inputs], self._cut)


def proof(trace: Trace) -> Proof:
    """Recompute every number of a trace from what its card says.

    Parameters
    ----------
    trace : Trace

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
    replay = _Replay(trace)
    with np.errstate(all="ignore"):
        for index, event in enumerate(trace):
            try:
                replay.check(event)
            except _Different as found:
                return Proof(False, _said(trace, index, str(found)), index, index + 1)
            except Exception as error:  # of a rule of the reader's own
                what = f"it cannot be recomputed: {one_line(error, 200, str)}"
                return Proof(False, _said(trace, index, what), index, index + 1)
    return Proof(True, EQUAL, None, len(trace))


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


def _compare(what: str, recorded: Any, again: Any, given: Sequence[Any]) -> None:
    """Refuse a number that is not equal to the recomputed one, up to rounding."""
    if recorded is again or (np.ndim(recorded) == 0 and recorded == again):
        return
    size = max((float(np.max(np.abs(x), initial=0.0)) for x in given), default=0.0)
    if again is None or not equal_up_to_rounding(recorded, again, size):
        raise _Different(f"{what} is {_shown(recorded)}, recomputed {_shown(again)}")


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
