"""Polynomials: their values, the powers that they are made of, and lines between points."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from autograd.core.composition import composition
from autograd.core.tensor import ArrayLike, Tensor, detached
from autograd.errors import OptionError, ShapeError
from autograd.functions.activations import detach
from autograd.functions.arithmetic import astype
from autograd.functions.arrays import as_floats, shaped
from autograd.ops.compare import (
    argsort,
    equal,
    greater,
    greater_equal,
    isfinite,
    isnan,
    less,
    logical_and,
    logical_or,
)
from autograd.ops.index import getitem
from autograd.ops.piecewise import floor, minimum, where, zeros_like
from autograd.ops.places import line_before
from autograd.ops.recurrence import cumprod
from autograd.ops.shape import broadcast_to, flip, join, reshape


@composition
def polyval(p: ArrayLike, x: ArrayLike) -> Tensor:
    """Value of a polynomial, ``p[0] x^(n-1) + ... + p[n-1]``, by Horner's rule.

    Parameters
    ----------
    p : array or Tensor, (n,)
        The coefficients, from the highest power to the constant.
    x : array or Tensor, (...)

    Returns
    -------
    Tensor or array, (...)

    Raises
    ------
    ShapeError
        If ``p`` is not a vector.

    Examples
    --------
    >>> import autograd as ag
    >>> ag.polyval(ag.tensor([1.0, 0.0, 2.0]), 3.0)
    tensor(11.)
    """
    p, x = shaped(p, "polyval"), shaped(x, "polyval")
    if p.ndim != 1:
        raise ShapeError(f"polyval: p of shape {p.shape} is not a vector of coefficients")
    value: Any = zeros_like(x)
    for coefficient in p:
        value = value * x + coefficient
    return value  # type: ignore[no-any-return]


@composition
def vander(x: ArrayLike, N: int | None = None, increasing: bool = False) -> Tensor:
    """Vandermonde matrix: a column for each power of ``x``.

    Parameters
    ----------
    x : array or Tensor, (n,)
    N : int, optional
        The number of columns, n by default.
    increasing : bool
        Whether the powers go up from 0, and not down to it.

    Returns
    -------
    Tensor or array, (n, N)

    Raises
    ------
    ShapeError
        If ``x`` is not a vector.
    OptionError
        If ``N`` is negative.

    Examples
    --------
    >>> import autograd as ag
    >>> ag.vander(ag.tensor([2.0, 3.0]), 3)
    tensor([[4., 2., 1.],
            [9., 3., 1.]])
    """
    x = shaped(x, "vander")
    if x.ndim != 1:
        raise ShapeError(f"vander: shape {x.shape} is not a vector")
    count = len(x) if N is None else operator.index(N)
    if count < 0:
        raise OptionError(f"vander: {count} columns; take N of at least 0")
    if x.dtype.kind != "f":
        x = astype(x, np.promote_types(x.dtype, int))
    factors = broadcast_to(reshape(x, (-1, 1)), (len(x), count))
    powers = cumprod(where(np.arange(count) == 0, x.dtype.type(1), factors), axis=1)
    return powers if increasing else flip(powers, 1)


@composition
def interp(
    x: ArrayLike,
    xp: ArrayLike,
    fp: ArrayLike,
    left: ArrayLike | None = None,
    right: ArrayLike | None = None,
    period: float | None = None,
) -> Tensor:
    """Value at ``x`` of the straight lines between the points ``(xp, fp)``.

    With x between the neighbours x0 and x1: ``f0 + (f1 - f0) (x - x0) / (x1 - x0)``.  It is
    differentiable in ``x``, ``fp`` and ``xp``.  At a point, where the slope in ``x`` jumps, it is
    that of the line to the right, and at the last one that of the line to the left; outside it
    is 0.

    Parameters
    ----------
    x : array or Tensor, (...)
    xp : array or Tensor, (n,)
        Increasing, if there is no period.
    fp : array or Tensor, (n,)
    left, right : number or Tensor, optional
        The values before the first and after the last point; by default those at the points.
    period : number, optional
        Of ``x`` and ``xp``; the last and the first point are then neighbours, too.

    Returns
    -------
    Tensor or array, (...)

    Raises
    ------
    ShapeError
        If ``xp`` and ``fp`` are not vectors of one length, at least 1.
    OptionError
        If ``xp`` decreases, or the period is 0.

    Examples
    --------
    >>> import autograd as ag
    >>> ag.interp(ag.tensor([0.5, 1.5, 9.0]), [0.0, 1.0, 2.0], [0.0, 10.0, 30.0])
    tensor([ 5., 20., 30.])
    """
    at, places, values = (as_floats(given, "interp") for given in (x, xp, fp))
    dtype = np.result_type(at.dtype, places.dtype, values.dtype)
    at, places, values = (astype(given, dtype) for given in (at, places, values))
    if places.ndim != 1 or places.shape != values.shape or not len(places):
        raise ShapeError(
            f"interp: xp {places.shape} and fp {values.shape} must be vectors of one length, at "
            "least 1"
        )
    if period is not None:
        at, places, values = _unrolled(at, places, values, period)
    before, after = less(at, places[0]), greater(at, places[-1])
    # What is computed where it is not taken is finite, at an infinite x, too.
    inside = _between(where(logical_or(before, after), places[0], at), places, values)
    first, last = (values[0] if left is None else left), (values[-1] if right is None else right)
    return where(before, first, where(after, last, inside))


def _between(x: Any, xp: Any, fp: Any) -> Any:
    """Return the value on the line from the last point at or before ``x`` to the next one."""
    places, known, end = detached(x), detached(xp), len(xp) - 1
    before = line_before(places, known)
    after = where(greater_equal(places, getitem(known, -1)), end, minimum(before + 1, end))
    x0, f0 = getitem(xp, before), getitem(fp, before)
    x1, f1 = getitem(xp, after), getitem(fp, after)
    begins, ends = isfinite(detached(f0)), isfinite(detached(f1))
    beside = _beside_infinity(x, (x0, f0, begins), (x1, f1, ends))
    both = logical_and(begins, ends)
    f0, f1 = (where(both, f, 0.0) for f in (f0, f1))
    width = x1 - x0
    line = f0 + (f1 - f0) * ((x - x0) / where(equal(detached(width), 0), 1, width))
    return where(logical_or(both, isnan(places)), line, beside)


def _beside_infinity(x: Any, left: tuple[Any, Any, Any], right: tuple[Any, Any, Any]) -> Any:
    """Return what there is where a line would be infinity minus infinity, or NaN.

    Both points have their values, and what lies between has that which is not finite.
    """
    (x0, f0, begins), (x1, f1, ends) = left, right
    between = where(begins, f1, where(logical_or(ends, equal(f0, f1)), f0, np.nan))
    return where(equal(x, x0), f0, where(equal(x, x1), f1, between))


def _unrolled(x: Any, xp: Any, fp: Any, period: float) -> tuple[Any, Any, Any]:
    """Bring everything into one period, in order, with a neighbour beyond either end."""
    if period == 0:
        raise OptionError("interp: the period is 0")
    period = abs(period)
    x, xp = (t - period * floor(detach(t) / period) for t in (x, xp))
    order = argsort(detached(xp))
    xp, fp = getitem(xp, order), getitem(fp, order)
    xp = join(xp[-1:] - period, xp, xp[:1] + period, axis=0)
    return x, xp, join(fp[-1:], fp, fp[:1], axis=0)
