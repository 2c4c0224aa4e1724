"""Layers that put a frame of one number around images.

Widths are written as PyTorch writes them: a pair for each axis, the last axis first.  A negative
width cuts off.
"""

from __future__ import annotations

from typing import Any

import autograd as ag
from nn.checks import integer, real
from nn.layers.inputs import as_array
from nn.layers.sizes import AXES, Size
from nn.module import Module

Pair = tuple[int, int]  # before and behind an axis


class Pad(Module):
    """What all kinds share: the widths of the frame."""

    _axes: int
    padding: tuple[int, ...]

    def __init__(self, padding: Size) -> None:
        kind, n = type(self).__name__, 2 * self._axes
        given: Any = padding
        widths = tuple(given) if isinstance(given, (tuple, list)) else (given,) * n
        if len(widths) != n:
            raise ag.OptionError(
                f"{kind}: padding={padding} must be an integer, or {n} of them, before and behind "
                "each axis, the last axis first"
            )
        for width in widths:
            integer(kind, padding=width)
        self.padding = tuple(map(int, widths))

    def _pairs(self) -> list[Pair]:
        """Return the widths of each axis, the first axis first."""
        before, behind = self.padding[::2], self.padding[1::2]
        return list(zip(before, behind, strict=True))[::-1]

    def _check_size(self, x: Any) -> None:
        """Refuse a frame that cuts off everything."""
        image = x.shape[x.ndim - self._axes :]
        if any(n + sum(pair) < 1 for n, pair in zip(image, self._pairs(), strict=True)):
            raise ag.ShapeError(f"nothing is left of input {x.shape} with padding={self.padding}")

    def extra_repr(self) -> str:
        """Return the widths."""
        return f"{self.padding}"


class _Constant(Pad):
    """A frame of one number."""

    value: float = 0.0

    def forward(self, x: ag.ArrayLike) -> Any:
        """Map (..., *image) to (..., *larger image)."""
        x = as_array(x)
        if x.ndim < self._axes:
            raise ag.ShapeError(f"input {x.shape} must end in ({AXES[self._axes]})")
        self._check_size(x)
        pairs = self._pairs()
        inside: Any = tuple(
            slice(max(0, -before), n - max(0, -behind))
            for n, (before, behind) in zip(x.shape[x.ndim - self._axes :], pairs, strict=True)
        )
        around = [(max(0, before), max(0, behind)) for before, behind in pairs]
        x = x[(..., *inside)] if min(self.padding) < 0 else x
        return ag.pad(x, [(0, 0)] * (x.ndim - self._axes) + around, constant_values=self.value)


class _ConstantPad(_Constant):
    """A frame of a number that is given."""

    def __init__(self, padding: Size, value: float) -> None:
        super().__init__(padding)
        self.value = real(type(self).__name__, value=value)

    def extra_repr(self) -> str:
        """Return the widths and the number."""
        return f"padding={self.padding}, value={self.value}"


class ConstantPad1d(_ConstantPad):
    """A frame of one number around signals.

    The arguments are those of `ConstantPad2d`; widths are int or (left, right).

    Examples
    --------
    >>> import autograd as ag, nn
    >>> nn.ConstantPad1d(1, 7.0)(ag.tensor([[[1.0, 2.0, 3.0]]]))
    tensor([[[7., 1., 2., 3., 7.]]])
    """

    _axes = 1


class ConstantPad2d(_ConstantPad):
    """A frame of one number around images.

    Parameters
    ----------
    padding : int or (left, right, top, bottom)
    value : float

    Raises
    ------
    autograd.OptionError
        If the widths are not integers.
    autograd.ShapeError
        When called, if the input has too few axes, or nothing would be left of it.

    Examples
    --------
    >>> import autograd as ag, nn
    >>> nn.ConstantPad2d((1, 0, 2, 2), 7.0)(ag.broadcast_to(1.0, (1, 1, 4, 5))).shape
    (1, 1, 8, 6)
    """

    _axes = 2


class ConstantPad3d(_ConstantPad):
    """A frame of one number around volumes.

    The arguments are those of `ConstantPad2d`; widths are one integer or
    (left, right, top, bottom, front, back).

    Examples
    --------
    >>> import autograd as ag, nn
    >>> nn.ConstantPad3d((1, 1, 0, 0, 2, 1), 7.0)(ag.broadcast_to(1.0, (1, 1, 3, 4, 5))).shape
    (1, 1, 6, 4, 7)
    """

    _axes = 3


class ZeroPad1d(_Constant):
    """A frame of zeros around signals.

    The argument is that of `ZeroPad2d`; widths are int or (left, right).

    Examples
    --------
    >>> import autograd as ag, nn
    >>> nn.ZeroPad1d(1)(ag.tensor([[[1.0, 2.0, 3.0]]]))
    tensor([[[0., 1., 2., 3., 0.]]])
    """

    _axes = 1


class ZeroPad2d(_Constant):
    """A frame of zeros around images.

    Parameters
    ----------
    padding : int or (left, right, top, bottom)

    Raises
    ------
    autograd.OptionError
        If the widths are not integers.
    autograd.ShapeError
        When called, if the input has too few axes, or nothing would be left of it.

    Examples
    --------
    >>> import autograd as ag, nn
    >>> nn.ZeroPad2d((1, 0, 2, 2))(ag.broadcast_to(1.0, (1, 1, 4, 5))).shape
    (1, 1, 8, 6)
    """

    _axes = 2


class ZeroPad3d(_Constant):
    """A frame of zeros around volumes.

    The argument is that of `ZeroPad2d`; widths are one integer or
    (left, right, top, bottom, front, back).

    Examples
    --------
    >>> import autograd as ag, nn
    >>> nn.ZeroPad3d((1, 1, 0, 0, 2, 1))(ag.broadcast_to(1.0, (1, 1, 3, 4, 5))).shape
    (1, 1, 6, 4, 7)
    """

    _axes = 3
