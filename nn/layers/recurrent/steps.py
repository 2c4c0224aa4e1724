"""One step of each recurrent cell, as its formula; every product serves all gates at once.

A cell reads a sequence one element ``x`` at a time and keeps a state ``h``, the memory of what it
has read.  The simple one replaces its state at every step, and a gradient that goes back through
many steps is multiplied by as many slopes: it vanishes, or explodes.  A gate, a number between 0
and 1 for each unit, lets the LSTM and the GRU keep a state as it is, and a gradient with it.

Each gate is a dense layer of ``x`` and ``h`` with a sigmoid.  Their weights stand below each other
in one matrix, so one product with ``x`` and one with ``h`` give the sums of all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, TypeAlias

import autograd as ag

Activation: TypeAlias = Callable[[ag.Tensor], ag.Tensor]

ACTIVATIONS: Mapping[str, Activation] = {"tanh": ag.tanh, "relu": ag.relu}


class Weights(NamedTuple):
    """What one cell learns; ``H`` units have ``K`` gates or other dense layers.

    Attributes
    ----------
    ih : Tensor, (inputs, K H)
    hh : Tensor, (H, K H), or (P, K H) where the state is projected to P numbers
    bias_ih, bias_hh : Tensor, (K H,), or None
    hr : Tensor, (H, P), or None
        The projection.
    """

    ih: ag.Tensor
    hh: ag.Tensor
    bias_ih: ag.Tensor | None = None
    bias_hh: ag.Tensor | None = None
    hr: Any = None


def rnn_step(x: ag.Tensor, h: ag.Tensor, w: Weights, activation: Activation) -> ag.Tensor:
    """Return the next state, ``tanh(W_ih x + W_hh h + b)`` (Elman 1990); or with relu.

    Examples
    --------
    >>> import numpy as np
    >>> from nn.layers.recurrent.steps import Weights, rnn_step
    >>> rnn_step(np.ones(1), np.ones(1), Weights(np.eye(1), np.eye(1)), np.negative)
    array([-2.])
    """
    return activation(_sums(x, h, w))


def lstm_step(x: ag.Tensor, h: ag.Tensor, c: ag.Tensor, w: Weights) -> tuple[ag.Tensor, ag.Tensor]:
    """Return the next state and cell (Hochreiter and Schmidhuber 1997; Gers et al. 2000).

    ``c' = f c + i g`` and ``h' = o tanh(c')``: the forget gate f says what stays in the cell, the
    input gate i what is written, and the output gate o what is shown.

    Examples
    --------
    >>> import numpy as np
    >>> from nn.layers.recurrent.steps import Weights, lstm_step
    >>> lstm_step(np.ones(1), np.ones(1), np.ones(1), Weights(np.zeros((1, 4)), np.zeros((1, 4))))
    (array([0.23105858]), array([0.5]))
    """
    sums = _sums(x, h, w)
    i = _gate("input gate", ag.sigmoid, sums, 0, of=4)
    f = _gate("forget gate", ag.sigmoid, sums, 1, of=4)
    g = _gate("candidate", ag.tanh, sums, 2, of=4)
    o = _gate("output gate", ag.sigmoid, sums, 3, of=4)
    c = f * c + i * g
    h = o * ag.tanh(c)
    return h if w.hr is None else h @ w.hr, c


def gru_step(x: ag.Tensor, h: ag.Tensor, w: Weights) -> ag.Tensor:
    """Return the next state, ``(1 - z) n + z h`` (Cho et al. 2014).

    The update gate z says what stays of the state; the new one, ``n = tanh(W x + b + r (W' h +
    b'))``, sees of the old one what the reset gate r lets through.

    Examples
    --------
    >>> import numpy as np
    >>> from nn.layers.recurrent.steps import Weights, gru_step
    >>> gru_step(np.ones(1), np.ones(1), Weights(np.zeros((1, 3)), np.zeros((1, 3))))
    array([0.5])
    """
    of_x, of_h = _affine(x, w.ih, w.bias_ih), _affine(h, w.hh, w.bias_hh)
    r = _gate("reset gate", ag.sigmoid, of_x, 0, 3, of_h)
    z = _gate("update gate", ag.sigmoid, of_x, 1, 3, of_h)
    with ag.scope("candidate"):
        n = ag.tanh(_part(of_x, 2, 3) + r * _part(of_h, 2, 3))
    return (1.0 - z) * n + z * h


def _sums(x: ag.Tensor, h: ag.Tensor, w: Weights) -> ag.Tensor:
    sums = x @ w.ih + h @ w.hh
    return sums if w.bias_ih is None else sums + (w.bias_ih + w.bias_hh)


def _affine(x: ag.Tensor, weight: ag.Tensor, bias: ag.Tensor | None) -> ag.Tensor:
    return x @ weight if bias is None else x @ weight + bias


def _gate(
    name: str,
    activation: Activation,
    sums: ag.Tensor,
    k: int,
    of: int,
    more: ag.Tensor | None = None,
) -> ag.Tensor:
    """Return the activation of the ``k``-th of so many equal parts, in a scope of the gate."""
    with ag.scope(name):
        part = _part(sums, k, of)
        return activation(part if more is None else part + _part(more, k, of))


def _part(sums: ag.Tensor, k: int, of: int) -> ag.Tensor:
    n = sums.shape[-1] // of
    return sums[..., k * n : (k + 1) * n]
