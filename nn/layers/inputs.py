"""Input validation and casting: arrays, in floats, in the dtype of the weights."""

from __future__ import annotations

from typing import Any

import autograd as ag
from nn.checks import Values
from nn.module import Module


def as_array(x: ag.ArrayLike) -> Values:
    """Return a Tensor or array as it is, and numbers and lists as an array."""
    given: Any = x
    array: Values = given if hasattr(given, "dtype") else ag.tensor(given).data
    return array


def as_floats(x: ag.ArrayLike) -> Values:
    """Return floats: integers, as in images, overflow when squared and have no infinity."""
    x = as_array(x)
    return x if x.dtype.kind == "f" else ag.astype(x, float)


def as_input(layer: Module, x: ag.ArrayLike, like: ag.Tensor | None = None) -> Values:
    """Return the input in the dtype of the layer's weights, or else of ``like``, or else as floats.

    So a float32 model stays float32, though NumPy's numbers are float64 and its products of
    float32 and integers are, too.
    """
    weight = layer.weight  # type: ignore[attr-defined]  # read once: it may be computed
    weight = like if weight is None else weight
    return as_floats(x) if weight is None else in_dtype_of(weight, x)


def in_dtype_of(weight: Values, x: ag.ArrayLike) -> Values:
    """Return the input in the dtype of a weight."""
    x = as_array(x)
    return x if x.dtype == weight.dtype else ag.astype(x, weight.dtype)
