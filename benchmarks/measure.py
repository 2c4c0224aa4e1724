"""Timing in alternating slots.

A machine is faster in one minute than in the next, so numbers of two separate runs compare little.
Here the engines take turns: in every round each gets one slot, in an order that rotates.  A ratio
is taken within a round, where the machine was the same for both, and the median over the rounds
passes over those that something disturbed.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Mapping
from statistics import median
from time import perf_counter_ns
from typing import Any

Sample = dict[str, float]  # nanoseconds per operation, for every phase
Slot = Callable[[], Sample]

# "both" is more than the sum: it has the freeing of the graph, which some engines do in the
# backward pass and others when the result is dropped.
PHASES = ("forward", "backward", "both")


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


def alternate(slots: Mapping[str, Slot], rounds: int) -> dict[str, list[Sample]]:
    """Run every slot once per round, in a rotating order, and return the samples of each."""
    names = list(slots)
    samples: dict[str, list[Sample]] = {name: [] for name in names}
    for slot in slots.values():
        slot()  # not counted: the first call fills caches
    for turn in range(rounds):
        first = turn % len(names)
        for name in names[first:] + names[:first]:
            gc.collect()  # the garbage of one engine shall not burden another's slot
            samples[name].append(slots[name]())
    return samples


def typical(samples: list[Sample], phase: str) -> float:
    """Return the median over the rounds."""
    return median(sample[phase] for sample in samples)


def ratio(ours: list[Sample], theirs: list[Sample], phase: str) -> float:
    """Return the median of the ratios that were taken round by round."""
    return median(a[phase] / b[phase] for a, b in zip(ours, theirs, strict=True))
