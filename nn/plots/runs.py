"""Learning curves of several networks beside each other, as papers compare them; deck 3."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

import autograd as ag
from autograd.core.calls import called
from autograd.core.messages import one_line
from nn.plots.canvas import Axes, Picture, figure, styled
from nn.plots.learning import MARKED, VALID, columns_of, whole_numbers
from nn.plots.style import FRAME, color_of, marker_of, names_of

History = Mapping[str, Sequence[float]]


@styled
@called
def runs(histories: Mapping[str, History], column: str = "loss") -> Picture:
    """Draw one number of several histories, training and validation beside each other.

    Parameters
    ----------
    histories : mapping from str to history
        What each is called, and what `nn.fit` returned.
    column : str
        "loss", or the name of a metric, such as "accuracy".

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    autograd.MissingError
        If matplotlib is not installed.
    autograd.OptionError
        If there are no histories, or one has no such column.

    Examples
    --------
    >>> from nn.plots.runs import runs
    >>> histories = {"plain": {"loss": [2.0, 1.8]}, "residual": {"loss": [2.0, 0.5]}}
    >>> [line.get_label() for line in runs(histories).axes[0].lines]
    ['plain', 'residual']
    """
    if not isinstance(histories, Mapping) or not histories:
        raise ag.OptionError(
            f"runs: histories={one_line(histories)} must be a mapping from names to what nn.fit "
            'returned, such as {"plain": history}'
        )
    columns = [columns_of("runs", history) for history in histories.values()]
    for found in columns:
        if column not in found:
            raise ag.OptionError(
                f"runs: column={one_line(column)} must be one of {', '.join(found)}"
            )
    panels = {"training": column}
    if all(f"{VALID}{column}" in found for found in columns):
        panels["validation"] = f"{VALID}{column}"
    picture = figure(7.0, 3.4)
    boxes = picture.subplots(1, len(panels), sharey=True, squeeze=False)[0]
    for axes, (title, name) in zip(boxes, panels.items(), strict=True):
        axes.set(title=title, xlabel="epoch")
        _lines(axes, names_of("runs", histories), [found[name] for found in columns])
    boxes[0].set_ylabel(column.replace("_", " "))
    boxes[-1].legend(fontsize=9)
    picture.describe(f"Learning curves of {len(columns)} runs")
    return picture


def _lines(axes: Axes, names: Sequence[str], lines: Sequence[ag.Array]) -> None:
    for number, (name, line) in enumerate(zip(names, lines, strict=True)):
        marker = marker_of(number) if len(line) <= MARKED else ""
        x = np.arange(1, len(line) + 1)
        axes.plot(x, line, color=color_of(number), marker=marker, ms=4, label=name)
    whole_numbers(axes)
    axes.grid(axis="y", color=FRAME, alpha=0.4, linewidth=0.6)
