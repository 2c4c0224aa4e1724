"""What ``glassgrad bench`` measures: a few tasks of every kind, in one table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

import autograd as ag
from nn.cli.bench import pytorch
from nn.cli.bench.arithmetic import products
from nn.cli.bench.contest import COMPILED, OURS, Contender, Result, Task, contest, of_one_array
from nn.cli.bench.table import Row, Table
from nn.cli.bench.timing import MICROSECOND
from nn.cli.bench.training import LENET5, PERCEPTRONS

OF_LIMIT = "of limit"
SHORT = 300  # operations
NOTE = """\
In float32.  An operation is counted forward and backward; a step of training also has the loss and
the new weights; of the convolution of 32 images, 64 channels of 16x16, only forward.
compiled: the same step of training by nn.compile.
of limit: our GFLOP/s, of the compiled step where there is one, over those of a large matrix
product in the same seconds; above 1 only where something else disturbed one of them."""
PEER = (
    "\n/torch: our time over PyTorch's, the median of the ratios of the rounds; below 1 is faster."
)


def table(quick: bool) -> Table:
    """Measure all tasks.

    Parameters
    ----------
    quick : bool
        Whether to be less exact, in a few seconds.

    Returns
    -------
    Table
        Without PyTorch, it has no columns for it.
    """
    rounds, seconds = (3, 0.01) if quick else (5, 0.04)
    long = 10_000 if quick else 100_000
    tasks = [  # each with the operations in one run, for the time of one
        (operation("on 1 number", SHORT), SHORT),
        (operation("on 8 numbers", SHORT, (8,)), SHORT),
        *((training.task(), 1) for training in (*PERCEPTRONS, LENET5)),
        (convolution(), 1),
        (operation(f"in a chain of {long:,}", long, peer=False), long),
    ]
    rows = [row(task.name, contest(task, rounds, seconds), ops) for task, ops in tasks]
    return Table(f"Medians of {rounds} rounds", NOTE + (PEER if pytorch.installed() else ""), rows)


def operation(which: str, ops: int, shape: tuple[int, ...] = (), peer: bool = True) -> Task:
    """Return the task to go forward and backward through a chain of operations.

    On few numbers the arithmetic takes next to no time, and what is left is the engine's own.
    """
    f, values = partial(chain, ops), chain_inputs(shape)
    ours, theirs = (partial(by, f, values) for by in (differentiate, pytorch.differentiate))
    return Task(f"an operation {which}", pytorch.beside(ours, theirs) if peer else {OURS: ours})


def chain(ops: int, y: Any, k: Any, x: Any) -> Any:
    """Multiply and add in turns, with a gradient of both inputs of each operation."""
    for _ in range(ops // 2):
        y = y * k + x
    return y


def chain_inputs(shape: tuple[int, ...]) -> list[NDArray[np.float32]]:
    """Return y, k and x, such that a chain stays near 1."""
    return [np.full(shape, value, np.float32) for value in (1.0, 0.999, 0.001)]


def differentiate(f: Callable[..., ag.Tensor], values: Sequence[NDArray[np.float32]]) -> Contender:
    """Go forward and backward through a function of new leaves."""

    def run() -> tuple[Any, Any]:
        leaves = [ag.tensor(value, requires_grad=True) for value in values]
        y = f(*leaves)
        y.backward(np.ones(y.shape, y.dtype))
        return y.data, leaves[0].grad

    return Contender(run, run)


def convolution() -> Task:
    """Return the task to convolve a batch of images."""
    rng = np.random.default_rng(0)
    image, kernel = (
        rng.normal(size=shape).astype(np.float32) for shape in ((32, 64, 16, 16), (64, 64, 3, 3))
    )

    def by_us() -> Contender:
        return of_one_array(lambda: ag.conv(image, kernel, padding=1))

    makers = pytorch.beside(by_us, partial(pytorch.conv, image, kernel, padding=1))
    flops = 2 * products("conv", image.shape, image.shape, kernel.shape)
    return Task("conv 32x64x16x16 to 64, 3x3, forward", makers, flops)


def row(task: str, result: Result, ops: int) -> Row:
    """Return the row of a task; it has no columns for a peer that is not installed."""
    peers = ["torch"] if pytorch.installed() else []
    found: Row = {"task, times in us": task}
    found |= result.times([OURS, COMPILED, *peers], MICROSECOND * ops)
    found |= {f"/{peer}": result.ratio(peer) for peer in peers}
    best = COMPILED if COMPILED in result.samples else OURS
    return found | {OF_LIMIT: result.of_limit(best)}
