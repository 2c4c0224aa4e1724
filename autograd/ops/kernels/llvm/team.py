"""Threads that share compiled work without Python: what each of them runs.

Python wakes a thread in fifty microseconds, which is as long as a small convolution.  So a thread
that has finished waits for more work here, for a moment, and sees it at once.

The caller and its helpers share some integers, a line of the processor's cache for each:

    line 0    BUSY: whether someone shares work out; NEXT: the next part that is not begun;
              FUNCTION, GIVEN, SIZE, COUNT: a function, where the arguments of its first part are,
              how many bytes those of a part have, and how many parts there are
    line i    STATE of helper i

Each takes parts until there are no more.  Which of them computes a part does not change what comes
out.  A helper's state goes from `FREE` to `POSTED` by the caller, to `TAKEN` by the helper, which
makes it `FREE` at the end; the caller takes back what no helper has begun.
"""

from __future__ import annotations

from autograd.ops.kernels.llvm.words import (
    call,
    integers_at,
    next_number,
    pause,
    publish,
    read_latest,
    replace_if,
)

LINE = 8  # integers in a line of the cache
BUSY = 0
NEXT = 1
FUNCTION = 2
GIVEN = 3
SIZE = 4
COUNT = 5

FREE = 0
POSTED = 1
TAKEN = 2


def share(
    memory: int,
    helpers: int,
    function: int,
    given: int,
    size: int,
    count: int,
    give_way: int,
    *,
    PAUSE: int,
) -> None:
    """Compute all parts, together with helpers; alone, if they work for another caller."""
    shared = integers_at(memory)
    if replace_if(shared, BUSY, 0, 1) == 0:
        shared[FUNCTION] = function
        shared[GIVEN] = given
        shared[SIZE] = size
        shared[COUNT] = count
        publish(shared, NEXT, 0)
        for i in range(1, helpers + 1):
            publish(shared, i * LINE, POSTED)
        take_parts(memory)
        for i in range(1, helpers + 1):
            if replace_if(shared, i * LINE, POSTED, FREE) != POSTED:
                turn = 1
                while read_latest(shared, i * LINE) != FREE:
                    wait(turn, give_way, PAUSE=PAUSE)
                    turn += 1
        publish(shared, BUSY, 0)
    else:
        for part in range(count):
            call(function, given + part * size)


def serve(memory: int, helper: int, turns: int, give_way: int, *, PAUSE: int) -> int:
    """Take parts whenever there are some; return when there were none for so many turns."""
    shared = integers_at(memory)
    at = helper * LINE
    left = turns
    while left > 0:
        left -= 1
        if read_latest(shared, at) == POSTED:
            if replace_if(shared, at, POSTED, TAKEN) == POSTED:
                take_parts(memory)
                publish(shared, at, FREE)
                left = turns
        else:
            wait(left, give_way, PAUSE=PAUSE)
    return left


def take_parts(memory: int) -> None:
    """Compute one part after another, as long as there are some."""
    shared = integers_at(memory)
    part = next_number(shared, NEXT)
    while part < shared[COUNT]:
        call(shared[FUNCTION], shared[GIVEN] + part * shared[SIZE])
        part = next_number(shared, NEXT)


def wait(turn: int, give_way: int, *, PAUSE: int) -> None:
    """Wait for an instant; now and then let other threads have the processor."""
    pause(PAUSE)
    if give_way != 0 and turn % 64 == 0:
        call(give_way, 0)
