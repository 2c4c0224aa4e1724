"""A part of an image as the numbers that it is; deck 2.

To a network an image is nothing but a grid of numbers for each channel.
"""

from __future__ import annotations

from typing import Any

import numpy as np

import autograd as ag
from autograd.core.calls import called
from autograd.core.messages import one_line
from nn.checks import at_least_one, at_least_zero
from nn.inspection.images import as_image
from nn.plots.canvas import Axes, Picture, figure, frame, styled
from nn.plots.images import visible
from nn.plots.style import INK, ORANGE

MOST = 12  # rows and columns of numbers that can be read
CHANNELS = ("red", "green", "blue")
BYTE = 255
SIZE = 9


@styled
@called
def pixel_grid(image: ag.ArrayLike, window: tuple[int, int, int, int]) -> Picture:
    """Draw an image with a frame around a part of it, and that part as a grid of numbers.

    Parameters
    ----------
    image : array, (C, H, W) or (1, C, H, W)
        Of three channels, red, green and blue, there are three grids, else there is one.  From 0 to
        1 the numbers are written as bytes, 0 to 255; others as they are.
    window : tuple of int
        The first row, the first column, how many rows and how many columns; 12 at most.

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
        If the window is not inside the image, or too large to be read.

    Examples
    --------
    >>> import numpy as np
    >>> from nn.plots.numbers import pixel_grid
    >>> picture = pixel_grid(np.eye(8)[None], (2, 2, 3, 4))
    >>> [text.get_text() for text in picture.axes[1].texts][:4]
    ['255', '0', '0', '0']
    """
    (pixels,) = as_image("pixel_grid", image)
    rows, columns = _window(window, pixels.shape[1:])
    colored, limits = len(pixels) == 3, _limits(pixels)
    picture = figure(7.0, 6.6 if colored else 4.0)
    boxes = list((picture.subplots(2, 2) if colored else picture.subplots(1, 2)).flat)
    shown, options = visible(pixels, limits)
    boxes[0].imshow(shown, **options)
    boxes[0].set_title(f"the image, {shown.shape[0]} × {shown.shape[1]} pixels", color=INK)
    _outline(boxes[0], rows, columns)
    grids = pixels if colored else pixels.mean(axis=0)[None]
    for axes, grid, name in zip(boxes[1:], grids, CHANNELS, strict=False):
        _write(axes, grid[rows, columns], limits)
        axes.set_yticks(range(rows.stop - rows.start), range(rows.start, rows.stop))
        axes.set_xticks(range(columns.stop - columns.start), range(columns.start, columns.stop))
        axes.set_title(name if colored else "the part in the frame", color=INK)
    note = "0 is black, 255 is the brightest" if limits == (0.0, 1.0) else ""
    picture.describe("An image is a grid of numbers", note)
    return picture


def _window(window: Any, size: tuple[int, ...]) -> tuple[slice, slice]:
    """Return the rows and the columns of a part of an image."""
    parts = tuple(window) if isinstance(window, (tuple, list)) else ()
    if len(parts) != 4:
        raise ag.OptionError(
            f"pixel_grid: window={one_line(window)} must be four integers: first row, first "
            "column, rows, columns"
        )
    names = ("first row", "first column", "rows", "columns")
    at_least_zero("pixel_grid", **dict(zip(names[:2], parts[:2], strict=True)))
    at_least_one("pixel_grid", **dict(zip(names[2:], parts[2:], strict=True)))
    ends = [first + count for first, count in zip(parts[:2], parts[2:], strict=True)]
    if max(parts[2:]) > MOST or any(end > side for end, side in zip(ends, size, strict=True)):
        raise ag.OptionError(
            f"pixel_grid: window={parts} must lie inside the {size[0]} × {size[1]} pixels, with "
            f"at most {MOST} rows and columns"
        )
    return slice(parts[0], ends[0]), slice(parts[1], ends[1])


def _limits(pixels: ag.Array) -> tuple[float, float]:
    """Return what is black and what is white."""
    low, high = float(pixels.min()), float(pixels.max())
    return (0.0, 1.0) if low >= 0 and high <= 1 else (low, high)


def _outline(axes: Axes, rows: slice, columns: slice) -> None:
    """Draw the frame around the part."""
    from matplotlib.patches import Rectangle

    corner = columns.start - 0.5, rows.start - 0.5
    size = columns.stop - columns.start, rows.stop - rows.start
    axes.add_patch(Rectangle(corner, *size, fill=False, edgecolor=ORANGE, linewidth=2.0))
    frame(axes)


def _write(axes: Axes, part: ag.Array, limits: tuple[float, float]) -> None:
    """Draw a part in grey, and the number of each pixel into it, on its dark side in white."""
    low, high = limits
    digits = 2 if max(abs(low), abs(high)) < 10 else 0
    axes.imshow(part, cmap="gray", vmin=low, vmax=high)
    for (row, column), value in np.ndenumerate(part):
        words = f"{value * BYTE:.0f}" if limits == (0.0, 1.0) else f"{value:.{digits}f}"
        color = INK if value > (low + high) / 2 else "white"
        axes.text(column, row, words, color=color, ha="center", va="center", fontsize=SIZE)
    frame(axes)
    axes.tick_params(length=0)
