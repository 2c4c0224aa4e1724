"""The networks of the TensorFlow Playground: a few neurons that look at a point of the plane."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import autograd as ag
from autograd.core.messages import one_line
from nn.checks import at_least_one, one_of
from nn.containers import Sequential
from nn.data.playground import check_features, features
from nn.init import Seed, constant_, generator, uniform_
from nn.layers import Identity, Linear, ReLU, Sigmoid, Tanh
from nn.module import Module

ACTIVATIONS: dict[str, Callable[[], Module]] = {
    "linear": Identity,
    "relu": ReLU,
    "sigmoid": Sigmoid,
    "tanh": Tanh,
}


class Playground(Sequential):
    """A network of the TensorFlow Playground (Smilkov et al. 2017); deck 4 ends on it.

    Weights begin as U(-.5, .5), biases as .1.  The loss of the Playground, ``1/2 (y - t)^2``, is
    `nn.quadratic_loss`; its optimiser is ``nn.optim.SGD(net.parameters(), lr=0.03)`` with batches
    of 10, and one half of the points of `nn.data.playground` is learned from.

    Parameters
    ----------
    features : sequence of str
        What it sees of a point: of "x", "y", "x^2", "y^2", "xy", "sin x" and "sin y".
    hidden : sequence of int
        How many units each hidden layer has; there may be none.
    activation : {"tanh", "relu", "sigmoid", "linear"}
        That of the hidden layers.
    task : {"classification", "regression"}
        Whether the output goes through a tanh, for targets 1 and -1, or is linear.
    rng : int, numpy.random.Generator or None
        Draws the weights.

    Raises
    ------
    autograd.OptionError
        If a word is another, or a size not an integer of at least 1.

    Examples
    --------
    >>> import nn
    >>> net = nn.models.Playground(("x", "y", "xy"), rng=0)
    >>> net
    Playground(
      (0): Linear(in_features=3, out_features=4, bias=True)
      (1): Tanh()
      (2): Linear(in_features=4, out_features=2, bias=True)
      (3): Tanh()
      (4): Linear(in_features=2, out_features=1, bias=True)
      (5): Tanh()
    )
    >>> net([[1.0, 2.0], [3.0, 4.0]]).shape
    (2, 1)
    """

    def __init__(
        self,
        features: Sequence[str] = ("x", "y"),
        hidden: Sequence[int] = (4, 2),
        activation: str = "tanh",
        task: str = "classification",
        rng: Seed = None,
    ) -> None:
        names = check_features("Playground", features)
        sizes = [len(names), *_sizes(hidden), 1]
        one_of("Playground", tuple(ACTIVATIONS), activation=activation)
        one_of("Playground", ("classification", "regression"), task=task)
        parts: list[Module] = []
        for inputs, outputs in pairwise(sizes):
            parts += [Linear(inputs, outputs), ACTIVATIONS[activation]()]
        parts[-1:] = [Tanh()] if task == "classification" else []
        super().__init__(*parts)
        self.features = names
        self.reset_parameters(rng)

    def reset_parameters(self, rng: Seed = None) -> None:
        """Draw new weights."""
        rng = generator(rng)
        for name, parameter in self.named_parameters():
            if name.endswith("weight"):
                uniform_(parameter, -0.5, 0.5, rng=rng)
            else:
                constant_(parameter, 0.1)

    def forward(self, x: ag.ArrayLike) -> Any:
        """Map points (N, 2) to outputs (N, 1)."""
        return super().forward(features(x, self.features))


def _sizes(hidden: Any) -> tuple[int, ...]:
    if not isinstance(hidden, (tuple, list)):
        raise ag.OptionError(
            f"Playground: hidden={one_line(hidden)} must be a tuple of sizes, such as (4, 2)"
        )
    at_least_one("Playground", **{f"hidden[{i}]": size for i, size in enumerate(hidden)})
    return tuple(hidden)
