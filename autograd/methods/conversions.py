"""Python's own conversions of a Tensor: leaving the graph for a number, an array or a text.

What would lose a gradient silently is refused, with the line to write instead.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.core.tensor import Tensor
from autograd.core.types import Array, DTypeLike
from autograd.errors import DTypeError, GradientError, ImmutableError, ShapeError, UnsupportedError


def item(self: Tensor) -> Any:
    """Return the value of a one-element tensor as a Python number.

    Raises
    ------
    ShapeError
        If there is not exactly one element.
    """
    if self.size != 1:
        raise ShapeError(
            f"item: a tensor of shape {self.shape} has {self.size} elements; "
            "index it or reduce it to one"
        )
    return self.data.item()


def numpy(self: Tensor) -> Array:
    """Return a copy of the value as an array, outside the graph."""
    return np.array(self.data)


def as_text(self: Tensor, spec: str) -> str:
    """Format the number of a one-element tensor; without a format, show the tensor."""
    return format(item(self.detach()), spec) if spec else repr(self)


def length(self: Tensor) -> int:
    """Return the length of the first axis."""
    if self.ndim == 0:
        raise ShapeError("len: a 0-d tensor has no length; use .item() for its number")
    return self.shape[0]


def as_bool(self: Tensor) -> bool:
    """Return whether the only element is true."""
    if self.size != 1:
        raise ShapeError(
            f"bool: a tensor of shape {self.shape} is neither true nor false; "
            "use ag.where, or .data.any() or .data.all()"
        )
    return bool(self.data)


def as_float(self: Tensor) -> float:
    """Return the number of a one-element constant."""
    _check_constant(self, "float")
    return float(item(self))


def as_int(self: Tensor) -> int:
    """Return the number of a one-element constant, cut to an integer."""
    _check_constant(self, "int")
    return int(item(self))


def as_index(self: Tensor) -> int:
    """Return a single integer as an index."""
    if self.size != 1 or self.dtype.kind not in "iu":
        raise DTypeError(
            f"index: a tensor of shape {self.shape} and dtype {self.dtype} is no index; "
            "a single integer is"
        )
    return int(item(self))


def as_array(self: Tensor, dtype: DTypeLike | None = None, copy: bool | None = None) -> Array:
    """Return the value of a constant as an array."""
    _check_constant(self, "np.asarray")
    if copy is False and not isinstance(self.data, np.ndarray):
        raise ValueError("np.asarray: a 0-d tensor cannot become an array without a copy")
    return np.array(self.data, dtype=dtype, copy=copy)


def _check_constant(t: Tensor, caller: str) -> None:
    if t.requires_grad:
        raise GradientError(
            f"{caller}: the tensor requires a gradient, which would be lost here; compute with "
            "functions of ag or NumPy, or leave with t.detach(), t.numpy() or t.item()"
        )


def _set_item(self: Tensor, index: object, value: object) -> None:
    raise ImmutableError(
        "setitem: tensors are immutable; use y = x.at[i].set(v) or y = x.at[i].add(v), "
        "which return a new tensor"
    )


def _floor_divide(self: Tensor, other: object) -> Tensor:
    raise UnsupportedError("floordiv: tensors have no //; use ag.floor(x / y)")


def _remainder(self: Tensor, other: object) -> Tensor:
    raise UnsupportedError("mod: tensors have no %; use x - y * ag.floor(x / y)")


CONVERSIONS = {
    "item": item,
    "numpy": numpy,
    "__format__": as_text,
    "__len__": length,
    "__bool__": as_bool,
    "__float__": as_float,
    "__int__": as_int,
    "__index__": as_index,
    "__array__": as_array,
    "__setitem__": _set_item,
    "__floordiv__": _floor_divide,
    "__mod__": _remainder,
}
