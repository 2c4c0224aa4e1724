"""Inverses of the trigonometric and hyperbolic functions; `arctan` stands beside `tanh`.

NumPy computes them all without loss.  Their slopes are quotients with ``1 - x^2`` or ``x^2 - 1``,
which cancel at the ends of the domain; as products of two factors they do not.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.core.define import primitive
from autograd.core.float16 import in_float32
from autograd.core.spec import ANALYTIC, Domain
from autograd.core.types import Array
from autograd.ops.compare import greater
from autograd.ops.elementwise import sqrt
from autograd.ops.piecewise import absolute, where
from autograd.ops.polar import hypot

between_ones = Domain(-1, 1)
above_one = Domain("x > 1", ((1.0, np.inf),))


def _one_minus_square(x: Any) -> Any:
    """Return ``1 - x^2``: its value has all digits near 1, and its slope has all digits near 0."""
    return where(greater(absolute(x), 0.5), (1 - x) * (1 + x), 1 - x * x)


@primitive(
    vjps=(in_float32(lambda ct, out, x: ct / sqrt(_one_minus_square(x))),),
    domain=between_ones,
    partials=("1/sqrt(1-x^2)",),
    spec=ANALYTIC,
)
def arcsin(x: Array) -> Array:
    """Inverse sine in radians, elementwise.

    ``d arcsin(x) = dx / sqrt(1 - x^2)``.  A primitive for exactness: ``arctan(x / sqrt(1 - x^2))``
    cancels near 1, and is 0/0 at the ends.

    x: (...) -> (...), radians in [-pi/2, pi/2].  Domain: ``-1 < x < 1``; at -1 and 1 the slope is
    infinite.

    >>> import autograd as ag
    >>> ag.arcsin(ag.tensor(1.0))
    tensor(1.57079633)
    """
    return np.arcsin(x)


@primitive(
    vjps=(in_float32(lambda ct, out, x: -ct / sqrt(_one_minus_square(x))),),
    domain=between_ones,
    partials=("-1/sqrt(1-x^2)",),
    spec=ANALYTIC,
)
def arccos(x: Array) -> Array:
    """Inverse cosine in radians, elementwise.

    ``d arccos(x) = -dx / sqrt(1 - x^2)``.  A primitive for exactness: ``pi/2 - arcsin(x)`` loses
    every digit near 1.

    x: (...) -> (...), radians in [0, pi].  Domain: ``-1 < x < 1``; at -1 and 1 the slope is
    infinite.

    >>> import autograd as ag
    >>> ag.arccos(ag.tensor(-1.0))
    tensor(3.14159265)
    """
    return np.arccos(x)


@primitive(
    vjps=(in_float32(lambda ct, out, x: ct / hypot(x, 1.0)),),
    partials=("1/sqrt(1+x^2)",),
    spec=ANALYTIC,
)
def arcsinh(x: Array) -> Array:
    """Inverse hyperbolic sine, elementwise.

    ``d arcsinh(x) = dx / sqrt(1 + x^2)``.  A primitive for exactness: ``log(x + sqrt(x^2 + 1))``
    loses every digit near 0 and below, and overflows.

    x: (...) -> (...).

    >>> import autograd as ag
    >>> ag.arcsinh(ag.tensor(1e-20)).item()
    1e-20
    """
    return np.arcsinh(x)


@primitive(
    vjps=(in_float32(lambda ct, out, x: ct / (sqrt(x - 1) * sqrt(x + 1))),),
    domain=above_one,
    partials=("1/sqrt(x^2-1)",),
    spec=ANALYTIC,
)
def arccosh(x: Array) -> Array:
    """Inverse hyperbolic cosine, elementwise.

    ``d arccosh(x) = dx / sqrt(x^2 - 1)``.  A primitive for exactness: ``log(x + sqrt(x^2 - 1))``
    loses digits near 1, and overflows.

    x: (...) -> (...).  Domain: ``x > 1``; at 1 the slope is infinite.

    >>> import autograd as ag
    >>> ag.arccosh(ag.tensor(1.0))
    tensor(0.)
    """
    return np.arccosh(x)


@primitive(
    vjps=(in_float32(lambda ct, out, x: ct / _one_minus_square(x)),),
    domain=between_ones,
    partials=("1/(1-x^2)",),
    spec=ANALYTIC,
)
def arctanh(x: Array) -> Array:
    """Inverse hyperbolic tangent, elementwise.

    ``d arctanh(x) = dx / (1 - x^2)``.  A primitive for exactness: ``log((1 + x) / (1 - x)) / 2``
    loses every digit near 0.

    x: (...) -> (...).  Domain: ``-1 < x < 1``; at the ends it is infinite.

    >>> import autograd as ag
    >>> ag.arctanh(ag.tensor(1e-20)).item()
    1e-20
    """
    return np.arctanh(x)
