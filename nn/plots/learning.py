"""Learning curves: how the loss and other numbers change from epoch to epoch.

The two curves of a number part where a network begins to learn its examples by heart (`patience` in
`nn.fit`; deck 4).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

import autograd as ag
from autograd.core.calls import called
from autograd.core.messages import counted
from nn.plots.canvas import Axes, Picture, figure, styled
from nn.plots.style import BLUE, FRAME, ORANGE, SOFT

VALID = "valid_"
NAMES = {"lr": "learning rate"}
MARKED = 30  # up to so many epochs each has a mark


@styled
@called
def curves(history: Mapping[str, Sequence[float]]) -> Picture:
    """Draw the columns of a history, training and validation of a number in one panel.

    What is not finite leaves a gap.  A learning rate is drawn if it changes.

    Parameters
    ----------
    history : mapping from str to sequence of float
        A number for each epoch: "loss", "valid_loss", "accuracy", "valid_accuracy", "lr".  If it
        has an attribute ``best_epoch``, counted from 1, that epoch is marked; ``unit`` is what is
        counted instead of epochs, as "try".

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    autograd.MissingError
        If matplotlib is not installed.
    autograd.OptionError
        If it is not such a mapping, has no epochs, or columns of different lengths.

    Examples
    --------
    >>> from nn.plots.learning import curves
    >>> curves({"loss": [2.0, 1.0, 0.7], "valid_loss": [2.1, 1.3, 1.4]}).get_suptitle()
    'Learning curves of 3 epochs'
    """
    columns = columns_of("curves", history)
    epochs = len(next(iter(columns.values())))
    panels = _panels(columns)
    across = min(2, len(panels))
    down = -(-len(panels) // across)
    picture = figure(7.0, 2.5 * down + 0.4 if across > 1 else 3.4)
    boxes = list(picture.subplots(down, across, squeeze=False).flat)
    best, unit = getattr(history, "best_epoch", None), getattr(history, "unit", "epoch")
    for axes, name in zip(boxes, panels, strict=False):
        _panel(axes, name, columns, epochs, best)
        axes.set_xlabel(unit)
    for axes in boxes[len(panels) :]:
        axes.remove()
    length = f"{epochs} tries" if unit == "try" else counted(epochs, unit)
    picture.describe(f"Learning curves of {length}")
    return picture


def columns_of(owner: str, history: Any) -> dict[str, Any]:
    """Return the columns of a history as arrays.

    Examples
    --------
    >>> from nn.plots.learning import columns_of
    >>> columns_of("curves", {"loss": [2, 1]})
    {'loss': array([2., 1.])}
    """
    if not isinstance(history, Mapping):
        raise ag.OptionError(
            f"{owner}: takes a mapping from names to a number for each epoch, such as what nn.fit "
            f"returns, not {type(history).__name__}"
        )
    columns = {}
    for name in history:
        try:
            columns[str(name)] = np.array(list(history[name]), dtype=float)
        except (TypeError, ValueError):
            raise ag.OptionError(f"{owner}: the column {name!r} is not a list of numbers") from None
    lengths = {len(column) for column in columns.values()}
    if len(lengths) > 1:
        listed = ", ".join(f"{name} {len(column)}" for name, column in columns.items())
        raise ag.OptionError(f"{owner}: the columns have different numbers of epochs: {listed}")
    if not lengths or 0 in lengths or any(column.ndim != 1 for column in columns.values()):
        raise ag.OptionError(f"{owner}: there is no epoch, or not one number for each")
    return columns


def _panels(columns: dict[str, Any]) -> list[str]:
    """Return what is drawn: the loss, the metrics, and at last a learning rate that changes."""
    names = list(dict.fromkeys(name.removeprefix(VALID) for name in columns))
    names.sort(key=lambda name: (name != "loss", name == "lr"))
    steady = "lr" in columns and np.ptp(columns["lr"]) == 0
    return [name for name in names if name != "lr" or not steady or len(names) == 1]


def _panel(axes: Axes, name: str, columns: dict[str, Any], epochs: int, best: int | None) -> None:
    x = np.arange(1, epochs + 1)
    marker = "o" if epochs <= MARKED else ""
    for column, label, color, line in (
        (name, "training", BLUE, "-"),
        (VALID + name, "validation", ORANGE, "--"),
    ):
        if column in columns:
            axes.plot(x, columns[column], line, color=color, label=label, marker=marker, ms=3)
    axes.set(title=NAMES.get(name, name.replace("_", " ")))
    whole_numbers(axes)
    axes.grid(axis="y", color=FRAME, alpha=0.4, linewidth=0.6)
    marked = best if name != "lr" else None
    if marked is not None:
        label = f"best epoch, {marked}"
        axes.axvline(marked, color=SOFT, linewidth=0.8, linestyle=":", label=label)
    if VALID + name in columns or marked is not None:
        axes.legend(fontsize=8)


def whole_numbers(axes: Axes) -> None:
    """Write whole numbers alone below an axis."""
    from matplotlib.ticker import MaxNLocator

    axes.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
