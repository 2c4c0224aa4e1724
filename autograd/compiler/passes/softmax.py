"""Let a softmax cross-entropy and its gradient share one sum of exponentials.

The cost needs the sum without the right class, exactly (`autograd.compiler.passes.lower`), and the
gradient the whole sum.  The whole is the rest plus the exponential of the right class.  And where
the gradient replaces the right class's probability anyway, the others can be divided alone, so the
exponentials need not be kept.
"""

from __future__ import annotations

from dataclasses import replace

from autograd.compiler.passes.lower import PICK
from autograd.compiler.passes.notes import several
from autograd.compiler.passes.simplify import is_zero
from autograd.compiler.program import Line, Program
from autograd.ops.elementwise import add, divide, exp
from autograd.ops.piecewise import where
from autograd.ops.reduce import sum as sum_
from autograd.ops.shape import reshape


def share_softmax(program: Program) -> Program:
    """Replace the second sum over the same exponentials."""
    known, users = program.by_id(), program.users()
    rests = _rests(program, known)
    fresh = max(known, default=0) + 1
    lines: list[Line] = []
    shared = 0
    for line in program:
        if (
            line.primitive is sum_.primitive
            and line.args[0] in rests
            and _is_of_rows(line)
            and {x.id for x in rests[line.args[0]]} <= {x.id for x in lines}
        ):
            _, rest, right = rests[line.args[0]]
            total = replace(
                rest, id=fresh, primitive=add.primitive, args=(rest.id, right.id), params={}
            )
            fresh += 1
            shared += 1
            shape = {"shape": line.shape}
            lines.append(total)
            line = replace(line, primitive=reshape.primitive, args=(total.id,), params=shape)
        elif line.primitive is where.primitive and len(users[line.args[2]]) == 1:
            _divide_the_others(line, known, rests, lines, program.results)
        lines.append(line)
    losses = several(shared, "cross-entropy")
    notes = [f"took the sum in the gradient of {losses} from the cost"] if shared else []
    return program.rewritten(lines, notes=notes)


Rest = tuple[Line, Line, Line]  # the others' exponentials, their sum, the right class's


def _rests(program: Program, known: dict[int, Line]) -> dict[int, Rest]:
    """Find, for exponentials, the lines that `lower` made of them."""
    found: dict[int, Rest] = {}
    picked = {
        known[line.args[0]].args: line
        for line in program
        if line.primitive is exp.primitive and known[line.args[0]].primitive is PICK
    }
    for line in program:
        others = known[line.args[0]] if line.primitive is sum_.primitive else line
        if others.primitive is not where.primitive or line is others:
            continue
        mask, zero, weights = (known[arg] for arg in others.args)
        if weights.primitive is exp.primitive and is_zero(zero):
            right = picked.get((weights.args[0], mask.id))
            if right is not None:
                found[weights.id] = others, line, right
    return found


def _is_of_rows(line: Line) -> bool:
    return line.params.get("axis") in (1, -1) and bool(line.params.get("keepdims"))


def _divide_the_others(
    line: Line,
    known: dict[int, Line],
    rests: dict[int, Rest],
    lines: list[Line],
    results: tuple[int, ...],
) -> None:
    """In ``where(mask, a, weights / s)``, divide the weights of the others alone."""
    quotient = known[line.args[2]]
    if quotient.primitive is not divide.primitive or quotient.args[0] not in rests:
        return
    others, _, _ = rests[quotient.args[0]]
    if others.args[0] == line.args[0] and quotient.id not in results:
        place = next(i for i, earlier in enumerate(lines) if earlier.id == quotient.id)
        lines[place] = replace(lines[place], args=(others.id, quotient.args[1]))
