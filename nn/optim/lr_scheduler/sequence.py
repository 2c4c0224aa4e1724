"""Schedules one after another, such as a warm-up and then a cosine."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import autograd as ag
from autograd.core.calls import called
from autograd.core.messages import one_line
from nn.optim.lr_scheduler.by_epoch import check_milestones
from nn.optim.lr_scheduler.parts import OfParts
from nn.optim.lr_scheduler.scheduler import EpochScheduler
from nn.optim.optimizer import Optimizer


class SequentialLR(OfParts, EpochScheduler):
    """Schedules one after another: each begins at a milestone with an epoch 0 of its own.

    Parameters
    ----------
    optimizer : Optimizer
    schedulers : list of EpochScheduler
        Of this optimiser; only this schedule is stepped.  Made of them, it begins with the first
        rates anew.
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

    @called
    def __init__(
        self, optimizer: Optimizer, schedulers: Sequence[EpochScheduler], milestones: Sequence[int]
    ) -> None:
        if not hasattr(schedulers, "__iter__"):
            raise ag.OptionError(
                f"SequentialLR: takes a list of schedules, not {type(schedulers).__name__}"
            )
        self.schedulers = list(schedulers)
        super().__init__(optimizer, milestones=milestones)

    def check(self, *, milestones: Sequence[int]) -> None:
        """Refuse lists that do not fit together."""
        for part in self.schedulers:
            if not isinstance(part, EpochScheduler) or part.optimizer is not self.optimizer:
                raise ag.OptionError(
                    "SequentialLR: takes schedules by epoch of its own optimiser, "
                    f"not this {type(part).__name__}"
                )
            if getattr(part, "cycle_momentum", False):
                raise ag.OptionError(
                    f"SequentialLR: sets no momentum, as this {type(part).__name__} does; use "
                    "cycle_momentum=False"
                )
        check_milestones("SequentialLR", milestones)
        rising = all(a < b for a, b in pairwise(milestones))
        if not rising or len(milestones) != len(self.schedulers) - 1:
            raise ag.OptionError(
                f"SequentialLR: {len(self.schedulers)} schedules take one milestone less, "
                f"in rising order, not {one_line(milestones)}"
            )
        self._check_pace()

    def rate(self, base: float, epoch: int) -> float:
        """Return the learning rate in an epoch."""
        passed = bisect_right(self.milestones, epoch)
        begin = self.milestones[passed - 1] if passed else 0
        part: EpochScheduler = self.schedulers[passed]
        return part.rate(base, epoch - begin)

    def _first_base(self, lr: float, begun: float) -> float:
        return begun  # the parts, when they were made, have set their rates already

    def _begins_anew(self) -> bool:
        return self.last_epoch + 1 in self.milestones or super()._begins_anew()

    def _take_over(self, state: Mapping[str, Any]) -> None:
        for part, inside in zip(self.schedulers, state["schedulers"], strict=True):
            part._take_over(inside)
        super()._take_over({n: v for n, v in state.items() if n != "schedulers"})
