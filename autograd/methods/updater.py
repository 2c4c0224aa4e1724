"""``x.at[index]``: new tensors with some elements changed."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.core.other_names import Entry, OtherName
from autograd.core.tensor import ArrayLike, Tensor
from autograd.errors import DTypeError, ImmutableError, ShapeError
from autograd.functions import arrays
from autograd.ops import piecewise, shape
from autograd.ops.index import clean_index, getitem, last_writer, scatter_add

ONCE = "if i names no element twice"

# Methods of JAX's: at an element that is named twice, they compute twice.
UPDATER: dict[str, Entry] = {
    "apply": f"write x.at[i].set(f(x[i])), {ONCE}",
    "divide": f"write x.at[i].set(x[i] / v), {ONCE}",
    "get": "write x[i]",
    "max": f"write x.at[i].set(ag.maximum(x[i], v)), {ONCE}",
    "min": f"write x.at[i].set(ag.minimum(x[i], v)), {ONCE}",
    "mul": f"write x.at[i].set(x[i] * v), {ONCE}",
    "multiply": f"write x.at[i].set(x[i] * v), {ONCE}",
    "power": f"write x.at[i].set(x[i] ** v), {ONCE}",
    "subtract": "write x.at[i].add(-v)",
}


class Updater:
    """What ``x.at[index]`` is: new tensors with some elements changed.

    Examples
    --------
    >>> import autograd as ag
    >>> x = ag.tensor([1.0, 2.0, 3.0])
    >>> x.at[0].set(10.0)
    tensor([10.,  2.,  3.])
    >>> x.at[[1, 1]].add(1.0)
    tensor([1., 4., 3.])
    """

    __slots__ = ("_index", "_x")

    def __init__(self, x: Tensor, index: Any = ...) -> None:
        self._x = x
        self._index = index

    def __getitem__(self, index: Any) -> Updater:
        return Updater(self._x, clean_index(index))

    def __call__(self, *index: object) -> Updater:
        """Refuse an index in parentheses."""
        raise ImmutableError("at: takes its index in brackets, as in x.at[i].set(v)")

    def __setitem__(self, index: object, value: object) -> None:
        raise ImmutableError("at: tensors are immutable; write y = x.at[i].set(v)")

    def add(self, value: ArrayLike) -> Tensor:
        """Add ``value`` at the index; at an element that is named twice, twice."""
        value = self._spread(value)
        return self._x + scatter_add(value, index=self._index, shape=self._x.shape)

    def set(self, value: ArrayLike) -> Tensor:
        """Put ``value`` at the index; at an element that is named twice, the last one counts.

        No gradient flows to what was overwritten.
        """
        value = shape.reshape(self._spread(value), -1)
        if not value.size:
            return +self._x
        x, number = self._x, np.arange(self._x.size).reshape(self._x.shape)
        # Which element of value each element of x is replaced by; -1 is for none.
        source = last_writer(getitem(number, self._index), size=x.size).reshape(x.shape)
        replacement = getitem(value, piecewise.maximum(source, 0))
        return piecewise.where(source >= 0, replacement, x)

    def _spread(self, value: Any) -> Any:
        try:
            value = arrays.shaped(arrays.beside(value, self._x.dtype), "at")
        except OverflowError:
            raise DTypeError(f"at: the value does not fit into {self._x.dtype}") from None
        target = self._target()
        try:
            return shape.broadcast_to(value, target)
        except ShapeError:
            raise ShapeError(
                f"at: a value of shape {value.shape} does not fit the {target} elements indexed"
            ) from None

    def _target(self) -> tuple[int, ...]:
        pick = getitem(np.broadcast_to(np.int8(0), self._x.shape), self._index)
        return tuple(pick.shape)


for _name in UPDATER:
    setattr(Updater, _name, OtherName(_name, UPDATER))
