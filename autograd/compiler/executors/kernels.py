"""Kernels of the NumPy executor: which lines are calls of NumPy, and what they do with memory.

A kernel computes what the forward rule of the primitive computes, by the same function of NumPy.
It writes into memory that is there, and checks nothing, since shapes and dtypes are known.  Two of
them differ by rounding: sums of a matrix along an axis are products with ones.

Each kernel is a function of this module that writes Python: it gets a `Call` and returns rows, the
last of which is the expression for the value.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograd.compiler.passes.buffers import FOREIGN, NEW, OUT, UNKNOWN, VIEW, WRITES, Effect
from autograd.compiler.passes.lower import PICK
from autograd.compiler.passes.simplify import VIEWS, axes_of, is_zero
from autograd.compiler.program import Line
from autograd.ops import compare, conv, elementwise, piecewise, pool, reduce, shape, unfold
from autograd.ops.index import getitem, is_basic
from autograd.ops.linalg import PRODUCTS
from autograd.ops.loss import one_hot_mask

# Elementwise primitives whose forward rule is this function of NumPy.
UFUNCS: dict[Any, np.ufunc] = {
    elementwise.add.primitive: np.add,
    elementwise.subtract.primitive: np.subtract,
    elementwise.multiply.primitive: np.multiply,
    elementwise.divide.primitive: np.divide,
    elementwise.negative.primitive: np.negative,
    elementwise.positive.primitive: np.positive,
    elementwise.sqrt.primitive: np.sqrt,
    elementwise.exp.primitive: np.exp,
    elementwise.expm1.primitive: np.expm1,
    elementwise.log.primitive: np.log,
    elementwise.log1p.primitive: np.log1p,
    elementwise.sin.primitive: np.sin,
    elementwise.cos.primitive: np.cos,
    elementwise.sinh.primitive: np.sinh,
    elementwise.cosh.primitive: np.cosh,
    elementwise.tanh.primitive: np.tanh,
    elementwise.arctan.primitive: np.arctan,
    piecewise.maximum.primitive: np.maximum,
    piecewise.minimum.primitive: np.minimum,
    piecewise.fmax.primitive: np.fmax,
    piecewise.fmin.primitive: np.fmin,
    piecewise.absolute.primitive: np.absolute,
    compare.equal.primitive: np.equal,
    compare.not_equal.primitive: np.not_equal,
    compare.less.primitive: np.less,
    compare.less_equal.primitive: np.less_equal,
    compare.greater.primitive: np.greater,
    compare.greater_equal.primitive: np.greater_equal,
    compare.logical_and.primitive: np.logical_and,
    compare.logical_or.primitive: np.logical_or,
    compare.logical_not.primitive: np.logical_not,
    compare.isnan.primitive: np.isnan,
    compare.isinf.primitive: np.isinf,
    compare.isfinite.primitive: np.isfinite,
}
BY_KEYWORD = (np.maximum, np.minimum)  # which warn of a third argument by position

# Numbers are computed by operators of Python's, as the forward rules of these do.
OPERATORS = {
    elementwise.add.primitive: "{} + {}",
    elementwise.subtract.primitive: "{} - {}",
    elementwise.multiply.primitive: "{} * {}",
    elementwise.divide.primitive: "{} / {}",
    elementwise.negative.primitive: "-{}",
    elementwise.reciprocal.primitive: "1 / {}",
}

# Of which Python refuses what NumPy answers with inf.
REFUSING = (elementwise.divide.primitive, elementwise.reciprocal.primitive)

REDUCTIONS: dict[Any, np.ufunc] = {
    reduce.sum.primitive: np.add,
    reduce.max.primitive: np.maximum,
    reduce.min.primitive: np.minimum,
}

# Of windows: their forward rules make an array, which is never one that they are given.
WINDOWED = frozenset(
    [
        *(conv.conv.primitive, conv.map_to_image.primitive, conv.map_to_kernel.primitive),
        *(pool.window_max.primitive, pool.window_sum.primitive, pool.winners.primitive),
        *(pool.route.primitive, pool.pick.primitive, pool.spread.primitive),
        *(unfold.windows_of.primitive, unfold.image_of.primitive),
    ]
)

BITS = {np.dtype(np.float32): "i4", np.dtype(np.float64): "i8"}
FLOATS = tuple(BITS)
MOST = 1024  # terms of a sum that is a product with ones


@dataclass(frozen=True, slots=True)
class Call:
    """A line that is to be written.

    Attributes
    ----------
    line : Line
    given : sequence of Line
        Its inputs.
    args : sequence of str
        What they are called.
    out : str or None
        The array to write to; a new one if None.
    bind : callable
        Gives a value a name in the source.
    scratch : callable
        Gives the name of an array of a shape and dtype that is this line's alone.
    view : callable
        Writes a view of an array, such as ``.T``.
    weak : callable
        Gives the name of an array of a dtype with a number of Python's in it.
    once : callable
        Gives a name to what an expression makes when the memory of the program is allocated.
    """

    line: Line
    given: Sequence[Line]
    args: Sequence[str]
    out: str | None
    bind: Callable[[str, Any], str]
    scratch: Callable[[tuple[int, ...], Any], str]
    view: Callable[[str, str], str]
    weak: Callable[[Line, Any], str]
    once: Callable[[str, str], str]


Kernel = Callable[[Call], list[str]]


def effect(line: Line, given: Sequence[Line]) -> Effect:
    """Return what a line does with memory; a primitive of the user's may return any array."""
    found = _kernel_of(line, given)[1]
    assert line.primitive is not None
    module = getattr(line.primitive.forward, "__module__", None) or ""
    return FOREIGN if found == UNKNOWN and module.partition(".")[0] != "autograd" else found


