"""One application of a primitive, as a map that a check can move."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from autograd.core.apply import apply
from autograd.core.define import Arguments
from autograd.core.primitive import Primitive
from autograd.core.tensor import Tensor
from autograd.core.types import Array
from autograd.core.vjp import has_rule
from autograd.testing.function import Function


class Application(Function):
    """One application of a primitive, with respect to some of its inputs.

    Parameters
    ----------
    operation : str
        The check, for messages.
    primitive : Primitive
    args : tuple
        Its inputs.
    params : dict
    active : sequence of int, optional
        The inputs to differentiate with respect to; by default all that have a rule and are
        floating-point numbers.
    """

    def __init__(
        self,
        operation: str,
        primitive: Primitive,
        args: tuple[Any, ...],
        params: dict[str, Any],
        active: Sequence[int] | None = None,
    ) -> None:
        if primitive.arity is not None and len(args) != primitive.arity:
            args, params = Arguments(primitive)(args, params)
        self.primitive = primitive
        self.args = args
        self.params = params
        self.active = differentiable(primitive, args) if active is None else list(active)

        def applied(*inputs: Tensor) -> Any:
            return apply(self.primitive, inputs, params)

        super().__init__(operation, applied, args, self.active, primitive.name)
        names = input_names(primitive, len(args))
        self.slots = [replace(slot, name=names[slot.position]) for slot in self.slots]

    def region(self, values: Sequence[Array]) -> Array | None:
        """Return which smooth piece each output is on, or None where the primitive does not say."""
        if self.primitive.spec.region is None:
            return None
        args = list(self.args)
        for i, value in zip(self.active, values, strict=True):
            args[i] = value
        return np.asarray(self.primitive.spec.region(*args, **self.params))


def differentiable(primitive: Primitive, args: Sequence[Any]) -> list[int]:
    """Return the positions of the inputs that have a rule and can have a derivative."""
    kinds = (np.asarray(x).dtype.kind for x in args)
    return [i for i, kind in enumerate(kinds) if kind == "f" and has_rule(primitive, i)]


def input_names(primitive: Primitive, count: int) -> list[str]:
    """Return what a primitive calls its inputs."""
    if primitive.arity is None:
        return [f"input {i}" for i in range(count)]
    return list(inspect.signature(primitive.forward).parameters)[:count]
