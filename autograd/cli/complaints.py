"""What the little language says of a text that it refuses: one line, with what to write instead."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.cli.vocabulary import ATTRIBUTES, FUNCTIONS, METHODS, OTHERWISE
from autograd.core.messages import one_line, suggestion
from autograd.core.tensor import Tensor
from autograd.ops import elementwise
from autograd.ops.power import power

UNDERSTOOD = (
    "only numbers, names, + - * / ** @, comparisons, x[i], lists of numbers, assignments "
    "and function calls are understood"
)

# What else Python has, and how the same is said here.
INSTEAD: dict[type[ast.AST], str] = {
    ast.AnnAssign: "write NAME = VALUE, without a type",
    ast.Assign: "write NAME = VALUE, with one name or several on the left",
    ast.AugAssign: "write x = x + y, with a new name on the left",
    ast.BoolOp: "write (x > 0) & (x < 1), or | for one of both",
    ast.Delete: "nothing is deleted here",
    ast.Dict: "write options by name, as in sum(x, axis=0)",
    ast.DictComp: "write the elements one by one",
    ast.For: "write the steps one by one, or use sum(...) and @",
    ast.FormattedValue: "a text is only an option, as in einsum('ij,jk->ik', x, y)",
    ast.FunctionDef: "only assignments and one result; a function belongs in FILE.py:FUNCTION",
    ast.GeneratorExp: "write the elements one by one, or compute with whole arrays",
    ast.If: "write where(x > 0, a, b)",
    ast.IfExp: "write where(x > 0, a, b)",
    ast.Import: "nothing is imported; np. and ag. may stand before a function",
    ast.ImportFrom: "nothing is imported; np. and ag. may stand before a function",
    ast.JoinedStr: "a text is only an option, as in einsum('ij,jk->ik', x, y)",
    ast.Lambda: "write what it computes instead",
    ast.ListComp: "write the elements one by one, or compute with whole arrays",
    ast.NamedExpr: "write an assignment of its own, as in y = x * x; y + 1",
    ast.Return: "end with the expression itself",
    ast.Set: "write a list, [1, 2]",
    ast.SetComp: "write the elements one by one",
    ast.Slice: "a slice belongs in x[...]",
    ast.Starred: "write the arguments one by one",
    ast.While: "write the steps one by one",
}


def refusal(node: ast.AST) -> str:
    """Say that a part of a text is not understood, and what to write for it."""
    shown = text_of(node)
    match node:
        case ast.Attribute(attr=name):
            return f"{shown}: {_no_attribute(name)}"
        case ast.BinOp(op=ast.BitXor()):
            return f"{shown}: write ** for a power, not ^"
        case ast.BinOp(op=ast.LShift() | ast.RShift()):
            return f"{shown}: write x * 2**n"
        case ast.Compare(ops=[ast.In() | ast.NotIn() | ast.Is() | ast.IsNot(), *_]):
            return f"{shown}: compare with < <= > >= == or !="
        case ast.Constant(value=str() | bytes()):
            return f"{shown}: a text is only an option, as in einsum('ij,jk->ik', x, y)"
        case ast.Constant(value=bool() | None):
            return f"{shown}: only an option is {shown}, as in sum(x, axis=0, keepdims=True)"
        case ast.Constant(value=complex()):
            return f"{shown}: only real numbers are understood"
        case ast.Call(func=ast.Name() | ast.Attribute()):
            return f"{shown}: write the options by name, as in sum(x, axis=0)"
        case ast.UnaryOp(op=ast.Not()):
            return f"{shown}: write ~ before a comparison, ~(x > 0)"
    return f"{shown}: {INSTEAD.get(type(node), UNDERSTOOD)}"


def unknown_function(name: str) -> str:
    """Say that there is no function of a name, and which one may be meant."""
    bare = name.rpartition(".")[2]
    near = suggestion(OTHERWISE.get(bare, bare), FUNCTIONS, "{}(...)", 0.7)
    known = f"; there are {', '.join(n for n in sorted(FUNCTIONS) if '.' not in n)}"
    return f"{one_line(name)} is not a function here{near or one_line(known, 300, str)}"


def unknown_method(node: ast.AST, name: str) -> str:
    """Say that an array has no method of a name here."""
    if name in FUNCTIONS:
        return f"{text_of(node)}: write {name}(x) for x.{name}()"
    return f"{text_of(node)}: {_no_attribute(name)}"


def _no_attribute(name: str) -> str:
    if name in METHODS:
        return f"call it, as in x.{name}()"
    near = suggestion(name, [*ATTRIBUTES, *(f"{method}()" for method in METHODS)])
    return f"x.T, x.mT, x.shape and methods such as x.sum() are understood{near}"


def several(name: str, node: ast.AST) -> str:
    """Say that a second argument of the maximum could mean two things."""
    return (
        f"{text_of(node)}: {name} takes one argument here; of two values, write {name}imum(x, y), "
        f"and along an axis {name}(x, axis=0)"
    )


def without_value(name: str) -> str:
    """Say that a variable has no value."""
    return (
        f"{one_line(name)} has no value; add {one_line(name, text=str)}=NUMBER"
        f"{suggestion(OTHERWISE.get(name, name), FUNCTIONS, '{}(...)')}"
    )


def not_finite(node: ast.AST, function: Callable[..., Any], error: Exception, given: Any) -> str:
    """Say that a value does not exist, and at which arguments."""
    return f"{text_of(node)}: {_reason(error, function)}, at {', '.join(map(_short, given))}"


def _reason(error: Exception, function: Callable[..., Any]) -> str:
    text = str(error)
    if text.startswith("divide"):
        divides = function in (elementwise.divide, elementwise.reciprocal, power)
        return "division by zero" if divides else "the value is infinite"
    if text.startswith("overflow"):
        return "the value is too large"
    return "there is no real value" if text.startswith("invalid") else text


def _short(value: Any) -> str:
    if isinstance(value, (list, tuple, str)):
        return one_line(value, 30)
    data = np.asarray(value.data if isinstance(value, Tensor) else value)
    return f"{data.item():g}" if data.size == 1 else f"shape {data.shape}"


def text_of(node: ast.AST) -> str:
    """Return a part of a text on one line."""
    try:
        return one_line(ast.unparse(node), text=str)
    except (ValueError, RecursionError):
        return "the expression"
