"""Optical flow: end-point errors of FlowNetSimple on chairs and on a motorcycle, and refined.

The network has an eighth of the channels, learns from 8,000 batches of new scenes, and is judged by
scenes of photographs that it has not seen, and by a real pair of photographs.
"""

from __future__ import annotations

import time
from collections.abc import Iterator

import numpy as np

import nn
from benchmarks.engines import Engine
from nn.cli.bench.table import Row, Table

SIZE, BATCH, BATCHES, EPOCHS = 64, 8, 200, 40


def scenes(rng: np.random.Generator) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Make an epoch of scenes that were never seen before."""
    for _ in range(BATCHES):
        data = nn.data.flying_chairs(BATCH, SIZE, rng)
        yield data.inputs, data.targets


def trained(seed: int, epochs: int = EPOCHS) -> nn.models.FlowNetSimple:
    """Train FlowNetSimple by Adam, with a rate that falls from 1e-3 to 0."""
    net = nn.models.FlowNetSimple(width=1 / 8, rng=seed)
    optimizer = nn.optim.Adam(net.parameters(), lr=1e-3)
    nn.fit(
        net,
        nn.multiscale_end_point_error,
        nn.data.Stream(scenes, rng=seed),
        schedule=nn.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=epochs),
        epochs=epochs,
        progress=False,
        compile=True,
    )
    return net
