"""Training steps by MyGrad: perceptrons, with its own softmax cross-entropy."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any

import numpy as np

from nn.cli.bench.contest import Contender
from nn.cli.bench.training import LR, Maker, Training


def makers(training: Training) -> dict[str, Maker]:
    """Return MyGrad, if it is installed and has the network."""
    return {"mygrad": train} if training.network.startswith("MLP") and find_spec("mygrad") else {}


def train(training: Training) -> Contender:
    """Train with MyGrad; its weights are (in, out), so that nothing is transposed in a step."""
    import mygrad as mg

    mg.turn_memory_guarding_off()
    weights = training.weights().values()
    parameters = [mg.tensor(np.ascontiguousarray(w.T)) for w in weights]
    *hidden, last = zip(parameters[::2], parameters[1::2], strict=True)
    inputs, classes = training.examples()

    def step() -> Any:
        x = inputs
        for weight, bias in hidden:
            x = mg.nnet.relu(x @ weight + bias)
        loss = mg.nnet.softmax_crossentropy(x @ last[0] + last[1], classes)
        loss.backward()
        for p in parameters:
            p.data -= LR * p.grad
        return loss

    def outcome() -> list[Any]:
        loss = step()
        found = [*(p.data for p in parameters), *(p.grad for p in parameters)]
        return [np.array(loss.item()), *(np.array(x.T) for x in found)]

    return Contender(step, outcome)
