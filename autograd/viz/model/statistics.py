"""What was measured in an architecture: sizes of values and gradients, by box, weight and layer.

The size of an array is its root mean square.  What a trace has not computed is None.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from autograd.ir.graph import Graph
from autograd.ir.trace import Trace
from autograd.viz.model.architecture import Architecture, Box, Weight
from autograd.viz.model.times import NO_TIME, Times, times_of, total

BINS = 16
PART = 2**13  # elements that are widened together: too few for BLAS to start threads
SMALLEST = 1e-200  # a sum of squares above it has lost nothing to underflow


@dataclass(frozen=True, slots=True)
class Numbers:
    """What a box shows: of the value that leaves it, of the gradient by that, and of its inside.

    Attributes
    ----------
    rms, gradient : float or None
        Sizes of the value and of its gradient.
    zeros : float or None
        The share of exact zeros in the value.
    histogram, gradient_histogram : tuple of int or None
        Counts in 16 equal bins from the least to the largest element; None for a pill.
    bytes : int
        Of the values made inside, which the backward pass may read.
    forward_ms, backward_ms : float or None
    """

    rms: float | None = None
    gradient: float | None = None
    zeros: float | None = None
    histogram: tuple[int, ...] | None = None
    gradient_histogram: tuple[int, ...] | None = None
    bytes: int = 0
    forward_ms: float | None = None
    backward_ms: float | None = None


@dataclass(frozen=True, slots=True)
class WeightNumbers:
    """Sizes of a weight and its gradient, and the gradient's norm over the weight's."""

    rms: float | None = None
    gradient: float | None = None
    ratio: float | None = None


@dataclass(frozen=True, slots=True)
class ProfilePoint:
    """A layer with weights: rms(dL/dy) of its output y, and |dW| / |W| of all its weights."""

    box: int
    gradient: float | None
    ratio: float | None


@dataclass(frozen=True, slots=True)
class Statistics:
    """The numbers of an architecture.

    Attributes
    ----------
    boxes : dict from int to Numbers
    weights : dict from (box, name) to WeightNumbers
    profile : tuple of ProfilePoint
        In layer order.
    edges : dict from (operation, position) to float
        Sizes of the contributions to gradients that came back along edges.
    """

    boxes: dict[int, Numbers] = field(default_factory=dict)
    weights: dict[tuple[int, str], WeightNumbers] = field(default_factory=dict)
    profile: tuple[ProfilePoint, ...] = ()
    edges: dict[tuple[int, int], float | None] = field(default_factory=dict)

    @property
    def median(self) -> float | None:
        """The middle one of the layers' gradients; None without any."""
        found = sorted(g for p in self.profile if (g := p.gradient) and np.isfinite(g))
        return found[(len(found) - 1) // 2] if found else None

    @property
    def worst(self) -> ProfilePoint | None:
        """The layer whose gradient is furthest from the median, or zero, or not finite."""
        known = [p for p in self.profile if p.gradient is not None]
        return max(known, key=self.distance, default=None)

    def distance(self, point: ProfilePoint) -> float:
        """Return how many decades a layer's gradient is from the median."""
        gradient, middle = point.gradient, self.median
        if not gradient or not np.isfinite(gradient) or not middle:
            return np.inf
        return abs(float(np.log10(gradient / middle)))


def statistics(
    architecture: Architecture, graph: Graph, trace: Trace | None = None, times: bool = False
) -> Statistics:
    """Measure a graph, and its gradients if it has a trace.

    Parameters
    ----------
    architecture : Architecture
        Of this graph.
    graph : Graph
    trace : Trace, optional
    times : bool
        Whether to run every operation once more and measure how long it takes.
    """
    gradients = _gradients(trace)
    clock = times_of(graph, trace) if times else None
    values = _Cache({n.id: n.value for n in graph})
    totals = _Cache(gradients)
    boxes = {b.id: _numbers(b, graph, values, totals, clock) for b in architecture.boxes}
    used = {weight.node for box in architecture.boxes for weight in box.weights}
    norms = {id: _norms(graph[id].value, gradients.get(id)) for id in used}
    weights = {
        (box.id, weight.name): _weight(weight, *norms[weight.node])
        for box in architecture.boxes
        for weight in box.weights
    }
    profile = tuple(
        ProfilePoint(b.id, boxes[b.id].gradient, _ratio(norms[w.node] for w in b.weights))
        for b in layers(architecture)
    )
    return Statistics(boxes, weights, profile, _contributions(graph, trace))


def layers(architecture: Architecture) -> list[Box]:
    """Return the boxes with weights of their own: matrices and kernels, or else any."""
    weighted = [box for box in architecture.boxes if box.weights]
    return [b for b in weighted if any(len(w.shape) > 1 for w in b.weights)] or weighted


def rms(value: Any) -> float | None:
    """Return the root mean square of an array; None of an empty one, or of None.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd.viz.model.statistics import rms
    >>> rms(np.full(4, 1e-200))
    1e-200
    """
    if value is None or not np.size(value):
        return None
    return norm(value) / math.sqrt(np.size(value))


def norm(value: Any) -> float:
    """Return the root of the sum of squares, computed in float64; no square over- or underflows."""
    flat = np.ravel(np.asarray(value))
    with np.errstate(all="ignore"):
        total = _sum_of_squares(flat)
        if SMALLEST < total < np.inf:
            return math.sqrt(total)
        largest = float(np.max(np.abs(flat), initial=0.0))
        if largest == 0 or not np.isfinite(largest):
            return largest
        return largest * math.sqrt(_sum_of_squares(flat.astype(float, copy=False) / largest))


def _sum_of_squares(flat: np.ndarray) -> float:
    """Add up squares in float64, in parts that stay in the cache while they are widened."""
    parts = (flat[i : i + PART].astype(float, copy=False) for i in range(0, flat.size, PART))
    return sum(float(part @ part) for part in parts)


def _gradients(trace: Trace | None) -> dict[int, Any]:
    """Return the final gradient of every node that gets one."""
    events = trace.events if trace else ()
    return {e.node: e.value for e in events if e.kind in ("seed", "accumulate")}


def _contributions(graph: Graph, trace: Trace | None) -> dict[tuple[int, int], float | None]:
    """Return the sizes of what came back along the uses of values, but not of weights."""
    return {
        (e.node, e.position): rms(e.value)
        for e in (trace.events if trace else ())
        if e.input is not None and e.position is not None and not graph[e.input].learned
    }


class _Cache:
    """What was measured of each node, since several boxes may have the same output."""

    def __init__(self, arrays: Mapping[int, Any]) -> None:
        self.arrays = arrays
        self._found: dict[int, tuple[float | None, tuple[int, ...] | None]] = {}

    def __call__(self, id: int) -> tuple[float | None, tuple[int, ...] | None]:
        if id not in self._found:
            array = self.arrays.get(id)
            self._found[id] = (rms(array), histogram(array))
        return self._found[id]


def histogram(value: Any) -> tuple[int, ...] | None:
    """Count the finite elements of an array in equal bins; None without any."""
    if value is None:
        return None
    flat = np.ravel(np.asarray(value))
    finite = flat[np.isfinite(flat)].astype(float, copy=False)
    if finite.size < 2:
        return None
    low, high = float(finite.min()), float(finite.max())
    if not high > low or not np.isfinite(high - low):
        return None
    place = ((finite - low) / (high - low) * BINS).astype(int).clip(0, BINS - 1)
    return tuple(np.bincount(place, minlength=BINS).tolist())


def _numbers(
    box: Box, graph: Graph, values: _Cache, totals: _Cache, clock: Times | None
) -> Numbers:
    value = graph[box.output].value
    spent = [clock.get(i, NO_TIME) for i in box.nodes] if clock is not None else []
    return Numbers(
        rms=values(box.output)[0],
        gradient=totals(box.output)[0],
        zeros=float(np.mean(np.asarray(value) == 0)) if np.size(value) else None,
        histogram=None if box.pill else values(box.output)[1],
        gradient_histogram=None if box.pill else totals(box.output)[1],
        bytes=sum(_bytes(graph, i) for i in box.nodes if graph[i].primitive is not None),
        forward_ms=total(forward for forward, _ in spent) if spent else None,
        backward_ms=total(backward for _, backward in spent) if spent else None,
    )


def _bytes(graph: Graph, id: int) -> int:
    """Return the memory of a value that an operation made; of a view of its input, none."""
    memory = _memory(graph[id].value)
    shared = any(_memory(graph[source].value) is memory for source in graph[id].inputs)
    return 0 if shared else int(np.asarray(graph[id].value).nbytes)


def _memory(value: Any) -> Any:
    """Return the array that owns the memory of a value."""
    while isinstance(getattr(value, "base", None), np.ndarray):
        value = value.base
    return value


def _norms(value: Any, gradient: Any) -> tuple[float, float | None]:
    """Return the norms of a weight and of its gradient."""
    return norm(value), None if gradient is None else norm(gradient)


def _weight(weight: Weight, value: float, gradient: float | None) -> WeightNumbers:
    root = math.sqrt(max(1, math.prod(weight.shape)))
    known = None if gradient is None else gradient / root
    return WeightNumbers(value / root, known, _ratio([(value, gradient)]))


def _ratio(norms: Iterable[tuple[float, float | None]]) -> float | None:
    """Return the norm of all gradients over that of all weights that have one."""
    known = [(value, gradient) for value, gradient in norms if gradient is not None]
    below = math.hypot(*(value for value, _ in known))
    return math.hypot(*(gradient for _, gradient in known)) / below if below else None
