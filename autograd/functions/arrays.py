"""Rearranging, picking and repeating, composed of the primitives of shape and index."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np

from autograd.errors import DTypeError, IndexingError, ShapeError, UnsupportedError
from autograd.ops.compare import argsort
from autograd.ops.elementwise import where
from autograd.ops.index import getitem
from autograd.ops.reduce import sum as sum_
from autograd.ops.shape import (
    broadcast_to,
    concatenate,
    join,
    pad_constant,
    pad_pairs,
    reshape,
    transpose,
)
from autograd.recording import composition
from autograd.tensor import Tensor, as_value, raw


def shaped(x: Any, operation: str) -> Any:
    """Return something with a shape: the Tensor or array itself, or an array of the numbers."""
    return x if isinstance(x, (Tensor, np.ndarray)) else as_value(x, operation)


def _axis(axis: Any, ndim: int, operation: str) -> int:
    if not -ndim <= axis < ndim:
        raise ShapeError(f"{operation}: axis {axis} does not exist; there are {ndim}, from 0")
    return int(axis % ndim)


def shape(x: Any) -> tuple[int, ...]:
    """Return the length of each axis, of a Tensor or of anything that NumPy reads as an array.

    Parameters
    ----------
    x : array or Tensor

    Returns
    -------
    tuple of int

    Examples
    --------
    >>> import autograd as ag
    >>> ag.shape([[1.0, 2.0]]), ag.shape(3.0)
    ((1, 2), ())
    """
    return tuple(shaped(x, "shape").shape)


def ravel(x: Any) -> Any:
    """All elements in row-major order along one axis.

    Parameters
    ----------
    x : array or Tensor, (...)

    Returns
    -------
    Tensor or array, (size,)

    Examples
    --------
    >>> import autograd as ag
    >>> ag.ravel(ag.tensor([[1.0], [2.0]]))
    tensor([1., 2.])
    """
    return reshape(x, -1)


def swapaxes(x: Any, axis1: int, axis2: int) -> Any:
    """Exchange two axes.

    Parameters
    ----------
    x : array or Tensor, (...)
    axis1, axis2 : int

    Returns
    -------
    Tensor or array

    Examples
    --------
    >>> import autograd as ag
    >>> ag.swapaxes(ag.tensor([[1.0, 2.0]]), 0, 1).shape
    (2, 1)
    """
    x = shaped(x, "swapaxes")
    a, b = _axis(axis1, x.ndim, "swapaxes"), _axis(axis2, x.ndim, "swapaxes")
    order = list(range(x.ndim))
    order[a], order[b] = b, a
    return transpose(x, tuple(order))


def moveaxis(x: Any, source: Any, destination: Any) -> Any:
    """Move axes to new places; the others keep their order.

    Parameters
    ----------
    x : array or Tensor, (...)
    source, destination : int or sequence of int

    Returns
    -------
    Tensor or array

    Examples
    --------
    >>> import autograd as ag
    >>> ag.moveaxis(ag.tensor([[[1.0, 2.0]]]), -1, 0).shape
    (2, 1, 1)
    """
    x = shaped(x, "moveaxis")
    sources = [_axis(a, x.ndim, "moveaxis") for a in np.atleast_1d(source)]
    targets = [_axis(a, x.ndim, "moveaxis") for a in np.atleast_1d(destination)]
    if (
        len(sources) != len(targets)
        or len(set(sources)) < len(sources)
        or len(set(targets)) < len(targets)
    ):
        raise ShapeError(f"moveaxis: source {source} and destination {destination} do not pair up")
    order = [a for a in range(x.ndim) if a not in sources]
    for target, origin in sorted(zip(targets, sources, strict=True)):
        order.insert(target, origin)
    return transpose(x, tuple(order))


def expand_dims(x: Any, axis: Any) -> Any:
    """Insert axes of length 1.

    Parameters
    ----------
    x : array or Tensor, (...)
    axis : int or tuple of int
        Where the new axes stand in the result.

    Returns
    -------
    Tensor or array

    Examples
    --------
    >>> import autograd as ag
    >>> ag.expand_dims(ag.tensor([1.0, 2.0]), 0).shape
    (1, 2)
    """
    x = shaped(x, "expand_dims")
    new = axis if isinstance(axis, (tuple, list)) else (axis,)
    ndim = x.ndim + len(new)
    places = {_axis(a, ndim, "expand_dims") for a in new}
    if len(places) < len(new):
        raise ShapeError(f"expand_dims: axis {axis} names a place twice")
    old = iter(x.shape)
    return reshape(x, tuple(1 if a in places else next(old) for a in range(ndim)))


def squeeze(x: Any, axis: Any = None) -> Any:
    """Remove axes of length 1: those named, or all.

    Parameters
    ----------
    x : array or Tensor, (...)
    axis : int, tuple of int or None

    Returns
    -------
    Tensor or array

    Examples
    --------
    >>> import autograd as ag
    >>> ag.squeeze(ag.tensor([[1.0, 2.0]])).shape
    (2,)
    """
    x = shaped(x, "squeeze")
    if axis is None:
        return reshape(x, tuple(n for n in x.shape if n != 1))
    named = {_axis(a, x.ndim, "squeeze") for a in (axis if isinstance(axis, tuple) else (axis,))}
    if any(x.shape[a] != 1 for a in named):
        raise ShapeError(f"squeeze: shape {x.shape}: axis {axis} is longer than 1")
    return reshape(x, tuple(n for a, n in enumerate(x.shape) if a not in named))


def stack(arrays: Any, axis: int = 0) -> Any:
    """Join arrays of one shape along a new axis.

    Parameters
    ----------
    arrays : sequence of arrays or Tensors
    axis : int
        Where the new axis stands in the result.

    Returns
    -------
    Tensor or array

    Examples
    --------
    >>> import autograd as ag
    >>> ag.stack([ag.tensor(1.0), 2.0])
    tensor([1., 2.])
    """
    arrays = [shaped(x, "stack") for x in arrays]
    shapes = {x.shape for x in arrays}
    if len(shapes) != 1:
        given = ", ".join(map(str, sorted(shapes))) or "no arrays"
        raise ShapeError(f"stack: got {given}; give it arrays of one shape")
    return concatenate([expand_dims(x, axis) for x in arrays], axis=axis)


def split(x: Any, indices_or_sections: Any, axis: int = 0) -> list[Any]:
    """Cut along an axis into equal parts, or at the indices given.

    Parameters
    ----------
    x : array or Tensor, (...)
    indices_or_sections : int or sequence of int
        The number of equal parts, or where each part but the first begins.
    axis : int

    Returns
    -------
    list of Tensors or arrays

    Examples
    --------
    >>> import autograd as ag
    >>> ag.split(ag.tensor([1.0, 2.0, 3.0]), [1])
    [tensor([1.]), tensor([2., 3.])]
    """
    x = shaped(x, "split")
    axis = _axis(axis, x.ndim, "split")
    n = x.shape[axis]
    if isinstance(indices_or_sections, (int, np.integer)):
        sections = int(indices_or_sections)
        if sections < 1 or n % sections:
            raise ShapeError(f"split: shape {x.shape}: axis {axis} has no {sections} equal parts")
        cuts = list(range(0, n + 1, n // sections)) if n else [0] * (sections + 1)
    else:
        cuts = [0, *(int(i) for i in indices_or_sections), n]
    before = (slice(None),) * axis
    return [getitem(x, (*before, slice(a, b))) for a, b in pairwise(cuts)]


@composition
def roll(x: Any, shift: Any, axis: Any = None) -> Any:
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
        along = _axis(along, x.ndim, "roll")
        if x.shape[along]:
            before = (slice(None),) * along
            cut = -int(step) % x.shape[along]
            ends = getitem(x, (*before, slice(cut, None))), getitem(x, (*before, slice(cut)))
            x = join(*ends, axis=along)
    return x


@composition
def tile(x: Any, reps: Any) -> Any:
    """Lay copies of the whole array side by side.

    Parameters
    ----------
    x : array or Tensor, (...)
    reps : int or sequence of int
        Copies along each axis, counted from the last.

    Returns
    -------
    Tensor or array

    Examples
    --------
    >>> import autograd as ag
    >>> ag.tile(ag.tensor([1.0, 2.0]), 2)
    tensor([1., 2., 1., 2.])
    """
    x = shaped(x, "tile")
    copies = tuple(int(r) for r in np.atleast_1d(reps))
    ndim = max(x.ndim, len(copies))
    copies = (1,) * (ndim - len(copies)) + copies
    shape = (1,) * (ndim - x.ndim) + x.shape
    pairs = tuple(length for n in shape for length in (1, n))
    wide = tuple(length for r, n in zip(copies, shape, strict=True) for length in (r, n))
    final = tuple(r * n for r, n in zip(copies, shape, strict=True))
    return reshape(broadcast_to(reshape(x, pairs), wide), final)


@composition
def repeat(x: Any, repeats: Any, axis: int | None = None) -> Any:
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

    Examples
    --------
    >>> import autograd as ag
    >>> ag.repeat(ag.tensor([1.0, 2.0]), 2)
    tensor([1., 1., 2., 2.])
    """
    x = shaped(x, "repeat")
    if axis is None:
        x, axis = reshape(x, -1), 0
    axis = _axis(axis, x.ndim, "repeat")
    try:
        which = np.repeat(np.arange(x.shape[axis]), repeats)
    except ValueError:
        raise ShapeError(
            f"repeat: shape {x.shape}, repeats {repeats}: give one number, not negative, or one "
            f"for each of the {x.shape[axis]} elements along axis {axis}"
        ) from None
    return take(x, which, axis)


