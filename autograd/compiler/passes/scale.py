"""Multiply by the learning rate where the arrays are small: the first gradient, not all of them.

The gradient of every weight is linear in the gradient of the loss: products, sums, masks and
transposes.  A step of gradient descent multiplies each of them by the same number s::

    dW = x.T @ delta                          delta = s * delta
    W <- W + s * dW                           W <- W + x.T @ delta

On the right there are fewer products, of smaller arrays.  It holds where all that comes of
``delta`` is multiplied by s in the end.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from autograd.compiler.passes.notes import several
from autograd.compiler.passes.simplify import VIEWS, is_zero
from autograd.compiler.program import Line, Program
from autograd.core.primitive import Primitive
from autograd.ops import conv, elementwise, piecewise, pool, reduce, unfold
from autograd.ops.index import getitem, scatter_add
from autograd.ops.linalg import PRODUCTS

# What is linear in its first input.
LINEAR: frozenset[Primitive] = frozenset(
    [
        *VIEWS,
        *(elementwise.negative.primitive, elementwise.divide.primitive, reduce.sum.primitive),
        *(getitem.primitive, scatter_add.primitive, pool.window_sum.primitive),
        *(pool.spread.primitive, pool.route.primitive),
        *(unfold.windows_of.primitive, unfold.image_of.primitive),
    ]
)
# What is linear in each of two inputs, while the other stays as it is.
BILINEAR: frozenset[Primitive] = frozenset(
    [
        *(*PRODUCTS, elementwise.multiply.primitive, conv.conv.primitive),
        *(conv.map_to_image.primitive, conv.map_to_kernel.primitive),
    ]
)


def scale_early(program: Program) -> Program:
    """Move multiplications by one number to where the gradients begin."""
    moved = 0
    for factor in _factors(program):
        program, count = _with_early(program, factor)
        moved += count
    gradients = several(moved, "gradient")
    notes = [f"multiplied by a number what {gradients} came from"] if moved else []
    return program.rewritten(program.lines, notes=notes)


def _factors(program: Program) -> list[int]:
    """Return the numbers by which several arrays are multiplied."""
    known = program.by_id()
    seen: dict[int, int] = {}
    for line in program:
        if line.primitive is not elementwise.multiply.primitive or not line.shape:
            continue
        for arg in line.args:
            if not known[arg].shape:
                seen[arg] = seen.get(arg, 0) + 1
    return [id for id, count in seen.items() if count > 1]


def _with_early(program: Program, factor: int) -> tuple[Program, int]:
    """Multiply by a number early if that is less work; return how many products are left out."""
    known = program.by_id()
    place = {line.id: position for position, line in enumerate(program.lines)}
    ends = {x.id: _other(x, factor) for x in program if _is_product(x, factor, known)}
    linear = _only_scaled(program, ends, place)
    ends = {id: x for id, x in ends.items() if x in linear}
    roots = {id for id in linear if _through(known[id], known, place) not in linear}
    early, late = (sum(known[id].size for id in ids) for ids in (roots, ends))
    if early >= late or any(place[factor] > place[root] for root in roots):
        return program, 0
    roots = {_numbered(root, program, known, ends) for root in roots}
    fresh, times = max(known) + 1, elementwise.multiply.primitive
    lines: list[Line] = []
    same = dict(ends)
    for line in program:
        if line.id in ends:
            continue
        line = replace(line, args=tuple(_now(arg, same) for arg in line.args))
        if line.id not in roots:
            lines.append(line)
            continue
        number = _number_in(line, known)
        scaled = line if number is None else known[number]
        product = replace(
            scaled, id=fresh, kind="result", primitive=times, args=(factor, scaled.id), params={}
        )
        if number is None:
            lines += [line, product]
            same[line.id] = fresh
        else:
            args = tuple(fresh if arg == number else arg for arg in line.args)
            lines += [replace(product, dtype=line.dtype), replace(line, args=args)]
        fresh += 1
    outputs = tuple(_now(id, same) for id in program.outputs)
    updates = tuple((t, _now(id, same)) for t, id in program.updates)
    return replace(program, lines=tuple(lines), outputs=outputs, updates=updates), len(ends)


def _number_in(line: Line, known: Mapping[int, Line]) -> int | None:
    """Return the number that a line multiplies an array by, if it does."""
    if line.primitive is not elementwise.multiply.primitive or not line.shape:
        return None
    return next((arg for arg in line.args if not known[arg].shape), None)


def _numbered(
    root: int, program: Program, known: Mapping[int, Line], ends: Mapping[int, int]
) -> int:
    """Return where a root is multiplied by another number: two numbers need one product."""
    uses = [line for line in program if root in line.args]
    if len(uses) == 1 and uses[0].id not in ends and _number_in(uses[0], known) is not None:
        return uses[0].id
    return root


def _now(id: int, same: Mapping[int, int]) -> int:
    while id in same:
        id = same[id]
    return id


def _is_product(line: Line, factor: int, known: Mapping[int, Line]) -> bool:
    """Whether a line is an array times the number, of the array's own dtype."""
    if line.primitive is not elementwise.multiply.primitive or line.args.count(factor) != 1:
        return False
    other = known[_other(line, factor)]
    return bool(line.shape) and (other.shape, other.dtype) == (line.shape, line.dtype)


def _other(line: Line, factor: int) -> int:
    return line.args[1] if line.args[0] == factor else line.args[0]


def _only_scaled(program: Program, ends: Mapping[int, int], place: Mapping[int, int]) -> set[int]:
    """Return the results of which everything that is computed is linear, and multiplied."""
    known, users = program.by_id(), program.users()
    kept, found = set(program.results), set()
    for line in reversed(program.lines):
        uses = users[line.id]
        if line.primitive is None or not uses or line.id in kept or line.dtype is None:
            continue
        if line.id in ends:  # what is multiplied once more has the number twice
            continue
        if all(
            ends.get(use.id) == line.id
            or (use.id in found and _through(use, known, place) == line.id)
            for use in uses
        ):
            found.add(line.id)
    return found


def _through(line: Line, known: Mapping[int, Line], place: Mapping[int, int]) -> int | None:
    """Return the input in which a line is linear: of two, the one that is computed later."""
    if line.primitive in BILINEAR and line.args[0] != line.args[1]:
        return max(line.args, key=lambda arg: place[_source(arg, known)])
    if line.primitive in LINEAR:
        return line.args[0]
    if line.primitive is piecewise.where.primitive:
        return line.args[1] if is_zero(known[line.args[2]]) else None
    return None


def _source(id: int, known: Mapping[int, Line]) -> int:
    """Return what a line is a view of."""
    while known[id].primitive in VIEWS:
        id = known[id].args[0]
    return id
