"""Primitives that combine the elements along axes: sum, max, min, and the running sum.

``axis`` and ``keepdims`` are NumPy's: an axis, a tuple of axes, or None for all of them.
Backwards, a reduction spreads the gradient over what it combined: `sum` copies it to every
element, `max` routes it to one.
"""

from __future__ import annotations

import math
from builtins import max as max_int
from typing import Any

import numpy as np

from autograd.core.define import PrimitiveFunction, primitive
from autograd.core.float16 import FLOAT16, FLOAT32, in_float32
from autograd.core.messages import one_line
from autograd.core.spec import Spec
from autograd.core.sums import MANY, sum_along
from autograd.core.tensor import Tensor, Value, detached
from autograd.core.types import Array, Axis
from autograd.errors import ShapeError, UnsupportedError
from autograd.ops.piecewise import where
from autograd.ops.shape import axis_number, broadcast_to, flip

# Their own reductions: what np.sum and its kind wrap around them takes longer than a short sum.
_add: Any = np.add
_maximum: Any = np.maximum
_minimum: Any = np.minimum


def reduced_axes(axis: Axis, ndim: int, operation: str) -> tuple[int, ...]:
    """Return the axes as a tuple of numbers from 0; for a number, NumPy allows axis 0 or -1."""
    if axis is None:
        return tuple(range(ndim))
    given = axis if isinstance(axis, tuple) else (axis,)
    axes = tuple(axis_number(a, max_int(ndim, 1), operation) for a in given)
    if len(set(axes)) < len(axes):
        raise ShapeError(f"{operation}: axis {one_line(axis)} names an axis twice")
    return axes if ndim else ()


def spread(ct: Value, x: Value, axis: Axis) -> Tensor:
    """Copy the gradient of a reduced result back along the axes that it lost."""
    axes = reduced_axes(axis, len(x.shape), "spread")
    kept = tuple(1 if a in axes else n for a, n in enumerate(x.shape))
    return broadcast_to(ct.reshape(kept), shape=x.shape)


@primitive(vjps=(lambda ct, out, x, axis=None, keepdims=False: spread(ct, x, axis),))
def sum(x: Array, axis: Axis = None, keepdims: bool = False) -> Array:
    """Sum along axes.

    ``d sum(x) = sum(dx)``; backwards, every element gets a copy: it is the dual of `broadcast_to`.

    x: (...) -> (...) without the axes, or with length 1 there if ``keepdims``.

    >>> import autograd as ag
    >>> ag.sum(ag.tensor([[1.0, 2.0], [3.0, 4.0]]), axis=0)
    tensor([4., 6.])
    """
    if x.dtype is FLOAT16:  # what `in_float32` would do, in less time
        return _add.reduce(x, axis=axis, keepdims=keepdims, dtype=FLOAT32).astype(FLOAT16)
    if x.size >= MANY:
        return sum_along(x, axis, keepdims)
    return _add.reduce(x, axis=axis, keepdims=keepdims)


def _first(argbest: Any, name: str, what: str, shown: str) -> PrimitiveFunction:
    """Make the primitive that marks the first of the best elements along axes."""

    def forward(x: Array, axis: Axis = None) -> Array:
        rows, last, axes = _rows(x, axis)
        best = argbest(rows, axis=-1)[..., None]
        mask = np.zeros(rows.shape, dtype=bool)
        np.put_along_axis(mask, best, True, axis=-1)
        lengths = tuple(x.shape[a] for a in axes)
        return np.moveaxis(mask.reshape(rows.shape[:-1] + lengths), last, axes)[()]

    forward.__name__ = forward.__qualname__ = name
    forward.__doc__ = f"""Where the {what} element along axes is, the first of several.

    True there, false elsewhere.  No gradient: the result is a constant of the graph.

    x: (...), not empty along the axes -> (...), bool.

    >>> from autograd.ops.reduce import {name}
    >>> from autograd import tensor
    >>> {name}(tensor([1.0, 5.0, 5.0, 1.0]))
    tensor([{shown}], dtype=bool)
    """
    return primitive(vjps=(None,))(forward)


