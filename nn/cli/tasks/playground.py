"""Points of the plane: the data and the networks of the TensorFlow Playground; deck 4."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

import autograd as ag
from nn import plots
from nn.cli.tasks.classification import measured
from nn.cli.tasks.task import Pictures, Recipe, Source, Task
from nn.data import playground
from nn.losses import quadratic_loss
from nn.models import Playground
from nn.module import Module

CLASSES = ("circle", "xor", "gauss", "spiral")
HEIGHTS = ("plane", "gaussians")
COUNT = 1000
LEARNED, CHOSEN = 0.5, 0.2  # shares of the points to learn from, and to choose the epoch by
HARD = ("spiral", "gaussians")  # these take a larger network, which sees more of a point


def source(data: str, rng: np.random.Generator) -> Source:
    """Draw the points, and divide them."""
    points = getattr(playground, data)(COUNT, rng=rng)
    single = points.map(lambda x: x.astype(np.float32), lambda t: t.astype(np.float32))
    return Source(data, *single.split(LEARNED, CHOSEN, rng=rng))


def _network(source: Source, rng: np.random.Generator) -> Module:
    large = {"features": tuple(playground.FEATURES), "hidden": (8, 8, 8)}
    options: dict[str, Any] = large if source.name in HARD else {}
    task = "classification" if source.name in CLASSES else "regression"
    return Playground(**options, task=task, rng=rng)


def about(source: Source) -> tuple[str, tuple[str, ...]]:
    """Return what the examples are, and what the loss is."""
    what = "of two classes, 1 and -1" if source.name in CLASSES else "with their heights"
    return f"points of the plane {what}", ("half the mean squared error",)


def accuracy(outputs: ag.Array, targets: ag.Array) -> float:
    """Return the share of outputs with the sign of their target."""
    return float(np.mean((outputs > 0) == (targets > 0)))


def result(outputs: ag.Array, targets: ag.Array) -> str:
    """Return how many points were right, and the loss."""
    loss = float(quadratic_loss(outputs, targets))
    share = measured(accuracy(outputs, targets))
    return f"Test {share}, loss {loss:.4f}, on {len(targets)} points that it had never seen."


def pictures(model: Module, outputs: ag.Array, source: Source) -> Pictures:
    """Yield the plane, coloured by the network's answers."""
    test = source.test
    classes = (test.inputs, (test.targets > 0).astype(int))
    yield "examples.png", plots.decision_regions(model, classes)


def error(outputs: ag.Array, targets: ag.Array) -> float:
    """Return the root of the mean squared error."""
    return float(np.sqrt(np.mean((outputs - targets) ** 2)))


def error_measured(value: float) -> str:
    """Return an error in words."""
    return f"error {value:.3f}"


def error_result(outputs: ag.Array, targets: ag.Array) -> str:
    """Return the error, and that of the best constant."""
    ours, constant = error(outputs, targets), float(np.std(targets))
    return (
        f"Test {error_measured(ours)}, on {len(targets)} points that it had never seen; of the "
        f"best constant it is {constant:.3f}."
    )


def no_pictures(model: Module, outputs: ag.Array, source: Source) -> Iterator[tuple[str, Any]]:
    """Yield nothing: the curves of the training say it all."""
    return iter(())


POINTS = Task(
    recipes={"playground": Recipe(_network, lr=0.01, small=150, large=10, batch_size=10)},
    source=source,
    loss=quadratic_loss,
    metric=accuracy,
    measured=measured,
    result=result,
    about=about,
    pictures=pictures,
)
SURFACES = replace(
    POINTS, metric=error, measured=error_measured, result=error_result, pictures=no_pictures
)
