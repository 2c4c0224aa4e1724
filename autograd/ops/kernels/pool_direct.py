"""Pooling by the kernels of `autograd.ops.kernels.llvm.pooling`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import prod
from typing import Any

import numpy as np

from autograd.core.types import Array
from autograd.errors import IndexingError
from autograd.ops.kernels.conv_plan import FEW, POINT, forward_axis
from autograd.ops.kernels.conv_reference import Geometry
from autograd.ops.kernels.llvm import lines, pooling
from autograd.ops.kernels.llvm.address import address_of, whole
from autograd.ops.kernels.llvm.library import OfBlock, library_of
from autograd.ops.kernels.llvm.machine import Machine
from autograd.ops.kernels.team import parts, together

# An element that is looked up and compared takes about as long as so many multiplications.
EFFORT = 4


def largest(x: Array, g: Geometry, here: Machine) -> Array:
    """Take the largest element of every window: (N, C, *image) -> (N, C, *out)."""
    return _reduced(x, g, here, largest=True)


def sums(x: Array, g: Geometry, here: Machine) -> Array:
    """Add up the elements of every window: (N, C, *image) -> (N, C, *out)."""
    return _reduced(x, g, here, largest=False)


def _reduced(x: Array, g: Geometry, here: Machine, largest: bool) -> Array:
    pool = pooled(g, here, x.dtype)
    run = pool.kernel("reduce_windows", LARGEST=largest, WIDTH=here.width(x.itemsize))
    out: Array = np.empty((*x.shape[:2], *g.output), x.dtype)
    pool.run(run, out, whole(x))
    return out


def winners(x: Array, out: Array, g: Geometry, here: Machine) -> Array:
    """Find the first pixel of every window that is its largest: (N, C, *out), -1 for none."""
    pool = pooled(g, here, x.dtype)
    places: Array = np.empty(out.shape, np.int64)
    run = pool.kernel("winners", WIDTH=here.width(x.itemsize))
    pool.run(run, places, whole(x), whole(out))
    return places


def spread(y: Array, g: Geometry, here: Machine) -> Array:
    """Add every element to all places of its window: (N, C, *out) -> (N, C, *image)."""
    pool = pooled(g, here, y.dtype)
    image: Array = np.zeros((*y.shape[:2], *g.image), y.dtype)
    if side_by_side(g):
        width = here.width(y.itemsize)
        run = library_of(pooling, lines).of_block(
            "fill_windows", y.dtype, STEP=pool.step, WIDTH=width
        )
    else:
        run = pool.kernel("spread")
    pool.run(run, image, whole(y))
    return image


def side_by_side(g: Geometry) -> bool:
    """Return whether windows cover the image once, from its beginning on."""
    plain = set(g.dilation) == {1} and not any(low or high for low, high in g.padding)
    return plain and g.kernel == g.stride and g.kernel[-1] <= FEW


def route(y: Array, places: Array, g: Geometry, here: Machine) -> Array:
    """Add every element up at its place: (N, C, *out) -> (N, C, *image)."""
    image: Array = np.zeros((*y.shape[:2], *g.image), y.dtype)
    wrong: Array = np.zeros(1, np.int64)
    run = library_of(pooling, lines).compiled("route", y.dtype)
    arrays = image, whole(y), whole(places), wrong
    sizes = prod(g.image), prod(y.shape[2:])
    run(*map(address_of, arrays), *sizes, 0, prod(y.shape[:2]))
    if wrong[0]:
        raise IndexingError(
            f"route: {wrong[0]} places are outside of the image {g.image}, whose pixels are "
            f"numbered from 0 to {prod(g.image) - 1}"
        )
    return image


def fits(x: Array, g: Geometry) -> bool:
    """Return whether there are kernels for images, with a window of this size."""
    return x.size > 0 and x.shape[2:] == g.image and g.kernel[-1] <= FEW


def fits_outputs(y: Array, g: Geometry) -> bool:
    """Return whether there are kernels for outputs, with a window of this size."""
    return y.size > 0 and y.shape[2:] == g.output and g.kernel[-1] <= FEW


@dataclass(frozen=True, slots=True)
class Pool:
    """How a window moves over images, as the kernels read it.

    Attributes
    ----------
    dtype : dtype
    sizes, moves : array of int
    step, shifts : int
        How far apart neighbouring windows are in a row, and how many columns they have.
    work : int
        How much there is to do in a channel.
    """

    dtype: Any
    sizes: Array
    moves: Array
    step: int
    shifts: int
    work: int

    def kernel(self, name: str, **constants: int) -> OfBlock:
        """Return a kernel for these windows."""
        constants |= {"SHIFTS": self.shifts, "STEP": self.step}
        return library_of(pooling, lines).of_block(name, self.dtype, **constants)

    def run(self, kernel: OfBlock, *arrays: Array) -> None:
        """Run a kernel on the channels of images, shared out among threads."""
        channels = prod(arrays[0].shape[:2])
        divided = parts(channels, channels * self.work)
        together(kernel, [(*arrays, self.sizes, self.moves, *part) for part in divided])


@lru_cache(maxsize=1000)
def pooled(g: Geometry, here: Machine, dtype: Any) -> Pool:
    """Return the tables for a geometry."""
    axes = [POINT, POINT, *(forward_axis(g, a) for a in range(len(g.image)))][-3:]
    steps = [axis.step for axis in axes]
    places = [len(axis.moves) for axis in axes]
    sizes = [axis.size for axis in axes] + [axis.out for axis in axes] + steps[:2] + places[:2]
    moves = [move for axis in axes for move in axis.moves]
    work = prod(g.output) * prod(g.kernel) * EFFORT
    tables = np.array(sizes, np.int64), np.array(moves, np.int64)
    return Pool(dtype, *tables, steps[2], places[2], work)
