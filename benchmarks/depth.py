"""Time and memory of our engine on a long chain and on one ten times as long.

The peers are absent: micrograd cannot follow so deep a chain.
"""

from __future__ import annotations

import gc
import tracemalloc
from collections.abc import Iterator
from functools import partial

from benchmarks.engines import Engine
from benchmarks.overhead import leaves
from benchmarks.passes import Pass, medians, ratios, time_pass
from benchmarks.targets import columns
from nn.cli.bench.table import Row, Table
from nn.cli.bench.tasks import chain
from nn.cli.bench.timing import alternate

ROUNDS = 3


def run(engines: list[Engine], quick: bool) -> Iterator[Table]:
    """Measure a short and a long chain, with Python's garbage collector on and off."""
    ours = engines[0]
    lengths = (10_000, 100_000) if quick else (100_000, 1_000_000)
    held = {ops: memory(ours, ops) for ops in lengths}
    rows = [row for collector in (True, False) for row in compare(ours, held, collector)]
    note = (
        f"glassgrad on y = y * k + x.  Times in ns per operation, medians of {ROUNDS} rounds;\n"
        "gc: Python's garbage collector.  bytes: of the graph, per operation, by tracemalloc.\n"
        "long / short: 1 is linear."
    )
    yield Table("Depth", note, rows)


def compare(engine: Engine, held: dict[int, float], collector: bool) -> list[Row]:
    """Return a row of each of two lengths, and one of their ratios.

    Parameters
    ----------
    engine : Engine
    held : dict
        The bytes per operation, by the lengths.
    collector : bool
        Whether Python's garbage collector is on, as usual.
    """
    slots = {ops: partial(slot, engine, ops, collector) for ops in held}
    passes = alternate(slots, ROUNDS)
    short, long = held
    growth = ratios(passes[long], passes[short])
    figures = {"bytes": held[long], "long / short": growth["both"]}
    first: Row = {"gc": "on" if collector else "off"}
    times = {ops: {**medians(passes[ops]), "bytes": held[ops]} for ops in held}
    return [
        *(first | {"ops": f"{ops:,}", **row} | columns("", {}) for ops, row in times.items()),
        first
        | {"ops": "long / short", **growth, "bytes": held[long] / held[short]}
        | columns("chain", figures),
    ]


def slot(engine: Engine, ops: int, collector: bool) -> Pass:
    """Time one chain.

    The collector looks through a graph again and again while it grows, and finds no garbage.  With
    the collector off, the times are the engine's alone.
    """
    if not collector:
        gc.disable()
    try:
        return time_pass(partial(chain, ops, *leaves(engine, 1)), engine.backward, ops)
    finally:
        gc.enable()


def memory(engine: Engine, ops: int) -> float:
    """Return the bytes that a graph holds per operation.

    By tracemalloc, as the size of the process depends on what was left free in it.  The
    allocator's own losses, about a tenth, are not counted.  Apart from the timing, as tracing is
    slow.
    """
    tracemalloc.start()
    y = chain(ops, *leaves(engine, 1))
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    del y
    return held / ops
