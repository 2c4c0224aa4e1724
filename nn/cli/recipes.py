"""The networks that can be trained, each with what has proved to train it well.

No learning rate and no number of epochs suit every network and every set.  These read the digits
well within a minute, and are a beginning for other sets.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

import autograd as ag
from nn.cli.sources import Source
from nn.data import Compose, Rotate, Shift
from nn.losses import cross_entropy
from nn.models import MLP, ConvNet, LeNet5
from nn.module import Module

BATCH = 32
SMOOTHING = 0.1  # of the labels
PATIENCE = 5  # epochs without a lower loss in validation, after which a training ends
SMALL = 10_000  # with fewer examples an epoch has few steps, so there are more epochs


@dataclass(frozen=True)
class Recipe:
    """How a network is made and trained by default.

    Attributes
    ----------
    make : callable
        Makes the network for a source, from a random generator.
    lr : float
        The learning rate that Adam begins with.
    small, large : int
        How many epochs, for small sets and for large ones.
    """

    make: Callable[[Source, np.random.Generator], Module]
    lr: float
    small: int
    large: int

    def epochs(self, examples: int) -> int:
        """Return how many epochs are enough for so many examples."""
        return self.small if examples < SMALL else self.large


def _cnn(source: Source, rng: np.random.Generator) -> Module:
    return ConvNet(source.shape, source.classes, rng=rng)


def _mlp(source: Source, rng: np.random.Generator) -> Module:
    return MLP(math.prod(source.shape), 128, source.classes, rng=rng)


def _lenet5(source: Source, rng: np.random.Generator) -> Module:
    paddings = {(1, 28, 28): 2, (1, 32, 32): 0}
    if source.shape not in paddings:
        raise ag.OptionError(
            f"train: lenet5 reads images of 28 x 28 or 32 x 32, not "
            f"{' x '.join(map(str, source.shape[1:]))}; choose --model cnn or mlp"
        )
    return LeNet5(paddings[source.shape], source.classes, rng=rng)


RECIPES = {
    "cnn": Recipe(_cnn, lr=2e-3, small=50, large=5),
    "mlp": Recipe(_mlp, lr=3e-3, small=60, large=10),
    "lenet5": Recipe(_lenet5, lr=1e-3, small=30, large=10),
}


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
    >>> from nn.cli.recipes import lowest_loss
    >>> round(lowest_loss(10), 4)  # -0.91 ln 0.91 - 9 * 0.01 ln 0.01
    0.5003
    """
    other = SMOOTHING / classes
    right = 1 - SMOOTHING + other
    return -right * math.log(right) - (classes - 1) * other * math.log(other)


def augmentation(source: Source) -> Compose:
    """Return how images are changed randomly: a digit that is moved a little is still the same.

    Images of fewer than 14 pixels, such as 8 x 8, are only turned: there one pixel is as much as a
    whole stroke.
    """
    pixels = min(source.shape[1:]) // 14
    return Compose(*([Shift(pixels)] if pixels else []), Rotate(10))
