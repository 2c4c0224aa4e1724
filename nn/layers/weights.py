"""How the weights of layers begin."""

from __future__ import annotations

import math
from collections.abc import Iterable

from nn import init
from nn.init import Seed
from nn.module import Module
from nn.parameter import Parameter


def reset(layer: Module, rng: Seed, fan_in: int | None = None) -> None:
    """Draw weight and bias evenly between plus and minus ``1 / sqrt(fan_in)``, as PyTorch does."""
    weight, bias = layer.weight, layer.bias  # type: ignore[attr-defined]
    parameters = (weight,) if bias is None else (weight, bias)
    draw_evenly(parameters, fan_in or init.fans(weight)[0], rng)


def draw_evenly(parameters: Iterable[Parameter], fan_in: int, rng: Seed) -> None:
    """Draw parameters evenly between plus and minus ``1 / sqrt(fan_in)``, one after another."""
    rng, bound = init.generator(rng), 1.0 / math.sqrt(fan_in)
    for parameter in parameters:
        init.uniform_(parameter, -bound, bound, rng=rng)
