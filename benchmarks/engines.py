"""Engines behind the few calls that a chain of single operations needs: ours, and the peers.

All compute in float32, except where an engine has only Python's own numbers.
"""

from __future__ import annotations

import gc
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

import numpy as np

import autograd as ag
from nn.cli.bench import pytorch
from nn.cli.bench.contest import OURS

LATER = ("jax",)  # slow to start, so that the suites that need it import it by themselves


@dataclass(frozen=True)
class Engine:
    """One engine.

    Attributes
    ----------
    name : str
        Of the package, as pip knows it.
    leaf : callable
        Makes a value that requires a gradient, of a float32 number or array.
    backward : callable
        Runs the backward pass from a result, with a cotangent of ones.
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
    torch = pytorch.load()
    return Engine(
        name="torch",
        leaf=lambda value: torch.tensor(value, requires_grad=True),
        backward=lambda y: y.backward(torch.ones_like(y)),
        functions={"relu": torch.relu, "tanh": torch.tanh},
    )


def micrograd() -> Engine:
    """Return micrograd, which computes with Python's numbers, in float64."""
    from micrograd.engine import Value

    return Engine(
        "micrograd",
        lambda value: Value(float(value)),
        Value.backward,
        {"relu": Value.relu},
        arrays=False,
    )


def mygrad() -> Engine:
    """Return MyGrad, whose cotangent is ones by default.

    It can lock arrays while a graph needs them, which takes time; its users turn that off when
    they want speed.
    """
    import mygrad as mg

    mg.turn_memory_guarding_off()
    functions = {"relu": mg.nnet.relu, "tanh": mg.tanh}
    return Engine("mygrad", mg.tensor, mg.Tensor.backward, functions)


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
