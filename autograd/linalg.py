"""The functions that NumPy keeps under ``np.linalg``."""

from typing import Any, NoReturn

from autograd.core.calls import checked
from autograd.core.composition import composition
from autograd.core.other_names import missing
from autograd.core.tensor import ArrayLike, Tensor
from autograd.errors import ShapeError
from autograd.functions import picking, products
from autograd.functions.arrays import moveaxis, shaped
from autograd.functions.decompositions import cholesky, eigh, lstsq, pinv, qr, slogdet, svd
from autograd.functions.norms import matrix_norm, norm, vector_norm
from autograd.functions.products import inv, matrix_power, multi_dot, tensordot
from autograd.ops.decompositions import check_matrix, eigvalsh, svdvals
from autograd.ops.linalg import det, matmul, solve, swap

__all__ = [
    "cholesky",
    "det",
    "diagonal",
    "eigh",
    "eigvalsh",
    "inv",
    "lstsq",
    "matmul",
    "matrix_norm",
    "matrix_power",
    "matrix_transpose",
    "multi_dot",
    "norm",
    "outer",
    "pinv",
    "qr",
    "slogdet",
    "solve",
    "svd",
    "svdvals",
    "tensordot",
    "trace",
    "vecdot",
    "vector_norm",
]


def __getattr__(name: str) -> NoReturn:
    """Say what to write instead of a name that there is not."""
    from autograd.functions.other_names import LINALG

    raise missing("module 'autograd.linalg'", name, LINALG, __all__)


@checked
def trace(x: Any, offset: int = 0) -> Any:
    """Sum along a diagonal of the last two axes.

    It stands here because ``ag.trace`` records the events of a computation.

    Parameters
    ----------
    x : array or Tensor, (..., n, m)
    offset : int
        Above (positive) or below (negative) the main diagonal.

    Returns
    -------
    Tensor or array, (...)

    Examples
    --------
    >>> import autograd as ag
    >>> ag.linalg.trace(ag.tensor([[1.0, 2.0], [3.0, 4.0]]))
    tensor(5.)
    """
    return picking.trace(x, offset, axis1=-2, axis2=-1)


@checked
def diagonal(x: ArrayLike, /, *, offset: int = 0) -> Tensor:
    """Diagonal of the last two axes; `autograd.diagonal` takes others.

    Parameters
    ----------
    x : array or Tensor, (..., n, m)
    offset : int
        Above (positive) or below (negative) the main diagonal.

    Returns
    -------
    Tensor or array, (..., k)

    Raises
    ------
    ShapeError
        If there are not two axes.

    Examples
    --------
    >>> import autograd as ag
    >>> ag.linalg.diagonal(ag.tensor([[1.0, 2.0], [3.0, 4.0]]), offset=1)
    tensor([2.])
    """
    return picking.diagonal(x, offset, axis1=-2, axis2=-1)


@checked
def matrix_transpose(x: ArrayLike, /) -> Any:
    """Exchange the last two axes.

    Parameters
    ----------
    x : array or Tensor, (..., n, m)

    Returns
    -------
    Tensor or array, (..., m, n)

    Raises
    ------
    ShapeError
        If there are not two axes.

    Examples
    --------
    >>> import autograd as ag
    >>> ag.linalg.matrix_transpose(ag.tensor([[1.0, 2.0]])).shape
    (2, 1)
    """
    x = shaped(x, "matrix_transpose")
    check_matrix("matrix_transpose", x)
    return swap(x)


@checked
def outer(x1: ArrayLike, x2: ArrayLike, /) -> Tensor:
    """Every product of an element of a vector with one of another.

    Parameters
    ----------
    x1, x2 : arrays or Tensors, (n,) and (m,)
        Of more axes, `autograd.outer` flattens them first.

    Returns
    -------
    Tensor or array, (n, m)

    Raises
    ------
    ShapeError
        If they are not vectors.

    Examples
    --------
    >>> import autograd as ag
    >>> ag.linalg.outer(ag.tensor([1.0, 2.0]), [3.0, 4.0])
    tensor([[3., 4.],
            [6., 8.]])
    """
    x1, x2 = shaped(x1, "outer"), shaped(x2, "outer")
    if x1.ndim != 1 or x2.ndim != 1:
        raise ShapeError(
            f"outer: {x1.shape} and {x2.shape} are not two vectors; ag.outer flattens them"
        )
    return products.outer(x1, x2)


@composition
def vecdot(x1: ArrayLike, x2: ArrayLike, /, *, axis: int = -1) -> Tensor:
    """Sum of products along an axis; the other axes broadcast.

    Parameters
    ----------
    x1, x2 : arrays or Tensors, (..., n)
    axis : int

    Returns
    -------
    Tensor or array, (...)

    Raises
    ------
    ShapeError
        If there is no such axis, or the lengths along it differ.

    Examples
    --------
    >>> import autograd as ag
    >>> ag.linalg.vecdot(ag.tensor([[1.0, 2.0], [3.0, 4.0]]), [1.0, 1.0])
    tensor([3., 7.])
    """
    x1, x2 = (moveaxis(x, axis, -1) for x in (x1, x2))
    if x1.shape[-1] != x2.shape[-1]:
        raise ShapeError(f"vecdot: lengths {x1.shape[-1]} and {x2.shape[-1]} along axis {axis}")
    return matmul(x1[..., None, :], x2[..., None])[..., 0, 0]
