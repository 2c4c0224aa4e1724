"""GoogLeNet: branches of several sizes beside each other (Szegedy et al. 2015; deck 3).

Which kernel is right, 1 x 1, 3 x 3 or 5 x 5?  An inception block computes all of them, and a
maximum, and joins the channels.  A convolution of 1 x 1 before each large one makes it narrow, so
that the whole has a twelfth of the weights of AlexNet.  Two auxiliary heads give the layers in the
middle a gradient of their own while the network learns.
"""

from __future__ import annotations

from functools import partial
from typing import Any, NamedTuple

import autograd as ag
from nn import init
from nn.checks import at_least_one, boolean
from nn.containers import Concat, Sequential
from nn.init import Seed, generator
from nn.layers import (
    AdaptiveAvgPool2d,
    BatchNorm2d,
    Conv2d,
    Dropout,
    Flatten,
    Identity,
    Linear,
    MaxPool2d,
)
from nn.losses import cross_entropy
from nn.models.alexnet import response_norm
from nn.models.sizes import check_sides, scaled
from nn.module import Module


class Outputs(NamedTuple):
    """What GoogLeNet returns while it learns: its logits, and those of the auxiliary heads.

    They are in torchvision's order, each (N, classes).
    """

    logits: ag.Tensor
    aux_logits2: ag.Tensor
    aux_logits1: ag.Tensor


class Conv(Module):
    """A convolution with relu, and, if wanted, batch normalisation between them in place of a bias.

    The constant in the normalisation is 0.001, as in torchvision.
    """

    def __init__(
        self, before: int, behind: int, batch_norm: bool, dtype: Any, rng: Any, **geometry: Any
    ) -> None:
        self.conv = Conv2d(before, behind, bias=not batch_norm, dtype=dtype, rng=rng, **geometry)
        init.kaiming_normal_(self.conv.weight, nonlinearity="relu", rng=rng)
        self.bn: Module = BatchNorm2d(behind, eps=0.001, dtype=dtype) if batch_norm else Identity()

    def forward(self, x: ag.ArrayLike) -> Any:
        """Map (N, before, H, W) to (N, behind, H', W')."""
        return ag.relu(self.bn(self.conv(x)))


