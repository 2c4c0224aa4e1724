"""Differences of neighbours along an axis: of values, and as derivatives and integrals of samples.

With samples f0, f1, f2 at distances h1 and h2, the parabola through them has the slope

    a f0 + b f1 + c f2

at each of the three places, with weights a, b, c that depend on the distances alone.
"""

from __future__ import annotations

import operator
from typing import Any

from autograd.core.composition import composition
from autograd.core.messages import counted, one_line
from autograd.core.tensor import ArrayLike, Tensor
from autograd.core.types import Axis
from autograd.errors import DTypeError, OptionError, ShapeError
from autograd.functions.arrays import along, as_floats, beside, moveaxis, shaped
from autograd.ops.compare import not_equal
from autograd.ops.elementwise import cast, subtract
from autograd.ops.reduce import reduced_axes
from autograd.ops.reduce import sum as sum_
from autograd.ops.shape import axis_number, broadcast_to, concatenate, join, reshape

LATER, EARLIER = slice(1, None), slice(None, -1)


def _neighbours(x: Tensor, axis: int) -> Tensor:
    """Return each element less the one before it; of booleans, whether they differ."""
    take_away = not_equal if x.dtype == bool else subtract
    return take_away(along(x, axis, LATER), along(x, axis, EARLIER))


@composition
def diff(
    a: ArrayLike,
    n: int = 1,
    axis: int = -1,
    prepend: ArrayLike | None = None,
    append: ArrayLike | None = None,
) -> Tensor:
    """Differences of neighbours along an axis, ``a[i + 1] - a[i]``, taken ``n`` times.

    Parameters
    ----------
    a : array or Tensor, (...)
    n : int
        0 for ``a`` itself.
    axis : int
    prepend, append : array, Tensor or None
        What stands before and after ``a`` along the axis; a number is one more element.

    Returns
    -------
    Tensor or array
        Shorter by ``n`` along the axis.

    Raises
    ------
    ShapeError
        If there is no such axis, or what stands before or after does not fit.
    OptionError
        If ``n`` is negative.

    Examples
    --------
    >>> import autograd as ag
    >>> ag.diff(ag.tensor([1.0, 4.0, 9.0]))
    tensor([3., 5.])
    >>> ag.diff(ag.tensor([1.0, 4.0, 9.0]), 2)
    tensor([2.])
    """
    a, times = shaped(a, "diff"), operator.index(n)
    if times < 0:
        raise OptionError(f"diff: n is {times}; take 0 or more differences")
    if times == 0:
        return a
    axis = axis_number(axis, a.ndim, "diff")
    ends = [x if x is None else _end(x, a, axis) for x in (prepend, append)]
    parts = [x for x in (ends[0], a, ends[1]) if x is not None]
    a = join(*parts, axis=axis) if len(parts) > 1 else a
    for _ in range(min(times, a.shape[axis])):  # then nothing is left
        a = _neighbours(a, axis)
    return a


def _end(x: ArrayLike, a: Tensor, axis: int) -> Tensor:
    """Return what stands before or after ``a``; a number is one element, of the dtype of ``a``."""
    x = shaped(beside(x, a.dtype), "diff")
    return x if x.ndim else broadcast_to(x, (*a.shape[:axis], 1, *a.shape[axis + 1 :]))


@composition
def ediff1d(
    ary: ArrayLike, to_end: ArrayLike | None = None, to_begin: ArrayLike | None = None
) -> Tensor:
    """Differences of neighbours of the flattened array, between two ends.

    Parameters
    ----------
    ary : array or Tensor, (...)
    to_end, to_begin : array, Tensor or None
        What stands after and before the differences.

    Returns
    -------
    Tensor or array, (size - 1,) and the ends

    Raises
    ------
    DTypeError
        If an end has floats and the array has integers.

    Examples
    --------
    >>> import autograd as ag
    >>> ag.ediff1d(ag.tensor([1.0, 4.0, 9.0]), to_begin=0.0)
    tensor([0., 3., 5.])
    """
    middle = _neighbours(reshape(shaped(ary, "ediff1d"), -1), 0)
    first, last = (_flat_end(x, middle.dtype) for x in (to_begin, to_end))
    given = [x for x in (first, middle, last) if x is not None]
    return concatenate(given) if len(given) > 1 else middle


