"""Special functions: the error function, and the sine over its argument.

NumPy has no error function; Python's `math` has it, for one number.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd.core.define import primitive
from autograd.core.float16 import in_float32
from autograd.core.spec import ANALYTIC
from autograd.core.types import Array
from autograd.ops.elementwise import exp

_TWO_OVER_ROOT_PI = 2.0 / math.sqrt(math.pi)


def _of_each(function: Any, x: Any) -> Array:
    """Apply a function of Python's to each number; the result has the dtype of floats given."""
    x = np.asarray(x)
    values: Array = np.asarray(function(x), dtype=x.dtype if x.dtype.kind == "f" else float)
    return values[()]


_erf = np.frompyfunc(math.erf, 1, 1)
_erfc = np.frompyfunc(math.erfc, 1, 1)


@primitive(
    vjps=(in_float32(lambda ct, out, x: ct * (_TWO_OVER_ROOT_PI * exp(-(x * x)))),),
    partials=("2*exp(-x^2)/sqrt(pi)",),
)
def erf(x: Array) -> Array:
    """Error function: ``2/sqrt(pi)`` times the integral of ``exp(-t^2)`` from 0 to x, elementwise.

    ``d erf(x) = 2/sqrt(pi) exp(-x^2) dx``.  A primitive for exactness: ``1 - erfc(x)`` loses every
    digit near 0.

    x: (...) -> (...).

    >>> import autograd as ag
    >>> ag.erf(ag.tensor(0.5))
    tensor(0.52049988)
    """
    return _of_each(_erf, x)


@primitive(
    vjps=(in_float32(lambda ct, out, x: ct * (-_TWO_OVER_ROOT_PI * exp(-(x * x)))),),
    partials=("-2*exp(-x^2)/sqrt(pi)",),
)
def erfc(x: Array) -> Array:
    """Complementary error function: ``2/sqrt(pi)`` times the integral of ``exp(-t^2)`` from x on.

    ``d erfc(x) = -2/sqrt(pi) exp(-x^2) dx``.  A primitive because no composition of the others has
    its value: ``erfc(-x / sqrt(2)) / 2`` is the distribution function of the standard normal, exact
    in both tails, which the GELU needs.

    x: (...) -> (...).

    >>> import autograd as ag
    >>> ag.erfc(ag.tensor(0.5))
    tensor(0.47950012)
    """
    return _of_each(_erfc, x)


@primitive(
    vjps=(
        in_float32(
            lambda ct, out, x: ct * (x * bessel_ratio(math.pi * x, n=1) * -(math.pi * math.pi))
        ),
    ),
    partials=("(cos(pi*x)-out)/x if x else 0",),
    spec=ANALYTIC,
)
@in_float32
def sinc(x: Array) -> Array:
    """``sin(pi x) / (pi x)``, elementwise, and 1 at 0: smooth everywhere.

    ``d sinc(x) = (cos(pi x) - sinc(x)) / x dx``.  A primitive for exactness: the quotient is 0/0 at
    0, and the difference in its derivative cancels near 0.  The rule has that slope as
    ``-pi^2 x`` times a `bessel_ratio`, which is exact there, and so are all further derivatives.

    x: (...) -> (...).

    >>> import autograd as ag
    >>> ag.sinc(ag.tensor([0.0, 0.5])).numpy().round(4)
    array([1.    , 0.6366])
    >>> ag.grad(ag.grad(ag.sinc))(0.0).round(4)  # -pi^2 / 3
    np.float64(-3.2899)
    """
    return np.sinc(x)


@primitive(vjps=(in_float32(lambda ct, out, x, n=1: ct * (-x * bessel_ratio(x, n=n + 1))),))
@in_float32
def bessel_ratio(x: Array, n: int = 1) -> Array:
    """Spherical Bessel function over a power, ``j_n(x) / x^n``, elementwise.

    ``d (j_n / x^n) = -x (j_(n+1) / x^(n+1)) dx``: the derivatives of ``j_0 = sin(x) / x`` are made
    of these functions (Abramowitz and Stegun, Handbook of Mathematical Functions, 10.1.24).  A
    primitive for exactness: it is an even and smooth function, but written in sines and cosines it
    is a difference that cancels near 0.

    x: (...) -> (...).  ``n`` is a whole number, at least 0.

    >>> from autograd.ops.special import bessel_ratio
    >>> from autograd import tensor
    >>> bessel_ratio(tensor([0.0, 1.0]), n=1)
    tensor([0.33333333, 0.30116868])
    """
    x = np.asarray(x)
    near = abs(x) <= 1.5 * n
    inside, outside = np.where(near, x, 0), np.where(near, 1, x)
    return np.where(near, _series(inside, n), _recurrence(outside, n))[()]


def _series(x: Array, n: int) -> Array:
    """Sum the power series (Abramowitz and Stegun, 10.1.2), for ``x`` that are not far beyond n."""
    term = np.ones_like(x) / math.prod(range(1, 2 * n + 2, 2))
    total = term
    for k in range(1, 2 * n + 20):
        term = term * (x * x / (-2 * k * (2 * n + 2 * k + 1)))
        total = total + term
    return total


def _recurrence(x: Array, n: int) -> Array:
    """Climb from ``j_0`` to ``j_n`` (10.1.19), for ``x`` beyond n, where rounding does not grow."""
    below, ratio = np.cos(x), np.sin(x) / x
    for k in range(n):
        below, ratio = ratio, ((2 * k + 1) * ratio - below) / x / x
    return ratio
