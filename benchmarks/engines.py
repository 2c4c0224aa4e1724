"""The peers of the chains of operations, beside those that ``nn.bench`` knows."""

from __future__ import annotations

import gc
from importlib.util import find_spec

from nn.bench.engines import Engine, glassgrad, torch

LATER = ("jax",)  # slow to start, so that the suites that need it import it by themselves


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
