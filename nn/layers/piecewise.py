"""Activations made of straight lines, and of a parabola, as modules.

At a kink the slope is one of those beside it, the same as in PyTorch.
"""

from __future__ import annotations

from typing import Any

import autograd as ag
from autograd.core.float16 import in_float32
from nn.checks import at_least_one, real
from nn.init import Seed, blank, constant_
from nn.layers.inputs import as_floats, as_input
from nn.layers.sizes import along
from nn.module import Module
from nn.parameter import Parameter


class ReLU(Module):
    """Rectified linear unit, ``max(0, x)``, elementwise; decks 0, 1, 2 and 4.

    Examples
    --------
    >>> import nn
    >>> nn.ReLU()([-1.0, 2.0])
    array([0., 2.])
    """

    def forward(self, x: ag.ArrayLike) -> ag.Tensor:
        """Map (...) to (...)."""
        return ag.relu(x)


class LeakyReLU(Module):
    """``x`` where positive and ``negative_slope x`` elsewhere (Maas et al. 2013); deck 0's FlowNet.

    Parameters
    ----------
    negative_slope : float

    Examples
    --------
    >>> import nn
    >>> nn.LeakyReLU(0.1)([-1.0, 2.0])
    array([-0.1,  2. ])
    """

    def __init__(self, negative_slope: float = 0.01) -> None:
        self.negative_slope = real("LeakyReLU", negative_slope=negative_slope)

    def forward(self, x: ag.ArrayLike) -> ag.Tensor:
        """Map (...) to (...)."""
        return ag.leaky_relu(x, self.negative_slope)

    def extra_repr(self) -> str:
        """Return the slope."""
        return f"negative_slope={self.negative_slope}"


class PReLU(Module):
    """``x`` where positive and ``weight x`` elsewhere: a `LeakyReLU` that learns (He et al. 2015).

    Parameters
    ----------
    num_parameters : int
        1, or the number of channels, each of which then has its own slope.
    init : float
        The slope at the beginning.
    dtype : floating NumPy dtype

    Attributes
    ----------
    weight : Parameter, (num_parameters,)

    Raises
    ------
    autograd.ShapeError
        When called, if there are several slopes, and another number of channels.

    Examples
    --------
    >>> import autograd as ag, nn
    >>> nn.PReLU()(ag.tensor([-1.0, 2.0])).numpy()
    array([-0.25,  2.  ])
    """

    def __init__(
        self, num_parameters: int = 1, init: float = 0.25, *, dtype: ag.DTypeLike = float
    ) -> None:
        at_least_one("PReLU", num_parameters=num_parameters)
        self.num_parameters = num_parameters
        self.init = real("PReLU", init=init)
        self.weight = Parameter(blank((num_parameters,), dtype))
        self.reset_parameters()

    def reset_parameters(self, rng: Seed = None) -> None:
        """Begin anew with the slope of the beginning."""
        constant_(self.weight, self.init)

    def forward(self, x: ag.ArrayLike) -> ag.Tensor:
        """Map (N, C, ...) or (...) to the same shape."""
        x = as_input(self, x)
        channels = 1 if x.ndim < 2 else x.shape[1]
        if self.num_parameters not in (1, channels):
            raise ag.ShapeError(
                f"input {x.shape} must be (N, {self.num_parameters}, ...), with a channel for "
                "each slope"
            )
        slope = self.weight if x.ndim < 2 else along(self.weight, 1, x.ndim)
        return self._bent(x, slope if x.ndim else ag.reshape(slope, ()))

    @in_float32
    def _bent(self, x: Any, slope: Any) -> Any:
        return ag.where(x > 0, x, slope * x)

    def extra_repr(self) -> str:
        """Return the options."""
        return f"num_parameters={self.num_parameters}, init={self.init}"


class Hardtanh(Module):
    """``x`` between two numbers, and the nearer of them elsewhere, with slope 0.

    Parameters
    ----------
    min_val, max_val : float

    Raises
    ------
    autograd.OptionError
        If ``min_val`` is not below ``max_val``.

    Examples
    --------
    >>> import nn
    >>> nn.Hardtanh()([-3.0, 0.5, 3.0])
    array([-1. ,  0.5,  1. ])
    """

    def __init__(self, min_val: float = -1.0, max_val: float = 1.0) -> None:
        self.min_val = real("Hardtanh", min_val=min_val)
        self.max_val = real("Hardtanh", max_val=max_val)
        if self.min_val >= self.max_val:
            raise ag.OptionError(f"Hardtanh: min_val={min_val} must be below max_val={max_val}")

    def forward(self, x: ag.ArrayLike) -> ag.Tensor:
        """Map (...) to (...)."""
        return ag.clip(as_floats(x), self.min_val, self.max_val)

    def extra_repr(self) -> str:
        """Return both numbers."""
        return f"min_val={self.min_val}, max_val={self.max_val}"


class ReLU6(Module):
    """``min(max(0, x), 6)``, elementwise (Krizhevsky 2010).

    Examples
    --------
    >>> import nn
    >>> nn.ReLU6()([-1.0, 2.0, 9.0])
    array([0., 2., 6.])
    """

    def forward(self, x: ag.ArrayLike) -> ag.Tensor:
        """Map (...) to (...)."""
        return ag.clip(as_floats(x), 0.0, 6.0)


class Hardsigmoid(Module):
    """``relu6(x + 3) / 6``, elementwise: a sigmoid of three straight lines.

    Examples
    --------
    >>> import nn
    >>> nn.Hardsigmoid()([-3.0, 0.0, 9.0])
    array([0. , 0.5, 1. ])
    """

    def forward(self, x: ag.ArrayLike) -> ag.Tensor:
        """Map (...) to (...)."""
        return self._risen(as_floats(x))

    @in_float32
    def _risen(self, x: Any) -> Any:
        return ag.clip(x + 3.0, 0.0, 6.0) / 6.0


class Hardswish(Module):
    """``x relu6(x + 3) / 6``, elementwise: a `SiLU` of a parabola and lines (Howard et al. 2019).

    Examples
    --------
    >>> import nn
    >>> nn.Hardswish()([-3.0, 1.5, 9.0])
    array([0.   , 1.125, 9.   ])
    """

    def forward(self, x: ag.ArrayLike) -> ag.Tensor:
        """Map (...) to (...)."""
        return self._bent(as_floats(x))

    @in_float32
    def _bent(self, x: Any) -> Any:
        inside = ag.where(ag.abs(x) < 3.0, x, 0)  # a square could overflow
        parabola = inside * (inside + 3.0) / 6.0
        return ag.where(x >= 3.0, x, ag.where(x <= -3.0, 0, parabola))
