"""What may be set on a leaf: its data, its gradient, and whether it requires one.

Whatever would be wrong later, and silently, is refused here: an array of another shape, which
broadcasting would spread; numbers that would be cut to integers; integers that require a gradient,
whose steps would all be 0.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.core import context, departures
from autograd.core.messages import one_line
from autograd.core.values import as_value
from autograd.errors import DTypeError, GradientError, ImmutableError, ShapeError


class LeafAttributes:
    """The attributes of a `Tensor` that are checked where they are set."""

    __slots__ = ()

    _value: Any
    _grad: Any
    _requires_grad: bool
    primitive: Any
    saved: tuple[Any, ...] | None

    @property
    def data(self) -> Any:
        """The value.  That of a leaf may be replaced, as optimisers do, by one of its shape.

        The new array is taken as it is, not copied, if it has the dtype of the tensor and can be
        written.  The array of a leaf is its own: ``w.data -= ...`` changes it in place, also for
        graphs that were made with it, which only `autograd.debug` notices.  Any other array is
        read-only, as it is saved in a graph or shares memory with a leaf.

        Raises
        ------
        ImmutableError
            If the tensor is a result of others.
        DTypeError, ShapeError
            If the new value is not an array of numbers of this shape.
        """
        if context.open_blocks:
            departures.note(self)
        value = self._value
        if self.primitive is None and self.saved is None:  # it owns its data
            return value
        if not value.ndim:
            return value[()]
        view = value.view()
        view.flags.writeable = False
        return view

    @data.setter
    def data(self, new: Any) -> None:
        if (capture := context.capturing()) is not None:
            capture.check_assignable(self)
        if self.primitive is not None:
            raise ImmutableError(
                f"data: this tensor is a result of {self.primitive.name}; only the data of a leaf "
                "can be replaced"
            )
        array = _like(self._value, new, "data")
        if array.ndim and not array.flags.writeable:
            array = array.copy()
        self._value = array
        self.saved = None  # type: ignore[misc]  # a slot of Tensor

    @property
    def _owns_data(self) -> bool:
        return self.primitive is None and self.saved is None

    def _note_departure(self) -> None:
        """Note that the numbers of this tensor are handed out."""
        if context.open_blocks:
            departures.note(self)

    @property
    def grad(self) -> Any:
        """What `backward` has accumulated: an array of the shape and dtype of ``data``, or None.

        None says that nothing has been computed, which is not the same as 0.  It may be replaced,
        as clipping does, or cleared by setting it to None.

        Raises
        ------
        DTypeError, ShapeError
            If it is set to something else than None or numbers of the shape of the tensor.
        CaptureError
            If it is read in a function that is being captured.
        """
        if context.open_blocks and (capture := context.capturing()) is not None:
            capture.check_no_grad(self)
        return self._grad

    @grad.setter
    def grad(self, new: Any) -> None:
        self._grad = None if new is None else _like(self._value, new, "grad")

    @property
    def requires_grad(self) -> bool:
        """Whether gradients flow through this node.  It may be set for a leaf.

        Raises
        ------
        DTypeError
            If it is set for numbers that are not floating-point.
        GradientError
            If it is set for a result, which requires a gradient if an input does.
        """
        return self._requires_grad

    @requires_grad.setter
    def requires_grad(self, new: bool) -> None:
        if not isinstance(new, (bool, np.bool_)):
            raise GradientError(f"requires_grad: True or False, not {one_line(new)}")
        if self.primitive is not None:
            raise GradientError(
                f"requires_grad: this tensor is a result of {self.primitive.name}; only a leaf can "
                "have it set, and t.detach() is a constant with its value"
            )
        if new:
            check_floating(self._value.dtype, "requires_grad")
        self._requires_grad = bool(new)  # type: ignore[misc]  # a slot of Tensor


def check_floating(dtype: np.dtype[Any], operation: str) -> None:
    """Refuse a dtype of which there is no gradient."""
    if dtype.kind != "f":
        raise DTypeError(
            f"{operation}: a gradient needs floating-point numbers, not {dtype}; "
            "write 2.0 for 2, or pass dtype=float"
        )


def _like(old: Any, new: Any, attribute: str) -> Any:
    """Return new numbers in the shape and dtype of old ones."""
    if isinstance(new, LeafAttributes):
        write = "ag.assign(w, new)" if attribute == "data" else "w.grad = new.data"
        raise DTypeError(f"{attribute}: expected an array, not a Tensor; write {write}")
    array = new
    if type(new) is not np.ndarray or new.dtype != old.dtype:
        array = as_value(new, attribute, old.dtype if old.dtype.kind == "f" else None)
        array = _exactly(array, old.dtype, attribute)
    if array.shape != old.shape:
        clear = "; write w.grad = None to clear it" if attribute == "grad" else ""
        raise ShapeError(f"{attribute}: shape {array.shape} cannot replace {old.shape}{clear}")
    return array if array.ndim else array[()]


def _exactly(array: Any, dtype: np.dtype[Any], attribute: str) -> Any:
    """Return numbers in a dtype; refuse those that integers would cut."""
    with np.errstate(invalid="ignore"):  # a NaN, which the next line finds
        cast = array.astype(dtype, copy=False)
    if dtype.kind != "f" and np.any(cast != array):
        raise DTypeError(
            f"{attribute}: {array.dtype} numbers would be cut to {dtype}; "
            f"write .astype({str(dtype)!r}) if that is meant"
        )
    return cast
