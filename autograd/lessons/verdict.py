"""The verdict on a ladder of steps: the order of what the gradient leaves over.

If every halving of the step divides the remainder by 2^n, it is of order n.  A smooth function
with a right gradient has order 2 (more where its curvature is 0); at a kink, or with a wrong
gradient, it has order 1.  A remainder below the bound of its rounding says nothing, so it is never
given an order.  At large steps orders mix, and two remainders may stand in any proportion
by coincidence; so two neighbouring pairs must agree.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

MARGIN = 8  # a remainder this many times its rounding can be divided by another


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of a ladder.

    Attributes
    ----------
    by : float
        The step of the one element that moves; of several, the part of the whole step.
    real, predicted, remainder : float
        The change of the output, gradient x change, and what is left over.
    rounding : float
        How much of the remainder may be rounding.
    kinks : tuple of str
        The operations that lie on another smooth piece after the step.
    """

    by: float
    real: float
    predicted: float
    remainder: float
    rounding: float
    kinks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a ladder shows.

    Attributes
    ----------
    kind : {"curve", "linear", "kink", "first", "jump", "rounding", "unclear", "undefined"}
        A smooth curve; a straight line; a kink within the step; a remainder of first order without
        one, which a wrong gradient leaves; a jump; steps too small to tell; no single order; or
        an output that is not finite.
    order : int or None
        By which power of the step the remainder falls, where that can be found.
    text : str
        In words, with ``{name}`` for the input and ``{f}`` for the output.
    """

    kind: str
    order: int | None
    text: str


TOO_LARGE = Verdict("unclear", None, "of no order at so large a step: take a smaller one")

_LEFT = {2: "a quarter", 3: "an eighth", 4: "a sixteenth"}
_JUMPS = {"floor", "heaviside", "sign"}
_NAMES = {2: "second", 3: "third", 4: "fourth"}


def judge(rungs: Sequence[Rung], probe: Rung | None = None, finer: Sequence[Rung] = ()) -> Verdict:
    """Say what a ladder shows.

    Parameters
    ----------
    rungs : sequence of Rung
        From the largest step to the smallest, each half of the one before.
    finer : sequence of Rung
        Smaller steps yet, if these did not settle it.
    probe : Rung, optional
        A larger step, to distinguish a line from a step that is too small.

    Returns
    -------
    Verdict
    """
    if not all(np.isfinite(r.remainder) for r in rungs):
        return Verdict("undefined", None, "as {f} is not finite there: take another step")
    if all(_is_noise(r) for r in rungs):
        return _line_or_noise(rungs, probe)
    every = (*rungs, *finer)
    order = _order(every)
    if rungs[0].kinks and (order is None or order < 2 or not every[-1].kinks):
        return _kink(every, order)
    if order is None:
        return Verdict("unclear", None, _unclear(rungs))
    if order == 1:
        halves = "of first order: half the step leaves half"
        return Verdict("first", 1, f"{halves}, so the gradient is not the slope of {{f}}")
    if order < 1:
        return Verdict("jump", 0, "which does not fall with the step: {f} jumps")
    left = _LEFT.get(order, f"1/{2**order}")
    reason = "" if order == 2 else "; the curvature at {name} is about 0"
    named, when = _NAMES.get(order, f"{order}th"), "at smaller steps " if finer else ""
    return Verdict("curve", order, f"of {named} order: {when}half the step leaves {left}{reason}")


def _is_noise(rung: Rung) -> bool:
    return abs(rung.remainder) <= rung.rounding


def _line_or_noise(rungs: Sequence[Rung], probe: Rung | None) -> Verdict:
    """Tell a straight line from a step at which nothing can be seen."""
    if probe is None or (np.isfinite(probe.remainder) and _is_noise(probe)):
        return Verdict("linear", None, "{f} is linear in {name} here")
    lost = f"lost in rounding, which may leave {rungs[0].rounding:.0e}"
    return Verdict("rounding", None, f"{lost}: take a larger step")


def _order(rungs: Sequence[Rung]) -> int | None:
    """Return the power by which the remainder falls, where the finest two pairs agree on it."""
    ratios = [
        a.remainder / b.remainder
        for a, b in pairwise(rungs)
        if abs(b.remainder) > MARGIN * b.rounding and abs(a.remainder) > MARGIN * a.rounding
    ][-2:]
    if len(ratios) < 2 or min(ratios) <= 0:
        return None
    powers = [float(np.log2(ratio)) for ratio in ratios]
    order = round(powers[-1])
    return order if all(abs(power - order) < 0.35 for power in powers) else None


def _kink(rungs: Sequence[Rung], order: int | None) -> Verdict:
    where = ", ".join(rungs[0].kinks)
    if _JUMPS.issuperset(rungs[0].kinks):
        return Verdict("jump", order, f"as there is a jump within the step ({where})")
    if rungs[-1].kinks and order == 1:
        found = "of first order: half the step leaves half; "
        return Verdict("kink", 1, f"{found}there is a kink within the step ({where})")
    return Verdict("kink", None, f"as there is a kink within the step ({where})")


def _unclear(rungs: Sequence[Rung]) -> str:
    if _is_noise(rungs[-1]):
        return "too near to rounding for an order: take a larger step"
    return "of no single order at these steps: take a smaller one"
