"""Rewrites of what moves elements: transposes, reshapes, slices.

A rule makes matrices of vectors, and vectors of matrices; of one call most of that falls away.
"""

from __future__ import annotations

import math

from autograd.core.types import Shape
from autograd.ir.printer.arithmetic import negation
from autograd.ir.printer.broadcasting import reduced, summed
from autograd.ir.printer.terms import NUMBER, Term, Terms


def hidden(t: Term, terms: Terms) -> Term:
    """detach(x) -> x, and other nodes that only mark something."""
    return t.args[0]


def cast(t: Term, terms: Terms) -> Term | None:
    """astype(astype(x, a), b) -> astype(x, b), without the parameters of copying."""
    (x,) = t.args
    return terms.make("astype", x.args[0], shape=t.shape, **t.params) if x.op == "astype" else None


def transpose(t: Term, terms: Terms) -> Term | None:
    """transpose(x, (0, 2, 1)) -> x.mT, transpose(x) -> x.T for a matrix, x for a vector."""
    (x,), n = t.args, len(t.shape)
    given = t.params.get("axes")
    axes = tuple(range(n))[::-1] if given is None else tuple(int(a) % n for a in given)
    if axes == tuple(range(n)):
        return x
    if axes == (*range(n - 2), n - 1, n - 2):
        return terms.make("T" if n == 2 else "mT", x, shape=t.shape)
    return None if given == axes else terms.make("transpose", x, shape=t.shape, axes=axes)


def twice_transposed(t: Term, terms: Terms) -> Term | None:
    """x.T.T -> x."""
    return t.args[0].args[0] if t.args[0].op == t.op else None


def transposed_product(t: Term, terms: Terms) -> Term | None:
    """(x @ y).T -> y.T @ x.T."""
    (product,) = t.args
    if product.op != "matmul" or any(len(x.shape) != len(t.shape) for x in product.args):
        return None
    x, y = (terms.make(t.op, x, shape=_swapped(x.shape)) for x in product.args)
    return terms.make("matmul", y, x, shape=t.shape)


def transposed_outer(t: Term, terms: Terms) -> Term | None:
    """outer(x, y).T -> outer(y, x)."""
    (product,) = t.args
    return (
        terms.make("outer", *product.args[::-1], shape=t.shape) if product.op == "outer" else None
    )


def transposed_row(t: Term, terms: Terms) -> Term | None:
    """x[None].T -> x[:, None]."""
    if t.args[0].op != "reshape" or 1 not in t.shape[-2:]:
        return None
    return terms.make("reshape", t.args[0], shape=t.shape)


def transposed_negative(t: Term, terms: Terms) -> Term | None:
    """(-x).T -> -x.T, and the same for a reshape."""
    (x,) = t.args
    if x.op != "negative":
        return None
    return negation(terms.make(t.op, x.args[0], shape=t.shape), terms)


def _swapped(shape: Shape) -> Shape:
    return (*shape[:-2], shape[-1], shape[-2])


def reshape(t: Term, terms: Terms) -> Term | None:
    """reshape(x, x.shape) -> x, reshape(reshape(x, s), r) -> reshape(x, r)."""
    (x,) = t.args
    if x.shape == t.shape:
        return x
    if x.op == "reshape":
        return terms.make("reshape", x.args[0], shape=t.shape)
    return terms.make("reshape", x, shape=t.shape) if t.params else None


def reshaped_broadcast(t: Term, terms: Terms) -> Term | None:
    """reshape(broadcast(x, s), r) -> broadcast(x, r), where x is a number."""
    (x,) = t.args
    if x.op == NUMBER:
        return terms.make("broadcast_to", x, shape=t.shape)
    if x.op != "broadcast_to" or x.args[0].shape:
        return None
    return terms.make("broadcast_to", x.args[0], shape=t.shape)


def reshaped_product(t: Term, terms: Terms) -> Term | None:
    """reshape(A @ x[:, None], (n,)) -> A @ x, and the same on the left and for solve."""
    (product,) = t.args
    if product.op not in ("matmul", "solve") or len(t.shape) > 1:
        return None
    left, right = product.args
    if product.shape == (*t.shape, 1) and (v := vector(right, terms)) is not None:
        return terms.make(product.op, left, v, shape=t.shape)
    if product.op == "matmul" and product.shape == (1, *t.shape):
        v = vector(left, terms)
        return None if v is None else terms.make("matmul", v, right, shape=t.shape)
    return None


def transposed_number(t: Term, terms: Terms) -> Term | None:
    """broadcast(c, (3, 4)).T -> broadcast(c, (4, 3)), where c is a number."""
    (x,) = t.args
    if x.op != "broadcast_to" or x.args[0].shape:
        return None
    return terms.make("broadcast_to", x.args[0], shape=t.shape)


def reshaped_multiple(t: Term, terms: Terms) -> Term | None:
    """reshape(c[None] * x, s) -> c * reshape(x, s), where c is a number."""
    (product,) = t.args
    if product.op not in ("multiply", "divide"):
        return None
    x, y = product.args
    scalars = [math.prod(a.shape) == 1 for a in (x, y)]
    if not any(scalars) or math.prod(t.shape) != math.prod(product.shape):
        return None
    shapes = ((), t.shape) if scalars[0] and product.op == "multiply" else (t.shape, ())
    if not scalars[1] and shapes[1] == ():
        return None
    parts = [terms.make("reshape", a, shape=s) for a, s in zip((x, y), shapes, strict=True)]
    return terms.make(product.op, *parts, shape=t.shape)


def reshaped_sum(t: Term, terms: Terms) -> Term | None:
    """reshape(sum(x, axis=0, keepdims=True), s) -> sum(x, axis=0)."""
    (total,) = t.args
    if total.op != "sum" or not total.params.get("keepdims"):
        return None
    axes = reduced(total)
    lost = tuple(n for a, n in enumerate(total.shape) if a not in axes)
    if lost != t.shape:
        return None
    return summed(total.args[0], axes, terms)


def vector(x: Term, terms: Terms) -> Term | None:
    """Return a row or column as the vector that it was made of."""
    if x.op != "reshape" or len(x.args[0].shape) > 1:
        return None
    return terms.make("reshape", x, shape=(math.prod(x.shape),))


def getitem(t: Term, terms: Terms) -> Term | None:
    """x[0:3, 1:2] -> x[:, 1:2], where x has 3 rows, and x[:] -> x."""
    x, index = t.args[0], t.params["index"]
    entries = index if isinstance(index, tuple) else (index,)
    if len(t.args) > 1 or not all(isinstance(e, slice) for e in entries):
        return None
    whole = tuple(_whole(e, n) for e, n in zip(entries, x.shape, strict=False))
    while whole and whole[-1] == slice(None):
        whole = whole[:-1]
    if not whole:
        return x
    return None if whole == index else terms.make("getitem", x, shape=t.shape, index=whole)


def _whole(part: slice, length: int) -> slice:
    return slice(None) if part.indices(length) == (0, length, 1) else part
