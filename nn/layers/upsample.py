"""Enlarging images, or shrinking them: by repeating pixels, or by interpolating between them."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import autograd as ag
from nn.checks import above_zero, at_least_one, boolean, one_of
from nn.layers.inputs import as_array, as_floats
from nn.layers.resize import cubic, linear, resized
from nn.layers.sizes import Size, check_image
from nn.module import Module

# How a mode interpolates, and along how many axes.
INTERPOLATING: dict[str, tuple[Callable[..., Any], int]] = {
    "linear": (linear, 1),
    "bilinear": (linear, 2),
    "trilinear": (linear, 3),
    "bicubic": (cubic, 2),
}
MODES = ("nearest", "nearest-exact", *INTERPOLATING)

# Of each axis its length, the new one, and the factor, if that was given.
Lengths = tuple[int, int, float | None]


class Upsample(Module):
    """Enlarge images by repeating pixels, or by interpolating between them; deck 0 (FlowNet).

    Parameters
    ----------
    size : int or tuple, optional
        The new size.
    scale_factor : float or tuple, optional
        Instead of it, by how much to enlarge; the size is rounded down.
    mode : {"nearest", "nearest-exact", "linear", "bilinear", "trilinear", "bicubic"}
        "nearest" takes 1, 2 or 3 spatial axes, and the pixel whose left edge is the nearest on the
        left; "nearest-exact" takes the one whose centre is the nearest.  "linear" takes 1 axis,
        "bilinear" and "bicubic" take 2, "trilinear" 3.
    align_corners : bool, optional
        Of those that interpolate: whether the centres of the corner pixels stay where they are,
        rather than their outer edges.
    recompute_scale_factor : bool, optional
        Whether pixels lie as the rounded size says, instead of the factor.

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
        recompute_scale_factor: bool | None = None,
    ) -> None:
        kind = type(self).__name__
        one_of(kind, MODES, mode=mode)
        if (size is None) == (scale_factor is None):
            raise ag.OptionError(f"{kind}: give size or scale_factor, and only one")
        if mode not in INTERPOLATING and align_corners is not None:
            raise ag.OptionError(
                f"{kind}: align_corners is an option of {', '.join(INTERPOLATING)} alone"
            )
        if recompute_scale_factor is not None:
            boolean(kind, recompute_scale_factor=recompute_scale_factor)
        if recompute_scale_factor and scale_factor is None:
            raise ag.OptionError(f"{kind}: recompute_scale_factor is an option of scale_factor")
        given = scale_factor if size is None else size
        for number in given if isinstance(given, (tuple, list)) else (given,):
            if scale_factor is None:
                at_least_one(kind, size=number)
            else:
                above_zero(kind, scale_factor=number)
        self.size = size
        self.scale_factor = scale_factor
        self.mode = mode
        self.align_corners = align_corners
        self.recompute_scale_factor = recompute_scale_factor

    def forward(self, x: ag.ArrayLike) -> Any:
        """Map (N, C, *image) to (N, C, *size)."""
        if self.mode in INTERPOLATING:
            return self._interpolated(as_floats(x), *INTERPOLATING[self.mode])
        x = as_array(x)
        check_image(x, min(max(x.ndim - 2, 1), 3))
        for axis, lengths in enumerate(self._geometry(x.shape[2:]), start=2):
            x = ag.take(x, _nearest(*lengths, centred=self.mode == "nearest-exact"), axis=axis)
        return x

    def _interpolated(self, x: Any, weights: Callable[..., Any], axes: int) -> Any:
        check_image(x, axes)
        corners = bool(self.align_corners)
        return resized(
            x,
            (
                weights(n, new, 1.0 / (factor or new / n), corners)
                for n, new, factor in self._geometry(x.shape[2:])
            ),
        )

    def _geometry(self, image: tuple[int, ...]) -> list[Lengths]:
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
        new_and_factor = [(n, max(1, math.floor(n * factor)), factor) for n, factor in pairs]
        if self.recompute_scale_factor:
            return [(n, new, None) for n, new, _ in new_and_factor]
        return new_and_factor

    def extra_repr(self) -> str:
        """Return the size and the mode."""
        name = "size" if self.scale_factor is None else "scale_factor"
        words = [f"{name}={getattr(self, name)}", f"mode={self.mode!r}"]
        others = ("align_corners", "recompute_scale_factor")
        words += [f"{n}={getattr(self, n)}" for n in others if getattr(self, n) is not None]
        return ", ".join(words)


def _nearest(n: int, new: int, factor: float | None, centred: bool) -> list[int]:
    """Return the old pixel for each new one; divided, not multiplied, so that it is exact."""
    if factor is None:
        old = [((2 * i + 1) * n // (2 * new)) if centred else i * n // new for i in range(new)]
    else:
        old = [math.floor((i + 0.5 * centred) / factor) for i in range(new)]
    return [min(i, n - 1) for i in old]


class _Upsampling2d(Upsample):
    """What the older layers of images share: one mode each."""

    def forward(self, x: ag.ArrayLike) -> Any:
        """Map (N, C, H, W) to (N, C, *size)."""
        x = as_array(x)
        check_image(x, 2)
        return super().forward(x)

    def extra_repr(self) -> str:
        """Return the size."""
        name = "size" if self.scale_factor is None else "scale_factor"
        return f"{name}={getattr(self, name)}"


class UpsamplingNearest2d(_Upsampling2d):
    """`Upsample` of images by repeating pixels.

    Parameters
    ----------
    size : int or (height, width), optional
    scale_factor : float or tuple, optional
        Instead of it.

    Examples
    --------
    >>> import autograd as ag, nn
    >>> nn.UpsamplingNearest2d(scale_factor=2)(ag.tensor([[[[1.0]]]]))
    tensor([[[[1., 1.],
              [1., 1.]]]])
    """

    def __init__(
        self,
        size: Size | None = None,
        scale_factor: float | Sequence[float] | None = None,
    ) -> None:
        super().__init__(size, scale_factor)


class UpsamplingBilinear2d(_Upsampling2d):
    """`Upsample` of images by interpolation between pixels, whose corners stay where they are.

    Parameters
    ----------
    size : int or (height, width), optional
    scale_factor : float or tuple, optional
        Instead of it.

    Examples
    --------
    >>> import autograd as ag, nn
    >>> nn.UpsamplingBilinear2d(size=(1, 3))(ag.tensor([[[[1.0, 5.0]]]]))
    tensor([[[[1., 3., 5.]]]])
    """

    def __init__(
        self,
        size: Size | None = None,
        scale_factor: float | Sequence[float] | None = None,
    ) -> None:
        super().__init__(size, scale_factor, "bilinear", align_corners=True)
