"""Absolute errors, which an outlier moves less than squares, and their smooth form."""

from __future__ import annotations

from typing import Any

import autograd as ag
from autograd.core.calls import called
from nn.checks import above_zero, not_negative
from nn.losses.inputs import pair
from nn.losses.reduction import Loss, check_reduction, loss, reduce


@loss
@called
def l1_loss(input: ag.ArrayLike, target: ag.ArrayLike, reduction: str = "mean") -> ag.Tensor:
    """Mean absolute error, ``mean(|input - target|)`` over all elements; deck 1.

    The slope where input and target are equal is 0.

    Parameters
    ----------
    input, target : array or Tensor, (...)
        Of one shape.
    reduction : {"mean", "sum", "none"}
        Whether to average over the elements, add them, or return them.

    Returns
    -------
    Tensor, array or NumPy scalar
        A number, or (...) with "none".

    Raises
    ------
    autograd.ShapeError
        If the shapes differ, or there is nothing to average.
    autograd.OptionError
        If the reduction is unknown.

    Examples
    --------
    >>> import autograd as ag, nn
    >>> nn.l1_loss(ag.tensor([1.0, 4.0]), [1.0, 1.0])
    tensor(1.5)
    """
    check_reduction("l1_loss", reduction)
    input, target = pair("l1_loss", input, target)
    return reduce("l1_loss", ag.absolute(input - target), reduction)


@loss
@called
def smooth_l1_loss(
    input: ag.ArrayLike, target: ag.ArrayLike, reduction: str = "mean", beta: float = 1.0
) -> ag.Tensor:
    """Mean of errors that are squared where small and absolute elsewhere (Girshick 2015).

    Of an error d it is ``d^2 / (2 beta)`` where ``|d| < beta``, and ``|d| - beta / 2`` elsewhere.
    Value and slope agree at the border; the second derivative there is 0.

    Parameters
    ----------
    input, target : array or Tensor, (...)
        Of one shape.
    reduction : {"mean", "sum", "none"}
        Whether to average over the elements, add them, or return them.
    beta : float
        Where the square ends; with 0 this is `l1_loss`.

    Returns
    -------
    Tensor, array or NumPy scalar
        A number, or (...) with "none".

    Raises
    ------
    autograd.ShapeError
        If the shapes differ, or there is nothing to average.
    autograd.OptionError
        If the reduction is unknown, or ``beta`` is negative.

    Examples
    --------
    >>> import autograd as ag, nn
    >>> nn.smooth_l1_loss(ag.tensor([0.5, 3.0]), [0.0, 0.0], reduction="none")
    tensor([0.125, 2.5  ])
    """
    check_reduction("smooth_l1_loss", reduction)
    not_negative("smooth_l1_loss", beta=beta)
    input, target = pair("smooth_l1_loss", input, target)
    return reduce("smooth_l1_loss", _smooth(input - target, float(beta)), reduction)


@loss
@called
def huber_loss(
    input: ag.ArrayLike, target: ag.ArrayLike, reduction: str = "mean", delta: float = 1.0
) -> ag.Tensor:
    """Mean of errors that are squared where small and absolute elsewhere (Huber 1964).

    Of an error d it is ``d^2 / 2`` where ``|d| < delta``, and ``delta (|d| - delta / 2)``
    elsewhere: ``delta`` times `smooth_l1_loss`.

    Parameters
    ----------
    input, target : array or Tensor, (...)
        Of one shape.
    reduction : {"mean", "sum", "none"}
        Whether to average over the elements, add them, or return them.
    delta : float
        Where the square ends, and the slope of what follows; above 0.

    Returns
    -------
    Tensor, array or NumPy scalar
        A number, or (...) with "none".

    Raises
    ------
    autograd.ShapeError
        If the shapes differ, or there is nothing to average.
    autograd.OptionError
        If the reduction is unknown, or ``delta`` is not above 0.

    Examples
    --------
    >>> import autograd as ag, nn
    >>> nn.huber_loss(ag.tensor([0.5, 3.0]), [0.0, 0.0], reduction="none", delta=2.0)
    tensor([0.125, 4.   ])
    """
    check_reduction("huber_loss", reduction)
    above_zero("huber_loss", delta=delta)
    input, target = pair("huber_loss", input, target)
    size = float(delta)
    return reduce("huber_loss", size * _smooth(input - target, size), reduction)


def _smooth(error: Any, beta: float) -> Any:
    size = ag.absolute(error)
    if beta == 0.0:
        return size
    near = ag.less(size, beta)
    small = ag.where(near, error, 0.0)  # the square of a huge error, which is not used, overflows
    return ag.where(near, ag.square(small) / (2.0 * beta), size - beta / 2.0)


class L1Loss(Loss):
    """Mean absolute error as a module; see `l1_loss`.

    Parameters
    ----------
    reduction : {"mean", "sum", "none"}

    Examples
    --------
    >>> import nn
    >>> float(nn.L1Loss()([1.0, 4.0], [1.0, 1.0]))
    1.5
    """

    def forward(self, input: ag.ArrayLike, target: ag.ArrayLike) -> ag.Tensor:
        """Map two (...) to a number, or to (...) with reduction "none"."""
        return l1_loss(input, target, self.reduction)


class SmoothL1Loss(Loss):
    """Errors squared where small and absolute elsewhere, as a module; see `smooth_l1_loss`.

    Parameters
    ----------
    reduction : {"mean", "sum", "none"}
    beta : float

    Examples
    --------
    >>> import nn
    >>> nn.SmoothL1Loss(reduction="none")([0.5, 3.0], [0.0, 0.0])
    array([0.125, 2.5  ])
    """

    def __init__(self, reduction: str = "mean", beta: float = 1.0) -> None:
        super().__init__(reduction)
        not_negative("SmoothL1Loss", beta=beta)
        self.beta = beta

    def forward(self, input: ag.ArrayLike, target: ag.ArrayLike) -> ag.Tensor:
        """Map two (...) to a number, or to (...) with reduction "none"."""
        return smooth_l1_loss(input, target, self.reduction, self.beta)

    def extra_repr(self) -> str:
        """Return the reduction and where the square ends."""
        return f"{super().extra_repr()}, beta={self.beta}"


class HuberLoss(Loss):
    """Errors squared where small and absolute elsewhere, as a module; see `huber_loss`.

    Parameters
    ----------
    reduction : {"mean", "sum", "none"}
    delta : float

    Examples
    --------
    >>> import nn
    >>> nn.HuberLoss(reduction="none", delta=2.0)([0.5, 3.0], [0.0, 0.0])
    array([0.125, 4.   ])
    """

    shown = ("reduction", "delta")

    def __init__(self, reduction: str = "mean", delta: float = 1.0) -> None:
        super().__init__(reduction)
        above_zero("HuberLoss", delta=delta)
        self.delta = delta

    def forward(self, input: ag.ArrayLike, target: ag.ArrayLike) -> ag.Tensor:
        """Map two (...) to a number, or to (...) with reduction "none"."""
        return huber_loss(input, target, self.reduction, self.delta)
