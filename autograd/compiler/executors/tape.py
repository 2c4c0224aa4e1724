"""One tape: lines on single numbers that one call of a kernel computes.

The kernel of `autograd.ops.kernels.llvm.tape` reads which operations to do from arrays of integers,
and has all numbers in one array:

    given, constants | a result for each line | whether all are finite | what is used outside

If one is not finite, the same lines run in NumPy as well.  That warns, or raises what
`numpy.errstate` says, and its results are taken.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Any

import numpy as np

from autograd.compiler.executors import numpy as in_numpy
from autograd.compiler.executors.numpy import Block, Executable
from autograd.compiler.executors.operations import BOOL
from autograd.compiler.executors.runs import in_runs
from autograd.compiler.program import Line, Program
from autograd.core.tensor import NO_PARAMS
from autograd.core.types import Array
from autograd.ops.kernels.llvm.tape import CODES, kernels

Run = Callable[..., list[Any]]


@dataclass(eq=False)
class Tape:
    """Lines that a tape computes, and what they share with other lines.

    Attributes
    ----------
    lines : sequence of Line
    operations : dict from int to str
        What each line does, by its id.
    given, constants : sequence of Line
        The inputs from outside.
    results : sequence of Line
        What is used outside: numbers of the dtype, numbers of Python's, and truth values.
    dtype : dtype
        That of all numbers on the tape.
    """

    lines: Sequence[Line]
    operations: Mapping[int, str]
    given: Sequence[Line]
    constants: Sequence[Line]
    results: Sequence[Line]
    dtype: np.dtype[Any]

    @classmethod
    def of(
        cls,
        program: Program,
        lines: Sequence[Line],
        operations: Mapping[int, str],
        used: Container[int],
        dtype: np.dtype[Any],
    ) -> Tape:
        """Return the tape of lines of a program, of which others use those in ``used``."""
        known, inside = program.by_id(), {line.id for line in lines}
        outside = dict.fromkeys(arg for line in lines for arg in line.args if arg not in inside)
        constants = [known[id] for id in outside if known[id].kind == "constant"]
        given = [known[id] for id in outside if known[id].kind != "constant"]
        results = [line for line in lines if line.id in used]
        return cls(lines, operations, given, constants, sorted(results, key=_kind), dtype)

    def block(self, number: int) -> Block:
        """Return the tape as rows in the source of a program."""
        n, given = number, _listed(self.given)
        numbers, weak, truths = (_listed(part) for part in self._by_kind())
        rows = [f"x{n}[:] = ({given})", f"tape{n}()", f"finite{n}, {numbers}= y{n}"]
        if weak:
            rows.append(f"{weak}= w{n}.tolist()")
        if truths:
            rows.append(f"{truths}= t{n}.astype(bool)")
        rows.append(f"if not finite{n}: ({_listed(self.results)}) = plain{n}({given})")
        memory = [f"x{n}, tape{n}, y{n}, w{n}, t{n}, plain{n} = new_tape{n}()"]
        return Block(self.lines, {f"new_tape{n}": self.make}, memory, rows)

    def _by_kind(self) -> list[list[Line]]:
        return [[line for line in self.results if _kind(line) == kind] for kind in range(3)]

    @cached_property
    def runs(self) -> list[tuple[str, list[Line]]]:
        """The lines in runs of one operation."""
        return list(in_runs(self.lines, self.operations))

    @cached_property
    def arrays(self) -> tuple[Array, Array]:
        """The operations with their counts, and the places of inputs, as the kernel reads them."""
        codes = [x for name, run in self.runs for x in (CODES[name], len(run))]
        ordered = [line for _, run in self.runs for line in run]
        place = {x.id: k for k, x in enumerate([*self.given, *self.constants, *ordered])}
        places = [place[arg] for line in ordered for arg in line.args]
        places += [place[line.id] for line in self.results]
        return np.array(codes), np.array(places)

    def make(self) -> tuple[Array, Callable[[], None], Array, Array, Array, Run]:
        """Allocate the numbers.

        Returns
        -------
        array
            What is given, to be written to.
        callable
            Computes.
        array, array, array
            Whether all is finite, and the results that are numbers of the dtype; those that become
            numbers of Python's; and those that become truth values.
        callable
            Returns the results for what is given, by NumPy.
        """
        begin = len(self.given)
        first = begin + len(self.constants)
        last = first + len(self.lines)
        values = np.zeros(last + 1 + len(self.results), self.dtype)
        values[begin:first] = [x.value for x in self.constants]
        many, few, _ = map(len, self._by_kind())
        numbers, weak, truths = np.split(values[last:], [1 + many, 1 + many + few])
        sizes = (first, len(self.runs), len(self.results))
        call = _bound(kernels().compiled("tape", self.dtype), (values, *self.arrays), sizes)
        return values[:begin], call, numbers, weak, truths, self._in_numpy()

    def _in_numpy(self) -> Run:
        made: list[Run] = []

        def run(*given: Any) -> list[Any]:
            if not made:
                made.append(self.plain.make())
            return made[0](*given)

        return run

    @cached_property
    def plain(self) -> Executable:
        """The same lines in NumPy."""
        given = [_as_input(line) for line in self.given]
        inputs, outputs = (tuple(x.id for x in lines) for lines in (self.given, self.results))
        lines = (*given, *self.constants, *self.lines)
        return in_numpy.build(Program(lines, inputs, (), (), (), outputs))


def _bound(
    kernel: Callable[..., None], arrays: Iterable[Array], sizes: Iterable[int]
) -> Callable[[], None]:
    """Return a call of a kernel, which keeps the arrays alive."""
    pointers = [x.ctypes.data_as(ctypes.c_void_p) for x in arrays]
    return partial(kernel, *pointers, *map(ctypes.c_int64, sizes))


def _listed(lines: Iterable[Line]) -> str:
    return "".join(f"{'c' if line.kind == 'live' else 'v'}{line.id}, " for line in lines)


def _kind(line: Line) -> int:
    """Return 0 for a result that is a number of the dtype, 1 for Python's, 2 for a truth value."""
    return 1 if line.dtype is None else 2 if line.dtype == BOOL else 0


def _as_input(line: Line) -> Line:
    return replace(
        line, primitive=None, args=(), params=NO_PARAMS, kind="input", value=None, name=None
    )
