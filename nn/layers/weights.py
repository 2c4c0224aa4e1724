"""How the weights of layers begin."""

from __future__ import annotations

import math

from nn import init
from nn.init import Seed
from nn.module import Module


def reset(layer: Module, rng: Seed, fan_in: int | None = None) -> None:
    """Draw weight and bias evenly between plus and minus ``1 / sqrt(fan_in)``, as PyTorch does."""
    rng = init.generator(rng)
    weight, bias = layer.weight, layer.bias  # type: ignore[attr-defined]
    bound = 1.0 / math.sqrt(fan_in or init.fans(weight)[0])
    for parameter in (weight, bias):
        if parameter is not None:
            init.uniform_(parameter, -bound, bound, rng=rng)
