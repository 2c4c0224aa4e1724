"""What einops computes with tensors: its functions, each one of the engine's.

einops looks for what can compute with a tensor among the subclasses of its class of backends, so
making one is all.  This is loaded when einops is (`autograd.methods.einops_import`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from autograd.core.tensor import Tensor, tensor
from autograd.core.types import Array, Shape
from autograd.functions import arrays, statistics
from autograd.ops import reduce as reductions
from autograd.ops import shape as shapes
from autograd.ops.einsum import einsum

REDUCTIONS: dict[str, Any] = {
    "all": np.all,
    "any": np.any,
    "max": reductions.max,
    "mean": statistics.mean,
    "min": reductions.min,
    "prod": statistics.prod,
    "sum": reductions.sum,
}


class TensorFunctions:
    """The functions that einops calls."""

    framework_name = "autograd"  # a module of this name must be loaded

    def is_appropriate_type(self, tensor: object) -> bool:
        """Return whether it is one of ours."""
        return isinstance(tensor, Tensor)

    def from_numpy(self, x: Array) -> Tensor:
        """Make a tensor."""
        return tensor(x)

    def to_numpy(self, x: Tensor) -> Array:
        """Return the value."""
        return np.array(x.data)

    def arange(self, start: int, stop: int) -> Tensor:
        """Return the integers from one number to another."""
        return tensor(np.arange(start, stop))

    def reduce(self, x: Tensor, operation: str, axes: Shape) -> Tensor:
        """Reduce over axes by an operation's name."""
        result: Tensor = REDUCTIONS[operation](x, axis=axes)
        return result

    def stack_on_zeroth_dimension(self, tensors: Sequence[Tensor]) -> Tensor:
        """Stack a list along a new first axis."""
        return arrays.stack(tensors)

    def add_axis(self, x: Tensor, new_position: int) -> Tensor:
        """Add an axis of length 1."""
        return arrays.expand_dims(x, new_position)

    def tile(self, x: Tensor, repeats: Shape) -> Tensor:
        """Repeat the whole along each axis."""
        return arrays.tile(x, repeats)

    def concat(self, tensors: Sequence[Tensor], axis: int) -> Tensor:
        """Join along an axis."""
        result: Tensor = shapes.concatenate(tensors, axis)
        return result

    def is_float_type(self, x: Tensor) -> bool:
        """Return whether a mean can be taken."""
        return x.dtype.kind == "f"

    def einsum(self, pattern: str, *tensors: Tensor) -> Tensor:
        """Sum products over indices."""
        result: Tensor = einsum(pattern, *tensors)
        return result


# A class has only weak references to its subclasses.
BACKENDS: list[type] = []


def register(base: type) -> None:
    """Make a backend of the class that all backends of einops have as their base."""
    BACKENDS.append(type("TensorBackend", (TensorFunctions, base), {}))
