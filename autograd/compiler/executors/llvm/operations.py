"""Which lines can be compiled, and what their elements are computed by."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd.compiler.passes.lower import PICK
from autograd.compiler.passes.simplify import VIEWS
from autograd.compiler.program import Line
from autograd.ops import compare, elementwise, logistic, piecewise, power, reduce
from autograd.ops.index import getitem, is_basic, scatter_add
from autograd.ops.linalg import PRODUCTS
from autograd.ops.loss import one_hot_mask
from autograd.ops.shape import reshape

FLOATS = (np.dtype(np.float32), np.dtype(np.float64))
BOOL = np.dtype(np.bool_)
CLASSES = (np.dtype(np.int64), np.dtype(np.int32), np.dtype(np.uint8))

# Elementwise operations on floating-point numbers, as text.
ON_FLOATS: dict[Any, str] = {
    elementwise.add.primitive: "{} + {}",
    elementwise.subtract.primitive: "{} - {}",
    elementwise.multiply.primitive: "{} * {}",
    elementwise.divide.primitive: "{} / {}",
    elementwise.negative.primitive: "-{}",
    elementwise.reciprocal.primitive: "1.0 / {}",
    elementwise.sqrt.primitive: "square_root({})",
    elementwise.exp.primitive: "exp({})",
    elementwise.expm1.primitive: "expm1({})",
    elementwise.log.primitive: "log({})",
    elementwise.log1p.primitive: "log1p({})",
    elementwise.tanh.primitive: "tanh({})",
    elementwise.cast.primitive: "{}",
    reshape.primitive: "{}",
    logistic.sigmoid.primitive: "sigmoid({})",
    logistic.softplus.primitive: "softplus({})",
    piecewise.maximum.primitive: "maximum({}, {})",
    piecewise.minimum.primitive: "minimum({}, {})",
    piecewise.fmax.primitive: "maximum_number({}, {})",
    piecewise.fmin.primitive: "minimum_number({}, {})",
    piecewise.absolute.primitive: "absolute({})",
    piecewise.sign.primitive: "sign({})",
}
POWERS = {0: "1.0", 1: "{0}", 2: "{0} * {0}", 3: "{0} * {0} * {0}"}

COMPARISONS: dict[Any, str] = {
    compare.equal.primitive: "{} == {}",
    compare.not_equal.primitive: "{} != {}",
    compare.less.primitive: "{} < {}",
    compare.less_equal.primitive: "{} <= {}",
    compare.greater.primitive: "{} > {}",
    compare.greater_equal.primitive: "{} >= {}",
    compare.isnan.primitive: "is_nan({})",
    compare.isinf.primitive: "absolute({}) == 1e999",
    compare.isfinite.primitive: "absolute({}) < 1e999",
}
ON_BOOLS: dict[Any, str] = {
    compare.logical_and.primitive: "{} and {}",
    compare.logical_or.primitive: "{} or {}",
    compare.logical_not.primitive: "not {}",
}
WHERE = piecewise.where.primitive
ONE_HOT = one_hot_mask.primitive
SCATTER = scatter_add.primitive
SUM = reduce.sum.primitive
# How a reduction goes on with one more element, and what it begins with.
REDUCTIONS: dict[Any, tuple[str, str]] = {
    SUM: ("accumulate({}, {})", "0.0"),
    reduce.max.primitive: ("maximum({}, {})", "-1e999"),
    reduce.min.primitive: ("minimum({}, {})", "1e999"),
}
# What takes as long as a few dozen additions.
EXPENSIVE = frozenset(
    [
        *(elementwise.exp.primitive, elementwise.expm1.primitive, elementwise.log.primitive),
        *(elementwise.log1p.primitive, elementwise.tanh.primitive),
        *(logistic.sigmoid.primitive, logistic.softplus.primitive),
    ]
)
LARGEST_PRODUCT = 1 << 22  # multiplications, beyond which a product has a call of its own
MOST_TERMS = 4096  # of a product, which are added up one after another


def is_view(line: Line, given: Sequence[Line]) -> bool:
    """Return whether a line only looks at its input in another way."""
    if line.primitive is getitem.primitive:
        return len(given) == 1 and is_basic(line.params.get("index"))
    return line.primitive in VIEWS


def is_product(line: Line) -> bool:
    """Return whether a line is a product of matrices or vectors."""
    return line.primitive in PRODUCTS


def axes_reduced(line: Line, count: int) -> tuple[int, ...]:
    """Return the axes that a reduction is over, of so many."""
    axis = line.params.get("axis")
    if axis is None:
        return tuple(range(count))
    return tuple(sorted({int(a) % count for a in np.atleast_1d(axis)}))


def trailing(axes: Sequence[int], count: int) -> int:
    """Return how many of the last axes are among some axes.

    Examples
    --------
    >>> from autograd.compiler.executors.llvm.operations import trailing
    >>> trailing((0, 2, 3), 4), trailing((0, 1), 4)
    (2, 0)
    """
    found = 0
    while found < count and count - 1 - found in axes:
        found += 1
    return found


def text_of(line: Line, given: Sequence[Line]) -> str:
    """Return how an elementwise line is computed, with a place for every input."""
    if line.primitive is power.power.primitive:
        return POWERS[int(given[1].value)]
    if line.primitive is WHERE:
        return "{1} if {0} else {2}"
    for table in (ON_FLOATS, COMPARISONS, ON_BOOLS):
        if line.primitive in table:
            return table[line.primitive]
    raise KeyError(line.operation)


def is_supported(line: Line, given: Sequence[Line]) -> bool:
    """Return whether a line can be compiled."""
    if line.primitive is None or not line.size or not all(x.size for x in given):
        return False
    check = _CHECKS.get(line.primitive)
    return check is not None and check(line, given)


def _is_float(x: Line) -> bool:
    return x.dtype in FLOATS or (x.dtype is None and type(x.value) is not bool)


def _floats(line: Line, given: Sequence[Line]) -> bool:
    return _is_float(line) and all(_is_float(x) or x.dtype == BOOL for x in given)


def _compares(line: Line, given: Sequence[Line]) -> bool:
    return line.dtype == BOOL and all(map(_is_float, given))


def _bools(line: Line, given: Sequence[Line]) -> bool:
    return line.dtype == BOOL and all(x.dtype == BOOL and x.kind != "constant" for x in given)


def _where(line: Line, given: Sequence[Line]) -> bool:
    return line.dtype in FLOATS and given[0].dtype == BOOL and all(map(_is_float, given[1:]))


def _power(line: Line, given: Sequence[Line]) -> bool:
    base, exponent = given
    return (
        line.dtype in FLOATS
        and base.dtype == line.dtype
        and exponent.kind == "constant"
        and not exponent.shape
        and exponent.value in POWERS
    )


def _reduces(line: Line, given: Sequence[Line]) -> bool:
    (x,) = given
    if x.dtype != line.dtype or x.dtype not in FLOATS or not x.shape:
        return False
    count = len(x.shape)
    axes = axes_reduced(line, count)
    if line.primitive is SUM:
        return bool(axes)
    return 0 < len(axes) == trailing(axes, count)


def _one_hot(line: Line, given: Sequence[Line]) -> bool:
    return given[0].dtype in CLASSES and given[0].kind != "constant" and bool(given[0].shape)


def _pick(line: Line, given: Sequence[Line]) -> bool:
    return given[1].primitive is ONE_HOT and given[0].dtype in FLOATS


def _scatter(line: Line, given: Sequence[Line]) -> bool:
    return (
        len(given) == 1
        and line.dtype in FLOATS
        and given[0].dtype == line.dtype
        and bool(given[0].shape)
        and bool(line.shape)
        and is_basic(line.params.get("index"))
    )


def _product(line: Line, given: Sequence[Line]) -> bool:
    a, b = given
    if len(a.shape) > 2 or len(b.shape) > 2 or {a.dtype, b.dtype} != {line.dtype}:
        return False
    columns = b.shape[1] if len(b.shape) == 2 else 1
    small = a.size * columns <= LARGEST_PRODUCT and a.shape[-1] <= MOST_TERMS
    return line.dtype in FLOATS and small


_CHECKS: dict[Any, Callable[[Line, Sequence[Line]], bool]] = {
    **dict.fromkeys(ON_FLOATS, _floats),
    **dict.fromkeys(COMPARISONS, _compares),
    **dict.fromkeys(ON_BOOLS, _bools),
    **dict.fromkeys(REDUCTIONS, _reduces),
    **dict.fromkeys(PRODUCTS, _product),
    WHERE: _where,
    power.power.primitive: _power,
    ONE_HOT: _one_hot,
    PICK: _pick,
    SCATTER: _scatter,
}
