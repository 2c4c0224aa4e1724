"""NumPy's decompositions of matrices, put together of the primitives of their parts."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from autograd.core.composition import composition
from autograd.core.messages import one_line
from autograd.core.tensor import ArrayLike, Tensor, detached
from autograd.core.types import Array, Scalar
from autograd.errors import OptionError, ShapeError, UnsupportedError
from autograd.functions.arithmetic import astype
from autograd.functions.arrays import as_floats, shaped
from autograd.functions.picking import take_along_axis, triu
from autograd.ops.compare import argsort
from autograd.ops.complete_bases import complete_qr, complete_svd, cut
from autograd.ops.decompositions import (
    check_matrix,
    cholesky_factor,
    eigenvectors,
    eigvalsh,
    left_and_right,
    orthonormal_columns,
    pseudo_inverse,
    singular_vectors,
    svdvals,
)
from autograd.ops.elementwise import multiply
from autograd.ops.index import getitem
from autograd.ops.linalg import check_square, log_abs_det, matmul, sign_of_det, swap
from autograd.ops.piecewise import absolute, sign, where
from autograd.ops.ranks import is_full, rank
from autograd.ops.reduce import sum as sum_
from autograd.ops.shape import flip, reshape


@cache
def _results_of(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return the class of named tuples in which a function of NumPy's has its results."""
    return type(function(np.eye(1)))


def _mirrored(a: Any, operation: str) -> Any:
    """Return the symmetric matrix of which the lower triangle is given."""
    check_square(operation, a)
    return where(np.tri(a.shape[-1], dtype=bool), a, swap(a))


@composition
def cholesky(a: ArrayLike, /, *, upper: bool = False) -> Any:
    """Triangular factor L of ``a = L L^T``, a root of a positive definite matrix.

    Only one triangle of ``a`` is read, as by NumPy, and the gradient lies in it.  Of
    ``f((a + a.T) / 2)`` it is symmetric, as in PyTorch.

    Parameters
    ----------
    a : array or Tensor, (..., n, n)
        Symmetric and positive definite.
    upper : bool
        Whether the upper triangle is read, and ``L^T`` returned.

    Returns
    -------
    Tensor or array, (..., n, n)

    Raises
    ------
    numpy.linalg.LinAlgError
        If a matrix is not positive definite.
    ShapeError
        If it is not square.

    Examples
    --------
    >>> import autograd as ag
    >>> ag.linalg.cholesky(ag.tensor([[4.0, 2.0], [2.0, 5.0]]))
    tensor([[2., 0.],
            [1., 2.]])
    """
    a = shaped(a, "cholesky")
    check_square("cholesky", a)
    return swap(cholesky_factor(swap(a))) if upper else cholesky_factor(a)


@composition
def slogdet(a: ArrayLike) -> Any:
    """Sign and logarithm of the size of the determinant, which itself may overflow.

    Parameters
    ----------
    a : array or Tensor, (..., n, n)

    Returns
    -------
    SlogdetResult of Tensors or arrays
        ``sign``, (...), a constant of the graph, and ``logabsdet``, (...), with
        ``det(a) = sign * exp(logabsdet)``.  Of a singular matrix 0 and minus infinity, which has
        no derivative.

    Raises
    ------
    ShapeError
        If a matrix is not square.
    numpy.linalg.LinAlgError
        In the backward pass, if it is singular.

    Examples
    --------
    >>> import autograd as ag
    >>> ag.linalg.slogdet(ag.tensor([[2.0, 0.0], [0.0, -0.5]])).sign
    tensor(-1.)
    """
    return _results_of(np.linalg.slogdet)(sign_of_det(a), log_abs_det(a))


@composition
def eigh(a: ArrayLike, UPLO: str = "L") -> Any:
    """Eigenvalues and eigenvectors of a symmetric matrix: ``a = V diag(w) V^T``.

    Only one triangle of ``a`` is read, as by NumPy, and the gradient lies in it.  Of
    ``f((a + a.T) / 2)`` it is symmetric, as in PyTorch.

    Parameters
    ----------
    a : array or Tensor, (..., n, n)
    UPLO : {"L", "U"}
        The triangle that is read.

    Returns
    -------
    EighResult of Tensors or arrays
        ``eigenvalues``, (..., n), in ascending order, and ``eigenvectors``, (..., n, n), as
        columns of length 1.  Their signs are arbitrary, and what is computed from them should not
        depend on that.  Vectors of eigenvalues that are equal, up to rounding, have no derivative:
        a gradient that depends on how they turn into each other is NaN.

    Raises
    ------
    ShapeError
        If a matrix is not square.

    Examples
    --------
    >>> import autograd as ag
    >>> w, v = ag.linalg.eigh(ag.tensor([[2.0, 1.0], [1.0, 2.0]]))
    >>> w
    tensor([1., 3.])
    >>> (v * w) @ v.T
    tensor([[2., 1.],
            [1., 2.]])
    """
    parts = eigvalsh(a, UPLO=UPLO), eigenvectors(a, UPLO=UPLO)
    return _results_of(np.linalg.eigh)(*parts)


