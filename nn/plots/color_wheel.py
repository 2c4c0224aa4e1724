"""The colours of optical flow: the hue says where to, the saturation how far.

The wheel is that of the Middlebury benchmark (Baker et al. 2011), with 55 hues.  Of these, 15 lie
between red and yellow and 4 between green and cyan, since the eye tells the former apart better.
"""

from __future__ import annotations

from functools import cache

import numpy as np

import autograd as ag
from autograd.core.calls import called
from nn.checks import above_zero

# From one colour to the next, in so many steps: red, yellow, green, cyan, blue, magenta, red.
CORNERS = ((1, 0, 0), (1, 1, 0), (0, 1, 0), (0, 1, 1), (0, 0, 1), (1, 0, 1), (1, 0, 0))
STEPS = (15, 6, 4, 11, 13, 6)
DARKER = 0.75  # what is longer than the longest arrow of the wheel
LARGEST = 1e9  # of what is known, as in .flo files


@called
def flow_colors(flow: ag.ArrayLike, max: float | None = None) -> ag.Array:
    """Return the colours of a flow by the usual wheel, that of Middlebury; it takes no Matplotlib.

    No motion is white, and motion to the right red, down yellow, to the left cyan, up violet.

    Parameters
    ----------
    flow : array or Tensor, (2, H, W)
        To the right and down.  Where a number is NaN or beyond 1e9 the flow is not known.
    max : float, optional
        The length that gets full colours; by default that of the longest arrow.  Longer ones get
        the same hue, darker.

    Returns
    -------
    numpy.ndarray, (3, H, W)
        Red, green and blue from 0 to 1; black where the flow is not known.

    Raises
    ------
    autograd.ShapeError
        If it is not a flow.
    autograd.OptionError
        If ``max`` is not above 0.

    Examples
    --------
    >>> from nn.plots.color_wheel import flow_colors
    >>> flow_colors([[[0.0, 1.0]], [[0.0, 0.0]]])[:, 0].T  # none, and to the right
    array([[1., 1., 1.],
           [1., 0., 0.]])
    """
    u, v = as_flow("flow_colors", flow)
    known = is_known(u, v)
    u, v = np.where(known, (u, v), 0.0) + 0.0  # of -0.0 it makes 0.0
    length = np.hypot(u, v)
    if max is not None:
        above_zero("flow_colors", max=max)
    share = length / (max or length.max(initial=0.0) or 1.0)
    hue = _hues((np.arctan2(-v, -u) / np.pi + 1) / 2)
    colors = np.where(share <= 1, 1 - share * (1 - hue), DARKER * hue)
    return np.where(known, colors, 0.0)


def _hues(turn: ag.Array) -> ag.Array:
    """Return the colours (3, ...) of angles from 0 to 1: between two of the wheel, their mean."""
    wheel = hues()
    place = turn * (len(wheel) - 1)
    before = np.floor(place).astype(int)
    share = (place - before)[..., None]
    mean = (1 - share) * wheel[before] + share * wheel[(before + 1) % len(wheel)]
    found: ag.Array = np.moveaxis(mean, -1, 0)
    return found


@cache
def hues() -> ag.Array:
    """Return the colours of the rim of the wheel, (55, 3), from red over yellow back to it.

    Examples
    --------
    >>> from nn.plots.color_wheel import hues
    >>> hues().shape, hues()[15]
    ((55, 3), array([1., 1., 0.]))
    """
    corners = np.array(CORNERS, float)
    parts = [
        begin + np.arange(steps)[:, None] / steps * (end - begin)
        for begin, end, steps in zip(corners[:-1], corners[1:], STEPS, strict=True)
    ]
    found = np.concatenate(parts)
    found.flags.writeable = False  # since it is cached
    return found


def as_flow(owner: str, flow: ag.ArrayLike) -> ag.Array:
    """Return a flow as an array (2, H, W) of float64; refuse other shapes.

    Examples
    --------
    >>> import numpy as np
    >>> from nn.plots.color_wheel import as_flow
    >>> as_flow("flow", np.zeros((1, 2, 4, 4)))
    Traceback (most recent call last):
        ...
    autograd.errors.ShapeError: flow: a flow (1, 2, 4, 4) must be (2, H, W); of a batch, write ...
    """
    array = np.asarray(ag.tensor(flow).numpy(), float)
    if array.ndim != 3 or len(array) != 2 or 0 in array.shape:
        remedy = "; of a batch, write flow[0]" if array.ndim == 4 else ""
        raise ag.ShapeError(f"{owner}: a flow {array.shape} must be (2, H, W){remedy}")
    return array


def is_known(u: ag.Array, v: ag.Array) -> ag.Array:
    """Return where both numbers of a flow are known."""
    return (abs(u) <= LARGEST) & (abs(v) <= LARGEST)  # which a NaN is not
