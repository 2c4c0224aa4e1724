"""Schedules that come to a constant after some epochs: by a jump, or along a power."""

from __future__ import annotations

from autograd.core.calls import called
from nn.checks import at_least_one, between, not_negative
from nn.optim.lr_scheduler.scheduler import EpochScheduler
from nn.optim.optimizer import Optimizer


class ConstantLR(EpochScheduler):
    """A lower rate at first: ``base factor``, and ``base`` after ``total_iters`` epochs.

    Parameters
    ----------
    optimizer : Optimizer
    factor : float
        From 0 to 1.
    total_iters : int
        How many epochs it lasts.

    Raises
    ------
    autograd.OptionError
        If an option is out of its range.

    Examples
    --------
    >>> import nn
    >>> optimizer = nn.optim.SGD([nn.Parameter(1.0)], lr=0.5)
    >>> schedule = nn.optim.lr_scheduler.ConstantLR(optimizer, factor=0.5, total_iters=2)
    >>> [schedule.rate(0.5, epoch) for epoch in range(4)]
    [0.25, 0.25, 0.5, 0.5]
    """

    factor: float
    total_iters: int

    @called
    def __init__(self, optimizer: Optimizer, factor: float = 1 / 3, total_iters: int = 5) -> None:
        super().__init__(optimizer, factor=factor, total_iters=total_iters)

    def check(self, *, factor: float, total_iters: int) -> None:
        """Refuse options out of their range."""
        between("ConstantLR", 0.0, 1.0, factor=factor)
        at_least_one("ConstantLR", total_iters=total_iters)

    def rate(self, base: float, epoch: int) -> float:
        """Return the learning rate in an epoch."""
        return base * self.factor if epoch < self.total_iters else base


class PolynomialLR(EpochScheduler):
    """Down to 0 along a power: ``base (1 - epoch / total_iters)^power``, and then 0.

    Parameters
    ----------
    optimizer : Optimizer
    total_iters : int
        How many epochs the way takes.
    power : float
        At least 0; 1 is a straight line.

    Raises
    ------
    autograd.OptionError
        If an option is out of its range.

    Examples
    --------
    >>> import nn
    >>> optimizer = nn.optim.SGD([nn.Parameter(1.0)], lr=0.5)
    >>> schedule = nn.optim.lr_scheduler.PolynomialLR(optimizer, total_iters=4, power=2.0)
    >>> [schedule.rate(0.5, epoch) for epoch in range(6)]
    [0.5, 0.28125, 0.125, 0.03125, 0.0, 0.0]
    """

    total_iters: int
    power: float

    @called
    def __init__(self, optimizer: Optimizer, total_iters: int = 5, power: float = 1.0) -> None:
        super().__init__(optimizer, total_iters=total_iters, power=power)

    def check(self, *, total_iters: int, power: float) -> None:
        """Refuse options out of their range."""
        at_least_one("PolynomialLR", total_iters=total_iters)
        not_negative("PolynomialLR", power=power)

    def rate(self, base: float, epoch: int) -> float:
        """Return the learning rate in an epoch."""
        left = 1.0 - min(epoch, self.total_iters) / self.total_iters
        return base * float(left**self.power)
