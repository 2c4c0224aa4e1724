"""The executor of programs on single numbers, such as micrograd's: nearly all of it in tapes.

A line on single numbers takes NumPy some 80 ns, nearly all of it for finding out what the numbers
are.  The kernel of a tape takes about 1 ns, and it is compiled already: no program is too long for
it, and none has to wait.  So where most lines of a program are such, all those that can be computed
together become one tape (`autograd.compiler.executors.tape`), and the others stay rows of Python.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from autograd.compiler.executors import numpy as in_numpy
from autograd.compiler.executors.kernels import OPERATORS
from autograd.compiler.executors.numpy import Executable
from autograd.compiler.executors.operations import FLOAT32, FLOAT64, operation_of
from autograd.compiler.executors.tape import Tape
from autograd.compiler.executors.waves import in_waves
from autograd.compiler.passes.notes import several
from autograd.compiler.program import Line, Program
from autograd.ops.kernels.llvm.tape import kernels

# Times, in those of a sum of two numbers in Python: 40 to 50 ns.
FUNCTION = 9  # an operation that is a function of NumPy's
CALL = 32  # a call of the kernel
COPY = 0.5  # one number, into the tape or out of it


def build(program: Program) -> Executable | None:
    """Write a program with tapes in it; return None if NumPy alone runs it as fast.

    Raises
    ------
    Exception
        If the kernel cannot be compiled.
    """
    dtype, operations = _operations(program)
    count = sum(line.primitive is not None for line in program)
    if len(operations) < max(1, count / 2):
        return None
    waves = in_waves(program, operations)
    tapes = list(filter(pays, _tapes(program, waves, dtype, operations)))
    if not tapes:
        return None
    kernels().compiled("tape", dtype)
    ordered = program.rewritten(line for wave in waves for line in wave)
    blocks = [tape.block(number) for number, tape in enumerate(tapes)]
    return replace(in_numpy.build(ordered, blocks), notes=tuple(map(_note, tapes)))


def pays(tape: Tape) -> bool:
    """Return whether a tape is faster than its lines in NumPy."""
    in_numpy = sum(1 if line.primitive in OPERATORS else FUNCTION for line in tape.lines)
    return in_numpy >= CALL + COPY * (len(tape.given) + len(tape.results))


def _operations(program: Program) -> tuple[np.dtype[Any], dict[int, str]]:
    """Return the dtype that most numbers have, and the operation of each line on a tape of it."""
    dtypes = Counter(line.dtype for line in program if not line.shape)
    dtype = FLOAT32 if dtypes[FLOAT32] > dtypes[FLOAT64] + dtypes[None] else FLOAT64
    known = program.by_id()
    found = {x.id: operation_of(x, [known[arg] for arg in x.args], dtype) for x in program}
    return dtype, {id: operation for id, operation in found.items() if operation is not None}


def _tapes(
    program: Program,
    waves: Sequence[Sequence[Line]],
    dtype: np.dtype[Any],
    operations: Mapping[int, str],
) -> list[Tape]:
    wave_of = {line.id: number for number, wave in enumerate(waves) for line in wave}
    used = set(program.results)
    for line in program:
        used.update(arg for arg in line.args if wave_of[arg] != wave_of[line.id])
    return [
        Tape.of(program, wave, operations, used, dtype)
        for wave in waves
        if wave[0].id in operations
    ]


def _note(tape: Tape) -> str:
    lines, runs = several(len(tape.lines), "operation"), several(len(tape.runs), "run")
    return f"on a tape, in one call of a compiled kernel: {lines} on single numbers, in {runs}"
