"""What an operation costs, beside all peers: forward, backward, and both with freeing the graph."""

from __future__ import annotations

from collections.abc import Iterator

from nn.bench.engines import Engine
from nn.bench.overhead import WORKLOADS, measure
from nn.bench.table import Row, Table
from nn.bench.targets import columns
from nn.bench.timing import PHASES, Sample, ratio, typical

SIZES = {1: "1", 8: "8", 1_000: "1e3", 1_000_000: "1e6"}


def run(engines: list[Engine], quick: bool) -> Iterator[Table]:
    """Measure every workload on numbers and on arrays."""
    rounds = 3 if quick else 11
    names = [engine.name for engine in engines]
    rows = []
    for name in WORKLOADS:
        for size in SIZES:
            rows += compare(name, size, measure(name, size, engines, rounds), names)
    note = (
        f"ns per operation on so many float32: medians of {rounds} rounds.\n"
        "/peer: our time over the peer's, the median of the ratios of the rounds.\n"
        "both: forward, backward and the freeing of the graph."
    )
    yield Table("Overhead of an operation", note, rows)


def compare(
    workload: str, size: int, samples: dict[str, list[Sample]], names: list[str]
) -> list[Row]:
    """Return a row for every phase; an engine that has no samples gets None."""
    ours, *peers = names
    rows = []
    for phase in PHASES:
        row: Row = {"workload": workload, "size": SIZES[size], "phase": phase}
        for name in names:
            row[name] = typical(samples[name], phase) if name in samples else None
        ratios = {
            peer: ratio(samples[ours], samples[peer], phase) if peer in samples else None
            for peer in peers
        }
        row |= {f"/{peer}": value for peer, value in ratios.items()}
        rows.append(row | columns(f"{size} numbers, {phase}", ratios))
    return rows
