"""Threads that share the work of compiled kernels.

A helper waits for work in compiled code (`autograd.ops.kernels.llvm.team`), without Python's lock,
for about a millisecond; then it sleeps until Python wakes it.  So calls that follow each other, as
in a step of training, are shared out in some microseconds, and a program that does something else
is not disturbed.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from queue import SimpleQueue
from threading import RLock, Thread
from typing import Any

import numpy as np

from autograd.core.types import Array
from autograd.ops.kernels.llvm import team
from autograd.ops.kernels.llvm.address import address_of
from autograd.ops.kernels.llvm.libm import address_in_c
from autograd.ops.kernels.llvm.library import OfBlock, library_of
from autograd.ops.kernels.llvm.machine import pause_of_processor
from autograd.ops.kernels.parallel_for import parts_of
from autograd.ops.kernels.workspace import aligned

# Two threads are faster than one from about so many multiplications and additions on.
WORTHWHILE = 2_000_000

# So many times a helper looks whether there is work before it sleeps: about a millisecond.
TURNS = 20_000


def parts(count: int, cost: float) -> list[tuple[int, int]]:
    """Return the parts of ``range(count)``, as many as threads are worth it.

    Parameters
    ----------
    count : int
        How many items there are, such as the images of a batch.
    cost : float
        About how many multiplications and additions they all take.
    """
    return parts_of(count, cost >= WORTHWHILE)


def together(kernel: OfBlock, several: Sequence[Sequence[Array | int]]) -> None:
    """Call a kernel with each of some lists of arguments, which may be at the same time.

    Arrays are given themselves, not by their addresses, so that they are there until it is done.
    """
    rows = [[x if isinstance(x, int) else address_of(x) for x in row] for row in several]
    given = np.array(rows, np.int64)
    if len(rows) == 1:
        kernel(address_of(given))
        return
    present = _team  # whose memory is kept meanwhile
    helpers = present.awake(len(rows) - 1)
    numbers = helpers, kernel.address, address_of(given), given.strides[0], len(rows)
    _compiled("share")(address_of(present.memory), *numbers, _address_of_yield())


def _processors() -> int:
    """Return how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@dataclass(slots=True, eq=False)
class Helper:
    """A thread that helps.

    Attributes
    ----------
    asleep : bool
        Whether it must be woken.  Until it is awake others may try, too; it may wake in vain.
    wake : SimpleQueue
        An item in it wakes it.
    """

    asleep: bool = False
    wake: SimpleQueue[None] = field(default_factory=SimpleQueue)

    def work(self, number: int, memory: Array, serve: Callable[..., int]) -> None:
        """Help, and sleep, for ever."""
        while True:
            serve(address_of(memory), number, TURNS, _address_of_yield())
            self.asleep = True
            self.wake.get()
            self.asleep = False
            while not self.wake.empty():  # of those who saw it asleep meanwhile
                self.wake.get()


class Team:
    """The helpers of a process."""

    def __init__(self) -> None:
        self.most = max(_processors() - 1, 1)
        self.memory = aligned(8 * team.LINE * (self.most + 1)).view(np.int64)
        self.memory[:] = 0
        self.helpers: list[Helper] = []
        self.growing = RLock()  # a signal handler may compute, too

    def awake(self, wanted: int) -> int:
        """Return how many helpers there are, of so many, and wake those that sleep."""
        wanted = min(wanted, self.most)
        if len(self.helpers) < wanted:
            self._grow(wanted)
        helpers = self.helpers[:wanted]
        for helper in helpers:
            if helper.asleep:
                helper.wake.put(None)
        return len(helpers)

    def _grow(self, wanted: int) -> None:
        """Start threads; none can be had when the interpreter is about to end."""
        serve = _compiled("serve")
        with self.growing:
            while len(self.helpers) < wanted:
                helper = Helper()
                given = len(self.helpers) + 1, self.memory, serve
                thread = Thread(target=helper.work, args=given, name="glassgrad", daemon=True)
                self.helpers.append(helper)
                try:
                    thread.start()
                except RuntimeError:
                    self.helpers.remove(helper)
                    return


_team = Team()


@cache
def _compiled(name: str) -> Callable[..., Any]:
    """Return a kernel of `autograd.ops.kernels.llvm.team`."""
    return library_of(team).compiled(name, np.float64, PAUSE=pause_of_processor())


@cache
def _address_of_yield() -> int:
    """Return the address of a function of C's that lets other threads run, or 0."""
    return address_in_c("sched_yield")


def _after_fork() -> None:
    """Begin anew in a child process, which has none of its parent's threads."""
    global _team
    _team = Team()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
