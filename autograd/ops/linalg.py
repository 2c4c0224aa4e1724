"""Primitives of linear algebra: matmul, solve, and the determinant and its logarithm.

Like `numpy.linalg`, they work on the last two axes and broadcast over those before.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.core.define import primitive
from autograd.core.float16 import FLOAT16, in_float32, widened
from autograd.core.spec import Spec
from autograd.core.tensor import Value, raw
from autograd.core.types import Array
from autograd.errors import ShapeError
from autograd.ops.elementwise import log
from autograd.ops.kernels.cofactors import cofactors_along
from autograd.ops.kernels.product import product
from autograd.ops.piecewise import absolute
from autograd.ops.shape import reshape, transpose


def swap(x: Value) -> Value:
    """Transpose the last two axes: a matrix, or every matrix of a stack."""
    n = len(x.shape)
    return x.T if n == 2 else transpose(x, (*range(n - 2), n - 1, n - 2))


def _as_row(x: Any) -> Any:
    return reshape(x, (1, -1)) if len(x.shape) == 1 else x


def _as_column(x: Any) -> Any:
    return reshape(x, (-1, 1)) if len(x.shape) == 1 else x


def _as_product(ct: Any, x: Any, y: Any) -> Any:
    """Give a cotangent the axes that the product lost where an input was a vector."""
    if len(y.shape) == 1:
        ct = reshape(ct, (*ct.shape, 1))
    if len(x.shape) == 1:
        ct = reshape(ct, (*ct.shape[:-1], 1, ct.shape[-1]))
    return ct


def _laid_out_as(like: Any, x: Any, y: Any) -> Any:
    """Return ``x @ y`` in the memory order of the matrix whose gradient it is.

    That of a transposed matrix, the W^T of a dense layer, runs down the columns.  A step that then
    adds weight and gradient up runs along both, which for large ones is twenty times as fast.
    """
    if x.dtype is FLOAT16:  # the gradient may still be summed, so it is not narrowed here
        x, y = widened(x), widened(y)
    by_columns = raw(like).flags.fnc and len(x.shape) == len(y.shape) == 2
    if type(x) is np.ndarray and type(y) is np.ndarray:  # what `matmul` would do, in less time
        return product(x, y, by_columns)
    return matmul_by_columns(x, y) if by_columns else matmul(x, y)


def _matmul_left(ct: Any, out: Any, x: Any, y: Any) -> Any:
    gradient = _laid_out_as(x, _as_product(ct, x, y), swap(_as_column(y)))
    if len(x.shape) > 1:
        return gradient
    return reshape(gradient, (*gradient.shape[:-2], gradient.shape[-1]))


def _matmul_right(ct: Any, out: Any, x: Any, y: Any) -> Any:
    gradient = _laid_out_as(y, swap(_as_row(x)), _as_product(ct, x, y))
    return reshape(gradient, gradient.shape[:-1]) if len(y.shape) == 1 else gradient


_SIDES = Spec(signature="(n?,k),(k,m?)->(n?,m?)")


@primitive(vjps=(_matmul_left, _matmul_right), symbol="@", spec=_SIDES)
def matmul(x: Array, y: Array) -> Array:
    """Matrix product over the last two axes; vectors and stacks as in NumPy.

    ``d(X Y) = dX Y + X dY``, so that the cotangents are ``ct Y^T`` and ``X^T ct``: the step
    ``W^T delta`` of backpropagation (deck 1).

    x: (..., n, k) or (k,), y: (..., k, m) or (k,) -> (..., n, m), without the axis of a vector.
    The axes before the last two broadcast.

    >>> import autograd as ag
    >>> ag.matmul(ag.tensor([[1.0, 2.0]]), ag.tensor([3.0, 4.0]))
    tensor([11.])
    """
    try:
        return product(np.asarray(x), np.asarray(y))
    except ValueError:
        _refuse_shapes(np.shape(x), np.shape(y))
        raise


@primitive(vjps=(_matmul_left, _matmul_right), name="matmul", symbol="@", spec=_SIDES)
def matmul_by_columns(x: Array, y: Array) -> Array:
    """`matmul` with another order in memory: the result lies there column by column.

    >>> from autograd.ops.linalg import matmul_by_columns
    >>> import numpy as np
    >>> matmul_by_columns(np.eye(2), np.eye(2)).flags.f_contiguous
    True
    """
    return product(np.asarray(x), np.asarray(y), by_columns=True)


PRODUCTS = (matmul.primitive, matmul_by_columns.primitive)


def _refuse_shapes(a: tuple[int, ...], b: tuple[int, ...]) -> None:
    if not a or not b:
        raise ShapeError(f"matmul: {a} @ {b}: a number has no matrix product; use * instead")
    inner = a[-1], b[-2] if len(b) > 1 else b[0]
    if inner[0] != inner[1]:
        raise ShapeError(f"matmul: {a} @ {b}: inner sizes {inner[0]} and {inner[1]} differ")


def _solve_matrix_rule(ct: Any, out: Any, a: Any, b: Any) -> Any:
    columns = _solve_right_rule(ct, out, a, b)
    if len(b.shape) == 1:
        columns, out = reshape(columns, (*columns.shape, 1)), reshape(out, (*out.shape, 1))
    return -matmul(columns, swap(out))


def _solve_right_rule(ct: Any, out: Any, a: Any, b: Any) -> Any:
    if len(b.shape) > 1:
        return solve(swap(a), ct)
    column = solve(swap(a), reshape(ct, (*ct.shape, 1)))
    return reshape(column, column.shape[:-1])


@primitive(
    vjps=(in_float32(_solve_matrix_rule), in_float32(_solve_right_rule)),
    spec=Spec(analytic=True, signature="(n,n),(n,m)->(n,m)"),
)
@in_float32
def solve(a: Array, b: Array) -> Array:
    """The x with ``a x = b``.

    ``a dx = db - da x``, so that with ``z = solve(a^T, ct)`` the cotangents are ``-z x^T`` and
    ``z`` (Giles 2008, "Collected matrix derivative results").  A primitive for exactness: no
    composition of the others eliminates with pivots.

    a: (..., n, n), not singular, b: (..., n, m) or (n,) -> the shape of b, stacks broadcast.

    >>> import autograd as ag
    >>> ag.linalg.solve(ag.tensor([[2.0, 0.0], [0.0, 4.0]]), ag.tensor([2.0, 2.0]))
    tensor([1. , 0.5])
    """
    check_square("solve", a)
    n = np.shape(a)[-1]
    rows = np.shape(b)[-2:][:1]
    if rows != (n,):
        raise ShapeError(f"solve: {np.shape(a)} and {np.shape(b)}: the right side needs {n} rows")
    try:
        return np.linalg.solve(a, b)
    except np.linalg.LinAlgError:
        raise np.linalg.LinAlgError(
            f"solve: the matrix of shape {np.shape(a)} is singular; add a ridge to its diagonal"
        ) from None


def check_square(operation: str, a: Any) -> None:
    """Refuse what is not a square matrix or a stack of them."""
    shape = np.shape(a)
    if len(shape) < 2 or shape[-1] != shape[-2]:
        raise ShapeError(f"{operation}: shape {shape} is not a square matrix or a stack of them")


def _cofactors_rule(
    ct: Any, out: Any, a: Any, *directions: Any, needed: tuple[bool, ...]
) -> list[Any]:
    # A derivative in several directions is the same in whichever order they come.
    others = [directions[:i] + directions[i + 1 :] for i in range(len(directions))]
    return [
        cofactors(a, *given, ct) if wanted else None
        for given, wanted in zip((directions, *others), needed, strict=True)
    ]


@primitive(vjps=_cofactors_rule, spec=Spec(analytic=True))
@in_float32
def cofactors(a: Array, *directions: Array) -> Array:
    """Derivative of the determinant by each entry: the cofactors, or their slope in directions.

    Without a direction it is the matrix of signed minors; each direction that is given derives it
    once more, so that the cotangent is just one direction more.  A primitive because a singular
    matrix has cofactors but no inverse to compute them with, and so has two ways to go.

    a: (..., n, n), each direction: of the same shape -> (..., n, n).

    >>> import numpy as np
    >>> from autograd.ops.linalg import cofactors
    >>> cofactors(np.array([[1.0, 2.0], [2.0, 4.0]]))
    array([[ 4., -2.],
           [-2.,  1.]])
    >>> cofactors(np.array([[1.0, 2.0], [2.0, 4.0]]), np.array([[1.0, 2.0], [3.0, 4.0]]))
    array([[ 4., -3.],
           [-2.,  1.]])
    """
    return cofactors_along(a, directions)


def _det_rule(ct: Any, out: Any, a: Any) -> Any:
    a = widened(a)  # where the cofactors are in the range of float16, the result need not be
    return reshape(ct, (*ct.shape, 1, 1)) * cofactors(a)


@primitive(vjps=(_det_rule,), spec=Spec(analytic=True, signature="(n,n)->()"))
@in_float32
def det(a: Array) -> Array:
    """Determinant.

    ``d det(a) = sum(cofactor(a) * da)`` (Jacobi), also where ``a`` is singular; there the
    cofactors are found minor by minor, which takes memory of order n^4.

    a: (..., n, n) -> (...).

    >>> import autograd as ag
    >>> ag.linalg.det(ag.tensor([[1.0, 2.0], [3.0, 5.0]]))
    tensor(-1.)
    """
    check_square("det", a)
    return np.linalg.det(a)


def _log_abs_det_rule(ct: Any, out: Any, a: Any) -> Any:
    try:
        inverse = solve(a, np.eye(a.shape[-1], dtype=a.dtype))
    except np.linalg.LinAlgError:
        raise np.linalg.LinAlgError(
            f"slogdet: the matrix of shape {a.shape} is singular, where the logarithm has no "
            "derivative; use det, or add a ridge to its diagonal"
        ) from None
    return reshape(ct, (*ct.shape, 1, 1)) * swap(inverse)


def _log_of_det(a: Value) -> Any:
    return log(absolute(det(a)))


@primitive(
    vjps=(in_float32(_log_abs_det_rule),),
    symbol="log|det|",
    spec=Spec(signature="(n,n)->()", composition=_log_of_det),
)
@in_float32
def log_abs_det(a: Array) -> Array:
    """Logarithm of the size of the determinant.

    ``d log|det(a)| = sum(a^-T * da)``.  A primitive for stability: the determinant of a large
    matrix overflows, and its logarithm does not.

    a: (..., n, n) -> (...); minus infinity, without a derivative, where ``a`` is singular.

    >>> import numpy as np
    >>> from autograd.ops.linalg import log_abs_det
    >>> log_abs_det(np.exp(-3) * np.eye(400)).round(6)
    np.float64(-1200.0)
    """
    check_square("slogdet", a)
    return np.linalg.slogdet(a)[1]


@primitive(vjps=(None,))
@in_float32
def sign_of_det(a: Array) -> Array:
    """Sign of the determinant: -1, 0 or 1.

    No gradient: the result is a constant of the graph.

    a: (..., n, n) -> (...).

    >>> import numpy as np
    >>> from autograd.ops.linalg import sign_of_det
    >>> sign_of_det(np.diag([2.0, -1.0]))
    np.float64(-1.0)
    """
    check_square("slogdet", a)
    return np.linalg.slogdet(a)[0]
