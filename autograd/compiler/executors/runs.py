"""The order of lines on a tape: in runs of one operation.

To find out which operation a line does costs a branch that the processor often guesses wrong, and
which takes longer than the operation itself.  Lines may stand in any order in which each comes
after its inputs.  So of all lines that can be computed next, as many of one operation as possible
follow each other: micrograd's demo with 40,000 lines has 26 runs.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence

from autograd.compiler.program import Line


def in_runs(
    lines: Sequence[Line], operations: Mapping[int, str]
) -> Iterator[tuple[str, list[Line]]]:
    """Sort lines into runs of one operation.

    Parameters
    ----------
    lines : sequence of Line
        In an order in which they can be computed.
    operations : dict from int to str
        The operation of each, by its id.

    Yields
    ------
    (str, list of Line)
        An operation, and the lines that do it next; one may use another before it.
    """
    users: dict[int, list[Line]] = {line.id: [] for line in lines}
    missing = dict.fromkeys(users, 0)
    ready: dict[str, deque[Line]] = {}
    for line in lines:
        for arg in line.args:
            if arg in users:
                users[arg].append(line)
                missing[line.id] += 1
        if not missing[line.id]:
            ready.setdefault(operations[line.id], deque()).append(line)
    while ready:
        operation = max(ready, key=lambda x: len(ready[x]))
        waiting, run = ready[operation], []
        while waiting:
            line = waiting.popleft()
            run.append(line)
            for user in users[line.id]:
                missing[user.id] -= 1
                if not missing[user.id]:
                    ready.setdefault(operations[user.id], deque()).append(user)
        del ready[operation]
        yield operation, run
