"""The first non-finite value of a training step: where a NaN or an infinity first appeared.

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


def non_finite_error(
    message: str, model: Module, loss: ag.Tensor, again: Callable[[], ag.Tensor]
) -> NonFiniteError:
    """Return the error that names the first non-finite value, with its step card.

    Parameters
    ----------
    message : str
        What is not finite.
    model : Module
    loss : Tensor
        After `backward`, with its graph.
    again : callable
        Computes the loss once more and records all operations, also those on inputs alone.
    """
    for name, p in model.named_parameters():
        if not all_finite(p.data):
            return NonFiniteError(f"{message}, since {name} is not finite", name)
    debugger = _at_first(loss)
    if debugger.event is None or _is_leaf(debugger):
        with_all = _at_first(again())
        debugger = with_all if with_all.event is not None else debugger
    if debugger.event is None:  # a constant is not finite itself
        return NonFiniteError(message)
    return _with_card(message, model, debugger)


def _at_first(loss: ag.Tensor) -> Any:
    debugger = ag.trace(loss).debugger()
    debugger.break_on("nan")
    debugger.break_on("inf")
    if debugger.run() is None:
        debugger.start()
    return debugger


def _is_leaf(debugger: Any) -> bool:
    """Whether the event is that of a leaf: no recorded operation computed its value."""
    return debugger.trace.graph[debugger.event.node].primitive is None


def _with_card(message: str, model: Module, debugger: Any) -> NonFiniteError:
    node = debugger.trace.graph[debugger.event.node]
    layer = "/".join(scope.name for scope in node.scope)
    operation = node.primitive.name if node.primitive else node.label
    direction = "forward" if debugger.event.kind == "forward" else "backward"
    found = f"{message}; first in the {direction} pass of {operation}"
    found += f", in {layer}" if layer else ""
    largest = max((float(abs(p.data).max()) for p in model.parameters() if p.size), default=0.0)
    if largest > GIANT:
        found += f", with weights that have grown to {largest:.2g}; {REMEDY}"
    return NonFiniteError(f"{found}:\n{debugger.card()}", layer, operation, debugger)
