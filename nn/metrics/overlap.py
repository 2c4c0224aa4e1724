"""How well the regions of classes lie over the true ones."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

import autograd as ag
from autograd.core.calls import called
from nn.checks import boolean
from nn.metrics.counts import class_pairs, counts


@called
def iou(
    predicted: ag.ArrayLike,
    targets: ag.ArrayLike,
    classes: int | Sequence[str] | None = None,
    ignore_index: int = -100,
    per_class: bool = False,
) -> Any:
    """Return the intersection over union, also called the Jaccard index: of each class, or mean.

    Of a class, ``|P and T| / |P or T|`` where P are the pixels that were taken for it, and T those
    that are of it, in all images together.  The mean is over the classes that occur in P or T.

    Parameters
    ----------
    predicted : array, (N, K, H, W) or (N, H, W)
        A score for each of K classes, of which the highest chooses; or classes, as integers.
    targets : array, (N, H, W)
        Classes from 0 on, as integers.
    classes : int, sequence of str, or None
        How many classes there are, or their names; by default as many as there are scores, or as
        the classes that occur demand.
    ignore_index : int
        Pixels whose target has this number do not count.
    per_class : bool
        Whether to return an array with a number for each class, NaN for one that occurs nowhere.

    Returns
    -------
    float, or numpy.ndarray, (classes,)
        From 0 to 1.

    Raises
    ------
    autograd.ShapeError
        If the shapes are others.
    autograd.DTypeError
        If classes are not integers.
    autograd.IndexingError
        If a class is negative, or not one of the classes.
    autograd.OptionError
        If no target counts, or scores are NaN.

    Examples
    --------
    >>> from nn.metrics import iou
    >>> predicted, targets = [[[0, 1, 1, 1]]], [[[0, 0, 1, 1]]]
    >>> iou(predicted, targets, per_class=True)
    array([0.5       , 0.66666667])
    >>> iou(predicted, targets)
    0.5833333333333333
    """
    boolean("iou", per_class=per_class)
    matrix = counts(*class_pairs("iou", predicted, targets, classes, ignore_index))
    both = np.diag(matrix)
    either = matrix.sum(axis=0) + matrix.sum(axis=1) - both
    occurs = either > 0
    shares = np.divide(both, either, out=np.full(len(both), np.nan), where=occurs)
    return shares if per_class else float(shares[occurs].mean())
