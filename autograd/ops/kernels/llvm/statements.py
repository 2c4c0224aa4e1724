"""Statements of kernels, one after another.

A variable is a place on the stack; LLVM moves it to a register.

    for i in range(n):     a block that tests, one that is the body, and a branch back
    for i in unroll(4):    the body, four times
    while n > 0:           the same, without a number
    if CONSTANT:           one of the two branches, or nothing

What would mean something else than in Python is refused: to use a variable that was set in only one
branch, or in a loop, which may run no time; the number of a loop behind it; to set that number
inside of it; to give a constant or an array's name another meaning in a loop.  The step of a
``range``, if it is not known, must be positive.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from autograd.ops.kernels.llvm.expressions import Expressions, Functions, Given
from autograd.ops.kernels.llvm.instructions import Writer
from autograd.ops.kernels.llvm.refusals import refusing
from autograd.ops.kernels.llvm.types import INTEGER, Pointer, Type, Value


class Body(Expressions):
    """The body of one function, statement by statement.

    Parameters
    ----------
    module : Functions
    function : FunctionDef
    given : mapping
        Its parameters.
    writer : Writer
    """

    def __init__(
        self,
        module: Functions,
        function: ast.FunctionDef,
        given: Mapping[str, Given],
        writer: Writer,
    ) -> None:
        super().__init__(module, function.name, writer)
        self.function = function
        self.result: Type | None = None
        self.counting: set[str] = set()  # the numbers of the loops around a statement
        for name, x in given.items():
            self.names[name] = self._kept(x) if isinstance(x, Value) else x

    def translate(self) -> Type | None:
        """Translate the whole body; return the type of its result."""
        self._run(self.function.body)
        if self.result is None:
            self.writer.write("ret void")
        return self.result

    def _run(self, statements: Sequence[ast.stmt]) -> None:
        for statement in statements:
            handler = getattr(self, f"_run_{type(statement).__name__.lower()}", None)
            if handler is None:
                raise self.refused(statement)
            with refusing(self.name, statement):
                handler(statement)

    def _run_expr(self, statement: ast.Expr) -> None:
        is_docstring = isinstance(statement.value, ast.Constant)
        if not is_docstring:
            self.value(statement.value)

    def _run_pass(self, statement: ast.Pass) -> None:
        pass

    def _run_return(self, statement: ast.Return) -> None:
        if statement is not self.function.body[-1] or statement.value is None:
            raise self.refused(statement, "a value is returned at the end alone")
        value = self.writer.as_value(self.value(statement.value))
        self.writer.write(f"ret {value}")
        self.result = value.type

    # Variables

    def _run_assign(self, statement: ast.Assign) -> None:
        (target,) = statement.targets
        self._set(target, self.value(statement.value))

    def _run_augassign(self, statement: ast.AugAssign) -> None:
        before, more = self.value(statement.target), self.value(statement.value)
        self._set(statement.target, self.binary(statement, statement.op, before, more))

    def _set(self, target: ast.expr, value: Any) -> None:
        if isinstance(target, ast.Subscript):
            self._set_element(target, value)
        elif isinstance(target, ast.Name):
            self._set_name(target, value)
        else:
            raise self.refused(target)

    def _set_element(self, target: ast.Subscript, value: Any) -> None:
        array, places = self.value(target.value), self.places(target)
        if isinstance(array, Pointer):
            (place,) = places
            self.writer.store(array, place, value)
        else:
            self.writer.assign(array[tuple(places)], value)

    def _set_name(self, target: ast.Name, value: Any) -> None:
        name = target.id
        if name in self.counting:
            raise self.refused(target, "the number of a loop is set inside of it")
        if isinstance(value, (dict, Pointer)):
            self.names[name] = value
        else:
            self._set_variable(name, value)
        self.unset.discard(name)

    def _set_variable(self, name: str, value: Any) -> None:
        known, type = self.names.get(name), self.writer.as_value(value).type
        if isinstance(known, Value) and (name not in self.unset or known.type == type):
            self.writer.assign(known, value)
        else:
            self.names[name] = self._kept(self.writer.as_value(value))

    def _kept(self, value: Value) -> Value:
        """Give a value a place on the stack; it is written ``ptr`` and read when it is used."""
        place = self.writer.place(value.type)
        self.writer.assign(place, value)
        return place

    # Loops

    def _run_for(self, statement: ast.For) -> None:
        call, target = statement.iter, statement.target
        if not isinstance(call, ast.Call) or not isinstance(target, ast.Name) or statement.orelse:
            raise self.refused(statement)
        bounds = [self.value(arg) for arg in call.args]
        loops = {"unroll": self._unrolled, "range": self._loop, "abreast": self._abreast}
        loop = loops.get(ast.unparse(call.func))
        if loop is None or call.keywords or target.id in self.counting:
            raise self.refused(statement)
        self.counting.add(target.id)
        loop(target.id, bounds, statement.body)
        self.counting.remove(target.id)
        self.unset.add(target.id)

    def _unrolled(self, name: str, bounds: Sequence[Any], body: Sequence[ast.stmt]) -> None:
        (count,) = bounds
        for number in range(count):
            self.names[name] = number
            self.unset.discard(name)
            self._run(body)

    def _abreast(self, name: str, bounds: Sequence[Any], body: Sequence[ast.stmt]) -> None:
        (count,) = bounds
        self._loop(name, [count], body, self.module.abreast())

    def _loop(
        self, name: str, bounds: Sequence[Any], body: Sequence[ast.stmt], note: str = ""
    ) -> None:
        writer = self.writer
        first, last, step = map(writer.as_value, bounds_of(bounds))
        if not first.type == last.type == step.type == INTEGER:
            raise TypeError("the bounds of a loop are integers")
        number = self.names[name] = self._kept(first)
        self.unset.discard(name)
        before = "sgt" if step.text.startswith("-") else "slt"

        def goes_on() -> Value:
            return writer.compare(before, "", writer.read(number), last)

        def turn() -> None:
            self._repeated(body)
            writer.assign(number, writer.arithmetic("add", writer.read(number), step))

        self._turns(goes_on, turn, note)

    def _run_while(self, statement: ast.While) -> None:
        if statement.orelse:
            raise self.refused(statement)

        def goes_on() -> Value:
            return self.writer.truth(self.writer.as_value(self.value(statement.test)))

        self._turns(goes_on, lambda: self._repeated(statement.body))

    def _turns(
        self, goes_on: Callable[[], Value], turn: Callable[[], None], note: str = ""
    ) -> None:
        """Write a test, a turn of the loop, and a jump back."""
        writer = self.writer
        test, inside, behind = writer.label(), writer.label(), writer.label()
        writer.begin(test)
        writer.branch(goes_on(), inside, behind)
        writer.begin(inside, after_branch=True)
        turn()
        writer.jump(test, note)
        writer.begin(behind, after_branch=True)

    def _repeated(self, body: Sequence[ast.stmt]) -> None:
        """Translate the body of a loop, which may run no time, and more than once."""
        names, unset = dict(self.names), set(self.unset)
        self._run(body)
        self._check_same(names, unset)
        self.unset = unset | (self.names.keys() - names.keys())

    def _check_same(self, names: Mapping[str, Any], unset: set[str]) -> None:
        """Refuse that names which had a meaning have another one."""
        for name in names.keys() - unset:
            if self.names[name] is not names[name]:
                raise TypeError(f"{name} becomes something else")

    # Branches

    def _run_if(self, statement: ast.If) -> None:
        writer = self.writer
        condition = self.condition(statement.test)
        if not isinstance(condition, Value):
            self._run(statement.body if condition else statement.orelse)
            return
        then, other, behind = writer.label(), writer.label(), writer.label()
        names, unset = dict(self.names), set(self.unset)
        writer.branch(condition, then, other)
        self._branch(then, statement.body, behind)
        self._check_same(names, unset)
        names_then, unset_then = dict(self.names), self.unset
        self.unset = unset | (names_then.keys() - names.keys())
        self._branch(other, statement.orelse, behind)
        self._check_same(names, unset)
        writer.begin(behind, after_branch=True)
        self.unset |= unset_then  # what is set behind is the same in both branches
        self.unset |= {n for n in self.names if self.names[n] is not names_then.get(n)}

    def _branch(self, label: str, body: Sequence[ast.stmt], behind: str) -> None:
        self.writer.begin(label, after_branch=True)
        self._run(body)
        self.writer.jump(behind)


def bounds_of(given: Sequence[Any]) -> tuple[Any, Any, Any]:
    """Return beginning, end and step of a ``range``."""
    if not 1 <= len(given) <= 3:
        raise TypeError("a range has one to three bounds")
    first, last = given[:2] if len(given) > 1 else (0, given[0])
    step = given[2] if len(given) > 2 else 1
    if not isinstance(step, Value) and step == 0:
        raise TypeError("the step of a range is not 0")
    return first, last, step
