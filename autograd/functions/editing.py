"""Functions that choose, put in and leave out elements: indexing, with places that NumPy finds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd.core.calls import checked
from autograd.core.capturing import check_fixed
from autograd.core.composition import composition
from autograd.core.tensor import ArrayLike, Tensor, detached, raw
from autograd.errors import DTypeError, ShapeError
from autograd.functions.arithmetic import astype
from autograd.functions.arrays import moveaxis, shaped
from autograd.functions.axes import with_axes
from autograd.functions.picking import diagonal, take, take_along_axis
from autograd.ops.checked_values import finite_integers
from autograd.ops.index import scatter_add
from autograd.ops.piecewise import where
from autograd.ops.places import partition_places
from autograd.ops.shape import axis_number, broadcast_to, join, reshape


@checked
def diag(v: ArrayLike, k: int = 0) -> Tensor:
    """Take the diagonal of a matrix, or a matrix with this diagonal and zeros elsewhere.

    Parameters
    ----------
    v : array or Tensor, (n, m) or (n,)
    k : int
        Above (positive) or below (negative) the main diagonal.

    Returns
    -------
    Tensor or array
        For a vector, (n + abs(k), n + abs(k)).

    Raises
    ------
    ShapeError
        If there are not one or two axes.

    Examples
    --------
    >>> import autograd as ag
    >>> ag.diag(ag.tensor([1.0, 2.0]))
    tensor([[1., 0.],
            [0., 2.]])
    >>> ag.diag(ag.tensor([[1.0, 2.0], [3.0, 4.0]]), 1)
    tensor([2.])
    """
    v = shaped(v, "diag")
    if v.ndim == 2:
        return diagonal(v, k)
    if v.ndim != 1:
        raise ShapeError(f"diag: shape {v.shape}: takes a vector or a matrix")
    n, i = len(v) + abs(k), np.arange(len(v))
    return scatter_add(v, index=(i + max(-k, 0), i + max(k, 0)), shape=(n, n))


@checked
def diagflat(v: ArrayLike, k: int = 0) -> Tensor:
    """Make a matrix whose diagonal has all elements of an array, in row-major order.

    Parameters
    ----------
    v : array or Tensor, (...)
    k : int
        Above (positive) or below (negative) the main diagonal.

    Returns
    -------
    Tensor or array, (size + abs(k), size + abs(k))

    Examples
    --------
    >>> import autograd as ag
    >>> ag.diagflat(ag.tensor([[1.0, 2.0]]))
    tensor([[1., 0.],
            [0., 2.]])
    """
    return diag(reshape(v, -1), k)


@composition
def select(
    condlist: Sequence[ArrayLike], choicelist: Sequence[ArrayLike], default: ArrayLike = 0
) -> Tensor:
    """Take elements from the choice of the first condition that holds, elementwise.

    As for `where`, every choice is computed, and each must be finite where it is not taken, too.

    Parameters
    ----------
    condlist : sequence of boolean arrays
    choicelist : sequence of arrays or Tensors
        One for each condition; all broadcast.
    default : array or Tensor
        Taken where no condition holds.

    Returns
    -------
    Tensor or array

    Raises
    ------
    DTypeError
        If conditions are not booleans.
    ShapeError
        If there are no conditions, or not as many choices, or the shapes do not broadcast.

    Examples
    --------
    >>> import autograd as ag
    >>> x = ag.tensor([-2.0, 0.5, 3.0])
    >>> ag.select([x < 0, x < 1], [-x, x * x], default=1.0)
    tensor([2.  , 0.25, 1.  ])
    """
    conditions, choices = list(condlist), list(choicelist)
    if not conditions or len(conditions) != len(choices):
        raise ShapeError(
            f"select: {len(conditions)} conditions and {len(choices)} choices; give one choice for "
            "each, and at least one"
        )
    if any(shaped(c, "select").dtype != bool for c in conditions):
        raise DTypeError("select: conditions must be booleans; compare numbers with 0 first")
    result: Any = default
    for condition, choice in zip(reversed(conditions), reversed(choices), strict=True):
        result = where(condition, choice, result)
    return result  # type: ignore[no-any-return]


@checked
def partition(a: ArrayLike, kth: int | Sequence[int], axis: int | None = -1) -> Tensor:
    """Reorder so that element ``kth`` is where sorting would put it, with smaller ones before it.

    The gradient follows each element to where it came from.

    Parameters
    ----------
    a : array or Tensor, (...)
    kth : int or sequence of int
    axis : int or None
        None for the flattened array.

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
    >>> ag.partition(ag.tensor([3.0, 1.0, 2.0]), 1)
    tensor([1., 2., 3.])
    """
    a = shaped(a, "partition")
    if axis is None:
        a, axis = reshape(a, -1), 0
    axis = axis_number(axis, a.ndim, "partition")
    return take_along_axis(a, partition_places(detached(a), detached(kth), axis), axis)


@checked
def delete(arr: ArrayLike, obj: ArrayLike | slice, axis: int | None = None) -> Tensor:
    """Leave out slices along an axis, or elements of the flattened array.

    Parameters
    ----------
    arr : array or Tensor, (...)
    obj : int, slice, integers or booleans
        What to leave out.
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
    >>> ag.delete(ag.tensor([1.0, 2.0, 3.0]), 1)
    tensor([1., 3.])
    """
    arr, axis = _line(arr, axis, "delete")
    check_fixed("delete", "a mask with ag.where, as the result needs a shape", obj)
    return take(arr, np.delete(np.arange(arr.shape[axis]), raw(obj)), axis)


@checked
def insert(
    arr: ArrayLike, obj: ArrayLike | slice, values: ArrayLike, axis: int | None = None
) -> Tensor:
    """Insert slices along an axis, or elements into the flattened array.

    Parameters
    ----------
    arr : array or Tensor, (...)
    obj : int, slice, integers or booleans
        Before which elements of ``arr`` the new ones stand.
    values : array or Tensor
        What to put there; it broadcasts, and takes the dtype of ``arr``.
    axis : int or None

    Returns
    -------
    Tensor or array

    Raises
    ------
    ShapeError
        If there is no such axis, or the values do not fit.
    DTypeError
        If the values require a gradient or are not finite, and ``arr`` has integers.

    Examples
    --------
    >>> import autograd as ag
    >>> ag.insert(ag.tensor([1.0, 2.0]), 1, 5.0)
    tensor([1., 5., 2.])
    """
    arr, axis = _line(arr, axis, "insert")
    check_fixed("insert", "ag.concatenate and ag.take, as the result needs a shape", obj)
    places, old = raw(obj), np.arange(arr.shape[axis])
    new = shaped(values, "insert")
    if arr.dtype.kind != "f" and getattr(new, "requires_grad", False):
        raise DTypeError(
            f"insert: the values require a gradient, which {arr.dtype} would lose; write "
            "arr.astype(float)"
        )
    if arr.dtype.kind != "f" and new.dtype.kind == "f":
        new = finite_integers(new, dtype=arr.dtype)
    else:
        new = astype(new, arr.dtype)
    count = np.insert(old, places, 0).size - old.size
    if count == 1:  # at one place there may be several values
        new = with_axes(new, (1,) * (arr.ndim - new.ndim))
        if not isinstance(places, slice) and np.ndim(places) == 0:
            new = moveaxis(new, 0, axis)
        count = new.shape[axis]
    new = broadcast_to(new, (*arr.shape[:axis], count, *arr.shape[axis + 1 :]))
    # The new elements are numbered after the old ones, and NumPy says in which order all stand.
    order = np.insert(old, places, old.size + np.arange(count))
    return take(join(arr, new, axis=axis), order, axis)


def _line(x: ArrayLike, axis: int | None, operation: str) -> tuple[Tensor, int]:
    """Return an array and an axis of it: its own, or that of the flattened array."""
    x = shaped(x, operation)
    return (reshape(x, -1), 0) if axis is None else (x, axis_number(axis, x.ndim, operation))
