"""A cosine that begins again and again."""

from __future__ import annotations

import math

from autograd.core.calls import called
from nn.checks import at_least_one, not_negative
from nn.optim.lr_scheduler.scheduler import EpochScheduler
from nn.optim.optimizer import Optimizer


class CosineAnnealingWarmRestarts(EpochScheduler):
    """Half a wave down, and back to the first rate at once.

    ``eta_min + (base - eta_min) (1 + cos(pi t / T)) / 2`` in epoch ``t`` of a wave.  The first has
    ``T_0`` epochs, and each ``T_mult`` times as many as the one before.

    Parameters
    ----------
    optimizer : Optimizer
    T_0 : int
        How many epochs the first wave has.
    T_mult : int
        At least 1.
    eta_min : float
        The lowest rate; at least 0.

    Raises
    ------
    autograd.OptionError
        If an option is out of its range.

    Notes
    -----
    Loshchilov and Hutter (2017).

    Examples
    --------
    >>> import nn
    >>> optimizer = nn.optim.SGD([nn.Parameter(1.0)], lr=0.5)
    >>> schedule = nn.optim.lr_scheduler.CosineAnnealingWarmRestarts(optimizer, T_0=2, T_mult=2)
    >>> [round(schedule.rate(0.5, epoch), 3) for epoch in range(7)]
    [0.5, 0.25, 0.5, 0.427, 0.25, 0.073, 0.5]
    """

    T_0: int
    T_mult: int
    eta_min: float

    @called
    def __init__(
        self, optimizer: Optimizer, T_0: int, T_mult: int = 1, eta_min: float = 0.0
    ) -> None:
        super().__init__(optimizer, T_0=T_0, T_mult=T_mult, eta_min=eta_min)

    def check(self, *, T_0: int, T_mult: int, eta_min: float) -> None:
        """Refuse options out of their range."""
        at_least_one("CosineAnnealingWarmRestarts", T_0=T_0, T_mult=T_mult)
        not_negative("CosineAnnealingWarmRestarts", eta_min=eta_min)

    def rate(self, base: float, epoch: int) -> float:
        """Return the learning rate in an epoch."""
        t, length = self._place(epoch)
        wave = (1 + math.cos(math.pi * t / length)) / 2
        return self.eta_min + (base - self.eta_min) * wave

    def _place(self, epoch: int) -> tuple[int, int]:
        """Return the place of an epoch in its wave, and the length of that."""
        if self.T_mult == 1:
            return epoch % self.T_0, self.T_0
        length = self.T_0
        while epoch >= length:
            epoch, length = epoch - length, length * self.T_mult
        return epoch, length
