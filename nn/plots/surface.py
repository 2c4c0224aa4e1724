"""The loss over two directions in the space of the weights, with the way down; deck 3."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

import autograd as ag
from autograd.core.calls import called
from nn.data.dataset import Examples
from nn.init import Seed
from nn.inspection import surface as numbers
from nn.module import Module
from nn.plots.canvas import Axes, Picture, figure, styled
from nn.plots.style import INK, ORANGE

LEVELS = 24
STEEP = 30  # times the least loss, from where on the levels are powers


@styled
@called
def loss_surface(
    model: Module,
    loss: Any,
    data: Examples,
    *,
    path: Sequence[ag.ArrayLike] | None = None,
    directions: str | Sequence[ag.ArrayLike] | None = None,
    span: tuple[float, float] | None = None,
    resolution: int = 31,
    rng: Seed = None,
) -> Picture:
    """Draw the loss over two directions in the space of the weights, as a map with contours.

    Parameters
    ----------
    model, loss, data, path, directions, span, resolution, rng
        As for `nn.inspection.loss_surface`, which has the numbers and the errors.  The descent is
        drawn into the map, as it is seen from above.

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
    >>> from nn.plots.surface import loss_surface
    >>> import nn
    >>> model = nn.models.MLP(2, 4, 2, rng=0)
    >>> loss_surface(model, nn.cross_entropy, nn.data.moons(20, rng=0), rng=0).get_suptitle()
    'The loss over two directions in the space of 22 weights'
    """
    from matplotlib.colors import BoundaryNorm

    found = numbers.loss_surface(
        model,
        loss,
        data,
        path=path,
        directions=directions,
        span=span,
        resolution=max(resolution, 2),
        rng=rng,
    )
    picture = figure(5.4, 4.6)
    axes = picture.add_subplot(xlabel="first direction", ylabel="second direction")
    levels = _levels(found.losses)
    norm = BoundaryNorm(levels, 256)
    over = found.x, found.y, found.losses
    height = axes.contourf(*over, levels=levels, cmap="viridis_r", norm=norm)
    axes.contour(*over, levels=levels, colors="white", linewidths=0.4)
    bar = picture.colorbar(height, ax=axes, label="loss", ticks=levels[:: LEVELS // 6])
    bar.ax.set_yticklabels([f"{level:.2g}" for level in levels[:: LEVELS // 6]])
    bar.minorticks_off()
    bar.outline.set_visible(False)
    _draw_path(axes, found.path)
    share = "" if found.share is None else f"; the descent lies in this plane to {found.share:.0%}"
    picture.describe(
        f"The loss over two directions in the space of {found.origin.size} weights",
        f"the darker, the higher{share}",
    )
    return picture


def _levels(losses: ag.Array) -> ag.Array:
    """Return the heights of the contours: even ones, or even factors of a steep surface."""
    low, high = float(losses.min()), float(losses.max())
    if low == high:
        return np.linspace(low - 0.5, high + 0.5, LEVELS + 1)
    if low > 0 and high > STEEP * low:
        return np.geomspace(low, high, LEVELS + 1)
    return np.linspace(low, high, LEVELS + 1)


def _draw_path(axes: Axes, path: ag.Array) -> None:
    if len(path):
        axes.plot(*path.T, "-o", color=ORANGE, markersize=2.5, linewidth=1.2)
        for place, word in ((path[0], "start"), (path[-1], "end")):
            axes.plot(*place, "o", color=ORANGE, markeredgecolor="white", markersize=7)
            axes.annotate(
                word,
                place,
                xytext=(6, 6),
                textcoords="offset points",
                color=INK,
                bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.75, "pad": 1.5},
            )
    else:
        axes.plot(0, 0, "o", color=ORANGE, markeredgecolor="white", markersize=7)