def write(call: Call) -> list[str] | None:
    """Write a line as Python; None if its forward rule has to be called."""
    kernel, _ = _kernel_of(call.line, call.given)
    return None if kernel is None else kernel(call)


def _kernel_of(line: Line, given: Sequence[Line]) -> tuple[Kernel | None, Effect]:
    primitive = line.primitive
    if not line.shape:
        return _kernel_of_number(line, given), NEW
    if primitive in UFUNCS:
        return _ufunc, Effect(WRITES, tuple(range(len(given))))
    if primitive is elementwise.reciprocal.primitive and line.dtype in FLOATS:
        return _reciprocal, Effect(WRITES, (0,))
    if primitive in VIEWS:
        return (None, NEW) if given[0].dtype is None else (_view, VIEW)  # None: Python's number
    if primitive is getitem.primitive and len(given) == 1 and _is_slice(line):
        return None, VIEW
    if primitive in WINDOWED:
        return None, NEW
    if line.dtype not in FLOATS:
        return (_one_hot, OUT) if primitive is one_hot_mask.primitive else (None, UNKNOWN)
    if primitive in REDUCTIONS and given[0].dtype == line.dtype:
        return _reduction_of(line, given[0]), OUT
    if primitive in PRODUCTS and {x.dtype for x in given} == {line.dtype}:
        return _product, OUT
    if primitive is piecewise.where.primitive:
        return _where_of(line, given)
    if primitive is PICK:
        return _pick, NEW
    return None, UNKNOWN


def _is_slice(line: Line) -> bool:
    index = line.params.get("index", line.params.get("template"))
    return is_basic(index)


def _kernel_of_number(line: Line, given: Sequence[Line]) -> Kernel | None:
    if line.primitive in OPERATORS and not any(x.shape for x in given):
        weak = all(x.dtype is None for x in given)
        if weak and line.primitive in REFUSING:
            return None
        return _operator if weak == (line.dtype is None) else None
    if line.primitive in REDUCTIONS and given[0].shape and given[0].dtype in FLOATS:
        return _reduction
    return None


def _operator(call: Call) -> list[str]:
    assert call.line.primitive is not None
    return [OPERATORS[call.line.primitive].format(*call.args)]


def _ufunc(call: Call) -> list[str]:
    function = UFUNCS[call.line.primitive]
    args = [_operand(call, i) for i in range(len(call.args))]
    if call.out is not None:
        args.append(f"out={call.out}" if function in BY_KEYWORD else call.out)
    return [f"{call.bind(function.__name__, function)}({', '.join(args)})"]


