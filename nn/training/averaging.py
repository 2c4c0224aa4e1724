"""Averaged weights: a mean over the last steps, which lies in the middle of their zigzag.

After each step ``a = decay a + (1 - decay) w``, beginning with ``a = w`` after the first one
(Polyak and Juditsky 1992; an exponential moving average).  The network learns with its own weights;
it is judged, and used in the end, with the averaged ones.  Buffers, such as the running mean of
batch normalisation, are averages already and stay as they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import autograd as ag
from autograd.core.blocks import restoring
from autograd.core.float16 import widened
from nn.module import Module
from nn.optim.swa_utils import get_ema_avg_fn
from nn.training.callbacks import Callback, Training


class Average(Callback):
    """The averaged weights of a model.

    Parameters
    ----------
    model : Module
    decay : float
        How much of the average stays in a step: with 0.999, it reaches over about 1000 steps.

    Examples
    --------
    >>> import nn
    >>> from nn.training.averaging import Average
    >>> model = nn.Linear(1, 1, bias=False)
    >>> average = Average(model, decay=0.75)
    >>> for w in (1.0, 2.0):
    ...     model.weight.data = [[w]]
    ...     average.update()
    >>> with average.used():
    ...     model.weight.data
    array([[1.25]])
    >>> model.weight.data
    array([[2.]])
    """

    def __init__(self, model: Module, decay: float) -> None:
        self.parameters = dict(model.named_parameters())
        self.decay = decay
        self.average = get_ema_avg_fn(decay)
        self.averages: dict[str, Any] = {}

    def update(self) -> None:
        """Take the weights of now into the average."""
        self.averages = {name: self._next(name, p.data) for name, p in self.parameters.items()}

    def _next(self, name: str, w: ag.Array) -> ag.Array:
        w = widened(w)  # the rounding of float16 is larger than most changes
        if name not in self.averages:
            return w.copy()
        mean: ag.Array = self.average(self.averages[name], w, 1)
        return mean

    def used(self) -> restoring[None]:
        """Give the model the averaged weights for a block, and its own ones afterwards."""
        own = {name: p.data for name, p in self.parameters.items()}
        return restoring(lambda: self._put(self.averages), lambda: self._put(own))

    def _put(self, weights: Mapping[str, Any]) -> None:
        for name, value in weights.items():
            self.parameters[name].data = value

    def on_batch(self, run: Training) -> None:
        """Take the weights after a step."""
        self.update()

    def on_end(self, run: Training) -> None:
        """Leave the averaged weights in the model."""
        self._put(self.averages)

    def state_dict(self) -> dict[str, Any]:
        """Return the averages."""
        return {"averages": self.averages}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Go on from other averages."""
        self.averages = {str(name): state["averages"][name] for name in state["averages"]}
