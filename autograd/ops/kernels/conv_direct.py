"""The three sums of convolution by the kernels of `autograd.ops.kernels.llvm.convolution`.

What they need is made once for a geometry: a plan, compiled functions, and where weights go.  They
return None where columns (`autograd.ops.kernels.conv_gemm`) are faster.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache, reduce
from itertools import product
from math import ceil, prod
from typing import Any

import numpy as np

from autograd.core.types import Array
from autograd.ops.kernels.conv_plan import (
    Axis,
    Plan,
    backward_axes,
    forward_axis,
    in_three,
    is_pointwise,
)
from autograd.ops.kernels.conv_reference import Geometry
from autograd.ops.kernels.llvm import convolution, kernel_gradient, lines
from autograd.ops.kernels.llvm.address import address_of, whole
from autograd.ops.kernels.llvm.library import OfBlock, library_of
from autograd.ops.kernels.llvm.machine import Machine
from autograd.ops.kernels.team import parts, together
from autograd.ops.kernels.workspace import borrowed_workspaces


@dataclass(frozen=True, slots=True)
class Convolution:
    """A convolution that is ready to run; `scatter` is made of some of them.

    Attributes
    ----------
    plan : Plan
    dtype : dtype
    places : array of int
        Where in the kernel the weights of each term are, for the first output.
    next_group, next_out : int
        How far apart there the weights of groups and of outputs are.
    pack : callable
    run : OfBlock
        Compiled kernels.
    """

    plan: Plan
    dtype: Any
    places: Array
    next_group: int
    next_out: int
    pack: Callable[..., None]
    run: OfBlock

    def into(self, out: Array, x: Array, w: Array) -> None:
        """Convolve images with a kernel, into an array."""
        plan, packed = self.plan, self.packed(w)
        divided = parts(len(x), len(x) * plan.work)
        if plan.alone:
            together(self.run, [(out, x, packed, *plan.tables[1:], *part) for part in divided])
            return
        size = plan.laid + (plan.block[1] + 1) * plan.width
        with borrowed_workspaces(len(divided)) as workspaces:
            several: list[tuple[Array | int, ...]] = []
            for space, part in zip(workspaces, divided, strict=True):
                laid = space.take("laid", (size,), self.dtype)
                made = space.take("made", (plan.made,), self.dtype)
                several.append((out, x, packed, laid, made, *plan.tables, *part))
            together(self.run, several)

    def packed(self, w: Array) -> Array:
        """Return weights in the order in which they are read."""
        plan = self.plan
        o = plan.block[0]
        packed = np.empty(plan.groups * ceil(plan.outs / o) * o * plan.terms, self.dtype)
        numbers = plan.groups, plan.outs, plan.terms, self.next_group, self.next_out
        self.pack(address_of(packed), address_of(w), address_of(self.places), *numbers)
        return packed


@dataclass(frozen=True, slots=True)
class Matching:
    """The gradient of a kernel, ready to run.

    Attributes
    ----------
    plan : Plan
    dtype : dtype
    shape : tuple of int
        Of the kernel as it is added up: (groups, terms, outputs), in whole blocks.
    run : OfBlock
    unpack : callable
        Compiled kernels.
    """

    plan: Plan
    dtype: Any
    shape: tuple[int, int, int]
    run: OfBlock
    unpack: Callable[..., None]

    def into(self, out: Array, x: Array, y: Array) -> None:
        """Match images with outputs, into an array."""
        plan = self.plan
        kernel = reduce(np.add, self._parts(x, y))
        sizes = plan.groups, plan.outs, plan.terms, self.shape[2], self.shape[1]
        self.unpack(address_of(out), address_of(kernel), *sizes)

    def _parts(self, x: Array, y: Array) -> list[Array]:
        """Return what each thread adds up."""
        plan = self.plan
        divided = parts(len(x), len(x) * plan.work)
        kernels = [np.zeros(self.shape, self.dtype) for _ in divided]
        laid_size = plan.laid * plan.images + 2 * plan.width
        turned_size = plan.images * plan.places * self.shape[2] if plan.turned else 1
        with borrowed_workspaces(len(divided)) as workspaces:
            several: list[tuple[Array | int, ...]] = []
            for kernel, space, part in zip(kernels, workspaces, divided, strict=True):
                laid = x if plan.in_place else space.take("laid", (laid_size,), self.dtype)
                turned = space.take("turned", (turned_size,), self.dtype)
                several.append((kernel, x, y, laid, turned, *plan.tables, *part))
            together(self.run, several)
        return kernels


def correlate(x: Array, w: Array, g: Geometry, here: Machine) -> Array | None:
    """Fix image and kernel: the output.  (N, C, *image), (O, C/groups, *kernel) -> (N, O, *out)."""
    (made,) = forward(g, w.shape[1], w.shape[0] // g.groups, x.dtype, here)
    if made.plan.lays_too_much:
        return None
    out: Array = np.empty((len(x), len(w), *g.output), x.dtype)
    made.into(out, whole(x), whole(w))
    return out


def scatter(y: Array, w: Array, g: Geometry, here: Machine) -> Array | None:
    """Fix output and kernel: the image.  (N, O, *out), (O, C/groups, *kernel) -> (N, C, *image)."""
    several = backward(g, w.shape[1], w.shape[0] // g.groups, y.dtype, here)
    if any(made.plan.lays_too_much for made in several):
        return None
    reached = sum(prod(axis.out for axis in made.plan.axes) for made in several)
    make = np.empty if reached == prod(g.image) else np.zeros
    image: Array = make((len(y), w.shape[1] * g.groups, *g.image), y.dtype)
    y, w = whole(y), whole(w)
    for made in several:
        made.into(image, y, w)
    return image


def match(x: Array, y: Array, g: Geometry, here: Machine) -> Array | None:
    """Fix image and output: the kernel.  (N, C, *image), (N, O, *out) -> (O, C/groups, *kernel)."""
    channels = x.shape[1] // g.groups
    made = matching(g, channels, y.shape[1] // g.groups, x.dtype, here)
    if made.plan.lays_too_much:
        return None
    out: Array = np.empty((y.shape[1], channels, *g.kernel), x.dtype)
    made.into(out, whole(x), whole(y))
    return out


@lru_cache(maxsize=1000)
def forward(
    g: Geometry, channels: int, outs: int, dtype: Any, here: Machine
) -> tuple[Convolution, ...]:
    """Make the convolution that maps an image to an output."""
    axes = [forward_axis(g, a) for a in range(len(g.image))]
    plan = Plan(in_three(axes), g.groups, channels, outs, dtype.itemsize, here)
    kernel = prod(g.kernel)
    return (_made(plan, g, axes, dtype, kernel, channels * kernel),)


@lru_cache(maxsize=1000)
def backward(
    g: Geometry, channels: int, outs: int, dtype: Any, here: Machine
) -> tuple[Convolution, ...]:
    """Make the convolutions that map an output back to the image: one for each remainder."""
    kernel = prod(g.kernel)
    found = []
    for axes in product(*(backward_axes(g, a) for a in range(len(g.image)))):
        plan = Plan(in_three(axes), g.groups, outs, channels, dtype.itemsize, here)
        if plan.terms:
            found.append(_made(plan, g, axes, dtype, channels * kernel, kernel))
    return tuple(found)


def _made(
    plan: Plan, g: Geometry, axes: Sequence[Axis], dtype: Any, next_channel: int, next_out: int
) -> Convolution:
    library, (o, v), step = library_of(convolution, lines), plan.block, plan.step
    name, constants = "correlate", {"STEPPED": plan.stepped, "OUTS": o, "VECTORS": v}
    if plan.alone:
        name, constants = "correlate_alone", {"SHIFTS_OF_ROW": len(plan.axes[2].moves)}
    kernel = np.arange(prod(g.kernel)).reshape(g.kernel)[np.ix_(*(axis.places for axis in axes))]
    places = np.arange(plan.channels)[:, None] * next_channel + kernel.reshape(1, -1)
    return Convolution(
        plan,
        dtype,
        np.ascontiguousarray(places, np.int64),
        plan.channels * plan.outs * prod(g.kernel),
        next_out,
        library.compiled("pack", dtype, OUTS=o),
        library.of_block(name, dtype, **constants, STEP=step, WIDTH=plan.width),
    )


@lru_cache(maxsize=1000)
def matching(g: Geometry, channels: int, outs: int, dtype: Any, here: Machine) -> Matching:
    """Make the map from image and output to the kernel."""
    axes = in_three([forward_axis(g, a) for a in range(len(g.image))])
    plan = Plan(axes, g.groups, channels, outs, dtype.itemsize, here, is_pointwise(axes))
    library, (t, o) = library_of(kernel_gradient, convolution, lines), plan.kernel_block
    constants = {"TURNED": plan.turned, "IN_PLACE": plan.in_place, "TERMS": t, "OTHERS": o}
    block = o * plan.width if plan.turned else o
    return Matching(
        plan,
        dtype,
        (g.groups, ceil(plan.terms / t) * t, ceil(outs / block) * block),
        library.of_block("match", dtype, **constants, STEP=plan.step, WIDTH=plan.width),
        library.compiled("unpack", dtype),
    )
