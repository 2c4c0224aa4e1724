"""``x.at[index]``: new tensors with some elements changed."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.core.other_names import Entry, OtherName
from autograd.core.tensor import ArrayLike, Tensor
from autograd.core.values import is_weak
from autograd.errors import DTypeError, ImmutableError, IndexingError, ShapeError
from autograd.functions import arrays
from autograd.ops import piecewise, shape
from autograd.ops.index import getitem, scatter_add

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
        # Number the elements of value, let NumPy assign the numbers, and see who is where.
        source = np.full(self._x.shape, -1)
        source[self._index] = np.arange(value.size).reshape(self._target())
        taken = source >= 0
        if not taken.any():
            return +self._x
        return piecewise.where(taken, value[np.maximum(source, 0)], self._x)

    def _spread(self, value: Any) -> Any:
        if is_weak(value):
            try:
                value = np.asarray(value, np.result_type(self._x.dtype, value))
            except OverflowError:
                raise DTypeError(f"at: the value does not fit into {self._x.dtype}") from None
        value = arrays.shaped(value, "at")
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


def clean_index(index: Any) -> Any:
    """Return an index of plain Python and of arrays copied, so that it cannot change."""
    if isinstance(index, tuple):
        return tuple(map(clean_index, index))
    if isinstance(index, Tensor):
        return np.array(index.data)
    if isinstance(index, list):
        try:
            index = np.array(index, dtype=None if index else int)
        except ValueError:
            raise IndexingError("getitem: the lists in the index have different lengths") from None
    return np.array(index) if isinstance(index, np.ndarray) else index
