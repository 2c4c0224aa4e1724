"""Changing the size of images, along each axis by itself.

A new pixel is a weighted mean of old ones.  Along one axis that is a matrix with a row of weights
for each new pixel, so resizing an image is a product with one matrix from the left and another from
the right: linear, and its derivative is the product with their transposes.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any

import autograd as ag
from nn.checks import one_of, positive
from nn.layers.sizes import check_image, per_axis
from nn.module import Module


class AdaptiveAvgPool2d(Module):
    """The means of so many windows, whatever the size of the image; for AlexNet and ResNet.

    Window i of an axis goes from ``floor(i n / out)`` to ``ceil((i + 1) n / out)``; they may
    overlap.

    Parameters
    ----------
    output_size : int or (height, width)
        None for an axis leaves it as it is.

    Raises
    ------
    autograd.OptionError
        If it is no integer of at least 1.
    autograd.ShapeError
        When called, if the input is not (N, C, H, W).

    Examples
    --------
    >>> import autograd as ag, nn
    >>> nn.AdaptiveAvgPool2d(1)(ag.tensor([[[[1.0, 2.0], [3.0, 6.0]]]]))
    tensor([[[[3.]]]])
    """

    def __init__(self, output_size: Any) -> None:
        pair = output_size if isinstance(output_size, (tuple, list)) else (output_size,) * 2
        per_axis(type(self).__name__, 2, output_size=tuple(1 if n is None else n for n in pair))
        self.output_size = tuple(pair)

    def forward(self, x: Any) -> Any:
        """Map (N, C, H, W) to (N, C, *output_size)."""
        x = x if hasattr(x, "dtype") else ag.tensor(x)
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
        If not one of ``size`` and ``scale_factor`` is given, or ``align_corners`` with "nearest".
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

    def __init__(
        self,
        size: Any = None,
        scale_factor: Any = None,
        mode: str = "nearest",
        align_corners: bool | None = None,
    ) -> None:
        one_of("Upsample", ("nearest", "bilinear"), mode=mode)
        if (size is None) == (scale_factor is None):
            raise ag.OptionError("Upsample: give either size or scale_factor, and one of them")
        if mode == "nearest" and align_corners is not None:
            raise ag.OptionError('Upsample: align_corners is an option of mode="bilinear"')
        given = size if scale_factor is None else scale_factor
        for number in given if isinstance(given, (tuple, list)) else (given,):
            if scale_factor is None:
                positive("Upsample", size=number)
            elif not 0 < number < math.inf:
                raise ag.OptionError(f"Upsample: scale_factor={number!r} must be above 0")
        self.size = size
        self.scale_factor = scale_factor
        self.mode = mode
        self.align_corners = align_corners

    def forward(self, x: Any) -> Any:
        """Map (N, C, *image) to (N, C, *size)."""
        x = x if hasattr(x, "dtype") else ag.tensor(x)
        axes = 2 if self.mode == "bilinear" else min(max(x.ndim - 2, 1), 3)
        check_image(x, axes)
        scales = [self._scale(i, n, axes) for i, n in enumerate(x.shape[2:])]
        if self.mode == "nearest":
            for axis, (n, (new, step)) in enumerate(zip(x.shape[2:], scales, strict=True), start=2):
                x = ag.take(x, _nearest(n, new, step), axis=axis)
            return x
        corners = bool(self.align_corners)
        matrices = [
            _between(n, new, step, corners)
            for n, (new, step) in zip(x.shape[2:], scales, strict=True)
        ]
        return _resized(x, *matrices)

    def _scale(self, axis: int, n: int, axes: int) -> tuple[int, float]:
        """Return the new length of an axis, and the step between new pixels in old ones."""
        given = self.size if self.scale_factor is None else self.scale_factor
        several = isinstance(given, (tuple, list))
        if several and len(given) != axes:
            raise ag.ShapeError(
                f"an input with {axes} spatial axes needs one number or {axes}, not {given}"
            )
        number = given[axis] if several else given
        if self.scale_factor is None:
            return number, n / number
        return max(1, math.floor(n * number)), 1 / number

    def extra_repr(self) -> str:
        """Return the size and the mode."""
        size = (
            f"size={self.size}"
            if self.scale_factor is None
            else (f"scale_factor={self.scale_factor}")
        )
        return f"{size}, mode={self.mode!r}"


Matrix = tuple[tuple[float, ...], ...]


def _resized(x: Any, rows: Matrix, columns: Matrix) -> Any:
    dtype = x.dtype if x.dtype.kind == "f" else float
    left, right = (ag.tensor(m, dtype=dtype).data for m in (rows, columns))
    return ag.matmul(ag.matmul(left, x), right.T)


@lru_cache(maxsize=256)
def _means(n: int, out: int) -> Matrix:
    """Return a row for each window, with weights that add up to 1."""
    rows = []
    for i in range(out):
        begin, end = i * n // out, -(-(i + 1) * n // out)
        rows.append(tuple((begin <= j < end) / (end - begin) for j in range(n)))
    return tuple(rows)


def _nearest(n: int, new: int, step: float) -> list[int]:
    return [min(math.floor(i * step), n - 1) for i in range(new)]


@lru_cache(maxsize=256)
def _between(n: int, new: int, step: float, corners: bool) -> Matrix:
    """Return a row for each new pixel: how near it is to the two old ones beside it."""
    if corners:
        step = (n - 1) / (new - 1) if new > 1 else 0.0
    rows = []
    for i in range(new):
        place = i * step if corners else max((i + 0.5) * step - 0.5, 0.0)
        left = min(math.floor(place), n - 1)
        right, share = min(left + 1, n - 1), place - left
        row = [0.0] * n
        row[left] += 1.0 - share
        row[right] += share
        rows.append(tuple(row))
    return tuple(rows)
