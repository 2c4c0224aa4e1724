"""A numerical derivative that knows how wrong it may be.

A central difference ``D(h) = (f(h) - f(-h)) / 2h`` has two errors.  Truncation falls with the step,
as c h^2; rounding grows, as noise / h.  No fixed step suits every function.  So here a ladder of
steps is climbed down, each about a quarter of the one before, and for every output element by
itself the best place on it is found:

- Richardson's extrapolation combines rungs so that the terms in h^2, h^4 and h^6 cancel;
- a candidate's error is its disagreement with its neighbours in that table plus the rounding of its
  smallest step.  Rounding is what floating point must lose or what the ladder's end visibly
  loses, whichever is more;
- a candidate is rejected if a smaller step contradicts it by more than truncation and rounding
  allow.  Without this rule a pole or a kink between x - h and x + h would go unseen, because the
  large steps on the far side of it may agree with each other perfectly.

The ladder takes 27 evaluations, whatever the size of x and f(x).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]

RUNGS = 13
RATIO = 3.9  # not 4: a function that rounds to a binary grid must not fall into step with it
ORDERS = 3
TAIL = 5  # rungs at the end, where truncation is gone and only noise is left
SAFETY = 4.0
UNIT = float(np.finfo(np.float64).eps) / 2  # the largest relative error of one rounding
NEGLIGIBLE = 1e-12
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
    quotients : array of shape (rungs, outputs)
        The plain difference quotients, for reports.
    """

    value: Array
    error: Array
    kinked: Array
    quotients: Array

    @property
    def trusted(self) -> Array:
        """Where value and error can be relied on."""
        return np.isfinite(self.error) & ~self.kinked


def central(f: Callable[[float], Array], same: Callable[[float], Array] | None = None) -> Slope:
    """Differentiate at 0 by central differences.

    Parameters
    ----------
    f : callable
        Of a step h; returns a vector of float64.
    same : callable, optional
        Of a step h; returns, for each output, whether f is on the same smooth piece as at 0.

    Returns
    -------
    Slope

    Examples
    --------
    >>> slope = central(lambda h: np.array([np.exp(h), abs(h)]))
    >>> bool(abs(slope.value[0] - 1.0) <= slope.error[0] < 1e-11)
    True
    >>> slope.kinked
    array([False,  True])
    """
    middle = f(0.0)
    ahead = np.array([f(h) for h in STEPS[:, 0]])
    behind = np.array([f(-h) for h in STEPS[:, 0]])
    with np.errstate(all="ignore"):
        quotients = (ahead - behind) / (2 * STEPS)
        bends = (ahead - middle) + (behind - middle)
        valid = np.isfinite(quotients)
        if same is not None:
            valid &= np.array([same(h) & same(-h) for h in STEPS[:, 0]])
        floor = _floor(middle, np.stack([ahead, behind]), quotients)
        changes = np.diff(quotients, axis=0) * STEPS[1:]
        rests = [_rest(bends, 2, valid), _rest(changes, 3, valid)]
        noise = np.maximum(floor, SAFETY * np.vstack([r[-TAIL:] for r in rests]).max(0) / STEPS)
        quiet = np.maximum(floor, SAFETY * np.vstack([r[-2:] for r in rests]).max(0) / STEPS)
        value, error = _best(quotients, noise, quiet, valid, power=2)
        error[_vague(value, error, middle, ahead) | _lost(ahead, noise, floor)] = np.inf
        kinked = _kinked(np.abs(bends) / STEPS, noise) if same is None else ~valid[-1]
    return Slope(value, error, kinked, quotients)


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
    >>> one_sided(lambda h: np.array([abs(h)]), -1).value
    array([-1.])
    """
    middle = f(0.0)
    there = np.array([f(side * h) for h in STEPS[:, 0]])
    with np.errstate(all="ignore"):
        quotients = (there - middle) / (side * STEPS)
        valid = np.isfinite(quotients)
        noise = 2 * _floor(middle, there[None], quotients)
        value, error = _best(quotients, noise, noise, valid, power=1)
        error[_vague(value, error, middle, there)] = np.inf
    return Slope(value, error, np.zeros(value.shape, bool), quotients)


def _floor(middle: Array, around: Array, quotients: Array) -> Array:
    """Return what floating point must lose, and what a function that rounds coarsely loses."""
    size = np.maximum(np.abs(around).max(0), np.abs(middle))
    # f rounds to half a unit of its size, and x + h v to half a unit of x, which is at most 2 v.
    necessary = UNIT * (size + 4 * np.abs(quotients))
    # If the last steps change nothing, the grain is at most the smallest change seen before them.
    moves = np.abs(around - middle).max(0)
    grain = np.where(moves > 0, moves, np.inf).min(0)
    coarse = (moves[-2:] == 0).all(0) & (grain <= 1e-3 * np.abs(middle))
    floor: Array = np.maximum(necessary, np.where(coarse, grain, 0.0)) / STEPS
    return floor


def _rest(y: Array, power: int, valid: Array) -> Array:
    """Cancel c in y(h) = c h^power + rest between neighbouring rungs, and return the rest."""
    rest = np.abs(y[:-1] / RATIO**power - y[1:])
    return np.where(valid[: len(rest)] & np.isfinite(rest), rest, 0.0)


def _best(
    quotients: Array, noise: Array, quiet: Array, valid: Array, power: int
) -> tuple[Array, Array]:
    """Choose, for every output element, the candidate of Richardson's table with the least error.

    ``noise`` is the cautious bound of rounding, for the error; ``quiet`` the bold one, by which a
    smaller step may contradict.
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
        errors.append(disagreement + gain * noise[first:])
        distances.append(np.abs(quotients[first:] - column[1:]))
        rungs.append(np.arange(first, RUNGS))
    value, error, distance = np.vstack(values), np.vstack(errors), np.vstack(distances)
    rung = np.concatenate(rungs)
    for j in range(2, RUNGS):
        above = (rung < j)[:, None]
        truncation = distance * (STEPS[j] / STEPS[rung]) ** power
        contradicted = np.abs(quotients[j] - value) > SAFETY * (truncation + quiet[j])
        error[(above & (contradicted | ~valid[j])) | ((rung == j)[:, None] & ~valid[j])] = np.inf
    error[~np.isfinite(error)] = np.inf
    best = error.argmin(0)[None]
    return np.take_along_axis(value, best, 0)[0], np.take_along_axis(error, best, 0)[0]


