"""Convolutions beside PyTorch: forward, the gradient of the image, and that of the kernel."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from statistics import geometric_mean

import numpy as np

import autograd as ag
from benchmarks.engines import Engine
from benchmarks.targets import columns
from nn.cli.bench import pytorch
from nn.cli.bench.contest import OURS, Contender, Result, Task, contest, of_one_array
from nn.cli.bench.table import Row, Table
from nn.cli.bench.tasks import OF_LIMIT
from nn.cli.bench.timing import MICROSECOND

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
        more += " depthwise" if self.groups > 1 else ""
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
        """Stride, padding and groups, which have the same names in every library."""
        return {"stride": self.stride, "padding": self.padding, "groups": self.groups}

    def arrays(self) -> list[np.ndarray]:
        """Return an image, a kernel and a cotangent of the result, the same each time."""
        rng = np.random.default_rng(0)
        k, out = self.kernel, self.output
        shapes = (
            (self.batch, self.channels, self.size, self.size),
            (self.outputs, self.channels // self.groups, k, k),
            (self.batch, self.outputs, out, out),
        )
        return [rng.normal(size=shape).astype(np.float32) for shape in shapes]

    def task(self, which: str) -> Task:
        """Return the task to compute one of the three maps."""
        makers = pytorch.beside(partial(by_us, self, which), partial(by_torch, self, which))
        return Task(f"{self.name}, {which}", makers, self.flops)


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


def run(engines: list[Engine], quick: bool) -> Iterator[Table]:
    """Measure the three maps of every geometry."""
    rounds, seconds = (3, 0.01) if quick else (9, 0.03)
    rows: list[Row] = []
    results: dict[str, list[Result]] = {which: [] for which in MAPS}
    for convolution in GEOMETRIES[:: 2 if quick else 1]:
        for which in MAPS:
            result = contest(convolution.task(which), rounds, seconds)
            results[which].append(result)
            rows.append(row(convolution.name, which, result))
    note = (
        f"us in float32: medians of {rounds} rounds in which the engines take turns.\n"
        "map: forward, the gradient of the image, or that of the kernel.\n"
        "/torch: our time over PyTorch's.\n"
        "GFLOP/s: arithmetic of the convolution over our time; of limit: over those of a large\n"
        "matrix product in the same rounds."
    )
    yield Table("Convolutions", note, rows)
    results["all"] = [result for found in results.values() for result in found]
    yield Table(
        "Convolutions: geometric means",
        "of our time over PyTorch's, over all images and kernels, and the largest of them",
        [mean(which, found) for which, found in results.items()],
    )


def row(name: str, which: str, result: Result) -> Row:
    """Return the row of one map."""
    return {
        "images to outputs, kernel": name,
        "map": which,
        **result.times((OURS, "torch"), MICROSECOND),
        "/torch": result.ratio("torch"),
        "GFLOP/s": result.rate(),
        OF_LIMIT: result.of_limit(),
    }


def mean(which: str, results: Sequence[Result]) -> Row:
    """Return the row of the geometric mean of the ratios."""
    ratios = [ratio for result in results if (ratio := result.ratio("torch")) is not None]
    found = geometric_mean(ratios) if ratios else None
    worst = max(ratios, default=None)
    shares = [share for result in results if (share := result.of_limit()) is not None]
    row: Row = {"map": which, "/torch": found, "worst": worst, OF_LIMIT: geometric_mean(shares)}
    figures = {"torch": found, "worst": worst}
    return row | columns("convolutions" if which == "all" else "", figures)


def by_us(convolution: Convolution, which: str) -> Contender:
    """Convolve with our engine; a gradient is pulled back through a graph made before."""
    image, kernel, ct = convolution.arrays()
    options = convolution.options
    if which == "forward":
        return of_one_array(lambda: ag.conv(image, kernel, **options))
    if which == "image":
        _, pullback = ag.vjp(lambda x: ag.conv(x, kernel, **options), image)
    else:
        _, pullback = ag.vjp(lambda w: ag.conv(image, w, **options), kernel)
    return of_one_array(lambda: pullback(ct)[0])


def by_torch(convolution: Convolution, which: str) -> Contender:
    """Convolve with PyTorch, in the same way."""
    torch = pytorch.load()
    image, kernel, ct = map(torch.from_numpy, convolution.arrays())
    conv = partial(torch.nn.functional.conv2d, **convolution.options)
    if which == "forward":
        return of_one_array(lambda: conv(image, kernel))
    leaf = (image if which == "image" else kernel).requires_grad_()
    out = conv(image, kernel)
    return of_one_array(lambda: torch.autograd.grad(out, leaf, ct, retain_graph=True)[0])
