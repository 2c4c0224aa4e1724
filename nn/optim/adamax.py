"""Adamax: Adam with the largest gradient in the place of the root mean square."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import autograd as ag
from nn.checks import not_negative
from nn.optim.optimizer import Optimizer, Params
from nn.optim.options import check_betas, refuse_others
from nn.optim.state import State


class Adamax(Optimizer):
    """Mean gradient over the largest gradient, which is forgotten slowly.

    - ``m <- beta1 m + (1 - beta1) g``
    - ``u <- max(beta2 u, |g| + eps)``
    - ``w <- w - lr / (1 - beta1^t) m / u`` in step ``t``

    It is `Adam` with the root of the mean square replaced by the limit of the means of higher
    powers.  No step is longer than ``lr`` by much.

    Parameters
    ----------
    params : iterable of Tensor, or of dict
        As in `Optimizer`.
    lr : float
        The learning rate, above 0.
    betas : pair of float
        How much of the mean and of the largest is kept; each at least 0 and below 1.
    eps : float
        Against division by 0; at least 0.
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
    Kingma and Ba (2015), section 7.1.

    Examples
    --------
    >>> import nn
    >>> w = nn.Parameter(1.0)
    >>> optimizer = nn.optim.Adamax([w], lr=0.25)
    >>> (w**2).backward()
    >>> optimizer.step()  # by lr, whatever the gradient
    >>> round(w.item(), 6)
    0.75
    """

    remembers: Mapping[str, str] = {"step": "", "exp_avg": "", "exp_inf": ""}

    def __init__(
        self,
        params: Params,
        lr: float = 2e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        *,
        maximize: bool = False,
        **others: object,
    ) -> None:
        refuse_others(type(self), others)
        super().__init__(
            params, lr=lr, betas=betas, eps=eps, weight_decay=weight_decay, maximize=maximize
        )

    def check(self, *, betas: tuple[float, float], eps: float, weight_decay: float) -> None:
        """Refuse options out of their range."""
        check_betas("Adamax", betas)
        not_negative("Adamax", eps=eps, weight_decay=weight_decay)

    def rule(
        self,
        w: ag.Array,
        g: ag.Array,
        state: State,
        *,
        lr: float,
        betas: tuple[float, float],
        eps: float,
        weight_decay: float,
    ) -> Any:
        """Return the new weight."""
        if weight_decay:
            g = g + weight_decay * w
        beta1, beta2 = betas
        t = state["step"] = state["step"] + 1
        m = state["exp_avg"] = beta1 * state["exp_avg"] + (1 - beta1) * g
        u = state["exp_inf"] = ag.maximum(beta2 * state["exp_inf"], ag.absolute(g) + eps)
        return w - lr / (1 - beta1**t) * m / u
