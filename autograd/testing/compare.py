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

from autograd.core import backward
from autograd.core.tensor import raw
from autograd.errors import GradientError
from autograd.ir.graph import topological_order
from autograd.testing.extrapolation import NEGLIGIBLE, SAFETY, UNIT, Slope, central
from autograd.testing.function import (
    Array,
    Map,
    Pullback,
    as_vector,
    check_same_length,
    cut,
    moved,
    start,
)

MOST_MASKED = 0.02  # with more of the outputs left out, a check has not checked the function
BLUNT = 1e-2  # a tolerance that is a larger share of what is compared tells nothing
ROUNDINGS = 32  # that a rule may make one after the other
DISTURBANCE = 2.0**-20
DISTURBED_RUNS = 4
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
    def conclusive(self) -> bool:
        """Whether enough of the function was compared, and sharply enough."""
        outputs = len(self.weights)
        reach = float(np.sum(np.abs(self.weights) * self.slope.reach))
        sharp = self.tolerance <= max(BLUNT * (self.size + reach), NEGLIGIBLE)
        enough = outputs > 0 and self.masked <= MOST_MASKED * outputs
        return enough and sharp and bool(np.any(self.weights))


def compare(
    of: Map,
    at: Sequence[Array],
    rng: np.random.Generator,
    weights: Array | None = None,
    direction: Sequence[Array] | None = None,
) -> Comparison:
    """Compare both sides along one direction; by default all random.

    If the outputs are of very different sizes, the large ones would hide the small.  So random
    weights are tried as they are and, if that agrees, shared out so that all outputs count alike.
    """
    v = random_direction(at, rng) if direction is None else list(direction)
    slope = along(of, at, v)
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


def along(of: Map, at: Sequence[Array], v: Sequence[Array]) -> Slope:
    """Differentiate a map numerically at a point along a direction."""
    here = of.vector(at)

    def value(h: float) -> Array:
        if h == 0:
            return here
        try:
            there = of.vector(moved(at, v, h))
        except Exception:  # a step may leave the domain, of which only f itself knows
            return np.full(here.shape, np.nan)
        check_same_length(of.operation, of.title, here, there)
        return there

    home = of.region(at)
    if home is None:
        return central(value)

    def same(h: float) -> Array:
        pieces = np.equal(of.region(moved(at, v, h)), home)
        return pieces.ravel() if pieces.size == here.size else np.full(here.shape, pieces.all())

    return central(value, same)


def pulled(of: Map, at: Sequence[Array], weights: Array) -> list[Array]:
    """Return the gradients by the rules."""
    with np.errstate(all="ignore"), of.recorded(at) as (leaves, outputs):
        return backward.pull(outputs, leaves, cut(weights, outputs))


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
    size = np.abs(x)
    # At least so much that x + h v differs from x.
    least = np.maximum(SMALLEST_SCALE, size * LEAST_RELATIVE_STEP)
    return np.where(x == 0, 1.0, np.maximum(np.sqrt(size), least))


def check_point(operation: str, of: Map, at: Sequence[Array]) -> None:
    """Refuse a function that cannot be checked here, and say why.

    Raises
    ------
    GradientError
        If two evaluations differ, or the value is not finite.
    """
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
        for node in topological_order(outputs):
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

    Rounding is imitated by larger disturbances, random and small enough that their effect is in
    proportion: of the inputs before a run, and of every value on the tape after it.  A kink that
    they cross shows as a large change, and rightly so: rounding may cross it, too.
    """
    exact = pulled(of, at, weights)
    changes = [np.abs(g) for g in exact]
    for _ in range(DISTURBED_RUNS):
        elsewhere = [_disturbed(x, rng) for x in at]
        for disturbed in (
            pulled(of, elsewhere, weights),
            _pulled_over_a_disturbed_tape(of, at, weights, rng),
        ):
            changes = [
                np.fmax(most, np.abs(g - e) / DISTURBANCE)
                for most, g, e in zip(changes, disturbed, exact, strict=True)
            ]
    return [np.abs(e) + change for e, change in zip(exact, changes, strict=True)]


def rounding_bound(
    of: Map, at: Sequence[Array], weights: Array, rng: np.random.Generator
) -> list[Array]:
    """Return how much rounding, in the rules and before them, may change each gradient element."""
    return [SAFETY * ROUNDINGS * UNIT * r for r in rounding(of, at, weights, rng)]


def _pulled_over_a_disturbed_tape(
    of: Map, at: Sequence[Array], weights: Array, rng: np.random.Generator
) -> list[Array]:
    with np.errstate(all="ignore"), of.recorded(at) as (leaves, outputs):
        cotangents = [_disturbed(ct, rng) for ct in cut(weights, outputs)]
        nodes = [t for t in topological_order(outputs) if t.dtype.kind == "f"]
        kept = [t._value for t in nodes]
        try:
            for t in nodes:
                t._value = _disturbed(t._value, rng)
            return backward.pull(outputs, leaves, cotangents)
        except GradientError:  # a checkpoint, or the debug mode, compares values with a second run
            for t, value in zip(nodes, kept, strict=True):
                t._value = value
            return backward.pull(outputs, leaves, cotangents)
        finally:
            for t, value in zip(nodes, kept, strict=True):
                t._value = value


def _disturbed(value: Any, rng: np.random.Generator) -> Any:
    return value * (1 + DISTURBANCE * rng.uniform(-1, 1, np.shape(value)))


def narrow_difference(
    of: Map, narrow: Sequence[Array], weights: Array, rng: np.random.Generator
) -> tuple[list[Array], list[Array], list[Array]]:
    """Compare gradients of a narrow dtype with those of float64 at the same inputs.

    Returns
    -------
    got, expected, allowed : lists of arrays, one for each slot
        Nothing is allowed to differ by more than the rounding of the narrow dtype, as `rounding`
        finds it at the element and, for sums that cancel, on average over the array; nor less than
        its smallest numbers.  All is allowed where its range is too small for the function.
    """
    wide = [x.astype(np.float64) for x in narrow]
    expected = pulled(of, wide, weights)
    got = pulled(of, narrow, weights)
    numbers = [np.finfo(x.dtype) for x in narrow]
    unit = max(float(n.eps) / 2 for n in numbers)
    tiny = max(float(n.tiny) for n in numbers)
    sizes = rounding(of, wide, weights, rng)
    allowed = [
        SAFETY * 16 * unit * (r + (np.mean(r) if r.size else 0.0)) + 1e3 * tiny for r in sizes
    ]
    if not all(np.isfinite(of.vector(narrow))):
        allowed = [np.full(x.shape, np.inf) for x in allowed]
        got = [np.where(np.isfinite(g), g, e) for g, e in zip(got, expected, strict=True)]
    return got, expected, allowed


def forward_rounding(of: Map, at: Sequence[Array], weights: Array) -> float:
    """Return what rounding on the way may do to the weighted sum of the outputs.

    Every value on the tape is rounded, and its cotangent says how far that moves the result.  So
    digits that cancel are seen at a single point, though they may not show on any rung.
    """
    with np.errstate(all="ignore"), of.recorded(at) as (_, outputs):
        cotangents = dict(zip(outputs, cut(weights, outputs), strict=True))
        uses, _ = backward.count_uses(outputs)
        upstreams = {
            node: upstream
            for node, _, _, upstream, _, _ in backward.steps(outputs, cotangents, uses)
        }
        moved = sum(float(np.sum(np.abs(ct * node.data))) for node, ct in upstreams.items())
    return UNIT * moved if np.isfinite(moved) else float("inf")
