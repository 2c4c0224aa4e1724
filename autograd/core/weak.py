"""A number of Python's that is an argument of a captured function.

Python's numbers are weak: ``0.1 * w`` has the dtype of ``w``, and ``0.1 * 2.0`` is again a number
of Python's.  A Tensor is not: its dtype counts.  So a float among the arguments of a captured
function is a Tensor of its own kind, whose value is a float, and which stays one where Python's
operators combine it with other such numbers.  Any other operation makes an ordinary Tensor of it,
as NumPy makes a float64 of a float.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.core.context import capturing
from autograd.core.tensor import Tensor, leaf
from autograd.core.types import Shape

_FLOAT64 = np.dtype(np.float64)
_TWO = ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow")
_ONE = ("neg", "pos", "abs")


class WeakNumber(Tensor):
    """A Tensor whose value is a float of Python's, and so takes the dtype of what it meets."""

    __slots__ = ()

    @property
    def shape(self) -> Shape:
        """That of a number."""
        return ()

    @property
    def dtype(self) -> np.dtype[Any]:
        """What a float of Python's becomes on its own."""
        return _FLOAT64

    @property
    def ndim(self) -> int:
        """That of a number."""
        return 0

    @property
    def size(self) -> int:
        """That of a number."""
        return 1

    @property  # type: ignore[misc]  # what is captured cannot be set
    def data(self) -> Any:
        """The float."""
        self._note_departure()
        return self._value

    def detach(self) -> Tensor:
        """Return the number without its derivative, as weak as before."""
        capture = capturing()
        return self if capture is None else weakened(capture.detached(self))


def weak_leaf(value: float, name: str | None = None) -> Tensor:
    """Return a leaf for a float of Python's."""
    return weakened(leaf(np.float64(value), name=name))


def weakened(t: Tensor) -> Tensor:
    """Let a new Tensor be a number of Python's."""
    t._value = float(t._value)
    t.__class__ = WeakNumber
    return t


def _operator(name: str) -> Callable[..., Any]:
    """Make the operator of which the result is weak if all that it combines is."""

    def combine(self: WeakNumber, *others: Any) -> Any:
        result = getattr(Tensor, name)(self, *others)
        weak = all(isinstance(x, WeakNumber) or type(x) in (float, int, bool) for x in others)
        return weakened(result) if weak and isinstance(result, Tensor) else result

    return combine


for _name in (*_TWO, *(f"r{two}" for two in _TWO), *_ONE):
    setattr(WeakNumber, f"__{_name}__", _operator(f"__{_name}__"))
