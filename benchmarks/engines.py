"""The engines under comparison, behind the few calls that a workload needs.

All compute in float64, because Python's numbers and NumPy's defaults are float64.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

import autograd as ag


@dataclass(frozen=True)
class Engine:
    """One engine.

    Attributes
    ----------
    name, package : str
        What tables call it, and what pip calls it.
    leaf : callable
        Makes a value that asks for a gradient, from a float or an array.
    backward : callable
        Runs the backward pass from a result, with a cotangent of ones.
    relu, tanh : callable or None
        The functions of that name; None where the engine has none.
    arrays : bool
        Whether it computes with arrays, and not with single numbers only.
    """

    name: str
    package: str
    leaf: Callable[[Any], Any]
    backward: Callable[[Any], None]
    relu: Callable[[Any], Any] | None
    tanh: Callable[[Any], Any] | None
    arrays: bool = True


def glassgrad() -> Engine:
    """Return our own engine."""
    return Engine(
        name="glassgrad",
        package="glassgrad",
        leaf=lambda value: ag.tensor(value, requires_grad=True),
        backward=lambda y: y.backward(np.ones(y.shape)),
        relu=ag.relu,
        tanh=ag.tanh,
    )


def micrograd() -> Engine:
    """Return micrograd, which has no tanh and no arrays."""
    from micrograd.engine import Value

    return Engine("micrograd", "micrograd", Value, Value.backward, Value.relu, None, arrays=False)


def mygrad() -> Engine:
    """Return MyGrad; its seed is ones by default."""
    import mygrad as mg

    return Engine("MyGrad", "mygrad", mg.tensor, mg.Tensor.backward, mg.nnet.relu, mg.tanh)


def pytorch() -> Engine:
    """Return PyTorch in eager mode, on one thread."""
    import torch

    torch.set_num_threads(1)
    return Engine(
        name="PyTorch",
        package="torch",
        leaf=lambda value: torch.tensor(value, dtype=torch.float64, requires_grad=True),
        backward=lambda y: y.backward(torch.ones_like(y)),
        relu=torch.relu,
        tanh=torch.tanh,
    )


def load() -> tuple[list[Engine], list[str]]:
    """Return the installed engines, ours first, and the names of the peers that are missing."""
    engines, missing = [glassgrad()], []
    for peer in (micrograd, mygrad, pytorch):
        try:
            engines.append(peer())
        except ImportError:
            missing.append(peer.__name__)
    return engines, missing
