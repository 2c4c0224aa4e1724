"""The error of optical flow: how far the ends of two arrows are apart."""

from __future__ import annotations

from typing import Any

import autograd as ag
from autograd.core.calls import called
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
        the pixel does not count in the mean.
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
    known = None if mask is None else known_pixels(mask, input)
    error = input - target
    if known is not None:
        error = ag.where(ag.expand_dims(known, 1), error, 0.0)
    lengths = ag.linalg.norm(error, axis=1)
    shares = None if known is None else ag.astype(known, input.dtype)
    return reduce("end_point_error", lengths, reduction, shares)


def known_pixels(mask: Any, input: Any) -> Any:
    """Return where the target of a flow is known; refuse a mask of another shape.

    Examples
    --------
    >>> import numpy as np
    >>> from nn.losses._end_point_error import known_pixels
    >>> known_pixels([[[1, 0]]], np.zeros((1, 2, 1, 2)))
    array([[[ True, False]]])
    """
    mask = constant(numbers("end_point_error", "mask", mask))
    pixels = (input.shape[0], *input.shape[2:])
    if mask.shape != pixels:
        raise ag.ShapeError(
            f"end_point_error: mask {mask.shape} must be {pixels}, one number for each pixel of "
            f"input {input.shape}"
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
