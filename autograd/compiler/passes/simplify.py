"""Leave out what changes nothing: copies, derivatives cut off, reshapes to the same shape."""

from __future__ import annotations

import numpy as np

from autograd.compiler.passes.notes import several
from autograd.compiler.program import Line, Program
from autograd.core.recorder import DETACH
from autograd.core.vjp import AS_SAVED
from autograd.ops.elementwise import positive
from autograd.ops.shape import broadcast_to, reshape, transpose

# What hands on its input.  Its only effect was on derivatives, which the program has by now.
IDENTITIES = (DETACH, AS_SAVED, positive.primitive)
SHAPES = (reshape.primitive, broadcast_to.primitive)
# What shares the memory of its input.
VIEWS = (*SHAPES, transpose.primitive)


def simplify(program: Program) -> Program:
    """Let lines that hand on their input stand for it."""
    lines, same = program.by_id(), {}
    for line in program:
        if line.primitive is not None and _is_same(line, lines[line.args[0]]):
            same[line.id] = line.args[0]
    kept = [line for line in program if line.id not in same]
    lines_left = several(len(same), "line")
    notes = [f"left out {lines_left} whose result is the input"] if same else []
    return program.rewritten(kept, same, notes)


def is_zero(line: Line) -> bool:
    """Return whether a line is the number 0."""
    return line.kind == "constant" and not line.shape and bool(line.value == 0)


def axes_of(line: Line) -> tuple[int, ...]:
    """Return the order in which a transpose takes the axes of its input."""
    n = len(line.shape)
    axes = line.params.get("axes")
    if axes is None:
        return tuple(reversed(range(n)))
    return tuple(int(axis) % n for axis in np.atleast_1d(axes))


def _is_same(line: Line, given: Line) -> bool:
    if line.dtype != given.dtype or line.shape != given.shape:
        return False
    if line.primitive in IDENTITIES:
        return line.dtype is None or line.dtype.kind != "b"
    if line.primitive is transpose.primitive:
        return axes_of(line) == tuple(range(len(line.shape)))
    return line.primitive in SHAPES