def _operand(call: Call, position: int) -> str:
    """Return an input; a number of Python's as an array, which NumPy reads faster."""
    given = call.given[position]
    if given.dtype is not None or len(call.given) != 2:
        return call.args[position]
    dtype = call.given[1 - position].dtype
    if dtype not in FLOATS or type(given.value) is bool:
        return call.args[position]
    return call.weak(given, dtype) if given.kind != "constant" else _as_array(call, given, dtype)


def _as_array(call: Call, given: Line, dtype: Any) -> str:
    array = np.array(given.value, dtype)
    return call.bind(f"n{given.id}_{array.dtype.str[1:]}", array)


def _reciprocal(call: Call) -> list[str]:
    one = call.bind(f"one_{call.line.dtype.str[1:]}", np.array(1, call.line.dtype))  # type: ignore[union-attr]
    target = [] if call.out is None else [call.out]
    return [f"{call.bind('divide', np.divide)}({', '.join([one, *call.args, *target])})"]


def _view(call: Call) -> list[str]:
    x, line = call.args[0], call.line
    if line.primitive is shape.reshape.primitive:
        return [f"{x}.reshape({', '.join(map(str, line.shape))})"]
    if line.primitive is shape.transpose.primitive:
        axes = axes_of(line)
        turned = axes == tuple(reversed(range(len(axes))))
        return [f"{x}.T" if turned else f"{x}.transpose{axes}"]
    return [f"{call.bind('broadcast_to', np.broadcast_to)}({x}, {line.shape})"]


def _reduction(call: Call) -> list[str]:
    function = REDUCTIONS[call.line.primitive]
    reduce_ = call.bind(f"{function.__name__}_reduce", function.reduce)
    axis = _plain(call.line.params.get("axis"))
    keepdims = bool(call.line.params.get("keepdims", False))
    short = call.given[0].size <= MOST and call.given[0].dtype in FLOATS
    if axis is None and not keepdims and function is np.add and short:
        ones = _ones(call, call.given[0].size)
        flat = call.args[0]
        if len(call.given[0].shape) > 1:
            flat = call.view(flat, ".reshape(-1)")
        return [f"{call.bind('dot', np.dot)}({flat}, {ones})"]
    if axis is None and not keepdims:
        return [f"{reduce_}({call.args[0]}, None)"]
    return [f"{reduce_}({call.args[0]}, {axis!r}, None, {call.out}, {keepdims})"]


def _plain(axis: Any) -> Any:
    """Return axes as Python writes them, without NumPy's integers."""
    if axis is None:
        return None
    return tuple(map(int, axis)) if isinstance(axis, tuple) else int(axis)


def _reduction_of(line: Line, given: Line) -> Kernel:
    """Return the fastest form of a reduction of a matrix along one axis."""
    axis = _axis(line, given)
    if axis is None:
        return _reduction
    if line.primitive is reduce.sum.primitive:
        return _sum_by_product if given.shape[axis] <= MOST else _reduction
    return _best_by_columns if axis == 1 and given.shape[1] <= 64 else _reduction


def _axis(line: Line, given: Line) -> int | None:
    axis = line.params.get("axis")
    if isinstance(axis, tuple) and len(axis) == 1:
        axis = axis[0]
    if len(given.shape) != 2 or type(axis) is not int or 0 in given.shape:
        return None
    return axis % 2


def _sum_by_product(call: Call) -> list[str]:
    """Write a sum of rows or columns as a product with ones, which BLAS computes."""
    (x,), (given,) = call.args, call.given
    axis = _axis(call.line, given)
    assert axis is not None
    name = _ones(call, given.shape[axis])
    pair = f"{name}, {x}" if axis == 0 else f"{x}, {name}"
    dot = call.bind("dot", np.dot)
    if len(call.line.shape) == 1:
        return [f"{dot}({pair}{'' if call.out is None else f', {call.out}'})"]
    if call.out is None:
        return [f"{dot}({pair}).reshape({call.line.shape})"]
    return [f"{dot}({pair}, {call.view(call.out, '.reshape(-1)')})", call.out]


def _ones(call: Call, count: int) -> str:
    ones = np.ones(count, call.line.dtype)
    return call.bind(f"ones{count}_{ones.dtype.str[1:]}", ones)


