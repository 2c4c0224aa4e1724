"""Learning by chance: the lectures' two trainers that need no gradient at all (deck 1).

They show what the gradient is worth.  In a space of many weights nearly all directions lead uphill,
and a guess finds one downhill less and less often; the gradient names the steepest.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import autograd as ag
from nn.checks import above_zero, at_least_one
from nn.data.dataset import as_dataset
from nn.init import generator
from nn.module import Module
from nn.training.evaluation import Loss, check_model, evaluating, number
from nn.training.history import History


def random_search(
    model: Module, loss: Loss, data: Any, tries: int = 1000, scale: float = 1.0, rng: Any = None
) -> History:
    """Draw all weights anew, again and again, and keep the best.

    Parameters
    ----------
    model : Module
        Has the best weights afterwards; those it has are the first try.
    loss : callable
        ``loss(outputs, targets)``, one number.
    data : Dataset, or pair of arrays
    tries : int
    scale : float
        The standard deviation of the weights, which have the mean 0.
    rng : int, numpy.random.Generator or None

    Returns
    -------
    History
        ``"loss"``: the best so far, after each try.

    Examples
    --------
    >>> import nn
    >>> line = nn.Linear(1, 1, rng=0)
    >>> data = ([[0.0], [1.0], [2.0]], [[1.0], [3.0], [5.0]])  # y = 2 x + 1
    >>> random_search(line, nn.mse_loss, data, tries=500, scale=2.0, rng=0)["loss"][-1] < 0.1
    True
    """
    rng = generator(rng)
    return _search(
        "random_search", model, loss, data, tries, scale, lambda p: rng.normal(0.0, scale, p.shape)
    )


def random_local_search(
    model: Module, loss: Loss, data: Any, steps: int = 1000, scale: float = 0.1, rng: Any = None
) -> History:
    """Move all weights a little by chance, and stay there if the loss is smaller.

    Parameters
    ----------
    model : Module
        Begins with the weights it has, and has the best ones afterwards.
    loss : callable
        ``loss(outputs, targets)``, one number.
    data : Dataset, or pair of arrays
    steps : int
    scale : float
        The standard deviation of a step.
    rng : int, numpy.random.Generator or None

    Returns
    -------
    History
        ``"loss"``: the best so far, after each step.

    Examples
    --------
    >>> import nn
    >>> line = nn.Linear(1, 1, rng=0)
    >>> data = ([[0.0], [1.0], [2.0]], [[1.0], [3.0], [5.0]])  # y = 2 x + 1
    >>> random_local_search(line, nn.mse_loss, data, steps=500, rng=0)["loss"][-1] < 0.01
    True
    """
    rng = generator(rng)
    return _search(
        "random_local_search",
        model,
        loss,
        data,
        steps,
        scale,
        lambda p: p.data + rng.normal(0.0, scale, p.shape),
    )


def _search(
    owner: str,
    model: Module,
    loss: Loss,
    data: Any,
    tries: int,
    scale: float,
    draw: Callable[[Any], Any],
) -> History:
    """Draw from the best weights so far, which are those that the model has."""
    check_model(owner, model, loss=loss)
    at_least_one(owner, tries=tries)
    above_zero(owner, scale=scale)
    data = as_dataset(owner, data)
    history = History(unit="try")
    with evaluating(model), ag.no_grad():
        parameters = list(model.parameters())
        best = _loss(model, loss, data)
        for _ in range(tries):
            kept = [p.data for p in parameters]
            for p in parameters:
                p.data = ag.astype(draw(p), p.dtype)
            found = _loss(model, loss, data)
            if found < best:
                best = found
            else:
                _put(parameters, kept)
            history.add({"loss": best})
    history.stopped = f"all {tries} tries are done"
    return history


def _loss(model: Module, loss: Loss, data: Any) -> float:
    value = number("loss", loss(model(data.inputs), data.targets))
    return math.inf if math.isnan(value) else value


def _put(parameters: list[Any], values: list[Any]) -> None:
    for p, value in zip(parameters, values, strict=True):
        p.data = value
