"""Early stopping: the best epoch on data that were not learned from (deck 4).

While the loss on the training data goes on falling, that on other data reaches a lowest point and
rises again: from there on a network learns the examples by heart.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Mapping
from typing import Any

from autograd.core.messages import counted
from nn.module import Module
from nn.training.callbacks import Callback, Training


class BestEpoch(Callback):
    """Keeps the best value of a column, and the weights of that epoch, for the model in the end.

    Parameters
    ----------
    monitor : str
        The column that is watched.
    mode : {"min", "max"}
        Whether a smaller number is better, or a larger one.
    patience : int or None
        Stop after this many epochs without a better one; None: never, and keep no weights.

    Attributes
    ----------
    epoch : int or None
        Counted from 1.
    """

    def __init__(self, monitor: str, mode: str, patience: int | None) -> None:
        self.monitor = monitor
        self.mode = mode
        self.patience = patience
        self.epoch: int | None = None
        self.value = math.inf if mode == "min" else -math.inf
        self.weights: dict[str, Any] | None = None

    def update(self, epoch: int, record: Mapping[str, float], model: Module) -> None:
        """Look at the numbers of an epoch."""
        value = record[self.monitor]
        if value < self.value if self.mode == "min" else value > self.value:  # NaN is neither
            self.epoch, self.value = epoch, value
            self.weights = model.state_dict() if self.patience is not None else None

    def on_start(self, run: Training) -> None:
        """Stop before the first step if patience had ended when the checkpoint was written."""
        self.on_epoch(run)

    def on_epoch(self, run: Training) -> None:
        """Stop if there have been too many epochs without a better one."""
        since = run.epoch - (self.epoch or 0)
        if self.patience is not None and run.epoch > 0 and since >= self.patience:
            run.stop(f"no better {self.monitor} for {counted(self.patience, 'epoch')}")

    def on_end(self, run: Training) -> None:
        """Give the model the weights of the best epoch."""
        if self.weights is not None:
            run.model.load_state_dict(self.weights)

    def state_dict(self) -> dict[str, Any]:
        """Return what has been seen."""
        return {"epoch": self.epoch, "value": self.value, "weights": self.weights}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Go on from what another one had seen."""
        epoch = state["epoch"]
        self.epoch = None if epoch is None else operator.index(epoch)
        self.value, self.weights = float(state["value"]), state["weights"]
