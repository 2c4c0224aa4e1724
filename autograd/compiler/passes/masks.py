"""Take the mask of a ReLU from its output, which is kept anyway.

``x > 0`` and ``maximum(x, 0) > 0`` are the same, also for NaN.  The output of a ReLU is kept for
the gradient of the next weight; then nothing needs its input, and the mask is computed when the
backward pass comes to it.
"""

from __future__ import annotations

from dataclasses import replace

from autograd.compiler.passes.notes import several
from autograd.compiler.passes.simplify import is_zero
from autograd.compiler.program import Line, Program
from autograd.ops.compare import greater
from autograd.ops.piecewise import maximum


def mask_by_output(program: Program) -> Program:
    """Compare outputs of ReLUs with 0 instead of their inputs."""
    known = program.by_id()
    relus = {
        line.args[0]: line
        for line in program
        if line.primitive is maximum.primitive and is_zero(known[line.args[1]])
    }
    lines: list[Line] = []
    done: set[int] = set()
    changed = 0
    for line in program:
        relu = relus.get(line.args[0]) if line.primitive is greater.primitive else None
        if relu is not None and is_zero(known[line.args[1]]):
            if relu.id not in done:  # its input is there, since the mask needs it, too
                before = [x for x in (known[relu.args[1]], relu) if x.id not in done]
                lines += before
                done.update(x.id for x in before)
            line = replace(line, args=(relu.id, line.args[1]))
            changed += 1
        if line.id not in done:
            lines.append(line)
            done.add(line.id)
    masks = several(changed, "mask")
    notes = [f"took {masks} of ReLUs from the outputs"] if changed else []
    return program.rewritten(lines, notes=notes)
