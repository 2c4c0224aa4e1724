"""The confusion matrix: which classes are taken for which."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

import autograd as ag
from autograd.core.calls import called
from nn.metrics import confusion_matrix as counted
from nn.plots.canvas import Axes, Picture, figure, no_axis, styled
from nn.plots.style import BLUE, INK, SOFT, names_of, rgb

SHADES = "the deeper, the larger the share of its row"
WRITTEN = 60  # with more classes, the numbers could not be read


@styled
@called
def confusion_matrix(
    predicted: ag.ArrayLike, targets: ag.ArrayLike, classes: Sequence[str] = ()
) -> Picture:
    """Draw how often each class, a row, was taken for each class, a column.

    A cell is shaded by its share of the row, so a rare class is seen as well as a frequent one.

    Parameters
    ----------
    predicted : array, (N,) or (N, K)
        Predicted classes, or scores, of which the highest chooses the class.
    targets : array, (N,)
        The true classes.
    classes : sequence of str
        What the classes are called; by default their numbers.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    autograd.MissingError
        If matplotlib is not installed.
    autograd.GlassgradError
        If there are no examples, or classes that do not exist: see
        `nn.metrics.confusion_matrix`, which has the numbers.

    Examples
    --------
    >>> from nn.plots.counts import confusion_matrix
    >>> confusion_matrix([0, 1, 1], [0, 0, 1], ("cat", "dog")).get_suptitle()
    'Confusion matrix: 2 of 3 right (66.7%)'
    """
    given = names_of("confusion_matrix", classes)
    counts = counted(predicted, targets, given or None)
    names = [*given, *map(str, range(len(given), len(counts)))]
    cell = min(max(5.4 / len(counts), 0.25), 0.75)
    longest = max(map(len, names)) * 0.07
    side = cell * len(counts)
    picture = figure(max(side + longest + 0.7, 4.5), side + 1.1 + longest * _turned(names, cell))
    axes = picture.add_subplot(xlabel="predicted class", ylabel="true class")
    # The root, so that a few mistakes among many are seen.
    depth = np.sqrt(counts / np.maximum(counts.sum(axis=1, keepdims=True), 1))
    axes.imshow(1 - depth[..., None] * (1 - np.array(rgb(BLUE))), interpolation="nearest")
    _number(axes, counts, depth, cell)
    axes.set_xticks(range(len(counts)), names, rotation=90 * _turned(names, cell))
    axes.set_yticks(range(len(counts)), names)
    edges = np.arange(0.5, len(counts) - 1)
    axes.set_xticks(edges, minor=True)
    axes.set_yticks(edges, minor=True)
    axes.grid(which="minor", color="white", linewidth=1.0)
    no_axis(axes)
    right, total = int(np.trace(counts)), int(counts.sum())
    picture.describe(
        f"Confusion matrix: {right:,} of {total:,} right ({right / total:.1%})", SHADES
    )
    return picture


def _turned(names: list[str], cell: float) -> bool:
    """Return whether names are wider than a cell, and so have to stand upright."""
    return max(map(len, names)) * 0.08 > cell


def _number(axes: Axes, counts: Any, depth: Any, cell: float) -> None:
    """Write the counts as large as their cells allow, and zeros paler."""
    if len(counts) > WRITTEN:
        return
    size = min(9.0, cell * 72 * 0.9 / (0.64 * len(str(counts.max()))))
    for (row, column), count in np.ndenumerate(counts):
        shade = "white" if depth[row, column] > 0.6 else INK if count else SOFT
        axes.text(column, row, str(count), ha="center", va="center", fontsize=size, color=shade)
