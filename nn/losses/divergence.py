"""The Kullback-Leibler divergence: how far one distribution is from another."""

from __future__ import annotations

from functools import partial
from typing import Any

import autograd as ag
from autograd.core.calls import called
from autograd.core.capturing import checked
from nn.checks import boolean, one_of
from nn.losses.inputs import pair
from nn.losses.reduction import REDUCTIONS, Loss, loss, note_divisor, reduce

OF_BATCHES = (*REDUCTIONS, "batchmean")
ROUNDING = 1e-3  # by which a probability in float16 may be above 1


@loss
@called
def kl_div(
    input: ag.ArrayLike,
    target: ag.ArrayLike,
    reduction: str = "mean",
    log_target: bool = False,
) -> ag.Tensor:
    """Divergence of a distribution q from a target p, the sum of ``p (log p - input)``.

    The input is ``log q``, as `ag.log_softmax` gives it.  The divergence of the distributions
    themselves is the sum over the classes, which "batchmean" averages over the examples; "mean"
    also divides by the number of classes.

    Parameters
    ----------
    input : array or Tensor, (...)
        Logarithms of probabilities.
    target : array or Tensor, (...)
        Of the same shape; probabilities, of which 0 costs nothing.
    reduction : {"mean", "batchmean", "sum", "none"}
        Whether to average over the elements or the examples, add, or return them.
    log_target : bool
        Whether the target holds logarithms of probabilities, too.

    Returns
    -------
    Tensor, array or NumPy scalar
        A number, or (...) with "none".

    Raises
    ------
    autograd.ShapeError
        If the shapes differ, or there is nothing to average.
    autograd.OptionError
        If the reduction is unknown, or a target that is a probability is not from 0 to 1.

    Notes
    -----
    Kullback and Leibler (1951).

    Examples
    --------
    >>> import autograd as ag, nn
    >>> nn.kl_div(ag.log(ag.tensor([[0.5, 0.5]])), [[1.0, 0.0]], reduction="batchmean")
    tensor(0.69314718)
    """
    owner = "kl_div"
    one_of(owner, OF_BATCHES, reduction=reduction)
    boolean(owner, log_target=log_target)
    input, target = pair(owner, input, target)
    costs = ag.exp(target) * (target - input) if log_target else _costs(owner, input, target)
    if reduction != "batchmean":
        return reduce(owner, costs, reduction)
    if not input.shape or not input.shape[0]:
        raise ag.ShapeError(
            f"{owner}: input {input.shape} has no examples to average; it takes (N, ...)"
        )
    value: ag.Tensor = ag.sum(costs) / input.shape[0]
    note_divisor(value, float(input.shape[0]))
    return value


def _costs(owner: str, input: Any, target: Any) -> Any:
    target = checked(target, partial(_check_probabilities, owner))
    # 0 log 0 counts as 0: the logarithm is taken of 1 there, and that branch is then not used.
    empty = ag.equal(target, 0.0)
    return target * (ag.where(empty, 0.0, ag.log(ag.where(empty, 1.0, target))) - input)


def _check_probabilities(owner: str, target: Any) -> None:
    if not ag.all(ag.logical_and(target >= 0, target <= 1 + ROUNDING)):
        raise ag.OptionError(
            f"{owner}: target has numbers from {ag.min(target):g} to {ag.max(target):g}; "
            "probabilities are from 0 to 1, and for their logarithms there is log_target=True"
        )


class KLDivLoss(Loss):
    """The Kullback-Leibler divergence as a module; see `kl_div`.

    Parameters
    ----------
    reduction : {"mean", "batchmean", "sum", "none"}
    log_target : bool

    Examples
    --------
    >>> import nn
    >>> nn.KLDivLoss("batchmean", log_target=True)([[-1.0, -2.0]], [[-1.0, -2.0]])
    np.float64(0.0)
    """

    shown = ("reduction", "log_target")

    def __init__(self, reduction: str = "mean", log_target: bool = False) -> None:
        one_of("KLDivLoss", OF_BATCHES, reduction=reduction)
        boolean("KLDivLoss", log_target=log_target)
        self.reduction = reduction
        self.log_target = log_target

    def forward(self, input: ag.ArrayLike, target: ag.ArrayLike) -> ag.Tensor:
        """Map two (...) to a number, or to (...) with reduction "none"."""
        return kl_div(input, target, self.reduction, self.log_target)
