"""Three examples: two that belong together shall be nearer than two that do not."""

from __future__ import annotations

from typing import Any

import autograd as ag
from autograd.core.calls import called
from nn.checks import above_zero, boolean, not_negative
from nn.losses.inputs import alike
from nn.losses.reduction import Loss, check_reduction, loss, reduce


@loss
@called
def triplet_margin_loss(
    anchor: ag.ArrayLike,
    positive: ag.ArrayLike,
    negative: ag.ArrayLike,
    margin: float = 1.0,
    p: float = 2.0,
    eps: float = 1e-6,
    swap: bool = False,
    reduction: str = "mean",
) -> ag.Tensor:
    """Mean of ``max(0, d(anchor, positive) - d(anchor, negative) + margin)``.

    The distance is the p-norm of ``x - y + eps``.  The slope at the margin is 0.

    Parameters
    ----------
    anchor, positive, negative : array or Tensor, (..., D)
        Of one shape.
    margin : float
        By how much the negative shall be further away; above 0.
    p : float
        Above 0.
    eps : float
        Against a distance of 0, at which there is no slope; at least 0.
    swap : bool
        Whether to take the distance from the positive to the negative if that is smaller.
    reduction : {"mean", "sum", "none"}
        Whether to average over the triplets, add them, or return them.

    Returns
    -------
    Tensor, array or NumPy scalar
        A number, or (...) with "none".

    Raises
    ------
    autograd.ShapeError
        If the shapes differ or have no axis, or there is nothing to average.
    autograd.OptionError
        If an option is out of its range.

    Notes
    -----
    Balntas and others (2016).

    Examples
    --------
    >>> import nn
    >>> float(nn.triplet_margin_loss([0.0, 0.0], [3.0, 4.0], [0.0, 2.0], eps=0.0))
    4.0
    """
    owner = "triplet_margin_loss"
    check_reduction(owner, reduction)
    _check(owner, margin, p, eps, swap)
    a, b, c = alike(owner, anchor=anchor, positive=positive, negative=negative)
    if not a.shape:
        raise ag.ShapeError(f"{owner}: takes vectors, (..., D), not single numbers")
    near, far = (_distance(a, other, float(p), float(eps)) for other in (b, c))
    if swap:
        far = ag.minimum(far, _distance(b, c, float(p), float(eps)))
    return reduce(owner, ag.relu(near - far + float(margin)), reduction)


def _distance(x: Any, y: Any, p: float, eps: float) -> Any:
    return ag.linalg.norm(x - y + eps, p, axis=-1)


def _check(owner: str, margin: float, p: float, eps: float, swap: bool) -> None:
    above_zero(owner, margin=margin, p=p)
    not_negative(owner, eps=eps)
    boolean(owner, swap=swap)


class TripletMarginLoss(Loss):
    """Distances in triplets as a module; see `triplet_margin_loss`.

    Parameters
    ----------
    margin, p, eps : float
    swap : bool
    reduction : {"mean", "sum", "none"}

    Examples
    --------
    >>> import nn
    >>> float(nn.TripletMarginLoss(eps=0.0)([0.0, 0.0], [3.0, 4.0], [0.0, 2.0]))
    4.0
    """

    shown = ("margin", "p", "eps", "swap", "reduction")

    def __init__(
        self,
        margin: float = 1.0,
        p: float = 2.0,
        eps: float = 1e-6,
        swap: bool = False,
        reduction: str = "mean",
    ) -> None:
        super().__init__(reduction)
        _check("TripletMarginLoss", margin, p, eps, swap)
        self.margin = margin
        self.p = p
        self.eps = eps
        self.swap = swap

    def forward(
        self, anchor: ag.ArrayLike, positive: ag.ArrayLike, negative: ag.ArrayLike
    ) -> ag.Tensor:
        """Map three (..., D) to a number, or to (...) with reduction "none"."""
        return triplet_margin_loss(
            anchor, positive, negative, self.margin, self.p, self.eps, self.swap, self.reduction
        )
