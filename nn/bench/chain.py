"""How the engine scales with depth: ten times as long a chain, ten times the time and memory."""

from __future__ import annotations

import gc
import tracemalloc
from collections.abc import Sequence
from functools import partial

from nn.bench.engines import Engine
from nn.bench.overhead import chain, leaves
from nn.bench.timing import Sample, alternate, time_pass


def measure(
    engine: Engine, lengths: Sequence[int], rounds: int, collector: bool = True
) -> dict[int, list[Sample]]:
    """Time chains of some lengths by turns.

    Parameters
    ----------
    engine : Engine
    lengths : sequence of int
    rounds : int
    collector : bool
        Whether Python's garbage collector is on, as usual.

    Returns
    -------
    dict of lists of samples
        Nanoseconds per operation, by the lengths.
    """
    slots = {str(ops): partial(slot, engine, ops, collector) for ops in lengths}
    return {int(ops): samples for ops, samples in alternate(slots, rounds).items()}


def slot(engine: Engine, ops: int, collector: bool) -> Sample:
    """Time one chain.

    The collector looks through a graph again and again while it grows, and finds nothing.  With
    the collector off, the times are the engine's alone.
    """
    if not collector:
        gc.disable()
    try:
        return time_pass(partial(chain, engine, ops, *leaves(engine, 1)), engine.backward, ops)
    finally:
        gc.enable()


def memory(engine: Engine, ops: int) -> float:
    """Return the bytes that a graph holds per operation.

    By tracemalloc, as the size of the process depends on what was left free in it.  The
    allocator's own losses, about a tenth, are not counted.  Apart from the timing, as tracing is
    slow.
    """
    tracemalloc.start()
    y = chain(engine, ops, *leaves(engine, 1))
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    del y
    return held / ops
