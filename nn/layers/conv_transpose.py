"""Transposed convolutions: every element scatters a copy of the kernel, which enlarges images."""

from __future__ import annotations

from typing import Any

import autograd as ag
from nn.init import Seed
from nn.layers.kernels import Kernels
from nn.layers.sizes import Size, last_sizes


class _ConvTranspose(Kernels):
    """What transposed convolutions in one, two and three dimensions share."""

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Size,
        stride: Size = 1,
        padding: Size = 0,
        output_padding: Size = 0,
        groups: int = 1,
        bias: bool = True,
        dilation: Size = 1,
        *,
        rng: Seed = None,
        dtype: ag.DTypeLike = float,
    ) -> None:
        self._set_kernels(in_channels, out_channels, kernel_size, stride, dilation, groups)
        self.padding = self._sizes(0, padding=padding)
        self.output_padding = self._sizes(0, output_padding=output_padding)
        self._make((self.in_channels, self.out_channels // self.groups), bias, rng, dtype)

    def forward(self, x: ag.ArrayLike, output_size: Size | None = None) -> Any:
        """Map (N, in_channels, *image) to (N, out_channels, *out), or both without N.

        ``output_size`` chooses among the sizes that a convolution would map to this input, instead
        of ``output_padding``.
        """
        return self._over_batch(lambda x: self._scattered(x, output_size), x)

    def _scattered(self, x: Any, output_size: Size | None) -> Any:
        extra = self.output_padding if output_size is None else self._extra(x, output_size)
        y = ag.conv_transpose(
            x, self.weight, self.stride, self.padding, extra, self.dilation, self.groups
        )
        return self._with_bias(y)

    def _extra(self, x: Any, output_size: Size) -> tuple[int, ...]:
        """Return the output padding that leads to a size."""
        wanted = last_sizes(self._axes, output_size)
        geometry = (x.shape[2:], self.stride, self.padding, self.dilation, self.kernel_size)
        least = tuple(
            (n - 1) * s - 2 * p + d * (k - 1) + 1 for n, s, p, d, k in zip(*geometry, strict=True)
        )
        extra = tuple(size - low for size, low in zip(wanted, least, strict=True))
        if any(not 0 <= e < s for e, s in zip(extra, self.stride, strict=True)):
            most = tuple(low + s - 1 for low, s in zip(least, self.stride, strict=True))
            raise ag.ShapeError(
                f"output_size {wanted} of an input {x.shape} must be from {least} to {most}"
            )
        return extra


class ConvTranspose1d(_ConvTranspose):
    """Transposed convolution of signals.

    The arguments are those of `ConvTranspose2d`; sizes are integers or tuples of one.

    Attributes
    ----------
    weight : Parameter, (in_channels, out_channels / groups, kernel)
    bias : Parameter, (out_channels,), or None

    Examples
    --------
    >>> import autograd as ag, nn
    >>> nn.ConvTranspose1d(2, 1, 2, stride=2)(ag.broadcast_to(1.0, (1, 2, 5))).shape
    (1, 1, 10)
    """

    _axes = 1


class ConvTranspose2d(_ConvTranspose):
    """Transposed convolution of images, which enlarges them: decks 0 (FlowNet) and 3.

    Forwards it is what a convolution is backwards, from the output to the image.

    Parameters
    ----------
    in_channels, out_channels : int
    kernel_size : int or (height, width)
    stride, padding : int or tuple
        Those of the convolution that this is the transpose of: the stride enlarges, padding crops.
    output_padding : int or tuple
        Extra size at the end of each axis, smaller than the stride or the dilation.
    groups : int
        Channels are split into that many parts that do not see each other.
    bias : bool
    dilation : int or tuple
    rng : int, numpy.random.Generator or None
        Draws the weights, evenly between plus and minus ``1 / sqrt(out_channels kernel / groups)``.
    dtype : floating NumPy dtype

    Attributes
    ----------
    weight : Parameter, (in_channels, out_channels / groups, height, width)
    bias : Parameter, (out_channels,), or None

    Raises
    ------
    autograd.OptionError
        If sizes are not integers of at least 1, or groups do not divide the channels.
    autograd.ShapeError
        When called, if the input is not (N, in_channels, H, W) or (in_channels, H, W), or no output
        of that size exists.

    Examples
    --------
    >>> import autograd as ag, nn
    >>> nn.ConvTranspose2d(8, 4, 4, stride=2, padding=1)(ag.broadcast_to(1.0, (1, 8, 5, 7))).shape
    (1, 4, 10, 14)
    """

    _axes = 2


class ConvTranspose3d(_ConvTranspose):
    """Transposed convolution of volumes.

    The arguments are those of `ConvTranspose2d`; sizes are integers or (depth, height, width).

    Attributes
    ----------
    weight : Parameter, (in_channels, out_channels / groups, depth, height, width)
    bias : Parameter, (out_channels,), or None

    Examples
    --------
    >>> import autograd as ag, nn
    >>> nn.ConvTranspose3d(1, 1, 2, stride=2)(ag.broadcast_to(1.0, (1, 1, 2, 3, 4))).shape
    (1, 1, 4, 6, 8)
    """

    _axes = 3
