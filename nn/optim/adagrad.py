"""Adagrad: gradients divided by all that went before."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import autograd as ag
from nn.checks import not_negative
from nn.optim.optimizer import Optimizer, Params
from nn.optim.options import refuse_others
from nn.optim.state import State


class Adagrad(Optimizer):
    """Adaptive gradient: weights that seldom have a gradient take large steps when they do.

    With the sum of all squares so far, ``s <- s + g^2``, the step number ``t`` reads

    ``w <- w - lr / (1 + (t - 1) lr_decay) g / (sqrt(s) + eps)``.

    The sum only grows, so steps become ever smaller.

    Parameters
    ----------
    params : iterable of Tensor, or of dict
        As in `Optimizer`.
    lr : float
        The learning rate, above 0.
    lr_decay : float
        How fast the rate falls besides; at least 0.
    weight_decay : float
        ``weight_decay w`` is added to ``g``; at least 0.
    initial_accumulator_value : float
        Where ``s`` begins; at least 0.
    eps : float
        Against division by 0; at least 0.
    maximize : bool
        Whether to go up the slope instead of down.

    Raises
    ------
    autograd.OptionError
        If an option is out of its range.

    Notes
    -----
    Duchi, Hazan and Singer (2011).

    Examples
    --------
    >>> import nn
    >>> w = nn.Parameter(1.0)
    >>> optimizer = nn.optim.Adagrad([w], lr=0.25)
    >>> (w**2).backward()
    >>> optimizer.step()
    >>> round(w.item(), 6)
    0.75
    """

    remembers: Mapping[str, str] = {"step": "", "sum": ""}

    def __init__(
        self,
        params: Params,
        lr: float = 1e-2,
        lr_decay: float = 0.0,
        weight_decay: float = 0.0,
        initial_accumulator_value: float = 0.0,
        eps: float = 1e-10,
        *,
        maximize: bool = False,
        **others: object,
    ) -> None:
        refuse_others(type(self), others)
        super().__init__(
            params,
            lr=lr,
            lr_decay=lr_decay,
            weight_decay=weight_decay,
            initial_accumulator_value=initial_accumulator_value,
            eps=eps,
            maximize=maximize,
        )

    def check(self, **options: float) -> None:
        """Refuse options out of their range."""
        not_negative("Adagrad", **options)

    def rule(
        self,
        w: ag.Array,
        g: ag.Array,
        state: State,
        *,
        lr: float,
        lr_decay: float,
        weight_decay: float,
        initial_accumulator_value: float,
        eps: float,
    ) -> Any:
        """Return the new weight."""
        if weight_decay:
            g = g + weight_decay * w
        t = state["step"] = state["step"] + 1
        s = state["sum"] = state.get("sum", initial_accumulator_value) + g * g
        return w - lr / (1 + (t - 1) * lr_decay) * g / (ag.sqrt(s) + eps)
