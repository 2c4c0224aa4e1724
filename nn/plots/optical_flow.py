"""Optical flow in colours, beside the frames that it belongs to; deck 0."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

import autograd as ag
from autograd.core.calls import called
from autograd.core.messages import one_line
from nn.checks import above_zero, at_least_zero
from nn.inspection.images import as_image
from nn.plots.canvas import Axes, Picture, figure, frame, no_axis, styled
from nn.plots.color_wheel import as_flow, flow_colors, is_known
from nn.plots.images import visible
from nn.plots.style import INK, LONGEST, SOFT

ACROSS = 3  # pictures side by side
WHEEL = 101  # pixels across


@styled
@called
def flow(
    flows: ag.ArrayLike | Mapping[str, ag.ArrayLike],
    frames: ag.ArrayLike | None = None,
    *,
    max: float | None = None,
    arrows: int = 8,
) -> Picture:
    """Draw flows in colours, with arrows in some of their pixels, and the wheel of colours.

    All are on one scale.  Where a flow is not known (NaN, or beyond 1e9) it is black.

    Parameters
    ----------
    flows : array or Tensor, (2, H, W), or dict of these
        To the right and down, in pixels; by their names, if there are several.
    frames : array or Tensor, (2 C, H, W), optional
        Both images, the channels of the second behind those of the first, as in an input of
        `nn.models.FlowNetSimple`.
    max : float, optional
        The length, in pixels, that gets full colours; by default that of the longest arrow.  Longer
        ones are darker.
    arrows : int
        So many are drawn along each side, in their true lengths; 0 for none.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    autograd.MissingError
        If matplotlib is not installed.
    autograd.ShapeError
        If the shapes are not these.
    autograd.OptionError
        If there is no flow, or a number is out of its range.

    Examples
    --------
    >>> import numpy as np
    >>> from nn.plots.optical_flow import flow
    >>> rows, columns = np.indices((16, 16)) - 7.5
    >>> turning = np.stack([-rows, columns]) / 4
    >>> picture = flow({"turning": turning, "growing": turning[::-1]}, np.zeros((6, 16, 16)))
    >>> [axes.get_title("left") for axes in picture.axes]
    ['first frame', 'second frame', 'turning', 'growing', 'colours, up to 2.65 pixels']
    """
    at_least_zero("flow", arrows=arrows)
    named = _named(flows)
    top = _top(field for _, field in named) if max is None else max
    above_zero("flow", max=top)
    shown = [] if frames is None else _frames(frames, named[0][1].shape[1:])
    count = len(shown) + len(named) + 1
    picture = figure(7.0, -(-count // ACROSS) * 2.35 + 0.7)
    panels = _panels(picture, count)
    for axes, (name, pixels, options) in zip(panels, shown, strict=False):
        _lay(axes, name, pixels, **options)
    for axes, (name, field) in zip(panels[len(shown) :], named, strict=False):
        _lay(axes, name, np.moveaxis(flow_colors(field, top), 0, -1))
        _draw_arrows(axes, field, arrows)
    _draw_wheel(panels[-1], top)
    note = "hue: direction; paler: slower; white: no motion; black: not known"
    picture.describe("Optical flow: where each pixel of the first frame goes", note)
    return picture


def _named(flows: Any) -> list[tuple[str, ag.Array]]:
    """Return flows and their names."""
    given = flows if isinstance(flows, Mapping) else {"flow": flows}
    if not given:
        raise ag.OptionError("flow: takes a flow (2, H, W), or a dict of some, not an empty one")
    return [(one_line(name, LONGEST, str), as_flow("flow", field)) for name, field in given.items()]


def _top(fields: Iterable[ag.Array]) -> float:
    """Return the longest known length, or 1 if nothing moves."""
    lengths = [np.hypot(u, v)[is_known(u, v)] for u, v in fields]
    return float(np.concatenate(lengths).max(initial=0.0)) or 1.0


def _frames(frames: ag.ArrayLike, size: tuple[int, ...]) -> list[tuple[str, Any, dict[str, Any]]]:
    """Return both frames as they are shown: with one black and one white for both."""
    pair = as_image("flow", frames)[0]
    if len(pair) % 2 or pair.shape[1:] != size:
        raise ag.ShapeError(
            f"flow: frames {pair.shape} must be (2 C, H, W), np.concatenate([first, second]), with "
            f"the height and width of the flow, {size}"
        )
    pixels, options = visible(np.concatenate(np.split(pair, 2), axis=2))  # side by side
    first, second = np.split(pixels, 2, axis=1)
    return [("first frame", first, options), ("second frame", second, options)]


def _panels(picture: Picture, count: int) -> list[Axes]:
    grid = picture.subplots(-(-count // ACROSS), min(count, ACROSS), squeeze=False)
    for axes in grid.flat[count:]:
        axes.remove()
    return list(grid.flat[:count])


def _lay(axes: Axes, title: str, pixels: ag.Array, **options: Any) -> None:
    axes.imshow(pixels, interpolation="nearest", **options)
    axes.set_title(title, color=INK)
    frame(axes)


def _draw_arrows(axes: Axes, field: ag.Array, along: int) -> None:
    """Draw arrows in pixels that lie evenly, from the pixel to where it goes."""
    if along == 0:
        return
    height, width = field.shape[1:]
    rows, columns = (
        np.unique(np.linspace(0, side - 1, along + 2)[1:-1].round().astype(int))
        for side in (height, width)
    )
    x, y = np.meshgrid(columns, rows)
    u, v = np.where(is_known(*field), field, np.nan)[:, y, x]
    exact: dict[str, Any] = {"angles": "xy", "scale_units": "xy", "scale": 1.0}
    axes.quiver(x, y, u, v, color=INK, alpha=0.75, width=0.008, **exact)
    axes.set(xlim=(-0.5, width - 0.5), ylim=(height - 0.5, -0.5))


def _draw_wheel(axes: Axes, top: float) -> None:
    """Draw the colours of all directions up to a length."""
    y, x = np.indices((WHEEL, WHEEL)) / (WHEEL // 2) - 1.0
    colors = np.moveaxis(flow_colors(np.stack([x, y]), 1.0), 0, -1)
    colors[np.hypot(x, y) > 1] = 1.0
    _lay(axes, f"colours, up to {top:.3g} pixels", colors)
    no_axis(axes)
    middle = WHEEL // 2
    for line in (axes.axhline, axes.axvline):
        line(middle, color=SOFT, linewidth=0.5)
