"""The bilinear layer: every output is a weighted sum of products of two inputs."""

from __future__ import annotations

from typing import Any

import autograd as ag
from autograd.core.float16 import in_float32
from nn import init
from nn.checks import at_least_one, boolean
from nn.init import Seed
from nn.layers.inputs import as_input
from nn.layers.weights import reset
from nn.module import Module
from nn.parameter import Parameter


class Bilinear(Module):
    """``y_k = sum_ij a_i weight_kij b_j + bias_k``, linear in each of two inputs a and b.

    Weights and biases begin evenly between plus and minus ``1 / sqrt(in1_features)``.

    Parameters
    ----------
    in1_features, in2_features, out_features : int
    bias : bool
    rng : int, numpy.random.Generator or None
        Draws the weights.
    dtype : floating NumPy dtype

    Attributes
    ----------
    weight : Parameter, (out_features, in1_features, in2_features)
    bias : Parameter, (out_features,), or None

    Raises
    ------
    autograd.OptionError
        If a size is not an integer of at least 1.
    autograd.ShapeError
        When called, if the inputs do not end in so many features, or differ in their other axes.

    Examples
    --------
    >>> import autograd as ag, nn
    >>> nn.Bilinear(3, 4, 2)(ag.broadcast_to(1.0, (5, 3)), ag.broadcast_to(1.0, (5, 4))).shape
    (5, 2)
    """

    def __init__(
        self,
        in1_features: int,
        in2_features: int,
        out_features: int,
        bias: bool = True,
        *,
        rng: Seed = None,
        dtype: ag.DTypeLike = float,
    ) -> None:
        sizes = {"in1_features": in1_features, "in2_features": in2_features}
        at_least_one("Bilinear", **sizes, out_features=out_features)
        boolean("Bilinear", bias=bias)
        self.in1_features = in1_features
        self.in2_features = in2_features
        self.out_features = out_features
        shape = (out_features, in1_features, in2_features)
        self.weight = Parameter(init.blank(shape, dtype))
        self.bias = Parameter(init.blank((out_features,), dtype)) if bias else None
        self.reset_parameters(rng)

    def reset_parameters(self, rng: Seed = None) -> None:
        """Draw new weights and biases."""
        reset(self, rng, self.in1_features)

    def forward(self, a: ag.ArrayLike, b: ag.ArrayLike) -> Any:
        """Map (..., in1_features) and (..., in2_features) to (..., out_features)."""
        x, y = as_input(self, a), as_input(self, b)
        features = (self.in1_features, self.in2_features)
        if (x.shape[-1:], y.shape[-1:]) != ((features[0],), (features[1],)) or (
            x.shape[:-1] != y.shape[:-1]
        ):
            raise ag.ShapeError(
                f"inputs {x.shape} and {y.shape} must be (..., {features[0]}) and "
                f"(..., {features[1]}), alike in the other axes"
            )
        return self._products(x, y)

    @in_float32
    def _products(self, x: Any, y: Any) -> Any:
        halfway = ag.tensordot(x, self.weight, ((-1,), (1,)))  # (..., out_features, in2_features)
        z = ag.sum(halfway * ag.expand_dims(y, -2), axis=-1)
        return z if self.bias is None else z + self.bias

    def extra_repr(self) -> str:
        """Return the sizes."""
        return (
            f"in1_features={self.in1_features}, in2_features={self.in2_features}, "
            f"out_features={self.out_features}, bias={self.bias is not None}"
        )
