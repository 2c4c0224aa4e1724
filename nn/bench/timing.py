"""Timing in alternating slots.

A machine is faster in one minute than in the next, so numbers of two separate runs compare little.
Here the engines take turns: in every round each gets one slot, in an order that rotates.  A ratio
is taken within a round, where the machine was the same for both, and the median over the rounds
passes over those that something disturbed.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Mapping
from math import exp, log
from statistics import fmean, median
from time import perf_counter_ns, process_time, sleep
from typing import Any

Sample = dict[str, float]  # nanoseconds, for every phase
MICROSECOND, MILLISECOND = 1e3, 1e6  # in nanoseconds
Slot = Callable[[], Sample]
Clock = Callable[[], int]

# "both" is more than the sum: it has the freeing of the graph, which some engines do in the
# backward pass and others when the result is dropped.
PHASES = ("forward", "backward", "both")
WHOLE = "whole"  # the one phase of what is not divided

LOOK = 0.005  # seconds between two looks at whether all threads sleep
PATIENCE = 60  # looks


def time_pass(forward: Callable[[], Any], backward: Callable[[Any], None], ops: int) -> Sample:
    """Time one forward and one backward pass through ``ops`` operations."""
    begin = perf_counter_ns()
    result = forward()
    middle = perf_counter_ns()
    backward(result)
    end = perf_counter_ns()
    del result
    freed = perf_counter_ns()
    spent = (middle - begin, end - middle, freed - begin)
    return {phase: ns / ops for phase, ns in zip(PHASES, spent, strict=True)}


def repeated(run: Callable[[], Any], repeats: int, clock: Clock = perf_counter_ns) -> Slot:
    """Make a slot of one run that is not counted and some that are.

    The first wakes the threads, and fills the caches that another engine has used meanwhile.

    Examples
    --------
    >>> ticks = iter([100, 160])
    >>> repeated(lambda: None, repeats=3, clock=lambda: next(ticks))()
    {'whole': 20.0}
    """

    def slot() -> Sample:
        run()
        begin = clock()
        for _ in range(repeats):
            run()
        return {WHOLE: (clock() - begin) / repeats}

    return slot


def repeats_for(run: Callable[[], Any], seconds: float, clock: Clock = perf_counter_ns) -> int:
    """Return how many runs take about so long, at least one; by the fastest of three.

    Examples
    --------
    >>> ticks = iter([0, 2_000_000, 0, 9_000_000, 0, 3_000_000])
    >>> repeats_for(lambda: None, seconds=0.05, clock=lambda: next(ticks))
    25
    """
    return max(1, round(seconds * 1e9 / max(1, fastest(run, 3, clock))))


def fastest(run: Callable[[], Any], rounds: int, clock: Clock = perf_counter_ns) -> int:
    """Return the nanoseconds of the fastest of some runs, after one that is not counted.

    Examples
    --------
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


def rest() -> None:
    """Wait until no thread of this process computes any more.

    The threads of a library look for more work before they sleep, those of OpenBLAS for a tenth of
    a second.  They would take the processors from the next engine: PyTorch's threads, which wait
    for each other, then take ten times as long.
    """
    for _ in range(PATIENCE):
        before = process_time()
        sleep(LOOK)
        if process_time() - before <= LOOK / 5:
            return


def alternate(slots: Mapping[str, Slot], rounds: int) -> dict[str, list[Sample]]:
    """Run every slot once per round, in a rotating order, and return the samples of each.

    Parameters
    ----------
    slots : dict of callables
        By the names of the engines; each returns a sample.
    rounds : int

    Examples
    --------
    >>> order = []
    >>> slots = {name: lambda name=name: order.append(name) or {"whole": 1.0} for name in "ab"}
    >>> samples = alternate(slots, rounds=2)
    >>> "".join(order), samples["a"]
    ('ababba', [{'whole': 1.0}, {'whole': 1.0}])
    """
    names = list(slots)
    samples: dict[str, list[Sample]] = {name: [] for name in names}
    for slot in slots.values():
        slot()  # not counted: the first call fills caches
    for turn in range(rounds):
        first = turn % len(names)
        for name in names[first:] + names[:first]:
            gc.collect()  # the garbage of one engine shall not burden another's slot
            rest()
            samples[name].append(slots[name]())
    return samples


def typical(samples: list[Sample], phase: str = WHOLE) -> float:
    """Return the median over the rounds."""
    return median(sample[phase] for sample in samples)


def ratio(ours: list[Sample], theirs: list[Sample], phase: str = WHOLE) -> float:
    """Return the median of the ratios that were taken round by round.

    Examples
    --------
    >>> ratio([{"whole": 1.0}, {"whole": 30.0}], [{"whole": 2.0}, {"whole": 60.0}])
    0.5
    """
    return median(a[phase] / b[phase] for a, b in zip(ours, theirs, strict=True))


def geometric_mean(ratios: Iterable[float]) -> float:
    """Return the mean in which twice as fast and half as fast cancel.

    Examples
    --------
    >>> round(geometric_mean([0.5, 2.0]), 12)
    1.0
    """
    return exp(fmean(map(log, ratios)))
