"""What an operation costs: chains of operations on one number, and on arrays of some sizes.

On few numbers the arithmetic takes next to no time, and what is left is the engine's own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np

from nn.bench.contest import check_agreement
from nn.bench.engines import Engine
from nn.bench.timing import PHASES, Sample, alternate, time_pass

# micrograd recurses, and so did older versions of MyGrad: at 1,000 nested calls Python stops them.
LONGEST = 300
# Several chains in a slot, so that garbage is collected as often as in a training loop.
REPEATS = 10
NUMBERS = 3_000_000  # in all the results of a chain, so that it fits into the memory


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


def measure(
    name: str, size: int, engines: Sequence[Engine], rounds: int
) -> dict[str, list[Sample]]:
    """Let the engines that can take turns at one workload, when they agree on its result.

    Returns
    -------
    dict of lists of samples
        Nanoseconds per operation and phase, by the names of the engines.
    """
    able = [engine for engine in engines if can_run(engine, name, size)]
    check_agreement(f"{name} of {size}", {e.name: outcome(e, name, size) for e in able})
    slots = {engine.name: partial(slot, engine, name, size) for engine in able}
    return alternate(slots, rounds)


def can_run(engine: Engine, name: str, size: int) -> bool:
    """Return whether the engine has what the workload needs."""
    known = name in ("chain", "constant") or name in engine.functions
    return known and (size == 1 or engine.arrays)


def outcome(engine: Engine, name: str, size: int) -> list[Any]:
    """Return the result of a chain, and the gradient of what it begins with."""
    y, k, x = leaves(engine, size)
    result = WORKLOADS[name](engine, length(size), y, k, x)
    engine.backward(result)
    return [np.asarray(result.data), np.asarray(y.grad)]


def slot(engine: Engine, name: str, size: int) -> Sample:
    """Time one engine on one workload."""
    ops = length(size)
    passes = []
    for _ in range(REPEATS if ops == LONGEST else 1):
        forward = partial(WORKLOADS[name], engine, ops, *leaves(engine, size))
        passes.append(time_pass(forward, engine.backward, ops))
    return {phase: sum(sample[phase] for sample in passes) / len(passes) for phase in PHASES}


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
    values = (1.0, 0.999, 0.001)
    return [engine.leaf(np.full(() if size == 1 else size, v, np.float32)) for v in values]
