"""What layers with weights share: how they begin, and in which dtype they compute."""

from __future__ import annotations

import math
from typing import Any

import autograd as ag
from nn import init
from nn.module import Module


def as_input(layer: Module, x: Any, like: Any = None) -> Any:
    """Return the input in the dtype of the layer's weights, or else of ``like``.

    So a float32 model stays float32, though NumPy's numbers are float64 and its products of
    float32 and integers are, too.
    """
    if not hasattr(x, "dtype"):
        x = ag.tensor(x)
    weight = layer.weight if layer.weight is not None else like  # type: ignore[attr-defined]
    return x if weight is None else ag.astype(x, weight.dtype)


def reset(layer: Module, rng: Any) -> None:
    """Draw weight and bias evenly between plus and minus ``1 / sqrt(fan_in)``, as PyTorch does."""
    rng = init.generator(rng)
    weight, bias = layer.weight, layer.bias  # type: ignore[attr-defined]
    bound = 1.0 / math.sqrt(init.fans(weight)[0])
    for parameter in (weight, bias):
        if parameter is not None:
            init.uniform_(parameter, -bound, bound, rng=rng)
