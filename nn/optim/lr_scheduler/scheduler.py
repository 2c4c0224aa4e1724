"""What all schedules share: the optimiser whose rates they set, and a state.

Most are a function: from the rate that a group of parameters began with, and the number of epochs
since, to the rate of now.  The rate that a group began with is kept in it, as ``"initial_lr"``, and
another schedule finds it there.

Several schedules on one optimiser multiply.  A step leads from the rate that is there to the next:
where it is not the one that the schedule would have set, because another schedule or a hand has
changed it, the schedule goes on as if the group had begun with another rate, the one from which its
formula leads to that which is there.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Any

import autograd as ag
from autograd.core.calls import called
from autograd.core.other_names import OtherName
from nn.checks import at_least_zero
from nn.errors import StateError
from nn.optim.optimizer import Optimizer
from nn.optim.options import plain
from nn.other_names.objects import SCHEDULE

SAME = 1e-12  # a relative difference that rounding makes


class LRScheduler:
    """Base of the schedules: options, the number of epochs, and their state.

    Attributes
    ----------
    optimizer : Optimizer
    last_epoch : int
        How many steps the schedule has taken.
    by_batch : bool
        Whether `nn.fit` makes its step after every step of the optimiser, as `OneCycleLR` and
        `CyclicLR` take it, and not after every epoch; may be set.
    """

    last_epoch: int
    by_batch = False
    get_lr = OtherName("get_lr", SCHEDULE)

    @called
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

    def _counts_alone(self, epoch: object) -> None:
        if epoch is not None:
            raise ag.OptionError(
                f"{self._title}: step takes no epoch, as it counts its own; for a step after every "
                "batch write the options in batches, and schedule.by_batch = True for nn.fit"
            )

    def state_dict(self) -> dict[str, Any]:
        """Return the options, and where the schedule stands, as numbers and words.

        The rates themselves are in the state of the optimiser.
        """
        return {name: deepcopy(getattr(self, name)) for name in self._names()}

    def load_state_dict(self, state_dict: Mapping[str, object]) -> None:
        """Go on where another schedule of this kind stood.

        Parameters
        ----------
        state_dict : dict
            What `state_dict` returned.

        Raises
        ------
        nn.StateError
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
            raise StateError(f"{wrong}it is a dict of {', '.join(self._names())}")
        try:
            self.check(**{name: given[name] for name in self._options})
            self._check_progress(**{name: given[name] for name in self._beginning()})
        except ag.OptionError as error:
            raise StateError(f"{wrong}{error}") from None
        return {name: plain(value) for name, value in given.items()}

    def _check_progress(self, *args: Any, **progress: Any) -> None:
        at_least_zero(self._title, **progress)


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

    @called
    def __init__(self, optimizer: Optimizer, **options: Any) -> None:
        super().__init__(optimizer, **options)
        self._shared = False  # whether others have changed the rates
        self._begin()
        begun = self.base_lrs
        pairs = zip(optimizer.param_groups, begun, strict=True)
        self._set_rates([self._first_base(float(group["lr"]), base) for group, base in pairs])

    def _begin(self) -> None:
        """Set the rates that the groups begin with, if these are options of the schedule."""

    def _first_base(self, lr: float, begun: float) -> float:
        return lr

    def rate(self, base: float, epoch: int) -> float:
        """Return the learning rate in an epoch, given that of the beginning."""
        raise ag.UnsupportedError(f"{self._title} has no method rate; define one")

    def step(self, epoch: None = None) -> None:
        """Go on to the next epoch; after the optimiser's steps of this one.

        Raises
        ------
        autograd.OptionError
            If an epoch is given, as in PyTorch: the schedule counts them itself.
        autograd.UnsupportedError
            If other schedules have changed the rates, and the next rate is not made from that of
            now, as for a cosine that rises again from its lowest.
        """
        self._counts_alone(epoch)
        bases = self._bases()
        if self._shared and self._begins_anew():
            raise self._undefined(f"after epoch {self.last_epoch} it begins anew")
        self.optimizer.loaded_rates = ()
        self.last_epoch += 1
        self._set_rates(bases)

    @property
    def base_lrs(self) -> list[float]:
        """The rates that the groups began with."""
        groups = self.optimizer.param_groups
        return [float(group.setdefault("initial_lr", group["lr"])) for group in groups]

    def load_state_dict(self, state_dict: Mapping[str, object]) -> None:
        """Go on where another schedule of this kind stood; see `LRScheduler.load_state_dict`.

        The rates follow, unless the optimiser has loaded its own, which count.
        """
        state = self._checked_state(state_dict)
        loaded = self.optimizer.loaded_rates
        bases = [] if loaded else self._bases()
        self._take_over(state)
        self._shared = False
        if not loaded:
            self._set_rates(bases)
        for group, lr in zip(self.optimizer.param_groups, loaded, strict=False):
            group["lr"] = lr

    def _set_rates(self, bases: Sequence[float]) -> None:
        for group, base in zip(self.optimizer.param_groups, bases, strict=True):
            group["lr"] = self.rate(base, self.last_epoch)

    def _bases(self) -> list[float]:
        """Return for every group the base of the rate that it has now."""
        pairs = zip(self.optimizer.param_groups, self.base_lrs, strict=True)
        return [self._base(float(group["lr"]), base) for group, base in pairs]

    def _base(self, lr: float, begun: float) -> float:
        if math.isclose(lr, self.rate(begun, self.last_epoch), rel_tol=SAME):
            return begun
        self._shared = True
        at_zero, slope = self._line(self.last_epoch)
        base = (lr - at_zero) / slope if slope else math.nan
        if not math.isclose(self.rate(base, self.last_epoch), lr, rel_tol=1e-6):
            raise self._undefined(
                f"in epoch {self.last_epoch} its rate does not follow from others"
            )
        return base

    def _line(self, epoch: int) -> tuple[float, float]:
        """Return the rate of an epoch for base 0, and how much it grows with the base."""
        at_zero = self.rate(0.0, epoch)
        return at_zero, self.rate(1.0, epoch) - at_zero

    def _begins_anew(self) -> bool:
        """Return whether the next rate is not made from that of now."""
        return not self._line(self.last_epoch)[1] and bool(self._line(self.last_epoch + 1)[1])

    def _undefined(self, why: str) -> ag.UnsupportedError:
        return ag.UnsupportedError(
            f"{self._title}: another schedule has changed the rate, and {why}, so that the product "
            "of both has no meaning; use one of them, or SequentialLR"
        )
