"""One comparison: the gradient by the rules against the derivative by differences.

The rules turn a cotangent w of the outputs into gradients g; the ladder turns a direction v of the
inputs into the derivative D along it.  Both sides of

    sum g v  =  sum w D

are the same number, <w, J v>, found in opposite order.  With random w and v, none of whose entries
is 0, a wrong element anywhere makes a difference, so one comparison checks the whole Jacobian.
The two sides may differ by what the ladder does not know, ``sum |w| error``, and by the rounding of
the rules.  There is nothing to tune.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograd import reverse
from autograd.errors import GradientError
from autograd.graph import inputs_first
from autograd.tensor import Tensor, raw
from autograd.testing.function import Array, Map, Pullback, as_vector, check_same_length, cut, start
from autograd.testing.ladder import SAFETY, UNIT, Slope, central

MOST_MASKED = 0.02  # with more of the outputs left out, a check has not checked the function
ROUNDINGS = 32  # that a rule may make one after the other
DISTURBANCE = 2.0**-20
UNDERFLOW = 1e-290  # numbers below may have lost their digits
SMALLEST_SCALE = 2.0**-13


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """Both sides of <w, J v>, and what they were made from."""

    numeric: float
    analytic: float
    tolerance: float
    slope: Slope
    weights: Array
    gradients: list[Array]

    @property
    def agrees(self) -> bool:
        """Whether the two sides are as close as they must be."""
        return abs(self.numeric - self.analytic) <= self.tolerance

    @property
    def masked(self) -> int:
        """How many outputs were left out."""
        return int(np.sum(~self.slope.trusted))

    @property
    def conclusive(self) -> bool:
        """Whether enough of the function was compared."""
        outputs = len(self.weights)
        return outputs > 0 and self.masked <= MOST_MASKED * outputs


def compare(
    of: Map,
    at: Sequence[Array],
    rng: np.random.Generator,
    weights: Array | None = None,
    direction: Sequence[Array] | None = None,
) -> Comparison:
    """Compare both sides along one direction; by default all random."""
    v = random_direction(at, rng) if direction is None else direction
    slope = along(of, at, v)
    if weights is None:
        weights = random_weights(slope.value.size, rng)
    weights = np.where(slope.trusted, weights, 0.0)
    gradients = pulled(of, at, weights)
    numeric_terms = weights * np.where(slope.trusted, slope.value, 0.0)
    with np.errstate(all="ignore"):
        analytic_terms = as_vector(gradients) * as_vector(v)
    size = np.sum(np.abs(numeric_terms)) + np.sum(np.abs(analytic_terms))
    doubt = np.sum(np.abs(weights) * np.where(slope.trusted, slope.error, 0.0))
    return Comparison(
        float(np.sum(numeric_terms)),
        float(np.sum(analytic_terms)),
        float(doubt + ROUNDINGS * UNIT * size + UNDERFLOW),
        slope,
        weights,
        gradients,
    )


def along(of: Map, at: Sequence[Array], v: Sequence[Array]) -> Slope:
    """Differentiate a map numerically at a point along a direction."""
    here = of.vector(at)

    def moved(h: float) -> list[Array]:
        return [x + h * d for x, d in zip(at, v, strict=True)]

    def value(h: float) -> Array:
        if h == 0:
            return here
        try:
            with np.errstate(all="ignore"):
                there = of.vector(moved(h))
        except (ArithmeticError, ValueError):  # a step may leave the domain, a smaller one will not
            return np.full(here.shape, np.nan)
        check_same_length("check", of.title, here, there)
        return there

    home = of.region(at)
    if home is None:
        return central(value)

    def same(h: float) -> Array:
        pieces = np.equal(of.region(moved(h)), home)
        return pieces.ravel() if pieces.size == here.size else np.full(here.shape, pieces.all())

    return central(value, same)


def pulled(of: Map, at: Sequence[Array], weights: Array) -> list[Array]:
    """Return the gradients by the rules."""
    with np.errstate(all="ignore"), of.recorded(at) as (leaves, outputs):
        return reverse.pull(outputs, leaves, cut(weights, outputs))


def pullback_of(of: Map, rng: np.random.Generator) -> Pullback:
    """Return the backward pass as a map, from where the map is and a random cotangent."""
    with of.recorded(start(of)) as (_, outputs):
        return Pullback(of, [np.asarray(random_signs(y.shape, rng)) for y in outputs])


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


def random_signs(shape: Any, rng: np.random.Generator) -> Array:
    """Return numbers of size 0.5 to 1 and either sign."""
    return np.asarray(rng.uniform(0.5, 1.0, shape) * rng.choice([-1.0, 1.0], shape))


def scale(x: Array) -> Array:
    """Return a natural first step: sqrt |x|, and 1 at 0.

    A small x may be near a pole at 0, or it may just be small; for a large one the function may
    change with every 1 or with every x.  The mean of both, on a scale of decades, lets the ladder
    reach either.
    """
    return np.where(x == 0, 1.0, np.maximum(np.sqrt(np.abs(x)), SMALLEST_SCALE))


def check_point(operation: str, of: Map, at: Sequence[Array]) -> None:
    """Refuse a function that cannot be checked here, and say why.

    Raises
    ------
    GradientError
        If two evaluations differ, or the value is not finite.
    """
    with np.errstate(all="ignore"):
        here, again = of.vector(at), of.vector(at)
    check_same_length(operation, of.title, here, again)
    if not np.array_equal(here, again, equal_nan=True):
        raise GradientError(
            f"{operation}: {of.title} is non-deterministic: two calls on the same input differ by "
            f"up to {np.nanmax(np.abs(here - again)):.3g}; fix its random numbers, as with rng=0"
        )
    if not np.isfinite(here).all():
        bad = here[~np.isfinite(here)][0]
        reason = outside(of, at) or "check it at a point where it is finite"
        raise GradientError(f"{operation}: {of.title} returns {bad} at this input: {reason}")


def outside(of: Map, at: Sequence[Array]) -> str:
    """Return which operation was given a value outside its declared domain; "" if none."""
    with np.errstate(all="ignore"), of.recorded(at) as (_, outputs):
        for node in inputs_first(outputs):
            if node.primitive is None:
                continue
            domains = node.primitive.domain
            for i, x in enumerate(node.inputs):
                domain = domains[i] if i < len(domains) else domains[-1]
                values = np.asarray(raw(x))
                beyond = values[~domain.covers(values)]
                if beyond.size:
                    return (
                        f"{node.primitive.name} gets {beyond.flat[0]:.6g} as input {i}, outside "
                        f"its domain, {domain.text}"
                    )
    return ""


def rounding(of: Map, at: Sequence[Array], weights: Array, rng: np.random.Generator) -> list[Array]:
    """Return how much each gradient element changes per relative error in everything before it.

    Every value on the tape is disturbed a little, at random and by itself, and the backward pass
    run again; a narrow dtype disturbs them in the same way, only more.
    """
    with np.errstate(all="ignore"), of.recorded(at) as (leaves, outputs):
        nodes = [t for t in inputs_first(outputs) if isinstance(t, Tensor) and t.dtype.kind == "f"]
        kept = [t._value for t in nodes]
        cotangents = cut(weights, outputs)
        exact = reverse.pull(outputs, leaves, cut(weights, outputs))
        changes = [np.abs(g) for g in exact]
        for _ in range(3):
            for t, value in zip(nodes, kept, strict=True):
                t._value = _disturbed(value, rng)
            moved = reverse.pull(outputs, leaves, [_disturbed(ct, rng) for ct in cotangents])
            changes = [
                np.maximum(most, np.abs(g - e) / DISTURBANCE)
                for most, g, e in zip(changes, moved, exact, strict=True)
            ]
        for t, value in zip(nodes, kept, strict=True):
            t._value = value
    return [np.abs(e) + change for e, change in zip(exact, changes, strict=True)]


def _disturbed(value: Any, rng: np.random.Generator) -> Any:
    return value * (1 + DISTURBANCE * rng.uniform(-1, 1, np.shape(value)))


def narrow_difference(
    of: Map, narrow: Sequence[Array], weights: Array, rng: np.random.Generator
) -> tuple[list[Array], list[Array], list[Array]]:
    """Compare gradients of a narrow dtype with those of float64 at the same inputs.

    Returns
    -------
    got, expected, allowed : lists of arrays, one for each slot
    """
    wide = [x.astype(np.float64) for x in narrow]
    expected = pulled(of, wide, weights)
    got = pulled(of, narrow, weights)
    unit = max(float(np.finfo(x.dtype).eps) / 2 for x in narrow)
    allowed = [SAFETY * 16 * unit * r for r in rounding(of, wide, weights, rng)]
    return got, expected, allowed
