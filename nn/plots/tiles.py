"""Many small pictures in rows and columns, as kernels, feature maps and neurons are shown.

They stand in one pair of axes, each in a square of size 1: (0, 0) is the first, and rows go down.
"""

from __future__ import annotations

import functools
from typing import Any

import numpy as np

import autograd as ag
from nn.plots.canvas import Axes, no_axis
from nn.plots.style import FRAME, SIGNED

HALF = 0.46  # of a tile; the rest is the gap between two


def lay(axes: Axes, array: ag.Array, column: int, row: int, **options: Any) -> None:
    """Put a picture into a square, with its shape kept and a frame around it.

    Parameters
    ----------
    axes : matplotlib.axes.Axes
    array : array, (H, W) or (H, W, 3)
    column, row : int
    **options
        For ``imshow``: the colours, and what the first row of the array is.
    """
    from matplotlib.patches import Rectangle

    height, width = np.array(array.shape[:2]) / max(array.shape[:2]) * HALF
    extent = (column - width, column + width, row + height, row - height)
    axes.imshow(array, extent=extent, interpolation="nearest", **options)
    corner, size = (column - width, row - height), (2 * width, 2 * height)
    axes.add_patch(Rectangle(corner, *size, fill=False, edgecolor=FRAME, linewidth=0.6))


def finish(axes: Axes, columns: int, rows: int) -> None:
    """Show all squares, and nothing around them but the names of rows and columns."""
    axes.set(xlim=(-0.5, columns - 0.5), ylim=(rows - 0.5, -0.5), xticks=[], yticks=[])
    axes.set_aspect("equal", anchor="W")
    no_axis(axes)


def signed(largest: float) -> dict[str, Any]:
    """Return the options of `lay` for numbers from ``-largest`` to ``largest``: 0 is white."""
    top = largest if largest > 0 else 1.0
    return {"cmap": signed_colors(), "vmin": -top, "vmax": top}


def scale_of(array: ag.Array) -> str:
    """Return what numbers the deepest colours stand for.

    Examples
    --------
    >>> import numpy as np
    >>> from nn.plots.tiles import scale_of
    >>> scale_of(np.array([-2.0, 1.0]))
    '±2'
    """
    return f"±{float(np.abs(array).max()):.2g}"


@functools.cache
def signed_colors() -> Any:
    """Return the colours from negative to positive."""
    from matplotlib.colors import LinearSegmentedColormap

    return LinearSegmentedColormap.from_list("signed", SIGNED, N=257)  # the middle is white
