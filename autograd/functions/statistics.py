"""Means, spreads and products along axes, composed of sums and products."""

from __future__ import annotations

from math import prod as count
from typing import Any

import numpy as np

from autograd.core.composition import composition
from autograd.core.tensor import ArrayLike, Tensor
from autograd.core.types import Axis
from autograd.errors import ShapeError
from autograd.functions.arithmetic import astype
from autograd.functions.arrays import shaped
from autograd.functions.norms import safe_sqrt
from autograd.ops.index import getitem
from autograd.ops.piecewise import zeros_like
from autograd.ops.reduce import max as max_
from autograd.ops.reduce import min as min_
from autograd.ops.reduce import reduced_axes
from autograd.ops.reduce import sum as sum_
from autograd.ops.shape import broadcast_to, join, reshape, transpose


def _length(x: Tensor, axis: Axis, operation: str) -> int:
    return count(x.shape[a] for a in reduced_axes(axis, x.ndim, operation))


@composition
def mean(x: ArrayLike, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """Arithmetic mean along axes, ``sum(x) / n``.

    Parameters
    ----------
    x : array or Tensor, (...)
    axis : int, tuple of int or None
    keepdims : bool

    Returns
    -------
    Tensor or array
        NaN, with NumPy's warning, where there is nothing to average.

    Raises
    ------
    ShapeError
        If there is no such axis.

    Examples
    --------
    >>> import autograd as ag
    >>> ag.mean(ag.tensor([1.0, 2.0, 6.0]))
    tensor(3.)
    """
    x = shaped(x, "mean")
    return sum_(x, axis=axis, keepdims=keepdims) / _length(x, axis, "mean")


@composition
def average(
    a: ArrayLike,
    axis: Axis = None,
    weights: ArrayLike | None = None,
    returned: bool = False,
    *,
    keepdims: bool = False,
) -> Any:
    """Weighted mean along axes, ``sum(weights * a) / sum(weights)``.

    Parameters
    ----------
    a : array or Tensor, (...)
    axis : int, tuple of int or None
    weights : array or Tensor, optional
        Of the shape of ``a``, or of the lengths of the axes alone.  Equal ones by default.
    returned : bool
        Whether to return the sum of the weights, too.
    keepdims : bool

    Returns
    -------
    Tensor or array, or a pair of them

    Raises
    ------
    ShapeError
        If there is no such axis, or the weights do not fit.

    Examples
    --------
    >>> import autograd as ag
    >>> ag.average(ag.tensor([1.0, 2.0, 6.0]), weights=[1.0, 1.0, 2.0])
    tensor(3.75)
    """
    a = shaped(a, "average")
    axes = reduced_axes(axis, a.ndim, "average")
    if weights is None:
        mean_ = sum_(a, axis=axes, keepdims=keepdims) / _length(a, axis, "average")
        total = zeros_like(mean_) + float(_length(a, axis, "average"))
    else:
        w = _weights(shaped(weights, "average"), a, axis, axes)
        total = sum_(w, axis=axes, keepdims=keepdims)
        mean_ = sum_(a * w, axis=axes, keepdims=keepdims) / total
    return (mean_, broadcast_to(total, mean_.shape)) if returned else mean_


def _weights(w: Tensor, a: Tensor, axis: Axis, axes: tuple[int, ...]) -> Tensor:
    """Bring weights that are given for the averaged axes alone under those axes."""
    if w.shape == a.shape:
        return w
    if axis is None or w.shape != tuple(a.shape[i] for i in axes):
        raise ShapeError(
            f"average: shape {a.shape}, weights {w.shape}: give one weight for each element, or "
            "name the axes whose lengths the weights have"
        )
    w = transpose(w, tuple(axes.index(i) for i in sorted(axes)))
    return broadcast_to(
        reshape(w, tuple(n if i in axes else 1 for i, n in enumerate(a.shape))), a.shape
    )


@composition
def var(x: ArrayLike, axis: Axis = None, ddof: int = 0, keepdims: bool = False) -> Tensor:
    """Variance along axes, ``sum((x - mean)^2) / (n - ddof)``; PyTorch divides by ``n - 1``.

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

    Raises
    ------
    ShapeError
        If there is no such axis.

    Examples
    --------
    >>> import autograd as ag
    >>> ag.var(ag.tensor([1.0, 2.0, 6.0]), ddof=1)
    tensor(7.)
    """
    x = shaped(x, "var")
    n = _length(x, axis, "var")
    centred = x - sum_(x, axis=axis, keepdims=True) / n
    return sum_(centred * centred, axis=axis, keepdims=keepdims) / max(n - ddof, 0)


@composition
def std(x: ArrayLike, axis: Axis = None, ddof: int = 0, keepdims: bool = False) -> Tensor:
    """Take the standard deviation along axes, the square root of `var`.

    The gradient is 0 where all elements are equal, as for the norm.

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
    >>> ag.std(ag.tensor([1.0, 3.0]))
    tensor(1.)
    >>> ag.grad(ag.std)(np.array([2.0, 2.0]))
    array([0., 0.])
    """
    return safe_sqrt(var(x, axis=axis, ddof=ddof, keepdims=keepdims))


@composition
def prod(x: ArrayLike, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """Product along axes, played as a tournament of pairs.

    Halves are multiplied until one element is left.  Unlike ``product / x``, its gradient is right
    where elements are 0.

    Parameters
    ----------
    x : array or Tensor, (...)
    axis : int, tuple of int or None
    keepdims : bool

    Returns
    -------
    Tensor or array
        1 where there is nothing to multiply.

    Raises
    ------
    ShapeError
        If there is no such axis.

    Examples
    --------
    >>> import numpy as np
    >>> import autograd as ag
    >>> ag.prod(ag.tensor([2.0, 3.0, 4.0]))
    tensor(24.)
    >>> ag.grad(ag.prod)(np.array([0.0, 3.0, 4.0]))
    array([12.,  0.,  0.])
    """
    x = shaped(x, "prod")
    x = astype(x, np.prod(np.ones(0, x.dtype)).dtype)  # NumPy's wider dtype for small integers
    axes = reduced_axes(axis, x.ndim, "prod")
    kept = tuple(a for a in range(x.ndim) if a not in axes)
    lengths = tuple(x.shape[a] for a in kept)
    rows = reshape(transpose(x, (*kept, *axes)), (*lengths, _length(x, axis, "prod")))
    while rows.shape[-1] > 1:
        half = rows.shape[-1] // 2
        pairs = getitem(rows, (..., slice(half))) * getitem(rows, (..., slice(half, 2 * half)))
        odd = getitem(rows, (..., slice(2 * half, None)))
        rows = join(pairs, odd, axis=-1) if odd.shape[-1] else pairs
    if rows.shape[-1] == 0:
        rows = sum_(rows, axis=-1, keepdims=True) + 1
    final = tuple(1 if a in axes else n for a, n in enumerate(x.shape)) if keepdims else lengths
    return reshape(rows, final)


@composition
def ptp(x: ArrayLike, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """Range of the elements along axes, from peak to peak: ``max(x) - min(x)``.

    Parameters
    ----------
    x : array or Tensor, (...), not empty along the axes
    axis : int, tuple of int or None
    keepdims : bool

    Returns
    -------
    Tensor or array

    Raises
    ------
    ShapeError
        If there is no such axis, or nothing along it.

    Examples
    --------
    >>> import autograd as ag
    >>> ag.ptp(ag.tensor([1.0, 5.0, 3.0]))
    tensor(4.)
    """
    x = shaped(x, "ptp")
    return max_(x, axis=axis, keepdims=keepdims) - min_(x, axis=axis, keepdims=keepdims)
