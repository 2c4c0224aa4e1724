"""How far each pixel moves between two frames: synthetic chairs on photographs."""

from __future__ import annotations

from typing import Any

import numpy as np

import autograd as ag
from nn import plots
from nn.cli.tasks.task import Pictures, Recipe, Source, Task
from nn.data import Flip, Joint
from nn.data.flow import flying_chairs
from nn.losses import multiscale_end_point_error
from nn.losses._multiscale_end_point_error import PIXELS
from nn.metrics import end_point_error as metric
from nn.models import FlowNetSimple
from nn.module import Module

WORD = "flow"
COUNTS = {"train": 2400, "valid": 100, "test": 200}
WIDTH = 1 / 8
SHOWN = 3  # pairs


def source(data: str, rng: np.random.Generator) -> Source:
    """Draw the pairs; photographs of the test are in no other part."""
    train, valid = (flying_chairs(COUNTS[part], rng=rng) for part in ("train", "valid"))
    return Source(data, train, valid, flying_chairs(COUNTS["test"], photographs="test", rng=rng))


def _flownet(source: Source, rng: np.random.Generator) -> Module:
    return FlowNetSimple(source.shape[0], width=WIDTH, rng=rng)


def augmentation(source: Source) -> Joint:
    """Return a mirror for both frames, and for the flow between them."""
    return Joint(Flip(0.5), flow=True)


def end_point_error(outputs: Any, targets: ag.Array) -> float:
    """Return the mean error in pixels; of five flows, as in training, that of the finest."""
    if isinstance(outputs, (tuple, list)):
        fine = PIXELS * np.asarray(outputs[0])
        factor = targets.shape[2] // fine.shape[2]
        outputs = fine.repeat(factor, axis=2).repeat(factor, axis=3)
    return metric(outputs, targets)


def about(source: Source) -> tuple[str, tuple[str, ...]]:
    """Return what the examples are, and what the loss is."""
    height, width = source.shape[1:]
    return f"pairs of images of {height} x {width}, and the motion of every pixel", (
        "end-point error at five sizes",
        "in validation the loss is that of the finest flow, in pixels",
    )


def measured(value: float) -> str:
    """Return an end-point error in words."""
    return f"end-point error {value:.2f} pixels"


def result(outputs: ag.Array, targets: ag.Array) -> str:
    """Return the error, and that of the guess that nothing moves."""
    return (
        f"Test: {measured(metric(outputs, targets))}, on {len(targets)} pairs that it had never "
        f"seen; of no motion it is {metric(np.zeros_like(targets), targets):.2f}."
    )


def pictures(model: Module, outputs: ag.Array, source: Source) -> Pictures:
    """Yield some flows in colours, the true ones and those of the network."""
    test = source.test
    flows = {
        f"{name} {i + 1}": flow[i]
        for name, flow in (("true", test.targets), ("network", outputs))
        for i in range(min(SHOWN, len(flow)))
    }
    yield "examples.png", plots.flow(flows)


OPTICAL_FLOW = Task(
    recipes={"flownet": Recipe(_flownet, lr=1e-3, small=6, large=3, batch_size=8)},
    source=source,
    loss=multiscale_end_point_error,
    metric=end_point_error,
    measured=measured,
    result=result,
    about=about,
    pictures=pictures,
    augmentation=augmentation,
    packages={"skimage": "scikit-image"},
)
