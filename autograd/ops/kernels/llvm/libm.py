"""Functions of single numbers, as words of kernels: those of the C library.

``libm_exp(x)`` becomes a call of the library's ``exp``, or of ``expf`` for float32, which is exact
to about the last digit everywhere, and computes one number at a time.  What the processor does by
itself, such as rounding down, becomes an instruction.  As plain Python each is the function of
NumPy's, which may differ in the last digit.
"""

from __future__ import annotations

import ctypes
import math
import operator
import re
import sys
from collections.abc import Callable
from functools import cache, partial
from typing import Any

import numpy as np

from autograd.ops.kernels.llvm.instructions import Writer
from autograd.ops.kernels.llvm.types import DOUBLE, FLOAT, Constant, Value

# Each function of C's, and what it means in Python.
CALLS: dict[str, Callable[..., Any]] = {
    "exp": np.exp,
    "exp2": np.exp2,
    "expm1": np.expm1,
    "log": np.log,
    "log2": np.log2,
    "log10": np.log10,
    "log1p": np.log1p,
    "sin": np.sin,
    "cos": np.cos,
    "sinh": np.sinh,
    "cosh": np.cosh,
    "tanh": np.tanh,
    "asin": np.arcsin,
    "acos": np.arccos,
    "atan": np.arctan,
    "asinh": np.arcsinh,
    "acosh": np.arccosh,
    "atanh": np.arctanh,
    "cbrt": np.cbrt,
    "erf": math.erf,
    "erfc": math.erfc,
    "pow": operator.pow,  # np.power takes a square root for 1/2, which is NaN for -inf
    "hypot": np.hypot,
    "atan2": np.arctan2,
}
# Those that are instructions, under the same names in LLVM.
INSTRUCTIONS: dict[str, Callable[..., Any]] = {
    "fabs": np.fabs,
    "copysign": np.copysign,
    "floor": np.floor,
    "ceil": np.ceil,
    "trunc": np.trunc,
    "rint": np.rint,
}
# Those that LLVM calls for a loop which only copies, or fills with zeros.
MEMORY = {"memcpy", "memmove", "memset"}
IN_PYTHON = {f"libm_{name}": f for name, f in (CALLS | INSTRUCTIONS).items()}


def _called(name: str, writer: Writer, *args: Value | Constant) -> Value:
    """Call a function of the C library."""
    first, *others = _alike(writer, args)
    if first.type.lanes:
        raise TypeError("the C library has no functions of vectors")
    symbol = f"{name}f" if first.type == FLOAT else name
    found: Value = writer.intrinsic(symbol, first.type, first, *others)
    return found


def _instruction(name: str, writer: Writer, *args: Value | Constant) -> Value:
    """Write an instruction that LLVM has as a function."""
    first, *others = _alike(writer, args)
    symbol = f"llvm.{name}.{first.type.suffix}"
    found: Value = writer.intrinsic(symbol, first.type, first, *others)
    return found


def _alike(writer: Writer, args: tuple[Value | Constant, ...]) -> tuple[Value, ...]:
    found = writer.alike(*args) if len(args) == 2 else (writer.as_value(args[0]),)
    if found[0].type.is_float:
        return found
    return tuple(writer.converted(x, DOUBLE.vector(x.type.lanes)) for x in found)


WORDS: dict[str, Callable[..., Any]] = {
    **{f"libm_{name}": partial(_called, name) for name in CALLS},
    **{f"libm_{name}": partial(_instruction, name) for name in INSTRUCTIONS},
}


def define_functions(binding: Any, text: str) -> None:
    """Let LLVM know where the functions of C are that a module calls.

    Raises
    ------
    RuntimeError
        If one is missing here: LLVM would end the whole process.
    """
    found = {name: address_in_c(name) for name in sorted(functions_called(text) | MEMORY)}
    missing = [name for name, address in found.items() if not address]
    if missing:
        raise RuntimeError(f"the C library has no function {', '.join(missing)}")
    for name, address in found.items():
        binding.add_symbol(name, address)


def address_in_c(name: str) -> int:
    """Return where a function of the C library is; 0 if it has none of that name."""
    try:
        function = getattr(_c_library(), name)
    except (AttributeError, OSError):
        return 0
    return ctypes.cast(function, ctypes.c_void_p).value or 0


def functions_called(text: str) -> set[str]:
    """Return the functions from outside that a module of LLVM calls.

    Examples
    --------
    >>> from autograd.ops.kernels.llvm.libm import functions_called
    >>> functions_called("declare double @exp(double)")
    {'exp'}
    """
    return set(re.findall(r"^declare \S+ @(?!llvm\.)(\w+)\(", text, re.MULTILINE))


@cache
def _c_library() -> ctypes.CDLL:
    """Return the C library that this process has loaded."""
    return ctypes.CDLL("ucrtbase" if sys.platform == "win32" else None)
