"""Further rewrites of programs: what zeros and ones of one call leave of a rule.

The text of a rule stands for all numbers.  A program is one call: the exponent is 2, the state
that a recurrent network begins with is 0, and half of a product rule falls away.  A product with 0
is written as 0, which it is for all finite numbers.
"""

from __future__ import annotations

import numpy as np

from autograd.ir.printer.arithmetic import negation
from autograd.ir.printer.rewriting import REWRITES
from autograd.ir.printer.terms import NUMBER, Rewrite, Term, Terms


def _filled(value: float, t: Term, terms: Terms) -> Term:
    number = terms.constant(value)
    return terms.make("broadcast_to", number, shape=t.shape) if t.shape else number


def _is_zero(t: Term) -> bool:
    return t.is_number(0) or (t.op == "broadcast_to" and t.args[0].is_number(0))


def power_of_zero(t: Term, terms: Terms) -> Term | None:
    """x**0 -> 1."""
    return _filled(1, t, terms) if t.args[1].is_number(0) else None


def times_zero(t: Term, terms: Terms) -> Term | None:
    """0 * x -> 0, for products of all kinds."""
    return _filled(0, t, terms) if any(map(_is_zero, t.args)) else None


def zero_over(t: Term, terms: Terms) -> Term | None:
    """0 / x -> 0."""
    return _filled(0, t, terms) if _is_zero(t.args[0]) else None


def of_zeros(t: Term, terms: Terms) -> Term | None:
    """Move zeros, or add them up: scatter_add(0, ...) -> 0."""
    return _filled(0, t, terms) if _is_zero(t.args[0]) else None


def plus_zero(t: Term, terms: Terms) -> Term | None:
    """X + 0 -> x."""
    x, y = t.args
    for a, b in ((x, y), (y, x)):
        if _is_zero(b) and a.shape == t.shape:
            return a
    return None


def minus_zero(t: Term, terms: Terms) -> Term | None:
    """X - 0 -> x, 0 - x -> -x."""
    x, y = t.args
    if _is_zero(y) and x.shape == t.shape:
        return x
    return negation(y, terms) if _is_zero(x) and y.shape == t.shape else None


def number_with_sign(t: Term, terms: Terms) -> Term | None:
    """X + -2 -> x - 2, -2 + x -> x - 2, x - -2 -> x + 2."""
    x, y = t.args
    if t.op == "add" and _is_negative(x) and y.op != NUMBER:
        x, y = y, x
    if not _is_negative(y) or x.op == NUMBER:
        return None
    other = "subtract" if t.op == "add" else "add"
    return terms.make(other, x, terms.constant(-y.value), shape=t.shape)


def _is_negative(t: Term) -> bool:
    return t.op == NUMBER and type(t.value) is not bool and t.value < 0


def sign_of_quotient(t: Term, terms: Terms) -> Term | None:
    """-2 / x -> -(2 / x)."""
    x, y = t.args
    if not _is_negative(x):
        return None
    return negation(terms.make("divide", terms.constant(-x.value), y, shape=t.shape), terms)


def number_over_number(t: Term, terms: Terms) -> Term | None:
    """6 * x / 3 -> 2 * x and 2 * x / 6 -> x / 3, where such a number remains."""
    x, n = t.args
    if n.op != NUMBER or x.op != "multiply":
        return None
    for c, rest in (x.args, x.args[::-1]):
        if c.op == NUMBER and rest.shape == t.shape:
            return _fraction(c.value, n.value, rest, terms)
    return None


def number_times_quotient(t: Term, terms: Terms) -> Term | None:
    """2 * (x / 16) -> x / 8 and 4 / 35 * (x / 8) -> x / 70; not of 0.1, which says more."""
    for c, x in (t.args, t.args[::-1]):
        if c.op == NUMBER and x.op == "divide" and x.args[1].op == NUMBER and x.shape == t.shape:
            if c.value % 1 and float(f"{c.value:.2g}") == c.value:
                return None
            return _fraction(c.value, x.args[1].value, x.args[0], terms)
    return None


def _fraction(c: float, n: float, x: Term, terms: Terms) -> Term | None:
    """Return c / n * x with one whole number, if there is one."""
    if not (np.isfinite(c) and np.isfinite(n) and c and n) or bool in (type(c), type(n)):
        return None
    for op, ratio in (("multiply", c / n), ("divide", n / c)):
        if ratio >= 1 and abs(ratio - round(ratio)) < 1e-12 * ratio:
            number = terms.constant(round(ratio))
            args = (number, x) if op == "multiply" else (x, number)
            return terms.make(op, *args, shape=x.shape)
    return None


def numbers_of_product(t: Term, terms: Terms) -> Term | None:
    """X * (2 * y) -> 2 * x * y, and 3 * x * (2 * y) -> 6 * x * y."""
    x, y = t.args
    if y.op != "multiply" or x.op == NUMBER or y.args[0].op != NUMBER:
        return None
    number, rest = y.args
    if rest.shape != y.shape:
        return None
    scaled = terms.make("multiply", number, x, shape=x.shape)
    return terms.make("multiply", scaled, rest, shape=t.shape)


def number_of_product(t: Term, terms: Terms) -> Term | None:
    """2 * (3 * x * y) -> 6 * x * y."""
    number, product = t.args
    if number.op != NUMBER or product.op != "multiply" or product.args[0].op != "multiply":
        return None
    first, rest = product.args
    if first.args[0].op != NUMBER:
        return None
    scaled = terms.make("multiply", number, first, shape=first.shape)
    return terms.make("multiply", scaled, rest, shape=t.shape)


def number_of_column(t: Term, terms: Terms) -> Term | None:
    """X @ (v[:, None] / 8) -> x @ v[:, None] / 8, which is x @ v / 8 in the end."""
    x, y = t.args
    if y.op != "divide" or y.args[0].op != "reshape" or y.args[1].op != NUMBER:
        return None
    product = terms.make("matmul", x, y.args[0], shape=t.shape, **t.params)
    return terms.make("divide", product, y.args[1], shape=t.shape)


def number_first(t: Term, terms: Terms) -> Term | None:
    """X * 2 -> 2 * x."""
    x, y = t.args
    if y.op != NUMBER or x.op == NUMBER:
        return None
    return terms.make("multiply", y, x, shape=t.shape)


_FIRST: dict[str, tuple[Rewrite, ...]] = {
    "power": (power_of_zero,),
    "multiply": (times_zero, number_times_quotient, numbers_of_product),
    "matmul": (times_zero, number_of_column),
    "outer": (times_zero,),
    "divide": (zero_over, sign_of_quotient, number_over_number),
    "add": (plus_zero,),
    "subtract": (minus_zero,),
    "scatter_add": (of_zeros,),
    "getitem": (of_zeros,),
    "reshape": (of_zeros,),
    "negative": (of_zeros,),
    "T": (of_zeros,),
}
_LAST: dict[str, tuple[Rewrite, ...]] = {
    "add": (number_with_sign,),
    "subtract": (number_with_sign,),
    "multiply": (number_first, number_of_product),
}
PROGRAM_REWRITES: dict[str, tuple[Rewrite, ...]] = {
    op: (*_FIRST.get(op, ()), *REWRITES.get(op, ()), *_LAST.get(op, ()))
    for op in {**REWRITES, **_FIRST}
}
