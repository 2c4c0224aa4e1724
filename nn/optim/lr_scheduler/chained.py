"""Several schedules at the same time, stepped as one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import autograd as ag
from autograd.core.calls import called
from nn.optim.lr_scheduler.parts import OfParts
from nn.optim.lr_scheduler.scheduler import EpochScheduler, LRScheduler
from nn.optim.optimizer import Optimizer


class ChainedScheduler(OfParts):
    """Schedules that multiply: each makes its step, one after the other.

    Parameters
    ----------
    schedulers : list of LRScheduler
        Of one optimiser; only this schedule is stepped.
    optimizer : Optimizer, optional
        By default that of the first.

    Raises
    ------
    autograd.OptionError
        If there are none, or one is of another optimiser or looks at what is measured.

    Examples
    --------
    >>> import nn
    >>> from nn.optim import lr_scheduler
    >>> optimizer = nn.optim.SGD([nn.Parameter(1.0)], lr=1.0)
    >>> warmup = lr_scheduler.ConstantLR(optimizer, factor=0.5, total_iters=1)
    >>> decay = lr_scheduler.ExponentialLR(optimizer, gamma=0.5)
    >>> schedule = lr_scheduler.ChainedScheduler([warmup, decay])
    >>> for epoch in range(3):
    ...     schedule.get_last_lr()
    ...     schedule.step()
    [0.5]
    [0.5]
    [0.25]
    """

    @called
    def __init__(
        self, schedulers: Sequence[LRScheduler], optimizer: Optimizer | None = None
    ) -> None:
        if not isinstance(schedulers, (list, tuple)) or not schedulers:
            raise ag.OptionError("ChainedScheduler: takes a list of one schedule or more")
        self.schedulers = list(schedulers)
        super().__init__(optimizer or getattr(schedulers[0], "optimizer", None))  # type: ignore[arg-type]

    def check(self) -> None:
        """Refuse schedules that cannot be stepped together."""
        for part in self.schedulers:
            fits = isinstance(part, (EpochScheduler, ChainedScheduler))
            if not fits or part.optimizer is not self.optimizer:
                raise ag.OptionError(
                    "ChainedScheduler: takes schedules by epoch of one optimiser, "
                    f"not this {type(part).__name__}"
                )
        self._check_pace()

    def step(self, epoch: None = None) -> None:
        """Go on to the next epoch, with all schedules."""
        self._counts_alone(epoch)
        for part in self.schedulers:
            part.step()
        self.last_epoch += 1

    def __repr__(self) -> str:
        return f"ChainedScheduler({self.schedulers!r})"

    def load_state_dict(self, state_dict: Mapping[str, object]) -> None:
        """Go on where another schedule of this kind stood; see `LRScheduler.load_state_dict`."""
        state = self._checked_state(state_dict)
        for part, inside in zip(self.schedulers, state.pop("schedulers"), strict=True):
            part.load_state_dict(inside)
        self._take_over(state)
