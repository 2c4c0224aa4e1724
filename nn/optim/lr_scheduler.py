"""Schedules: how the learning rate changes from epoch to epoch.

Far from a minimum long steps save time; near to it they jump over it.  So rates begin high and end
low, and those of Adam often begin low, too, until its means have something to go by.

Such a schedule is a function: from the rate that a group of parameters began with, and the number
of epochs since, to the rate of now.  It sets the rate of every group, so of two schedules on one
optimiser the one that took the last step wins; `SequentialLR` has them follow each other.
`ReduceLROnPlateau` alone looks at how the training goes.

The rate that a group began with is kept in it as ``"initial_lr"``.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from copy import deepcopy
from itertools import pairwise
from typing import Any

import autograd as ag
from nn.checks import above_zero, below_one, between, counts, one_of, positive
from nn.optim.optimizer import Optimizer, plain

INFINITY = float("inf")


class LRScheduler:
    """Base of the schedules: options, the number of epochs, and their state.

    Attributes
    ----------
    optimizer : Optimizer
    last_epoch : int
        How many steps the schedule has taken.
    """

    last_epoch: int

    def __init__(self, optimizer: Optimizer, **options: Any) -> None:
        if not isinstance(optimizer, Optimizer):
            raise ag.OptionError(
                f"{self._title}: takes an optimiser first, not {type(optimizer).__name__}"
            )
        self.optimizer = optimizer
        self.check(**options)
        vars(self).update({name: plain(value) for name, value in options.items()})
        self._options = tuple(options)
        vars(self).update(self._beginning())

    def check(self, *args: Any, **options: Any) -> None:
        """Refuse options out of their range."""

    def get_last_lr(self) -> list[float]:
        """Return the learning rate of every group."""
        return [group["lr"] for group in self.optimizer.param_groups]

    def state_dict(self) -> dict[str, Any]:
        """Return the options, and where the schedule stands, as numbers and words.

        The rates themselves are in the state of the optimiser.
        """
        return {name: deepcopy(getattr(self, name)) for name in self._names()}

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Go on where another schedule of this kind stood.

        Parameters
        ----------
        state_dict : dict
            What `state_dict` returned.

        Raises
        ------
        autograd.StateError
            If it does not fit; nothing has changed.
        """
        self._take_over(self._checked_state(state_dict))

    def __repr__(self) -> str:
        shown = ", ".join(f"{name}={getattr(self, name)!r}" for name in self._options)
        return f"{self._title}({shown})"

    @property
    def _title(self) -> str:
        return type(self).__name__

    def _names(self) -> tuple[str, ...]:
        return (*self._options, *self._beginning())

    def _beginning(self) -> dict[str, Any]:
        """Return what changes from step to step, as it is before the first."""
        return {"last_epoch": 0}

    def _take_over(self, state: Mapping[str, Any]) -> None:
        vars(self).update(state)

    def _checked_state(self, given: Any) -> dict[str, Any]:
        wrong = f"{self._title}: the state belongs to another schedule, and nothing was changed; "
        if not isinstance(given, Mapping) or set(given) != set(self._names()):
            raise ag.StateError(f"{wrong}it is a dict of {', '.join(self._names())}")
        try:
            self.check(**{name: given[name] for name in self._options})
            self._check_progress(**{name: given[name] for name in self._beginning()})
        except ag.OptionError as error:
            raise ag.StateError(f"{wrong}{error}") from None
        return {name: plain(value) for name, value in given.items()}

    def _check_progress(self, *args: Any, **progress: Any) -> None:
        counts(self._title, **progress)


class EpochScheduler(LRScheduler):
    """Base of the schedules that are functions of the epoch; a subclass defines `rate`.

    Examples
    --------
    >>> import nn
    >>> class Harmonic(nn.optim.lr_scheduler.EpochScheduler):
    ...     def rate(self, base, epoch):
    ...         return base / (1 + epoch)
    >>> optimizer = nn.optim.SGD([nn.Parameter(1.0)], lr=0.5)
    >>> schedule = Harmonic(optimizer)
    >>> schedule.step()
    >>> schedule.get_last_lr()
    [0.25]
    """

    def __init__(self, optimizer: Optimizer, **options: Any) -> None:
        super().__init__(optimizer, **options)
        self._set_rates()

    def rate(self, base: float, epoch: int) -> float:
        """Return the learning rate in an epoch, given that of the beginning."""
        raise ag.UnsupportedError(f"{self._title} has no method rate; define one")

    def step(self) -> None:
        """Go on to the next epoch; after the optimiser's steps of this one."""
        self.last_epoch += 1
        self._set_rates()

    @property
    def base_lrs(self) -> list[float]:
        """The rates that the groups began with."""
        groups = self.optimizer.param_groups
        return [float(group.setdefault("initial_lr", group["lr"])) for group in groups]

    def _set_rates(self) -> None:
        for group, base in zip(self.optimizer.param_groups, self.base_lrs, strict=True):
            group["lr"] = self.rate(base, self.last_epoch)

    def _take_over(self, state: Mapping[str, Any]) -> None:
        super()._take_over(state)
        self._set_rates()


