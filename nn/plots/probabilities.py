"""How probable a class is at each place of a plane, for several models: as for one that learns."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

import autograd as ag
from autograd.core.calls import called
from autograd.core.messages import one_line
from nn.data.dataset import Examples
from nn.inspection.preserve import Model, outputs_of
from nn.plots.canvas import Axes, Picture, figure, styled
from nn.plots.plane import Plane, planar, plane_around
from nn.plots.style import BLUE, INK, LONGEST, ORANGE, color_of, marker_of

ACROSS = 2
PALE = 0.45  # how much white is mixed with the colours, on which points stand


@styled
@called
def class_probabilities(
    models: Mapping[str, Model],
    data: Examples,
    *,
    resolution: int = 120,
    title: str = "",
) -> Picture:
    """Colour the plane by the probability of class 1, a panel for each model.

    A network that is copied every few epochs shows how it first finds a line, and then bends it
    (deck 4).

    Parameters
    ----------
    models : mapping from str to Module or callable
        Each maps (M, 2) to (M, 2) logits of two classes, or (M, 1) of one.
    data : Dataset, or pair of arrays
        Inputs (N, 2) and their classes 0 and 1, (N,) or (N, 1).
    resolution : int
        How many points are computed along each side.
    title : str

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    autograd.MissingError
        If matplotlib is not installed.
    autograd.ShapeError
        If there are not two inputs, or a model does not return (M, 2) or (M, 1).
    autograd.OptionError
        If there are no models, or an output is not finite.

    Examples
    --------
    >>> import numpy as np
    >>> import nn
    >>> from nn.plots.probabilities import class_probabilities
    >>> points, labels = np.array([[0.0, 0], [0, 1], [1, 0], [1, 1]]), [0, 0, 0, 1]
    >>> picture = class_probabilities({"new": nn.Linear(2, 2, rng=0)}, (points, labels))
    >>> picture.axes[0].get_title("left")
    'new'
    """
    owner = "class_probabilities"
    if not isinstance(models, Mapping) or not models:
        raise ag.OptionError(
            f"{owner}: models={one_line(models)} must be a dict of names to models"
        )
    points = planar(owner, data)
    plane = plane_around(owner, points.inputs, resolution)
    fields = {name: _probable(owner, model, plane) for name, model in models.items()}
    across = min(ACROSS, len(fields))
    down = -(-len(fields) // across)
    picture = figure(7.0, 2.5 * down + 0.6)
    boxes = picture.subplots(down, across, squeeze=False, sharex=True, sharey=True)
    for axes, (name, field) in zip(boxes.flat, fields.items(), strict=False):
        axes.set_title(one_line(name, LONGEST, str))
        _fill(axes, plane, field)
        _scatter(axes, points.inputs, np.ravel(points.targets))
    for axes in list(boxes.flat)[len(fields) :]:
        axes.remove()
    picture.describe(
        title or "The probability of class 1 over the plane",
        "blue: class 0, orange: class 1, white: undecided; the line is where it is 1/2",
    )
    return picture


def _probable(owner: str, model: Model, plane: Plane) -> ag.Array:
    """Return the probability of class 1 at each place of the plane."""
    outputs = outputs_of(owner, model, plane.points)
    if outputs.ndim != 2 or outputs.shape[1] not in (1, 2):
        raise ag.ShapeError(
            f"{owner}: the model returns {outputs.shape}; it must be (M, 2) logits, or (M, 1)"
        )
    logits = outputs[:, -1] - (outputs[:, 0] if outputs.shape[1] == 2 else 0.0)
    likely: ag.Array = np.asarray(ag.sigmoid(logits)).reshape(plane.shape)
    return likely


def _fill(axes: Axes, plane: Plane, field: ag.Array) -> None:
    """Colour the plane, and draw the line where both classes are equally likely."""
    from matplotlib.colors import LinearSegmentedColormap

    ends = [(BLUE, PALE), ("#ffffff", 1.0), (ORANGE, PALE)]
    colors = LinearSegmentedColormap.from_list("classes", [_paler(*end) for end in ends])
    axes.imshow(
        field,
        cmap=colors,
        vmin=0,
        vmax=1,
        extent=plane.extent,
        origin="lower",
        aspect="auto",
        interpolation="nearest",
    )
    if field.min() < 0.5 < field.max():
        axes.contour(plane.x, plane.y, field, levels=[0.5], colors=[INK], linewidths=1.2)


def _paler(color: str, share: float) -> tuple[float, ...]:
    """Return a colour mixed with white."""
    from matplotlib.colors import to_rgb

    return tuple(1 - share * (1 - part) for part in to_rgb(color))


def _scatter(axes: Axes, inputs: ag.Array, labels: ag.Array) -> None:
    for k in (0, 1):
        x, y = inputs[labels == k].T
        color, marker = color_of(k), marker_of(k)
        axes.scatter(x, y, s=12, color=color, marker=marker, edgecolors="white", linewidths=0.4)
