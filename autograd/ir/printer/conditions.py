"""Rewrites of choices: where, masks, and comparisons."""

from __future__ import annotations

from autograd import ops
from autograd.ir.printer.terms import NUMBER, Term, Terms
from autograd.ops import compare

# Elementwise operations beside those that declare partial derivatives: they broadcast, too.
_BROADCASTING = {"where", *(name for name, f in vars(compare).items() if hasattr(f, "primitive"))}
_BROADCASTING -= {"argmax", "argmin", "all", "any", "running_argmax", "running_argmin", "argsort"}
ELEMENTWISE = frozenset({p.name for p in ops.primitives() if p.elementwise} | _BROADCASTING)

# Those whose results are true or false.
CONDITIONS = frozenset(_BROADCASTING - {"where"})


def where(t: Term, terms: Terms) -> Term | None:
    """where(False, x, y) -> y, where(c, x, x) -> x."""
    condition, x, y = t.args
    if condition.op == NUMBER:
        chosen = x if condition.value else y
    elif x is y:
        chosen = x
    else:
        return None
    if chosen.op == NUMBER:  # False stands for 0 of whatever dtype
        chosen = terms.constant(float(chosen.value))
    return terms.make("broadcast_to", chosen, shape=t.shape)


def negated(t: Term, terms: Terms) -> Term | None:
    """Not x == y -> x != y."""
    opposite = {"equal": "not_equal", "not_equal": "equal"}
    (x,) = t.args
    return terms.make(opposite[x.op], *x.args, shape=t.shape) if x.op in opposite else None


def mask_as_number(t: Term, terms: Terms) -> Term | None:
    """astype(c, float) == 0 -> not c, where c is a condition."""
    for x, y in (t.args, t.args[::-1]):
        if x.op == "astype" and x.args[0].op in CONDITIONS and y.is_number(0):
            return terms.make("logical_not", x.args[0], shape=t.shape)
    return None


def times_mask(t: Term, terms: Terms) -> Term | None:
    """X * astype(c, float) -> where(c, x, 0)."""
    x, y = t.args
    for a, b in ((x, y), (y, x)):
        if b.op == "astype" and b.args[0].op in CONDITIONS:
            return terms.make("where", b.args[0], a, terms.constant(0), shape=t.shape)
    return None


def where_not(t: Term, terms: Terms) -> Term | None:
    """where(x == y, 0, z) -> where(x != y, z, 0), so that what is taken comes first."""
    condition, x, y = t.args
    if x.op != NUMBER or y.is_number(0) or condition.op not in ("equal", "logical_not"):
        return None
    if y.op == NUMBER and not x.is_number(0):
        return None
    opposite = terms.make("logical_not", condition, shape=condition.shape)
    if condition.op == "logical_not":
        opposite = condition.args[0]
    return terms.make("where", opposite, y, x, shape=t.shape)


def where_twice(t: Term, terms: Terms) -> Term | None:
    """where(c, where(c, x, y) + 1, z) -> where(c, x + 1, z): there, the inner condition holds."""
    condition, x, y = t.args
    inside = _where_it_holds(x, condition, terms)
    return None if inside is x else terms.make("where", condition, inside, y, shape=t.shape)


def _where_it_holds(x: Term, condition: Term, terms: Terms, depth: int = 4) -> Term:
    if x.op == "where" and x.args[0] is condition:
        return x.args[1]
    if not depth or x.op not in ELEMENTWISE or x.shape != condition.shape:
        return x
    args = [_where_it_holds(arg, condition, terms, depth - 1) for arg in x.args]
    same = all(a is b for a, b in zip(args, x.args, strict=True))
    return x if same else terms.make(x.op, *args, shape=x.shape, **x.params)
