"""Computing a parsed text: a walk over its syntax tree, one kind of node after the other.

Only the kinds that `Evaluator` names are computed, with the words of `autograd.cli.vocabulary` and
within the bounds of `autograd.cli.limits`.  Everything else is refused.  No attribute of a value is
looked up: what stands after a dot is a word of the vocabulary, too.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from autograd.cli import complaints
from autograd.cli.complaints import refusal, text_of
from autograd.cli.limits import Budget
from autograd.cli.vocabulary import (
    ATTRIBUTES,
    CONSTANTS,
    DTYPES,
    FUNCTIONS,
    METHODS,
    OPERATORS,
    PREFIXES,
    WHOLE,
)
from autograd.core import context
from autograd.core.messages import one_line
from autograd.core.mutation_guard import LocationNotes
from autograd.core.source_location import quote
from autograd.core.tensor import Tensor, tensor
from autograd.errors import ExpressionError, GlassgradError
from autograd.ops import elementwise
from autograd.ops.index import getitem

# What the engine, Python and NumPy raise where an argument is wrong.
REFUSED = (GlassgradError, TypeError, ValueError, ArithmeticError, LookupError, RuntimeError)
EXACT = 2**53  # up to here every whole number is a float, too


class Evaluator:
    """Computes the statements of one text, one after another."""

    def __init__(self, variables: Mapping[str, Any], lines: Sequence[str]) -> None:
        self._given = variables
        self._values = dict(variables)
        self._lines = lines
        self._budget = Budget()

    def run(self, statements: Sequence[ast.stmt]) -> Any:
        """Compute all statements; return the value of the last one."""
        for statement in statements[:-1]:
            self._assign(statement)
        last = statements[-1]
        return self._value(last.value) if isinstance(last, ast.Expr) else self._assign(last)

    def _assign(self, statement: ast.stmt) -> Any:
        """Compute an assignment; return the value that it gave a name, the last one of several."""
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=node):
                pairs = [(name, self._value(node))]
            case ast.Assign(targets=[ast.Tuple(elts=parts) | ast.List(elts=parts)], value=node):
                targets = [part.id for part in parts if isinstance(part, ast.Name)]
                if not targets or len(targets) < len(parts):
                    raise ExpressionError(refusal(statement))
                pairs = list(zip(targets, self._parts(node, len(targets)), strict=True))
            case ast.Expr(value=node):
                said = f"{text_of(node)}: its value is not used; write NAME = before it"
                raise ExpressionError(said)
            case _:
                raise ExpressionError(refusal(statement))
        for name, value in pairs:
            self._values[name] = self._named(name, value)
        return self._values[pairs[-1][0]]

    def _named(self, name: str, value: Any) -> Any:
        """Let a tensor bear the name that it is assigned to; constants become tensors."""
        if name in self._given:
            raise ExpressionError(
                f"{one_line(name)} has a value and is computed, too; "
                f"leave out {one_line(name, text=str)}=..., or give the result another name"
            )
        if isinstance(value, (list, np.ndarray)) and not _has_tensors(value):
            value = tensor(np.asarray(value, float) if isinstance(value, list) else value)
        if isinstance(value, Tensor) and value.name is None:
            value.name = name
        return value

    def _parts(self, node: ast.expr, count: int) -> list[Any]:
        value = self._value(node)
        if isinstance(value, Tensor) and value.ndim and len(value) == count:
            value = [self._apply(node, getitem, [value, i]) for i in range(count)]
        if not isinstance(value, (list, tuple)) or len(value) != count:
            raise ExpressionError(f"{text_of(node)}: it does not have {count} parts to assign")
        return list(value)

    def _value(self, node: ast.expr) -> Any:
        match node:
            case ast.Constant(value=int() | float() as number) if not isinstance(number, bool):
                return _finite(number)
            case ast.Name(id=name):
                return self._look_up(name)
            case ast.UnaryOp(op=op, operand=operand) if type(op) in OPERATORS:
                return self._operate(node, op, [self._value(operand)])
            case ast.BinOp(left=left, op=op, right=right) if type(op) in OPERATORS:
                return self._operate(node, op, [self._value(left), self._value(right)])
            case ast.Compare(left=left, ops=ops, comparators=others):
                return self._compare(node, ops, [left, *others])
            case ast.List(elts=parts) | ast.Tuple(elts=parts):
                kind = list if isinstance(node, ast.List) else tuple
                return kind(_truths(parts) or map(self._value, parts))
            case ast.Subscript(value=of, slice=index):
                return self._pick(node, self._value(of), self._index(index))
            case ast.Call(func=function, args=args, keywords=keywords):
                return self._call(node, function, args, keywords)
            case ast.Attribute(value=of, attr=name):
                return self._attribute(node, of, name)
        raise ExpressionError(refusal(node))

    def _look_up(self, name: str) -> Any:
        if name in self._values:
            return self._values[name]
        if name in CONSTANTS:
            return CONSTANTS[name]
        if name in FUNCTIONS:
            raise ExpressionError(f"{name!r} is a function; call it, as in {name}(x)")
        raise ExpressionError(complaints.without_value(name))

    def _operate(self, node: ast.expr, op: ast.AST, values: list[Any]) -> Any:
        if type(op) in WHOLE and all(type(x) is int for x in values):
            return _finite(WHOLE[type(op)](*values))
        first, *rest = map(_as_operand, values)
        if type(op) is ast.Div and type(first) is float and first == 1:  # the lecture's gate
            return self._apply(node, elementwise.reciprocal, rest)
        return self._apply(node, OPERATORS[type(op)], [first, *rest])

    def _compare(self, node: ast.expr, ops: Sequence[ast.AST], parts: Sequence[ast.expr]) -> Any:
        if not all(type(op) in OPERATORS for op in ops):
            raise ExpressionError(refusal(node))
        values = [_as_operand(self._value(part)) for part in parts]
        pairs = zip(ops, values, values[1:], strict=False)
        first, *rest = (self._apply(node, OPERATORS[type(op)], [x, y]) for op, x, y in pairs)
        for other in rest:  # 0 < x < 1
            first = self._apply(node, OPERATORS[ast.BitAnd], [first, other])
        return first

    def _index(self, node: ast.expr) -> Any:
        match node:
            case ast.Tuple(elts=parts):
                return tuple(map(self._index, parts))
            case ast.Slice(lower=lower, upper=upper, step=step):
                return slice(*(None if x is None else self._value(x) for x in (lower, upper, step)))
            case ast.Constant(value=None) | ast.Constant(value=bool()):
                return node.value
            case ast.Constant() if node.value is ...:
                return node.value
            case ast.Attribute(value=ast.Name(id=prefix), attr="newaxis") if prefix in PREFIXES:
                return None
        return self._value(node)

    def _pick(self, node: ast.expr, value: Any, index: Any) -> Any:
        if not isinstance(value, (list, tuple)):
            return self._apply(node, getitem, [value, index])
        if not isinstance(index, (int, slice)) or isinstance(index, bool):
            raise ExpressionError(f"{text_of(node)}: of several arrays, choose one by a number")
        try:
            return value[index]
        except (IndexError, TypeError, ValueError) as error:
            raise ExpressionError(f"{text_of(node)}: {error}") from None

    def _attribute(self, node: ast.expr, of: ast.expr, name: str) -> Any:
        word = self._word(node)
        if word in CONSTANTS:
            return CONSTANTS[word]
        if word is not None:
            raise ExpressionError(
                f"{text_of(node)} is a function; call it, as in {text_of(node)}(x)"
                if word in FUNCTIONS
                else complaints.unknown_function(text_of(node))
            )
        if name not in ATTRIBUTES:
            raise ExpressionError(refusal(node))
        return self._apply(node, ATTRIBUTES[name], [_as_tensor(self._value(of))])

    def _word(self, node: ast.expr) -> str | None:
        """Return a name of the vocabulary without ``np.`` or ``ag.`` before it, if it is one."""
        parts = []
        while isinstance(node, ast.Attribute):
            parts.append(node.attr)
            node = node.value
        if not isinstance(node, ast.Name) or node.id in self._values:
            return None
        if node.id == "linalg" or not parts:
            parts.append(node.id)
        elif node.id not in PREFIXES:
            return None
        return ".".join(reversed(parts))

    def _call(
        self,
        node: ast.expr,
        function: ast.expr,
        args: Sequence[ast.expr],
        keywords: Sequence[ast.keyword],
    ) -> Any:
        if any(keyword.arg is None for keyword in keywords):
            raise ExpressionError(refusal(node))
        called, values = self._called(node, function)
        if called in (FUNCTIONS["max"], FUNCTIONS["min"]) and not values and len(args) > 1:
            raise ExpressionError(complaints.several(called.__name__, node))
        values += [self._argument(arg) for arg in args]
        options = {str(k.arg): self._option(k.value) for k in keywords}
        return self._apply(node, called, values, options)

    def _called(self, node: ast.expr, function: ast.expr) -> tuple[Callable[..., Any], list[Any]]:
        """Return a function of the vocabulary, and the tensor of which it is a method."""
        word = function.id if isinstance(function, ast.Name) else self._word(function)
        if word in FUNCTIONS:
            return FUNCTIONS[word], []
        if word is not None:
            raise ExpressionError(complaints.unknown_function(text_of(function)))
        if not isinstance(function, ast.Attribute):
            raise ExpressionError(refusal(function))
        if function.attr not in METHODS:
            raise ExpressionError(complaints.unknown_method(node, function.attr))
        return METHODS[function.attr], [_as_tensor(self._value(function.value))]

    def _argument(self, node: ast.expr) -> Any:
        """Return an argument, which may be a text that chooses an option."""
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            return node.value
        return self._value(node)

    def _option(self, node: ast.expr) -> Any:
        """Return an argument given by name, which may also be True, False, None or a dtype."""
        if isinstance(node, ast.Constant) and (node.value is None or _is_constant(node, bool)):
            return node.value
        word = self._word(node)
        return word if word in DTYPES else self._argument(node)

    def _apply(
        self,
        node: ast.expr,
        function: Callable[..., Any],
        values: list[Any],
        options: Mapping[str, Any] = {},
    ) -> Any:
        """Call a function within the budget; what it raises becomes one line with its part."""
        span = (node.lineno, node.end_lineno, node.col_offset, node.end_col_offset)
        place = quote(self._lines[node.lineno - 1], span)
        primitive = getattr(function, "primitive", None)
        if primitive is not None and primitive.elementwise:
            inputs = primitive.arity or len(values)
            values = [*map(_as_operand, values[:inputs]), *values[inputs:]]
        try:
            self._budget.check(function, values, options)
            with context.changed(guard=LocationNotes(lambda: place)):
                return self._budget.spend(function(*values, **options))
        except FloatingPointError as error:
            said = complaints.not_finite(node, function, error, values)
            raise ExpressionError(said) from None
        except RecursionError:
            raise
        except REFUSED as error:
            raise ExpressionError(f"{text_of(node)}: {error}") from None
        except MemoryError:
            raise ExpressionError(f"{text_of(node)}: the value does not fit into memory") from None


def _finite(number: float) -> float:
    """Return a number as it is computed with: a whole one stays whole while it is exact."""
    try:
        value = float(number)
    except OverflowError:
        value = math.inf
    if math.isinf(value):
        raise ExpressionError("a number in the expression is too large")
    return number if isinstance(number, int) and abs(number) <= EXACT else value


def _as_operand(x: Any) -> Any:
    """Return what arithmetic computes with: whole numbers become real ones."""
    if type(x) is int:
        return float(x)
    if isinstance(x, (list, tuple)) and not _has_tensors(x):
        array = np.asarray(x)
        return array.astype(float) if array.dtype.kind in "iu" else array
    return x


def _as_tensor(x: Any) -> Tensor:
    return x if isinstance(x, Tensor) else tensor(_as_operand(x))


def _has_tensors(x: Any) -> bool:
    return isinstance(x, Tensor) or (isinstance(x, (list, tuple)) and any(map(_has_tensors, x)))


def _truths(nodes: Sequence[ast.expr]) -> list[bool]:
    """Return the elements of a list of nothing but True and False."""
    constants = [node.value for node in nodes if isinstance(node, ast.Constant)]
    truths = [value for value in constants if isinstance(value, bool)]
    return truths if len(truths) == len(nodes) else []


def _is_constant(node: ast.expr, kind: type) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, kind)
