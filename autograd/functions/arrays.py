"""Functions that change the shape: the same elements under other axes."""

from __future__ import annotations

import operator
from collections.abc import Iterable, Sequence
from itertools import accumulate, pairwise
from typing import Any
from typing import cast as cast_type

import numpy as np

from autograd.core.calls import checked
from autograd.core.composition import composition
from autograd.core.messages import one_line
from autograd.core.tensor import ArrayLike, Tensor
from autograd.core.types import Axis, DTypeLike, Sizes
from autograd.core.values import as_value, is_weak
from autograd.core.weak import WeakNumber
from autograd.errors import OptionError, ShapeError
from autograd.ops.elementwise import cast
from autograd.ops.index import getitem
from autograd.ops.shape import axis_number, broadcast_to, concatenate, reshape, transpose


def shaped(x: ArrayLike, operation: str) -> Tensor:
    """Return something with a shape: the Tensor or array itself, or an array of the numbers.

    Its type says Tensor: what an array has of it is what functions here use.
    """
    if isinstance(x, WeakNumber):
        return cast(x, dtype=float)
    return cast_type(Tensor, x if isinstance(x, (Tensor, np.ndarray)) else as_value(x, operation))


def beside(x: ArrayLike, dtype: DTypeLike) -> ArrayLike:
    """Return a number of Python's as an array of the dtype that it has beside another one.

    Examples
    --------
    >>> from autograd.functions.arrays import beside
    >>> beside(2.0, "float32").dtype, beside(2.5, int).dtype
    (dtype('float32'), dtype('float64'))
    """
    if isinstance(x, WeakNumber):
        return cast(x, dtype=np.result_type(np.dtype(dtype), 0.0))
    return np.asarray(x, np.result_type(np.dtype(dtype), x)) if is_weak(x) else x


def as_floats(x: ArrayLike, operation: str) -> Tensor:
    """Return numbers as a Tensor or array of floats, so that nothing is computed in integers."""
    x = shaped(x, operation)
    return x if x.dtype.kind == "f" else cast(x, dtype=float)


def as_short_floats(x: ArrayLike, operation: str) -> Tensor:
    """Return numbers as floats, integers in the dtype in which NumPy computes with them.

    Of 8 bits they become float16, of 16 float32, and longer ones float64.
    """
    x = shaped(x, operation)
    return x if x.dtype.kind == "f" else cast(x, dtype=np.result_type(x.dtype, np.float16))


def along(x: Tensor, axis: int, index: int | slice) -> Tensor:
    """Index an axis, given as a number from 0, and keep the others as they are."""
    return getitem(x, (*(slice(None),) * axis, index))


@checked
def shape(x: ArrayLike) -> tuple[int, ...]:
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


@checked
def ravel(x: ArrayLike, order: str = "C") -> Tensor:
    """All elements along one axis, in row-major order or, with "F", in column-major order.

    Parameters
    ----------
    x : array or Tensor, (...)
    order : {"C", "F"}
        Whether the last index changes fastest, or the first.

    Returns
    -------
    Tensor or array, (size,)

    Raises
    ------
    OptionError
        If the order is another one: how the memory is laid out does not matter here.

    Examples
    --------
    >>> import autograd as ag
    >>> ag.ravel(ag.tensor([[1.0], [2.0]]))
    tensor([1., 2.])
    """
    if not isinstance(order, str) or order not in ("C", "F"):
        raise OptionError(f"ravel: order is 'C' or 'F', not {one_line(order)}")
    return reshape(x if order == "C" else transpose(x), -1)


@checked
def swapaxes(x: ArrayLike, axis1: int, axis2: int) -> Tensor:
    """Exchange two axes.

    Parameters
    ----------
    x : array or Tensor, (...)
    axis1, axis2 : int

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
    >>> ag.swapaxes(ag.tensor([[1.0, 2.0]]), 0, 1).shape
    (2, 1)
    """
    x = shaped(x, "swapaxes")
    a, b = axis_number(axis1, x.ndim, "swapaxes"), axis_number(axis2, x.ndim, "swapaxes")
    order = list(range(x.ndim))
    order[a], order[b] = b, a
    return transpose(x, tuple(order))


@checked
def moveaxis(x: ArrayLike, source: Sizes, destination: Sizes) -> Tensor:
    """Move axes to new places; the others keep their order.

    Parameters
    ----------
    x : array or Tensor, (...)
    source, destination : int or sequence of int

    Returns
    -------
    Tensor or array

    Raises
    ------
    ShapeError
        If there is no such axis, or sources and destinations do not pair up.

    Examples
    --------
    >>> import autograd as ag
    >>> ag.moveaxis(ag.tensor([[[1.0, 2.0]]]), -1, 0).shape
    (2, 1, 1)
    """
    x = shaped(x, "moveaxis")
    sources = [axis_number(a, x.ndim, "moveaxis") for a in np.atleast_1d(source)]
    targets = [axis_number(a, x.ndim, "moveaxis") for a in np.atleast_1d(destination)]
    if not len(sources) == len(targets) == len(set(sources)) == len(set(targets)):
        raise ShapeError(f"moveaxis: source {source} and destination {destination} do not pair up")
    order = [a for a in range(x.ndim) if a not in sources]
    for target, origin in sorted(zip(targets, sources, strict=True)):
        order.insert(target, origin)
    return transpose(x, tuple(order))


