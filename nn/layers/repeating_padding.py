"""Layers that put a frame around images which repeats their own pixels."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import autograd as ag
from nn.layers.inputs import as_array
from nn.layers.padding import Pad, Pair
from nn.layers.sizes import image_shapes


class _Repeating(Pad):
    """A frame of pixels of the image; of an axis of n pixels, begin to end are kept."""

    _index: Callable[[int, int, int, int], int]  # of place, begin, end and n: which pixel it is
    _widest: Callable[[int, int, int], float]  # of begin, end and n: how wide the frame may be

    def forward(self, x: ag.ArrayLike) -> Any:
        """Map (N, C, *image) to (N, C, *larger image), or both without N."""
        x = as_array(x)
        if x.ndim - self._axes not in (1, 2):
            raise ag.ShapeError(
                f"input {x.shape} must be {image_shapes(self._axes, None, alone=True)}"
            )
        self._check_size(x)
        pairs = enumerate(self._pairs(), start=x.ndim - self._axes)
        indices = {a: self._indices(x, a, pair) for a, pair in pairs if pair != (0, 0)}
        for axis, places in indices.items():
            x = ag.take(x, places, axis=axis)
        return x

    def _indices(self, x: Any, axis: int, pair: Pair) -> list[int]:
        (before, behind), n, kind = pair, x.shape[axis], type(self)
        begin, end = max(0, -before), n - max(0, -behind)
        if n < 1 or max(pair) > kind._widest(begin, end, n):
            raise ag.ShapeError(
                f"input {x.shape} is too small along axis {axis} for padding={self.padding}"
            )
        return [kind._index(i, begin, end, n) for i in range(-before, n + behind)]


class _ReflectionPad(_Repeating):
    """A frame that mirrors the image at its edge pixels."""

    @staticmethod
    def _widest(begin: int, end: int, n: int) -> float:
        return n - 1

    @staticmethod
    def _index(i: int, begin: int, end: int, n: int) -> int:
        return -i if i < 0 else i if i < n else 2 * (n - 1) - i


class _ReplicationPad(_Repeating):
    """A frame that repeats the edge pixels."""

    @staticmethod
    def _widest(begin: int, end: int, n: int) -> float:
        return math.inf

    @staticmethod
    def _index(i: int, begin: int, end: int, n: int) -> int:
        return min(max(i, 0), n - 1)


class _CircularPad(_Repeating):
    """A frame that goes on at the opposite edge."""

    @staticmethod
    def _widest(begin: int, end: int, n: int) -> float:
        return end - begin

    @staticmethod
    def _index(i: int, begin: int, end: int, n: int) -> int:
        return begin + (i - begin) % (end - begin)


class ReflectionPad1d(_ReflectionPad):
    """A frame around signals that mirrors them at their edge pixels.

    The argument is that of `ReflectionPad2d`; widths are int or (left, right).

    Examples
    --------
    >>> import autograd as ag, nn
    >>> nn.ReflectionPad1d(1)(ag.tensor([[[1.0, 2.0, 3.0]]]))
    tensor([[[2., 1., 2., 3., 2.]]])
    """

    _axes = 1


class ReflectionPad2d(_ReflectionPad):
    """A frame around images that mirrors them at their edge pixels.

    Parameters
    ----------
    padding : int or (left, right, top, bottom)

    Raises
    ------
    autograd.OptionError
        If the widths are not integers.
    autograd.ShapeError
        When called, if the input is not (N, C, H, W) or (C, H, W), if a width is not smaller than
        the image, or if nothing would be left of it.

    Examples
    --------
    >>> import autograd as ag, nn
    >>> nn.ReflectionPad2d((1, 0, 2, 2))(ag.broadcast_to(1.0, (1, 1, 4, 5))).shape
    (1, 1, 8, 6)
    """

    _axes = 2


class ReflectionPad3d(_ReflectionPad):
    """A frame around volumes that mirrors them at their edge pixels.

    The argument is that of `ReflectionPad2d`; widths are one integer or
    (left, right, top, bottom, front, back).

    Examples
    --------
    >>> import autograd as ag, nn
    >>> nn.ReflectionPad3d((1, 1, 0, 0, 2, 1))(ag.broadcast_to(1.0, (1, 1, 3, 4, 5))).shape
    (1, 1, 6, 4, 7)
    """

    _axes = 3


class ReplicationPad1d(_ReplicationPad):
    """A frame around signals that repeats their edge pixels.

    The argument is that of `ReplicationPad2d`; widths are int or (left, right).

    Examples
    --------
    >>> import autograd as ag, nn
    >>> nn.ReplicationPad1d(1)(ag.tensor([[[1.0, 2.0, 3.0]]]))
    tensor([[[1., 1., 2., 3., 3.]]])
    """

    _axes = 1


class ReplicationPad2d(_ReplicationPad):
    """A frame around images that repeats their edge pixels.

    Parameters
    ----------
    padding : int or (left, right, top, bottom)

    Raises
    ------
    autograd.OptionError
        If the widths are not integers.
    autograd.ShapeError
        When called, if the input is not (N, C, H, W) or (C, H, W), or nothing would be left of it.

    Examples
    --------
    >>> import autograd as ag, nn
    >>> nn.ReplicationPad2d((1, 0, 2, 2))(ag.broadcast_to(1.0, (1, 1, 4, 5))).shape
    (1, 1, 8, 6)
    """

    _axes = 2


class ReplicationPad3d(_ReplicationPad):
    """A frame around volumes that repeats their edge pixels.

    The argument is that of `ReplicationPad2d`; widths are one integer or
    (left, right, top, bottom, front, back).

    Examples
    --------
    >>> import autograd as ag, nn
    >>> nn.ReplicationPad3d((1, 1, 0, 0, 2, 1))(ag.broadcast_to(1.0, (1, 1, 3, 4, 5))).shape
    (1, 1, 6, 4, 7)
    """

    _axes = 3


class CircularPad1d(_CircularPad):
    """A frame around signals that goes on at their opposite edge.

    The argument is that of `CircularPad2d`; widths are int or (left, right).

    Examples
    --------
    >>> import autograd as ag, nn
    >>> nn.CircularPad1d(1)(ag.tensor([[[1.0, 2.0, 3.0]]]))
    tensor([[[3., 1., 2., 3., 1.]]])
    """

    _axes = 1


class CircularPad2d(_CircularPad):
    """A frame around images that goes on at their opposite edge.

    Parameters
    ----------
    padding : int or (left, right, top, bottom)

    Raises
    ------
    autograd.OptionError
        If the widths are not integers.
    autograd.ShapeError
        When called, if the input is not (N, C, H, W) or (C, H, W), if a width is larger than the
        image, or if nothing would be left of it.

    Examples
    --------
    >>> import autograd as ag, nn
    >>> nn.CircularPad2d((1, 0, 2, 2))(ag.broadcast_to(1.0, (1, 1, 4, 5))).shape
    (1, 1, 8, 6)
    """

    _axes = 2


class CircularPad3d(_CircularPad):
    """A frame around volumes that goes on at their opposite edge.

    The argument is that of `CircularPad2d`; widths are one integer or
    (left, right, top, bottom, front, back).

    Examples
    --------
    >>> import autograd as ag, nn
    >>> nn.CircularPad3d((1, 1, 0, 0, 2, 1))(ag.broadcast_to(1.0, (1, 1, 3, 4, 5))).shape
    (1, 1, 6, 4, 7)
    """

    _axes = 3
