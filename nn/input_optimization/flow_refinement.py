"""Variational refinement of optical flow: truer to the images, and smooth.

What a flow should be like can be written as an energy.  A pixel keeps its colour on its way, and
neighbours move alike (Horn and Schunck 1981).  The output of a network is near a minimum of that
energy, which gradient descent on the flow approaches: deck 0.
"""

from __future__ import annotations

import numpy as np

import autograd as ag
from autograd.core.calls import called
from nn.checks import above_zero, at_least_zero, not_negative
from nn.losses.inputs import floats
from nn.optim import Adam
from nn.parameter import Parameter

COLOR, PIXEL = 0.01, 0.1  # differences below which the penalty is a square, above which a length
CHUNK = 8  # examples at a time, whose arrays fit into the cache


@called
def refine_flow(
    flow: ag.ArrayLike,
    first: ag.ArrayLike,
    second: ag.ArrayLike,
    *,
    smoothness: float = 0.1,
    steps: int = 60,
    lr: float = 0.1,
) -> ag.Array:
    """Make a flow truer to the images, and smoother, by gradient descent on the flow itself.

    The energy of a flow ``f`` is the sum over all pixels, and over channels, of
    ``rho(second(x + f) - first(x), .01) + smoothness rho(f(next) - f(x), .1)``, with
    ``rho(d, eps) = (d^2 + eps^2)^(1/2)`` (Charbonnier) and the next pixel to the right and below.
    `autograd.warp` takes the colours between pixels.  Where something is occluded, only the second
    term says what is right.

    It finds motions near those that it begins with, of a pixel or two: a flow of zeros stays far
    from the right one.

    Parameters
    ----------
    flow : array or Tensor, (N, 2, H, W)
        From the first images to the second, to the right and down, in pixels; not changed.
    first, second : array or Tensor, (N, C, H, W)
        With numbers from 0 to 1.
    smoothness : float
        How much the second term counts.
    steps : int
        Of Adam.
    lr : float
        How far a step moves a pixel at most, about, in pixels.

    Returns
    -------
    numpy.ndarray, (N, 2, H, W)

    Raises
    ------
    autograd.ShapeError
        If the shapes are not these.
    autograd.OptionError
        If a number is out of its range, or a flow or an image is not finite everywhere.

    Examples
    --------
    >>> import numpy as np
    >>> import nn
    >>> first = np.linspace(0, 1, 8) * np.ones((1, 1, 8, 8))  # becomes brighter to the right
    >>> second = first - 0.5 / 7  # so it has moved by half a pixel
    >>> flow = nn.refine_flow(np.zeros((1, 2, 8, 8)), first, second)
    >>> flow[0, :, 4, 4].round(1)
    array([0.5, 0. ])
    """
    not_negative("refine_flow", smoothness=smoothness)
    above_zero("refine_flow", lr=lr)
    at_least_zero("refine_flow", steps=steps)
    start, before, after = (
        np.asarray(ag.tensor(floats("refine_flow", name, x)).data)
        for name, x in (("flow", flow), ("first", first), ("second", second))
    )
    _check(start, before, after)
    refined = start.copy()
    for at in range(0, len(start), CHUNK):
        part = slice(at, at + CHUNK)
        unknown = Parameter(start[part])
        optimizer = Adam([unknown], lr=lr)
        for _ in range(steps):
            optimizer.zero_grad()
            energy(unknown, before[part], after[part], smoothness).backward()
            optimizer.step()
        refined[part] = unknown.data
    return refined


def energy(flow: ag.Tensor, first: ag.Array, second: ag.Array, smoothness: float) -> ag.Tensor:
    """Return how far colours change along a flow, and the flow from pixel to pixel.

    Examples
    --------
    >>> import numpy as np
    >>> import autograd as ag
    >>> from nn.input_optimization.flow_refinement import energy
    >>> flow, image = ag.tensor(np.zeros((1, 2, 2, 2))), np.zeros((1, 1, 2, 2))
    >>> round(energy(flow, image, image + 1, 0.0).item(), 2)  # four pixels, each by 1
    4.0
    """
    data = _total(ag.warp(second, flow) - first, COLOR)
    return data + smoothness * sum(_total(ag.diff(flow, axis=axis), PIXEL) for axis in (2, 3))


def _total(difference: ag.Tensor, size: float) -> ag.Tensor:
    return ag.sum(ag.sqrt(ag.square(difference) + size**2))


def _check(flow: ag.Array, first: ag.Array, second: ag.Array) -> None:
    if first.ndim != 4 or first.shape != second.shape:
        raise ag.ShapeError(
            f"refine_flow: first {first.shape} and second {second.shape} must be (N, C, H, W), and "
            "the same; of pairs with six channels, these are pairs[:, :3] and pairs[:, 3:]"
        )
    wanted = (first.shape[0], 2, *first.shape[2:])
    if flow.shape != wanted:
        raise ag.ShapeError(f"refine_flow: flow {flow.shape} must be {wanted}, as the images are")
    for name, x in {"flow": flow, "first": first, "second": second}.items():
        if not np.isfinite(x).all():  # a NaN would reach one more pixel with every step
            raise ag.OptionError(
                f"refine_flow: {name} must be finite everywhere; np.nan_to_num({name}) begins with "
                "0 where it is NaN"
            )
