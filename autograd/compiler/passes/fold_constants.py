"""Compute once, now, what depends on constants alone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from autograd.compiler.passes.notes import several, tally
from autograd.compiler.program import Line, Program
from autograd.core.apply import RESULTS, compute
from autograd.core.tensor import NO_PARAMS
from autograd.core.values import as_value

# A larger constant would take more memory than its line takes time.
LARGEST = 100_000


def fold_constants(program: Program) -> Program:
    """Replace lines whose inputs are all constants by their values."""
    lines: dict[int, Line] = {}
    folded = []
    for line in program:
        lines[line.id] = line
        if line.primitive is None or line.size > LARGEST:
            continue
        given = [lines[arg] for arg in line.args]
        if all(x.kind == "constant" for x in given):
            lines[line.id] = _folded(line, given)
            folded.append(line.operation)
    notes = [f"computed once and for all: {tally(folded)}"] if folded else []
    return program.rewritten(lines.values(), notes=notes)


def use_single_numbers(program: Program) -> Program:
    """Replace arrays of one number, such as the ones a gradient begins with, by the number."""
    known: dict[int, Line] = {}
    lines: list[Line] = []
    fresh = max((line.id for line in program), default=0) + 1
    replaced = 0
    for line in program:
        known[line.id] = line
        if line.primitive is not None and line.primitive.elementwise:
            given = [known[arg] for arg in line.args]
            args = list(line.args)
            for place, x in enumerate(given):
                others = given[:place] + given[place + 1 :]
                if _is_one_number(x) and any(y.shape == line.shape for y in others):
                    lines.append(replace(x, id=fresh, shape=(), value=x.value.flat[0]))
                    known[fresh] = lines[-1]
                    args[place], given[place] = fresh, lines[-1]
                    fresh += 1
                    replaced += 1
            if tuple(args) != line.args:
                line = replace(line, args=tuple(args))
        lines.append(line)
    arrays = several(replaced, "array")
    notes = [f"replaced {arrays} of one number by the number"] if replaced else []
    return program.rewritten(lines, notes=notes)


def _is_one_number(line: Line) -> bool:
    if line.kind != "constant" or not line.shape or not line.size:
        return False
    first = line.value.flat[0]
    same_sign = np.all(np.signbit(line.value) == np.signbit(first)) if first == 0 else True
    return bool(np.all(line.value == first) and same_sign)


def _folded(line: Line, given: list[Line]) -> Line:
    assert line.primitive is not None
    with np.errstate(all="ignore"):  # NumPy has warned when the function was captured
        value = compute(line.primitive, tuple(x.value for x in given), dict(line.params))
    if type(value) not in RESULTS:
        value = as_value(value, line.operation)
    if line.dtype is None:
        value = value.item()
    return replace(line, primitive=None, args=(), params=NO_PARAMS, kind="constant", value=value)
