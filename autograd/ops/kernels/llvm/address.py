"""Where in memory the elements of an array begin, which a compiled kernel is called with."""

from __future__ import annotations

import sys
from ctypes import c_void_p

import numpy as np

from autograd.core.types import Array

# An array's object holds the address right behind what every object of Python begins with.
PLACE = object.__basicsize__

_read = c_void_p.from_address


def address_of(array: Array) -> int:
    """Return where the elements of an array begin; keep the array until the kernel has returned."""
    return _read(id(array) + PLACE).value or 0


def whole(array: Array) -> Array:
    """Return an array whose elements follow each other in memory, at their natural places."""
    flags = array.flags
    if flags.c_contiguous and flags.aligned:
        return array
    return np.require(array, requirements=["C", "A"])


def by_interface(array: Array) -> int:
    """Return the same as NumPy says it, which takes seven times as long."""
    address: int = array.__array_interface__["data"][0]
    return address


def _can_be_read() -> bool:
    """Return whether the address is where it is expected."""
    example = np.zeros(1)
    return sys.implementation.name == "cpython" and address_of(example) == by_interface(example)


if not _can_be_read():
    address_of = by_interface
