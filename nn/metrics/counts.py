"""How often each class was taken for each."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from typing import Any

import numpy as np

import autograd as ag
from autograd.core.calls import called
from nn.checks import at_least_one
from nn.metrics.reading import as_classes, as_scores, counted, has_no_nan

MOST = 10_000  # classes, whose matrix takes 0.8 GB


@called
def confusion_matrix(
    predicted: ag.ArrayLike,
    targets: ag.ArrayLike,
    classes: int | Sequence[str] | None = None,
    ignore_index: int = -100,
) -> ag.Array:
    """Count for every pair of classes how often the one was taken for the other.

    Parameters
    ----------
    predicted : array, (N,) or (N, K); of pictures, (N, H, W) or (N, K, H, W)
        Predicted classes as integers, or scores, of which the highest chooses the class.
    targets : array, (N,) or (N, H, W)
        The true classes, as integers.
    classes : int, sequence of str, or None
        How many classes there are, or their names; by default as many as there are scores, or as
        the classes that occur demand.
    ignore_index : int
        Targets with this number do not count.

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
    guesses, truths, count = class_pairs(
        "confusion_matrix", predicted, targets, classes, ignore_index
    )
    return counts(guesses, truths, count)


def counts(guesses: ag.Array, truths: ag.Array, count: int) -> ag.Array:
    """Return how often each class was taken for each, (count, count)."""
    found = np.bincount(truths * count + guesses, minlength=count**2)
    return found.reshape(count, count)


def class_pairs(
    owner: str,
    predicted: ag.ArrayLike,
    targets: ag.ArrayLike,
    classes: int | Sequence[str] | None,
    ignore_index: int,
) -> tuple[ag.Array, ag.Array, int]:
    """Return the class that was predicted and the true one of each place; how many there are."""
    guesses, truths = counted(owner, predicted, targets, ignore_index)
    count = _number_of(owner, classes)
    if guesses.ndim == 2:
        guesses = as_scores(owner, guesses)
        _check_no_nan(owner, guesses)
        if count is not None and count < guesses.shape[1]:
            raise ag.OptionError(
                f"{owner}: scores of {guesses.shape[1]} classes, and {count} classes"
            )
        count = count or guesses.shape[1]
        guesses = guesses.argmax(axis=1)
    guesses = as_classes(owner, "predicted", guesses, None, count)
    truths = as_classes(owner, "targets", truths, len(guesses), count)
    count = count or int(max(guesses.max(), truths.max())) + 1
    if count > MOST:
        raise ag.OptionError(
            f"{owner}: a matrix of {count} classes is too large; the most are {MOST}"
        )
    return guesses, truths, count


def _number_of(owner: str, classes: Any) -> int | None:
    """Read how many classes there are, from a number or from names."""
    if classes is None:
        return None
    try:
        count = operator.index(classes)
    except TypeError:
        count = len(classes) if isinstance(classes, (tuple, list)) else -1
    at_least_one(owner, classes=classes if count < 0 else count)
    return count


def _check_no_nan(owner: str, scores: ag.Array) -> None:
    chosen = has_no_nan(scores)
    if not chosen.all():
        raise ag.OptionError(
            f"{owner}: the scores of example {int(chosen.argmin())} hold a NaN, and so choose no "
            "class"
        )
