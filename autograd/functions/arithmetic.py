"""Elementwise functions that are exact as compositions."""

from __future__ import annotations

import numpy as np

from autograd.core import departures
from autograd.core.calls import checked
from autograd.core.composition import composition
from autograd.core.tensor import ArrayLike, Tensor
from autograd.core.types import DTypeLike
from autograd.errors import UnsupportedError
from autograd.functions.activations import detach
from autograd.functions.arrays import as_short_floats, shaped
from autograd.ops.elementwise import cast, cos, multiply, positive, sin
from autograd.ops.piecewise import absolute, maximum, minimum
from autograd.ops.power import power
from autograd.ops.remainder import floor_divide, remainder


@checked
def square(x: ArrayLike) -> Tensor:
    """``x * x``, elementwise: one gate with two edges from the same input.

    Parameters
    ----------
    x : array or Tensor, (...)

    Returns
    -------
    Tensor or array, (...)

    Examples
    --------
    >>> import autograd as ag
    >>> ag.square(ag.tensor(3.0))
    tensor(9.)
    """
    return multiply(x, x)


@composition
def tan(x: ArrayLike) -> Tensor:
    """Tangent of an angle in radians, ``sin(x) / cos(x)``, elementwise.

    Parameters
    ----------
    x : array or Tensor, (...), radians
        ``cos(x)`` must not be 0.

    Returns
    -------
    Tensor or array, (...)

    Examples
    --------
    >>> import autograd as ag
    >>> ag.tan(ag.tensor(0.0))
    tensor(0.)
    """
    return sin(x) / cos(x)


@checked
def divmod(x: ArrayLike, y: ArrayLike) -> tuple[Tensor, Tensor]:
    """Quotient and remainder, elementwise: `floor_divide` and `remainder`.

    Parameters
    ----------
    x, y : array or Tensor, shapes that broadcast

    Returns
    -------
    tuple of two Tensors or arrays
        The quotient is piecewise constant, with slope 0.

    Examples
    --------
    >>> import autograd as ag
    >>> ag.divmod(ag.tensor(7.0), 2.0)
    (tensor(3.), tensor(1.))
    """
    return floor_divide(x, y), remainder(x, y)


@checked
def fabs(x: ArrayLike) -> Tensor:
    """Absolute value, elementwise, of integers as of floats: NumPy's ``fabs``; see `absolute`.

    Parameters
    ----------
    x : array or Tensor, (...)

    Returns
    -------
    Tensor or array, (...), of floats

    Examples
    --------
    >>> import autograd as ag
    >>> ag.fabs(ag.tensor([-2, 3]))
    tensor([2., 3.])
    """
    return absolute(as_short_floats(x, "fabs"))


@composition
def float_power(x: ArrayLike, y: ArrayLike) -> Tensor:
    """``x`` to the power ``y``, elementwise, in float64 at least; otherwise as `power`.

    Parameters
    ----------
    x, y : array or Tensor, shapes that broadcast

    Returns
    -------
    Tensor or array, of float64

    Examples
    --------
    >>> import autograd as ag
    >>> ag.float_power(ag.tensor([2, 4]), -1)
    tensor([0.5 , 0.25])
    """
    return power(_in_float64(x), _in_float64(y))


def _in_float64(x: ArrayLike) -> Tensor:
    x = shaped(x, "float_power")
    return astype(x, np.result_type(x.dtype, np.float64))


@composition
def clip(
    a: ArrayLike,
    a_min: ArrayLike | None = None,
    a_max: ArrayLike | None = None,
    *,
    min: ArrayLike | None = None,
    max: ArrayLike | None = None,
) -> Tensor:
    """Limit values to ``[a_min, a_max]``, elementwise.

    The gradient passes strictly inside the limits and is 0 at and beyond them.

    Parameters
    ----------
    a : array or Tensor, (...)
    a_min, a_max : array, Tensor or None
        None leaves that side open.
    min, max : array, Tensor or None
        NumPy's newer names for the same.

    Returns
    -------
    Tensor or array

    Raises
    ------
    UnsupportedError
        If a limit is given under both names.

    Examples
    --------
    >>> import autograd as ag
    >>> ag.clip(ag.tensor([-1.0, 0.5, 2.0]), 0.0, 1.0)
    tensor([0. , 0.5, 1. ])
    """
    if (a_min is not None and min is not None) or (a_max is not None and max is not None):
        raise UnsupportedError("clip: give a_min or min, and a_max or max, but not both")
    a = shaped(a, "clip")
    low, high = (a_min if min is None else min), (a_max if max is None else max)
    if low is not None:
        a = maximum(a, low)
    return a if high is None else minimum(a, high)


@checked
def copy(x: ArrayLike) -> Tensor:
    """Return the same values again, in memory of their own; gradients pass.

    For a constant write ``x.detach()``.

    Parameters
    ----------
    x : array or Tensor, (...)

    Returns
    -------
    Tensor or array, (...)

    Examples
    --------
    >>> import autograd as ag
    >>> x = ag.tensor([1.0, 2.0], requires_grad=True)
    >>> ag.copy(x)
    tensor([1., 2.], primitive=positive)
    """
    x = shaped(x, "copy")
    return cast(x, dtype=bool) if x.dtype == bool else positive(x)


@checked
def astype(x: ArrayLike, dtype: DTypeLike) -> Tensor:
    """Change the dtype.

    A change from one floating dtype to another is differentiable.  Integers and booleans cannot
    change a little: to them, and from them, no gradient passes, and the result is a constant.

    Parameters
    ----------
    x : array or Tensor, (...)
    dtype : NumPy dtype

    Returns
    -------
    Tensor or array, (...)

    Examples
    --------
    >>> import autograd as ag
    >>> x = ag.tensor([1.5, 2.5], requires_grad=True)
    >>> ag.astype(x, "float32").requires_grad, ag.astype(x, int).requires_grad
    (True, False)
    """
    dtype = np.dtype(dtype)
    x = shaped(x, "astype")
    if dtype == x.dtype:
        return x
    if dtype.kind == "f":
        return cast(x, dtype=dtype)
    departures.note_unrecorded("astype", [x])
    return cast(detach(x), dtype=dtype)
