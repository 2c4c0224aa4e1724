"""Windows of images as columns, and back: PyTorch's layers over `autograd.unfold` and `fold`."""

from __future__ import annotations

import math
from typing import Any

import autograd as ag
from nn.layers.inputs import as_array
from nn.layers.sizes import Size, over_batch, per_axis
from nn.module import Module


class _Windows(Module):
    """What both directions share: how the window moves."""

    def _set_geometry(self, kernel_size: Size, dilation: Size, padding: Size, stride: Size) -> None:
        kind = type(self).__name__
        self.kernel_size = per_axis(kind, 2, kernel_size=kernel_size)
        self.dilation = per_axis(kind, 2, dilation=dilation)
        self.padding = per_axis(kind, 2, 0, padding=padding)
        self.stride = per_axis(kind, 2, stride=stride)

    def extra_repr(self) -> str:
        """Return the geometry."""
        names = ("kernel_size", "dilation", "padding", "stride")
        return ", ".join(f"{name}={getattr(self, name)}" for name in names)


class Unfold(_Windows):
    """Lay each window of an image out as a column; with it a convolution is a matrix product.

    Parameters
    ----------
    kernel_size : int or (height, width)
    dilation, padding, stride : int or tuple

    Raises
    ------
    autograd.OptionError
        If sizes are not integers.
    autograd.ShapeError
        When called, if the input is not (N, C, H, W) or (C, H, W), or the window does not fit.

    Examples
    --------
    >>> import autograd as ag, nn
    >>> nn.Unfold(2)(ag.tensor([[[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]]]))
    tensor([[[1., 2.],
             [2., 3.],
             [4., 5.],
             [5., 6.]]])
    """

    def __init__(
        self, kernel_size: Size, dilation: Size = 1, padding: Size = 0, stride: Size = 1
    ) -> None:
        self._set_geometry(kernel_size, dilation, padding, stride)

    def forward(self, x: ag.ArrayLike) -> Any:
        """Map (N, C, H, W) to (N, C height width, windows), or both without N."""
        return over_batch(self._columns, as_array(x), 2)

    def _columns(self, x: Any) -> Any:
        y = ag.unfold(x, self.kernel_size, self.stride, self.padding, self.dilation)
        return ag.reshape(y, (x.shape[0], math.prod(y.shape[1:4]), math.prod(y.shape[4:])))


class Fold(_Windows):
    """Lay windows down in an image where `Unfold` cuts them out, and add up where they overlap.

    Parameters
    ----------
    output_size : int or (height, width)
        That of the image.
    kernel_size : int or (height, width)
    dilation, padding, stride : int or tuple

    Raises
    ------
    autograd.OptionError
        If sizes are not integers.
    autograd.ShapeError
        When called, if the input is not (N, C height width, windows), with or without N.

    Examples
    --------
    >>> import autograd as ag, nn
    >>> nn.Fold((1, 3), (1, 2))(ag.tensor([[[1.0, 2.0], [10.0, 20.0]]]))
    tensor([[[[ 1., 12., 20.]]]])
    """

    def __init__(
        self,
        output_size: Size,
        kernel_size: Size,
        dilation: Size = 1,
        padding: Size = 0,
        stride: Size = 1,
    ) -> None:
        self.output_size = per_axis("Fold", 2, output_size=output_size)
        self._set_geometry(kernel_size, dilation, padding, stride)

    def forward(self, x: ag.ArrayLike) -> Any:
        """Map (N, C height width, windows) to (N, C, *output_size), or both without N."""
        x = as_array(x)
        places, pixels = self._places(), math.prod(self.kernel_size)
        count = math.prod(places)
        if x.ndim not in (2, 3) or x.shape[-2] % pixels or x.shape[-1] != count:
            raise ag.ShapeError(
                f"input {x.shape} must be (N, C * {pixels}, {count}), with or without N: "
                f"windows of {pixels} pixels at {count} places"
            )
        windows = ag.reshape(x, (-1, x.shape[-2] // pixels, *self.kernel_size, *places))
        y = ag.fold(windows, self.output_size, self.stride, self.padding, self.dilation)
        return y if x.ndim == 3 else ag.squeeze(y, 0)

    def _places(self) -> tuple[int, ...]:
        """Return at how many places of each axis a window lies."""
        geometry = (self.output_size, self.kernel_size, self.stride, self.padding, self.dilation)
        return tuple(
            max(0, (n + 2 * p - d * (k - 1) - 1) // s + 1)
            for n, k, s, p, d in zip(*geometry, strict=True)
        )

    def extra_repr(self) -> str:
        """Return the geometry."""
        return f"output_size={self.output_size}, {super().extra_repr()}"
