"""Activations and their slopes; decks 1 and 4.

Backwards the slope of the activation is multiplied with what comes back: where it is 0 nothing is
learned, and where it is small in every layer the gradient vanishes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np

import autograd as ag
from autograd.core.calls import called
from autograd.core.messages import one_line
from nn.checks import real
from nn.inspection.preserve import check_finite
from nn.plots.canvas import Axes, Picture, figure, styled
from nn.plots.style import BLUE, FRAME, LONGEST, ORANGE

Activation: TypeAlias = Callable[[Any], Any]

POINTS = 800  # an even number, so that none is at 0, where many have a kink
ACROSS = 3


@styled
@called
def activations(*functions: Activation, reach: float = 4.0) -> Picture:
    """Draw activations, and their slopes as the engine differentiates them.

    Parameters
    ----------
    *functions : callable
        Each maps Tensors elementwise, as `autograd.tanh` and ``nn.ReLU()``.
    reach : float
        They are drawn from minus to plus this.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    autograd.MissingError
        If matplotlib is not installed.
    autograd.OptionError
        If there are none, one is not a function, or the reach is not above 0.
    autograd.ShapeError
        If a function is not elementwise.

    Examples
    --------
    >>> from nn.plots.slopes import activations
    >>> import autograd as ag, nn
    >>> picture = activations(ag.sigmoid, nn.ReLU())
    >>> [axes.get_title("left") for axes in picture.axes]
    ['sigmoid: slope at most 0.25', 'ReLU: slope at most 1']
    """
    if not functions or real("activations", reach=reach) <= 0:
        raise ag.OptionError(
            f"activations: {len(functions)} functions and reach={one_line(reach)}; give functions, "
            "as ag.tanh and nn.ReLU(), and a reach above 0"
        )
    across = min(ACROSS, len(functions))
    down = -(-len(functions) // across)
    picture = figure(7.0, 2.2 * down + 0.7)
    boxes = list(picture.subplots(down, across, squeeze=False, sharex=True).flat)
    for axes, function in zip(boxes, functions, strict=False):
        _panel(axes, function, np.linspace(-reach, reach, POINTS))
    for axes in boxes[len(functions) :]:
        axes.remove()
    picture.describe(
        "Activations and their slopes", "blue: the activation; orange, dashed: its slope"
    )
    return picture


def _panel(axes: Axes, function: Activation, x: ag.Array) -> None:
    values, slopes = _with_slopes(function, x)
    for level in (axes.axhline, axes.axvline):
        level(0, color=FRAME, linewidth=0.6)
    axes.plot(x, values, color=BLUE, linewidth=1.6)
    axes.plot(x, slopes, "--", color=ORANGE, linewidth=1.4)
    axes.set_title(f"{_name(function)}: slope at most {slopes.max():.3g}")
    low, high = min(-0.2, slopes.min()), max(1.2, slopes.max())
    axes.set_ylim(max(values.min(), low - 1) - 0.1, min(values.max(), high + 1) + 0.1)


def _with_slopes(function: Any, x: ag.Array) -> tuple[ag.Array, ag.Array]:
    """Return an activation at some points, and its slope there."""
    if not callable(function):
        raise ag.OptionError(
            f"activations: takes functions, as ag.tanh and nn.ReLU(), not {type(function).__name__}"
        )
    points = ag.tensor(x, requires_grad=True)
    values = function(points)
    if ag.shape(values) != x.shape:
        raise ag.ShapeError(
            f"activations: {_name(function)} makes {ag.shape(values)} of {x.shape}; it must be "
            "elementwise"
        )
    # A step has no slope anywhere, and a graph that does not reach the points.
    linked = getattr(values, "requires_grad", False)
    slopes = np.asarray(ag.gradients(ag.sum(values), points)) if linked else np.zeros_like(x)
    found = ag.tensor(values).numpy()
    for numbers in (found, slopes):
        check_finite("activations", numbers, f"the values of {_name(function)}")
    return found, slopes


def _name(function: Any) -> str:
    return one_line(getattr(function, "__name__", type(function).__name__), LONGEST, str)
