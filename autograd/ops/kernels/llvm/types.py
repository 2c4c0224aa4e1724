"""The types of kernels: integers, conditions, floating-point numbers, vectors of them, arrays."""

from __future__ import annotations

import struct
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np

from autograd.core.types import Array, DTypeLike


@dataclass(frozen=True, slots=True)
class Type:
    """What a register holds.

    Attributes
    ----------
    scalar : str
        In LLVM's words: "i64", "i1" (a condition), "float" or "double".
    lanes : int
        How many of them, in a vector; 0 for a single one.
    """

    scalar: str
    lanes: int = 0

    def __str__(self) -> str:
        return f"<{self.lanes} x {self.scalar}>" if self.lanes else self.scalar

    @property
    def is_float(self) -> bool:
        """Whether it is a floating-point number, or a vector of them."""
        return self.scalar in ("float", "double")

    @property
    def suffix(self) -> str:
        """The type in the names of LLVM's functions, as in ``llvm.fmuladd.v8f32``."""
        short = {"float": "f32", "double": "f64"}.get(self.scalar, self.scalar)
        return f"v{self.lanes}{short}" if self.lanes else short

    def vector(self, lanes: int) -> Type:
        """Return the type of a vector of these."""
        return replace(self, lanes=lanes)


INTEGER = Type("i64")
CONDITION = Type("i1")
FLOAT = Type("float")
DOUBLE = Type("double")

FLOATS = (np.dtype(np.float32), np.dtype(np.float64))

# The element of an array in memory, and the type that it has when it was read.
ELEMENTS: dict[np.dtype, tuple[str, Type]] = {
    np.dtype(np.float32): ("float", FLOAT),
    np.dtype(np.float64): ("double", DOUBLE),
    np.dtype(np.bool_): ("i8", CONDITION),
    np.dtype(np.uint8): ("i8", INTEGER),
    np.dtype(np.int32): ("i32", INTEGER),
    np.dtype(np.int64): ("i64", INTEGER),
}


@dataclass(frozen=True, slots=True)
class Value:
    """A number or vector that is known when the kernel runs.

    Attributes
    ----------
    text : str
        The name of its register, or its constant.
    type : Type
    """

    text: str
    type: Type

    def __str__(self) -> str:
        return f"{self.type} {self.text}"


@dataclass(frozen=True, slots=True)
class Pointer:
    """An array that is a parameter of the kernel.

    Attributes
    ----------
    text : str
        The name of its register.
    dtype : dtype
    """

    text: str
    dtype: np.dtype

    def __str__(self) -> str:
        return f"ptr {self.text}"

    @property
    def stored(self) -> str:
        """The type of an element in memory."""
        return ELEMENTS[self.dtype][0]

    @property
    def element(self) -> Type:
        """The type of an element that was read."""
        return ELEMENTS[self.dtype][1]


Constant: TypeAlias = int | float  # known when the kernel is compiled


def constant(number: Constant, type: Type) -> Value:
    """Return a constant as a value of a type that has no lanes."""
    if type.is_float:
        with np.errstate(over="ignore"):  # what float32 has not is infinite
            exact = float(np.float32(number)) if type == FLOAT else float(number)
        return Value(f"0x{struct.pack('>d', exact).hex().upper()}", type)
    low, high = (0, 1) if type == CONDITION else (-(1 << 63), (1 << 63) - 1)
    if int(number) != number or not low <= number <= high:
        raise TypeError(f"{number} cannot become {type}")
    return Value(str(int(number)), type)


def dtype_of(given: DTypeLike) -> np.dtype:
    """Return a dtype that arrays of kernels may have."""
    dtype = np.dtype(given)
    if dtype not in ELEMENTS:
        raise TypeError(f"kernels have no arrays of {dtype}")
    return dtype


def are_floats(*arrays: Array) -> bool:
    """Return whether arrays have one dtype, that of `Floats`."""
    dtype = arrays[0].dtype
    return dtype in FLOATS and all(x.dtype == dtype for x in arrays)
