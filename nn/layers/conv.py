"""Convolutional layers: the same small dense layer at every place of an image."""

from __future__ import annotations

from typing import Any

import autograd as ag
from nn.checks import one_of
from nn.init import Seed
from nn.layers.kernels import Kernels
from nn.layers.sizes import Size

# PyTorch's words for what the padding is made of, and NumPy's.
PADDING_MODES = {"zeros": "constant", "reflect": "reflect", "replicate": "edge", "circular": "wrap"}


class _Conv(Kernels):
    """What convolutions in one, two and three dimensions share."""

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Size,
        stride: Size = 1,
        padding: Size = 0,
        dilation: Size = 1,
        groups: int = 1,
        bias: bool = True,
        padding_mode: str = "zeros",
        *,
        rng: Seed = None,
        dtype: ag.DTypeLike = float,
    ) -> None:
        self._set_kernels(in_channels, out_channels, kernel_size, stride, dilation, groups)
        one_of(type(self).__name__, tuple(PADDING_MODES), padding_mode=padding_mode)
        if isinstance(padding, str):
            one_of(type(self).__name__, ("same", "valid"), padding=padding)
        self.padding = padding if isinstance(padding, str) else self._sizes(0, padding=padding)
        if self.padding == "same" and set(self.stride) != {1}:
            raise ag.OptionError(
                f"{type(self).__name__}: padding='same' needs stride 1, not {self.stride}"
            )
        self.padding_mode = padding_mode
        self._make((self.out_channels, self.in_channels // self.groups), bias, rng, dtype)

    def forward(self, x: ag.ArrayLike) -> Any:
        """Map (N, in_channels, *image) to (N, out_channels, *out), or both without N."""
        return self._over_batch(self._convolved, x)

    def _convolved(self, x: Any) -> Any:
        padding = self.padding
        if self.padding_mode != "zeros":
            x, padding = self._padded(x), 0
        y = ag.conv(x, self.weight, self.stride, padding, self.dilation, self.groups)
        return self._with_bias(y)

    def _padded(self, x: Any) -> Any:
        """Put a widths around the image that is not of zeros."""
        widths = self._pad_widths()
        widest = [max(sides) for sides in widths]
        if self.padding_mode == "reflect" and any(map(int.__ge__, widest, x.shape[2:])):
            raise ag.ShapeError(
                f"input {x.shape} is too small to be reflected in a widths of {tuple(widths)}"
            )
        return ag.pad(x, ((0, 0), (0, 0), *widths), mode=PADDING_MODES[self.padding_mode])

    def _pad_widths(self) -> list[tuple[int, int]]:
        """Return how much is put before and behind each spatial axis, if it is not zeros."""
        if self.padding == "same":
            totals = [d * (k - 1) for d, k in zip(self.dilation, self.kernel_size, strict=True)]
            return [(total // 2, total - total // 2) for total in totals]
        return [(0, 0)] * self._axes if self.padding == "valid" else [(p, p) for p in self.padding]


class Conv1d(_Conv):
    """Convolution of signals: the same weights at every place; deck 2.

    ``out[n, o, i] = bias[o] + sum_{c, k} weight[o, c, k] x[n, c, stride i + dilation k - padding]``

    The arguments are those of `Conv2d`; sizes are integers or tuples of one.

    Attributes
    ----------
    weight : Parameter, (out_channels, in_channels / groups, kernel)
    bias : Parameter, (out_channels,), or None

    Examples
    --------
    >>> import autograd as ag, nn
    >>> nn.Conv1d(2, 4, 3)(ag.broadcast_to(1.0, (1, 2, 10))).shape
    (1, 4, 8)
    """

    _axes = 1


class Conv2d(_Conv):
    """Convolution of images: the same weights at every place; decks 2 and 3.

    ``out[n, o, i] = bias[o] + sum_{c, k} weight[o, c, k] x[n, c, stride i + dilation k - padding]``
    where i and k are places, (row, column).

    Parameters
    ----------
    in_channels, out_channels : int
    kernel_size : int or (height, width)
    stride, padding, dilation : int or tuple
        ``padding`` may also be "valid" for none, or "same", which keeps the size of the image.
    groups : int
        Channels are split into that many parts that do not see each other.
    bias : bool
    padding_mode : {"zeros", "reflect", "replicate", "circular"}
        What the padding is made of.
    rng : int, numpy.random.Generator or None
        Draws the weights, evenly between plus and minus ``1 / sqrt(in_channels kernel / groups)``.
    dtype : floating NumPy dtype

    Attributes
    ----------
    weight : Parameter, (out_channels, in_channels / groups, height, width)
    bias : Parameter, (out_channels,), or None

    Raises
    ------
    autograd.OptionError
        If sizes are not integers of at least 1, groups do not divide the channels, or a word is not
        one of those above; "same" takes stride 1.
    autograd.ShapeError
        When called, if the input is not (N, in_channels, H, W) or (in_channels, H, W), or the
        kernel does not fit into it.

    Examples
    --------
    >>> import autograd as ag, nn
    >>> layer = nn.Conv2d(3, 6, kernel_size=5, padding=2)
    >>> layer(ag.broadcast_to(1.0, (1, 3, 8, 8))).shape
    (1, 6, 8, 8)
    >>> sum(p.size for p in layer.parameters())
    456
    """

    _axes = 2


class Conv3d(_Conv):
    """Convolution of volumes or films: the same weights at every place; deck 2.

    The arguments are those of `Conv2d`; sizes are integers or (depth, height, width).

    Attributes
    ----------
    weight : Parameter, (out_channels, in_channels / groups, depth, height, width)
    bias : Parameter, (out_channels,), or None

    Examples
    --------
    >>> import autograd as ag, nn
    >>> nn.Conv3d(1, 2, (1, 3, 3))(ag.broadcast_to(1.0, (1, 1, 4, 5, 5))).shape
    (1, 2, 4, 3, 3)
    """

    _axes = 3
