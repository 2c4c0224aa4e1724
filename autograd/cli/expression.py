"""The little language of ``glassgrad explain``: arithmetic and the engine's functions.

A text is parsed by Python and then walked, and only the kinds of node named here are computed.
Everything else, attributes, subscripts, strings, comprehensions, is refused.  Nothing is ever
passed to ``eval``.
"""

from __future__ import annotations

import ast
import math
import re
import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from autograd.core import context
from autograd.core.messages import one_line, suggestion
from autograd.core.mutation_guard import LocationNotes
from autograd.core.source_location import quote
from autograd.core.tensor import ArrayLike, Tensor
from autograd.core.types import Array, Scalar
from autograd.errors import ExpressionError, GlassgradError
from autograd.functions import activations, angles, arithmetic, norms, products, statistics
from autograd.ops import (
    elementwise,
    inverse_trigonometry,
    linalg,
    logarithms,
    logistic,
    piecewise,
    polar,
    reduce,
    rounding,
    special,
)
from autograd.ops.power import cbrt, power

LONGEST = 10_000
_OTHERWISE = {"ln": "log", "sgn": "sign", "average": "mean"}  # names from other places

OPERATORS: dict[type[ast.AST], Callable[..., Any]] = {
    ast.Add: elementwise.add,
    ast.Sub: elementwise.subtract,
    ast.Mult: elementwise.multiply,
    ast.Div: elementwise.divide,
    ast.Pow: power,
    ast.MatMult: linalg.matmul,
    ast.USub: elementwise.negative,
    ast.UAdd: elementwise.positive,
}

FUNCTIONS: dict[str, Callable[..., Any]] = {
    "abs": piecewise.absolute,
    "cbrt": cbrt,
    **{
        name: getattr(module, name)
        for module, known in (
            (elementwise, "arctan cos cosh exp expm1 log log1p reciprocal sin sinh sqrt tanh"),
            (logarithms, "exp2 log10 log2 logaddexp"),
            (inverse_trigonometry, "arccos arccosh arcsin arcsinh arctanh"),
            (polar, "arctan2 hypot"),
            (special, "erf erfc sinc"),
            (rounding, "ceil rint trunc"),
            (angles, "deg2rad rad2deg"),
            (piecewise, "absolute floor heaviside maximum minimum sign"),
            (arithmetic, "square tan"),
            (activations, "elu gelu leaky_relu log_sigmoid log_softmax logsumexp mish relu"),
            (activations, "selu silu softmax"),
            (logistic, "sigmoid softplus"),
            (reduce, "cumsum max min sum"),
            (statistics, "mean prod std var"),
            (products, "dot outer"),
            (linalg, "matmul"),
            (norms, "norm"),
        )
        for name in known.split()
    },
}

# NumPy's second argument is an axis, which has no use where the result must be one number.
OF_ONE = {"sum", "max", "min", "mean", "prod", "var", "std", "cumsum", "logsumexp", "norm"}

CONSTANTS = {"pi": math.pi, "e": math.e}


def evaluate(text: str, variables: Mapping[str, ArrayLike]) -> Tensor | Array | Scalar:
    """Compute an expression with values for its variables.

    Parameters
    ----------
    text : str
        Such as ``"1 / (1 + exp(-w * x))"``.
    variables : mapping from name to Tensor, array or number

    Returns
    -------
    Tensor, array or number

    Raises
    ------
    ExpressionError
        If the text is not an expression of this language, a variable has no value, or the value
        does not exist, as that of 1/0.

    Notes
    -----
    Every operation remembers which part of the expression it computes, as its ``place``.

    Examples
    --------
    >>> from autograd.cli.expression import evaluate
    >>> evaluate("2 * x ** 2", {"x": 3.0})
    np.float64(18.0)
    """
    tree = parse(text)
    lines = re.split("\r\n|\r|\n", text.strip())  # where Python breaks lines
    try:
        with np.errstate(divide="raise", over="raise", invalid="raise"):
            value: Tensor | Array | Scalar = _value(tree, variables, lines)
            return value
    except RecursionError:
        raise ExpressionError("the expression is nested too deeply") from None


def names(text: str) -> list[str]:
    """Return the variables of an expression in the order in which they stand there."""
    tree = parse(text)
    functions = {id(n.func) for n in ast.walk(tree) if isinstance(n, ast.Call)}
    found = [n for n in ast.walk(tree) if isinstance(n, ast.Name) and id(n) not in functions]
    found.sort(key=lambda n: (n.lineno, n.col_offset))
    return list(dict.fromkeys(n.id for n in found))


