"""A numerical derivative that knows how wrong it may be.

A central difference ``D(h) = (f(h) - f(-h)) / 2h`` has two errors.  Truncation falls with the step,
as c h^2; rounding grows, as noise / h.  No fixed step suits every function.  So here a ladder of
steps is climbed down, each about a quarter of the one before, and for every output element by
itself the best place on it is found:

- Richardson's extrapolation combines rungs so that the terms in h^2, h^4 and h^6 cancel;
- a candidate's error is twice its disagreement with its neighbours in that table plus the rounding
  of its smallest step.  Rounding is what floating point must lose or what the ladder's end visibly
  loses, whichever is more;
- a candidate is rejected if a smaller step contradicts it by more than truncation and rounding
  allow.  Without this rule a pole or a kink between x - h and x + h would go unseen, because the
  large steps on the far side of it may agree with each other perfectly.

The ladder takes 27 evaluations, whatever the size of x and f(x).  What is narrower than its
smallest step, about 1e-7 of the natural one, it cannot see.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from autograd.core.types import Array
from autograd.ir.numerics import UNIT

RUNGS = 13
RATIO = 1.25 * math.pi  # no fraction: a function that rounds to a grid must not fall into step
ORDERS = 3
TAIL = 5  # rungs at the end, where truncation is gone and only noise is left
SAFETY = 4.0
FALL = RATIO**4  # of truncation, from one rung to the next
NEGLIGIBLE = 1e-12
BLOCK = 2**15  # outputs that are looked at together, so that a large function needs little memory
STEPS = RATIO ** -np.arange(RUNGS)[:, None]


@dataclass(frozen=True, slots=True)
class Slope:
    """The derivative at h = 0 of a vector that depends on a number h.

    Attributes
    ----------
    value, error : arrays of shape (outputs,)
        The derivative, and a bound on its error; infinite where no step can be trusted.
    kinked : array of bool, (outputs,)
        Where the slopes on the two sides differ, so that there is no derivative.
    reach : array of shape (outputs,)
        How far the output moves along the whole ladder.
    quotients : array of shape (rungs, outputs)
        The plain difference quotients, for reports.
    """

    value: Array
    error: Array
    kinked: Array
    reach: Array
    quotients: Array

    @property
    def trusted(self) -> Array:
        """Where value and error can be relied on."""
        return np.isfinite(self.error) & ~self.kinked


def central(
    f: Callable[[float], Array],
    same: Callable[[float], Array] | None = None,
    least: float = 0.0,
) -> Slope:
    """Differentiate at 0 by central differences.

    Parameters
    ----------
    f : callable
        Of a step h; returns a vector of float64.
    same : callable, optional
        Of a step h; returns, for each output, whether f is on the same smooth piece as at 0.
    least : float
        How far rounding is known to move an output at least.

    Returns
    -------
    Slope

    Examples
    --------
    >>> import numpy as np
    >>> from autograd.testing.extrapolation import central
    >>> slope = central(lambda h: np.array([np.exp(h), abs(h)]))
    >>> bool(abs(slope.value[0] - 1.0) <= slope.error[0] < 1e-11)
    True
    >>> slope.kinked
    array([False,  True])
    """
    middle = f(0.0)
    ahead = np.array([f(h) for h in STEPS[:, 0]])
    behind = np.array([f(-h) for h in STEPS[:, 0]])
    smooth = np.array([same(h) & same(-h) for h in STEPS[:, 0]]) if same is not None else None
    parts = []
    for first in range(0, max(len(middle), 1), BLOCK):
        part = slice(first, first + BLOCK)
        pieces = smooth[:, part] if smooth is not None else None
        parts.append(_central(middle[part], ahead[:, part], behind[:, part], pieces, least))
    return Slope(*(np.concatenate(field, axis=-1) for field in zip(*parts, strict=True)))


def _central(
    middle: Array, ahead: Array, behind: Array, smooth: Array | None, least: float
) -> tuple[Array, Array, Array, Array, Array]:
    """Return the fields of a `Slope` for the values of f at 0, ahead of it and behind."""
    with np.errstate(all="ignore"):
        quotients = (ahead - behind) / (2 * STEPS)
        bends = (ahead - middle) + (behind - middle)
        changes = np.diff(quotients, axis=0) * STEPS[1:]
        floor = _floor(middle, np.stack([ahead, behind]), quotients, least)
        valid = np.isfinite(quotients)
        if smooth is None:
            kinks = _kinks(np.abs(bends) / STEPS, floor)
            kinked = kinks[-1]
        else:
            valid &= smooth
            kinks, kinked = ~valid, ~valid[-1]
        noise, quiet = _noise(_rest(bends, 2, valid), _rest(changes, 3, valid), floor)
        value, error = _best(quotients, noise, quiet, valid, kinks, power=2)
        reach = _reach(ahead)
        error[_vague(value, error, middle, ahead, least) | _lost(reach, noise, floor)] = np.inf
    return value, error, kinked, reach, quotients


def one_sided(f: Callable[[float], Array], side: int) -> Slope:
    """Differentiate at 0 from the right (``side`` = 1) or from the left (-1).

    Parameters
    ----------
    f : callable
        Of a step h; returns a vector of float64.
    side : {1, -1}

    Returns
    -------
    Slope

    Examples
    --------
    >>> import numpy as np
    >>> from autograd.testing.extrapolation import one_sided
    >>> one_sided(lambda h: np.array([abs(h)]), -1).value
    array([-1.])
    """
    middle = f(0.0)
    there = np.array([f(side * h) for h in STEPS[:, 0]])
    with np.errstate(all="ignore"):
        quotients = (there - middle) / (side * STEPS)
        valid = np.isfinite(quotients)
        noise = 2 * _floor(middle, there[None], quotients)
        value, error = _best(quotients, noise, noise, valid, ~valid, power=1)
        error[_vague(value, error, middle, there)] = np.inf
    return Slope(value, error, np.zeros(value.shape, bool), _reach(there), quotients)


def _floor(middle: Array, around: Array, quotients: Array, least: float = 0.0) -> Array:
    """Return what floating point must lose, and what a function that rounds coarsely loses."""
    size = np.maximum(np.abs(around).max(0), np.abs(middle))
    # f rounds to half a unit of its size, and x + h v to half a unit of x, which is at most 2 v.
    necessary = np.maximum(UNIT * (size + 4 * np.abs(quotients)), least)
    floor: Array = np.maximum(necessary, _grain(np.abs(around - middle))) / STEPS
    return floor


def _grain(moves: Array) -> Array:
    """Return the grain of a function that rounds its result coarsely, and 0 of any other.

    The last steps change nothing, and all changes before them are multiples of one number.  On a
    flat piece beside a kink the last steps change nothing, either, but there is no such number.
    """
    still = (moves[:, -2:] == 0).all((0, 1))
    moves = np.concatenate(list(moves))
    grain = np.where(moves > 0, moves, np.inf).min(0)
    multiples = 4 * moves / grain  # quarters, as the grain of a float halves at powers of 2
    few = (moves > grain) & (multiples < 1e6)
    whole = np.abs(multiples - np.round(multiples)) < 1e-6
    grained = still & np.isfinite(grain) & (whole | ~few).all(0) & (few.sum(0) >= 3)
    return np.where(grained, grain, 0.0)


def _rest(y: Array, power: int, valid: Array) -> Array:
    """Cancel c in y(h) = c h^power + rest between neighbouring rungs, and return the rest."""
    rest = np.abs(y[:-1] / RATIO**power - y[1:])
    return np.where(valid[: len(rest)] & np.isfinite(rest), rest, 0.0)


def _noise(second: Array, third: Array, floor: Array) -> tuple[Array, Array]:
    """Bound the rounding of each difference, cautiously, and as the very last rungs show it.

    Rounding is as large on one rung as on another.  So the samples of the last rungs tell it, and
    earlier ones add to the evidence unless they are much larger: that is truncation.
    """
    last = np.maximum(second[-3:].max(0), third[-2:].max(0))
    seen = last
    for sample in (*second[-4 : -TAIL - 1 : -1], *third[-3 : -TAIL - 1 : -1]):
        seen = np.where(sample <= FALL * seen, np.maximum(seen, sample), seen)
    return np.maximum(floor, SAFETY * seen / STEPS), np.maximum(floor, SAFETY * last / STEPS)


def _best(
    quotients: Array, noise: Array, quiet: Array, valid: Array, kinks: Array, power: int
) -> tuple[Array, Array]:
    """Choose, for every output element, the candidate of Richardson's table with the least error.

    ``noise`` is the cautious bound of rounding, for the error; ``quiet`` the bold one, by which a
    smaller step may contradict.  A candidate made on a rung of ``kinks`` alone is none.
    """
    values, errors, distances, rungs = [], [], [], []
    column, gain = quotients, 1.0
    for order in range(1, ORDERS + 1):
        factor = RATIO ** (power * order) - 1
        gain *= 1 + 2 / factor
        coarser = column
        column = column[1:] + (column[1:] - column[:-1]) / factor
        disagreement = np.maximum(
            np.abs(column[1:] - column[:-1]), np.abs(column[1:] - coarser[2:])
        )
        first = order + 1  # the smallest step in the first candidate of this order
        values.append(column[1:])
        errors.append(2 * disagreement + gain * noise[first:])
        distances.append(np.abs(quotients[first:] - column[1:]))
        rungs.append(np.arange(first, RUNGS))
    value, error, distance = np.vstack(values), np.vstack(errors), np.vstack(distances)
    rung = np.concatenate(rungs)
    for j in range(2, RUNGS):
        above = (rung < j)[:, None]
        truncation = distance * (STEPS[j] / STEPS[rung]) ** power
        contradicted = np.abs(quotients[j] - value) > SAFETY * (truncation + quiet[j])
        error[(above & (contradicted | ~valid[j])) | ((rung == j)[:, None] & ~valid[j])] = np.inf
    error[kinks[rung] | ~np.isfinite(error)] = np.inf
    best = error.argmin(0)[None]
    return np.take_along_axis(value, best, 0)[0], np.take_along_axis(error, best, 0)[0]


def _vague(value: Array, error: Array, middle: Array, around: Array, least: float = 0.0) -> Array:
    """Return where the bound of the error is so large that the value tells little.

    A negligible error is never too large: what is 0 by a symmetry is nothing but rounding.
    """
    moves = np.median(np.abs(around - middle), axis=0)
    size = np.abs(value) + np.abs(middle) + moves
    vague: Array = error > np.maximum(1e-3 * size, max(NEGLIGIBLE, 64 * least))
    return vague


def _reach(values: Array) -> Array:
    """Return how far apart the largest and the smallest of the finite values are."""
    finite = np.isfinite(values)
    high = np.where(finite, values, -np.inf).max(0)
    low = np.where(finite, values, np.inf).min(0)
    return np.where(finite.any(0), high - low, 0.0)


def _lost(reach: Array, noise: Array, floor: Array) -> Array:
    """Return where f moves wildly even on the smallest steps, so that none of them is small."""
    wobble, rounding = noise[-1] * STEPS[-1], floor[-1] * STEPS[-1]
    lost: Array = wobble > np.maximum(1e-3 * reach, 64 * rounding + NEGLIGIBLE)
    return lost


def _kinks(bends: Array, floor: Array) -> Array:
    """Return the rungs between whose ends there is a kink.

    |f(h) - 2 f(0) + f(-h)| / h falls with h where f is smooth, and grows where it is rounding; but
    over a kink it stays as it is, about the difference of the two slopes.
    """
    width = 4
    over = np.zeros(bends.shape, bool)
    for i in range(len(bends) - width + 1):
        window = slice(i, i + width)
        low, high = bends[window].min(0), bends[window].max(0)
        clear = (bends[window] > 8 * floor[window]).all(0)
        # The next step may reach over it, too, by so little that it hardly shows.
        over[i : i + width + 1] |= clear & (high <= 2 * low)
    # What a step reaches over, larger ones do as well.
    return np.logical_or.accumulate(over[::-1])[::-1]
