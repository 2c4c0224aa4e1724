"""What a compiled function is called with: a tuple of arrays and numbers, read where they lie.

To ask Python for the address of an array takes as long as a small product.  A compiled function can
read it from the array itself, as every extension of NumPy does: the fields of an array are public
and have had these places since NumPy 1.0.  So a call has one argument, a tuple, and the compiled
code sees to it that every array has the type, dtype, shape and order that it was compiled for:

    object   type, then its content
    tuple    the objects in it
    array    data, ndim, shape, strides, base, dtype, flags
    number   its value

A `table` says what is expected: six integers for every item, and the shapes behind them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from autograd.ops.kernels.llvm.words import Integers, integers_at

HEAD = object.__basicsize__ // 8  # what comes before the content, in integers of 64 bits
ITEMS = tuple.__basicsize__ // 8
UNSEEN, NUMBER, ARRAY = 0, 1, 2  # kinds of items
FIELDS = 6
FLAGS = 0x101  # contiguous and aligned


@dataclass(frozen=True, slots=True)
class Expected:
    """What an item of the tuple must be.

    Attributes
    ----------
    kind : int
        ``ARRAY``, ``NUMBER``, or ``UNSEEN`` for an array that the program makes itself.
    type : type
        `numpy.ndarray`, or that of the number.
    dtype : dtype or None
        None for a float of Python's.
    shape : tuple of int
    """

    kind: int
    type: type
    dtype: np.dtype[Any] | None = None
    shape: tuple[int, ...] = ()

    def fitted(self, x: Any) -> Any:
        """Return an item with the same numbers that is as expected."""
        if self.kind == UNSEEN:
            return x
        if self.kind == NUMBER:
            return self.type(x)
        if np.shape(x) != self.shape:
            raise ValueError(f"an array of shape {np.shape(x)} where {self.shape} was expected")
        fitting = np.empty(self.shape, self.dtype)
        fitting[...] = x
        return fitting


def table(items: Sequence[Expected]) -> list[int]:
    """Return in numbers what is expected."""
    rows: list[int] = []
    shapes: list[int] = []
    for x in items:
        at = FIELDS * len(items) + len(shapes)
        rows += [x.kind, id(x.type), id(x.dtype), len(x.shape), at, 0]
        shapes += x.shape
    return [*rows, *shapes]


def misfits(given: int, expected: Integers, *, HEAD: int, ITEMS: int, COUNT: int) -> int:
    """Return how many items of a tuple are not as expected."""
    items = integers_at(given)
    found = 0
    for i in range(COUNT):
        kind = expected[i * 6]
        if kind > 0:
            thing = integers_at(items[ITEMS + i])
            if thing[HEAD - 1] != expected[i * 6 + 1]:
                found = found + 1
            else:
                if kind > 1:
                    number_of_axes = (thing[HEAD + 1] << 32) >> 32
                    flags = (thing[HEAD + 6] << 32) >> 32
                    if (
                        number_of_axes != expected[i * 6 + 3]
                        or thing[HEAD + 5] != expected[i * 6 + 2]
                        or flags % 2 != 1
                        or flags // 256 % 2 != 1
                    ):
                        found = found + 1
                    else:
                        shape = integers_at(thing[HEAD + 2])
                        for axis in range(number_of_axes):
                            if shape[axis] != expected[expected[i * 6 + 4] + axis]:
                                found = found + 1
    return found


@cache
def is_readable() -> bool:
    """Return whether arrays and numbers lie in memory as described here."""
    x, row = np.arange(6.0).reshape(2, 3), np.float32(3)
    turned = x.T
    given = (x, 2.5, np.float64(2.5), row)
    items = integers_at(id(given))[ITEMS : ITEMS + 4]
    if list(items) != list(map(id, given)):
        return False
    fields = integers_at(id(x))[HEAD - 1 : HEAD + 6]
    shape = integers_at(int(fields[3]))[:2] if fields[2] % 2**32 == 2 else ()
    bits = int(np.float64(2.5).view(np.int64))
    return (
        fields[0] == id(np.ndarray)
        and fields[1] == x.__array_interface__["data"][0]
        and tuple(shape) == x.shape
        and fields[6] == id(x.dtype)
        and integers_at(id(x))[HEAD + 6] & FLAGS == FLAGS
        and not integers_at(id(turned))[HEAD + 6] & 1
        and all(integers_at(id(n))[HEAD] == bits for n in given[1:3])
        and int(integers_at(id(row))[HEAD]) % 2**32 == int(row.view(np.int32))
    )
