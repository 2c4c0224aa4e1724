"""What convolutions, transposed and locally connected ones, too, share: kernels over images."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import autograd as ag
from nn import init
from nn.checks import at_least_one, boolean
from nn.init import Seed
from nn.layers.inputs import as_input
from nn.layers.sizes import Size, along, over_batch, per_axis
from nn.layers.weights import reset
from nn.module import Module
from nn.parameter import Parameter

# Options that `repr` shows only if they are something else.
USUAL = {"padding": 0, "output_padding": 0, "dilation": 1, "groups": 1, "padding_mode": "zeros"}


class Kernels(Module):
    """A layer with a kernel for each pair of an input and an output channel, and biases.

    A subclass says how many spatial axes there are, and makes its weights in ``__init__``.
    """

    _axes: int

    padding: Any  # sizes, or a word

    def _set_kernels(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Size,
        stride: Size,
        dilation: Size,
        groups: int,
    ) -> None:
        kind = type(self).__name__
        at_least_one(kind, in_channels=in_channels, out_channels=out_channels, groups=groups)
        in_channels, out_channels, groups = map(int, (in_channels, out_channels, groups))
        if in_channels % groups or out_channels % groups:
            raise ag.OptionError(
                f"{kind}: groups={groups} must divide in_channels={in_channels} and "
                f"out_channels={out_channels}"
            )
        self.in_channels = in_channels
        self.out_channels = out_channels
        self.kernel_size = self._sizes(kernel_size=kernel_size)
        self.stride = self._sizes(stride=stride)
        self.dilation = self._sizes(dilation=dilation)
        self.groups = groups

    def _sizes(self, least: int = 1, **given: Any) -> tuple[int, ...]:
        return per_axis(type(self).__name__, self._axes, least, **given)

    def _make(self, channels: tuple[int, int], bias: bool, rng: Seed, dtype: ag.DTypeLike) -> None:
        boolean(type(self).__name__, bias=bias)
        self.weight = Parameter(init.blank((*channels, *self.kernel_size), dtype))
        self.bias = Parameter(init.blank((self.out_channels,), dtype)) if bias else None
        self.reset_parameters(rng)

    def reset_parameters(self, rng: Seed = None) -> None:
        """Draw new kernels and biases."""
        reset(self, rng)

    def _over_batch(self, f: Callable[[Any], Any], x: ag.ArrayLike) -> Any:
        return over_batch(f, as_input(self, x), self._axes, self.in_channels)

    def _with_bias(self, y: Any) -> Any:
        return y if self.bias is None else y + along(self.bias, 1, y.ndim)

    def extra_repr(self) -> str:
        """Return channels and geometry, as far as they are not the usual ones."""
        words = [str(self.in_channels), str(self.out_channels)]
        words += [f"{name}={getattr(self, name)}" for name in ("kernel_size", "stride")]
        for name, usual in USUAL.items():
            value = getattr(self, name, usual)
            if value not in (usual, (usual,) * self._axes):
                words.append(f"{name}={value!r}")
        return ", ".join(words + ["bias=False"] * (self.bias is None))
