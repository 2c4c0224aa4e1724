"""Normal numbers within bounds, however far out these are."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

Draw = Callable[[int], tuple[Any, Any]]  # of n candidates, with the logarithms of their chances


def truncated(rng: np.random.Generator, low: float, high: float, size: int) -> Any:
    """Return numbers of the standard normal distribution that are from ``low`` to ``high``.

    Candidates are drawn from a distribution that is easy to draw from and above the wanted one, and
    kept with the chance that is the ratio of both: at least a third, wherever the bounds are.

    Notes
    -----
    Robert (1995).

    Examples
    --------
    >>> import numpy as np
    >>> from nn.init.truncated import truncated
    >>> x = truncated(np.random.default_rng(0), 30.0, 40.0, 1000)
    >>> bool(x.min() >= 30.0), round(float(x.mean()), 2)
    (True, 30.03)
    """
    if high < 0:
        return -truncated(rng, -high, -low, size)
    draw = _proposal(rng, low, high)
    found = np.empty(0)
    while len(found) < size:
        x, log_chance = draw(2 * (size - len(found)) + 8)
        kept = (x >= low) & (x <= high) & (-rng.standard_exponential(len(x)) < log_chance)
        found = np.concatenate([found, x[kept]])
    return found[:size]


def _proposal(rng: np.random.Generator, low: float, high: float) -> Draw:
    """Return what draws the candidates, for bounds that are not both below 0."""
    width = high - low
    if low <= 0 and width > math.sqrt(2 * math.pi):
        return lambda n: (rng.standard_normal(n), np.zeros(n))
    if low <= 0:
        return lambda n: _evenly(rng, low, high, 0.0, n)
    if width * low < 1:
        return lambda n: _evenly(rng, low, high, low, n)
    return lambda n: _tail(rng, low, n)


def _evenly(
    rng: np.random.Generator, low: float, high: float, peak: float, n: int
) -> tuple[Any, Any]:
    x = rng.uniform(low, high, n)
    return x, -(x - peak) * (x + peak) / 2


def _tail(rng: np.random.Generator, low: float, n: int) -> tuple[Any, Any]:
    """Draw from an exponential distribution that touches the tail of the normal one."""
    above = 2 / (low + math.hypot(low, 2.0))  # by how much its rate is larger than low
    e = rng.standard_exponential(n) / (low + above)
    return low + e, -((e - above) ** 2) / 2
