"""Numbers of one step, such as its count: Python's in an eager step, Tensors in a captured one."""

from __future__ import annotations

import math
from typing import Any, TypeAlias

import autograd as ag

Number: TypeAlias = ag.Tensor | float


def larger(x: Number, least: float) -> Any:
    """Return the larger of two numbers.

    Examples
    --------
    >>> from nn.optim.numbers import larger
    >>> larger(3.0, 5.0)
    5.0
    """
    return ag.maximum(x, least) if isinstance(x, ag.Tensor) else max(x, least)


def root(x: Number) -> Any:
    """Return the square root of a number."""
    return ag.sqrt(x) if isinstance(x, ag.Tensor) else math.sqrt(x)


def times(x: ag.Tensor | ag.Array, number: Number) -> Any:
    """Multiply an array by a number, in the dtype of the array."""
    return x * (ag.astype(number, x.dtype) if isinstance(number, ag.Tensor) else number)


def chosen(condition: ag.Tensor | bool, x: ag.ArrayLike, y: ag.ArrayLike) -> Any:
    """Return one array or the other."""
    return ag.where(condition, x, y) if isinstance(condition, ag.Tensor) else x if condition else y
