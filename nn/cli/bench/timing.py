"""Timing in alternating slots.

A machine is faster in one minute than in the next, so numbers of two separate runs compare little.
Here the engines take turns: in every round each gets one slot, in an order that rotates.  A ratio
is taken within a round, where the machine was the same for both, and the median over the rounds
ignores those that something disturbed.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Mapping, Sequence
from statistics import median
from time import perf_counter_ns, process_time, sleep
from typing import TypeVar

Name = TypeVar("Name")
Sample = TypeVar("Sample")
Run = Callable[[], object]
Clock = Callable[[], int]

MICROSECOND, MILLISECOND = 1e3, 1e6  # in nanoseconds
LOOK = 0.005  # seconds between two looks at whether all threads sleep
LOOKS = 60  # at most


def repeated(run: Run, repeats: int, clock: Clock = perf_counter_ns) -> Callable[[], float]:
    """Make a slot, which returns nanoseconds, of one run that is not counted and some that are.

    The first wakes the threads, and fills the caches that another engine has used meanwhile.

    Examples
    --------
    >>> from nn.cli.bench.timing import repeated
    >>> ticks = iter([100, 160])
    >>> repeated(lambda: None, repeats=3, clock=lambda: next(ticks))()
    20.0
    """

    def slot() -> float:
        run()
        begin = clock()
        for _ in range(repeats):
            run()
        return (clock() - begin) / repeats

    return slot


def repeats_for(run: Run, seconds: float, clock: Clock = perf_counter_ns) -> int:
    """Return how many runs take about so long, at least one; by the fastest of three.

    Examples
    --------
    >>> from nn.cli.bench.timing import repeats_for
    >>> ticks = iter([0, 2_000_000, 0, 9_000_000, 0, 3_000_000])
    >>> repeats_for(lambda: None, seconds=0.05, clock=lambda: next(ticks))
    25
    """
    return max(1, round(seconds * 1e9 / max(1, fastest(run, 3, clock))))


def fastest(run: Run, rounds: int, clock: Clock = perf_counter_ns) -> int:
    """Return the nanoseconds of the fastest of some runs, after one that is not counted.

    Examples
    --------
    >>> from nn.cli.bench.timing import fastest
    >>> ticks = iter([0, 9, 10, 14, 20, 26])
    >>> fastest(lambda: None, rounds=3, clock=lambda: next(ticks))
    4
    """
    run()
    times = []
    for _ in range(rounds):
        begin = clock()
        run()
        times.append(clock() - begin)
    return min(times)


def wait_until_idle() -> None:
    """Wait until no thread of this process computes any more.

    The threads of a library look for more work before they sleep, those of OpenBLAS for a tenth of
    a second.  They would take the processors from the next engine: PyTorch's threads, which wait
    for each other, then take ten times as long.
    """
    for _ in range(LOOKS):
        before = process_time()
        sleep(LOOK)
        if process_time() - before <= LOOK / 5:
            return


def alternate(slots: Mapping[Name, Callable[[], Sample]], rounds: int) -> dict[Name, list[Sample]]:
    """Run every slot once per round, in a rotating order, and return the samples of each.

    Parameters
    ----------
    slots : dict of callables
        By the names of the engines; each returns a sample.
    rounds : int

    Examples
    --------
    >>> from nn.cli.bench.timing import alternate
    >>> order = []
    >>> slots = {name: lambda name=name: order.append(name) or 1.0 for name in "ab"}
    >>> samples = alternate(slots, rounds=2)
    >>> "".join(order), samples["a"]
    ('ababba', [1.0, 1.0])
    """
    names = list(slots)
    samples: dict[Name, list[Sample]] = {name: [] for name in names}
    for slot in slots.values():
        slot()  # not counted: the first call fills caches
    for turn in range(rounds):
        first = turn % len(names)
        for name in names[first:] + names[:first]:
            gc.collect()  # the garbage of one engine must not burden another's slot
            wait_until_idle()
            samples[name].append(slots[name]())
    return samples


def ratio(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """Return the median of the ratios that were taken round by round.

    Examples
    --------
    >>> from nn.cli.bench.timing import ratio
    >>> ratio([1.0, 30.0], [2.0, 60.0])
    0.5
    """
    return median(a / b for a, b in zip(ours, theirs, strict=True))
