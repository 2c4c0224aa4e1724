"""A block of a residual network (He et al. 2016), in our layers and in PyTorch's.

Both have the same names inside, and so the same keys in ``state_dict``.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import autograd as ag
import nn
from nn.cli.bench import pytorch
from nn.cli.bench.training import Training


class Residual(nn.Module):
    """Two convolutions of 3 x 3, each normalised over the batch, and a skip connection.

    A linear layer behind the block gives the logits of 10 classes.

    Examples
    --------
    >>> import numpy as np
    >>> Residual(4, rng=0)(np.ones((2, 4, 5, 5))).shape
    (2, 10)
    """

    def __init__(self, channels: int, rng: int) -> None:
        self.conv1 = nn.Conv2d(channels, channels, 3, padding=1, bias=False, rng=rng)
        self.norm1 = nn.BatchNorm2d(channels)
        self.conv2 = nn.Conv2d(channels, channels, 3, padding=1, bias=False, rng=rng)
        self.norm2 = nn.BatchNorm2d(channels)
        self.dense = nn.Linear(channels, 10, rng=rng)

    def forward(self, x: ag.Tensor) -> ag.Tensor:
        """Map (N, channels, H, W) to logits (N, 10)."""
        y = ag.relu(self.norm1(self.conv1(x)))
        y = ag.relu(x + self.norm2(self.conv2(y)))
        return self.dense(ag.mean(y, axis=(2, 3)))


def in_torch(channels: int) -> Any:
    """Return PyTorch's equal of `Residual`."""
    torch = pytorch.load()
    layers = torch.nn

    class InTorch(layers.Module):
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


RESIDUAL = Training(
    "residual block", 32, (64, 16, 16), partial(Residual, 64, rng=0), partial(in_torch, 64)
)
