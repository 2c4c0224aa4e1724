"""Join views of views, and give elementwise lines the small array instead of its copies.

A transpose of a transpose is what there was before, and of reshapes only the last one counts.  An
elementwise line stretches its inputs by itself, so it needs no `broadcast_to`.
"""

from __future__ import annotations

from dataclasses import replace

from autograd.compiler.passes.notes import several
from autograd.compiler.passes.simplify import axes_of
from autograd.compiler.program import Line, Program
from autograd.ops.piecewise import where
from autograd.ops.shape import broadcast_to, reshape, transpose


def join_views(program: Program) -> Program:
    """Let views look past other views."""
    known: dict[int, Line] = {}
    lines: list[Line] = []
    same: dict[int, int] = {}
    stretched = joined = 0
    for line in program:
        if not same.keys().isdisjoint(line.args):
            line = replace(line, args=tuple(same.get(arg, arg) for arg in line.args))
        given = [known[arg] for arg in line.args]
        args = tuple(_unstretched(line, x, given, known) for x in given)
        if args != line.args:
            line = replace(line, args=args)
            stretched += 1
        elif (behind := _behind(line, given, known)) is not None:
            joined += 1
            if isinstance(behind, int):
                same[line.id] = behind
                continue
            line = behind
        known[line.id] = line
        lines.append(line)
    copies, views = several(stretched, "stretched array"), several(joined, "view")
    notes = [f"used what was there before in place of {copies}"] if stretched else []
    notes += [f"joined {views} with other views"] if joined else []
    return program.rewritten(lines, same, notes)


def _unstretched(line: Line, x: Line, given: list[Line], known: dict[int, Line]) -> int:
    """Return the id of what was stretched to an input, if another input has the full shape."""
    elementwise = line.primitive is not None and (
        line.primitive.elementwise or line.primitive is where.primitive
    )
    if x.primitive is broadcast_to.primitive and elementwise:
        others = [y for y in given if y is not x and y.primitive is not broadcast_to.primitive]
        if any(y.shape == line.shape for y in others) and known[x.args[0]].shape:
            return x.args[0]
    return x.id


def _behind(line: Line, given: list[Line], known: dict[int, Line]) -> Line | int | None:
    """Return what a view of a view is: another view, or the id of a value."""
    if len(given) != 1 or given[0].primitive is not line.primitive:
        return None
    inner = given[0]
    if line.primitive is reshape.primitive:
        first = known[inner.args[0]]
        return first.id if first.shape == line.shape else replace(line, args=inner.args)
    if line.primitive is not transpose.primitive:
        return None
    axes = tuple(axes_of(inner)[axis] for axis in axes_of(line))
    if axes == tuple(range(len(axes))):
        return inner.args[0]
    return replace(line, args=inner.args, params={"axes": axes})
