"""`fit`: gradient descent on mini-batches, and all that makes it safe to leave it alone.

::

    for epoch in range(epochs):
        for inputs, targets in Batches(train, batch_size, rng=rng):
            loss = loss_of(model(inputs), targets)  # forwards
            optimizer.zero_grad()
            loss.backward()                         # backwards
            optimizer.step()                        # a step downhill
        schedule.step()

The inner part is `Run.step`.  The rest here is checks, early stopping, checkpoints and Ctrl-C.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import Any

import autograd as ag
from autograd.core.calls import called
from autograd.core.messages import counted
from nn.checks import above_zero, at_least_one, one_of
from nn.data import Batches
from nn.data.batches import InputTransform
from nn.data.dataset import Examples, as_dataset
from nn.errors import NonFiniteError
from nn.init import Seed
from nn.module import Module
from nn.optim import Adam, Optimizer
from nn.optim.lr_scheduler import LRScheduler, ReduceLROnPlateau
from nn.training.checkpoint import Checkpoint
from nn.training.early_stopping import BestEpoch
from nn.training.evaluation import BATCH, VALID, Loss, MetricsLike, check_model, named_metrics
from nn.training.history import History
from nn.training.interrupt import Interrupt
from nn.training.progress import Bar
from nn.training.run import Run


@called
def fit(
    model: Module,
    loss: Loss,
    train: Examples,
    valid: Examples | None = None,
    *,
    optimizer: Optimizer | None = None,
    epochs: int = 10,
    batch_size: int | None = 32,
    metrics: MetricsLike = (),
    schedule: LRScheduler | None = None,
    transform: InputTransform | None = None,
    patience: int | None = None,
    monitor: str = "valid_loss",
    mode: str | None = None,
    max_norm: float | None = None,
    rng: Seed = None,
    checkpoint: str | os.PathLike[str] | None = None,
    save_every: int | None = None,
    resume: bool = False,
    progress: bool | None = None,
    on_epoch: Callable[[History], object] | None = None,
) -> History:
    """Train a network: for each batch its loss, the gradients, and one step of the optimiser.

    Ctrl-C ends the training after the step that is being made, and what was learned is kept.
    Afterwards the model is in evaluation mode.

    Parameters
    ----------
    model : Module
        Learns in place.
    loss : callable
        ``loss(outputs, targets)``, a number, such as the mean over a batch.
    train : Dataset, or pair of arrays
        What is learned from.
    valid : Dataset, or pair of arrays, optional
        Evaluated after every epoch, never learned from.
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
        Stop when no epoch has been better on the validation data for this many.  At the end, the
        model has the weights of the best epoch.
    monitor : str
        The column that says which epoch is better: "valid_loss", or that of a metric.
    mode : {"min", "max"}, optional
        Whether smaller is better, or larger; by default smaller for the loss, larger for an
        accuracy, and to be given for other metrics.
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
        Goes on from the checkpoint, if there is one, as if the run had never stopped.  One file is
        for one run at a time.
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
        If an argument is wrong; the weights are as before, and so they are if a loss or a metric
        turns out not to be a number in the first step.
    nn.NonFiniteError
        If the loss or a gradient becomes NaN or infinite: before the step that would spread it,
        with the layer and the operation in which it first appeared.
    nn.StateError
        If the checkpoint is of another training, or there already and ``resume`` is False.
    OSError
        If the checkpoint cannot be written at the beginning.  Later the training goes on, with a
        warning, and the older file stays.

    Notes
    -----
    The loss and the metrics of an epoch are means over its batches, while the weights move and
    dropout drops; those with ``valid_`` are of the weights at its end, in evaluation mode.
    Generators that modules have as attributes, as `Dropout` has, are part of the checkpoint; those
    that are hidden elsewhere are not.

    Batches are put together as in `evaluate`, whatever the loss divides by; what a function of
    your own divides by is found out, while the model learns, from the first batch.

    A model in training mode keeps the modes of its parts: batch normalisation is frozen by
    ``model.train()`` and then ``model.norm.eval()``.

    Examples
    --------
    >>> import numpy as np
    >>> import nn
    >>> inputs = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    >>> rng = np.random.default_rng(0)
    >>> net = nn.Sequential(nn.Linear(2, 4, rng=rng), nn.Tanh(), nn.Linear(4, 2, rng=rng))
    >>> history = nn.fit(
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
    check_model("fit", model, loss=loss, **_given(transform=transform, on_epoch=on_epoch))
    limits = _given(batch_size=batch_size, patience=patience, save_every=save_every)
    at_least_one("fit", epochs=epochs, **limits)
    above_zero("fit", **_given(max_norm=max_norm))
    batches = Batches(as_dataset("fit", train), batch_size, transform=transform, rng=rng)
    named = named_metrics("fit", metrics)
    best = _best(monitor, mode, patience, list(named), valid is not None)
    run = Run(
        model=model,
        loss=loss,
        batches=batches,
        valid=_in_order(valid, max(batches.batch_size, BATCH)),
        optimizer=_optimizer(model, optimizer, schedule, best),
        metrics=named,
        schedule=schedule,
        best=best,
        max_norm=max_norm,
    )
    saver = Checkpoint(checkpoint, save_every, resume)
    saver.begin(run)
    if not model.training:  # else parts that were put in evaluation mode, as if frozen, stay so
        model.train()
    try:
        run.history.stopped = _train(run, saver, epochs, progress, on_epoch)
    except NonFiniteError as error:
        error.history = run.history
        raise
    finally:
        best.restore(model)
        model.eval()
    return run.history


def _train(
    run: Run,
    saver: Checkpoint,
    epochs: int,
    progress: bool | None,
    on_epoch: Callable[[History], object] | None,
) -> str:
    """Go through the epochs, and return why it ended."""
    total = len(run.batches)
    done = run.epoch * total + run.batch
    started = time.perf_counter() - run.history.seconds
    with Interrupt() as ctrl_c, Bar(progress, epochs, total, done) as bar:
        while run.epoch < epochs and not run.best.is_over(run.epoch):
            bar.begin(run.epoch)
            while run.batch < total and not ctrl_c.pressed:
                run.step()
                bar.step()
                saver.after_batch(run)
            try:
                if run.batch == total:
                    bar.show(run.end_epoch())
                    if on_epoch is not None:
                        on_epoch(run.history)
            finally:
                run.history.seconds = time.perf_counter() - started
                saver.save(run)
            if ctrl_c.pressed:
                return _interrupted(run)
    return _ended(run, epochs)


def _interrupted(run: Run) -> str:
    within = f" and {run.batch} of {len(run.batches)} batches" if run.batch else ""
    return f"interrupted after {counted(run.epoch, 'epoch')}{within}"


def _ended(run: Run, epochs: int) -> str:
    if run.epoch > epochs:
        return f"{run.epoch} epochs were done already"
    if run.epoch < epochs and run.best.patience is not None:
        return f"no better {run.best.monitor} for {counted(run.best.patience, 'epoch')}"
    return f"all {epochs} epochs are done" if epochs > 1 else "1 epoch is done"


def _given(**options: Any) -> dict[str, Any]:
    return {name: value for name, value in options.items() if value is not None}


def _in_order(valid: Any, batch_size: int) -> Batches | None:
    if valid is None:
        return None
    return Batches(as_dataset("fit", valid), batch_size, shuffle=False)


def _optimizer(
    model: Module, optimizer: Optimizer | None, schedule: LRScheduler | None, best: BestEpoch
) -> Optimizer:
    if schedule is not None:
        _check_schedule(schedule, optimizer, best)
    if optimizer is None:
        optimizer = schedule.optimizer if schedule is not None else Adam(model.parameters())
    if not isinstance(optimizer, Optimizer):
        raise ag.OptionError(
            f"fit: optimizer is a {type(optimizer).__name__}; give an object, such as "
            "nn.optim.SGD(net.parameters(), lr=0.1)"
        )
    own = {id(p) for p in model.parameters()}
    if not all(id(p) in own for group in optimizer.param_groups for p in group["params"]):
        raise ag.OptionError(
            "fit: the optimizer has parameters that are not the model's; make it from "
            "model.parameters(), and a loss that learns a part of the model"
        )
    return optimizer


def _check_schedule(schedule: Any, optimizer: Any, best: BestEpoch) -> None:
    if isinstance(schedule, (list, tuple)):
        raise ag.OptionError(
            "fit: schedule is one schedule; write ChainedScheduler([a, b]) of "
            "nn.optim.lr_scheduler for both at once, or SequentialLR for one after another"
        )
    if not isinstance(schedule, LRScheduler):
        raise ag.OptionError(
            f"fit: schedule is a {type(schedule).__name__}, not one of nn.optim.lr_scheduler"
        )
    if optimizer is not None and schedule.optimizer is not optimizer:
        raise ag.OptionError("fit: the schedule was made for another optimizer; give that one")
    if isinstance(schedule, ReduceLROnPlateau) and schedule.mode != best.mode:
        raise ag.OptionError(
            f"fit: the schedule has the mode {schedule.mode!r}, and {best.monitor} is watched in "
            f"the mode {best.mode!r}; give both the same"
        )


def _best(
    monitor: str, mode: str | None, patience: int | None, metrics: list[str], valid: bool
) -> BestEpoch:
    one_of("fit", tuple(f"{VALID}{name}" for name in ("loss", *metrics)), monitor=monitor)
    if mode is None:
        mode = "min" if monitor == f"{VALID}loss" else "max" if "accuracy" in monitor else None
    if mode is None:
        raise ag.OptionError(
            f"fit: say by mode='min' or mode='max' whether a small {monitor} is better, or a large"
        )
    one_of("fit", ("min", "max"), mode=mode)
    if not valid and (patience is not None or monitor != f"{VALID}loss"):
        raise ag.OptionError(
            "fit: patience and monitor take validation data; write fit(model, loss, train, valid)"
        )
    return BestEpoch(monitor, mode, patience)
