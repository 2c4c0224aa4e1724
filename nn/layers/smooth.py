"""Activations made of exponentials, as modules: smooth, or with one kink at 0."""

from __future__ import annotations

from typing import Any

import autograd as ag
from autograd.core.float16 import in_float32
from nn.checks import above_zero, one_of, real
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


class LogSigmoid(Module):
    """``log(sigmoid(x))``, elementwise, exact also where the sigmoid underflows; deck 1.

    Examples
    --------
    >>> import nn
    >>> nn.LogSigmoid()([-1000.0])
    array([-1000.])
    """

    def forward(self, x: ag.ArrayLike) -> ag.Tensor:
        """Map (...) to (...)."""
        return ag.log_sigmoid(x)


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


class Tanhshrink(Module):
    """``x - tanh(x)``, elementwise.

    Examples
    --------
    >>> import nn
    >>> nn.Tanhshrink()([1.0]).round(4)
    array([0.2384])
    """

    def forward(self, x: ag.ArrayLike) -> ag.Tensor:
        """Map (...) to (...)."""
        return self._shrunk(as_floats(x))

    @in_float32
    def _shrunk(self, x: Any) -> Any:
        return x - ag.tanh(x)


class Softsign(Module):
    """``x / (1 + |x|)``, elementwise: from -1 to 1 like tanh, but slowly (Bergstra et al. 2009).

    Examples
    --------
    >>> import nn
    >>> nn.Softsign()([-1.0, 3.0])
    array([-0.5 ,  0.75])
    """

    def forward(self, x: ag.ArrayLike) -> ag.Tensor:
        """Map (...) to (...)."""
        return self._bounded(as_floats(x))

    @in_float32
    def _bounded(self, x: Any) -> Any:
        size = ag.abs(x)
        far = size > 1
        near = ag.where(far, 0, x)
        # Far from 0 the slope of the quotient is a difference of nearly equal numbers.
        return ag.where(far, ag.sign(x) * (1.0 - 1.0 / (1.0 + size)), near / (1.0 + ag.abs(near)))


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


class Mish(Module):
    """``x tanh(softplus(x))``, elementwise (Misra 2019).

    Examples
    --------
    >>> import nn
    >>> nn.Mish()([1.0]).round(4)
    array([0.8651])
    """

    def forward(self, x: ag.ArrayLike) -> ag.Tensor:
        """Map (...) to (...)."""
        return ag.mish(x)


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

    Exact for all inputs, so it needs no ``threshold``, which is 20 in PyTorch.

    Parameters
    ----------
    beta : float
        Above 0.
    threshold : float, optional
        Where ``beta x`` is above it, ``x`` itself is the result, as in PyTorch.

    Examples
    --------
    >>> import nn
    >>> nn.Softplus()([0.0]).round(4)
    array([0.6931])
    """

    def __init__(self, beta: float = 1.0, threshold: float | None = None) -> None:
        above_zero("Softplus", beta=beta)
        self.beta = float(beta)
        self.threshold = None if threshold is None else real("Softplus", threshold=threshold)

    def forward(self, x: ag.ArrayLike) -> ag.Tensor:
        """Map (...) to (...)."""
        if self.beta == 1 and self.threshold is None:
            return ag.softplus(x)
        return self._steep(as_floats(x))

    @in_float32
    def _steep(self, x: Any) -> Any:
        y = ag.softplus(x * self.beta) / self.beta
        return y if self.threshold is None else ag.where(x * self.beta > self.threshold, x, y)

    def extra_repr(self) -> str:
        """Return the steepness, and the threshold if there is one."""
        threshold = "" if self.threshold is None else f", threshold={self.threshold}"
        return f"beta={self.beta}{threshold}"


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


class CELU(Module):
    """``x`` where positive and ``alpha (exp(x / alpha) - 1)`` elsewhere (Barron 2017).

    Unlike the `ELU` it has no kink, whatever ``alpha`` is.

    Parameters
    ----------
    alpha : float
        Above 0.

    Examples
    --------
    >>> import nn
    >>> nn.CELU(2.0)([-2.0, 2.0]).round(4)
    array([-1.2642,  2.    ])
    """

    def __init__(self, alpha: float = 1.0) -> None:
        above_zero("CELU", alpha=alpha)
        self.alpha = float(alpha)

    def forward(self, x: ag.ArrayLike) -> ag.Tensor:
        """Map (...) to (...)."""
        return self._bent(as_floats(x))

    @in_float32
    def _bent(self, x: Any) -> Any:
        positive = x > 0
        bent = self.alpha * ag.expm1(ag.where(positive, 0, x) / self.alpha)
        return ag.where(positive, x, bent)

    def extra_repr(self) -> str:
        """Return the limit."""
        return f"alpha={self.alpha}"


class SELU(Module):
    """The `ELU` that keeps mean 0 and variance 1 from layer to layer (Klambauer et al. 2017).

    See `autograd.selu`; `AlphaDropout` keeps them, too.

    Examples
    --------
    >>> import nn
    >>> nn.SELU()([0.0, 1.0]).round(4)
    array([0.    , 1.0507])
    """

    def forward(self, x: ag.ArrayLike) -> ag.Tensor:
        """Map (...) to (...)."""
        return ag.selu(x)
