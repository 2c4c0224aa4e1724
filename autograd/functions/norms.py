"""Lengths of vectors and matrices, with a gradient of 0 at length 0."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.core.composition import composition
from autograd.core.messages import one_line
from autograd.core.tensor import ArrayLike, Tensor, raw
from autograd.core.types import Axis, Scalar
from autograd.errors import ShapeError, UnsupportedError
from autograd.functions.arrays import as_floats
from autograd.ops.compare import not_equal
from autograd.ops.elementwise import cast, sqrt
from autograd.ops.piecewise import absolute, where
from autograd.ops.reduce import max as max_
from autograd.ops.reduce import min as min_
from autograd.ops.reduce import reduced_axes
from autograd.ops.reduce import sum as sum_


def safe_sqrt(x: ArrayLike) -> Tensor:
    """Square root whose slope at 0 is 0 instead of infinite.

    The root is taken of 1 where ``x`` is 0, and that branch is then not used: the pattern of
    `where`.
    """
    zero = raw(x) == 0
    return where(zero, 0, sqrt(where(zero, 1, x)))


@composition
def norm(
    x: ArrayLike, ord: Scalar | str | None = None, axis: Axis = None, keepdims: bool = False
) -> Tensor:
    """Norm of vectors or matrices along axes.

    Parameters
    ----------
    x : array or Tensor, (...)
    ord : {None, "fro", 1, -1, 2, inf, -inf} or float
        None is the root of the sum of squares over the axes.  Of one axis, a number p is the
        p-norm, ``sum(|x|^p)^(1/p)``; of two, 1 and inf are the largest column and row sum, -1 and
        -inf the smallest.
    axis : int, pair of int or None
    keepdims : bool

    Returns
    -------
    Tensor or array
        The gradient at length 0 is 0.

    Raises
    ------
    UnsupportedError
        For matrix norms that need singular values (2, -2, "nuc").

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
    zero = raw(x) == 0
    powers = where(zero, 0 if ord > 0 else np.inf, where(zero, 1, size) ** ord)
    total = sum_(powers, axis=axis, keepdims=keepdims)
    zero = raw(total) == (0 if ord > 0 else np.inf)
    return where(zero, 0, where(zero, 1, total) ** (1 / ord))


def _matrix_norm(x: Any, ord: Any, axis: Any, keepdims: bool) -> Tensor:
    if ord not in (1, -1, np.inf, -np.inf):
        raise UnsupportedError(
            f"norm: ord={one_line(ord)} of a matrix needs its singular values, which the engine "
            "does not have; use 'fro', 1, -1, inf or -inf"
        )
    rows, columns = reduced_axes(axis, x.ndim, "norm")
    summed, compared = (rows, columns) if abs(ord) == 1 else (columns, rows)
    sums = sum_(absolute(x), axis=summed, keepdims=True)
    best = (max_ if ord > 0 else min_)(sums, axis=compared, keepdims=True)
    return best if keepdims else sum_(best, axis=(rows, columns))
