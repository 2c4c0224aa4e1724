"""What a network says of data, without learning from them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np

import autograd as ag
from nn.checks import at_least_one
from nn.data import Batches
from nn.data.dataset import as_dataset
from nn.module import Module

Loss = Callable[[Any, Any], Any]
Metrics = Mapping[str, Callable[[Any, Any], Any]]


def evaluate(
    model: Module, loss: Loss, data: Any, metrics: Any = (), batch_size: int | None = 256
) -> dict[str, float]:
    """Return the mean loss over a data set, and the means of metrics.

    The model is in evaluation meanwhile, and nothing is recorded.

    Parameters
    ----------
    model : Module
    loss : callable
        ``loss(outputs, targets)``, the mean over a batch.
    data : Dataset, or pair of arrays
    metrics : callable, or sequence of callable
        Each ``metric(outputs, targets)``, on arrays, the mean over a batch, such as
        `nn.metrics.accuracy`.
    batch_size : int or None
        How many examples are looked at together; None for all.

    Returns
    -------
    dict from str to float
        ``"loss"``, and each metric by the name of its function.

    Examples
    --------
    >>> import nn
    >>> net = nn.Linear(2, 2, rng=0)
    >>> net.weight.data, net.bias.data = np.eye(2), np.zeros(2)
    >>> evaluate(net, nn.cross_entropy, (np.eye(2), [0, 1]), nn.metrics.accuracy)
    {'loss': 0.313..., 'accuracy': 1.0}
    """
    check_model("evaluate", model, loss=loss)
    batches = Batches(as_dataset("evaluate", data), batch_size, shuffle=False)
    return measure(model, loss, batches, named_metrics("evaluate", metrics))


def predict(model: Module, inputs: Any, batch_size: int | None = 256) -> Any:
    """Return the outputs of a model for all inputs, as one array.

    The model is in evaluation meanwhile, and nothing is recorded.

    Parameters
    ----------
    model : Module
    inputs : array, (N, ...)
    batch_size : int or None
        How many examples are looked at together; None for all.

    Returns
    -------
    numpy.ndarray, (N, ...)

    Examples
    --------
    >>> import nn
    >>> predict(nn.Linear(3, 2), np.zeros((1000, 3))).shape
    (1000, 2)
    """
    check_model("predict", model)
    inputs = np.asarray(inputs.numpy() if isinstance(inputs, ag.Tensor) else inputs)
    if inputs.ndim == 0 or len(inputs) == 0:
        raise ag.ShapeError(f"predict: there are no inputs, only shape {inputs.shape}")
    if batch_size is not None:
        at_least_one("predict", batch_size=batch_size)
    size = batch_size or len(inputs)
    with evaluating(model), ag.no_grad():
        pieces = [plain(model(inputs[i : i + size])) for i in range(0, len(inputs), size)]
    if isinstance(pieces[0], tuple):
        raise ag.UnsupportedError("predict: the model has several outputs; call it in ag.no_grad()")
    return np.concatenate(pieces)


def measure(model: Module, loss: Loss, batches: Batches, metrics: Metrics) -> dict[str, float]:
    """Return the means over the batches, weighted by their sizes."""
    means = Means()
    with evaluating(model), ag.no_grad():
        for inputs, targets in batches:
            outputs = model(inputs)
            means.add(len(targets), scores(loss(outputs, targets), outputs, targets, metrics))
    return means.result()


def scores(loss: Any, outputs: Any, targets: Any, metrics: Metrics) -> dict[str, float]:
    """Return the loss and the metrics of one batch as numbers."""
    values = {name: metric(plain(outputs), targets) for name, metric in metrics.items()}
    return {"loss": number("loss", loss), **{n: number(n, value) for n, value in values.items()}}


class Means:
    """Means over all examples, from the means over batches of any size."""

    def __init__(self, count: int = 0, sums: Mapping[str, float] | None = None) -> None:
        self.count = count
        self.sums = dict(sums or {})

    def add(self, size: int, means: Mapping[str, float]) -> None:
        """Add the means over a batch of a size."""
        self.count += size
        for name, mean in means.items():
            self.sums[name] = self.sums.get(name, 0.0) + size * mean

    def result(self) -> dict[str, float]:
        """Return the means so far."""
        return {name: total / self.count for name, total in self.sums.items()}


@contextmanager
def evaluating(model: Module) -> Iterator[None]:
    """Switch a model to evaluation for a while."""
    before = [(module, module.training) for module in model.modules()]
    model.eval()
    try:
        yield
    finally:
        for module, training in before:
            module.training = training


def check_model(owner: str, model: Any, **functions: Any) -> None:
    """Refuse a model that is no module, and a loss or such that is no function."""
    if not isinstance(model, Module):
        raise ag.OptionError(f"{owner}: takes a module first, not {type(model).__name__}")
    for name, function in functions.items():
        if not callable(function):
            raise ag.OptionError(
                f"{owner}: {name}={ag.errors.one_line(function)} must be a function"
            )


def named_metrics(owner: str, given: Any) -> dict[str, Callable[[Any, Any], Any]]:
    """Read one metric, several, or a dict of them by name."""
    if isinstance(given, Mapping):
        named = dict(given)
    else:
        several: Iterable[Any] = given if isinstance(given, (tuple, list)) else (given,)
        named = {getattr(metric, "__name__", type(metric).__name__): metric for metric in several}
    for name, metric in named.items():
        if not callable(metric) or name == "loss":
            raise ag.OptionError(
                f"{owner}: a metric is a function of outputs and targets, such as "
                f"nn.metrics.accuracy, and not named 'loss'; this is {ag.errors.one_line(metric)}"
            )
    return named


def plain(outputs: Any) -> Any:
    """Return the array of a Tensor, and of several a tuple."""
    if isinstance(outputs, (tuple, list)):
        return tuple(plain(output) for output in outputs)
    return outputs.data if isinstance(outputs, ag.Tensor) else outputs


def number(what: str, value: Any) -> float:
    """Return what a loss or a metric gave as a number of Python."""
    if ag.shape(value) != ():
        raise ag.ShapeError(
            f"{what}: one number was expected, such as the mean, not an array of shape "
            f"{ag.shape(value)}"
        )
    return float(value.item() if hasattr(value, "item") else value)
