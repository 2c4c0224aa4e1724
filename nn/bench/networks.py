"""The networks that are trained, each in our layers and in PyTorch's, with the same names inside.

The same names mean the same keys in ``state_dict``, so that both can begin with the same weights.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import autograd as ag
from nn.layers import BatchNorm2d, Conv2d, Linear
from nn.module import Module

Torch = Any  # the module of that name, which not everybody has


def mlp_in_torch(torch: Torch, *sizes: int) -> Any:
    """Return what `nn.models.MLP` is, in PyTorch."""
    parts = []
    for inputs, outputs in pairwise(sizes):
        parts += [torch.nn.Linear(inputs, outputs), torch.nn.ReLU()]
    return torch.nn.Sequential(*parts[:-1])


def lenet5_in_torch(torch: Torch) -> Any:
    """Return what `nn.models.LeNet5` is, in PyTorch."""
    layers = torch.nn
    network = layers.Sequential()
    for name, layer in (
        ("conv1", layers.Conv2d(1, 6, 5, padding=2)),
        ("tanh1", layers.Tanh()),
        ("pool1", layers.AvgPool2d(2)),
        ("conv2", layers.Conv2d(6, 16, 5)),
        ("tanh2", layers.Tanh()),
        ("pool2", layers.AvgPool2d(2)),
        ("flatten", layers.Flatten()),
        ("dense1", layers.Linear(400, 120)),
        ("tanh3", layers.Tanh()),
        ("dense2", layers.Linear(120, 84)),
        ("tanh4", layers.Tanh()),
        ("dense3", layers.Linear(84, 10)),
    ):
        network.add_module(name, layer)
    return network


class Residual(Module):
    """A block of a residual network, with a layer behind it that tells classes apart.

    Two convolutions of 3 x 3, each normalised over the batch; the block's input is added to what
    they make of it (He et al. 2016).

    Parameters
    ----------
    channels : int
    rng : int, numpy.random.Generator or None

    Examples
    --------
    >>> import numpy as np
    >>> Residual(4, rng=0)(np.ones((2, 4, 5, 5))).shape
    (2, 10)
    """

    def __init__(self, channels: int, rng: Any = None) -> None:
        self.conv1 = Conv2d(channels, channels, 3, padding=1, bias=False, rng=rng)
        self.norm1 = BatchNorm2d(channels)
        self.conv2 = Conv2d(channels, channels, 3, padding=1, bias=False, rng=rng)
        self.norm2 = BatchNorm2d(channels)
        self.dense = Linear(channels, 10, rng=rng)

    def forward(self, x: Any) -> Any:
        """Map (N, channels, H, W) to logits (N, 10)."""
        y = ag.relu(self.norm1(self.conv1(x)))
        y = ag.relu(x + self.norm2(self.conv2(y)))
        return self.dense(ag.mean(y, axis=(2, 3)))


def residual_in_torch(torch: Torch, channels: int) -> Any:
    """Return what `Residual` is, in PyTorch."""
    layers = torch.nn

    class InTorch(layers.Module):  # type: ignore[misc, name-defined]
        def __init__(self) -> None:
            super().__init__()
            self.conv1 = layers.Conv2d(channels, channels, 3, padding=1, bias=False)
            self.norm1 = layers.BatchNorm2d(channels)
            self.conv2 = layers.Conv2d(channels, channels, 3, padding=1, bias=False)
            self.norm2 = layers.BatchNorm2d(channels)
            self.dense = layers.Linear(channels, 10)

        def forward(self, x: Any) -> Any:
            y = torch.relu(self.norm1(self.conv1(x)))
            y = torch.relu(x + self.norm2(self.conv2(y)))
            return self.dense(y.mean(dim=(2, 3)))

    return InTorch()
