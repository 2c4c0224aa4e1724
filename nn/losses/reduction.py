"""How the costs of many elements or examples become one number."""

from __future__ import annotations

from typing import Any

import autograd as ag
from nn.checks import Values, one_of
from nn.module import Module

REDUCTIONS = ("mean", "sum", "none")


def check_reduction(owner: str, reduction: str) -> None:
    """Refuse a word that is not a reduction."""
    one_of(owner, REDUCTIONS, reduction=reduction)


def reduce(
    owner: str,
    costs: Values,
    reduction: str,
    shares: Values | None = None,
) -> Any:
    """Return the mean of the costs, their sum, or the costs as they are.

    Parameters
    ----------
    owner : str
        The loss, for messages.
    costs : array or Tensor, (...)
    reduction : {"mean", "sum", "none"}
    shares : array or Tensor, (...), optional
        How much each cost counts in the mean, where that is not 1: the sum of the costs, which are
        multiplied by them already, is divided by the sum of the shares.

    Examples
    --------
    >>> from nn.losses.reduction import reduce
    >>> import autograd as ag
    >>> reduce("a loss", ag.tensor([1.0, 5.0]), "mean")
    tensor(3.)
    """
    if reduction == "none":
        return costs
    if reduction == "sum":
        return ag.sum(costs)
    return _mean(owner, costs) if shares is None else _shared_mean(owner, costs, shares)


def _mean(owner: str, costs: Values) -> Any:
    if costs.size == 0:
        raise ag.ShapeError(
            f"{owner}: there is nothing to average in costs of shape {costs.shape}; leave out the "
            "empty batch, or use reduction='sum', which gives 0"
        )
    return ag.mean(costs)


def _shared_mean(owner: str, costs: Values, shares: Values) -> Any:
    total = ag.sum(shares)
    if total == 0:
        raise ag.OptionError(
            f"{owner}: there is nothing to average: all {costs.size} targets are left out, or have "
            "weight 0; use reduction='sum', which gives 0"
        )
    return ag.sum(costs) / total


class Loss(Module):
    """Base of the losses that reduce their costs to one number."""

    def __init__(self, reduction: str = "mean") -> None:
        check_reduction(type(self).__name__, reduction)
        self.reduction = reduction

    def extra_repr(self) -> str:
        """Return the reduction."""
        return f"reduction={self.reduction!r}"
