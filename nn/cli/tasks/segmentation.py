"""Which class has each pixel: digits that lie on photographs."""

from __future__ import annotations

import numpy as np

import autograd as ag
from nn import plots
from nn.cli.tasks.task import Pictures, Recipe, Source, Task
from nn.data import Joint, Shift, digit_scene_parts
from nn.losses import cross_entropy
from nn.metrics import iou, pixel_accuracy
from nn.models import SegNet
from nn.module import Module

WORD = "segmentation"
COUNTS = (3000, 300, 500)  # to learn from, to choose by, to judge by
STAGES = ((16, 2), (32, 2), (64, 2))
SHOWN = 6  # images


def source(data: str, rng: np.random.Generator) -> Source:
    """Draw the scenes; digits and photographs of the test are in no other part."""
    return Source(data, *digit_scene_parts(COUNTS, rng=rng))


def _segnet(source: Source, rng: np.random.Generator) -> Module:
    return SegNet(source.classes, source.shape[0], stages=STAGES, rng=rng)


def augmentation(source: Source) -> Joint:
    """Return small shifts of images and masks; what comes in at the edge does not count."""
    return Joint(Shift(2))


def about(source: Source) -> tuple[str, tuple[str, ...]]:
    """Return what the examples are, and what the loss is."""
    shape = " x ".join(map(str, source.shape))
    return f"images of {shape}, each pixel of one of {source.classes} classes", (
        "cross-entropy over all pixels",
    )


def measured(value: float) -> str:
    """Return a mean intersection over union in words."""
    return f"mean IoU {value:.3f}"


def result(outputs: ag.Array, targets: ag.Array) -> str:
    """Return how many pixels were right, and how well the areas of the classes overlap."""
    right, background = pixel_accuracy(outputs, targets), float(np.mean(targets == 0))
    return (
        f"Test: {100 * right:.1f} % of the pixels are right ({100 * background:.1f} % are "
        f"background), {measured(iou(outputs, targets))}, on {len(targets)} images that it had "
        "never seen."
    )


def pictures(model: Module, outputs: ag.Array, source: Source) -> Pictures:
    """Yield some images with their masks, and the overlap of every class."""
    test, predicted = source.test, outputs.argmax(axis=1)
    images, true, ours = (part[:SHOWN] for part in (test.inputs, test.targets, predicted))
    yield "examples.png", plots.segmentation(images, true, ours, test.classes)
    yield "overlap.png", plots.iou(predicted, test.targets, test.classes)


SEGMENTATION = Task(
    recipes={"segnet": Recipe(_segnet, lr=3e-3, small=12, large=4, batch_size=16)},
    source=source,
    loss=cross_entropy,
    metric=iou,
    measured=measured,
    result=result,
    about=about,
    pictures=pictures,
    augmentation=augmentation,
    packages={"skimage": "scikit-image"},
)
