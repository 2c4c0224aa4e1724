"""What metrics take: scores or classes for each example, or for each of its places."""

from __future__ import annotations

import numpy as np

import autograd as ag
from nn.checks import integer

LARGEST = np.iinfo(int).max


def as_array(name: str, given: ag.ArrayLike) -> ag.Array:
    """Return the numbers behind a Tensor, an array or a list."""
    try:
        return np.asarray(ag.tensor(given).data)
    except ag.DTypeError as error:
        raise ag.DTypeError(f"metrics: {name}: {error}") from None


def by_place(outputs: ag.ArrayLike, targets: ag.ArrayLike) -> tuple[ag.Array, ag.Array]:
    """Return scores and classes with a row for each place of each example."""
    scores, classes = as_array("outputs", outputs), as_array("targets", targets)
    if scores.ndim > 2 and classes.shape == scores.shape[:1] + scores.shape[2:]:
        rows = np.moveaxis(scores, 1, -1)
        return rows.reshape(-1, scores.shape[1]), classes.reshape(-1)
    return scores, classes


def counted(
    owner: str, predicted: ag.ArrayLike, targets: ag.ArrayLike, ignore_index: int
) -> tuple[ag.Array, ag.Array]:
    """Return scores (M, K) or classes (M,), and targets (M,), of the M places that count.

    Of two pictures of classes every pixel is a place.  What has other shapes is returned as it is,
    to be refused.
    """
    integer(owner, ignore_index=ignore_index)
    rows, classes = by_place(predicted, targets)
    if rows.ndim > 2 and rows.shape == classes.shape:
        rows, classes = rows.reshape(-1), classes.reshape(-1)
    if rows.ndim > 2 or classes.ndim > 2:
        raise ag.ShapeError(
            f"{owner}: predicted {rows.shape} must have the shape of targets {classes.shape}, or "
            "(N, K, H, W) with scores of K classes; of one picture write picture[None]"
        )
    if classes.ndim != 1 or rows.shape[:1] != classes.shape or not classes.size:
        return rows, classes
    kept = classes != ignore_index
    if not kept.any():
        raise ag.OptionError(f"{owner}: all targets are {ignore_index}, which is left out")
    return rows[kept], classes[kept]


def as_scores(owner: str, outputs: ag.ArrayLike) -> ag.Array:
    """Return scores as an array (N, K); refuse other shapes."""
    scores = as_array("outputs", outputs)
    if scores.ndim != 2 or scores.shape[1] == 1:
        other = (
            "; for one output each, use binary_accuracy" if scores.shape[1:] in ((), (1,)) else ""
        )
        raise ag.ShapeError(
            f"{owner}: outputs {scores.shape} must be (N, K), a score for each of K classes{other}"
        )
    check_some(owner, scores)
    return scores


def as_classes(
    owner: str, name: str, given: ag.ArrayLike, length: int | None, count: int | None
) -> ag.Array:
    """Return classes as an array of integers; refuse other shapes, and classes out of range."""
    classes = as_array(name, given)
    if classes.ndim != 1 or length not in (None, len(classes)):
        wanted = "(N,)" if length is None else f"({length},)"
        raise ag.ShapeError(
            f"{owner}: {name} {classes.shape} must be {wanted}, one class for each example; "
            "of one-hot rows take argmax(axis=1), of a column ravel(), of one picture picture[None]"
        )
    check_some(owner, classes)
    if classes.dtype.kind not in "iub":
        raise ag.DTypeError(
            f"{owner}: {name} must hold classes, as integers, not {classes.dtype}; "
            f"use {name}.astype(int)"
        )
    low, high = int(classes.min()), int(classes.max())
    if low < 0 or high >= (LARGEST if count is None else count):
        end = "" if count is None else f" to {count - 1}"
        raise ag.IndexingError(
            f"{owner}: {name} hold class {low if low < 0 else high}; classes count from 0{end}"
        )
    return classes.astype(int)


def check_some(owner: str, array: ag.Array) -> None:
    """Refuse an array of nothing."""
    if array.size == 0:
        raise ag.OptionError(f"{owner}: there are no examples, only shape {array.shape}")


def has_no_nan(scores: ag.Array) -> ag.Array:
    """Return for each row of scores whether it chooses a class."""
    return np.logical_not(np.isnan(scores).any(axis=1))
