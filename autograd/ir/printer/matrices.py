"""Rewrites of products of matrices: outer products, inverses, triangles."""

from __future__ import annotations

import math

import numpy as np

from autograd.ir.printer.shapes import vector
from autograd.ir.printer.terms import ARRAY, Term, Terms


def outer(t: Term, terms: Terms) -> Term | None:
    """x[:, None] @ y[None] -> outer(x, y); with an inner side of one, in general, x * y."""
    x, y = t.args
    if len(x.shape) < 2 or len(y.shape) < 2 or x.shape[-1] != 1:
        return None
    if "reshape" not in (x.op, y.op):
        return None
    u, v = vector(x, terms), vector(y, terms)
    if u is not None and v is not None and math.prod(u.shape) > 1 and math.prod(v.shape) > 1:
        return terms.make("outer", u, v, shape=t.shape)
    return terms.make("multiply", x, y, shape=t.shape)


def inverse(t: Term, terms: Terms) -> Term | None:
    """solve(A, eye(n)) -> inv(A)."""
    a, b = t.args
    if b.op == ARRAY and len(b.shape) == 2 and np.array_equal(b.value, np.eye(len(b.value))):
        return terms.make("inv", a, shape=t.shape)
    return None


def half_of_diagonal(t: Term, terms: Terms) -> Term | None:
    """where(tri(2), x, 0) * [[1/2, 1], [1, 1/2]] -> low(x): half of the diagonal."""
    triangle, weights = t.args
    if triangle.op != "where" or weights.op != ARRAY or triangle.args[0].op != ARRAY:
        return None
    n = t.shape[-1]
    same = np.array_equal(weights.value, 1 - np.eye(n) / 2)
    if not same or not np.array_equal(triangle.args[0].value, np.tri(n)):
        return None
    return terms.make("low", triangle.args[1], shape=t.shape)
