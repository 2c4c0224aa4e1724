"""A program with compiled islands: the NumPy executor runs it, with one call for an island."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from autograd.compiler.executors import kernels, numpy
from autograd.compiler.executors.kernels import Call
from autograd.compiler.executors.llvm.island import Island
from autograd.compiler.executors.llvm.islands import PART, with_islands
from autograd.compiler.executors.llvm.operations import FLOATS, is_product
from autograd.compiler.passes.buffers import NEW, OUT, Effect
from autograd.compiler.passes.notes import several
from autograd.compiler.passes.recompute import recompute
from autograd.compiler.program import Line, Program
from autograd.ops.kernels.llvm.arguments import is_readable
from autograd.ops.kernels.llvm.machine import Machine
from autograd.ops.kernels.product import product_into

LONGEST = 2_000  # lines of a program, beyond which compiling it takes some seconds


def build(program: Program, machine: Machine) -> numpy.Executable | None:
    """Write the source of a program, and compile its islands.

    Return None for a program that is too long, or where Python's objects are laid out otherwise.

    Raises
    ------
    Exception
        If an island cannot be compiled.
    """
    if len(program) > LONGEST or not is_readable():
        return None
    again = recompute(program)
    folded, islands = with_islands(again, machine)
    calls = _Calls({island: _Function(island, island.compiled()) for island in islands})
    found = numpy.build(folded, effect=effect, write=calls.write)
    texts = tuple(island.text for island in islands)
    source = "\n\n".join([*texts, found.source])
    notes = (*again.notes[len(program.notes) :], *_notes(islands))
    return replace(found, source=source, notes=notes, functions=texts)


def _notes(islands: Sequence[Island]) -> tuple[str, ...]:
    """Say how many functions have been compiled."""
    if not islands:
        return ()
    lines = sum(len(island.region.lines) for island in islands)
    count = several(len(islands), "function")
    return (f"compiled by LLVM: {several(lines, 'operation')} in {count}",)


def effect(line: Line, given: Sequence[Line]) -> Effect:
    """Return what a line does with memory."""
    if line.primitive is PART:
        return OUT if line.shape else NEW
    return kernels.effect(line, given)


@dataclass(frozen=True, slots=True, eq=False)
class _Function:
    """A compiled island, and what to do when it refuses what it is given."""

    island: Island
    call: Callable[[int], int]

    def repaired(self, given: tuple[Any, ...]) -> None:
        """Call again with arrays of the right order and dtype, or say what is wrong."""
        expected = self.island.memory.expected
        fitting = tuple(x.fitted(y) for x, y in zip(expected, given, strict=True))
        status = self.call(id(fitting))
        if status < 0:
            raise IndexError("a class is not one of the columns")
        if status:
            raise RuntimeError(f"compile: {status} arrays do not fit {self.island.name}")
        count = len(self.island.arrays)
        for x, y in zip(given[len(given) - count :], fitting[len(given) - count :], strict=True):
            if x is not y:
                x[...] = y


@dataclass(slots=True, eq=False)
class _Calls:
    """Writes the calls of islands, between the calls of NumPy."""

    functions: dict[Island, _Function]
    outs: list[str] = field(default_factory=list)

    def write(self, call: Call) -> list[str] | None:
        """Write a line as Python; None if its forward rule has to be called."""
        if is_product(call.line) and call.out is not None and _are_matrices(call.given):
            function = call.bind("product_into", product_into)
            return [f"{function}({', '.join([*call.args, call.out])})", call.out]
        if call.line.primitive is not PART:
            return kernels.write(call)
        island: Island = call.line.params["island"]
        if call.line.shape:
            return self._array(call, island)
        is_first = not island.arrays and call.line.id == island.numbers[0]
        before = self._called(call, island) if is_first else []
        return [*before, self._number(call, island)]

    def _array(self, call: Call, island: Island) -> list[str]:
        name = call.out
        rows: list[str] = []
        if name is None:
            name = f"v{call.line.id}"
            assert call.line.dtype is not None
            rows.append(f"{name} = empty({call.line.shape}, {call.line.dtype.str!r})")
        self.outs.append(name)
        if call.line.id == island.arrays[-1]:
            rows += self._called(call, island)
        return [*rows, name]

    def _called(self, call: Call, island: Island) -> list[str]:
        outs, self.outs = self.outs, []
        assert len(outs) == len(island.arrays)
        function = self.functions[island]
        name = call.bind(island.name, function.call)
        again = call.bind(f"{island.name}_repaired", function.repaired)
        given = ", ".join([self._memory(call, island), *call.args, *outs])
        return [f"given = {given},", f"if {name}(id(given)): {again}(given)"]

    def _memory(self, call: Call, island: Island) -> str:
        make = call.bind(f"{island.name}_memory", island.memory.allocated)
        return call.once(f"memory_{island.name}", f"{make}()")

    def _number(self, call: Call, island: Island) -> str:
        dtype = "<f8" if call.line.dtype is None else call.line.dtype.str
        memory, at = self._memory(call, island), island.place_of(call.line.id)
        size = 8 if call.line.dtype is None else call.line.dtype.itemsize
        view = f"{memory}[{at}:{at + size}].view({dtype!r})"
        name = call.once(f"number_{call.line.id}", view)
        return f"{name}.item()" if call.line.dtype is None else f"{name}[0]"


def _are_matrices(given: Sequence[Line]) -> bool:
    return all(len(x.shape) == 2 and x.dtype in FLOATS for x in given)
