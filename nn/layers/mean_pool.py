"""Pooling by sums: the mean of each window of an image, its sum, and its norm."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import autograd as ag
from autograd.core.float16 import in_float32
from nn.checks import above_zero, at_least_one
from nn.layers.inputs import as_floats
from nn.layers.pooling import Pool
from nn.layers.sizes import Size, along, over_batch


class _AvgPool(Pool):
    """What average pooling in one, two and three dimensions shares."""

    _options = (*Pool._options, "count_include_pad", "divisor_override")

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

    def forward(self, x: ag.ArrayLike) -> Any:
        """Map (N, C, *image) to (N, C, *out), or both without N."""
        return over_batch(self._means, as_floats(x), self._axes)

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
        When called, if the input is not (N, C, H, W) or (C, H, W), or the window does not fit into
        it.

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


class SumPool2d(Pool):
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

    def forward(self, x: ag.ArrayLike) -> Any:
        """Map (N, C, H, W) to (N, C, *out), or both without N."""
        return over_batch(lambda x: ag.sum_pool(x, *self._geometry(x)), as_floats(x), self._axes)


class _LPPool(_AvgPool):
    """What power-average pooling in one, two and three dimensions shares."""

    _options = ("norm_type", "kernel_size", "stride", "ceil_mode")

    def __init__(
        self,
        norm_type: float,
        kernel_size: Size,
        stride: Size | None = None,
        ceil_mode: bool = False,
    ) -> None:
        above_zero(type(self).__name__, norm_type=norm_type)
        self.norm_type = float(norm_type)
        super().__init__(kernel_size, stride, ceil_mode=ceil_mode)

    def forward(self, x: ag.ArrayLike) -> Any:
        """Map (N, C, *image) to (N, C, *out), or both without N."""
        return over_batch(self._norms, as_floats(x), self._axes)

    @in_float32
    def _norms(self, x: Any) -> Any:
        powers = self._means(x**self.norm_type) * math.prod(self.kernel_size)
        zero = powers == 0  # where the root is infinitely steep
        root = ag.where(zero, 1.0, powers) ** (1.0 / self.norm_type)
        return ag.where(zero, 0.0, root)


class LPPool1d(_LPPool):
    """The p-norm of each window of a signal.

    The arguments are those of `LPPool2d`; sizes are integers or tuples of one.

    Examples
    --------
    >>> import autograd as ag, nn
    >>> nn.LPPool1d(2, 2)(ag.tensor([[[3.0, 4.0, 0.0, 1.0]]]))
    tensor([[[5., 1.]]])
    """

    _axes = 1


class LPPool2d(_LPPool):
    """The p-norm of each window of an image, ``(sum x^p)^(1/p)``.

    The sum for p = 1, and near the maximum for a large p.  Powers are of x itself, not of its
    size, so the root of a negative sum is NaN.  The gradient of a sum of 0 is 0.

    Parameters
    ----------
    norm_type : float
        p, above 0.
    kernel_size : int or (height, width)
    stride : int or tuple, optional
        By default ``kernel_size``: windows side by side.
    ceil_mode : bool
        Whether a last window may stand out over the edge; its sum is then enlarged as if it were
        whole.

    Raises
    ------
    autograd.OptionError, autograd.ShapeError
        As `AvgPool2d`.

    Examples
    --------
    >>> import autograd as ag, nn
    >>> nn.LPPool2d(2, 2)(ag.tensor([[[[3.0, 0.0], [0.0, 4.0]]]]))
    tensor([[[[5.]]]])
    """

    _axes = 2


class LPPool3d(_LPPool):
    """The p-norm of each window of a volume.

    The arguments are those of `LPPool2d`; sizes are integers or (depth, height, width).

    Examples
    --------
    >>> import autograd as ag, nn
    >>> nn.LPPool3d(2, 2)(ag.broadcast_to(1.0, (1, 2, 2, 4, 4))).shape
    (1, 2, 1, 2, 2)
    """

    _axes = 3
