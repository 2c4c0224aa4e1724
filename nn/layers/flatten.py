"""Layers that change shapes, or nothing."""

from __future__ import annotations

import math
from typing import Any

import autograd as ag
from nn.checks import integer
from nn.module import Module


class Flatten(Module):
    """Lay axes end to end: images become the rows that a dense layer takes; deck 2.

    Parameters
    ----------
    start_dim, end_dim : int
        The first and the last axis that become one; negative ones count from the end.

    Raises
    ------
    autograd.ShapeError
        When called, if the input does not have these axes in this order.

    Examples
    --------
    >>> import autograd as ag, nn
    >>> nn.Flatten()(ag.broadcast_to(1.0, (2, 3, 4, 4))).shape
    (2, 48)
    """

    def __init__(self, start_dim: int = 1, end_dim: int = -1) -> None:
        integer("Flatten", start_dim=start_dim, end_dim=end_dim)
        self.start_dim = start_dim
        self.end_dim = end_dim

    def forward(self, x: ag.ArrayLike) -> ag.Tensor:
        """Map (N, ...) to (N, features), or as the axes say."""
        shape = ag.shape(x)
        axes = range(-len(shape), len(shape))
        if self.start_dim not in axes or self.end_dim not in axes:
            raise ag.ShapeError(
                f"input {shape} has no axes from {self.start_dim} to {self.end_dim}"
            )
        start, end = self.start_dim % len(shape), self.end_dim % len(shape)
        if start > end:
            raise ag.ShapeError(f"input {shape}: axis {start} stands behind axis {end}")
        return ag.reshape(x, (*shape[:start], math.prod(shape[start : end + 1]), *shape[end + 1 :]))

    def extra_repr(self) -> str:
        """Return the axes."""
        return f"start_dim={self.start_dim}, end_dim={self.end_dim}"


class Identity(Module):
    """Return what comes in; it stands where a network may have a layer or not.

    Examples
    --------
    >>> import nn
    >>> nn.Identity()(3.0)
    3.0
    """

    def forward(self, x: ag.ArrayLike) -> Any:
        """Map (...) to (...)."""
        return x
