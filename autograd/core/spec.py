"""Where a primitive is defined and smooth, said as data.

A `Domain` is a union of open intervals of the real line.  Documentation prints it, tests draw
safe inputs from it, and error messages quote it; the primitive itself computes what NumPy
computes, also outside.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import Any

import numpy as np


@dataclass(frozen=True, slots=True)
class Domain:
    """A union of open intervals in which every element of an input may lie.

    Parameters
    ----------
    text : str
        The condition in the notation of a textbook, such as ``"x > 0"``.
    intervals : tuple of (float, float)
        The open intervals, from left to right.

    Examples
    --------
    >>> import autograd as ag
    >>> ag.log.domain[0].text
    'x > 0'
    >>> 3.0 in ag.log.domain[0], 0.0 in ag.log.domain[0]
    (True, False)
    """

    text: str
    intervals: tuple[tuple[float, float], ...]

    def __contains__(self, x: Any) -> bool:
        return bool(self.covers(x))

    def covers(self, x: Any) -> Any:
        """Return which elements of ``x`` lie in the domain."""
        within = [(low < x) & (x < high) for low, high in self.intervals]
        return np.logical_or.reduce(within)


real = Domain("every real x", ((-inf, inf),))
positive = Domain("x > 0", ((0.0, inf),))
nonzero = Domain("x != 0", ((-inf, 0.0), (0.0, inf)))
above_minus_one = Domain("x > -1", ((-1.0, inf),))
