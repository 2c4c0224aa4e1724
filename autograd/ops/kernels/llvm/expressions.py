"""Expressions of kernels: what is known now is computed by Python, all else is an instruction.

    WIDTH + 1              5
    x + y                  %3 = fadd float %1, %2
    a if c else b          %6 = select i1 %5, float %3, float %4

All parts of ``and``, ``or`` and ``a if c else b`` are computed, whichever is the result: what is
read there must be inside of its array, and what is divided by there must not be 0.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol, TypeAlias

from autograd.ops.kernels.llvm import libm, number_words, thread_words, vocabulary
from autograd.ops.kernels.llvm.instructions import Writer
from autograd.ops.kernels.llvm.refusals import NotAKernelError, not_a_kernel
from autograd.ops.kernels.llvm.types import INTEGER, Constant, Pointer, Type, Value

# What a parameter is: an array, a number, or a constant.
Given: TypeAlias = Pointer | Value | Constant
# What an expression may be besides: vectors that unrolled loops number, and nothing.
Found: TypeAlias = Given | dict[Any, Value] | None

WORDS = vocabulary.WORDS | number_words.WORDS | thread_words.WORDS | libm.WORDS

KNOWN: dict[type[ast.AST], Callable[..., Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.LShift: operator.lshift,
    ast.RShift: operator.rshift,
    ast.USub: operator.neg,
    ast.Not: operator.not_,
}
SHIFTS = {ast.LShift: "shl", ast.RShift: "ashr"}
ARITHMETIC = {ast.Add: "add", ast.Sub: "sub", ast.Mult: "mul", ast.Div: "div"}
COMPARED = {
    ast.Eq: ("eq", "oeq"),
    ast.NotEq: ("ne", "une"),
    ast.Lt: ("slt", "olt"),
    ast.LtE: ("sle", "ole"),
    ast.Gt: ("sgt", "ogt"),
    ast.GtE: ("sge", "oge"),
}


class Functions(Protocol):
    """What the body of a function asks of the module that it is in."""

    functions: Mapping[str, ast.FunctionDef]
    constants: Mapping[str, Constant]

    def called(self, name: str, given: Mapping[str, Given]) -> tuple[str, Type | None]:
        """Return the symbol of a function for such parameters, and what it returns."""

    def abreast(self) -> str:
        """Return a note for a loop of which a vector takes several turns at once."""


class Expressions:
    """The expressions of one function.

    Parameters
    ----------
    module : Functions
    name : str
        The function, for messages.
    writer : Writer

    Attributes
    ----------
    names : dict
        What each name stands for: a variable, that is its place on the stack, or what is known.
    unset : set of str
        Names that may have no value here, as they were set in a branch or a loop.
    """

    def __init__(self, module: Functions, name: str, writer: Writer) -> None:
        self.module = module
        self.name = name
        self.writer = writer
        self.names: dict[str, Any] = {}
        self.unset: set[str] = set()

    def refused(self, node: ast.AST, why: str = "") -> NotAKernelError:
        """Return the error of a text that kernels do not have."""
        return not_a_kernel(self.name, node, why)

    def value(self, node: ast.expr) -> Any:
        """Translate an expression."""
        handler = getattr(self, f"_value_of_{type(node).__name__.lower()}", None)
        if handler is None:
            raise self.refused(node)
        return handler(node)

    def condition(self, node: ast.expr) -> Value | bool:
        """Translate an expression that is asked whether it is true."""
        found = self.value(node)
        return self.writer.truth(found) if isinstance(found, Value) else bool(found)

    def places(self, node: ast.Subscript) -> list[Any]:
        """Translate what stands in the brackets of ``x[i, j]``."""
        several = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        return [self.value(place) for place in several]

    def _value_of_constant(self, node: ast.Constant) -> Any:
        if not isinstance(node.value, (int, float)):
            raise self.refused(node)
        return node.value

    def _value_of_name(self, node: ast.Name) -> Any:
        if node.id in self.unset or node.id not in self.names:
            if node.id in self.module.constants and node.id not in self.unset:
                return self.module.constants[node.id]
            raise NotAKernelError(f"{self.name}: {node.id} is used before it is set")
        found = self.names[node.id]
        return self.writer.read(found) if isinstance(found, Value) else found

    def _value_of_subscript(self, node: ast.Subscript) -> Any:
        array, places = self.value(node.value), self.places(node)
        if not isinstance(array, Pointer):
            return self.writer.read(array[tuple(places)])
        (place,) = places
        return self.writer.element(array, place)

    def _value_of_binop(self, node: ast.BinOp) -> Any:
        return self.binary(node, node.op, self.value(node.left), self.value(node.right))

    def binary(self, node: ast.AST, op: ast.operator, a: Any, b: Any) -> Any:
        """Compute with two numbers, for the text that says so."""
        if not isinstance(a, Value) and not isinstance(b, Value):
            return KNOWN[type(op)](a, b)
        a, b = self.writer.alike(a, b)
        if type(op) in SHIFTS and not a.type.is_float:
            return self.writer.new(f"{SHIFTS[type(op)]} {a}, {b.text}", a.type)
        if type(op) in ARITHMETIC:
            return self.writer.arithmetic(ARITHMETIC[type(op)], a, b)
        if isinstance(op, (ast.FloorDiv, ast.Mod)) and a.type == INTEGER:
            return self.writer.divided(a, b, remainder=isinstance(op, ast.Mod))
        raise self.refused(node)

    def _value_of_unaryop(self, node: ast.UnaryOp) -> Any:
        if isinstance(node.op, ast.Not):
            condition = self.condition(node.operand)
            if isinstance(condition, Value):
                return self.writer.opposite(condition)
            return not condition
        x = self.value(node.operand)
        if not isinstance(x, Value):
            return KNOWN[type(node.op)](x)
        if not isinstance(node.op, ast.USub):
            raise self.refused(node)
        if x.type.is_float:
            return self.writer.new(f"fneg {x}", x.type)
        return self.binary(node, ast.Sub(), 0, x)

    def _value_of_compare(self, node: ast.Compare) -> Any:
        if len(node.ops) != 1:
            raise self.refused(node)
        a, b = self.value(node.left), self.value(node.comparators[0])
        op = type(node.ops[0])
        if not isinstance(a, Value) and not isinstance(b, Value):
            return KNOWN[op](a, b)
        return self.writer.compare(*COMPARED[op], *self.writer.alike(a, b))

    def _value_of_boolop(self, node: ast.BoolOp) -> Any:
        found = [self.condition(x) for x in node.values]
        is_and = isinstance(node.op, ast.And)
        unknown = [x for x in found if isinstance(x, Value)]
        known = [x for x in found if not isinstance(x, Value)]
        if not unknown or (not all(known) if is_and else any(known)):
            return all(known) if is_and else any(known)
        result = unknown[0]
        for x in unknown[1:]:
            word = "and" if is_and else "or"
            result = self.writer.new(f"{word} {result}, {x.text}", result.type)
        return result

    def _value_of_ifexp(self, node: ast.IfExp) -> Any:
        condition = self.condition(node.test)
        if not isinstance(condition, Value):
            return self.value(node.body if condition else node.orelse)
        a, b = self.writer.alike(self.value(node.body), self.value(node.orelse))
        return self.writer.new(f"select {condition}, {a}, {b}", a.type)

    def _value_of_call(self, node: ast.Call) -> Any:
        if not isinstance(node.func, ast.Name):
            raise self.refused(node)
        args = [self.value(arg) for arg in _written_out(node.args)]
        named = {str(k.arg): self.value(k.value) for k in node.keywords}
        name = node.func.id
        if name in self.module.functions:
            return self._result_of(self.module.functions[name], args, named)
        if name in WORDS:
            return WORDS[name](self.writer, *args, **named)
        raise self.refused(node)

    def _result_of(
        self, function: ast.FunctionDef, args: Sequence[Any], named: dict[str, Any]
    ) -> Any:
        constants = {p.arg for p in function.args.kwonlyargs}
        given = {
            key: x if isinstance(x, Pointer) or key in constants else self.writer.as_value(x)
            for key, x in given_to(function, args, named).items()
        }
        symbol, result = self.module.called(function.name, given)
        passed = ", ".join(str(x) for x in given.values() if isinstance(x, (Pointer, Value)))
        if result is None:
            return self.writer.write(f"call void @{symbol}({passed})")
        return self.writer.new(f"call {result} @{symbol}({passed})", result)


def given_to(
    function: ast.FunctionDef, args: Sequence[Any], named: Mapping[str, Any]
) -> dict[str, Any]:
    """Return what each parameter of a function is given; none may be left out, as by a default."""
    names = [parameter.arg for parameter in function.args.args]
    wanted = {*names, *(parameter.arg for parameter in function.args.kwonlyargs)}
    given = {**dict(zip(names, args, strict=False)), **named}
    if len(args) > len(names) or len(given) < len(args) + len(named) or set(given) != wanted:
        raise TypeError(f"{function.name} takes {', '.join(sorted(wanted))}, each once")
    return given


def _written_out(args: Sequence[ast.expr]) -> list[ast.expr]:
    """Return arguments, those of ``*(x, y)`` one by one."""
    found: list[ast.expr] = []
    for arg in args:
        several = isinstance(arg, ast.Starred) and isinstance(arg.value, ast.Tuple)
        found += arg.value.elts if several else [arg]  # type: ignore[attr-defined]
    return found
