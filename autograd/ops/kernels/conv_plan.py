"""Convolution without columns: what the kernels of `autograd.ops.kernels.llvm.convolution` need.

Along each axis, an output place ``i`` meets the image at ``step i + move`` for each of some moves.
A convolution has one move for each kernel place: ``dilation k - padding``.  The map back to the
image is of the same kind.  With stride s, the image's places with one remainder r by s only meet
the kernel places k for which

    r + padding - dilation k = s move

so each remainder has a convolution of its own, with step 1 and fewer kernel places; its outputs are
every s-th place of the image.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from math import ceil, prod

import numpy as np

from autograd.core.computed_once import computed_once
from autograd.core.types import Array
from autograd.ops.kernels.conv_reference import Geometry
from autograd.ops.kernels.llvm.address import address_of
from autograd.ops.kernels.llvm.machine import Machine

# Bytes that are laid at a time: with what they are multiplied with, they stay in a cache of 1 MB.
LAID = 3 << 17

# For the gradient of the kernel images are laid together, so that there are so many vectors of
# places, but not more than so many bytes: of them, only a part is needed at a time.
MANY = 64
MOST = 1 << 22

# How many rows may be laid for each that a row of the output meets.
MOST_ROWS = 8

# Columns of a kernel that are written out where channels are read where they are.
FEW = 16


# How many sums along one side of a block; each pair of them is a kernel of its own.
COUNTS = (1, 2, 3, 4, 5, 6, 8, 12, 24)


@dataclass(frozen=True, slots=True)
class Axis:
    """How outputs meet the image along one axis.

    Attributes
    ----------
    size, out : int
        Of the image and of the output.
    step : int
        How far apart in the image the places of neighbouring outputs are.
    moves : tuple of int
        Where in the image the output at 0 meets it, for each kernel place that does.
    places : tuple of int
        Those kernel places.
    begin, next, whole : int
        The output is every ``next``-th element, from ``begin`` on, of an array of this size.
    """

    size: int
    out: int
    step: int
    moves: tuple[int, ...]
    places: tuple[int, ...]
    begin: int
    next: int
    whole: int


POINT = Axis(1, 1, 1, (0,), (0,), 0, 1, 1)


def forward_axis(g: Geometry, a: int) -> Axis:
    """Return how the output of a convolution meets its image."""
    moves = tuple(g.dilation[a] * k - g.padding[a][0] for k in range(g.kernel[a]))
    places = tuple(range(g.kernel[a]))
    return Axis(g.image[a], g.output[a], g.stride[a], moves, places, 0, 1, g.output[a])


def backward_axes(g: Geometry, a: int) -> list[Axis]:
    """Return how the image's gradient meets the output's, for each remainder by the stride."""
    s, low, size = g.stride[a], g.padding[a][0], g.image[a]
    found = []
    for r in range(min(s, size)):
        reached = [(k, r + low - g.dilation[a] * k) for k in range(g.kernel[a])]
        met = [(k, far // s) for k, far in reached if far % s == 0]
        places, moves = tuple(k for k, _ in met), tuple(m for _, m in met)
        found.append(Axis(g.output[a], -((r - size) // s), 1, moves, places, r, s, size))
    return found


def in_three(axes: Sequence[Axis]) -> tuple[Axis, Axis, Axis]:
    """Return the axes of planes, rows and columns; of one axis the places are rows."""
    if len(axes) == 1:
        return POINT, axes[0], POINT
    first, second, third = (POINT, *axes)[-3:]
    return first, second, third


def is_pointwise(axes: Sequence[Axis]) -> bool:
    """Return whether each output meets the place of the image that is its own, and no other one."""
    return all(x.step == 1 and x.moves == (0,) and x.size == x.out for x in axes)


@dataclass(frozen=True)
class Plan:
    """What the kernels need to know of one convolution.

    Attributes
    ----------
    axes : tuple of Axis
        Planes, rows and columns.
    groups, channels, outs : int
        Channels and outputs of a group.
    itemsize : int
    machine : Machine
    in_place : bool
        Whether the image is not laid but read as it is.
    """

    axes: tuple[Axis, Axis, Axis]
    groups: int
    channels: int
    outs: int
    itemsize: int
    machine: Machine
    in_place: bool = False

    @computed_once
    def width(self) -> int:
        """Numbers in a vector."""
        return self.machine.width(self.itemsize)

    @computed_once
    def terms(self) -> int:
        """The numbers that are added up for an output: channels times kernel places."""
        return self.channels * prod(len(axis.moves) for axis in self.axes)

    @computed_once
    def remainders(self) -> list[int]:
        """Those of the moves of rows by their step: rows with the same one are laid together."""
        rows = self.axes[1]
        return sorted({move % rows.step for move in rows.moves})

    @computed_once
    def row_shifts(self) -> list[int]:
        """How many laid rows further on each kernel place is."""
        rows = self.axes[1]
        return [move // rows.step for move in rows.moves]

    @computed_once
    def strip(self) -> int:
        """How many rows of the output are made at a time."""
        most = max(LAID // (self._row * self.itemsize) - self._span, 1)
        rows = self.axes[1].out
        return ceil(rows / ceil(rows / most))

    @computed_once
    def _row(self) -> int:
        """How many numbers are laid for a row of the output."""
        planes, _, columns = self.axes
        lines = self.channels * len(planes.moves) * len(self.remainders) * len(columns.moves)
        return lines * columns.out

    @computed_once
    def _span(self) -> int:
        return max(self.row_shifts) - min(self.row_shifts)

    @computed_once
    def laid(self) -> int:
        """How many numbers are laid of an image at a time."""
        return self._row * (self.strip + self._span)

    @computed_once
    def lays_too_much(self) -> bool:
        """Whether a row is laid so often that columns are faster, as for a large dilation."""
        rows = self.strip + self._span
        is_often = rows > MOST_ROWS * self.strip * len(self.axes[1].moves)
        # To lay a number takes as long as two products.
        return is_often and 2 * self.laid > self.places * self.outs * self.terms

    @computed_once
    def images(self) -> int:
        """How many images are laid at a time for the gradient of the kernel.

        For small ones, to add up the elements of a vector would take longer than the products.
        """
        if self.strip < self.axes[1].out:
            return 1
        return max(min(MANY * self.width // self.places, MOST // (self.laid * self.itemsize)), 1)

    @computed_once
    def sizes(self) -> Array:
        """The numbers that the kernels call sizes, in their order."""
        planes, rows, columns = self.axes
        row = columns.whole
        plane = row * rows.whole
        begin = planes.begin * plane + rows.begin * row + columns.begin
        return np.array(
            [
                *(self.groups, self.channels, self.outs, self.terms),
                *(axis.size for axis in self.axes),
                *(axis.out for axis in self.axes),
                *(axis.step for axis in self.axes[:2]),
                self.single_column,
                *(len(planes.moves), len(self.remainders), len(columns.moves)),
                *(self.strip, self.strip + self._span, min(self.row_shifts)),
                *(self.images, self.laid),
                *(begin, plane * planes.whole),
                *(plane * planes.next, row * rows.next, columns.next),
            ],
            np.int64,
        )

    @computed_once
    def taps(self) -> Array:
        """The moves of planes, the remainders of rows, the moves of columns, and those of rows."""
        planes, rows, columns = self.axes
        moves = *planes.moves, *self.remainders, *columns.moves, *rows.moves
        return np.array(moves, np.int64)

    @computed_once
    def offsets(self) -> Array:
        """Where in what is laid each term begins; some more for blocks that are not full."""
        planes, rows, columns = self.axes
        lines = np.arange(self.channels * len(planes.moves)).reshape(-1, 1, 1)
        of_row = [self.remainders.index(move % rows.step) for move in rows.moves]
        lines = lines * len(self.remainders) + np.array(of_row)[:, None]
        lines = lines * len(columns.moves) + np.arange(len(columns.moves))
        moved = np.array(self.row_shifts)[:, None] - min(self.row_shifts)
        next_line = (self.strip + self._span) * columns.out
        if self.in_place:
            next_line = planes.size * rows.size * columns.size
        found = lines * next_line + moved * columns.out
        return np.append(found.reshape(-1), np.zeros(self.machine.registers, int))

    @computed_once
    def tables(self) -> tuple[int, ...]:
        """Where the offsets, sizes and taps are."""
        return tuple(map(address_of, (self.offsets, self.sizes, self.taps)))

    @computed_once
    def places(self) -> int:
        """How many places of the output are made at a time."""
        return self.strip * self.axes[2].out

    @computed_once
    def made(self) -> int:
        """How many numbers are made before they are written with gaps."""
        return self.block[0] * self.places if self.stepped else 1

    @computed_once
    def work(self) -> int:
        """The multiplications for one image."""
        return self.groups * self.outs * prod(axis.out for axis in self.axes) * self.terms

    @property
    def alone(self) -> bool:
        """Whether each channel makes an output of its own, and can be read where it is."""
        planes, _, columns = self.axes
        flat = planes == POINT and len(columns.moves) <= FEW
        return flat and self.channels == self.outs == 1 and not self.stepped

    @property
    def step(self) -> int:
        """How far apart in the image the neighbours in a line are."""
        _, rows, columns = self.axes
        return rows.step if self.single_column else columns.step

    @property
    def single_column(self) -> bool:
        """Whether the image and the output have one column, as those with a single axis."""
        columns = self.axes[2]
        return columns.size == columns.out == 1 and columns.moves == (0,)

    @property
    def stepped(self) -> bool:
        """Whether the output has gaps in its array."""
        return any(axis.next > 1 for axis in self.axes[1:])

    @computed_once
    def block(self) -> tuple[int, int]:
        """How many outputs and vectors of places are made at a time."""
        return best_block(self.outs, ceil(self.places / self.width), self.machine.registers)

    @computed_once
    def turned(self) -> bool:
        """Whether vectors of outputs are faster than vectors of places in the kernel's gradient.

        In the first way the cotangent has to be turned, in the second the elements of each vector
        added up, and places that fill no vector waste a part of one.
        """
        places = self.places
        t, v = self._vector_block
        blocks = ceil(self.terms / t) * ceil(ceil(self.outs / self.width) / v)
        by_outs = self.outs * places + blocks * max(t * v / 2, (t + v) / 2, 4) * places
        t, o = self._place_block
        blocks = ceil(self.terms / t) * ceil(self.outs / o)
        each = max(o * t / 2, 4) * ceil(places / self.width) + 20 + 5 * o * t / self.images
        return by_outs < blocks * each

    @computed_once
    def _vector_block(self) -> tuple[int, int]:
        return best_block(self.terms, ceil(self.outs / self.width), self.machine.registers)

    @computed_once
    def _place_block(self) -> tuple[int, int]:
        return best_block(self.terms, self.outs, self.machine.registers)

    @computed_once
    def kernel_block(self) -> tuple[int, int]:
        """How many terms, and vectors of outputs or outputs, of the kernel are added up at once."""
        return self._vector_block if self.turned else self._place_block


def best_block(outs: int, others: int, registers: int) -> tuple[int, int]:
    """Return for how many outputs, and how many others, sums are in registers at a time.

    A multiplication needs half a cycle, and a number that is read, too; the result of one can be
    used after four cycles.  So many sums are needed, and a block that is square rather than long.
    """

    def cost(pair: tuple[int, int]) -> tuple[float, int]:
        o, v = pair
        cycles = max(o * v / 2, (o + 2 * v) / 2, 4)
        return ceil(outs / o) * ceil(others / v) * (cycles + 1), -o * v

    pairs = product(*([n for n in COUNTS if n <= most] for most in (outs, others)))
    return min(((o, v) for o, v in pairs if o * v + v + 1 < registers), key=cost)
