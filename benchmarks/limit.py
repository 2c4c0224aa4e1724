"""What the machine can do at best; the other suites say how near to it we are."""

from __future__ import annotations

from collections.abc import Iterator

from nn.bench import limits
from nn.bench.engines import Engine
from nn.bench.table import Table


def run(engines: list[Engine], quick: bool) -> Iterator[Table]:
    """Measure the limits; the engines have no part in it."""
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
