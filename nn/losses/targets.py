"""Targets that are classes: which are right, which are left out, and how much each counts.

Scores stand along the class axis: (C,), (N, C) or (N, C, d1, ...).  The targets lack that axis.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import autograd as ag
from autograd.core.assumptions import assumed
from autograd.core.capturing import checked
from nn.checks import Values
from nn.losses.inputs import constant, floats


def class_axis(owner: str, scores: Values) -> int:
    """Return the axis along which the scores of one example stand."""
    axis = min(1, len(scores.shape) - 1)
    if axis < 0 or scores.shape[axis] == 0:
        raise ag.ShapeError(
            f"{owner}: input {scores.shape} has no classes; it takes (C,) or (N, C, ...)"
        )
    return axis


def without(shape: tuple[int, ...], axis: int) -> tuple[int, ...]:
    """Return a shape without one axis."""
    return shape[:axis] + shape[axis + 1 :]


def class_weights(owner: str, weight: ag.ArrayLike | None, scores: Values, axis: int) -> Any:
    """Return the weight of each class, (C,), or None."""
    if weight is None:
        return None
    weight = constant(floats(owner, "weight", weight, scores.dtype))
    if weight.shape != (scores.shape[axis],):
        raise ag.ShapeError(
            f"{owner}: weight {weight.shape} must be ({scores.shape[axis]},), one number for each "
            f"class of input {scores.shape}"
        )
    return weight


def check_classes(owner: str, classes: Values, scores: Values, axis: int) -> Any:
    """Return classes as an array of integers; refuse other shapes and dtypes."""
    wanted = without(scores.shape, axis)
    if classes.shape != wanted:
        raise ag.ShapeError(
            f"{owner}: input {scores.shape} and target {classes.shape} do not belong together; "
            f"classes must be {wanted}, and probabilities, for cross_entropy, {scores.shape}"
            f"{_of_a_sequence(scores.shape, classes.shape, axis)}"
        )
    if classes.dtype.kind not in "iu" and classes.size:  # an empty list is one of floats
        raise ag.DTypeError(
            f"{owner}: target {classes.shape} must hold classes, as integers, not {classes.dtype}; "
            "use ag.astype(target, int)"
        )
    return constant(ag.astype(classes, int))


def _of_a_sequence(scores: ag.Shape, classes: ag.Shape, axis: int) -> str:
    """Return what to write if the scores of each place stand along the last axis, not axis 1."""
    if axis == len(scores) - 1 or classes != scores[:-1]:
        return ""
    moved = "swapaxes(1, 2)" if len(scores) == 3 else "moveaxis(logits, -1, 1)"
    moved = f"logits.{moved}" if len(scores) == 3 else f"ag.{moved}"
    return (
        f"; the classes are axis 1; write {moved}, or logits.reshape(-1, {scores[-1]}) and "
        "targets.reshape(-1)"
    )


def ignored_targets(
    owner: str, classes: Values, ignore_index: int, count: int, is_refused: bool
) -> tuple[Any, Any]:
    """Return the classes, 0 where one is the one to ignore, and where that is; None for nowhere.

    ``is_refused`` says that the operation which takes them refuses classes that do not exist.
    """
    is_refused = is_refused and not 0 <= ignore_index < count
    holds = partial(_all_count, ignore_index, count)
    classes, all_count = assumed(classes, holds, is_refused)
    if all_count:
        return classes, None
    classes = checked(classes, partial(_check_range, owner, ignore_index, count))
    ignored = ag.equal(classes, ignore_index)
    return ag.where(ignored, 0, classes), ignored


def _all_count(ignore_index: int, count: int, classes: Any) -> bool:
    """Return whether all classes exist, and none is ignored."""
    if not classes.size:
        return True
    if classes.astype("uint64").max() >= count:  # a negative one is larger than all others then
        return False
    return not (0 <= ignore_index < count and (classes == ignore_index).any())


def _check_range(owner: str, ignore_index: int, count: int, classes: Any) -> None:
    kept = classes[ag.not_equal(classes, ignore_index)]
    if kept.size and ag.min(kept) < 0:
        raise ag.IndexingError(
            f"{owner}: class {ag.min(kept)} is negative; classes count from 0, and only "
            f"ignore_index={ignore_index} is left out"
        )
    if kept.size and ag.max(kept) >= count:
        raise ag.IndexingError(
            f"{owner}: class {ag.max(kept)} is out of bounds; with {count} scores the classes are "
            f"0 to {count - 1}"
        )


def target_weights(
    classes: Values,
    ignored: Values | None,
    weight: Values | None,
    dtype: ag.DTypeLike,
) -> Any:
    """Return how much each target counts: its class's weight, or 0; None if all count 1."""
    if weight is None:
        return None if ignored is None else ag.astype(ag.logical_not(ignored), dtype)
    if ignored is None:
        return ag.take(weight, classes)
    return ag.where(ignored, 0.0, ag.take(weight, classes))


def check_class_options(owner: str, weight: ag.ArrayLike | None, ignore_index: int) -> None:
    """Refuse options that are a batch: the loss was to be called, and not made with it."""
    whole = hasattr(ignore_index, "__index__") and ag.shape(ignore_index) == ()
    if (weight is not None and len(ag.shape(weight)) != 1) or not whole:
        raise ag.OptionError(
            f"{owner}: weight is one number for each class, and ignore_index an integer; a batch "
            f"is given to the loss once it is made: nn.{owner}()(input, target)"
        )
