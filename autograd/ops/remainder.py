"""Division with a remainder: ``x = y q + r``, where the quotient ``q`` is an integer.

Between its jumps the quotient is constant, so that ``dr = dx - q dy``.  NumPy's `remainder` rounds
the quotient down, as Python's ``%`` does, and has the sign of ``y``; `fmod` cuts it, as C does,
and has the sign of ``x``.  At a jump the slopes are those of the quotient there.
"""

from __future__ import annotations

import numpy as np

from autograd.core.define import primitive
from autograd.core.float16 import in_float32
from autograd.core.spec import Spec, nonzero, real
from autograd.core.types import Array
from autograd.ops.piecewise import zeros_like
from autograd.ops.rounding import rint

_FLOORED = Spec(region=lambda x, y: np.floor(x / y))
_CUT = Spec(region=lambda x, y: np.trunc(x / y))


@primitive(
    vjps=(lambda ct, out, x, y: zeros_like(ct), lambda ct, out, x, y: zeros_like(ct)),
    domain=(real, nonzero),
    symbol="//",
    partials=("0", "0"),
    spec=_FLOORED,
)
def floor_divide(x: Array, y: Array) -> Array:
    """Largest integer not above ``x / y``, elementwise; the operator ``//``.

    The derivative is 0 wherever it exists, and taken as 0 at the jumps.  A primitive for exactness:
    the quotient in ``floor(x / y)`` may be rounded up to the next integer.

    x, y: any shapes that broadcast -> their broadcast shape.  Domain: ``y != 0``; at 0 it gives
    what NumPy gives.

    >>> import autograd as ag
    >>> ag.tensor([-7.0, 7.0]) // 2.0
    tensor([-4.,  3.])
    """
    return np.floor_divide(x, y)


@primitive(
    vjps=(
        lambda ct, out, x, y: ct,
        in_float32(lambda ct, out, x, y: -ct * floor_divide(x, y)),
    ),
    domain=(real, nonzero),
    symbol="%",
    partials=("1", "-floor(x/y)"),
    spec=_FLOORED,
)
def remainder(x: Array, y: Array) -> Array:
    """``x - y floor(x / y)``, elementwise: the remainder with the sign of ``y``.

    ``dr = dx - floor(x / y) dy``; NumPy's ``mod`` and ``remainder``, and the operator ``%``.  A
    primitive for exactness: of a large quotient the composition loses every digit.

    x, y: any shapes that broadcast -> their broadcast shape.  Domain: ``y != 0``; at 0 it gives
    what NumPy gives.

    >>> import autograd as ag
    >>> ag.tensor([-7.0, 7.0]) % 2.0
    tensor([1., 1.])
    """
    return np.remainder(x, y)


@primitive(
    vjps=(
        lambda ct, out, x, y: ct,
        # The whole quotient: the difference is a multiple of y, but for rounding.
        in_float32(lambda ct, out, x, y: -ct * rint((x - out) / y)),
    ),
    domain=(real, nonzero),
    partials=("1", "-trunc(x/y)"),
    spec=_CUT,
)
def fmod(x: Array, y: Array) -> Array:
    """``x - y trunc(x / y)``, elementwise: the remainder with the sign of ``x``, as in C.

    ``dr = dx - trunc(x / y) dy``.  A primitive for exactness, as `remainder` is.

    x, y: any shapes that broadcast -> their broadcast shape.  Domain: ``y != 0``; at 0 it gives
    what NumPy gives.

    >>> import autograd as ag
    >>> ag.fmod(ag.tensor([-7.0, 7.0]), 2.0)
    tensor([-1.,  1.])
    """
    return np.fmod(x, y)
