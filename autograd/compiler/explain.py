"""What the passes made of a program, in words."""

from __future__ import annotations

from difflib import ndiff
from typing import Any

from autograd.compiler.passes import PASSES
from autograd.compiler.passes.buffers import Plan
from autograd.compiler.passes.notes import several, tally
from autograd.compiler.program import Line, Program, listing

NOTHING = "nothing is compiled yet"


def explanation(entry: Any) -> str:
    """Return what was left out, shared and written in place, a line for each."""
    if entry is None:
        return NOTHING
    before, after, plan = entry.captured, entry.program, entry.executable.plan
    return "\n".join(
        [
            f"captured {several(len(_operations(before)), 'operation')}: "
            f"{tally(_operations(before))}",
            *after.notes,
            f"left are {several(len(_operations(after)), 'operation')}",
            *entry.executable.notes,
            *_memory(after, plan),
            *_state(before),
        ]
    )


def pass_by_pass(entry: Any) -> str:
    """Return the lines that each pass has taken away and written."""
    if entry is None:
        return NOTHING
    before, parts = entry.captured, []
    for run in PASSES:
        after = run(before)
        rows = ndiff(listing(before).split("\n"), listing(after).split("\n"))
        changed = [row.rstrip() for row in rows if row[0] in "+-"]
        title = run.__name__.replace("_", " ")
        parts.append("\n".join([f"{title}:", *(changed or ["  (changes nothing)"])]))
        before = after
    return "\n\n".join(parts)


def _operations(program: Program) -> list[str]:
    return [line.operation for line in program if line.primitive is not None]


def _memory(program: Program, plan: Plan) -> list[str]:
    over = [line.operation for line in program if plan.target.get(line.id, "")[:1] == ("over",)]
    buffers, size = several(len(plan.sizes), "buffer"), several(sum(plan.sizes), "byte")
    rows = [f"kept between calls: {buffers} of {size}"] if plan.sizes else []
    if over:
        rows.append(f"written in place, over an input that is not used again: {tally(over)}")
    return rows


def _state(program: Program) -> list[str]:
    lines, ids = program.by_id(), {t: id for id, t in program.state}
    rows = []
    if program.state:
        names = ", ".join(_name(lines.get(id)) for id, _ in program.state)
        rows.append(f"read at each call: {names}")
    if program.updates:
        names = ", ".join(_name(lines.get(ids[t])) for t, _ in program.updates)
        rows.append(f"written when all is computed: {names}")
    if program.draws:
        rows.append(f"drawn at each call: {several(len(program.draws), 'array')}")
    return rows


def _name(line: Line | None) -> str:
    return (line and line.name) or "a tensor"
