"""Gradient accumulation: the gradient of a large batch, from pieces that fit into memory.

The mean over a batch is the mean over its pieces, each weighted by what it was divided by: its
number of examples or, with weights of classes, the sum of the weights.  So is its gradient::

    gradient = (d1 gradient1 + d2 gradient2 + ...) / (d1 + d2 + ...)

The gradients of a sum are added as they are.  What is computed over a batch as a whole, as by batch
normalisation in training mode, is computed over a piece.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import autograd as ag


def pieces(inputs: Any, targets: Any, count: int) -> Iterator[tuple[Any, Any]]:
    """Cut a batch into so many pieces of one size; the last may be smaller, or missing.

    Examples
    --------
    >>> import numpy as np
    >>> from nn.training.accumulation import pieces
    >>> [len(inputs) for inputs, _ in pieces(np.zeros((10, 3)), np.zeros(10), 4)]
    [3, 3, 3, 1]
    """
    size = -(-len(targets) // count)
    for first in range(0, len(targets), size):
        piece = slice(first, first + size)
        yield inputs[piece], targets[piece]


def backward(
    loss: ag.Tensor, divisor: float, before: float, parameters: Iterable[ag.Tensor]
) -> None:
    """Make the gradients of earlier pieces those of the mean with one piece more.

    Parameters
    ----------
    loss : Tensor
        Of the new piece.
    divisor : float
        What it was divided by; 0 for a sum.
    before : float
        What all pieces before were divided by together.
    parameters : iterable of Tensor

    Examples
    --------
    >>> import autograd as ag
    >>> from nn.training.accumulation import backward
    >>> w = ag.tensor(1.0, requires_grad=True)
    >>> backward(2.0 * w, 1.0, 0.0, [w])
    >>> backward(6.0 * w, 3.0, 1.0, [w])
    >>> w.grad  # (1 * 2 + 3 * 6) / 4
    np.float64(5.0)
    """
    if not before:
        loss.backward()
        return
    whole = before + divisor
    for p in parameters:
        if p.grad is not None:
            p.grad = p.grad * (before / whole)
    loss.backward(divisor / whole)
