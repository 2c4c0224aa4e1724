"""A schedule that looks at how the training goes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import autograd as ag
from autograd.core.calls import called
from autograd.core.messages import one_line
from nn.checks import at_least_zero, below_one, not_negative, one_of
from nn.optim.lr_scheduler.scheduler import LRScheduler
from nn.optim.optimizer import Optimizer


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
        How many epochs may pass without a better metric; the next one lowers the rates.
    threshold : float
        At least 0.
    threshold_mode : {"rel", "abs"}
    cooldown : int
        For how many epochs after that none is counted.
    min_lr : float or list of float
        The lowest rates; a list has one number for every group.
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

    @called
    def __init__(
        self,
        optimizer: Optimizer,
        mode: str = "min",
        factor: float = 0.1,
        patience: int = 10,
        threshold: float = 1e-4,
        threshold_mode: str = "rel",
        cooldown: int = 0,
        min_lr: float | Sequence[float] = 0.0,
        eps: float = 1e-8,
    ) -> None:
        super().__init__(
            optimizer,
            mode=mode,
            factor=factor,
            patience=patience,
            threshold=threshold,
            threshold_mode=threshold_mode,
            cooldown=cooldown,
            min_lr=min_lr,
            eps=eps,
        )

    def check(
        self,
        *,
        mode: str,
        factor: float,
        patience: int,
        threshold: float,
        threshold_mode: str,
        cooldown: int,
        min_lr: float | Sequence[float],
        eps: float,
    ) -> None:
        """Refuse options out of their range."""
        title = "ReduceLROnPlateau"
        one_of(title, ("min", "max"), mode=mode)
        one_of(title, ("rel", "abs"), threshold_mode=threshold_mode)
        below_one(title, factor=factor)
        at_least_zero(title, patience=patience, cooldown=cooldown)
        not_negative(title, threshold=threshold, eps=eps)
        for floor in self._floors(min_lr):
            not_negative(title, min_lr=floor)

    def step(self, metrics: ag.Tensor | ag.Scalar) -> None:
        """Look at the metric of an epoch.

        Parameters
        ----------
        metrics : number, or Tensor of one

        Raises
        ------
        autograd.OptionError
            If it is not a number, or is NaN, which cannot be compared.
        """
        current = _number(metrics)
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

    def _floors(self, min_lr: float | Sequence[float]) -> list[Any]:
        groups = len(self.optimizer.param_groups)
        if not isinstance(min_lr, (list, tuple)):
            return [min_lr] * groups
        if len(min_lr) != groups:
            raise ag.OptionError(
                f"ReduceLROnPlateau: min_lr has {len(min_lr)} numbers for {groups} groups"
            )
        return list(min_lr)

    def _beginning(self) -> dict[str, Any]:
        worst = -float("inf") if self.mode == "max" else float("inf")
        return {"last_epoch": 0, "best": worst, "num_bad_epochs": 0, "cooldown_counter": 0}

    def _check_progress(
        self, *, last_epoch: Any, best: Any, num_bad_epochs: Any, cooldown_counter: Any
    ) -> None:
        numbers = {"num_bad_epochs": num_bad_epochs, "cooldown_counter": cooldown_counter}
        at_least_zero(self._title, last_epoch=last_epoch, **numbers)
        _number(best)


def _number(metric: Any) -> float:
    try:
        number = float(metric.item() if hasattr(metric, "item") else metric)
    except (TypeError, ValueError):
        number = math.nan
    if math.isnan(number):
        shown = one_line(metric)
        raise ag.OptionError(
            f"ReduceLROnPlateau: the metric must be a number that can be compared, not {shown}"
        )
    return number
