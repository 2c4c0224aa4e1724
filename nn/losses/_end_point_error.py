"""The error of optical flow: how far the ends of two arrows are apart."""

from __future__ import annotations

from typing import Any

import autograd as ag
from autograd.core.calls import called
from nn.checks import Values
from nn.losses.inputs import constant, numbers, pair
from nn.losses.reduction import Loss, check_reduction, loss, reduce


@loss
@called
def end_point_error(
    input: ag.ArrayLike,
    target: ag.ArrayLike,
    mask: ag.ArrayLike | None = None,
    reduction: str = "mean",
) -> ag.Tensor:
    """Mean over pixels of ``||input - target||``, the length of the flow's error; deck 0.

    Where the flow is exactly right the gradient is 0, as are the second derivatives.

    Parameters
    ----------
    input, target : array or Tensor, (N, 2, H, W)
        The flow, to the right and down, of each pixel.
    mask : array, (N, H, W), optional
        Not 0 where the target is known.  Elsewhere the error is 0, whatever the target holds, and
        the pixel does not count in the mean.  By default the target is known where it is not NaN,
        which is what `nn.data.read_flo` returns, and `nn.data.Joint` fills in.
    reduction : {"mean", "sum", "none"}
        Whether to average over the pixels, add them, or return them.

    Returns
    -------
    Tensor, array or NumPy scalar
        A number, or (N, H, W) with "none".

    Raises
    ------
    autograd.ShapeError
        If the shapes are not these, or there is nothing to average.
    autograd.OptionError
        If the reduction is unknown, or the mean is taken with a mask that is 0 everywhere.

    Examples
    --------
    >>> import autograd as ag, nn
    >>> flow = ag.tensor([[[[3.0]], [[4.0]]]])
    >>> nn.end_point_error(flow, ag.tensor([[[[0.0]], [[0.0]]]]))
    tensor(5.)
    """
    check_reduction("end_point_error", reduction)
    input, target = pair("end_point_error", input, target)
    if len(input.shape) != 4 or input.shape[1] != 2:
        raise ag.ShapeError(
            f"end_point_error: input {input.shape} must be (N, 2, H, W), with the two components "
            "of the flow on axis 1"
        )
    known = known_pixels("end_point_error", mask, target)
    error = ag.where(ag.expand_dims(known, 1), input - target, 0.0)
    lengths = ag.linalg.norm(error, axis=1)
    shares = ag.astype(known, input.dtype) if input.size else None
    return reduce("end_point_error", lengths, reduction, shares)


def known_pixels(owner: str, mask: ag.ArrayLike | None, target: Values) -> Any:
    """Return where the target of a flow is known, (N, H, W); refuse a mask of another shape.

    Examples
    --------
    >>> import numpy as np
    >>> from nn.losses._end_point_error import known_pixels
    >>> known_pixels("end_point_error", None, np.array([[[[1.0, np.nan]], [[0.0, 0.0]]]]))
    array([[[ True, False]]])
    """
    if mask is None:
        return ag.logical_not(ag.any(ag.isnan(target), axis=1))
    mask = constant(numbers(owner, "mask", mask))
    pixels = (target.shape[0], *target.shape[2:])
    if mask.shape != pixels:
        raise ag.ShapeError(
            f"{owner}: mask {mask.shape} must be {pixels}, one number for each pixel of "
            f"{target.shape}"
        )
    return ag.not_equal(mask, 0)


class EndPointError(Loss):
    """End-point error as a module; see `end_point_error`.

    Parameters
    ----------
    reduction : {"mean", "sum", "none"}

    Examples
    --------
    >>> import nn
    >>> float(nn.EndPointError()([[[[3.0]], [[4.0]]]], [[[[0.0]], [[0.0]]]]))
    5.0
    """

    def forward(
        self, input: ag.ArrayLike, target: ag.ArrayLike, mask: ag.ArrayLike | None = None
    ) -> ag.Tensor:
        """Map two (N, 2, H, W) to a number, or to (N, H, W) with reduction "none"."""
        return end_point_error(input, target, mask, self.reduction)
