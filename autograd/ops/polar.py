"""Polar coordinates of a point in the plane: its distance from the origin, and its angle.

With ``r = hypot(x, y)``, and ``x / r`` and ``y / r`` the cosine and the sine of the angle,

    dr = (x / r) dx + (y / r) dy,    d angle = (x dy - y dx) / r^2

so each derivative is a product of these three, and no square of a coordinate is computed, which
would overflow or vanish long before the distance does.  At the origin, where there is no angle,
cosine and sine are taken as 0, and with them every slope.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.core.define import primitive
from autograd.core.float16 import in_float32
from autograd.core.spec import Spec, nonzero, real
from autograd.core.types import Array
from autograd.ops.compare import equal
from autograd.ops.piecewise import where


def _over(part: Any, x: Any, y: Any) -> Any:
    """Return ``part / hypot(x, y)``; at the origin, where it is 0/0, the part itself."""
    r = hypot(x, y)
    return part / where(equal(r, 0), 1.0, r)


@primitive(
    vjps=(
        in_float32(lambda ct, out, x, y: ct * cosine(x, y)),
        in_float32(lambda ct, out, x, y: ct * cosine(y, x)),
    ),
    domain=(nonzero, real),
    partials=("x/out", "y/out"),
)
def hypot(x: Array, y: Array) -> Array:
    """Length ``sqrt(x^2 + y^2)`` of the hypotenuse, elementwise.

    ``dr = (x / r) dx + (y / r) dy``.  A primitive for stability: a square overflows from 1e154 on.

    x, y: any shapes that broadcast -> their broadcast shape.  At the origin both slopes are taken
    as 0, as for the norm.

    >>> import autograd as ag
    >>> ag.hypot(ag.tensor(3e200), 4e200)
    tensor(5.e+200)
    """
    return np.hypot(x, y)


@primitive(
    vjps=(
        in_float32(lambda ct, out, x, y: ct * (cosine(y, x) * _over(cosine(y, x), x, y))),
        in_float32(lambda ct, out, x, y: -ct * (out * _over(cosine(y, x), x, y))),
    ),
    domain=(nonzero, real),
    symbol="x/hypot",
    partials=("y^2/hypot(x,y)^3", "-x*y/hypot(x,y)^3"),
    spec=Spec(reference=lambda x, y: x / np.sqrt(x * x + y * y)),
)
@in_float32
def cosine(x: Array, y: Array) -> Array:
    """Cosine of the angle of the point ``(x, y)``, elementwise: ``x / hypot(x, y)``.

    ``dc = (y / r)^2 dx / r - (x / r) (y / r) dy / r``.  A primitive for exactness: the slope of the
    quotient, ``1/r - x^2/r^3``, is a difference that cancels where ``y`` is small.

    x, y: any shapes that broadcast -> their broadcast shape.  At the origin it is taken as 0.

    >>> from autograd.ops.polar import cosine
    >>> from autograd import tensor
    >>> cosine(tensor(3.0), 4.0)
    tensor(0.6)
    """
    r = np.hypot(x, y)
    return x / np.where(r == 0, 1.0, r)


@primitive(
    vjps=(
        in_float32(lambda ct, out, y, x: ct * _over(cosine(x, y), x, y)),
        in_float32(lambda ct, out, y, x: -ct * _over(cosine(y, x), x, y)),
    ),
    domain=(nonzero, real),
    partials=("y/(x^2+y^2)", "-x/(x^2+y^2)"),  # x is the first input here, as for every primitive
)
def arctan2(y: Array, x: Array) -> Array:
    """Angle of the point ``(x, y)`` in radians, elementwise, in all four quadrants.

    ``d angle = (x dy - y dx) / (x^2 + y^2)``.  A primitive because ``arctan(y / x)`` knows two of
    the quadrants, and has no value at ``x = 0``.

    y, x: in this order, any shapes that broadcast -> their broadcast shape, radians in [-pi, pi].
    The angle jumps where ``y`` changes its sign and ``x`` is negative; the slopes on both sides of
    the jump are equal, and taken there, too.  At the origin both slopes are taken as 0.

    >>> import autograd as ag
    >>> ag.arctan2(ag.tensor(1.0), -1.0)
    tensor(2.35619449)
    """
    return np.arctan2(y, x)
