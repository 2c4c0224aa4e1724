"""Pooling: one number for each window of an image, and how the windows lie."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import autograd as ag
from nn.layers.sizes import Size, per_axis
from nn.module import Module


class Pool(Module):
    """What all kinds share: how the windows lie."""

    _axes: int
    _options: tuple[str, ...] = ("kernel_size", "stride", "padding", "ceil_mode")

    def _set_geometry(
        self, kernel_size: Size, stride: Size | None, padding: Size, dilation: Size, ceil_mode: bool
    ) -> None:
        kind, n = type(self).__name__, self._axes
        self.kernel_size = per_axis(kind, n, kernel_size=kernel_size)
        self.stride = self.kernel_size if stride is None else per_axis(kind, n, stride=stride)
        self.padding = per_axis(kind, n, 0, padding=padding)
        self.dilation = per_axis(kind, n, dilation=dilation)
        self.ceil_mode = ceil_mode
        reach = [d * (k - 1) + 1 for d, k in zip(self.dilation, self.kernel_size, strict=True)]
        if any(2 * p > r for p, r in zip(self.padding, reach, strict=True)):
            raise ag.OptionError(
                f"{kind}: padding={self.padding} may be at most half of the window {tuple(reach)}, "
                "or windows would lie in the padding"
            )

    def _geometry(self, x: Any) -> tuple[Any, ...]:
        """Return how the window moves over an image, as the functions of `autograd` take it."""
        return self.kernel_size, self.stride, tuple(self._paddings(x.shape[2:])), self.dilation

    def _paddings(self, image: tuple[int, ...]) -> Iterator[tuple[int, int]]:
        """Yield the padding of each axis; with ``ceil_mode`` the last window may stand out of it.

        But it must not begin behind the image, where it would see nothing.
        """
        geometry = (image, self.kernel_size, self.stride, self.padding, self.dilation)
        for n, k, s, p, d in zip(*geometry, strict=True):
            reach = d * (k - 1) + 1
            free = n + 2 * p - reach
            last = -(-free // s) if self.ceil_mode else free // s
            if last * s >= n + p:
                last -= 1
            yield p, max(p, last * s + reach - n - p)

    def extra_repr(self) -> str:
        """Return the geometry."""
        return ", ".join(f"{name}={_short(getattr(self, name))}" for name in self._options)


def _short(value: Any) -> Any:
    return value[0] if isinstance(value, tuple) and len(set(value)) == 1 else value
