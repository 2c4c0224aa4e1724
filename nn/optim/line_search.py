"""How far to go along a direction: until the strong Wolfe conditions hold.

Along ``x + t d`` the loss is a function of one number t.  A step t is good if the loss has fallen
in proportion to t and the slope has become flat:

- ``f(t) <= f(0) + c1 t f'(0)``
- ``|f'(t)| <= c2 |f'(0)|``

First t grows until an interval must contain such a point, then the interval shrinks around it.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

FALL = 1e-4  # c1
FLAT = 0.9  # c2
SHORTEST = 1e-9


class Point(NamedTuple):
    """A step, the loss there, its slope along the direction, and its whole gradient."""

    t: float
    value: float
    slope: float
    gradient: Any


def strong_wolfe(
    at: Callable[[float], Point], start: Point, t: float, length: float, most: int
) -> Point:
    """Find a step at which the strong Wolfe conditions hold, or the lowest that was tried.

    Parameters
    ----------
    at : callable
        Computes the loss and its gradient after a step.
    start : Point
        Where ``t`` is 0, with a slope below 0.
    t : float
        The first step to be tried.
    length : float
        The largest absolute value in the direction.  The search ends when the interval, times
        this, is shorter than 1e-9.
    most : int
        How many steps may be tried after the first.

    Notes
    -----
    Nocedal and Wright (2006), algorithms 3.5 and 3.6, with cubic interpolation.

    Examples
    --------
    >>> from nn.optim.line_search import Point, strong_wolfe
    >>> def parabola(t):
    ...     return Point(t, (t - 1.0) ** 2, 2 * (t - 1.0), None)
    >>> strong_wolfe(parabola, parabola(0.0), 30.0, 1.0, 25).t
    1.0
    """
    previous, point, tries = start, at(t), 0
    while tries < most:
        too_far = _is_too_high(point, start) or (tries > 1 and point.value >= previous.value)
        if not too_far and _is_flat(point, start):
            return point
        if too_far or point.slope >= 0:
            return _narrowed(at, start, [previous, point], length, most - tries)
        further = point.t + 0.01 * (point.t - previous.t), point.t * 10
        previous, point = point, at(_lowest_of_cubic(previous, point, *further))
        tries += 1
    return point if point.value < start.value else start


def _narrowed(
    at: Callable[[float], Point],
    start: Point,
    interval: list[Point],
    length: float,
    most: int,
) -> Point:
    """Shrink an interval around a good step; return the best that was found."""
    low = _lower(interval)
    near_end = False  # whether the last step hardly divided the interval
    for _ in range(most):
        a, b = interval
        first, last = min(a.t, b.t), max(a.t, b.t)
        if (last - first) * length < SHORTEST:
            break
        lowest = _lowest_of_cubic(a, b, first, last)
        t, near_end = _inside(lowest, first, last, near_end)
        point = at(t)
        if _is_too_high(point, start) or point.value >= interval[low].value:
            interval[1 - low] = point
            low = _lower(interval)
            continue
        if _is_flat(point, start):
            return point
        if point.slope * (interval[1 - low].t - interval[low].t) >= 0:
            interval[1 - low] = interval[low]
        interval[low] = point
    return interval[low]


def _is_too_high(point: Point, start: Point) -> bool:
    return point.value > start.value + FALL * point.t * start.slope


def _is_flat(point: Point, start: Point) -> bool:
    return abs(point.slope) <= -FLAT * start.slope


def _lower(interval: list[Point]) -> int:
    return 0 if interval[0].value <= interval[1].value else 1


def _inside(t: float, first: float, last: float, near_end: bool) -> tuple[float, bool]:
    """Move a step away from the ends if it is there a second time; return whether it is near."""
    margin = 0.1 * (last - first)
    if min(last - t, t - first) >= margin:
        return t, False
    if near_end or t >= last or t <= first:
        return (last - margin if last - t < t - first else first + margin), False
    return t, True


def _lowest_of_cubic(a: Point, b: Point, first: float, last: float) -> float:
    """Return where the cubic through two values and slopes is lowest, within bounds.

    Nocedal and Wright (2006), equation 3.59.
    """
    if a.t > b.t:
        a, b = b, a
    chord = (a.value - b.value) / (a.t - b.t) if a.t < b.t else math.nan
    d1 = a.slope + b.slope - 3 * chord
    square = d1 * d1 - a.slope * b.slope
    if not square >= 0:  # nor NaN
        return (first + last) / 2
    d2 = math.sqrt(square)
    below = b.slope - a.slope + 2 * d2
    share = (b.slope + d2 - d1) / below if below else math.nan
    t = b.t - (b.t - a.t) * share
    return min(max(t, first), last) if math.isfinite(t) else (first + last) / 2
