"""Projections of one activation by the three rules of the ReLU, side by side; decks 2 and 3."""

from __future__ import annotations

import autograd as ag
from autograd.core.calls import called
from nn.inspection.activations import path_of
from nn.inspection.backprojection import projected
from nn.inspection.images import as_image
from nn.inspection.preserve import Model
from nn.module import Module
from nn.plots.canvas import Picture, figure, frame, styled
from nn.plots.images import signed_words, visible, visible_signed
from nn.plots.style import INK
from nn.plots.tiles import scale_of

# How each rule is called, and what must be positive where a ReLU lets the signal pass.
HEADS = {
    "gradient": "gradient: input > 0",
    "guided": "guided: both > 0",
    "deconvnet": "deconvnet: signal > 0",
}


@styled
@called
def projections(
    model: Model,
    image: ag.ArrayLike,
    module: str | Module | None = None,
    channel: int | None = None,
    position: tuple[int, ...] | None = None,
) -> Picture:
    """Draw an image, and which pixels an activation is made of by each rule of the ReLU.

    Parameters
    ----------
    model, image, module, channel, position
        As for `nn.inspection.backproject`, which has the numbers and the errors.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    autograd.MissingError
        If matplotlib is not installed.

    Examples
    --------
    >>> import numpy as np
    >>> from nn.plots.backward import projections
    >>> import nn
    >>> model = nn.Sequential(nn.Conv2d(1, 2, 3), nn.ReLU(), nn.Conv2d(2, 2, 3))
    >>> projections(model, np.eye(8)[None], "2", 1, (0, 3)).get_suptitle()
    'Which pixels an activation of 2 is made of'
    """
    chosen = (model, image, module, channel, position)
    found = {rule: projected("projections", *chosen, rule) for rule in HEADS}
    pixels, options = visible(as_image("projections", image)[0])
    picture = figure(7.0, min(max(1.7 * pixels.shape[0] / pixels.shape[1], 1.0), 3.0) + 1.0)
    first, *others = picture.subplots(1, 4)
    first.imshow(pixels, **options)
    first.set_title("image", color=INK)
    first.set_xlabel(" ")  # so that all are as large
    for axes, (rule, projection) in zip(others, found.items(), strict=True):
        signal, options = visible_signed(projection)
        axes.imshow(signal, **options)
        narrow = pixels.shape[0] > 1.5 * pixels.shape[1]
        axes.set_title(HEADS[rule].replace(": ", ":\n" if narrow else ": "), color=INK)
        axes.set_xlabel(scale_of(projection))
    for axes in (first, *others):
        frame(axes)
    path = path_of(model, module)
    picture.describe(
        f"Which pixels {f'an activation of {path}' if path else 'an output'} is made of",
        f"{signed_words(projection)}; the colours end at the number below each picture",
    )
    return picture
