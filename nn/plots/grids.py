"""Images in rows, each with a word above it."""

from __future__ import annotations

from collections.abc import Sequence

import autograd as ag
from autograd.core.calls import called
from autograd.core.messages import counted
from nn.checks import at_least_one
from nn.inspection.images import as_image
from nn.plots.canvas import Picture, figure, frame, styled
from nn.plots.images import limits_of, visible
from nn.plots.style import INK

MOST = 200  # images


@styled
@called
def image_grid(
    images: Sequence[ag.ArrayLike],
    names: Sequence[str] = (),
    *,
    title: str = "",
    across: int = 8,
) -> Picture:
    """Draw images beside each other, on one scale.

    Parameters
    ----------
    images : sequence of array, (C, H, W)
        Three channels are red, green and blue.  Numbers from 0 to 1 are shown from black to white;
        of others the least is black and the largest white.
    names : sequence of str
        What stands above each, or none; they may have several lines.
    title : str
        What stands above all; by default how many there are.
    across : int
        So many stand in a row.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    autograd.MissingError
        If matplotlib is not installed.
    autograd.ShapeError
        If one is not an image.
    autograd.OptionError
        If there are none, or more than 200, or not as many names.

    Examples
    --------
    >>> import numpy as np
    >>> from nn.plots.grids import image_grid
    >>> picture = image_grid(np.zeros((3, 1, 8, 8)), ["a", "b", "c"])
    >>> [axes.get_title("left") for axes in picture.axes], picture.get_suptitle()
    (['a', 'b', 'c'], '3 images')
    """
    at_least_one("image_grid", across=across)
    if not 0 < len(images) <= MOST or len(names) not in (0, len(images)):
        raise ag.OptionError(
            f"image_grid: {len(images)} images and {len(names)} names; give 1 to {MOST} images, "
            "and a name for each or none"
        )
    shown = [as_image("image_grid", image)[0] for image in images]
    low, high = limits_of(shown)
    limits = (0.0, 1.0) if low >= 0 and high <= 1 else (low, high)
    columns = min(across, len(shown))
    rows = -(-len(shown) // columns)
    tall = max(image.shape[1] / image.shape[2] for image in shown)
    lines = max((str(name).count("\n") + 1 for name in names), default=0)
    picture = figure(7.0, rows * (6.8 / max(columns, 3) * tall + 0.17 * lines) + 0.5)
    boxes = picture.subplots(rows, max(columns, 3), squeeze=False)
    for axes in boxes[:, columns:].flat:
        axes.remove()
    places = list(boxes[:, :columns].flat)
    for axes in places[len(shown) :]:
        axes.remove()
    for number, (axes, image) in enumerate(zip(places, shown, strict=False)):
        pixels, options = visible(image, limits)
        axes.imshow(pixels, **options)
        frame(axes)
        if names:
            axes.set_title(str(names[number]), color=INK)
    picture.describe(title or counted(len(shown), "image"))
    return picture
