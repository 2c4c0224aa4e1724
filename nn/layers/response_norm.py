"""Local response normalisation: each channel is divided by how active its neighbours are."""

from __future__ import annotations

import math
from typing import Any

import autograd as ag
from autograd.core.float16 import in_float32
from nn.checks import at_least_one, real
from nn.layers.inputs import as_floats
from nn.module import Module


class LocalResponseNorm(Module):
    """Local response normalisation of AlexNet (Krizhevsky et al. 2012): neighbours inhibit.

    ``y_c = x_c / (k + alpha / size * sum of x^2 over size channels around c)^beta``; deck 2.

    Parameters
    ----------
    size : int
        How many channels count as neighbours.
    alpha, beta, k : float

    Raises
    ------
    autograd.OptionError
        If ``size`` is not an integer of at least 1.
    autograd.ShapeError
        When called, if the input has not at least three axes, (N, C, ...).

    Examples
    --------
    >>> import autograd as ag, nn
    >>> nn.LocalResponseNorm(2, alpha=2.0, beta=1.0)(ag.tensor([[[1.0], [1.0]]]))
    tensor([[[0.5       ],
             [0.33333333]]])
    """

    def __init__(self, size: int, alpha: float = 1e-4, beta: float = 0.75, k: float = 1.0) -> None:
        at_least_one("LocalResponseNorm", size=size)
        self.size = size
        self.alpha = real("LocalResponseNorm", alpha=alpha)
        self.beta = real("LocalResponseNorm", beta=beta)
        self.k = real("LocalResponseNorm", k=k)

    def forward(self, x: ag.ArrayLike) -> Any:
        """Map (N, C, ...) to the same shape."""
        x = as_floats(x)
        if x.ndim < 3:
            raise ag.ShapeError(f"input {x.shape} must be (N, C, ...), with at least three axes")
        return self._inhibited(x)

    @in_float32
    def _inhibited(self, x: Any) -> Any:
        rows = (x.shape[0], 1, x.shape[1], math.prod(x.shape[2:]))
        squares = ag.reshape(ag.square(x), rows)
        frame = (self.size // 2, (self.size - 1) // 2)
        windows = ag.unfold(squares, (self.size, 1), padding=(frame, (0, 0)))
        total = ag.reshape(ag.sum(windows, axis=(1, 2, 3)), x.shape)
        return x / (self.k + (self.alpha / self.size) * total) ** self.beta

    def extra_repr(self) -> str:
        """Return the options."""
        return f"{self.size}, alpha={self.alpha}, beta={self.beta}, k={self.k}"
