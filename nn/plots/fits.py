"""Networks beside the function that they should be; deck 1: they can approximate any."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

import autograd as ag
from autograd.core.calls import called
from autograd.core.messages import one_line
from nn.checks import real
from nn.inspection.preserve import Model, check_finite, outputs_of
from nn.plots.canvas import Axes, Picture, figure, styled
from nn.plots.style import BLUE, LONGEST, SOFT

POINTS = 500
ACROSS = 3


@styled
@called
def approximations(
    function: Callable[[Any], Any],
    models: Mapping[str, Model],
    *,
    low: float = 0.0,
    high: float = 1.0,
) -> Picture:
    """Draw a function of one variable, and over it what models make of the same numbers.

    Parameters
    ----------
    function : callable
        From an array (N,) to one of (N,).
    models : mapping from str to Module or callable
        Each has a panel with its name; it maps (N, 1) to (N, 1).
    low, high : float
        Where the functions are drawn.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    autograd.MissingError
        If matplotlib is not installed.
    autograd.ShapeError
        If there is not one number for each.
    autograd.OptionError
        If there are no models, low is not below high, or a number is not finite.

    Examples
    --------
    >>> import numpy as np
    >>> from nn.plots.fits import approximations
    >>> picture = approximations(np.sin, {"a line": lambda x: x}, high=0.5)
    >>> picture.axes[0].get_title("left")
    'a line: off by 0.0078'
    """
    owner = "approximations"
    if not isinstance(models, Mapping) or not models or not callable(function):
        raise ag.OptionError(
            f"{owner}: takes a function and a dict from names to models, not "
            f"{type(function).__name__} and {one_line(models)}"
        )
    if not real(owner, low=low) < real(owner, high=high):
        raise ag.OptionError(f"{owner}: low={low} must be below high={high}")
    x = np.linspace(low, high, POINTS)
    wanted = _column(owner, "the function", np.asarray(function(x)))
    across = min(ACROSS, len(models))
    down = -(-len(models) // across)
    picture = figure(7.0, 2.1 * down + 0.7)
    boxes = list(picture.subplots(down, across, squeeze=False, sharex=True, sharey=True).flat)
    for axes, (name, model) in zip(boxes, models.items(), strict=False):
        found = _column(owner, str(name), outputs_of(owner, model, x[:, None]))
        _panel(axes, str(name), x, wanted, found)
    for axes in boxes[len(models) :]:
        axes.remove()
    picture.describe(
        "Approximations of a function",
        "grey: the function; blue: the network; how far it is off is the root of the mean square",
    )
    return picture


def _panel(axes: Axes, name: str, x: ag.Array, wanted: ag.Array, found: ag.Array) -> None:
    off = float(np.sqrt(np.mean(np.square(found - wanted))))
    axes.plot(x, wanted, color=SOFT, linewidth=3.5, alpha=0.45)
    axes.plot(x, found, color=BLUE, linewidth=1.4)
    axes.set_title(f"{one_line(name, LONGEST, str)}: off by {off:.2g}")


def _column(owner: str, what: str, found: ag.Array) -> ag.Array:
    """Return one finite number for each point."""
    if found.shape not in ((POINTS,), (POINTS, 1)):
        raise ag.ShapeError(
            f"{owner}: {one_line(what, LONGEST, str)} returns {found.shape} for {POINTS} numbers; "
            "it must be one for each"
        )
    check_finite(owner, found, f"the values of {one_line(what, LONGEST, str)}")
    return found.reshape(POINTS)
