"""Occlusion in a picture: what covering each place of an image does to a score; deck 2."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

import autograd as ag
from autograd.core.calls import called
from nn.inspection.activations import entered
from nn.inspection.images import as_image
from nn.inspection.occlusion import covered_scores, scores_of
from nn.inspection.preserve import Model
from nn.plots.canvas import Axes, Picture, figure, frame, styled
from nn.plots.images import visible
from nn.plots.style import BLUE, INK, name_of, names_of
from nn.plots.tiles import signed


@styled
@called
def occlusion(
    model: Model,
    image: ag.ArrayLike,
    target: int,
    size: int,
    stride: int = 1,
    value: float | None = None,
    *,
    classes: Sequence[str] = (),
) -> Picture:
    """Draw an image, and beside it by how much a square at each place changes the score of a class.

    Parameters
    ----------
    model, image, target, size, stride, value
        As for `nn.inspection.occlusion_map`, which has the numbers and the errors.
    classes : sequence of str
        What the classes are called.

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
    >>> from nn.plots.covered import occlusion
    >>> import nn
    >>> model = nn.Sequential(nn.Conv2d(1, 2, 3), nn.ReLU(), nn.Flatten(), nn.Linear(72, 3))
    >>> occlusion(model, np.eye(8)[None], 2, size=3).get_suptitle()
    'Where a square of 3 × 3 changes the score of class 2'
    """
    found = covered_scores("occlusion", model, image, target, size, stride, value)
    batch = entered(model, as_image("occlusion", image)).numpy()
    changes = found - scores_of("occlusion", model, batch, target)
    name = name_of(target, names_of("occlusion", classes))
    height, width = batch.shape[2:]
    picture = figure(7.0, min(max(3.0 * height / width, 1.6), 5.0) + 0.9)
    left, right = picture.subplots(1, 2)
    pixels, options = visible(batch[0])
    left.imshow(pixels, **options)
    left.set_title("image, and the square at its worst place", color=INK)
    _outline(left, np.unravel_index(changes.argmin(), changes.shape), size, stride)
    bottom, right_end = (n * stride - stride / 2 for n in changes.shape)
    extent = (-stride / 2, right_end, bottom, -stride / 2)
    heat = right.imshow(changes, extent=extent, **signed(float(np.abs(changes).max())))
    right.set_title("change of the score, by the middle of the square", color=INK)
    picture.colorbar(heat, ax=right, shrink=0.8).outline.set_visible(False)
    for axes in (left, right):
        axes.set(xlim=(-0.5, width - 0.5), ylim=(height - 0.5, -0.5))
        frame(axes)
    picture.describe(
        f"Where a square of {size} × {size} changes the score of {name}",
        "blue: covering this place makes the score smaller; orange: larger",
    )
    return picture


def _outline(axes: Axes, place: Any, size: int, stride: int) -> None:
    """Draw the edge of the square at a place of the map."""
    from matplotlib.patches import Rectangle

    row, column = (int(i) * stride - size // 2 - 0.5 for i in place)
    axes.add_patch(Rectangle((column, row), size, size, fill=False, edgecolor=BLUE, linewidth=2))
