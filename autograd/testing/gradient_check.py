"""All that is checked of a function: every order and argument, linearity and narrow dtypes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd.core import gradients
from autograd.core.types import Array
from autograd.errors import GlassgradError, GradientError, GradientMismatch, InconclusiveCheck
from autograd.ir.numerics import equal
from autograd.testing.compare import (
    UNDERFLOW,
    Comparison,
    compare,
    only,
    random_direction,
    summed_along,
)
from autograd.testing.extrapolation import SAFETY, STEPS
from autograd.testing.function import Map, Pullback, Slot, as_vector, cut, moved, random_signs
from autograd.testing.locate import describe, elements, smallest_failure
from autograd.testing.report import FAIL, INCONCLUSIVE, PASS, Report
from autograd.testing.rounding import gradient_bound, narrow_difference, output_bound
from autograd.testing.vanishing import vanishes

__tracebackhide__ = True  # pytest then shows the line of the test, and the report

REPEATS = 3  # a mismatch must show along every one of so many directions
HIDDEN = 1e3  # tolerances: what counts less might be wrong and not be seen


def check_derivatives(
    of: Map,
    order: int,
    rng: np.random.Generator,
    weights: Array | None = None,
    modes: Sequence[str] = ("reverse",),
) -> Report:
    """Check one order after the other, and at each the linearity and a narrow dtype."""
    at = of.start()
    of.check_point(at)
    while True:
        for mode in modes:
            of.forward = mode == "forward"
            report = first_order(of, at, rng, weights)
            if report.verdict != PASS:
                return report
        of.forward = False
        for further in (_linear, _narrow):
            found = further(of, at, rng)
            if found is not None:
                return found
        if of.order == order:
            return report
        of = of.pullback(rng)
        at, weights = of.start(), None


def report_or_raise(report: Report, allow_inconclusive: bool) -> Report:
    """Return a report, or raise it where the check did not pass."""
    if report.verdict == FAIL:
        raise GradientMismatch(report)
    if report.verdict == INCONCLUSIVE and not allow_inconclusive:
        raise InconclusiveCheck(report)
    return report


def first_order(
    of: Map, at: list[Array], rng: np.random.Generator, weights: Array | None = None
) -> Report:
    """Compare the first derivative: all arguments at once, then alone those that were hidden."""
    verdict, found, reason = _decide(of, at, rng, weights)
    if verdict == PASS:
        for direction in _hidden(found, at, rng):
            alone = _decide(of, at, rng, weights, direction)
            if alone[0] != PASS:
                verdict, found, reason = alone
                break
    if verdict == FAIL:
        return _failed(of, at, found, rng)
    if verdict == INCONCLUSIVE:
        slot = of.slots[_undecided(of, at, found, rng)]
        return _report(of, found, verdict, reason, argument=slot.position, name=slot.name)
    return _report(of, found, verdict, reason)


def _decide(
    of: Map,
    at: list[Array],
    rng: np.random.Generator,
    weights: Array | None = None,
    direction: list[Array] | None = None,
) -> tuple[str, Comparison, str]:
    """Compare until one direction agrees; return a verdict, what it rests on, and a reason."""
    found = []
    for _ in range(REPEATS):
        found.append(compare(of, at, rng, weights, direction))
        if not len(found[0].weights):
            return PASS, found[0], "there are no outputs, so nothing was compared"
        if found[-1].agrees and _tells(of, at, found[-1], rng):
            return PASS, found[-1], ""
    wrong = [c for c in found if not c.agrees]
    if not wrong and _is_noise(of, at, rng, weights, direction):
        return PASS, found[0], ""
    if not wrong:
        return INCONCLUSIVE, found[0], _why_undecided(of, at, found[0])
    if not np.isfinite(wrong[0].analytic):
        reason = of.outside(at)
        if reason:
            raise GradientError(f"{of.operation}: no finite derivative: {reason}")
        return FAIL, wrong[0], ""
    return _weigh(of, at, wrong[0], rng)


def _is_noise(
    of: Map,
    at: list[Array],
    rng: np.random.Generator,
    weights: Array | None,
    direction: list[Array] | None,
) -> bool:
    """Return whether the outputs are 0 but for rounding on the way, which looks like a kink."""
    on_the_way = SAFETY * output_bound(of, at, np.ones(of.vector(at).size))
    found = compare(of, at, rng, weights, direction, on_the_way)
    return found.agrees and found.enough and vanishes(of, at, found, rng)


def _tells(of: Map, at: Sequence[Array], found: Comparison, rng: np.random.Generator) -> bool:
    """Return whether a comparison can tell a right derivative from a wrong one."""
    return found.enough and (found.sharp or vanishes(of, at, found, rng))


def _weigh(
    of: Map, at: list[Array], found: Comparison, rng: np.random.Generator
) -> tuple[str, Comparison, str]:
    """Decide whether rounding explains a mismatch: that of the rules, or of the forward run."""
    bound = as_vector(gradient_bound(of, at, found.weights, rng))
    allowed = found.tolerance + float(np.sum(bound * np.abs(as_vector(found.direction))))
    if found.difference <= allowed:
        return PASS, found, ""
    # Digits that cancel on the way need not show on any rung, but the tape shows how many they are.
    forward = SAFETY * output_bound(of, at, found.weights)
    again = summed_along(of, at, found.direction, found.weights, forward)
    allowed += float(again.error[0]) + SAFETY * _backward_rounding(of, at, found)
    if not again.trusted[0] or abs(again.value[0] - found.analytic) <= allowed:
        reason = "large numbers cancel on the way, and the difference is within their rounding"
        return INCONCLUSIVE, found, f"{reason}; {_remedy(of)}"
    return FAIL, found, ""


def _backward_rounding(of: Map, at: list[Array], found: Comparison) -> float:
    """Return what rounding on the way may do to the gradients; 0 of rules that are not recorded."""
    with of.recorded(at) as (_, outputs):
        cotangents = cut(found.weights, outputs)
    try:
        back = Pullback(of, cotangents)
        return output_bound(back, [*at, *cotangents], as_vector(found.direction))
    except GlassgradError:
        return 0.0


def _hidden(found: Comparison, at: list[Array], rng: np.random.Generator) -> list[list[Array]]:
    """Return directions of single arguments that count so little that a fault would not show."""
    if len(at) == 1:
        return []
    directions = []
    for i, (g, v) in enumerate(zip(found.gradients, found.direction, strict=True)):
        if g.size and np.sum(np.abs(g * v)) <= HIDDEN * found.tolerance:
            directions.append(only(random_direction(at, rng), i))
    return directions


def _undecided(of: Map, at: Sequence[Array], found: Comparison, rng: np.random.Generator) -> int:
    """Return the first argument that, moved by itself, leaves it open whether it is right."""
    places = [i for i, v in enumerate(found.direction) if np.any(v)]
    for i in places[:-1]:
        alone = compare(of, at, rng, direction=only(found.direction, i))
        if not (alone.agrees and _tells(of, at, alone, rng)):
            return i
    return places[-1]


def _why_undecided(of: Map, at: Sequence[Array], found: Comparison) -> str:
    outputs = len(found.weights)
    if not found.masked:
        return f"rounding is as large as the derivative, so nothing is compared; {_remedy(of)}"
    where = of.outside(at)
    return (
        f"{found.masked} of {outputs} outputs lie on a kink or jump, or change too fast to be "
        f"differenced{': ' + where if where else ''}; {_remedy(of)}"
    )


def _remedy(of: Map) -> str:
    if of.operation == "battery":
        return "declare the primitive's region=, or the domain= where it is smooth"
    return "move the point, or allow_inconclusive"


def _report(of: Map, found: Comparison, verdict: str, reason: str, **closer: Any) -> Report:
    """Report on a whole comparison, or on what a closer look at it found."""
    return Report(
        verdict,
        of.title,
        "forward" if of.forward else "value",
        reason,
        order=of.order,
        tolerance=found.tolerance,
        outputs=len(found.weights),
        masked=found.masked,
        inputs=of.inputs(),
        **{"analytic": found.analytic, "numeric": found.numeric, **closer},
    )


def _failed(of: Map, at: list[Array], found: Comparison, rng: np.random.Generator) -> Report:
    """Look closer: which element, what it looks like, and which operation made it."""
    parts = elements(of, at, found, rng)
    worst = max(parts, key=lambda e: e.excess)
    slot = of.slots[worst.slot]
    together = "" if worst.excess else "no element alone is wrong by more than its error"
    return _report(
        of,
        found,
        FAIL,
        together,
        argument=slot.position,
        name=slot.name,
        index=worst.index,
        analytic=worst.analytic,
        numeric=worst.numeric,
        error=worst.error,
        ladder=worst.ladder,
        regions=_regions(of, at, found.direction),
        hint=_upstream(of, at, found) or ("" if together else describe(parts, at)),
        where=smallest_failure(of, at, rng),
    )


def _upstream(of: Map, at: Sequence[Array], found: Comparison) -> str:
    """Say whether the gradients are the same for whatever cotangent."""
    once, twice = as_vector(found.gradients), as_vector(of.pulled(at, 2 * found.weights))
    if not np.any(once) or not np.isfinite(once).all() or not np.array_equal(once, twice):
        return ""
    return "the gradient does not depend on the cotangent: is the upstream factor missing?"


def _regions(of: Map, at: Sequence[Array], direction: Sequence[Array]) -> str:
    """Say how far the smooth pieces reach, where that is known."""
    home = of.region(at)
    if home is None:
        return ""
    for h in STEPS[:, 0]:
        if all(equal(of.region(moved(at, direction, s)), home) for s in (h, -h)):
            return "regions constant" if h == STEPS[0, 0] else f"regions constant from h = {h:.0e}"
    return "on the border of a region"


def _linear(of: Map, at: list[Array], rng: np.random.Generator) -> Report | None:
    """Compare the gradients for w and for -1024 w, which rounding cannot spoil; None if linear.

    A rule that clips or masks its cotangent may be right for a small w, or a positive one.
    """
    with of.recorded(at) as (leaves, outputs), np.errstate(all="ignore"):
        weights = random_signs(sum(y.size for y in outputs), rng)
        expected = [-1024 * g for g in gradients.pull(outputs, leaves, cut(weights, outputs))]
        got = gradients.pull(outputs, leaves, cut(-1024 * weights, outputs))
    for slot, g, e in zip(of.slots, map(np.asarray, got), map(np.asarray, expected), strict=True):
        # Numbers near the smallest that there are have lost digits.
        wrong = (g != e) & (np.abs(e) > UNDERFLOW)
        if wrong.any():
            reason = (
                "the gradient for -1024 w is not -1024 times that for w: clipped, masked, "
                "or not multiplied by the upstream cotangent?"
            )
            return _difference(of, "linear", reason, slot, np.argwhere(wrong)[0], g, e)
    return None


def _difference(
    of: Map, check: str, reason: str, slot: Slot, place: Array, got: Array, right: Array
) -> Report:
    index = tuple(int(i) for i in place)
    return Report(
        FAIL,
        of.title,
        check,
        reason,
        order=of.order,
        argument=slot.position,
        name=slot.name,
        index=index,
        analytic=float(got[index]),
        numeric=float(right[index]),
        inputs=of.inputs(),
    )


def _narrow(of: Map, at: list[Array], rng: np.random.Generator) -> Report | None:
    """Compare a narrow dtype with float64; None if it agrees or there is none."""
    narrow = [slot.value for slot in of.slots]
    if all(x.dtype.itemsize >= 8 for x in narrow):
        return None
    weights = random_signs(of.vector(at).shape, rng).astype(np.float32).astype(np.float64)
    got, expected, allowed = narrow_difference(of, narrow, weights, rng)
    for slot, g, e, a in zip(of.slots, got, expected, allowed, strict=True):
        excess = np.abs(g - e) - a
        wrong = ~(excess <= 0)
        if wrong.any():
            check, place = str(slot.value.dtype), np.argwhere(wrong)[0]
            reason = "the rule of this dtype differs from that of float64, which is right"
            return _difference(of, check, reason, slot, place, g, e)
    return None
