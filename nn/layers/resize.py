"""Changing the size of images, along each axis by itself.

A new pixel is a weighted mean of old ones.  Along one axis that is a matrix with a row of weights
for each new pixel, so resizing an image is a product with one matrix from the left and another from
the right: linear, and its derivative is the product with their transposes.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import autograd as ag
from autograd.core.float16 import narrowed, widened
from nn.checks import above_zero, at_least_one, one_of
from nn.layers.inputs import as_array, as_floats
from nn.layers.sizes import Size, check_image, per_axis
from nn.module import Module


class AdaptiveAvgPool2d(Module):
    """The means of ``output_size`` windows along each axis, whatever the size of the image.

    Window i of an axis goes from ``floor(i n / out)`` to ``ceil((i + 1) n / out)``; they may
    overlap.

    Parameters
    ----------
    output_size : int or (height, width)
        None for an axis leaves it as it is.

    Raises
    ------
    autograd.OptionError
        If it is not an integer of at least 1.
    autograd.ShapeError
        When called, if the input is not (N, C, H, W).

    Examples
    --------
    >>> import autograd as ag, nn
    >>> nn.AdaptiveAvgPool2d(1)(ag.tensor([[[[1.0, 2.0], [3.0, 6.0]]]]))
    tensor([[[[3.]]]])
    """

    def __init__(self, output_size: Size) -> None:
        pair = output_size if isinstance(output_size, (tuple, list)) else (output_size,) * 2
        per_axis(type(self).__name__, 2, output_size=tuple(1 if n is None else n for n in pair))
        self.output_size = tuple(pair)

    def forward(self, x: ag.ArrayLike) -> ag.Tensor:
        """Map (N, C, H, W) to (N, C, *output_size)."""
        x = as_floats(x)
        check_image(x, 2)
        sizes = [o or n for n, o in zip(x.shape[2:], self.output_size, strict=True)]
        return _resized(x, *(_means(n, o) for n, o in zip(x.shape[2:], sizes, strict=True)))

    def extra_repr(self) -> str:
        """Return the size."""
        return f"output_size={self.output_size}"


class Upsample(Module):
    """Enlarge images by repeating pixels, or by interpolating between them; deck 0 (FlowNet).

    Parameters
    ----------
    size : int or tuple, optional
        The new size.
    scale_factor : float or tuple, optional
        Instead of it, by how much to enlarge; the size is rounded down.
    mode : {"nearest", "bilinear"}
        "nearest" takes 1, 2 or 3 spatial axes, "bilinear" 2.
    align_corners : bool, optional
        Of "bilinear": whether the centres of the corner pixels stay where they are, rather than
        their outer edges.

    Raises
    ------
    autograd.OptionError
        If both or neither of ``size`` and ``scale_factor`` are given, or ``align_corners`` with
        "nearest".
    autograd.ShapeError
        When called, if the input is not (N, C, *image).

    Examples
    --------
    >>> import autograd as ag, nn
    >>> nn.Upsample(scale_factor=2)(ag.tensor([[[1.0, 5.0]]]))
    tensor([[[1., 1., 5., 5.]]])
    >>> nn.Upsample(size=(1, 3), mode="bilinear", align_corners=True)(ag.tensor([[[[1.0, 5.0]]]]))
    tensor([[[[1., 3., 5.]]]])
    """

    size: Any
    scale_factor: Any

    def __init__(
        self,
        size: Size | None = None,
        scale_factor: float | Sequence[float] | None = None,
        mode: str = "nearest",
        align_corners: bool | None = None,
    ) -> None:
        one_of("Upsample", ("nearest", "bilinear"), mode=mode)
        if (size is None) == (scale_factor is None):
            raise ag.OptionError("Upsample: give size or scale_factor, and only one")
        if mode == "nearest" and align_corners is not None:
            raise ag.OptionError('Upsample: align_corners is an option of mode="bilinear"')
        given = scale_factor if size is None else size
        for number in given if isinstance(given, (tuple, list)) else (given,):
            if scale_factor is None:
                at_least_one("Upsample", size=number)
            else:
                above_zero("Upsample", scale_factor=number)
        self.size = size
        self.scale_factor = scale_factor
        self.mode = mode
        self.align_corners = align_corners

    def forward(self, x: ag.ArrayLike) -> Any:
        """Map (N, C, *image) to (N, C, *size)."""
        x = as_floats(x) if self.mode == "bilinear" else as_array(x)
        axes = 2 if self.mode == "bilinear" else min(max(x.ndim - 2, 1), 3)
        check_image(x, axes)
        geometry = self._geometry(x.shape[2:])
        if self.mode == "nearest":
            for axis, lengths in enumerate(geometry, start=2):
                x = ag.take(x, _nearest(*lengths), axis=axis)
            return x
        corners = bool(self.align_corners)
        rows, columns = (
            _between(n, new, 1.0 / (factor or new / n), corners) for n, new, factor in geometry
        )
        return _resized(x, rows, columns)

    def _geometry(self, image: tuple[int, ...]) -> list[tuple[int, int, float | None]]:
        """Return of each axis its length, the new one, and the factor, if that was given."""
        given = self.size if self.scale_factor is None else self.scale_factor
        several = given if isinstance(given, (tuple, list)) else (given,) * len(image)
        if len(several) != len(image):
            raise ag.ShapeError(
                f"an input with {len(image)} spatial axes needs one number or {len(image)}, "
                f"not {given}"
            )
        pairs = zip(image, several, strict=True)
        if self.scale_factor is None:
            return [(n, new, None) for n, new in pairs]
        return [(n, max(1, math.floor(n * factor)), factor) for n, factor in pairs]

    def extra_repr(self) -> str:
        """Return the size and the mode."""
        name = "size" if self.scale_factor is None else "scale_factor"
        corners = "" if self.align_corners is None else f", align_corners={self.align_corners}"
        return f"{name}={getattr(self, name)}, mode={self.mode!r}{corners}"


def _resized(x: Any, rows: Any, columns: Any) -> Any:
    wide = widened(x)
    left, right = (ag.astype(m, wide.dtype) for m in (rows, columns))
    y = ag.matmul(ag.matmul(left, wide), right.T)
    return y if wide is x else narrowed(y)


@lru_cache(maxsize=256)
def _means(n: int, out: int) -> Any:
    """Return a row for each window, with weights that add up to 1."""
    rows = []
    for i in range(out):
        begin, end = i * n // out, -(-(i + 1) * n // out)
        rows.append([(begin <= j < end) / (end - begin) for j in range(n)])
    return _constant(rows)


def _nearest(n: int, new: int, factor: float | None) -> list[int]:
    """Return the old pixel for each new one; divided, not multiplied, so that it is exact."""
    old = [i * n // new if factor is None else math.floor(i / factor) for i in range(new)]
    return [min(i, n - 1) for i in old]


@lru_cache(maxsize=256)
def _between(n: int, new: int, step: float, corners: bool) -> Any:
    """Return a row for each new pixel: how near it is to the two old ones beside it."""
    if new == n:
        step = 1.0  # also if a factor near 1 was rounded down to it
    elif corners:
        step = (n - 1) / (new - 1) if new > 1 else 0.0
    rows = []
    for i in range(new):
        place = i * step if corners else max((i + 0.5) * step - 0.5, 0.0)
        left = min(math.floor(place), n - 1)
        right, share = min(left + 1, n - 1), place - left
        row = [0.0] * n
        row[left] += 1.0 - share
        row[right] += share
        rows.append(row)
    return _constant(rows)


def _constant(rows: list[list[float]]) -> Any:
    """Return a read-only matrix, since it is cached."""
    matrix = ag.tensor(rows).data
    matrix.flags.writeable = False
    return matrix
