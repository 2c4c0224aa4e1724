"""Sequences, (L, N, features): along which axis they go, and their elements one by one."""

from __future__ import annotations

from typing import Any

import autograd as ag
from nn.checks import Values

AT_ONCE = 8  # a sequence of more elements is cut in halves first


def time_axis(x: Values, batch_first: bool) -> int:
    """Return the axis along which a sequence goes: a single one, (L, features), has no batch.

    Examples
    --------
    >>> import numpy as np
    >>> from nn.layers.sequences import time_axis
    >>> time_axis(np.zeros((2, 5, 3)), batch_first=True), time_axis(np.zeros((5, 3)), True)
    (1, 0)
    """
    return 1 if batch_first and x.ndim == 3 else 0


def batch_of(x: Values, batch_first: bool) -> tuple[int, ...]:
    """Return (N,), or () for a single sequence.

    Examples
    --------
    >>> import numpy as np
    >>> from nn.layers.sequences import batch_of
    >>> batch_of(np.zeros((5, 2, 3)), batch_first=False), batch_of(np.zeros((5, 3)), False)
    ((2,), ())
    """
    time = time_axis(x, batch_first)
    return tuple(n for axis, n in enumerate(x.shape[:-1]) if axis != time)


def check_sequence(name: str, x: Values, features: int, batch_first: bool) -> None:
    """Refuse what is neither a batch of sequences of so many features nor one sequence."""
    if x.ndim not in (2, 3) or x.shape[-1] != features:
        order = "N, L" if batch_first else "L, N"
        raise ag.ShapeError(f"{name} {x.shape} must be ({order}, {features}) or (L, {features})")


def elements(x: Any, axis: int) -> list[Any]:
    """Return the elements of a sequence.

    Backwards, the gradient of a piece is put into zeros as large as what it was cut from, which
    for many pieces of a long sequence takes quadratic time.  So that is cut in halves first.

    Examples
    --------
    >>> import numpy as np
    >>> from nn.layers.sequences import elements
    >>> elements(np.array([[1, 2], [3, 4]]), 1)
    [array([1, 3]), array([2, 4])]
    """
    length = x.shape[axis]
    if length > AT_ONCE:
        halves = ag.split(x, [length // 2], axis=axis)
        return [element for half in halves for element in elements(half, axis)]
    before = (slice(None),) * axis
    return [x[(*before, t)] for t in range(length)]
