"""Which class is in an image: the digits of scikit-learn, or a folder of IDX files.

No learning rate and no number of epochs suit every network and every set.  These read the digits
well within a minute, and are a beginning for other sets.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

import autograd as ag
from autograd.core.files import as_path
from nn import plots
from nn.cli.tasks.task import Pictures, Recipe, Source, Task
from nn.data import Compose, Rotate, Shift, digits, mnist
from nn.errors import DataError
from nn.layers import Conv2d, Linear
from nn.losses import cross_entropy
from nn.metrics import accuracy
from nn.models import MLP, ConvNet, LeNet5, ResNet
from nn.module import Module

DIGITS = "digits"
HELD_OUT = 0.2  # of a set that comes without a part for testing
VALIDATION = 0.1  # of what is then left
SMOOTHING = 0.1  # of the labels

# The examples


def source(data: str, rng: np.random.Generator) -> Source:
    """Read the digits of scikit-learn, or a folder of IDX files.

    Parameters
    ----------
    data : str
        ``digits``, or the path of a folder; ``./digits`` is one.
    rng : numpy.random.Generator
        Draws what is held out.

    Raises
    ------
    nn.DataError
        If its files are not what their names say.
    autograd.MissingError
        If scikit-learn is needed and not installed.

    Examples
    --------
    >>> import numpy as np
    >>> from nn.cli.tasks.classification import source
    >>> found = source("digits", np.random.default_rng(0))
    >>> len(found.train), len(found.valid), len(found.test), found.shape, found.classes
    (1294, 144, 359, (1, 8, 8), 10)
    """
    if data == DIGITS:
        everything = digits().map(lambda images: images.astype(np.float32))
        rest, test = everything.split(1 - HELD_OUT, HELD_OUT, rng=rng, stratify=True)
    else:
        rest, test = mnist(as_path("train", data, DataError))
    train, valid = rest.split(1 - VALIDATION, VALIDATION, rng=rng, stratify=True)
    return Source(named(data), train, valid, test)


def named(data: str) -> str:
    """Return a word for the digits, or for a folder, its name."""
    return DIGITS if data == DIGITS else as_path("train", data, DataError).resolve().name or "data"


def augmentation(source: Source) -> Compose:
    """Return how images are changed randomly: a digit that is moved a little is still the same.

    Images of fewer than 14 pixels, such as 8 x 8, are only turned: there one pixel is as much as a
    whole stroke.
    """
    pixels = min(source.shape[1:]) // 14
    return Compose(*([Shift(pixels)] if pixels else []), Rotate(10))


# The networks


def _cnn(source: Source, rng: np.random.Generator) -> Module:
    return ConvNet(source.shape, source.classes, rng=rng)


def _mlp(source: Source, rng: np.random.Generator) -> Module:
    return MLP(math.prod(source.shape), 128, source.classes, rng=rng)


def _lenet5(source: Source, rng: np.random.Generator) -> Module:
    paddings = {(1, 28, 28): 2, (1, 32, 32): 0}
    if source.shape not in paddings:
        raise ag.OptionError(
            f"train: lenet5 reads images of 28 x 28 or 32 x 32, not "
            f"{' x '.join(map(str, source.shape[1:]))}; choose --model cnn, mlp or resnet20"
        )
    return LeNet5(paddings[source.shape], source.classes, rng=rng)


def _resnet20(source: Source, rng: np.random.Generator) -> Module:
    return ResNet(20, source.classes, source.shape[0], rng=rng)


RECIPES = {
    "cnn": Recipe(_cnn, lr=2e-3, small=50, large=5),
    "mlp": Recipe(_mlp, lr=3e-3, small=60, large=10),
    "lenet5": Recipe(_lenet5, lr=1e-3, small=30, large=10),
    "resnet20": Recipe(_resnet20, lr=2e-3, small=20, large=5),
}

# The loss


def loss(outputs: ag.Array, targets: ag.Array) -> Any:
    """Return the cross-entropy with smoothed labels.

    A network that is to be surer and sure, even where everything is right already, learns its few
    examples by heart; so its target is a probability of 0.91 for the right one of 10 classes, and
    not for 1 (Szegedy et al. 2016).  On the digits that halves the mistakes.
    """
    return cross_entropy(outputs, targets, label_smoothing=SMOOTHING)


def lowest_loss(classes: int) -> float:
    """Return the lowest smoothed loss: the entropy of a target, where the outputs equal it.

    Examples
    --------
    >>> from nn.cli.tasks.classification import lowest_loss
    >>> round(lowest_loss(10), 4)  # -0.91 ln 0.91 - 9 * 0.01 ln 0.01
    0.5003
    """
    other = SMOOTHING / classes
    right = 1 - SMOOTHING + other
    return -right * math.log(right) - (classes - 1) * other * math.log(other)


# The words


def about(source: Source) -> tuple[str, tuple[str, ...]]:
    """Return what the examples are, and what the loss is."""
    return (
        f"images of {' x '.join(map(str, source.shape))}, {source.classes} classes",
        (
            f"cross-entropy with labels smoothed by {SMOOTHING:g}",
            f"so the loss ends above {lowest_loss(source.classes):.2f}, the entropy of smoothed "
            "labels, and not at 0",
        ),
    )


def measured(value: float) -> str:
    """Return an accuracy in words.

    Examples
    --------
    >>> from nn.cli.tasks.classification import measured
    >>> measured(0.9)
    'accuracy 90.0 %'
    """
    return f"accuracy {100 * value:.1f} %"


def result(outputs: ag.Array, targets: ag.Array) -> str:
    """Return how many of the examples for testing were right.

    Examples
    --------
    >>> from nn.cli.tasks.classification import result
    >>> import numpy as np
    >>> result(np.eye(4), np.array([0, 1, 2, 2]))
    'Test accuracy: 75.00 %, 3 of 4 examples that it had never seen.'
    """
    right, count = int((outputs.argmax(axis=1) == targets).sum()), len(targets)
    share = f"{100 * right / count:.2f} %"
    return f"Test accuracy: {share}, {right} of {count} examples that it had never seen."


# The pictures


def pictures(model: Module, outputs: ag.Array, source: Source) -> Pictures:
    """Yield what the first layer looks for, and which class is taken for which."""
    yield "kernels.png", plots.kernels(as_convolution(model, source.shape))
    test = source.test
    yield "confusion.png", plots.confusion_matrix(outputs, test.targets, test.classes)


def as_convolution(model: Module, shape: tuple[int, ...]) -> Module:
    """Return a network, or its first dense layer as a convolution, if it has no other.

    A unit of a dense layer is a kernel as large as the image.

    Examples
    --------
    >>> from nn.cli.tasks.classification import as_convolution
    >>> import nn
    >>> as_convolution(nn.models.MLP(64, 10), (1, 8, 8))
    Conv2d(1, 10, kernel_size=(8, 8), stride=(1, 1), bias=False)
    """
    parts = list(model.modules())
    if any(isinstance(part, Conv2d) for part in parts):
        return model
    dense = next(part for part in parts if isinstance(part, Linear))
    layer = Conv2d(shape[0], dense.out_features, kernel_size=shape[1:], bias=False)
    layer.weight.data = dense.weight.numpy().reshape(layer.weight.shape)
    return layer


CLASSIFICATION = Task(
    recipes=RECIPES,
    source=source,
    loss=loss,
    metric=accuracy,
    measured=measured,
    result=result,
    about=about,
    pictures=pictures,
    augmentation=augmentation,
)
