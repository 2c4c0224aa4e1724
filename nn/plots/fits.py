"""Networks beside the function that they should be; deck 1: they can approximate any."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

import autograd as ag
from autograd.core.calls import called
from autograd.core.messages import one_line
from nn.checks import real
from nn.inspection.preserve import Model, check_finite, outputs_of
from nn.plots.canvas import Axes, Picture, figure, styled
from nn.plots.style import BLUE, INK, LONGEST, SOFT

POINTS = 500
ACROSS = 3
MARGIN = 0.25  # of the height, above and below the function and the points

Points = tuple[ag.ArrayLike, ag.ArrayLike]


@styled
@called
def approximations(
    function: Callable[[Any], Any],
    models: Mapping[str, Model],
    *,
    low: float = 0.0,
    high: float = 1.0,
    points: Points | Sequence[Points] = (),
    title: str = "",
) -> Picture:
    """Draw a function of one variable, and over it what models make of the same numbers.

    With points, the heights are those of the function and the points: a model that goes far beyond
    them, as a polynomial that overfits, leaves the picture.

    Parameters
    ----------
    function : callable
        From an array (N,) to one of (N,).
    models : mapping from str to Module or callable
        Each has a panel with its name; it maps (N, 1) to (N, 1).
    low, high : float
        Where the functions are drawn.
    points : pair of arrays, or sequence of pairs
        Points (N,) and their values (N,) that the models have learned from: the same in every
        panel, or a pair for each model.
    title : str
        What stands above all.

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
        If there are no models, not as many pairs of points as models, low is not below high, or a
        number is not finite.

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
    seen = _points(owner, points, len(models))
    across = 2 if len(models) == 4 else min(ACROSS, len(models))
    picture = figure(7.0, 2.1 * -(-len(models) // across) + 0.7)
    boxes = _panels(picture, len(models), across)
    for axes, (name, model), own in zip(boxes, models.items(), seen, strict=True):
        found = _column(owner, str(name), outputs_of(owner, model, x[:, None]))
        _panel(axes, str(name), x, wanted, found)
        axes.plot(*own, "o", color=INK, markersize=3.5)
    if any(len(x) for x, _ in seen):
        boxes[0].set_ylim(*_heights([wanted, *(t for _, t in seen)]))
    dots = "; dots: what it learned from" if any(len(x) for x, _ in seen) else ""
    picture.describe(
        title or "Approximations of a function",
        f"grey: the function; blue: the model, off by the root of the mean square{dots}",
    )
    return picture


def _panels(picture: Picture, count: int, across: int) -> list[Axes]:
    """Return axes for so many models, which share their scales."""
    down = -(-count // across)
    boxes = list(picture.subplots(down, across, squeeze=False, sharex=True, sharey=True).flat)
    for axes in boxes[count:]:
        axes.remove()
    return boxes[:count]


def _points(owner: str, points: Any, count: int) -> list[tuple[ag.Array, ag.Array]]:
    """Return the points of each panel."""
    pairs = list(points)
    if len(pairs) == 2 and all(np.ndim(side) == 1 for side in pairs):
        pairs = [tuple(pairs)] * count
    pairs = pairs or [((), ())] * count
    if len(pairs) != count or not all(map(_is_pair, pairs)):
        raise ag.OptionError(
            f"{owner}: points must be a pair (x, t) of equally many numbers, or such a pair for "
            f"each of the {count} models"
        )
    read = [np.asarray(pair, dtype=float) for pair in pairs]
    check_finite(owner, np.concatenate(read, axis=1), "the points")
    return [(x, t) for x, t in read]


def _is_pair(pair: Any) -> bool:
    return len(pair) == 2 and np.ndim(pair[0]) == 1 and np.shape(pair[0]) == np.shape(pair[1])


def _heights(values: Sequence[ag.Array]) -> tuple[float, float]:
    """Return the lowest and the highest of some values, with a margin."""
    low, high = min(v.min() for v in values if v.size), max(v.max() for v in values if v.size)
    margin = MARGIN * (high - low) or 1.0
    return low - margin, high + margin


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
