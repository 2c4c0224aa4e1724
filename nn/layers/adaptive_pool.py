"""Adaptive pooling: so many windows along each axis, whatever the size of the image.

Window i of an axis goes from ``floor(i n / out)`` to ``ceil((i + 1) n / out)``; they may overlap.
"""

from __future__ import annotations

import math
from typing import Any

import autograd as ag
from nn.checks import boolean
from nn.layers.inputs import as_floats
from nn.layers.resize import resized, window_means, windows
from nn.layers.sizes import Size, over_batch, per_axis
from nn.module import Module


class _Adaptive(Module):
    """What both kinds share: the size of the result."""

    _axes: int

    def _set_size(self, given: Any) -> None:
        n = self._axes
        sizes = tuple(given) if isinstance(given, (tuple, list)) else (given,) * n
        whole = tuple(1 if size is None else size for size in sizes)
        whole = per_axis(type(self).__name__, n, output_size=whole)
        self.output_size = tuple(
            None if size is None else new for size, new in zip(sizes, whole, strict=True)
        )

    def _lengths(self, x: Any) -> list[tuple[int, int]]:
        """Return the old and the new length of each axis."""
        return [(n, new or n) for n, new in zip(x.shape[2:], self.output_size, strict=True)]

    def extra_repr(self) -> str:
        """Return the size."""
        return f"output_size={self.output_size}"


class _AdaptiveAvgPool(_Adaptive):
    """What the means in one, two and three dimensions share."""

    def __init__(self, output_size: Size) -> None:
        self._set_size(output_size)

    def forward(self, x: ag.ArrayLike) -> Any:
        """Map (N, C, *image) to (N, C, *output_size), or both without N."""
        return over_batch(self._means, as_floats(x), self._axes)

    def _means(self, x: Any) -> Any:
        return resized(x, [window_means(n, new) for n, new in self._lengths(x)])


class AdaptiveAvgPool1d(_AdaptiveAvgPool):
    """The means of ``output_size`` windows of a signal, however long it is.

    The argument is that of `AdaptiveAvgPool2d`, an integer or a tuple of one.

    Examples
    --------
    >>> import autograd as ag, nn
    >>> nn.AdaptiveAvgPool1d(2)(ag.tensor([[[1.0, 2.0, 6.0]]]))
    tensor([[[1.5, 4. ]]])
    """

    _axes = 1


class AdaptiveAvgPool2d(_AdaptiveAvgPool):
    """The means of ``output_size`` windows along each axis, whatever the size of the image.

    Window i of an axis goes from ``floor(i n / out)`` to ``ceil((i + 1) n / out)``; they may
    overlap.

    Parameters
    ----------
    output_size : int or (height, width)
        None for an axis leaves it as it is.

    Raises
    ------
    autograd.OptionError
        If it is not an integer of at least 1.
    autograd.ShapeError
        When called, if the input is not (N, C, H, W) or (C, H, W).

    Examples
    --------
    >>> import autograd as ag, nn
    >>> nn.AdaptiveAvgPool2d(1)(ag.tensor([[[[1.0, 2.0], [3.0, 6.0]]]]))
    tensor([[[[3.]]]])
    """

    _axes = 2


class AdaptiveAvgPool3d(_AdaptiveAvgPool):
    """The means of ``output_size`` windows along each axis of a volume.

    The argument is that of `AdaptiveAvgPool2d`, an integer or (depth, height, width).

    Examples
    --------
    >>> import autograd as ag, nn
    >>> nn.AdaptiveAvgPool3d((1, 2, None))(ag.broadcast_to(1.0, (1, 2, 3, 4, 5))).shape
    (1, 2, 1, 2, 5)
    """

    _axes = 3


