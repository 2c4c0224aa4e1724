"""The words of kernels, as plain Python.

A kernel is a function in a small part of Python, which `autograd.ops.kernels.llvm.translator` turns
into the language of LLVM: numbers, flat arrays, ``for`` over a ``range``, ``if``, and these words.
What they mean is written here, so that a kernel also runs as it stands: slowly, and as what the
compiled one is compared with.

A *vector* is a register of the processor that holds ``width`` numbers, on which one instruction
computes at once.  Here it is an array of so many elements.
"""

from __future__ import annotations

import ctypes
import math
from collections.abc import Iterable
from functools import partial
from typing import Any, TypeAlias

import numpy as np

# The parameters of kernels: flat arrays of floating-point numbers, of int64 and of bool.
Floats: TypeAlias = Any
Float32s: TypeAlias = Any
Float64s: TypeAlias = Any
Integers: TypeAlias = Any
Int32s: TypeAlias = Any
Bytes: TypeAlias = Any
Booleans: TypeAlias = Any


def unroll(count: int) -> Iterable[int]:
    """Count from 0 to before ``count`` in a loop that is written out when it is compiled."""
    return range(count)


def abreast(count: int) -> Iterable[int]:
    """Count from 0 to before ``count`` in a loop of which a vector takes several turns at once.

    The last vector may be partly filled, so that no turns are left over.
    """
    return range(count)


def registers(like: Floats, width: int, *counts: int) -> Any:
    """Return vectors of zeros, of an array's dtype, which unrolled loops number."""
    return np.zeros((*counts, width), like.dtype)


def zeros(like: Floats, width: int) -> Any:
    """Return a vector of zeros, of an array's dtype."""
    return np.zeros(width, like.dtype)


def fill(number: float, width: int) -> Any:
    """Return a vector whose elements are all one number."""
    return np.full(width, number)


def load(x: Floats, at: int, width: int) -> Any:
    """Read a vector from an array, beginning at a place."""
    return x[at : at + width].copy()


def load_every(
    x: Floats, at: int, step: int, first: int, last: int, width: int, other: float = 0.0
) -> Any:
    """Read every ``step``-th number into a vector, beginning at a place.

    Those before element ``first`` of the vector, and from ``last`` on, are not read, but ``other``.
    """
    first, last = max(first, 0), min(last, width)
    vector = np.full(width, other, x.dtype)
    if first < last:
        vector[first:last] = x[at + first * step : at + (last - 1) * step + 1 : step]
    return vector


def load_between(x: Floats, at: int, first: int, last: int, width: int) -> Any:
    """Read the elements from ``first`` to before ``last`` of a vector; the others are 0, unread."""
    return load_every(x, at, 1, first, last, width)


def store(x: Floats, at: int, vector: Any) -> None:
    """Write a vector into an array, beginning at a place."""
    x[at : at + len(vector)] = vector


def store_first(x: Floats, at: int, vector: Any, count: int) -> None:
    """Write the first elements of a vector, as many as there are up to ``count``."""
    count = min(max(count, 0), len(vector))
    if count:
        x[at : at + count] = vector[:count]


def repeated(vector: Any, times: int, part: int) -> Any:
    """Return one of the vectors that hold each element of a vector so many times in a row."""
    width = len(vector)
    return np.repeat(vector, times)[part * width : (part + 1) * width]


def total(vector: Any) -> Any:
    """Return the sum of the elements, in any order."""
    return vector.sum()


def multiply_add(a: Any, b: Any, c: Any) -> Any:
    """Return ``a b + c``, rounded once where the processor can."""
    return a * b + c


def polynomial(x: Any, *coefficients: float) -> Any:
    """Return ``c0 + c1 x + c2 x^2 + ...``."""
    found: Any = np.full_like(x, coefficients[-1])[()]
    for number in reversed(coefficients[:-1]):
        found = multiply_add(found, x, number)
    return found


def accumulate(total: Any, x: Any) -> Any:
    """Add to a sum whose terms may be added in any order."""
    return total + x


def choose(condition: Any, a: Any, b: Any) -> Any:
    """Return a vector with an element of ``a`` where the condition is true, and else of ``b``."""
    return np.where(condition, a, b)


def both(a: Any, b: Any) -> Any:
    """Return where two conditions are true."""
    return a & b


def inside(first: int, last: int, width: int) -> Any:
    """Return which elements of a vector have a number from ``first`` to before ``last``."""
    return (numbers(width) >= first) & (numbers(width) < last)