def _best_by_columns(call: Call) -> list[str]:
    """Write the largest of each row: over the columns, of a transposed copy, as rows are short."""
    (x,), (given,) = call.args, call.given
    function = REDUCTIONS[call.line.primitive]
    reduce_ = call.bind(f"{function.__name__}_reduce", function.reduce)
    turned = call.scratch(given.shape[::-1], given.dtype)
    rows = [f"{call.bind('copyto', np.copyto)}({turned}, {call.view(x, '.T')})"]
    if len(call.line.shape) == 1 or call.out is None:
        shaped = "" if len(call.line.shape) == 1 else f".reshape({call.line.shape})"
        return [*rows, f"{reduce_}({turned}, 0, None, {call.out}){shaped}"]
    flat = call.view(call.out, ".reshape(-1)")
    return [*rows, f"{reduce_}({turned}, 0, None, {flat})", call.out]


def _product(call: Call) -> list[str]:
    plain = [len(x.shape) for x in call.given] == [2, 2]
    function = call.bind("dot", np.dot) if plain else call.bind("matmul", np.matmul)
    return [f"{function}({', '.join([*call.args, *([] if call.out is None else [call.out])])})"]


def _where_of(line: Line, given: Sequence[Line]) -> tuple[Kernel | None, Effect]:
    mask, x, y = given
    if mask.dtype != bool or not mask.shape:
        return None, UNKNOWN
    if _is_positive_zero(y) and (x.shape, x.dtype) == (line.shape, line.dtype):
        return _kept, Effect(WRITES, (1,))
    if (y.shape, y.dtype) == (line.shape, line.dtype) and (x.dtype in (None, line.dtype)):
        return _where, Effect(WRITES, (2,))
    return None, NEW


def _is_positive_zero(line: Line) -> bool:
    return is_zero(line) and math.copysign(1.0, line.value) > 0


def _kept(call: Call) -> list[str]:
    """Write ``where(mask, x, 0)`` without a branch: the bits of x, times 1 or 0.

    As numbers, infinity times 0 would be NaN.
    """
    mask, x, _ = call.args
    bits = BITS[call.line.dtype]
    multiply = call.bind("multiply", np.multiply)
    name, rows = call.out, []
    if name is None:
        name = f"v{call.line.id}"
        rows.append(f"{name} = empty({call.line.shape}, {call.line.dtype.str!r})")  # type: ignore[union-attr]
    as_bits = [call.view(array, f".view({bits!r})") for array in (x, name)]
    rows.append(f"{multiply}({as_bits[0]}, {mask}, {as_bits[1]})")
    return [*rows, name]


def _where(call: Call) -> list[str]:
    mask, x, y = call.args
    copyto = call.bind("copyto", np.copyto)
    if call.given[1].kind == "constant" and call.given[1].dtype is None:
        x = _as_array(call, call.given[1], call.line.dtype)
    if call.out == y:
        return [f"{copyto}({y}, {x}, where={mask})", y]
    if call.out is None:
        name = f"v{call.line.id}"
        copied = f"{name} = {call.bind('copy', np.array)}({y})"
        return [copied, f"{copyto}({name}, {x}, where={mask})", name]
    return [f"{copyto}({call.out}, {y})", f"{copyto}({call.out}, {x}, where={mask})", call.out]


def _pick(call: Call) -> list[str]:
    """Write the picking of one element of each row; a row without one has a class of its own."""
    rows, mask = call.args
    name, wrong = f"v{call.line.id}", call.bind("wrong_classes", _wrong_classes)
    return [
        f"{name} = {rows}[{mask}]",
        f"if len({name}) != {call.line.shape[0]}: {wrong}()",
        name,
    ]


def _wrong_classes() -> None:
    raise IndexError("a class is not one of the columns")


def _one_hot(call: Call) -> list[str]:
    count, axis = call.line.params["count"], call.line.params["axis"]
    after = len(call.given[0].shape) - axis
    numbers = np.arange(count).reshape((-1,) + (1,) * after)
    name = call.bind(f"numbers{call.line.id}", numbers)
    before, after_it = call.given[0].shape[:axis], call.given[0].shape[axis:]
    shaped = (*before, 1, *after_it)
    target = [] if call.out is None else [call.out]
    args = [f"{call.args[0]}.reshape{shaped}", name, *target]
    return [f"{call.bind('equal', np.equal)}({', '.join(args)})"]
