"""What an operation costs beside its arithmetic: chains of operations on 1 or on 8 numbers.

So little arithmetic takes next to no time, and what is left is the engine's own.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from benchmarks.engines import Engine
from benchmarks.measure import PHASES, Sample, alternate, ratio, time_pass, typical
from benchmarks.report import Row, Table

# micrograd recurses, and so did older versions of MyGrad: at 1,000 nested calls Python stops them.
OPS = 300
# Several chains in a slot, so that garbage is collected as often as in a training loop.
REPEATS = 10


def chain(engine: Engine, ops: int, y: Any, k: Any, x: Any) -> Any:
    """Operations of two inputs, both with a gradient."""
    for _ in range(ops // 2):
        y = y * k + x
    return y


def constant(engine: Engine, ops: int, y: Any, k: Any, x: Any) -> Any:
    """Operations of one input and a Python number."""
    for _ in range(ops // 2):
        y = y * 0.999 + 0.001
    return y


def unary(name: str, engine: Engine, ops: int, y: Any, k: Any, x: Any) -> Any:
    """Operations of one input."""
    function = engine.functions[name]
    for _ in range(ops):
        y = function(y)
    return y


WORKLOADS: dict[str, Callable[..., Any]] = {
    "chain": chain,
    "constant": constant,
    "relu": partial(unary, "relu"),
    "tanh": partial(unary, "tanh"),
}


def run(engines: list[Engine], quick: bool) -> Table:
    """Measure every workload on scalars and on vectors of 8."""
    rounds = 11 if quick else 40
    rows = []
    for name in WORKLOADS:
        for size in (1, 8):
            slots = {
                engine.name: partial(slot, engine, name, size)
                for engine in engines
                if can_run(engine, name, size)
            }
            rows += compare(name, size, alternate(slots, rounds), [e.name for e in engines])
    note = (
        f"ns per operation: medians of {rounds} rounds of {REPEATS} chains of {OPS} operations.\n"
        "/peer: our time over the peer's, the median of the ratios of the rounds.\n"
        "both: forward, backward and the freeing of the graph."
    )
    return Table("overhead", note, rows)


def can_run(engine: Engine, name: str, size: int) -> bool:
    """Return whether the engine has what the workload needs."""
    known = name in ("chain", "constant") or name in engine.functions
    return known and (size == 1 or engine.arrays)


def slot(engine: Engine, name: str, size: int) -> Sample:
    """Time one engine on one workload."""
    passes = []
    for _ in range(REPEATS):
        forward = partial(WORKLOADS[name], engine, OPS, *leaves(engine, size))
        passes.append(time_pass(forward, engine.backward, OPS))
    return {phase: sum(sample[phase] for sample in passes) / REPEATS for phase in PHASES}


def leaves(engine: Engine, size: int) -> list[Any]:
    """Make new leaves y, k and x: on old ones, a gradient would be added to the last pass's."""
    return [engine.leaf(v if size == 1 else np.full(size, v)) for v in (1.0, 0.999, 0.001)]


def compare(
    workload: str, size: int, samples: dict[str, list[Sample]], names: list[str]
) -> list[Row]:
    """Return a row for every phase; an engine that has no samples gets None."""
    ours, *peers = names
    rows = []
    for phase in PHASES:
        row: Row = {"workload": workload, "size": str(size), "phase": phase}
        for name in names:
            row[name] = typical(samples[name], phase) if name in samples else None
        for peer in peers:
            known = peer in samples
            row[f"/{peer}"] = ratio(samples[ours], samples[peer], phase) if known else None
        rows.append(row)
    return rows
