"""The multi-layer perceptron of deck 4: linear layers with an activation between each two."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import autograd as ag
from autograd.core.messages import one_line
from nn.checks import at_least_one
from nn.containers import Sequential
from nn.init import Seed, generator
from nn.layers import Linear, ReLU
from nn.module import Module


class MLP(Sequential):
    """Linear layers of the given sizes; images are flattened first.

    Parameters
    ----------
    *sizes : int
        How many inputs there are, how many units each hidden layer has, and how many outputs.
    activation : callable
        Makes the activation behind each layer but the last, as `nn.ReLU` and `nn.Tanh` do.
    rng : int, numpy.random.Generator or None

    Raises
    ------
    autograd.OptionError
        If there are fewer than two sizes, or one is not an integer of at least 1.

    Examples
    --------
    >>> import nn
    >>> nn.models.MLP(2, 8, 1, activation=nn.Tanh, rng=0)
    MLP(
      (0): Linear(in_features=2, out_features=8, bias=True)
      (1): Tanh()
      (2): Linear(in_features=8, out_features=1, bias=True)
    )
    """

    def __init__(
        self, *sizes: int, activation: Callable[[], Module] = ReLU, rng: Seed = None
    ) -> None:
        if len(sizes) < 2:
            raise ag.OptionError("MLP: give the sizes of inputs and outputs, as in MLP(64, 32, 10)")
        if isinstance(activation, Module) or not callable(activation):
            raise ag.OptionError(
                f"MLP: activation={one_line(activation)} must make modules, as nn.ReLU"
            )
        at_least_one("MLP", **{f"size {i}": size for i, size in enumerate(sizes)})
        rng = generator(rng)
        parts: list[Module] = []
        for inputs, outputs in pairwise(sizes):
            parts += [Linear(inputs, outputs, rng=rng), activation()]
        super().__init__(*parts[:-1])

    def forward(self, x: ag.ArrayLike) -> ag.Tensor:
        """Map (N, ...), of as many numbers as there are inputs, to (N, outputs)."""
        shape = ag.shape(x)
        return super().forward(x if len(shape) == 2 else ag.reshape(x, (*shape[:1], -1)))
