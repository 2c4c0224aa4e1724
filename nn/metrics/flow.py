"""The error of optical flow, as a number to be read."""

from __future__ import annotations

import autograd as ag
from autograd.core.calls import called
from nn import losses
from nn.losses.reduction import NothingCounts
from nn.metrics.reading import as_array


@called
def end_point_error(
    outputs: ag.ArrayLike, targets: ag.ArrayLike, mask: ag.ArrayLike | None = None
) -> float:
    """Return the mean of ``||outputs - targets||``, how far the ends of arrows are apart; deck 0.

    Parameters
    ----------
    outputs, targets : array, (N, 2, H, W)
        The flow, to the right and down, of each pixel.
    mask : array, (N, H, W), optional
        Not 0 where the target is known; elsewhere a pixel does not count.  By default a target is
        known where it is not NaN.

    Returns
    -------
    float
        In the units of the flow, such as pixels.

    Raises
    ------
    autograd.ShapeError
        If the shapes are others.
    autograd.OptionError
        If no target is known.

    Examples
    --------
    >>> from nn.metrics import end_point_error
    >>> end_point_error([[[[3.0]], [[4.0]]]], [[[[0.0]], [[0.0]]]])
    5.0
    """
    flow, truth = as_array("outputs", outputs), as_array("targets", targets)
    try:
        return float(losses.end_point_error(flow, truth, mask))
    except NothingCounts:
        raise ag.OptionError(
            "end_point_error: no target is known: all of the mask is 0, or all targets are NaN"
        ) from None
