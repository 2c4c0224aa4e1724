"""The cost of an operation in chains on one number and on arrays, beside all peers.

On few numbers the arithmetic takes next to no time, and what is left is the engine's own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

import numpy as np

from benchmarks.engines import Engine
from benchmarks.passes import PHASES, Pass, medians, ratios, time_pass
from benchmarks.targets import columns
from nn.cli.bench.contest import check_agreement
from nn.cli.bench.table import Row, Table
from nn.cli.bench.tasks import chain, chain_inputs
from nn.cli.bench.timing import alternate

SIZES = {1: "1", 8: "8", 1_000: "1e3", 1_000_000: "1e6"}
# micrograd recurses, and so did older versions of MyGrad: at 1,000 nested calls Python stops them.
LONGEST = 300
# Several chains in a slot, so that garbage is collected as often as in a training loop.
REPEATS = 10
NUMBERS = 3_000_000  # in all the results of a chain, so that it fits into the memory


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


def compare(workload: str, size: int, passes: dict[str, list[Pass]], names: list[str]) -> list[Row]:
    """Return a row for every phase; the cells of an engine that was not measured are empty."""
    ours, *peers = names
    times = {name: medians(passes[name]) for name in passes}
    shares = {peer: ratios(passes[ours], passes[peer]) for peer in peers if peer in passes}
    rows = []
    for phase in PHASES:
        row: Row = {"workload": workload, "size": SIZES[size], "phase": phase}
        row |= {name: times[name][phase] if name in times else None for name in names}
        found = {peer: shares[peer][phase] if peer in shares else None for peer in peers}
        row |= {f"/{peer}": value for peer, value in found.items()}
        rows.append(row | columns(f"{size} numbers, {phase}", found))
    return rows


def constant(ops: int, y: Any, k: Any, x: Any) -> Any:
    """Chain operations of one input and a Python number."""
    for _ in range(ops // 2):
        y = y * 0.999 + 0.001
    return y


def unary(function: Callable[[Any], Any], ops: int, y: Any, k: Any, x: Any) -> Any:
    """Chain operations of one input."""
    for _ in range(ops):
        y = function(y)
    return y


WORKLOADS: dict[str, Callable[[Engine], Callable[..., Any]]] = {
    "chain": lambda engine: chain,
    "constant": lambda engine: constant,
    "relu": lambda engine: partial(unary, engine.functions["relu"]),
    "tanh": lambda engine: partial(unary, engine.functions["tanh"]),
}


def measure(name: str, size: int, engines: Sequence[Engine], rounds: int) -> dict[str, list[Pass]]:
    """Let the engines that can take turns at one workload, when they agree on its result."""
    able = [engine for engine in engines if can_run(engine, name, size)]
    check_agreement(f"{name} of {size}", {e.name: outcome(e, name, size) for e in able})
    slots = {engine.name: partial(slot, engine, name, size) for engine in able}
    return alternate(slots, rounds)


def can_run(engine: Engine, name: str, size: int) -> bool:
    """Return whether the engine has what the workload needs."""
    known = name in ("chain", "constant") or name in engine.functions
    return known and (size == 1 or engine.arrays)


def outcome(engine: Engine, name: str, size: int) -> list[Any]:
    """Return the result of a chain, and the gradient of its first input."""
    y, k, x = leaves(engine, size)
    result = WORKLOADS[name](engine)(length(size), y, k, x)
    engine.backward(result)
    return [np.asarray(result.data), np.asarray(y.grad)]


def slot(engine: Engine, name: str, size: int) -> Pass:
    """Time one engine on one workload."""
    ops = length(size)
    passes = []
    for _ in range(REPEATS if ops == LONGEST else 1):
        forward = partial(WORKLOADS[name](engine), ops, *leaves(engine, size))
        passes.append(time_pass(forward, engine.backward, ops))
    return {phase: sum(each[phase] for each in passes) / len(passes) for phase in PHASES}


def length(size: int) -> int:
    """Return how many operations a chain on so many numbers has.

    Examples
    --------
    >>> length(1), length(1_000), length(1_000_000)
    (300, 300, 4)
    """
    return min(LONGEST, max(4, NUMBERS // size))


def leaves(engine: Engine, size: int) -> list[Any]:
    """Make new leaves y, k and x: on old ones, a gradient would be added to the last pass's."""
    return [engine.leaf(value) for value in chain_inputs(() if size == 1 else (size,))]
