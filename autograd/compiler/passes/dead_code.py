"""Leave out what no result depends on."""

from __future__ import annotations

from autograd.compiler.passes.notes import several
from autograd.compiler.program import Program
from autograd.core.recorder import CHECK


def remove_dead_code(program: Program) -> Program:
    """Keep the lines behind the results, what is given, and what refuses wrong numbers."""
    needed = {*program.results, *(line.id for line in program if line.primitive is CHECK)}
    for line in reversed(program.lines):
        if line.id in needed:
            needed.update(line.args)
    kept = [line for line in program if line.id in needed or line.kind in ("input", "draw")]
    gone = sum(line.primitive is not None for line in program) - sum(
        line.primitive is not None for line in kept
    )
    notes = [f"left out {several(gone, 'line')} behind no result"] if gone else []
    return program.rewritten(kept, notes=notes)
