"""Densities of classes, and above them the posterior: Bayes' rule as a picture (deck 4)."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

import autograd as ag
from autograd.core.calls import called
from autograd.core.messages import one_line
from nn.inspection.preserve import check_finite
from nn.plots.canvas import Axes, Picture, figure, styled
from nn.plots.style import FRAME, INK, LONGEST, color_of

LINES = ("-", "--", "-.", ":")


@styled
@called
def posteriors(
    x: ag.ArrayLike,
    densities: Mapping[str, ag.ArrayLike],
    probabilities: Mapping[str, ag.ArrayLike],
    *,
    label: str = "x",
    title: str = "",
) -> Picture:
    """Draw how probable a class is along a line, and beneath it the densities of the classes.

    Where two densities, each times the frequency of its class, cross, the posterior is 1/2.

    Parameters
    ----------
    x : array (N,)
        Places along a line.
    densities : mapping from str to array (N,)
        p(x | class) P(class) of each class.
    probabilities : mapping from str to array (N,)
        P(class | x), as by a formula and as learned.
    label : str
        What the places are called.
    title : str

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    autograd.MissingError
        If matplotlib is not installed.
    autograd.ShapeError
        If there is not one number for each place.
    autograd.OptionError
        If a number is not finite.

    Examples
    --------
    >>> import numpy as np
    >>> from nn.plots.posteriors import posteriors
    >>> x = np.linspace(-3, 3, 50)
    >>> bells = {name: np.exp(-((x - m) ** 2) / 2) for name, m in (("one", 1), ("two", -1))}
    >>> share = bells["one"] / (bells["one"] + bells["two"])
    >>> len(posteriors(x, bells, {"Bayes": share}).axes)
    2
    """
    places = np.asarray(x, dtype=float)
    curves, bells = _read(places, probabilities), _read(places, densities)
    picture = figure(7.0, 4.4)
    upper, lower = picture.subplots(2, 1, sharex=True)
    for number, (name, curve) in enumerate(curves.items()):
        color = INK if number == 0 else color_of(number + 1)
        upper.plot(places, curve, LINES[number % len(LINES)], color=color, label=name)
    upper.set(ylabel="posterior", yticks=[0, 0.5, 1])
    upper.grid(axis="y", color=FRAME, alpha=0.4)
    for number, (name, bell) in enumerate(bells.items()):
        lower.fill_between(places, bell, color=color_of(number), alpha=0.35, label=name)
    lower.set(xlabel=one_line(label, LONGEST, str), ylabel="density")
    _legends(upper, lower)
    picture.describe(title or "Densities of the classes, and the posterior")
    return picture


def _legends(*boxes: Axes) -> None:
    for axes in boxes:
        if axes.get_legend_handles_labels()[0]:
            axes.legend(loc="upper left")


def _read(places: ag.Array, curves: Mapping[str, ag.ArrayLike]) -> dict[str, ag.Array]:
    """Return one finite number for each place, by a name that can be written."""
    if not isinstance(curves, Mapping):
        raise ag.OptionError(
            f"posteriors: {one_line(curves)} must be a dict from names to arrays of one number for "
            "each place"
        )
    read = {one_line(k, LONGEST, str): np.asarray(v, dtype=float) for k, v in curves.items()}
    for name, curve in read.items():
        if places.ndim != 1 or curve.shape != places.shape:
            raise ag.ShapeError(
                f"posteriors: {name} has shape {curve.shape} for places {places.shape}; "
                "give (N,) of each"
            )
        check_finite("posteriors", curve, name)
    return read
