"""What every layer of a convolutional network makes of an image; decks 2 and 3."""

from __future__ import annotations

from typing import Any

import numpy as np

import autograd as ag
from autograd.core.calls import called
from autograd.core.messages import one_line
from nn.checks import at_least_one
from nn.inspection.images import as_image
from nn.inspection.recording import module_outputs
from nn.module import Module
from nn.plots.canvas import Axes, Picture, figure, styled
from nn.plots.images import visible
from nn.plots.style import SIGNED_WORDS, SOFT
from nn.plots.tiles import finish, lay, scale_of, signed


@styled
@called
def feature_maps(
    model: Module, image: ag.ArrayLike, *, channels: int = 8, modules: int = 12
) -> Picture:
    """Draw an image, and below it what each module makes of it, channel by channel.

    Each row has a scale of its own, from minus to plus its largest absolute number.

    Parameters
    ----------
    model : Module
        Shown are the modules in it that return (1, C, H, W), in the order they run.
    image : array, (C, H, W) or (1, C, H, W)
    channels : int
        So many of each module are shown.
    modules : int
        So many modules are shown.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    autograd.MissingError
        If matplotlib is not installed.
    autograd.ShapeError
        If it is not an image, or more than one.
    autograd.OptionError
        If an output is not finite, or no module in the model returns images.

    Examples
    --------
    >>> import numpy as np
    >>> from nn.plots.layers import feature_maps
    >>> import nn
    >>> model = nn.Sequential(nn.Conv2d(1, 4, 3), nn.ReLU(), nn.MaxPool2d(2))
    >>> picture = feature_maps(model, np.eye(8)[None])
    >>> len(picture.axes[0].images)
    13
    """
    at_least_one("feature_maps", channels=channels, modules=modules)
    batch = as_image("feature_maps", image)
    found = module_outputs("feature_maps", model, batch, 4)
    shown = found[:modules]
    across = max(3, min(channels, max(output.shape[1] for _, _, output in shown)))
    picture = figure(7.0, (len(shown) + 1) * min(4.9 / across, 1.0) + 0.7)
    axes = picture.add_subplot()
    pixels, options = visible(batch[0])
    lay(axes, pixels, 0, 0, **options)
    for row, (_, _, output) in enumerate(shown, 1):
        _row(axes, row, output[0], channels)
    finish(axes, across, len(shown) + 1)
    names = [_head(*made) for made in shown]
    axes.set_yticks(range(len(shown) + 1), [f"image\n{_size(batch)}", *names])
    more = f"; and {len(found) - modules} more modules" if len(found) > modules else ""
    picture.describe(
        "What each layer makes of the image",
        f"{SIGNED_WORDS}; the colours of a row end at the number beside it{more}",
    )
    return picture


def _head(path: str, kind: str, output: Any) -> str:
    """Return the label of a row."""
    name = one_line(f"{path} {kind}".strip(), 26, str)
    return f"{name}\n{_size(output)},  {scale_of(output)}"


def _size(images: Any) -> str:
    return " × ".join(map(str, images.shape[1:]))


def _row(axes: Axes, row: int, maps: Any, channels: int) -> None:
    """Draw the channels of a module beside each other, and say how many there are besides."""
    options = signed(float(np.abs(maps).max()))
    for column, channel in enumerate(maps[:channels]):
        lay(axes, channel, column, row, **options)
    if len(maps) > channels:
        words = f"and {len(maps) - channels}\nmore"
        axes.text(channels - 0.45, row, words, ha="left", va="center", fontsize=7, color=SOFT)
