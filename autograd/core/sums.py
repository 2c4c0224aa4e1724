"""Sums along axes of large arrays, and sums of products, which are never made as an array.

NumPy adds up several axes at once at a third of the speed of memory.  A row times ones is its sum,
too, and that BLAS computes as fast as the row is read.  The rows are short, so that the sum is as
exact as that of NumPy, which adds up blocks of about that length as well.
"""

from __future__ import annotations

from functools import lru_cache
from math import prod
from typing import Any

import numpy as np

from autograd.core.types import Array, Shape

_reduce: Any = np.add.reduce
FLOATS = (np.dtype(np.float32), np.dtype(np.float64))
# Elements, below which NumPy's own sum is as fast.
MANY = 1 << 14
# Elements of a row, between which it pays and is exact.
SHORTEST, LONGEST = 8, 1024
# Elements of a row, from which sums of products need no array of products.
ENOUGH = 64


def sum_along(x: Array, axes: tuple[int, ...], keepdims: bool = False) -> Any:
    """Return ``np.add.reduce(x, axes, keepdims=keepdims)``."""
    count = _inner(x, axes) if x.size >= MANY and x.dtype in FLOATS else 0
    if not count:
        return _reduce(x, axis=axes, keepdims=keepdims)
    ones = _ones(prod(x.shape[-count:]), x.dtype)
    return _of_rows(x.reshape(-1, len(ones)) @ ones, x.shape, count, axes, keepdims)


def sum_of_products(x: Array, y: Array, axes: tuple[int, ...], keepdims: bool = False) -> Any:
    """Return ``np.add.reduce(x * y, axes, keepdims=keepdims)`` for arrays of one shape."""
    count = _inner(x, axes) if x.size >= MANY and x.dtype == y.dtype in FLOATS else 0
    length = prod(x.shape[-count:]) if count else 0
    if length < ENOUGH or not y.flags.c_contiguous:
        return sum_along(x * y, axes, keepdims)
    rows = np.vecdot(x.reshape(-1, length), y.reshape(-1, length))
    return _of_rows(rows, x.shape, count, axes, keepdims)


def stretched_axes(shape: Shape, to: Shape) -> tuple[int, ...]:
    """Return the axes that broadcasting a shape to another one adds, or stretches from 1.

    Examples
    --------
    >>> from autograd.core.sums import stretched_axes
    >>> stretched_axes((3, 1), (2, 3, 4))
    (0, 2)
    """
    extra = len(to) - len(shape)
    return (*range(extra), *(extra + a for a, n in enumerate(shape) if n == 1 != to[extra + a]))


def _inner(x: Array, axes: tuple[int, ...]) -> int:
    """Return how many of the last axes are added up in rows that are neither short nor long."""
    count, length, reduced = 0, 1, {a % x.ndim for a in axes} if x.ndim else set()
    while count < x.ndim and x.ndim - 1 - count in reduced:
        if length * x.shape[-1 - count] > LONGEST:
            break
        length *= x.shape[-1 - count]
        count += 1
    return count if length >= SHORTEST and x.flags.c_contiguous else 0


def _of_rows(rows: Array, shape: Shape, count: int, axes: tuple[int, ...], keepdims: bool) -> Any:
    """Add up the sums of rows along the axes that are left."""
    inner = (1,) * count if keepdims else ()
    outer = len(shape) - count
    left = tuple(a % len(shape) for a in axes if a % len(shape) < outer)
    rows = rows.reshape(*shape[:outer], *inner)
    return _reduce(rows, axis=left, keepdims=keepdims) if left else rows[()]


@lru_cache(maxsize=64)
def _ones(length: int, dtype: Any) -> Array:
    return np.ones(length, dtype)