def _vague(value: Array, error: Array, middle: Array, around: Array) -> Array:
    """Return where the bound of the error is so large that the value tells little.

    A negligible error is never too large: what is 0 by a symmetry is nothing but rounding.
    """
    moves = np.median(np.abs(around - middle), axis=0)
    size = np.abs(value) + np.abs(middle) + moves
    vague: Array = error > np.maximum(1e-3 * size, NEGLIGIBLE)
    return vague


def _lost(ahead: Array, noise: Array, floor: Array) -> Array:
    """Return where f moves wildly even on the smallest steps, so that none of them is small."""
    reach = np.nanmax(ahead, axis=0) - np.nanmin(ahead, axis=0)
    wobble, rounding = noise[-1] * STEPS[-1], floor[-1] * STEPS[-1]
    lost: Array = wobble > np.maximum(1e-3 * reach, 64 * rounding + NEGLIGIBLE)
    return lost


def _kinked(bends: Array, noise: Array) -> Array:
    """Return where |f(h) - 2 f(0) + f(-h)| / h stays as it is while h shrinks.

    For a smooth f it shrinks with h; at a kink it is the difference of the two slopes.
    """
    threshold = 8 * SAFETY * noise
    pairs = (bends[1:] > threshold[1:]) & (bends[:-1] > threshold[:-1])
    flat = pairs & (bends[1:] > 0.5 * bends[:-1])
    # The smallest steps above the noise decide, unless the next did not show what it would have.
    hidden = np.vstack([threshold[2:] >= bends[1:-1], np.ones_like(flat[:1])])
    smallest = len(pairs) - 1 - np.argmax(pairs[::-1], axis=0)
    decided: Array = np.take_along_axis(flat & hidden, smallest[None], 0)[0]
    return pairs.any(0) & decided
