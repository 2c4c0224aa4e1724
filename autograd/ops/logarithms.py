"""Logarithms and exponentials to the bases 2 and 10, and of sums.

They are `log` and `exp` times a constant; each is a primitive because its value then is exact where
a power of its base is.  Sums of powers have the logistic function as their slope, and rules compute
it from the power of a number that is not positive, so that nothing overflows.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.core.define import primitive
from autograd.core.float16 import in_float32
from autograd.core.spec import ANALYTIC, Spec, above_zero
from autograd.core.types import Array
from autograd.ops.compare import equal, greater, isinf, logical_and
from autograd.ops.elementwise import exp, log
from autograd.ops.piecewise import where

LOG_2 = math.log(2)
LOG_10 = math.log(10)


@primitive(
    vjps=(in_float32(lambda ct, out, x: ct / x / LOG_2),),
    domain=above_zero,
    partials=("1/(x*log(2))",),
    spec=ANALYTIC,
)
def log2(x: Array) -> Array:
    """Logarithm to the base 2, elementwise.

    ``d log2(x) = dx / (x log(2))``.  A primitive for exactness: the logarithm of 8 is 3, and
    ``log(8) / log(2)`` need not be.

    x: (...) -> (...).  Domain: ``x > 0``; at 0 and below it gives what NumPy gives.

    >>> import autograd as ag
    >>> ag.log2(ag.tensor(8.0))
    tensor(3.)
    """
    return np.log2(x)


@primitive(
    vjps=(in_float32(lambda ct, out, x: ct / x / LOG_10),),
    domain=above_zero,
    partials=("1/(x*log(10))",),
    spec=ANALYTIC,
)
def log10(x: Array) -> Array:
    """Logarithm to the base 10, elementwise.

    ``d log10(x) = dx / (x log(10))``.  A primitive for exactness: the logarithm of 1000 is 3, and
    ``log(1000) / log(10)`` is 2.9999999999999996.

    x: (...) -> (...).  Domain: ``x > 0``; at 0 and below it gives what NumPy gives.

    >>> import autograd as ag
    >>> ag.log10(ag.tensor(1000.0))
    tensor(3.)
    """
    return np.log10(x)


@primitive(
    vjps=(in_float32(lambda ct, out, x: ct * (out * LOG_2)),),
    symbol="2^x",
    partials=("out*log(2)",),
    spec=ANALYTIC,
)
def exp2(x: Array) -> Array:
    """2 to the power ``x``, elementwise.

    ``d 2^x = 2^x log(2) dx``.  A primitive for exactness: ``exp(x log(2))`` rounds the exponent,
    and is off by many roundings where that is large.

    x: (...) -> (...).  Overflows to infinity from 1024 (float64) or 128 (float32) on.

    >>> import autograd as ag
    >>> ag.exp2(ag.tensor(10.0))
    tensor(1024.)
    """
    return np.exp2(x)


def _share(x: Any, y: Any, out: Any, power: Callable[[Any], Any]) -> Any:
    """Return ``power(x) / (power(x) + power(y))``, which is 1/2 of two equal infinities."""
    infinite = logical_and(equal(x, y), isinf(out))
    ahead = where(infinite, 0.0, x) - where(infinite, 0.0, y)
    positive = greater(ahead, 0)
    small = power(where(positive, -ahead, ahead))
    return where(positive, 1.0, small) / (1.0 + small)


@primitive(
    vjps=(
        in_float32(lambda ct, out, x, y: ct * _share(x, y, out, exp)),
        in_float32(lambda ct, out, x, y: ct * _share(y, x, out, exp)),
    ),
    partials=("1/(1+exp(y-x))", "1/(1+exp(x-y))"),
    spec=Spec(composition=lambda x, y: log(exp(x) + exp(y))),
)
def logaddexp(x: Array, y: Array) -> Array:
    """``log(exp(x) + exp(y))``, elementwise: adds two numbers that are given by their logarithms.

    ``dz = exp(x - z) dx + exp(y - z) dy``.  A primitive for stability: ``exp`` overflows above 709,
    and gives 0, which has no logarithm, below -745.

    x, y: any shapes that broadcast -> their broadcast shape.  Of two equal infinities each has the
    slope 1/2, as two equal numbers have.

    >>> import autograd as ag
    >>> ag.logaddexp(ag.tensor(-1000.0), -1000.0)
    tensor(-999.30685282)
    """
    return np.logaddexp(x, y)


@primitive(
    vjps=(
        in_float32(lambda ct, out, x, y: ct * _share(x, y, out, exp2)),
        in_float32(lambda ct, out, x, y: ct * _share(y, x, out, exp2)),
    ),
    partials=("1/(1+2^(y-x))", "1/(1+2^(x-y))"),
    spec=Spec(composition=lambda x, y: log2(exp2(x) + exp2(y))),
)
def logaddexp2(x: Array, y: Array) -> Array:
    """``log2(2^x + 2^y)``, elementwise.

    ``dz = 2^(x - z) dx + 2^(y - z) dy``.  A primitive for stability: ``2^x`` overflows from 1024
    on.

    x, y: any shapes that broadcast -> their broadcast shape.  Of two equal infinities each has the
    slope 1/2, as two equal numbers have.

    >>> import autograd as ag
    >>> ag.logaddexp2(ag.tensor(2000.0), 2000.0)
    tensor(2001.)
    """
    return np.logaddexp2(x, y)
