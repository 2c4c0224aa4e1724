"""Notation: a term as text, in the operators of Python where there are some.

The text of an expression is valid Python.  So a test can evaluate it, and parentheses stand where
Python needs them, and where a reader would stumble.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Sequence

import numpy as np

from autograd.core.types import Shape
from autograd.ir.printer import kernels
from autograd.ir.printer.calls import call
from autograd.ir.printer.constants import array, index_text, number, value_text
from autograd.ir.printer.terms import ARRAY, NAME, NUMBER, Term
from autograd.ir.printer.text import (
    ATOM,
    COMPARISON,
    POWER,
    PRODUCT,
    QUOTIENT_NAME,
    SIGN,
    SUM,
    Text,
    named,
)

_COMPARISONS = {
    "equal": "==",
    "not_equal": "!=",
    "less": "<",
    "less_equal": "<=",
    "greater": ">",
    "greater_equal": ">=",
}
_PRODUCTS = {
    "multiply": "*",
    "divide": "/",
    "matmul": "@",
    "floor_divide": "//",
    "remainder": "%",
}


def written(t: Term, args: Sequence[Text]) -> Text:
    """Write an operation on arguments that are written already."""
    if t.op == NAME:
        return named(t.value)
    if t.op == NUMBER:
        return number(t.value)
    if t.op == ARRAY:
        return array(t.value)
    if t.op in _COMPARISONS:
        x, y = (a.within(SUM) for a in args)
        return Text(f"{x} {_COMPARISONS[t.op]} {y}", COMPARISON)
    if t.op in _PRODUCTS:
        return _product(_PRODUCTS[t.op], *args)
    return _FORMS[t.op](t, *args) if t.op in _FORMS else call(t, *args)


# Operators


def _product(operator: str, x: Text, y: Text) -> Text:
    """Write a product; x * (y * z) and x * (y / z) need no parentheses, mixed ones get them."""
    plain = operator in "*/"
    left = x.text if x.strength > PRODUCT else _bare(x, ("*", "/") if plain else (operator,))
    right = y.text if y.strength > PRODUCT else _bare(y, ("*", "/") if operator == "*" else ())
    if y.strength == QUOTIENT_NAME and operator in ("/", "//", "%"):
        right = f"({y})"
    return Text(f"{left} {operator} {right}", PRODUCT, operator)


def _bare(x: Text, operators: Sequence[str]) -> str:
    return x.text if x.operator in operators else f"({x})"


def _sum(t: Term, x: Text, y: Text) -> Text:
    operator = "+" if t.op == "add" else "-"
    right = y.within(SUM if operator == "+" else PRODUCT)
    return Text(f"{x.within(SUM)} {operator} {right}", SUM, operator)


def _negative(t: Term, x: Text) -> Text:
    text = x.text if x.strength >= SIGN or x.operator in ("*", "/", "@") else f"({x})"
    # The first factor takes the sign: -x * y is (-x) * y, and the same number.
    return Text(f"-{text}", PRODUCT if x.strength == PRODUCT else SIGN, x.operator)


def _power(t: Term, x: Text, y: Text) -> Text:
    return Text(f"{x.within(ATOM)}**{y.within(ATOM)}", POWER)


def _reciprocal(t: Term, x: Text) -> Text:
    return _product("/", Text("1"), x)


def _attribute(t: Term, x: Text) -> Text:
    return Text(f"{x.within(ATOM)}.{t.op}")


# Shapes


def _reshape(t: Term, x: Text) -> Text:
    """Write x[:, None] and x[:, 0] where only axes of length 1 come and go."""
    index = _index_for(t.args[0].shape, t.shape)
    return _subscript(x, index) if index else Text(f"reshape({x}, {t.shape})")


def _index_for(old: Shape, new: Shape) -> str:
    """Return the index that inserts or removes axes of length 1."""
    longer, shorter = (new, old) if len(new) > len(old) else (old, new)
    entries, rest = [], list(shorter)
    for n in longer:
        if rest and rest[0] == n:
            rest.pop(0)
            entries.append(":")
        elif n == 1:
            entries.append("None" if longer is new else "0")
        else:
            return ""
    return "" if rest or len(entries) > 4 or old == new else ", ".join(entries)


def _broadcast(t: Term, x: Text) -> Text:
    return Text(f"broadcast({x}, {t.shape})")


def _subscript(x: Text, index: str) -> Text:
    return Text(f"{x.within(QUOTIENT_NAME)}[{index}]")


def _getitem(t: Term, x: Text, *arrays: Text) -> Text:
    return _subscript(x, whole_index(t, arrays))


def _scatter_add(t: Term, x: Text, *arrays: Text) -> Text:
    return Text(f"scatter_add({x}, s_[{whole_index(t, arrays)}], {t.shape})")


def whole_index(t: Term, arrays: Sequence[Text]) -> str:
    """Write the index of an operation, with the arrays in it that are inputs of their own."""
    if "places" not in t.params:
        return index_text(t.params["index"])
    entries = [index_text(part) for part in t.params["index"]]
    for place, given in zip(t.params["places"], arrays, strict=True):
        entries.insert(place, str(given))
    return ", ".join(entries) or "()"


def _list(t: Term, *args: Text) -> Text:
    axis = int(t.params["axis"]) % max(len(t.shape), 1)
    return Text(f"concatenate([{', '.join(map(str, args))}], axis={axis})")


def _einsum(t: Term, *args: Text) -> Text:
    return Text(f'einsum("{t.params["subscripts"]}", {", ".join(map(str, args))})')


def _pad(t: Term, x: Text) -> Text:
    constant = t.params.get("constant_values", 0)
    width = Text(value_text(t.params["pad_width"]))
    return call(
        Term(t.op, t.args, {}, t.shape), x, width, constant_values=constant if constant else None
    )


def _cast(t: Term, x: Text) -> Text:
    return Text(f'astype({x}, "{np.dtype(t.params["dtype"])}")')


# Templates


def _template(t: Term, *args: Text) -> Text:
    """Write the arguments into a text in the letters ct, out, x, y and z."""
    texts = dict(zip(("ct", "out", "x", "y", "z"), args, strict=False))
    template = t.params["template"]

    def filled(found: re.Match[str]) -> str:
        text = texts[found[0]]
        return text.within(ATOM if template[found.end() :].startswith("**") else QUOTIENT_NAME)

    return Text(re.sub(r"\b(ct|out|x|y|z)\b", filled, template), _strength(template))


def _strength(template: str) -> int:
    try:
        tree = ast.parse(template, mode="eval").body
    except SyntaxError:  # words
        return COMPARISON
    if isinstance(tree, ast.BinOp):
        return SUM if isinstance(tree.op, (ast.Add, ast.Sub)) else PRODUCT
    return ATOM if isinstance(tree, (ast.Name, ast.Call, ast.Subscript)) else SIGN


_FORMS: dict[str, Callable[..., Text]] = {
    "a template": _template,
    "add": _sum,
    "subtract": _sum,
    "negative": _negative,
    "power": _power,
    "reciprocal": _reciprocal,
    "T": _attribute,
    "mT": _attribute,
    "reshape": _reshape,
    "broadcast_to": _broadcast,
    "getitem": _getitem,
    "gather": _getitem,
    "scatter_add": _scatter_add,
    "scatter": _scatter_add,
    "concatenate": _list,
    "einsum": _einsum,
    "astype": _cast,
    "pad": _pad,
    **kernels.FORMS,
}