def numbers(width: int) -> Any:
    """Return the vector 0, 1, 2, ... of integers."""
    return np.arange(width)


def same(a: Any, b: Any) -> Any:
    """Return where two vectors are equal, or both NaN."""
    return (a == b) | ((a != a) & (b != b))


def square_root(x: Any) -> Any:
    """Return the square root."""
    return np.sqrt(x)


def absolute(x: Any) -> Any:
    """Return the number without its sign."""
    return np.abs(x)


def copy_sign(x: Any, y: Any) -> Any:
    """Return a number with the sign of another."""
    return np.copysign(x, y)


def maximum(a: Any, b: Any) -> Any:
    """Return the larger of two floating-point numbers; NaN if one is."""
    return np.maximum(a, b)


def minimum(a: Any, b: Any) -> Any:
    """Return the smaller of two floating-point numbers; NaN if one is."""
    return np.minimum(a, b)


def maximum_number(a: Any, b: Any) -> Any:
    """Return the larger of two floating-point numbers; if one is NaN, the other."""
    return np.fmax(a, b)


def minimum_number(a: Any, b: Any) -> Any:
    """Return the smaller of two floating-point numbers; if one is NaN, the other."""
    return np.fmin(a, b)


def float32(x: Any) -> Any:
    """Round to single precision."""
    return np.float32(x)


def float64(x: Any) -> Any:
    """Return a number in double precision."""
    return np.float64(x)


def like(x: Any, number: float) -> Any:
    """Return a number in the precision of x."""
    return x.dtype.type(number)


def is_single(x: Any) -> bool:
    """Return whether a number is in single precision."""
    return bool(x.dtype == np.float32)


def bits(x: Any) -> Any:
    """Return the bits of a floating-point number, as an integer of its size."""
    return x.view(np.int32 if is_single(x) else np.int64)


def from_bits(x: Any) -> Any:
    """Return the floating-point number that has the bits of an integer."""
    return x.view(np.float32 if x.dtype.itemsize == 4 else np.float64)


def as_float(x: Any) -> Any:
    """Return an integer as the floating-point number of its size."""
    return x.astype(np.float32 if x.dtype.itemsize == 4 else np.float64)


def _array_at(dtype: type, address: int) -> Any:
    """Return the memory that begins at an address."""
    kind = np.ctypeslib.as_ctypes_type(dtype)
    return np.ctypeslib.as_array((kind * (1 << 24)).from_address(int(address)))


# Arrays whose addresses are known when the kernel runs.
float32s_at = partial(_array_at, np.float32)
float64s_at = partial(_array_at, np.float64)
integers_at = partial(_array_at, np.int64)
int32s_at = partial(_array_at, np.int32)
bytes_at = partial(_array_at, np.uint8)
booleans_at = partial(_array_at, np.bool_)


def interleave_first(a: Any, b: Any) -> Any:
    """Return a0, b0, a1, b1, ..., from the first halves of two vectors."""
    half = len(a) // 2
    return np.stack([a[:half], b[:half]], axis=1).reshape(-1)


def interleave_second(a: Any, b: Any) -> Any:
    """Return such a vector from the second halves of two."""
    half = len(a) // 2
    return np.stack([a[half:], b[half:]], axis=1).reshape(-1)


def smaller(a: int, b: int) -> int:
    """Return the smaller of two integers."""
    return min(a, b)


def larger(a: int, b: int) -> int:
    """Return the larger of two integers."""
    return max(a, b)


def is_nan(x: float) -> bool:
    """Return whether a number is NaN."""
    return math.isnan(x)


def read_latest(x: Integers, at: int) -> int:
    """Read a number that other threads write with `publish`."""
    return int(x[at])


def publish(x: Integers, at: int, value: int) -> None:
    """Write a number for other threads: who reads it sees all that was written before."""
    x[at] = value


def replace_if(x: Integers, at: int, old: int, new: int) -> int:
    """Replace a number if it is ``old``, and return what it was; no thread comes in between."""
    found = int(x[at])
    if found == old:
        x[at] = new
    return found


def next_number(x: Integers, at: int) -> int:
    """Add 1 to a number, and return what it was; no thread comes in between."""
    x[at] += 1
    return int(x[at]) - 1


def pause(processor: int) -> None:
    """Rest for an instant; 1 is a processor of Intel's kind, 2 of ARM's."""


def call(function: int, given: int) -> None:
    """Call the function of an integer that is at an address."""
    ctypes.CFUNCTYPE(None, ctypes.c_int64)(int(function))(int(given))
