"""Rewrites of sums and products: signs in front, numbers folded, squares."""

from __future__ import annotations

from autograd.ir.printer.terms import NUMBER, Term, Terms


def negation(x: Term, terms: Terms) -> Term:
    """Return -x."""
    return terms.make("negative", x, shape=x.shape)


def negative(t: Term, terms: Terms) -> Term | None:
    """--x -> x, -(x - y) -> y - x, and the number -2 for -(2)."""
    (x,) = t.args
    if x.op == "negative":
        return x.args[0]
    if x.op == "subtract":
        return terms.make("subtract", *x.args[::-1], shape=t.shape)
    return terms.constant(-x.value) if x.op == NUMBER and type(x.value) is not bool else None


def sign_in_front(t: Term, terms: Terms) -> Term | None:
    """X * -y -> -(x * y), for products and quotients of all kinds."""
    signs = [x.op == "negative" for x in t.args]
    if not any(signs):
        return None
    args = [x.args[0] if sign else x for x, sign in zip(t.args, signs, strict=True)]
    product = terms.make(t.op, *args, shape=t.shape, **t.params)
    return product if all(signs) else negation(product, terms)


def sign_of_number(t: Term, terms: Terms) -> Term | None:
    """X * -2 -> -(x * 2)."""
    for i, x in enumerate(t.args):
        if x.op == NUMBER and type(x.value) is not bool and x.value < 0:
            args = list(t.args)
            args[i] = terms.constant(-x.value)
            return negation(terms.make(t.op, *args, shape=t.shape), terms)
    return None


def add(t: Term, terms: Terms) -> Term | None:
    """X + -y -> x - y, 0 + x -> x, x + x -> 2 * x."""
    x, y = t.args
    if x is y:
        return terms.make("multiply", terms.constant(2), x, shape=t.shape)
    for a, b in ((x, y), (y, x)):
        if b.op == "negative":
            return terms.make("subtract", a, b.args[0], shape=t.shape)
        if b.is_number(0) and a.shape == t.shape:
            return a
    return None


def subtract(t: Term, terms: Terms) -> Term | None:
    """X - -y -> x + y."""
    x, y = t.args
    return terms.make("add", x, y.args[0], shape=t.shape) if y.op == "negative" else None


def multiply(t: Term, terms: Terms) -> Term | None:
    """1 * x -> x, (1 / n) * x -> x / n, x * x -> x**2, c * x * x -> c * x**2."""
    x, y = t.args
    for a, b in ((x, y), (y, x)):
        if a.is_number(1) and b.shape == t.shape:
            return b
        if a.op == "divide" and a.args[0].is_number(1):
            return terms.make("divide", b, a.args[1], shape=t.shape)
    if x is y and x.op != NUMBER:
        return _square(x, terms)
    if x.op == "multiply" and x.args[1] is y and y.op != NUMBER:
        return terms.make("multiply", x.args[0], _square(y, terms), shape=t.shape)
    return None


def numbers_together(t: Term, terms: Terms) -> Term | None:
    """2 * (3 * x) -> 6 * x."""
    for x, y in (t.args, t.args[::-1]):
        if x.op == NUMBER and y.op == "multiply":
            for c, z in (y.args, y.args[::-1]):
                if c.op == NUMBER:
                    number = terms.constant(x.value * c.value)
                    return terms.make("multiply", number, z, shape=t.shape)
    return None


def times_reciprocal(t: Term, terms: Terms) -> Term | None:
    """0.03125 * x -> x / 32; not of 0.5, 0.1 and 0.01, which are as short."""
    for x, y in (t.args, t.args[::-1]):
        if x.op != NUMBER or type(x.value) is not float or not 0 < x.value < 1:
            continue
        n = round(1 / x.value)
        if 1 / n == x.value and float(f"{x.value:.2g}") != x.value:
            return terms.make("divide", y, terms.constant(n), shape=t.shape)
    return None


def _square(x: Term, terms: Terms) -> Term:
    return terms.make("power", x, terms.constant(2), shape=x.shape)


def divide(t: Term, terms: Terms) -> Term | None:
    """X / 1 -> x, x / n / m -> x / (n m) for numbers."""
    x, y = t.args
    if y.is_number(1) and x.shape == t.shape:
        return x
    if y.op == NUMBER and x.op == "divide" and x.args[1].op == NUMBER and x.args[1].value > 1:
        product = terms.constant(x.args[1].value * y.value)
        return terms.make("divide", x.args[0], product, shape=t.shape)
    return None


def power(t: Term, terms: Terms) -> Term | None:
    """x**1 -> x."""
    x, y = t.args
    return x if y.is_number(1) and x.shape == t.shape else None


def folded(t: Term, terms: Terms) -> Term | None:
    """2 * 3 -> 6; not of quotients, which read better as they are."""
    if not all(x.op == NUMBER for x in t.args):
        return None
    x, y = (a.value for a in t.args)
    value = {"add": x + y, "subtract": x - y, "multiply": x * y}[t.op]
    return terms.constant(value)
