"""Functions that add axes and stretch them: several arrays brought to a common form."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.core.calls import checked
from autograd.core.messages import one_line
from autograd.core.tensor import ArrayLike, Tensor
from autograd.core.types import Shape
from autograd.errors import OptionError, ShapeError
from autograd.functions.arrays import moveaxis, shaped
from autograd.ops.shape import axis_number, broadcast_to, reshape


def with_axes(x: Tensor, before: Shape = (), after: Shape = ()) -> Tensor:
    """Return ``x`` with further axes of length 1; as it is where there are none to add."""
    return reshape(x, (*before, *x.shape, *after)) if before or after else x


def _one_or_all(arrays: list[Tensor]) -> Any:
    return arrays[0] if len(arrays) == 1 else tuple(arrays)


@checked
def atleast_1d(*arrays: ArrayLike) -> Any:
    """Give a number an axis of length 1; leave arrays of more axes as they are.

    Parameters
    ----------
    *arrays : arrays or Tensors

    Returns
    -------
    Tensor or array, or a tuple of them where several are given

    Examples
    --------
    >>> import autograd as ag
    >>> ag.atleast_1d(ag.tensor(3.0), [1.0, 2.0])
    (tensor([3.]), array([1., 2.]))
    """
    given = [shaped(x, "atleast_1d") for x in arrays]
    return _one_or_all([with_axes(x, (1,) * (1 - x.ndim)) for x in given])


@checked
def atleast_2d(*arrays: ArrayLike) -> Any:
    """Give numbers and vectors axes of length 1 in front, up to two axes: a vector is a row.

    Parameters
    ----------
    *arrays : arrays or Tensors

    Returns
    -------
    Tensor or array, or a tuple of them where several are given

    Examples
    --------
    >>> import autograd as ag
    >>> ag.atleast_2d(ag.tensor([1.0, 2.0]))
    tensor([[1., 2.]])
    """
    given = [shaped(x, "atleast_2d") for x in arrays]
    return _one_or_all([with_axes(x, (1,) * (2 - x.ndim)) for x in given])


@checked
def atleast_3d(*arrays: ArrayLike) -> Any:
    """Give arrays axes of length 1, up to three: (n,) is (1, n, 1), and (n, m) is (n, m, 1).

    Parameters
    ----------
    *arrays : arrays or Tensors

    Returns
    -------
    Tensor or array, or a tuple of them where several are given

    Examples
    --------
    >>> import autograd as ag
    >>> ag.atleast_3d(ag.tensor([1.0, 2.0])).shape
    (1, 2, 1)
    """
    given = [shaped(x, "atleast_3d") for x in arrays]
    before = {0: (1, 1), 1: (1,)}
    return _one_or_all([with_axes(x, before.get(x.ndim, ()), (1,) * (x.ndim < 3)) for x in given])


@checked
def broadcast_arrays(*args: ArrayLike) -> tuple[Any, ...]:
    """Stretch arrays to the shape to which they all broadcast.

    Parameters
    ----------
    *args : arrays or Tensors

    Returns
    -------
    tuple of Tensors or arrays, of one shape

    Raises
    ------
    ShapeError
        If the shapes do not broadcast.

    Examples
    --------
    >>> import autograd as ag
    >>> x, y = ag.broadcast_arrays(ag.tensor([1.0, 2.0]), [[3.0], [4.0]])
    >>> x.shape, y.shape
    ((2, 2), (2, 2))
    """
    given = [shaped(x, "broadcast_arrays") for x in args]
    shapes = [x.shape for x in given]
    try:
        shape = np.broadcast_shapes(*shapes)
    except ValueError:
        listed = ", ".join(map(str, shapes))
        raise ShapeError(f"broadcast_arrays: {listed} do not broadcast together") from None
    return tuple(broadcast_to(x, shape) if x.shape != shape else x for x in given)


@checked
def meshgrid(*xi: ArrayLike, sparse: bool = False, indexing: str = "xy") -> tuple[Any, ...]:
    """Coordinates of the points of a grid, from the coordinates along each axis.

    Parameters
    ----------
    *xi : arrays or Tensors
        Vectors; a number is one of length 1.
    sparse : bool
        Leave the other axes at length 1, which broadcasts.
    indexing : {"xy", "ij"}
        With "xy", the first vector runs along the second axis and the second along the first, as
        in a picture; with "ij", each runs along its own.

    Returns
    -------
    tuple of Tensors or arrays

    Raises
    ------
    OptionError
        If ``indexing`` is something else.

    Examples
    --------
    >>> import autograd as ag
    >>> x, y = ag.meshgrid(ag.tensor([1.0, 2.0]), [10.0, 20.0, 30.0])
    >>> x.shape, y[1, 0]
    ((3, 2), np.float64(20.0))
    """
    if indexing not in ("xy", "ij"):
        raise OptionError(f"meshgrid: indexing is 'xy' or 'ij', not {one_line(indexing)}")
    ndim = len(xi)
    places = list(range(ndim))
    if indexing == "xy" and ndim > 1:
        places[:2] = 1, 0
    lines = [
        reshape(shaped(x, "meshgrid"), (1,) * place + (-1,) + (1,) * (ndim - place - 1))
        for x, place in zip(xi, places, strict=True)
    ]
    return tuple(lines) if sparse else broadcast_arrays(*lines)


@checked
def rollaxis(a: ArrayLike, axis: int, start: int = 0) -> Tensor:
    """Move an axis before the one that has the number ``start``; `moveaxis` is easier to read.

    Parameters
    ----------
    a : array or Tensor, (...)
    axis : int
    start : int
        From 0 to the number of axes, which moves it to the end; negative ones count from there.

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
    >>> ag.rollaxis(ag.tensor(np.zeros((2, 3, 4))), 2).shape
    (4, 2, 3)
    """
    a = shaped(a, "rollaxis")
    axis = axis_number(axis, a.ndim, "rollaxis")
    place = axis_number(start, a.ndim + 1, "rollaxis") if start >= 0 else start + a.ndim
    if place < 0:
        raise ShapeError(f"rollaxis: start {one_line(start)} is not one of {a.ndim} axes")
    return moveaxis(a, axis, place - (axis < place))