_INDEX_MODES = ("edge", "reflect", "symmetric", "wrap")


@composition
def pad(x: Any, pad_width: Any, mode: str = "constant", constant_values: Any = 0) -> Any:
    """Put a frame around ``x``.

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
            f"pad: mode {mode!r} is not one of constant, {', '.join(_INDEX_MODES)}"
        )
    for axis, widths in enumerate(pad_pairs(pad_width, x.ndim)):
        x = take(x, np.pad(np.arange(x.shape[axis]), widths, mode=mode), axis)  # type: ignore[call-overload]
    return x


def take(x: Any, indices: Any, axis: int | None = None) -> Any:
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
    return getitem(x, ((slice(None),) * _axis(axis, x.ndim, "take") + (which,)))


def _integers(indices: Any, operation: str) -> Any:
    which = np.asarray(raw(indices))
    if which.size == 0:
        which = which.astype(int)
    if which.dtype.kind not in "iu":
        raise DTypeError(f"{operation}: indices must be integers, not {which.dtype}")
    return which


def take_along_axis(x: Any, indices: Any, axis: int | None = -1) -> Any:
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
    axis = _axis(axis, x.ndim, "take_along_axis")
    if which.ndim != x.ndim:
        raise IndexingError(
            f"take_along_axis: shape {x.shape}: indices {which.shape} need {x.ndim} axes"
        )
    lines = [np.arange(n).reshape((-1,) + (1,) * (x.ndim - a - 1)) for a, n in enumerate(x.shape)]
    return getitem(x, (*lines[:axis], which, *lines[axis + 1 :]))


def sort(x: Any, axis: int | None = -1) -> Any:
    """Elements in ascending order along an axis, or of the flattened array.

    The gradient follows each element to where it came from; equal elements keep their order.

    Parameters
    ----------
    x : array or Tensor, (...)
    axis : int or None

    Returns
    -------
    Tensor or array

    Examples
    --------
    >>> import autograd as ag
    >>> ag.sort(ag.tensor([3.0, 1.0, 2.0]))
    tensor([1., 2., 3.])
    """
    x = shaped(x, "sort")
    if axis is None:
        x, axis = reshape(x, -1), 0
    return take_along_axis(x, argsort(raw(x), axis=axis), axis)


def diagonal(x: Any, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Any:
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

    Examples
    --------
    >>> import autograd as ag
    >>> ag.diagonal(ag.tensor([[1.0, 2.0], [3.0, 4.0]]))
    tensor([1., 4.])
    """
    x = shaped(x, "diagonal")
    if x.ndim < 2:
        raise ShapeError(f"diagonal: shape {x.shape} needs two axes")
    x = moveaxis(x, (axis1, axis2), (-2, -1))
    rows, columns = x.shape[-2:]
    row = np.arange(max(0, -offset), max(0, -offset, min(rows, columns - offset)))
    return getitem(x, (..., row, row + offset))


