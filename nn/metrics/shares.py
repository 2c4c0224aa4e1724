"""Shares of right answers."""

from __future__ import annotations

import numpy as np

import autograd as ag
from autograd.core.calls import called
from nn.checks import at_least_one, real
from nn.metrics.reading import (
    as_array,
    as_classes,
    as_scores,
    by_place,
    check_some,
    counted,
    has_no_nan,
)


@called
def accuracy(outputs: ag.ArrayLike, targets: ag.ArrayLike) -> float:
    """Return the share of examples whose highest score is that of their class.

    Of equal scores the first counts.  Scores with a NaN among them choose no class, and so are
    wrong.

    Parameters
    ----------
    outputs : array, (N, K) or (N, K, ...)
        A score for each of K classes: logits, or probabilities.
    targets : array, (N,) or (N, ...)
        Classes from 0 to K - 1, as integers: one for each example, or for each of its places, as
        the letters of a text and the pixels of an image.

    Returns
    -------
    float
        From 0 to 1.

    Raises
    ------
    autograd.ShapeError
        If the shapes are others, or there is only one score.
    autograd.DTypeError
        If the targets are not integers.
    autograd.IndexingError
        If a class does not exist.
    autograd.OptionError
        If there are no examples.

    Examples
    --------
    >>> from nn.metrics import accuracy
    >>> accuracy([[2.0, 1.0], [0.0, 3.0], [5.0, 1.0]], [0, 1, 1])
    0.6666666666666666
    """
    return _share_right("accuracy", *by_place(outputs, targets))


@called
def pixel_accuracy(
    predicted: ag.ArrayLike, targets: ag.ArrayLike, ignore_index: int = -100
) -> float:
    """Return the share of pixels whose class is right.

    Where most pixels are background, calling all of them that is right most of the time; `iou`
    counts every class alike.

    Parameters
    ----------
    predicted : array, (N, K, H, W) or (N, H, W)
        A score for each of K classes, of which the highest chooses; or classes, as integers.
    targets : array, (N, H, W)
        Classes from 0 on, as integers.
    ignore_index : int
        Targets with this number do not count.

    Returns
    -------
    float
        From 0 to 1.

    Raises
    ------
    autograd.ShapeError, autograd.DTypeError, autograd.IndexingError, autograd.OptionError
        As for `accuracy`; also if no target counts.

    Examples
    --------
    >>> from nn.metrics import pixel_accuracy
    >>> pixel_accuracy([[[0, 1], [1, 1]]], [[[0, 0], [1, -100]]])
    0.6666666666666666
    """
    guesses, truths = counted("pixel_accuracy", predicted, targets, ignore_index)
    if guesses.ndim == 2:
        return _share_right("pixel_accuracy", guesses, truths)
    guesses = as_classes("pixel_accuracy", "predicted", guesses, None, None)
    truths = as_classes("pixel_accuracy", "targets", truths, len(guesses), None)
    return float(np.mean(guesses == truths))


@called
def top_k(outputs: ag.ArrayLike, targets: ag.ArrayLike, k: int = 5) -> float:
    """Return the share of examples whose class is among the k highest scores.

    ImageNet is judged by the top five: of a dog that stands on a boat, "boat" is not wrong, too
    (deck 3).  Of equal scores the first counts.  Scores with a NaN among them are wrong.

    Parameters
    ----------
    outputs : array, (N, K) or (N, K, ...)
    targets : array, (N,) or (N, ...)
        As for `accuracy`, which is ``top_k`` with 1.
    k : int
        At most K.

    Returns
    -------
    float
        From 0 to 1.

    Raises
    ------
    autograd.OptionError
        If ``k`` is not an integer from 1 to K, or there are no examples.
    autograd.ShapeError, autograd.DTypeError, autograd.IndexingError
        As for `accuracy`.

    Examples
    --------
    >>> from nn.metrics import top_k
    >>> top_k([[3.0, 2.0, 1.0], [1.0, 2.0, 3.0]], [1, 0], k=2)
    0.5
    """
    at_least_one("top_k", k=k)
    scores, targets = by_place(outputs, targets)
    scores = as_scores("top_k", scores)
    classes = as_classes("top_k", "targets", targets, *scores.shape)[:, None]
    if k > scores.shape[1]:
        raise ag.OptionError(f"top_k: k={k} is more than there are classes, {scores.shape[1]}")
    own = np.take_along_axis(scores, classes, axis=1)
    before = np.arange(scores.shape[1]) < classes
    rank = np.sum((scores > own) | ((scores == own) & before), axis=1)
    return float(np.mean(has_no_nan(scores) & (rank < k)))


@called
def binary_accuracy(outputs: ag.ArrayLike, targets: ag.ArrayLike, threshold: float = 0.0) -> float:
    """Return the share of outputs that are on the right side of a threshold.

    Parameters
    ----------
    outputs : array, (...)
        Above the threshold means class 1: logits with the threshold 0, probabilities with 0.5.  A
        NaN is on neither side, and so wrong.
    targets : array, (...)
        0 or 1 for each output.
    threshold : float

    Returns
    -------
    float
        From 0 to 1.

    Raises
    ------
    autograd.ShapeError
        If the shapes differ.
    autograd.OptionError
        If a target is neither 0 nor 1, or there are no examples.

    Examples
    --------
    >>> from nn.metrics import binary_accuracy
    >>> binary_accuracy([[-2.0], [0.5], [3.0], [1.0]], [[0], [1], [1], [0]])
    0.75
    """
    outputs, targets = as_array("outputs", outputs), as_array("targets", targets)
    limit = real("binary_accuracy", threshold=threshold)
    if outputs.shape != targets.shape:
        raise ag.ShapeError(
            f"binary_accuracy: outputs {outputs.shape} and targets {targets.shape} must have one "
            "shape; reshape one of them, or use accuracy for several scores"
        )
    check_some("binary_accuracy", outputs)
    wrong = targets[~np.isin(targets, (0, 1))]
    if wrong.size:
        raise ag.OptionError(
            f"binary_accuracy: a target is {wrong[0]}; they are 0 or 1, as in (targets > 0)"
        )
    return float(np.mean(((outputs > limit) == (targets == 1)) & ~np.isnan(outputs)))


def _share_right(owner: str, outputs: ag.Array, targets: ag.Array) -> float:
    """Return the share of rows whose highest score is that of their class."""
    scores = as_scores(owner, outputs)
    classes = as_classes(owner, "targets", targets, *scores.shape)
    return float(np.mean(has_no_nan(scores) & (scores.argmax(axis=1) == classes)))
