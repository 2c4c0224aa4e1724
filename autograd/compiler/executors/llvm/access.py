"""Where the elements of a value lie: views are only other ways to count through the same array.

The element of a view with the index (i, j) is the number ``offset + i * strides[0] + j *
strides[1]`` of an array, its root.  So reshapes, transposes, slices and stretched axes need no
code.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.lib.stride_tricks import as_strided

from autograd.compiler.passes.simplify import axes_of
from autograd.compiler.program import Line
from autograd.core.types import Shape
from autograd.ops import shape as shapes


@dataclass(frozen=True, slots=True)
class Access:
    """How the elements of a value are found.

    Attributes
    ----------
    root : int
        The id of the line whose array they are in.
    shape : tuple of int
    strides : tuple of int
        How many elements lie between neighbours along each axis.
    offset : int
    """

    root: int
    shape: Shape
    strides: tuple[int, ...]
    offset: int = 0

    @property
    def is_whole(self) -> bool:
        """Whether the elements follow each other in memory from the beginning."""
        return not self.offset and steps(self.shape, self.strides) == steps(
            self.shape, contiguous(self.shape)
        )


def contiguous(shape: Shape) -> tuple[int, ...]:
    """Return the strides of an array in row-major order.

    Examples
    --------
    >>> from autograd.compiler.executors.llvm.access import contiguous
    >>> contiguous((2, 3, 4))
    (12, 4, 1)
    """
    strides, step = [], 1
    for n in reversed(shape):
        strides.append(step)
        step *= n
    return tuple(reversed(strides))


def steps(shape: Shape, strides: Sequence[int]) -> tuple[int, ...]:
    """Return strides that are 0 where an axis has one element, so that they can be compared."""
    return tuple(s if n > 1 else 0 for n, s in zip(shape, strides, strict=True))


def stretched(access: Access, shape: Shape) -> Access:
    """Return a value that is broadcast to a shape."""
    missing = len(shape) - len(access.shape)
    strides = (0,) * missing + tuple(
        0 if n == 1 else s for n, s in zip(access.shape, access.strides, strict=True)
    )
    return replace(access, shape=shape, strides=strides)


def viewed(line: Line, x: Access) -> Access | None:
    """Return how a line looks at its input; None for a reshape that needs a copy."""
    if line.primitive is shapes.reshape.primitive:
        return _reshaped(x, line.shape)
    if line.primitive is shapes.transpose.primitive:
        axes = axes_of(line)
        return replace(x, shape=line.shape, strides=tuple(x.strides[a] for a in axes))
    if line.primitive is shapes.broadcast_to.primitive:
        return stretched(x, line.shape)
    return indexed(x, line.params["index"], line.shape)


def indexed(x: Access, index: object, shape: Shape) -> Access:
    """Return a slice, as NumPy cuts an array of these strides; its elements are not read."""
    parts = index if isinstance(index, tuple) else (index,)
    if not any(part is Ellipsis for part in parts):
        parts = (*parts, Ellipsis)  # so that a single element is an array, too
    whole = as_strided(np.zeros(1, np.int8), x.shape, x.strides)
    part = whole[parts]
    start, at = (y.__array_interface__["data"][0] for y in (whole, part))
    return Access(x.root, shape, part.strides, x.offset + at - start)


def _reshaped(x: Access, shape: Shape) -> Access | None:
    if steps(x.shape, x.strides) == steps(x.shape, contiguous(x.shape)):
        return replace(x, shape=shape, strides=contiguous(shape))
    long = [(n, s) for n, s in zip(x.shape, x.strides, strict=True) if n > 1]
    if [n for n, _ in long] != [n for n in shape if n > 1]:
        return None
    left = iter(long)
    return replace(x, shape=shape, strides=tuple(next(left)[1] if n > 1 else 0 for n in shape))
