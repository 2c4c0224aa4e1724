"""Rewrites of a softmax and its cross-entropy, which are composed without overflow."""

from __future__ import annotations

import numpy as np

from autograd.ir.printer.broadcasting import reduced
from autograd.ir.printer.terms import ARRAY, NUMBER, Term, Terms


def softmax(t: Term, terms: Terms) -> Term | None:
    """exp(x - s) / sum(exp(x - s), axis=-1, keepdims=True) -> softmax(x), where s shifts a row."""
    weights, total = t.args
    if weights.op != "exp" or total.op != "sum" or total.args[0] is not weights:
        return None
    axes = reduced(total)
    if not total.params.get("keepdims") or len(axes) != 1:
        return None
    (x,), (axis,) = weights.args, axes
    if x.op == "subtract" and x.args[0].shape == x.shape and _constant_along(x.args[1], axis, x):
        x = x.args[0]
    return terms.make("softmax", x, shape=t.shape, **_axis(axis, len(x.shape)))


def _constant_along(shift: Term, axis: int, x: Term) -> bool:
    missing = len(x.shape) - len(shift.shape)
    return axis < missing or shift.shape[axis - missing] == 1


def _axis(axis: int, ndim: int) -> dict[str, int]:
    return {} if axis == ndim - 1 else {"axis": axis}


def one_hot(t: Term, terms: Terms) -> Term | None:
    """t[:, None] == [0, 1, 2] -> one_hot(t)."""
    for classes, numbers in (t.args, t.args[::-1]):
        if numbers.op != ARRAY or classes.op in (NUMBER, ARRAY):
            continue
        long = [a for a, n in enumerate(numbers.shape) if n > 1]
        if len(long) != 1 or not np.array_equal(
            numbers.value.ravel(), np.arange(numbers.value.size)
        ):
            continue
        axis = long[0] + len(t.shape) - len(numbers.shape)
        if len(classes.shape) == len(t.shape) and classes.shape[axis] == 1:
            own = t.shape[:axis] + t.shape[axis + 1 :]
            chosen = terms.make("reshape", classes, shape=own)
            return terms.make("one_hot", chosen, shape=t.shape, **_axis(axis, len(t.shape)))
    return None


def one_hot_mask(t: Term, terms: Terms) -> Term | None:
    """one_hot_mask(t, count=3, axis=1) -> one_hot(t)."""
    axis = _axis(t.params["axis"], len(t.shape))
    return terms.make("one_hot", t.args[0], shape=t.shape, **axis)


def cross_entropy(t: Term, terms: Terms) -> Term | None:
    """where(one_hot(t), expm1(-loss), softmax(z)) -> softmax(z) - one_hot(t)."""
    right, p_minus_one, p = t.args
    inner = p_minus_one
    while inner.op in ("reshape", "broadcast_to"):
        inner = inner.args[0]
    if (right.op, inner.op, p.op) != ("one_hot", "expm1", "softmax"):
        return None
    return terms.make("subtract", p, right, shape=t.shape)
