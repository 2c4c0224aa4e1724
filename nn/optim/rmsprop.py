"""RMSprop: gradients divided by their recent size."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import autograd as ag
from nn.checks import below_one, boolean, not_negative
from nn.optim.optimizer import Optimizer, Params
from nn.optim.options import refuse_others
from nn.optim.state import State


class RMSprop(Optimizer):
    """Root mean square propagation.

    With a running mean of the squares, ``s <- alpha s + (1 - alpha) g^2``, a step is

    ``w <- w - lr g / (sqrt(s) + eps)``.

    If ``centered``, the square of the mean gradient is subtracted from ``s``, which leaves the
    variance.  With momentum the quotient is added up first, ``b <- momentum b + g / (sqrt(s) +
    eps)``, and ``w <- w - lr b``.

    Parameters
    ----------
    params : iterable of Tensor, or of dict
        As in `Optimizer`.
    lr : float
        The learning rate, above 0.
    alpha : float
        How much of the means is kept; at least 0 and below 1.
    eps : float
        Against division by 0; at least 0.
    weight_decay : float
        ``weight_decay w`` is added to ``g``; at least 0.
    momentum : float
        At least 0.
    centered : bool
    maximize : bool
        Whether to go up the slope instead of down.

    Raises
    ------
    autograd.OptionError
        If an option is out of its range.

    Notes
    -----
    Tieleman and Hinton (2012), lecture 6.5 of a course; centred by Graves (2013).

    Examples
    --------
    >>> import nn
    >>> w = nn.Parameter(1.0)
    >>> optimizer = nn.optim.RMSprop([w], lr=0.25, alpha=0.75)
    >>> (w**2).backward()
    >>> optimizer.step()  # by 0.25 / sqrt(1 - 0.75), whatever the gradient
    >>> round(w.item(), 6)
    0.5
    """

    remembers: Mapping[str, str] = {
        "step": "",
        "square_avg": "",
        "momentum_buffer": "momentum",
        "grad_avg": "centered",
    }

    def __init__(
        self,
        params: Params,
        lr: float = 1e-2,
        alpha: float = 0.99,
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        momentum: float = 0.0,
        centered: bool = False,
        *,
        maximize: bool = False,
        **others: object,
    ) -> None:
        refuse_others(type(self), others)
        super().__init__(
            params,
            lr=lr,
            alpha=alpha,
            eps=eps,
            weight_decay=weight_decay,
            momentum=momentum,
            centered=centered,
            maximize=maximize,
        )

    def check(
        self,
        *,
        alpha: float,
        eps: float,
        weight_decay: float,
        momentum: float,
        centered: bool,
        **_: object,
    ) -> None:
        """Refuse options out of their range."""
        below_one("RMSprop", alpha=alpha)
        not_negative("RMSprop", eps=eps, weight_decay=weight_decay, momentum=momentum)
        boolean("RMSprop", centered=centered)

    def rule(
        self,
        w: ag.Array,
        g: ag.Array,
        state: State,
        *,
        lr: float,
        alpha: float,
        eps: float,
        weight_decay: float,
        momentum: float,
        centered: bool,
    ) -> Any:
        """Return the new weight."""
        if weight_decay:
            g = g + weight_decay * w
        state["step"] += 1
        s = state["square_avg"] = alpha * state["square_avg"] + (1 - alpha) * g * g
        if centered:
            mean = state["grad_avg"] = alpha * state["grad_avg"] + (1 - alpha) * g
            s = ag.maximum(s - mean * mean, 0.0)  # rounding can make a variance of 0 negative
        b = g / (ag.sqrt(s) + eps)
        if momentum:
            b = state["momentum_buffer"] = momentum * state["momentum_buffer"] + b
        return w - lr * b
