"""The tape: one kernel that computes any list of operations on single numbers.

A compiled function of arrays has a kernel of its own.  A function of single numbers, such as
micrograd's, has tens of thousands of operations, each on one or two numbers, and LLVM would compile
it for minutes.  Instead the list of operations is data, the *tape*, and this kernel reads it:

    values    all numbers of the program, one place for each
    runs      pairs: an operation, and how many lines in succession do it
    places    for every line, the places of its inputs in ``values``

The result of each line goes to the next place.  So the kernel is compiled once for all programs.
Lines are sorted into runs of one operation (`autograd.compiler.executors.runs`), and so it looks up
which operation it is once for a run, and not for every line.

When all is computed, the kernel notes in the next place whether all results are finite, and copies
the numbers that are wanted outside to the places after it, where they lie in a row.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from autograd.ops.kernels.llvm import words
from autograd.ops.kernels.llvm.libm import IN_PYTHON
from autograd.ops.kernels.llvm.library import Library

# Each operation on x, y and z, in the language of kernels.  Its number is its place here.
OPERATIONS = {
    "add": "x + y",
    "subtract": "x - y",
    "multiply": "x * y",
    "divide": "x / y",
    "negative": "-x",
    "copy": "x",
    "reciprocal": "1.0 / x",
    "power": "libm_pow(x, y)",
    "sqrt": "square_root(x)",
    "cbrt": "libm_cbrt(x)",
    "exp": "libm_exp(x)",
    "exp2": "libm_exp2(x)",
    "expm1": "libm_expm1(x)",
    "log": "libm_log(x)",
    "log2": "libm_log2(x)",
    "log10": "libm_log10(x)",
    "log1p": "libm_log1p(x)",
    "sin": "libm_sin(x)",
    "cos": "libm_cos(x)",
    "sinh": "libm_sinh(x)",
    "cosh": "libm_cosh(x)",
    "tanh": "libm_tanh(x)",
    "arcsin": "libm_asin(x)",
    "arccos": "libm_acos(x)",
    "arctan": "libm_atan(x)",
    "arcsinh": "libm_asinh(x)",
    "arccosh": "libm_acosh(x)",
    "arctanh": "libm_atanh(x)",
    "hypot": "libm_hypot(x, y)",
    "arctan2": "libm_atan2(x, y)",
    "erf": "libm_erf(x)",
    "erfc": "libm_erfc(x)",
    # Below -37, 1 + exp(-x) is exp(-x), to the last digit; and nothing overflows.
    "sigmoid": "1.0 / (1.0 + libm_exp(-x)) if x >= -37.0 else libm_exp(x)",
    "softplus": "(x if x > 0.0 else 0.0) + libm_log1p(libm_exp(-libm_fabs(x)))",
    # NaN is the result if it is an input; of fmax and fmin, only if both are.
    "maximum": "x if x >= y or is_nan(x) else y",
    "minimum": "x if x <= y or is_nan(x) else y",
    "fmax": "x if x >= y or is_nan(y) else y",
    "fmin": "x if x <= y or is_nan(y) else y",
    "absolute": "libm_fabs(x)",
    "sign": "1.0 if x > 0.0 else -1.0 if x < 0.0 else 0.0 if x == 0.0 else x",
    "copysign": "libm_copysign(x, y)",
    "floor": "libm_floor(x)",
    "ceil": "libm_ceil(x)",
    "trunc": "libm_trunc(x)",
    "rint": "libm_rint(x)",
    "where": "y if x != 0.0 else z",
    # True is 1 and False is 0.
    "equal": "x == y",
    "not_equal": "x != y",
    "less": "x < y",
    "less_equal": "x <= y",
    "greater": "x > y",
    "greater_equal": "x >= y",
    "logical_and": "x != 0.0 and y != 0.0",
    "logical_or": "x != 0.0 or y != 0.0",
    "logical_not": "x == 0.0",
    "isnan": "is_nan(x)",
    "isinf": "libm_fabs(x) == 1e999",
    "isfinite": "libm_fabs(x) < 1e999",
}
CODES = {name: code for code, name in enumerate(OPERATIONS)}

_KERNEL = """\
def tape(values: Floats, runs: Integers, places: Integers, first: int, count: int, wanted: int):
    at = 0
    to = first
    for run in range(count):
        operation = runs[2 * run]
        length = runs[2 * run + 1]
{branches}
        to = to + length
    infinite = 0
    for i in range(first, to):
        if not libm_fabs(values[i]) < 1e999:
            infinite = infinite + 1
    values[to] = 1.0 if infinite == 0 else 0.0
    for i in range(wanted):
        values[to + 1 + i] = values[places[at + i]]
"""

_BRANCH = """\
        if operation == {code}:  # {name}
            for i in range(length):
{reads}
                values[to + i] = {expression}
            at = at + {inputs} * length
"""


def inputs_of(name: str) -> int:
    """Return how many inputs an operation of the tape has.

    Examples
    --------
    >>> from autograd.ops.kernels.llvm.tape import inputs_of
    >>> inputs_of("exp"), inputs_of("add"), inputs_of("where")
    (1, 2, 3)
    """
    used = compile(OPERATIONS[name], name, "eval").co_names
    return sum(x in used for x in "xyz")


def source() -> str:
    """Return the text of the kernel, in the language of kernels."""
    return _KERNEL.format(branches="\n".join(map(_branch, OPERATIONS)))


def _branch(name: str) -> str:
    inputs = inputs_of(name)
    reads = [
        f"                {x} = values[places[at + {inputs} * i + {k}]]"
        for k, x in enumerate("xyz"[:inputs])
    ]
    return _BRANCH.format(
        code=CODES[name],
        name=name,
        reads="\n".join(reads),
        expression=OPERATIONS[name],
        inputs=inputs,
    )


@cache
def kernels() -> Library:
    """Return the kernel, to be compiled for a dtype."""
    return Library(source())


def in_python() -> Callable[..., None]:
    """Return the kernel as a function of Python on arrays: the plain form of the compiled one."""
    space: dict[str, Any] = {**vars(words), **IN_PYTHON}
    exec(source(), space)
    found: Callable[..., None] = space["tape"]
    return found