@composition
def trace(x: Any, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Any:
    """Sum along a diagonal.

    Parameters
    ----------
    x : array or Tensor, (...)
    offset, axis1, axis2 : int
        As for `diagonal`.

    Returns
    -------
    Tensor or array

    Examples
    --------
    >>> import autograd as ag
    >>> ag.linalg.trace(ag.tensor([[1.0, 2.0], [3.0, 4.0]]))
    tensor(5.)
    """
    return sum_(diagonal(x, offset, axis1, axis2), axis=-1)


def tril(x: Any, k: int = 0) -> Any:
    """Keep the part on and below a diagonal of the last two axes.

    Parameters
    ----------
    x : array or Tensor, (..., n, m)
    k : int
        The diagonal: 0 is the main one.

    Returns
    -------
    Tensor or array, (..., n, m)

    Examples
    --------
    >>> import autograd as ag
    >>> ag.tril(ag.tensor([[1.0, 2.0], [3.0, 4.0]]))
    tensor([[1., 0.],
            [3., 4.]])
    """
    return _triangle("tril", x, np.tri, k)


def triu(x: Any, k: int = 0) -> Any:
    """Keep the part on and above a diagonal of the last two axes.

    Parameters
    ----------
    x : array or Tensor, (..., n, m)
    k : int
        The diagonal: 0 is the main one.

    Returns
    -------
    Tensor or array, (..., n, m)

    Examples
    --------
    >>> import autograd as ag
    >>> ag.triu(ag.tensor([[1.0, 2.0], [3.0, 4.0]]))
    tensor([[1., 2.],
            [0., 4.]])
    """
    return _triangle(
        "triu", x, lambda n, m, k, dtype: np.logical_not(np.tri(n, m, k - 1, dtype=dtype)), k
    )


def _triangle(operation: str, x: Any, mask: Any, k: int) -> Any:
    x = shaped(x, operation)
    if x.ndim < 2:
        raise ShapeError(f"{operation}: shape {x.shape} needs two axes")
    return where(mask(*x.shape[-2:], k, dtype=bool), x, 0)
