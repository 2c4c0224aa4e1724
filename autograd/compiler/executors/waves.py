"""Which lines of a program are computed together: those on a tape, and those between.

A program may also have arrays, at its beginning or end or in the middle.  Its lines are sorted into
*waves*: all lines for the tape that can be computed, then all others, and so on.  So there are as
few tapes as the lines in between allow.
"""

from __future__ import annotations

from collections.abc import Container
from heapq import heappop, heappush

from autograd.compiler.program import Line, Program


def in_waves(program: Program, on_tape: Container[int]) -> list[list[Line]]:
    """Sort the lines of a program into waves.

    Parameters
    ----------
    program : Program
    on_tape : container of int
        The ids of the lines that a tape can compute.

    Returns
    -------
    list of list of Line
        Each of lines for a tape, or of others, in their order in the program.
    """
    place = {line.id: position for position, line in enumerate(program.lines)}
    users = program.users()
    missing = {line.id: len(line.args) for line in program}
    ready: dict[bool, list[int]] = {False: [], True: []}
    for position, line in enumerate(program.lines):
        if not line.args:
            ready[line.id in on_tape].append(position)
    waves: list[list[Line]] = []
    kind = False  # what is given comes first
    while ready[False] or ready[True]:
        wave = []
        while ready[kind]:
            line = program.lines[heappop(ready[kind])]
            wave.append(line)
            for user in users[line.id]:
                missing[user.id] -= 1
                if not missing[user.id]:
                    heappush(ready[user.id in on_tape], place[user.id])
        waves.append(wave)
        kind = not kind
    return [wave for wave in waves if wave]
