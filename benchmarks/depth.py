"""How our engine scales with depth: a chain ten times as long takes ten times the time and memory.

The peers are absent: micrograd cannot follow so deep a chain.
"""

from __future__ import annotations

from collections.abc import Iterator

from nn.bench.chain import measure, memory
from nn.bench.engines import Engine
from nn.bench.table import Row, Table
from nn.bench.targets import columns
from nn.bench.timing import PHASES, ratio, typical


def run(engines: list[Engine], quick: bool) -> Iterator[Table]:
    """Measure a short and a long chain, with Python's garbage collector on and off."""
    ours = engines[0]
    lengths = (10_000, 100_000) if quick else (100_000, 1_000_000)
    rounds = 3
    held = {ops: memory(ours, ops) for ops in lengths}
    rows: list[Row] = []
    for collector in (True, False):
        samples = measure(ours, lengths, rounds, collector)
        short, long = (samples[ops] for ops in lengths)
        shown = "on" if collector else "off"
        for ops in lengths:
            times = {phase: typical(samples[ops], phase) for phase in PHASES}
            rows.append({"gc": shown, "ops": f"{ops:,}", **times, "bytes": held[ops]})
        ratios = {phase: ratio(long, short, phase) for phase in PHASES}
        growth = held[lengths[1]] / held[lengths[0]]
        rows.append({"gc": shown, "ops": "long / short", **ratios, "bytes": growth})
        figures = {"bytes": held[lengths[1]], "long / short": ratios["both"]}
        for row in rows[-3:]:
            row |= columns("chain" if row is rows[-1] else "", figures)
    note = (
        f"glassgrad on y = y * k + x.  Times in ns per operation, medians of {rounds} rounds;\n"
        "gc: Python's garbage collector.  bytes: of the graph, per operation, by tracemalloc.\n"
        "long / short: 1 is linear."
    )
    yield Table("Depth", note, rows)
