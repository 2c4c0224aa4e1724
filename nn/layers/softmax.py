"""Activations along an axis: shares that add up to 1, and gates."""

from __future__ import annotations

from typing import Any

import autograd as ag
from autograd.core.float16 import in_float32
from nn.checks import integer
from nn.layers.inputs import as_floats
from nn.module import Module


class _AlongAxis(Module):
    """What softmax and its kind share: the axis that sums to 1."""

    def __init__(self, dim: int = -1, *, axis: int | None = None) -> None:
        kind = type(self).__name__
        if axis is not None and dim != -1:
            raise ag.OptionError(f"{kind}: dim and axis are two names of one option; give one")
        given = {"dim": dim} if axis is None else {"axis": axis}
        integer(kind, **given)
        (self.dim,) = given.values()

    def extra_repr(self) -> str:
        """Return the axis."""
        return f"dim={self.dim}"


class Softmax(_AlongAxis):
    """``exp(x_i) / sum_j exp(x_j)`` along an axis; decks 1, 2 and 3.

    Parameters
    ----------
    dim : int
        The axis that sums to 1; ``axis`` is another name of it.

    Examples
    --------
    >>> import nn
    >>> nn.Softmax()([1.0, 2.0, 3.0]).round(4)
    array([0.09  , 0.2447, 0.6652])
    """

    def forward(self, x: ag.ArrayLike) -> ag.Tensor:
        """Map (...) to (...)."""
        return ag.softmax(x, axis=self.dim)


class LogSoftmax(_AlongAxis):
    """Logarithm of the softmax along an axis, exact also where a probability underflows; deck 1.

    Parameters
    ----------
    dim : int
        ``axis`` is another name of it.

    Examples
    --------
    >>> import nn
    >>> nn.LogSoftmax()([0.0, 1000.0])
    array([-1000.,     0.])
    """

    def forward(self, x: ag.ArrayLike) -> ag.Tensor:
        """Map (...) to (...)."""
        return ag.log_softmax(x, axis=self.dim)


class Softmin(_AlongAxis):
    """``exp(-x_i) / sum_j exp(-x_j)`` along an axis: the smallest gets the largest share.

    Parameters
    ----------
    dim : int
        The axis that sums to 1; ``axis`` is another name of it.

    Examples
    --------
    >>> import nn
    >>> nn.Softmin()([1.0, 2.0, 3.0]).round(4)
    array([0.6652, 0.2447, 0.09  ])
    """

    def forward(self, x: ag.ArrayLike) -> ag.Tensor:
        """Map (...) to (...)."""
        return ag.softmax(-as_floats(x), axis=self.dim)


class Softmax2d(Module):
    """`Softmax` over the channels of an image, at each pixel.

    Examples
    --------
    >>> import nn
    >>> nn.Softmax2d()([[[0.0]], [[0.0]]])
    array([[[0.5]],
    <BLANKLINE>
           [[0.5]]])
    """

    def forward(self, x: ag.ArrayLike) -> ag.Tensor:
        """Map (N, C, H, W) or (C, H, W) to the same shape."""
        shape = ag.shape(x)
        if len(shape) not in (3, 4):
            raise ag.ShapeError(f"input {shape} must be (N, C, H, W) or (C, H, W)")
        return ag.softmax(x, axis=-3)


class GLU(Module):
    """Gated linear unit: one half, times the sigmoid of the other half (Dauphin et al. 2017).

    Parameters
    ----------
    dim : int
        The axis whose first half is the value, and whose second half the gate.

    Raises
    ------
    autograd.ShapeError
        When called, if there is no such axis, or its length is odd.

    Examples
    --------
    >>> import nn
    >>> nn.GLU()([3.0, 5.0, 0.0, 1000.0])
    array([1.5, 5. ])
    """

    def __init__(self, dim: int = -1) -> None:
        integer("GLU", dim=dim)
        self.dim = dim

    def forward(self, x: ag.ArrayLike) -> ag.Tensor:
        """Map (..., 2 n, ...) to (..., n, ...)."""
        return self._gated(as_floats(x))

    @in_float32
    def _gated(self, x: Any) -> Any:
        if self.dim not in range(-x.ndim, x.ndim):
            raise ag.ShapeError(f"input {x.shape} has no axis {self.dim}")
        if x.shape[self.dim] % 2:
            raise ag.ShapeError(
                f"input {x.shape} must have an even length along axis {self.dim}, one half for "
                "the values and one for the gates"
            )
        value, gate = ag.split(x, 2, axis=self.dim)
        return value * ag.sigmoid(gate)

    def extra_repr(self) -> str:
        """Return the axis."""
        return f"dim={self.dim}"
