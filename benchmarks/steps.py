"""Steps of training beside PyTorch, JAX and MyGrad, and beside what the machine can do."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks import in_jax, in_mygrad
from nn.bench.contest import OURS, Result, contest
from nn.bench.engines import Engine
from nn.bench.table import Row, Table
from nn.bench.targets import BEST, SHARE, best_of, columns
from nn.bench.timing import MILLISECOND
from nn.bench.training import STEPS, Maker, Training

PEERS = ("torch", "jax", "mygrad")


def run(engines: list[Engine], quick: bool) -> Iterator[Table]:
    """Measure every step."""
    rounds, seconds = (3, 0.02) if quick else (15, 0.06)
    results = {t: contest(t.task(peers(t)), rounds, seconds) for t in STEPS}
    note = (
        f"ms for forward, cross-entropy, backward and SGD in float32: medians of {rounds}\n"
        "rounds in which the engines take turns.  /peer: our time over the peer's.\n"
        "PyTorch is eager, JAX compiled by jit.  All begin with the same weights, and agree on\n"
        "loss, gradients and new weights."
    )
    yield Table("Training steps", note, [row(t, result) for t, result in results.items()])
    yield Table(
        "Training steps: distance to the limit",
        "in products: the part of our time that the same matrix products take alone, in the\n"
        "same rounds.  GFLOP/s: arithmetic of the products over our whole time; of limit: of\n"
        "those of a large product in the same rounds.",
        [distance(t, result) for t, result in results.items()],
    )


def peers(training: Training) -> dict[str, Maker]:
    """Return the peers that are installed and can do a step, but PyTorch."""
    return {**in_jax.makers(training), **in_mygrad.makers(training)}


def row(training: Training, result: Result) -> Row:
    """Return times and ratios."""
    milliseconds = result.times((OURS, *PEERS), MILLISECOND)
    ratios = {peer: result.ratio(peer) for peer in PEERS}
    shown = {f"/{peer}": value for peer, value in ratios.items()}
    figures = {**ratios, BEST: best_of(ratios.values())}
    first: Row = {"step": training.network, "batch": training.batch}
    return first | milliseconds | shown | columns(training.name, figures)


def distance(training: Training, result: Result) -> Row:
    """Return how near a step is to the limit."""
    return {
        "step": training.network,
        "batch": training.batch,
        SHARE: result.share,
        "GFLOP/s": result.rate,
        "of limit": result.of_limit,
        **columns(training.name, {SHARE: result.share}, least=True),
    }
