"""Targets that are signs: 1 for what belongs together or to a class, and -1 for the rest."""

from __future__ import annotations

import autograd as ag
from autograd.core.calls import called
from nn.checks import between, real
from nn.losses.inputs import alike, floats, pair, signs
from nn.losses.reduction import Loss, check_reduction, loss, reduce


@loss
@called
def soft_margin_loss(
    input: ag.ArrayLike, target: ag.ArrayLike, reduction: str = "mean"
) -> ag.Tensor:
    """Mean of ``log(1 + exp(-target input))``: the cross-entropy of yes and no, written with signs.

    Parameters
    ----------
    input : array or Tensor, (...)
    target : array, (...)
        Of the same shape, 1 or -1.
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
        If a target is neither 1 nor -1, or the reduction is unknown.

    Examples
    --------
    >>> import nn
    >>> nn.soft_margin_loss([0.0, 1000.0], [1.0, -1.0], reduction="none")
    array([6.93147181e-01, 1.00000000e+03])
    """
    owner = "soft_margin_loss"
    check_reduction(owner, reduction)
    input, target = pair(owner, input, target)
    target = signs(owner, target)
    return reduce(owner, ag.softplus(-target * input), reduction)


@loss
@called
def hinge_embedding_loss(
    input: ag.ArrayLike, target: ag.ArrayLike, margin: float = 1.0, reduction: str = "mean"
) -> ag.Tensor:
    """Mean of distances of what belongs together, and of ``max(0, margin - input)`` of the rest.

    The slope at the margin is 0.

    Parameters
    ----------
    input : array or Tensor, (...)
        Distances of pairs.
    target : array, (...)
        Of the same shape; 1 where a pair belongs together, and -1 where not.
    margin : float
        From where on a distance is large enough.
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
        If a target is neither 1 nor -1, or an option is wrong.

    Examples
    --------
    >>> import nn
    >>> nn.hinge_embedding_loss([0.25, 0.25, 2.0], [1, -1, -1], reduction="none")
    array([0.25, 0.75, 0.  ])
    """
    owner = "hinge_embedding_loss"
    check_reduction(owner, reduction)
    margin = real(owner, margin=margin)
    input, target = pair(owner, input, target)
    target = signs(owner, target)
    costs = ag.where(ag.equal(target, 1.0), input, ag.relu(margin - input))
    return reduce(owner, costs, reduction)


@loss
@called
def margin_ranking_loss(
    input1: ag.ArrayLike,
    input2: ag.ArrayLike,
    target: ag.ArrayLike,
    margin: float = 0.0,
    reduction: str = "mean",
) -> ag.Tensor:
    """Mean of ``max(0, margin - target (input1 - input2))``: which of two shall be larger.

    The slope at the margin is 0.

    Parameters
    ----------
    input1, input2 : array or Tensor, (...)
        Of one shape.
    target : array, (...)
        Of the same shape; 1 where ``input1`` shall be larger, and -1 where ``input2``.
    margin : float
        By how much.
    reduction : {"mean", "sum", "none"}
        Whether to average over the pairs, add them, or return them.

    Returns
    -------
    Tensor, array or NumPy scalar
        A number, or (...) with "none".

    Raises
    ------
    autograd.ShapeError
        If the shapes differ, or there is nothing to average.
    autograd.OptionError
        If a target is neither 1 nor -1, or an option is wrong.

    Examples
    --------
    >>> import nn
    >>> nn.margin_ranking_loss([3.0, 1.0], [1.0, 3.0], [1, 1], reduction="none")
    array([0., 2.])
    """
    owner = "margin_ranking_loss"
    check_reduction(owner, reduction)
    margin = real(owner, margin=margin)
    first, second, sign = alike(owner, input1=input1, input2=input2, target=target)
    sign = signs(owner, sign)
    return reduce(owner, ag.relu(margin - sign * (first - second)), reduction)


TINY = 1e-12  # added to squared lengths, which may be 0


