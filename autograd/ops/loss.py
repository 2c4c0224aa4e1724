"""The loss of a classifier as one primitive: cross-entropy of a softmax.

It could be composed, of `exp`, `sum`, `log` and `getitem`.  As one operation its derivative is the
line that lectures write, probabilities minus the right answer, without the detour over a logarithm
whose slope is large where a probability is small.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.core.define import primitive
from autograd.core.float16 import in_float32
from autograd.core.spec import Spec
from autograd.core.tensor import detached
from autograd.core.types import Array
from autograd.errors import DTypeError, IndexingError, ShapeError
from autograd.ops.elementwise import exp, expm1, log
from autograd.ops.piecewise import where
from autograd.ops.reduce import max as max_
from autograd.ops.reduce import sum as sum_
from autograd.ops.shape import axis_number


def _logits_rule(ct: Any, out: Any, x: Any, classes: Any, axis: int = -1) -> Any:
    place = axis_number(axis, len(x.shape), "softmax_cross_entropy")
    kept = (*x.shape[:place], 1, *x.shape[place + 1 :])
    weights = exp(x - _largest(x, place))
    p = weights / sum_(weights, axis=place, keepdims=True)
    # The right class's probability is exp(-out); where it is nearly 1, p - 1 would be rounding.
    return ct.reshape(kept) * where(_right(x, classes, place), expm1(-out).reshape(kept), p)


def _largest(x: Any, place: int) -> Any:
    if type(x) is np.ndarray:  # what `max` would do, in less time
        return np.maximum.reduce(x, axis=place, keepdims=True)
    return max_(detached(x), axis=place, keepdims=True)


def _right(x: Any, classes: Any, place: int) -> Any:
    """Return where the logits of the right classes are."""
    mask = one_hot_mask.primitive.forward if type(classes) is np.ndarray else one_hot_mask
    return mask(classes, count=x.shape[place], axis=place)


def _composition(x: Any, classes: Any, axis: int = -1) -> Any:
    place = axis_number(axis, len(x.shape), "softmax_cross_entropy")
    largest = max_(x, axis=place, keepdims=True)
    total = sum_(exp(x - largest), axis=place, keepdims=True)
    right = where(_right(x, classes, place), x, 0.0)
    return sum_(log(total) + largest, axis=place) - sum_(right, axis=place)


@primitive(vjps=(None,))
def one_hot_mask(classes: Array, count: int, axis: int) -> Array:
    """Where, along a new axis, the number of the class is: true there, false elsewhere.

    No gradient: the result is a constant of the graph.

    classes: (...), integers, axis: counted from 0 -> (..., count, ...), bool.

    >>> from autograd.ops.loss import one_hot_mask
    >>> from autograd import tensor
    >>> one_hot_mask(tensor([1, 0]), count=2, axis=1)
    tensor([[False,  True],
            [ True, False]], dtype=bool)
    """
    classes = np.asarray(classes)
    before, after = classes.shape[:axis], classes.shape[axis:]
    numbers = np.arange(count).reshape((-1,) + (1,) * len(after))
    return np.asarray(classes.reshape(*before, 1, *after) == numbers)


@primitive(
    vjps=(in_float32(_logits_rule), None), symbol="softmax CE", spec=Spec(composition=_composition)
)
@in_float32
def softmax_cross_entropy(x: Array, classes: Array, axis: int = -1) -> Array:
    """Minus the logarithm of the probability that a softmax gives to the right class.

    ``out = log(sum_j exp(x_j)) - x_class``, and ``d out / d x = softmax(x) - one_hot(class)``;
    deck 1, page on the cross-entropy loss, and decks 3 and 4.  A primitive for exactness, where the
    right class has a probability near 0 and where it has one near 1.

    x: (..., C, ...) logits along ``axis``, classes: integers from 0 to C - 1, of that shape without
    the axis -> the shape of ``classes``: a cost for each example, of which `nn.cross_entropy` takes
    the mean.

    >>> import autograd as ag
    >>> ag.softmax_cross_entropy(ag.tensor([[0.0, 0.0], [0.0, 1000.0]]), [1, 0])
    tensor([6.93147181e-01, 1.00000000e+03])
    """
    x, classes = np.asarray(x), np.asarray(classes)
    x = x if x.dtype.kind == "f" else x.astype(float)
    place = _check(x, classes, axis)
    if place != x.ndim - 1:
        x = np.moveaxis(x, place, -1)
    classes = classes.astype(int, copy=False)
    largest = np.maximum.reduce(x, axis=-1, keepdims=True)
    shift = np.where(np.isfinite(largest), largest, x.dtype.type(0))  # keeps exp from overflowing
    rows = (x - shift).reshape(classes.size, x.shape[-1])
    each = np.arange(classes.size)
    weights = np.exp(rows)
    weights[each, rows.argmax(axis=-1)] -= 1  # the largest is 1, so log1p can have the small rest
    cost = np.log1p(np.add.reduce(weights, axis=-1)) - rows[each, classes.ravel()]
    return cost.reshape(classes.shape)[()]


def _check(x: Any, classes: Any, axis: int) -> int:
    """Refuse what does not belong together; return the axis of the logits, counted from 0."""
    place = axis_number(axis, x.ndim, "softmax_cross_entropy")
    wanted = x.shape[:place] + x.shape[place + 1 :]
    if classes.shape != wanted:
        raise ShapeError(
            f"softmax_cross_entropy: logits {x.shape} with classes along axis {axis} take an array "
            f"of integers {wanted}, not {classes.shape}"
        )
    if classes.dtype.kind not in "iu" and classes.size:  # an empty list is one of floats
        raise DTypeError(
            f"softmax_cross_entropy: classes {classes.shape} must be integers, not "
            f"{classes.dtype}; use ag.astype(classes, int)"
        )
    count = x.shape[place]
    # Read without their sign, negative numbers are the largest of all.
    if classes.size and classes.astype(np.uint64).max() >= count:
        raise IndexingError(
            f"softmax_cross_entropy: the classes go from {classes.min()} to {classes.max()}, and "
            f"must be from 0 to {count - 1}, for logits {x.shape}"
        )
    return place
