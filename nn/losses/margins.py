"""Margins between classes: scores of right classes shall be larger than others, by a margin."""

from __future__ import annotations

from functools import partial
from typing import Any

import autograd as ag
from autograd.core.calls import called
from autograd.core.capturing import checked
from autograd.core.messages import one_line
from nn.checks import Values, real
from nn.losses.inputs import (
    broadcast_weight,
    constant,
    floats,
    numbers,
    pair,
    probabilities,
)
from nn.losses.reduction import Loss, check_reduction, loss, reduce
from nn.losses.targets import check_classes, class_weights

NOTHING = -1  # ends a list of labels


@loss
@called
def multi_margin_loss(
    input: ag.ArrayLike,
    target: ag.ArrayLike,
    p: int = 1,
    margin: float = 1.0,
    weight: ag.ArrayLike | None = None,
    reduction: str = "mean",
) -> ag.Tensor:
    """Mean of ``sum_c max(0, margin - input[target] + input[c])^p / C`` over other classes c.

    The slope at the margin is 0.

    Parameters
    ----------
    input : array or Tensor, (N, C) or (C,)
        Scores.
    target : integers, (N,) or ()
        The right classes, from 0 to C - 1.
    p : {1, 2}
    margin : float
    weight : array, (C,), optional
        Multiplies the costs of each class.  The mean still divides by N.
    reduction : {"mean", "sum", "none"}
        Whether to average over the examples, add their costs, or return them.

    Returns
    -------
    Tensor, array or NumPy scalar
        A number, or (N,) with "none".

    Raises
    ------
    autograd.ShapeError
        If the shapes do not belong together, or there is nothing to average.
    autograd.IndexingError
        If a class does not exist.
    autograd.OptionError
        If an option is out of its range.

    Notes
    -----
    Crammer and Singer (2001) take the largest of the terms, Weston and Watkins (1999) their sum.

    Examples
    --------
    >>> import nn
    >>> float(nn.multi_margin_loss([[0.5, 0.25, -2.0, 0.0]], [0]))
    0.3125
    """
    owner = "multi_margin_loss"
    check_reduction(owner, reduction)
    _check_power(owner, p)
    margin = real(owner, margin=margin)
    scores = _scores(owner, input)
    weight = class_weights(owner, weight, scores, scores.ndim - 1)
    classes = check_classes(owner, numbers(owner, "target", target), scores, scores.ndim - 1)
    classes = checked(classes, partial(_check_range, owner, scores.shape[-1]))
    right = ag.expand_dims(classes, -1)
    terms = ag.relu(margin - ag.take_along_axis(scores, right, -1) + scores)
    other = constant(ag.not_equal(right, range(scores.shape[-1])))
    terms = ag.where(other, ag.square(terms) if p == 2 else terms, 0.0)
    costs = ag.sum(terms, axis=-1) / scores.shape[-1]
    return reduce(owner, costs if weight is None else costs * ag.take(weight, classes), reduction)


@loss
@called
def multilabel_margin_loss(
    input: ag.ArrayLike, target: ag.ArrayLike, reduction: str = "mean"
) -> ag.Tensor:
    """Mean of ``sum max(0, 1 - input[j] + input[i]) / C`` over labels j and other classes i.

    The slope at the margin is 0.

    Parameters
    ----------
    input : array or Tensor, (N, C) or (C,)
        Scores.
    target : integers, of the same shape
        The labels of each example, from 0 to C - 1, in any order; what follows the first -1 does
        not count.
    reduction : {"mean", "sum", "none"}
        Whether to average over the examples, add their costs, or return them.

    Returns
    -------
    Tensor, array or NumPy scalar
        A number, or (N,) with "none".

    Raises
    ------
    autograd.ShapeError
        If the shapes differ, or there is nothing to average.
    autograd.IndexingError
        If a label does not exist.
    autograd.OptionError
        If the reduction is unknown.

    Examples
    --------
    >>> import nn
    >>> round(float(nn.multilabel_margin_loss([0.1, 0.2, 0.4, 0.8], [3, 0, -1, 1])), 4)
    0.85
    """
    owner = "multilabel_margin_loss"
    check_reduction(owner, reduction)
    scores = _scores(owner, input)
    labels = _labels(owner, target, scores)
    count = scores.shape[-1]
    counted = ag.equal(ag.cumsum(constant(ag.equal(labels, NOTHING)), axis=-1), 0)
    right = checked(ag.where(counted, labels, 0), partial(_check_range, owner, count))
    labels = constant(ag.where(counted, right, count))
    named = ag.equal(ag.expand_dims(labels, -1), range(count))  # (..., j, i)
    others = ag.logical_not(ag.max(named, axis=-2, keepdims=True))
    right = ag.take_along_axis(scores, right, -1)
    terms = ag.relu(1.0 - ag.expand_dims(right, -1) + ag.expand_dims(scores, -2))
    pairs = constant(ag.logical_and(ag.expand_dims(counted, -1), others))
    costs = ag.sum(ag.where(pairs, terms, 0.0), axis=(-2, -1)) / count
    return reduce(owner, costs, reduction)


