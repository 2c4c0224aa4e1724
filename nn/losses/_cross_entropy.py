"""Cross-entropy of classes: what it costs to have given the right class too little probability."""

from __future__ import annotations

from typing import Any

import autograd as ag
from autograd.core.calls import called
from nn.checks import between, integer
from nn.losses.inputs import floats, numbers, probabilities
from nn.losses.reduction import Loss, check_reduction, loss, reduce
from nn.losses.targets import (
    check_class_options,
    check_classes,
    class_axis,
    class_weights,
    ignored_targets,
    target_weights,
    without,
)


@loss
@called
def nll_loss(
    input: ag.ArrayLike,
    target: ag.ArrayLike,
    weight: ag.ArrayLike | None = None,
    ignore_index: int = -100,
    reduction: str = "mean",
) -> ag.Tensor:
    """Negative log-likelihood, the mean of ``-input[target]`` over the targets; decks 1, 3 and 4.

    Parameters
    ----------
    input : array or Tensor, (C,), (N, C) or (N, C, d1, ...)
        Logarithms of the probabilities of the classes, as `ag.log_softmax` gives along axis 1.
    target : integers, (), (N,) or (N, d1, ...)
        The right classes, from 0 to C - 1.
    weight : array, (C,), optional
        How much each class counts.  The mean divides by the sum of the targets' weights.
    ignore_index : int
        Targets with this number cost nothing and do not count.
    reduction : {"mean", "sum", "none"}
        Whether to average over the targets, add their costs, or return them.

    Returns
    -------
    Tensor, array or NumPy scalar
        A number, or of the shape of ``target`` with "none".

    Raises
    ------
    autograd.ShapeError
        If the shapes do not belong together, or there is nothing to average.
    autograd.DTypeError
        If the targets are not integers.
    autograd.IndexingError
        If a class does not exist.
    autograd.OptionError
        If the reduction is unknown, or the mean is taken of targets that are all left out.

    Examples
    --------
    >>> import autograd as ag, nn
    >>> nn.nll_loss(ag.log(ag.tensor([[0.5, 0.5], [0.25, 0.75]])), [0, 0], reduction="none")
    tensor([0.69314718, 1.38629436])
    """
    owner = "nll_loss"
    check_reduction(owner, reduction)
    if type(ignore_index) is not int:
        integer(owner, ignore_index=ignore_index)
    scores, target = floats(owner, "input", input), numbers(owner, "target", target)
    axis = class_axis(owner, scores)
    weight = class_weights(owner, weight, scores, axis)
    classes, ignored, counts = _classes(owner, target, scores, axis, weight, ignore_index, False)
    found = ag.take_along_axis(scores, ag.expand_dims(classes, axis), axis)
    costs = _counted(-ag.reshape(found, classes.shape), ignored, weight, counts)
    return reduce(owner, costs, reduction, counts)


@loss
@called
def cross_entropy(
    input: ag.ArrayLike,
    target: ag.ArrayLike,
    weight: ag.ArrayLike | None = None,
    ignore_index: int = -100,
    reduction: str = "mean",
    label_smoothing: float = 0.0,
) -> ag.Tensor:
    """Mean of ``-log softmax(input)[target]`` over the targets; decks 1, 3 and 4.

    Its slope in the logits is ``softmax(input) - one_hot(target)``, divided by N for the mean.
    Targets that are probabilities q cost ``-sum_c q_c log softmax(input)_c``.

    Parameters
    ----------
    input : array or Tensor, (C,), (N, C) or (N, C, d1, ...)
        Logits.
    target : integers, (), (N,) or (N, d1, ...), or floats of the shape of ``input``
        The right classes, from 0 to C - 1, or a probability for each class.
    weight : array, (C,), optional
        How much each class counts: its term is multiplied by it.  For classes the mean divides by
        the sum of the targets' weights; for probabilities by the number of examples, N d1 ....
    ignore_index : int
        Targets with this number cost nothing and do not count.
    reduction : {"mean", "sum", "none"}
        Whether to average over the targets, add their costs, or return them.
    label_smoothing : float
        Which part of the probability is taken from the target and spread over all classes, from 0
        to 1 (Szegedy et al. 2016).

    Returns
    -------
    Tensor, array or NumPy scalar
        A number, or (), (N,) or (N, d1, ...) with "none".

    Raises
    ------
    autograd.ShapeError
        If the shapes do not belong together, or there is nothing to average.
    autograd.DTypeError
        If classes are not integers, or probabilities not floats.
    autograd.IndexingError
        If a class does not exist.
    autograd.OptionError
        If probabilities or ``label_smoothing`` are outside [0, 1], the reduction is unknown, or
        the mean is taken of targets that are all left out.

    Examples
    --------
    >>> import autograd as ag, nn
    >>> nn.cross_entropy(ag.tensor([[1.0, 2.0, 3.0]]), [2])
    tensor(0.40760596)
    >>> nn.cross_entropy(ag.tensor([[0.0, 0.0]]), [[0.5, 0.5]])
    tensor(0.69314718)
    """
    owner = "cross_entropy"
    check_reduction(owner, reduction)
    if type(ignore_index) is not int:
        integer(owner, ignore_index=ignore_index)
    between(owner, 0.0, 1.0, label_smoothing=label_smoothing)
    logits, target = floats(owner, "input", input), numbers(owner, "target", target)
    axis = class_axis(owner, logits)
    weight = class_weights(owner, weight, logits, axis)
    smoothing = float(label_smoothing)
    if target.shape == logits.shape:
        target = _probability_targets(owner, target, without(logits.shape, axis), ignore_index)
        target = ag.astype(target, logits.dtype)
        if smoothing:
            target = (1.0 - smoothing) * target + smoothing / logits.shape[axis]
        scores = ag.log_softmax(logits, axis=axis) * target
        return reduce(owner, _terms(scores, weight, axis), reduction)
    classes, ignored, counts = _classes(owner, target, logits, axis, weight, ignore_index, True)
    costs = ag.softmax_cross_entropy(logits, classes, axis)
    costs = _counted(costs, ignored, weight, counts)
    if smoothing:
        spread = _terms(ag.log_softmax(logits, axis=axis), weight, axis)
        spread = spread * (smoothing / logits.shape[axis])
        spread = spread if ignored is None else ag.where(ignored, 0.0, spread)
        costs = (1.0 - smoothing) * costs + spread
    return reduce(owner, costs, reduction, counts)


