"""`fit`: the loop around the steps, and all that makes it safe to leave it alone."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import Any

import numpy as np

import autograd as ag
from nn.checks import above_zero, at_least_one, one_of
from nn.data import Batches
from nn.data.dataset import as_dataset
from nn.module import Module
from nn.optim import Adam, Optimizer
from nn.optim.lr_scheduler import LRScheduler
from nn.training.checkpoint import Checkpoint
from nn.training.evaluation import Loss, check_model, named_metrics
from nn.training.history import History
from nn.training.interrupt import Interrupt
from nn.training.progress import Bar
from nn.training.run import Run
from nn.training.stopping import BestEpoch

LOOKED_AT = 256  # how many examples of the validation data are looked at together, or more


def fit(
    model: Module,
    loss: Loss,
    train: Any,
    valid: Any = None,
    *,
    optimizer: Optimizer | None = None,
    epochs: int = 10,
    batch_size: int | None = 32,
    metrics: Any = (),
    schedule: LRScheduler | None = None,
    transform: Callable[..., Any] | None = None,
    patience: int | None = None,
    monitor: str = "loss",
    mode: str | None = None,
    max_norm: float | None = None,
    rng: Any = None,
    checkpoint: str | os.PathLike[str] | None = None,
    save_every: int | None = None,
    resume: bool = False,
    progress: bool | None = None,
    on_epoch: Callable[[History], Any] | None = None,
) -> History:
    """Train a network: for each batch its loss, the gradients, and one step of the optimiser.

    Ctrl-C ends the training after the step that is being made, and what was learned is kept.
    Afterwards the model is in evaluation.

    Parameters
    ----------
    model : Module
        Learns in place.
    loss : callable
        ``loss(outputs, targets)``, the mean over a batch.
    train : Dataset, or pair of arrays
        What is learned from.
    valid : Dataset, or pair of arrays, optional
        What is looked at after every epoch, and not learned from.
    optimizer : Optimizer, optional
        By default that of the schedule, else ``nn.optim.Adam(model.parameters())``.
    epochs : int
        How many times all examples are gone through, those of a resumed run included.
    batch_size : int or None
        1 is stochastic gradient descent, some are mini-batches, None is all examples at once.
    metrics : callable, sequence or dict of callable
        Each ``metric(outputs, targets)``, on arrays, such as `nn.metrics.accuracy`.
    schedule : LRScheduler, optional
        Makes a step after every epoch.
    transform : callable, optional
        ``transform(inputs, rng)`` changes the inputs of every batch, as `nn.data.Shift` does.
    patience : int, optional
        Stops early: when no epoch has been better on the validation data for so many.  At the end
        the model has the weights of the best epoch.
    monitor : str
        What better means: "loss", or the name of a metric.
    mode : {"min", "max"}, optional
        Whether smaller is better, or larger; by default smaller for the loss, larger for a metric.
    max_norm : float, optional
        Bounds the norm of the gradients (`nn.utils.clip_grad_norm_`).
    rng : int, numpy.random.Generator or None
        Draws the order of the examples and what the transform draws.  The same seeds here and in
        the model give the same weights, to the bit.
    checkpoint : path, optional
        A file that always holds the newest complete state, written after every epoch.
    save_every : int, optional
        Writes the checkpoint within epochs, too, after every so many batches.
    resume : bool
        Goes on from the checkpoint, if there is one, as if the run had never stopped.
    progress : bool, optional
        Shows a bar; by default in terminals and notebooks.
    on_epoch : callable, optional
        Called with the history after every epoch.

    Returns
    -------
    History
        The loss and the metrics of every epoch, and why it ended.

    Raises
    ------
    autograd.OptionError, autograd.ShapeError
        If something cannot be trained with; nothing has been learned then.
    autograd.NonFiniteError
        If the loss or a gradient becomes NaN or infinite: before the step that would spread it,
        with the layer and the operation in which it was born.
    autograd.StateError
        If the checkpoint is of another training, or there already and ``resume`` is False.
    OSError
        If the checkpoint cannot be written at the beginning.  Later the training goes on, with a
        warning, and the older file stays.

    Notes
    -----
    The loss and the metrics of an epoch are means over its batches, while the weights move and
    dropout drops; those with ``valid_`` are of the weights at its end, in evaluation.  Generators
    that modules have as attributes, as `Dropout` has, are part of the checkpoint; those that are
    hidden elsewhere are not.

    Examples
    --------
    >>> import nn
    >>> inputs = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    >>> rng = np.random.default_rng(0)
    >>> net = nn.Sequential(nn.Linear(2, 4, rng=rng), nn.Tanh(), nn.Linear(4, 2, rng=rng))
    >>> history = fit(
    ...     net,
    ...     nn.cross_entropy,
    ...     (inputs, [0, 1, 1, 0]),
    ...     optimizer=nn.optim.Adam(net.parameters(), lr=0.05),
    ...     epochs=200,
    ...     metrics=nn.metrics.accuracy,
    ...     rng=0,
    ... )
    >>> history.last["accuracy"], history.stopped
    (1.0, 'all 200 epochs are done')
    """
    functions = {"transform": transform, "on_epoch": on_epoch}
    check_model("fit", model, loss=loss, **{n: f for n, f in functions.items() if f is not None})
    limits = {"batch_size": batch_size, "patience": patience, "save_every": save_every}
    at_least_one("fit", epochs=epochs, **{n: k for n, k in limits.items() if k is not None})
    if max_norm is not None:
        above_zero("fit", max_norm=max_norm)
    batches = Batches(as_dataset("fit", train), batch_size, transform=transform, rng=rng)
    validation = None
    if valid is not None:
        validation = Batches(as_dataset("fit", valid), max(batches.size, LOOKED_AT), shuffle=False)
    named = named_metrics("fit", metrics)
    optimizer = _optimizer(model, optimizer, schedule)
    best = _best(monitor, mode, patience, list(named), validation is not None)
    run = Run(model, loss, batches, validation, optimizer, named, schedule, best, max_norm)
    keeper = Checkpoint(checkpoint, save_every, resume)
    keeper.begin(run)
    run.model.train()
    try:
        run.history.stopped = _train(run, keeper, epochs, progress, on_epoch)
    except ag.NonFiniteError as error:
        error.history = run.history
        raise
    finally:
        model.eval()
    best.restore(model)
    return run.history


def _train(
    run: Run,
    keeper: Checkpoint,
    epochs: int,
    progress: bool | None,
    on_epoch: Callable[[History], Any] | None,
) -> str:
    """Go through the epochs, and return why it ended."""
    total = len(run.batches)
    done = run.epoch * total + run.batch
    started = time.perf_counter() - run.history.seconds
    # What overflows is looked for after every step, and told with its place.
    with Interrupt() as key, Bar(progress, epochs, total, done) as bar, np.errstate(all="ignore"):
        while run.epoch < epochs and not run.best.is_over(run.epoch):
            bar.begin(run.epoch)
            while run.batch < total and not key.asked:
                run.step()
                bar.step()
                keeper.after_batch(run)
            if run.batch == total:
                bar.tell(run.end_epoch())
            run.history.seconds = time.perf_counter() - started
            keeper.save(run)
            if on_epoch is not None and run.batch == 0:
                on_epoch(run.history)
            if key.asked:
                return _interrupted(run)
    if run.epoch < epochs:
        return (
            f"no better {run.best.monitor} for {ag.errors.counted(run.best.patience or 0, 'epoch')}"
        )
    return f"all {epochs} epochs are done" if epochs > 1 else "1 epoch is done"


def _interrupted(run: Run) -> str:
    within = f" and {run.batch} of {len(run.batches)} batches" if run.batch else ""
    return f"interrupted after {ag.errors.counted(run.epoch, 'epoch')}{within}"


def _optimizer(
    model: Module, optimizer: Optimizer | None, schedule: LRScheduler | None
) -> Optimizer:
    if schedule is not None and not isinstance(schedule, LRScheduler):
        raise ag.OptionError(
            f"fit: schedule is a {type(schedule).__name__}, not one of nn.optim.lr_scheduler"
        )
    if optimizer is None:
        optimizer = schedule.optimizer if schedule is not None else Adam(model.parameters())
    if not isinstance(optimizer, Optimizer):
        raise ag.OptionError(
            f"fit: optimizer is a {type(optimizer).__name__}; give an object, such as "
            "nn.optim.SGD(net.parameters(), lr=0.1)"
        )
    if schedule is not None and schedule.optimizer is not optimizer:
        raise ag.OptionError("fit: the schedule was made for another optimizer; give that one")
    own = {id(p) for p in model.parameters()}
    if not any(id(p) in own for group in optimizer.param_groups for p in group["params"]):
        raise ag.OptionError(
            "fit: the optimizer has no parameter of this model; make one from model.parameters()"
        )
    return optimizer


def _best(
    monitor: str, mode: str | None, patience: int | None, metrics: list[str], valid: bool
) -> BestEpoch:
    one_of("fit", ("loss", *metrics), monitor=monitor)
    if mode is None:
        mode = "min" if monitor == "loss" else "max"
    one_of("fit", ("min", "max"), mode=mode)
    if patience is not None and not valid:
        raise ag.OptionError(
            "fit: patience looks at validation data; write fit(model, loss, train, valid)"
        )
    return BestEpoch(f"valid_{monitor}", mode, patience)
