"""The words of `autograd.ops.kernels.llvm.words`, in instructions of LLVM."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import Any

from autograd.ops.kernels.llvm.instructions import Writer
from autograd.ops.kernels.llvm.types import (
    CONDITION,
    DOUBLE,
    INTEGER,
    Constant,
    Pointer,
    Type,
    Value,
    constant,
)


def registers(writer: Writer, like: Pointer, width: int, *counts: int) -> dict[Any, Value]:
    """Make place for vectors of zeros."""
    type = like.element.vector(width)
    found = {numbers: writer.place(type) for numbers in product(*map(range, counts))}
    for place in found.values():
        writer.write(f"store {type} zeroinitializer, ptr {place.text}")
    return found


def zeros(writer: Writer, like: Pointer, width: int) -> Value:
    """Return a constant."""
    return Value("zeroinitializer", like.element.vector(width))


def fill(writer: Writer, number: Value | Constant, width: int) -> Value:
    """Repeat a number."""
    number = writer.as_value(number)
    return writer.converted(number, number.type.vector(width))


def _vector_of(x: Pointer, width: int) -> Type:
    """Return the type of a vector in an array, whose elements are the same in memory."""
    if x.stored != x.element.scalar or width < 1:
        raise TypeError(f"there are no vectors of {width} numbers of {x.dtype}")
    return x.element.vector(width)


def load(writer: Writer, x: Pointer, at: Value, width: int) -> Value:
    """Read a vector; of its place it is known only that an element may be there."""
    type = _vector_of(x, width)
    address = writer.address(x, at)
    return writer.new(f"load {type}, ptr {address}, align {x.dtype.itemsize}", type)


def load_every(
    writer: Writer,
    x: Pointer,
    at: Value,
    step: int,
    first: Value,
    last: Value,
    width: int,
    other: Value | Constant = 0.0,
) -> Value:
    """Read neighbours, or every second of two vectors; else each from an address of its own."""
    rest = writer.converted(other, _vector_of(x, width))
    if step == 1:
        return _masked(writer, x, at, inside(writer, first, last, width), rest)
    if step == 2:
        return _every_second(writer, x, at, first, last, rest)
    return _gathered(writer, x, at, step, inside(writer, first, last, width), rest)


def _masked(writer: Writer, x: Pointer, at: Value, mask: Value, rest: Value) -> Value:
    address = Value(writer.address(x, at), Type("ptr"))
    name = f"llvm.masked.load.{rest.type.suffix}.p0"
    found: Value = writer.intrinsic(name, rest.type, address, _alignment(x), mask, rest)
    return found


def _every_second(
    writer: Writer, x: Pointer, at: Value, first: Value, last: Value, rest: Value
) -> Value:
    width = rest.type.lanes
    first, last = (writer.as_value(count) for count in (first, last))
    low = writer.arithmetic("add", first, first)  # so many numbers are before the first
    high = writer.arithmetic("add", last, writer.arithmetic("sub", last, constant(1, INTEGER)))
    lanes = constant(width, INTEGER)
    far = [writer.arithmetic("sub", count, lanes) for count in (low, high)]
    here = _masked(writer, x, at, inside(writer, low, high, width), rest)
    then = writer.arithmetic("add", writer.converted(at, INTEGER), lanes)
    end = smaller(writer, far[1], width - 1)  # the last number of the second vector is not chosen
    more = _masked(writer, x, then, inside(writer, far[0], end, width), rest)
    chosen = ", ".join(f"i32 {2 * i}" for i in range(width))
    return writer.new(f"shufflevector {here}, {more}, <{width} x i32> <{chosen}>", rest.type)


def _gathered(writer: Writer, x: Pointer, at: Value, step: int, mask: Value, rest: Value) -> Value:
    width = rest.type.lanes
    steps = ", ".join(f"i64 {step * i}" for i in range(width))
    base = writer.address(x, at)
    places = f"getelementptr {x.stored}, ptr {base}, <{width} x i64> <{steps}>"
    address = writer.new(places, Type("ptr", width))
    name = f"llvm.masked.gather.{rest.type.suffix}.v{width}p0"
    found: Value = writer.intrinsic(name, rest.type, address, _alignment(x), mask, rest)
    return found


def _alignment(x: Pointer) -> Value:
    """Return of what size the addresses of elements are multiples."""
    return Value(str(x.dtype.itemsize), Type("i32"))


def load_between(
    writer: Writer, x: Pointer, at: Value, first: Value, last: Value, width: int
) -> Value:
    """Read some elements of a vector."""
    return load_every(writer, x, at, 1, first, last, width)


def store(writer: Writer, x: Pointer, at: Value, vector: Value) -> None:
    """Write a vector."""
    vector = writer.converted(vector, _vector_of(x, vector.type.lanes))
    writer.write(f"store {vector}, ptr {writer.address(x, at)}, align {x.dtype.itemsize}")


def store_first(writer: Writer, x: Pointer, at: Value, vector: Value, count: Value) -> None:
    """Write some elements of a vector."""
    vector = writer.converted(vector, _vector_of(x, vector.type.lanes))
    name = f"llvm.masked.store.{vector.type.suffix}.p0"
    address = Value(writer.address(x, at), Type("ptr"))
    mask = _before(writer, vector.type, count)
    writer.intrinsic(name, None, vector, address, _alignment(x), mask)


def repeated(writer: Writer, vector: Value, times: int, part: int) -> Value:
    """Choose from a vector."""
    width = vector.type.lanes
    chosen = ", ".join(f"i32 {(part * width + i) // times}" for i in range(width))
    mask = f"<{width} x i32> <{chosen}>"
    return writer.new(f"shufflevector {vector}, {vector.type} poison, {mask}", vector.type)


def total(writer: Writer, vector: Value) -> Value:
    """Add the elements of a vector; `reassoc` lets them be added in pairs."""
    type = Type(vector.type.scalar)
    name = f"llvm.vector.reduce.fadd.{vector.type.suffix}"
    return writer.intrinsic(name, type, constant(-0.0, type), vector, flags="reassoc ")


def multiply_add(
    writer: Writer, a: Value | Constant, b: Value | Constant, c: Value | Constant
) -> Value:
    """Multiply and add, in one instruction where there is one."""
    a, b = writer.alike(a, b)
    c, a = writer.alike(c, a)
    return writer.intrinsic(f"llvm.fmuladd.{c.type.suffix}", c.type, a, b, c)


def choose(writer: Writer, condition: Value, a: Value, b: Value) -> Value:
    """Choose element by element."""
    a, b = writer.alike(a, b)
    return writer.new(f"select {condition}, {a}, {b}", a.type)


def both(writer: Writer, a: Value, b: Value) -> Value:
    """Combine conditions."""
    if a.type != b.type or a.type.scalar != CONDITION.scalar:
        raise TypeError("two conditions are combined")
    return writer.new(f"and {a}, {b.text}", a.type)


def inside(writer: Writer, first: Value | Constant, last: Value | Constant, width: int) -> Value:
    """Compare the numbers of elements with both bounds."""
    type = Type("i1", width)
    below, above = _before(writer, type, last), _before(writer, type, first)
    ones = writer.converted(constant(1, CONDITION), type)
    return both(writer, below, writer.new(f"xor {above}, {ones.text}", type))


def _before(writer: Writer, type: Type, count: Value | Constant) -> Value:
    """Return which elements of a vector have a number below the count."""
    few = smaller(writer, larger(writer, count, 0), type.lanes)
    short = writer.new(f"trunc {writer.as_value(few)} to i32", Type("i32"))
    integers = Type("i32", type.lanes)
    lanes = ", ".join(f"i32 {i}" for i in range(type.lanes))
    below = writer.converted(short, integers)
    return writer.compare("slt", "olt", Value(f"<{lanes}>", integers), below)


def numbers(writer: Writer, width: int) -> Value:
    """Return a constant."""
    several = ", ".join(f"i64 {i}" for i in range(width))
    return Value(f"<{several}>", INTEGER.vector(width))


def same(writer: Writer, a: Value, b: Value) -> Value:
    """Compare, where only NaN is unordered with itself."""
    a, b = writer.alike(a, b)
    equal = writer.compare("eq", "oeq", a, b)
    unordered = both(writer, is_nan(writer, a), is_nan(writer, b))
    return writer.new(f"or {equal}, {unordered.text}", equal.type)


def maximum(writer: Writer, a: Value, b: Value) -> Value:
    """Take the larger ones; a NaN of either is the result."""
    a, b = writer.alike(a, b)
    found: Value = writer.intrinsic(f"llvm.maximum.{a.type.suffix}", a.type, a, b)
    return found


def square_root(writer: Writer, x: Value) -> Value:
    """Take the square root."""
    if not x.type.is_float:
        x = writer.converted(x, DOUBLE.vector(x.type.lanes))
    return writer.intrinsic(f"llvm.sqrt.{x.type.suffix}", x.type, x)


def smaller(writer: Writer, a: Value | Constant, b: Value | Constant) -> Value | Constant:
    """Choose the smaller of two integers."""
    if not isinstance(a, Value) and not isinstance(b, Value):
        return min(a, b)
    return writer.intrinsic("llvm.smin.i64", INTEGER, *_integers(writer, a, b))


def larger(writer: Writer, a: Value | Constant, b: Value | Constant) -> Value | Constant:
    """Choose the larger of two integers."""
    if not isinstance(a, Value) and not isinstance(b, Value):
        return max(a, b)
    return writer.intrinsic("llvm.smax.i64", INTEGER, *_integers(writer, a, b))


def _integers(writer: Writer, a: Value | Constant, b: Value | Constant) -> tuple[Value, Value]:
    a, b = writer.alike(a, b)
    if a.type != INTEGER:
        raise TypeError("two integers are compared")
    return a, b


def is_nan(writer: Writer, x: Value) -> Value:
    """Compare a number with itself, which NaN does not equal."""
    return writer.compare("ne", "une", x, x)


WORDS: dict[str, Callable[..., Any]] = {
    word.__name__: word
    for word in (
        registers,
        zeros,
        fill,
        load,
        load_every,
        load_between,
        store,
        store_first,
        repeated,
        total,
        multiply_add,
        square_root,
        smaller,
        larger,
        is_nan,
        choose,
        both,
        inside,
        numbers,
        same,
        maximum,
    )
}