first_largest = _first(np.argmax, "first_largest", "largest", "False,  True, False, False")
first_smallest = _first(np.argmin, "first_smallest", "smallest", " True, False, False, False")


def _rows(x: Any, axis: Any) -> tuple[Any, tuple[int, ...], tuple[int, ...]]:
    """Lay what is reduced together into rows; also say where the axes went and where they were."""
    axes = reduced_axes(axis, x.ndim, "route")
    last = tuple(range(-len(axes), 0))
    moved = np.moveaxis(np.asarray(x), axes, last)
    kept = moved.shape[: x.ndim - len(axes)]
    return moved.reshape(*kept, math.prod(moved.shape[len(kept) :])), last, axes


def _route_to(first: PrimitiveFunction) -> Any:
    """Make the rule that sends the gradient to the first best element along the axes."""

    def rule(ct: Any, out: Any, x: Any, axis: Any = None, keepdims: bool = False) -> Any:
        return where(first(detached(x), axis=axis), spread(ct, x, axis), 0)

    return rule


def _place_of(argbest: Any) -> Any:
    """Make the function that says which element is the best: max is smooth while it stays."""

    def region(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
        return argbest(_rows(x, axis)[0], axis=-1)

    return region


def _best(choose: Any, x: Any, axis: Any, keepdims: bool) -> Any:
    try:
        return choose.reduce(x, axis=axis, keepdims=keepdims)
    except TypeError:
        if isinstance(axis, (Tensor, np.ndarray)):
            raise UnsupportedError(
                f"{choose.__name__}: axis is an array; of two arrays, elementwise, the function is "
                f"ag.{choose.__name__}(x, y)"
            ) from None
        raise


@primitive(vjps=(_route_to(first_largest),), spec=Spec(region=_place_of(np.argmax)))
def max(x: Array, axis: Axis = None, keepdims: bool = False) -> Array:
    """Largest element along axes: the gate that routes.

    The gradient goes to the largest element, undivided; of several equal ones, to the first in
    row-major order, as max pooling does.  NaN counts as the largest.  A primitive because a
    comparison cannot be composed of smooth functions.

    x: (...), not empty along the axes -> (...) without them, or with length 1 if ``keepdims``.

    >>> import autograd as ag
    >>> ag.max(ag.tensor([1.0, 5.0, 3.0]))
    tensor(5.)
    """
    return _best(_maximum, x, axis, keepdims)


@primitive(vjps=(_route_to(first_smallest),), spec=Spec(region=_place_of(np.argmin)))
def min(x: Array, axis: Axis = None, keepdims: bool = False) -> Array:
    """Smallest element along axes.

    The gradient goes to the smallest element, undivided; of several equal ones, to the first in
    row-major order.  NaN counts as the smallest.  A primitive for exactness: ``-max(-x)`` is wrong
    for unsigned integers.

    x: (...), not empty along the axes -> (...) without them, or with length 1 if ``keepdims``.

    >>> import autograd as ag
    >>> ag.min(ag.tensor([1.0, 5.0, 3.0]))
    tensor(1.)
    """
    return _best(_minimum, x, axis, keepdims)


def _running_sum_back(ct: Any, out: Any, x: Any, axis: Any = None) -> Any:
    along = 0 if axis is None else axis
    return flip(cumsum(flip(ct, along), along), along).reshape(x.shape)


@primitive(vjps=(_running_sum_back,))
@in_float32
def cumsum(x: Array, axis: int | None = None) -> Array:
    """Running sum along an axis, or over the flattened array.

    ``d cumsum(x) = cumsum(dx)``; element i is part of every later sum, so backwards it is the
    running sum from the other end.

    x: (...) -> (...), or (size,) where ``axis`` is None.

    >>> import autograd as ag
    >>> ag.cumsum(ag.tensor([1.0, 2.0, 3.0]))
    tensor([1., 3., 6.])
    """
    return np.cumsum(x, axis=axis)
