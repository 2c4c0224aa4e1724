"""The activations as modules."""

from __future__ import annotations

from typing import Any

import autograd as ag
from nn.module import Module


class ReLU(Module):
    """Rectified linear unit, ``max(0, x)``, elementwise.

    Examples
    --------
    >>> import nn
    >>> nn.ReLU()([-1.0, 2.0])
    array([0., 2.])
    """

    def forward(self, x: Any) -> Any:
        """Map (...) to (...)."""
        return ag.relu(x)


class Tanh(Module):
    """Hyperbolic tangent, elementwise; deck 4.

    Examples
    --------
    >>> import nn
    >>> nn.Tanh()([0.0])
    array([0.])
    """

    def forward(self, x: Any) -> Any:
        """Map (...) to (...)."""
        return ag.tanh(x)
