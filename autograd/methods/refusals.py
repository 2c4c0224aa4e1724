"""Operators that tensors do not have: each is refused with the line to write instead."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from autograd.core.tensor import Tensor
from autograd.errors import ImmutableError, UnsupportedError

_NO_BITS = "tensors have no bits; for booleans write x != y, for integers use t.numpy()"

# The operator, by the name of its special method, and what to write instead.
_BINARY = {
    "lshift": _NO_BITS,
    "rshift": _NO_BITS,
    "xor": _NO_BITS,
}


def _set_item(self: Tensor, index: object, value: object) -> None:
    raise ImmutableError(
        "setitem: tensors are immutable; use y = x.at[i].set(v) or y = x.at[i].add(v), "
        "which return a new tensor"
    )


def _delete_item(self: Tensor, index: object) -> None:
    raise ImmutableError(
        "delitem: tensors are immutable; index what stays, as in x[1:], which returns a new tensor"
    )


def _round(self: Tensor, digits: object = None) -> Tensor:
    raise UnsupportedError(
        "round: tensors have none, as arrays; use ag.round(x), whose slope is 0, or round the "
        "number t.item()"
    )


def _refuse(name: str, text: str) -> Callable[[Tensor, object], Tensor]:
    def refused(self: Tensor, other: object) -> Tensor:
        raise UnsupportedError(f"{name}: {text}")

    return refused


REFUSALS: dict[str, Callable[..., Any]] = {
    **{f"__{name}__": _refuse(name, text) for name, text in _BINARY.items()},
    **{f"__r{name}__": _refuse(name, text) for name, text in _BINARY.items()},
    "__delitem__": _delete_item,
    "__round__": _round,
    "__setitem__": _set_item,
}
