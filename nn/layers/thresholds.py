"""Thresholds as modules: what lies below, or near 0, is set to something else.

At a kink or a jump the slope is 0.
"""

from __future__ import annotations

from typing import Any

import autograd as ag
from autograd.core.float16 import in_float32
from nn.checks import not_negative, real
from nn.layers.inputs import as_floats
from nn.module import Module


class Heaviside(Module):
    """The threshold of the perceptron: 1 above 0 and 0 below; decks 0, 3 and 4.

    Its derivative is 0 wherever it has one, so backpropagation cannot learn through it: the
    perceptron has a rule of its own.

    Parameters
    ----------
    value : float
        What it is at 0: 0 in deck 4, 1 in deck 3.

    Examples
    --------
    >>> import nn
    >>> nn.Heaviside()([-1.0, 0.0, 2.0])
    array([0., 0., 1.])
    """

    def __init__(self, value: float = 0.0) -> None:
        self.value = real("Heaviside", value=value)

    def forward(self, x: ag.ArrayLike) -> ag.Tensor:
        """Map (...) to (...)."""
        return ag.heaviside(as_floats(x), self.value)

    def extra_repr(self) -> str:
        """Return the value at 0."""
        return f"value={self.value}"


class Threshold(Module):
    """``x`` where it is above a threshold, and ``value`` elsewhere.

    Parameters
    ----------
    threshold, value : float

    Examples
    --------
    >>> import nn
    >>> nn.Threshold(0.5, 9.0)([0.0, 2.0])
    array([9., 2.])
    """

    def __init__(self, threshold: float, value: float) -> None:
        self.threshold = real("Threshold", threshold=threshold)
        self.value = real("Threshold", value=value)

    def forward(self, x: ag.ArrayLike) -> ag.Tensor:
        """Map (...) to (...)."""
        x = as_floats(x)
        return ag.where(x <= self.threshold, self.value, x)

    def extra_repr(self) -> str:
        """Return both numbers."""
        return f"threshold={self.threshold}, value={self.value}"


class _Shrink(Module):
    """What both share: how far from 0 the numbers are that become 0."""

    def __init__(self, lambd: float = 0.5) -> None:
        not_negative(type(self).__name__, lambd=lambd)
        self.lambd = float(lambd)

    def extra_repr(self) -> str:
        """Return the width."""
        return f"lambd={self.lambd}"


class Hardshrink(_Shrink):
    """``x`` where it is further from 0 than ``lambd``, and 0 elsewhere.

    Parameters
    ----------
    lambd : float
        At least 0.

    Examples
    --------
    >>> import nn
    >>> nn.Hardshrink()([-1.0, 0.2, 1.0])
    array([-1.,  0.,  1.])
    """

    def forward(self, x: ag.ArrayLike) -> ag.Tensor:
        """Map (...) to (...)."""
        x = as_floats(x)
        return ag.where(ag.abs(x) <= self.lambd, 0, x)


class Softshrink(_Shrink):
    """``x`` nearer to 0 by ``lambd``, and 0 where it would cross 0.

    Parameters
    ----------
    lambd : float
        At least 0.

    Examples
    --------
    >>> import nn
    >>> nn.Softshrink()([-1.0, 0.2, 1.0])
    array([-0.5,  0. ,  0.5])
    """

    def forward(self, x: ag.ArrayLike) -> ag.Tensor:
        """Map (...) to (...)."""
        return self._shrunk(as_floats(x))

    @in_float32
    def _shrunk(self, x: Any) -> Any:
        moved = ag.where(x > 0, x - self.lambd, x + self.lambd)
        return ag.where(ag.abs(x) <= self.lambd, 0, moved)