@loss
@called
def cosine_embedding_loss(
    input1: ag.ArrayLike,
    input2: ag.ArrayLike,
    target: ag.ArrayLike,
    margin: float = 0.0,
    reduction: str = "mean",
) -> ag.Tensor:
    """Mean of ``1 - cos`` of what belongs together, and of ``max(0, cos - margin)`` of the rest.

    The cosine is that of the angle between two vectors.  The slope at the margin is 0.

    Parameters
    ----------
    input1, input2 : array or Tensor, (N, D) or (D,)
        Of one shape.
    target : array, (N,) or ()
        1 where a pair belongs together, and -1 where not.
    margin : float
        From -1 to 1.
    reduction : {"mean", "sum", "none"}
        Whether to average over the pairs, add them, or return them.

    Returns
    -------
    Tensor, array or NumPy scalar
        A number, or (N,) with "none".

    Raises
    ------
    autograd.ShapeError
        If the shapes do not belong together, or there is nothing to average.
    autograd.OptionError
        If a target is neither 1 nor -1, or an option is wrong.

    Examples
    --------
    >>> import nn
    >>> x, y = [[1.0, 0.0], [1.0, 0.0]], [[0.0, 2.0], [3.0, 0.0]]
    >>> nn.cosine_embedding_loss(x, y, [1, -1], reduction="none")
    array([1., 1.])
    """
    owner = "cosine_embedding_loss"
    check_reduction(owner, reduction)
    margin = real(owner, margin=margin)
    between(owner, -1.0, 1.0, margin=margin)
    first, second = alike(owner, input1=input1, input2=input2)
    sign = floats(owner, "target", target, first.dtype)
    if first.ndim not in (1, 2) or sign.shape != first.shape[:-1]:
        raise ag.ShapeError(
            f"{owner}: inputs {first.shape} and target {sign.shape} do not belong together; it "
            "takes (N, D) and (N,), or (D,) and ()"
        )
    sign = signs(owner, sign)
    lengths = [ag.sqrt(ag.sum(ag.square(x), axis=-1) + TINY) for x in (first, second)]
    cosine = ag.sum(first * second, axis=-1) / (lengths[0] * lengths[1])
    costs = ag.where(ag.equal(sign, 1.0), 1.0 - cosine, ag.relu(cosine - margin))
    return reduce(owner, costs, reduction)


class SoftMarginLoss(Loss):
    """Cross-entropy written with signs, as a module; see `soft_margin_loss`.

    Parameters
    ----------
    reduction : {"mean", "sum", "none"}

    Examples
    --------
    >>> import nn
    >>> nn.SoftMarginLoss()([0.0], [1.0]).round(4)
    np.float64(0.6931)
    """

    def forward(self, input: ag.ArrayLike, target: ag.ArrayLike) -> ag.Tensor:
        """Map two (...) to a number, or to (...) with reduction "none"."""
        return soft_margin_loss(input, target, self.reduction)


class _WithMargin(Loss):
    """A loss with a margin."""

    shown = ("margin", "reduction")

    def __init__(self, margin: float, reduction: str) -> None:
        super().__init__(reduction)
        self.margin = real(type(self).__name__, margin=margin)


class HingeEmbeddingLoss(_WithMargin):
    """Distances of pairs as a module; see `hinge_embedding_loss`.

    Parameters
    ----------
    margin : float
    reduction : {"mean", "sum", "none"}

    Examples
    --------
    >>> import nn
    >>> float(nn.HingeEmbeddingLoss()([0.25], [-1]))
    0.75
    """

    def __init__(self, margin: float = 1.0, reduction: str = "mean") -> None:
        super().__init__(margin, reduction)

    def forward(self, input: ag.ArrayLike, target: ag.ArrayLike) -> ag.Tensor:
        """Map two (...) to a number, or to (...) with reduction "none"."""
        return hinge_embedding_loss(input, target, self.margin, self.reduction)


class MarginRankingLoss(_WithMargin):
    """Which of two shall be larger, as a module; see `margin_ranking_loss`.

    Parameters
    ----------
    margin : float
    reduction : {"mean", "sum", "none"}

    Examples
    --------
    >>> import nn
    >>> float(nn.MarginRankingLoss(margin=0.5)([1.0], [3.0], [1]))
    2.5
    """

    def __init__(self, margin: float = 0.0, reduction: str = "mean") -> None:
        super().__init__(margin, reduction)

    def forward(
        self, input1: ag.ArrayLike, input2: ag.ArrayLike, target: ag.ArrayLike
    ) -> ag.Tensor:
        """Map three (...) to a number, or to (...) with reduction "none"."""
        return margin_ranking_loss(input1, input2, target, self.margin, self.reduction)


class CosineEmbeddingLoss(_WithMargin):
    """Angles of pairs as a module; see `cosine_embedding_loss`.

    Parameters
    ----------
    margin : float
    reduction : {"mean", "sum", "none"}

    Examples
    --------
    >>> import nn
    >>> float(nn.CosineEmbeddingLoss()([1.0, 0.0], [0.0, 2.0], 1))
    1.0
    """

    def __init__(self, margin: float = 0.0, reduction: str = "mean") -> None:
        super().__init__(margin, reduction)

    def forward(
        self, input1: ag.ArrayLike, input2: ag.ArrayLike, target: ag.ArrayLike
    ) -> ag.Tensor:
        """Map two (N, D) and (N,) to a number, or to (N,) with reduction "none"."""
        return cosine_embedding_loss(input1, input2, target, self.margin, self.reduction)