class Inception(Concat):
    """Convolutions of 1 x 1, 3 x 3 and 5 x 5 and a maximum, all of one input, joined.

    Parameters
    ----------
    before : int
        Channels of the input.
    sizes : six int
        Channels behind 1 x 1; behind the 1 x 1 that narrows for 3 x 3, and behind 3 x 3; the same
        for 5 x 5; and behind the 1 x 1 on the maximum.
    five : int
        The size of the largest kernel.
    conv : callable
        Makes a convolution.

    Attributes
    ----------
    channels : int
        Those of the output.
    """

    def __init__(self, before: int, sizes: tuple[int, ...], five: int, conv: Any) -> None:
        one, narrow3, three, narrow5, wide, pooled = sizes
        self.channels = one + three + wide + pooled
        super().__init__(
            {
                "branch1": conv(before, one, kernel_size=1),
                "branch2": Sequential(
                    conv(before, narrow3, kernel_size=1),
                    conv(narrow3, three, kernel_size=3, padding=1),
                ),
                "branch3": Sequential(
                    conv(before, narrow5, kernel_size=1),
                    conv(narrow5, wide, kernel_size=five, padding=five // 2),
                ),
                "branch4": Sequential(
                    MaxPool2d(3, 1, padding=1, ceil_mode=True),
                    conv(before, pooled, kernel_size=1),
                ),
            }
        )


class Auxiliary(Module):
    """A small classifier on what a layer in the middle returns."""

    def __init__(self, before: int, hidden: tuple[int, int], classes: int, conv: Any) -> None:
        channels, units = hidden
        dense = partial(Linear, rng=conv.keywords["rng"], dtype=conv.keywords["dtype"])
        self.pool = AdaptiveAvgPool2d(4)
        self.conv = conv(before, channels, kernel_size=1)
        self.flatten = Flatten()
        self.fc1 = dense(channels * 4 * 4, units)
        self.dropout = Dropout(0.7, rng=conv.keywords["rng"])
        self.fc2 = dense(units, classes)

    def forward(self, x: ag.ArrayLike) -> Any:
        """Map (N, before, H, W) to logits (N, classes)."""
        y = self.flatten(self.conv(self.pool(x)))
        return self.fc2(self.dropout(ag.relu(self.fc1(y))))


class GoogLeNet(Module):
    """GoogLeNet: 6,998,552 parameters for 1000 classes, and 13,378,280 with auxiliary heads.

    With ``batch_norm=True`` it is torchvision's ``googlenet``, whose names and shapes the weights
    have: 6,624,904 and 13,004,888.

    Parameters
    ----------
    auxiliary : bool
        Whether there are the two heads, which are used in training mode alone.
    batch_norm : bool
        False for the network of the paper, with biases and local response normalisation.  True for
        batch normalisation behind every convolution instead, and 3 x 3 in place of 5 x 5.
    classes, in_channels : int
    width : float
        What the channels of all hidden layers are multiplied by; at least one is left.
    dropout : float
        The probability with which an input of the last layer is left out.
    dtype : floating NumPy dtype
    rng : int, numpy.random.Generator or None
        Convolutions begin normally distributed with variance ``2 / fan_in`` (He et al. 2015).

    Raises
    ------
    autograd.OptionError
        If a size is not an integer of at least 1, or the width is not above 0.
    autograd.ShapeError
        When called, if images are not (N, in_channels, H, W), or smaller than 31 x 31.

    Examples
    --------
    >>> from nn.models.googlenet import GoogLeNet
    >>> import numpy as np
    >>> net = GoogLeNet(classes=10, width=1 / 8, rng=0)
    >>> logits, second, first = net(np.zeros((2, 3, 64, 64), "float32"))
    >>> logits.shape, first.shape, net.eval()(np.zeros((2, 3, 64, 64), "float32")).shape
    ((2, 10), (2, 10), (2, 10))
    """

    def __init__(
        self,
        auxiliary: bool = True,
        batch_norm: bool = False,
        classes: int = 1000,
        in_channels: int = 3,
        width: float = 1.0,
        dropout: float = 0.4,
        dtype: ag.DTypeLike = "float32",
        rng: Seed = None,
    ) -> None:
        at_least_one("GoogLeNet", classes=classes, in_channels=in_channels)
        boolean("GoogLeNet", auxiliary=auxiliary, batch_norm=batch_norm)
        rng = generator(rng)
        conv = partial(Conv, batch_norm=batch_norm, dtype=dtype, rng=rng)
        size = partial(scaled, "GoogLeNet", width=width)

        def inception(before: int, *sizes: int) -> Inception:
            return Inception(before, tuple(map(size, sizes)), 3 if batch_norm else 5, conv)

        self.conv1 = conv(in_channels, size(64), kernel_size=7, stride=2, padding=3)
        self.conv2 = conv(size(64), size(64), kernel_size=1)
        self.conv3 = conv(size(64), size(192), kernel_size=3, padding=1)
        self.norm = Identity() if batch_norm else response_norm()
        self.pool = MaxPool2d(3, 2, ceil_mode=True)
        self.inception3a = a = inception(size(192), 64, 96, 128, 16, 32, 32)
        self.inception3b = b = inception(a.channels, 128, 128, 192, 32, 96, 64)
        self.inception4a = c = inception(b.channels, 192, 96, 208, 16, 48, 64)
        self.inception4b = d = inception(c.channels, 160, 112, 224, 24, 64, 64)
        self.inception4c = e = inception(d.channels, 128, 128, 256, 24, 64, 64)
        self.inception4d = f = inception(e.channels, 112, 144, 288, 32, 64, 64)
        self.inception4e = g = inception(f.channels, 256, 160, 320, 32, 128, 128)
        self.pool4 = MaxPool2d(2 if batch_norm else 3, 2, ceil_mode=True)
        self.inception5a = h = inception(g.channels, 256, 160, 320, 32, 128, 128)
        self.inception5b = inception(h.channels, 384, 192, 384, 48, 128, 128)
        self.auxiliary = auxiliary
        if auxiliary:
            hidden = (size(128), size(1024))
            self.aux1 = Auxiliary(c.channels, hidden, classes, conv)
            self.aux2 = Auxiliary(f.channels, hidden, classes, conv)
        self.avgpool = AdaptiveAvgPool2d(1)
        self.flatten = Flatten()
        self.dropout = Dropout(dropout, rng=rng)
        self.fc = Linear(self.inception5b.channels, classes, rng=rng, dtype=dtype)

    def forward(self, x: ag.ArrayLike) -> Any:
        """Map images (N, in_channels, H, W) to logits (N, classes), or to `Outputs`."""
        check_sides(x, 31)
        x = self.norm(self.pool(self.conv1(x)))
        x = self.pool(self.norm(self.conv3(self.conv2(x))))
        x = self.pool(self.inception3b(self.inception3a(x)))
        x = early = self.inception4a(x)
        x = late = self.inception4d(self.inception4c(self.inception4b(x)))
        x = self.pool4(self.inception4e(x))
        x = self.inception5b(self.inception5a(x))
        logits = self.fc(self.dropout(self.flatten(self.avgpool(x))))
        if not (self.auxiliary and self.training):
            return logits
        return Outputs(logits, self.aux2(late), self.aux1(early))

    @staticmethod
    def loss(outputs: Outputs | ag.Tensor, targets: ag.ArrayLike) -> ag.Tensor:
        """Return the cross-entropy, and while it learns 0.3 of that of each auxiliary head.

        Parameters
        ----------
        outputs : Outputs, or logits (N, classes)
        targets : array of integers, (N,)

        Examples
        --------
        >>> import autograd as ag
        >>> from nn.models.googlenet import GoogLeNet, Outputs
        >>> zeros = ag.tensor([[0.0, 0.0]])
        >>> GoogLeNet.loss(zeros, [0]), GoogLeNet.loss(Outputs(zeros, zeros, zeros), [0])
        (tensor(0.69314718), tensor(1.10903549))
        """
        if not isinstance(outputs, Outputs):
            return cross_entropy(outputs, targets)
        main, *others = (cross_entropy(logits, targets) for logits in outputs)
        return main + 0.3 * sum(others)
