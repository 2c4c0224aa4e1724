"""Accuracy on digits before and after an adversarial perturbation, from several seeds.

Each task is a function of a seed that returns a network and the digits it has not seen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

import nn
from benchmarks.engines import Engine
from benchmarks.seeds import means_of, seeds
from nn.cli.bench.table import Row, Table

Trained = tuple[nn.Module, nn.data.Dataset]

EPSILON = 0.1


def mlp(seed: int) -> Trained:
    """Train an MLP 64-64-10 on four fifths of the digits."""
    train, test = nn.data.digits().split(0.8, rng=seed, stratify=True)
    model = nn.models.MLP(64, 64, 10, rng=seed)
    adam = nn.optim.Adam(model.parameters(), lr=2e-3)
    nn.fit(model, nn.cross_entropy, train, optimizer=adam, epochs=40, rng=seed, compile=True)
    return model, test


def accuracies(trained: Callable[[int], Trained], seed: int, steps: int = 1) -> tuple[float, float]:
    """Return the accuracy on what was not seen, as it is and perturbed."""
    model, test = trained(seed)
    perturbed = nn.adversarial(model, test.inputs, test.targets, EPSILON, steps)
    before, after = (
        nn.metrics.accuracy(nn.predict(model, inputs), test.targets)
        for inputs in (test.inputs, perturbed)
    )
    return before, after


def run(engines: list[Engine], quick: bool) -> Iterator[Table]:
    """Perturb the digits that networks from three seeds have not seen; engines are not used."""
    rows: list[Row] = []
    for steps in (1, 10):
        found = [accuracies(mlp, seed, steps) for seed in seeds(quick)]
        before, after = np.mean(found, axis=0)
        row: Row = {"network": "MLP 64-64-10", "steps": steps}
        rows.append(row | {"accuracy": f"{before:.1%}", "perturbed": f"{after:.1%}"})
    title = f"Digits whose pixels may change by {EPSILON:g} of the way from paper to ink"
    yield Table(title, f"{means_of(quick)}, on a fifth that was held out", rows)