@checked
def expand_dims(x: ArrayLike, axis: Axis) -> Tensor:
    """Insert axes of length 1.

    Parameters
    ----------
    x : array or Tensor, (...)
    axis : int or tuple of int
        Where the new axes stand in the result.

    Returns
    -------
    Tensor or array

    Raises
    ------
    ShapeError
        If a place does not exist or is named twice.

    Examples
    --------
    >>> import autograd as ag
    >>> ag.expand_dims(ag.tensor([1.0, 2.0]), 0).shape
    (1, 2)
    """
    x = shaped(x, "expand_dims")
    new = axis if isinstance(axis, (tuple, list)) else (axis,)
    ndim = x.ndim + len(new)
    places = {axis_number(a, ndim, "expand_dims") for a in new}
    if len(places) < len(new):
        raise ShapeError(f"expand_dims: axis {axis} names a place twice")
    old = iter(x.shape)
    return reshape(x, tuple(1 if a in places else next(old) for a in range(ndim)))


@checked
def squeeze(x: ArrayLike, axis: Axis = None) -> Tensor:
    """Remove axes of length 1: those named, or all.

    Parameters
    ----------
    x : array or Tensor, (...)
    axis : int, tuple of int or None

    Returns
    -------
    Tensor or array

    Raises
    ------
    ShapeError
        If a named axis does not exist or is longer than 1.

    Examples
    --------
    >>> import autograd as ag
    >>> ag.squeeze(ag.tensor([[1.0, 2.0]])).shape
    (2,)
    """
    x = shaped(x, "squeeze")
    if axis is None:
        return reshape(x, tuple(n for n in x.shape if n != 1))
    given = axis if isinstance(axis, tuple) else (axis,)
    named = {axis_number(a, x.ndim, "squeeze") for a in given}
    if any(x.shape[a] != 1 for a in named):
        raise ShapeError(f"squeeze: shape {x.shape}: axis {axis} is longer than 1")
    return reshape(x, tuple(n for a, n in enumerate(x.shape) if a not in named))


@checked
def stack(arrays: Iterable[ArrayLike], axis: int = 0) -> Tensor:
    """Join arrays of one shape along a new axis.

    Parameters
    ----------
    arrays : sequence of arrays or Tensors
    axis : int
        Where the new axis stands in the result.

    Returns
    -------
    Tensor or array

    Raises
    ------
    ShapeError
        If there is no array, or the shapes differ.

    Examples
    --------
    >>> import autograd as ag
    >>> ag.stack([ag.tensor(1.0), 2.0])
    tensor([1., 2.])
    """
    parts = [shaped(x, "stack") for x in arrays]
    shapes = {x.shape for x in parts}
    if len(shapes) != 1:
        given = ", ".join(map(str, sorted(shapes))) or "no arrays"
        raise ShapeError(f"stack: got {given}; give it arrays of one shape")
    return concatenate([expand_dims(x, axis) for x in parts], axis=axis)


@checked
def split(x: ArrayLike, indices_or_sections: int | Sequence[int], axis: int = 0) -> list[Any]:
    """Cut along an axis into equal parts, or at the indices given, as NumPy does.

    PyTorch's function of this name takes the lengths of the parts instead.

    Parameters
    ----------
    x : array or Tensor, (...)
    indices_or_sections : int or sequence of int
        The number of equal parts, or where each part but the first begins.
    axis : int

    Returns
    -------
    list of Tensors or arrays

    Raises
    ------
    ShapeError
        If the axis does not exist or has no such equal parts.

    Examples
    --------
    >>> import autograd as ag
    >>> ag.split(ag.tensor([1.0, 2.0, 3.0]), [1])
    [tensor([1.]), tensor([2., 3.])]
    """
    x = shaped(x, "split")
    axis = axis_number(axis, x.ndim, "split")
    n = x.shape[axis]
    if isinstance(indices_or_sections, (int, np.integer)):
        sections = int(indices_or_sections)
        if sections < 1 or n % sections:
            raise ShapeError(
                f"split: shape {x.shape}: axis {axis} has no {sections} equal parts; a number is "
                "that of the parts, not their length as in PyTorch; for others give the indices "
                "where parts begin"
            )
        cuts = list(range(0, n + 1, n // sections)) if n else [0] * (sections + 1)
    else:
        inner = [operator.index(i) for i in indices_or_sections]
        cuts = [0, *inner, n]
        if sum(inner) == n and any(a >= b for a, b in pairwise(cuts)):
            raise ShapeError(
                f"split: shape {x.shape}: {inner} are the indices where parts begin, and some are "
                f"empty; for parts of these lengths, as in PyTorch, write "
                f"{list(accumulate(inner[:-1]))}"
            )
    return [along(x, axis, slice(a, b)) for a, b in pairwise(cuts)]


@composition
def tile(x: ArrayLike, reps: Sizes) -> Tensor:
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
    copies = tuple(operator.index(r) for r in np.atleast_1d(reps))
    ndim = max(x.ndim, len(copies))
    copies = (1,) * (ndim - len(copies)) + copies
    shape = (1,) * (ndim - x.ndim) + x.shape
    pairs = tuple(length for n in shape for length in (1, n))
    wide = tuple(length for r, n in zip(copies, shape, strict=True) for length in (r, n))
    final = tuple(r * n for r, n in zip(copies, shape, strict=True))
    return reshape(broadcast_to(reshape(x, pairs), wide), final)
