"""The geometry of convolution, and its three sums computed on arrays.

Convolution is one trilinear form.  With stride s, padding p and dilation d,

    T(x, w, y) = sum over image n, output place o, kernel place k of
                 y[n, :, o] . w[:, :, k] x_padded[n, :, s o + d k]

and fixing any two of its three arguments leaves a linear map for the third: to the output
(`correlate`), to the image (`scatter`), and to the kernel (`match`).  All three go through the same
matrix of columns, one column for each output place, holding the window that lies under the kernel
there ("im2col"), so that the sum itself is one matrix product.

These are the sums as they are defined, for numbers of any kind.  For the usual ones,
`autograd.ops.kernels.conv_gemm` computes the same faster, and its tests hold it to these.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import product
from math import prod
from typing import Any

import numpy as np

from autograd.core.messages import one_line
from autograd.core.types import Padding, Shape, Sizes
from autograd.errors import ShapeError

Array = Any  # numpy.ndarray; mypy cannot follow its indexing by tuples of slices


@dataclass(frozen=True, slots=True)
class Geometry:
    """How a kernel moves over an image; each field has one entry per spatial axis."""

    image: tuple[int, ...]
    kernel: tuple[int, ...]
    stride: tuple[int, ...]
    padding: tuple[tuple[int, int], ...]
    dilation: tuple[int, ...]
    groups: int
    # What follows: the image's size with its padding, and how many places the kernel visits,
    # floor((padded - d (k - 1) - 1) / s) + 1.
    padded: tuple[int, ...] = field(init=False, repr=False, compare=False)
    output: tuple[int, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        padded = tuple(
            n + low + high for n, (low, high) in zip(self.image, self.padding, strict=True)
        )
        output = tuple(
            (n - d * (k - 1) - 1) // s + 1
            for n, k, s, d in zip(padded, self.kernel, self.stride, self.dilation, strict=True)
        )
        object.__setattr__(self, "padded", padded)
        object.__setattr__(self, "output", output)

    def places(self) -> Iterator[tuple[tuple[Any, ...], tuple[Any, ...]]]:
        """Yield each kernel place with the image elements it meets on its way."""
        counts = self.output
        for place in product(*(range(k) for k in self.kernel)):
            yield (
                place,
                tuple(
                    slice(d * k, d * k + s * (n - 1) + 1, s)
                    for k, d, s, n in zip(place, self.dilation, self.stride, counts, strict=True)
                ),
            )

    def valid_positions(self) -> Iterator[tuple[tuple[Any, ...], tuple[Any, ...]]]:
        """Yield for each kernel place the output places where it lies inside the image.

        With them, and in the same order, come the image elements that it meets there.
        """
        along = [
            [self._inside(axis, place) for place in range(k)] for axis, k in enumerate(self.kernel)
        ]
        for pairs in product(*along):
            at, met = zip(*pairs, strict=True)
            yield at, met

    def _inside(self, axis: int, place: int) -> tuple[slice, slice]:
        """Along one axis, find where a kernel place lies inside the image, not in its padding."""
        s, low = self.stride[axis], self.padding[axis][0]
        start = self.dilation[axis] * place - low
        first = max(-(start // s), 0)
        last = min((self.image[axis] - 1 - start) // s + 1, self.output[axis])
        if last <= first:
            return slice(0, 0), slice(0, 0)
        return slice(first, last), slice(s * first + start, s * (last - 1) + start + 1, s)


def correlate(x: Array, w: Array, g: Geometry) -> Array:
    """Fix image and kernel: the output.  (N, C, *image), (O, C/groups, *kernel) -> (N, O, *out)."""
    filters = w.reshape(g.groups, w.shape[0] // g.groups, prod(w.shape[1:]))
    sums = np.matmul(filters, columns(x, g))
    return sums.reshape(x.shape[0], w.shape[0], *g.output)


def scatter(y: Array, w: Array, g: Geometry) -> Array:
    """Fix output and kernel: the image.  (N, O, *out), (O, C/groups, *kernel) -> (N, C, *image)."""
    n, channels = y.shape[0], w.shape[1] * g.groups
    filters = w.reshape(g.groups, w.shape[0] // g.groups, prod(w.shape[1:]))
    rows = y.reshape(n, g.groups, w.shape[0] // g.groups, prod(g.output))
    windows = np.matmul(filters.swapaxes(-1, -2), rows)
    return scatter_windows(windows.reshape(n, channels, *g.kernel, *g.output), g)


def match(x: Array, y: Array, g: Geometry) -> Array:
    """Fix image and output: the kernel.  (N, C, *image), (N, O, *out) -> (O, C/groups, *kernel)."""
    n, outputs = y.shape[:2]
    rows = y.reshape(n, g.groups, outputs // g.groups, prod(g.output))
    kernel = np.zeros(
        (g.groups, outputs // g.groups, x.shape[1] // g.groups * prod(g.kernel)),
        dtype=np.result_type(x, y),
    )
    for row, column in zip(rows, columns(x, g), strict=True):
        kernel += np.matmul(row, column.swapaxes(-1, -2))
    return kernel.reshape(outputs, x.shape[1] // g.groups, *g.kernel)


def columns(x: Array, g: Geometry) -> Array:
    """Lay the window under the kernel at each output place into a column.

    (N, C, *image) -> (N, groups, C/groups * kernel places, output places).
    """
    n, channels = x.shape[:2]
    rows = channels // g.groups * prod(g.kernel)
    return gather_windows(x, g).reshape(n, g.groups, rows, prod(g.output))


def gather_windows(x: Array, g: Geometry) -> Array:
    """Copy the window at each output place.  (N, C, *image) -> (N, C, *kernel, *out)."""
    if any(low or high for low, high in g.padding):
        x = np.pad(x, ((0, 0), (0, 0), *g.padding))
    windows = np.empty((*x.shape[:2], *g.kernel, *g.output), dtype=x.dtype)
    for place, met in g.places():
        windows[(slice(None), slice(None), *place)] = x[(..., *met)]
    return windows


def scatter_windows(windows: Array, g: Geometry) -> Array:
    """Add every window to where it was cut out.  (N, C, *kernel, *out) -> (N, C, *image)."""
    padded: Array = np.zeros((*windows.shape[:2], *g.padded), dtype=windows.dtype)
    for place, met in g.places():
        padded[(..., *met)] += windows[(slice(None), slice(None), *place)]
    inside = tuple(
        slice(low, low + size) for size, (low, _) in zip(g.image, g.padding, strict=True)
    )
    return padded[(..., *inside)]


def read_geometry(
    operation: str,
    image: tuple[int, ...],
    kernel: tuple[int, ...],
    stride: Sizes,
    padding: Padding,
    dilation: Sizes,
    groups: int,
) -> Geometry:
    """Read stride, padding and dilation in all their notations."""
    n = len(image)
    s = per_axis(operation, "stride", stride, n, least=1)
    d = per_axis(operation, "dilation", dilation, n, least=1)
    return Geometry(image, kernel, s, _padding(operation, padding, image, kernel, s, d), d, groups)


def geometry(
    operation: str,
    image: Shape,
    kernel: Shape,
    stride: Sizes,
    padding: Padding,
    dilation: Sizes,
    groups: int,
) -> Geometry:
    """Read stride, padding, dilation and groups, and check that the kernel fits into the image."""
    g = read_geometry(operation, image, kernel, stride, padding, dilation, groups)
    for axis, (size, k, step) in enumerate(zip(g.padded, kernel, g.dilation, strict=True)):
        if k < 1 or step * (k - 1) + 1 > size:
            raise ShapeError(
                f"{operation}: kernel {kernel} with dilation {g.dilation} does not fit into the "
                f"image {image} padded to {g.padded}, on spatial axis {axis}; enlarge the padding"
            )
    return g


def kernel_over(operation: str, x: tuple[int, ...], kernel: Sizes) -> tuple[int, ...]:
    """Read the size of windows over images of shape ``x``: one for all axes, or one for each."""
    axes = len(x) - 2
    if axes not in (1, 2, 3):
        raise ShapeError(
            f"{operation}: image {x} needs two axes, (N, C), before one, two or three spatial "
            "ones; x[None, None] makes a batch of one image with one channel"
        )
    return per_axis(operation, "kernel", kernel, axes, 1)


LARGEST = np.iinfo(np.intp).max // 2  # so that two sizes can be added without overflow


def per_axis(operation: str, name: str, value: object, n: int, least: int) -> Shape:
    """Return one number for each spatial axis, from one for all or from one for each."""
    values: Any = (value,) * n if isinstance(value, (int, np.integer)) else value
    try:
        numbers = tuple(int(v.__index__()) for v in values)
    except (TypeError, AttributeError):
        numbers = ()
    if len(numbers) != n or not all(least <= v <= LARGEST for v in numbers):
        raise ShapeError(
            f"{operation}: {name} {one_line(value)} must be an integer of at least {least}, "
            f"or one for each of the {n} spatial axes"
        )
    return numbers


def _padding(
    operation: str,
    padding: Any,
    image: tuple[int, ...],
    kernel: tuple[int, ...],
    stride: tuple[int, ...],
    dilation: tuple[int, ...],
) -> tuple[tuple[int, int], ...]:
    if isinstance(padding, str):
        if padding == "same":
            return tuple(map(_same, image, kernel, stride, dilation))
        if padding != "valid":
            raise ShapeError(
                f'{operation}: padding {one_line(padding)} must be "same", "valid" or numbers'
            )
        padding = 0
    if isinstance(padding, (tuple, list)) and all(isinstance(p, (tuple, list)) for p in padding):
        pairs = tuple(per_axis(operation, "padding", tuple(p), 2, 0) for p in padding)
        if len(pairs) == len(image):
            return tuple((low, high) for low, high in pairs)
    return tuple((p, p) for p in per_axis(operation, "padding", padding, len(image), 0))


def _same(image: int, kernel: int, stride: int, dilation: int) -> tuple[int, int]:
    """Pad so that ceil(image / stride) places are visited; an odd rest goes to the end."""
    total = max((-(-image // stride) - 1) * stride + dilation * (kernel - 1) + 1 - image, 0)
    return total // 2, total - total // 2
