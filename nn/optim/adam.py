"""Adam: momentum, with a step size for every weight by the size of its gradients."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import autograd as ag
from nn.checks import boolean, not_negative
from nn.optim.optimizer import Optimizer, Params
from nn.optim.options import check_betas, refuse_others
from nn.optim.state import State


class Adam(Optimizer):
    """Adaptive moments: mean gradient over root mean square gradient.

    With running means of the gradients and their squares,

    - ``m <- beta1 m + (1 - beta1) g``
    - ``v <- beta2 v + (1 - beta2) g^2``
    - ``w <- w - lr m' / (sqrt(v') + eps)``

    where ``m' = m / (1 - beta1^t)`` and ``v' = v / (1 - beta2^t)``: both means begin at 0, and
    after ``t`` steps they hold only that part of a whole mean.  So the first step has size ``lr``,
    whatever the size of the gradient.

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
        ``weight_decay w`` is added to ``g``, and so divided by the root, too; see `AdamW`.
    amsgrad : bool
        Whether ``v`` is replaced in the last line by the largest that it has been, so that steps
        do not grow again.
    maximize : bool
        Whether to go up the slope instead of down.

    Raises
    ------
    autograd.OptionError
        If an option is out of its range.

    Notes
    -----
    Kingma and Ba (2015); amsgrad by Reddi, Kale and Kumar (2018).

    Examples
    --------
    >>> import autograd as ag, nn
    >>> w = nn.Parameter([1000.0, -0.001])
    >>> optimizer = nn.optim.Adam([w], lr=0.1)
    >>> ag.sum(w**2).backward()
    >>> optimizer.step()
    >>> w.data.round(4)
    array([9.999e+02, 9.900e-02])
    """

    remembers: Mapping[str, str] = {
        "step": "",
        "exp_avg": "",
        "exp_avg_sq": "",
        "max_exp_avg_sq": "amsgrad",
    }

    def __init__(
        self,
        params: Params,
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        amsgrad: bool = False,
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
            amsgrad=amsgrad,
            maximize=maximize,
        )

    def check(
        self,
        *,
        betas: tuple[float, float],
        eps: float,
        weight_decay: float,
        amsgrad: bool,
        **_: object,
    ) -> None:
        """Refuse options out of their range."""
        title = type(self).__name__
        check_betas(title, betas)
        not_negative(title, eps=eps, weight_decay=weight_decay)
        boolean(title, amsgrad=amsgrad)

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
        amsgrad: bool,
    ) -> Any:
        """Return the new weight."""
        if weight_decay:
            g = g + weight_decay * w
        beta1, beta2 = betas
        t = state["step"] = state["step"] + 1
        m = state["exp_avg"] = beta1 * state["exp_avg"] + (1 - beta1) * g
        v = state["exp_avg_sq"] = beta2 * state["exp_avg_sq"] + (1 - beta2) * g * g
        if amsgrad:
            v = state["max_exp_avg_sq"] = ag.maximum(state["max_exp_avg_sq"], v)
        root = ag.sqrt(v / (1 - beta2**t))
        return w - lr * (m / (1 - beta1**t)) / (root + eps)


class AdamW(Adam):
    """Adam with decoupled weight decay.

    First ``w <- w - lr weight_decay w``, then a step of `Adam` without decay.  So all weights decay
    at the same rate, while in Adam those with large gradients decay less.

    Parameters
    ----------
    params : iterable of Tensor, or of dict
        As in `Optimizer`.
    lr, betas, eps, amsgrad, maximize
        As in `Adam`.
    weight_decay : float
        At least 0.

    Raises
    ------
    autograd.OptionError
        If an option is out of its range.

    Notes
    -----
    Loshchilov and Hutter (2019).

    Examples
    --------
    >>> import nn
    >>> w = nn.Parameter(8.0)
    >>> optimizer = nn.optim.AdamW([w], lr=0.5, weight_decay=0.25)
    >>> (w * 0.0).backward()
    >>> optimizer.step()
    >>> w.item()
    7.0
    """

    fixed: Mapping[str, object] = {"decoupled_weight_decay": True}

    def __init__(
        self,
        params: Params,
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 1e-2,
        amsgrad: bool = False,
        *,
        maximize: bool = False,
        **others: object,
    ) -> None:
        refuse_others(type(self), others)
        super().__init__(params, lr, betas, eps, weight_decay, amsgrad, maximize=maximize)

    def rule(
        self, w: ag.Array, g: ag.Array, state: State, *, lr: float, weight_decay: float, **rest: Any
    ) -> Any:
        """Return the new weight."""
        w = (1 - lr * weight_decay) * w
        return super().rule(w, g, state, lr=lr, weight_decay=0.0, **rest)
