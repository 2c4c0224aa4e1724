"""Schedules that go up and down, and let the momentum go the other way.

A high rate finds flat ground, and while it is high the momentum may be low.  They make a step after
each batch, not after each epoch, in `nn.fit`, too.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import autograd as ag
from autograd.core.calls import called
from nn.checks import above_zero, at_least_one, below_one, between, boolean, not_negative, one_of
from nn.optim.lr_scheduler.scheduler import EpochScheduler
from nn.optim.optimizer import Optimizer


class _Cycle(EpochScheduler):
    """A rate with a momentum of its own, with a step after every batch."""

    by_batch = True
    cycle_momentum: bool
    base_momentum: float
    max_momentum: float

    def momentum(self, epoch: int) -> float:
        """Return the momentum after so many steps."""
        raise ag.UnsupportedError(f"{self._title} has no method momentum; define one")

    def load_state_dict(self, state_dict: Mapping[str, object]) -> None:
        """Go on where another schedule of this kind stood; see `LRScheduler.load_state_dict`."""
        super().load_state_dict(state_dict)
        self._set_momentum()

    def _begin_with(self, rates: Sequence[float]) -> None:
        """Let the groups begin with given rates, in the place of their own."""
        for group, rate in zip(self.optimizer.param_groups, rates, strict=True):
            group["lr"] = group["initial_lr"] = float(rate)

    def _of_groups(self, **option: Any) -> list[float]:
        """Return one number for each group, of one for all or of a list."""
        ((name, given),) = option.items()
        groups = len(self.optimizer.param_groups)
        rates = list(given) if isinstance(given, (list, tuple)) else [given] * groups
        for rate in rates:
            not_negative(self._title, **{name: rate})
        if len(rates) != groups:
            raise ag.OptionError(
                f"{self._title}: {name} has {len(rates)} numbers for {groups} groups"
            )
        return rates

    def _set_rates(self, bases: Sequence[float]) -> None:
        super()._set_rates(bases)
        self._set_momentum()

    def _set_momentum(self) -> None:
        if self.cycle_momentum:
            momentum = self.momentum(self.last_epoch)
            for group in self.optimizer.param_groups:
                if "betas" in group:
                    group["betas"] = (momentum, *group["betas"][1:])
                else:
                    group["momentum"] = momentum

    def _check_momentum(self, cycle_momentum: bool, **momenta: float) -> None:
        boolean(self._title, cycle_momentum=cycle_momentum)
        below_one(self._title, **momenta)
        if cycle_momentum and not {"momentum", "betas"} & self.optimizer.defaults.keys():
            raise ag.OptionError(
                f"{self._title}: {type(self.optimizer).__name__} has no momentum; "
                "use cycle_momentum=False"
            )


class OneCycleLR(_Cycle):
    """Up to a high rate, and then down to almost 0, once in a training.

    The rate begins at ``max_lr / div_factor``, reaches ``max_lr`` after the part ``pct_start`` of
    all steps, and ends at ``max_lr / div_factor / final_div_factor``.  With ``three_phase`` it
    first goes down as it went up, and then to the end.  The momentum falls from ``max_momentum`` to
    ``base_momentum`` while the rate rises.

    Parameters
    ----------
    optimizer : Optimizer
    max_lr : float or list of float
        The highest rate; a list has one for each group.
    total_steps : int, optional
        How many steps the schedule has, or
    epochs, steps_per_epoch : int, optional
        the factors of this number.
    pct_start : float
        From 0 to 1.
    anneal_strategy : {"cos", "linear"}
    cycle_momentum : bool
        Whether to set the momentum, too; of Adam the first of its betas.
    base_momentum, max_momentum : float
        The lowest, and the highest.
    div_factor, final_div_factor : float
        Above 0.
    three_phase : bool

    Raises
    ------
    autograd.OptionError
        If an option is out of its range.

    Notes
    -----
    Smith and Topin (2018).

    Examples
    --------
    >>> import nn
    >>> optimizer = nn.optim.SGD([nn.Parameter(1.0)], momentum=0.9)
    >>> schedule = nn.optim.lr_scheduler.OneCycleLR(
    ...     optimizer, max_lr=1.0, total_steps=11, pct_start=0.5, anneal_strategy="linear")
    >>> [round(schedule.rate(0.04, step), 2) for step in (0, 2, 4, 5, 7, 10)]
    [0.04, 0.47, 0.89, 0.91, 0.55, 0.0]
    """

    total_steps: int
    pct_start: float
    anneal_strategy: str
    div_factor: float
    final_div_factor: float
    three_phase: bool

    @called
    def __init__(
        self,
        optimizer: Optimizer,
        max_lr: float | Sequence[float],
        total_steps: int | None = None,
        epochs: int | None = None,
        steps_per_epoch: int | None = None,
        pct_start: float = 0.3,
        anneal_strategy: str = "cos",
        cycle_momentum: bool = True,
        base_momentum: float = 0.85,
        max_momentum: float = 0.95,
        div_factor: float = 25.0,
        final_div_factor: float = 1e4,
        three_phase: bool = False,
    ) -> None:
        if total_steps is None:
            if epochs is None or steps_per_epoch is None:
                raise ag.OptionError(
                    "OneCycleLR: takes total_steps, the number of batches in the whole training, "
                    "or its factors, epochs and steps_per_epoch"
                )
            at_least_one("OneCycleLR", epochs=epochs, steps_per_epoch=steps_per_epoch)
            total_steps = epochs * steps_per_epoch
        self._max_lr = max_lr
        super().__init__(
            optimizer,
            total_steps=total_steps,
            pct_start=pct_start,
            anneal_strategy=anneal_strategy,
            cycle_momentum=cycle_momentum,
            base_momentum=base_momentum,
            max_momentum=max_momentum,
            div_factor=div_factor,
            final_div_factor=final_div_factor,
            three_phase=three_phase,
        )

    def check(
        self,
        *,
        total_steps: int,
        pct_start: float,
        anneal_strategy: str,
        cycle_momentum: bool,
        base_momentum: float,
        max_momentum: float,
        div_factor: float,
        final_div_factor: float,
        three_phase: bool,
    ) -> None:
        """Refuse options out of their range."""
        at_least_one("OneCycleLR", total_steps=total_steps)
        between("OneCycleLR", 0.0, 1.0, pct_start=pct_start)
        one_of("OneCycleLR", ("cos", "linear"), anneal_strategy=anneal_strategy)
        above_zero("OneCycleLR", div_factor=div_factor, final_div_factor=final_div_factor)
        boolean("OneCycleLR", three_phase=three_phase)
        self._check_momentum(cycle_momentum, base_momentum=base_momentum, max_momentum=max_momentum)

    def _begin(self) -> None:
        highest = self._of_groups(max_lr=self._max_lr)
        self._begin_with([rate / self.div_factor for rate in highest])

    def step(self, epoch: None = None) -> None:
        """Go on to the next step of the optimiser.

        Raises
        ------
        autograd.UnsupportedError
            If all ``total_steps`` have been made.
        """
        if self.last_epoch >= self.total_steps:
            raise ag.UnsupportedError(
                f"OneCycleLR: all of its total_steps={self.total_steps} have been made; give it "
                "the number of batches in the whole training"
            )
        super().step(epoch)

    def rate(self, base: float, epoch: int) -> float:
        """Return the learning rate after so many steps."""
        highest, lowest = base * self.div_factor, base / self.final_div_factor
        names = {"first": base, "highest": highest, "lowest": lowest}
        return self._between(epoch, [(names[a], names[b]) for a, b in self._rates()])

    def momentum(self, epoch: int) -> float:
        """Return the momentum after so many steps."""
        low, high = self.base_momentum, self.max_momentum
        return self._between(epoch, [(high, low), (low, high), (high, high)][: len(self._rates())])

    def _rates(self) -> list[tuple[str, str]]:
        if self.three_phase:
            return [("first", "highest"), ("highest", "first"), ("first", "lowest")]
        return [("first", "highest"), ("highest", "lowest")]

    def _between(self, step: int, phases: Sequence[tuple[float, float]]) -> float:
        """Return where a step is between the ends of its phase."""
        rising = self.pct_start * self.total_steps
        borders = [rising - 1.0, 2.0 * rising - 2.0][: len(phases) - 1]
        ends = [*borders, self.total_steps - 1.0]
        phase = next((i for i, end in enumerate(ends) if step <= end), len(ends) - 1)
        begin = ends[phase - 1] if phase else 0.0
        length = ends[phase] - begin
        way = min((step - begin) / length, 1.0) if length else 1.0
        start, end = phases[phase]
        if self.anneal_strategy == "linear":
            return (end - start) * way + start
        return end + (start - end) / 2.0 * (math.cos(math.pi * way) + 1)


class CyclicLR(_Cycle):
    """Up and down between two rates along straight lines, again and again.

    Parameters
    ----------
    optimizer : Optimizer
    base_lr : float or list of float
        The lowest rate; a list has one for each group.
    max_lr : float
        The highest.
    step_size_up : int
        How many steps the way up takes.
    step_size_down : int, optional
        And the way down; by default as many.
    mode : {"triangular", "triangular2", "exp_range"}
        Whether the height stays, is halved with each cycle, or is multiplied by ``gamma`` at each
        step.
    gamma : float
        At least 0.
    cycle_momentum : bool
        Whether to set the momentum, too; of Adam the first of its betas.
    base_momentum, max_momentum : float
        The momentum falls from the latter to the former while the rate rises.

    Raises
    ------
    autograd.OptionError
        If an option is out of its range.

    Notes
    -----
    Smith (2017).

    Examples
    --------
    >>> import nn
    >>> optimizer = nn.optim.SGD([nn.Parameter(1.0)], momentum=0.9)
    >>> schedule = nn.optim.lr_scheduler.CyclicLR(optimizer, 0.0, 1.0, 2, mode="triangular2")
    >>> [schedule.rate(0.0, step) for step in range(9)]
    [0.0, 0.5, 1.0, 0.5, 0.0, 0.25, 0.5, 0.25, 0.0]
    """

    max_lr: float
    step_size_up: int
    step_size_down: int
    mode: str
    gamma: float

    @called
    def __init__(
        self,
        optimizer: Optimizer,
        base_lr: float | Sequence[float],
        max_lr: float,
        step_size_up: int = 2000,
        step_size_down: int | None = None,
        mode: str = "triangular",
        gamma: float = 1.0,
        *,
        cycle_momentum: bool = True,
        base_momentum: float = 0.8,
        max_momentum: float = 0.9,
    ) -> None:
        self._base_lr = base_lr
        super().__init__(
            optimizer,
            max_lr=max_lr,
            step_size_up=step_size_up,
            step_size_down=step_size_up if step_size_down is None else step_size_down,
            mode=mode,
            gamma=gamma,
            cycle_momentum=cycle_momentum,
            base_momentum=base_momentum,
            max_momentum=max_momentum,
        )

    def check(
        self,
        *,
        max_lr: float,
        step_size_up: int,
        step_size_down: int,
        mode: str,
        gamma: float,
        cycle_momentum: bool,
        base_momentum: float,
        max_momentum: float,
    ) -> None:
        """Refuse options out of their range."""
        above_zero("CyclicLR", max_lr=max_lr)
        at_least_one("CyclicLR", step_size_up=step_size_up, step_size_down=step_size_down)
        one_of("CyclicLR", ("triangular", "triangular2", "exp_range"), mode=mode)
        not_negative("CyclicLR", gamma=gamma)
        self._check_momentum(cycle_momentum, base_momentum=base_momentum, max_momentum=max_momentum)

    def _begin(self) -> None:
        self._begin_with(self._of_groups(base_lr=self._base_lr))

    def rate(self, base: float, epoch: int) -> float:
        """Return the learning rate after so many steps."""
        return base + (self.max_lr - base) * self._height(epoch)

    def momentum(self, epoch: int) -> float:
        """Return the momentum after so many steps."""
        return self.max_momentum - (self.max_momentum - self.base_momentum) * self._height(epoch)

    def _height(self, step: int) -> float:
        up, down = self.step_size_up, self.step_size_down
        cycle, place = divmod(step, up + down)
        height = place / up if place <= up else (up + down - place) / down
        if self.mode == "triangular2":
            return height * 0.5**cycle
        return height * self.gamma**step if self.mode == "exp_range" else height
