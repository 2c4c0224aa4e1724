"""Comparisons and positions: primitives without a derivative.

Their results are booleans or integers, which cannot change a little.  So no gradient passes
through them: a result never requires a gradient and is a constant for whatever comes after.
Smooth functions of the elements that they choose, `max` or `where`, do have one.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.core.define import PrimitiveFunction, primitive
from autograd.core.types import Array

NONE_OF_ONE = (None,)
NONE_OF_TWO = (None, None)


def _public(forward: Any, vjps: tuple[None, ...], symbol: str | None = None) -> PrimitiveFunction:
    """Define a primitive that is found under its name in this module, as pickling does."""
    forward.__qualname__ = forward.__name__
    return primitive(vjps=vjps, symbol=symbol)(forward)


def _comparison(function: Any, symbol: str, says: str) -> PrimitiveFunction:
    def forward(x: Any, y: Any) -> Any:
        return function(x, y)

    forward.__name__ = function.__name__
    forward.__doc__ = f"""Whether {says}, elementwise, as booleans.

    No gradient: the result is a constant of the graph.

    x, y: any shapes that broadcast -> their broadcast shape, bool.

    >>> import autograd as ag
    >>> ag.{function.__name__}(ag.tensor([1.0, 2.0]), 2.0).requires_grad
    False
    """
    return _public(forward, NONE_OF_TWO, symbol)


equal = _comparison(np.equal, "==", "x equals y")
not_equal = _comparison(np.not_equal, "!=", "x differs from y")
less = _comparison(np.less, "<", "x is less than y")
less_equal = _comparison(np.less_equal, "<=", "x is at most y")
greater = _comparison(np.greater, ">", "x is greater than y")
greater_equal = _comparison(np.greater_equal, ">=", "x is at least y")
logical_and = _comparison(np.logical_and, "and", "both x and y are true (not 0)")
logical_or = _comparison(np.logical_or, "or", "x or y or both are true (not 0)")


@primitive(vjps=NONE_OF_TWO)
def isclose(
    a: Array, b: Array, rtol: float = 1e-05, atol: float = 1e-08, equal_nan: bool = False
) -> Array:
    """Whether elements are close, ``abs(a - b) <= atol + rtol * abs(b)``, as booleans.

    No gradient: the result is a constant of the graph.

    a, b: any shapes that broadcast -> their broadcast shape, bool.  ``equal_nan``: whether NaN is
    close to NaN.

    >>> import autograd as ag
    >>> ag.isclose(ag.tensor([0.1 + 0.2, 0.4]), 0.3)
    tensor([ True, False], dtype=bool)
    """
    return np.isclose(a, b, np.asarray(rtol), np.asarray(atol), equal_nan)


def _test(function: Any, says: str) -> PrimitiveFunction:
    def forward(x: Any) -> Any:
        return function(x)

    forward.__name__ = function.__name__
    forward.__doc__ = f"""Whether {says}, elementwise, as booleans.

    No gradient: the result is a constant of the graph.

    x: (...) -> (...), bool.

    >>> import autograd as ag
    >>> ag.{function.__name__}(ag.tensor([1.0, 0.0])).dtype
    dtype('bool')
    """
    return _public(forward, NONE_OF_ONE)


logical_not = _test(np.logical_not, "x is false (0)")
isnan = _test(np.isnan, "x is NaN")
isinf = _test(np.isinf, "x is plus or minus infinity")
isfinite = _test(np.isfinite, "x is neither NaN nor an infinity")


def _position(function: Any, says: str) -> PrimitiveFunction:
    def forward(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
        return function(x, axis=axis, keepdims=keepdims)

    forward.__name__ = function.__name__
    forward.__doc__ = f"""Index of the {says} element along an axis; the first of several.

    No gradient: the result is a constant of the graph.

    x: (...), axis: an int, or None for the flattened array -> indices, int.

    >>> import autograd as ag
    >>> ag.{function.__name__}(ag.tensor([[5.0, 5.0]]), axis=1)
    tensor([0], dtype=int64)
    """
    return _public(forward, NONE_OF_ONE)


argmax = _position(np.argmax, "largest")
argmin = _position(np.argmin, "smallest")


def _truth(function: Any, says: str) -> PrimitiveFunction:
    def forward(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
        return function(x, axis=axis, keepdims=keepdims)

    forward.__name__ = function.__name__
    forward.__doc__ = f"""Whether {says} along axes are true (not 0).

    No gradient: the result is a constant of the graph.

    x: (...) -> (...) without the axes, or with length 1 there if ``keepdims``, bool.

    >>> import autograd as ag
    >>> ag.{function.__name__}(ag.tensor([True, True]))
    tensor(True, dtype=bool)
    """
    return _public(forward, NONE_OF_ONE)


all = _truth(np.all, "all elements")
any = _truth(np.any, "some elements")


def _running_position(extreme: Any, says: str) -> PrimitiveFunction:
    def forward(x: Any, axis: int = 0) -> Any:
        # An element holds the place from where it equals the extreme so far; NaN holds it for good.
        holds = (x == extreme.accumulate(x, axis=axis)) | np.isnan(x)
        length = (-1,) + (1,) * (x.ndim - 1 - axis % x.ndim)
        places = np.arange(x.shape[axis]).reshape(length)
        return np.maximum.accumulate(np.where(holds, places, 0), axis=axis)

    forward.__name__ = f"running_arg{extreme.__name__[:3]}"
    forward.__doc__ = f"""Index of the {says} element up to each place along an axis.

    Of equal elements it is the last one.  No gradient: the result is a constant of the graph.

    x: (...) -> (...), int.

    >>> import autograd as ag
    >>> from autograd.ops.compare import {forward.__name__}
    >>> {forward.__name__}(ag.tensor([1.0, 1.0]))
    tensor([0, 1], dtype=int64)
    """
    return _public(forward, NONE_OF_ONE)


running_argmax = _running_position(np.maximum, "largest")
running_argmin = _running_position(np.minimum, "smallest")


@primitive(vjps=NONE_OF_ONE)
def argsort(x: Array, axis: int = -1) -> Array:
    """Indices that would sort ``x`` along an axis; equal elements keep their order.

    No gradient: the result is a constant of the graph.

    x: (...) -> (...), int.

    >>> import autograd as ag
    >>> ag.argsort(ag.tensor([3.0, 1.0]))
    tensor([1, 0], dtype=int64)
    """
    return np.argsort(x, axis=axis, kind="stable")
