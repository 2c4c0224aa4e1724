"""Deep networks with and without shortcuts, on digits: held-out accuracy after two epochs.

Both are `nn.models.ResNet`, of the same layers, widths (4, 8 and 16 channels) and initial weights,
with batch normalisation; ``residual=False`` leaves the additions out.  Each is trained from every
seed at both rates, and judged at the one that is better for it; 0.001 and 0.03 are worse for all.
"""

from __future__ import annotations

import time
from collections.abc import Iterator

import numpy as np

import nn
from benchmarks.engines import Engine
from nn.cli.bench.table import Row, Table

DEPTHS = (20, 56)
RATES = (0.003, 0.01)  # of Adam
EPOCHS = 2

Accuracies = tuple[float, float]  # of the digits that were learned from, and of the others


def trained(depth: int, residual: bool, rate: float, seed: int) -> Accuracies:
    """Learn from four fifths of the digits, and judge by them and by the last one."""
    parts = nn.data.digits().split(0.8, rng=seed, stratify=True)
    model = nn.models.ResNet(depth, in_channels=1, width=1 / 4, residual=residual, rng=seed)
    adam = nn.optim.Adam(model.parameters(), lr=rate)
    how = {"optimizer": adam, "epochs": EPOCHS, "rng": seed, "progress": False}
    nn.fit(model, nn.cross_entropy, parts[0], compile=True, **how)
    seen, unseen = (nn.evaluate(model, nn.cross_entropy, p, nn.metrics.accuracy) for p in parts)
    return seen["accuracy"], unseen["accuracy"]


def best(depth: int, residual: bool, seeds: range) -> tuple[float, list[Accuracies]]:
    """Return the rate with the highest mean accuracy on unseen digits, and what it reaches."""
    found = {rate: [trained(depth, residual, rate, seed) for seed in seeds] for rate in RATES}
    return max(found.items(), key=lambda pair: float(np.mean(pair[1], axis=0)[1]))


def run(engines: list[Engine], quick: bool) -> Iterator[Table]:
    """Train networks of 20 and of 56 layers; quick, one of each kind; engines are not used."""
    seeds, depths = (range(1), DEPTHS[:1]) if quick else (range(3), DEPTHS)
    rows: list[Row] = []
    for depth in depths:
        for residual in (True, False):
            begin = time.perf_counter()
            rate, found = best(depth, residual, seeds)
            seconds = (time.perf_counter() - begin) / len(seeds) / len(RATES)
            seen, unseen = np.mean(found, axis=0)
            row: Row = {"layers": depth, "network": "residual" if residual else "plain"}
            row |= {"rate": f"{rate:g}", "learned from": f"{seen:.1%}", "unseen": f"{unseen:.1%}"}
            rows.append({**row, "worst": f"{min(u for _, u in found):.1%}", "seconds": seconds})
    low, high = RATES
    yield Table(
        f"Right answers on digits after {EPOCHS} epochs, and seconds for one training",
        f"means of {len(seeds)} seeds, each network at its better rate of {low:g} and {high:g}",
        rows,
    )
