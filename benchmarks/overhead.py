"""What one operation costs beside its arithmetic: long chains of operations on tiny values.

On 1 or 8 numbers the arithmetic takes next to no time, so the time is the engine's own.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from benchmarks.engines import Engine
from benchmarks.measure import PHASES, alternate, passes, ratio, typical
from benchmarks.report import Cell, Table

Workload = Callable[[Engine, int, Any, Any, Any], Any]

# micrograd recurses, and so did older versions of MyGrad: at 1,000 nested calls Python stops them.
OPS = 300
REPEATS = 10


def chain(engine: Engine, ops: int, y: Any, k: Any, x: Any) -> Any:
    """Operations of two inputs, both with a gradient."""
    for _ in range(ops // 2):
        y = y * k + x
    return y


def constant(engine: Engine, ops: int, y: Any, k: Any, x: Any) -> Any:
    """Operations of one input and one Python number."""
    for _ in range(ops // 2):
        y = y * 0.999 + 0.001
    return y


def relu(engine: Engine, ops: int, y: Any, k: Any, x: Any) -> Any:
    """Operations of one input; the one that every engine has."""
    function = engine.relu
    for _ in range(ops):
        y = function(y)
    return y


def tanh(engine: Engine, ops: int, y: Any, k: Any, x: Any) -> Any:
    """Operations of one input; a primitive, where our `relu` is a composition."""
    function = engine.tanh
    for _ in range(ops):
        y = function(y)
    return y


def run(engines: list[Engine], quick: bool) -> Table:
    """Measure every workload on scalars and on vectors of 8."""
    rounds = 5 if quick else 40
    rows = []
    for workload in (chain, constant, relu, tanh):
        for size in (1, 8):
            able = [engine for engine in engines if runs(engine, workload, size)]
            rows += compare(engines, able, workload, size, rounds)
    return Table(
        "overhead",
        f"ns per operation, medians of {rounds} rounds of {REPEATS} chains of {OPS} operations.  "
        "both: with the freeing of the graph.\n"
        "/peer: our time over the peer's, the median of the ratios of the rounds.",
        rows,
    )


def runs(engine: Engine, workload: Workload, size: int) -> bool:
    """Return whether the engine has what the workload needs."""
    return (size == 1 or engine.arrays) and (workload is not tanh or engine.tanh is not None)


def compare(
    engines: list[Engine], able: list[Engine], workload: Workload, size: int, rounds: int
) -> list[dict[str, Cell]]:
    """Measure one workload on the engines able to run it; return a row for each phase."""
    slots = {
        engine.name: partial(
            passes,
            partial(workload, engine, OPS),
            engine.backward,
            partial(leaves, engine, size),
            OPS,
            REPEATS,
        )
        for engine in able
    }
    samples = alternate(slots, rounds)
    ours, *peers = [engine.name for engine in engines]
    rows = []
    for phase in PHASES:
        row: dict[str, Cell] = {"workload": workload.__name__, "size": str(size), "phase": phase}
        for name in (ours, *peers):
            row[name] = typical(samples[name], phase) if name in samples else None
        for name in peers:
            row[f"/{name}"] = (
                ratio(samples[ours], samples[name], phase) if name in samples else None
            )
        rows.append(row)
    return rows


def leaves(engine: Engine, size: int) -> tuple[Any, Any, Any]:
    """Make the leaves y, k and x; size 1 is a scalar."""
    return tuple(
        engine.leaf(value if size == 1 else np.full(size, value)) for value in (1.0, 0.999, 0.001)
    )