def _flat_end(x: ArrayLike | None, dtype: Any) -> Tensor | None:
    """Return what stands at an end of the differences, in their dtype."""
    if x is None:
        return None
    x = shaped(x, "ediff1d")
    if x.dtype.kind == "f" and dtype.kind != "f":
        raise DTypeError(
            f"ediff1d: differences of {dtype} cannot take an end of {x.dtype}; write "
            "ary.astype(float)"
        )
    return reshape(cast(x, dtype=dtype), -1)


@composition
def trapezoid(
    y: ArrayLike, x: ArrayLike | None = None, dx: ArrayLike = 1.0, axis: int = -1
) -> Tensor:
    """Integral of samples along an axis by the trapezoidal rule.

    ``sum((x[i + 1] - x[i]) (y[i] + y[i + 1]) / 2)``.

    Parameters
    ----------
    y : array or Tensor, (...)
    x : array or Tensor, optional
        Where the samples were taken: a vector for the axis, or places whose shape broadcasts.
    dx : number, array or Tensor
        The distances, if ``x`` is not given.
    axis : int

    Returns
    -------
    Tensor or array

    Raises
    ------
    ShapeError
        If there is no such axis, or the places do not fit.

    Examples
    --------
    >>> import autograd as ag
    >>> ag.trapezoid(ag.tensor([1.0, 2.0, 5.0]), dx=0.5)
    tensor(2.5)
    """
    y = shaped(y, "trapezoid")
    axis = axis_number(axis, y.ndim, "trapezoid")
    if x is not None:
        x = shaped(x, "trapezoid")
        if x.ndim == 1:
            dx = reshape(_neighbours(x, 0), (-1,) + (1,) * (y.ndim - axis - 1))
        else:  # broadcasting matches axes from the last one on
            dx = _neighbours(x, axis_number(axis - y.ndim, x.ndim, "trapezoid"))
    areas = dx * (along(y, axis, LATER) + along(y, axis, EARLIER)) / 2.0
    return sum_(areas, axis=axis - y.ndim)


@composition
def gradient(f: ArrayLike, *varargs: ArrayLike, axis: Axis = None, edge_order: int = 1) -> Any:
    """Slopes of samples along axes, by differences of neighbours.

    Inside, the slope of the parabola through a sample and its two neighbours, which is
    ``(f[i + 1] - f[i - 1]) / (2 h)`` at equal distances h; at the ends, that of the straight line
    to the neighbour, or of the last parabola.  It is linear in ``f``, and not what `grad` returns.

    Parameters
    ----------
    f : array or Tensor, (...)
    *varargs : numbers, arrays or Tensors
        Distances, 1 by default: one number for all axes; or, for each axis, a number or a vector of
        the places of the samples.
    axis : int, tuple of int or None
        None for all axes.
    edge_order : {1, 2}
        Lines or parabolas at the ends.

    Returns
    -------
    Tensor or array, or for several axes a tuple with one of each

    Raises
    ------
    ShapeError
        If there is no such axis, there are too few samples or not as many places as samples.
    OptionError
        If ``edge_order`` is another one, or there are too many or too few distances.
    DTypeError
        If distances or places are booleans.

    References
    ----------
    B. Fornberg, "Generation of finite difference formulas on arbitrarily spaced grids", 1988.

    Examples
    --------
    >>> import autograd as ag
    >>> ag.gradient(ag.tensor([1.0, 4.0, 9.0, 16.0]))
    tensor([3., 4., 6., 7.])
    >>> ag.gradient(ag.tensor([1.0, 4.0, 9.0, 16.0]), edge_order=2)
    tensor([2., 4., 6., 8.])
    """
    f = as_floats(f, "gradient")
    axes = reduced_axes(axis, f.ndim, "gradient")
    if edge_order not in (1, 2):
        raise OptionError(f"gradient: edge_order is 1 or 2, not {one_line(edge_order)}")
    given = [_distance(h) for h in varargs or (1.0,)]
    if len(given) == 1 and given[0].ndim == 0:
        given *= len(axes)
    if len(given) != len(axes):
        raise OptionError(
            f"gradient: shape {f.shape}: got {counted(len(given), 'distance')} for axes {axes}; "
            "give one number for all, or a number or vector for each"
        )
    slopes = tuple(_slope(f, h, a, edge_order) for h, a in zip(given, axes, strict=True))
    return slopes[0] if len(slopes) == 1 else slopes


