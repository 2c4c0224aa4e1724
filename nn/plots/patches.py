"""What features respond to: pieces of images, and the projections of the activations beside them.

As in Zeiler and Fergus (2014): a block of projections for each feature, and beside it, in the same
order, the block of the pieces of images that they come from.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Any

import numpy as np

import autograd as ag
from autograd.core.calls import called
from autograd.core.messages import counted, one_line
from nn.inspection import Patch
from nn.plots.canvas import Axes, Picture, figure, styled
from nn.plots.images import limits_of, signed_words, visible, visible_signed
from nn.plots.style import FRAME
from nn.plots.tiles import HALF, finish, lay

TILES, FEATURES = 12, 4  # side by side; of more features the titles would be cut


@styled
@called
def top_patches(patches: Mapping[int, Sequence[Patch]]) -> Picture:
    """Draw the strongest activations of each feature: projections left, pieces of images right.

    Parameters
    ----------
    patches : mapping from int to sequence of Patch
        What `nn.inspection.top_patches` returns.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    autograd.MissingError
        If matplotlib is not installed.
    autograd.OptionError
        If there are no patches.

    Examples
    --------
    >>> import numpy as np
    >>> from nn.plots.patches import top_patches
    >>> import nn
    >>> images = np.random.default_rng(0).normal(size=(20, 1, 8, 8))
    >>> found = nn.inspection.top_patches(nn.Conv2d(1, 6, 3, rng=0), images, k=4)
    >>> top_patches(found).get_suptitle()
    'The 4 strongest activations of 6 features'
    """
    every = _all("top_patches", patches)
    most = max(map(len, patches.values()))
    side = math.ceil(math.sqrt(most))
    across = min(len(patches), FEATURES, max(1, TILES // (2 * side)))
    rows = -(-len(patches) // across)
    picture = figure(7.0, rows * (6.8 / (2 * across) + 0.3) + 0.9)
    panels = picture.subplots(rows, 2 * across, squeeze=False)
    size, limits = _largest(every), limits_of(patch.pixels for patch in every)
    for axes in panels.flat:
        finish(axes, side, side)
    pairs = panels.reshape(-1, 2)
    for (left, right), (channel, found) in zip(pairs, patches.items(), strict=False):
        left.set_title(_head(channel, found))
        for number, patch in enumerate(found):
            place = number % side, number // side
            _lay(left, visible_signed(patch.projection), patch, size, place)
            _lay(right, visible(patch.pixels, limits), patch, size, place)
    picture.describe(
        f"The {f'{most} strongest activations' if most > 1 else 'strongest activation'} of "
        f"{counted(len(patches), 'feature')}",
        f"left: projections to the pixels, each on a scale of its own, "
        f"{signed_words(every[0].projection)}; right: the piece of the image that each comes from, "
        "hatched beyond its edge",
    )
    return picture


def _all(owner: str, patches: Any) -> list[Patch]:
    found = list(chain(*patches.values())) if isinstance(patches, Mapping) else []
    if not found or not all(isinstance(patch, Patch) for patch in found):
        raise ag.OptionError(
            f"{owner}: {one_line(patches)} must be what nn.inspection.top_patches returns"
        )
    return found


def _largest(patches: list[Patch]) -> tuple[int, int]:
    """Return the size of a field that no edge of the image cuts."""
    height, width = np.max([patch.pixels.shape[1:] for patch in patches], axis=0)
    return int(height), int(width)


def _lay(
    axes: Axes,
    shown: tuple[ag.Array, dict[str, Any]],
    patch: Patch,
    size: tuple[int, int],
    place: tuple[int, int],
) -> None:
    """Put a piece of an image into a tile; what is beyond an edge of the image is hatched."""
    from matplotlib.patches import Rectangle

    array, options = shown
    if array.ndim == 3:  # with a fourth channel, for what is transparent
        array = np.concatenate([array, np.ones_like(array[..., :1])], axis=-1)
    missing = [full - n for full, n in zip(size, array.shape, strict=False)]
    if any(missing):
        at_start = [side.start == 0 for side in patch.field]
        pads = [(m, 0) if first else (0, m) for m, first in zip(missing, at_start, strict=True)]
        blank = np.nan if array.ndim == 2 else 0.0
        array = np.pad(array, [*pads, *[(0, 0)] * (array.ndim - 2)], constant_values=blank)
        corner = place[0] - HALF, place[1] - HALF
        axes.add_patch(
            Rectangle(
                corner, 2 * HALF, 2 * HALF, fill=False, hatch="////", ec=FRAME, lw=0, zorder=-1
            )
        )
    lay(axes, array, *place, **options)


def _head(channel: int, found: Sequence[Patch]) -> str:
    """Return the channel, and from where to where its activations go."""
    numbers = dict.fromkeys(f"{patch.activation:.3g}" for patch in found[:: len(found) - 1 or 1])
    return f"channel {channel}: {' to '.join(numbers)}"
