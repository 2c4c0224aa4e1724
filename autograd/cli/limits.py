"""Bounds on what a text of ``glassgrad explain`` may compute, checked before it is computed.

A text of a few letters can describe an array that fits into no memory: ``zeros((10**9,))``.  So
every result takes its numbers from one budget, and a call is refused if an estimate of its result
from above, made from the sizes of its arguments, is too large.  As results are bounded, so are the
sizes of arguments, and with them the time that any one call takes.
"""

from __future__ import annotations

import inspect
import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np

from autograd.cli.vocabulary import DTYPES
from autograd.core.tensor import Tensor
from autograd.errors import ExpressionError

NUMBERS = 1_000_000  # that all results of a text may have together
LARGEST = 4_000_000  # estimate of a result that is a sum of products
COUNT = 1_000  # largest length, number of copies, step or axis

# In a signature, what stands for lengths and counts, and what for words.
_COUNTS = re.compile(r"\bint\b|Sizes|Shape|Padding|Scalar")
_DATA = {("pad", "constant_values"), ("roll", "shift")}
_KEPT = {"name", "requires_grad"}  # options that a text does not set

# Of these the result can have as many elements as the sizes of all operands multiplied; of those
# that add up products, it nearly always has fewer ...
_SUMS = {"conv", "conv_transpose", "einsum", "multi_dot", "tensordot"}
_INNER = {"dot", "inner", "matmul", "vdot", "vecdot"}  # fewer by the length of an axis
_PRODUCTS = _SUMS | _INNER | {"getitem", "kron", "meshgrid", "outer", "take"}
# ... of these as many as their operand's size squared ...
_SQUARES = {
    *("cholesky", "diag", "diagflat", "eigh", "inv", "lstsq", "matrix_power", "pinv", "qr"),
    *("slogdet", "solve", "svd", "svdvals"),
}
# ... and of these as many as their lengths and counts multiplied, for each element of an operand.
_GROWING = {
    *("arange", "broadcast_to", "conv_transpose", "eye", "fold", "full", "identity", "linspace"),
    *("max_unpool", "one_hot", "ones", "pad", "repeat", "scatter_add", "tile", "unfold"),
    *("vander", "zeros"),
}


class Budget:
    """How many numbers the results of a text may still have."""

    def __init__(self) -> None:
        self._left = NUMBERS

    def spend(self, result: Any) -> Any:
        """Take the numbers of a result, and return it."""
        self._left -= sum(map(_size, _operands(result)))
        if self._left < 0:
            raise ExpressionError(f"more than {NUMBERS:,} numbers in all; {_REMEDY}")
        return result

    def check(
        self, function: Callable[..., Any], args: Sequence[Any], options: Mapping[str, Any]
    ) -> None:
        """Refuse a call whose result would be too large, or whose texts choose nothing."""
        name = function.__name__
        counts = 1
        for parameter, value in _bound(function, args, options):
            _check_words(name, parameter, value)
            if _COUNTS.search(str(parameter.annotation)) or parameter.name == "repeats":
                counts *= _count(parameter.name, value, (name, parameter.name) in _DATA)
        size = _estimate(function, list(_operands([args, list(options.values())])), counts)
        if size > (LARGEST if name in _SUMS else self._left):
            raise ExpressionError(
                f"too large, as all arrays together have {NUMBERS:,} numbers at the most; {_REMEDY}"
            )


_REMEDY = "choose smaller lengths"


def _estimate(function: Callable[..., Any], operands: Sequence[Any], counts: int) -> int:
    """Return how many numbers a result has at the most."""
    name = function.__name__
    sizes = [max(1, _size(x)) for x in operands]
    if getattr(getattr(function, "primitive", None), "elementwise", False):
        try:
            return math.prod(np.broadcast_shapes(*map(np.shape, operands)))
        except ValueError:
            return 0  # the call itself says that the shapes do not fit
    size = math.prod(sizes) if name in _PRODUCTS else sum(sizes)
    if name in _INNER and operands and np.ndim(operands[0]):
        size //= max(1, np.shape(operands[0])[-1]) ** 2
    if name in _SQUARES:
        size *= size
    return size * counts if name in _GROWING else size


def _bound(
    function: Callable[..., Any], args: Sequence[Any], options: Mapping[str, Any]
) -> Iterator[tuple[inspect.Parameter, Any]]:
    """Yield every parameter of a call with its value; none if Python will refuse the call."""
    signature = _signature(function)
    for name in _KEPT.intersection(options):
        raise ExpressionError(f"{name}= is not an option here; leave it out")
    try:
        given = signature.bind(*args, **options).arguments
    except TypeError:
        yield from ((inspect.Parameter("x", inspect.Parameter.POSITIONAL_ONLY), x) for x in args)
        return
    for name, value in given.items():
        yield signature.parameters[name], value


@cache
def _signature(function: Callable[..., Any]) -> inspect.Signature:
    return inspect.signature(function)


def _check_words(function: str, parameter: inspect.Parameter, value: Any) -> None:
    """Refuse a text where no option is chosen by one."""
    for word in _words(value):
        kind = str(parameter.annotation)
        if re.search(r"\bstr\b", kind) or parameter.name in ("UPLO", "padding"):
            continue
        if "DTypeLike" not in kind:
            raise ExpressionError(f"{parameter.name} is not chosen by a text; give it numbers")
        if word not in DTYPES:
            known = ", ".join(sorted(DTYPES))
            raise ExpressionError(f"{function}: dtype {word!r}: write one of {known}")


def _words(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, (tuple, list)):
        for part in value:
            yield from _words(part)


def _count(name: str, value: Any, data: bool) -> int:
    """Return the product of lengths and counts, each of which must be small."""
    if value is None or isinstance(value, (str, slice)) or data:
        return 1
    numbers = [abs(float(n)) for x in _operands(value) for n in np.ravel(_raw(x)).tolist()]
    largest = max(numbers, default=0.0)
    if largest > COUNT:
        raise ExpressionError(f"{name} has {largest:g}; {COUNT} is the largest number there")
    if name == "step":  # of arange: the smaller, the more numbers
        numbers = [1 / n for n in numbers if n]
    return math.prod(
        math.ceil(n) + 1 if name == "pad_width" else max(1, math.ceil(n)) for n in numbers
    )


def _operands(value: Any) -> Iterator[Any]:
    """Yield the numbers and arrays in nested lists."""
    if isinstance(value, (tuple, list)):
        for part in value:
            yield from _operands(part)
    elif isinstance(value, (Tensor, np.ndarray, np.generic, int, float)):
        yield value


def _raw(x: Any) -> Any:
    return x.data if isinstance(x, Tensor) else x


def _size(x: Any) -> int:
    return int(np.size(_raw(x)))
