"""What recurrent cells and layers of them share: their weights, and the states they begin with."""

from __future__ import annotations

from typing import Any, ClassVar

import autograd as ag
from autograd.core.float16 import widened
from nn import init
from nn.checks import Values
from nn.init import Seed
from nn.layers.inputs import in_dtype_of
from nn.layers.recurrent.steps import ACTIVATIONS, Weights, gru_step, lstm_step, rnn_step
from nn.layers.weights import draw_evenly
from nn.module import Module
from nn.parameter import Parameter

States = tuple[Any, ...]  # (h,), or (h, c)


class Recurrent(Module):
    """A module that steps along a sequence.

    A kind, `Simple`, `LongShortTerm` or `Gated`, says how many gates, or other dense layers, a cell
    has, what its states are called, and how they change in a step.
    """

    _gates: ClassVar[int]
    _states: ClassVar[tuple[str, ...]] = ("h_0",)

    hidden_size: int
    proj_size = 0

    def _step(self, x: Any, states: States, w: Weights) -> States:
        raise NotImplementedError

    def _make_weights(
        self, suffix: str, inputs: int, bias: bool, dtype: ag.DTypeLike, projected: int = 0
    ) -> None:
        rows = self._gates * self.hidden_size
        self._make(f"weight_ih{suffix}", (rows, inputs), dtype)
        self._make(f"weight_hh{suffix}", (rows, projected or self.hidden_size), dtype)
        self._make(f"bias_ih{suffix}", (rows,) if bias else None, dtype)
        self._make(f"bias_hh{suffix}", (rows,) if bias else None, dtype)
        if projected:
            self._make(f"weight_hr{suffix}", (projected, self.hidden_size), dtype)

    def _make(self, name: str, shape: tuple[int, ...] | None, dtype: ag.DTypeLike) -> None:
        setattr(self, name, None if shape is None else Parameter(init.blank(shape, dtype)))

    def reset_parameters(self, rng: Seed = None) -> None:
        """Draw new weights and biases, evenly between plus and minus ``1 / sqrt(hidden_size)``."""
        draw_evenly(self.parameters(), self.hidden_size, rng)

    def _weights(self, suffix: str) -> Weights:
        """Return the weights of a cell as its step takes them: matrices transposed."""
        names = ["weight_ih", "weight_hh", "bias_ih", "bias_hh"]
        names += ["weight_hr"] if self.proj_size else []
        found = (getattr(self, f"{name}{suffix}") for name in names)
        turned: list[Any] = [None if p is None else widened(_turned(p)) for p in found]
        return Weights(*turned)

    def _first_states(self, hx: Any, shapes: tuple[tuple[int, ...], ...], like: Values) -> States:
        """Read the states given, or begin with zeros."""
        names = self._states
        if hx is None:
            zeros = (init.blank(shape, like.dtype) for shape in shapes)
            return tuple(map(_named, zeros, names))
        given = hx if len(names) > 1 else (hx,)
        if not isinstance(given, (tuple, list)) or len(given) != len(names):
            raise ag.OptionError(f"hx must be {len(names)} states, ({', '.join(names)})")
        states = tuple(in_dtype_of(like, state) for state in given)
        for name, state, shape in zip(names, states, shapes, strict=True):
            if state.shape != shape:
                raise ag.ShapeError(f"{name} {state.shape} must be {shape}")
        return states

    def _of_layer(self, states: States, layer: int) -> States:
        return tuple(_named(s[layer], name) for s, name in zip(states, self._states, strict=True))


class Simple(Recurrent):
    """One state, and a dense layer."""

    _gates = 1

    nonlinearity: str

    def _step(self, x: Any, states: States, w: Weights) -> States:
        return (rnn_step(x, states[0], w, ACTIVATIONS[self.nonlinearity]),)


class LongShortTerm(Recurrent):
    """Two states, three gates and a candidate."""

    _gates = 4
    _states = ("h_0", "c_0")

    def _step(self, x: Any, states: States, w: Weights) -> States:
        h, c = states
        return lstm_step(x, h, c, w)


class Gated(Recurrent):
    """One state, two gates and a candidate."""

    _gates = 3

    def _step(self, x: Any, states: States, w: Weights) -> States:
        return (gru_step(x, states[0], w),)


def _named(state: Any, name: str) -> Any:
    """Give a state that is a constant a name, so that a drawing shows where the steps begin."""
    if isinstance(state, ag.Tensor) and state.requires_grad:
        return state
    return ag.tensor(state, name=name)


def _turned(p: Any) -> Any:
    return p.T if p.ndim == 2 else p
