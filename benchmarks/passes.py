"""A forward and a backward pass through a chain of operations, timed by phase."""

from __future__ import annotations

from collections.abc import Callable
from statistics import median
from time import perf_counter_ns
from typing import Any

from nn.cli.bench.timing import ratio

# "both" is more than the sum: it has the freeing of the graph, which some engines do in the
# backward pass and others when the result is dropped.
PHASES = ("forward", "backward", "both")
Pass = dict[str, float]  # nanoseconds per operation, for every phase


def time_pass(forward: Callable[[], Any], backward: Callable[[Any], None], ops: int) -> Pass:
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


def medians(passes: list[Pass]) -> Pass:
    """Return the median of every phase over the rounds."""
    return {phase: median(each[phase] for each in passes) for phase in PHASES}


def ratios(ours: list[Pass], theirs: list[Pass]) -> Pass:
    """Return for every phase the median of the ratios that were taken round by round."""
    return {phase: ratio([a[phase] for a in ours], [b[phase] for b in theirs]) for phase in PHASES}
