"""Rewrites of copies and sums: operations broadcast themselves, and a sum undoes it."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.core.types import Shape
from autograd.ir.printer.arithmetic import negation
from autograd.ir.printer.conditions import CONDITIONS
from autograd.ir.printer.terms import Term, Terms


def reduced(t: Term) -> tuple[int, ...]:
    """Return the axes that a reduction goes over, counted from 0."""
    return axes_of(t.params.get("axis"), len(t.args[0].shape))


def axes_of(axis: Any, n: int) -> tuple[int, ...]:
    """Return axes of an array with ``n`` of them, counted from 0; None stands for all."""
    given = range(n) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    return tuple(sorted(int(a) % n for a in given)) if n else ()


def broadcast(t: Term, terms: Terms) -> Term | None:
    """broadcast(x, x.shape) -> x, broadcast(broadcast(x, s), r) -> broadcast(x, r)."""
    (x,) = t.args
    if x.shape == t.shape:
        return x
    if x.op == "broadcast_to" or (x.op == "reshape" and only_leading_ones(x)):
        return terms.make("broadcast_to", x.args[0], shape=t.shape)
    return terms.make("broadcast_to", x, shape=t.shape) if t.params else None


def spread_where_broadcast(t: Term, terms: Terms) -> Term | None:
    """broadcast(c, (3, 4)) * x -> c * x, where x has that shape; x[None] * y -> x * y."""
    args = list(t.args)
    for i, x in enumerate(args):
        if (plain := _without_spreading(x, terms)) is not x:
            args[i] = plain
            if np.broadcast_shapes(*(a.shape for a in args)) != t.shape:
                args[i] = x
    return None if args == list(t.args) else terms.make(t.op, *args, shape=t.shape, **t.params)


def _without_spreading(x: Term, terms: Terms) -> Term:
    """Return x for broadcast(x, s) and x[None], and x[:, None] for x[None, :, None]."""
    if x.op == "broadcast_to":
        return x.args[0]
    if x.op != "reshape":
        return x
    shape = x.shape
    while shape and shape[0] == 1 and len(shape) > len(x.args[0].shape):
        shape = shape[1:]
    return x if shape == x.shape else terms.make("reshape", x.args[0], shape=shape)


def of_broadcast(t: Term, terms: Terms) -> Term | None:
    """broadcast(c, (3, 4)) / 2 -> broadcast(c / 2, (3, 4))."""
    if not t.shape or not all(x.op == "broadcast_to" or not x.shape for x in t.args):
        return None
    inner = [x.args[0] if x.op == "broadcast_to" else x for x in t.args]
    shape = np.broadcast_shapes(*(x.shape for x in inner))
    if shape == t.shape:
        return None
    one = terms.make(t.op, *inner, shape=shape, **t.params)
    return terms.make("broadcast_to", one, shape=t.shape)


def only_leading_ones(t: Term) -> bool:
    """Return whether a reshape only adds axes of length 1 in front."""
    n = len(t.shape) - len(t.args[0].shape)
    return n >= 0 and t.shape == (1,) * n + t.args[0].shape


def sum_of_nothing(t: Term, terms: Terms) -> Term | None:
    """sum(x, axis=(0, 1)) -> sum(x), and without axes x itself."""
    axes = reduced(t)
    if not axes and not t.params.get("keepdims"):
        return t.args[0]
    keep = {"keepdims": True} if t.params.get("keepdims") else {}
    axis = t.params.get("axis", "none given")
    wanted = None if len(axes) == len(t.args[0].shape) else axes if len(axes) > 1 else axes[0]
    if axis == wanted and t.params.keys() == {"axis", *keep}:
        return None
    return terms.make("sum", t.args[0], shape=t.shape, axis=wanted, **keep)


def sum_of_zeros(t: Term, terms: Terms) -> Term | None:
    """sum(broadcast(0, s)) -> broadcast(0, r)."""
    (x,) = t.args
    if x.op != "broadcast_to" or not x.args[0].is_number(0):
        return None
    return terms.make("broadcast_to", x.args[0], shape=t.shape)


def sum_of_negative(t: Term, terms: Terms) -> Term | None:
    """sum(-x) -> -sum(x)."""
    (x,) = t.args
    if x.op != "negative":
        return None
    return negation(terms.make("sum", x.args[0], shape=t.shape, **t.params), terms)


def sum_of_mask(t: Term, terms: Terms) -> Term | None:
    """sum(astype(c, float)) -> sum(c): what is true counts one."""
    (x,) = t.args
    if x.op != "astype" or x.args[0].op not in CONDITIONS:
        return None
    return terms.make("sum", x.args[0], shape=t.shape, **t.params)


def summed(x: Term, axes: tuple[int, ...], terms: Terms) -> Term:
    """Return the sum over some axes."""
    shape = tuple(n for a, n in enumerate(x.shape) if a not in axes)
    return terms.make("sum", x, shape=shape, axis=axes)


def fitted(t: Term, shape: Shape, terms: Terms) -> Term:
    """Return a cotangent summed over the axes along which its input was stretched."""
    extra = len(t.shape) - len(shape)
    axes = tuple(
        a for a, n in enumerate(t.shape) if a < extra or (n != 1 and shape[a - extra] == 1)
    )
    if t.op == "broadcast_to" and t.args[0].is_number(0):
        t = t.args[0]
    if t.is_number(0):
        return t
    total = summed(t, axes, terms) if axes else t
    kept = tuple(1 if a in axes else n for a, n in enumerate(t.shape))
    if axes and kept == shape:
        total = terms.make("sum", t, shape=kept, axis=axes, keepdims=True)
    return terms.make("reshape", total, shape=shape)
