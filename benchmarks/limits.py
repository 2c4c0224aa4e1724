"""The limits of the machine: matrix products and copying, by NumPy."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.engines import Engine
from nn.cli.bench import limits
from nn.cli.bench.table import Table


def run(engines: list[Engine], quick: bool) -> Iterator[Table]:
    """Measure the limits; the engines are not used."""
    found = limits.measured(quick)
    yield Table(
        "Limits of this machine",
        "in float32, by NumPy: the best of some runs",
        [
            {"what": "a large matrix product, one thread", "rate": found.one, "unit": "GFLOP/s"},
            {"what": "a large matrix product, all threads", "rate": found.all, "unit": "GFLOP/s"},
            {"what": "copying a large array", "rate": found.copying, "unit": "GB/s"},
        ],
    )
