"""The activations as modules, each the function of the engine with its options."""

from __future__ import annotations

from typing import Any

import autograd as ag
from autograd.core.float16 import in_float32
from nn.checks import above_zero, integer, one_of, real
from nn.layers.inputs import as_floats
from nn.module import Module


class Sigmoid(Module):
    """Logistic sigmoid, ``1 / (1 + exp(-x))``, elementwise; all decks.

    Examples
    --------
    >>> import nn
    >>> nn.Sigmoid()([0.0])
    array([0.5])
    """

    def forward(self, x: ag.ArrayLike) -> ag.Tensor:
        """Map (...) to (...)."""
        return ag.sigmoid(x)


class Tanh(Module):
    """Hyperbolic tangent, elementwise; deck 4.

    Examples
    --------
    >>> import nn
    >>> nn.Tanh()([0.0])
    array([0.])
    """

    def forward(self, x: ag.ArrayLike) -> ag.Tensor:
        """Map (...) to (...)."""
        return ag.tanh(as_floats(x))


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


class SiLU(Module):
    """``x sigmoid(x)``, elementwise (Elfwing et al. 2018).

    Examples
    --------
    >>> import nn
    >>> nn.SiLU()([0.0])
    array([0.])
    """

    def forward(self, x: ag.ArrayLike) -> ag.Tensor:
        """Map (...) to (...)."""
        return ag.silu(x)


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


class ELU(Module):
    """``x`` where positive and ``alpha (exp(x) - 1)`` elsewhere (Clevert et al. 2016).

    Parameters
    ----------
    alpha : float

    Examples
    --------
    >>> import nn
    >>> nn.ELU()([0.0, 2.0])
    array([0., 2.])
    """

    def __init__(self, alpha: float = 1.0) -> None:
        self.alpha = real("ELU", alpha=alpha)

    def forward(self, x: ag.ArrayLike) -> ag.Tensor:
        """Map (...) to (...)."""
        return ag.elu(x, self.alpha)

    def extra_repr(self) -> str:
        """Return the limit."""
        return f"alpha={self.alpha}"


class GELU(Module):
    """``x P(Z <= x)`` for a standard normal Z (Hendrycks and Gimpel 2016); see `autograd.gelu`.

    Parameters
    ----------
    approximate : {"none", "tanh"}

    Examples
    --------
    >>> import nn
    >>> nn.GELU()([0.0])
    array([0.])
    """

    def __init__(self, approximate: str = "none") -> None:
        one_of("GELU", ("none", "tanh"), approximate=approximate)
        self.approximate = approximate

    def forward(self, x: ag.ArrayLike) -> ag.Tensor:
        """Map (...) to (...)."""
        return ag.gelu(x, self.approximate)

    def extra_repr(self) -> str:
        """Return the approximation."""
        return f"approximate={self.approximate!r}"


class Softplus(Module):
    """``log(1 + exp(beta x)) / beta``: a smooth relu whose derivative is the sigmoid.

    Exact for all inputs, so it has no ``threshold`` beyond which a straight line stands in for it.

    Parameters
    ----------
    beta : float
        Above 0.

    Examples
    --------
    >>> import nn
    >>> nn.Softplus()([0.0]).round(4)
    array([0.6931])
    """

    def __init__(self, beta: float = 1.0) -> None:
        above_zero("Softplus", beta=beta)
        self.beta = float(beta)

    def forward(self, x: ag.ArrayLike) -> ag.Tensor:
        """Map (...) to (...)."""
        if self.beta == 1:
            return ag.softplus(x)
        return self._steep(as_floats(x))

    @in_float32
    def _steep(self, x: Any) -> Any:
        return ag.softplus(x * self.beta) / self.beta

    def extra_repr(self) -> str:
        """Return the steepness."""
        return f"beta={self.beta}"


class _AlongAxis(Module):
    """What softmax and its logarithm share: the axis that sums to 1."""

    def __init__(self, dim: int = -1) -> None:
        integer(type(self).__name__, dim=dim)
        self.dim = dim

    def extra_repr(self) -> str:
        """Return the axis."""
        return f"dim={self.dim}"


class Softmax(_AlongAxis):
    """``exp(x_i) / sum_j exp(x_j)`` along an axis; decks 1, 2 and 3.

    Parameters
    ----------
    dim : int
        The axis that sums to 1.

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

    Examples
    --------
    >>> import nn
    >>> nn.LogSoftmax()([0.0, 1000.0])
    array([-1000.,     0.])
    """

    def forward(self, x: ag.ArrayLike) -> ag.Tensor:
        """Map (...) to (...)."""
        return ag.log_softmax(x, axis=self.dim)


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
