"""Pooling on arrays of any kind: one step for each place of a window.

At each place all windows at once meet a view of the image, so no window is copied.
"""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from autograd.core.types import Array, Shape
from autograd.ops.kernels.conv_reference import Geometry
from autograd.ops.kernels.parallel_for import in_parts

# An element that is looked up and compared takes about as long as so many multiplications.
EFFORT = 40


def largest(x: Array, g: Geometry) -> Array:
    """Take the largest element of every window: (N, C, *image) -> (N, C, *out)."""
    out = np.full((*x.shape[:2], *g.output), _lowest(x.dtype), x.dtype)

    def part(first: int, last: int) -> None:
        for at, met in g.valid_positions():
            reached = out[(slice(first, last), ..., *at)]
            np.maximum(reached, x[(slice(first, last), ..., *met)], out=reached)

    in_parts(part, len(x), out.size * prod(g.kernel) * EFFORT)
    return out


def _lowest(dtype: Any) -> Any:
    if dtype.kind == "b":
        return False
    return -np.inf if dtype.kind == "f" else np.iinfo(dtype).min


def winners(x: Array, out: Array, g: Geometry) -> Array:
    """Find the first pixel of every window that is its largest: (N, C, *out), -1 for none."""
    count = prod(g.kernel)
    # The number of the kernel place that wins; those that do not win count from `count` on.
    first = np.full(out.shape, 2 * count - 1, np.min_scalar_type(2 * count))
    number = first.dtype.type
    has_nan = x.dtype.kind == "f" and bool(np.isnan(out).any())

    def part(begin: int, end: int) -> None:
        for place, (at, met) in enumerate(g.valid_positions()):
            images = (slice(begin, end), ...)
            seen, reached = x[(*images, *met)], first[(*images, *at)]
            lost = seen != out[(*images, *at)]
            if has_nan:
                lost &= seen == seen  # where there is a NaN it is the maximum
            np.minimum(reached, lost * number(count) + number(place), out=reached)

    in_parts(part, len(x), out.size * prod(g.kernel) * EFFORT)
    offsets, corners = _pixels(g)
    found = np.append(offsets, np.zeros(count, int))[first] + corners
    return np.where(first < count, found, -1) if (first >= count).any() else found


def _pixels(g: Geometry) -> tuple[Array, Array]:
    """Number the pixels row by row: those of a window from its corner, and the corners."""
    n = len(g.image)
    steps = [prod(g.image[axis + 1 :]) for axis in range(n)]
    offsets: Array = np.zeros((1,) * n, int)
    corners: Array = np.zeros((1,) * n, int)
    for axis, step in enumerate(steps):
        shape = tuple(-1 if a == axis else 1 for a in range(n))
        along = np.arange(g.kernel[axis]) * g.dilation[axis]
        begins = np.arange(g.output[axis]) * g.stride[axis] - g.padding[axis][0]
        offsets = offsets + (along * step).reshape(shape)
        corners = corners + (begins * step).reshape(shape)
    return offsets.reshape(-1), corners


def route(y: Array, places: Array, g: Geometry) -> Array:
    """Add every element up at its place: (N, C, *out) -> (N, C, *image)."""
    y = where_placed(y, places)
    out: Array = np.zeros(prod(y.shape[:2]) * prod(g.image), y.dtype)
    np.add.at(out, through_channels(places, g.image).reshape(-1), y.reshape(-1))
    return out.reshape(*y.shape[:2], *g.image)


def through_channels(places: Array, image: Shape) -> Array:
    """Count places through all channels of all images, not from 0 in each."""
    channels = np.arange(prod(places.shape[:2])) * prod(image)
    return places + channels.reshape(*places.shape[:2], *(1,) * len(image))


def where_placed(y: Array, places: Array) -> Array:
    """Set to 0 what has no place, because its window lies wholly in the padding."""
    return np.where(places < 0, y.dtype.type(0), y) if places.min(initial=0) < 0 else y


def sums(x: Array, g: Geometry) -> Array:
    """Add up the elements of every window: (N, C, *image) -> (N, C, *out)."""
    # Like `sum`, it adds up small integers in large ones, and counts what is true.
    roomy = np.add.reduce(np.zeros(0, x.dtype)).dtype
    out = np.zeros((*x.shape[:2], *g.output), roomy)

    def part(first: int, last: int) -> None:
        for at, met in g.valid_positions():
            out[(slice(first, last), ..., *at)] += x[(slice(first, last), ..., *met)]

    in_parts(part, len(x), out.size * prod(g.kernel) * EFFORT)
    return out


def spread(y: Array, g: Geometry) -> Array:
    """Add every element to all places of its window: (N, C, *out) -> (N, C, *image)."""
    out = np.zeros((*y.shape[:2], *g.image), y.dtype)
    overlap = any(d * (k - 1) >= s for d, k, s in zip(g.dilation, g.kernel, g.stride, strict=True))

    def part(first: int, last: int) -> None:
        for at, met in g.valid_positions():
            copied = y[(slice(first, last), ..., *at)]
            if overlap:
                out[(slice(first, last), ..., *met)] += copied
            else:
                out[(slice(first, last), ..., *met)] = copied

    in_parts(part, len(y), y.size * prod(g.kernel) * EFFORT)
    return out
