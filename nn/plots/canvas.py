"""Where Matplotlib comes in: around a function that draws, and not before it is called."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ParamSpec

import autograd as ag

if TYPE_CHECKING:
    from nn.plots.picture import Picture

P = ParamSpec("P")


def plot(draw: Callable[P, Picture]) -> Callable[P, Picture]:
    """Let a function draw in the look of this package; without Matplotlib, say how to get it."""

    @functools.wraps(draw)
    def call(*args: P.args, **kwargs: P.kwargs) -> Picture:
        try:
            import matplotlib.style  # noqa: F401
        except ImportError:
            raise ag.MissingError(
                f"{draw.__name__}: needs the package matplotlib; pip install 'glassgrad[plot]'"
            ) from None
        from nn.plots.picture import in_style

        with in_style():
            return draw(*args, **kwargs)

    return call


def blank(width: float, height: float) -> Picture:
    """Return an empty picture of a size in inches."""
    from nn.plots.picture import Picture

    return Picture(width, height)


def no_axis(axes: Any) -> None:
    """Take away the box and the ticks of a pair of axes, and leave their names."""
    axes.tick_params(which="both", length=0)
    for spine in axes.spines.values():
        spine.set_visible(False)
