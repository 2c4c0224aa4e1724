"""Matplotlib is imported when a picture is drawn, and not with `nn`."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, ParamSpec

from autograd.core.calls import called
from nn.checks import import_extra

if TYPE_CHECKING:
    from matplotlib.axes import Axes as Axes

    from nn.plots.picture import Picture as Picture
else:
    Axes = Picture = Any  # for annotations alone

P = ParamSpec("P")


@called
def styled(draw: Callable[P, Picture]) -> Callable[P, Picture]:
    """Let a function draw in the look of this package; without Matplotlib, say how to get it.

    Parameters
    ----------
    draw : callable
        Draws on what `figure` returns, and returns it.  Matplotlib reads most of a style when
        something is drawn, so a figure alone cannot carry it.

    Examples
    --------
    >>> from nn.plots.canvas import figure, styled
    >>> @styled
    ... def parabola():
    ...     picture = figure(4, 3)
    ...     lines = picture.add_subplot().plot([-1, 0, 1], [1, 0, 1])
    ...     picture.describe("A parabola")
    ...     return picture
    >>> parabola().get_suptitle()
    'A parabola'
    """

    @functools.wraps(draw)
    def call(*args: P.args, **kwargs: P.kwargs) -> Picture:
        import_extra(draw.__name__, "matplotlib", "matplotlib", "plot")
        from nn.plots.picture import in_style

        with in_style():
            return draw(*args, **kwargs)

    return call


@called
def figure(width: float, height: float) -> Picture:
    """Return an empty Matplotlib figure of a size in inches; `describe` gives it a title.

    Raises
    ------
    autograd.MissingError
        If matplotlib is not installed.
    """
    import_extra("figure", "matplotlib", "matplotlib", "plot")
    from nn.plots.picture import Picture

    return Picture(width, height)


def beside(names: Iterable[str], width: float) -> int:
    """Return how many names of a legend fit beside each other, in so many inches.

    Examples
    --------
    >>> from nn.plots.canvas import beside
    >>> beside(["cat", "dog"], 6.0), beside(["a long name of a class"], 6.0)
    (8, 2)
    """
    longest = max(map(len, names), default=0)
    return max(1, min(10, int(width / (0.45 + 0.08 * longest))))


def no_axis(axes: Axes) -> None:
    """Take away the box and the ticks of a pair of axes, and leave their names."""
    axes.tick_params(which="both", length=0)
    for spine in axes.spines.values():
        spine.set_visible(False)


def frame(axes: Axes) -> None:
    """Put a frame around an image, in which white would have no edge, and no ticks."""
    axes.set(xticks=[], yticks=[])
    for spine in axes.spines.values():
        spine.set_visible(True)
