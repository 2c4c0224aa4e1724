"""The logistic function and two activations that are made of it.

Each is a formula of exponentials that overflows on one side, or cancels on the other.  As one
operation it has all its digits everywhere, and so has its derivative.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd.core.define import primitive
from autograd.core.float16 import FLOAT16, in_float32, widened
from autograd.core.spec import Spec
from autograd.core.types import Array
from autograd.ops.elementwise import exp, log1p, tanh
from autograd.ops.piecewise import maximum, minimum


def _floats(x: Any) -> Any:
    """Return integers as floats, and floats as they are."""
    return x if x.dtype.kind == "f" else x.astype(float)


def _logistic(x: Any) -> Any:
    """Compute ``1 / (1 + exp(-x))`` for floats."""
    plain = -0.5 * float(np.log(np.finfo(x.dtype).max))  # from here on exp(-x) cannot overflow
    least = np.minimum.reduce(x, axis=None, initial=0.0) if x.ndim else x
    if least >= plain:
        return 1.0 / (1.0 + np.exp(-x))
    # Beyond, 1 + exp(-x) is exp(-x), to the last digit.
    beyond = x < plain
    return np.where(
        beyond, np.exp(np.minimum(x, 0.0)), 1.0 / (1.0 + np.exp(-np.maximum(x, plain)))
    )[()]


def _sigmoid_rule(ct: Any, out: Any, x: Any) -> Any:
    # In the right tail, 1 - out would have lost its digits; sigmoid(-x) has them.
    if x.dtype is not FLOAT16:
        return ct * (out * sigmoid(-x))
    # In the second derivative both factors' parts cancel near 0, so none is rounded before.
    x = widened(x)
    return ct * (sigmoid(x) * sigmoid(-x))


@primitive(
    vjps=(_sigmoid_rule,),
    partials=("out*(1 - out)",),
    spec=Spec(composition=lambda x: 1.0 / (1.0 + exp(-x))),
)
@in_float32
def sigmoid(x: Array) -> Array:
    """Logistic sigmoid, ``1 / (1 + exp(-x))``, elementwise; all decks.

    ``d sigmoid(x) = sigmoid(x) (1 - sigmoid(x)) dx``.  A primitive for exactness: far from 0,
    ``exp(-x)`` overflows on one side, and ``1 - sigmoid(x)`` cancels on the other.  Drawings open
    it into the lecture's four gates.  For its logarithm there is `log_sigmoid`: the slope of
    ``log(sigmoid(x))``, a quotient of small numbers, is NaN below -103 in float32.

    x: (...) -> (...), in [0, 1].

    >>> import autograd as ag
    >>> ag.sigmoid(ag.tensor([-1e6, 0.0, 1e6])).numpy().round(6)
    array([0. , 0.5, 1. ])
    >>> f"{ag.grad(ag.sigmoid)(100.0):.9g}"  # exp(-100)
    '3.72007598e-44'
    """
    return _logistic(_floats(x))


@primitive(
    vjps=(in_float32(lambda ct, out, x: ct * sigmoid(x)),),
    partials=("1/(1 + exp(-x))",),
    spec=Spec(composition=lambda x: log1p(exp(x))),
)
@in_float32
def softplus(x: Array) -> Array:
    """``log(1 + exp(x))``, elementwise: a smooth `relu` whose derivative is `sigmoid`.

    ``d softplus(x) = sigmoid(x) dx``.  A primitive for stability: ``exp(x)`` overflows where the
    value is nearly x.

    x: (...) -> (...).

    >>> import autograd as ag
    >>> ag.softplus(ag.tensor([-1000.0, 1000.0]))
    tensor([   0., 1000.])
    """
    x = _floats(x)
    return np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))


_LINEAR = math.sqrt(8.0 / math.pi)
_CUBIC = 0.044715 * _LINEAR
_FLAT = 40.0  # from here on the sigmoid below is 0 or 1, and a cube could overflow


def _gelu_tanh_rule(ct: Any, out: Any, x: Any) -> Any:
    near = maximum(minimum(x, _FLAT), -_FLAT)
    square = near * near
    z = near * (_LINEAR + _CUBIC * square)
    s = sigmoid(z)
    slope = near * (_LINEAR + 3.0 * _CUBIC * square)
    return ct * (s + s * sigmoid(-z) * slope)  # not 1 - s, which cancels where the slope is large


@primitive(
    vjps=(in_float32(_gelu_tanh_rule),),
    partials=(
        "(1 + tanh(sqrt(2/pi)*(x + 0.044715*x^3)))/2"
        " + x*(1 + 0.134145*x^2)/sqrt(2*pi)/cosh(sqrt(2/pi)*(x + 0.044715*x^3))^2",
    ),
    symbol="gelu",
    spec=Spec(
        composition=lambda x: x * (1.0 + tanh(_LINEAR / 2.0 * (x + 0.044715 * (x * x * x)))) * 0.5
    ),
)
@in_float32
def gelu_tanh(x: Array) -> Array:
    """``x (1 + tanh(z / 2)) / 2`` with ``z = sqrt(8/pi) (x + 0.044715 x^3)``, elementwise.

    The approximation of `gelu`.  As ``(1 + tanh(z / 2)) / 2 = sigmoid(z)``, its derivative is
    ``sigmoid(z) + x sigmoid(z) sigmoid(-z) dz/dx``.  A primitive for exactness: on the left
    ``1 + tanh`` cancels, and far from 0 the cube overflows.

    x: (...) -> (...).

    >>> import autograd as ag
    >>> from autograd.ops.logistic import gelu_tanh
    >>> gelu_tanh(ag.tensor([-1.0, 0.0, 1.0])).numpy().round(4)
    array([-0.1588,  0.    ,  0.8412])
    """
    x = _floats(x)
    near = np.maximum(np.minimum(x, _FLAT), -_FLAT)
    return x * _logistic(near * (_LINEAR + _CUBIC * (near * near)))
