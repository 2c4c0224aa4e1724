"""Recurrent cells: one step along a sequence, and the weights that all steps share."""

from __future__ import annotations

from typing import Any

import autograd as ag
from autograd.core.float16 import in_float32
from nn.checks import at_least_one, boolean, one_of
from nn.init import Seed
from nn.layers.inputs import in_dtype_of
from nn.layers.recurrent.base import Gated, LongShortTerm, Recurrent, Simple, States
from nn.layers.recurrent.steps import ACTIVATIONS
from nn.parameter import Parameter


class _Cell(Recurrent):
    """What the cells share."""

    weight_ih: Parameter

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        bias: bool = True,
        *,
        rng: Seed = None,
        dtype: ag.DTypeLike = float,
    ) -> None:
        kind = type(self).__name__
        at_least_one(kind, input_size=input_size, hidden_size=hidden_size)
        boolean(kind, bias=bias)
        self.input_size, self.hidden_size, self.bias = input_size, hidden_size, bool(bias)
        self._make_weights("", input_size, bias, dtype)
        self.reset_parameters(rng)

    def forward(self, x: ag.ArrayLike, hx: Any = None) -> Any:
        """Map (N, input_size) and states (N, hidden_size) to the next; N may be missing."""
        x = in_dtype_of(self.weight_ih, x)
        n = self.input_size
        if x.ndim not in (1, 2) or x.shape[-1] != n:
            raise ag.ShapeError(f"input {x.shape} must be (N, {n}) or ({n},); it is one step")
        shape = (*x.shape[:-1], self.hidden_size)
        states = self._first_states(hx, (shape,) * len(self._states), self.weight_ih)
        following = self._stepped(x, *states)
        return following if len(following) > 1 else following[0]

    @in_float32
    def _stepped(self, x: Any, *states: Any) -> States:
        return self._step(x, states, self._weights(""))

    def extra_repr(self) -> str:
        """Return the sizes."""
        return f"{self.input_size}, {self.hidden_size}, bias={self.bias}"


class RNNCell(Simple, _Cell):
    """The simple recurrent cell, ``h' = tanh(W_ih x + b_ih + W_hh h + b_hh)`` (Elman 1990).

    Weights and biases begin evenly between plus and minus ``1 / sqrt(hidden_size)``.

    Parameters
    ----------
    input_size, hidden_size : int
    bias : bool
    nonlinearity : {"tanh", "relu"}
    rng : int, numpy.random.Generator or None
        Draws the weights.
    dtype : floating NumPy dtype

    Attributes
    ----------
    weight_ih : Parameter, (hidden_size, input_size)
    weight_hh : Parameter, (hidden_size, hidden_size)
    bias_ih, bias_hh : Parameter, (hidden_size,), or None

    Raises
    ------
    autograd.OptionError
        If an option is out of its range.
    autograd.ShapeError
        When called, if the input is not (N, input_size) or (input_size,), or the state does not
        fit to it.

    Examples
    --------
    >>> import autograd as ag, nn
    >>> cell = nn.RNNCell(2, 3, rng=0)
    >>> h = cell([[1.0, 2.0]])
    >>> cell([[3.0, 4.0]], h).shape
    (1, 3)
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        bias: bool = True,
        nonlinearity: str = "tanh",
        *,
        rng: Seed = None,
        dtype: ag.DTypeLike = float,
    ) -> None:
        one_of("RNNCell", tuple(ACTIVATIONS), nonlinearity=nonlinearity)
        self.nonlinearity = nonlinearity
        super().__init__(input_size, hidden_size, bias, rng=rng, dtype=dtype)

    def extra_repr(self) -> str:
        """Return the sizes and the activation."""
        return f"{super().extra_repr()}, nonlinearity={self.nonlinearity!r}"


class LSTMCell(LongShortTerm, _Cell):
    """The cell of long short-term memory (Hochreiter and Schmidhuber 1997; Gers et al. 2000).

    ``i, f, o = sigmoid(...)`` and ``g = tanh(...)`` of four dense layers of x and h each;
    ``c' = f c + i g`` and ``h' = o tanh(c')``.  A drawing names the gates.

    Parameters
    ----------
    input_size, hidden_size : int
    bias : bool
    rng : int, numpy.random.Generator or None
    dtype : floating NumPy dtype

    Attributes
    ----------
    weight_ih : Parameter, (4 hidden_size, input_size)
        The rows of i, f, g and o below each other.
    weight_hh : Parameter, (4 hidden_size, hidden_size)
    bias_ih, bias_hh : Parameter, (4 hidden_size,), or None

    Raises
    ------
    autograd.OptionError
        If an option is out of its range, or ``hx`` is not a pair.
    autograd.ShapeError
        When called, if the input is not (N, input_size) or (input_size,), or a state does not fit
        to it.

    Examples
    --------
    >>> import autograd as ag, nn
    >>> cell = nn.LSTMCell(2, 3, rng=0)
    >>> h, c = cell([[1.0, 2.0]])
    >>> h, c = cell([[3.0, 4.0]], (h, c))
    >>> h.shape, c.shape
    ((1, 3), (1, 3))
    """


class GRUCell(Gated, _Cell):
    """The cell of gated recurrent units (Cho et al. 2014).

    ``r, z = sigmoid(...)`` of dense layers of x and h, ``n = tanh(W x + b + r (W' h + b'))``;
    ``h' = (1 - z) n + z h``.

    Parameters
    ----------
    input_size, hidden_size : int
    bias : bool
    rng : int, numpy.random.Generator or None
    dtype : floating NumPy dtype

    Attributes
    ----------
    weight_ih : Parameter, (3 hidden_size, input_size)
        The rows of r, z and n below each other.
    weight_hh : Parameter, (3 hidden_size, hidden_size)
    bias_ih, bias_hh : Parameter, (3 hidden_size,), or None

    Raises
    ------
    autograd.OptionError
        If an option is out of its range.
    autograd.ShapeError
        When called, if the input is not (N, input_size) or (input_size,), or the state does not
        fit to it.

    Examples
    --------
    >>> import autograd as ag, nn
    >>> nn.GRUCell(2, 3, rng=0)([[1.0, 2.0]]).shape
    (1, 3)
    """
