"""The same layers, losses and optimisers by PyTorch: its numbers, stored as data.

``python -m tests.nn.parity`` makes the data again, which takes PyTorch and nothing else does;
``python -m tests.nn.parity --table`` prints how far the numbers are apart.  A family is a module
with ``CASES``, a list of `Case`, and three functions of a case:

- ``draw(case)`` returns what both are given, a dict of arrays, drawn from the case's own seed;
- ``by_torch(case, given)`` returns a dict of arrays; it alone imports torch;
- ``by_nn(case, given)`` returns a dict with the same keys.
"""

from __future__ import annotations

import importlib
import zlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

FAMILIES = (
    "flownet",
    "layers",
    "losses",
    "models",
    "optimisers",
    "projections",
    "recurrent",
    "segnet",
)
HERE = Path(__file__).parent


@dataclass(frozen=True)
class Case:
    """One comparison: a class or function of both libraries, and how it is used."""

    name: str
    number: int
    options: dict[str, Any] = field(default_factory=dict)
    shape: tuple[int, ...] = ()
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def id(self):
        return f"{self.name}-{self.number:02d}"

    @property
    def rng(self):
        return np.random.default_rng(zlib.crc32(self.id.encode()))


def eighths(rng, shape, low=-16, high=17):
    """Numbers such as 0.375, of which many fit into a small file."""
    return rng.integers(low, high, shape) / 8


def family(name):
    return importlib.import_module(f"tests.nn.parity.{name}")


def stored(name):
    """Return for each case what was given, and what PyTorch made of it."""
    found: dict[str, tuple[dict, dict]] = {}
    with np.load(HERE / f"{name}.npz") as data:
        for key in data:
            id, kind, part = key.split("/", 2)
            given, result = found.setdefault(id, ({}, {}))
            (given if kind == "given" else result)[part] = data[key]
    return found


def distance(ours, theirs):
    """Return the largest difference, relative to numbers above 1; infinite if it makes no sense."""
    ours, theirs = np.asarray(ours), np.asarray(theirs)
    if ours.shape != theirs.shape:
        return np.inf
    if not theirs.size:
        return 0.0
    apart = np.abs(ours.astype(float) - theirs) / np.maximum(1, np.abs(theirs))
    return np.inf if np.isnan(apart).any() else float(apart.max())