@composition
def svd(
    a: ArrayLike, full_matrices: bool = True, compute_uv: bool = True, hermitian: bool = False
) -> Any:
    """Singular value decomposition ``a = U diag(s) V^T``.

    Parameters
    ----------
    a : array or Tensor, (..., n, m)
    full_matrices : bool
        Whether U and V are square.  The further columns may be any that are orthogonal to the
        others and have no derivative, so of a Tensor that is not square it must be False.
    compute_uv : bool
        Whether U and V are returned, too, and not s alone.
    hermitian : bool
        Whether ``a`` is symmetric; then its lower triangle alone is read.

    Returns
    -------
    SVDResult of Tensors or arrays, or s
        ``U``, (..., n, k), ``S``, (..., k), in descending order, and ``Vh``, (..., k, m), with
        ``k = min(n, m)``.  The signs of vectors are arbitrary, and what is computed from them
        should not depend on that.  Vectors of singular values that are equal, up to rounding, and
        of 0 unless ``n = m``, have no derivative: a gradient that depends on how they turn is NaN.

    Raises
    ------
    UnsupportedError
        For ``full_matrices=True`` of a Tensor that is not square.
    ShapeError
        If there are not two axes, or ``hermitian`` and a matrix is not square.

    Examples
    --------
    >>> import autograd as ag
    >>> u, s, vt = ag.linalg.svd(ag.tensor([[3.0, 0.0, 0.0], [0.0, 4.0, 0.0]]), full_matrices=False)
    >>> s
    tensor([4., 3.])
    >>> (u * s) @ vt
    tensor([[3., 0., 0.],
            [0., 4., 0.]])
    """
    a = shaped(a, "svd")
    check_matrix("svd", a)
    if hermitian:
        return _svd_of_symmetric(a, compute_uv)
    if not compute_uv:
        return svdvals(a)
    if full_matrices and a.shape[-1] != a.shape[-2]:
        if not getattr(a, "requires_grad", False):
            n, m = a.shape[-2:]
            return _results_of(np.linalg.svd)(*cut(complete_svd(a), ((n, n), (min(n, m),), (m, m))))
        raise UnsupportedError(
            f"svd: shape {a.shape}: the further vectors of full matrices have no derivative; write "
            "full_matrices=False"
        )
    left, right = left_and_right(singular_vectors(a), a)
    return _results_of(np.linalg.svd)(left, svdvals(a), swap(right))


def _svd_of_symmetric(a: Any, compute_uv: bool) -> Any:
    """Compose it of eigenvalues, whose signs move into V."""
    values = eigvalsh(a)
    order = flip(argsort(absolute(detached(values))), -1)
    values = take_along_axis(values, order)
    if not compute_uv:
        return absolute(values)
    left = take_along_axis(eigenvectors(a), order[..., None, :])
    signs = getitem(sign(values), (..., None, slice(None)))
    return _results_of(np.linalg.svd)(left, absolute(values), swap(left * signs))


@composition
def qr(a: ArrayLike, mode: str = "reduced") -> Any:
    """Orthonormal columns Q and upper triangular R with ``a = Q R``.

    Parameters
    ----------
    a : array or Tensor, (..., n, m)
        The first ``k = min(n, m)`` columns are linearly independent.
    mode : {"reduced", "r", "complete", "raw"}
        "r" returns R alone.  "complete" makes Q square; further columns may be any that are
        orthogonal to the others and have no derivative, so of a Tensor with ``n > m`` it is
        refused, and so is "raw".

    Returns
    -------
    QRResult of Tensors or arrays, or R
        ``Q``, (..., n, k), and ``R``, (..., k, m), with the signs that LAPACK gives them.

    Raises
    ------
    UnsupportedError
        For a mode that has no derivative.
    ShapeError
        If there are not two axes.
    numpy.linalg.LinAlgError
        In the backward pass, if the columns depend on each other.

    Examples
    --------
    >>> import autograd as ag
    >>> q, r = ag.linalg.qr(ag.tensor([[0.0, 2.0], [1.0, 3.0]]))
    >>> q @ r
    tensor([[0., 2.],
            [1., 3.]])
    """
    a = as_floats(a, "qr")
    check_matrix("qr", a)
    if mode not in ("reduced", "r", "complete", "raw"):
        raise OptionError(f"qr: mode {one_line(mode)} is not 'reduced', 'r', 'complete' or 'raw'")
    if mode == "raw" or (mode == "complete" and a.shape[-2] > a.shape[-1]):
        if not getattr(a, "requires_grad", False):
            return _complete_qr(a, mode)
        raise UnsupportedError(
            f"qr: shape {a.shape}: the result of mode {mode!r} has no derivative; write "
            "mode='reduced'"
        )
    q = orthonormal_columns(getitem(a, (..., slice(a.shape[-2]))))
    r = triu(matmul(swap(q), a))
    return r if mode == "r" else _results_of(np.linalg.qr)(q, r)


