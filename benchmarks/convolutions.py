"""Convolutions beside PyTorch, and beside what the machine can do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from nn.bench.contest import OURS, Result, contest
from nn.bench.convolution import GEOMETRIES, MAPS
from nn.bench.engines import Engine
from nn.bench.table import Row, Table
from nn.bench.targets import SHARE, columns
from nn.bench.timing import MICROSECOND, geometric_mean


def run(engines: list[Engine], quick: bool) -> Iterator[Table]:
    """Measure the three maps of every geometry."""
    rounds, seconds = (3, 0.01) if quick else (9, 0.03)
    rows: list[Row] = []
    results: dict[str, list[Result]] = {which: [] for which in MAPS}
    for convolution in GEOMETRIES[:: 2 if quick else 1]:
        for which in MAPS:
            result = contest(convolution.task(which), rounds, seconds)
            results[which].append(result)
            rows.append(row(convolution.name, which, result))
    note = (
        f"us in float32: medians of {rounds} rounds in which the engines take turns.\n"
        "map: forward, the gradient of the image, or that of the kernel.\n"
        "/torch: our time over PyTorch's.\n"
        "in products: the part of our time that the same matrix products take alone.\n"
        "GFLOP/s: arithmetic of the convolution over our time; of limit: of those of a large\n"
        "matrix product in the same rounds."
    )
    yield Table("Convolutions", note, rows)
    results["all"] = [result for found in results.values() for result in found]
    yield Table(
        "Convolutions: geometric means",
        "of our time over PyTorch's, over all images and kernels",
        [mean(which, found) for which, found in results.items()],
    )


def row(name: str, which: str, result: Result) -> Row:
    """Return the row of one map."""
    return {
        "images to outputs, kernel": name,
        "map": which,
        **result.times((OURS, "torch"), MICROSECOND),
        "/torch": result.ratio("torch"),
        SHARE: result.share,
        "GFLOP/s": result.rate,
        "of limit": result.of_limit,
    }


def mean(which: str, results: Sequence[Result]) -> Row:
    """Return the row of the geometric mean of the ratios."""
    ratios = [ratio for result in results if (ratio := result.ratio("torch")) is not None]
    found = geometric_mean(ratios) if ratios else None
    row: Row = {"map": which, "/torch": found}
    return row | columns("convolutions" if which == "all" else "", {"torch": found})
