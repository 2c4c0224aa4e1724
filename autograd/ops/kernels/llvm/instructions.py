"""The instructions of LLVM that operators and words of kernels become."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import Any

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

# Numbers of different types are computed with in the later one of theirs.
ORDER = {"i1": 0, "i64": 1, "float": 2, "double": 3}


class Writer:
    """Writes the instructions of one function.

    Parameters
    ----------
    declared : dict from str to str
        The functions of LLVM that the module uses, to which new ones are added.
    """

    def __init__(self, declared: dict[str, str]) -> None:
        self.declared = declared
        self.places: list[str] = []
        self.written: list[str] = []
        self.count = 0

    def lines(self) -> list[str]:
        """Return the lines of the function, those that make place on the stack first."""
        return [*self.places, *self.written]

    def write(self, line: str) -> None:
        """Write an instruction without a result."""
        self.written.append(f"  {line}")

    def new(self, instruction: str, type: Type) -> Value:
        """Write an instruction with a result."""
        self.count += 1
        self.write(f"%.{self.count} = {instruction}")
        return Value(f"%.{self.count}", type)

    def intrinsic(self, name: str, result: Type | None, *args: Value, flags: str = "") -> Any:
        """Call a function of LLVM."""
        kinds = ", ".join(str(a.type) for a in args)
        self.declared[name] = f"declare {result or 'void'} @{name}({kinds})"
        call = f"call {flags}{result or 'void'} @{name}({', '.join(map(str, args))})"
        return self.write(call) if result is None else self.new(call, result)

    # Places on the stack, and blocks

    def place(self, type: Type) -> Value:
        """Make place for a variable."""
        self.count += 1
        self.places.append(f"  %.{self.count} = alloca {type}")
        return Value(f"%.{self.count}", type)

    def read(self, place: Value) -> Value:
        """Read a variable."""
        return self.new(f"load {place.type}, ptr {place.text}", place.type)

    def assign(self, place: Value, value: Value | Constant) -> None:
        """Set a variable, whose type stays that of its first value."""
        type = self.as_value(value).type
        weak = isinstance(value, float) and place.type.is_float
        if not weak and ORDER[type.scalar] > ORDER[place.type.scalar]:
            raise TypeError(f"a variable that is {place.type} cannot become {type}")
        self.write(f"store {self.converted(value, place.type)}, ptr {place.text}")

    def label(self) -> str:
        """Return a new name for a block."""
        self.count += 1
        return f"block.{self.count}"

    def begin(self, label: str, after_branch: bool = False) -> None:
        """Begin a block."""
        if not after_branch:
            self.jump(label)
        self.written.append(f"{label}:")

    def jump(self, label: str) -> None:
        """Go on in a block."""
        self.write(f"br label %{label}")

    def branch(self, condition: Value, then: str, other: str) -> None:
        """Go on in one of two blocks."""
        self.write(f"br {condition}, label %{then}, label %{other}")

    # Numbers

    def as_value(self, x: Value | Constant) -> Value:
        """Return a number that is known as a value: an integer or a double."""
        if isinstance(x, Value):
            return x
        kind = CONDITION if isinstance(x, bool) else INTEGER if isinstance(x, int) else DOUBLE
        return constant(x, kind)

    def converted(self, x: Value | Constant, type: Type) -> Value:
        """Return a number as one of a type; for a vector, all its elements."""
        if not isinstance(x, Value):
            x = constant(x, Type(type.scalar))
        if x.type.scalar != type.scalar:
            x = self._cast(x, Type(type.scalar, x.type.lanes))
        if x.type == type:
            return x
        if x.type.lanes or not type.lanes:
            raise TypeError(f"a value of type {x.type} cannot become {type}")
        first = self.new(f"insertelement {type} poison, {x}, i64 0", type)
        mask = f"<{type.lanes} x i32> zeroinitializer"
        return self.new(f"shufflevector {first}, {type} poison, {mask}", type)

    def _cast(self, x: Value, type: Type) -> Value:
        casts = {
            ("i64", "float"): "sitofp",
            ("i64", "double"): "sitofp",
            ("i1", "float"): "uitofp",
            ("i1", "double"): "uitofp",
            ("i1", "i64"): "zext",
            ("float", "double"): "fpext",
            ("double", "float"): "fptrunc",
            ("float", "i64"): "fptosi",
            ("double", "i64"): "fptosi",
        }
        cast = casts.get((x.type.scalar, type.scalar))
        if cast is None:
            raise TypeError(f"a number that is {x.type} cannot become {type}")
        return self.new(f"{cast} {x} to {type}", type)

    def alike(self, a: Value | Constant, b: Value | Constant) -> tuple[Value, Value]:
        """Return two numbers as values of one type, the wider of theirs."""
        a, b = self._beside(a, b), self._beside(b, a)
        wide = max(a.type.scalar, b.type.scalar, key=ORDER.__getitem__)
        type = Type(wide, max(a.type.lanes, b.type.lanes))
        return self.converted(a, type), self.converted(b, type)

    def _beside(self, x: Value | Constant, other: Value | Constant) -> Value:
        """Return a number as a value; if it is known, of the type of the other, where it fits."""
        own, type = self.as_value(x), self.as_value(other).type
        fits = type.is_float or ORDER[own.type.scalar] <= ORDER[type.scalar]
        return own if isinstance(x, Value) or not fits else self.converted(x, type)

    def arithmetic(self, word: str, a: Value, b: Value) -> Value:
        """Add, subtract, multiply or divide two values of one type."""
        if a.type.is_float:
            return self.new(f"f{word} {a}, {b.text}", a.type)
        if a.type.scalar == CONDITION.scalar:
            raise TypeError("conditions are no numbers; write `1 if condition else 0`")
        if word == "div":
            a, b = (self.converted(x, Type("double", x.type.lanes)) for x in (a, b))
            return self.arithmetic(word, a, b)
        return self.new(f"{word} nsw {a}, {b.text}", a.type)

    def divided(self, a: Value, b: Value, remainder: bool) -> Value:
        """Divide integers as Python does, which rounds down; return quotient or remainder."""
        if a.type.lanes or b.text == "0":
            raise TypeError("one integer is divided by another, which is not 0")
        rest = self.new(f"srem {a}, {b.text}", a.type)
        signs = self.new(f"xor {rest}, {b.text}", a.type)
        differ = self.compare("slt", "olt", signs, constant(0, INTEGER))
        some = self.compare("ne", "une", rest, constant(0, INTEGER))
        wrong = self.new(f"and {differ}, {some.text}", CONDITION)
        if remainder:
            more = self.new(f"select {wrong}, {b}, i64 0", a.type)
            return self.new(f"add {rest}, {more.text}", a.type)
        quotient = self.new(f"sdiv {a}, {b.text}", a.type)
        less = self.new(f"zext {wrong} to i64", a.type)
        return self.new(f"sub {quotient}, {less.text}", a.type)

    def compare(self, for_integers: str, for_floats: str, a: Value, b: Value) -> Value:
        """Compare two values of one type."""
        if a.type.scalar == CONDITION.scalar and for_integers not in ("eq", "ne"):
            a, b = (self.converted(x, INTEGER.vector(x.type.lanes)) for x in (a, b))
        how = f"fcmp {for_floats}" if a.type.is_float else f"icmp {for_integers}"
        return self.new(f"{how} {a}, {b.text}", Type("i1", a.type.lanes))

    def truth(self, x: Value) -> Value:
        """Return whether a number is true: 0 is not."""
        if x.type.lanes:
            raise TypeError("a vector is neither true nor false")
        zero = constant(0, x.type)
        return x if x.type == CONDITION else self.compare("ne", "une", x, zero)

    def opposite(self, condition: Value) -> Value:
        """Return the opposite of a condition."""
        return self.new(f"xor {condition}, true", CONDITION)

    # Arrays

    def address(self, x: Pointer, at: Value | Constant) -> str:
        """Return the address of an element."""
        if self.as_value(at).type not in (INTEGER, CONDITION):
            raise TypeError("a place in an array is an integer")
        place = self.converted(at, INTEGER)
        return self.new(f"getelementptr inbounds {x.stored}, {x}, {place}", INTEGER).text

    def element(self, x: Pointer, at: Value | Constant) -> Value:
        """Read an element."""
        address = self.address(x, at)
        read = self.new(f"load {x.stored}, ptr {address}", x.element)
        if x.stored == x.element.scalar:
            return read
        if x.element == CONDITION:
            return self.new(f"icmp ne i8 {read.text}, 0", CONDITION)
        extend = "zext" if x.dtype.kind == "u" else "sext"
        return self.new(f"{extend} {x.stored} {read.text} to i64", INTEGER)

    def store(self, x: Pointer, at: Value | Constant, value: Value | Constant) -> None:
        """Write an element."""
        value = self.converted(value, x.element)
        if x.stored != x.element.scalar:
            change = "zext" if x.element == CONDITION else "trunc"
            value = self.new(f"{change} {value} to {x.stored}", Type(x.stored))
        self.write(f"store {value}, ptr {self.address(x, at)}")

    def lanes(self, type: Type) -> Value:
        """Return the numbers of the elements of a vector."""
        numbers = ", ".join(f"i32 {i}" for i in range(type.lanes))
        return Value(f"<{numbers}>", Type("i32", type.lanes))

    def before(self, type: Type, count: Value | Constant) -> Value:
        """Return which elements of a vector have a number below the count."""
        few = smaller(self, larger(self, count, 0), type.lanes)
        short = self.new(f"trunc {self.as_value(few)} to i32", Type("i32"))
        return self.compare(
            "slt", "olt", self.lanes(type), self.converted(short, Type("i32", type.lanes))
        )


# The words of kernels, as `autograd.ops.kernels.llvm.words` has them in Python.


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
    align = Value(str(x.dtype.itemsize), Type("i32"))
    name = f"llvm.masked.load.{rest.type.suffix}.p0"
    found: Value = writer.intrinsic(name, rest.type, address, align, mask, rest)
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
    align = Value(str(x.dtype.itemsize), Type("i32"))
    name = f"llvm.masked.gather.{rest.type.suffix}.v{width}p0"
    found: Value = writer.intrinsic(name, rest.type, address, align, mask, rest)
    return found


def load_between(
    writer: Writer, x: Pointer, at: Value, first: Value, last: Value, width: int
) -> Value:
    """Read some elements of a vector."""
    return load_every(writer, x, at, 1, first, last, width)


def load_turned(writer: Writer, x: Pointer, at: Value, step: Value, width: int) -> dict[Any, Value]:
    """Read a square block, and swap halves, then halves of those, and so on, between its rows."""
    step = writer.as_value(step)
    rows = []
    for j in range(width):
        far = writer.arithmetic("mul", step, constant(j, INTEGER))
        rows.append(load(writer, x, writer.arithmetic("add", writer.as_value(at), far), width))
    distance = width // 2
    while distance:
        for i in range(width):
            if not i & distance:
                a, b = rows[i], rows[i + distance]
                rows[i] = _mixed(writer, a, b, distance, 0)
                rows[i + distance] = _mixed(writer, a, b, distance, distance)
        distance //= 2
    found = {(i,): writer.place(row.type) for i, row in enumerate(rows)}
    for i, row in enumerate(rows):
        writer.assign(found[i,], row)
    return found


def _mixed(writer: Writer, a: Value, b: Value, distance: int, first: int) -> Value:
    """Take from two vectors the elements whose number has, or has not, a bit."""
    width = a.type.lanes
    chosen = [
        (i + first if not i & distance else width + i - distance + first) for i in range(width)
    ]
    mask = ", ".join(f"i32 {i}" for i in chosen)
    return writer.new(f"shufflevector {a}, {b}, <{width} x i32> <{mask}>", a.type)


def store(writer: Writer, x: Pointer, at: Value, vector: Value) -> None:
    """Write a vector."""
    vector = writer.converted(vector, _vector_of(x, vector.type.lanes))
    writer.write(f"store {vector}, ptr {writer.address(x, at)}, align {x.dtype.itemsize}")


def store_first(writer: Writer, x: Pointer, at: Value, vector: Value, count: Value) -> None:
    """Write some elements of a vector."""
    vector = writer.converted(vector, _vector_of(x, vector.type.lanes))
    name = f"llvm.masked.store.{vector.type.suffix}.p0"
    address = Value(writer.address(x, at), Type("ptr"))
    align = Value(str(x.dtype.itemsize), Type("i32"))
    writer.intrinsic(name, None, vector, address, align, writer.before(vector.type, count))


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


def multiply_add(writer: Writer, a: Value, b: Value, c: Value) -> Value:
    """Multiply and add, in one instruction where there is one."""
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
    below, above = writer.before(type, last), writer.before(type, first)
    ones = writer.converted(constant(1, CONDITION), type)
    return both(writer, below, writer.new(f"xor {above}, {ones.text}", type))


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
        load_turned,
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
