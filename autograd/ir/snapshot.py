"""A snapshot: what is known about a graph at one moment of its trace.

A trace is a list of events.  After the first few of them only some values are known, and no
gradient; at the end everything is.  A drawing writes what its snapshot knows, so that what has not
been computed yet stays blank and is never shown as 0.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from autograd.core.types import Array, Scalar
from autograd.ir.graph import Graph
from autograd.ir.trace import Event, Trace


class Snapshot:
    """What a graph shows after some event.

    Parameters
    ----------
    graph : Graph
    trace : Trace, optional
        Of that graph; without one all values are known and no gradient is.
    at : int, optional
        The index of the last event that has happened; -1 for none, by default all of them.

    Attributes
    ----------
    contributions : dict from (node, position) to array
        What came back along every wire so far.
    totals : dict from node to array
        The gradient of every node so far: the sum of what it received.
    event : Event or None
        The event that is happening now; None when everything has happened, or nothing.
    """

    def __init__(self, graph: Graph, trace: Trace | None = None, at: int | None = None) -> None:
        events = trace.events if trace else ()
        self.graph = graph
        self.event: Event | None = None
        self.contributions: dict[tuple[int, int], Any] = {}
        self.totals: dict[int, Any] = {}
        self.locals: dict[tuple[int, int], Any] = {}
        self._known = {n.id for n in graph if n.constant}
        if trace is None:
            self._known.update(range(len(graph)))
        self._uses = Counter(e.input for e in events if e.kind == "vjp")
        self._rules = Counter(e.node for e in events if e.kind == "vjp")
        self._applied: Counter[int] = Counter()
        self._arrived: Counter[int] = Counter()
        self._vjp: Event | None = None
        for event in events if at is None else events[: at + 1]:
            self.advance(event)
        self._partial = at is not None
        if not self._partial:
            self.event = self._vjp = None

    def advance(self, event: Event) -> None:
        """Add the next event of the trace."""
        self.event = event
        if event.kind != "accumulate":  # which belongs to the rule before it
            self._vjp = event if event.kind == "vjp" else None
        if event.kind == "forward":
            self._known.add(event.node)
        elif event.kind == "vjp":
            assert event.position is not None
            self.contributions[event.node, event.position] = event.value
            self.locals[event.node, event.position] = event.local
            self._applied[event.node] += 1
        else:
            self.totals[event.node] = event.value
            self._arrived[event.node] += event.kind == "accumulate"

    def value(self, node: int) -> Array | Scalar | None:
        """Return the value of a node, or None while it is not known."""
        value: Array | Scalar = self.graph[node].value
        return value if node in self._known else None

    def is_summed(self, node: int) -> bool:
        """Whether several contributions meet at a node, so that their sum is worth showing."""
        return self._uses[node] > 1

    def wire_state(self, node: int, position: int) -> str:
        """Return "lit" if the current event sends a gradient along this wire."""
        vjp = self._vjp
        return "lit" if vjp and (vjp.node, vjp.position) == (node, position) else ""

    def shared_state(self, nodes: Iterable[int]) -> str:
        """Return the state of a box that stands for several nodes."""
        among = {self.state(node) for node in nodes}
        return next((state for state in ("lit", "pending", "done") if state in among), "")

    def state(self, node: int) -> str:
        """Return "lit", "pending", "done" or, where nothing is being stepped through, ""."""
        if not self._partial:
            return ""
        if self.event is not None and node in _lit(self.event, self._vjp):
            return "lit"
        if self.event is None or self.event.kind == "forward":
            return "done" if node in self._known else "pending"
        if not self._rules[node] and not self._uses[node]:
            return ""  # no gradient ever comes here
        applied = self._applied[node] == self._rules[node]
        return "done" if applied and self._arrived[node] == self._uses[node] else "pending"


def _lit(event: Event, vjp: Event | None) -> tuple[int, ...]:
    if event.kind == "accumulate" and vjp is not None:
        return (vjp.node, event.node)
    return (event.node,)
