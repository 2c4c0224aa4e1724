"""Recurrent layers: a cell goes along a sequence, another along its outputs, and so on."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import autograd as ag
from autograd.core.float16 import in_float32
from nn.checks import at_least_one, at_least_zero, between, boolean, one_of
from nn.init import Seed, generator
from nn.layers.dropout import dropped
from nn.layers.inputs import in_dtype_of
from nn.layers.recurrent.base import Gated, LongShortTerm, Recurrent, Simple, States
from nn.layers.recurrent.steps import ACTIVATIONS
from nn.layers.sequences import batch_of, check_sequence, elements, time_axis
from nn.parameter import Parameter

# Options that `repr` shows only if they are something else.
USUAL = {
    "num_layers": 1,
    "nonlinearity": "tanh",
    "bias": True,
    "batch_first": False,
    "dropout": 0.0,
    "bidirectional": False,
    "proj_size": 0,
}


class _Layers(Recurrent):
    """What layers of all cells share: the walk along the sequence."""

    weight_ih_l0: Parameter

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        *,
        rng: Seed = None,
        dtype: ag.DTypeLike = float,
    ) -> None:
        kind = type(self).__name__
        sizes = {"input_size": input_size, "hidden_size": hidden_size, "num_layers": num_layers}
        at_least_one(kind, **sizes)
        boolean(kind, bias=bias, batch_first=batch_first, bidirectional=bidirectional)
        between(kind, 0.0, 1.0, dropout=dropout)
        if dropout and num_layers == 1:
            raise ag.OptionError(
                f"{kind}: dropout={dropout} acts between layers, and there is one; for the output "
                "write nn.Dropout"
            )
        self.input_size, self.hidden_size, self.num_layers = input_size, hidden_size, num_layers
        self.bias, self.batch_first = bool(bias), bool(batch_first)
        self.dropout, self.bidirectional = float(dropout), bool(bidirectional)
        self.rng = generator(rng)
        for layer in range(num_layers):
            inputs = self._width() * len(self._directions()) if layer else input_size
            for suffix in self._directions():
                self._make_weights(f"_l{layer}{suffix}", inputs, bias, dtype, self.proj_size)
        self.reset_parameters(self.rng)

    def _directions(self) -> tuple[str, ...]:
        return ("", "_reverse") if self.bidirectional else ("",)

    def _width(self) -> int:
        """Return the length of h."""
        return self.proj_size or self.hidden_size

    def reset_parameters(self, rng: Seed = None) -> None:
        """Draw new weights and biases, and the next masks of dropout, from this seed."""
        self.rng = generator(rng)
        super().reset_parameters(self.rng)

    def forward(self, x: ag.ArrayLike, hx: Any = None) -> Any:
        """Map a sequence to all states h of the last layer, and to the last states of all layers.

        Parameters
        ----------
        x : (L, N, input_size), or (N, L, input_size) if ``batch_first``, or (L, input_size)
        hx : Tensor or array, (layers, N, hidden_size), or a pair of them for an `LSTM`
            The states to begin with; zeros by default.  A layer in two directions counts twice.

        Returns
        -------
        output : Tensor, (L, N, directions hidden_size), or in the order of ``x``
        h_n : Tensor, (layers, N, hidden_size), or for an `LSTM` the pair (h_n, c_n)
        """
        weight = self.weight_ih_l0
        x = in_dtype_of(weight, x)
        check_sequence("input", x, self.input_size, self.batch_first)
        if x.shape[time_axis(x, self.batch_first)] == 0:
            raise ag.ShapeError(f"input {x.shape} must be a sequence of at least one element")
        several = (self.num_layers * len(self._directions()), *batch_of(x, self.batch_first))
        shapes = ((*several, self._width()), (*several, self.hidden_size))[: len(self._states)]
        output, *last = self._run(x, *self._first_states(hx, shapes, weight))
        return output, tuple(last) if len(last) > 1 else last[0]

    @in_float32
    def _run(self, x: Any, *states: Any) -> tuple[Any, ...]:
        time = time_axis(x, self.batch_first)
        last: list[States] = []
        xs = elements(x, time)
        for layer in range(self.num_layers):
            if layer and self.dropout and self.training:
                xs = [dropped(y, self.dropout, self) for y in xs]
            ways = []
            for suffix in self._directions():
                first = self._of_layer(states, len(last))
                with self._scope(layer, suffix):
                    ys, ends = self._walk(xs, first, f"_l{layer}{suffix}")
                ways.append(ys)
                last.append(ends)
            both = zip(*ways, strict=True)
            xs = [ag.concatenate(ys, axis=-1) if len(ys) > 1 else ys[0] for ys in both]
        return ag.stack(xs, axis=time), *(ag.stack(ends) for ends in zip(*last, strict=True))

    def _scope(self, layer: int, suffix: str) -> AbstractContextManager[Any]:
        if self.num_layers == 1 and not self.bidirectional:
            return nullcontext()
        return ag.scope(f"layer {layer}{suffix.replace('_', ' ')}")

    def _walk(self, xs: Sequence[Any], states: States, suffix: str) -> tuple[list[Any], States]:
        """Go along a sequence with one cell; return all its h, and its last states."""
        w, order = self._weights(suffix), -1 if suffix.endswith("_reverse") else 1
        outputs = []
        for t, x in enumerate(xs[::order]):
            with ag.scope(f"step {t}", kind=f"{type(self).__name__}Cell"):
                states = self._step(x, states, w)
            outputs.append(states[0])
        return outputs[::order], states

    def extra_repr(self) -> str:
        """Return the sizes, and what is not as usual."""
        found = {name: getattr(self, name, usual) for name, usual in USUAL.items()}
        more = "".join(f", {n}={v!r}" for n, v in found.items() if v != USUAL[n])
        return f"{self.input_size}, {self.hidden_size}{more}"


class RNN(Simple, _Layers):
    """Simple recurrent layers, ``h_t = tanh(W_ih x_t + b_ih + W_hh h_(t-1) + b_hh)``.

    See `RNNCell` for one step.

    Parameters
    ----------
    input_size, hidden_size : int
    num_layers : int
        Each but the first goes along the outputs of the one below it.
    nonlinearity : {"tanh", "relu"}
    bias : bool
    batch_first : bool
        Whether a sequence is (N, L, features), not (L, N, features).
    dropout : float
        The probability at which, in training, an output is dropped on its way to the next layer.
    bidirectional : bool
        Whether a second cell of each layer goes from the end to the beginning; outputs are joined.
    rng : int, numpy.random.Generator or None
        Draws the weights, and then the masks of dropout.
    dtype : floating NumPy dtype

    Attributes
    ----------
    weight_ih_l0, weight_hh_l0, bias_ih_l0, bias_hh_l0 : Parameter
        As those of the cell; so for each layer, and with ``_reverse`` for the other direction.

    Raises
    ------
    autograd.OptionError
        If an option is out of its range, or there is dropout and only one layer.
    autograd.ShapeError
        When called, if input or states do not fit, or the sequence is empty.

    Examples
    --------
    >>> import numpy as np
    >>> import nn
    >>> output, h_n = nn.RNN(2, 3, num_layers=2, rng=0)(np.ones((5, 1, 2)))
    >>> output.shape, h_n.shape
    ((5, 1, 3), (2, 1, 3))
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        nonlinearity: str = "tanh",
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        *,
        rng: Seed = None,
        dtype: ag.DTypeLike = float,
    ) -> None:
        one_of("RNN", tuple(ACTIVATIONS), nonlinearity=nonlinearity)
        self.nonlinearity = nonlinearity
        how = (bias, batch_first, dropout, bidirectional)
        super().__init__(input_size, hidden_size, num_layers, *how, rng=rng, dtype=dtype)


