"""Callbacks: all that is done beside the steps of a training.

`fit` makes steps.  The bar, early stopping, averaged weights and the checkpoint are callbacks, and
so are logs and those of the user.  Each is called at four events, with the run to look at::

    on_start(run)         before the first step; a checkpoint has been read
        on_batch(run)     after every step
        on_epoch(run)     after every epoch; its numbers are run.history.last
    on_end(run)           at the end, also after Ctrl-C or an error

They are called in the order: averaged weights, early stopping, those of the user as they were
given, the bar.  The checkpoint comes last after a step or an epoch, so that it has what the others
did, and first at the end, before the model gets its averaged or best weights.

A callback ends the training by ``run.stop("why")``, and what it returns has no meaning: so a
function that returns something for another reason ends nothing, and the history says why it ended.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from inspect import signature
from typing import Any, Protocol, TypeAlias

import autograd as ag
from autograd.core.messages import one_line
from nn.data.change import takes
from nn.module import Module
from nn.optim import Optimizer
from nn.training.history import History


class Training(Protocol):
    """What a callback sees of a run.

    Attributes
    ----------
    model : Module
    optimizer : Optimizer
    history : History
        The numbers of the epochs that are complete.
    epoch : int
        How many those are: 0 in the first epoch, until its last step is made.
    batch : int
        How many steps have been made in the next one: 1 after the first step.
    batch_loss : float
        The loss of the last step.
    resumed : bool
        Whether it goes on from a checkpoint.
    """

    model: Module
    optimizer: Optimizer
    history: History
    epoch: int
    batch: int
    batch_loss: float
    resumed: bool

    @property
    def steps_per_epoch(self) -> int | None:
        """How many steps an epoch has; None if the data do not say."""

    def stop(self, reason: str) -> None:
        """End the training after this event; an epoch whose last step is made is completed."""


class Callback:
    """What is done beside the steps of a training; a subclass defines the events it needs.

    A function of the run, given to `nn.fit` in the place of a callback, is its `on_epoch`.

    A callback that remembers something defines `state_dict` and `load_state_dict`: then it is part
    of the checkpoint.  An error in a callback ends the training and is raised by `nn.fit`; the
    checkpoint is written before.

    Examples
    --------
    >>> import nn
    >>> class GoodEnough(nn.Callback):
    ...     def __init__(self, loss):
    ...         self.loss = loss
    ...     def on_epoch(self, run):
    ...         if run.history.last["loss"] < self.loss:
    ...             run.stop(f"the loss is below {self.loss}")
    >>> line = nn.Linear(1, 1, rng=0)
    >>> data = ([[0.0], [1.0], [2.0]], [[1.0], [3.0], [5.0]])
    >>> options = {"epochs": 900, "optimizer": nn.optim.SGD(line.parameters(), lr=0.1)}
    >>> nn.fit(line, nn.mse_loss, data, callbacks=GoodEnough(0.01), **options).stopped
    'the loss is below 0.01'
    """

    def on_start(self, run: Training) -> None:
        """Act before the first step of this call of `nn.fit`."""

    def on_batch(self, run: Training) -> None:
        """Act after a step."""

    def on_epoch(self, run: Training) -> None:
        """Act after an epoch."""

    def on_end(self, run: Training) -> None:
        """Act at the end; `on_start` may not have been called, if that of another one failed."""

    def state_dict(self) -> dict[str, Any]:
        """Return what is remembered: dicts and lists of numbers, words and arrays."""
        return {}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Go on from what `state_dict` returned."""


EVENTS = tuple(name for name in vars(Callback) if name.startswith("on_"))


class OnEpoch(Callback):
    """A function of the run, called after every epoch."""

    def __init__(self, function: Callable[[Training], object]) -> None:
        self.on_epoch = function  # type: ignore[assignment,method-assign]


CallbackLike: TypeAlias = Callback | Callable[[Training], object]
CallbacksLike: TypeAlias = CallbackLike | Iterable[CallbackLike]  # what `as_callbacks` reads


def as_callbacks(given: object) -> list[Callback]:
    """Read one callback or several.

    Examples
    --------
    >>> from nn.training.callbacks import as_callbacks
    >>> as_callbacks([3])
    Traceback (most recent call last):
        ...
    autograd.errors.OptionError: fit: a callback is a function of the run, or an object of a ...
    """
    several = given if isinstance(given, Iterable) else (given,)
    return [_as_callback(one) for one in several]


def _as_callback(given: Any) -> Callback:
    if isinstance(given, Callback):
        _check_events(given)
        return given
    if isinstance(given, type) and issubclass(given, Callback):
        raise ag.OptionError(
            f"fit: the callback {given.__name__} is a class; make an object of it, as in "
            f"{given.__name__}(...)"
        )
    if isinstance(given, type) or not callable(given):
        raise ag.OptionError(
            "fit: a callback is a function of the run, or an object of a class that inherits from "
            f"nn.Callback, not {one_line(given)}"
        )
    check_takes_one(given, "a callback", "the run")
    return OnEpoch(given)


def check_takes_one(function: Callable[..., object], name: str, one: str) -> None:
    """Refuse a function that cannot be called with one argument, as those of other libraries.

    Examples
    --------
    >>> from nn.training.callbacks import check_takes_one
    >>> check_takes_one(lambda epoch, logs: None, "a callback", "the run")
    Traceback (most recent call last):
        ...
    autograd.errors.OptionError: fit: a callback is called with the run alone, and takes (epoch, ...
    """
    if not takes(function, (one,)):
        form = one_line(signature(function), 60, str)
        raise ag.OptionError(f"fit: {name} is called with {one} alone, and takes {form}")


def _check_events(callback: Callback) -> None:
    """Refuse what is never called as a method of another library is, or with its arguments."""
    for name in EVENTS:
        check_takes_one(getattr(callback, name), f"{type(callback).__name__}.{name}", "the run")
    for name in dir(callback):
        if name.startswith("on_") and name not in EVENTS and callable(getattr(callback, name)):
            raise ag.OptionError(
                f"{type(callback).__name__}: there is no {one_line(name, 60, str)}; the methods "
                f"are {', '.join(EVENTS)}"
            )


def remembering(callbacks: Iterable[Callback]) -> list[Callback]:
    """Return the callbacks that have a state."""
    return [c for c in callbacks if type(c).state_dict is not Callback.state_dict]


def end(callbacks: Iterable[Callback], run: Training) -> None:
    """Tell all of them that it has ended, in their order, also if one raises."""
    with ExitStack() as stack:
        for callback in reversed(list(callbacks)):
            stack.callback(callback.on_end, run)
