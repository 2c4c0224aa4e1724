"""AlexNet: five convolutions and three dense layers (Krizhevsky et al. 2012; deck 3).

It won the ImageNet contest of 2012 with 16.4 % of top-5 errors, where the second had 26.2 %.  What
is new beside LeNet is its size, relu in place of tanh, dropout, and that it learned on two graphics
processors: `AlexNet2012` still has their two towers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from itertools import pairwise
from typing import Any

import autograd as ag
from nn.checks import at_least_one
from nn.containers import Sequential
from nn.init import Seed, generator
from nn.layers import (
    AdaptiveAvgPool2d,
    Conv2d,
    Dropout,
    Flatten,
    Linear,
    LocalResponseNorm,
    MaxPool2d,
    ReLU,
)
from nn.models.sizes import check_sides, scaled
from nn.module import Module


class AlexNet(Module):
    """AlexNet in one tower (Krizhevsky 2014): 61,100,840 parameters for 1000 classes.

    The names and shapes of its weights are those of torchvision's ``alexnet``.

    Parameters
    ----------
    classes, in_channels : int
    width : float
        What the channels of all hidden layers are multiplied by; at least one is left.
    dropout : float
        The probability with which an input of the dense layers is left out.
    dtype : floating NumPy dtype
    rng : int, numpy.random.Generator or None

    Raises
    ------
    autograd.OptionError
        If a size is not an integer of at least 1, or the width is not above 0.
    autograd.ShapeError
        When called, if images are not (N, in_channels, H, W), or smaller than 63 x 63.

    Examples
    --------
    >>> from nn.models.alexnet import AlexNet
    >>> import numpy as np
    >>> net = AlexNet(classes=10, width=1 / 16, rng=0)
    >>> net(np.zeros((1, 3, 224, 224), "float32")).shape
    (1, 10)
    """

    def __init__(
        self,
        classes: int = 1000,
        in_channels: int = 3,
        width: float = 1.0,
        dropout: float = 0.5,
        dtype: ag.DTypeLike = "float32",
        rng: Seed = None,
    ) -> None:
        at_least_one("AlexNet", classes=classes, in_channels=in_channels)
        rng = generator(rng)
        conv = partial(Conv2d, rng=rng, dtype=dtype)
        dense = partial(Linear, rng=rng, dtype=dtype)
        a, b, c, d, e = (scaled("AlexNet", n, width) for n in (64, 192, 384, 256, 4096))
        self.features = Sequential(
            *(conv(in_channels, a, kernel_size=11, stride=4, padding=2), ReLU(), MaxPool2d(3, 2)),
            *(conv(a, b, kernel_size=5, padding=2), ReLU(), MaxPool2d(3, 2)),
            *(conv(b, c, kernel_size=3, padding=1), ReLU()),
            *(conv(c, d, kernel_size=3, padding=1), ReLU()),
            *(conv(d, d, kernel_size=3, padding=1), ReLU(), MaxPool2d(3, 2)),
        )
        self.avgpool = AdaptiveAvgPool2d(6)
        self.flatten = Flatten()
        self.classifier = Sequential(
            *(Dropout(dropout, rng=rng), dense(d * 6 * 6, e), ReLU()),
            *(Dropout(dropout, rng=rng), dense(e, e), ReLU()),
            dense(e, classes),
        )

    def forward(self, x: ag.ArrayLike) -> Any:
        """Map images (N, in_channels, H, W) to logits (N, classes)."""
        check_sides(x, 63)
        return self.classifier(self.flatten(self.avgpool(self.features(x))))


class AlexNet2012(Module):
    """AlexNet as it won: two towers, and local response normalisation; 60,965,224 parameters.

    Where ``groups=2``, each half of the channels sees the half before it alone: the two graphics
    processors met in the third convolution and in the dense layers.

    Parameters
    ----------
    classes, in_channels, width, dropout, dtype, rng
        As for `AlexNet`; images have 227 x 227 pixels.

    Raises
    ------
    autograd.OptionError
        If a size is not an integer of at least 1, or the width is not above 0.
    autograd.ShapeError
        When called, if images are not (N, in_channels, H, W), or have fewer than 227 pixels along a
        side, or more than 258.

    Notes
    -----
    The paper's ``alpha = 1e-4`` multiplies the sum over five channels, and that of
    `LocalResponseNorm` their mean, so it is 5e-4 here.

    Examples
    --------
    >>> from nn.models.alexnet import AlexNet2012
    >>> import numpy as np
    >>> net = AlexNet2012(classes=10, width=1 / 16, rng=0)
    >>> net(np.zeros((1, 3, 227, 227), "float32")).shape
    (1, 10)
    """

    def __init__(
        self,
        classes: int = 1000,
        in_channels: int = 3,
        width: float = 1.0,
        dropout: float = 0.5,
        dtype: ag.DTypeLike = "float32",
        rng: Seed = None,
    ) -> None:
        at_least_one("AlexNet2012", classes=classes, in_channels=in_channels)
        rng = generator(rng)
        conv = partial(Conv2d, rng=rng, dtype=dtype)
        dense = partial(Linear, rng=rng, dtype=dtype)
        a, b, c = (scaled("AlexNet2012", n, width, groups=2) for n in (96, 256, 384))
        e = scaled("AlexNet2012", 4096, width)
        self.features = Sequential(
            *(
                conv(in_channels, a, kernel_size=11, stride=4),
                ReLU(),
                response_norm(),
                MaxPool2d(3, 2),
            ),
            *(
                conv(a, b, kernel_size=5, padding=2, groups=2),
                ReLU(),
                response_norm(),
                MaxPool2d(3, 2),
            ),
            *(conv(b, c, kernel_size=3, padding=1), ReLU()),
            *(conv(c, c, kernel_size=3, padding=1, groups=2), ReLU()),
            *(conv(c, b, kernel_size=3, padding=1, groups=2), ReLU(), MaxPool2d(3, 2)),
        )
        self.flatten = Flatten()
        self.classifier = dense_layers(dense, (b * 6 * 6, e, e, classes), dropout, rng)

    def forward(self, x: ag.ArrayLike) -> Any:
        """Map images (N, in_channels, 227, 227) to logits (N, classes)."""
        check_sides(x, 227, 258)
        return self.classifier(self.flatten(self.features(x)))


def dense_layers(
    dense: Callable[[int, int], Linear], sizes: Sequence[int], dropout: float, rng: Seed
) -> Sequential:
    """Return dense layers from each size to the next, with relu and dropout between them."""
    parts: list[Module] = []
    for before, behind in pairwise(sizes):
        parts += [dense(before, behind), ReLU(), Dropout(dropout, rng=rng)]
    return Sequential(*parts[:-2])  # the last layer makes the logits


def response_norm() -> LocalResponseNorm:
    """Return local response normalisation with the paper's constants, over five channels.

    Examples
    --------
    >>> from nn.models.alexnet import response_norm
    >>> response_norm().alpha
    0.0005
    """
    return LocalResponseNorm(5, alpha=5e-4, beta=0.75, k=2.0)