def _distance(h: ArrayLike) -> Tensor:
    x = shaped(h, "gradient")
    if x.dtype.kind == "b":
        raise DTypeError("gradient: distances and places are numbers, not booleans")
    return as_floats(x, "gradient")


def _slope(f: Tensor, h: Tensor, axis: int, edge_order: int) -> Tensor:
    """Return the slopes along one axis, in the dtype of ``f``."""
    n = f.shape[axis]
    if n < edge_order + 1:
        raise ShapeError(
            f"gradient: shape {f.shape}: axis {axis} has {counted(n, 'sample')}; it takes "
            f"{edge_order + 1} or more"
        )
    if h.ndim > 1 or (h.ndim == 1 and len(h) != n):
        raise ShapeError(
            f"gradient: shape {f.shape}: axis {axis} has {counted(n, 'sample')}, but places of "
            f"shape {h.shape}; give a number or a vector with one place for each"
        )
    f_first = moveaxis(f, axis, 0)
    slope = _even(f_first, h, edge_order) if h.ndim == 0 else _uneven(f_first, h, edge_order)
    return moveaxis(slope if slope.dtype == f.dtype else cast(slope, dtype=f.dtype), 0, axis)


def _even(f: Tensor, h: Tensor, edge_order: int) -> Tensor:
    """Return the slopes along the first axis at equal distances ``h``."""
    inside = (f[2:] - f[:-2]) / (2.0 * h)
    if edge_order == 1:
        first, last = f[1:2] - f[:1], f[-1:] - f[-2:-1]
    else:
        first = -1.5 * f[:1] + 2.0 * f[1:2] - 0.5 * f[2:3]
        last = 0.5 * f[-3:-2] - 2.0 * f[-2:-1] + 1.5 * f[-1:]
    return join(first / h, inside, last / h, axis=0)


def _uneven(f: Tensor, places: Tensor, edge_order: int) -> Tensor:
    """Return the slopes along the first axis at the places given."""
    h = reshape(_neighbours(places, 0), (-1,) + (1,) * (f.ndim - 1))
    h1, h2 = h[:-1], h[1:]
    both = h1 + h2
    inside = -h2 / (h1 * both) * f[:-2] + (h2 - h1) / (h1 * h2) * f[1:-1] + h1 / (h2 * both) * f[2:]
    if edge_order == 1:
        first, last = (f[1:2] - f[:1]) / h[:1], (f[-1:] - f[-2:-1]) / h[-1:]
    else:
        first = _end_of_parabola(f[:1], f[1:2], f[2:3], h[:1], h[1:2])
        last = -_end_of_parabola(f[-1:], f[-2:-1], f[-3:-2], h[-1:], h[-2:-1])
    return join(first, inside, last, axis=0)


def _end_of_parabola(f0: Any, f1: Any, f2: Any, h1: Any, h2: Any) -> Any:
    """Return the slope, at the first of three samples, of the parabola through them."""
    both = h1 + h2
    return -(h1 + both) / (h1 * both) * f0 + both / (h1 * h2) * f1 - h1 / (h2 * both) * f2
