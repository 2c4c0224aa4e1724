"""How good predictions are, in numbers that people understand: shares of right answers, and counts.

A loss is made for its slope, and a metric to be read: it need not have one.  Where NumPy would
stretch one shape to another and compare every output with every target, these refuse.
"""

from __future__ import annotations

import operator
from collections.abc import Sequence
from typing import Any, NoReturn

import numpy as np

import autograd as ag
from autograd.core.calls import called
from autograd.core.other_names import missing
from nn.checks import at_least_one, real

MOST = 10_000  # classes, whose matrix takes 0.8 GB
METRICS = ("accuracy", "binary_accuracy", "confusion_matrix")


def __getattr__(name: str) -> NoReturn:
    """Say what to write instead of a name that there is not."""
    from nn.other_names import parts

    raise missing("module 'nn.metrics'", name, parts.METRICS, METRICS)


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
    scores, targets = _by_place(outputs, targets)
    scores = _scores("accuracy", scores)
    classes = _classes("accuracy", "targets", targets, *scores.shape)
    chosen = ~np.isnan(scores).any(axis=1)
    return float(np.mean(chosen & (scores.argmax(axis=1) == classes)))


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
    outputs, targets = _array("outputs", outputs), _array("targets", targets)
    limit = real("binary_accuracy", threshold=threshold)
    if outputs.shape != targets.shape:
        raise ag.ShapeError(
            f"binary_accuracy: outputs {outputs.shape} and targets {targets.shape} must have one "
            "shape; reshape one of them, or use accuracy for several scores"
        )
    _check_some("binary_accuracy", outputs)
    wrong = targets[~np.isin(targets, (0, 1))]
    if wrong.size:
        raise ag.OptionError(
            f"binary_accuracy: a target is {wrong[0]}; they are 0 or 1, as in (targets > 0)"
        )
    return float(np.mean(((outputs > limit) == (targets == 1)) & ~np.isnan(outputs)))


@called
def confusion_matrix(
    predicted: ag.ArrayLike, targets: ag.ArrayLike, classes: int | Sequence[str] | None = None
) -> ag.Array:
    """Count for every pair of classes how often the one was taken for the other.

    Parameters
    ----------
    predicted : array, (N,) or (N, K)
        Predicted classes as integers, or scores, of which the highest chooses the class.
    targets : array, (N,)
        The true classes, as integers.
    classes : int, sequence of str, or None
        How many classes there are, or their names; by default as many as there are scores, or as
        the classes that occur demand.

    Returns
    -------
    numpy.ndarray of int, (classes, classes)
        Entry (i, j) counts the examples of class i that were taken for class j, so what is right
        stands on the diagonal.  (scikit-learn's function of this name takes the targets first.)

    Raises
    ------
    autograd.ShapeError
        If the shapes are others.
    autograd.DTypeError
        If classes are not integers.
    autograd.IndexingError
        If a class is negative, or not one of the classes.
    autograd.OptionError
        If there are no examples, or scores are NaN.

    Examples
    --------
    >>> from nn.metrics import confusion_matrix
    >>> confusion_matrix([0, 1, 1, 2], [0, 0, 1, 2])
    array([[1, 1, 0],
           [0, 1, 0],
           [0, 0, 1]])
    """
    guesses = _array("predicted", predicted)
    count = _number_of(classes)
    if guesses.ndim == 2:
        guesses = _scores("confusion_matrix", guesses)
        _check_no_nan(guesses)
        if count is not None and count < guesses.shape[1]:
            raise ag.OptionError(
                f"confusion_matrix: scores of {guesses.shape[1]} classes, and {count} classes"
            )
        count = count or guesses.shape[1]
        guesses = guesses.argmax(axis=1)
    guesses = _classes("confusion_matrix", "predicted", guesses, None, count)
    truths = _classes("confusion_matrix", "targets", targets, len(guesses), count)
    count = _check_size(count or int(max(guesses.max(), truths.max())) + 1)
    guesses, truths = guesses.astype(int), truths.astype(int)
    return np.bincount(truths * count + guesses, minlength=count**2).reshape(count, count)


def _number_of(classes: Any) -> int | None:
    """Read how many classes there are, from a number or from names."""
    if classes is None:
        return None
    try:
        count = operator.index(classes)
    except TypeError:
        count = len(classes) if isinstance(classes, (tuple, list)) else -1
    at_least_one("confusion_matrix", classes=classes if count < 0 else count)
    return count


def _check_size(count: int) -> int:
    if count > MOST:
        raise ag.OptionError(
            f"confusion_matrix: a matrix of {count} classes is too large; the most are {MOST}"
        )
    return count


def _array(name: str, given: ag.ArrayLike) -> ag.Array:
    """Return the numbers behind a Tensor, an array or a list."""
    try:
        return np.asarray(ag.tensor(given).data)
    except ag.DTypeError as error:
        raise ag.DTypeError(f"metrics: {name}: {error}") from None


def _by_place(outputs: ag.ArrayLike, targets: ag.ArrayLike) -> tuple[ag.Array, ag.Array]:
    """Return scores and classes with a row for each place of each example."""
    scores, classes = _array("outputs", outputs), _array("targets", targets)
    if scores.ndim > 2 and classes.shape == scores.shape[:1] + scores.shape[2:]:
        rows = np.moveaxis(scores, 1, -1)
        return rows.reshape(-1, scores.shape[1]), classes.reshape(-1)
    return scores, classes


def _scores(owner: str, outputs: ag.ArrayLike) -> ag.Array:
    scores = _array("outputs", outputs)
    if scores.ndim != 2 or scores.shape[1] == 1:
        other = (
            "; for one output each, use binary_accuracy" if scores.shape[1:] in ((), (1,)) else ""
        )
        raise ag.ShapeError(
            f"{owner}: outputs {scores.shape} must be (N, K), a score for each of K classes{other}"
        )
    _check_some(owner, scores)
    return scores


def _classes(
    owner: str, name: str, given: ag.ArrayLike, length: int | None, count: int | None
) -> ag.Array:
    """Return classes as an array of integers; refuse other shapes, and classes out of range."""
    classes = _array(name, given)
    if classes.ndim != 1 or length not in (None, len(classes)):
        wanted = "(N,)" if length is None else f"({length},)"
        raise ag.ShapeError(
            f"{owner}: {name} {classes.shape} must be {wanted}, one class for each example; "
            "of one-hot rows take argmax(axis=1), of a column ravel()"
        )
    _check_some(owner, classes)
    if classes.dtype.kind not in "iub":
        raise ag.DTypeError(
            f"{owner}: {name} must hold classes, as integers, not {classes.dtype}; "
            f"use {name}.astype(int)"
        )
    low, high = int(classes.min()), int(classes.max())
    if low < 0 or (count is not None and high >= count):
        end = "" if count is None else f" to {count - 1}"
        raise ag.IndexingError(
            f"{owner}: {name} hold class {low if low < 0 else high}; classes count from 0{end}"
        )
    return classes.astype(int)


def _check_some(owner: str, array: ag.Array) -> None:
    if array.size == 0:
        raise ag.OptionError(f"{owner}: there are no examples, only shape {array.shape}")


def _check_no_nan(scores: ag.Array) -> None:
    bad = np.isnan(scores).any(axis=1)
    if bad.any():
        raise ag.OptionError(
            f"confusion_matrix: the scores of example {int(bad.argmax())} hold a NaN, and so "
            "choose no class"
        )
