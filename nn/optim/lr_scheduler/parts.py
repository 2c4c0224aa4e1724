"""What schedules that are made of others share: a state that holds the states of the parts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import autograd as ag
from nn.errors import StateError
from nn.optim.lr_scheduler.scheduler import LRScheduler


class OfParts(LRScheduler):
    """A schedule with other schedules in ``schedulers``."""

    schedulers: list[Any]

    def _check_pace(self) -> None:
        """Refuse parts of which some make steps after batches, and some after epochs."""
        if len({part.by_batch for part in self.schedulers}) > 1:
            raise ag.OptionError(
                f"{self._title}: some of these schedules make a step after every batch, and some "
                "after every epoch; set by_batch = True of all"
            )
        self.by_batch = self.schedulers[0].by_batch

    def state_dict(self) -> dict[str, Any]:
        """Return where the schedule stands, with the states of its parts."""
        parts = [part.state_dict() for part in self.schedulers]
        return {**super().state_dict(), "schedulers": parts}

    def _checked_state(self, given: Any) -> dict[str, Any]:
        parts = given.get("schedulers") if isinstance(given, Mapping) else None
        if not isinstance(parts, (list, tuple)) or len(parts) != len(self.schedulers):
            raise StateError(
                f"{self._title}: the state has no 'schedulers', a list of the states of "
                f"{len(self.schedulers)} schedules; nothing was changed"
            )
        own = super()._checked_state({n: v for n, v in given.items() if n != "schedulers"})
        pairs = zip(self.schedulers, parts, strict=True)
        return {**own, "schedulers": [part._checked_state(state) for part, state in pairs]}
