"""Arrays of the user's that a program reads in place, and those that it may be made of.

An array beside the arguments that is an operand, as in ``x * table``, is read when the program
runs, whatever numbers it has by then.  But Python may also have computed with it, as in
``x * table.max()``, and then the program has an old number.  Which of the two it was shows in the
numbers of the program: if all of them are written in the code, are attributes, or are lengths, then
none was computed.

What does not show there is a branch, as in ``x if table.max() > 0 else -x``.  Flags and tables that
Python looks at are small, so the content of small arrays is compared before each run.
"""

from __future__ import annotations

from collections.abc import Container, Iterator
from typing import Any

import numpy as np

from autograd.compiler.program import Program

SMALL = 1 << 14  # bytes of an array that is compared before each run, whatever it is used for
PLAIN = {-1, 0, 1, 2, 0.5}  # numbers that rules and functions of the engine have


def belongs(x: Any, arrays: Container[int]) -> bool:
    """Return whether an array is one of those with these ids, or a view of one."""
    return any(id(array) in arrays for array in _and_bases(x))


def read_in_place(
    program: Program, arrays: Container[int], numbers: Container[float]
) -> frozenset[int]:
    """Return the ids of arrays that are operands and nothing else.

    Parameters
    ----------
    program : Program
    arrays : container of int
        The ids of the user's arrays.
    numbers : container of numbers
        What is written in the user's code, or an attribute.
    """
    lengths = {n for line in program for n in (*line.shape, line.size)}
    for line in program:
        given = [line.value] if line.kind == "constant" else line.params.values()
        for value in given:
            if not all(_is_known(x, numbers, lengths) for x in _parts(value)):
                return frozenset()
    return frozenset(
        id(array)
        for line in program
        if line.kind == "live"
        for array in _and_bases(line.value)
        if id(array) in arrays and array.nbytes > SMALL
    )


def _and_bases(x: Any) -> Iterator[Any]:
    while isinstance(x, np.ndarray):
        yield x
        x = x.base


def _parts(value: Any) -> Iterator[Any]:
    if isinstance(value, (tuple, list)):
        for part in value:
            yield from _parts(part)
    elif isinstance(value, slice):
        yield from (value.start, value.stop, value.step)
    else:
        yield value


def _is_known(value: Any, numbers: Container[float], lengths: Container[int]) -> bool:
    """Return whether a number cannot have been computed from an array."""
    if isinstance(value, (np.ndarray, np.generic)):
        return False
    if isinstance(value, (int, float)):
        return value in PLAIN or value in numbers or value in lengths
    return True
