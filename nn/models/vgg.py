"""VGG: small kernels, many of them (Simonyan and Zisserman 2015; deck 3).

Two convolutions of 3 x 3 see as much as one of 5 x 5, with fewer weights and a relu between them.
So a network can be made deep of nothing but these, with a pooling wherever the channels double.
VGG-M is their earlier network of eight layers, in the manner of ZFNet (Chatfield et al. 2014;
deck 2).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import pairwise
from typing import Any, Literal

import autograd as ag
from nn import init
from nn.checks import at_least_one, one_of
from nn.containers import Sequential
from nn.init import Seed, generator
from nn.layers import (
    AdaptiveAvgPool2d,
    Conv2d,
    Flatten,
    Linear,
    MaxPool2d,
    ReLU,
)
from nn.models.alexnet import dense_layers, response_norm
from nn.models.sizes import check_sides, scaled
from nn.module import Module

# The channels of the convolutions of each stage, by the number of layers with weights.
STAGES = {
    11: ((64,), (128,), (256,) * 2, (512,) * 2, (512,) * 2),
    13: ((64,) * 2, (128,) * 2, (256,) * 2, (512,) * 2, (512,) * 2),
    16: ((64,) * 2, (128,) * 2, (256,) * 3, (512,) * 3, (512,) * 3),
    19: ((64,) * 2, (128,) * 2, (256,) * 4, (512,) * 4, (512,) * 4),
}


class VGG(Module):
    """VGG-16 has 138,357,544 parameters for 1000 classes, VGG-M 102,908,520.

    The names and shapes of the weights are those of torchvision's ``vgg16``, ``vgg19`` and so on.

    Parameters
    ----------
    kind : {"M", 11, 13, 16, 19}
        How many layers with weights there are, or "M" for the one of five convolutions.
    classes, in_channels : int
    width : float
        What the channels of all hidden layers are multiplied by; at least one is left.
    dropout : float
        The probability with which an output of the dense layers is left out.
    dtype : floating NumPy dtype
    rng : int, numpy.random.Generator or None
        Convolutions begin normally distributed with variance ``2 / fan_out``, which keeps the size
        of the gradient through relus (He et al. 2015), and with biases of 0.

    Raises
    ------
    autograd.OptionError
        If the kind is none of these, a size is not an integer of at least 1, or the width is not
        above 0.
    autograd.ShapeError
        When called, if images are not (N, in_channels, H, W), or smaller than 32 x 32, of VGG-M
        59 x 59.

    Examples
    --------
    >>> from nn.models.vgg import VGG
    >>> import numpy as np
    >>> net = VGG(16, classes=10, width=1 / 16, rng=0)
    >>> net(np.zeros((1, 3, 32, 32), "float32")).shape
    (1, 10)
    """

    def __init__(
        self,
        kind: Literal["M", 11, 13, 16, 19] = 16,
        classes: int = 1000,
        in_channels: int = 3,
        width: float = 1.0,
        dropout: float = 0.5,
        dtype: ag.DTypeLike = "float32",
        rng: Seed = None,
    ) -> None:
        at_least_one("VGG", classes=classes, in_channels=in_channels)
        one_of("VGG", ("M", *STAGES), kind=kind)
        rng = generator(rng)
        conv = partial(Conv2d, rng=rng, dtype=dtype)
        dense = partial(Linear, rng=rng, dtype=dtype)
        size = partial(scaled, "VGG", width=width)
        self.features = (
            _medium(conv, in_channels, size(96), size(256), size(512))
            if kind == "M"
            else _deep(conv, in_channels, [[size(n) for n in stage] for stage in STAGES[kind]])
        )
        for layer in self.features:
            if isinstance(layer, Conv2d):
                init.kaiming_normal_(layer.weight, mode="fan_out", nonlinearity="relu", rng=rng)
                init.zeros_(layer.bias)  # type: ignore[arg-type]
        self._least = 59 if kind == "M" else 32
        side = 6 if kind == "M" else 7  # of what is left of 224 x 224 pixels
        self.avgpool = AdaptiveAvgPool2d(side)
        self.flatten = Flatten()
        sizes = (size(512) * side * side, size(4096), size(4096), classes)
        self.classifier = dense_layers(dense, sizes, dropout, rng)

    def forward(self, x: ag.ArrayLike) -> Any:
        """Map images (N, in_channels, H, W) to logits (N, classes)."""
        check_sides(x, self._least)
        x = self.features(x)
        if ag.shape(x)[2:] != self.avgpool.output_size:  # of images of another size than 224 x 224
            x = self.avgpool(x)
        return self.classifier(self.flatten(x))


def _deep(conv: Callable[..., Conv2d], channels: int, stages: list[list[int]]) -> Sequential:
    """Return stages of convolutions of 3 x 3, with a maximum over 2 x 2 behind each."""
    parts: list[Module] = []
    for stage in stages:
        for before, behind in pairwise([channels, *stage]):
            parts += [conv(before, behind, kernel_size=3, padding=1), ReLU()]
        parts.append(MaxPool2d(2))
        channels = stage[-1]
    return Sequential(*parts)


def _medium(conv: Callable[..., Conv2d], channels: int, a: int, b: int, c: int) -> Sequential:
    """Return the five convolutions of VGG-M."""
    return Sequential(
        *(conv(channels, a, kernel_size=7, stride=2), ReLU(), response_norm(), MaxPool2d(3, 2)),
        *(conv(a, b, kernel_size=5, stride=2, padding=1), ReLU(), response_norm()),
        MaxPool2d(3, 2, ceil_mode=True),
        *(conv(b, c, kernel_size=3, padding=1), ReLU()),
        *(conv(c, c, kernel_size=3, padding=1), ReLU()),
        *(conv(c, c, kernel_size=3, padding=1), ReLU(), MaxPool2d(3, 2)),
    )
