"""The engines under comparison, behind the few calls that a workload needs.

All compute in float64, as Python's numbers and NumPy's defaults are.
"""

from __future__ import annotations

import gc
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

import numpy as np

import autograd as ag

LATER = ("jax",)  # slow to start, so that the one suite that needs it imports it by itself


@dataclass(frozen=True)
class Engine:
    """One engine."""

    name: str  # of the package, as pip knows it
    leaf: Callable[[Any], Any]  # makes a value that asks for a gradient, of a float or an array
    backward: Callable[[Any], None]  # from a result, with a cotangent of ones
    functions: dict[str, Callable[[Any], Any]]  # those of "relu" and "tanh" that it has
    arrays: bool = True  # whether it computes with arrays, and not with single numbers only


def glassgrad() -> Engine:
    """Return our own engine."""
    return Engine(
        name="glassgrad",
        leaf=lambda value: ag.tensor(value, requires_grad=True),
        backward=lambda y: y.backward(np.ones(y.shape)),
        functions={"relu": ag.relu, "tanh": ag.tanh},
    )


def micrograd() -> Engine:
    """Return micrograd."""
    from micrograd.engine import Value

    return Engine("micrograd", Value, Value.backward, {"relu": Value.relu}, arrays=False)


def mygrad() -> Engine:
    """Return MyGrad, whose cotangent is ones by default."""
    import mygrad as mg

    functions = {"relu": mg.nnet.relu, "tanh": mg.tanh}
    return Engine("mygrad", mg.tensor, mg.Tensor.backward, functions)


def torch() -> Engine:
    """Return PyTorch in eager mode, on one thread."""
    import torch

    torch.set_num_threads(1)
    return Engine(
        name="torch",
        leaf=lambda value: torch.tensor(value, dtype=torch.float64, requires_grad=True),
        backward=lambda y: y.backward(torch.ones_like(y)),
        functions={"relu": torch.relu, "tanh": torch.tanh},
    )


def load() -> tuple[list[Engine], list[str]]:
    """Return the installed engines, ours first, and the names of the peers that are missing."""
    engines, missing = [glassgrad()], []
    for peer in (micrograd, mygrad, torch):
        try:
            engines.append(peer())
        except ImportError:
            missing.append(peer.__name__)
    missing += [name for name in LATER if find_spec(name) is None]
    # Else the garbage collector would look through the modules of one peer in another's slots.
    gc.freeze()
    return engines, missing
