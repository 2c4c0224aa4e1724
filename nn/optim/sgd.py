"""Gradient descent: straight down the slope, or rolling down with momentum."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import autograd as ag
from nn.checks import between, boolean, not_negative
from nn.optim.optimizer import Optimizer, Params
from nn.optim.options import refuse_others
from nn.optim.state import State


class SGD(Optimizer):
    """Stochastic gradient descent, ``w <- w - lr g``; decks 1, 3 and 4.

    It is stochastic if ``g`` is the gradient of a mini-batch, which points downhill on average
    only.  Momentum adds such steps up, old ones counting less:

    - ``v <- momentum v + (1 - dampening) g``, and ``v <- g`` in the first step;
    - ``w <- w - lr v``, or ``w <- w - lr (g + momentum v)`` if ``nesterov``.

    A weight decay adds ``weight_decay w`` to ``g``: the gradient of ``weight_decay |w|^2 / 2``.

    Parameters
    ----------
    params : iterable of Tensor, or of dict
        As in `Optimizer`.
    lr : float
        The learning rate, above 0.
    momentum : float
        How much of the velocity ``v`` is kept, usually 0.9; at least 0.
    dampening : float
        How much of the gradient is kept out of the velocity.
    weight_decay : float
        At least 0.
    nesterov : bool
        Whether to look ahead by one step of the momentum, which takes momentum and no dampening.
    maximize : bool
        Whether to go up the slope instead of down.

    Raises
    ------
    autograd.OptionError
        If an option is out of its range.

    Notes
    -----
    Robbins and Monro (1951) for steps along noisy gradients; Polyak (1964) for momentum, Nesterov
    (1983) for looking ahead, in the form of Sutskever, Martens, Dahl and Hinton (2013), but with
    the learning rate outside the velocity, as in PyTorch.

    Examples
    --------
    >>> import nn
    >>> w = nn.Parameter(0.0)
    >>> optimizer = nn.optim.SGD([w], lr=0.25)
    >>> for _ in range(3):
    ...     optimizer.zero_grad()
    ...     ((w - 3.0) ** 2).backward()
    ...     optimizer.step()
    ...     w.item()
    1.5
    2.25
    2.625
    """

    remembers: Mapping[str, str] = {"momentum_buffer": "momentum"}

    def __init__(
        self,
        params: Params,
        lr: float = 1e-3,
        momentum: float = 0.0,
        *,
        dampening: float = 0.0,
        weight_decay: float = 0.0,
        nesterov: bool = False,
        maximize: bool = False,
        **others: object,
    ) -> None:
        refuse_others(type(self), others)
        super().__init__(
            params,
            lr=lr,
            momentum=momentum,
            dampening=dampening,
            weight_decay=weight_decay,
            nesterov=nesterov,
            maximize=maximize,
        )

    def check(
        self, *, momentum: float, dampening: float, weight_decay: float, nesterov: bool, **_: object
    ) -> None:
        """Refuse options out of their range."""
        not_negative("SGD", momentum=momentum, weight_decay=weight_decay)
        between("SGD", 0.0, 1.0, dampening=dampening)
        boolean("SGD", nesterov=nesterov)
        if nesterov and not (momentum > 0 and dampening == 0):
            raise ag.OptionError(
                "SGD: nesterov=True looks ahead by the momentum; it takes momentum above 0 "
                f"and dampening 0, not momentum={momentum!r} and dampening={dampening!r}"
            )

    def rule(
        self,
        w: ag.Array,
        g: ag.Array,
        state: State,
        *,
        lr: float,
        momentum: float,
        dampening: float,
        weight_decay: float,
        nesterov: bool,
    ) -> Any:
        """Return the new weight."""
        if weight_decay:
            g = g + weight_decay * w
        if not momentum:
            step = -lr * g
            step += w  # in the same memory: half of the time for a large weight
            return step
        if "momentum_buffer" not in state:  # so that the first step is a full one, as in PyTorch
            dampening = 0.0
        v = momentum * state["momentum_buffer"] + (1 - dampening) * g
        state["momentum_buffer"] = v
        return w - lr * (g + momentum * v if nesterov else v)
