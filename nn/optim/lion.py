"""Lion: steps of one size, in the direction of the sign alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import autograd as ag
from nn.checks import not_negative
from nn.optim.optimizer import Optimizer, Params
from nn.optim.options import check_betas, refuse_others
from nn.optim.state import State


class Lion(Optimizer):
    """Evolved sign momentum: every weight moves by ``lr``, up or down.

    - ``c = beta1 m + (1 - beta1) g``
    - ``w <- w - lr (sign(c) + weight_decay w)``
    - ``m <- beta2 m + (1 - beta2) g``

    The rule was found by a search among programs.  It remembers one number for each weight, where
    `Adam` remembers two.  Its ``lr`` is chosen 3 to 10 times smaller than for `AdamW`, and
    ``weight_decay`` larger by as much.

    Parameters
    ----------
    params : iterable of Tensor, or of dict
        As in `Optimizer`.
    lr : float
        The learning rate, above 0.
    betas : pair of float
        How much of ``m`` is in the direction, and how much is kept; each at least 0 and below 1.
    weight_decay : float
        At least 0.
    maximize : bool
        Whether to go up the slope instead of down.

    Raises
    ------
    autograd.OptionError
        If an option is out of its range.

    Notes
    -----
    Chen and others (2023), algorithm 2.  PyTorch has no optimiser of this name.

    Examples
    --------
    >>> import autograd as ag, nn
    >>> w = nn.Parameter([1.0, -2.0, 0.0])
    >>> optimizer = nn.optim.Lion([w], lr=0.5)
    >>> ag.sum(w**2).backward()
    >>> optimizer.step()
    >>> w.data
    array([ 0.5, -1.5,  0. ])
    """

    remembers: Mapping[str, str] = {"exp_avg": ""}

    def __init__(
        self,
        params: Params,
        lr: float = 1e-4,
        betas: tuple[float, float] = (0.9, 0.99),
        weight_decay: float = 0.0,
        *,
        maximize: bool = False,
        **others: object,
    ) -> None:
        refuse_others(type(self), others)
        super().__init__(params, lr=lr, betas=betas, weight_decay=weight_decay, maximize=maximize)

    def check(self, *, betas: tuple[float, float], weight_decay: float) -> None:
        """Refuse options out of their range."""
        check_betas("Lion", betas)
        not_negative("Lion", weight_decay=weight_decay)

    def rule(
        self,
        w: ag.Array,
        g: ag.Array,
        state: State,
        *,
        lr: float,
        betas: tuple[float, float],
        weight_decay: float,
    ) -> Any:
        """Return the new weight."""
        beta1, beta2 = betas
        m = state["exp_avg"]
        state["exp_avg"] = beta2 * m + (1 - beta2) * g
        return w - lr * (ag.sign(beta1 * m + (1 - beta1) * g) + weight_decay * w)
