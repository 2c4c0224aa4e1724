"""Layers that move numbers between channels and pixels, or among channels, and change none."""

from __future__ import annotations

from typing import Any

import autograd as ag
from nn.checks import at_least_one
from nn.layers.inputs import as_array
from nn.module import Module


class PixelShuffle(Module):
    """Make pixels of channels: each r^2 channels become one, r times as high and wide.

    After a convolution it enlarges images as `ConvTranspose2d` does (Shi et al. 2016).

    Parameters
    ----------
    upscale_factor : int
        r.

    Raises
    ------
    autograd.OptionError
        If it is not an integer of at least 1.
    autograd.ShapeError
        When called, if the input is not (..., C r^2, H, W).

    Examples
    --------
    >>> import autograd as ag, nn
    >>> nn.PixelShuffle(2)(ag.tensor([[[[1.0]], [[2.0]], [[3.0]], [[4.0]]]]))
    tensor([[[[1., 2.],
              [3., 4.]]]])
    """

    def __init__(self, upscale_factor: int) -> None:
        at_least_one("PixelShuffle", upscale_factor=upscale_factor)
        self.upscale_factor = int(upscale_factor)

    def forward(self, x: ag.ArrayLike) -> Any:
        """Map (..., C r^2, H, W) to (..., C, H r, W r)."""
        x, r = as_array(x), self.upscale_factor
        if x.ndim < 3 or x.shape[-3] % r**2:
            raise ag.ShapeError(
                f"input {x.shape} must be (..., C, H, W), with channels that {r} * {r} divides"
            )
        (*batch, c, h, w), n = x.shape, x.ndim - 3
        cells = ag.reshape(x, (*batch, c // r**2, r, r, h, w))
        rows = ag.transpose(cells, (*range(n), n, n + 3, n + 1, n + 4, n + 2))
        return ag.reshape(rows, (*batch, c // r**2, h * r, w * r))

    def extra_repr(self) -> str:
        """Return the factor."""
        return f"upscale_factor={self.upscale_factor}"


class PixelUnshuffle(Module):
    """Make channels of pixels: the inverse of `PixelShuffle`.

    Parameters
    ----------
    downscale_factor : int
        r.

    Raises
    ------
    autograd.OptionError
        If it is not an integer of at least 1.
    autograd.ShapeError
        When called, if the input is not (..., C, H r, W r).

    Examples
    --------
    >>> import autograd as ag, nn
    >>> nn.PixelUnshuffle(2)(ag.broadcast_to(1.0, (1, 3, 4, 6))).shape
    (1, 12, 2, 3)
    """

    def __init__(self, downscale_factor: int) -> None:
        at_least_one("PixelUnshuffle", downscale_factor=downscale_factor)
        self.downscale_factor = int(downscale_factor)

    def forward(self, x: ag.ArrayLike) -> Any:
        """Map (..., C, H r, W r) to (..., C r^2, H, W)."""
        x, r = as_array(x), self.downscale_factor
        if x.ndim < 3 or x.shape[-2] % r or x.shape[-1] % r:
            raise ag.ShapeError(
                f"input {x.shape} must be (..., C, H, W), with a height and width that {r} divides"
            )
        (*batch, c, h, w), n = x.shape, x.ndim - 3
        cells = ag.reshape(x, (*batch, c, h // r, r, w // r, r))
        channels = ag.transpose(cells, (*range(n), n, n + 2, n + 4, n + 1, n + 3))
        return ag.reshape(channels, (*batch, c * r**2, h // r, w // r))

    def extra_repr(self) -> str:
        """Return the factor."""
        return f"downscale_factor={self.downscale_factor}"


class ChannelShuffle(Module):
    """Deal the channels out: the first of each group, then the second of each (Zhang et al. 2018).

    Between two grouped convolutions it lets the groups see each other.

    Parameters
    ----------
    groups : int
        Divides the number of channels.

    Raises
    ------
    autograd.OptionError
        If it is not an integer of at least 1.
    autograd.ShapeError
        When called, if the input is not (N, C, ...), or the groups do not divide C.

    Examples
    --------
    >>> import autograd as ag, nn
    >>> nn.ChannelShuffle(2)(ag.tensor([[[1.0], [2.0], [3.0], [4.0]]])).ravel()
    tensor([1., 3., 2., 4.])
    """

    def __init__(self, groups: int) -> None:
        at_least_one("ChannelShuffle", groups=groups)
        self.groups = int(groups)

    def forward(self, x: ag.ArrayLike) -> Any:
        """Map (N, C, ...) to the same shape."""
        x, g = as_array(x), self.groups
        if x.ndim < 3 or x.shape[1] % g:
            raise ag.ShapeError(
                f"input {x.shape} must be (N, C, ...), with channels that {g} divides"
            )
        groups = ag.reshape(x, (x.shape[0], g, x.shape[1] // g, *x.shape[2:]))
        return ag.reshape(ag.swapaxes(groups, 1, 2), x.shape)

    def extra_repr(self) -> str:
        """Return the number of groups."""
        return f"groups={self.groups}"
