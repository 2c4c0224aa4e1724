"""The extremes so far: at every place along an axis, the largest or smallest element up to it."""

from __future__ import annotations

from collections.abc import Callable

from autograd.core.calls import checked
from autograd.core.tensor import ArrayLike, Tensor, detached
from autograd.functions.arrays import shaped
from autograd.functions.picking import take_along_axis
from autograd.ops.compare import running_argmax, running_argmin
from autograd.ops.shape import reshape


def _extreme(x: ArrayLike, axis: int | None, where: Callable[..., Tensor], name: str) -> Tensor:
    x = shaped(x, name)
    if axis is None or x.ndim == 0:
        x = reshape(x, -1)
    along = 0 if axis is None else axis
    return take_along_axis(x, where(detached(x), axis=along), along)


@checked
def cummax(x: ArrayLike, axis: int | None = None) -> Tensor:
    """Largest element up to each place along an axis: NumPy's ``np.maximum.accumulate``.

    The gradient of an element is the sum over the places where it is the largest so far; of equal
    elements, the last one has it.

    Parameters
    ----------
    x : array or Tensor, (...)
    axis : int or None
        None for the flattened array.

    Returns
    -------
    Tensor or array, (...)
        NaN from the first NaN on.

    Raises
    ------
    ShapeError
        If there is no such axis.

    Examples
    --------
    >>> import autograd as ag
    >>> ag.cummax(ag.tensor([1.0, 3.0, 2.0]))
    tensor([1., 3., 3.])
    """
    return _extreme(x, axis, running_argmax, "cummax")


@checked
def cummin(x: ArrayLike, axis: int | None = None) -> Tensor:
    """Smallest element up to each place along an axis: NumPy's ``np.minimum.accumulate``.

    The gradient of an element is the sum over the places where it is the smallest so far; of equal
    elements, the last one has it.

    Parameters
    ----------
    x : array or Tensor, (...)
    axis : int or None
        None for the flattened array.

    Returns
    -------
    Tensor or array, (...)
        NaN from the first NaN on.

    Raises
    ------
    ShapeError
        If there is no such axis.

    Examples
    --------
    >>> import autograd as ag
    >>> ag.cummin(ag.tensor([2.0, 1.0, 3.0]))
    tensor([2., 1., 1.])
    """
    return _extreme(x, axis, running_argmin, "cummin")
