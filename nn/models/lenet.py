"""LeNet: the first convolutional network that read digits, and a small one of today like it.

Convolutions look for the same small patterns everywhere, pooling forgets where exactly they were,
and after two of each what is left is few enough numbers for dense layers (LeCun et al. 1998;
decks 2 and 3).
"""

from __future__ import annotations

from collections.abc import Sequence

import autograd as ag
from autograd.core.messages import one_line
from nn.checks import at_least_one
from nn.init import Seed, generator
from nn.layers import AvgPool2d, Conv2d, Dropout, Flatten, Linear, MaxPool2d
from nn.module import Module


class LeNet5(Module):
    """LeNet-5 for images of 28 x 28 or 32 x 32 pixels: 61,706 parameters for 10 classes.

    Parameters
    ----------
    padding : int
        2 for 28 x 28 pixels, 0 for 32 x 32.
    classes : int
    rng : int, numpy.random.Generator or None

    Examples
    --------
    >>> from nn.models.lenet import LeNet5
    >>> import numpy as np
    >>> net = LeNet5(rng=0)
    >>> net(np.zeros((1, 1, 28, 28))).shape, sum(p.size for p in net.parameters())
    ((1, 10), 61706)
    """

    def __init__(self, padding: int = 2, classes: int = 10, rng: Seed = None) -> None:
        at_least_one("LeNet5", classes=classes)
        rng = generator(rng)
        self.conv1 = Conv2d(1, 6, kernel_size=5, padding=padding, rng=rng)
        self.conv2 = Conv2d(6, 16, kernel_size=5, rng=rng)
        self.pool = AvgPool2d(2)
        self.flatten = Flatten()
        self.dense1 = Linear(16 * 5 * 5, 120, rng=rng)
        self.dense2 = Linear(120, 84, rng=rng)
        self.dense3 = Linear(84, classes, rng=rng)

    def forward(self, x: ag.ArrayLike) -> ag.Tensor:
        """Map images (N, 1, 28, 28) to logits (N, classes)."""
        x = self.pool(ag.tanh(self.conv1(x)))
        x = self.pool(ag.tanh(self.conv2(x)))
        x = ag.tanh(self.dense1(self.flatten(x)))
        return self.dense3(ag.tanh(self.dense2(x)))


class ConvNet(Module):
    """A network in the manner of LeNet for small images of any size.

    Two convolutions of 3 x 3 with relu, each with a maximum over 2 x 2 behind it, a hidden dense
    layer with dropout, and the logits.

    Parameters
    ----------
    input_shape : tuple of int
        Channels, height, width; at least 4 x 4 pixels.
    classes : int
    channels : tuple of int
        How many patterns the two convolutions look for.
    hidden : int
        The units of the dense layer.
    dropout : float
        The probability with which one of them is left out.
    rng : int, numpy.random.Generator or None

    Raises
    ------
    autograd.OptionError
        If a size is not an integer of at least 1, or the images are too small.

    Examples
    --------
    >>> from nn.models.lenet import ConvNet
    >>> import numpy as np
    >>> ConvNet((1, 8, 8), rng=0)(np.zeros((5, 1, 8, 8))).shape
    (5, 10)
    """

    def __init__(
        self,
        input_shape: Sequence[int],
        classes: int = 10,
        channels: tuple[int, int] = (16, 32),
        hidden: int = 128,
        dropout: float = 0.5,
        rng: Seed = None,
    ) -> None:
        depth, height, width = _sizes("input_shape", input_shape, "channels, height, width")
        first, second = _sizes("channels", channels, "of the first, of the second convolution")
        at_least_one("ConvNet", classes=classes, hidden=hidden)
        if min(height, width) < 4:
            raise ag.OptionError(
                f"ConvNet: images of {height} x {width} pixels are too small for two poolings; "
                "they need 4 x 4"
            )
        rng = generator(rng)
        self.conv1 = Conv2d(depth, first, kernel_size=3, padding=1, rng=rng)
        self.conv2 = Conv2d(first, second, kernel_size=3, padding=1, rng=rng)
        self.pool = MaxPool2d(2)
        self.flatten = Flatten()
        self.dense = Linear(second * (height // 4) * (width // 4), hidden, rng=rng)
        self.dropout = Dropout(dropout, rng=rng)
        self.out = Linear(hidden, classes, rng=rng)

    def forward(self, x: ag.ArrayLike) -> ag.Tensor:
        """Map images (N, C, H, W) to logits (N, classes)."""
        x = self.pool(ag.relu(self.conv1(x)))
        x = self.pool(ag.relu(self.conv2(x)))
        return self.out(self.dropout(ag.relu(self.dense(self.flatten(x)))))


def _sizes(name: str, given: object, names: str) -> tuple[int, ...]:
    sizes = tuple(given) if isinstance(given, (tuple, list)) else ()
    if len(sizes) != names.count(",") + 1:
        raise ag.OptionError(f"ConvNet: {name}={one_line(given)} must be ({names})")
    for size in sizes:
        at_least_one("ConvNet", **{f"a number in {name}": size})
    return sizes
