"""Optical flow: end-point errors of FlowNetSimple on chairs and on a motorcycle, and refined.

The network has an eighth of the channels and learns from 6,000 batches of new scenes.  It is judged
by scenes of photographs that it has not seen, and by a real pair of photographs.
"""

from __future__ import annotations

import time
from collections.abc import Iterator

import numpy as np

import autograd as ag
import nn
from benchmarks.engines import Engine
from nn.cli.bench.table import Row, Table

SIZE, BATCH, BATCHES, EPOCHS = 64, 8, 200, 30
JUDGED = 256  # scenes, the same for all seeds

Errors = dict[str, float]  # of the network, refined, and of what takes no network


def run(engines: list[Engine], quick: bool) -> Iterator[Table]:
    """Train from several seeds, and measure; the engines are not used."""
    seeds, epochs, judged = (1, 1, 16) if quick else (3, EPOCHS, JUDGED)
    rows: dict[str, list[Errors]] = {"chairs": [], "motorcycle": []}
    seconds = []
    for seed in range(seeds):
        begin = time.perf_counter()
        net = trained(seed, epochs)
        seconds.append(time.perf_counter() - begin)
        for task, errors in (("chairs", chairs(net, judged)), ("motorcycle", motorcycle(net))):
            rows[task].append(errors)
    yield Table(
        "End-point errors of optical flow, in pixels, and seconds for one training",
        f"means of {seeds} seeds; {SIZE} x {SIZE} pixels; width 1/8, {epochs * BATCHES:,} steps",
        [_row(task, errors) | {"seconds": np.mean(seconds)} for task, errors in rows.items()],
    )


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


def scenes(rng: np.random.Generator) -> Iterator[tuple[ag.Array, ag.Array]]:
    """Make an epoch of scenes that were never seen before."""
    for _ in range(BATCHES):
        data = nn.data.flying_chairs(BATCH, SIZE, rng)
        yield data.inputs, data.targets


def chairs(net: nn.Module, judged: int = JUDGED) -> Errors:
    """Judge by scenes of photographs that the network has not seen."""
    data = nn.data.flying_chairs(judged, SIZE, rng=1000, photographs="test")
    return measured(net, data, np.ones((judged, SIZE, SIZE), bool))


def motorcycle(net: nn.Module) -> Errors:
    """Judge by the real pair, whose photographs are in no scene."""
    return measured(net, *nn.data.stereo_motorcycle(SIZE))


def measured(net: nn.Module, data: nn.data.Dataset, known: ag.Array) -> Errors:
    """Return the errors of zero flow, the best constant one, the network, and refined."""
    pairs, truth = data.inputs, data.targets
    flow = nn.predict(net, pairs, batch_size=32)
    middle = [np.median(component[known]) for component in np.moveaxis(truth, 1, 0)]
    guesses = {
        "zero": np.zeros_like(truth),
        "constant": np.broadcast_to(np.reshape(middle, (2, 1, 1)), truth.shape),
        "network": flow,
        "refined": nn.refine_flow(flow, pairs[:, :3], pairs[:, 3:]),
    }
    return {name: float(nn.end_point_error(g, truth, known)) for name, g in guesses.items()}


def _row(task: str, errors: list[Errors]) -> Row:
    mean = {name: float(np.mean([error[name] for error in errors])) for name in errors[0]}
    return {"task": task, **{name: f"{error:.2f}" for name, error in mean.items()}}
