"""What a check costs: how often it calls the function, and the memory of one gradient."""

from __future__ import annotations

import tracemalloc
from dataclasses import dataclass, replace

import numpy as np

from autograd.core.messages import one_line
from autograd.errors import CheckError, OptionError
from autograd.testing.function import Function
from autograd.testing.report import FAIL, Report

__tracebackhide__ = True  # pytest then shows the line of the test, and the report


@dataclass(frozen=True, slots=True)
class Budget:
    """What a check may cost at most; None for as much as it takes.

    Parameters
    ----------
    runs : int, optional
        How often the function may be called.
    bytes : int, optional
        How much memory one run of the function and its backward pass may take, at their peak.

    Examples
    --------
    >>> import numpy as np
    >>> import autograd as ag
    >>> ag.testing.check_grad(ag.exp, np.ones(1000), budget=ag.testing.Budget(bytes=1000))
    Traceback (most recent call last):
        ...
    autograd.errors.CheckError: FAIL exp    [budget]
      a gradient takes ... bytes, and 1,000 are allowed
    ...
    """

    runs: int | None = None
    bytes: int | None = None


def within(budget: Budget | None, of: Function, report: Report) -> Report:
    """Add to a report what the check cost; raise where that is more than it may."""
    if budget is not None and not isinstance(budget, Budget):
        raise OptionError(f"budget: {one_line(budget)} is not a Budget; write Budget(runs=100)")
    report = replace(report, runs=of.runs, allocated=_allocated(of))
    if budget is not None:
        for spent, most, what in (
            (report.runs, budget.runs, "the function was called {:,} times"),
            (report.allocated, budget.bytes, "a gradient takes {:,} bytes"),
        ):
            if most is not None and spent > most:
                reason = f"{what.format(spent)}, and {most:,} are allowed"
                raise CheckError(replace(report, verdict=FAIL, check="budget", reason=reason))
    return report


def _allocated(of: Function) -> int:
    """Return the most memory that is in use during one run and its backward pass."""
    at, weights = of.start(), np.ones(of.outputs)
    traced = tracemalloc.is_tracing()  # by the caller, whose tracing goes on
    if not traced:
        tracemalloc.start()
    tracemalloc.reset_peak()
    before, _ = tracemalloc.get_traced_memory()
    try:
        of.pulled(at, weights)
        return tracemalloc.get_traced_memory()[1] - before
    finally:
        if not traced:
            tracemalloc.stop()
