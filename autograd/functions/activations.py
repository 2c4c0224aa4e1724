"""Activations, composed so that the value is right where the formula would overflow on the way.

Each is ordinary code over primitives; no derivative is written here.  Where the formula would
overflow for large inputs, the composition avoids it and a comment says how.
"""

from __future__ import annotations

import math
from typing import Any, cast

import numpy as np

from autograd.core.calls import called, checked
from autograd.core.composition import composition
from autograd.core.context import scope
from autograd.core.float16 import in_float32
from autograd.core.messages import one_line
from autograd.core.tensor import ArrayLike, Tensor, detached
from autograd.core.types import Axis
from autograd.errors import OptionError
from autograd.functions.arrays import as_floats, shaped
from autograd.ops.compare import isfinite
from autograd.ops.elementwise import exp, expm1, log, tanh
from autograd.ops.logistic import gelu_tanh, sigmoid, softplus
from autograd.ops.piecewise import maximum, where
from autograd.ops.reduce import max as max_
from autograd.ops.reduce import reduced_axes
from autograd.ops.reduce import sum as sum_
from autograd.ops.special import erfc


@called
def detach(x: ArrayLike) -> Tensor:
    """Return the value of ``x`` as a constant: no gradient flows through it.

    Parameters
    ----------
    x : array or Tensor

    Returns
    -------
    Tensor without a graph, or the array as it is

    Examples
    --------
    >>> import autograd as ag
    >>> ag.grad(lambda x: x * ag.detach(x))(3.0)
    np.float64(3.0)
    """
    return x.detach() if isinstance(x, Tensor) else cast(Tensor, x)


@checked
def relu(x: ArrayLike) -> Tensor:
    """Rectified linear unit, ``max(0, x)``, elementwise; decks 0, 1, 2 and 4.

    The slope at the kink ``x = 0`` is 0.

    Parameters
    ----------
    x : array or Tensor, (...)

    Returns
    -------
    Tensor or array, (...)

    Examples
    --------
    >>> import autograd as ag
    >>> ag.relu(ag.tensor([-1.0, 2.0]))
    tensor([0., 2.])
    """
    if not isinstance(x, Tensor):
        x = shaped(x, "relu")
    # Beside floats, NumPy takes longer to read an integer than to compare with it.
    return maximum(x, 0.0 if x.dtype.kind == "f" else 0)


@composition
def leaky_relu(x: ArrayLike, negative_slope: float = 0.01) -> Tensor:
    """``x`` where positive and ``negative_slope * x`` elsewhere, elementwise (Maas et al. 2013).

    The slope at the kink ``x = 0`` is ``negative_slope``.

    Parameters
    ----------
    x : array or Tensor, (...)
    negative_slope : float

    Returns
    -------
    Tensor or array, (...)

    Examples
    --------
    >>> import autograd as ag
    >>> ag.leaky_relu(ag.tensor([-1.0, 2.0]), 0.1)
    tensor([-0.1,  2. ])
    """
    x = as_floats(x, "leaky_relu")
    return where(detached(x) > 0, x, x * negative_slope)


@composition
def elu(x: ArrayLike, alpha: float = 1.0) -> Tensor:
    """``x`` where positive and ``alpha (exp(x) - 1)`` elsewhere, elementwise (Clevert et al. 2016).

    Parameters
    ----------
    x : array or Tensor, (...)
    alpha : float

    Returns
    -------
    Tensor or array, (...)

    Examples
    --------
    >>> import autograd as ag
    >>> ag.elu(ag.tensor([0.0, 2.0]))
    tensor([0., 2.])
    """
    x = as_floats(x, "elu")
    positive = detached(x) > 0
    # Where x is positive the exponential is not taken, so it sees a safe 0 there.
    return where(positive, x, alpha * expm1(where(positive, 0, x)))


@composition
def selu(x: ArrayLike) -> Tensor:
    """``scale elu(x, alpha)`` with two numbers that keep mean 0 and variance 1 from layer to layer.

    ``alpha = 1.6732632...`` and ``scale = 1.0507009...`` are solutions of equations for a standard
    normal x (Klambauer et al. 2017, appendix 1), who print them.

    Parameters
    ----------
    x : array or Tensor, (...)

    Returns
    -------
    Tensor or array, (...)

    Examples
    --------
    >>> import autograd as ag
    >>> ag.selu(ag.tensor([-1000.0, 0.0, 1.0])).numpy().round(4)
    array([-1.7581,  0.    ,  1.0507])
    """
    return 1.0507009873554805 * elu(as_floats(x, "selu"), 1.6732632423543772)


@checked
@in_float32
def gelu(x: ArrayLike, approximate: str = "none") -> Tensor:
    """``x P(Z <= x)`` for a standard normal Z, elementwise (Hendrycks and Gimpel 2016).

    Parameters
    ----------
    x : array or Tensor, (...)
    approximate : {"none", "tanh"}
        "none" is ``x erfc(-x / sqrt(2)) / 2``, and "tanh" the approximation
        ``x (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3))) / 2``.

    Returns
    -------
    Tensor or array, (...)

    Raises
    ------
    OptionError
        If ``approximate`` is something else.

    Examples
    --------
    >>> import autograd as ag
    >>> ag.gelu(ag.tensor([-1.0, 0.0, 1.0])).numpy().round(4)
    array([-0.1587,  0.    ,  0.8413])
    """
    if approximate not in ("none", "tanh"):
        raise OptionError(f"gelu: approximate={one_line(approximate)} must be 'none' or 'tanh'")
    if approximate == "tanh":
        return gelu_tanh(x)
    x = as_floats(x, "gelu")
    with scope("gelu"):
        return x * erfc(x * -math.sqrt(0.5)) * 0.5


