"""The three sums of convolution, fast.

`autograd.ops.kernels.conv_reference` has them as they are defined: all windows of the batch as
columns of one large matrix, and one product with it.  These here compute the same, but

- with a block of columns at a time, which stays in the processor's cache (`im2col`);
- with the images of a batch shared out among threads (`autograd.threads`);
- scattering with stride 1 as what it is, a convolution with the kernel turned around, unless that
  has many more columns;
- kernels of a single place without columns: there the image is the matrix.
"""

from __future__ import annotations

from dataclasses import replace
from functools import reduce
from math import prod

import numpy as np

from autograd.ops.kernels import conv_reference
from autograd.ops.kernels.conv_reference import Array, Geometry
from autograd.ops.kernels.im2col import in_blocks
from autograd.ops.kernels.parallel_for import in_parts

# An element that is copied into a column takes about as long as so many multiplications.
COPY = 8


def correlate(x: Array, w: Array, g: Geometry) -> Array:
    """Fix image and kernel: the output.  (N, C, *image), (O, C/groups, *kernel) -> (N, O, *out)."""
    if not _fast(x, w):
        return conv_reference.correlate(x, w, g)
    filters = _filters(w, g)
    out = np.empty((len(x), *filters.shape[:2], prod(g.output)), x.dtype)

    def part(first: int, last: int) -> None:
        if _is_pointwise(g):
            np.matmul(filters, _rows(x[first:last], g), out=out[first:last])
            return
        for block, columns in in_blocks(g, x.shape[1], x.dtype, first, last):
            matrix = columns.gather_windows(x[block.images, :, block.seen])
            np.matmul(filters, matrix, out=out[block.images, ..., block.places])

    in_parts(part, len(x), _cost(len(x), x.shape[1], len(w), g))
    return out.reshape(len(x), len(w), *g.output)


def scatter(y: Array, w: Array, g: Geometry) -> Array:
    """Fix output and kernel: the image.  (N, O, *out), (O, C/groups, *kernel) -> (N, C, *image)."""
    if not _fast(y, w):
        return conv_reference.scatter(y, w, g)
    if _turning_pays(w, g) and np.isfinite(w).all():  # its padding multiplies weights with 0
        return correlate(y, *_turned(w, g))
    filters, rows = _filters(w, g).swapaxes(-1, -2), _rows(y, g)
    image = np.zeros((len(y), w.shape[1] * g.groups, *g.image), y.dtype)

    def part(first: int, last: int) -> None:
        for block, columns in in_blocks(g, image.shape[1], y.dtype, first, last):
            np.matmul(filters, rows[block.images, ..., block.places], out=columns.matrix)
            columns.scatter_windows(image[block.images, :, block.seen])

    in_parts(part, len(y), _cost(len(y), image.shape[1], len(w), g))
    return image


def match(x: Array, y: Array, g: Geometry) -> Array:
    """Fix image and output: the kernel.  (N, C, *image), (N, O, *out) -> (O, C/groups, *kernel)."""
    if not _fast(x, y):
        return conv_reference.match(x, y, g)
    channels, outs = x.shape[1] // g.groups, y.shape[1] // g.groups
    shape = (g.groups, channels * prod(g.kernel), outs)
    rows = y.reshape(len(y), y.shape[1], prod(g.output))

    def part(first: int, last: int) -> Array:
        kernel, product = np.zeros(shape, x.dtype), np.empty(shape, x.dtype)
        for block, columns in in_blocks(g, x.shape[1], x.dtype, first, last, side_by_side=True):
            matrix = columns.gather_windows(x[block.images, :, block.seen])
            met = columns.rows(rows[block.images, :, block.places])
            np.matmul(matrix, met.swapaxes(-1, -2), out=product)
            kernel += product
        return kernel

    kernel = reduce(np.add, in_parts(part, len(x), _cost(len(x), x.shape[1], y.shape[1], g)))
    return kernel.swapaxes(-1, -2).reshape(y.shape[1], channels, *g.kernel)


def _cost(images: int, channels: int, outs: int, g: Geometry) -> int:
    """Return about how many multiplications a sum takes as long as, with those it is made of."""
    column = channels * prod(g.kernel)
    return images * prod(g.output) * (column * outs // g.groups + COPY * column)


def _fast(a: Array, b: Array) -> bool:
    """Return whether both are of one dtype that BLAS multiplies, and have any elements."""
    same = a.dtype == b.dtype and a.dtype in (np.float32, np.float64)
    return bool(same and a.size and b.size)


def _filters(w: Array, g: Geometry) -> Array:
    """Lay kernels into rows: (O, C/groups, *kernel) -> (groups, O/groups, C/groups * kernel)."""
    rows = w.reshape(g.groups, w.shape[0] // g.groups, prod(w.shape[1:]))
    return np.ascontiguousarray(rows)  # BLAS takes no views of a single number, or backwards


def _rows(y: Array, g: Geometry) -> Array:
    """Lay channels into rows: (N, O, *out) -> (N, groups, O/groups, places)."""
    rows = y.reshape(y.shape[0], g.groups, y.shape[1] // g.groups, prod(y.shape[2:]))
    return np.ascontiguousarray(rows)


def _is_pointwise(g: Geometry) -> bool:
    """Return whether the columns are the image itself."""
    return set(g.kernel) == {1} and set(g.stride) == {1} and g.padded == g.image


def _turning_pays(w: Array, g: Geometry) -> bool:
    """Return whether scattering is a convolution, and one with not many more columns."""
    fits = all(r >= max(sides) for r, sides in zip(_reach(g), g.padding, strict=True))
    return fits and set(g.stride) == {1} and w.shape[0] <= 2 * w.shape[1] * g.groups


def _reach(g: Geometry) -> list[int]:
    """Return how far a kernel reaches beyond its first place, along each axis."""
    return [d * (k - 1) for d, k in zip(g.dilation, g.kernel, strict=True)]


def _turned(w: Array, g: Geometry) -> tuple[Array, Geometry]:
    """Return kernel and motion of the convolution that scatters ``w`` with stride 1."""
    pairs = zip(_reach(g), g.padding, strict=True)
    padding = tuple((r - low, r - high) for r, (low, high) in pairs)
    filters, channels = w.shape[0] // g.groups, w.shape[1]
    swapped = w.reshape(g.groups, filters, channels, *g.kernel).swapaxes(1, 2)
    turned = np.flip(swapped, tuple(range(3, swapped.ndim)))
    kernel = turned.reshape(g.groups * channels, filters, *g.kernel)
    return kernel, replace(g, image=g.output, padding=padding)
