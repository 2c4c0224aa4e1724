"""Powers, whose slopes at the base 0 take some care.

``0 * log(0)`` and ``0 * 0^-1`` are NaN for NumPy.  Where the mathematics has a limit, the rules
have it; where it has none, the docstrings say what is taken.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.core.apply import PYTHON_NUMBERS
from autograd.core.define import primitive
from autograd.core.float16 import in_float32
from autograd.core.spec import ANALYTIC, Spec, above_zero, nonzero, real
from autograd.core.tensor import detached
from autograd.core.types import Array
from autograd.ops.elementwise import log
from autograd.ops.piecewise import where, zeros_like


def _power_base_rule(ct: Any, out: Any, x: Any, y: Any) -> Any:
    # The derivative of x^0 is 0 everywhere, but 0 * x^(0 - 1) is NaN at x = 0.
    if type(y) in PYTHON_NUMBERS:
        return zeros_like(x * ct) if y == 0 else ct * (y * x ** (y - 1))
    return _power_base_rule_of_arrays(ct, x, y)


@in_float32
def _power_base_rule_of_arrays(ct: Any, x: Any, y: Any) -> Any:
    return ct * (y * x ** where((detached(y) == 0) & (detached(x) == 0), 1, y - 1.0))


@primitive(
    vjps=(_power_base_rule, in_float32(lambda ct, out, x, y: ct * power_slope(x, y))),
    domain=(above_zero, real),
    symbol="^",
    partials=("y*x^(y-1)", "out*log(x)"),
    spec=ANALYTIC,
)
def power(x: Array, y: Array) -> Array:
    """``x`` to the power ``y``, elementwise.

    ``d(x^y) = y x^(y-1) dx + x^y log(x) dy``.  A primitive because ``exp(y log(x))`` is inexact
    and has no value for a negative base, where integer exponents do.

    x, y: any shapes that broadcast -> their broadcast shape.  Domain: ``x > 0``; a constant
    integer ``y`` allows every ``x``.  The slope in ``y`` is that of `power_slope`, and the slope of
    ``x^0`` is 0 everywhere.

    >>> import autograd as ag
    >>> ag.power(ag.tensor(3.0), 2)
    tensor(9.)
    """
    return x**y


def _as_float(x: Any) -> Any:
    """Return a float for an integer of Python's, which may be too large for NumPy."""
    return float(x) if type(x) is int else x


@in_float32
def _power_slope_base_rule(ct: Any, out: Any, x: Any, y: Any) -> Any:
    return ct * (y * power_slope(x, y - 1.0) + power(x, y - 1.0))


@in_float32
def _power_slope_exponent_rule(ct: Any, out: Any, x: Any, y: Any) -> Any:
    one = zeros_like(out) + 1  # of the dtype of the result, which the logarithm shall have too
    return ct * (out * log(where((detached(x) == 0) & (detached(y) >= 0), one, _as_float(x))))


@primitive(
    vjps=(_power_slope_base_rule, _power_slope_exponent_rule),
    domain=(above_zero, real),
    symbol="x^y log(x)",
    partials=("y*x^(y-1)*log(x)+x^(y-1)", "out*log(x)"),
    spec=Spec(analytic=True, reference=lambda x, y: np.exp(y * np.log(x)) * np.log(x)),
)
@in_float32
def power_slope(x: Array, y: Array) -> Array:
    """Slope of ``x^y`` in ``y``, elementwise: ``x^y log(x)``.

    ``dz = (y x^(y-1) log(x) + x^(y-1)) dx + x^y log(x)^2 dy``.  A primitive because it tends to 0
    with ``x`` where ``y > 0``, and NumPy's ``0 * log(0)`` is NaN.

    x, y: any shapes that broadcast -> their broadcast shape.  Domain: ``x > 0``.  At ``x = 0`` it
    is 0 for ``y > 0``, minus infinity for ``y < 0``, and for ``y = 0``, where ``0^y`` jumps from 1
    to 0, taken as 0.

    >>> from autograd.ops.power import power_slope
    >>> from autograd import tensor
    >>> power_slope(tensor([0.0, 1.0]), 2.0)
    tensor([0., 0.])
    """
    x = _as_float(x)
    at_zero, value = (x == 0) & (y >= 0), x**y
    return np.where(at_zero, 0, value * np.log(np.where(at_zero, 1, x), dtype=value.dtype))[()]


@primitive(
    vjps=(in_float32(lambda ct, out, x: ct / (3 * out * out)),),
    domain=nonzero,
    partials=("1/(3*out^2)",),
)
def cbrt(x: Array) -> Array:
    """Cube root, elementwise, also of negative numbers.

    ``d cbrt(x) = dx / (3 cbrt(x)^2)``.  A primitive because ``x^(1/3)`` has no value for negative
    numbers, and is inexact: 1/3 is rounded.

    x: (...) -> (...).  Domain: ``x != 0``; the slope at 0 is infinite.

    >>> import autograd as ag
    >>> ag.cbrt(ag.tensor(-27.0))
    tensor(-3.)
    """
    return np.cbrt(x)
