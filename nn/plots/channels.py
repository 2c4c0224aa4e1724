"""All channels of one module, as a grid; decks 2 and 3."""

from __future__ import annotations

import math

import numpy as np

import autograd as ag
from autograd.core.calls import called
from autograd.core.messages import counted
from nn.checks import at_least_one
from nn.inspection.activations import entered, output_of, part_of, path_of
from nn.inspection.images import as_image
from nn.inspection.preserve import Model
from nn.module import Module
from nn.plots.canvas import Picture, figure, styled
from nn.plots.style import SIGNED_WORDS
from nn.plots.tiles import finish, lay, scale_of, signed


@styled
@called
def feature_grid(
    model: Model, image: ag.ArrayLike, module: str | Module | None = None, *, most: int = 256
) -> Picture:
    """Draw what every channel of one module makes of an image.

    Parameters
    ----------
    model : Module, or callable
    image : array, (C, H, W) or (1, C, H, W)
    module : str or Module, optional
        The part that is shown, or its path; it returns (1, channels, rows, columns).  By default
        the model.
    most : int
        So many channels are shown at most.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    autograd.MissingError
        If matplotlib is not installed.
    autograd.ShapeError
        If it is not an image, or more than one, or the module does not return images.
    autograd.OptionError
        If there is no such module, or an output is not finite.

    Examples
    --------
    >>> import numpy as np
    >>> from nn.plots.channels import feature_grid
    >>> import nn
    >>> feature_grid(nn.Conv2d(1, 12, 3), np.eye(8)[None]).get_suptitle()
    'What 12 channels of the output make of the image'
    """
    at_least_one("feature_grid", most=most)
    part = part_of("feature_grid", model, module)
    x = entered(model, as_image("feature_grid", image))
    with ag.no_grad():
        maps = ag.tensor(output_of("feature_grid", model, x, part)).numpy()[0]
    if maps.ndim != 3 or not maps.size:
        raise ag.ShapeError(
            f"feature_grid: the module returned {maps.shape} of the image, and not "
            "(channels, rows, columns)"
        )
    shown = maps[:most]
    across = math.ceil(math.sqrt(2 * len(shown)))
    rows = -(-len(shown) // across)
    picture = figure(7.0, rows * min(6.8 / across, 1.0) + 0.8)
    axes = picture.add_subplot()
    options = signed(float(np.abs(maps).max()))
    for number, channel in enumerate(shown):
        lay(axes, channel, number % across, number // across, **options)
    finish(axes, across, rows)
    more = f"; and {len(maps) - most} more channels" if len(maps) > most else ""
    picture.describe(
        f"What {counted(len(shown), 'channel')} of {path_of(model, module) or 'the output'} "
        f"make{'s' if len(shown) == 1 else ''} of the image",
        f"row by row from channel 0; {SIGNED_WORDS}; the colours end at {scale_of(maps)}{more}",
    )
    return picture
