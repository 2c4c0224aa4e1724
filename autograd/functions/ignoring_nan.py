"""Reductions that leave out NaN, and `nan_to_num`, which replaces it.

A NaN that is left out or replaced has the gradient 0.  It is replaced before anything is computed
with it, so that no NaN reaches the backward pass.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.core.calls import checked
from autograd.core.composition import composition
from autograd.core.tensor import ArrayLike, Tensor, detached
from autograd.core.types import Axis
from autograd.errors import ShapeError
from autograd.functions.arrays import as_floats, shaped
from autograd.functions.norms import safe_sqrt
from autograd.functions.statistics import prod
from autograd.ops.compare import all as all_
from autograd.ops.compare import equal, isnan, logical_not
from autograd.ops.elementwise import cast
from autograd.ops.piecewise import maximum, where
from autograd.ops.reduce import max as max_
from autograd.ops.reduce import min as min_
from autograd.ops.reduce import reduced_axes
from autograd.ops.reduce import sum as sum_


@checked
def nan_to_num(
    x: ArrayLike, *, nan: float = 0.0, posinf: float | None = None, neginf: float | None = None
) -> Tensor:
    """Replace NaN and infinities by numbers, elementwise.

    Parameters
    ----------
    x : array or Tensor, (...)
    nan : float
    posinf, neginf : float, optional
        By default the largest and the smallest number of the dtype.

    Returns
    -------
    Tensor or array, (...)
        Where an element is replaced, its gradient is 0.

    Raises
    ------
    ShapeError
        If a replacement is not one number.

    Examples
    --------
    >>> import numpy as np
    >>> import autograd as ag
    >>> ag.nan_to_num(ag.tensor([np.nan, -np.inf, 2.0]), neginf=-1.0)
    tensor([ 0., -1.,  2.])
    """
    x = shaped(x, "nan_to_num")
    given: dict[str, Any] = {"nan": nan, "posinf": posinf, "neginf": neginf}
    for name, number in given.items():
        if np.ndim(number):
            raise ShapeError(
                f"nan_to_num: {name} has shape {np.shape(number)}; give one number, or choose "
                "among arrays with ag.where(ag.isnan(x), y, x)"
            )
    if x.dtype.kind != "f":
        return x
    value, largest = detached(x), float(np.finfo(x.dtype).max)
    x = where(isnan(value), nan, x)
    x = where(equal(value, np.inf), largest if posinf is None else posinf, x)
    return where(equal(value, -np.inf), -largest if neginf is None else neginf, x)


def _number_of(x: Tensor, axis: Axis, keepdims: bool, operation: str) -> Tensor:
    """Count what is not NaN along the axes, as floats of the dtype of ``x``."""
    axes = reduced_axes(axis, x.ndim, operation)
    counted = sum_(logical_not(isnan(detached(x))), axis=axes, keepdims=keepdims)
    return cast(counted, dtype=x.dtype)


def _filled(x: Tensor, number: float) -> Tensor:
    """Put a number in the place of NaN."""
    return where(isnan(detached(x)), number, x)


@composition
def nansum(x: ArrayLike, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """Sum along axes of what is not NaN.

    Parameters
    ----------
    x : array or Tensor, (...)
    axis : int, tuple of int or None
    keepdims : bool

    Returns
    -------
    Tensor or array
        0 where all is NaN.

    Raises
    ------
    ShapeError
        If there is no such axis.

    Examples
    --------
    >>> import numpy as np
    >>> import autograd as ag
    >>> ag.nansum(ag.tensor([1.0, np.nan, 2.0]))
    tensor(3.)
    """
    return sum_(_filled(shaped(x, "nansum"), 0), axis=axis, keepdims=keepdims)


@composition
def nanprod(x: ArrayLike, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """Multiply along axes what is not NaN.

    Parameters
    ----------
    x : array or Tensor, (...)
    axis : int, tuple of int or None
    keepdims : bool

    Returns
    -------
    Tensor or array
        1 where all is NaN.

    Raises
    ------
    ShapeError
        If there is no such axis.

    Examples
    --------
    >>> import numpy as np
    >>> import autograd as ag
    >>> ag.nanprod(ag.tensor([3.0, np.nan, 2.0]))
    tensor(6.)
    """
    return prod(_filled(shaped(x, "nanprod"), 1), axis=axis, keepdims=keepdims)


@composition
def nanmean(x: ArrayLike, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """Arithmetic mean along axes of what is not NaN.

    Parameters
    ----------
    x : array or Tensor, (...)
    axis : int, tuple of int or None
    keepdims : bool

    Returns
    -------
    Tensor or array
        NaN, with NumPy's warning of 0/0, where all is NaN.

    Raises
    ------
    ShapeError
        If there is no such axis.

    Examples
    --------
    >>> import numpy as np
    >>> import autograd as ag
    >>> ag.nanmean(ag.tensor([1.0, np.nan, 2.0]))
    tensor(1.5)
    """
    x = as_floats(x, "nanmean")
    n = _number_of(x, axis, keepdims, "nanmean")
    return sum_(_filled(x, 0), axis=axis, keepdims=keepdims) / n


@composition
def nanvar(x: ArrayLike, axis: Axis = None, ddof: int = 0, keepdims: bool = False) -> Tensor:
    """Variance along axes of what is not NaN.

    Parameters
    ----------
    x : array or Tensor, (...)
    axis : int, tuple of int or None
    ddof : int
        1 for the unbiased estimate.
    keepdims : bool

    Returns
    -------
    Tensor or array
        NaN where there are not more than ``ddof`` numbers.

    Raises
    ------
    ShapeError
        If there is no such axis.

    Examples
    --------
    >>> import numpy as np
    >>> import autograd as ag
    >>> ag.nanvar(ag.tensor([1.0, np.nan, 3.0]))
    tensor(1.)
    """
    x = as_floats(x, "nanvar")
    n = _number_of(x, axis, True, "nanvar")
    mean = sum_(_filled(x, 0), axis=axis, keepdims=True) / maximum(n, 1)
    centred = where(isnan(detached(x)), 0, x - mean)  # NaN of an infinity less itself stays
    left = _number_of(x, axis, keepdims, "nanvar") - ddof
    total = sum_(centred * centred, axis=axis, keepdims=keepdims)
    return total / where(left > 0, left, np.nan)


@composition
def nanstd(x: ArrayLike, axis: Axis = None, ddof: int = 0, keepdims: bool = False) -> Tensor:
    """Take the standard deviation along axes of what is not NaN, the square root of `nanvar`.

    The gradient is 0 where all numbers are equal.

    Parameters
    ----------
    x : array or Tensor, (...)
    axis : int, tuple of int or None
    ddof : int
    keepdims : bool

    Returns
    -------
    Tensor or array

    Raises
    ------
    ShapeError
        If there is no such axis.

    Examples
    --------
    >>> import numpy as np
    >>> import autograd as ag
    >>> ag.nanstd(ag.tensor([1.0, np.nan, 3.0]))
    tensor(1.)
    """
    return safe_sqrt(nanvar(x, axis=axis, ddof=ddof, keepdims=keepdims))


def _best(choose: Any, x: Tensor, worst: float, axis: Axis, keepdims: bool) -> Tensor:
    """Choose along axes with the worst value in the place of NaN; NaN where all is NaN."""
    if x.dtype.kind != "f":
        return choose(x, axis=axis, keepdims=keepdims)  # type: ignore[no-any-return]
    missing = isnan(detached(x))
    best = choose(where(missing, worst, x), axis=axis, keepdims=keepdims)
    nothing = all_(missing, axis=reduced_axes(axis, x.ndim, "nanmax"), keepdims=keepdims)
    return where(nothing, np.nan, best)


@composition
def nanmax(x: ArrayLike, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """Largest element along axes of what is not NaN; the gradient is that of `max`.

    Parameters
    ----------
    x : array or Tensor, (...), not empty along the axes
    axis : int, tuple of int or None
    keepdims : bool

    Returns
    -------
    Tensor or array
        NaN where all is NaN.

    Raises
    ------
    ShapeError
        If there is no such axis.

    Examples
    --------
    >>> import numpy as np
    >>> import autograd as ag
    >>> ag.nanmax(ag.tensor([1.0, np.nan, 3.0]))
    tensor(3.)
    """
    return _best(max_, shaped(x, "nanmax"), -np.inf, axis, keepdims)


@composition
def nanmin(x: ArrayLike, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """Smallest element along axes of what is not NaN; the gradient is that of `min`.

    Parameters
    ----------
    x : array or Tensor, (...), not empty along the axes
    axis : int, tuple of int or None
    keepdims : bool

    Returns
    -------
    Tensor or array
        NaN where all is NaN.

    Raises
    ------
    ShapeError
        If there is no such axis.

    Examples
    --------
    >>> import numpy as np
    >>> import autograd as ag
    >>> ag.nanmin(ag.tensor([1.0, np.nan, 3.0]))
    tensor(1.)
    """
    return _best(min_, shaped(x, "nanmin"), np.inf, axis, keepdims)
