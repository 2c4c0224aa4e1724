"""The running product, and the linear recurrence that is its derivative.

The factor x_k is part of every product from k on.  What its cotangent adds up is

    (x_0 ... x_{k-1}) (ct_k + x_{k+1} ct_{k+1} + x_{k+1} x_{k+2} ct_{k+2} + ...)

The sum, S_k, follows from the next one, ``S_k = ct_k + x_{k+1} S_{k+1}``: a recurrence that runs
backwards.  Nothing is divided, so factors of 0 do no harm, unless those behind them overflow: 0
times infinity is NaN.  The derivative of a recurrence is again one that runs the other way, and so
is the second derivative.
"""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from autograd.core.define import primitive
from autograd.core.float16 import in_float32
from autograd.core.types import Array
from autograd.ops.compare import equal, isinf, logical_and
from autograd.ops.index import getitem
from autograd.ops.piecewise import where
from autograd.ops.shape import flip, pad_constant


def _delayed(x: Any, axis: int, first: float) -> Any:
    """Return ``x`` one place later along an axis, after a first value; the last one falls out."""
    ndim, length = len(x.shape), x.shape[axis]
    axis %= ndim
    widths = [(int(a == axis), 0) for a in range(ndim)]
    before = (slice(None),) * axis
    return getitem(pad_constant(x, widths, constant_values=first), (*before, slice(length)))


def _backwards(factors: Any, ct: Any, axis: int) -> Any:
    """Return S with ``S_k = ct_k + factors_{k+1} S_{k+1}``, from the last one on."""
    later = _delayed(flip(factors, axis), axis, 0)
    return flip(linear_recurrence(later, flip(ct, axis), axis=axis), axis)


@primitive(
    vjps=(
        lambda ct, out, a, b, axis: _backwards(a, ct, axis) * _delayed(out, axis, 0),
        lambda ct, out, a, b, axis: _backwards(a, ct, axis),
    ),
    symbol="recur",
)
@in_float32
def linear_recurrence(a: Array, b: Array, axis: int) -> Array:
    """Values that follow from the one before: ``y_k = a_k y_{k-1} + b_k``, from ``y_0 = b_0``.

    ``d y_k = a_k d y_{k-1} + y_{k-1} da_k + db_k``; backwards, the cotangents follow a recurrence
    from the other end.  A primitive for speed: composed, it takes three operations for each place.

    a, b: (...) of one shape -> (...); the first of ``a`` is not used.

    >>> from autograd.ops.recurrence import linear_recurrence
    >>> from autograd import tensor
    >>> linear_recurrence(tensor([0.0, 0.5, 0.5]), tensor([8.0, 0.0, 1.0]), axis=0)
    tensor([8., 4., 3.])
    """
    y = np.array(np.broadcast_to(b, np.broadcast_shapes(np.shape(a), np.shape(b))))
    y = y.astype(np.result_type(a, b), copy=False)
    factors, values = np.moveaxis(np.broadcast_to(a, y.shape), axis, 0), np.moveaxis(y, axis, 0)
    for k in range(1, len(values)):
        values[k] += factors[k] * values[k - 1]
    return y


def _running_product_back(ct: Any, out: Any, x: Any, axis: int | None = None) -> Any:
    along = 0 if axis is None else operator.index(axis)
    before = _delayed(out, along, 1)
    later = _backwards(x.reshape(out.shape), ct, along)
    # Products that overflow are not used where a factor before them is 0.
    later = where(logical_and(isinf(later), equal(before, 0)), 0, later)
    return (before * later).reshape(x.shape)


@primitive(vjps=(_running_product_back,))
@in_float32
def cumprod(x: Array, axis: int | None = None) -> Array:
    """Running product along an axis, or over the flattened array.

    ``d out_k = sum over i <= k of (product of x_j, j <= k, j != i) dx_i``.  A primitive for
    exactness: ``exp(cumsum(log(x)))`` has no value where a factor is 0 or negative, and products of
    pairs may overflow where the running product does not.

    x: (...) -> (...), or (size,) where ``axis`` is None.

    >>> import autograd as ag
    >>> ag.cumprod(ag.tensor([2.0, 3.0, 4.0]))
    tensor([ 2.,  6., 24.])
    """
    return np.cumprod(x, axis=axis)