class _AdaptiveMaxPool(_Adaptive):
    """What the maxima in one, two and three dimensions share."""

    def __init__(self, output_size: Size, return_indices: bool = False) -> None:
        boolean(type(self).__name__, return_indices=return_indices)
        self._set_size(output_size)
        self.return_indices = return_indices

    def forward(self, x: ag.ArrayLike) -> Any:
        """Map (N, C, *image) to (N, C, *output_size), or both without N.

        With ``return_indices`` also to indices of that shape.
        """
        return over_batch(self._largest, as_floats(x), self._axes)

    def _largest(self, x: Any) -> Any:
        values, places = self._windows(x), self._windows(_numbered(x.shape[2:]))
        best = ag.max(values, axis=-1)
        if not self.return_indices:
            return best
        first = ag.expand_dims(ag.argmax(values, axis=-1), -1)
        places = ag.broadcast_to(places, values.shape)
        return best, ag.squeeze(ag.take_along_axis(places, first, axis=-1), -1)

    def _windows(self, x: Any) -> Any:
        """Copy out the windows: (N, C, *image) to (N, C, *out, pixels of a window).

        A shorter window repeats its last pixel, which is never the first of equal ones.
        """
        lengths = self._lengths(x)
        for axis, (n, new) in enumerate(lengths):
            spans = windows(n, new)
            longest = max(end - begin for begin, end in spans)
            rows = [[min(b + k, end - 1) for k in range(longest)] for b, end in spans]
            x = ag.take(x, ag.tensor(rows, dtype=int).data, axis=2 + 2 * axis)
        places = range(2, x.ndim, 2)
        x = ag.transpose(x, (0, 1, *places, *(axis + 1 for axis in places)))
        out = tuple(new for _, new in lengths)
        return ag.reshape(x, (*x.shape[:2], *out, math.prod(x.shape[2 + len(out) :])))

    def extra_repr(self) -> str:
        """Return the size, and whether there are indices."""
        return f"{super().extra_repr()}, return_indices={self.return_indices}"


def _numbered(image: tuple[int, ...]) -> Any:
    """Return an image whose pixels have their numbers, row by row."""
    numbers = ag.tensor(range(math.prod(image)), dtype=int).data
    return ag.reshape(numbers, (1, 1, *image))


class AdaptiveMaxPool1d(_AdaptiveMaxPool):
    """The maxima of ``output_size`` windows of a signal, however long it is.

    The arguments are those of `AdaptiveMaxPool2d`; the size is an integer or a tuple of one.

    Examples
    --------
    >>> import autograd as ag, nn
    >>> nn.AdaptiveMaxPool1d(2)(ag.tensor([[[1.0, 2.0, 6.0]]]))
    tensor([[[2., 6.]]])
    """

    _axes = 1


class AdaptiveMaxPool2d(_AdaptiveMaxPool):
    """The maxima of ``output_size`` windows along each axis, whatever the size of the image.

    The gradient goes to the largest element, of several equal ones to the first.

    Parameters
    ----------
    output_size : int or (height, width)
        None for an axis leaves it as it is.
    return_indices : bool
        Whether also to return where the largest elements stand, as `MaxPool2d` does.

    Raises
    ------
    autograd.OptionError
        If a size is not an integer of at least 1.
    autograd.ShapeError
        When called, if the input is not (N, C, H, W) or (C, H, W).

    Examples
    --------
    >>> import autograd as ag, nn
    >>> nn.AdaptiveMaxPool2d((1, 2))(ag.tensor([[[[1.0, 2.0, 3.0], [5.0, 4.0, 0.0]]]]))
    tensor([[[[5., 4.]]]])
    """

    _axes = 2


class AdaptiveMaxPool3d(_AdaptiveMaxPool):
    """The maxima of ``output_size`` windows along each axis of a volume.

    The arguments are those of `AdaptiveMaxPool2d`; the size is an integer or
    (depth, height, width).

    Examples
    --------
    >>> import autograd as ag, nn
    >>> nn.AdaptiveMaxPool3d((1, 2, None))(ag.broadcast_to(1.0, (1, 2, 3, 4, 5))).shape
    (1, 2, 1, 2, 5)
    """

    _axes = 3
