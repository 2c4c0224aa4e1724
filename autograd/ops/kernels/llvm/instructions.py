"""Writes the instructions of LLVM: variables, blocks, numbers, and the elements of arrays."""

from __future__ import annotations

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
ORDER = {"i1": 0, "i32": 1, "i64": 2, "float": 3, "double": 4}


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

    def jump(self, label: str, note: str = "") -> None:
        """Go on in a block; the note is about the loop that this ends."""
        self.write(f"br label %{label}{note}")

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
            ("i32", "i64"): "sext",
            ("i64", "i32"): "trunc",
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
        fits = fits or (own.type == INTEGER and type.scalar == "i32")  # the bits of a float32
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
        flag = "nsw " if a.type == INTEGER else ""  # others are bits of numbers, which may wrap
        return self.new(f"{word} {flag}{a}, {b.text}", a.type)

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
