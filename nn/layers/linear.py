"""The dense layer: every output sees every input."""

from __future__ import annotations

from typing import Any

import autograd as ag
from nn import init
from nn.checks import at_least_one, boolean
from nn.init import Seed
from nn.layers.inputs import as_input
from nn.layers.weights import reset
from nn.module import Module
from nn.parameter import Parameter


class Linear(Module):
    """Dense layer, ``y = x W^T + b``; decks 0, 1, 3 and 4.

    Weights and biases begin evenly between plus and minus ``1 / sqrt(in_features)``, as PyTorch's.

    Parameters
    ----------
    in_features, out_features : int
    bias : bool
        Whether ``b`` is added.
    rng : int, numpy.random.Generator or None
        Draws the weights.
    dtype : floating NumPy dtype
        Of the weights; the layer computes in it.

    Attributes
    ----------
    weight : Parameter, (out_features, in_features)
    bias : Parameter, (out_features,), or None

    Raises
    ------
    autograd.OptionError
        If a size is not an integer of at least 1.
    autograd.ShapeError
        When called, if the last axis of the input is not ``in_features`` long.

    Examples
    --------
    >>> import autograd as ag, nn
    >>> layer = nn.Linear(3, 2, rng=0)
    >>> layer(ag.tensor([[1.0, 2.0, 3.0]])).shape
    (1, 2)
    """

    def __init__(
        self,
        in_features: int,
        out_features: int,
        bias: bool = True,
        *,
        rng: Seed = None,
        dtype: ag.DTypeLike = float,
    ) -> None:
        at_least_one("Linear", in_features=in_features, out_features=out_features)
        boolean("Linear", bias=bias)
        self.in_features = in_features
        self.out_features = out_features
        self.weight = Parameter(init.blank((out_features, in_features), dtype))
        self.bias = Parameter(init.blank((out_features,), dtype)) if bias else None
        self.reset_parameters(rng)

    def reset_parameters(self, rng: Seed = None) -> None:
        """Draw new weights and biases."""
        reset(self, rng)

    def forward(self, x: ag.ArrayLike) -> Any:
        """Map (..., in_features) to (..., out_features)."""
        x = as_input(self, x)
        shape = x.shape
        if not shape or shape[-1] != self.in_features:
            raise ag.ShapeError(
                f"input {shape} must end in {self.in_features} features, as in (N, "
                f"{self.in_features}); {_remedy(shape)}"
            )
        y = x @ self.weight.T
        return y if self.bias is None else y + self.bias

    def extra_repr(self) -> str:
        """Return the sizes."""
        return (
            f"in_features={self.in_features}, out_features={self.out_features}, "
            f"bias={self.bias is not None}"
        )


def _remedy(shape: tuple[int, ...]) -> str:
    if len(shape) > 2:
        return "nn.Flatten() makes rows of images"
    return f"make the layer with in_features={shape[-1]}" if shape else "give it a row"
