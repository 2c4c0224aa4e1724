"""Lengths of vectors and matrices, with a gradient of 0 at length 0."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd.core.composition import composition
from autograd.core.messages import one_line
from autograd.core.tensor import ArrayLike, Tensor, detached
from autograd.core.types import Axis, Scalar
from autograd.errors import ShapeError, UnsupportedError
from autograd.functions.arrays import as_floats, expand_dims, moveaxis
from autograd.ops.compare import equal, not_equal
from autograd.ops.decompositions import svdvals
from autograd.ops.elementwise import cast, sqrt
from autograd.ops.piecewise import absolute, where
from autograd.ops.reduce import max as max_
from autograd.ops.reduce import min as min_
from autograd.ops.reduce import reduced_axes
from autograd.ops.reduce import sum as sum_
from autograd.ops.shape import reshape


def safe_sqrt(x: ArrayLike) -> Tensor:
    """Square root whose slope at 0 is 0 instead of infinite.

    The root is taken of 1 where ``x`` is 0, and that branch is then not used: the pattern of
    `where`.
    """
    zero = equal(detached(x), 0)
    return where(zero, 0, sqrt(where(zero, 1, x)))


@composition
def norm(
    x: ArrayLike, ord: Scalar | str | None = None, axis: Axis = None, keepdims: bool = False
) -> Tensor:
    """Norm of vectors or matrices along axes.

    Parameters
    ----------
    x : array or Tensor, (...)
    ord : {None, "fro", "nuc", 1, -1, 2, -2, inf, -inf} or float
        None is the root of the sum of squares over the axes.  Of one axis, a number p is the
        p-norm, ``sum(|x|^p)^(1/p)``; of two, 1 and inf are the largest column and row sum, 2 the
        largest singular value, -1, -inf and -2 the smallest, and "nuc" the sum of the singular
        values.
    axis : int, pair of int or None
    keepdims : bool

    Returns
    -------
    Tensor or array
        The gradient at length 0 is 0.  Where several singular values are the largest, one of them
        gets it; its vectors are then those that LAPACK chooses.

    Raises
    ------
    ShapeError
        If ``ord`` is one of vectors and matrices, and there are more axes.
    UnsupportedError
        If there is no such ``ord``.

    Examples
    --------
    >>> import numpy as np
    >>> import autograd as ag
    >>> ag.linalg.norm(ag.tensor([3.0, 4.0]))
    tensor(5.)
    >>> ag.grad(ag.linalg.norm)(np.zeros(2))
    array([0., 0.])
    """
    x = as_floats(x, "norm")
    axes = x.ndim if axis is None else len(axis) if isinstance(axis, tuple) else 1
    if ord is None or (ord == "fro" and axes == 2) or (ord == 2 and axes == 1):
        return safe_sqrt(sum_(x * x, axis=axis, keepdims=keepdims))
    if axes == 1:
        return _vector_norm(x, ord, axis, keepdims)
    if axes == 2:
        return _matrix_norm(x, ord, axis, keepdims)
    raise ShapeError(
        f"norm: shape {x.shape}: ord={one_line(ord)} needs one axis or two; name them in axis"
    )


def _vector_norm(x: Any, ord: Any, axis: Any, keepdims: bool) -> Tensor:
    if isinstance(ord, str):
        raise UnsupportedError(f"norm: ord={one_line(ord)} is a matrix norm, but there is one axis")
    size = absolute(x)
    if ord == np.inf:
        return max_(size, axis=axis, keepdims=keepdims)
    if ord == -np.inf:
        return min_(size, axis=axis, keepdims=keepdims)
    if ord == 0:
        return sum_(cast(not_equal(x, 0), dtype=x.dtype), axis=axis, keepdims=keepdims)
    if ord == 1:
        return sum_(size, axis=axis, keepdims=keepdims)
    # A power below 1 is infinitely steep at 0, so 0 is raised as 1 and not used.
    zero = equal(detached(x), 0)
    powers = where(zero, 0 if ord > 0 else np.inf, where(zero, 1, size) ** ord)
    total = sum_(powers, axis=axis, keepdims=keepdims)
    zero = equal(detached(total), 0 if ord > 0 else np.inf)
    return where(zero, 0, where(zero, 1, total) ** (1 / ord))


def _matrix_norm(x: Any, ord: Any, axis: Any, keepdims: bool) -> Tensor:
    axes = reduced_axes(axis, x.ndim, "norm")
    if ord in (2, -2, "nuc"):
        return _norm_of_singular_values(x, ord, axes, keepdims)
    if ord not in (1, -1, np.inf, -np.inf):
        raise UnsupportedError(
            f"norm: ord={one_line(ord)} is not one of a matrix: 'fro', 'nuc', 1, -1, 2, -2, inf "
            "or -inf"
        )
    rows, columns = axes
    summed, compared = (rows, columns) if abs(ord) == 1 else (columns, rows)
    sums = sum_(absolute(x), axis=summed, keepdims=True)
    best = (max_ if ord > 0 else min_)(sums, axis=compared, keepdims=True)
    return best if keepdims else sum_(best, axis=axes)


def _norm_of_singular_values(x: Any, ord: Any, axes: tuple[int, ...], keepdims: bool) -> Tensor:
    values = svdvals(moveaxis(x, axes, (-2, -1)))
    reduced = {2: max_, -2: min_, "nuc": sum_}[ord](values, axis=-1)
    return expand_dims(reduced, axes) if keepdims else reduced


@composition
def matrix_norm(x: ArrayLike, /, *, keepdims: bool = False, ord: Scalar | str = "fro") -> Tensor:
    """Norm of matrices, the last two axes.

    Parameters
    ----------
    x : array or Tensor, (..., n, m)
    keepdims : bool
    ord : {"fro", "nuc", 1, -1, 2, -2, inf, -inf}
        As of `norm`.

    Returns
    -------
    Tensor or array, (...)

    Raises
    ------
    ShapeError
        If there are not two axes.
    UnsupportedError
        If there is no such ``ord``.

    Examples
    --------
    >>> import autograd as ag
    >>> ag.linalg.matrix_norm(ag.tensor([[3.0, 0.0], [0.0, 4.0]]), ord="nuc")
    tensor(7.)
    """
    return norm(x, ord, (-2, -1), keepdims)


@composition
def vector_norm(
    x: ArrayLike, /, *, axis: Axis = None, keepdims: bool = False, ord: Scalar = 2
) -> Tensor:
    """Norm of vectors, along one axis or along several together.

    Parameters
    ----------
    x : array or Tensor, (...)
    axis : int, tuple of int or None
        None is all axes.
    keepdims : bool
    ord : float, inf or -inf
        As of `norm`.

    Returns
    -------
    Tensor or array
        The gradient at length 0 is 0.

    Raises
    ------
    ShapeError
        If there is no such axis.

    Examples
    --------
    >>> import autograd as ag
    >>> ag.linalg.vector_norm(ag.tensor([[3.0, 0.0], [0.0, 4.0]]))
    tensor(5.)
    """
    x = as_floats(x, "vector_norm")
    axes = reduced_axes(axis, x.ndim, "vector_norm")
    together = moveaxis(x, axes, tuple(range(-len(axes), 0)))
    rest = together.shape[: x.ndim - len(axes)]
    length = norm(reshape(together, (*rest, math.prod(x.shape[a] for a in axes))), ord, -1)
    return expand_dims(length, axes) if keepdims else length
