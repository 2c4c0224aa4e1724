"""NumPy's other products, all of them a `matmul` of reshaped inputs."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from math import prod

import numpy as np

from autograd.core.calls import checked
from autograd.core.composition import composition
from autograd.core.float16 import in_float32
from autograd.core.messages import one_line
from autograd.core.tensor import ArrayLike, Tensor
from autograd.errors import OptionError, ShapeError
from autograd.functions.arrays import shaped
from autograd.ops.elementwise import multiply
from autograd.ops.linalg import check_square, matmul, solve
from autograd.ops.piecewise import zeros_like
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
    check_square("inv", a)
    return solve(a, np.eye(a.shape[-1], dtype=a.dtype if a.dtype.kind == "f" else float))


@composition
def matrix_power(a: ArrayLike, n: int) -> Tensor:
    """Matrix to an integer power, by repeated squaring.

    Parameters
    ----------
    a : array or Tensor, (..., k, k)
    n : int
        0 gives the identity, and a negative one powers of the inverse.

    Returns
    -------
    Tensor or array, (..., k, k)

    Raises
    ------
    OptionError
        If ``n`` is not an integer.
    ShapeError
        If a matrix is not square.
    numpy.linalg.LinAlgError
        If ``n`` is negative and a matrix is singular.

    Examples
    --------
    >>> import autograd as ag
    >>> ag.linalg.matrix_power(ag.tensor([[1.0, 1.0], [0.0, 1.0]]), 5)
    tensor([[1., 5.],
            [0., 1.]])
    """
    a = shaped(a, "matrix_power")
    check_square("matrix_power", a)
    try:
        n = operator.index(n)
    except TypeError:
        raise OptionError(f"matrix_power: n={one_line(n)} is not an integer") from None
    square, power, left = inv(a) if n < 0 else a, None, abs(n)
    while left:
        if left % 2:
            power = square if power is None else matmul(square, power)
        left //= 2
        square = matmul(square, square) if left else square
    return zeros_like(a) + np.eye(a.shape[-1], dtype=a.dtype) if power is None else power


@composition
def multi_dot(arrays: Sequence[ArrayLike]) -> Tensor:
    """Product of several matrices, in the order of the least multiplications.

    Parameters
    ----------
    arrays : sequence of arrays or Tensors, (n0, n1), (n1, n2), ...
        At least two; the first and the last may be vectors.

    Returns
    -------
    Tensor or array
        Without the axis of a vector.

    Raises
    ------
    ShapeError
        If lengths or numbers of axes do not fit.

    Examples
    --------
    >>> import autograd as ag
    >>> ag.linalg.multi_dot([ag.tensor([1.0, 2.0]), [[3.0, 4.0], [5.0, 6.0]], [7.0, 8.0]])
    tensor(219.)
    """
    factors = [shaped(a, "multi_dot") for a in arrays]
    shapes = [a.shape for a in factors]
    inner = [shape for shape in shapes[1:-1] if len(shape) != 2]
    if len(shapes) < 2 or inner or not {len(s) for s in (shapes[0], shapes[-1])} <= {1, 2}:
        raise ShapeError(
            f"multi_dot: {', '.join(map(str, shapes))}: give it two matrices or more, of which the "
            "first and the last may be vectors"
        )
    return _multiplied(*factors)


@in_float32
def _multiplied(*factors: Tensor) -> Tensor:
    first, last = factors[0].shape, factors[-1].shape
    rows = [1 if len(first) == 1 else first[0], *(factor.shape[0] for factor in factors[1:])]
    splits = _cheapest_splits([*rows, 1 if len(last) == 1 else last[1]])

    def product(i: int, j: int) -> Tensor:
        if j - i == 1:
            return factors[i]
        return matmul(product(i, splits[i, j]), product(splits[i, j], j))

    return product(0, len(factors))


def _cheapest_splits(sizes: Sequence[int]) -> dict[tuple[int, int], int]:
    """Return for the product of factors i to j - 1 the factor before which to split it.

    Factor i has ``sizes[i]`` rows and ``sizes[i + 1]`` columns (Cormen et al., "Introduction to
    Algorithms", section on matrix-chain multiplication).
    """
    count = len(sizes) - 1
    costs, splits = {(i, i + 1): 0 for i in range(count)}, {}
    for length in range(2, count + 1):
        for i in range(count - length + 1):
            j = i + length
            costs[i, j], splits[i, j] = min(
                (costs[i, k] + costs[k, j] + sizes[i] * sizes[k] * sizes[j], k)
                for k in range(i + 1, j)
            )
    return splits
