"""The locally connected layer: a convolution whose weights are not shared between places."""

from __future__ import annotations

import math
from typing import Any

import autograd as ag
from nn import init
from nn.checks import boolean
from nn.init import Seed
from nn.layers.kernels import Kernels
from nn.layers.sizes import Size
from nn.layers.weights import reset
from nn.parameter import Parameter


class LocallyConnected2d(Kernels):
    """A unit for each place sees a window of the image with weights of its own; deck 3.

    Between the dense layer, which sees everything, and the convolution, which sees every window
    with the same weights: for a 1000 x 1000 image and as many units with 10 x 10 windows, 10^12,
    10^8 and (of 100 filters) 10^4 weights.

    Parameters
    ----------
    in_channels, out_channels : int
    input_size : int or (height, width)
        That of the images, on which the number of weights depends.
    kernel_size : int or (height, width)
    stride, padding, dilation : int or tuple
    bias : bool
    rng : int, numpy.random.Generator or None
        Draws the weights, evenly between plus and minus ``1 / sqrt(in_channels kernel)``.
    dtype : floating NumPy dtype

    Attributes
    ----------
    weight : Parameter, (out_channels, in_channels, *kernel, *out)
        That of a convolution, once for each place.
    bias : Parameter, (out_channels, *out), or None

    Raises
    ------
    autograd.OptionError
        If sizes are not integers of at least 1, or the kernel does not fit into the image.
    autograd.ShapeError
        When called, if the input is not (N, in_channels, *input_size), with or without N.

    Examples
    --------
    >>> import autograd as ag, nn
    >>> layer = nn.LocallyConnected2d(1, 1, input_size=28, kernel_size=5)
    >>> layer(ag.broadcast_to(1.0, (1, 1, 28, 28))).shape, layer.weight.size
    ((1, 1, 24, 24), 14400)
    """

    _axes = 2

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        input_size: Size,
        kernel_size: Size,
        stride: Size = 1,
        padding: Size = 0,
        dilation: Size = 1,
        bias: bool = True,
        *,
        rng: Seed = None,
        dtype: ag.DTypeLike = float,
    ) -> None:
        self._set_kernels(in_channels, out_channels, kernel_size, stride, dilation, groups=1)
        boolean("LocallyConnected2d", bias=bias)
        self.input_size = self._sizes(input_size=input_size)
        self.padding = self._sizes(0, padding=padding)
        geometry = (self.input_size, self.kernel_size, self.stride, self.padding, self.dilation)
        out = tuple(
            (n + 2 * p - d * (k - 1) - 1) // s + 1 for n, k, s, p, d in zip(*geometry, strict=True)
        )
        if min(out) < 1:
            raise ag.OptionError(
                f"LocallyConnected2d: kernel_size={self.kernel_size} does not fit into "
                f"input_size={self.input_size} with padding={self.padding}"
            )
        shape = (out_channels, in_channels, *self.kernel_size, *out)
        self.weight = Parameter(init.blank(shape, dtype))
        self.bias = Parameter(init.blank((out_channels, *out), dtype)) if bias else None
        self.reset_parameters(rng)

    def reset_parameters(self, rng: Seed = None) -> None:
        """Draw new weights and biases."""
        reset(self, rng, self.in_channels * math.prod(self.kernel_size))

    def forward(self, x: ag.ArrayLike) -> Any:
        """Map (N, in_channels, *input_size) to (N, out_channels, *out), or both without N."""
        return self._over_batch(self._seen, x)

    def _seen(self, x: Any) -> Any:
        if x.shape[2:] != self.input_size:
            raise ag.ShapeError(
                f"input {x.shape} must have images of {self.input_size}, which have weights"
            )
        windows = ag.unfold(x, self.kernel_size, self.stride, self.padding, self.dilation)
        y = ag.einsum("ncklij,ocklij->noij", windows, self.weight)
        return y if self.bias is None else y + self.bias

    def extra_repr(self) -> str:
        """Return channels and geometry."""
        return (
            f"{self.in_channels}, {self.out_channels}, input_size={self.input_size}, "
            f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}, "
            f"dilation={self.dilation}, bias={self.bias is not None}"
        )
