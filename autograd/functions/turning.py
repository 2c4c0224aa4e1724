"""Functions that mirror arrays and turn them: flips, and exchanges of two axes."""

from __future__ import annotations

import operator

from autograd.core.calls import checked
from autograd.core.composition import composition
from autograd.core.messages import one_line
from autograd.core.tensor import ArrayLike, Tensor
from autograd.errors import ShapeError
from autograd.functions.arrays import shaped, swapaxes
from autograd.ops.shape import axis_number, flip


@checked
def flipud(m: ArrayLike) -> Tensor:
    """Reverse the order along the first axis.

    Parameters
    ----------
    m : array or Tensor, (n, ...)

    Returns
    -------
    Tensor or array, (n, ...)

    Raises
    ------
    ShapeError
        If it is a number.

    Examples
    --------
    >>> import autograd as ag
    >>> ag.flipud(ag.tensor([[1.0], [2.0]]))
    tensor([[2.],
            [1.]])
    """
    m = shaped(m, "flipud")
    return flip(m, axis_number(0, m.ndim, "flipud"))


@checked
def fliplr(m: ArrayLike) -> Tensor:
    """Reverse the order along the second axis.

    Parameters
    ----------
    m : array or Tensor, (n, m, ...)

    Returns
    -------
    Tensor or array, (n, m, ...)

    Raises
    ------
    ShapeError
        If there are fewer than two axes.

    Examples
    --------
    >>> import autograd as ag
    >>> ag.fliplr(ag.tensor([[1.0, 2.0]]))
    tensor([[2., 1.]])
    """
    m = shaped(m, "fliplr")
    return flip(m, axis_number(1, m.ndim, "fliplr"))


@composition
def rot90(m: ArrayLike, k: int = 1, axes: tuple[int, int] = (0, 1)) -> Tensor:
    """Turn by ``k`` times 90 degrees in a plane of two axes, from the first towards the second.

    Parameters
    ----------
    m : array or Tensor, (...)
    k : int
        Negative ones turn the other way.
    axes : (int, int)

    Returns
    -------
    Tensor or array

    Raises
    ------
    ShapeError
        If there are no two such axes.

    Examples
    --------
    >>> import autograd as ag
    >>> ag.rot90(ag.tensor([[1.0, 2.0], [3.0, 4.0]]))
    tensor([[2., 4.],
            [1., 3.]])
    """
    m = shaped(m, "rot90")
    given = [axis_number(a, m.ndim, "rot90") for a in axes]
    if len(given) != 2 or given[0] == given[1]:
        raise ShapeError(f"rot90: axes {one_line(axes)} are not two different axes")
    quarters = operator.index(k) % 4
    if quarters == 0:
        return m
    if quarters == 2:
        return flip(m, tuple(given))
    # A quarter turn is an exchange of the axes and a flip: the other order turns the other way.
    if quarters == 1:
        return swapaxes(flip(m, given[1]), *given)
    return flip(swapaxes(m, *given), given[1])
