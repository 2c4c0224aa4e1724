"""Training steps by JAX, compiled by jax.jit."""

from __future__ import annotations

import gc
from functools import cache, partial
from importlib.util import find_spec
from typing import Any

import numpy as np

from nn.cli.bench.contest import Contender
from nn.cli.bench.training import LR, Maker, Training


@cache
def load() -> Any:
    """Import JAX; how many threads it takes, it reads in the environment (NPROC)."""
    import jax

    gc.freeze()  # as in engines.load
    return jax


def makers(training: Training) -> dict[str, Maker]:
    """Return JAX, if it is installed and has the network."""
    known = training.network.startswith("MLP") or training.network == "LeNet-5"
    return {"jax": train} if known and find_spec("jax") else {}


def train(training: Training) -> Contender:
    """Train with JAX."""
    jax = load()
    forward = partial(lenet5 if training.network == "LeNet-5" else mlp, jax)
    parameters = [jax.numpy.asarray(w) for w in training.weights().values()]
    inputs, classes = map(jax.numpy.asarray, training.examples())

    def loss_of(parameters: Any, inputs: Any, classes: Any) -> Any:
        scores = jax.nn.log_softmax(forward(parameters, inputs))
        return -scores[jax.numpy.arange(len(classes)), classes].mean()

    @jax.jit
    def step(parameters: Any, inputs: Any, classes: Any) -> Any:
        loss, gradients = jax.value_and_grad(loss_of)(parameters, inputs, classes)
        return loss, [w - LR * g for w, g in zip(parameters, gradients, strict=True)]

    def run() -> Any:
        nonlocal parameters
        loss, parameters = jax.block_until_ready(step(parameters, inputs, classes))
        return loss

    def outcome() -> list[Any]:
        gradients = jax.jit(jax.grad(loss_of))(parameters, inputs, classes)
        loss = run()
        return [np.array(loss), *map(np.array, parameters), *map(np.array, gradients)]

    return Contender(run, outcome)


def mlp(jax: Any, parameters: Any, x: Any) -> Any:
    """Return what `nn.models.MLP` returns."""
    *hidden, last = zip(parameters[::2], parameters[1::2], strict=True)
    for weight, bias in hidden:
        x = jax.nn.relu(x @ weight.T + bias)
    weight, bias = last
    return x @ weight.T + bias


def lenet5(jax: Any, parameters: Any, x: Any) -> Any:
    """Return what `nn.models.LeNet5` returns."""
    convolutions, dense = parameters[:4], parameters[4:]
    for weight, bias, padding in (
        (convolutions[0], convolutions[1], 2),
        (convolutions[2], convolutions[3], 0),
    ):
        x = jax.lax.conv_general_dilated(x, weight, (1, 1), [(padding, padding)] * 2)
        x = jax.numpy.tanh(x + bias[:, None, None])
        window = (1, 1, 2, 2)
        x = jax.lax.reduce_window(x, 0.0, jax.lax.add, window, window, "VALID") / 4
    x = x.reshape(len(x), -1)
    for i in (0, 2):
        x = jax.numpy.tanh(x @ dense[i].T + dense[i + 1])
    return x @ dense[4].T + dense[5]
