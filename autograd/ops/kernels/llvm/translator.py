"""From kernels in Python to the language of LLVM.

A kernel's positional parameters are arrays and numbers; those that can only be given by name are
constants, for which it is compiled: how many registers it uses, how wide they are.  An expression
is therefore either known now, and computed by Python, or becomes an instruction.  A variable is a
place on the stack; LLVM moves it to a register.

    x + y                  %3 = fadd float %1, %2
    for i in range(n):     a block that tests, one that is the body, and a branch back
    for i in unroll(4):    the body, four times
    if CONSTANT:           one of the two branches, or nothing

The words of `autograd.ops.kernels.llvm.words` are translated in
`autograd.ops.kernels.llvm.instructions`.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from autograd.ops.kernels.llvm import instructions, libm, number_words
from autograd.ops.kernels.llvm.instructions import Writer
from autograd.ops.kernels.llvm.types import (
    CONDITION,
    INTEGER,
    Constant,
    Pointer,
    Type,
    Value,
)

# What a kernel's parameter is: an array, a number, or a constant.
Given: TypeAlias = Pointer | Value | Constant

WORDS = instructions.WORDS | number_words.WORDS | libm.WORDS

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


class NotAKernelError(TypeError):
    """A function uses what kernels do not have."""


@dataclass(frozen=True)
class Source:
    """What stands in a text: functions, and constants such as ``HEIGHT = 5``."""

    functions: Mapping[str, ast.FunctionDef]
    constants: Mapping[str, Constant]


def read(text: str) -> Source:
    """Read a text of kernels."""
    body = ast.parse(text).body
    functions = {node.name: node for node in body if isinstance(node, ast.FunctionDef)}
    constants = {
        ast.unparse(node.targets[0]): node.value.value
        for node in body
        if isinstance(node, ast.Assign)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, (int, float))
    }
    return Source(functions, constants)


def translated(
    source: Source,
    name: str,
    given: Mapping[str, Pointer | Type],
    constants: Mapping[str, Constant],
    apart: bool = False,
) -> str:
    """Translate a kernel, and the functions that it calls.

    Parameters
    ----------
    source : Source
    name : str
        The one that is called from outside.
    given : mapping
        Its parameters: arrays, whose dtype counts, and numbers.
    constants : mapping
        What is known: those that can only be given by name.
    apart : bool
        Whether functions without a result stay functions that are called; LLVM decides if not.

    Returns
    -------
    str
        A module of LLVM with one function of that name.
    """
    module = Module(source, apart)
    parameters = {
        key: Pointer(f"%{key}", x.dtype) if isinstance(x, Pointer) else Value(f"%{key}", x)
        for key, x in given.items()
    }
    module.add(name, name, {**parameters, **constants}, outside=True)
    return module.text()


class Module:
    """The functions that are translated so far: each once for every kinds of its parameters."""

    def __init__(self, source: Source, apart: bool = False) -> None:
        self.functions = source.functions
        self.constants = source.constants
        self.apart = apart
        self.known: dict[tuple[Any, ...], tuple[str, Type | None]] = {}
        self.texts: list[str] = []
        self.declared: dict[str, str] = {}
        self.loops = 0

    def text(self) -> str:
        """Return the text of the module."""
        return "\n\n".join([*self.texts, *self.declared.values(), *self._notes()])

    def abreast(self) -> str:
        """Return a note for a loop: its last vector is partly filled, and no turn is left over."""
        self.loops += 1
        return f", !llvm.loop !{self.loops}"

    def _notes(self) -> list[str]:
        if not self.loops:
            return []
        notes = [f"!{n} = distinct !{{!{n}, !0}}" for n in range(1, self.loops + 1)]
        filled = '!0 = !{!"llvm.loop.vectorize.predicate.enable", i1 true}'
        return ["\n".join([filled, *notes])]

    def add(self, name: str, symbol: str, given: Mapping[str, Given], outside: bool) -> Type | None:
        """Translate a function; return what it returns."""
        body = Body(self, self.functions[name], given)
        result = body.translate()
        kind = "" if outside else "internal "
        passed = ", ".join(
            f"ptr noalias {x.text}" if isinstance(x, Pointer) else str(x)
            for x in given.values()
            if isinstance(x, (Pointer, Value))
        )
        how = " noinline" if self.apart and not outside and result is None else ""
        head = f"define {kind}{result or 'void'} @{symbol}({passed}){how} {{"
        self.texts.append("\n".join([head, *body.writer.lines(), "}"]))
        return result

    def called(self, name: str, given: Mapping[str, Given]) -> tuple[str, Type | None]:
        """Return the symbol of a function for such parameters, and what it returns."""
        kinds = [
            x.dtype if isinstance(x, Pointer) else x.type if isinstance(x, Value) else x
            for x in given.values()
        ]
        key = (name, *given, *kinds, *map(type, kinds))
        if key not in self.known:
            symbol = f"{name}.{len(self.known)}"
            inside: dict[str, Given] = {
                k: Pointer(f"%{k}", x.dtype)
                if isinstance(x, Pointer)
                else Value(f"%{k}", x.type)
                if isinstance(x, Value)
                else x
                for k, x in given.items()
            }
            self.known[key] = symbol, self.add(name, symbol, inside, outside=False)
        return self.known[key]


class Body:
    """The body of one function, statement by statement."""

    def __init__(
        self, module: Module, function: ast.FunctionDef, given: Mapping[str, Given]
    ) -> None:
        self.module = module
        self.function = function
        self.writer = Writer(module.declared)
        self.names: dict[str, Any] = {}
        for name, x in given.items():
            self.names[name] = x if isinstance(x, (Pointer, int, float)) else self._kept(x)
        self.result: Type | None = None

    def translate(self) -> Type | None:
        """Translate the whole body; return the type of its result."""
        self._run(self.function.body)
        if self.result is None:
            self.writer.write("ret void")
        return self.result

    def _run(self, statements: Sequence[ast.stmt]) -> None:
        for statement in statements:
            handler = getattr(self, f"_{type(statement).__name__.lower()}", None)
            if handler is None:
                raise self._refused(statement)
            handler(statement)

    def _refused(self, node: ast.AST) -> NotAKernelError:
        return NotAKernelError(f"{self.function.name}: kernels have no `{ast.unparse(node)}`")

    # Statements

    def _expr(self, statement: ast.Expr) -> None:
        if not isinstance(statement.value, ast.Constant):  # a docstring
            self._value(statement.value)

    def _pass(self, statement: ast.Pass) -> None:
        pass

    def _return(self, statement: ast.Return) -> None:
        if statement is not self.function.body[-1] or statement.value is None:
            raise self._refused(statement)
        value = self.writer.as_value(self._value(statement.value))
        self.writer.write(f"ret {value}")
        self.result = value.type

    def _assign(self, statement: ast.Assign) -> None:
        (target,) = statement.targets
        self._set(target, self._value(statement.value))

    def _augassign(self, statement: ast.AugAssign) -> None:
        before = self._value(statement.target)
        self._set(
            statement.target, self._binary(statement.op, before, self._value(statement.value))
        )

    def _set(self, target: ast.expr, value: Any) -> None:
        writer = self.writer
        if isinstance(target, ast.Subscript):
            array, places = self._value(target.value), self._places(target)
            if isinstance(array, Pointer):
                writer.store(array, places[0], value)
            else:
                writer.assign(array[tuple(places)], value)
        elif not isinstance(target, ast.Name):
            raise self._refused(target)
        elif isinstance(value, (dict, Pointer)):
            self.names[target.id] = value
        elif isinstance(known := self.names.get(target.id), Value):
            writer.assign(known, value)
        else:
            self.names[target.id] = self._kept(writer.as_value(value))

    def _kept(self, value: Value) -> Value:
        """Give a value a place on the stack; it is written ``ptr`` and read when it is used."""
        place = self.writer.place(value.type)
        self.writer.assign(place, value)
        return place

    def _for(self, statement: ast.For) -> None:
        call = statement.iter
        if not isinstance(call, ast.Call) or not isinstance(statement.target, ast.Name):
            raise self._refused(statement)
        bounds = [self._value(arg) for arg in call.args]
        if ast.unparse(call.func) == "unroll":
            for number in range(bounds[0]):
                self.names[statement.target.id] = number
                self._run(statement.body)
        elif ast.unparse(call.func) in ("range", "abreast"):
            note = self.module.abreast() if ast.unparse(call.func) == "abreast" else ""
            self._loop(statement.target.id, bounds, statement.body, note)
        else:
            raise self._refused(call)

    def _loop(
        self, name: str, bounds: Sequence[Any], body: Sequence[ast.stmt], note: str = ""
    ) -> None:
        writer = self.writer
        first, last = bounds[:2] if len(bounds) > 1 else (0, bounds[0])
        step = bounds[2] if len(bounds) > 2 else 1
        first, last, step = (writer.as_value(x) for x in (first, last, step))
        number = self.names[name] = self._kept(first)
        test, inside, behind = writer.label(), writer.label(), writer.label()
        writer.begin(test)
        writer.branch(writer.compare("slt", "olt", writer.read(number), last), inside, behind)
        writer.begin(inside, after_branch=True)
        self._run(body)
        writer.assign(number, writer.arithmetic("add", writer.read(number), step))
        writer.jump(test, note)
        writer.begin(behind, after_branch=True)

    def _if(self, statement: ast.If) -> None:
        writer = self.writer
        condition = self._value(statement.test)
        if not isinstance(condition, Value):
            self._run(statement.body if condition else statement.orelse)
            return
        then, other, behind = writer.label(), writer.label(), writer.label()
        writer.branch(condition, then, other)
        for label, body in ((then, statement.body), (other, statement.orelse)):
            writer.begin(label, after_branch=True)
            self._run(body)
            writer.jump(behind)
        writer.begin(behind, after_branch=True)

    # Expressions: what is known is a number of Python's, all else a `Value`

    def _value(self, node: ast.expr) -> Any:
        handler = getattr(self, f"_value_of_{type(node).__name__.lower()}", None)
        if handler is None:
            raise self._refused(node)
        return handler(node)

    def _value_of_constant(self, node: ast.Constant) -> Any:
        return node.value

    def _value_of_name(self, node: ast.Name) -> Any:
        if node.id not in self.names:
            if node.id in self.module.constants:
                return self.module.constants[node.id]
            raise NotAKernelError(f"{self.function.name}: {node.id} is used before it is set")
        found = self.names[node.id]
        return self.writer.read(found) if isinstance(found, Value) else found

    def _places(self, node: ast.Subscript) -> list[Any]:
        several = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        return [self._value(place) for place in several]

    def _value_of_subscript(self, node: ast.Subscript) -> Any:
        array, places = self._value(node.value), self._places(node)
        if isinstance(array, Pointer):
            return self.writer.element(array, places[0])
        return self.writer.read(array[tuple(places)])

    def _value_of_binop(self, node: ast.BinOp) -> Any:
        return self._binary(node.op, self._value(node.left), self._value(node.right))

    def _binary(self, op: ast.operator, a: Any, b: Any) -> Any:
        if not isinstance(a, Value) and not isinstance(b, Value):
            return KNOWN[type(op)](a, b)
        a, b = self.writer.alike(a, b)
        if type(op) in SHIFTS and not a.type.is_float:
            return self.writer.new(f"{SHIFTS[type(op)]} {a}, {b.text}", a.type)
        if type(op) in ARITHMETIC:
            return self.writer.arithmetic(ARITHMETIC[type(op)], a, b)
        if isinstance(op, (ast.FloorDiv, ast.Mod)) and a.type == INTEGER:
            return self.writer.divided(a, b, remainder=isinstance(op, ast.Mod))
        raise NotAKernelError(f"{self.function.name}: kernels have no {type(op).__name__}")

    def _value_of_unaryop(self, node: ast.UnaryOp) -> Any:
        x = self._value(node.operand)
        if not isinstance(x, Value):
            return KNOWN[type(node.op)](x)
        if isinstance(node.op, ast.Not):
            return self.writer.new(f"xor {x}, true", CONDITION)
        if x.type.is_float:
            return self.writer.new(f"fneg {x}", x.type)
        return self._binary(ast.Sub(), 0, x)

    def _value_of_compare(self, node: ast.Compare) -> Any:
        if len(node.ops) != 1:
            raise self._refused(node)
        a, b = self._value(node.left), self._value(node.comparators[0])
        op = type(node.ops[0])
        if not isinstance(a, Value) and not isinstance(b, Value):
            return KNOWN[op](a, b)
        return self.writer.compare(*COMPARED[op], *self.writer.alike(a, b))

    def _value_of_boolop(self, node: ast.BoolOp) -> Any:
        found = [self._value(x) for x in node.values]
        is_and = isinstance(node.op, ast.And)
        unknown = [x for x in found if isinstance(x, Value)]
        known = [bool(x) for x in found if not isinstance(x, Value)]
        if not unknown or (not all(known) if is_and else any(known)):
            return all(known) if is_and else any(known)
        result = unknown[0]
        for x in unknown[1:]:
            word = "and" if is_and else "or"
            result = self.writer.new(f"{word} {result}, {x.text}", result.type)
        return result

    def _value_of_ifexp(self, node: ast.IfExp) -> Any:
        condition = self._value(node.test)
        if not isinstance(condition, Value):
            return self._value(node.body if condition else node.orelse)
        a, b = self.writer.alike(self._value(node.body), self._value(node.orelse))
        return self.writer.new(f"select {condition}, {a}, {b}", a.type)

    def _value_of_call(self, node: ast.Call) -> Any:
        if not isinstance(node.func, ast.Name):
            raise self._refused(node)
        args = [self._value(arg) for arg in _written_out(node.args)]
        named = {str(k.arg): self._value(k.value) for k in node.keywords}
        name = node.func.id
        if name in self.module.functions:
            return self._call(self.module.functions[name], args, named)
        if name in WORDS:
            return WORDS[name](self.writer, *args, **named)
        raise self._refused(node)

    def _call(self, function: ast.FunctionDef, args: Sequence[Any], named: dict[str, Any]) -> Any:
        names = [parameter.arg for parameter in function.args.args]
        constants = {p.arg for p in function.args.kwonlyargs}
        given = {
            key: x if isinstance(x, Pointer) or key in constants else self.writer.as_value(x)
            for key, x in {**dict(zip(names, args, strict=False)), **named}.items()
        }
        symbol, result = self.module.called(function.name, given)
        passed = ", ".join(str(x) for x in given.values() if isinstance(x, (Pointer, Value)))
        if result is None:
            return self.writer.write(f"call void @{symbol}({passed})")
        return self.writer.new(f"call {result} @{symbol}({passed})", result)


def _written_out(args: Sequence[ast.expr]) -> list[ast.expr]:
    """Return arguments, those of ``*(x, y)`` one by one."""
    found: list[ast.expr] = []
    for arg in args:
        several = isinstance(arg, ast.Starred) and isinstance(arg.value, ast.Tuple)
        found += arg.value.elts if several else [arg]  # type: ignore[attr-defined]
    return found
