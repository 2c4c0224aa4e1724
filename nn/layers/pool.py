"""Pooling: one number for each window of an image, the largest, the mean or the sum."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import autograd as ag
from autograd.core.float16 import in_float32
from nn.checks import at_least_one
from nn.layers.inputs import as_floats
from nn.layers.sizes import Size, along, check_image, per_axis
from nn.module import Module


class _Pool(Module):
    """What all kinds share: how the windows lie."""

    _axes: int
    _options: tuple[str, ...] = ("kernel_size", "stride", "padding", "ceil_mode")

    def _set_geometry(
        self, kernel_size: Size, stride: Size | None, padding: Size, dilation: Size, ceil_mode: bool
    ) -> None:
        kind, n = type(self).__name__, self._axes
        self.kernel_size = per_axis(kind, n, kernel_size=kernel_size)
        self.stride = self.kernel_size if stride is None else per_axis(kind, n, stride=stride)
        self.padding = per_axis(kind, n, 0, padding=padding)
        self.dilation = per_axis(kind, n, dilation=dilation)
        self.ceil_mode = ceil_mode
        reach = [d * (k - 1) + 1 for d, k in zip(self.dilation, self.kernel_size, strict=True)]
        if any(2 * p > r for p, r in zip(self.padding, reach, strict=True)):
            raise ag.OptionError(
                f"{kind}: padding={self.padding} may be at most half of the window {tuple(reach)}, "
                "or windows would lie in the padding"
            )

    def _geometry(self, x: Any) -> tuple[Any, ...]:
        """Return how the window moves over an image, as the functions of `autograd` take it."""
        check_image(x, self._axes)
        return self.kernel_size, self.stride, tuple(self._paddings(x.shape[2:])), self.dilation

    def _paddings(self, image: tuple[int, ...]) -> Iterator[tuple[int, int]]:
        """Yield the padding of each axis; with ``ceil_mode`` the last window may stand out of it.

        But it must not begin behind the image, where it would see nothing.
        """
        geometry = (image, self.kernel_size, self.stride, self.padding, self.dilation)
        for n, k, s, p, d in zip(*geometry, strict=True):
            reach = d * (k - 1) + 1
            free = n + 2 * p - reach
            last = -(-free // s) if self.ceil_mode else free // s
            if last * s >= n + p:
                last -= 1
            yield p, max(p, last * s + reach - n - p)

    def extra_repr(self) -> str:
        """Return the geometry."""
        return ", ".join(f"{name}={_short(getattr(self, name))}" for name in self._options)


def _short(value: Any) -> Any:
    return value[0] if isinstance(value, tuple) and len(set(value)) == 1 else value


class _MaxPool(_Pool):
    """What max pooling in one, two and three dimensions shares."""

    _options = ("kernel_size", "stride", "padding", "dilation", "return_indices", "ceil_mode")

    def __init__(
        self,
        kernel_size: Size,
        stride: Size | None = None,
        padding: Size = 0,
        dilation: Size = 1,
        return_indices: bool = False,
        ceil_mode: bool = False,
    ) -> None:
        self._set_geometry(kernel_size, stride, padding, dilation, ceil_mode)
        self.return_indices = return_indices

    def forward(self, x: ag.ArrayLike) -> Any:
        """Map (N, C, *image) to (N, C, *out), and indices of that shape if they are wanted."""
        x = as_floats(x)
        geometry = self._geometry(x)
        best = ag.max_pool(x, *geometry)
        return (best, ag.argmax_pool(x, *geometry)) if self.return_indices else best


class MaxPool1d(_MaxPool):
    """The largest element of each window of a signal; deck 2.

    The arguments are those of `MaxPool2d`; sizes are integers or tuples of one.

    Examples
    --------
    >>> import autograd as ag, nn
    >>> nn.MaxPool1d(2)(ag.tensor([[[1.0, 5.0, 3.0, 2.0]]]))
    tensor([[[5., 3.]]])
    """

    _axes = 1


class MaxPool2d(_MaxPool):
    """The largest element of each window of an image; decks 2 and 3.

    The gradient goes to the largest element, of several equal ones to the first.

    Parameters
    ----------
    kernel_size : int or (height, width)
    stride : int or tuple, optional
        By default ``kernel_size``: windows side by side.
    padding : int or tuple
        At most half of the window; padding never wins.
    dilation : int or tuple
    return_indices : bool
        Whether also to return where the largest elements stand, as an array of integers: each its
        number in its channel, row by row, which is what `MaxUnpool2d` needs.
    ceil_mode : bool
        Whether a last window may stand out over the edge.

    Raises
    ------
    autograd.OptionError
        If sizes are not integers, or the padding is more than half of the window.
    autograd.ShapeError
        When called, if the input is not (N, C, H, W) or the window does not fit into it.

    Examples
    --------
    >>> import autograd as ag, nn
    >>> x = ag.tensor([[[[1.0, 5.0], [3.0, 2.0]]]])
    >>> nn.MaxPool2d(2, return_indices=True)(x)
    (tensor([[[[5.]]]]), array([[[[1]]]]))
    """

    _axes = 2


class MaxPool3d(_MaxPool):
    """The largest element of each window of a volume; deck 2.

    The arguments are those of `MaxPool2d`; sizes are integers or (depth, height, width).

    Examples
    --------
    >>> import autograd as ag, nn
    >>> nn.MaxPool3d((1, 2, 2))(ag.broadcast_to(1.0, (1, 2, 3, 4, 4))).shape
    (1, 2, 3, 2, 2)
    """

    _axes = 3


class _AvgPool(_Pool):
    """What average pooling in one, two and three dimensions shares."""

    _options = (*_Pool._options, "count_include_pad", "divisor_override")

    def __init__(
        self,
        kernel_size: Size,
        stride: Size | None = None,
        padding: Size = 0,
        ceil_mode: bool = False,
        count_include_pad: bool = True,
        divisor_override: int | None = None,
    ) -> None:
        self._set_geometry(kernel_size, stride, padding, 1, ceil_mode)
        if divisor_override is not None:
            at_least_one(type(self).__name__, divisor_override=divisor_override)
            divisor_override = int(divisor_override)
        self.count_include_pad = count_include_pad
        self.divisor_override = divisor_override

    def forward(self, x: ag.ArrayLike) -> ag.Tensor:
        """Map (N, C, *image) to (N, C, *out)."""
        return self._means(as_floats(x))

    @in_float32
    def _means(self, x: Any) -> Any:
        total = ag.sum_pool(x, *self._geometry(x))
        return total / (self.divisor_override or self._counts(x.shape[2:], total))

    def _counts(self, image: tuple[int, ...], like: Any) -> Any:
        """Return how many elements each window has: one number if all have the same."""
        counts = 1
        for axis, lengths in enumerate(self._lengths(image, like.shape[2:]), start=2):
            counts = counts * along(lengths, axis, like.ndim)
        first = int(ag.max(counts))
        return first if ag.min(counts) == first else ag.astype(counts, like.dtype)

    def _lengths(self, image: tuple[int, ...], out: tuple[int, ...]) -> Iterator[list[int]]:
        """Yield for each axis how long its windows are, inside the image or its padding."""
        geometry = (image, out, self.kernel_size, self.stride, self.padding)
        for n, places, k, s, p in zip(*geometry, strict=True):
            low, high = (-p, n + p) if self.count_include_pad else (0, n)
            begins = [s * i - p for i in range(places)]
            yield [min(begin + k, high) - max(begin, low) for begin in begins]


class AvgPool1d(_AvgPool):
    """The mean of each window of a signal; deck 2.

    The arguments are those of `AvgPool2d`; sizes are integers or tuples of one.

    Examples
    --------
    >>> import autograd as ag, nn
    >>> nn.AvgPool1d(2)(ag.tensor([[[1.0, 5.0, 3.0, 2.0]]]))
    tensor([[[3. , 2.5]]])
    """

    _axes = 1


class AvgPool2d(_AvgPool):
    """The mean of each window of an image; deck 2.

    Parameters
    ----------
    kernel_size : int or (height, width)
    stride : int or tuple, optional
        By default ``kernel_size``: windows side by side.
    padding : int or tuple
        Zeros, at most half of the window.
    ceil_mode : bool
        Whether a last window may stand out over the edge.
    count_include_pad : bool
        Whether the zeros of the padding count as elements.
    divisor_override : int, optional
        What to divide the sums by, instead of the number of elements.

    Raises
    ------
    autograd.OptionError
        If sizes are not integers, or the padding is more than half of the window.
    autograd.ShapeError
        When called, if the input is not (N, C, H, W) or the window does not fit into it.

    Examples
    --------
    >>> import autograd as ag, nn
    >>> nn.AvgPool2d(2)(ag.tensor([[[[1.0, 5.0], [3.0, 3.0]]]]))
    tensor([[[[3.]]]])
    """

    _axes = 2


class AvgPool3d(_AvgPool):
    """The mean of each window of a volume; deck 2.

    The arguments are those of `AvgPool2d`; sizes are integers or (depth, height, width).

    Examples
    --------
    >>> import autograd as ag, nn
    >>> nn.AvgPool3d(2)(ag.broadcast_to(1.0, (1, 2, 2, 4, 4))).shape
    (1, 2, 1, 2, 2)
    """

    _axes = 3


class SumPool2d(_Pool):
    """The sum of each window of an image; deck 2.

    Parameters
    ----------
    kernel_size : int or (height, width)
    stride : int or tuple, optional
        By default ``kernel_size``: windows side by side.
    padding : int or tuple
        Zeros, at most half of the window.
    ceil_mode : bool
        Whether a last window may stand out over the edge.

    Raises
    ------
    autograd.OptionError, autograd.ShapeError
        As `AvgPool2d`.

    Examples
    --------
    >>> import autograd as ag, nn
    >>> nn.SumPool2d(2)(ag.tensor([[[[1.0, 5.0], [3.0, 3.0]]]]))
    tensor([[[[12.]]]])
    """

    _axes = 2

    def __init__(
        self,
        kernel_size: Size,
        stride: Size | None = None,
        padding: Size = 0,
        ceil_mode: bool = False,
    ) -> None:
        self._set_geometry(kernel_size, stride, padding, 1, ceil_mode)

    def forward(self, x: ag.ArrayLike) -> ag.Tensor:
        """Map (N, C, H, W) to (N, C, *out)."""
        x = as_floats(x)
        return ag.sum_pool(x, *self._geometry(x))
