"""Convolutions as networks have them: forward, the gradient of the image, that of the kernel."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

import autograd as ag
from nn.bench.contest import OURS, Contender, Task
from nn.bench.engines import has_torch, pytorch

MAPS = ("forward", "image", "kernel")


@dataclass(frozen=True)
class Convolution:
    """The sizes of a convolution of square images with square kernels.

    Examples
    --------
    >>> c = Convolution(64, 1, 28, 6, 5, padding=2)
    >>> c.name, c.output, c.flops
    ('64x1x28x28 to 6, 5x5', 28, 15052800)
    """

    batch: int
    channels: int
    size: int
    outputs: int
    kernel: int
    stride: int = 1
    padding: int = 0
    groups: int = 1

    @property
    def name(self) -> str:
        """The sizes in words."""
        size, k = self.size, self.kernel
        more = f" by {self.stride}" if self.stride > 1 else ""
        more += " each alone" if self.groups > 1 else ""
        return f"{self.batch}x{self.channels}x{size}x{size} to {self.outputs}, {k}x{k}{more}"

    @property
    def output(self) -> int:
        """The height and width of the result."""
        return (self.size + 2 * self.padding - self.kernel) // self.stride + 1

    @property
    def flops(self) -> int:
        """The arithmetic of each of the three maps: a multiplication and an addition per term."""
        terms = self.channels // self.groups * self.kernel**2
        return 2 * self.batch * self.outputs * self.output**2 * terms

    @property
    def options(self) -> dict[str, int]:
        """Stride, padding and groups, as every library calls them."""
        return {"stride": self.stride, "padding": self.padding, "groups": self.groups}

    def arrays(self) -> tuple[Any, Any, Any]:
        """Return an image, a kernel and a cotangent of the result, the same each time."""
        rng = np.random.default_rng(0)
        k, out = self.kernel, self.output
        shapes = (
            (self.batch, self.channels, self.size, self.size),
            (self.outputs, self.channels // self.groups, k, k),
            (self.batch, self.outputs, out, out),
        )
        image, kernel, ct = (rng.normal(size=shape).astype(np.float32) for shape in shapes)
        return image, kernel, ct

    def task(self, which: str) -> Task:
        """Return the task to compute one of the three maps."""
        makers: dict[str, Callable[[], Contender]] = {OURS: partial(by_us, self, which)}
        if has_torch():
            makers["torch"] = partial(by_torch, self, which)
        return Task(f"{self.name}, {which}", makers, self.flops)


def by_us(convolution: Convolution, which: str) -> Contender:
    """Convolve with our engine; a gradient is pulled back through a graph that is there already."""
    image, kernel, ct = convolution.arrays()
    options = convolution.options
    if which == "forward":
        return _of_one_array(lambda: ag.conv(image, kernel, **options))
    if which == "image":
        _, pullback = ag.vjp(lambda x: ag.conv(x, kernel, **options), image)
    else:
        _, pullback = ag.vjp(lambda w: ag.conv(image, w, **options), kernel)
    return _of_one_array(lambda: pullback(ct)[0])


def by_torch(convolution: Convolution, which: str) -> Contender:
    """Convolve with PyTorch, in the same way."""
    torch = pytorch()
    image, kernel, ct = map(torch.from_numpy, convolution.arrays())
    conv = partial(torch.nn.functional.conv2d, **convolution.options)
    if which == "forward":
        return _of_one_array(lambda: conv(image, kernel))
    leaf = (image if which == "image" else kernel).requires_grad_()
    out = conv(image, kernel)
    return _of_one_array(lambda: torch.autograd.grad(out, leaf, ct, retain_graph=True)[0])


def _of_one_array(run: Callable[[], Any]) -> Contender:
    return Contender(run, lambda: [np.asarray(run())])


GEOMETRIES = (
    Convolution(64, 1, 28, 6, 5, padding=2),  # LeNet-5's two
    Convolution(64, 6, 14, 16, 5),
    Convolution(32, 3, 32, 16, 3, padding=1),
    Convolution(32, 16, 32, 32, 3, padding=1),
    Convolution(32, 64, 16, 64, 3, padding=1),
    Convolution(32, 64, 16, 128, 3, stride=2, padding=1),
    Convolution(32, 64, 16, 64, 1),
    Convolution(16, 3, 64, 64, 7, stride=2, padding=3),  # how residual networks begin
    Convolution(32, 64, 16, 64, 3, padding=1, groups=64),
    Convolution(8, 128, 8, 256, 3, padding=1),
)
