"""Products that are not a sum of products over an axis: Kronecker's, and that of three axes."""

from __future__ import annotations

from autograd.core.composition import composition
from autograd.core.tensor import ArrayLike, Tensor
from autograd.errors import ShapeError
from autograd.functions.arrays import along, moveaxis, shaped, stack
from autograd.ops.elementwise import multiply, negative, subtract
from autograd.ops.shape import axis_number, reshape


@composition
def kron(a: ArrayLike, b: ArrayLike) -> Tensor:
    """Kronecker product: a copy of ``b`` for each element of ``a``, multiplied by it.

    ``kron(a, b)[i m + p, j q + s] = a[i, j] b[p, s]`` for ``b`` of shape (m, q), and so on for
    other numbers of axes.

    Parameters
    ----------
    a, b : arrays or Tensors
        The one with fewer axes gets axes of length 1 in front.

    Returns
    -------
    Tensor or array
        Each length is the product of the two lengths.

    Examples
    --------
    >>> import autograd as ag
    >>> ag.kron(ag.tensor([1.0, 10.0]), [1.0, 2.0, 3.0])
    tensor([ 1.,  2.,  3., 10., 20., 30.])
    """
    a, b = shaped(a, "kron"), shaped(b, "kron")
    ndim = max(a.ndim, b.ndim)
    of_a, of_b = ((1,) * (ndim - len(s)) + tuple(s) for s in (a.shape, b.shape))
    wide = reshape(a, [n for length in of_a for n in (length, 1)])
    fine = reshape(b, [n for length in of_b for n in (1, length)])
    return reshape(multiply(wide, fine), [n * m for n, m in zip(of_a, of_b, strict=True)])


@composition
def cross(
    a: ArrayLike,
    b: ArrayLike,
    axisa: int = -1,
    axisb: int = -1,
    axisc: int = -1,
    axis: int | None = None,
) -> Tensor:
    """Cross product of vectors in three dimensions, or the last component of it in two.

    ``(a1 b2 - a2 b1, a2 b0 - a0 b2, a0 b1 - a1 b0)``.

    Parameters
    ----------
    a, b : arrays or Tensors
        Vectors along one axis, of length 3, or 2, which means that the third component is 0; the
        other axes broadcast.
    axisa, axisb, axisc : int
        The axes of the vectors in ``a``, ``b`` and the result.
    axis : int, optional
        One for all three.

    Returns
    -------
    Tensor or array
        Without the axis of the vectors if both have length 2.

    Raises
    ------
    ShapeError
        If there is no such axis, or vectors have other lengths.

    Examples
    --------
    >>> import autograd as ag
    >>> ag.cross(ag.tensor([1.0, 0.0, 0.0]), [0.0, 1.0, 0.0])
    tensor([0., 0., 1.])
    """
    if axis is not None:
        axisa = axisb = axisc = axis
    u, v = _components(a, axisa), _components(b, axisb)
    last = _minor(u, v, 0, 1)
    if len(u) == len(v) == 2:
        return last
    parts = [_minor(u, v, 1, 2), _minor(u, v, 2, 0), last]
    return moveaxis(stack(parts, axis=-1), -1, axis_number(axisc, parts[0].ndim + 1, "cross"))


def _components(x: ArrayLike, axis: int) -> list[Tensor]:
    x = shaped(x, "cross")
    axis = axis_number(axis, x.ndim, "cross")
    if x.shape[axis] not in (2, 3):
        raise ShapeError(f"cross: shape {x.shape}: vectors along axis {axis} need length 2 or 3")
    return [along(x, axis, i) for i in range(x.shape[axis])]


def _minor(u: list[Tensor], v: list[Tensor], i: int, j: int) -> Tensor:
    """Return ``u[i] v[j] - u[j] v[i]``, without the terms of a component that is 0."""
    if i >= len(u) or j >= len(v):
        return negative(multiply(u[j], v[i]))
    ahead = multiply(u[i], v[j])
    return subtract(ahead, multiply(u[j], v[i])) if j < len(u) and i < len(v) else ahead
