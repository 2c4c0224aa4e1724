"""Functions that pick, shift and repeat elements: all of them indexing in the end."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd.core.calls import checked
from autograd.core.capturing import check_fixed
from autograd.core.composition import composition
from autograd.core.messages import one_line
from autograd.core.tensor import ArrayLike, Tensor, detached, raw
from autograd.core.types import Axis, Scalar, Sizes
from autograd.errors import DTypeError, IndexingError, ShapeError, UnsupportedError
from autograd.functions.arrays import moveaxis, shaped
from autograd.ops.compare import argsort
from autograd.ops.index import getitem, is_captured
from autograd.ops.piecewise import where
from autograd.ops.reduce import sum as sum_
from autograd.ops.shape import axis_number, join, pad_constant, pad_pairs, reshape


@composition
def roll(x: ArrayLike, shift: Sizes, axis: Axis = None) -> Tensor:
    """Shift elements cyclically along axes, or along the flattened array.

    Parameters
    ----------
    x : array or Tensor, (...)
    shift : int or tuple of int
        How far towards the end.
    axis : int, tuple of int or None

    Returns
    -------
    Tensor or array, (...)

    Raises
    ------
    ShapeError
        If there is no such axis.

    Examples
    --------
    >>> import autograd as ag
    >>> ag.roll(ag.tensor([1.0, 2.0, 3.0]), 1)
    tensor([3., 1., 2.])
    """
    x = shaped(x, "roll")
    if axis is None:
        return reshape(roll(reshape(x, -1), shift, 0), x.shape)
    for step, along in np.broadcast(shift, axis):
        along = axis_number(along, x.ndim, "roll")
        if x.shape[along]:
            before = (slice(None),) * along
            cut = -operator.index(step) % x.shape[along]
            ends = getitem(x, (*before, slice(cut, None))), getitem(x, (*before, slice(cut)))
            x = join(*ends, axis=along)
    return x


@composition
def repeat(x: ArrayLike, repeats: ArrayLike, axis: int | None = None) -> Tensor:
    """Repeat each element along an axis, or along the flattened array.

    Parameters
    ----------
    x : array or Tensor, (...)
    repeats : int or sequence of int
        How often, for all elements or for each.
    axis : int or None

    Returns
    -------
    Tensor or array

    Raises
    ------
    ShapeError
        If the numbers are negative, or not one for each element.

    Examples
    --------
    >>> import autograd as ag
    >>> ag.repeat(ag.tensor([1.0, 2.0]), 2)
    tensor([1., 1., 2., 2.])
    """
    x = shaped(x, "repeat")
    if axis is None:
        x, axis = reshape(x, -1), 0
    axis = axis_number(axis, x.ndim, "repeat")
    check_fixed("repeat", "numbers that are no Tensors, as the result needs a shape", repeats)
    try:
        which = np.repeat(np.arange(x.shape[axis]), _integers(repeats, "repeat"))
    except ValueError:
        raise ShapeError(
            f"repeat: shape {x.shape}, repeats {repeats}: give one number, not negative, or one "
            f"for each of the {x.shape[axis]} elements along axis {axis}"
        ) from None
    return take(x, which, axis)


_INDEX_MODES = ("edge", "reflect", "symmetric", "wrap")


@composition
def pad(
    x: ArrayLike,
    pad_width: Sizes | Sequence[Sequence[int]],
    mode: str = "constant",
    constant_values: Scalar = 0,
) -> Tensor:
    """Put a frame around ``x``, as NumPy does.

    A single pair holds for every axis; PyTorch's function of this name reads it as that of the last
    axis alone.

    Parameters
    ----------
    x : array or Tensor, (...)
    pad_width : int, (before, after), or a pair for each axis
    mode : {"constant", "edge", "reflect", "symmetric", "wrap"}
        What the frame is made of; all but "constant" repeat elements of ``x``, whose gradients
        add up.
    constant_values : number
        For "constant".

    Returns
    -------
    Tensor or array

    Raises
    ------
    ShapeError
        If the widths are not integers of at least 0.

    Examples
    --------
    >>> import autograd as ag
    >>> ag.pad(ag.tensor([1.0, 2.0]), 1)
    tensor([0., 1., 2., 0.])
    >>> ag.pad(ag.tensor([1.0, 2.0]), 1, mode="edge")
    tensor([1., 1., 2., 2.])
    """
    x = shaped(x, "pad")
    if mode == "constant":
        return pad_constant(x, pad_width, constant_values=constant_values)
    if mode not in _INDEX_MODES:
        raise UnsupportedError(
            f"pad: mode {one_line(mode)} is not one of constant, {', '.join(_INDEX_MODES)}"
        )
    for axis, widths in enumerate(pad_pairs(pad_width, x.ndim)):
        x = take(x, np.pad(np.arange(x.shape[axis]), widths, mode=mode), axis)  # type: ignore[call-overload]
    return x


@checked
def take(x: ArrayLike, indices: ArrayLike, axis: int | None = None) -> Tensor:
    """Pick slices along an axis, or elements of the flattened array.

    Parameters
    ----------
    x : array or Tensor, (...)
    indices : integers of any shape
    axis : int or None

    Returns
    -------
    Tensor or array
        The axis is replaced by the axes of ``indices``.

    Raises
    ------
    ShapeError
        If there is no such axis; `IndexingError` if an index is out of range.

    Examples
    --------
    >>> import autograd as ag
    >>> ag.take(ag.tensor([1.0, 2.0, 3.0]), [2, 0])
    tensor([3., 1.])
    """
    x = shaped(x, "take")
    which = _integers(indices, "take")
    if axis is None:
        return getitem(reshape(x, -1), which)
    return getitem(x, ((slice(None),) * axis_number(axis, x.ndim, "take") + (which,)))


def _integers(indices: Any, operation: str) -> Any:
    # A copy, so that later changes do not reach the graph.
    which = indices if is_captured(indices) else np.array(raw(indices))
    if which.size == 0:
        which = which.astype(int)
    if which.dtype.kind not in "iu":
        raise DTypeError(f"{operation}: needs integers, not {which.dtype}")
    return which


@checked
def take_along_axis(x: ArrayLike, indices: ArrayLike, axis: int | None = -1) -> Tensor:
    """Pick one element for each index, every index looking along its own line.

    Parameters
    ----------
    x : array or Tensor, (...)
    indices : integers
        Of as many axes as ``x``, whose other lengths broadcast; what `argmax` with ``keepdims``
        or `argsort` returns.
    axis : int or None
        The axis to look along; None for the flattened array.

    Returns
    -------
    Tensor or array, of the shape of ``indices``

    Raises
    ------
    ShapeError
        If there is no such axis; `IndexingError` if the indices do not fit.

    Examples
    --------
    >>> import autograd as ag
    >>> ag.take_along_axis(ag.tensor([[1.0, 2.0], [3.0, 4.0]]), [[1], [0]], axis=1)
    tensor([[2.],
            [3.]])
    """
    x = shaped(x, "take_along_axis")
    which = _integers(indices, "take_along_axis")
    if axis is None:
        x, axis = reshape(x, -1), 0
    axis = axis_number(axis, x.ndim, "take_along_axis")
    if which.ndim != x.ndim:
        raise IndexingError(
            f"take_along_axis: shape {x.shape}: indices {which.shape} need {x.ndim} axes"
        )
    lines = [np.arange(n).reshape((-1,) + (1,) * (x.ndim - a - 1)) for a, n in enumerate(x.shape)]
    return getitem(x, (*lines[:axis], which, *lines[axis + 1 :]))


@checked
def sort(x: ArrayLike, axis: int | None = -1) -> Tensor:
    """Elements in ascending order along an axis, or of the flattened array.

    The gradient follows each element to where it came from; equal elements keep their order.

    Parameters
    ----------
    x : array or Tensor, (...)
    axis : int or None

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
    >>> ag.sort(ag.tensor([3.0, 1.0, 2.0]))
    tensor([1., 2., 3.])
    """
    x = shaped(x, "sort")
    if axis is None:
        x, axis = reshape(x, -1), 0
    return take_along_axis(x, argsort(detached(x), axis=axis), axis)


@checked
def diagonal(x: ArrayLike, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Tensor:
    """Elements whose indices on two axes differ by ``offset``.

    Parameters
    ----------
    x : array or Tensor, (...)
    offset : int
        Above (positive) or below (negative) the main diagonal.
    axis1, axis2 : int

    Returns
    -------
    Tensor or array
        Without the two axes; the diagonal is the last one.

    Raises
    ------
    ShapeError
        If there are not two axes.

    Examples
    --------
    >>> import autograd as ag
    >>> ag.diagonal(ag.tensor([[1.0, 2.0], [3.0, 4.0]]))
    tensor([1., 4.])
    """
    x = moveaxis(_matrix(x, "diagonal"), (axis1, axis2), (-2, -1))
    rows, columns = x.shape[-2:]
    offset = operator.index(offset)
    row = np.arange(max(0, -offset), max(0, -offset, min(rows, columns - offset)))
    return getitem(x, (..., row, row + offset))


@composition
def trace(x: ArrayLike, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Tensor:
    """Sum along a diagonal.

    Parameters
    ----------
    x : array or Tensor, (...)
    offset, axis1, axis2 : int
        As for `diagonal`.

    Returns
    -------
    Tensor or array

    Raises
    ------
    ShapeError
        If there are not two axes.

    Examples
    --------
    >>> import autograd as ag
    >>> ag.linalg.trace(ag.tensor([[1.0, 2.0], [3.0, 4.0]]))
    tensor(5.)
    """
    return sum_(diagonal(x, offset, axis1, axis2), axis=-1)


@checked
def tril(x: ArrayLike, k: int = 0) -> Tensor:
    """Keep the part on and below a diagonal of the last two axes.

    Parameters
    ----------
    x : array or Tensor, (..., n, m)
    k : int
        The diagonal: 0 is the main one.

    Returns
    -------
    Tensor or array, (..., n, m)

    Raises
    ------
    ShapeError
        If there are not two axes.

    Examples
    --------
    >>> import autograd as ag
    >>> ag.tril(ag.tensor([[1.0, 2.0], [3.0, 4.0]]))
    tensor([[1., 0.],
            [3., 4.]])
    """
    x = _matrix(x, "tril")
    return where(np.tri(x.shape[-2], x.shape[-1], k, dtype=bool), x, x.dtype.type(0))


@checked
def triu(x: ArrayLike, k: int = 0) -> Tensor:
    """Keep the part on and above a diagonal of the last two axes.

    Parameters
    ----------
    x : array or Tensor, (..., n, m)
    k : int
        The diagonal: 0 is the main one.

    Returns
    -------
    Tensor or array, (..., n, m)

    Raises
    ------
    ShapeError
        If there are not two axes.

    Examples
    --------
    >>> import autograd as ag
    >>> ag.triu(ag.tensor([[1.0, 2.0], [3.0, 4.0]]))
    tensor([[1., 2.],
            [0., 4.]])
    """
    x = _matrix(x, "triu")
    return where(np.tri(x.shape[-2], x.shape[-1], k - 1, dtype=bool), x.dtype.type(0), x)


def _matrix(x: ArrayLike, operation: str) -> Tensor:
    x = shaped(x, operation)
    if x.ndim < 2:
        raise ShapeError(f"{operation}: shape {x.shape} needs two axes")
    return x
