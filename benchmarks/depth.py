"""How our engine scales with depth: a chain ten times as long costs ten times as much.

The peers are absent: micrograd cannot follow so deep a chain.
"""

from __future__ import annotations

import gc
import tracemalloc
from functools import partial

from benchmarks.engines import Engine
from benchmarks.measure import PHASES, Sample, alternate, passes, ratio, typical
from benchmarks.overhead import chain, leaves
from benchmarks.report import Cell, Table


def run(engines: list[Engine], quick: bool) -> Table:
    """Measure time and memory per operation of a short and a long chain."""
    ours = engines[0]
    short, long = (10_000, 100_000) if quick else (100_000, 1_000_000)
    rounds = 3 if quick else 7
    slots = {str(ops): partial(slot, ours, ops) for ops in (short, long)}
    samples = alternate(slots, rounds)
    rows = [row(ours, ops, samples[str(ops)]) for ops in (short, long)]
    last: dict[str, Cell] = {"ops": "long / short"}
    last |= {phase: ratio(samples[str(long)], samples[str(short)], phase) for phase in PHASES}
    last |= {key: rows[1][key] / rows[0][key] for key in ("graph", "peak")}
    return Table(
        "depth",
        f"glassgrad on y = y * k + x.  Times: ns per operation, medians of {rounds} rounds; "
        "1 in the last line is linear.\n"
        "Memory: bytes per operation, of the graph and at the peak of the backward pass.",
        [*rows, last],
    )


def slot(engine: Engine, ops: int) -> Sample:
    """Time one chain."""
    return passes(partial(chain, engine, ops), engine.backward, partial(leaves, engine, 1), ops)


def row(engine: Engine, ops: int, samples: list[Sample]) -> dict[str, Cell]:
    """Return the line of one length."""
    graph, peak = memory(engine, ops)
    times = {phase: typical(samples, phase) for phase in PHASES}
    return {"ops": f"{ops:,}", **times, "graph": graph, "peak": peak}


def memory(engine: Engine, ops: int) -> tuple[float, float]:
    """Return the bytes per operation of the graph alone and at the peak of the backward pass.

    By tracemalloc, because the size of the process depends on what earlier suites left free in
    it.  What the allocator loses by rounding is not in it: a tenth, about.  In a run of its own,
    because tracing is slow.
    """
    gc.collect()
    tracemalloc.start()
    y = chain(engine, ops, *leaves(engine, 1))
    graph, _ = tracemalloc.get_traced_memory()
    engine.backward(y)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return graph / ops, peak / ops