class StepLR(EpochScheduler):
    """Stairs: ``base gamma^floor(epoch / step_size)``.

    Parameters
    ----------
    optimizer : Optimizer
    step_size : int
        How many epochs a stair is long.
    gamma : float
        The factor from one stair to the next; at least 0.

    Raises
    ------
    autograd.OptionError
        If an option is out of its range.

    Examples
    --------
    >>> import nn
    >>> optimizer = nn.optim.SGD([nn.Parameter(1.0)], lr=0.5)
    >>> schedule = nn.optim.lr_scheduler.StepLR(optimizer, step_size=2, gamma=0.5)
    >>> for epoch in range(5):
    ...     optimizer.param_groups[0]["lr"]
    ...     schedule.step()
    0.5
    0.5
    0.25
    0.25
    0.125
    """

    step_size: int
    gamma: float

    def __init__(self, optimizer: Optimizer, step_size: int, gamma: float = 0.1) -> None:
        super().__init__(optimizer, step_size=step_size, gamma=gamma)

    def check(self, *, step_size: Any, gamma: Any) -> None:
        """Refuse options out of their range."""
        positive("StepLR", step_size=step_size)
        between("StepLR", 0.0, INFINITY, gamma=gamma)

    def rate(self, base: float, epoch: int) -> float:
        """Return the learning rate in an epoch."""
        return base * self.gamma ** (epoch // self.step_size)


class MultiStepLR(EpochScheduler):
    """Stairs of any length: ``base gamma^k`` after ``k`` of the milestones.

    Parameters
    ----------
    optimizer : Optimizer
    milestones : list of int
        The epochs in which a stair begins.
    gamma : float
        The factor from one stair to the next; at least 0.

    Raises
    ------
    autograd.OptionError
        If an option is out of its range.

    Examples
    --------
    >>> import nn
    >>> optimizer = nn.optim.SGD([nn.Parameter(1.0)], lr=0.5)
    >>> schedule = nn.optim.lr_scheduler.MultiStepLR(optimizer, milestones=[30, 80], gamma=0.5)
    >>> [schedule.rate(0.5, epoch) for epoch in (29, 30, 79, 80)]
    [0.5, 0.25, 0.25, 0.125]
    """

    milestones: Sequence[int]
    gamma: float

    def __init__(self, optimizer: Optimizer, milestones: Sequence[int], gamma: float = 0.1) -> None:
        super().__init__(optimizer, milestones=milestones, gamma=gamma)

    def check(self, *, milestones: Any, gamma: Any) -> None:
        """Refuse options out of their range."""
        _check_milestones("MultiStepLR", milestones)
        between("MultiStepLR", 0.0, INFINITY, gamma=gamma)

    def rate(self, base: float, epoch: int) -> float:
        """Return the learning rate in an epoch."""
        return base * self.gamma ** bisect_right(sorted(self.milestones), epoch)


class ExponentialLR(EpochScheduler):
    """A constant factor from each epoch to the next: ``base gamma^epoch``.

    Parameters
    ----------
    optimizer : Optimizer
    gamma : float
        At least 0.

    Raises
    ------
    autograd.OptionError
        If ``gamma`` is out of its range.

    Examples
    --------
    >>> import nn
    >>> optimizer = nn.optim.SGD([nn.Parameter(1.0)], lr=0.5)
    >>> schedule = nn.optim.lr_scheduler.ExponentialLR(optimizer, gamma=0.5)
    >>> schedule.step()
    >>> schedule.get_last_lr()
    [0.25]
    """

    gamma: float

    def __init__(self, optimizer: Optimizer, gamma: float) -> None:
        super().__init__(optimizer, gamma=gamma)

    def check(self, *, gamma: Any) -> None:
        """Refuse options out of their range."""
        between("ExponentialLR", 0.0, INFINITY, gamma=gamma)

    def rate(self, base: float, epoch: int) -> float:
        """Return the learning rate in an epoch."""
        return base * self.gamma**epoch


class CosineAnnealingLR(EpochScheduler):
    """Half a wave: ``eta_min + (base - eta_min) (1 + cos(pi epoch / T_max)) / 2``.

    The rate falls slowly, then fast, then slowly again.  After ``T_max`` epochs it rises, as the
    wave does.

    Parameters
    ----------
    optimizer : Optimizer
    T_max : int
        The epoch in which the rate is lowest.
    eta_min : float
        The lowest rate; at least 0.

    Raises
    ------
    autograd.OptionError
        If an option is out of its range.

    Notes
    -----
    Loshchilov and Hutter (2017), without their restarts.

    Examples
    --------
    >>> import nn
    >>> optimizer = nn.optim.SGD([nn.Parameter(1.0)], lr=0.5)
    >>> schedule = nn.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=10)
    >>> [round(schedule.rate(0.5, epoch), 3) for epoch in (0, 1, 5, 9, 10)]
    [0.5, 0.488, 0.25, 0.012, 0.0]
    """

    T_max: int
    eta_min: float

    def __init__(self, optimizer: Optimizer, T_max: int, eta_min: float = 0.0) -> None:
        super().__init__(optimizer, T_max=T_max, eta_min=eta_min)

    def check(self, *, T_max: Any, eta_min: Any) -> None:
        """Refuse options out of their range."""
        positive("CosineAnnealingLR", T_max=T_max)
        between("CosineAnnealingLR", 0.0, INFINITY, eta_min=eta_min)

    def rate(self, base: float, epoch: int) -> float:
        """Return the learning rate in an epoch."""
        wave = (1 + math.cos(math.pi * epoch / self.T_max)) / 2
        return self.eta_min + (base - self.eta_min) * wave


class LinearLR(EpochScheduler):
    """A warm-up: from ``base start_factor`` evenly to ``base end_factor``, where it stays.

    Parameters
    ----------
    optimizer : Optimizer
    start_factor : float
        Above 0 and at most 1.
    end_factor : float
        From 0 to 1.
    total_iters : int
        How many epochs the way takes.

    Raises
    ------
    autograd.OptionError
        If an option is out of its range.

    Examples
    --------
    >>> import nn
    >>> optimizer = nn.optim.SGD([nn.Parameter(1.0)], lr=0.5)
    >>> schedule = nn.optim.lr_scheduler.LinearLR(optimizer, start_factor=0.5, total_iters=2)
    >>> [schedule.rate(0.5, epoch) for epoch in range(4)]
    [0.25, 0.375, 0.5, 0.5]
    """

    start_factor: float
    end_factor: float
    total_iters: int

    def __init__(
        self,
        optimizer: Optimizer,
        start_factor: float = 1 / 3,
        end_factor: float = 1.0,
        total_iters: int = 5,
    ) -> None:
        factors = {"start_factor": start_factor, "end_factor": end_factor}
        super().__init__(optimizer, **factors, total_iters=total_iters)

    def check(self, *, start_factor: Any, end_factor: Any, total_iters: Any) -> None:
        """Refuse options out of their range."""
        above_zero("LinearLR", start_factor=start_factor)
        between("LinearLR", 0.0, 1.0, start_factor=start_factor, end_factor=end_factor)
        positive("LinearLR", total_iters=total_iters)

    def rate(self, base: float, epoch: int) -> float:
        """Return the learning rate in an epoch."""
        way = min(epoch, self.total_iters) / self.total_iters
        return base * (self.start_factor + (self.end_factor - self.start_factor) * way)


class SequentialLR(EpochScheduler):
    """Schedules one after another: each begins at a milestone with an epoch 0 of its own.

    Parameters
    ----------
    optimizer : Optimizer
    schedulers : list of EpochScheduler
        Of this optimiser; only this schedule is stepped.
    milestones : list of int
        The epochs in which the second schedule begins, the third, and so on.

    Raises
    ------
    autograd.OptionError
        If the lists do not fit together.

    Examples
    --------
    >>> import nn
    >>> from nn.optim import lr_scheduler
    >>> optimizer = nn.optim.AdamW([nn.Parameter(1.0)], lr=0.5)
    >>> warmup = lr_scheduler.LinearLR(optimizer, start_factor=0.5, total_iters=2)
    >>> cosine = lr_scheduler.CosineAnnealingLR(optimizer, T_max=4)
    >>> schedule = lr_scheduler.SequentialLR(optimizer, [warmup, cosine], milestones=[2])
    >>> [round(schedule.rate(0.5, epoch), 3) for epoch in range(7)]
    [0.25, 0.375, 0.5, 0.427, 0.25, 0.073, 0.0]
    """

    milestones: Sequence[int]

    def __init__(
        self, optimizer: Optimizer, schedulers: Sequence[Any], milestones: Sequence[int]
    ) -> None:
        self.schedulers = list(schedulers)
        super().__init__(optimizer, milestones=milestones)

    def check(self, *, milestones: Any) -> None:
        """Refuse lists that do not fit together."""
        for part in self.schedulers:
            if not isinstance(part, EpochScheduler) or part.optimizer is not self.optimizer:
                raise ag.OptionError(
                    "SequentialLR: takes schedules by epoch of its own optimiser, "
                    f"not this {type(part).__name__}"
                )
        _check_milestones("SequentialLR", milestones)
        rising = all(a < b for a, b in pairwise(milestones))
        if not rising or len(milestones) != len(self.schedulers) - 1:
            raise ag.OptionError(
                f"SequentialLR: {len(self.schedulers)} schedules take one milestone less, "
                f"in rising order, not {milestones!r}"
            )

    def rate(self, base: float, epoch: int) -> float:
        """Return the learning rate in an epoch."""
        passed = bisect_right(self.milestones, epoch)
        begin = self.milestones[passed - 1] if passed else 0
        part: EpochScheduler = self.schedulers[passed]
        return part.rate(base, epoch - begin)

    def state_dict(self) -> dict[str, Any]:
        """Return where the schedule stands, with the states of its parts."""
        parts = [part.state_dict() for part in self.schedulers]
        return {**super().state_dict(), "schedulers": parts}

    def _checked_state(self, given: Any) -> dict[str, Any]:
        parts = given.get("schedulers") if isinstance(given, Mapping) else None
        if not isinstance(parts, (list, tuple)) or len(parts) != len(self.schedulers):
            raise ag.StateError(
                f"SequentialLR: the state has no 'schedulers', a list of the states of "
                f"{len(self.schedulers)} schedules; nothing was changed"
            )
        own = super()._checked_state({n: v for n, v in given.items() if n != "schedulers"})
        pairs = zip(self.schedulers, parts, strict=True)
        return {**own, "schedulers": [part._checked_state(state) for part, state in pairs]}

    def _take_over(self, state: Mapping[str, Any]) -> None:
        for part, inside in zip(self.schedulers, state["schedulers"], strict=True):
            part._take_over(inside)
        super()._take_over({n: v for n, v in state.items() if n != "schedulers"})


class ReduceLROnPlateau(LRScheduler):
    """Multiply the rates by ``factor`` when a metric has not become better for some epochs.

    A metric is better if it is below ``best (1 - threshold)``, or below ``best - threshold`` if
    ``threshold_mode`` is "abs"; in mode "max", above ``best (1 + threshold)`` or ``best +
    threshold``.

    Parameters
    ----------
    optimizer : Optimizer
    mode : {"min", "max"}
        Whether the metric shall fall, as a loss, or rise, as an accuracy.
    factor : float
        At least 0 and below 1.
    patience : int
        How many epochs without a better metric are borne; the next one lowers the rates.
    threshold : float
        At least 0.
    threshold_mode : {"rel", "abs"}
    cooldown : int
        For how many epochs after that none is counted.
    min_lr : float or list of float
        Below which no rate falls; a list has one number for every group.
    eps : float
        Changes that are not larger are not made.

    Raises
    ------
    autograd.OptionError
        If an option is out of its range.

    Examples
    --------
    >>> import nn
    >>> optimizer = nn.optim.SGD([nn.Parameter(1.0)], lr=0.5)
    >>> schedule = nn.optim.lr_scheduler.ReduceLROnPlateau(optimizer, factor=0.5, patience=1)
    >>> for loss in (3.0, 2.0, 2.0, 2.0):
    ...     schedule.step(loss)
    ...     schedule.get_last_lr()
    [0.5]
    [0.5]
    [0.5]
    [0.25]
    """

    mode: str
    factor: float
    patience: int
    threshold: float
    threshold_mode: str
    cooldown: int
    min_lr: Any
    eps: float
    best: float
    num_bad_epochs: int
    cooldown_counter: int

    def __init__(
        self,
        optimizer: Optimizer,
        mode: str = "min",
        factor: float = 0.1,
        patience: int = 10,
        threshold: float = 1e-4,
        threshold_mode: str = "rel",
        cooldown: int = 0,
        min_lr: Any = 0.0,
        eps: float = 1e-8,
    ) -> None:
        better = {"mode": mode, "threshold": threshold, "threshold_mode": threshold_mode}
        lower = {"factor": factor, "min_lr": min_lr, "eps": eps}
        super().__init__(optimizer, **better, **lower, patience=patience, cooldown=cooldown)

    def check(
        self,
        *,
        mode: Any,
        factor: Any,
        patience: Any,
        threshold: Any,
        threshold_mode: Any,
        cooldown: Any,
        min_lr: Any,
        eps: Any,
    ) -> None:
        """Refuse options out of their range."""
        title = "ReduceLROnPlateau"
        one_of(title, ("min", "max"), mode=mode)
        one_of(title, ("rel", "abs"), threshold_mode=threshold_mode)
        below_one(title, factor=factor)
        counts(title, patience=patience, cooldown=cooldown)
        between(title, 0.0, INFINITY, threshold=threshold, eps=eps)
        for floor in self._floors(min_lr):
            between(title, 0.0, INFINITY, min_lr=floor)

    def step(self, metric: Any) -> None:
        """Look at the metric of an epoch.

        Parameters
        ----------
        metric : number, or Tensor of one

        Raises
        ------
        autograd.OptionError
            If it is no number, or NaN, of which nobody knows whether it is better.
        """
        current = _number(metric)
        self.last_epoch += 1
        if self._is_better(current):
            self.best, self.num_bad_epochs = current, 0
        else:
            self.num_bad_epochs += 1
        if self.cooldown_counter > 0:
            self.cooldown_counter -= 1
            self.num_bad_epochs = 0
        if self.num_bad_epochs > self.patience:
            self._lower()
            self.cooldown_counter, self.num_bad_epochs = self.cooldown, 0

    def _is_better(self, current: float) -> bool:
        gap = self.threshold if self.mode == "max" else -self.threshold
        bound = self.best + gap if self.threshold_mode == "abs" else self.best * (1 + gap)
        return current > bound if self.mode == "max" else current < bound

    def _lower(self) -> None:
        floors = self._floors(self.min_lr)
        for group, floor in zip(self.optimizer.param_groups, floors, strict=True):
            lower = max(float(group["lr"]) * self.factor, floor)
            if group["lr"] - lower > self.eps:
                group["lr"] = lower

    def _floors(self, min_lr: Any) -> list[Any]:
        groups = len(self.optimizer.param_groups)
        if not isinstance(min_lr, (list, tuple)):
            return [min_lr] * groups
        if len(min_lr) != groups:
            raise ag.OptionError(
                f"ReduceLROnPlateau: min_lr has {len(min_lr)} numbers for {groups} groups"
            )
        return list(min_lr)

    def _beginning(self) -> dict[str, Any]:
        worst = -INFINITY if self.mode == "max" else INFINITY
        return {"last_epoch": 0, "best": worst, "num_bad_epochs": 0, "cooldown_counter": 0}

    def _check_progress(
        self, *, last_epoch: Any, best: Any, num_bad_epochs: Any, cooldown_counter: Any
    ) -> None:
        numbers = {"num_bad_epochs": num_bad_epochs, "cooldown_counter": cooldown_counter}
        counts(self._title, last_epoch=last_epoch, **numbers)
        _number(best)


def _number(metric: Any) -> float:
    try:
        number = float(metric.item() if hasattr(metric, "item") else metric)
    except (TypeError, ValueError):
        number = math.nan
    if math.isnan(number):
        raise ag.OptionError(
            f"ReduceLROnPlateau: the metric must be a number that can be compared, not {metric!r}"
        )
    return number


def _check_milestones(owner: str, milestones: Any) -> None:
    if not isinstance(milestones, (list, tuple, range)):
        raise ag.OptionError(f"{owner}: milestones={milestones!r} must be a list of epochs")
    for epoch in milestones:
        positive(owner, milestone=epoch)
