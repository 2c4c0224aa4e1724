"""Where a NaN or an infinity was born, when a training meets one.

It spreads from there to the loss, and by one step to all weights.  So a training stops before that
step.  The graph of the loss is still there, and its trace is walked through until the first number
that is not finite.  A weight that is not finite itself was made so by the step before.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import numpy as np

import autograd as ag
from nn.module import Module

GIANT = 1e6  # weights that are larger have run away
REMEDY = "take a smaller learning rate, or bound the gradients by max_norm"


def check_finite(where: str, model: Module, loss: ag.Tensor, parameters: Iterable[Any]) -> None:
    """Refuse a loss, or gradients, that are not finite.

    Parameters
    ----------
    where : str
        The epoch and the batch, in words.
    model : Module
    loss : Tensor
        After `backward`, with its graph.
    parameters : iterable of Tensor
        Those that the next step would change.

    Raises
    ------
    autograd.NonFiniteError
    """
    wrong = None if math.isfinite(loss.item()) else f"the loss is {loss.item()}"
    for p in parameters:
        if wrong is None and p.grad is not None and not all_finite(p.grad):
            wrong = f"the gradient of {p.name or 'a parameter'} is not finite"
    if wrong is not None:
        raise born(f"fit: {where}: {wrong}", model, loss)


def check_weights(where: str, model: Module) -> None:
    """Refuse weights that are not finite."""
    for name, p in model.named_parameters():
        if not all_finite(p.data):
            raise ag.NonFiniteError(f"fit: {where}: {_of_a_step(name)}", name)


def all_finite(array: Any) -> bool:
    """Whether all numbers are finite."""
    # The sum of their squares is, unless they are giants, and needs no array of its own.
    return math.isfinite(np.vdot(array, array)) or bool(np.isfinite(array).all())


def born(message: str, model: Module, loss: ag.Tensor) -> ag.NonFiniteError:
    """Return the error that tells where, with the step card."""
    for name, p in model.named_parameters():
        if not all_finite(p.data):
            return ag.NonFiniteError(f"{message}, since {_of_a_step(name)}", name)
    debugger = ag.trace(loss).debugger()
    debugger.break_on("nan")
    debugger.break_on("inf")
    event = debugger.run()
    if event is None:  # only a constant that is not finite itself has no birth
        return ag.NonFiniteError(message)
    node = debugger.trace.graph[event.node]
    layer = "/".join(scope.name for scope in node.scope)
    operation = node.primitive.name if node.primitive else node.label
    direction = "forwards" if event.kind == "forward" else "backwards"
    told = f"{message}; born {direction} in {operation}{f', in {layer}' if layer else ''}"
    largest = max((float(abs(p.data).max()) for p in model.parameters() if p.size), default=0.0)
    if largest > GIANT:
        told += f", with weights that have grown to {largest:.2g}; {REMEDY}"
    return ag.NonFiniteError(f"{told}:\n{debugger.card()}", layer, operation, debugger)


def _of_a_step(name: str) -> str:
    return f"a step before has made the weights {name} infinite or NaN; {REMEDY}"
