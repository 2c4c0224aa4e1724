"""What follows a normalisation: a learned scale and shift, the way back."""

from __future__ import annotations

from typing import Any

import autograd as ag
from autograd.core.float16 import in_float32
from nn import init
from nn.checks import boolean
from nn.init import Seed
from nn.layers.sizes import along
from nn.module import Module
from nn.parameter import Parameter


class Affine(Module):
    """A normalisation whose result is multiplied by a weight, and to which a bias is added.

    A subclass makes them in ``__init__``; each is None if it is not wanted.
    """

    weight: Parameter | None
    bias: Parameter | None

    def _make_affine(
        self, shape: tuple[int, ...], affine: bool, bias: bool, dtype: ag.DTypeLike
    ) -> None:
        boolean(type(self).__name__, bias=bias)
        zeros = init.blank(shape, dtype)
        self.weight = Parameter(zeros + 1.0) if affine else None
        self.bias = Parameter(zeros) if affine and bias else None

    def reset_parameters(self, rng: Seed = None) -> None:
        """Begin anew with weights 1 and biases 0."""
        if self.weight is not None:
            init.ones_(self.weight)
        if self.bias is not None:
            init.zeros_(self.bias)

    def _scaled(self, y: Any, axis: int | None = None) -> Any:
        """Scale and shift, along one axis or, without ``axis``, the last ones."""
        for p, change in ((self.weight, ag.multiply), (self.bias, ag.add)):
            if p is not None:
                y = change(y, p if axis is None else along(p, axis, y.ndim))
        return y

    @in_float32
    def _standardised(self, centred: Any, var: Any, eps: float, axis: int) -> Any:
        """Divide by the standard deviation, and scale and shift the channels, along an axis.

        Deviation and scale are one factor for each channel, so that all elements are multiplied
        once.
        """
        scale = 1.0 / ag.sqrt(var + eps)
        if self.weight is not None:
            scale = scale * along(self.weight, axis, centred.ndim)
        y = centred * scale
        return y if self.bias is None else y + along(self.bias, axis, centred.ndim)

    def _affine_repr(self) -> str:
        """Return whether there is a weight, and that there is no bias, if it has none alone."""
        missing = ", bias=False" if self.weight is not None and self.bias is None else ""
        return f"affine={self.weight is not None}{missing}"
