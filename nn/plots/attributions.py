"""How much each pixel adds to a score: slope times pixel, exact where a network is linear."""

from __future__ import annotations

import numpy as np

import autograd as ag
from autograd.core.calls import called
from autograd.core.messages import one_line
from nn.inspection.images import as_image
from nn.inspection.preserve import check_finite
from nn.plots.canvas import Axes, Picture, figure, frame, styled
from nn.plots.images import visible
from nn.plots.style import INK, LONGEST, SIGNED

WRITTEN = 64  # pixels, up to which numbers can be read in them
LOUD = 0.3  # of the largest, from which on a number is written
DARK = 0.75  # of the largest, from which on ink cannot be read
SIZE = 8


@styled
@called
def attributions(
    image: ag.ArrayLike,
    amounts: ag.ArrayLike,
    *,
    above: str = "above 0",
    below: str = "below 0",
    title: str = "",
) -> Picture:
    """Draw an image, and beside it how much each of its pixels adds to a score.

    A network of convolutions, ReLUs and maxima is linear in pieces: ``slope * pixel`` are the parts
    of the score, to the last digit.

    Parameters
    ----------
    image : array, (C, H, W) or (1, C, H, W)
    amounts : array (H, W)
        How much each pixel adds; of 8 x 8 pixels the larger ones are written as numbers.
    above, below : str
        What an amount above 0 speaks for, and one below 0.
    title : str

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    autograd.MissingError
        If matplotlib is not installed.
    autograd.ShapeError
        If the amounts are not one for each pixel.
    autograd.OptionError
        If an amount is not finite.

    Examples
    --------
    >>> import numpy as np
    >>> from nn.plots.attributions import attributions
    >>> picture = attributions(np.eye(2)[None], [[2.0, 0.1], [0.0, -1.0]])
    >>> [text.get_text() for text in picture.axes[1].texts]
    ['2.0', '-1.0']
    """
    (pixels,) = as_image("attributions", image)
    pushes = np.asarray(amounts, dtype=float)
    if pushes.shape != pixels.shape[1:]:
        raise ag.ShapeError(
            f"attributions: amounts {pushes.shape} for an image of {pixels.shape[1:]} pixels; give "
            "one for each"
        )
    check_finite("attributions", pushes, "the amounts")
    most = float(np.abs(pushes).max()) or 1.0
    picture = figure(7.0, 3.9)
    left, right = picture.subplots(1, 2)
    limits = float(pixels.min()), float(pixels.max())
    shown, options = visible(pixels, limits)
    left.imshow(shown, **options)
    right.imshow(pushes, cmap=_signed(), vmin=-most, vmax=most)
    if pushes.size <= WRITTEN:
        _write(right, pushes, most)
    for axes, name in ((left, "the image"), (right, "what each pixel adds")):
        axes.set_title(name, color=INK)
        frame(axes)
    for_above, for_below = (one_line(word, LONGEST, str) for word in (above, below))
    picture.describe(title or "What each pixel adds", f"orange: {for_above}; blue: {for_below}")
    return picture


def _write(axes: Axes, pushes: ag.Array, most: float) -> None:
    """Write the larger amounts into their pixels, on the darkest ones in white."""
    for (row, column), push in np.ndenumerate(pushes):
        if abs(push) >= LOUD * most:
            color = "white" if abs(push) > DARK * most else INK
            axes.text(
                column, row, f"{push:.1f}", ha="center", va="center", fontsize=SIZE, color=color
            )


def _signed() -> object:
    from matplotlib.colors import LinearSegmentedColormap

    return LinearSegmentedColormap.from_list("signed", SIGNED)
