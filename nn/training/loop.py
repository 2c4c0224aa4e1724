"""`fit`: gradient descent on mini-batches, and all that makes it safe to leave it alone.

::

    for epoch in range(epochs):
        for inputs, targets in Batches(train, batch_size, rng=rng):
            loss = loss_of(model(inputs), targets)  # forwards
            optimizer.zero_grad()
            loss.backward()                         # backwards
            optimizer.step()                        # a step downhill
        schedule.step()                     # unless it is one by batch

The inner part is `Run.step`.  What is done beside the steps are callbacks: `nn.training.callbacks`.
The rest here is checks and Ctrl-C.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import Any

import autograd as ag
from autograd.core.calls import called
from autograd.core.messages import counted
from nn.checks import above_zero, at_least_one, boolean
from nn.data.change import TargetTransform, Transforming
from nn.data.stream import Source, as_batches
from nn.errors import NonFiniteError
from nn.init import Seed
from nn.module import Module
from nn.optim import Optimizer
from nn.optim.lr_scheduler import LRScheduler
from nn.training import options
from nn.training.callbacks import (
    Callback,
    CallbacksLike,
    OnEpoch,
    as_callbacks,
    check_takes_one,
    end,
    remembering,
)
from nn.training.checkpoint import Checkpoint
from nn.training.evaluation import BATCH, Loss, MetricsLike, check_model, named_metrics
from nn.training.history import History
from nn.training.interrupt import Interrupt
from nn.training.progress import Bar
from nn.training.run import Run


@called
def fit(
    model: Module,
    loss: Loss,
    train: Source,
    valid: Source | None = None,
    *,
    optimizer: Optimizer | None = None,
    epochs: int = 10,
    batch_size: int | None = 32,
    metrics: MetricsLike = (),
    schedule: LRScheduler | None = None,
    transform: Transforming | None = None,
    target_transform: TargetTransform | None = None,
    patience: int | None = None,
    monitor: str = "valid_loss",
    mode: str | None = None,
    max_norm: float | None = None,
    accumulate: int = 1,
    ema: float | None = None,
    rng: Seed = None,
    checkpoint: str | os.PathLike[str] | None = None,
    save_every: int | None = None,
    resume: bool = False,
    progress: bool | None = None,
    on_epoch: Callable[[History], object] | None = None,
    callbacks: CallbacksLike = (),
    compile: bool = False,
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
    train : Dataset, pair of arrays, Batches or Stream
        What is learned from.  An iterable of batches, or a function that makes one, is a
        `nn.data.Stream`.
    valid : the same, optional
        Evaluated after every epoch, never learned from.
    optimizer : Optimizer, optional
        By default that of the schedule, else ``nn.optim.Adam(model.parameters())``.
    epochs : int
        How many times all examples are gone through, those of a resumed run included.
    batch_size : int or None
        1 is stochastic gradient descent, some are mini-batches, None is all examples at once.
        `Batches` and streams have their own.
    metrics : callable, sequence or dict of callable
        Each ``metric(outputs, targets)``, on arrays, such as `nn.metrics.accuracy`, which
        ``"accuracy"`` means, too.
    schedule : LRScheduler, optional
        Makes a step after every epoch, or after every batch if its ``by_batch`` is True, as that of
        `OneCycleLR` is.
    transform : callable, optional
        ``transform(inputs, rng)`` changes the inputs of every batch, as `nn.data.Shift` does, or
        ``transform(inputs, targets, rng)`` both, as `nn.data.Joint`.
    target_transform : callable, optional
        ``target_transform(targets, rng)`` changes the targets.
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
    accumulate : int
        How many batches make one step: their gradients are put together as those of one batch of
        all their examples, and take the memory of one of them.  The loss may be a mean, a sum, or
        one of `nn` with weights; another is refused.  With ``batch_size=None``, all examples are
        cut into so many.
    ema : float, optional
        Below 1, such as 0.999: keeps averaged weights, ``a = ema a + (1 - ema) w`` after every
        step, beginning with those after the first.  The validation data see these, and the model
        has them afterwards.
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
    callbacks : nn.Callback, function of the run, or sequence of these
        What else is done beside the steps, such as `nn.CSVLogger`.
    compile : bool
        Makes the steps by a program, as `nn.compile` does: faster for small networks, with the
        same numbers up to rounding.  Afterwards ``p.grad`` is None.

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
    check_model("fit", model, loss=loss, **_given(on_epoch=on_epoch))
    if on_epoch is not None:
        check_takes_one(on_epoch, "on_epoch", "the history")
    limits = _given(batch_size=batch_size, patience=patience, save_every=save_every)
    at_least_one("fit", epochs=epochs, accumulate=accumulate, **limits)
    above_zero("fit", **_given(max_norm=max_norm))
    boolean("fit", compile=compile)
    if compile and accumulate > 1:
        raise ag.OptionError(
            f"fit: compile=True makes one program of a step, and accumulate={accumulate} cuts it "
            "into pieces; leave one of them out"
        )
    batches = as_batches("fit", train, batch_size, True, transform, target_transform, rng)
    judged = None if valid is None else as_batches("fit", valid, _larger(batches), shuffle=False)
    options.check_classes(batches, judged)
    named = named_metrics("fit", metrics)
    best = options.best_epoch(monitor, mode, patience, list(named), valid is not None)
    average = options.average(model, ema)
    own = [OnEpoch(lambda run: on_epoch(run.history))] if on_epoch else []
    others = [*_given(average=average).values(), best, *own, *as_callbacks(callbacks)]
    batches = batches.joined(accumulate) if accumulate > 1 else batches
    options.check_length(schedule, epochs, batches.count)
    run = Run(
        model=model,
        loss=loss,
        batches=batches,
        valid=judged,
        optimizer=options.optimizer(model, optimizer, schedule, best),
        metrics=named,
        schedule=schedule,
        best=best,
        max_norm=max_norm,
        accumulate=accumulate,
        average=average,
        callbacks=[callback for callback in remembering(others) if callback is not best],
        compile=compile,
    )
    saver, bar = Checkpoint(checkpoint, save_every, resume), Bar(progress, epochs)
    saver.on_start(run)
    if not model.training:  # else parts that were put in evaluation mode, as if frozen, stay so
        model.train()
    try:
        _train(run, epochs, saver, [*others, bar])
    except NonFiniteError as error:
        error.history = run.history
        raise
    finally:
        model.eval()
    return run.history


def _train(run: Run, epochs: int, saver: Checkpoint, others: Sequence[Callback]) -> None:
    """Go through the epochs, and tell the callbacks."""
    with Interrupt() as ctrl_c:

        def is_stopped() -> bool:
            return bool(ctrl_c.pressed or run.stopped)

        run.count_seconds()
        try:
            for callback in others:
                callback.on_start(run)
            while run.epoch < epochs and not is_stopped():
                while not is_stopped() and run.step():
                    for callback in (*others, saver):
                        callback.on_batch(run)
                if run.is_epoch_done:
                    run.end_epoch()
                    run.count_seconds()
                    for callback in (*others, saver):
                        callback.on_epoch(run)
        finally:
            run.count_seconds()
            end([saver, *others], run)
        run.history.stopped = _ended(run, epochs, ctrl_c.pressed)


def _ended(run: Run, epochs: int, interrupted: bool) -> str:
    if interrupted:
        return f"interrupted after {_done(run)}"
    if run.stopped:
        return run.stopped
    if run.epoch > epochs:
        return f"{run.epoch} epochs were done already"
    return f"all {epochs} epochs are done" if epochs > 1 else "1 epoch is done"


def _done(run: Run) -> str:
    of = "" if run.steps_per_epoch is None else f" of {run.steps_per_epoch}"
    within = f" and {run.batch}{of} batches" if run.batch else ""
    return counted(run.epoch, "epoch") + within


def _given(**options: Any) -> dict[str, Any]:
    return {name: value for name, value in options.items() if value is not None}


def _larger(batches: Any) -> int:
    """Return how many validation examples are looked at together: no gradients take memory."""
    return max(batches.batch_size or BATCH, BATCH)
