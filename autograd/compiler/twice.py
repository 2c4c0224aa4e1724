"""Whether a function gives the same program when it is captured twice.

Python runs only while a function is captured.  What it computes from something else than its
arguments, as ``np.random.rand()`` or ``time.time()``, would stay in the program for ever.  So the
function is captured a second time, on numbers that are 5 % larger or smaller, one of them with the
other sign: the operations and constants must be the same.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.compiler.passes.common_subexpressions import content
from autograd.compiler.program import Line, Program
from autograd.core.messages import one_line
from autograd.core.pytree import flatten
from autograd.core.tensor import Tensor, raw
from autograd.errors import CaptureError
from autograd.ops.linalg import PRODUCTS

REMEDY = "pass it as an argument, an array or a float, or draw it with ag.random"


def nearby(args: Any) -> Any:
    """Return arguments with other floating-point numbers."""
    leaves, rebuild = flatten(args)
    return rebuild(map(_nearby, leaves))


def _nearby(x: Any) -> Any:
    if type(x) is float:
        return x * 1.05
    if isinstance(x, Tensor):
        return Tensor(_shifted(raw(x)), x.requires_grad, x.name)
    return _shifted(x) if isinstance(x, (np.ndarray, np.generic)) else x


def _shifted(x: Any) -> Any:
    if x.dtype.kind != "f" or not x.size:
        return x
    with np.errstate(all="ignore"):
        factors = np.linspace(0.95, 1.05, x.size, dtype=x.dtype).reshape(x.shape)
        moved = np.array(np.asarray(x) * factors, dtype=x.dtype)
    if moved.size > 1:
        moved.flat[0] *= -1
    return moved[()]


def check_same(first: Program, second: Program) -> None:
    """Refuse a program if a second capture gave another one."""
    if len(first) != len(second) or first.outputs != second.outputs:
        raise CaptureError(
            f"compile: captured twice, the function gave {len(first)} and {len(second)} operations:"
            f" what it does depends on something that changes; {REMEDY}"
        )
    users = first.users()
    for one, two in zip(first, second, strict=True):
        _check_line(one, two, users[one.id])
    tensors = [[t for t, _ in p.updates] + [t for _, t in p.state] for p in (first, second)]
    if [id(t) for t in tensors[0]] != [id(t) for t in tensors[1]]:
        raise CaptureError(
            "compile: captured twice, the function used other tensors the second time; make them "
            "once, outside of it, or pass them as arguments"
        )


def _check_line(one: Line, two: Line, users: list[Line]) -> None:
    if (_computed(one), one.args, one.shape, one.dtype) != (
        _computed(two),
        two.args,
        two.shape,
        two.dtype,
    ):
        raise CaptureError(
            f"compile: captured twice, the function did {one.operation} and then {two.operation}: "
            f"what it does depends on something that changes; {REMEDY}"
        )
    constant = one.kind == "constant"
    if one.kind != two.kind or (constant and content(one.value) != content(two.value)):
        numbers = one_line(one.value), one_line(two.value)
        use = users[0].operation if users else "return"
        raise CaptureError(
            f"compile: captured twice, the function gave {use} the constant {numbers[0]} and then "
            f"{numbers[1]}, and it would be fixed in the program; {REMEDY}"
        )
    for name, value in one.params.items():
        if _key(value) != _key(two.params.get(name)):
            raise CaptureError(
                f"compile: {name} of {one.operation} was {one_line(value)} and then "
                f"{one_line(two.params.get(name))}; {REMEDY}"
            )


def _computed(line: Line) -> Any:
    """Return what is computed, however the result lies in memory: other arguments lie otherwise."""
    return PRODUCTS if line.primitive in PRODUCTS else line.primitive


def _key(value: Any) -> Any:
    return content(value, _of_object)


def _of_object(value: Any) -> Any:
    """Return what an object is compared by: its class, if that does not define ==."""
    kind: Any = type(value)
    plain = callable(value) or kind.__eq__ is object.__eq__ or kind.__hash__ is None
    return kind if plain else value
