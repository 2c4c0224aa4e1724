"""Where a NaN or an infinity was born, when a training meets one.

It spreads from there to the loss, and by one step to all weights.  So a training stops before that
step.  The graph of the loss is still there, and its trace is walked through until the first number
that is not finite.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

import autograd as ag
from nn.errors import NonFiniteError
from nn.module import Module

GIANT = 1e6  # weights that are larger have run away
REMEDY = "take a smaller learning rate, or bound the gradients by max_norm"


def what_is_not_finite(loss: ag.Tensor, parameters: Iterable[ag.Tensor]) -> str:
    """Say whether the loss, or a gradient, is not finite; empty if all are."""
    if not math.isfinite(loss.item()):
        return f"the loss is {loss.item()}"
    for p in parameters:
        if p.grad is not None and not all_finite(p.grad):
            return f"the gradient of {p.name or 'a parameter'} is not finite"
    return ""


def check_weights(where: str, weights: Iterable[tuple[str, ag.Tensor]]) -> None:
    """Refuse a step after which a weight, or a running number, is not finite."""
    for name, value in weights:
        if value.dtype.kind == "f" and not all_finite(value.data):
            raise NonFiniteError(
                f"fit: {where}: this step would make {name} infinite or NaN; {REMEDY}", name
            )


def all_finite(array: ag.Array) -> bool:
    """Whether all numbers are finite."""
    # If the sum of the squares is finite, so is every number; only else is each looked at.
    return math.isfinite(np.vdot(array, array)) or bool(np.isfinite(array).all())


def born(
    message: str, model: Module, loss: ag.Tensor, again: Callable[[], ag.Tensor]
) -> NonFiniteError:
    """Return the error that tells where, with the step card.

    Parameters
    ----------
    message : str
        What was met.
    model : Module
    loss : Tensor
        After `backward`, with its graph.
    again : callable
        Computes the loss once more and records everything, also what no weight was needed for.
    """
    for name, p in model.named_parameters():
        if not all_finite(p.data):
            return NonFiniteError(f"{message}, since {name} is not finite", name)
    debugger = _at_birth(loss)
    if debugger.event is None or _is_given(debugger):
        with_all = _at_birth(again())
        debugger = with_all if with_all.event is not None else debugger
    if debugger.event is None:  # a constant that is not finite itself has no birth
        return NonFiniteError(message)
    return _told(message, model, debugger)


def _at_birth(loss: ag.Tensor) -> Any:
    debugger = ag.trace(loss).debugger()
    debugger.break_on("nan")
    debugger.break_on("inf")
    if debugger.run() is None:
        debugger.start()
    return debugger


def _is_given(debugger: Any) -> bool:
    """Whether the numbers came into the graph as they are: nothing there has made them."""
    return debugger.trace.graph[debugger.event.node].primitive is None


def _told(message: str, model: Module, debugger: Any) -> NonFiniteError:
    node = debugger.trace.graph[debugger.event.node]
    layer = "/".join(scope.name for scope in node.scope)
    operation = node.primitive.name if node.primitive else node.label
    direction = "forwards" if debugger.event.kind == "forward" else "backwards"
    told = f"{message}; born {direction} in {operation}{f', in {layer}' if layer else ''}"
    largest = max((float(abs(p.data).max()) for p in model.parameters() if p.size), default=0.0)
    if largest > GIANT:
        told += f", with weights that have grown to {largest:.2g}; {REMEDY}"
    return NonFiniteError(f"{told}:\n{debugger.card()}", layer, operation, debugger)
