"""One comparison: the gradient by the rules against the derivative by differences.

The rules turn a cotangent w of the outputs into gradients g.  Differences on a ladder of steps, as
`autograd.testing.extrapolation` takes them, turn a direction v of the inputs into the derivative D
along it.  Both sides of

    sum g v  =  sum w D

are the same number, <w, J v>, found in opposite order.  With random w and v, none of whose entries
is 0, a wrong element anywhere makes a difference, so one comparison checks the whole Jacobian.
The two sides may differ by the error of the differences, ``sum |w| error``, and by the rounding of
the rules.  There is nothing to tune.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from autograd.core.types import Array
from autograd.ir.numerics import ROUNDINGS, UNIT
from autograd.testing.extrapolation import Slope, central
from autograd.testing.function import Map, as_vector, cut, moved, random_signs

MOST_MASKED = 0.02  # with more of the outputs left out, a check has not checked the function
BLUNT = 1e-2  # a tolerance that is a larger share of what is compared tells nothing
UNDERFLOW = 1e-290  # numbers below may have lost their digits
LEAST_SIZE = 1e-100  # of an output that counts as much as others: its weight must not overflow
SMALLEST_SCALE = 2.0**-13
LEAST_RELATIVE_STEP = 2.0**-20


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """Both sides of <w, J v>, and what they were made from."""

    numeric: float
    analytic: float
    tolerance: float
    size: float  # of the terms that were summed
    slope: Slope
    weights: Array
    gradients: list[Array]
    direction: list[Array]

    @property
    def difference(self) -> float:
        """How far the two sides are apart."""
        return abs(self.numeric - self.analytic)

    @property
    def agrees(self) -> bool:
        """Whether the two sides are as close as they must be."""
        return self.difference <= self.tolerance

    @property
    def masked(self) -> int:
        """How many outputs were left out."""
        return int(np.sum(~self.slope.trusted))

    @property
    def enough(self) -> bool:
        """Whether enough of the outputs were compared."""
        outputs = len(self.weights)
        return self.masked <= MOST_MASKED * outputs and (not outputs or bool(np.any(self.weights)))

    @property
    def sharp(self) -> bool:
        """Whether the tolerance is small beside what was compared."""
        reach = float(np.sum(np.abs(self.weights) * self.slope.reach))
        return self.tolerance <= BLUNT * (self.size + reach)


def compare(
    of: Map,
    at: Sequence[Array],
    rng: np.random.Generator,
    weights: Array | None = None,
    direction: Sequence[Array] | None = None,
    least: float = 0.0,
) -> Comparison:
    """Compare both sides along one direction; by default all random.

    ``least`` is how far rounding is known to move an output at least.

    If the outputs are of very different sizes, the large ones would hide the small.  So random
    weights are tried as they are and, if that agrees, shared out so that all outputs count alike.
    """
    v = random_direction(at, rng) if direction is None else list(direction)
    slope = along(of, at, v, least)
    if weights is not None:
        return _both_sides(of, at, v, slope, weights)
    weights = random_weights(slope.value.size, rng)
    plain = _both_sides(of, at, v, slope, weights)
    if len(weights) < 2 or not plain.agrees:
        return plain
    sizes = _sizes(slope)
    if sizes.max() <= 1e3 * sizes.min():
        return plain
    shared = _both_sides(of, at, v, slope, weights / sizes)
    overflows = not np.isfinite(shared.analytic) and np.isfinite(plain.analytic)
    return plain if shared.agrees or overflows else shared


def _sizes(slope: Slope) -> Array:
    """Return how large each output's derivative is; at least a million times its error, or 1 of 0.

    So no output is made to count that is nothing but rounding, or has lost digits to underflow.
    """
    least = 1e6 * np.where(slope.trusted, slope.error, 0.0)
    sizes = np.maximum(np.abs(slope.value), least)
    return np.where(sizes > 0, np.maximum(sizes, LEAST_SIZE), 1.0)


def _both_sides(
    of: Map, at: Sequence[Array], v: list[Array], slope: Slope, weights: Array
) -> Comparison:
    """Sum up both sides for a direction that was differenced already."""
    weights = np.where(slope.trusted, weights, 0.0)
    gradients = of.pulled(at, weights)
    numeric_terms = weights * np.where(slope.trusted, slope.value, 0.0)
    with np.errstate(all="ignore"):
        if of.forward:
            analytic_terms = weights * np.where(weights == 0, 0.0, as_vector(of.pushed(at, v)))
        else:
            analytic_terms = as_vector(gradients) * as_vector(v)
    size = np.sum(np.abs(numeric_terms)) + np.sum(np.abs(analytic_terms))
    doubt = np.sum(np.abs(weights) * np.where(slope.trusted, slope.error, 0.0))
    return Comparison(
        float(np.sum(numeric_terms)),
        float(np.sum(analytic_terms)),
        float(doubt + ROUNDINGS * UNIT * size + UNDERFLOW),
        float(size),
        slope,
        weights,
        gradients,
        v,
    )


def summed_along(
    of: Map, at: Sequence[Array], v: Sequence[Array], weights: Array, least: float
) -> Slope:
    """Differentiate the weighted sum of the outputs, which rounding moves by ``least``."""

    def value(h: float) -> Array:
        there = of.vector(moved(at, v, h))
        return np.array([np.sum(weights * np.where(weights == 0, 0.0, there))])

    return central(value, least=least)


def along(of: Map, at: Sequence[Array], v: Sequence[Array], least: float = 0.0) -> Slope:
    """Differentiate a map numerically at a point along a direction."""
    here = of.vector(at)

    def value(h: float) -> Array:
        if h == 0:
            return here
        try:
            there = of.vector(moved(at, v, h))
        except Exception:  # a step may leave the domain, of which only f itself knows
            return np.full(here.shape, np.nan)
        of.check_same_length(here, there)
        return there

    home = of.region(at)
    if home is None:
        return central(value, least=least)

    def same(h: float) -> Array:
        pieces = np.equal(np.asarray(of.region(moved(at, v, h))), home)
        return pieces.ravel() if pieces.size == here.size else np.full(here.shape, pieces.all())

    return central(value, same, least)


def only(v: Sequence[Array], i: int) -> list[Array]:
    """Return the direction that moves one of the values alone."""
    return [d if j == i else np.zeros_like(d) for j, d in enumerate(v)]


def random_direction(at: Sequence[Array], rng: np.random.Generator) -> list[Array]:
    """Return a direction that moves every element, by about as much as it is large.

    Never all elements the same way, along which some functions do not change.
    """
    signs = random_signs(sum(x.size for x in at), rng)
    if len(signs) > 1 and abs(np.sign(signs).sum()) == len(signs):
        signs[0] *= -1
    return [scale(x) * s for x, s in zip(at, cut(signs, at), strict=True)]


def random_weights(outputs: int, rng: np.random.Generator) -> Array:
    """Return a random cotangent; of a single output 1, so that reports show its own derivative."""
    return np.ones(1) if outputs == 1 else random_signs(outputs, rng)


def scale(x: Array) -> Array:
    """Return a natural first step: sqrt |x|, and 1 at 0.

    A small x may be near a pole at 0, or it may just be small; for a large one the function may
    change with every 1 or with every x.  The mean of both, on a scale of decades, lets the ladder
    reach either.
    """
    size = np.abs(x)
    # At least so much that x + h v differs from x.
    least = np.maximum(SMALLEST_SCALE, size * LEAST_RELATIVE_STEP)
    return np.where(x == 0, 1.0, np.maximum(np.sqrt(size), least))
