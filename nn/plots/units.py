"""What each neuron responds to: its output over the plane, as in the TensorFlow Playground.

A unit of the first layer divides the plane by a straight line; those of later layers bend and
combine what came before.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.core.calls import called
from autograd.core.messages import one_line
from nn.checks import at_least_one
from nn.data.dataset import Examples
from nn.inspection.recording import module_outputs
from nn.module import Module
from nn.plots.canvas import Axes, Picture, figure, styled
from nn.plots.plane import planar, plane_around
from nn.plots.style import SIGNED_WORDS, SOFT
from nn.plots.tiles import finish, lay, scale_of, signed

ACROSS = 8  # modules side by side; more go below
LONGEST = 12  # letters above a column


@styled
@called
def neurons(model: Module, data: Examples, *, units: int = 8, resolution: int = 60) -> Picture:
    """Draw the output of every unit over the plane, a column for each module.

    Each column has a scale of its own, from minus to plus its largest absolute output: so units of
    a layer can be compared, and one that is always 0 is white.

    Parameters
    ----------
    model : Module
        Maps (M, 2).  Shown are the modules in it that return (M, units), in the order they run.
    data : Dataset, or pair of arrays
        Inputs (N, 2), which say what part of the plane is looked at.
    units : int
        So many of each module are shown.
    resolution : int
        How many points are computed along each side of a heat map.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    autograd.MissingError
        If matplotlib is not installed.
    autograd.ShapeError
        If there are not two inputs.
    autograd.OptionError
        If it is not a module, an output is not finite, or there are no such modules in it.

    Examples
    --------
    >>> import numpy as np
    >>> from nn.plots.units import neurons
    >>> import nn
    >>> model = nn.Sequential(nn.Linear(2, 4), nn.Tanh(), nn.Linear(4, 1))
    >>> picture = neurons(model, (np.array([[0.0, 0], [1, 1]]), [0, 1]))
    >>> len(picture.axes[0].images)
    9
    """
    at_least_one("neurons", units=units)
    plane = plane_around("neurons", planar("neurons", data).inputs, resolution)
    found = module_outputs("neurons", model, plane.points, 2)
    bands, across = -(-len(found) // ACROSS), min(len(found), ACROSS)
    rows = min(max(output.shape[1] for _, _, output in found), units)
    picture = figure(7.0, bands * (rows * min(6.8 / across, 0.9) + 0.75) + 0.5)
    for band, axes in enumerate(picture.subplots(bands, 1, squeeze=False)[:, 0]):
        inside = found[band * ACROSS : (band + 1) * ACROSS]
        for column, (_, _, output) in enumerate(inside):
            heats = output.T.reshape(-1, *plane.shape)
            _column(axes, column, heats, units)
        finish(axes, across, rows)
        axes.set_xticks(range(len(inside)), [_head(*made) for made in inside])
        axes.tick_params(labeltop=True, labelbottom=False)
    picture.describe(
        "What each neuron puts out over the plane",
        f"{SIGNED_WORDS}; the colours of a column end at the number above it",
    )
    return picture


def _head(path: str, kind: str, output: Any) -> str:
    """Return what stands above a column, as narrow as it is."""
    path = path if len(path) <= LONGEST else f"…{path[1 - LONGEST :]}"
    kind = one_line(kind, LONGEST, str)
    return "\n".join([path or "output", kind, scale_of(output)])


def _column(axes: Axes, column: int, heats: Any, units: int) -> None:
    """Draw the heat maps of a module below each other, and say how many there are besides."""
    options = signed(float(np.abs(heats).max()))
    for row, heat in enumerate(heats[:units]):
        lay(axes, heat, column, row, origin="lower", **options)
    if len(heats) > units:
        words = f"and {len(heats) - units} more"
        axes.text(column, units - 0.45, words, ha="center", va="top", fontsize=7, color=SOFT)
