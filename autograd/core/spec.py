"""What is declared about a primitive beside its rules: data that tests and drawings read.

A `Domain` says where an input may lie: a union of open intervals of the real line.  Documentation
prints it, tests draw safe inputs from it, and error messages quote it; the primitive itself
computes what NumPy computes, also outside.  A `Spec` says what else is known: where it is smooth,
whether it holds for complex numbers, and what it can be compared with.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import inf
from typing import Any

import numpy as np

from autograd.errors import OptionError

NUMBER = (int, float, np.integer, np.floating)


@dataclass(frozen=True, slots=True, init=False)
class Domain:
    """A union of open intervals in which every element of an input may lie.

    ``Domain(low, high)`` is one interval; ``Domain(text, intervals)`` has any number of them and
    its own words.

    Parameters
    ----------
    text : str
        The condition in the notation of a textbook, such as ``"x > 0"``; or the lower end.
    intervals : sequence of (float, float)
        The open intervals, from left to right; or the upper end.

    Raises
    ------
    OptionError
        If an interval is empty, or overlaps the one before.

    Examples
    --------
    >>> import autograd as ag
    >>> ag.Domain(-20, 20)
    Domain(text='-20 < x < 20', intervals=((-20.0, 20.0),))
    >>> ag.log.primitive.domain[0].text
    'x > 0'
    >>> 3.0 in ag.log.primitive.domain[0], 0.0 in ag.log.primitive.domain[0]
    (True, False)
    """

    text: str
    intervals: tuple[tuple[float, float], ...]

    def __init__(self, text: str | float, intervals: float | Sequence[tuple[float, float]]) -> None:
        if isinstance(text, NUMBER) and isinstance(intervals, NUMBER):
            self.__init__(_condition(text, intervals), ((text, intervals),))  # type: ignore[misc]
            return
        object.__setattr__(self, "text", text)
        object.__setattr__(self, "intervals", _checked(text, intervals))

    def __contains__(self, x: Any) -> bool:
        return bool(self.covers(x))

    def covers(self, x: Any) -> Any:
        """Return which elements of ``x`` lie in the domain."""
        within = [(low < x) & (x < high) for low, high in self.intervals]
        return np.logical_or.reduce(within)


def _condition(low: float, high: float) -> str:
    below, above = f"{low:g} < " if low > -inf else "", f" < {high:g}" if high < inf else ""
    if below and not above:
        return f"x > {low:g}"
    return f"{below}x{above}" if above else "every real x"


def _checked(text: Any, intervals: Any) -> tuple[tuple[float, float], ...]:
    """Return intervals as pairs of floats; refuse what are none, are empty, or overlap."""
    try:
        pairs = tuple((float(low), float(high)) for low, high in intervals)
    except (TypeError, ValueError):
        pairs = ()
    if not isinstance(text, str) or not pairs:
        raise OptionError(
            f"Domain: {text!r}, {intervals!r} is not a domain; write Domain(low, high), or "
            'Domain("x != 0", ((-inf, 0), (0, inf))) for several intervals'
        )
    ends = [end for pair in pairs for end in pair]
    if not all(low < high for low, high in pairs) or sorted(ends) != ends:
        raise OptionError(
            f"Domain: the intervals {pairs} must run from left to right, each from its lower end "
            "to its upper"
        )
    return pairs


real = Domain("every real x", ((-inf, inf),))
above_zero = Domain("x > 0", ((0.0, inf),))
nonzero = Domain("x != 0", ((-inf, 0.0), (0.0, inf)))
above_minus_one = Domain("x > -1", ((-1.0, inf),))


@dataclass(frozen=True, slots=True)
class Spec:
    """What tests, drawings and compilers read of a primitive; the engine computes without it.

    Parameters
    ----------
    region : callable, optional
        For a function with kinks or jumps: ``region(*inputs, **params)`` returns an array that says
        on which smooth piece the inputs lie, such as the sign of ``x`` for ``|x|``.  Tests do not
        difference across its borders.
    analytic : bool
        Whether the forward rule also holds for complex numbers, so that a test can take the
        derivative without subtracting.
    reference : callable, optional
        An independent function, of NumPy or SciPy, with the same arguments and values.
    signature : str, optional
        The core axes of inputs and result, as in ``"(n,k),(k,m)->(n,m)"``; other axes broadcast.
        Tests assume an elementwise function, ``"()->()"``, if there is none.
    composition : callable, optional
        For a primitive that exists for stability or speed: the same function composed of other
        primitives, which its value and derivatives are compared with.

    Examples
    --------
    >>> import autograd as ag
    >>> ag.exp.primitive.spec.analytic
    True
    >>> ag.Spec(signature="(n)->()").analytic
    False
    """

    region: Callable[..., Any] | None = None
    analytic: bool = False
    reference: Callable[..., Any] | None = None
    signature: str | None = None
    composition: Callable[..., Any] | None = None


ANALYTIC = Spec(analytic=True)
