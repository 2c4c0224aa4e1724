"""Schedules that are one formula in the number of the epoch."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Sequence

import autograd as ag
from autograd.core.calls import called
from autograd.core.messages import one_line
from nn.checks import above_zero, at_least_one, between, not_negative
from nn.optim.lr_scheduler.scheduler import EpochScheduler
from nn.optim.optimizer import Optimizer


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

    @called
    def __init__(self, optimizer: Optimizer, step_size: int, gamma: float = 0.1) -> None:
        super().__init__(optimizer, step_size=step_size, gamma=gamma)

    def check(self, *, step_size: int, gamma: float) -> None:
        """Refuse options out of their range."""
        at_least_one("StepLR", step_size=step_size)
        not_negative("StepLR", gamma=gamma)

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

    @called
    def __init__(self, optimizer: Optimizer, milestones: Sequence[int], gamma: float = 0.1) -> None:
        super().__init__(optimizer, milestones=milestones, gamma=gamma)

    def check(self, *, milestones: Sequence[int], gamma: float) -> None:
        """Refuse options out of their range."""
        check_milestones("MultiStepLR", milestones)
        not_negative("MultiStepLR", gamma=gamma)

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

    @called
    def __init__(self, optimizer: Optimizer, gamma: float) -> None:
        super().__init__(optimizer, gamma=gamma)

    def check(self, *, gamma: float) -> None:
        """Refuse options out of their range."""
        not_negative("ExponentialLR", gamma=gamma)

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

    @called
    def __init__(self, optimizer: Optimizer, T_max: int, eta_min: float = 0.0) -> None:
        super().__init__(optimizer, T_max=T_max, eta_min=eta_min)

    def check(self, *, T_max: int, eta_min: float) -> None:
        """Refuse options out of their range."""
        at_least_one("CosineAnnealingLR", T_max=T_max)
        not_negative("CosineAnnealingLR", eta_min=eta_min)

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

    @called
    def __init__(
        self,
        optimizer: Optimizer,
        start_factor: float = 1 / 3,
        end_factor: float = 1.0,
        total_iters: int = 5,
    ) -> None:
        super().__init__(
            optimizer, start_factor=start_factor, end_factor=end_factor, total_iters=total_iters
        )

    def check(self, *, start_factor: float, end_factor: float, total_iters: int) -> None:
        """Refuse options out of their range."""
        above_zero("LinearLR", start_factor=start_factor)
        between("LinearLR", 0.0, 1.0, start_factor=start_factor, end_factor=end_factor)
        at_least_one("LinearLR", total_iters=total_iters)

    def rate(self, base: float, epoch: int) -> float:
        """Return the learning rate in an epoch."""
        way = min(epoch, self.total_iters) / self.total_iters
        return base * (self.start_factor + (self.end_factor - self.start_factor) * way)


def check_milestones(owner: str, milestones: object) -> None:
    """Refuse what is not a list of epochs after the first."""
    if not isinstance(milestones, (list, tuple, range)):
        raise ag.OptionError(f"{owner}: milestones={one_line(milestones)} must be a list of epochs")
    for epoch in milestones:
        at_least_one(owner, milestone=epoch)
