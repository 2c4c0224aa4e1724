"""The short table: a few tasks of every kind, for a look at one's own machine."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from nn.bench import chain, overhead
from nn.bench.contest import OURS, Result, contest
from nn.bench.convolution import Convolution
from nn.bench.engines import Engine, glassgrad, has_torch, torch
from nn.bench.table import Row, Table
from nn.bench.targets import SHARE
from nn.bench.timing import MICROSECOND
from nn.bench.training import LENET5, PERCEPTRONS

CONVOLUTION = Convolution(32, 64, 16, 64, 3, padding=1)
ROUNDS = {True: 3, False: 5}  # of those that are quick, and of the others
NOTE = """\
In float32.  An operation is counted forward and backward; a step of training also has the loss and
the new weights; of the convolution of 32 images, 64 channels of 16x16, only forward.
in products: the part of our time that the same matrix products take alone.
of limit: our GFLOP/s, of those of a large matrix product in the same seconds.
Both are above 1 only where something else disturbed one of them."""
PEER = (
    "\n/torch: our time over PyTorch's, the median of the ratios of the rounds; below 1 is faster."
)


def table(quick: bool) -> Table:
    """Measure all, and return the table.

    Parameters
    ----------
    quick : bool
        Whether to be less exact, in a few seconds.

    Returns
    -------
    Table
        Without PyTorch, it has no columns.
    """
    engines = [glassgrad(), *([torch()] if has_torch() else [])]
    rows = [*operations(engines, quick), *tasks(quick), *chains(engines[0], quick)]
    rounds = ROUNDS[quick]
    return Table(f"Medians of {rounds} rounds", NOTE + (PEER if has_torch() else ""), rows)


def operations(engines: Sequence[Engine], quick: bool) -> Iterator[Row]:
    """Yield what one operation costs, on one number and on a few."""
    for size, shown in ((1, "1 number"), (8, "8 numbers")):
        samples = overhead.measure("chain", size, engines, rounds=3 if quick else 11)
        yield row(f"an operation on {shown}", Result(samples, phase="both"))


def tasks(quick: bool) -> Iterator[Row]:
    """Yield the training steps and a convolution."""
    rounds, seconds = ROUNDS[quick], 0.01 if quick else 0.04
    for training in (*PERCEPTRONS, LENET5):
        yield row(f"step of {training.name}", contest(training.task(), rounds, seconds))
    task = CONVOLUTION.task("forward")
    yield row(f"conv {task.name}", contest(task, rounds, seconds))


def chains(engine: Engine, quick: bool) -> Iterator[Row]:
    """Yield what one operation costs in a long chain."""
    ops = 10_000 if quick else 100_000
    samples = chain.measure(engine, [ops], rounds=3)[ops]
    yield row(f"an operation in a chain of {ops:,}", Result({OURS: samples}, phase="both"))


def row(task: str, result: Result) -> Row:
    """Return the row of a task; it has no columns for a peer that is not installed."""
    peers = ["torch"] if has_torch() else []
    found: Row = {"task, times in us": task}
    found |= result.times([OURS, *peers], MICROSECOND)
    found |= {f"/{peer}": result.ratio(peer) for peer in peers}
    return found | {SHARE: result.share, "of limit": result.of_limit}
