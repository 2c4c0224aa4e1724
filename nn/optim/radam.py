"""RAdam: Adam that divides only once the size of the gradients has been measured."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import autograd as ag
from nn.optim.decoupled import Decoupled, decayed
from nn.optim.numbers import chosen, larger, root, times
from nn.optim.optimizer import Params
from nn.optim.options import refuse_others
from nn.optim.state import State


class RAdam(Decoupled):
    """Rectified `Adam`: its quotient is used as far as the mean square is known.

    The means are those of Adam.  The mean square of step ``t`` is as one of
    ``rho = r - 2 t beta2^t / (1 - beta2^t)`` gradients, which grows to ``r = 2 / (1 - beta2) - 1``.
    Up to 5 the quotient has no finite variance, and a step is ``w <- w - lr m'``.  Then it is

    ``w <- w - lr c m' / (sqrt(v) + eps) sqrt(1 - beta2^t)``

    with ``c^2 = (rho - 4) (rho - 2) r / ((r - 4) (r - 2) rho)``, so that the quotient has the
    variance that it will have in the end: a warm-up without a schedule.

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
    Liu and others (2020).

    Examples
    --------
    >>> import nn
    >>> w = nn.Parameter(1.0)
    >>> optimizer = nn.optim.RAdam([w], lr=0.25)
    >>> (w**2).backward()
    >>> optimizer.step()  # by lr g
    >>> round(w.item(), 6)
    0.5
    """

    remembers: Mapping[str, str] = {"step": "", "exp_avg": "", "exp_avg_sq": ""}

    def __init__(
        self,
        params: Params,
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
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
        decoupled_weight_decay: bool,
    ) -> Any:
        """Return the new weight."""
        w, g = decayed(w, g, lr, weight_decay, decoupled_weight_decay)
        beta1, beta2 = betas
        t = state["step"] = state["step"] + 1
        m = state["exp_avg"] = beta1 * state["exp_avg"] + (1 - beta1) * g
        v = state["exp_avg_sq"] = beta2 * state["exp_avg_sq"] + (1 - beta2) * g * g
        step = m / (1 - beta1**t)
        most = 2 / (1 - beta2) - 1
        known = most - 2 * t * beta2**t / (1 - beta2**t)
        if most <= 5:  # and so is known
            return w - lr * step
        is_measured, known = known > 5, larger(known, 5.0)
        factor = root((known - 4) * (known - 2) * most / ((most - 4) * (most - 2) * known))
        quotient = times(step, factor * root(1 - beta2**t)) / (ag.sqrt(v) + eps)
        return w - lr * chosen(is_measured, quotient, step)
