"""SegNet on digits that lie on photographs: its accuracy, its overlap, and its training time.

Pooling loses where each maximum stood, and the switches keep it.  So the same network is also
trained without them, with every number put to all four pixels of its window.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import numpy as np

import autograd as ag
import nn
from benchmarks.engines import Engine
from benchmarks.seeds import means_of, seeds
from nn.cli.bench.table import Row, Table

STAGES = ((16, 2), (32, 2), (64, 2))
EPOCHS, BATCH, RATE = 6, 8, 0.005
SCENES = 3000
WANTED = 0.55  # mean intersection over union


class Repeat(nn.Module):
    """Put a number to all pixels of its window: unpooling without switches."""

    def forward(self, x: Any, switches: Any, output_size: tuple[int, int]) -> Any:
        """Map (N, C, H, W) to (N, C, *output_size)."""
        height, width = output_size
        return ag.repeat(ag.repeat(x, 2, axis=2), 2, axis=3)[:, :, :height, :width]


def segnet(seed: int, switches: bool = True) -> nn.models.SegNet:
    """Return SegNet 16-32-64 for grey images."""
    net = nn.models.SegNet(in_channels=1, stages=STAGES, rng=seed)
    if not switches:
        net.unpool = Repeat()
    return net


def learned(
    net: nn.Module, train: nn.data.Dataset, seed: int, epochs: int = EPOCHS, **options: Any
) -> nn.History:
    """Train by Adam, with a rate that rises and falls."""
    adam = nn.optim.Adam(net.parameters(), lr=RATE)
    steps = epochs * -(-len(train) // BATCH)
    schedule = nn.optim.lr_scheduler.OneCycleLR(adam, max_lr=RATE, total_steps=steps)
    options |= {"optimizer": adam, "schedule": schedule, "epochs": epochs, "batch_size": BATCH}
    return nn.fit(net, nn.cross_entropy, train, rng=seed, compile=True, **options)


def digits_on_photographs(
    seed: int, switches: bool = True, epochs: int = EPOCHS, scenes: int = SCENES
) -> dict[str, Any]:
    """Train on 3,000 scenes, and judge by 500 of other digits on other photographs."""
    train, _, test = nn.data.digit_scene_parts((scenes, 1, scenes // 6), rng=seed)
    begin = time.perf_counter()
    net = segnet(seed, switches)
    learned(net, train, seed, epochs, progress=False)
    seconds = time.perf_counter() - begin
    scores = nn.predict(net, test.inputs)
    inked, ink = ((x > 0).astype(int) for x in (scores.argmax(axis=1), test.targets))
    return {
        "background": float(np.mean(test.targets == 0)),
        "accuracy": nn.metrics.pixel_accuracy(scores, test.targets),
        "ink at edges": nn.metrics.pixel_accuracy(inked, np.where(edges(test.targets), ink, -100)),
        "iou": nn.metrics.iou(scores, test.targets),
        "seconds": seconds,
    }


def edges(targets: ag.Array) -> ag.Array:
    """Return which pixels have a neighbour of another class, beside or below or above."""
    found = np.zeros(targets.shape, bool)
    for axis in (1, 2):
        change = np.diff(targets, axis=axis) != 0
        ends = [(0, 0)] * 3
        for side in ((0, 1), (1, 0)):
            ends[axis] = side
            found |= np.pad(change, ends)
    return found


def run(engines: list[Engine], quick: bool) -> Iterator[Table]:
    """Train with switches and without from three seeds; the engines are not used."""
    rows: list[Row] = []
    for name, switches in (("SegNet 16-32-64", True), ("without switches", False)):
        size = (1, 300) if quick else (EPOCHS, SCENES)
        found = [digits_on_photographs(seed, switches, *size) for seed in seeds(quick)]
        overlap = [one["iou"] for one in found]
        row: Row = {"network": name, "wanted": f"{WANTED:.2f}" if switches else "-"}
        row |= {"mean IoU": f"{np.mean(overlap):.3f}", "worst": f"{min(overlap):.3f}"}
        for key in ("accuracy", "ink at edges", "background"):
            row[key] = f"{np.mean([one[key] for one in found]):.1%}"
        rows.append({**row, "seconds": float(np.mean([one["seconds"] for one in found]))})
    title = "Digits on photographs of 32 x 32 pixels: SegNet, held-out digits and photographs"
    note = (
        f"{means_of(quick)}; ink at edges: digit or background, of pixels beside another class; "
        "background: what is right if all is called so"
    )
    yield Table(title, note, rows)
