"""Python's own conversions of a Tensor: leaving the graph for a number, an array or a text.

What would lose a gradient silently is refused, with the line to write instead.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd.core.context import capturing, open_blocks
from autograd.core.messages import one_line
from autograd.core.tensor import ArrayLike, Tensor
from autograd.core.types import Array, DTypeLike
from autograd.errors import DTypeError, GradientError, IndexingError, OptionError, ShapeError
from autograd.methods.callers import caller
from autograd.ops.compare import equal


def item(self: Tensor, *index: Any) -> Any:
    """Return the value of a one-element tensor, or of one element, as a Python number.

    Parameters
    ----------
    *index : int, or a tuple of int
        Which element: one number counts them in row-major order.  Nothing for the only one.

    Raises
    ------
    ShapeError
        If there is not exactly one element, and none is named.
    IndexingError
        If there is no such element.
    """
    if index:
        return _item_at(self, index)
    if self.size != 1:
        raise ShapeError(
            f"item: a tensor of shape {self.shape} has {self.size} elements; "
            "index it or reduce it to one"
        )
    return self.data.item()


def _item_at(self: Tensor, index: tuple[Any, ...]) -> Any:
    try:
        return np.asarray(self.data).item(*index)
    except (IndexError, TypeError, ValueError) as error:
        raise IndexingError(f"item: shape {self.shape}: {one_line(error, text=str)}") from None


def numpy(self: Tensor) -> Array:
    """Return a copy of the value as an array, outside the graph."""
    return np.array(self.data)


def tolist(self: Tensor) -> Any:
    """Return the value as nested lists of Python numbers, outside the graph."""
    return self.data.tolist()


def as_text(self: Tensor, spec: str) -> str:
    """Format the number of a one-element tensor; without a format, show the tensor."""
    if not spec:
        return repr(self)
    if self.size != 1:
        raise ShapeError(
            f"format: {spec!r} is for one number, and a tensor of shape {self.shape} has "
            f"{self.size}; index it, or leave the format out"
        )
    try:
        return format(self.detach().data.item(), spec)
    except ValueError as error:
        raise OptionError(f"format: {one_line(error, 100, str)}") from None


def length(self: Tensor) -> int:
    """Return the length of the first axis."""
    if self.ndim == 0:
        raise ShapeError(
            f"{caller() or 'len'}: a 0-d tensor has no length and no elements to go through; use "
            "t.item() for its number, or give other libraries t.numpy()"
        )
    return self.shape[0]


def as_bool(self: Tensor) -> bool:
    """Return whether the only element is true."""
    if self.size != 1:
        raise ShapeError(
            f"bool: a tensor of shape {self.shape} is neither true nor false; "
            "use ag.where, or .any() or .all(); to find a tensor in a list, compare "
            "with is"
        )
    return bool(self.data)


def as_float(self: Tensor) -> float:
    """Return the number of a one-element constant."""
    check_constant(self, "float")
    return float(item(self))


def as_int(self: Tensor) -> int:
    """Return the number of a one-element constant, cut to an integer."""
    check_constant(self, "int")
    return int(item(self))


def as_complex(self: Tensor) -> complex:
    """Return the number of a one-element constant as a complex one."""
    check_constant(self, "complex")
    return complex(item(self))


def truncated(self: Tensor) -> int:
    """Return the number of a one-element constant without its fraction, as `math.trunc` does."""
    check_constant(self, "math.trunc")
    return math.trunc(float(item(self)))


def rounded_down(self: Tensor) -> int:
    """Return the integer below the number of a one-element constant, as `math.floor` does."""
    check_constant(self, "math.floor")
    return math.floor(float(item(self)))


def rounded_up(self: Tensor) -> int:
    """Return the integer above the number of a one-element constant, as `math.ceil` does."""
    check_constant(self, "math.ceil")
    return math.ceil(float(item(self)))


def contains(self: Tensor, value: ArrayLike) -> bool:
    """Return whether an element equals the value, as NumPy's arrays do."""
    return bool(np.any(equal(self, value).data))


def as_index(self: Tensor) -> int:
    """Return a single integer as an index."""
    if self.size != 1 or self.dtype.kind not in "iu":
        raise DTypeError(
            f"index: a tensor of shape {self.shape} and dtype {self.dtype} is not an index; "
            "a single integer is"
        )
    return int(item(self))


def as_array(self: Tensor, dtype: DTypeLike | None = None, copy: bool | None = None) -> Array:
    """Return the value of a constant as an array."""
    check_constant(self, "np.asarray")
    if copy is False and not isinstance(self.data, np.ndarray):
        raise ValueError("np.asarray: a 0-d tensor cannot become an array without a copy")
    return np.array(self.data, dtype=dtype, copy=copy)


def check_constant(t: Tensor, operation: str) -> None:
    """Refuse a tensor that requires a gradient where another library would read its numbers."""
    if open_blocks and (capture := capturing()) is not None:
        capture.check_readable(t)
    if t.requires_grad:
        number = "t.item() for its number, " if t.size == 1 else ""
        raise GradientError(
            f"{caller() or operation}: the tensor requires a gradient, which would be lost here; "
            "use functions of ag, as ag.sin for math.sin (ag.stack, ag.concatenate and ag.r_ make "
            f"one tensor of several), or leave the graph with {number}t.numpy() or t.detach()"
        )


CONVERSIONS = {
    "item": item,
    "numpy": numpy,
    "tolist": tolist,
    "__format__": as_text,
    "__len__": length,
    "__bool__": as_bool,
    "__float__": as_float,
    "__int__": as_int,
    "__complex__": as_complex,
    "__trunc__": truncated,
    "__floor__": rounded_down,
    "__ceil__": rounded_up,
    "__contains__": contains,
    "__index__": as_index,
    "__array__": as_array,
}
