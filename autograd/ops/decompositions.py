"""Primitives that take matrices apart: Cholesky, eigen- and singular values, QR, pseudo-inverse.

A primitive has one result, and a decomposition has several.  So each part is a primitive of its
own, and the rule of one calls the other: the derivative of an eigenvalue is made of eigenvectors,
that of an eigenvector of eigenvalues.  `autograd.functions.decompositions` puts the parts together
as NumPy does.  All work on the last two axes.

**Symmetric matrices.**  NumPy reads one triangle of them, and so the gradient lies in that
triangle: an element beside the diagonal stands for two.

**Equal eigenvalues** have no eigenvectors of their own: any rotation of them will do, and the
smallest change of the matrix chooses one.  The rules divide by the differences of eigenvalues.
Where rounding cannot tell two of them apart, a gradient that depends on how their vectors turn
into each other is NaN, instead of a number that rounding has made.

**Signs** of vectors are LAPACK's.  The gradient is that of the vectors that were returned; what is
computed from them should not depend on their signs.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.core.define import primitive
from autograd.core.float16 import FLOAT16, in_float32, widened
from autograd.core.spec import Spec
from autograd.core.tensor import Value
from autograd.core.types import Array
from autograd.errors import OptionError, ShapeError
from autograd.ops.compare import equal, less_equal, logical_and, not_equal
from autograd.ops.index import getitem
from autograd.ops.linalg import check_square, matmul, solve, swap
from autograd.ops.piecewise import absolute, sign, where
from autograd.ops.reduce import max as max_
from autograd.ops.shape import reshape

# Rules


def _unrounded(f: Any, out: Any, a: Any, **params: Any) -> tuple[Any, Any]:
    """Return result and matrix for a rule: of float16, as they were before they were rounded."""
    if a.dtype != FLOAT16:
        return out, a
    a = widened(a)
    return f(a, **params), a


def _lower(x: Any) -> Any:
    """Return the lower triangle, with half of the diagonal."""
    n = x.shape[-1]
    return where(np.tri(n, dtype=bool), x, 0) * (1 - np.eye(n) / 2).astype(x.dtype)


def _in_triangle(gradient: Any, UPLO: str = "L") -> Any:
    """Move the gradient of a symmetric matrix to the triangle that was read."""
    lower = _lower(gradient + swap(gradient))
    return lower if UPLO in "Ll" else swap(lower)


def _row(x: Any) -> Any:
    """Return vectors as matrices of one row, by which columns are multiplied."""
    return reshape(x, (*x.shape[:-1], 1, x.shape[-1]))


def _divided(x: Any, by: Any, values: Any) -> Any:
    """Divide by values or their differences: NaN where these are lost in the rounding of values.

    0 stays 0 there, as what does not depend on a vector does not depend on how it turns; but 0 by
    a difference of exactly 0 is NaN.
    """
    if not values.size:
        return x
    largest = max_(absolute(values), axis=-1, keepdims=True)
    rounding = values.shape[-1] * np.finfo(values.dtype).eps * reshape(largest, (*largest.shape, 1))
    lost = logical_and(less_equal(absolute(by), rounding), not_equal(x, 0))
    return where(lost, np.nan, x / where(equal(by, 0), np.nan, by))  # NaN without a warning


def _by_differences(x: Any, right: Any, left: Any) -> Any:
    """Divide element (i, j) by ``right_j - left_i``, but for 0 on the diagonal."""
    on_diagonal = np.eye(x.shape[-1], dtype=bool)
    rows = reshape(left, (*left.shape, 1))
    by = where(on_diagonal, 1, _row(right) - rows)
    return where(on_diagonal, 0, _divided(x, by, right))


# Primitives


def _cholesky_rule(ct: Any, out: Any, a: Any) -> Any:
    factor, _ = _unrounded(cholesky_factor, out, a)
    transposed = swap(factor)
    right = swap(solve(transposed, swap(_lower(matmul(transposed, ct)))))
    return _in_triangle(solve(transposed, right))


@primitive(vjps=(_cholesky_rule,), symbol="cholesky", spec=Spec(signature="(n,n)->(n,n)"))
@in_float32
def cholesky_factor(a: Array) -> Array:
    """The lower triangular L with ``a = L L^T``.

    ``dL = L low(L^-1 da L^-T)``, where low takes the lower triangle and half of the diagonal; the
    cotangent is ``L^-T low(L^T ct) L^-1``, moved to the lower triangle, which alone is read
    (Murray 2016, "Differentiation of the Cholesky decomposition").  A primitive, as no composition
    of the others takes roots of pivots one after the other.

    a: (..., n, n), symmetric and positive definite -> (..., n, n).

    >>> import numpy as np
    >>> from autograd.ops.decompositions import cholesky_factor
    >>> cholesky_factor(np.array([[4.0, 2.0], [2.0, 5.0]]))
    array([[2., 0.],
           [1., 2.]])
    """
    check_square("cholesky", a)
    try:
        return np.linalg.cholesky(a)
    except np.linalg.LinAlgError:
        raise np.linalg.LinAlgError(
            f"cholesky: the matrix of shape {np.shape(a)} is not positive definite; add a ridge to "
            "its diagonal"
        ) from None


def _check_symmetric(operation: str, a: Any, UPLO: Any) -> None:
    check_square(operation, a)
    if not isinstance(UPLO, str) or UPLO not in ("L", "U", "l", "u"):
        raise OptionError(f"{operation}: UPLO must be 'L' or 'U', the triangle that is read")


def of_finite(operation: str, decompose: Callable[[Any], Any], a: Any) -> Any:
    """Return ``decompose(a)``, which takes singular values apart.

    Among infinite numbers LAPACK may search for them for ever, or print to the terminal.
    """
    if np.isfinite(a).all():
        try:
            return decompose(a)
        except np.linalg.LinAlgError:
            pass
    raise not_found(operation, a)


def not_found(operation: str, a: Any) -> np.linalg.LinAlgError:
    """Return the error of a decomposition that LAPACK did not find, mostly of NaN."""
    return np.linalg.LinAlgError(
        f"{operation}: no convergence for the matrix of shape {np.shape(a)}; are all of its "
        "elements finite?"
    )


def _eigvalsh_rule(ct: Any, out: Any, a: Any, UPLO: str = "L") -> Any:
    vectors = eigenvectors(widened(a), UPLO=UPLO)
    return _in_triangle(matmul(vectors * _row(ct), swap(vectors)), UPLO)


@primitive(vjps=(_eigvalsh_rule,), spec=Spec(signature="(n,n)->(n)"))
@in_float32
def eigvalsh(a: Array, UPLO: Any = "L") -> Array:
    """Eigenvalues of a symmetric matrix, in ascending order.

    ``dw_j = v_j^T da v_j`` with the eigenvectors v, so that the cotangent is ``V diag(ct) V^T``
    (Giles 2008, "Collected matrix derivative results"), moved to the triangle that is read.  Of
    equal eigenvalues it takes the vectors that LAPACK takes; a function that treats them alike,
    as their sum does, has that derivative, too.

    a: (..., n, n), of which the lower ("L") or upper ("U") triangle is read -> (..., n).

    >>> import autograd as ag
    >>> ag.linalg.eigvalsh(ag.tensor([[2.0, 1.0], [1.0, 2.0]]))
    tensor([1., 3.])
    """
    _check_symmetric("eigvalsh", a, UPLO)
    try:
        return np.linalg.eigvalsh(a, UPLO)
    except np.linalg.LinAlgError:
        raise not_found("eigvalsh", a) from None


def _eigenvectors_rule(ct: Any, out: Any, a: Any, UPLO: str = "L") -> Any:
    vectors, a = _unrounded(eigenvectors, out, a, UPLO=UPLO)
    values = eigvalsh(a, UPLO=UPLO)
    turned = _by_differences(matmul(swap(vectors), ct), values, values)
    return _in_triangle(matmul(matmul(vectors, turned), swap(vectors)), UPLO)


@primitive(vjps=(_eigenvectors_rule,), spec=Spec(signature="(n,n)->(n,n)"))
@in_float32
def eigenvectors(a: Array, UPLO: Any = "L") -> Array:
    """Eigenvectors of a symmetric matrix, of length 1, as columns in the order of `eigvalsh`.

    ``dV = V (F * (V^T da V))`` with ``F_ij = 1 / (w_j - w_i)`` and 0 on the diagonal, so that the
    cotangent is ``V (F * (V^T ct)) V^T`` (Giles 2008, "Collected matrix derivative results"), moved
    to the triangle that is read.

    a: (..., n, n), with distinct eigenvalues -> (..., n, n).

    >>> import numpy as np
    >>> from autograd.ops.decompositions import eigenvectors
    >>> np.abs(eigenvectors(np.array([[2.0, 0.0], [0.0, 1.0]])))
    array([[0., 1.],
           [1., 0.]])
    """
    _check_symmetric("eigh", a, UPLO)
    try:
        return np.linalg.eigh(a, UPLO)[1]
    except np.linalg.LinAlgError:
        raise not_found("eigh", a) from None


def check_matrix(operation: str, a: Any) -> None:
    """Refuse what is not a matrix or a stack of them."""
    if len(np.shape(a)) < 2:
        raise ShapeError(
            f"{operation}: shape {np.shape(a)} is not a matrix or a stack of them; reshape it"
        )


def left_and_right(vectors: Value, a: Value) -> tuple[Any, Any]:
    """Return U and V, which `singular_vectors` of a matrix has on top of each other."""
    m = a.shape[-2]
    return getitem(vectors, (..., slice(m), slice(None))), getitem(
        vectors, (..., slice(m, None), slice(None))
    )


def _svdvals_rule(ct: Any, out: Any, a: Any) -> Any:
    a = widened(a)
    left, right = left_and_right(singular_vectors(a), a)
    return matmul(left * _row(ct * sign(out)), swap(right))


@primitive(vjps=(_svdvals_rule,), spec=Spec(signature="(n,m)->(k)"))
@in_float32
def svdvals(a: Array) -> Array:
    """Singular values, in descending order.

    ``ds_j = u_j^T da v_j``, so that the cotangent is ``U diag(ct) V^T`` (Giles 2008, "Collected
    matrix derivative results").  A singular value of 0 is a kink, as of ``|x|``, with slope 0 as
    there.  Of equal ones it takes the vectors that LAPACK takes.

    a: (..., n, m) -> (..., min(n, m)).

    >>> import autograd as ag
    >>> ag.linalg.svdvals(ag.tensor([[3.0, 0.0], [0.0, -4.0]]))
    tensor([4., 3.])
    """
    check_matrix("svdvals", a)
    return of_finite("svdvals", lambda a: np.linalg.svd(a, compute_uv=False), a)


def _singular_vectors_rule(ct: Any, out: Any, a: Any) -> Any:
    out, a = _unrounded(singular_vectors, out, a)
    values = svdvals(a)
    (u, v), (ct_u, ct_v) = left_and_right(out, a), left_and_right(ct, a)
    of_u, of_v = matmul(swap(u), ct_u), matmul(swap(v), ct_v)
    # How the pairs (u, v) turn into each other, and into the pairs (u, -v) of the values -s.
    turned = _by_differences(of_u + of_v, values, values)
    mirrored = _by_differences(of_u - of_v, values, -values)
    inner = (turned + swap(turned) + mirrored - swap(mirrored)) * 0.5
    gradient = matmul(matmul(u, inner), swap(v))
    # What of the vectors turns out of the space of all vectors on its side, if that is not whole.
    if u.shape[-2] > u.shape[-1]:
        outside = _divided(ct_u - matmul(u, of_u), _row(values), values)
        gradient = gradient + matmul(outside, swap(v))
    if v.shape[-2] > v.shape[-1]:
        outside = _divided(ct_v - matmul(v, of_v), _row(values), values)
        gradient = gradient + matmul(u, swap(outside))
    return gradient


@primitive(vjps=(_singular_vectors_rule,), spec=Spec(signature="(n,m)->(p,k)"))
@in_float32
def singular_vectors(a: Array) -> Array:
    """Singular vectors of length 1: column j is u_j, and below it v_j.

    They are one result because their signs belong together.  With ``A v_j = s_j u_j`` and
    ``A^T u_j = s_j v_j``, u_j on v_j is an eigenvector of ``[[0, A], [A^T, 0]]`` with eigenvalue
    s_j, and u_j on -v_j one with -s_j; the rule divides by the differences of these, as that of
    `eigenvectors` does (Seeger et al. 2017, "Auto-differentiating linear algebra").

    a: (..., n, m), with distinct singular values, none of them 0 unless n = m
    -> (..., n + m, min(n, m)).

    >>> import numpy as np
    >>> from autograd.ops.decompositions import singular_vectors
    >>> np.abs(singular_vectors(np.array([[0.0, 3.0]])))
    array([[1.],
           [0.],
           [1.]])
    """
    check_matrix("svd", a)
    u, _, vt = of_finite("svd", lambda a: np.linalg.svd(a, full_matrices=False), a)
    return np.concatenate([u, swap(vt)], axis=-2)


def _orthonormal_rule(ct: Any, out: Any, a: Any) -> Any:
    q, a = _unrounded(orthonormal_columns, out, a)
    r = where(np.tri(a.shape[-1], k=-1, dtype=bool), 0, matmul(swap(q), a))
    lower = _lower(matmul(swap(ct), q))
    inside = matmul(q, lower + swap(lower))
    try:
        return swap(solve(r, swap(ct - inside)))
    except np.linalg.LinAlgError:
        raise np.linalg.LinAlgError(
            f"qr: the columns of the matrix of shape {a.shape} depend on each other, where there "
            "is no derivative"
        ) from None


@primitive(vjps=(_orthonormal_rule,), symbol="Q", spec=Spec(signature="(n,m)->(n,m)"))
@in_float32
def orthonormal_columns(a: Array) -> Array:
    """The factor Q of ``a = Q R``: orthonormal columns that span those of ``a``.

    With ``sym(X)``, the lower triangle of X mirrored at the diagonal, the cotangent is
    ``(ct - Q sym(ct^T Q)) R^-T`` (Walter and Lehmann 2010, "Algorithmic differentiation of linear
    algebra functions").  R is ``Q^T a``, a composition.  A primitive for stability: Q of
    Householder's reflections is orthogonal to rounding, that of Gram and Schmidt is not.

    a: (..., n, m), n >= m, with linearly independent columns -> (..., n, m).

    >>> import numpy as np
    >>> from autograd.ops.decompositions import orthonormal_columns
    >>> np.abs(orthonormal_columns(np.array([[3.0], [4.0]]))).round(12)
    array([[0.6],
           [0.8]])
    """
    return np.linalg.qr(a)[0]


def _pinv_rule(ct: Any, out: Any, a: Any, rcond: Any) -> Any:
    p, a = _unrounded(pseudo_inverse, out, a, rcond=rcond)
    transposed, pt = swap(ct), swap(p)
    left = matmul(matmul(transposed, p), pt)
    right = matmul(pt, matmul(p, transposed))
    outside = left - matmul(a, matmul(p, left)) + right - matmul(matmul(right, p), a)
    return outside - matmul(matmul(pt, ct), pt)


@primitive(vjps=(_pinv_rule,), symbol="pinv", spec=Spec(signature="(n,m)->(m,n)"))
@in_float32
def pseudo_inverse(a: Array, rcond: Any = 1e-15) -> Array:
    """Moore and Penrose's inverse P: ``P b`` is the shortest x of those with least ``|a x - b|``.

    ``dP = -P da P + P P^T da^T (1 - a P) + (1 - P a) da^T P^T P`` (Golub and Pereyra 1973, "The
    differentiation of pseudo-inverses and nonlinear least squares problems"), as long as the rank
    does not change.  Where it can, P jumps, and this is the derivative along the changes that keep
    it.  A primitive for stability: normal equations square the condition of the matrix.

    a: (..., n, m), rcond: the part of the largest singular value up to which others count as 0
    -> (..., m, n).

    >>> import autograd as ag
    >>> ag.linalg.pinv(ag.tensor([[2.0], [0.0]]))
    tensor([[0.5, 0. ]])
    """
    check_matrix("pinv", a)
    return of_finite("pinv", lambda a: np.linalg.pinv(a, rcond), a)