@composition
def silu(x: ArrayLike) -> Tensor:
    """``x sigmoid(x)``, elementwise: a smooth `relu` (Elfwing et al. 2018), also called swish.

    Parameters
    ----------
    x : array or Tensor, (...)

    Returns
    -------
    Tensor or array, (...)

    Examples
    --------
    >>> import autograd as ag
    >>> ag.silu(ag.tensor([-1000.0, 0.0, 1000.0])).numpy() + 0.0
    array([   0.,    0., 1000.])
    """
    x = as_floats(x, "silu")
    return x * sigmoid(x)


@composition
def mish(x: ArrayLike) -> Tensor:
    """``x tanh(softplus(x))``, elementwise: a smooth `relu` with a dip below 0 (Misra 2019).

    Parameters
    ----------
    x : array or Tensor, (...)

    Returns
    -------
    Tensor or array, (...)

    Examples
    --------
    >>> import autograd as ag
    >>> ag.mish(ag.tensor([-1000.0, 0.0, 1000.0])).numpy() + 0.0
    array([   0.,    0., 1000.])
    """
    x = as_floats(x, "mish")
    return x * tanh(softplus(x))


@composition
def log_sigmoid(x: ArrayLike) -> Tensor:
    """Logarithm of `sigmoid`, exact also where that underflows: ``-softplus(-x)``; deck 1.

    Parameters
    ----------
    x : array or Tensor, (...)

    Returns
    -------
    Tensor or array, (...), not above 0
        Its derivative is ``sigmoid(-x)``.

    Examples
    --------
    >>> import autograd as ag
    >>> ag.log_sigmoid(ag.tensor([-1000.0, 0.0])).numpy().round(4)
    array([-1.000e+03, -6.931e-01])
    """
    return -softplus(-as_floats(x, "log_sigmoid"))


@composition
def logsumexp(x: ArrayLike, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """``log(sum(exp(x)))`` along axes, without overflow.

    Parameters
    ----------
    x : array or Tensor, (...)
    axis : int, tuple of int or None
    keepdims : bool

    Returns
    -------
    Tensor or array
        Its gradient is `softmax`.  Over no elements it is the logarithm of 0, with NumPy's warning.

    Raises
    ------
    ShapeError
        If there is no such axis.

    Examples
    --------
    >>> import autograd as ag
    >>> ag.logsumexp(ag.tensor([1000.0, 1000.0]))
    tensor(1000.69314718)
    """
    x = as_floats(x, "logsumexp")
    shift = _finite_max(x, axis, empty=True)
    total = log(sum_(exp(x - shift), axis=axis, keepdims=True)) + shift
    return total if keepdims else sum_(total, axis=axis)


@composition
def softmax(x: ArrayLike, axis: Axis = -1, *, dim: Axis = None) -> Tensor:
    """``exp(x_i) / sum_j exp(x_j)`` along an axis, without overflow; decks 1, 2 and 3.

    Parameters
    ----------
    x : array or Tensor, (...)
    axis : int or tuple of int
    dim : int or tuple of int, optional
        PyTorch's name of ``axis``.

    Returns
    -------
    Tensor or array, (...)
        Positive, and summing to 1 along ``axis``.

    Raises
    ------
    ShapeError
        If there is no such axis.
    OptionError
        If the axis is given under both names.

    Examples
    --------
    >>> import autograd as ag
    >>> ag.softmax(ag.tensor([1.0, 2.0, 3.0])).numpy().round(4)
    array([0.09  , 0.2447, 0.6652])
    """
    x, axis = as_floats(x, "softmax"), _one_axis("softmax", axis, dim)
    weights = exp(x - _finite_max(x, axis))
    return weights / sum_(weights, axis=axis, keepdims=True)


@composition
def log_softmax(x: ArrayLike, axis: Axis = -1, *, dim: Axis = None) -> Tensor:
    """Logarithm of `softmax`, exact also where a probability underflows; deck 1.

    Parameters
    ----------
    x : array or Tensor, (...)
    axis : int or tuple of int
    dim : int or tuple of int, optional
        PyTorch's name of ``axis``.

    Returns
    -------
    Tensor or array, (...)

    Raises
    ------
    ShapeError
        If there is no such axis.
    OptionError
        If the axis is given under both names.

    Examples
    --------
    >>> import autograd as ag
    >>> ag.log_softmax(ag.tensor([0.0, 1000.0]))
    tensor([-1000.,     0.])
    """
    x, axis = as_floats(x, "log_softmax"), _one_axis("log_softmax", axis, dim)
    shifted = x - _finite_max(x, axis)
    return shifted - log(sum_(exp(shifted), axis=axis, keepdims=True))


def _one_axis(operation: str, axis: Axis, dim: Axis) -> Axis:
    """Return the axis, which may be given as ``dim``."""
    if dim is not None and axis != -1:
        raise OptionError(f"{operation}: axis and dim are two names of one option; give one")
    return axis if dim is None else dim


def _finite_max(x: Any, axis: Any, empty: bool = False) -> Tensor:
    # Subtracting the largest element keeps exp from overflowing.  The result does not depend on
    # what is subtracted, so it may be a constant.  Infinity minus infinity would be NaN.
    if empty and not x.size:
        axes = reduced_axes(axis, x.ndim, "max")
        kept = tuple(1 if a in axes else n for a, n in enumerate(x.shape))
        largest: Any = np.full(kept, -np.inf, x.dtype)
    else:
        largest = max_(detached(x), axis=axis, keepdims=True)
    return where(isfinite(largest), largest, 0.0)
