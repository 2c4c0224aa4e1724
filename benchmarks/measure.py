"""Timing in alternating slots.

A machine is faster in one minute than in the next, so numbers of two separate runs compare little.
Here the engines take turns: in every round each gets one slot, in an order that rotates.  A ratio
is taken within a round, where the machine was the same for both, and the median over the rounds
passes over the slots that something disturbed.
"""

from __future__ import annotations

import gc
from collections.abc import Callable
from statistics import median
from time import perf_counter_ns
from typing import Any

Sample = dict[str, float]  # nanoseconds per operation, for every phase
Slot = Callable[[], Sample]

PHASES = ("forward", "backward", "both")


def passes(
    forward: Callable[..., Any],
    backward: Callable[[Any], None],
    leaves: Callable[[], tuple[Any, ...]],
    ops: int,
    repeats: int = 1,
) -> Sample:
    """Time forward and backward passes.

    Parameters
    ----------
    forward : callable
        Computes the result from the leaves.
    backward : callable
        Runs the backward pass from the result.
    leaves : callable
        Makes new leaves, untimed; on old ones a second pass would add to the first gradient.
    ops : int
        The number of operations in one forward pass.
    repeats : int
        How many passes to time.  With several, the garbage collector runs as often as in a
        training loop.

    Returns
    -------
    dict
        Nanoseconds per operation.  "both" is forward, backward and the freeing of the graph:
        some engines free it in the backward pass, others when the result is dropped.
    """
    totals = [0, 0, 0]
    for _ in range(repeats):
        inputs = leaves()
        begin = perf_counter_ns()
        result = forward(*inputs)
        middle = perf_counter_ns()
        backward(result)
        end = perf_counter_ns()
        del result
        freed = perf_counter_ns()
        spent = (middle - begin, end - middle, freed - begin)
        totals = [total + ns for total, ns in zip(totals, spent, strict=True)]
    return {phase: total / (ops * repeats) for phase, total in zip(PHASES, totals, strict=True)}


def alternate(slots: dict[str, Slot], rounds: int) -> dict[str, list[Sample]]:
    """Run every slot once per round, in a rotating order, and return the samples of each."""
    names = list(slots)
    samples: dict[str, list[Sample]] = {name: [] for name in names}
    for slot in slots.values():
        slot()  # not counted: the first call fills caches
    for turn in range(rounds):
        first = turn % len(names)
        for name in names[first:] + names[:first]:
            gc.collect()  # the garbage of one engine shall not be collected in another's slot
            samples[name].append(slots[name]())
    return samples


def typical(samples: list[Sample], phase: str) -> float:
    """Return the median over the rounds."""
    return median(sample[phase] for sample in samples)


def ratio(ours: list[Sample], theirs: list[Sample], phase: str) -> float:
    """Return the median of the ratios that were taken round by round."""
    return median(a[phase] / b[phase] for a, b in zip(ours, theirs, strict=True))