class LSTM(LongShortTerm, _Layers):
    """Layers of long short-term memory; see `LSTMCell`.

    Parameters
    ----------
    input_size, hidden_size, num_layers : int
    bias, batch_first : bool
    dropout : float
    bidirectional : bool
        These as for `RNN`.
    proj_size : int
        If above 0, h is a linear projection, ``W_hr (o tanh(c))``, of so many numbers (Sak et al.
        2014).
    rng : int, numpy.random.Generator or None
    dtype : floating NumPy dtype

    Attributes
    ----------
    weight_ih_l0, weight_hh_l0, bias_ih_l0, bias_hh_l0 : Parameter
        As those of the cell; so for each layer, and with ``_reverse`` for the other direction.
    weight_hr_l0 : Parameter, (proj_size, hidden_size)
        Only with a projection.

    Raises
    ------
    autograd.OptionError
        If an option is out of its range, or there is dropout and only one layer, or ``hx`` is not a
        pair.
    autograd.ShapeError
        When called, if input or states do not fit, or the sequence is empty.

    Examples
    --------
    >>> import numpy as np
    >>> import nn
    >>> output, (h_n, c_n) = nn.LSTM(2, 3, bidirectional=True, rng=0)(np.ones((5, 1, 2)))
    >>> output.shape, h_n.shape, c_n.shape
    ((5, 1, 6), (2, 1, 3), (2, 1, 3))
    """

    def __init__(
        self,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        proj_size: int = 0,
        *,
        rng: Seed = None,
        dtype: ag.DTypeLike = float,
    ) -> None:
        at_least_zero("LSTM", proj_size=proj_size)
        at_least_one("LSTM", hidden_size=hidden_size)
        if proj_size >= hidden_size:
            raise ag.OptionError(
                f"LSTM: proj_size={proj_size} must be smaller than hidden_size={hidden_size}"
            )
        self.proj_size = int(proj_size)
        how = (bias, batch_first, dropout, bidirectional)
        super().__init__(input_size, hidden_size, num_layers, *how, rng=rng, dtype=dtype)


class GRU(Gated, _Layers):
    """Layers of gated recurrent units; see `GRUCell`.

    Parameters
    ----------
    input_size, hidden_size, num_layers : int
    bias, batch_first : bool
    dropout : float
    bidirectional : bool
        These as for `RNN`.
    rng : int, numpy.random.Generator or None
    dtype : floating NumPy dtype

    Attributes
    ----------
    weight_ih_l0, weight_hh_l0, bias_ih_l0, bias_hh_l0 : Parameter
        As those of the cell; so for each layer, and with ``_reverse`` for the other direction.

    Raises
    ------
    autograd.OptionError
        If an option is out of its range, or there is dropout and only one layer.
    autograd.ShapeError
        When called, if input or states do not fit, or the sequence is empty.

    Examples
    --------
    >>> import numpy as np
    >>> import nn
    >>> output, h_n = nn.GRU(2, 3, batch_first=True, rng=0)(np.ones((1, 5, 2)))
    >>> output.shape, h_n.shape
    ((1, 5, 3), (1, 1, 3))
    """
