"""NumPy's other ways to take an array apart: `split` along an axis of their own."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from autograd.core.calls import checked
from autograd.core.tensor import ArrayLike
from autograd.errors import ShapeError
from autograd.functions.arrays import along, shaped, split
from autograd.ops.shape import axis_number


@checked
def array_split(x: ArrayLike, indices_or_sections: int | Sequence[int], axis: int = 0) -> list[Any]:
    """Cut along an axis into parts of nearly equal lengths, or at the indices given.

    Unlike `split`, n elements in k parts need not come out even: the first ``n % k`` parts have
    one element more.

    Parameters
    ----------
    x : array or Tensor, (...)
    indices_or_sections : int or sequence of int
        The number of parts, or where each part but the first begins.
    axis : int

    Returns
    -------
    list of Tensors or arrays

    Raises
    ------
    ShapeError
        If there is no such axis, or no part at all is wanted.

    Examples
    --------
    >>> import autograd as ag
    >>> ag.array_split(ag.tensor([1.0, 2.0, 3.0]), 2)
    [tensor([1., 2.]), tensor([3.])]
    """
    x = shaped(x, "array_split")
    axis = axis_number(axis, x.ndim, "array_split")
    n = x.shape[axis]
    if isinstance(indices_or_sections, (int, np.integer)):
        parts = int(indices_or_sections)
        if parts < 1:
            raise ShapeError(f"array_split: shape {x.shape}: {parts} parts; take at least 1")
        least, longer = divmod(n, parts)
        places = np.arange(parts + 1)
        cuts = (least * places + np.minimum(places, longer)).tolist()
    else:
        cuts = [0, *map(operator.index, indices_or_sections), n]
    return [along(x, axis, slice(a, b)) for a, b in pairwise(cuts)]


@checked
def vsplit(x: ArrayLike, indices_or_sections: int | Sequence[int]) -> list[Any]:
    """Cut along the first axis of two or more, as `split` does.

    Parameters
    ----------
    x : array or Tensor, (n, m, ...)
    indices_or_sections : int or sequence of int
        The number of equal parts, or where each part but the first begins.

    Returns
    -------
    list of Tensors or arrays

    Raises
    ------
    ShapeError
        If there is only one axis, or no such equal parts.

    Examples
    --------
    >>> import autograd as ag
    >>> ag.vsplit(ag.tensor([[1.0, 2.0], [3.0, 4.0]]), 2)
    [tensor([[1., 2.]]), tensor([[3., 4.]])]
    """
    return _split_along("vsplit", x, indices_or_sections, 0, 2)


@checked
def hsplit(x: ArrayLike, indices_or_sections: int | Sequence[int]) -> list[Any]:
    """Cut along the second axis, or the only one of a vector, as `split` does.

    Parameters
    ----------
    x : array or Tensor, (n,) or (n, m, ...)
    indices_or_sections : int or sequence of int
        The number of equal parts, or where each part but the first begins.

    Returns
    -------
    list of Tensors or arrays

    Raises
    ------
    ShapeError
        If it is a number, or there are no such equal parts.

    Examples
    --------
    >>> import autograd as ag
    >>> ag.hsplit(ag.tensor([[1.0, 2.0]]), 2)
    [tensor([[1.]]), tensor([[2.]])]
    """
    return _split_along("hsplit", x, indices_or_sections, 1, 1)


@checked
def dsplit(x: ArrayLike, indices_or_sections: int | Sequence[int]) -> list[Any]:
    """Cut along the third axis, as `split` does.

    Parameters
    ----------
    x : array or Tensor, (n, m, k, ...)
    indices_or_sections : int or sequence of int
        The number of equal parts, or where each part but the first begins.

    Returns
    -------
    list of Tensors or arrays

    Raises
    ------
    ShapeError
        If there are fewer than three axes, or no such equal parts.

    Examples
    --------
    >>> import autograd as ag
    >>> ag.dsplit(ag.tensor([[[1.0, 2.0]]]), 2)
    [tensor([[[1.]]]), tensor([[[2.]]])]
    """
    return _split_along("dsplit", x, indices_or_sections, 2, 3)


def _split_along(operation: str, x: ArrayLike, parts: Any, axis: int, least: int) -> list[Any]:
    x = shaped(x, operation)
    if x.ndim < least:
        raise ShapeError(f"{operation}: shape {x.shape} has too few axes; it takes {least} or more")
    return split(x, parts, min(axis, x.ndim - 1))


@checked
def unstack(x: ArrayLike, axis: int = 0) -> tuple[Any, ...]:
    """Take an array apart along an axis, which the parts lose: what `stack` undoes.

    Parameters
    ----------
    x : array or Tensor, (...)
    axis : int

    Returns
    -------
    tuple of Tensors or arrays

    Raises
    ------
    ShapeError
        If there is no such axis.

    Examples
    --------
    >>> import autograd as ag
    >>> ag.unstack(ag.tensor([[1.0, 2.0], [3.0, 4.0]]), axis=1)
    (tensor([1., 3.]), tensor([2., 4.]))
    """
    x = shaped(x, "unstack")
    axis = axis_number(axis, x.ndim, "unstack")
    return tuple(along(x, axis, i) for i in range(x.shape[axis]))
