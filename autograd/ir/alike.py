"""When two numbers of two runs count as the same.

Two right rules may be written differently, as 1 - tanh(x)^2 and 1/cosh(x)^2, and then differ by
rounding.  So numbers may differ by a small part of themselves, and by a few roundings of what they
were made from.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np

from autograd.ir.graph import Graph
from autograd.ir.trace import Event

RELATIVE = 1e-9  # in float64
ROUNDINGS = 16


def same(a: Any, b: Any, scale: float = 0.0) -> bool:
    """Whether two values are equal up to rounding; NaN equals NaN.

    Examples
    --------
    >>> same(1.0, 1.0 + 1e-12), same(1.0, 1.0 + 1e-6), same(np.nan, np.nan)
    (True, False, True)
    """
    x, y = np.asarray(a), np.asarray(b)
    if x.shape != y.shape:
        return False
    eps = max(_epsilon(x), _epsilon(y))
    relative = RELATIVE if eps < 1e-15 else min(0.05, 512 * eps)
    with np.errstate(all="ignore"):
        x, y = x.astype(float), y.astype(float)
        allowed = relative * np.maximum(np.abs(x), np.abs(y)) + ROUNDINGS * eps * scale
        near = np.abs(x - y) <= allowed
        return bool(np.all((x == y) | (np.isnan(x) & np.isnan(y)) | (np.isfinite(allowed) & near)))


def _epsilon(x: Any) -> float:
    return float(np.finfo(x.dtype).eps) if x.dtype.kind == "f" else 2.0**-52


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
