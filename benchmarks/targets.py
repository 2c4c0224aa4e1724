"""Targets for the figures, as ratios to a peer or absolute, and whether they are met."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from nn.cli.bench.table import Row
from nn.cli.bench.tasks import OF_LIMIT

BEST = "best peer"


@dataclass(frozen=True)
class Target:
    """A bound for one figure.

    Attributes
    ----------
    figure : str
        A peer, for our time over its; or the name of another figure.
    bound : float
    least : bool
        Whether the figure shall be at least the bound, and not at most.

    Examples
    --------
    >>> target = Target("torch", 0.5)
    >>> str(target), target.met({"torch": 0.4}), target.met({"torch": 0.6}), target.met({})
    ('torch 0.5', True, False, None)
    """

    figure: str
    bound: float
    least: bool = False

    def __str__(self) -> str:
        return f"{self.figure} {self.bound:g}"

    def met(self, figures: Mapping[str, float | None]) -> bool | None:
        """Return whether the bound is kept, or None if the figure is not known."""
        found = figures.get(self.figure)
        if found is None:
            return None
        return found >= self.bound if self.least else found <= self.bound


TARGETS: dict[str, tuple[Target, ...]] = {
    "MLP 64-32-10, batch 32": (Target("torch", 0.35), Target("mygrad", 0.6)),
    "MLP 64-128-128-10, batch 64": (Target("torch", 0.5), Target("jax", 1.0)),
    "MLP 784-1024-1024-10, batch 256": (Target(BEST, 1.0),),
    "LeNet-5, batch 64": (Target("torch", 0.75),),
    "residual block, batch 32": (Target("torch", 1.0),),
    "MLP 64-32-10, batch 32, compiled": (
        *(Target("torch", 0.03), Target("jax", 0.15)),
        Target(OF_LIMIT, 0.4, least=True),
    ),
    "MLP 64-128-128-10, batch 64, compiled": (
        *(Target("torch", 0.21), Target("jax", 0.6)),
        Target(OF_LIMIT, 0.85, least=True),
    ),
    "MLP 784-1024-1024-10, batch 256, compiled": (
        *(Target("torch", 0.93), Target("jax", 0.87)),
        Target(OF_LIMIT, 0.9, least=True),
    ),
    "LeNet-5, batch 64, compiled": (Target("torch", 0.55), Target("jax", 0.4)),
    "residual block, batch 32, compiled": (Target("torch", 0.85),),
    "convolutions": (Target("torch", 0.85), Target("worst", 1.25)),
    "micrograd's demo": (Target("micrograd", 0.5),),
    "micrograd's demo, compiled": (Target("micrograd", 0.002),),
    "24 layers of 256, batch 4096, compiled": (Target("torch MB", 1.0),),
    "8 numbers, both": (Target("torch", 0.5),),
    "import": (Target("ms", 80),),
    "chain": (Target("bytes", 700), Target("long / short", 1.25)),
}


def columns(name: str, figures: Mapping[str, float | None], least: bool = False) -> Row:
    """Return two cells of a table: the targets, and whether they are met.

    Parameters
    ----------
    name : str
        A key of ``TARGETS``; other names have none.
    figures : dict
        The ratios by peer, and other figures.
    least : bool
        Whether to look at what figures shall be at least, and not at most.

    Examples
    --------
    >>> columns("LeNet-5, batch 64", {"torch": 1.2, "jax": 0.5})
    {'at most': 'torch 1.1, jax 0.6', 'met': 'no, yes'}
    >>> columns("LeNet-5, batch 64", {"torch": 0.8})
    {'at most': 'torch 1.1, jax 0.6', 'met': 'yes, -'}
    """
    targets = [target for target in TARGETS.get(name, ()) if target.least == least]
    words = {True: "yes", False: "no", None: "-"}
    return {
        "at least" if least else "at most": ", ".join(map(str, targets)),
        "met": ", ".join(words[target.met(figures)] for target in targets),
    }


def best_of(ratios: Iterable[float | None]) -> float | None:
    """Return the ratio to the fastest peer, which is the largest, or None without peers."""
    return max((ratio for ratio in ratios if ratio is not None), default=None)
