"""The loss, the metrics and the outputs of a network, without training it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np

import autograd as ag
from autograd.core.calls import called
from autograd.core.messages import one_line, suggestion
from autograd.core.other_names import remedy
from nn import losses, metrics
from nn.checks import at_least_one
from nn.data import Batches, Stream
from nn.data.dataset import numbers
from nn.data.stream import Source, as_batches
from nn.inspection.modes import evaluating, in_pieces
from nn.module import Module
from nn.other_names.network import KERAS_LOSSES
from nn.training.batchwise import Divisors, Function, Totals, applied, joined, mapped

VALID = "valid_"  # before the names of what is measured on the validation data
TAKEN = ("loss", "lr")  # names that metrics cannot have
MEASURES = ("accuracy", "binary_accuracy", "end_point_error", "iou", "pixel_accuracy", "top_k")
NAMED: dict[str, Any] = {name: getattr(metrics, name) for name in MEASURES}
BATCH = 256  # examples at a time, where no gradients take memory

Loss: TypeAlias = Callable[[Any, Any], Any]
Metric: TypeAlias = Callable[[Any, Any], Any]
Metrics: TypeAlias = Mapping[str, Metric]
# What `named_metrics` reads.
MetricsLike: TypeAlias = Metric | str | Sequence[Metric | str] | Metrics


@called
def evaluate(
    model: Module,
    loss: Loss,
    data: Source,
    metrics: MetricsLike = (),
    batch_size: int | None = BATCH,
) -> dict[str, float]:
    """Return the loss over a data set, and metrics, whatever the size of the batches.

    The numbers of batches are put together as the loss demands: weighted by what it divided by,
    if it is a mean, and added, if it is a sum.  A loss or a metric that is neither, such as the
    root of a mean, is computed once, of the outputs for all examples, which are then kept.

    The model is in evaluation mode meanwhile, and nothing is recorded.

    Parameters
    ----------
    model : Module
    loss : callable
        ``loss(outputs, targets)``, a number.
    data : Dataset, pair of arrays, Batches or Stream
        What else `nn.data.Stream` takes, too: an iterable of batches, or a function that makes one.
    metrics : callable, sequence or dict of callable
        Each ``metric(outputs, targets)``, on arrays, a number, such as `nn.metrics.accuracy`, which
        ``"accuracy"`` means, too.
    batch_size : int or None
        How many examples are looked at together; None for all.

    Returns
    -------
    dict from str to float
        ``"loss"``, and each metric by the name of its function.

    Raises
    ------
    autograd.OptionError
        If the model is not a module, the loss or a metric is not callable, or two metrics have one
        name.
    autograd.ShapeError
        If the loss or a metric is not one number.

    Examples
    --------
    >>> import numpy as np
    >>> import nn
    >>> net = nn.Linear(2, 2, rng=0)
    >>> net.weight.data, net.bias.data = np.eye(2), np.zeros(2)
    >>> nn.evaluate(net, nn.cross_entropy, (np.eye(2), [0, 1]), nn.metrics.accuracy)
    {'loss': 0.313..., 'accuracy': 1.0}
    """
    check_model("evaluate", model, loss=loss)
    batches = as_batches("evaluate", data, batch_size, shuffle=False)
    return measure(model, loss, batches, named_metrics("evaluate", metrics))


@called
def predict(model: Module, inputs: ag.ArrayLike, batch_size: int | None = BATCH) -> ag.Array:
    """Return the outputs of a model for all inputs, as one array.

    The model is in evaluation mode meanwhile, and nothing is recorded.

    Parameters
    ----------
    model : Module
    inputs : array, (N, ...)
    batch_size : int or None
        How many examples are looked at together; None for all.

    Returns
    -------
    numpy.ndarray, (N, ...)
        Of the dtype of the model.

    Raises
    ------
    autograd.OptionError
        If the model is not a module, or the inputs are not finite numbers.
    autograd.UnsupportedError
        If the model has several outputs.
    autograd.ShapeError
        If there is not one row for each input.

    Examples
    --------
    >>> import numpy as np
    >>> import nn
    >>> nn.predict(nn.Linear(3, 2), np.zeros((1000, 3))).shape
    (1000, 2)
    """
    check_model("predict", model)
    inputs = numbers("predict", "inputs", inputs)
    if batch_size is not None:
        at_least_one("predict", batch_size=batch_size)
    size = batch_size or len(inputs)
    with evaluating(model), ag.no_grad():
        return in_pieces("predict", lambda piece: model(ag.tensor(piece)), inputs, size)


def measure(
    model: Module, loss: Loss, batches: Batches | Stream, metrics: Metrics
) -> dict[str, float]:
    """Return the loss and the metrics of all examples."""
    functions = {"loss": loss, **{name: _on_arrays(f) for name, f in metrics.items()}}
    with evaluating(model), ag.no_grad():
        found = _measured_by_batches(model, functions, batches) if batches.count != 1 else None
        return found or _measured_at_once(model, functions, batches)


def _measured_by_batches(
    model: Module, functions: Mapping[str, Function], batches: Batches | Stream
) -> dict[str, float] | None:
    """Put the numbers of batches together; return None if they do not make those of all."""
    totals, divisors = Totals(), {name: Divisors(f) for name, f in functions.items()}
    for inputs, targets in batches:
        outputs = model(ag.tensor(inputs))  # a copy, as in training
        for name, divisor_of in divisors.items():
            try:
                value, divisor = divisor_of(outputs, targets)
            except ag.OptionError:
                return None  # such as a batch without a target that counts
            if divisor is None:
                return None
            totals.add(name, as_number(name, value), divisor)
    return totals.result()


def _measured_at_once(
    model: Module, functions: Mapping[str, Function], batches: Batches | Stream
) -> dict[str, float]:
    pairs = [(model(ag.tensor(inputs)), targets) for inputs, targets in batches]
    outputs = [outputs for outputs, _ in pairs]
    whole = mapped(joined, *outputs) if len(outputs) > 1 else outputs[0]
    targets = np.concatenate([targets for _, targets in pairs])
    return {name: as_number(name, applied(f, whole, targets)) for name, f in functions.items()}


def _on_arrays(metric: Metric) -> Function:
    return lambda outputs, targets: metric(arrays(outputs), targets)


def check_model(owner: str, model: object, **functions: object) -> None:
    """Refuse a model that is not a module, and functions that cannot be called."""
    if not isinstance(model, Module):
        raise ag.OptionError(f"{owner}: takes a module first, not {type(model).__name__}")
    for name, function in functions.items():
        if not callable(function):
            if hasattr(function, "shape") or isinstance(function, (list, tuple)):
                raise ag.OptionError(
                    f"{owner}: the {name} is a function, and inputs and targets are a pair; write "
                    f"nn.{owner}(model, loss, (X, y))"
                )
            what = f"{name}={one_line(function)} must be a function"
            raise ag.OptionError(f"{owner}: {what}{_loss_called(function)}")


def _loss_called(name: object) -> str:
    """Return which function to write for the name of a loss."""
    if not isinstance(name, str):
        return ""
    table = {n: hint for n, hint in KERAS_LOSSES.items() if n.islower()}
    found = remedy(name, table, [n for n in losses.__all__ if n.islower()])
    return found.replace("did you mean ", "did you mean nn.") or ", such as nn.cross_entropy"


def named_metrics(owner: str, given: object) -> dict[str, Metric]:
    """Read one metric, several, or a dict of them by name; a text is the name of one of ours.

    Examples
    --------
    >>> from nn.training.evaluation import named_metrics
    >>> list(named_metrics("fit", ["accuracy"]))
    ['accuracy']
    """
    if isinstance(given, Mapping):
        pairs: Iterable[tuple[str, Any]] = given.items()
    else:
        several = given if isinstance(given, (tuple, list)) else (given,)
        several = [_called(owner, one) if isinstance(one, str) else one for one in several]
        pairs = ((getattr(metric, "__name__", type(metric).__name__), metric) for metric in several)
    named: dict[str, Metric] = {}
    for name, metric in pairs:
        if not callable(metric) or not isinstance(name, str):
            raise ag.OptionError(
                f"{owner}: a metric is a function of outputs and targets, such as "
                f"nn.metrics.accuracy, by its name, and not {one_line(metric)}"
            )
        if name in named or name in TAKEN or name.startswith(VALID):
            raise ag.OptionError(
                f"{owner}: a metric cannot be called {name!r}, as another column is; give a dict "
                "from names to functions"
            )
        named[name] = metric
    return named


def _called(owner: str, name: str) -> Metric:
    """Return the function of `nn.metrics` that has a name."""
    if name in NAMED:
        found: Metric = NAMED[name]
        return found
    raise ag.OptionError(
        f"{owner}: there is no metric {one_line(name)}{suggestion(name, NAMED)}; write one of "
        f"{', '.join(NAMED)}, or give a function of outputs and targets"
    )


def arrays(outputs: object) -> Any:
    """Return the array of a Tensor, and those of several."""
    return mapped(lambda x: x.data if isinstance(x, ag.Tensor) else x, outputs)


def as_number(what: str, value: Any) -> float:
    """Return what a loss or a metric gave as a number of Python."""
    if ag.shape(value) != ():
        raise ag.ShapeError(
            f"{what}: one number was expected, such as the mean, not an array of shape "
            f"{ag.shape(value)}"
        )
    return float(value.item() if hasattr(value, "item") else value)
