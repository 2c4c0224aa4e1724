"""Cutting a batch of images into blocks, and a block into the columns of a matrix.

A convolution is a product with the matrix that has a column for each window.  The columns of a
whole batch are large; those of a block fit into the processor's cache, if a block is a few images,
or a few rows of a large one, and if all blocks use the same memory one after the other.

A step of a training cuts the same blocks as the one before, so they and their columns are kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from math import prod

import numpy as np

from autograd.core.types import DTypeLike
from autograd.ops.kernels.conv_reference import Array, Geometry
from autograd.ops.kernels.workspace import MOST, Workspace, borrowed_workspace

# Elements of columns in a block: with fewer, threads wait for each other more often than they
# compute, and many more do not stay in the cache.
BLOCK = 1 << 18

# Bytes of the two views that a copy goes from and to.
VIEWS = 400

ALL = slice(None)


@dataclass(frozen=True, slots=True)
class Block:
    """Some images of a batch, and some rows of the output places on them.

    Attributes
    ----------
    images : slice
    places : slice
        The output places, counted row by row.
    seen : slice
        The rows of the image that lie under the kernel there.
    kind : tuple
        How many images and rows, and where in the rows that the kernel visits those of the image
        begin and end; blocks of one kind can use the same `Columns`.
    """

    images: slice
    places: slice
    seen: slice
    kind: tuple[int, int, int, int]


def blocks(g: Geometry, channels: int, first: int, last: int) -> tuple[Block, ...]:
    """Cut the images from ``first`` to before ``last`` into blocks."""
    row = channels * prod(g.kernel) * prod(g.output[1:])
    return _cut(g, max(BLOCK // max(row, 1), 1), first, last)


@lru_cache(maxsize=256)
def _cut(g: Geometry, fitting: int, first: int, last: int) -> tuple[Block, ...]:
    """Cut into blocks of as many rows of output places as fit."""
    height = g.output[0]
    cut = []
    bands = [_band(g, begin, min(begin + fitting, height)) for begin in range(0, height, fitting)]
    count = max(fitting // max(height, 1), 1)
    for image in range(first, last, count):
        images = slice(image, min(image + count, last))
        for rows, places, seen, inside in bands:
            kind = (images.stop - images.start, rows, *inside)
            cut.append(Block(images, places, seen, kind))
    return tuple(cut)


def _band(g: Geometry, first: int, last: int) -> tuple[int, slice, slice, tuple[int, int]]:
    """Find what the kernel sees from rows ``first`` to ``last`` of the output places."""
    width = prod(g.output[1:])
    begin = g.stride[0] * first - g.padding[0][0]
    low = min(max(begin, 0), g.image[0])
    high = max(min(begin + _reach(g, last - first), g.image[0]), low)
    places = slice(first * width, last * width)
    return last - first, places, slice(low, high), (low - begin, high - begin)


def _reach(g: Geometry, rows: int) -> int:
    """How many rows of the image, with its padding, so many rows of output places see."""
    return g.stride[0] * (rows - 1) + g.dilation[0] * (g.kernel[0] - 1) + 1


class Columns:
    """Memory for blocks of one kind: the padded images, and their windows as columns.

    Parameters
    ----------
    workspace : Workspace
        Whose buffers the columns are in: they are filled anew for each block.
    g : Geometry
    kind : tuple
        That of the blocks.
    channels : int
    dtype : NumPy dtype
    side_by_side : bool
        Whether all images together are one matrix, or each is one.

    Attributes
    ----------
    matrix : array, (images, groups, C/groups * kernel, places) or, side by side,
        (groups, C/groups * kernel, images * places)
    nbytes : int
        The memory that is held beside the buffers which the workspace keeps.
    """

    def __init__(
        self,
        workspace: Workspace,
        g: Geometry,
        kind: tuple[int, int, int, int],
        channels: int,
        dtype: DTypeLike,
        side_by_side: bool = False,
    ) -> None:
        self.groups = g.groups
        images, rows, *inside = kind
        frame = replace(g, image=(_reach(g, rows), *g.padded[1:]), padding=((0, 0),) * len(g.image))
        self.frame: Array = np.zeros((images, channels, *frame.image), dtype)
        sides = [slice(p, p + n) for n, (p, _) in zip(g.image[1:], g.padding[1:], strict=True)]
        self.image = self.frame[(ALL, ALL, slice(*inside), *sides)]
        column = (channels, *g.kernel)
        if side_by_side:
            memory: Array = workspace.take("columns", (*column, images, *frame.output), dtype)
            self.windows: Array = np.moveaxis(memory, len(column), 0)
            self.matrix = memory.reshape(g.groups, prod(column) // g.groups, -1)
        else:
            self.windows = workspace.take("columns", (images, *column, *frame.output), dtype)
            self.matrix = self.windows.reshape(images, g.groups, prod(column) // g.groups, -1)
        self.sources: list[Array] = [self.frame]
        self.padding_is_zero = True
        self.copies = list(
            self._slide(workspace, frame) if _sliding_pays(frame) else self._lay(frame)
        )

        buffered = (self.matrix, *self.sources[1:])
        large = sum(a.nbytes for a in buffered if a.nbytes > MOST)
        self.nbytes = self.frame.nbytes + large + VIEWS * len(self.copies)

    def _lay(self, g: Geometry) -> Iterator[tuple[Array, Array]]:
        """Yield each kernel place of the windows with what it sees."""
        for place, met in g.places():
            yield self.windows[(ALL, ALL, *place)], self.frame[(..., *met)]

    def _slide(self, workspace: Workspace, g: Geometry) -> Iterator[tuple[Array, Array]]:
        """Do the same in two steps: first along the last axis, then across the others.

        Each row is copied once for all the rows of the kernel that see it; what is then copied for
        each of these are whole rows, which lie side by side if the stride is 1.
        """
        n = len(g.kernel) - 1
        along = replace(g, kernel=(1,) * n + g.kernel[n:], stride=(1,) * n + g.stride[n:])
        across = replace(
            g,
            image=along.output,
            kernel=(*g.kernel[:n], 1),
            stride=(*g.stride[:n], 1),
        )
        shape = (*self.frame.shape[:2], g.kernel[n], *along.output)
        slid = workspace.take("slid", shape, self.frame.dtype)
        self.sources.append(slid)
        for place, met in along.places():
            yield slid[:, :, place[n]], self.frame[(..., *met)]
        for place, met in across.places():
            yield self.windows[(ALL, ALL, *place[:n])], slid[(..., *met)]

    def gather_windows(self, images: Array) -> Array:
        """Fill the matrix with the windows of a block of images, and return it."""
        if not self.padding_is_zero:
            self.frame[...] = 0
            self.padding_is_zero = True
        self.image[...] = images
        for windows, seen in self.copies:
            windows[...] = seen
        return self.matrix

    def rows(self, y: Array) -> Array:
        """Lay outputs side by side, too: (images, O, places) -> (groups, O/groups, all places)."""
        side_by_side = np.ascontiguousarray(y.swapaxes(0, 1))
        return side_by_side.reshape(self.groups, y.shape[1] // self.groups, -1)

    def scatter_windows(self, images: Array) -> None:
        """Add the windows in the matrix to where in the images they would be cut out."""
        self.padding_is_zero = False
        for source in self.sources:
            source[...] = 0
        for windows, seen in reversed(self.copies):
            seen += windows
        images += self.image


def in_blocks(
    g: Geometry, channels: int, dtype: DTypeLike, first: int, last: int, side_by_side: bool = False
) -> Iterator[tuple[Block, Columns]]:
    """Yield the blocks of images from ``first`` to before ``last``, each with its memory."""
    dtype = np.dtype(dtype)
    with borrowed_workspace() as workspace:
        for block in blocks(g, channels, first, last):
            how = (g, block.kind, channels, dtype, side_by_side)
            yield block, workspace.layout(how, partial(Columns, workspace, *how))


def _sliding_pays(g: Geometry) -> bool:
    """Return whether at least two rows of the kernel meet every row of the image."""
    return len(g.kernel) > 1 and g.kernel[0] >= 2 * g.stride[0]
