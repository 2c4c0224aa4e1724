"""How much of a difference between two derivatives may be rounding.

The bound of `autograd.ir.numerics` needs the gradients of what is bounded, and what is bounded here
are gradients themselves.  So their rounding is imitated by larger disturbances, random and small
enough that their effect is in proportion.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from autograd.core import backward, gradients
from autograd.core.tensor import Tensor
from autograd.core.types import Array
from autograd.core.vjp import fit, has_rule, rule_result
from autograd.ir.graph import topological_order
from autograd.ir.numerics import ROUNDINGS, UNIT, first_order_bound
from autograd.testing.extrapolation import SAFETY
from autograd.testing.function import Map, cut

DISTURBANCE = 2.0**-20
DISTURBED_RUNS = 4
MOST_NOISE = 16.0  # unit roundoffs: what is further off is wrong, not rounded
UNDERFLOWS = 1e3  # smallest numbers of a narrow dtype by which a gradient may miss


def disturbed(value: Array, rng: np.random.Generator) -> Array:
    """Return a value whose elements differ from it by a small random part of themselves."""
    return value * (1 + DISTURBANCE * rng.uniform(-1, 1, np.shape(value)))


def sensitivity(
    of: Map, at: Sequence[Array], weights: Array, rng: np.random.Generator
) -> list[Array]:
    """Return how much each gradient element changes per relative error in everything before it.

    Disturbed are the inputs before a run, and every value on the tape after it.  A kink that a
    disturbance crosses shows as a large change, and rightly so: rounding may cross it, too.
    """
    exact = of.pulled(at, weights)
    changes = [np.abs(g) for g in exact]
    for _ in range(DISTURBED_RUNS):
        elsewhere = of.pulled([disturbed(x, rng) for x in at], weights)
        over_tape = _pulled_over_a_disturbed_tape(of, at, weights, rng)
        for found in (elsewhere, over_tape):
            changes = [
                np.fmax(most, np.abs(g - e) / DISTURBANCE)
                for most, g, e in zip(changes, found, exact, strict=True)
            ]
    return [np.abs(e) + change for e, change in zip(exact, changes, strict=True)]


def gradient_bound(
    of: Map, at: Sequence[Array], weights: Array, rng: np.random.Generator
) -> list[Array]:
    """Return how much rounding, in the rules and before them, may change each gradient element."""
    return [SAFETY * ROUNDINGS * UNIT * s for s in sensitivity(of, at, weights, rng)]


def output_bound(of: Map, at: Sequence[Array], weights: Array) -> float:
    """Return how far rounding may move the weighted sum of the outputs, to first order.

    Digits that cancel are seen at a single point here, though they may not show on any step.
    """
    with np.errstate(all="ignore"), of.recorded(at) as (_, outputs):
        found = upstreams(outputs, weights)
    return first_order_bound((ct, np.abs(node.data), UNIT) for node, ct in found.items())


def upstreams(outputs: Sequence[Tensor], weights: Array) -> dict[Tensor, Any]:
    """Return the cotangents of all operations on a tape, for those of its outputs."""
    cotangents = dict(zip(outputs, cut(weights, outputs), strict=True))
    uses, _ = backward.count_uses(outputs)
    return {
        node: upstream for node, _, _, upstream, _, _ in backward.steps(outputs, cotangents, uses)
    }


def narrow_difference(
    of: Map, narrow: Sequence[Array], weights: Array, rng: np.random.Generator
) -> tuple[list[Array], list[Array], list[Array]]:
    """Compare gradients of a narrow dtype with those of float64 at the same inputs.

    Returns
    -------
    got, expected, allowed : lists of arrays, one for each slot
        Nothing is allowed to differ by more than the rounding of the narrow dtype, as `noise`
        measures it, times the `sensitivity` of the element and, for sums that cancel, on average
        over the array; nor less than its smallest numbers.  All is allowed where its range is too
        small for the function.
    """
    wide = [x.astype(np.float64) for x in narrow]
    expected = of.pulled(wide, weights)
    got = of.pulled(narrow, weights)
    relative, absolute = SAFETY * noise(of, narrow, rng), UNDERFLOWS * _smallest(narrow)
    allowed = [
        relative * (s + (np.mean(s) if s.size else 0.0)) + absolute
        for s in sensitivity(of, wide, weights, rng)
    ]
    # A gradient that is nearly too large for the dtype may become infinite, on the way or at last.
    got = [
        np.where(~np.isfinite(g) & (np.abs(e) > np.finfo(x.dtype).max / 16), e, g)
        for g, e, x in zip(got, expected, narrow, strict=True)
    ]
    if not all(np.isfinite(of.vector(narrow))):
        allowed = [np.full(x.shape, np.inf) for x in allowed]
        got = [np.where(np.isfinite(g), g, e) for g, e in zip(got, expected, strict=True)]
    return got, expected, allowed


def noise(of: Map, narrow: Sequence[Array], rng: np.random.Generator) -> float:
    """Measure the relative error of a function in a narrow dtype, by its values near a point.

    Between one and a few unit roundoffs, as float64 at the same points shows.  It is for the values
    to tell: the error of the gradients is what is to be judged.
    """
    unit = max(float(np.finfo(x.dtype).eps) / 2 for x in narrow)
    most = unit
    for _ in range(DISTURBED_RUNS):
        near = [(x * (1 + 8 * unit * rng.uniform(-1, 1, x.shape))).astype(x.dtype) for x in narrow]
        exact = of.vector([x.astype(np.float64) for x in near])
        moved = of.vector([disturbed(x.astype(np.float64), rng) for x in near])
        size = np.abs(exact) + np.abs(moved - exact) / DISTURBANCE
        with np.errstate(all="ignore"):
            off = (np.abs(of.vector(near) - exact) - 4 * _smallest(narrow)) / size
        most = max(most, float(np.max(off[np.isfinite(off)], initial=0.0)))
    return min(most, MOST_NOISE * unit)


def _smallest(narrow: Sequence[Array]) -> float:
    return max(float(np.finfo(x.dtype).smallest_subnormal) for x in narrow)


def _pulled_over_a_disturbed_tape(
    of: Map, at: Sequence[Array], weights: Array, rng: np.random.Generator
) -> list[Array]:
    """Return the gradients by rules that are given disturbed values of all that was recorded."""
    with np.errstate(all="ignore"), of.recorded(at) as (leaves, outputs):
        cotangents = [disturbed(ct, rng) for ct in cut(weights, outputs)]
        tape = list(topological_order(tuple(outputs)))
        values = {t: disturbed(t.data, rng) if t.dtype.kind == "f" else t.data for t in tape}
        try:
            totals = _totals(tape, zip(outputs, cotangents, strict=True), values, rng)
        except Exception:  # a checkpoint compares values with those of a second run
            return gradients.pull(outputs, leaves, cotangents)
        return [totals[x] if x in totals else np.zeros(x.shape, x.dtype) for x in leaves]


def _totals(
    tape: Sequence[Tensor],
    seeds: Iterable[tuple[Tensor, Any]],
    values: Mapping[Tensor, Any],
    rng: np.random.Generator,
) -> dict[Tensor, Any]:
    """Run the backward pass over a tape with other values; return the cotangents of all nodes."""
    totals: dict[Tensor, Any] = {}

    def add(contributions: Iterable[tuple[Tensor, Any]]) -> None:
        for x, ct in contributions:
            totals[x] = totals[x] + ct if x in totals else ct

    add(seeds)
    for node in reversed(tape):
        if node.requires_grad and node.primitive is not None and node in totals:
            add(_contributions(node, totals[node], values, rng))
    return totals


def _contributions(
    node: Tensor, ct: Any, values: Mapping[Tensor, Any], rng: np.random.Generator
) -> Iterator[tuple[Tensor, Any]]:
    """Yield what the rules of a node make of its cotangent, input by input, disturbed.

    A rule's result is rounded before it is summed over the axes that were broadcast.
    """
    primitive = node.primitive
    assert primitive is not None
    # A rule that looks for the largest element must find it: there the values stay as they are.
    exact = primitive.spec.region is not None
    given = tuple(
        (x.data if exact else values[x]) if isinstance(x, Tensor) else x
        for x in (node, *node.inputs)
    )
    out, *before = given
    for i, x in enumerate(node.inputs):
        if isinstance(x, Tensor) and x.requires_grad and has_rule(primitive, i):
            made = rule_result(primitive, i, ct, out, before, node.params)
            yield x, fit(disturbed(made, rng), np.asarray(before[i]), primitive, i)
