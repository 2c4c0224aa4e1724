"""The perceptron rule: learning without a derivative (Rosenblatt 1958; deck 4).

A threshold has the slope 0 wherever it has one, so there is nothing to follow downhill.  The rule
looks at one example at a time instead, and does nothing if the answer is right.  If not, it moves
the weights by the input: towards it where the answer should have been 1, away from it where 0.
"""

from __future__ import annotations

from typing import Any

import autograd as ag
from autograd.core.calls import called
from autograd.core.messages import counted
from nn.checks import above_zero, at_least_one
from nn.data.dataset import Examples, as_dataset
from nn.layers import Linear
from nn.training.history import History


@called
def perceptron_rule(layer: Linear, data: Examples, epochs: int = 100, lr: float = 1.0) -> History:
    """Learn two classes by ``w += lr (t - y) x`` and ``b += lr (t - y)``.

    ``y`` is 1 where ``w x + b > 0``, else 0; the examples come in their order.  If a line separates
    the classes, the rule finds one after finitely many errors (Novikoff 1962); if none does, it
    never ends, so the number of epochs is bounded.

    Parameters
    ----------
    layer : Linear
        With one output; its weights are where the rule begins, and it learns in place.
    data : Dataset, or pair of arrays
        Inputs (N, features) and targets (N,) or (N, 1), each 0 or 1.
    epochs : int
        At most so many; the first one without an error is the last.
    lr : float
        Above 0.  If all weights begin as 0, it only scales them, and changes no answer.

    Returns
    -------
    History
        ``"errors"``: how many answers were wrong in each epoch.

    Raises
    ------
    autograd.OptionError
        If the layer has not one output, or a target is neither 0 nor 1.
    autograd.ShapeError
        If inputs or targets have other shapes.

    Examples
    --------
    >>> import numpy as np
    >>> import nn
    >>> neuron = nn.Linear(2, 1)
    >>> neuron.weight.data, neuron.bias.data = np.zeros((1, 2)), np.zeros(1)
    >>> inputs = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]
    >>> nn.perceptron_rule(neuron, (inputs, [0, 0, 0, 1])).epochs  # the logical and
    6
    >>> neuron.weight.data, neuron.bias.data
    (array([[2., 1.]]), array([-2.]))
    """
    at_least_one("perceptron_rule", epochs=epochs)
    above_zero("perceptron_rule", lr=lr)
    inputs, targets = _examples(layer, data)
    history = History()
    for _ in range(epochs):
        history.add({"errors": _epoch(layer, inputs, targets, lr)})
        if history["errors"][-1] == 0:
            history.stopped = "every answer is right"
            return history
    history.stopped = (
        f"{counted(epochs, 'epoch')}, and answers are still wrong: does a line separate them?"
    )
    return history


def _epoch(layer: Linear, inputs: Any, targets: Any, lr: float) -> int:
    errors = 0
    assert layer.bias is not None
    for x, target in zip(inputs, targets, strict=True):
        with ag.no_grad():
            answer = int(layer(x).item() > 0)
        if answer != target:
            step = lr * (target - answer)
            layer.weight.data = layer.weight.data + step * x
            layer.bias.data = layer.bias.data + step
            errors += 1
    return errors


def _examples(layer: Any, given: Any) -> tuple[Any, list[int]]:
    data = as_dataset("perceptron_rule", given)
    if not isinstance(layer, Linear) or len(layer.weight) != 1 or layer.bias is None:
        raise ag.OptionError(
            "perceptron_rule: takes a layer such as nn.Linear(2, 1), with one output and a bias"
        )
    if data.inputs.shape[1:] != layer.weight.shape[1:]:
        raise ag.ShapeError(
            f"perceptron_rule: inputs {data.inputs.shape} for weights {layer.weight.shape}; "
            "they must be (N, features)"
        )
    if data.targets.shape not in ((len(data),), (len(data), 1)):
        raise ag.ShapeError(f"perceptron_rule: targets {data.targets.shape} are not (N,)")
    targets = [target.item() for target in data.targets.ravel()]
    if not set(targets) <= {0, 1}:
        raise ag.OptionError("perceptron_rule: every target must be 0 or 1")
    return data.inputs.astype(float), [int(target) for target in targets]
