"""The errors of the numerical derivatives of autograd.testing, and whether their bounds hold.

The ladder returns a derivative and a bound on its error, or flags the element as not to be trusted.
So the table counts trusted elements whose true error exceeds the bound: there should be none.
Beside it stands the usual central difference with one fixed step, on the same elements.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from autograd.ir.numerics import UNIT
from autograd.testing.compare import random_direction, scale
from autograd.testing.extrapolation import Slope, central
from benchmarks.engines import Engine
from benchmarks.families import Array, Family, families
from nn.cli.bench.table import Row, Table

FIXED_STEP = 1e-6
ROUNDINGS = 8  # of the true derivative, which a double cannot hold exactly


def run(engines: list[Engine], quick: bool) -> Iterator[Table]:
    """Measure every family; the engines are not used."""
    outputs = 2_000 if quick else 100_000
    rng = np.random.default_rng(0)
    rows = [measure(family, outputs, rng) for family in families()]
    note = (
        "autograd.testing.extrapolation against true derivatives, in long double.\n"
        "flagged: percent of the elements that the ladder does not trust.  Of the others:\n"
        "bound, 99 %: the median and the 99th percentile of claimed error / true derivative.\n"
        "error/bound: the worst true error / claimed error.\n"
        f"beyond: how many true errors exceed the claim, and by more than {ROUNDINGS} roundings.\n"
        "ladder, fixed: the worst true error / true derivative, by the ladder and by one central\n"
        f"difference between x - {FIXED_STEP:g} u and x + {FIXED_STEP:g} u, where 0.5 < |u| < 1.\n"
        "Ratios to the true derivative leave out elements where it is 0."
    )
    yield Table("accuracy", note, [*rows, total(rows)])


def measure(family: Family, outputs: int, rng: np.random.Generator) -> Row:
    """Differentiate one family and compare with the truth."""
    at = family.draw(rng, outputs)
    v = random_direction(at, rng)
    u = [d / scale(x) for x, d in zip(at, v, strict=True)]
    with np.errstate(all="ignore"):  # a step may leave the domain, and a relative error divide by 0
        slope = central(moving(family, at, v))
        around = moving(family, at, u)
        fixed = (around(FIXED_STEP) - around(-FIXED_STEP)) / (2 * FIXED_STEP)
        fixed_error = relative(fixed - truth(family, at, u), truth(family, at, u))
        return summary(family.name, slope, truth(family, at, v), fixed_error)


def moving(family: Family, at: list[Array], v: list[Array]) -> Callable[[float], Array]:
    """Return the outputs as a function of the step along a direction."""

    def value(h: float) -> Array:
        return family.f(*[x + h * d for x, d in zip(at, v, strict=True)]).ravel()

    return value


def truth(family: Family, at: list[Array], v: list[Array]) -> Array:
    """Return the true derivative along a direction."""
    wide = [[x.astype(np.longdouble) for x in values] for values in (at, v)]
    return family.slope(*wide).ravel()


def relative(error: Array, true: Array) -> Array:
    """Return the sizes of errors as a share of the true derivative, and NaN where that is 0."""
    return np.where(true == 0, np.nan, np.abs(error / true))


def summary(name: str, slope: Slope, true: Array, fixed_error: Array) -> Row:
    """Return the row of a family."""
    known = slope.trusted
    error, bound, true = np.abs(slope.value - true)[known], slope.error[known], true[known]
    median, most = np.nanquantile(relative(bound, true), [0.5, 0.99])
    return {
        "family": name,
        "elements": known.size,
        "flagged": 100 * float(np.mean(~known)),
        "bound": float(median),
        "99 %": float(most),
        "error/bound": float(np.max(np.where(error == 0, 0, error / bound))),
        "beyond": int(np.sum(error > bound + ROUNDINGS * UNIT * np.abs(true))),
        "ladder": float(np.nanmax(relative(error, true))),
        "fixed": float(np.nanmax(fixed_error[known])),
    }


def total(rows: list[Row]) -> Row:
    """Return the row of all families together."""
    sums = {key: sum(int(row[key] or 0) for row in rows) for key in ("elements", "beyond")}
    return dict.fromkeys(rows[0]) | {"family": "all"} | sums
