"""NumPy's other ways to join arrays: each is `concatenate` along an axis it chooses."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from autograd.core.calls import checked
from autograd.core.composition import composition
from autograd.core.messages import one_line
from autograd.core.tensor import ArrayLike, Tensor
from autograd.errors import ShapeError
from autograd.functions.arrays import shaped
from autograd.functions.axes import atleast_1d, atleast_2d, atleast_3d, with_axes
from autograd.ops.shape import concatenate, reshape, transpose


def _several(arrays: Iterable[ArrayLike], operation: str) -> list[ArrayLike]:
    parts = list(arrays)
    if not parts:
        raise ShapeError(f"{operation}: no arrays; give it at least one, in a list")
    return parts


@checked
def vstack(arrays: Iterable[ArrayLike]) -> Tensor:
    """Stack arrays one below another, along the first axis; vectors are rows.

    Parameters
    ----------
    arrays : sequence of arrays or Tensors
        Of equal shapes, except along the first axis.

    Returns
    -------
    Tensor or array, of two axes or more

    Raises
    ------
    ShapeError
        If there is no array, or the shapes do not fit.

    Examples
    --------
    >>> import autograd as ag
    >>> ag.vstack([ag.tensor([1.0, 2.0]), [3.0, 4.0]])
    tensor([[1., 2.],
            [3., 4.]])
    """
    return concatenate([atleast_2d(x) for x in _several(arrays, "vstack")], axis=0)


@checked
def hstack(arrays: Iterable[ArrayLike]) -> Tensor:
    """Stack arrays side by side: along the second axis, or the only one of vectors.

    Parameters
    ----------
    arrays : sequence of arrays or Tensors
        Of equal shapes, except along that axis.

    Returns
    -------
    Tensor or array

    Raises
    ------
    ShapeError
        If there is no array, or the shapes do not fit.

    Examples
    --------
    >>> import autograd as ag
    >>> ag.hstack([ag.tensor([1.0, 2.0]), 3.0])
    tensor([1., 2., 3.])
    """
    parts = [atleast_1d(x) for x in _several(arrays, "hstack")]
    return concatenate(parts, axis=0 if parts[0].ndim == 1 else 1)


@checked
def dstack(arrays: Iterable[ArrayLike]) -> Tensor:
    """Stack arrays one behind another, along the third axis.

    Parameters
    ----------
    arrays : sequence of arrays or Tensors
        A vector of length n counts as (1, n, 1), a matrix as (n, m, 1).

    Returns
    -------
    Tensor or array, of three axes or more

    Raises
    ------
    ShapeError
        If there is no array, or the shapes do not fit.

    Examples
    --------
    >>> import autograd as ag
    >>> ag.dstack([ag.tensor([1.0, 2.0]), [3.0, 4.0]])
    tensor([[[1., 3.],
             [2., 4.]]])
    """
    return concatenate([atleast_3d(x) for x in _several(arrays, "dstack")], axis=2)


@checked
def column_stack(arrays: Iterable[ArrayLike]) -> Tensor:
    """Make a matrix of columns: vectors, and matrices as they are.

    Parameters
    ----------
    arrays : sequence of arrays or Tensors
        Of one length along the first axis.

    Returns
    -------
    Tensor or array, (n, columns)

    Raises
    ------
    ShapeError
        If there is no array, or the lengths differ.

    Examples
    --------
    >>> import autograd as ag
    >>> ag.column_stack([ag.tensor([1.0, 2.0]), [3.0, 4.0]])
    tensor([[1., 3.],
            [2., 4.]])
    """
    parts = [shaped(x, "column_stack") for x in _several(arrays, "column_stack")]
    return concatenate([x if x.ndim > 1 else transpose(atleast_2d(x)) for x in parts], axis=1)


@checked
def append(arr: ArrayLike, values: ArrayLike, axis: int | None = None) -> Tensor:
    """Append ``values`` to ``arr`` along an axis; both flattened first where there is none.

    Parameters
    ----------
    arr, values : arrays or Tensors
        With an axis, of equal shapes except along it.
    axis : int or None

    Returns
    -------
    Tensor or array

    Raises
    ------
    ShapeError
        If there is no such axis, or the shapes differ elsewhere.

    Examples
    --------
    >>> import autograd as ag
    >>> ag.append(ag.tensor([1.0, 2.0]), 3.0)
    tensor([1., 2., 3.])
    """
    parts = [shaped(arr, "append"), shaped(values, "append")]
    if axis is None:
        parts, axis = [reshape(x, -1) for x in parts], 0
    return concatenate(parts, axis=axis)


@composition
def block(arrays: Sequence[Any] | ArrayLike) -> Tensor:
    """Assemble an array of blocks, written as nested lists.

    The innermost lists are joined along the last axis, the lists around them along the last but
    one, and so on.

    Parameters
    ----------
    arrays : nested lists of arrays or Tensors
        All nested to one depth.

    Returns
    -------
    Tensor or array

    Raises
    ------
    ShapeError
        If lists are empty or nested to several depths, or the blocks do not fit.

    Examples
    --------
    >>> import numpy as np
    >>> import autograd as ag
    >>> ag.block([[ag.tensor([[1.0]]), np.zeros((1, 2))], [np.zeros((1, 1)), np.ones((1, 2))]])
    tensor([[1., 0., 0.],
            [0., 1., 1.]])
    """
    depths = set(_depths(arrays))
    if len(depths) != 1:
        raise ShapeError(f"block: lists are nested to the depths {sorted(depths)}; take one depth")
    depth = depths.pop()
    ndim = max(depth, *(x.ndim for x in _leaves(arrays)))
    return _assembled(arrays, depth, ndim)


def _depths(arrays: Any, depth: int = 0) -> Iterable[int]:
    """Yield the number of lists around each block."""
    if isinstance(arrays, tuple) or (isinstance(arrays, list) and not arrays):
        raise ShapeError(f"block: takes nested lists with arrays in them, not {one_line(arrays)}")
    if not isinstance(arrays, list):
        yield depth
        return
    for x in arrays:
        yield from _depths(x, depth + 1)


def _leaves(arrays: Any) -> Iterable[Tensor]:
    if not isinstance(arrays, list):
        yield shaped(arrays, "block")
        return
    for x in arrays:
        yield from _leaves(x)


def _assembled(arrays: Any, depth: int, ndim: int) -> Tensor:
    if depth == 0:
        x = shaped(arrays, "block")
        return with_axes(x, (1,) * (ndim - x.ndim))
    return concatenate([_assembled(x, depth - 1, ndim) for x in arrays], axis=-depth)
