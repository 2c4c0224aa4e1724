"""NAdam: Adam that looks ahead by one step of its momentum."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import autograd as ag
from nn.optim.decoupled import Decoupled, decayed
from nn.optim.optimizer import Params
from nn.optim.options import refuse_others
from nn.optim.state import State


class NAdam(Decoupled):
    """`Adam` with Nesterov's momentum.

    The means are those of Adam.  The momentum grows slowly, in step ``t`` it is
    ``mu = beta1 (1 - 0.96^(t momentum_decay) / 2)``, and ``mu'`` that of the next step.  With ``P``
    the product of all so far,

    ``w <- w - lr ((1 - mu) / (1 - P) g + mu' / (1 - P mu') m) / (sqrt(v') + eps)``.

    Parameters
    ----------
    params : iterable of Tensor, or of dict
        As in `Optimizer`.
    lr : float
        The learning rate, above 0.
    betas : pair of float
        How much of both means is kept; each at least 0 and below 1.
    eps : float
        Against division by 0; at least 0.
    weight_decay : float
        ``weight_decay w`` is added to ``g``; at least 0.
    momentum_decay : float
        How fast the momentum grows; at least 0.
    decoupled_weight_decay : bool
        Whether the weights decay by themselves, as in `AdamW`.
    maximize : bool
        Whether to go up the slope instead of down.

    Raises
    ------
    autograd.OptionError
        If an option is out of its range.

    Notes
    -----
    Dozat (2016).

    Examples
    --------
    >>> import nn
    >>> w = nn.Parameter(1.0)
    >>> optimizer = nn.optim.NAdam([w], lr=0.1, momentum_decay=0.0, betas=(0.5, 0.0))
    >>> (w**2).backward()
    >>> optimizer.step()  # mu is 1/4: by 0.1 (1 + 1/4 / (1 - 1/16) / 2)
    >>> round(w.item(), 4)
    0.8867
    """

    remembers: Mapping[str, str] = {"step": "", "mu_product": "", "exp_avg": "", "exp_avg_sq": ""}

    def __init__(
        self,
        params: Params,
        lr: float = 2e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        momentum_decay: float = 4e-3,
        decoupled_weight_decay: bool = False,
        *,
        maximize: bool = False,
        **others: object,
    ) -> None:
        refuse_others(type(self), others)
        super().__init__(
            params,
            lr=lr,
            betas=betas,
            eps=eps,
            weight_decay=weight_decay,
            momentum_decay=momentum_decay,
            decoupled_weight_decay=decoupled_weight_decay,
            maximize=maximize,
        )

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
        momentum_decay: float,
        decoupled_weight_decay: bool,
    ) -> Any:
        """Return the new weight."""
        w, g = decayed(w, g, lr, weight_decay, decoupled_weight_decay)
        beta1, beta2 = betas
        t = state["step"] = state["step"] + 1
        mu, ahead = (beta1 * (1 - 0.5 * 0.96 ** (i * momentum_decay)) for i in (t, t + 1))
        product = state["mu_product"] = state.get("mu_product", 1.0) * mu
        m = state["exp_avg"] = beta1 * state["exp_avg"] + (1 - beta1) * g
        v = state["exp_avg_sq"] = beta2 * state["exp_avg_sq"] + (1 - beta2) * g * g
        step = (1 - mu) / (1 - product) * g + ahead / (1 - product * ahead) * m
        return w - lr * step / (ag.sqrt(v / (1 - beta2**t)) + eps)
