"""Changing the size of images by weighted means, along each axis by itself.

A new pixel is a weighted mean of old ones.  Along one axis that is a matrix with a row of weights
for each new pixel, so resizing an image is a product with one matrix for each axis: linear, and its
derivative is the product with their transposes.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import autograd as ag
from autograd.core.float16 import narrowed, widened


def resized(x: Any, matrices: Iterable[Any]) -> Any:
    """Multiply each spatial axis of a batch of images by a matrix of weights.

    Examples
    --------
    >>> import autograd as ag
    >>> from nn.layers.resize import resized, window_means
    >>> resized(ag.tensor([[[1.0, 2.0, 5.0, 8.0]]]), [window_means(4, 2)])
    tensor([[[1.5, 6.5]]])
    """
    y = widened(x)
    for axis, matrix in enumerate(matrices, start=2):
        y = _along(ag.astype(matrix, y.dtype), y, axis)
    return narrowed(y) if x.dtype != y.dtype else y


def _along(matrix: Any, x: Any, axis: int) -> Any:
    if axis == x.ndim - 1:
        return ag.matmul(x, matrix.T)
    before, behind = x.shape[:axis], x.shape[axis + 1 :]
    if len(behind) == 1:
        return ag.matmul(matrix, x)
    rows = ag.reshape(x, (*before, x.shape[axis], math.prod(behind)))
    return ag.reshape(ag.matmul(matrix, rows), (*before, matrix.shape[0], *behind))


@lru_cache(maxsize=256)
def window_means(n: int, out: int) -> Any:
    """Return a row for each of ``out`` windows that cover ``n`` pixels: their mean.

    Examples
    --------
    >>> from nn.layers.resize import window_means
    >>> window_means(3, 2)
    array([[0.5, 0.5, 0. ],
           [0. , 0.5, 0.5]])
    """
    rows = []
    for begin, end in windows(n, out):
        rows.append([(begin <= j < end) / (end - begin) for j in range(n)])
    return _constant(rows)


def windows(n: int, out: int) -> list[tuple[int, int]]:
    """Return where each of ``out`` windows that cover ``n`` pixels begins and ends.

    Examples
    --------
    >>> from nn.layers.resize import windows
    >>> windows(5, 2)
    [(0, 3), (2, 5)]
    """
    return [(i * n // out, -(-(i + 1) * n // out)) for i in range(out)]


@lru_cache(maxsize=256)
def linear(n: int, new: int, step: float, corners: bool) -> Any:
    """Return a row for each new pixel: how near it is to the two old ones beside it.

    Parameters
    ----------
    n, new : int
        The old and the new length.
    step : float
        The distance of new pixels, in old ones.
    corners : bool
        Whether the first and the last pixel keep their places; then ``step`` follows from that.

    Examples
    --------
    >>> from nn.layers.resize import linear
    >>> linear(2, 3, 2 / 3, True)
    array([[1. , 0. ],
           [0.5, 0.5],
           [0. , 1. ]])
    """
    step = 1.0 if new == n else step  # also if a factor near 1 was rounded down to it
    rows = []
    for place in _places(n, new, step, corners):
        left = min(math.floor(max(place, 0.0)), n - 1)
        right, share = min(left + 1, n - 1), max(place, 0.0) - left
        row = [0.0] * n
        row[left] += 1.0 - share
        row[right] += share
        rows.append(row)
    return _constant(rows)


@lru_cache(maxsize=256)
def cubic(n: int, new: int, step: float, corners: bool) -> Any:
    """Return a row for each new pixel: the weights of the four old ones around it.

    They are those of the piecewise cubic of Keys (1981), with slope -3/4 at distance 1; beyond the
    edge the pixel at the edge is taken again.  Parameters as for `linear`.

    Examples
    --------
    >>> from nn.layers.resize import cubic
    >>> cubic(4, 2, 2.0, False)
    array([[ 0.5    ,  0.59375, -0.09375,  0.     ],
           [ 0.     , -0.09375,  0.59375,  0.5    ]])
    """
    rows = []
    for place in _places(n, new, step, corners):
        left = math.floor(place)
        row = [0.0] * n
        for old in range(left - 1, left + 3):
            row[min(max(old, 0), n - 1)] += _keys(abs(place - old))
        rows.append(row)
    return _constant(rows)


def _keys(distance: float, a: float = -0.75) -> float:
    d = distance
    if d <= 1.0:
        return ((a + 2.0) * d - (a + 3.0)) * d * d + 1.0
    return (((d - 5.0) * d + 8.0) * d - 4.0) * a if d < 2.0 else 0.0


def _places(n: int, new: int, step: float, corners: bool) -> list[float]:
    """Return where the new pixels lie among the old ones, which lie at 0, 1, ..."""
    if corners:
        step = (n - 1) / (new - 1) if new > 1 else 0.0
    return [i * step if corners else (i + 0.5) * step - 0.5 for i in range(new)]


def _constant(rows: list[list[float]]) -> Any:
    """Return a read-only matrix, since it is cached."""
    matrix = ag.tensor(rows).data
    matrix.flags.writeable = False
    return matrix
