"""ZFNet: AlexNet, mended after a look inside (Zeiler and Fergus 2014; deck 3).

Their projections (`nn.inspection.backproject`) showed that the first kernels of AlexNet had learned
hardly anything between very coarse and very fine, and that a stride of 4 lost detail.  So the first
convolution is smaller, 7 x 7 with stride 2; the contest of 2013 was won this way.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import autograd as ag
from nn.checks import at_least_one
from nn.containers import Sequential
from nn.init import Seed, generator
from nn.layers import Conv2d, Flatten, Linear, MaxPool2d, ReLU
from nn.models.alexnet import dense_layers, response_norm
from nn.models.sizes import check_sides, scaled
from nn.module import Module


class ZFNet(Module):
    """ZFNet for images of 224 x 224: 62,357,608 parameters for 1000 classes.

    Parameters
    ----------
    classes, in_channels : int
    width : float
        What the channels of all hidden layers are multiplied by; at least one is left.
    dropout : float
        The probability with which an output of the dense layers is left out.
    dtype : floating NumPy dtype
    rng : int, numpy.random.Generator or None

    Raises
    ------
    autograd.OptionError
        If a size is not an integer of at least 1, or the width is not above 0.
    autograd.ShapeError
        When called, if images are not (N, in_channels, H, W), or have fewer than 207 pixels along a
        side, or more than 238.

    Examples
    --------
    >>> from nn.models.zfnet import ZFNet
    >>> import numpy as np
    >>> net = ZFNet(classes=10, width=1 / 16, rng=0)
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
        at_least_one("ZFNet", classes=classes, in_channels=in_channels)
        rng = generator(rng)
        conv = partial(Conv2d, rng=rng, dtype=dtype)
        dense = partial(Linear, rng=rng, dtype=dtype)
        a, b, c, d = (scaled("ZFNet", n, width) for n in (96, 256, 384, 4096))
        self.features = Sequential(
            *(
                conv(in_channels, a, kernel_size=7, stride=2, padding=1),
                ReLU(),
                _pool(),
                response_norm(),
            ),
            *(conv(a, b, kernel_size=5, stride=2), ReLU(), _pool(), response_norm()),
            *(conv(b, c, kernel_size=3, padding=1), ReLU()),
            *(conv(c, c, kernel_size=3, padding=1), ReLU()),
            *(conv(c, b, kernel_size=3, padding=1), ReLU(), _pool()),
        )
        self.flatten = Flatten()
        self.classifier = dense_layers(dense, (b * 6 * 6, d, d, classes), dropout, rng)

    def forward(self, x: ag.ArrayLike) -> Any:
        """Map images (N, in_channels, 224, 224) to logits (N, classes)."""
        check_sides(x, 207, 238)
        return self.classifier(self.flatten(self.features(x)))


def _pool() -> MaxPool2d:
    return MaxPool2d(3, 2, ceil_mode=True)
