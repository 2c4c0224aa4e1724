"""More words of kernels: precision, bits, sums in any order, and arrays at an address.

Exponentials and the like are made of them (`autograd.ops.kernels.llvm.mathematics`), and loops over
arrays by the compiler.  What they mean in Python stands in `autograd.ops.kernels.llvm.words`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.ops.kernels.llvm.instructions import Writer
from autograd.ops.kernels.llvm.types import Constant, Pointer, Type, Value
from autograd.ops.kernels.llvm.vocabulary import multiply_add


def polynomial(writer: Writer, x: Value, *coefficients: Constant) -> Value:
    """Multiply by x and add the next coefficient, from the last on."""
    *others, last = coefficients
    found: Value = writer.converted(last, x.type)
    for number in reversed(others):
        found = multiply_add(writer, found, x, number)
    return found


def accumulate(writer: Writer, total: Value, x: Value) -> Value:
    """Add; `reassoc` lets a loop have a sum in each element of a vector."""
    total, x = writer.alike(total, x)
    return writer.new(f"fadd reassoc {total}, {x.text}", total.type)


def _of_one(name: str) -> Callable[..., Value]:
    """Return the word for a function of LLVM that takes one number or vector."""

    def word(writer: Writer, x: Value) -> Value:
        return writer.intrinsic(f"llvm.{name}.{x.type.suffix}", x.type, x)

    return word


def _of_two(name: str) -> Callable[..., Value]:
    """Return the word for a function of LLVM that takes two numbers or vectors."""

    def word(writer: Writer, a: Value | Constant, b: Value | Constant) -> Value:
        a, b = writer.alike(a, b)
        return writer.intrinsic(f"llvm.{name}.{a.type.suffix}", a.type, a, b)

    return word


absolute = _of_one("fabs")
copy_sign = _of_two("copysign")
minimum = _of_two("minimum")
maximum_number = _of_two("maxnum")
minimum_number = _of_two("minnum")


def float32(writer: Writer, x: Value | Constant) -> Value:
    """Round a number to single precision."""
    x = writer.as_value(x)
    return writer.converted(x, Type("float", x.type.lanes))


def float64(writer: Writer, x: Value | Constant) -> Value:
    """Return a number in double precision."""
    x = writer.as_value(x)
    return writer.converted(x, Type("double", x.type.lanes))


def like(writer: Writer, x: Value, number: Constant) -> Value:
    """Return a number in the precision of x."""
    return writer.converted(number, Type(x.type.scalar))


def is_single(writer: Writer, x: Value) -> bool:
    """Return whether a number is in single precision, which is known when it is compiled."""
    return x.type.scalar == "float"


def bits(writer: Writer, x: Value) -> Value:
    """Read the bits of a floating-point number as an integer of its size."""
    type = Type("i32" if x.type.scalar == "float" else "i64", x.type.lanes)
    return writer.new(f"bitcast {x} to {type}", type)


def from_bits(writer: Writer, x: Value) -> Value:
    """Read the bits of an integer as a floating-point number of its size."""
    type = Type("float" if x.type.scalar == "i32" else "double", x.type.lanes)
    return writer.new(f"bitcast {x} to {type}", type)


def as_float(writer: Writer, x: Value) -> Value:
    """Convert an integer to the floating-point number of its size."""
    type = Type("float" if x.type.scalar == "i32" else "double", x.type.lanes)
    return writer.new(f"sitofp {x} to {type}", type)


def _array_at(dtype: type) -> Callable[..., Pointer]:
    """Return the word for an array whose address is known when the kernel runs."""

    def word(writer: Writer, address: Value) -> Pointer:
        found = writer.new(f"inttoptr {address} to ptr", Type("ptr"))
        return Pointer(found.text, np.dtype(dtype))

    return word


def interleave_first(writer: Writer, a: Value, b: Value) -> Value:
    """Take elements of two vectors in turns, from the first halves."""
    return _interleaved(writer, a, b, 0)


def interleave_second(writer: Writer, a: Value, b: Value) -> Value:
    """Take elements of two vectors in turns, from the second halves."""
    return _interleaved(writer, a, b, a.type.lanes // 2)


def _interleaved(writer: Writer, a: Value, b: Value, first: int) -> Value:
    lanes = a.type.lanes
    places = [x for i in range(first, first + lanes // 2) for x in (i, lanes + i)]
    mask = ", ".join(f"i32 {x}" for x in places)
    return writer.new(f"shufflevector {a}, {b}, <{lanes} x i32> <{mask}>", a.type)


WORDS: dict[str, Callable[..., Any]] = {
    word.__name__: word
    for word in (
        polynomial,
        accumulate,
        float32,
        float64,
        like,
        is_single,
        bits,
        from_bits,
        as_float,
        interleave_first,
        interleave_second,
    )
} | {
    "absolute": absolute,
    "copy_sign": copy_sign,
    "minimum": minimum,
    "maximum_number": maximum_number,
    "minimum_number": minimum_number,
    "float32s_at": _array_at(np.float32),
    "float64s_at": _array_at(np.float64),
    "integers_at": _array_at(np.int64),
    "int32s_at": _array_at(np.int32),
    "bytes_at": _array_at(np.uint8),
    "booleans_at": _array_at(np.bool_),
}
