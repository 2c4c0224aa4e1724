"""From kernels in Python to the language of LLVM.

A kernel's positional parameters are arrays and numbers; those that can only be given by name are
constants, for which it is compiled: how many registers it uses, how wide they are.  An expression
is therefore either known now, and computed by Python, or becomes an instruction.

- `autograd.ops.kernels.llvm.statements`: assignments, loops and branches;
- `autograd.ops.kernels.llvm.expressions`: names, operators and calls;
- `autograd.ops.kernels.llvm.vocabulary`: the words of `autograd.ops.kernels.llvm.words`;
- `autograd.ops.kernels.llvm.instructions`: writes the text.

As in C, integers have 64 bits and must not overflow, an integer must not be divided by 0, places
must be inside of their arrays, and the arrays that a kernel is given must not overlap.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass

from autograd.ops.kernels.llvm.expressions import Given
from autograd.ops.kernels.llvm.instructions import Writer
from autograd.ops.kernels.llvm.refusals import NotAKernelError
from autograd.ops.kernels.llvm.statements import Body
from autograd.ops.kernels.llvm.types import Constant, Pointer, Type, Value


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
    parameters: dict[str, Given] = {
        key: x if isinstance(x, Pointer) else Value(f"%{key}", x) for key, x in given.items()
    }
    _check_constants(source.functions[name], constants)
    module.add(name, name, {**parameters, **constants}, outside=True)
    return module.text()


def _check_constants(function: ast.FunctionDef, constants: Mapping[str, Constant]) -> None:
    wanted = {parameter.arg for parameter in function.args.kwonlyargs}
    if wanted != constants.keys() or not all(
        isinstance(x, (int, float)) for x in constants.values()
    ):
        takes = ", ".join(sorted(wanted)) or "no constants"
        raise NotAKernelError(f"{function.name}: takes {takes}, each a number")


class Module:
    """The functions that are translated so far: each once for every kinds of its parameters."""

    def __init__(self, source: Source, apart: bool = False) -> None:
        self.apart = apart
        self.loops = 0
        self.functions = source.functions
        self.constants = source.constants
        self.known: dict[tuple[str, ...], tuple[str, Type | None]] = {}
        self.begun: dict[tuple[str, ...], str] = {}
        self.texts: list[str] = []
        self.declared: dict[str, str] = {}

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
        writer = Writer(self.declared)
        result = Body(self, self.functions[name], given, writer).translate()
        kind = "" if outside else "internal "
        passed = ", ".join(
            f"ptr noalias {x.text}" if isinstance(x, Pointer) else str(x)
            for x in given.values()
            if isinstance(x, (Pointer, Value))
        )
        how = " noinline" if self.apart and not outside and result is None else ""
        head = f"define {kind}{result or 'void'} @{symbol}({passed}){how} {{"
        self.texts.append("\n".join([head, *writer.lines(), "}"]))
        return result

    def called(self, name: str, given: Mapping[str, Given]) -> tuple[str, Type | None]:
        """Return the symbol of a function for such parameters, and what it returns."""
        key = name, *(f"{parameter}: {kind_of(x)}" for parameter, x in given.items())
        if key not in self.known:
            if key in self.begun:
                raise NotAKernelError(f"{name}: kernels have no functions that call themselves")
            symbol = self.begun[key] = f"{name}.{len(self.begun)}"
            inside = {parameter: named(parameter, x) for parameter, x in given.items()}
            self.known[key] = symbol, self.add(name, symbol, inside, outside=False)
        return self.known[key]


def kind_of(x: Given) -> str:
    """Return in words what a function is translated for: 1, 1.0 and True are not the same."""
    if isinstance(x, Pointer):
        return f"array of {x.dtype}"
    return str(x.type) if isinstance(x, Value) else f"{type(x).__name__} {x!r}"


def named(parameter: str, x: Given) -> Given:
    """Return what a parameter is inside of its function."""
    if isinstance(x, Pointer):
        return Pointer(f"%{parameter}", x.dtype)
    return Value(f"%{parameter}", x.type) if isinstance(x, Value) else x
