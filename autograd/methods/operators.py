"""The operators of a Tensor: which function of the engine ``a * b`` or ``a < b`` means."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.core import fastpath
from autograd.core.apply import apply
from autograd.core.context import capturing
from autograd.core.define import PrimitiveFunction
from autograd.core.tensor import NO_PARAMS, Tensor, raw
from autograd.errors import DTypeError, ImmutableError
from autograd.functions.arithmetic import divmod
from autograd.ops import compare, elementwise, piecewise, remainder
from autograd.ops.linalg import matmul
from autograd.ops.power import power

OPERATORS: dict[str, PrimitiveFunction] = {
    "add": elementwise.add,
    "sub": elementwise.subtract,
    "mul": elementwise.multiply,
    "truediv": elementwise.divide,
    "floordiv": remainder.floor_divide,
    "mod": remainder.remainder,
    "pow": power,
    "matmul": matmul,
}

EQUALITIES: dict[str, PrimitiveFunction] = {
    "eq": compare.equal,
    "ne": compare.not_equal,
}

ORDERINGS: dict[str, PrimitiveFunction] = {
    "lt": compare.less,
    "le": compare.less_equal,
    "gt": compare.greater,
    "ge": compare.greater_equal,
}

# x += y and its kind would give the name x to a new tensor.
IN_PLACE: dict[str, str] = {
    "add": "+",
    "sub": "-",
    "mul": "*",
    "truediv": "/",
    "floordiv": "//",
    "mod": "%",
    "pow": "**",
    "matmul": "@",
}

LOGICAL: dict[str, PrimitiveFunction] = {
    "and": compare.logical_and,
    "or": compare.logical_or,
    "invert": compare.logical_not,
}

UNARY: dict[str, PrimitiveFunction] = {
    "neg": elementwise.negative,
    "pos": elementwise.positive,
    "abs": piecewise.absolute,
}


def operators() -> dict[str, Callable[..., Any]]:
    """Return the special methods of all operators, by their names."""
    return (
        {f"__{name}__": fastpath.applier(f.primitive) for name, f in (OPERATORS | UNARY).items()}
        | {f"__r{name}__": _reflected(f) for name, f in OPERATORS.items()}
        | {f"__{name}__": _equality(f) for name, f in EQUALITIES.items()}
        | {f"__{name}__": fastpath.applier(f.primitive) for name, f in ORDERINGS.items()}
        | {f"__{name}__": f for name, f in LOGICAL_OPERATORS.items()}
        | {f"__r{name}__": LOGICAL_OPERATORS[name] for name in ("and", "or")}
        | {"__rtruediv__": _divide_into}
        | {"__divmod__": divmod, "__rdivmod__": lambda self, other: divmod(other, self)}
        | {f"__i{name}__": _in_place(symbol) for name, symbol in IN_PLACE.items()}
    )


def _reflected(f: PrimitiveFunction) -> Callable[[Any, Any], Any]:
    application = fastpath.applier(f.primitive)
    return lambda self, other: application(other, self)


def _equality(f: PrimitiveFunction) -> Callable[[Any, Any], Any]:
    application = fastpath.applier(f.primitive)

    def compare_with(self: Tensor, other: Any) -> Any:
        if other is None or isinstance(other, str):
            return NotImplemented
        return application(self, other)

    return compare_with


def _in_place(symbol: str) -> Callable[[Tensor, Any], Any]:
    """Make ``x += y`` mean ``x = x + y``, unless ``x`` is a leaf that is learned.

    Its name would stand for a new tensor, and the leaf would stay as it was: the step of
    ``for p in parameters: p -= rate * p.grad`` would be lost.
    """

    def update(self: Tensor, other: object) -> Any:
        if self.primitive is None and self.requires_grad:
            name = self.name if self.name and self.name.isidentifier() else "w"
            raise ImmutableError(
                f"{name} {symbol}= ...: a leaf that requires a gradient is not changed in place; "
                f"write {name}.data = {name}.data {symbol} ..., or give the result another name"
            )
        if (capture := capturing()) is not None:
            capture.check_in_place(self, symbol)
        return NotImplemented  # Python goes on with x + y

    return update


def _logical(f: PrimitiveFunction) -> Callable[..., Any]:
    def combine(*inputs: Any) -> Any:
        for x in inputs:
            if np.asarray(raw(x)).dtype != bool:
                raise DTypeError(
                    f"{f.primitive.name}: & | and ~ are for booleans; for numbers, compare them "
                    "with 0 first"
                )
        return apply(f.primitive, inputs, NO_PARAMS)

    return combine


LOGICAL_OPERATORS = {name: _logical(f) for name, f in LOGICAL.items()}


def _divide_into(self: Tensor, other: Any) -> Any:
    # 1 / x is the lecture's gate, with the same rounding as the division.
    if type(other) in (int, float) and other == 1 and self.dtype.kind == "f":
        return elementwise.reciprocal(self)
    return elementwise.divide(other, self)
