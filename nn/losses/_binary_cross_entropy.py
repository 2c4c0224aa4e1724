"""Cross-entropy of yes and no: from probabilities, and from the logits that they come of.

The target t is the probability of a yes, mostly 0 or 1.  From probabilities the cost can only be as
exact as a number near 1 is; from logits it is exact everywhere, and cannot overflow.
"""

from __future__ import annotations

import math
from typing import Any

import autograd as ag
from autograd.core.calls import called
from nn.losses.inputs import broadcast_weight, pair, probabilities
from nn.losses.reduction import Loss, check_reduction, loss, reduce

LEAST_LOG = -100.0


@loss
@called
def binary_cross_entropy(
    input: ag.ArrayLike,
    target: ag.ArrayLike,
    weight: ag.ArrayLike | None = None,
    reduction: str = "mean",
) -> ag.Tensor:
    """Mean of ``-t log(p) - (1 - t) log(1 - p)`` over all elements; decks 1 and 4.

    Its slope in p is ``-t/p + (1 - t)/(1 - p)``.  Where p is 0 or 1 and right, the cost is 0 and
    the slope is that of the term which remains: ``0 log 0`` counts as 0.  A logarithm below -100 is
    taken as -100, with slope 0, so that a prediction that is certain and wrong costs 100.

    Parameters
    ----------
    input : array or Tensor, (...)
        Probabilities p, from 0 to 1.
    target : array or Tensor, (...)
        Of the same shape, from 0 to 1.
    weight : array, optional
        Broadcasts to (...); multiplies each cost.  The mean still divides by their number.
    reduction : {"mean", "sum", "none"}
        Whether to average over the elements, add them, or return them.

    Returns
    -------
    Tensor, array or NumPy scalar
        A number, or (...) with "none".

    Raises
    ------
    autograd.ShapeError
        If the shapes differ or the weight does not broadcast, or there is nothing to average.
    autograd.OptionError
        If input or target are outside [0, 1], or the reduction is unknown.

    Notes
    -----
    A float32 probability below 3e-39 has a slope that float32 cannot hold; give it logits instead.

    Examples
    --------
    >>> import autograd as ag, nn
    >>> ag.grad(nn.binary_cross_entropy)(0.8, 1.0).round(12)
    np.float64(-1.25)
    """
    owner = "binary_cross_entropy"
    check_reduction(owner, reduction)
    input, target = pair(owner, input, target)
    input = probabilities(
        owner, "input", input, "use ag.sigmoid first, or binary_cross_entropy_with_logits"
    )
    target = probabilities(owner, "target", target, "targets are probabilities, mostly 0 or 1")
    right, wrong = _log(input), _log_complement(input)
    costs = -(target * right + (1 - target) * wrong)
    return reduce(owner, _weighted(owner, costs, weight), reduction)


@loss
@called
def binary_cross_entropy_with_logits(
    input: ag.ArrayLike,
    target: ag.ArrayLike,
    weight: ag.ArrayLike | None = None,
    reduction: str = "mean",
    pos_weight: ag.ArrayLike | None = None,
) -> ag.Tensor:
    """`binary_cross_entropy` of ``p = sigmoid(input)``, without overflow; deck 4.

    With ``-log sigmoid(z) = softplus(-z)`` it is the mean of
    ``t softplus(-z) + (1 - t) softplus(z)``.  Its slope in z is ``sigmoid(z) - t``.

    Parameters
    ----------
    input : array or Tensor, (...)
        Logits z.
    target : array or Tensor, (...)
        Of the same shape, from 0 to 1.
    weight : array, optional
        Broadcasts to (...); multiplies each cost.  The mean still divides by their number.
    reduction : {"mean", "sum", "none"}
        Whether to average over the elements, add them, or return them.
    pos_weight : array, optional
        Broadcasts to (...); multiplies the first term, so that a missed yes costs more.

    Returns
    -------
    Tensor, array or NumPy scalar
        A number, or (...) with "none".

    Raises
    ------
    autograd.ShapeError
        If the shapes differ or a weight does not broadcast, or there is nothing to average.
    autograd.OptionError
        If targets are outside [0, 1], or the reduction is unknown.

    Examples
    --------
    >>> import autograd as ag, nn
    >>> nn.binary_cross_entropy_with_logits(ag.tensor([0.0, 1000.0]), [1.0, 0.0], reduction="none")
    tensor([6.93147181e-01, 1.00000000e+03])
    """
    owner = "binary_cross_entropy_with_logits"
    check_reduction(owner, reduction)
    input, target = pair(owner, input, target)
    target = probabilities(owner, "target", target, "targets are probabilities, mostly 0 or 1")
    missed = target * ag.softplus(-input)
    if pos_weight is not None:
        missed = missed * broadcast_weight(owner, "pos_weight", pos_weight, input)
    costs = missed + (1 - target) * ag.softplus(input)
    return reduce(owner, _weighted(owner, costs, weight), reduction)


def _weighted(owner: str, costs: Any, weight: Any) -> Any:
    return costs if weight is None else costs * broadcast_weight(owner, "weight", weight, costs)


def _log(p: Any) -> Any:
    # The logarithm is taken of 1 where p is too small, and that branch is then not used.
    tiny = ag.less_equal(p, math.exp(LEAST_LOG))
    return ag.where(tiny, LEAST_LOG, ag.log(ag.where(tiny, 1.0, p)))


def _log_complement(p: Any) -> Any:
    # log(1 - p): between 1 and the number before it there is none, so only 1 itself is too near.
    sure = ag.greater_equal(p, 1.0)
    return ag.where(sure, LEAST_LOG, ag.log1p(ag.where(sure, 0.0, -p)))


class BCELoss(Loss):
    """Binary cross-entropy of probabilities as a module; see `binary_cross_entropy`.

    Parameters
    ----------
    weight : array, optional
        Part of the state, though not learned.
    reduction : {"mean", "sum", "none"}

    Examples
    --------
    >>> import nn
    >>> nn.BCELoss()([0.8], [1.0]).round(4)
    np.float64(0.2231)
    """

    weight: ag.Tensor | None

    def __init__(self, weight: ag.ArrayLike | None = None, reduction: str = "mean") -> None:
        super().__init__(reduction)
        self.register_buffer("weight", weight)

    def forward(self, input: ag.ArrayLike, target: ag.ArrayLike) -> ag.Tensor:
        """Map two (...) to a number, or to (...) with reduction "none"."""
        return binary_cross_entropy(input, target, self.weight, self.reduction)


class BCEWithLogitsLoss(Loss):
    """Binary cross-entropy of logits as a module; see `binary_cross_entropy_with_logits`.

    Parameters
    ----------
    weight : array, optional
        Part of the state, though not learned.
    reduction : {"mean", "sum", "none"}
    pos_weight : array, optional
        Part of the state, though not learned.

    Examples
    --------
    >>> import nn
    >>> nn.BCEWithLogitsLoss()([0.0], [1.0]).round(4)
    np.float64(0.6931)
    """

    weight: ag.Tensor | None
    pos_weight: ag.Tensor | None

    def __init__(
        self,
        weight: ag.ArrayLike | None = None,
        reduction: str = "mean",
        pos_weight: ag.ArrayLike | None = None,
    ) -> None:
        super().__init__(reduction)
        self.register_buffer("weight", weight)
        self.register_buffer("pos_weight", pos_weight)

    def forward(self, input: ag.ArrayLike, target: ag.ArrayLike) -> ag.Tensor:
        """Map two (...) to a number, or to (...) with reduction "none"."""
        return binary_cross_entropy_with_logits(
            input, target, self.weight, self.reduction, self.pos_weight
        )