@loss
@called
def multilabel_soft_margin_loss(
    input: ag.ArrayLike,
    target: ag.ArrayLike,
    weight: ag.ArrayLike | None = None,
    reduction: str = "mean",
) -> ag.Tensor:
    """`binary_cross_entropy_with_logits` of each class, averaged over the classes.

    Parameters
    ----------
    input : array or Tensor, (..., C)
        Logits.
    target : array or Tensor, (..., C)
        Of the same shape, from 0 to 1.
    weight : array, (C,), optional
        Multiplies the costs of each class.
    reduction : {"mean", "sum", "none"}
        Whether to average over the examples, add their costs, or return them.

    Returns
    -------
    Tensor, array or NumPy scalar
        A number, or (...) with "none".

    Raises
    ------
    autograd.ShapeError
        If the shapes differ, the weight does not broadcast, or there is nothing to average.
    autograd.OptionError
        If targets are outside [0, 1], or the reduction is unknown.

    Examples
    --------
    >>> import nn
    >>> nn.multilabel_soft_margin_loss([[0.0, 0.0]], [[1.0, 0.0]]).round(4)
    np.float64(0.6931)
    """
    owner = "multilabel_soft_margin_loss"
    check_reduction(owner, reduction)
    input, target = pair(owner, input, target)
    if not input.shape or not input.shape[-1]:
        raise ag.ShapeError(f"{owner}: input {input.shape} has no classes; it takes (..., C)")
    target = probabilities(owner, "target", target, "targets are probabilities, mostly 0 or 1")
    costs = target * ag.softplus(-input) + (1 - target) * ag.softplus(input)
    if weight is not None:
        costs = costs * broadcast_weight(owner, "weight", weight, costs)
    return reduce(owner, ag.sum(costs, axis=-1) / input.shape[-1], reduction)


def _scores(owner: str, input: ag.ArrayLike) -> Values:
    scores = floats(owner, "input", input)
    if scores.ndim not in (1, 2) or scores.shape[-1] == 0:
        raise ag.ShapeError(
            f"{owner}: input {scores.shape} must be (N, C) or (C,), with a score for each class"
        )
    return scores


def _labels(owner: str, target: ag.ArrayLike, scores: Values) -> Any:
    labels = numbers(owner, "target", target)
    if labels.shape != scores.shape:
        raise ag.ShapeError(
            f"{owner}: input {scores.shape} and target {labels.shape} must have one shape; fill "
            f"the labels up with {NOTHING}"
        )
    if labels.dtype.kind not in "iu" and labels.size:
        raise ag.DTypeError(
            f"{owner}: target {labels.shape} must hold labels, as integers, not {labels.dtype}; "
            "use ag.astype(target, int)"
        )
    return constant(ag.astype(labels, int))


def _check_range(owner: str, count: int, classes: Any) -> None:
    if classes.size and not (ag.min(classes) >= 0 and ag.max(classes) < count):
        wrong = ag.min(classes) if ag.min(classes) < 0 else ag.max(classes)
        raise ag.IndexingError(
            f"{owner}: class {wrong} does not exist; with {count} scores the classes are 0 to "
            f"{count - 1}"
        )


def _check_power(owner: str, p: object) -> None:
    if p not in (1, 2) or isinstance(p, bool):
        raise ag.OptionError(f"{owner}: p={one_line(p)} must be 1 or 2")


class MultiMarginLoss(Loss):
    """Margins between classes as a module; see `multi_margin_loss`.

    Parameters
    ----------
    p : {1, 2}
    margin : float
    weight : array, (C,), optional
        Part of the state, though not learned.
    reduction : {"mean", "sum", "none"}

    Examples
    --------
    >>> import nn
    >>> float(nn.MultiMarginLoss()([[0.5, 0.25, -2.0, 0.0]], [0]))
    0.3125
    """

    shown = ("p", "margin", "reduction")
    weight: ag.Tensor | None

    def __init__(
        self,
        p: int = 1,
        margin: float = 1.0,
        weight: ag.ArrayLike | None = None,
        reduction: str = "mean",
    ) -> None:
        super().__init__(reduction)
        _check_power("MultiMarginLoss", p)
        self.p = p
        self.margin = real("MultiMarginLoss", margin=margin)
        self.register_buffer("weight", weight)

    def forward(self, input: ag.ArrayLike, target: ag.ArrayLike) -> ag.Tensor:
        """Map (N, C) and (N,) to a number, or to (N,) with reduction "none"."""
        return multi_margin_loss(input, target, self.p, self.margin, self.weight, self.reduction)


class MultiLabelMarginLoss(Loss):
    """Margins between labels and other classes as a module; see `multilabel_margin_loss`.

    Parameters
    ----------
    reduction : {"mean", "sum", "none"}

    Examples
    --------
    >>> import nn
    >>> round(float(nn.MultiLabelMarginLoss()([0.1, 0.2, 0.4, 0.8], [3, 0, -1, 1])), 4)
    0.85
    """

    def forward(self, input: ag.ArrayLike, target: ag.ArrayLike) -> ag.Tensor:
        """Map two (N, C) to a number, or to (N,) with reduction "none"."""
        return multilabel_margin_loss(input, target, self.reduction)


class MultiLabelSoftMarginLoss(Loss):
    """Cross-entropy of labels as a module; see `multilabel_soft_margin_loss`.

    Parameters
    ----------
    weight : array, (C,), optional
        Part of the state, though not learned.
    reduction : {"mean", "sum", "none"}

    Examples
    --------
    >>> import nn
    >>> nn.MultiLabelSoftMarginLoss()([[0.0, 0.0]], [[1.0, 0.0]]).round(4)
    np.float64(0.6931)
    """

    weight: ag.Tensor | None

    def __init__(self, weight: ag.ArrayLike | None = None, reduction: str = "mean") -> None:
        super().__init__(reduction)
        self.register_buffer("weight", weight)

    def forward(self, input: ag.ArrayLike, target: ag.ArrayLike) -> ag.Tensor:
        """Map two (..., C) to a number, or to (...) with reduction "none"."""
        return multilabel_soft_margin_loss(input, target, self.weight, self.reduction)