def _complete_qr(a: Any, mode: str) -> Any:
    """Return what has no derivative: a square Q with R, or LAPACK's own numbers."""
    n, m = a.shape[-2:]
    raw_mode = mode == "raw"
    parts = cut(complete_qr(a, mode), ((m, n), (min(n, m),)) if raw_mode else ((n, n), (n, m)))
    return tuple(parts) if raw_mode else _results_of(np.linalg.qr)(*parts)


@composition
def pinv(
    a: ArrayLike,
    rcond: Array | Scalar | None = None,
    hermitian: bool = False,
    *,
    rtol: Any = ...,
) -> Tensor:
    """Pseudo-inverse: ``pinv(a) @ b`` is the shortest of all x with the least ``|a x - b|``.

    Parameters
    ----------
    a : array or Tensor, (..., n, m)
        The derivative exists where the rank does not change nearby, as where it is full.  Elsewhere
        it is the derivative along the changes that keep the rank.
    rcond : float or array, (...)
        The part of the largest singular value up to which others count as 0; by default 1e-15.
    hermitian : bool
        Whether ``a`` is symmetric; then its lower triangle alone is read.
    rtol : float or array, (...)
        Another name of ``rcond``; None is as many epsilons as the longer side has elements.

    Returns
    -------
    Tensor or array, (..., m, n)

    Raises
    ------
    ShapeError
        If there are not two axes, or ``hermitian`` and a matrix is not square.

    Examples
    --------
    >>> import autograd as ag
    >>> ag.linalg.pinv(ag.tensor([[2.0], [0.0]]))
    tensor([[0.5, 0. ]])
    """
    a = as_floats(a, "pinv")
    check_matrix("pinv", a)
    if rtol is not ... and rcond is not None:
        raise OptionError("pinv: rcond and rtol are two names of one option; give one of them")
    if rtol is None:
        rtol = _roundings(a)
    if rcond is None:
        rcond = 1e-15 if rtol is ... else rtol
    return pseudo_inverse(_mirrored(a, "pinv") if hermitian else a, rcond=rcond)


def _roundings(a: Any) -> float:
    return float(max(a.shape[-2:]) * np.finfo(a.dtype).eps)


@composition
def lstsq(a: ArrayLike, b: ArrayLike, rcond: Scalar | None = None) -> Any:
    """Least squares: the shortest x with the least ``|a x - b|``.

    Parameters
    ----------
    a : array or Tensor, (n, m)
        The derivative exists where its rank is full; see `pinv` for others.
    b : array or Tensor, (n,) or (n, k)
    rcond : float or None
        The part of the largest singular value up to which others count as 0; None is as many
        epsilons as the longer side has elements, and -1 a single one.

    Returns
    -------
    x : Tensor or array, (m,) or (m, k)
    residuals : Tensor or array, (k,)
        Sums of squares of ``b - a x``; empty unless ``n > m`` and the rank is m.
    rank : int
        In a capture a Tensor; then ``residuals`` are those of full rank, and another is refused.
    s : Tensor or array, (min(n, m),)
        Singular values of ``a``.

    Raises
    ------
    ShapeError
        If ``a`` is not one matrix, or ``b`` has not as many rows.

    Examples
    --------
    >>> import autograd as ag
    >>> x, residuals, rank, s = ag.linalg.lstsq([[1.0], [1.0]], ag.tensor([1.0, 3.0]))
    >>> x, residuals
    (tensor([2.]), tensor([2.]))
    """
    a, b = as_floats(a, "lstsq"), as_floats(b, "lstsq")
    if a.ndim != 2 or b.ndim not in (1, 2) or a.shape[0] != b.shape[0]:
        raise ShapeError(
            f"lstsq: {a.shape} and {b.shape}: give it one matrix, and a vector or a matrix of as "
            "many rows"
        )
    dtype = np.result_type(a.dtype, b.dtype)
    a, b = astype(a, dtype), astype(b, dtype)
    if rcond is None:
        rcond = _roundings(a)
    elif rcond < 0:
        rcond = float(np.finfo(a.dtype).eps)
    s = svdvals(a)
    found = rank(detached(s), rcond=rcond)
    x = matmul(pseudo_inverse(a, rcond=rcond), b)
    rest = reshape(b - matmul(a, x), (b.shape[0], -1 if b.size else 0))
    if isinstance(found, Tensor):  # in a capture
        return x, _residuals_of_full_rank(rest, a, found), found, s
    if found < a.shape[1] or a.shape[0] <= a.shape[1]:
        rest = getitem(rest, (slice(None), slice(0)))
    return x, sum_(multiply(rest, rest), axis=0), int(found), s


def _residuals_of_full_rank(rest: Any, a: Any, found: Tensor) -> Tensor:
    """Return sums of squares, whose number must be known before the rank is."""
    if a.shape[0] <= a.shape[1]:
        return sum_(getitem(rest, (slice(None), slice(0))), axis=0)
    return where(is_full(found, a.shape[1]), sum_(multiply(rest, rest), axis=0), np.nan)
