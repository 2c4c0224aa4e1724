"""Random search: the lectures' two trainers that need no gradient at all (deck 1).

They show what the gradient is worth.  In a space of many weights nearly all directions lead uphill,
and a guess finds one downhill less and less often; the gradient names the steepest.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import autograd as ag
from autograd.core.calls import called
from nn.checks import above_zero, at_least_one
from nn.data.dataset import Dataset, Examples, as_dataset
from nn.init import Seed, generator
from nn.inspection.modes import evaluating
from nn.module import Module
from nn.parameter import Parameter
from nn.training.evaluation import Loss, as_number, check_model
from nn.training.history import History
from nn.training.interrupt import Interrupt

Draw = Callable[[Parameter], ag.Array]  # new numbers for a parameter


@called
def random_search(
    model: Module,
    loss: Loss,
    data: Examples,
    tries: int = 1000,
    scale: float = 1.0,
    rng: Seed = None,
) -> History:
    """Draw all weights anew, again and again, and keep the best: ``w ~ N(0, scale^2)``.

    Ctrl-C ends it after a try, and the best weights are kept.

    Parameters
    ----------
    model : Module
        Begins with the weights it has, and has the best ones afterwards; frozen ones stay.
    loss : callable
        ``loss(outputs, targets)``, one number.
    data : Dataset, or pair of arrays
        All of it at once.
    tries : int
        How many times new weights are drawn.
    scale : float
        The standard deviation of the weights, which have the mean 0.
    rng : int, numpy.random.Generator or None

    Returns
    -------
    History
        ``"loss"``: the best so far, after each try.

    Raises
    ------
    autograd.OptionError
        If an option is out of its range, or the model is not a module.
    autograd.ShapeError
        If the loss is not one number.

    Examples
    --------
    >>> import nn
    >>> line = nn.Linear(1, 1, rng=0)
    >>> data = ([[0.0], [1.0], [2.0]], [[1.0], [3.0], [5.0]])  # y = 2 x + 1
    >>> nn.random_search(line, nn.mse_loss, data, tries=500, scale=2.0, rng=0)["loss"][-1] < 0.1
    True
    """
    _check("random_search", model, loss, tries=tries, scale=scale)
    rng = generator(rng)
    return _search(model, loss, data, tries, lambda p: rng.normal(0.0, scale, p.shape))


@called
def random_local_search(
    model: Module,
    loss: Loss,
    data: Examples,
    steps: int = 1000,
    scale: float = 0.1,
    rng: Seed = None,
) -> History:
    """Move all weights a little, randomly, and stay there if the loss is smaller.

    ``w' = w + e`` with ``e ~ N(0, scale^2)``.

    Parameters
    ----------
    model : Module
        Begins with the weights it has, and has the best ones afterwards; frozen ones stay.
    loss : callable
        ``loss(outputs, targets)``, one number.
    data : Dataset, or pair of arrays
        All of it at once.
    steps : int
    scale : float
        The standard deviation of a step.
    rng : int, numpy.random.Generator or None

    Returns
    -------
    History
        ``"loss"``: the best so far, after each step.

    Raises
    ------
    autograd.OptionError
        If an option is out of its range, or the model is not a module.
    autograd.ShapeError
        If the loss is not one number.

    Examples
    --------
    >>> import nn
    >>> line = nn.Linear(1, 1, rng=0)
    >>> data = ([[0.0], [1.0], [2.0]], [[1.0], [3.0], [5.0]])  # y = 2 x + 1
    >>> nn.random_local_search(line, nn.mse_loss, data, steps=500, rng=0)["loss"][-1] < 0.01
    True
    """
    _check("random_local_search", model, loss, steps=steps, scale=scale)
    rng = generator(rng)
    return _search(model, loss, data, steps, lambda p: p.data + rng.normal(0.0, scale, p.shape))


def _check(owner: str, model: Any, loss: Any, *, scale: float, **count: int) -> None:
    check_model(owner, model, loss=loss)
    at_least_one(owner, **count)
    above_zero(owner, scale=scale)


def _search(model: Module, loss: Loss, data: Examples, tries: int, draw: Draw) -> History:
    """Draw from the best weights so far, which are those that the model has between two tries."""
    examples = as_dataset("search", data)
    history = History(unit="try")
    parameters = [p for p in model.parameters() if p.requires_grad]
    with evaluating(model), ag.no_grad(), Interrupt() as ctrl_c:
        best = _loss(model, loss, examples)
        while history.epochs < tries and not ctrl_c.pressed:
            best = min(best, _try(model, loss, examples, parameters, draw, best))
            history.add({"loss": best})
    counted = f"{history.epochs} of {tries} tries"
    history.stopped = f"interrupted after {counted}" if ctrl_c.pressed else f"{counted} are done"
    return history


def _try(
    model: Module,
    loss: Loss,
    data: Dataset,
    parameters: list[Parameter],
    draw: Draw,
    best: float,
) -> float:
    """Draw weights and return their loss; if it is not below the best, put the old ones back."""
    kept = [p.data for p in parameters]
    found = math.inf
    try:
        for p in parameters:
            p.data = ag.astype(draw(p), p.dtype)
        found = _loss(model, loss, data)
    finally:
        if not found < best:
            for p, value in zip(parameters, kept, strict=True):
                p.data = value
    return found


def _loss(model: Module, loss: Loss, data: Dataset) -> float:
    value = as_number("loss", loss(model(ag.tensor(data.inputs)), data.targets))
    return math.inf if math.isnan(value) else value
