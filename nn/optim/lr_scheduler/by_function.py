"""Schedules that are a function of one's own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import autograd as ag
from autograd.core.calls import called
from autograd.core.messages import one_line
from nn.checks import not_negative
from nn.optim.lr_scheduler.scheduler import EpochScheduler
from nn.optim.optimizer import Optimizer


class _ByFunction(EpochScheduler):
    """What both schedules share: a function, which a state does not hold."""

    @called
    def __init__(self, optimizer: Optimizer, lr_lambda: Callable[[int], float]) -> None:
        if not callable(lr_lambda):
            raise ag.OptionError(
                f"{self._title}: lr_lambda is one function of the epoch for all groups, which may "
                f"begin with rates of their own, not {one_line(lr_lambda)}"
            )
        self.lr_lambda = lr_lambda
        super().__init__(optimizer)

    def factor(self, epoch: int) -> float:
        """Return what the function says of an epoch; refuse what is not a number of at least 0."""
        found: Any = self.lr_lambda(epoch)
        not_negative(self._title, **{f"lr_lambda({epoch})": found})
        return float(found)

    def __repr__(self) -> str:
        return f"{self._title}(lr_lambda={getattr(self.lr_lambda, '__name__', 'function')})"


class LambdaLR(_ByFunction):
    """A factor for each epoch: ``base lr_lambda(epoch)``.

    Parameters
    ----------
    optimizer : Optimizer
    lr_lambda : callable
        From the number of the epoch to a factor of at least 0; for all groups.

    Raises
    ------
    autograd.OptionError
        If it is not a function, or returns something else.

    Notes
    -----
    The state does not hold the function: give the same when you go on.

    Examples
    --------
    >>> import nn
    >>> optimizer = nn.optim.SGD([nn.Parameter(1.0)], lr=0.5)
    >>> schedule = nn.optim.lr_scheduler.LambdaLR(optimizer, lambda epoch: 1 / (1 + epoch))
    >>> schedule.step()
    >>> schedule.get_last_lr()
    [0.25]
    """

    def rate(self, base: float, epoch: int) -> float:
        """Return the learning rate in an epoch."""
        return base * self.factor(epoch)


class MultiplicativeLR(_ByFunction):
    """A factor from each epoch to the next: ``base lr_lambda(1) lr_lambda(2) ...``.

    Parameters
    ----------
    optimizer : Optimizer
    lr_lambda : callable
        From the number of an epoch to a factor of at least 0; for all groups.

    Raises
    ------
    autograd.OptionError
        If it is not a function, or returns something else.

    Notes
    -----
    The state does not hold the function: give the same when you go on.

    Examples
    --------
    >>> import nn
    >>> optimizer = nn.optim.SGD([nn.Parameter(1.0)], lr=0.5)
    >>> schedule = nn.optim.lr_scheduler.MultiplicativeLR(optimizer, lambda epoch: 0.5)
    >>> schedule.step()
    >>> schedule.get_last_lr()
    [0.25]
    """

    @called
    def __init__(self, optimizer: Optimizer, lr_lambda: Callable[[int], float]) -> None:
        self._products = [1.0]
        super().__init__(optimizer, lr_lambda)

    def rate(self, base: float, epoch: int) -> float:
        """Return the learning rate in an epoch."""
        while len(self._products) <= epoch:
            self._products.append(self._products[-1] * self.factor(len(self._products)))
        return base * self._products[epoch]
