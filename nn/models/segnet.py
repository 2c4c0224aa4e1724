"""SegNet: a class for every pixel of an image (Badrinarayanan, Kendall and Cipolla 2017; deck 0).

The encoder is that of VGG-16: convolutions see what there is, and poolings widen what they see, but
forget where it was.  Each pooling hands its switches, which pixel was the largest, to the decoder,
which puts every number back to exactly that pixel, and fills in the rest by convolutions.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, TypeAlias

import autograd as ag
from autograd.core.messages import one_line
from nn.checks import above_zero, at_least_one
from nn.containers import ModuleList, Sequential
from nn.init import Seed, generator
from nn.layers import BatchNorm2d, Conv2d, MaxPool2d, MaxUnpool2d, ReLU
from nn.module import Module

Stages: TypeAlias = Sequence[tuple[int, int]]
# Channels, and how many convolutions: those of VGG-16.
VGG16 = ((64, 2), (128, 2), (256, 3), (512, 3), (512, 3))


class Encoder(Sequential):
    """One stage of the encoder: it sees an image, or what a pooling has left of it."""


class Decoder(Sequential):
    """One stage of the decoder: it fills in the places around those that were put back."""


class SegNet(Module):
    """SegNet for images of any size: 29,449,355 parameters for 11 classes.

    Parameters
    ----------
    classes : int
    in_channels : int
        3 for red, green and blue.
    width : float
        What the channels of all stages are multiplied by; at least one is left.
    stages : sequence of (channels, convolutions)
        Those of the encoder, from the image inwards; by default of VGG-16.  The decoder has the
        same, from the inside outwards.
    dtype : floating NumPy dtype
    rng : int, numpy.random.Generator or None

    Attributes
    ----------
    encoder, decoder : ModuleList
        A stage each: convolutions of 3 x 3, each with batch normalisation and relu behind it, but
        for the very last, which makes the logits.

    Raises
    ------
    autograd.OptionError
        If a size is not an integer of at least 1, or the width is not above 0.
    autograd.ShapeError
        When called, if the input is not (N, in_channels, H, W).

    Examples
    --------
    >>> from nn.models.segnet import SegNet
    >>> import numpy as np
    >>> net = SegNet(in_channels=1, stages=((16, 2), (32, 2), (64, 2)), rng=0)
    >>> net(np.zeros((1, 1, 9, 13))).shape, sum(p.size for p in net.parameters())
    ((1, 11, 9, 13), 145739)
    """

    def __init__(
        self,
        classes: int = 11,
        in_channels: int = 3,
        width: float = 1.0,
        stages: Stages = VGG16,
        dtype: ag.DTypeLike = "float32",
        rng: Seed = None,
    ) -> None:
        at_least_one("SegNet", classes=classes, in_channels=in_channels)
        sizes, options = _scaled(stages, width), {"rng": generator(rng), "dtype": dtype}
        inwards = _paths(in_channels, sizes)  # 3 64 64, 64 128 128, 128 256 256 256, ...
        outwards = [path[::-1] for path in reversed(_paths(classes, sizes))]
        self.encoder = ModuleList(Encoder(*_layers(path, options)) for path in inwards)
        outer = [_layers(path, options) for path in outwards]
        del outer[-1][-2:]  # logits are not normalised, and may be negative
        self.decoder = ModuleList(Decoder(*layers) for layers in outer)
        self.pool = MaxPool2d(2, return_indices=True, ceil_mode=True)
        self.unpool = MaxUnpool2d(2)

    def forward(self, x: ag.ArrayLike) -> Any:
        """Map images (N, in_channels, H, W) to logits (N, classes, H, W)."""
        memory = []
        for stage in self.encoder:
            seen = stage(x)
            x, switches = self.pool(seen)
            memory.append((switches, seen.shape[2:]))
        for stage in self.decoder:
            switches, size = memory.pop()
            x = stage(self.unpool(x, switches, output_size=size))
        return x


def _scaled(stages: Any, width: Any) -> Stages:
    """Return the stages with channels times width; refuse what are no stages."""
    above_zero("SegNet", width=width)
    listed = list(stages) if isinstance(stages, (tuple, list)) else []
    if not listed or not all(isinstance(s, (tuple, list)) and len(s) == 2 for s in listed):
        raise ag.OptionError(
            f"SegNet: stages={one_line(stages)} must be pairs of channels and convolutions, as "
            "((16, 2), (32, 2), (64, 2))"
        )
    for channels, convolutions in listed:
        at_least_one("SegNet", channels=channels, convolutions=convolutions)
    return [(max(1, round(width * channels)), count) for channels, count in listed]


def _paths(before: int, stages: Stages) -> list[list[int]]:
    """Return the channels before, between and behind the convolutions of each stage."""
    ends = [before, *(channels for channels, _ in stages)]
    return [
        [start] + count * [channels] for start, (channels, count) in zip(ends, stages, strict=False)
    ]


def _layers(path: Sequence[int], options: dict[str, Any]) -> list[Module]:
    """Return convolutions from each number of channels to the next, normalised, with relu."""
    layers: list[Module] = []
    for before, behind in pairwise(path):
        layers.append(Conv2d(before, behind, kernel_size=3, padding=1, **options))
        layers += [BatchNorm2d(behind, dtype=options["dtype"]), ReLU()]
    return layers
