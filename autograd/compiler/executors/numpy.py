"""The NumPy executor: a program as straight-line Python, one call after another.

The source is written once, compiled once with `exec`, and runs as fast as the calls in it: no graph
is walked and no Tensor is made.  Where a line has a kernel (`autograd.compiler.executors.kernels`),
it is a call of NumPy that writes into a buffer; any other line calls the forward rule of its
primitive.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograd.compiler.executors.kernels import Call, effect, write
from autograd.compiler.passes.buffers import VIEW, Effects, Plan, plan
from autograd.compiler.program import Line, Program
from autograd.core.apply import RESULTS
from autograd.core.values import as_value


@dataclass(frozen=True, slots=True)
class Executable:
    """A program that can run.

    Attributes
    ----------
    source : str
    make : callable
        Allocates buffers, and returns a function that uses them: of the inputs, the numbers drawn,
        the state, each in the order of the program, and arrays for new state, to a list of the
        results.  It must not run twice at the same time; make another one for that.
    plan : Plan
    notes : tuple of str
        What `explain` says of how it runs.
    functions : tuple of str
        The texts of functions that LLVM has compiled.
    """

    source: str
    make: Callable[[], Callable[..., list[Any]]]
    plan: Plan
    notes: tuple[str, ...] = ()
    functions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Block:
    """Lines in succession that another executor computes, all at once.

    Attributes
    ----------
    lines : sequence of Line
    bound : dict from str to Any
        What its source uses.
    memory : sequence of str
        Rows that allocate what it needs.
    rows : sequence of str
        Rows that compute the lines, where ``v7`` is the value of the line with the id 7.
    """

    lines: Sequence[Line]
    bound: Mapping[str, Any]
    memory: Sequence[str]
    rows: Sequence[str]


LARGE = 1 << 16  # bytes


def build(
    program: Program,
    blocks: Sequence[Block] = (),
    effect: Effects = effect,
    write: Callable[[Call], list[str] | None] = write,
) -> Executable:
    """Write the source of a program, and compile it.

    Parameters
    ----------
    program : Program
    blocks : sequence of Block
        Lines that are computed otherwise.
    effect, write : callable
        What a line does with memory, and how it is written.
    """
    writer = _Writer(program, blocks, effect, write)
    source = writer.source()
    space: dict[str, Any] = {}
    exec(compile(source, f"<program {id(program):x}>", "exec"), space)
    make = space["make"]
    bound = writer.bound
    return Executable(source, lambda: make(**bound), writer.plan)


def given_ids(program: Program) -> list[int]:
    """Return the ids of what a program is given, in the order in which it takes them."""
    return [
        *dict.fromkeys(
            [
                *program.inputs,
                *(id for id, _ in program.draws),
                *(id for id, _ in program.state),
            ]
        )
    ]


def _number(value: Any) -> Any:
    """Return what a forward rule gave as a NumPy scalar."""
    return value if type(value) in RESULTS else as_value(value, "compile")


class _Writer:
    """Writes the source of one program."""

    def __init__(
        self,
        program: Program,
        blocks: Sequence[Block],
        effect: Effects,
        write: Callable[[Call], list[str] | None],
    ) -> None:
        self.program = program
        self.blocks = blocks
        self.effect, self.write = effect, write
        self.plan = plan(program, effect)
        self.lines = program.by_id()
        self.bound: dict[str, Any] = {
            "empty": np.empty,
            "float64": np.float64,
            "number": _number,
            "copy": np.array,
        }
        for block in blocks:
            self.bound |= block.bound
        self.arrays: dict[str, str] = {}
        self.whole: set[str] = set()  # arrays without gaps, whose elements are in order
        self.spares = [f"u{k}" for k in range(len(self.plan.spares))]
        self.names = {line.id: self._name(line) for line in program}
        self.written: list[int] = []

    def source(self) -> str:
        """Return the source of a function that makes the function that runs."""
        body: list[str] = []
        begins = {block.lines[0].id: block for block in self.blocks}
        inside = {line.id for block in self.blocks for line in block.lines}
        for position, line in enumerate(self.program.lines):
            if line.id in begins:
                body += begins[line.id].rows
            if line.primitive is not None and line.id not in inside:
                body += self._rows(line)
                body += self._dropped(position, line)
        body.append(f"return [{', '.join(map(self._result, self.program.results))}]")
        given = ", ".join([*(f"v{id}" for id in given_ids(self.program)), *self.spares])
        memory = [f"m{n} = empty({size}, 'u1')" for n, size in enumerate(self.plan.sizes)]
        memory += [row for block in self.blocks for row in block.memory]
        arrays = [f"{name} = {made}" for name, made in self.arrays.items()]
        rows = [
            f"def make({', '.join(self.bound)}):",
            *(f"    {row}" for row in memory + arrays),
            f"    def run({given}):",
            *(f"        {row}" for row in body),
            "    return run",
        ]
        return "\n".join(rows) + "\n"

    def _name(self, line: Line) -> str:
        if line.kind == "live":
            return self._bind(f"c{line.id}", line.value)
        if line.kind != "constant":
            return f"v{line.id}"
        readable = type(line.value) in (int, bool) or (
            type(line.value) is float and math.isfinite(line.value)
        )
        return repr(line.value) if readable else self._bind(f"c{line.id}", line.value)

    def _bind(self, name: str, value: Any) -> str:
        self.bound[name] = value
        return name

    def _scratch(self, shape: Any, dtype: Any) -> str:
        name = f"s{len(self.arrays)}"
        self.whole.add(name)
        self.arrays[name] = f"empty({shape}, {dtype.str!r})"
        return name

    def _weak(self, line: Line, dtype: Any) -> str:
        """Return an array with a number of Python's in it, which NumPy reads faster."""
        name = f"a{line.id}_{dtype.str[1:]}"
        if name not in self.arrays:
            self.arrays[name] = f"empty((), {dtype.str!r})"
            self.before.append(f"{name}[()] = {self.names[line.id]}")
        return name

    def _once(self, name: str, made: str) -> str:
        """Give a name to what is made together with the buffers."""
        self.arrays[name] = made
        return name

    def _static(self, name: str, view: str) -> str:
        """Return a view of an array, made once if the array stays."""
        if not self._stays(name, view):
            return f"{name}{view}"
        known = f"{name}_{len(self.arrays)}"
        for other, made in self.arrays.items():
            if made == f"{name}{view}":
                return other
        self.arrays[known] = f"{name}{view}"
        return known

    def _stays(self, name: str, view: str) -> bool:
        """Return whether a view of an array can be made once; a reshape may be a copy."""
        return name in self.arrays and (".reshape(" not in view or name in self.whole)

    def _rows(self, line: Line) -> list[str]:
        """Write a line: a call of a kernel, or of the forward rule."""
        args = [self.names[arg] for arg in line.args]
        given = [self.lines[arg] for arg in line.args]
        out = self._target(line)
        self.before: list[str] = []
        helpers = (self._bind, self._scratch, self._static, self._weak, self._once)
        rows = self.write(Call(line, given, args, out, *helpers))
        if rows is None:
            weak = all(x.dtype is None for x in given)
            rows = [self._forward(line, [f"float64({x})" for x in args] if weak else args)]
        *before, value = [*self.before, *rows]
        if out is not None:  # the value is this array
            self.names[line.id] = out
            return before if value == out else [*before, value]
        if value == self.names[line.id]:
            return before
        if self.effect(line, given) == VIEW and self._stays(args[0], value):
            self.arrays[self.names[line.id]] = value
            if ".reshape(" in value:
                self.whole.add(self.names[line.id])
            return before
        return [*before, f"{self.names[line.id]} = {value}"]

    def _forward(self, line: Line, args: list[str]) -> str:
        assert line.primitive is not None
        forward = self._bind(f"f{line.id}", line.primitive.forward)
        if line.params:  # by a dict, as a name may be one that Python does not take
            args = [*args, f"**{self._bind(f'p{line.id}', line.params)}"]
        call = f"{forward}({', '.join(args)})"
        if line.dtype is None:
            return f"float({call})"
        return call if line.shape else f"number({call})"

    def _target(self, line: Line) -> str | None:
        """Return the array that a line writes to; None if it makes a new one."""
        kind, number = self.plan.target.get(line.id, ("new", 0))
        if kind == "over":
            return self.names[number]
        if kind == "new" or line.dtype is None:
            return None
        if kind == "spare":
            return f"u{number}"
        name = f"b{number}_{line.dtype.str[1:]}_{'x'.join(map(str, line.shape))}"
        size = line.size * line.dtype.itemsize
        self.whole.add(name)
        self.arrays[name] = f"m{number}[:{size}].view({line.dtype.str!r}).reshape({line.shape})"
        return name

    def _dropped(self, position: int, line: Line) -> list[str]:
        """Drop what has no buffer where it is used for the last time."""
        self.written.append(line.id)
        gone = {
            self.names[arg]
            for arg in line.args
            if self.plan.last_use[arg] == position
            and self.plan.own[arg]
            and self.lines[arg].size * 8 > LARGE
        }
        if not gone:
            return []
        needed = {self.names[id] for id in self.written if self.plan.last_use[id] > position}
        return [f"{name} = None" for name in sorted(gone - needed - set(self.arrays))]

    def _result(self, id: int) -> str:
        name = self.names[id]
        return f"copy({name})" if id in self.plan.copied else name
