"""What the passes made of a program, in words."""

from __future__ import annotations

from collections import Counter
from difflib import ndiff
from typing import Any

from autograd.compiler.passes import PASSES
from autograd.compiler.passes.buffers import Plan
from autograd.compiler.program import Program, listing

NOTHING = "nothing is compiled yet"


def explanation(entry: Any) -> str:
    """Return what was left out, shared and written in place, a line for each."""
    if entry is None:
        return NOTHING
    before, after, plan = entry.captured, entry.program, entry.executable.plan
    return "\n".join(
        [
            f"captured {_operations(before)} operations: {_counted(before)}",
            *after.notes,
            f"{_operations(after)} operations are left",
            *_memory(after, plan),
            *_state(after, plan),
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


def _operations(program: Program) -> int:
    return sum(line.primitive is not None for line in program)


def _counted(program: Program) -> str:
    counts = Counter(line.operation for line in program if line.primitive is not None)
    return ", ".join(f"{n} {name}" for name, n in counts.most_common())


def _memory(program: Program, plan: Plan) -> list[str]:
    over = [line.operation for line in program if plan.target.get(line.id, "")[:1] == ("over",)]
    rows = [f"{len(plan.sizes)} buffers of {sum(plan.sizes):,} bytes stay between calls"]
    if over:
        counts = Counter(over)
        in_place = ", ".join(f"{n} {name}" for name, n in counts.most_common())
        rows.append(f"written in place, over an input that is not used again: {in_place}")
    return rows


def _state(program: Program, plan: Plan) -> list[str]:
    rows = []
    if program.state:
        names = ", ".join(t.name or "a tensor" for _, t in program.state)
        rows.append(f"read at each call: {names}")
    if program.updates:
        names = ", ".join(t.name or "a tensor" for t, _ in program.updates)
        rows.append(f"written when all is computed: {names}")
    if program.draws:
        rows.append(f"drawn at each call: {len(program.draws)} arrays")
    return rows
