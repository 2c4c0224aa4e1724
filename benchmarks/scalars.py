"""micrograd's own demo in single numbers: a perceptron 2-16-16-1 and its margin loss.

The same code runs on micrograd's values and on our tensors: it needs arithmetic and a relu alone.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import pairwise
from typing import Any

import numpy as np

import autograd as ag
from benchmarks.engines import Engine
from benchmarks.targets import columns
from nn.cli.bench.contest import COMPILED, OURS, Contender, Task, contest
from nn.cli.bench.table import Row, Table
from nn.cli.bench.timing import MILLISECOND

SIZES = (2, 16, 16, 1)
DECAY, LR = 1e-4, 0.1


def run(engines: list[Engine], quick: bool) -> Iterator[Table]:
    """Measure a step on few examples and on many, eager and compiled."""
    rounds, seconds = (3, 0.02) if quick else (7, 0.6)
    rows = []
    for samples in (10,) if quick else (10, 100):
        result = contest(task(samples), rounds, seconds)
        for engine, suffix in ((OURS, ""), (COMPILED, ", compiled")):
            ratio = result.ratio("micrograd", engine)
            row: Row = {"step": f"{samples} examples{suffix}"}
            row["glassgrad"] = result.times([engine], MILLISECOND)[engine]
            row |= result.times(["micrograd"], MILLISECOND)
            row["/micrograd"] = ratio
            name = f"micrograd's demo{suffix}" if samples == 10 else ""
            rows.append(row | columns(name, {"micrograd": ratio}))
    note = (
        "ms for the loss of max(0, 1 - y f(x)) with a ridge, backward, and a step of all 337\n"
        f"weights, each a number of its own: medians of {rounds} rounds.  compiled: by ag.compile."
    )
    yield Table("micrograd's demo in single numbers", note, rows)


def task(samples: int) -> Task:
    """Return the task of one step."""
    makers: dict[str, Callable[[], Contender]] = {
        OURS: lambda: by_us(samples),
        COMPILED: lambda: compiled(samples),
    }
    if find_spec("micrograd"):
        makers["micrograd"] = lambda: by_micrograd(samples)
    return Task(f"micrograd's demo on {samples}", makers)


def moons(samples: int) -> tuple[list[list[float]], list[float]]:
    """Return points on two interleaved half circles, and a sign for which one."""
    angles = np.linspace(0, np.pi, samples // 2)
    upper = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    points = np.concatenate([upper, [1.0, 0.5] - upper])
    return points.tolist(), np.repeat([1.0, -1.0], samples // 2).tolist()


@dataclass
class Demo:
    """The perceptron and its loss.

    Attributes
    ----------
    layers : list
        Of each layer the neurons; each is its weights and its bias.
    relu : callable
    """

    layers: list[list[tuple[list[Any], Any]]]
    relu: Callable[[Any], Any]

    @classmethod
    def of(cls, number: Callable[[float], Any], relu: Callable[[Any], Any]) -> Demo:
        """Make the weights, the same each time."""
        rng = np.random.default_rng(0)
        layers = [
            [([number(w) for w in rng.uniform(-1, 1, n).tolist()], number(0.0)) for _ in range(m)]
            for n, m in pairwise(SIZES)
        ]
        return cls(layers, relu)

    @property
    def parameters(self) -> list[Any]:
        """All weights and biases."""
        return [p for layer in self.layers for weights, bias in layer for p in (*weights, bias)]

    def score(self, x: list[Any]) -> Any:
        """Return the score of one point."""
        for layer in self.layers:
            sums = [sum((w * v for w, v in zip(ws, x, strict=True)), b) for ws, b in layer]
            x = sums if layer is self.layers[-1] else [self.relu(y) for y in sums]
        return x[0]

    def loss(self, points: list[list[float]], signs: list[float]) -> Any:
        """Return the mean of what falls short of the margin, and the ridge."""
        pairs = zip(points, signs, strict=True)
        short = [self.relu(1.0 + -sign * self.score(point)) for point, sign in pairs]
        return sum(short) * (1.0 / len(short)) + DECAY * sum(p * p for p in self.parameters)


def by_us(samples: int) -> Contender:
    """Take a step with our engine."""
    demo = Demo.of(lambda w: ag.tensor(w, requires_grad=True), ag.relu)
    return contender(demo, samples, cleared=None)


def compiled(samples: int) -> Contender:
    """Take a step with our engine, compiled: a function from weights to loss and new weights."""
    points, signs = moons(samples)
    weights = Demo.of(np.float64, ag.relu).parameters

    @ag.compile
    def step(weights: list[Any], points: list[list[float]], signs: list[float]) -> Any:
        def loss(weights: list[Any]) -> Any:
            each = iter(weights)
            return Demo.of(lambda _: next(each), ag.relu).loss(points, signs)

        value, gradients = ag.value_and_grad(loss)(weights)
        return value, [w - LR * g for w, g in zip(weights, gradients, strict=True)]

    def run() -> Any:
        nonlocal weights
        loss, weights = step(weights, points, signs)
        return loss

    def outcome() -> list[Any]:
        before = np.array(weights)
        loss, after = run(), np.array(weights)
        gc.freeze()  # the program: micrograd's garbage shall not have it looked through
        return [np.array(loss), after, (before - after) / LR]

    return Contender(run, outcome)


def by_micrograd(samples: int) -> Contender:
    """Take a step with micrograd."""
    from micrograd.engine import Value

    return contender(Demo.of(Value, Value.relu), samples, cleared=0)


def contender(demo: Demo, samples: int, cleared: int | None) -> Contender:
    """Take a step with the numbers of a demo, whose gradients begin as ``cleared``."""
    points, signs = moons(samples)
    parameters = demo.parameters

    def step() -> Any:
        loss = demo.loss(points, signs)
        for p in parameters:
            p.grad = cleared
        loss.backward()
        for p in parameters:
            p.data = p.data - LR * p.grad
        return loss

    def outcome() -> list[Any]:
        loss = step()
        data, grad = [p.data for p in parameters], [p.grad for p in parameters]
        return [np.array(loss.data), np.array(data), np.array(grad)]

    return Contender(step, outcome)