def parse(text: str) -> ast.expr:
    """Parse an expression, without looking at what is in it."""
    if len(text) > LONGEST:
        raise ExpressionError(f"the expression has {len(text)} characters; {LONGEST} are the most")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Python's advice on its own syntax
            return ast.parse(text.strip(), mode="eval").body
    except SyntaxError as error:
        raise ExpressionError(f"cannot read {one_line(text, text=str)!r}: {error.msg}") from None
    except (RecursionError, MemoryError):
        raise ExpressionError("cannot read the expression: it is nested too deeply") from None
    except ValueError as error:
        raise ExpressionError(f"cannot read {one_line(text, text=str)!r}: {error}") from None


def _value(node: ast.expr, variables: Mapping[str, Any], lines: Sequence[str]) -> Any:
    match node:
        case ast.Constant(value=int() | float() as number) if not isinstance(number, bool):
            return _finite(number)
        case ast.Name(id=name):
            return _look_up(name, variables)
        case ast.UnaryOp(op=op, operand=operand) if type(op) in OPERATORS:
            return _apply(node, OPERATORS[type(op)], [_value(operand, variables, lines)], lines)
        case ast.BinOp(left=ast.Constant(value=1 as one), op=ast.Div(), right=right) if (
            not isinstance(one, bool)
        ):
            return _apply(node, elementwise.reciprocal, [_value(right, variables, lines)], lines)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in OPERATORS:
            values = [_value(left, variables, lines), _value(right, variables, lines)]
            return _apply(node, OPERATORS[type(op)], values, lines)
        case ast.Call(func=ast.Name(id=name), args=args, keywords=[]) if name in FUNCTIONS:
            if name in OF_ONE and len(args) != 1:
                raise ExpressionError(_several(name, node))
            values = [_value(arg, variables, lines) for arg in args]
            return _apply(node, FUNCTIONS[name], values, lines)
    raise ExpressionError(_refusal(node))


def _finite(number: float) -> float:
    try:
        value = float(number)
    except OverflowError:
        value = math.inf
    if math.isinf(value):
        raise ExpressionError("a number in the expression is too large")
    return value


def _look_up(name: str, variables: Mapping[str, Any]) -> Any:
    if name in variables:
        return variables[name]
    if name in CONSTANTS:
        return CONSTANTS[name]
    if name in FUNCTIONS:
        raise ExpressionError(f"{name!r} is a function; call it, as in {name}(x)")
    raise ExpressionError(
        f"{one_line(name)} has no value; add {one_line(name, text=str)}=NUMBER"
        f"{suggestion(name, FUNCTIONS, '{}(...)')}"
    )


def _apply(
    node: ast.expr, function: Callable[..., Any], values: list[Any], lines: Sequence[str]
) -> Any:
    span = (node.lineno, node.end_lineno, node.col_offset, node.end_col_offset)
    place = quote(lines[node.lineno - 1], span)
    try:
        with context.changed(guard=LocationNotes(lambda: place)):
            return function(*values)
    except FloatingPointError as error:
        given = ", ".join(_short(v) for v in values)
        raise ExpressionError(f"{_text(node)}: {_reason(error, function)}, at {given}") from None
    except (GlassgradError, TypeError, ValueError) as error:
        raise ExpressionError(f"{_text(node)}: {error}") from None
    except MemoryError:
        raise ExpressionError(f"{_text(node)}: the value does not fit into memory") from None


def _reason(error: FloatingPointError, function: Callable[..., Any]) -> str:
    text = str(error)
    if text.startswith("divide"):
        divides = function in (elementwise.divide, elementwise.reciprocal, power)
        return "division by zero" if divides else "the value is infinite"
    if text.startswith("overflow"):
        return "the value is too large"
    return "there is no real value" if text.startswith("invalid") else text


def _short(value: ArrayLike) -> str:
    data = np.asarray(value.data if isinstance(value, Tensor) else value)
    return f"{data.item():g}" if data.size == 1 else f"shape {data.shape}"


def _refusal(node: ast.expr) -> str:
    shown = _text(node)
    match node:
        case ast.Call(func=ast.Name(id=name), keywords=[]):
            near = suggestion(_OTHERWISE.get(name, name), FUNCTIONS, "{}(...)")
            known = f"; there are {', '.join(sorted(FUNCTIONS))}"
            return f"{one_line(name)} is not a function here{near or known}"
        case ast.Call(func=ast.Name()):
            return f"{shown}: options by name are not understood here"
        case ast.BinOp(op=ast.BitXor()):
            return f"{shown}: write ** for a power, not ^"
    return f"{shown}: only numbers, names, + - * / ** @ and function calls are understood"


def _several(name: str, node: ast.expr) -> str:
    remedy = f"; of two values, write {name}imum(x, y)" if name in ("max", "min") else ""
    return f"{_text(node)}: {name} takes one argument here{remedy}"


def _text(node: ast.expr) -> str:
    try:
        return one_line(ast.unparse(node), text=str)
    except (ValueError, RecursionError):
        return "the expression"
