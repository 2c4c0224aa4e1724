"""The kernels that a convolution has learned; deck 2.

Those of the first layer look at pixels, and are small pictures themselves: edges, spots, colours.
"""

from __future__ import annotations

from typing import Any

import numpy as np

import autograd as ag
from autograd.core.calls import called
from autograd.core.messages import counted, one_line
from nn.checks import at_least_one
from nn.inspection.preserve import check_finite
from nn.layers import Conv1d, Conv2d
from nn.module import Module
from nn.plots.canvas import Picture, figure, styled
from nn.plots.style import SIGNED_WORDS
from nn.plots.tiles import finish, lay, scale_of, signed

ACROSS = 8  # pictures side by side, if each kernel is one
DEEP = 16  # kernels side by side, and their channels below each other, if there are more


@styled
@called
def kernels(layer: Module, *, most: int = 64) -> Picture:
    """Draw the kernels of a convolution.

    Of one input channel, each kernel is a heat map; of three, which are taken for red, green and
    blue, a coloured picture, in which grey is 0; of more, a column with a heat map for each input
    channel.

    Parameters
    ----------
    layer : Module
        A `Conv1d` or `Conv2d`, or a model, of which the first of them is taken.
    most : int
        So many kernels are shown at most, and so many channels of each; 16 if there are more than
        three channels.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    autograd.MissingError
        If matplotlib is not installed.
    autograd.OptionError
        If there is no convolution, or a weight is not finite.

    Examples
    --------
    >>> from nn.plots.filters import kernels
    >>> import nn
    >>> kernels(nn.Sequential(nn.Conv2d(1, 6, 5), nn.ReLU())).get_suptitle()
    'Conv2d 0: 6 kernels of 5 × 5, 1 channel'
    """
    at_least_one("kernels", most=most)
    path, found = _convolution(layer)
    weight = found.weight.numpy()
    check_finite("kernels", weight, "the kernels")
    weight = weight[:, :, None] if weight.ndim == 3 else weight
    shown = weight[: min(most, len(weight) if weight.shape[1] in (1, 3) else DEEP)]
    picture, note = (_coloured if weight.shape[1] == 3 else _signed)(shown)
    if len(shown) < len(weight):
        note += f"; and {len(weight) - len(shown)} more kernels"
    size = " × ".join(map(str, found.kernel_size))
    name = f"{type(found).__name__} {path}".rstrip()
    channels = counted(weight.shape[1], "channel")
    picture.describe(f"{name}: {len(weight)} kernels of {size}, {channels}", note)
    return picture


def _convolution(layer: Module) -> tuple[str, Any]:
    """Return the first convolution in a model, and its path."""
    if isinstance(layer, Module):
        for path, part in layer.named_modules():
            if isinstance(part, (Conv1d, Conv2d)):
                return path, part
    raise ag.OptionError(f"kernels: there is no Conv1d or Conv2d in {one_line(layer, 80)}")


def _signed(weight: Any) -> tuple[Picture, str]:
    """Draw one heat map for each pair of a kernel and an input channel."""
    top = float(np.abs(weight).max())
    note = f"{SIGNED_WORDS}; the colours end at {scale_of(weight)}"
    if weight.shape[1] == 1:
        return _grid([(kernel[0], signed(top)) for kernel in weight]), note
    channels = min(weight.shape[1], DEEP)
    picture = figure(7.0, channels * min(6.4 / len(weight), 0.6) + 1.2)
    axes = picture.add_subplot()
    for column, kernel in enumerate(weight):
        for row, channel in enumerate(kernel[:channels]):
            lay(axes, channel, column, row, **signed(top))
    finish(axes, len(weight), channels)
    axes.set(xlabel="kernel", ylabel="input channel")
    axes.set(xticks=range(len(weight)), yticks=range(channels))
    if channels < weight.shape[1]:
        note += f"; and {weight.shape[1] - channels} more channels"
    return picture, note


def _coloured(weight: Any) -> tuple[Picture, str]:
    """Draw each kernel as a picture whose contrast is its own, and whose grey is 0."""
    tops = np.abs(weight).max(axis=(1, 2, 3), keepdims=True)
    pixels = np.moveaxis(0.5 + 0.5 * weight / np.where(tops > 0, tops, 1.0), 1, -1)
    return _grid(
        [(kernel, {}) for kernel in pixels]
    ), "grey is 0; each kernel on a scale of its own"


def _grid(pictures: list[tuple[Any, dict[str, Any]]]) -> Picture:
    """Draw pictures row by row."""
    across = min(ACROSS, len(pictures))
    rows = -(-len(pictures) // across)
    picture = figure(7.0, rows * min(6.8 / across, 1.0) + 0.7)
    axes = picture.add_subplot()
    for number, (array, options) in enumerate(pictures):
        lay(axes, array, number % across, number // across, **options)
    finish(axes, across, rows)
    return picture
