"""What a layer is fed with: an array, in floats, in the dtype of its weights."""

from __future__ import annotations

from typing import Any

import autograd as ag
from nn.module import Module


def as_array(x: Any) -> Any:
    """Return a Tensor or array as it is, and numbers and lists as an array."""
    return x if hasattr(x, "dtype") else ag.tensor(x).data


def as_floats(x: Any) -> Any:
    """Return floats: integers, as in images, have no room for squares and no infinity."""
    x = as_array(x)
    return x if x.dtype.kind == "f" else ag.astype(x, float)


def as_input(layer: Module, x: Any, like: Any = None) -> Any:
    """Return the input in the dtype of the layer's weights, or else of ``like``, or else as floats.

    So a float32 model stays float32, though NumPy's numbers are float64 and its products of
    float32 and integers are, too.
    """
    weight = layer.weight if layer.weight is not None else like  # type: ignore[attr-defined]
    if weight is None:
        return as_floats(x)
    x = as_array(x)
    return x if x.dtype == weight.dtype else ag.astype(x, weight.dtype)
