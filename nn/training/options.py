"""What `fit` makes of its options: the optimiser, early stopping and averaged weights, checked."""

from __future__ import annotations

from typing import Any

import autograd as ag
from autograd.core.messages import one_line
from nn.checks import below_one, one_of
from nn.module import Module
from nn.optim import LBFGS, Adam, Optimizer
from nn.optim.lr_scheduler import LRScheduler, OneCycleLR, ReduceLROnPlateau
from nn.training.averaging import Average
from nn.training.early_stopping import BestEpoch
from nn.training.evaluation import VALID


def optimizer(
    model: Module, optimizer: Optimizer | None, schedule: LRScheduler | None, best: BestEpoch
) -> Optimizer:
    """Return the optimiser that was given, that of the schedule, or Adam."""
    if schedule is not None:
        _check_schedule(schedule, optimizer, best)
    if optimizer is None:
        optimizer = schedule.optimizer if schedule is not None else Adam(model.parameters())
    check_optimizer("fit", model, optimizer)
    return optimizer


def check_optimizer(owner: str, model: Module, optimizer: Any) -> None:
    """Refuse what does not learn the parameters of a model."""
    if not isinstance(optimizer, Optimizer):
        raise ag.OptionError(
            f"{owner}: optimizer is a {type(optimizer).__name__}; give an object, such as "
            "nn.optim.SGD(net.parameters(), lr=0.1)"
        )
    if isinstance(optimizer, LBFGS):
        raise ag.OptionError(
            f"{owner}: LBFGS computes the loss several times in a step, which nn.{owner} does not; "
            "write optimizer.step(closure) in a loop of your own, where closure() clears the "
            "gradients, calls loss.backward() and returns the loss"
        )
    own = {id(p) for p in model.parameters()}
    if not all(id(p) in own for group in optimizer.param_groups for p in group["params"]):
        raise ag.OptionError(
            f"{owner}: the optimizer has parameters that are not the model's; make it from "
            "model.parameters(), and a loss that learns a part of the model"
        )


def _check_schedule(schedule: Any, optimizer: Any, best: BestEpoch) -> None:
    if isinstance(schedule, (list, tuple)):
        raise ag.OptionError(
            "fit: takes one schedule; of nn.optim.lr_scheduler, write ChainedScheduler([a, b]) for "
            "both at once, or SequentialLR(optimizer, [a, b], milestones=[5]) for one after another"
        )
    if isinstance(schedule, type):
        raise ag.OptionError(
            f"fit: schedule is the class {schedule.__name__}; make one of it, with the optimizer"
        )
    if not isinstance(schedule, LRScheduler):
        raise ag.OptionError(
            f"fit: schedule is a {type(schedule).__name__}, not one of nn.optim.lr_scheduler"
        )
    if optimizer is not None and schedule.optimizer is not optimizer:
        raise ag.OptionError("fit: the schedule was made for another optimizer; give that one")
    if isinstance(schedule, ReduceLROnPlateau) and schedule.by_batch:
        raise ag.OptionError("fit: ReduceLROnPlateau looks at epochs; leave by_batch False")
    if isinstance(schedule, ReduceLROnPlateau) and schedule.mode != best.mode:
        raise ag.OptionError(
            f"fit: the schedule has the mode {schedule.mode!r}, and {best.monitor} is watched in "
            f"the mode {best.mode!r}; give both the same"
        )


def check_length(schedule: LRScheduler | None, epochs: int, batches: int | None) -> None:
    """Refuse a schedule that ends before the training, if the data say how many batches it has."""
    if isinstance(schedule, OneCycleLR) and batches is not None:
        steps = epochs * batches if schedule.by_batch else epochs
        if schedule.total_steps < steps:
            raise ag.OptionError(
                f"fit: OneCycleLR ends after total_steps={schedule.total_steps}, and the training "
                f"has {steps} steps; make it with epochs={epochs}, steps_per_epoch={batches}"
            )


def best_epoch(
    monitor: str, mode: str | None, patience: int | None, metrics: list[str], valid: bool
) -> BestEpoch:
    """Return what watches the validation data."""
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


def check_classes(train: Any, valid: Any) -> None:
    """Refuse validation data whose classes have other names, so that numbers mean other things."""
    learned, judged = (getattr(getattr(b, "data", None), "classes", ()) for b in (train, valid))
    if learned and judged and learned != judged:
        one, other = (one_line(", ".join(names), 100, str) for names in (learned, judged))
        raise ag.OptionError(
            f"fit: the classes of the training data are {one}, and those of the validation data "
            f"{other}; give its Dataset classes=train.classes"
        )


def average(model: Module, decay: float | None) -> Average | None:
    """Return what averages the weights, if there is a decay."""
    if decay is None:
        return None
    below_one("fit", ema=decay)
    return Average(model, float(decay))
