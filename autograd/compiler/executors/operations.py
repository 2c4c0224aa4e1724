"""Which lines of a program an operation of the tape computes, exactly as NumPy does.

All numbers on a tape have one dtype, with 1 and 0 for True and False.  A number of Python's, which
NumPy takes as of the dtype of the other operand, is a float64 by itself.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd.compiler.program import Line
from autograd.core.recorder import DETACH
from autograd.core.vjp import AS_SAVED
from autograd.ops import (
    compare,
    elementwise,
    inverse_trigonometry,
    logarithms,
    logistic,
    piecewise,
    polar,
    power,
    remainder,
    rounding,
    special,
)

FLOAT32, FLOAT64, BOOL = (np.dtype(x) for x in ("float32", "float64", "bool"))
WEAK = "number"  # of Python's
LARGEST = {dtype: float(np.finfo(dtype).max) for dtype in (FLOAT32, FLOAT64)}

_FUNCTIONS = {
    elementwise: "add subtract multiply divide negative reciprocal sqrt exp expm1 log log1p "
    "sin cos sinh cosh tanh arctan",
    inverse_trigonometry: "arcsin arccos arcsinh arccosh arctanh",
    logarithms: "log2 log10 exp2",
    logistic: "sigmoid softplus",
    piecewise: "where maximum minimum fmax fmin absolute copysign sign floor",
    polar: "hypot arctan2",
    power: "power cbrt",
    remainder: "rint",
    rounding: "ceil trunc",
    special: "erf erfc",
}
_TESTS = (
    "equal not_equal less less_equal greater greater_equal logical_and logical_or logical_not "
    "isnan isinf isfinite"
)

# The operation of the tape that each primitive is.
NUMERIC: dict[Any, str] = {
    getattr(module, name).primitive: name
    for module, names in _FUNCTIONS.items()
    for name in names.split()
}
TESTS: dict[Any, str] = {getattr(compare, name).primitive: name for name in _TESTS.split()}
COPIES = (DETACH, AS_SAVED, elementwise.positive.primitive)


def operation_of(line: Line, given: Sequence[Line], dtype: np.dtype[Any]) -> str | None:
    """Return the operation that computes a line on a tape of a dtype; None if there is none."""
    if line.primitive is None or not _can_be(line, given, dtype):
        return None
    kind = _kind(line)
    if line.primitive is elementwise.cast.primitive:
        return "copy" if kind == dtype.char and _kind(given[0]) != WEAK else None
    if line.params:
        return None
    if line.primitive in COPIES:
        return "copy" if kind == _kind(given[0]) else None
    if line.primitive in TESTS:
        return TESTS[line.primitive]
    return NUMERIC.get(line.primitive) if kind != BOOL.char else None


def _can_be(line: Line, given: Sequence[Line], dtype: np.dtype[Any]) -> bool:
    """Return whether a line and its inputs can be numbers of a dtype."""
    kinds = [_kind(x) for x in given]
    if line.shape or any(x.shape for x in given) or not all(_is_in(x, dtype) for x in given):
        return False
    if not {_kind(line), *kinds} <= {WEAK, BOOL.char, dtype.char}:
        return False
    if dtype == FLOAT64:
        return True
    # Numbers of Python's have the digits of float32 only where they meet one.
    if line.primitive is piecewise.where.primitive and kinds[0] == WEAK:
        return False
    return _kind(line) != WEAK and (WEAK not in kinds or dtype.char in kinds)


def _kind(line: Line) -> str:
    """Return the character of a dtype; float64 as a dtype of NumPy's equals None."""
    return WEAK if line.dtype is None else line.dtype.char


def _is_in(line: Line, dtype: np.dtype[Any]) -> bool:
    """Return whether NumPy takes a number of Python's for one of a dtype, without a warning."""
    if line.kind != "constant" or line.dtype is not None:
        return True
    if type(line.value) is int:
        return abs(line.value) <= 2**53
    return not math.isfinite(line.value) or abs(line.value) <= LARGEST[dtype]
