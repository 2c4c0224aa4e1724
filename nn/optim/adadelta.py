"""Adadelta: steps in the units of the weights, without a rate to choose."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import autograd as ag
from nn.checks import between, not_negative
from nn.optim.optimizer import Optimizer, Params
from nn.optim.options import refuse_others
from nn.optim.state import State


class Adadelta(Optimizer):
    """Adaptive gradient that forgets, with the size of a step taken from those before.

    With running means of squared gradients and squared steps,

    - ``s <- rho s + (1 - rho) g^2``
    - ``d = sqrt(u + eps) / sqrt(s + eps) g``
    - ``u <- rho u + (1 - rho) d^2``
    - ``w <- w - lr d``

    The quotient of the two roots has the unit of a weight over that of its gradient, so that ``d``
    scales as the weights do.

    Parameters
    ----------
    params : iterable of Tensor, or of dict
        As in `Optimizer`.
    lr : float
        The learning rate, above 0.
    rho : float
        How much of both means is kept; from 0 to 1.
    eps : float
        Against division by 0, and for a first step at all; at least 0.
    weight_decay : float
        ``weight_decay w`` is added to ``g``; at least 0.
    maximize : bool
        Whether to go up the slope instead of down.

    Raises
    ------
    autograd.OptionError
        If an option is out of its range.

    Notes
    -----
    Zeiler (2012).

    Examples
    --------
    >>> import nn
    >>> w = nn.Parameter(1.0)
    >>> optimizer = nn.optim.Adadelta([w], rho=0.75, eps=1e-4)
    >>> (w**2).backward()
    >>> optimizer.step()  # by sqrt(1e-4) / sqrt(0.25 * 2^2 + 1e-4) * 2
    >>> round(w.item(), 4)
    0.98
    """

    remembers: Mapping[str, str] = {"step": "", "square_avg": "", "acc_delta": ""}

    def __init__(
        self,
        params: Params,
        lr: float = 1.0,
        rho: float = 0.9,
        eps: float = 1e-6,
        weight_decay: float = 0.0,
        *,
        maximize: bool = False,
        **others: object,
    ) -> None:
        refuse_others(type(self), others)
        super().__init__(
            params, lr=lr, rho=rho, eps=eps, weight_decay=weight_decay, maximize=maximize
        )

    def check(self, *, rho: float, eps: float, weight_decay: float) -> None:
        """Refuse options out of their range."""
        between("Adadelta", 0.0, 1.0, rho=rho)
        not_negative("Adadelta", eps=eps, weight_decay=weight_decay)

    def rule(
        self,
        w: ag.Array,
        g: ag.Array,
        state: State,
        *,
        lr: float,
        rho: float,
        eps: float,
        weight_decay: float,
    ) -> Any:
        """Return the new weight."""
        if weight_decay:
            g = g + weight_decay * w
        state["step"] += 1
        s = state["square_avg"] = rho * state["square_avg"] + (1 - rho) * g * g
        u = state["acc_delta"]
        # Not by ag.sqrt, which makes NumPy's float64 of the number that u is at first.
        d = (u + eps) ** 0.5 / ag.sqrt(s + eps) * g
        state["acc_delta"] = rho * u + (1 - rho) * d * d
        return w - lr * d
