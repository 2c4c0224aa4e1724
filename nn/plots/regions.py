"""Decision regions: which class a model predicts at each place of a plane, and where it changes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

import autograd as ag
from autograd.core.calls import called
from autograd.core.messages import counted
from nn.checks import real
from nn.data.dataset import Dataset, Examples
from nn.inspection.preserve import Model, outputs_of
from nn.plots.canvas import Axes, Picture, figure, styled
from nn.plots.plane import Plane, planar, plane_around
from nn.plots.style import INK, color_of, marker_of, name_of, names_of, rgb

PALEST, DARKEST = 0.10, 0.62  # how much of a class's colour there is
TINY = 1e-12
HINT = "every output is between 0 and 1: for probabilities, give threshold=0.5"


@styled
@called
def decision_regions(
    model: Model,
    data: Examples,
    *,
    classes: Sequence[str] | None = None,
    resolution: int = 240,
    threshold: float = 0.0,
) -> Picture:
    """Colour the plane by the predicted class; the deeper, the surer.

    The line is the decision boundary: there two classes are equally likely (deck 4).

    Parameters
    ----------
    model : Module, or callable
        Maps (M, 2) to (M, K) scores, logits or probabilities of K classes; or to (M, 1) or (M,),
        one output that is above the threshold for class 1.
    data : Dataset, or pair of arrays
        Inputs (N, 2) and their classes, (N,) or (N, 1).  For one output these may also be -1 and 1.
    classes : sequence of str, optional
        What the classes are called; by default as the data set says.
    resolution : int
        How many points are computed along each side.
    threshold : float
        0 for one logit, 0.5 for one probability.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    autograd.MissingError
        If matplotlib is not installed.
    autograd.ShapeError
        If there are not two inputs, or not one class for each point.
    autograd.OptionError
        If targets are not classes, or an output is not finite.

    Examples
    --------
    >>> import numpy as np
    >>> from nn.plots.regions import decision_regions
    >>> import nn
    >>> points, labels = np.array([[0.0, 0], [0, 1], [1, 0], [1, 1]]), [0, 0, 0, 1]
    >>> decision_regions(lambda x: x[:, 0] + x[:, 1] - 1.5, (points, labels)).get_suptitle()
    'Decision regions: 4 of 4 points right'
    """
    owner = "decision_regions"
    points, limit = planar(owner, data), real(owner, threshold=threshold)
    plane = plane_around(owner, points.inputs, resolution)
    outputs = outputs_of(owner, model, plane.points)
    scores, sure = _read(owner, outputs, limit)
    labels = _labels(owner, points, scores.shape[1])
    guesses = _read(owner, outputs_of(owner, model, points.inputs), limit)[0].argmax(axis=1)
    names = names_of(owner, points.classes if classes is None else classes)

    picture = figure(*_size(plane))
    axes = picture.add_subplot(xlabel="first input", ylabel="second input")
    count = scores.shape[1]
    _fill(axes, plane, scores.argmax(axis=1), (sure * count - 1) / (count - 1))
    _outline(axes, plane, scores)
    _scatter(axes, points.inputs, labels, names)
    if _is_even(plane):
        axes.set_aspect("equal")
    right = f"{np.sum(guesses == labels):,} of {counted(len(labels), 'point')}"
    picture.describe(f"Decision regions: {right} right", _hint(outputs, limit))
    return picture


def _is_even(plane: Plane) -> bool:
    """Whether both inputs are drawn to the same scale."""
    return 0.4 < plane.ratio < 1.6


def _size(plane: Plane) -> tuple[float, float]:
    """Return width and height, with a margin for what is written around."""
    if not _is_even(plane):
        return 7.0, 4.4
    return min(3.4 / plane.ratio + 1.0, 7.0), min(6.0 * plane.ratio + 1.2, 4.6)


def _read(owner: str, outputs: Any, threshold: float) -> tuple[Any, Any]:
    """Return scores (M, K), of which the highest chooses the class, and its probability (M,)."""
    if outputs.ndim == 1:
        outputs = outputs[:, None]
    if outputs.ndim != 2 or outputs.shape[1] == 0:
        raise ag.ShapeError(
            f"{owner}: the model returns {outputs.shape}; it must be (M, K) scores, or (M, 1)"
        )
    shares = bool(np.all((outputs >= 0) & (outputs <= 1)))
    if outputs.shape[1] == 1:
        above = outputs[:, 0] - threshold
        likely = outputs[:, 0] if shares else ag.sigmoid(above)
        return np.stack([-above, above], axis=1), np.where(above > 0, likely, 1 - likely)
    shares = shares and np.allclose(outputs.sum(axis=1), 1, atol=1e-4)
    return outputs, (outputs if shares else ag.softmax(outputs, axis=1)).max(axis=1)


def _hint(outputs: Any, threshold: float) -> str:
    """Return a word on probabilities that are compared with the threshold of logits."""
    one = outputs.size == len(outputs) and threshold == 0
    return HINT if one and outputs.min() > 0 and outputs.max() <= 1 else ""


def _labels(owner: str, data: Dataset, count: int) -> Any:
    """Return the class of each point as an integer."""
    labels = data.targets
    if labels.shape not in ((len(data),), (len(data), 1)):
        raise ag.ShapeError(
            f"{owner}: targets {labels.shape} must be ({len(data)},), one class for each point; "
            "of one-hot rows take targets.argmax(axis=1)"
        )
    labels = labels.ravel()
    if count == 2 and set(np.unique(labels)) <= {-1, 1}:
        labels = labels > 0
    wrong = labels[~np.isin(labels, np.arange(count))]
    if wrong.size:
        raise ag.OptionError(
            f"{owner}: a target is {wrong[0]}, and the model has scores of the classes 0 to "
            f"{count - 1}"
        )
    return labels.astype(int)


def _fill(axes: Axes, plane: Plane, chosen: Any, surer: Any) -> None:
    """Colour every cell by its class, mixed with white where the model is not sure."""
    depth = PALEST + (DARKEST - PALEST) * np.clip(surer, 0, 1)[:, None]
    colors = np.array([rgb(color_of(k)) for k in range(chosen.max() + 1)])[chosen]
    mixed = (1 - depth * (1 - colors)).reshape(*plane.shape, 3)
    axes.imshow(mixed, extent=plane.extent, origin="lower", aspect="auto", interpolation="nearest")


def _outline(axes: Axes, plane: Plane, scores: Any) -> None:
    """Draw where the score of a class is as high as the highest of the others."""
    chosen = scores.argmax(axis=1)
    # Two classes have one boundary between them, which would be drawn twice.
    for k in np.unique(chosen)[1:] if scores.shape[1] == 2 else np.unique(chosen):
        lead = scores[:, k] - np.delete(scores, k, axis=1).max(axis=1)
        # Equal scores, as of a step function, fill whole regions: they are on the side they chose.
        lead = np.where(lead == 0, np.where(chosen == k, TINY, -TINY), lead)
        if lead.min() < 0 < lead.max():
            field = lead.reshape(plane.shape)
            axes.contour(plane.x, plane.y, field, levels=[0.0], colors=[INK], linewidths=1.2)


def _scatter(axes: Axes, inputs: Any, labels: Any, names: tuple[str, ...]) -> None:
    """Draw the points, each class in its colour and shape, and say which is which."""
    size = 30 if len(inputs) <= 300 else 14
    for k in np.unique(labels):
        x, y = inputs[labels == k].T
        axes.scatter(
            x,
            y,
            s=size,
            color=color_of(k),
            marker=marker_of(k),
            edgecolors="white",
            linewidths=0.6,
            label=name_of(k, names),
            zorder=3,
        )
    axes.legend(
        loc="lower left", bbox_to_anchor=(0, 1), ncols=5, borderaxespad=0.2, handletextpad=0.2
    )
