"""Layers that change shapes, or nothing."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import autograd as ag
from autograd.core.messages import one_line
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


class Unflatten(Module):
    """Cut one axis into several: what `Flatten` laid end to end becomes images again.

    Parameters
    ----------
    dim : int
        The axis.
    unflattened_size : tuple of int
        What it becomes; one of them may be -1 and follows from the others.

    Raises
    ------
    autograd.OptionError
        If they are not integers.
    autograd.ShapeError
        When called, if there is no such axis, or it is not as long as their product.

    Examples
    --------
    >>> import autograd as ag, nn
    >>> nn.Unflatten(1, (3, 4, -1))(ag.broadcast_to(1.0, (2, 48))).shape
    (2, 3, 4, 4)
    """

    def __init__(self, dim: int, unflattened_size: Sequence[int]) -> None:
        integer("Unflatten", dim=dim)
        if not isinstance(unflattened_size, (tuple, list)) or not unflattened_size:
            raise ag.OptionError(
                f"Unflatten: unflattened_size={one_line(unflattened_size)} must be a tuple of "
                "integers"
            )
        for length in unflattened_size:
            integer("Unflatten", unflattened_size=length)
        self.dim = dim
        self.unflattened_size = tuple(unflattened_size)

    def forward(self, x: ag.ArrayLike) -> ag.Tensor:
        """Map (..., n, ...) to (..., *unflattened_size, ...)."""
        shape = ag.shape(x)
        if self.dim not in range(-len(shape), len(shape)):
            raise ag.ShapeError(f"input {shape} has no axis {self.dim}")
        axis, sizes = self.dim % len(shape), self.unflattened_size
        known = math.prod(size for size in sizes if size != -1)
        free = [shape[axis] // known if size == -1 and known else size for size in sizes]
        if min(free) < 0 or math.prod(free) != shape[axis] or sizes.count(-1) > 1:
            raise ag.ShapeError(f"input {shape}: axis {axis} cannot become {sizes}")
        return ag.reshape(x, (*shape[:axis], *free, *shape[axis + 1 :]))

    def extra_repr(self) -> str:
        """Return the axis and the sizes."""
        return f"dim={self.dim}, unflattened_size={self.unflattened_size}"


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
