"""Accuracy and training time on the lectures' tasks, from several seeds.

Each task is a function of a seed that returns the accuracy on held-out examples.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

import autograd as ag
import nn
from benchmarks.engines import Engine
from benchmarks.seeds import means_of, seeds
from nn.cli.bench.table import Row, Table

Parts = tuple[nn.data.Dataset, ...]  # to learn from, and to judge by

CORNERS = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
XOR = np.array([[0.0], [1.0], [1.0], [0.0]])


def digits_mlp(seed: int) -> float:
    """Train an MLP 64-64-10 on the digits."""
    return digits(nn.models.MLP(64, 64, 10, rng=seed), seed, epochs=40)


def digits_cnn(seed: int) -> float:
    """Train a convolutional network on the digits."""
    return digits(nn.models.ConvNet((1, 8, 8), rng=seed), seed, epochs=30)


def digits(model: nn.Module, seed: int, epochs: int) -> float:
    """Learn from four fifths of the digits, and judge by the last one."""
    parts = nn.data.digits().split(0.8, rng=seed, stratify=True)
    return learned(model.float(), parts, seed, epochs, lr=2e-3)


def moons(seed: int) -> float:
    """Train an MLP 2-16-16-2 on 1,000 points of two moons, noise 0.1, and judge by as many."""
    parts = nn.data.moons(2000, noise=0.1, rng=seed).split(0.5, rng=seed)
    return learned(nn.models.MLP(2, 16, 16, 2, rng=seed), parts, seed, epochs=40, lr=0.01)


def breast_cancer(seed: int) -> float:
    """Train logistic regression on standardized features, with a little ridge."""
    parts, model = standardized(nn.data.breast_cancer(), seed), nn.Linear(30, 2, rng=seed)
    return learned(model, parts, seed, epochs=60, lr=0.01, weight_decay=1e-3)


def iris(seed: int) -> float:
    """Train softmax regression on iris."""
    parts, model = standardized(nn.data.iris(), seed), nn.Linear(4, 3, rng=seed)
    return learned(model, parts, seed, epochs=100, lr=0.02)


def standardized(data: nn.data.Dataset, seed: int) -> Parts:
    """Return four fifths and the last one, both on the scale of the first part."""
    train, test = data.split(0.8, rng=seed, stratify=True)
    scale = nn.data.Standardize(train.inputs)
    return train.map(scale), test.map(scale)


def learned(model: nn.Module, parts: Parts, seed: int, epochs: int, **options: Any) -> float:
    """Train on the first part by Adam with these options; return the accuracy on the second."""
    train, test = parts
    optimizer = nn.optim.Adam(model.parameters(), **options)
    nn.fit(model, nn.cross_entropy, train, optimizer=optimizer, epochs=epochs, rng=seed)
    return nn.evaluate(model, nn.cross_entropy, test, nn.metrics.accuracy)["accuracy"]


TASKS: dict[str, tuple[Callable[[int], float], float | None]] = {
    "digits, MLP 64-64-10": (digits_mlp, 0.97),
    "digits, convolutional": (digits_cnn, 0.985),
    "moons, MLP 2-16-16-2": (moons, 0.99),
    "breast cancer, logistic": (breast_cancer, 0.96),
    "iris, softmax regression": (iris, None),
}


def run(engines: list[Engine], quick: bool) -> Iterator[Table]:
    """Train for the lectures' tasks, and for XOR; the engines are not used."""
    yield results(quick)
    yield exclusive_or(quick)


def results(quick: bool) -> Table:
    """Train every task from three seeds."""
    rows: list[Row] = []
    for name, (task, wanted) in TASKS.items():
        begin = time.perf_counter()
        found = [task(seed) for seed in seeds(quick)]
        seconds = (time.perf_counter() - begin) / len(found)
        row: Row = {"task": name, "wanted": "-" if wanted is None else f"{wanted:.1%}"}
        row |= {"mean": f"{np.mean(found):.2%}", "worst": f"{min(found):.2%}"}
        rows.append({**row, "seconds": seconds})
    title = "Right answers on held-out data, and seconds for one training"
    return Table(title, f"{means_of(quick)}; the whole of loading, learning and judging", rows)


def xor(seed: int, activation: Callable[[], nn.Module] = nn.Sigmoid) -> tuple[bool, float]:
    """Train 2-2-1 on XOR; return whether all answers are right, and the loss."""
    model = nn.models.MLP(2, 2, 1, activation=activation, rng=seed)
    history = nn.fit(
        model,
        nn.binary_cross_entropy_with_logits,
        (CORNERS, XOR),
        optimizer=nn.optim.Adam(model.parameters(), lr=0.05),
        epochs=1000,
        batch_size=None,
    )
    right = (ag.sigmoid(nn.predict(model, CORNERS)) > 0.5) == XOR
    return bool(right.all()), history["loss"][-1]


def exclusive_or(quick: bool) -> Table:
    """Train 2-2-1 on XOR from twenty seeds, and say where it ends."""
    rows: list[Row] = []
    for activation in (nn.Sigmoid, nn.Tanh, nn.ReLU):
        ends = [xor(seed, activation) for seed in range(3 if quick else 20)]
        stuck = [loss for right, loss in ends if not right]
        row: Row = {"activation": activation.__name__, "seeds": len(ends)}
        row |= {"right": sum(right for right, _ in ends)}
        for label, loss in PLATEAUS.items():
            row[label] = sum(abs(end - loss) < 0.01 for end in stuck)
        rows.append(row)
    note = "1,000 steps of Adam, rate 0.05; those that are stuck, by the loss of their plateau"
    return Table("XOR by 2-2-1 from random weights", note, rows)


# Where two hidden units have become one line, or none, the network can tell only some answers apart
# and gives the mean of the rest: two answers of 1/2, three of 1/3 or 2/3, or four of 1/2.
PLATEAUS = {
    "two of four at 1/2": math.log(2) / 2,
    "three at 1/3 or 2/3": (3 * math.log(3) - 2 * math.log(2)) / 4,
    "all at 1/2": math.log(2),
}
