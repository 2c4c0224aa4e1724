"""How our engine scales with depth: a chain ten times as long takes ten times the time and memory.

The peers are absent: micrograd cannot follow so deep a chain.
"""

from __future__ import annotations

import gc
import tracemalloc
from functools import partial

from benchmarks.engines import Engine
from benchmarks.measure import PHASES, Sample, alternate, ratio, time_pass, typical
from benchmarks.overhead import chain, leaves
from benchmarks.report import Row, Table


def run(engines: list[Engine], quick: bool) -> Table:
    """Measure a short and a long chain, with Python's garbage collector on and off."""
    ours = engines[0]
    lengths = (10_000, 100_000) if quick else (100_000, 1_000_000)
    rounds = 3 if quick else 7
    bytes_per_op = [memory(ours, ops) for ops in lengths]
    rows: list[Row] = []
    for collector in ("on", "off"):
        slots = {str(ops): partial(slot, ours, ops, collector) for ops in lengths}
        short, long = alternate(slots, rounds).values()
        for ops, samples, used in zip(lengths, (short, long), bytes_per_op, strict=True):
            times = {phase: typical(samples, phase) for phase in PHASES}
            rows.append({"gc": collector, "ops": f"{ops:,}", **times, "graph": used})
        ratios = {phase: ratio(long, short, phase) for phase in PHASES}
        growth = bytes_per_op[1] / bytes_per_op[0]
        rows.append({"gc": collector, "ops": "long / short", **ratios, "graph": growth})
    note = (
        f"glassgrad on y = y * k + x.  Times in ns per operation, medians of {rounds} rounds.\n"
        "graph: bytes per operation.  long / short: 1 is linear."
    )
    return Table("depth", note, rows)


def slot(engine: Engine, ops: int, collector: str) -> Sample:
    """Time one chain.

    The collector looks through a graph again and again while it grows, and finds nothing.  With
    the collector off, the times are the engine's alone.
    """
    if collector == "off":
        gc.disable()
    sample = time_pass(partial(chain, engine, ops, *leaves(engine, 1)), engine.backward, ops)
    gc.enable()
    return sample


def memory(engine: Engine, ops: int) -> float:
    """Return the bytes that a graph holds per operation.

    By tracemalloc, as the size of the process depends on what earlier suites left free in it.  The
    allocator's own losses, about a tenth, are not counted.  Apart from the timing, as tracing is
    slow.
    """
    tracemalloc.start()
    y = chain(engine, ops, *leaves(engine, 1))
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    del y
    return held / ops
