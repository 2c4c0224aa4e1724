"""The slope that a function takes on a kink: it must lie between those on the two sides.

At a tie there is no derivative, only a convention, such as relu'(0) = 0.  Any convention is a
subgradient if along every direction the slope taken lies between the one-sided ones, for every
output by itself.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.core import gradients
from autograd.core.calls import called
from autograd.core.types import Array
from autograd.ir.numerics import ROUNDINGS, UNIT
from autograd.testing.checks import as_generator
from autograd.testing.compare import random_direction
from autograd.testing.extrapolation import one_sided
from autograd.testing.function import Chosen, Function, Seed, as_vector, cut, moved
from autograd.testing.gradient_check import report_or_raise
from autograd.testing.report import FAIL, INCONCLUSIVE, PASS, Report

__tracebackhide__ = True  # pytest then shows the line of the test, and the report

DIRECTIONS = 4
MOST_OUTPUTS = 64


@called
def check_subgradient(
    f: Callable[..., Any], *args: object, wrt: Chosen = None, rng: Seed = 0
) -> Report:
    """Check the derivative that a function takes by convention on a kink, as at a tie.

    It must lie between the slopes on the two sides, for every output (of more than 64, for some)
    along a few random directions.

    Parameters
    ----------
    f, *args, wrt, rng
        As for `check_grad`.

    Returns
    -------
    Report

    Raises
    ------
    GradientMismatch
        If it lies outside.
    InconclusiveCheck
        If there are no slopes on the two sides, as at a jump.

    Examples
    --------
    >>> import autograd as ag
    >>> ag.testing.check_subgradient(ag.relu, 0.0).verdict
    'PASS'
    """
    rng = as_generator("check_subgradient", rng)
    of = Function("check_subgradient", f, args, wrt)
    at = of.start()
    of.check_point(at)
    outputs = of.vector(at).size
    chosen = np.arange(outputs)
    if outputs > MOST_OUTPUTS:
        chosen = np.sort(rng.choice(outputs, MOST_OUTPUTS, replace=False))
    gradients = _rows(of, at, chosen, outputs)
    report = _report(of, PASS, "there are no outputs, so nothing was compared", 0, 0)
    for v in _directions(at, rng) if outputs else ():
        report = _along(of, at, v, chosen, gradients)
        if report.verdict != PASS:
            break
    return report_or_raise(report, allow_inconclusive=False)


def _directions(at: list[Array], rng: np.random.Generator) -> list[list[Array]]:
    if sum(x.size for x in at) == 1:  # then the slopes are the derivatives to the two sides
        return [[np.ones_like(x) for x in at]]
    return [random_direction(at, rng) for _ in range(DIRECTIONS)]


def _rows(of: Function, at: list[Array], chosen: Array, outputs: int) -> Array:
    """Return the gradient of each chosen output, as the rows of a matrix."""
    with of.recorded(at) as (leaves, results), np.errstate(all="ignore"):
        units = (np.arange(outputs) == i for i in chosen)
        rows = [as_vector(gradients.pull(results, leaves, cut(ct, results))) for ct in units]
    return np.array(rows).reshape(len(chosen), sum(x.size for x in at))


def _along(
    of: Function, at: list[Array], v: list[Array], chosen: Array, gradients: Array
) -> Report:
    def value(h: float) -> Array:
        return of.vector(moved(at, v, h))[chosen]

    right, left = one_sided(value, 1), one_sided(value, -1)
    taken = gradients @ as_vector(v)
    low, high = np.minimum(left.value, right.value), np.maximum(left.value, right.value)
    doubt = left.error + right.error + ROUNDINGS * UNIT * (np.abs(low) + np.abs(high))
    known = right.trusted & left.trusted
    wrong = known & ~((low - doubt <= taken) & (taken <= high + doubt))
    if wrong.any():
        i = int(np.argmax(wrong))
        reason = (
            f"output {chosen[i]}: the slope taken is {taken[i]:.6g}, those to the sides are "
            f"{left.value[i]:.6g} and {right.value[i]:.6g}"
        )
        return _report(of, FAIL, reason, known.size, int(np.sum(~known)))
    masked = int(np.sum(~known))
    if masked or not known.size:
        reason = f"{masked} of {known.size} outputs have no slope on one side"
        return _report(of, INCONCLUSIVE, reason, known.size, masked)
    return _report(of, PASS, "", known.size, 0)


def _report(of: Function, verdict: str, reason: str, outputs: int, masked: int) -> Report:
    (slot, *others) = of.slots
    return Report(
        verdict,
        of.title,
        "subgradient",
        reason,
        argument=None if others else slot.position,
        name=slot.name,
        outputs=outputs,
        masked=masked,
        inputs=of.inputs(),
    )
