"""Averages of weights along the way of a training, which often predict better than the last ones.

The steps of gradient descent with noisy gradients jump around a good place; the mean of where they
have been is nearer to it than the last.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from copy import deepcopy
from functools import partial
from typing import Any, TypeAlias

import autograd as ag
from autograd.core.blocks import restoring
from autograd.core.calls import called
from autograd.core.float16 import in_float32
from nn import init
from nn.checks import between, boolean
from nn.module import Module

# From an average, a new value and how many the average is of, to the new average.
Average: TypeAlias = Callable[[Any, Any, int], Any]
# The same for all at once: it sets the data of the tensors in the first list.
AverageAll: TypeAlias = Callable[[Sequence[ag.Tensor], Sequence[ag.Tensor], int], None]


@called
def get_ema_avg_fn(decay: float = 0.999) -> Average:
    """Return an exponential moving average: ``decay average + (1 - decay) new``.

    Raises
    ------
    autograd.OptionError
        If ``decay`` is not from 0 to 1.

    Examples
    --------
    >>> from nn.optim.swa_utils import get_ema_avg_fn
    >>> get_ema_avg_fn(0.75)(0.0, 1.0, 5)
    0.25
    """
    between("get_ema_avg_fn", 0.0, 1.0, decay=decay)
    kept = float(decay)
    return lambda average, new, n_averaged: average + (new - average) * (1.0 - kept)


@called
def get_ema_multi_avg_fn(decay: float = 0.999) -> AverageAll:
    """Return `get_ema_avg_fn` for all parameters at once."""
    between("get_ema_multi_avg_fn", 0.0, 1.0, decay=decay)
    return partial(_average_all, get_ema_avg_fn(decay))


def get_swa_avg_fn() -> Average:
    """Return the mean of all, ``average + (new - average) / (n + 1)``.

    Examples
    --------
    >>> from nn.optim.swa_utils import get_swa_avg_fn
    >>> get_swa_avg_fn()(1.0, 4.0, 2)  # of 1, 1 and 4
    2.0
    """
    return lambda average, new, n_averaged: average + (new - average) / (n_averaged + 1)


def get_swa_multi_avg_fn() -> AverageAll:
    """Return `get_swa_avg_fn` for all parameters at once."""
    return partial(_average_all, get_swa_avg_fn())


def _average_all(
    average: Average, averaged: Sequence[ag.Tensor], new: Sequence[ag.Tensor], n_averaged: int
) -> None:
    for a, b in zip(averaged, new, strict=True):
        a.data = ag.astype(_averaged(average, a.data, b.data, n_averaged), a.dtype)


@in_float32
def _averaged(average: Average, old: Any, new: Any, n_averaged: int) -> Any:
    return average(old, new, n_averaged)


class AveragedModel(Module):
    """A copy of a model whose weights are averages of those that the model has had.

    Parameters
    ----------
    model : Module
        It is copied.
    avg_fn : callable, optional
        ``avg_fn(average, new, n_averaged)`` returns the new average of arrays; by default it is the
        mean of all (SWA).
    multi_avg_fn : callable, optional
        ``multi_avg_fn(averages, news, n_averaged)`` sets the data of the Tensors in a list, by
        those in another.
    use_buffers : bool
        Whether the buffers, such as running means, are averaged as well; otherwise, and where they
        count, they are those of the model.

    Attributes
    ----------
    module : Module
        The copy.
    n_averaged : Tensor of an integer
        How many times `update_parameters` has been called.  The first time copies the parameters.

    Raises
    ------
    autograd.OptionError
        If it is not given a module and functions, or both functions.

    Notes
    -----
    Polyak and Juditsky (1992); equal weights late in the training by Izmailov and others (2018).

    Examples
    --------
    >>> import nn
    >>> from nn.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn
    >>> net = nn.Linear(1, 1, bias=False)
    >>> average = AveragedModel(net, multi_avg_fn=get_ema_multi_avg_fn(0.75))
    >>> for w in (0.0, 1.0):  # after each step of the optimiser
    ...     net.weight.data = [[w]]
    ...     average.update_parameters(net)
    >>> average([[1.0]])
    tensor([[0.25]], primitive=matmul)
    >>> list(average.state_dict())
    ['n_averaged', 'module.weight']
    """

    n_averaged: ag.Tensor

    def __init__(
        self,
        model: Module,
        *,
        avg_fn: Average | None = None,
        multi_avg_fn: AverageAll | None = None,
        use_buffers: bool = False,
    ) -> None:
        boolean("AveragedModel", use_buffers=use_buffers)
        if not isinstance(model, Module):
            raise ag.OptionError(f"AveragedModel: takes a module, not {type(model).__name__}")
        for f in (avg_fn, multi_avg_fn):
            if f is not None and not callable(f):
                raise ag.OptionError(
                    "AveragedModel: avg_fn and multi_avg_fn are functions, such as "
                    f"get_ema_avg_fn(0.999), not {type(f).__name__}"
                )
        if avg_fn is not None and multi_avg_fn is not None:
            raise ag.OptionError("AveragedModel: takes avg_fn or multi_avg_fn, not both")
        self.register_buffer("n_averaged", 0)
        self.module = deepcopy(model)
        self.use_buffers = use_buffers
        self.avg_fn = avg_fn
        self.multi_avg_fn = multi_avg_fn

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        """Call the copy."""
        return self.module(*args, **kwargs)

    def update_parameters(self, model: Module) -> None:
        """Let the averages follow the model, after a step of its optimiser or an epoch.

        Raises
        ------
        autograd.ShapeError
            If its parameters are not of the shapes of those that were copied; nothing has changed.
        """
        parameters = self._pairs("parameters", self.module.parameters(), model.parameters())
        buffers = self._pairs("buffers", self.module.buffers(), model.buffers())
        copied = [*parameters, *buffers]  # the first time
        if self.n_averaged.item():
            copied = [(a, b) for a, b in buffers if not self._is_averaged(a)]
            averaged = [*parameters, *((a, b) for a, b in buffers if self._is_averaged(a))]
            average = self.multi_avg_fn or partial(_average_all, self.avg_fn or get_swa_avg_fn())
            average([a for a, _ in averaged], [b for _, b in averaged], self.n_averaged.item())
        for a, b in copied:
            a.data = ag.astype(b.data, a.dtype)
        self.n_averaged.data = self.n_averaged.data + 1

    def _is_averaged(self, buffer: ag.Tensor) -> bool:
        return self.use_buffers and buffer.dtype.kind == "f"

    def _pairs(self, what: str, own: Iterable[Any], others: Iterable[Any]) -> list[tuple[Any, Any]]:
        mine, given = list(own), list(others)
        if [x.shape for x in mine] != [x.shape for x in given]:
            raise ag.ShapeError(
                f"AveragedModel: the {what} of this model are not those of the one that was copied"
            )
        return list(zip(mine, given, strict=True))


@called
def update_bn(loader: Iterable[Any], model: Module) -> None:
    """Compute the running means and variances of batch normalisation anew, over all batches.

    Those of a model with averaged weights are of none of the weights that it was averaged from.

    Parameters
    ----------
    loader : iterable of arrays, or of tuples that begin with one
        The inputs of the model, such as an `nn.data.Batches`.
    model : Module

    Raises
    ------
    autograd.OptionError
        If there are no batches.  After any error the numbers are those from before.

    Examples
    --------
    >>> import nn
    >>> net = nn.BatchNorm1d(1)
    >>> nn.optim.swa_utils.update_bn([([[0.0], [2.0]], "targets"), ([[4.0], [6.0]], None)], net)
    >>> net.running_mean.data
    array([3.])
    """
    found: list[Any] = [
        m for m in model.modules() if getattr(m, "num_batches_tracked", None) is not None
    ]
    if not found:
        return
    before = [(buffer, buffer.data) for layer in found for buffer in layer.buffers()]
    for layer in found:
        init.zeros_(layer.running_mean)
        init.ones_(layer.running_var)
        init.zeros_(layer.num_batches_tracked)
    try:
        with _following(model, found), ag.no_grad():
            for batch in loader:
                model(batch[0] if isinstance(batch, (list, tuple)) else batch)
        if not found[0].num_batches_tracked.item():
            raise ag.OptionError(
                "update_bn: the loader has no batches; an iterator that has been used up needs to "
                "be made anew"
            )
    except BaseException:
        for buffer, data in before:
            buffer.data = data
        raise


def _following(model: Module, layers: Sequence[Any]) -> restoring[None]:
    """Take the mean of all batches for a block, in training mode."""
    modes = [(m, m.training) for m in model.modules()]
    momenta = [(layer, layer.momentum) for layer in layers]

    def begin() -> None:
        model.train()
        for layer in layers:
            layer.momentum = None

    def end() -> None:
        for module, mode in modes:
            module.training = mode
        for layer, momentum in momenta:
            layer.momentum = momentum

    return restoring(begin, end)
