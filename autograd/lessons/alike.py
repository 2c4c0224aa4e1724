"""When two runs are compared event by event, and how large the numbers are that events come from.

Two right rules may be written differently, and then differ by rounding: see `autograd.ir.numerics`.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np

from autograd.ir.graph import Graph
from autograd.ir.trace import Event


class Scales:
    """The sizes of the numbers that the events of a trace were made from, where they may cancel.

    A gradient may be made of larger numbers than itself, as 1 - tanh(20)^2 is, and what was made
    of it further back then carries the rounding of these.  So sizes are handed on with gradients.
    """

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._gradients: dict[int, float] = defaultdict(float)
        self._contribution = 0.0

    def of(self, event: Event) -> float:
        """Return the size for the next event."""
        node = self._graph[event.node]
        if event.kind == "seed":
            self._gradients[event.node] = largest(event.value)
        if event.kind == "accumulate":
            self._gradients[event.node] += self._contribution
        if event.kind in ("seed", "accumulate"):
            return self._gradients[event.node]
        inputs = max((largest(self._graph[i].value) for i in node.inputs), default=0.0)
        elementwise = node.primitive is not None and node.primitive.elementwise
        if event.kind == "vjp":
            slope = largest(event.local) if elementwise else inputs
            self._contribution = self._gradients[event.node] * max(1.0, slope)
            return self._contribution
        adds = node.primitive is not None and (not elementwise or node.primitive.symbol in "+-")
        return inputs if adds else 0.0


def largest(value: Any) -> float:
    """Return the largest absolute value; 0 of nothing, and where there is none that is finite."""
    if value is None or not np.size(value):
        return 0.0
    size = float(np.max(np.abs(np.asarray(value, dtype=float))))
    return size if np.isfinite(size) else 0.0


def paired(mine: Graph, right: Graph) -> bool:
    """Whether two graphs have the same shape, so that their events belong together one by one."""
    if len(mine) != len(right):
        return False
    return all(
        a.inputs == b.inputs
        and a.constant == b.constant
        and a.requires_grad == b.requires_grad
        and (a.primitive is None) == (b.primitive is None)
        and np.shape(a.value) == np.shape(b.value)
        for a, b in zip(mine, right, strict=True)
    )
