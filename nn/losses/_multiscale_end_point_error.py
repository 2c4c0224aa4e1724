"""The error of optical flow at several sizes, so that a network learns it from coarse to fine."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import autograd as ag
from autograd.core.calls import called
from nn.checks import Values
from nn.layers.resize import resized, window_means
from nn.losses._end_point_error import end_point_error, known_pixels
from nn.losses.inputs import floats
from nn.losses.reduction import loss
from nn.module import Module

WEIGHTS = (0.005, 0.01, 0.02, 0.08, 0.32)  # from fine to coarse (Dosovitskiy et al. 2015)
PIXELS = 20.0  # of flow that are 1 in `nn.models.FlowNetSimple`: outputs of the size of 1


@loss
@called
def multiscale_end_point_error(
    flows: Sequence[ag.ArrayLike] | ag.ArrayLike,
    target: ag.ArrayLike,
    mask: ag.ArrayLike | None = None,
) -> ag.Tensor:
    """Weighted sum of the end-point errors of five flows, as FlowNet learns it; deck 0.

    For each flow the target is divided by 20 and shrunk to the size of the flow, each new pixel
    being the mean of those that it covers.  The lengths of the errors are added over the pixels,
    averaged over the examples, and weighted with .005, .01, .02, .08 and .32 from the finest flow
    to the coarsest: a coarse flow has fewer pixels.

    Parameters
    ----------
    flows : five arrays or Tensors, (N, 2, H_i, W_i)
        From fine to coarse, in units of 20 pixels, as `nn.models.FlowNetSimple` returns them in
        training.  A single flow (N, 2, H, W), as it returns in evaluation, is in pixels, and its
        loss is its `end_point_error`.
    target : array or Tensor, (N, 2, H, W)
        In pixels, to the right and down.
    mask : array, (N, H, W), optional
        Not 0 where the target is known.  A pixel of a shrunk target is the mean of the known ones
        that it covers, and does not count if there are none.  By default the target is known where
        it is not NaN.

    Returns
    -------
    Tensor or NumPy scalar

    Raises
    ------
    autograd.ShapeError
        If there are not five flows, one is larger than the target, or the shapes are not these.

    Examples
    --------
    >>> import numpy as np
    >>> import nn
    >>> target = np.full((1, 2, 64, 64), 20.0)
    >>> flows = [np.ones((1, 2, n, n)) for n in (16, 8, 4, 2, 1)]
    >>> float(nn.multiscale_end_point_error(flows, target))
    0.0
    >>> flows[4][0, :, 0, 0] = 1.3, 0.6  # an error of (.3, -.4)
    >>> round(float(nn.multiscale_end_point_error(flows, target)), 6)
    0.16
    """
    if not isinstance(flows, (tuple, list)):
        return end_point_error(flows, target, mask)
    owner = "multiscale_end_point_error"
    if len(flows) != len(WEIGHTS):
        raise ag.ShapeError(
            f"{owner}: takes {len(WEIGHTS)} flows from fine to coarse, or one "
            f"of all pixels, not {len(flows)}"
        )
    target = floats(owner, "target", target)
    if target.ndim != 4 or target.shape[1] != 2 or not target.size:
        raise ag.ShapeError(
            f"{owner}: target {target.shape} must be (N, 2, H, W), with at least one pixel"
        )
    known = ag.expand_dims(known_pixels(owner, mask, target), 1)
    target = ag.where(known, target, 0.0)
    errors = [
        weight * end_point_error(flow, *_shrunk(target, known, ag.shape(flow)), reduction="sum")
        for weight, flow in zip(WEIGHTS, flows, strict=True)
    ]
    return sum(errors[1:], errors[0]) / target.shape[0]


def _shrunk(target: Values, known: Any, shape: tuple[int, ...]) -> tuple[Any, Any]:
    """Return the target in the size and the units of a flow, and where it is known."""
    pairs = zip(shape[2:], target.shape[2:], strict=False)
    if len(shape) != 4 or not all(0 < shorter <= length for shorter, length in pairs):
        raise ag.ShapeError(
            f"multiscale_end_point_error: a flow {shape} must be (N, 2, H, W), and not larger than "
            f"the target {target.shape}"
        )
    axes = zip(target.shape[2:], shape[2:], strict=True)
    windows = [window_means(length, shorter) for length, shorter in axes]
    share = resized(ag.astype(known, target.dtype), windows)  # of what a new pixel covers
    mean = resized(target, windows) / ag.where(ag.greater(share, 0.0), share, 1.0)
    return mean / PIXELS, ag.squeeze(share, 1)


class MultiscaleEndPointError(Module):
    """End-point error at five sizes as a module; see `multiscale_end_point_error`.

    Examples
    --------
    >>> import numpy as np
    >>> import nn
    >>> flows = [np.zeros((1, 2, n, n)) for n in (16, 8, 4, 2, 1)]
    >>> target = np.stack([np.full((1, 64, 64), 12.0), np.full((1, 64, 64), 16.0)], axis=1)
    >>> round(float(nn.MultiscaleEndPointError()(flows, target)), 6)  # at each size 1 a pixel
    2.88
    """

    def forward(
        self,
        flows: Sequence[ag.ArrayLike] | ag.ArrayLike,
        target: ag.ArrayLike,
        mask: ag.ArrayLike | None = None,
    ) -> ag.Tensor:
        """Map five flows, or one, and a target (N, 2, H, W) to a number."""
        return multiscale_end_point_error(flows, target, mask)
