"""Steps of training beside PyTorch, JAX and MyGrad, and beside the limit of matrix products."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median
from time import perf_counter_ns

from benchmarks import in_jax, in_mygrad
from benchmarks.engines import Engine
from benchmarks.residual import RESIDUAL
from benchmarks.targets import BEST, best_of, columns
from nn.cli.bench.contest import COMPILED, OURS, Result, contest
from nn.cli.bench.table import Row, Table
from nn.cli.bench.tasks import OF_LIMIT
from nn.cli.bench.timing import MILLISECOND
from nn.cli.bench.training import LENET5, PERCEPTRONS, Maker, Training, compiled_step

PEERS = ("torch", "jax", "mygrad")
JITTED = ("torch", "jax")  # beside the compiled step
STEPS = (*PERCEPTRONS, LENET5, RESIDUAL)


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
        "Training steps, compiled",
        "ms, in the same rounds: nn.compile beside the step that it is made of, PyTorch eager,\n"
        "and JAX compiled by jit.  /peer: the compiled time over the peer's.  first: the call\n"
        "that captures, compiles and makes the first step; the median of five.",
        [compiled_row(t, result) for t, result in results.items()],
    )
    yield Table(
        "Training steps: distance to the limit",
        "GFLOP/s: arithmetic of the products and convolutions over our whole time, eager and\n"
        "compiled; of limit: over those of a large matrix product in the same rounds.",
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


def compiled_row(training: Training, result: Result) -> Row:
    """Return the times of the compiled step, and its ratios."""
    first: Row = {"step": training.network, "batch": training.batch}
    found = first | result.times((OURS, COMPILED, *JITTED), MILLISECOND)
    figures = {peer: result.ratio(peer, COMPILED) for peer in JITTED}
    found |= {f"/{peer}": value for peer, value in figures.items()}
    found["first"] = median(first_ms(training) for _ in range(5))
    return found | columns(f"{training.name}, compiled", figures)


def first_ms(training: Training) -> float:
    """Return how long the first step of a program takes, which compiles it."""
    step, examples = compiled_step(training), training.examples()
    begin = perf_counter_ns()
    step(*examples)
    return (perf_counter_ns() - begin) / MILLISECOND


def distance(training: Training, result: Result) -> Row:
    """Return how near a step is to the limit."""
    limit = result.of_limit(COMPILED)
    return {
        "step": training.network,
        "batch": training.batch,
        "GFLOP/s": result.rate(),
        OF_LIMIT: result.of_limit(),
        "compiled GFLOP/s": result.rate(COMPILED),
        f"compiled {OF_LIMIT}": limit,
        **columns(f"{training.name}, compiled", {OF_LIMIT: limit}, least=True),
    }
