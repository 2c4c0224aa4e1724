"""What optimisers share whose weight decay may be decoupled from the gradient."""

from __future__ import annotations

from typing import Any

from nn.checks import boolean, not_negative
from nn.optim.optimizer import Optimizer
from nn.optim.options import check_betas


class Decoupled(Optimizer):
    """An optimiser with two decays of its memory, and a weight decay of either kind."""

    def check(
        self, *, betas: tuple[float, float], decoupled_weight_decay: bool, **numbers: float
    ) -> None:
        """Refuse options out of their range."""
        check_betas(self._title, betas)
        not_negative(self._title, **numbers)
        boolean(self._title, decoupled_weight_decay=decoupled_weight_decay)


def decayed(w: Any, g: Any, lr: float, weight_decay: float, decoupled: bool) -> tuple[Any, Any]:
    """Return weight and gradient with a weight decay: in the one if it is decoupled, or the other.

    Examples
    --------
    >>> from nn.optim.decoupled import decayed
    >>> decayed(2.0, 0.0, 0.5, 0.5, True), decayed(2.0, 0.0, 0.5, 0.5, False)
    ((1.5, 0.0), (2.0, 1.0))
    """
    if not weight_decay:
        return w, g
    return ((1 - lr * weight_decay) * w, g) if decoupled else (w, g + weight_decay * w)
