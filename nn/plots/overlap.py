"""Intersection over union, class by class: which ones a network finds, and how exactly."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

import autograd as ag
from autograd.core.calls import called
from autograd.core.messages import one_line
from nn.metrics import iou as measured
from nn.plots.canvas import Picture, beside, figure, styled
from nn.plots.style import FRAME, LONGEST, color_of, marker_of, names_of


@styled
@called
def iou(
    predicted: ag.ArrayLike | Mapping[str, ag.ArrayLike],
    targets: ag.ArrayLike,
    classes: Sequence[str] = (),
    *,
    ignore_index: int = -100,
) -> Picture:
    """Draw the intersection over union of each class, for one prediction or several.

    Parameters
    ----------
    predicted : array, (N, K, H, W) or (N, H, W), or a dict of them
        A score for each of K classes, or classes; of several networks, by their names.
    targets : array of int, (N, H, W)
    classes : sequence of str
        What the classes are called; by default their numbers.
    ignore_index : int
        Targets with this number do not count.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    autograd.MissingError
        If matplotlib is not installed.
    autograd.GlassgradError
        If shapes or classes are others: see `nn.metrics.iou`, which has the numbers.

    Examples
    --------
    >>> from nn.plots.overlap import iou
    >>> iou([[[0, 1, 1, 1]]], [[[0, 0, 1, 1]]], ("ground", "tree")).get_suptitle()
    'Intersection over union: mean 0.58'
    """
    given = names_of("iou", classes)
    several = predicted if isinstance(predicted, Mapping) else {"": predicted}
    if not several:
        raise ag.OptionError("iou: there is no prediction; give an array, or a dict of them")
    labels = [one_line(name, LONGEST, str) for name in several]
    found = [
        measured(guesses, targets, given or None, ignore_index, per_class=True)
        for guesses in several.values()
    ]
    rows = max(map(len, found))
    names = [*given, *map(str, range(len(given), rows))]
    columns = beside(labels, 4.0)
    lines = -(-len(labels) // columns) if len(labels) > 1 else 0
    picture = figure(6.0, 0.24 * rows + 1.0 + 0.2 * lines)
    axes = picture.add_subplot(xlim=(-0.02, 1.02), ylim=(rows - 0.4, -0.6))
    axes.set_yticks(range(rows), names)
    axes.grid(axis="x", color=FRAME, linewidth=0.4)
    for number, (name, shares) in enumerate(zip(labels, found, strict=True)):
        places, color, marker = np.arange(len(shares)), color_of(number), marker_of(number)
        axes.scatter(shares, places, c=color, marker=marker, label=name, clip_on=False, zorder=3)
    if len(found) > 1:
        axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=columns, borderaxespad=0.2)
    means = [f"{np.nanmean(x):.2f} {name}".strip() for name, x in zip(labels, found, strict=True)]
    picture.describe(f"Intersection over union: mean {', '.join(means)}")
    return picture
