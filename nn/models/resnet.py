"""ResNet: layers that learn what to add (He et al. 2016; deck 3).

Behind many layers a plain network is hard to train, and gets worse when it gets deeper, even on the
examples it learns from.  A residual block computes ``relu(x + f(x))``: where nothing is to be done,
``f`` only has to be 0, and the gradient reaches ``x`` also without passing through ``f``.

The networks for ImageNet begin with a large convolution and a pooling.  Those for small images, of
6 n + 2 layers, have three stages of n blocks, and shortcuts without weights.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import autograd as ag
from nn import init
from nn.checks import at_least_one, boolean, one_of
from nn.containers import Sequential
from nn.init import Seed, generator
from nn.layers import (
    AdaptiveAvgPool2d,
    BatchNorm2d,
    Conv2d,
    Flatten,
    Identity,
    Linear,
    MaxPool2d,
)
from nn.models.sizes import scaled
from nn.module import Module


class Shortcut(Module):
    """The input itself, in the shape of the output: every second pixel, and channels of zeros."""

    def __init__(self, more: int, stride: int) -> None:
        self.more, self.stride = more, stride

    def forward(self, x: ag.Tensor) -> Any:
        """Map (N, C, H, W) to (N, C + more, H / stride, W / stride)."""
        x = x[:, :, :: self.stride, :: self.stride]
        before = self.more // 2
        return ag.pad(x, ((0, 0), (before, self.more - before), (0, 0), (0, 0)))


class BasicBlock(Module):
    """Two convolutions of 3 x 3, and the input added to what they return."""

    expansion = 1  # channels of the output, over those inside

    def __init__(
        self, before: int, channels: int, stride: int, downsample: Module | None, **options: Any
    ) -> None:
        conv, norm = _layers(**options)
        self.conv1 = conv(before, channels, kernel_size=3, stride=stride, padding=1)
        self.bn1 = norm(channels)
        self.conv2 = conv(channels, channels, kernel_size=3, padding=1)
        self.bn2 = norm(channels)
        self.downsample = downsample

    def forward(self, x: ag.Tensor) -> Any:
        """Map (N, before, H, W) to (N, channels, H / stride, W / stride)."""
        y = ag.relu(self.bn1(self.conv1(x)))
        return ag.relu(_added(self.bn2(self.conv2(y)), x, self.downsample))


class Bottleneck(Module):
    """Convolutions of 1 x 1, 3 x 3 and 1 x 1, narrow in the middle, and the input added.

    The stride is that of the 3 x 3, as in torchvision; in the paper it is that of the first 1 x 1.
    """

    expansion = 4

    def __init__(
        self, before: int, channels: int, stride: int, downsample: Module | None, **options: Any
    ) -> None:
        conv, norm = _layers(**options)
        self.conv1 = conv(before, channels, kernel_size=1)
        self.bn1 = norm(channels)
        self.conv2 = conv(channels, channels, kernel_size=3, stride=stride, padding=1)
        self.bn2 = norm(channels)
        self.conv3 = conv(channels, 4 * channels, kernel_size=1)
        self.bn3 = norm(4 * channels)
        self.downsample = downsample

    def forward(self, x: ag.Tensor) -> Any:
        """Map (N, before, H, W) to (N, 4 channels, H / stride, W / stride)."""
        y = ag.relu(self.bn1(self.conv1(x)))
        y = ag.relu(self.bn2(self.conv2(y)))
        return ag.relu(_added(self.bn3(self.conv3(y)), x, self.downsample))


def _added(y: Any, x: Any, downsample: Module | None) -> Any:
    """Return ``y`` plus the input; without a module for that, the block is a plain one."""
    return y if downsample is None else y + downsample(x)


def _layers(**options: Any) -> tuple[Any, Any]:
    return partial(Conv2d, bias=False, **options), partial(BatchNorm2d, dtype=options["dtype"])


# The kind of block, and how many of them each stage has, by the number of layers with weights.
IMAGENET: dict[int, tuple[type[BasicBlock | Bottleneck], tuple[int, ...]]] = {
    18: (BasicBlock, (2, 2, 2, 2)),
    34: (BasicBlock, (3, 4, 6, 3)),
    50: (Bottleneck, (3, 4, 6, 3)),
    101: (Bottleneck, (3, 4, 23, 3)),
    152: (Bottleneck, (3, 8, 36, 3)),
}
LARGE = (64, 128, 256, 512)  # channels inside the blocks of each stage
CIFAR = {depth: ((depth - 2) // 6,) * 3 for depth in (20, 32, 44, 56, 110)}
SMALL = (16, 32, 64)


class ResNet(Module):
    """ResNet-50 has 25,557,032 parameters for 1000 classes, ResNet-152 60,192,808.

    The names and shapes of the weights are those of torchvision's ``resnet18``, ``resnet50`` and so
    on; of those for small images, ResNet-20 has 269,722 for 10 classes.

    Parameters
    ----------
    depth : {18, 34, 50, 101, 152, 20, 32, 44, 56, 110}
        How many layers with weights there are; the last five are for small images, as of CIFAR-10.
    classes : int, optional
        By default 1000, or 10 for small images.
    in_channels : int
    width : float
        What the channels of all hidden layers are multiplied by; at least one is left.
    residual : bool
        Whether blocks add their input; without that it is the plain network, to compare with.
    dtype : floating NumPy dtype
    rng : int, numpy.random.Generator or None
        Convolutions begin normally distributed with variance ``2 / fan_out`` (He et al. 2015).

    Attributes
    ----------
    layer1, layer2, layer3, layer4 : Sequential of blocks
        The stages; each but the first begins with a stride of 2.  Small images have three.

    Raises
    ------
    autograd.OptionError
        If the depth is none of these, a size is not an integer of at least 1, or the width is not
        above 0.
    autograd.ShapeError
        When called, if images are not (N, in_channels, H, W).

    Examples
    --------
    >>> from nn.models.resnet import ResNet
    >>> import numpy as np
    >>> net = ResNet(20, rng=0)
    >>> net(np.zeros((2, 3, 8, 8), "float32")).shape, sum(p.size for p in net.parameters())
    ((2, 10), 269722)
    """

    def __init__(
        self,
        depth: int = 50,
        classes: int | None = None,
        in_channels: int = 3,
        width: float = 1.0,
        residual: bool = True,
        dtype: ag.DTypeLike = "float32",
        rng: Seed = None,
    ) -> None:
        one_of("ResNet", (*IMAGENET, *CIFAR), depth=depth)
        is_small = depth in CIFAR
        classes = (10 if is_small else 1000) if classes is None else classes
        at_least_one("ResNet", classes=classes, in_channels=in_channels)
        boolean("ResNet", residual=residual)
        options: dict[str, Any] = {"rng": generator(rng), "dtype": dtype}
        block, counts = (BasicBlock, CIFAR[depth]) if is_small else IMAGENET[depth]
        sizes = [scaled("ResNet", n, width) for n in (SMALL if is_small else LARGE)]
        conv, norm = _layers(**options)
        self.conv1 = (
            conv(in_channels, sizes[0], kernel_size=3, padding=1)
            if is_small
            else conv(in_channels, sizes[0], kernel_size=7, stride=2, padding=3)
        )
        self.bn1 = norm(sizes[0])
        self.maxpool = Identity() if is_small else MaxPool2d(3, 2, padding=1)
        shortcut = _plain if not residual else _padded if is_small else _projected
        before = sizes[0]
        for i, (channels, count) in enumerate(zip(sizes, counts, strict=True)):
            strides = [2 if i else 1] + [1] * (count - 1)
            stage = _stage(block, before, channels, strides, shortcut, options)
            setattr(self, f"layer{i + 1}", stage)
            before = channels * block.expansion
        self.avgpool = AdaptiveAvgPool2d(1)
        self.flatten = Flatten()
        self.fc = Linear(before, classes, **options)
        for layer in self.modules():
            if isinstance(layer, Conv2d):
                init.kaiming_normal_(
                    layer.weight, mode="fan_out", nonlinearity="relu", rng=options["rng"]
                )

    def forward(self, x: ag.ArrayLike) -> Any:
        """Map images (N, in_channels, H, W) to logits (N, classes)."""
        x = self.maxpool(ag.relu(self.bn1(self.conv1(x))))
        for name, stage in self.named_children():
            if name.startswith("layer"):
                x = stage(x)
        return self.fc(self.flatten(self.avgpool(x)))


def _stage(
    block: type[BasicBlock | Bottleneck],
    before: int,
    channels: int,
    strides: Sequence[int],
    shortcut: Callable[..., Module | None],
    options: dict[str, Any],
) -> Sequential:
    """Return a block for each stride, all with the same channels behind them."""
    behind = channels * block.expansion
    return Sequential(
        *(
            block(entry, channels, stride, shortcut(entry, behind, stride, options), **options)
            for entry, stride in zip([before, *[behind] * len(strides)], strides, strict=False)
        )
    )


# What a block adds to what it computes: its input, in the shape of the output, or nothing.


def _projected(before: int, behind: int, stride: int, options: dict[str, Any]) -> Module:
    if (before, stride) == (behind, 1):
        return Identity()
    conv, norm = _layers(**options)
    return Sequential(conv(before, behind, kernel_size=1, stride=stride), norm(behind))


def _padded(before: int, behind: int, stride: int, options: dict[str, Any]) -> Module:
    same = (before, stride) == (behind, 1)
    return Identity() if same else Shortcut(behind - before, stride)


def _plain(before: int, behind: int, stride: int, options: dict[str, Any]) -> None:
    return None
