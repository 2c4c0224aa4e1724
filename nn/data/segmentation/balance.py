"""Weights of classes, so that what is rare is learned as well as what is frequent."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

import autograd as ag
from autograd.core.calls import called
from nn.checks import at_least_one, integer
from nn.data.dataset import numbers


@called
def class_weights(
    targets: ag.ArrayLike, classes: int | Sequence[str], ignore_index: int = -100
) -> ag.Array:
    """Return weights for `nn.cross_entropy` that balance the classes by their median frequency.

    ``weight[c] = median(f) / f[c]``, where f[c] is the share of the pixels of class c in the images
    in which it occurs (SegNet, Badrinarayanan et al. 2017).  So a class of the median frequency
    weighs 1, and a rare one more.

    Parameters
    ----------
    targets : array, (N,) or (N, ...)
        Classes from 0 on, as integers.  Targets of (N,) are taken as those of one image.
    classes : int or sequence of str
        How many classes there are, or their names.
    ignore_index : int
        Targets with this number do not count.

    Returns
    -------
    numpy.ndarray, (classes,), float64
        0 for a class that does not occur.

    Raises
    ------
    autograd.OptionError
        If there are no targets that count, or they are not integers.
    autograd.IndexingError
        If a class does not exist.

    Examples
    --------
    >>> from nn.data import class_weights
    >>> targets = [[[0, 0, 0, 1]], [[0, 0, 0, 0]], [[0, 2, 2, 2]]]
    >>> class_weights(targets, 3)  # f = 8/12, 1/4, 3/4
    array([1.        , 2.66666667, 0.88888889])
    """
    targets = numbers("class_weights", "targets", targets)
    integer("class_weights", ignore_index=ignore_index)
    count: Any = len(classes) if isinstance(classes, (tuple, list)) else classes
    at_least_one("class_weights", classes=count)
    if targets.dtype.kind not in "iu":
        raise ag.OptionError(f"class_weights: targets must be integers, not {targets.dtype}")
    images = targets.reshape(len(targets) if targets.ndim > 1 else 1, -1)
    counts = np.stack([_counted(image[image != ignore_index], count) for image in images])
    occurs = counts > 0  # (N, classes)
    total = counts.sum(axis=0)
    return _balanced(total, (occurs * counts.sum(axis=1, keepdims=True)).sum(axis=0))


def _counted(classes: ag.Array, count: int) -> ag.Array:
    """Return how often each class occurs, (count,)."""
    outside = classes[(classes < 0) | (classes >= count)]
    if outside.size:
        raise ag.IndexingError(
            f"class_weights: targets hold class {outside[0]}; classes count from 0 to {count - 1}"
        )
    return np.bincount(classes, minlength=count)


def _balanced(pixels: ag.Array, of: ag.Array) -> ag.Array:
    """Return the median share over each share, and 0 where there is nothing."""
    occurs = pixels > 0
    if not occurs.any():
        raise ag.OptionError("class_weights: all targets are left out by ignore_index")
    shares = pixels[occurs] / of[occurs]
    weights = np.zeros(len(pixels))
    weights[occurs] = np.median(shares) / shares
    return weights
