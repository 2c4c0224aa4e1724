"""Test losses and training times on the data of the TensorFlow Playground, from several seeds.

Each task is a function of a seed that returns the loss, 1/2 (y - t)^2, of the half of the points
that was not learned from.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import numpy as np

import nn
from benchmarks.engines import Engine
from benchmarks.seeds import means_of, seeds
from nn.cli.bench.table import Row, Table
from nn.data import playground

BATCH = 10


def circle(seed: int) -> float:
    """Train the network that the Playground opens with on the circle."""
    return by_default(playground.circle(rng=seed), seed, epochs=400)


def xor(seed: int) -> float:
    """Train it on the four quarters."""
    return by_default(playground.xor(rng=seed), seed, epochs=400)


def gauss(seed: int) -> float:
    """Train it on two clouds."""
    return by_default(playground.gauss(rng=seed), seed, epochs=300)


def spiral(seed: int) -> float:
    """Train 8-8-8 with all features on the spirals, by AdamW, whose decay keeps the border smooth.

    Without a decay the loss between the points depends on which half is learned from.
    """
    model = nn.models.Playground(tuple(playground.FEATURES), hidden=(8, 8, 8), rng=seed)
    adam = nn.optim.AdamW(model.parameters(), lr=0.02, weight_decay=0.2)
    schedule = nn.optim.lr_scheduler.CosineAnnealingLR(adam, T_max=500)
    return learned(model, playground.spiral(), seed, epochs=500, schedule=schedule)


def plane(seed: int) -> float:
    """Train the network that the Playground opens with on the heights of a plane."""
    data = playground.plane(rng=seed)
    return by_default(data, seed, epochs=100, task="regression")


def gaussians(seed: int) -> float:
    """Train 8-8-8 with all features on six peaks."""
    data, names = playground.gaussians(rng=seed), tuple(playground.FEATURES)
    how = {"features": names, "hidden": (8, 8, 8), "task": "regression"}
    return by_default(data, seed, epochs=100, **how)


def by_default(data: nn.data.Dataset, seed: int, epochs: int, **options: object) -> float:
    """Train a network by gradient descent with the Playground's rate."""
    model = nn.models.Playground(**options, rng=seed)
    sgd = nn.optim.SGD(model.parameters(), lr=0.03)
    return learned(model, data, seed, epochs=epochs, optimizer=sgd)


def learned(model: nn.Module, data: nn.data.Dataset, seed: int, **options: object) -> float:
    """Learn from one half of the points, and return the loss of the other."""
    train, test = data.split(0.5, rng=seed)
    how = {"batch_size": BATCH, "rng": seed, "progress": False, "compile": True, **options}
    nn.fit(model, nn.quadratic_loss, train, **how)
    return nn.evaluate(model, nn.quadratic_loss, test)["loss"]


TASKS: dict[str, tuple[Callable[[int], float], float | None]] = {
    "circle, 4-2": (circle, 0.003),
    "xor, 4-2": (xor, 0.028),
    "gauss, 4-2": (gauss, 0.0003),
    "spiral, 8-8-8, all features": (spiral, 0.032),
    "plane, 4-2": (plane, None),
    "gaussians, 8-8-8, all features": (gaussians, None),
}


def run(engines: list[Engine], quick: bool) -> Iterator[Table]:
    """Train a network for every pattern; the engines are not used."""
    rows: list[Row] = []
    for name, (task, wanted) in TASKS.items():
        begin = time.perf_counter()
        found = [task(seed) for seed in seeds(quick)]
        seconds = (time.perf_counter() - begin) / len(found)
        row: Row = {"task": name, "wanted": "-" if wanted is None else f"{wanted:g}"}
        row |= {"mean": f"{np.mean(found):.4f}", "worst": f"{max(found):.4f}"}
        rows.append({**row, "seconds": seconds})
    note = f"{means_of(quick)}; 500 points, of plane and gaussians 1,200, half of them learned"
    yield Table("Loss of the Playground's patterns, and seconds for one training", note, rows)
