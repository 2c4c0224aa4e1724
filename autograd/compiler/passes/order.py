"""Compute lines in an order that needs little memory.

A captured gradient has the whole chain of cotangents first and the gradients of the weights after
it, so that all activations and all cotangents would be alive together.

So of all lines that can be computed next, one is taken that takes no more memory than the inputs
which nothing else needs then.  If there is none, that one is taken whose result is needed first.
"""

from __future__ import annotations

from heapq import heapify, heappop, heappush

from autograd.compiler.passes.simplify import VIEWS
from autograd.compiler.program import Line, Program

MOST = 5_000  # lines, beyond which looking for the next one would take too long


def save_memory(program: Program) -> Program:
    """Put the lines in another order."""
    if len(program) > MOST:
        return program
    known = program.by_id()
    root: dict[int, int] = {}
    for line in program:
        root[line.id] = root[line.args[0]] if line.primitive in VIEWS else line.id
    needed = dict.fromkeys(known, 0)  # lines to come that use a value or a view of it
    for line in program:
        for used in {root[arg] for arg in line.args}:
            needed[used] += 1
    for id in program.results:
        needed[root[id]] += 1
    lines = [line for line in program if line.primitive is None]
    lines += _scheduled(program, known, root, needed)
    return program.rewritten(lines)


def _scheduled(
    program: Program, known: dict[int, Line], root: dict[int, int], needed: dict[int, int]
) -> list[Line]:
    users = program.users()
    place = {line.id: position for position, line in enumerate(program.lines)}
    missing = {
        line.id: sum(known[arg].primitive is not None for arg in set(line.args)) for line in program
    }

    of_root: dict[int, list[Line]] = {id: [] for id in root.values()}
    for line in program:
        for used in {root[arg] for arg in line.args}:
            of_root[used].append(line)
    last = len(program)
    first_use = {id: min((place[user.id] for user in users[id]), default=last) for id in known}

    def rank(line: Line) -> tuple[bool, int, int]:
        ending = {root[arg] for arg in line.args}
        freed = sum(
            known[id].nbytes for id in ending if needed[id] == 1 and known[id].primitive is not None
        )
        own = 0 if line.primitive in VIEWS else line.nbytes
        costs = own > freed
        return costs, first_use[line.id] if costs else own - freed, place[line.id]

    # A rank is entered again when it gets better, which it does when an input is needed once more
    # only; the entry from before comes up when the line is done.
    ready = [(rank(x), x.id) for x in program if x.primitive is not None and not missing[x.id]]
    heapify(ready)
    done: dict[int, Line] = {}
    while ready:
        _, id = heappop(ready)
        if id in done:
            continue
        line = done[id] = known[id]
        better = dict.fromkeys(users[id])
        for user in better:
            missing[user.id] -= 1
        for used in {root[arg] for arg in line.args}:
            needed[used] -= 1
            if needed[used] == 1:
                better |= dict.fromkeys(of_root[used])
        for user in better:
            if not missing[user.id] and user.id not in done:
                heappush(ready, (rank(user), user.id))
    return list(done.values())
