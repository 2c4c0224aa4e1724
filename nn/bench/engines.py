"""Engines behind the few calls that chains of single operations need: ours, and PyTorch's.

All compute in float32, except where an engine has only Python's own numbers.
"""

from __future__ import annotations

import gc
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from typing import Any

import numpy as np

import autograd as ag
from nn.bench import threads
from nn.bench.contest import OURS


@dataclass(frozen=True)
class Engine:
    """One engine.

    Attributes
    ----------
    name : str
        Of the package, as pip knows it.
    leaf : callable
        Makes a value that asks for a gradient, of a float32 number or array.
    backward : callable
        Goes back from a result, with a cotangent of ones.
    functions : dict of callables
        Those of "relu" and "tanh" that it has.
    arrays : bool
        Whether it computes with arrays, and not with single numbers only.
    """

    name: str
    leaf: Callable[[Any], Any]
    backward: Callable[[Any], None]
    functions: dict[str, Callable[[Any], Any]]
    arrays: bool = True


def glassgrad() -> Engine:
    """Return our own engine."""
    return Engine(
        name=OURS,
        leaf=lambda value: ag.tensor(value, requires_grad=True),
        backward=lambda y: y.backward(np.ones(y.shape, y.dtype)),
        functions={"relu": ag.relu, "tanh": ag.tanh},
    )


def torch() -> Engine:
    """Return PyTorch in eager mode."""
    torch = pytorch()
    return Engine(
        name="torch",
        leaf=lambda value: torch.tensor(value, requires_grad=True),
        backward=lambda y: y.backward(torch.ones_like(y)),
        functions={"relu": torch.relu, "tanh": torch.tanh},
    )


@cache
def pytorch() -> Any:
    """Import PyTorch, with as many threads as everybody has."""
    import torch

    torch.set_num_threads(threads.current())
    # Else the garbage collector would look through its modules in another engine's slots.
    gc.freeze()
    return torch


def has_torch() -> bool:
    """Return whether PyTorch is installed."""
    return find_spec("torch") is not None