def _classes(
    owner: str,
    target: Any,
    scores: Any,
    axis: int,
    weight: Any,
    ignore_index: int,
    is_refused: bool,
) -> tuple[Any, Any, Any]:
    """Return the right classes, 0 where one is left out; where that is; how much each counts.

    The last two are None if nothing is left out, and if all count 1.
    """
    classes = check_classes(owner, target, scores, axis)
    count = scores.shape[axis]
    classes, ignored = ignored_targets(owner, classes, ignore_index, count, is_refused)
    return classes, ignored, target_weights(classes, ignored, weight, scores.dtype)


def _counted(costs: Any, ignored: Any, weight: Any, counts: Any) -> Any:
    """Return the costs, each times how much its target counts."""
    if weight is None:
        return costs if ignored is None else ag.where(ignored, 0.0, costs)
    return counts * ag.where(ag.equal(counts, 0.0), 0.0, costs)  # 0 times infinity would be NaN


def _terms(scores: Any, weight: Any, axis: int) -> Any:
    """Return minus the weighted sum of the scores of all classes."""
    if weight is not None:
        scores = scores * ag.reshape(weight, (-1,) + (1,) * (scores.ndim - axis - 1))
    return -ag.sum(scores, axis=axis)


def _probability_targets(
    owner: str, target: Any, classes: tuple[int, ...], ignore_index: int
) -> Any:
    if target.dtype.kind != "f":
        raise ag.DTypeError(
            f"{owner}: target {target.shape} of dtype {target.dtype} has the shape of the logits, "
            f"so it must hold probabilities: ag.astype(target, float); classes have shape {classes}"
        )
    if ignore_index >= 0:
        raise ag.OptionError(
            f"{owner}: ignore_index={ignore_index} has no meaning for targets that are "
            "probabilities; give it classes, or probabilities that are all 0"
        )
    remedy = "for classes give integers without the class axis"
    return probabilities(owner, "target", target, remedy)


class _OfClasses(Loss):
    """What both modules share: class weights, and a class that is left out."""

    weight: ag.Tensor | None

    def __init__(
        self, weight: ag.ArrayLike | None = None, ignore_index: int = -100, reduction: str = "mean"
    ) -> None:
        super().__init__(reduction)
        check_class_options(type(self).__name__, weight, ignore_index)
        self.register_buffer("weight", weight)
        self.ignore_index = ignore_index

    def extra_repr(self) -> str:
        """Return the options."""
        return f"ignore_index={self.ignore_index}, {super().extra_repr()}"


class NLLLoss(_OfClasses):
    """Negative log-likelihood as a module; see `nll_loss`.

    Parameters
    ----------
    weight : array, (C,), optional
        Part of the state, though not learned.
    ignore_index : int
    reduction : {"mean", "sum", "none"}

    Examples
    --------
    >>> import autograd as ag, nn
    >>> nn.NLLLoss()(ag.log(ag.tensor([[0.25, 0.75]])), [0])
    tensor(1.38629436)
    """

    def forward(self, input: ag.ArrayLike, target: ag.ArrayLike) -> ag.Tensor:
        """Map (N, C, ...) and classes (N, ...) to a number, or to (N, ...) with "none"."""
        return nll_loss(input, target, self.weight, self.ignore_index, self.reduction)


class CrossEntropyLoss(_OfClasses):
    """Cross-entropy of logits as a module; see `cross_entropy`.

    Parameters
    ----------
    weight : array, (C,), optional
        Part of the state, though not learned.
    ignore_index : int
    reduction : {"mean", "sum", "none"}
    label_smoothing : float

    Examples
    --------
    >>> import autograd as ag, nn
    >>> nn.CrossEntropyLoss()(ag.tensor([[1.0, 2.0, 3.0]]), [2])
    tensor(0.40760596)
    """

    def __init__(
        self,
        weight: ag.ArrayLike | None = None,
        ignore_index: int = -100,
        reduction: str = "mean",
        label_smoothing: float = 0.0,
    ) -> None:
        super().__init__(weight, ignore_index, reduction)
        between("CrossEntropyLoss", 0.0, 1.0, label_smoothing=label_smoothing)
        self.label_smoothing = label_smoothing

    def extra_repr(self) -> str:
        """Return the options."""
        return f"{super().extra_repr()}, label_smoothing={self.label_smoothing}"

    def forward(self, input: ag.ArrayLike, target: ag.ArrayLike) -> ag.Tensor:
        """Map (N, C, ...) and targets to a number, or to (N, ...) with reduction "none"."""
        return cross_entropy(
            input, target, self.weight, self.ignore_index, self.reduction, self.label_smoothing
        )
