"""Convolutional layers: the same small dense layer at every place of an image."""

from __future__ import annotations

from typing import Any

import autograd as ag
from nn import init
from nn.checks import one_of, positive
from nn.layers.sizes import along, check_image, per_axis
from nn.layers.weights import as_input, reset
from nn.module import Module
from nn.parameter import Parameter

PADDING_MODES = {"zeros": "constant", "reflect": "reflect", "replicate": "edge", "circular": "wrap"}


class _Conv(Module):
    """What convolutions in one, two and three dimensions share."""

    _axes: int

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Any,
        stride: Any = 1,
        padding: Any = 0,
        dilation: Any = 1,
        groups: int = 1,
        bias: bool = True,
        padding_mode: str = "zeros",
        *,
        rng: Any = None,
        dtype: Any = float,
    ) -> None:
        kind, n = type(self).__name__, self._axes
        positive(kind, in_channels=in_channels, out_channels=out_channels, groups=groups)
        one_of(kind, tuple(PADDING_MODES), padding_mode=padding_mode)
        _check_groups(kind, groups, in_channels, out_channels)
        self.in_channels = in_channels
        self.out_channels = out_channels
        self.kernel_size = per_axis(kind, n, kernel_size=kernel_size)
        self.stride = per_axis(kind, n, stride=stride)
        self.padding = (
            padding if padding in ("same", "valid") else per_axis(kind, n, 0, padding=padding)
        )
        self.dilation = per_axis(kind, n, dilation=dilation)
        self.groups = groups
        self.padding_mode = padding_mode
        shape = (out_channels, in_channels // groups, *self.kernel_size)
        self.weight = Parameter(init.blank(shape, dtype))
        self.bias = Parameter(init.blank((out_channels,), dtype)) if bias else None
        self.reset_parameters(rng)

    def reset_parameters(self, rng: Any = None) -> None:
        """Draw new kernels and biases."""
        reset(self, rng)

    def forward(self, x: Any) -> Any:
        """Map (N, in_channels, *image) to (N, out_channels, *out)."""
        x = as_input(self, x)
        check_image(x, self._axes, self.in_channels)
        padding = self.padding
        if self.padding_mode != "zeros":
            x = ag.pad(x, ((0, 0), (0, 0), *self._frame()), mode=PADDING_MODES[self.padding_mode])
            padding = 0
        y = ag.conv(x, self.weight, self.stride, padding, self.dilation, self.groups)
        return y if self.bias is None else y + along(self.bias, 1, y.ndim)

    def _frame(self) -> list[tuple[int, int]]:
        """Return how much is put before and behind each spatial axis, if it is not zeros."""
        if self.padding == "same":
            totals = [d * (k - 1) for d, k in zip(self.dilation, self.kernel_size, strict=True)]
            return [(total // 2, total - total // 2) for total in totals]
        return [(0, 0)] * self._axes if self.padding == "valid" else [(p, p) for p in self.padding]

    def extra_repr(self) -> str:
        """Return channels and geometry, as far as they are not the usual ones."""
        usual = {
            "padding": (0,) * self._axes,
            "dilation": (1,) * self._axes,
            "groups": 1,
            "padding_mode": "zeros",
        }
        options = [f"{name}={getattr(self, name)!r}" for name in ("kernel_size", "stride")]
        options += [
            f"{name}={getattr(self, name)!r}"
            for name, value in usual.items()
            if getattr(self, name) != value
        ]
        options += ["bias=False"] if self.bias is None else []
        return f"{self.in_channels}, {self.out_channels}, {', '.join(options)}"


class Conv1d(_Conv):
    """Convolution of signals: the same weights at every place; deck 2, "Conv1D".

    ``out[n, o, i] = bias[o] + sum_{c, k} weight[o, c, k] x[n, c, stride i + dilation k - padding]``

    Parameters
    ----------
    in_channels, out_channels : int
    kernel_size : int or (int,)
    stride, padding, dilation : int or tuple
        ``padding`` may also be "same" or "valid".
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
    weight : Parameter, (out_channels, in_channels / groups, kernel)
    bias : Parameter, (out_channels,), or None

    Raises
    ------
    autograd.OptionError
        If sizes are no integers of at least 1, or groups do not divide the channels.
    autograd.ShapeError
        When called, if the input is not (N, in_channels, L) or the kernel does not fit into it.

    Examples
    --------
    >>> import autograd as ag, nn
    >>> nn.Conv1d(2, 4, 3)(ag.broadcast_to(1.0, (1, 2, 10))).shape
    (1, 4, 8)
    """

    _axes = 1


class Conv2d(_Conv):
    """Convolution of images: the same weights at every place; decks 2 and 3.

    ``out[n, o, i, j] = bias[o] + sum_{c, k, l} weight[o, c, k, l] x[n, c, s i + d k - p, ...]``

    Parameters
    ----------
    in_channels, out_channels : int
    kernel_size : int or (height, width)
    stride, padding, dilation : int or tuple
        ``padding`` may also be "same" or "valid".
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
        If sizes are no integers of at least 1, or groups do not divide the channels.
    autograd.ShapeError
        When called, if the input is not (N, in_channels, H, W) or the kernel does not fit into it.

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
    """Convolution of volumes or films: the same weights at every place; deck 2, "Conv3D".

    Parameters
    ----------
    in_channels, out_channels : int
    kernel_size : int or (depth, height, width)
    stride, padding, dilation : int or tuple
        ``padding`` may also be "same" or "valid".
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
    weight : Parameter, (out_channels, in_channels / groups, depth, height, width)
    bias : Parameter, (out_channels,), or None

    Raises
    ------
    autograd.OptionError
        If sizes are no integers of at least 1, or groups do not divide the channels.
    autograd.ShapeError
        When called, if the input is not (N, in_channels, D, H, W) or the kernel does not fit.

    Examples
    --------
    >>> import autograd as ag, nn
    >>> nn.Conv3d(1, 2, (1, 3, 3))(ag.broadcast_to(1.0, (1, 1, 4, 5, 5))).shape
    (1, 2, 4, 3, 3)
    """

    _axes = 3


class _ConvTranspose(Module):
    """What transposed convolutions in one, two and three dimensions share."""

    _axes: int

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Any,
        stride: Any = 1,
        padding: Any = 0,
        output_padding: Any = 0,
        groups: int = 1,
        bias: bool = True,
        dilation: Any = 1,
        *,
        rng: Any = None,
        dtype: Any = float,
    ) -> None:
        kind, n = type(self).__name__, self._axes
        positive(kind, in_channels=in_channels, out_channels=out_channels, groups=groups)
        _check_groups(kind, groups, in_channels, out_channels)
        self.in_channels = in_channels
        self.out_channels = out_channels
        self.kernel_size = per_axis(kind, n, kernel_size=kernel_size)
        self.stride = per_axis(kind, n, stride=stride)
        self.padding = per_axis(kind, n, 0, padding=padding)
        self.output_padding = per_axis(kind, n, 0, output_padding=output_padding)
        self.dilation = per_axis(kind, n, dilation=dilation)
        self.groups = groups
        shape = (in_channels, out_channels // groups, *self.kernel_size)
        self.weight = Parameter(init.blank(shape, dtype))
        self.bias = Parameter(init.blank((out_channels,), dtype)) if bias else None
        self.reset_parameters(rng)

    def reset_parameters(self, rng: Any = None) -> None:
        """Draw new kernels and biases."""
        reset(self, rng)

    def forward(self, x: Any, output_size: Any = None) -> Any:
        """Map (N, in_channels, *image) to (N, out_channels, *out).

        ``output_size`` chooses among the sizes that a convolution would map to this input, instead
        of ``output_padding``.
        """
        x = as_input(self, x)
        check_image(x, self._axes, self.in_channels)
        extra = self.output_padding if output_size is None else self._extra(x, output_size)
        y = ag.conv_transpose(
            x, self.weight, self.stride, self.padding, extra, self.dilation, self.groups
        )
        return y if self.bias is None else y + along(self.bias, 1, y.ndim)

    def _extra(self, x: Any, output_size: Any) -> tuple[int, ...]:
        wanted = per_axis("output", self._axes, output_size=tuple(output_size)[-self._axes :])
        least = [
            (n - 1) * s - 2 * p + d * (k - 1) + 1
            for n, s, p, d, k in zip(
                x.shape[2:], self.stride, self.padding, self.dilation, self.kernel_size, strict=True
            )
        ]
        extra = tuple(size - low for size, low in zip(wanted, least, strict=True))
        if any(not 0 <= e < s for e, s in zip(extra, self.stride, strict=True)):
            most = tuple(low + s - 1 for low, s in zip(least, self.stride, strict=True))
            raise ag.ShapeError(
                f"output_size {wanted} of an input {x.shape} must be from {tuple(least)} to {most}"
            )
        return extra

    def extra_repr(self) -> str:
        """Return channels and geometry, as far as they are not the usual ones."""
        usual = {"padding": 0, "output_padding": 0, "dilation": 1, "groups": 1}
        options = [f"{name}={getattr(self, name)}" for name in ("kernel_size", "stride")]
        options += [
            f"{name}={getattr(self, name)}"
            for name, value in usual.items()
            if getattr(self, name) not in (value, (value,) * self._axes)
        ]
        options += ["bias=False"] if self.bias is None else []
        return f"{self.in_channels}, {self.out_channels}, {', '.join(options)}"


class ConvTranspose1d(_ConvTranspose):
    """Transposed convolution of signals: every element scatters a copy of the kernel.

    Parameters
    ----------
    in_channels, out_channels : int
    kernel_size : int or (int,)
    stride, padding : int or tuple
        Those of the convolution that this is the transpose of: the stride enlarges, padding crops.
    output_padding : int or tuple
        Extra size at the end, smaller than the stride.
    groups : int
    bias : bool
    dilation : int or tuple
    rng : int, numpy.random.Generator or None
    dtype : floating NumPy dtype

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

    Parameters
    ----------
    in_channels, out_channels : int
    kernel_size : int or (height, width)
    stride, padding : int or tuple
        Those of the convolution that this is the transpose of: the stride enlarges, padding crops.
    output_padding : int or tuple
        Extra size at the end of each axis, smaller than the stride.
    groups : int
    bias : bool
    dilation : int or tuple
    rng : int, numpy.random.Generator or None
    dtype : floating NumPy dtype

    Attributes
    ----------
    weight : Parameter, (in_channels, out_channels / groups, height, width)
    bias : Parameter, (out_channels,), or None

    Raises
    ------
    autograd.OptionError
        If sizes are no integers of at least 1, or groups do not divide the channels.
    autograd.ShapeError
        When called, if the input is not (N, in_channels, H, W) or no output of that size exists.

    Examples
    --------
    >>> import autograd as ag, nn
    >>> nn.ConvTranspose2d(8, 4, 4, stride=2, padding=1)(ag.broadcast_to(1.0, (1, 8, 5, 7))).shape
    (1, 4, 10, 14)
    """

    _axes = 2


class ConvTranspose3d(_ConvTranspose):
    """Transposed convolution of volumes: every element scatters a copy of the kernel.

    Parameters
    ----------
    in_channels, out_channels : int
    kernel_size : int or (depth, height, width)
    stride, padding : int or tuple
        Those of the convolution that this is the transpose of: the stride enlarges, padding crops.
    output_padding : int or tuple
        Extra size at the end of each axis, smaller than the stride.
    groups : int
    bias : bool
    dilation : int or tuple
    rng : int, numpy.random.Generator or None
    dtype : floating NumPy dtype

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


def _check_groups(kind: str, groups: int, in_channels: int, out_channels: int) -> None:
    if in_channels % groups or out_channels % groups:
        raise ag.OptionError(
            f"{kind}: groups={groups} must divide in_channels={in_channels} and "
            f"out_channels={out_channels}"
        )
