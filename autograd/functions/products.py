"""NumPy's other products, all of them a `matmul` of reshaped inputs."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

import numpy as np

from autograd.core.calls import checked
from autograd.core.composition import composition
from autograd.core.tensor import ArrayLike, Tensor
from autograd.errors import ShapeError
from autograd.functions.arrays import shaped
from autograd.ops.elementwise import multiply
from autograd.ops.linalg import matmul, solve
from autograd.ops.shape import axis_number, reshape, transpose


@composition
def tensordot(a: ArrayLike, b: ArrayLike, axes: int | Sequence[Sequence[int]] = 2) -> Tensor:
    """Sum of products over pairs of axes.

    Parameters
    ----------
    a, b : arrays or Tensors
    axes : int or (axes of a, axes of b)
        A number n pairs the last n axes of ``a`` with the first n of ``b``.

    Returns
    -------
    Tensor or array
        The other axes of ``a``, then those of ``b``.

    Raises
    ------
    ShapeError
        If paired axes have different lengths.

    Examples
    --------
    >>> import autograd as ag
    >>> ag.tensordot(ag.tensor([1.0, 2.0]), [3.0, 4.0], axes=1)
    tensor(11.)
    """
    a, b = shaped(a, "tensordot"), shaped(b, "tensordot")
    if isinstance(axes, (int, np.integer)):
        axes = range(a.ndim - axes, a.ndim), range(axes)
    of_a = [axis_number(i, a.ndim, "tensordot") for i in np.atleast_1d(axes[0])]
    of_b = [axis_number(j, b.ndim, "tensordot") for j in np.atleast_1d(axes[1])]
    if len(of_a) != len(of_b) or any(
        a.shape[i] != b.shape[j] for i, j in zip(of_a, of_b, strict=True)
    ):
        raise ShapeError(
            f"tensordot: {a.shape} and {b.shape}: axes {axes} do not pair equal lengths"
        )
    free_a = [i for i in range(a.ndim) if i not in of_a]
    free_b = [j for j in range(b.ndim) if j not in of_b]
    inner = prod(a.shape[i] for i in of_a)
    left = reshape(transpose(a, (*free_a, *of_a)), (prod(a.shape[i] for i in free_a), inner))
    right = reshape(transpose(b, (*of_b, *free_b)), (inner, prod(b.shape[j] for j in free_b)))
    shape = (*(a.shape[i] for i in free_a), *(b.shape[j] for j in free_b))
    return reshape(matmul(left, right), shape)


@checked
def dot(a: ArrayLike, b: ArrayLike) -> Tensor:
    """NumPy's dot: over the last axis of ``a`` and the last but one of ``b``.

    Parameters
    ----------
    a, b : arrays or Tensors
        Vectors, matrices or more axes; a number scales.

    Returns
    -------
    Tensor or array

    Raises
    ------
    ShapeError
        If the summed lengths differ.

    Examples
    --------
    >>> import autograd as ag
    >>> ag.dot(ag.tensor([1.0, 2.0]), [3.0, 4.0])
    tensor(11.)
    """
    a, b = shaped(a, "dot"), shaped(b, "dot")
    if a.ndim == 0 or b.ndim == 0:
        return multiply(a, b)
    if a.ndim <= 2 and b.ndim <= 2:
        return matmul(a, b)
    return tensordot(a, b, axes=((-1,), (-2 if b.ndim > 1 else -1,)))


@checked
def vdot(a: ArrayLike, b: ArrayLike) -> Tensor:
    """Sum of the products of all elements, whatever the shapes.

    Parameters
    ----------
    a, b : arrays or Tensors, of one size

    Returns
    -------
    Tensor or NumPy scalar

    Raises
    ------
    ShapeError
        If the sizes differ.

    Examples
    --------
    >>> import autograd as ag
    >>> ag.vdot(ag.tensor([[1.0, 2.0]]), [[3.0], [4.0]])
    tensor(11.)
    """
    return matmul(reshape(a, -1), reshape(b, -1))


@checked
def inner(a: ArrayLike, b: ArrayLike) -> Tensor:
    """Sum of products over the last axes.

    Parameters
    ----------
    a, b : arrays or Tensors, (..., k)
        A number scales.

    Returns
    -------
    Tensor or array
        The other axes of ``a``, then those of ``b``.

    Raises
    ------
    ShapeError
        If the last lengths differ.

    Examples
    --------
    >>> import autograd as ag
    >>> ag.inner(ag.tensor([[1.0, 2.0]]), [[3.0, 4.0]])
    tensor([[11.]])
    """
    a, b = shaped(a, "inner"), shaped(b, "inner")
    if a.ndim == 0 or b.ndim == 0:
        return multiply(a, b)
    return tensordot(a, b, axes=((-1,), (-1,)))


@checked
def outer(a: ArrayLike, b: ArrayLike) -> Tensor:
    """Every product of an element of ``a`` with one of ``b``.

    Parameters
    ----------
    a, b : arrays or Tensors
        Flattened first.

    Returns
    -------
    Tensor or array, (a.size, b.size)

    Examples
    --------
    >>> import autograd as ag
    >>> ag.outer(ag.tensor([1.0, 2.0]), [3.0, 4.0])
    tensor([[3., 4.],
            [6., 8.]])
    """
    return multiply(reshape(a, (-1, 1)), reshape(b, (1, -1)))


@checked
def inv(a: ArrayLike) -> Tensor:
    """Inverse matrix, the solution of ``a x = identity``.

    Parameters
    ----------
    a : array or Tensor, (..., n, n)

    Returns
    -------
    Tensor or array, (..., n, n)

    Raises
    ------
    numpy.linalg.LinAlgError
        If a matrix is singular.
    ShapeError
        If it is not square.

    Examples
    --------
    >>> import autograd as ag
    >>> ag.linalg.inv(ag.tensor([[2.0, 0.0], [0.0, 4.0]]))
    tensor([[0.5 , 0.  ],
            [0.  , 0.25]])
    """
    a = shaped(a, "inv")
    if a.ndim < 2 or a.shape[-1] != a.shape[-2]:
        raise ShapeError(f"inv: shape {a.shape} is not a square matrix or a stack of them")
    return solve(a, np.eye(a.shape[-1], dtype=a.dtype if a.dtype.kind == "f" else float))
