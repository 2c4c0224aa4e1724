"""Which lines of a program an operation of the tape computes, exactly as NumPy does.

All numbers on a tape have one dtype, with 1 and 0 for True and False.  A number of Python's, which
NumPy takes as of the dtype of the other operand, is a float64 by itself.
"""

from __future__ import annotations

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
    if line.primitive is None or line.shape or not _fits_all(line, given, dtype):
        return None
    if line.primitive is elementwise.cast.primitive:
        return "copy" if line.dtype == dtype and given[0].dtype is not None else None
    if line.params:
        return None
    if line.primitive in COPIES:
        return "copy" if line.dtype == given[0].dtype else None
    if line.primitive in TESTS:
        return TESTS[line.primitive]
    return NUMERIC.get(line.primitive) if line.dtype != BOOL else None


def _fits_all(line: Line, given: Sequence[Line], dtype: np.dtype[Any]) -> bool:
    """Return whether a line and its inputs can be numbers of a dtype."""
    dtypes = [x.dtype for x in given]
    if not all(_fits(x, dtype) for x in (line, *given)):
        return False
    # Among themselves, numbers of Python's have the digits of float64; so has a mask that is one.
    return dtype == FLOAT64 or (
        line.dtype is not None
        and (None not in dtypes or (dtype in dtypes and dtypes[0] is not None))
    )


def _fits(line: Line, dtype: np.dtype[Any]) -> bool:
    if line.shape or line.dtype not in (None, BOOL, dtype):
        return False
    if line.kind != "constant" or type(line.value) is not int:
        return True
    return abs(line.value) <= 2**53  # each of these is a float
