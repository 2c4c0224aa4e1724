"""A derivative that is 0, and how it differs from one that rounding hides.

Where an argument does not count, as ``a`` in ``where(False, a, b)`` or a bias before a batch
normalisation, the rules give 0 or nothing but their own rounding, and the outputs move by nothing
but theirs.  How small that is, is for the outputs to say: there is no smallest number of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from autograd.core.tensor import Tensor, raw
from autograd.core.types import Array
from autograd.ir.graph import topological_order
from autograd.ir.numerics import ROUNDINGS, UNIT
from autograd.testing.compare import UNDERFLOW, Comparison
from autograd.testing.extrapolation import STEPS
from autograd.testing.function import Map, moved
from autograd.testing.rounding import gradient_bound, output_bound, upstreams

SMALL = 1e-9  # part of the outputs
HIDDEN = 1e3  # tolerances: what moves the outputs by more would show
STEP = float(STEPS[6, 0])


def vanishes(of: Map, at: Sequence[Array], found: Comparison, rng: np.random.Generator) -> bool:
    """Return whether a derivative that agrees is 0, up to the rounding of rules and outputs."""
    outputs = float(np.sum(np.abs(found.weights * of.vector(at))))
    size = max(outputs, output_bound(of, at, found.weights) / UNIT)  # and of what made them
    if found.tolerance > SMALL * size + 2 * UNDERFLOW:
        return False
    gradients = [g for g, v in zip(found.gradients, found.direction, strict=True) if np.any(v)]
    if not any(np.any(g) for g in gradients):
        return not _swallowed(of, at, found)
    bounds = gradient_bound(of, at, found.weights, rng)
    within = zip(found.gradients, bounds, found.direction, strict=True)
    return all(np.all(np.abs(g) <= bound) for g, bound, v in within if np.any(v))


def _swallowed(of: Map, at: Sequence[Array], found: Comparison) -> bool:
    """Return whether a value on the way moves, by so little that the outputs need not show it.

    So it is where a large number swallows a small one, as in ``exp(40) + sin(y)``.
    """
    with np.errstate(all="ignore"), of.recorded(at) as (_, outputs):
        counts = upstreams(outputs, found.weights)
        here = list(_values(outputs))
    try:
        with np.errstate(all="ignore"), of.recorded(moved(at, found.direction, STEP)) as (_, ends):
            there = list(_values(ends))
    except Exception:  # the step left the domain, of which only f itself knows
        return True
    pairs = zip(here, there, strict=False)
    return len(here) != len(there) or any(
        0 < _reach(counts.get(node, 0.0), a, b, size) <= HIDDEN * found.tolerance
        for (node, a, size), (_, b, _) in pairs
    )


def _reach(cotangent: Any, here: Any, there: Any, size: float) -> float:
    """Return how much the outputs should move with a value, for a whole step; rounding apart."""
    with np.errstate(invalid="ignore"):  # an infinity that stays has not moved
        moves = np.abs(np.subtract(there, here, dtype=float))
    moves = np.where(moves > ROUNDINGS * UNIT * size, moves, 0.0)
    return float(np.max(np.abs(cotangent), initial=0.0) * np.max(moves, initial=0.0)) / STEP


def _values(outputs: Sequence[Tensor]) -> Iterator[tuple[Tensor, Any, float]]:
    """Yield all operations with their results, and with the constants that they are given.

    Besides, how large the numbers are whose rounding is in these.
    """
    for node in topological_order(tuple(outputs)):
        if node.primitive is not None:
            yield node, node.data, max(map(_largest, (node, *node.inputs)))
            for x in node.inputs:
                if not (isinstance(x, Tensor) and x.requires_grad):
                    yield node, raw(x), _largest(x)


def _largest(x: Any) -> float:
    return float(np.max(np.abs(raw(x)), initial=0.0))
