"""Convolution in one, two and three dimensions: three primitives that are each other's rules.

As in every network, "convolution" means cross-correlation: the kernel is not flipped.  The form
``T(x, w, y) = <y, conv(x, w)>`` is linear in image, kernel and output alike (see
`autograd.ops.kernels.conv_reference`), so the derivative of any of the three maps is made of the
other two:

=====================  ======================  ======================
map                    cotangent of the first  cotangent of the second
=====================  ======================  ======================
conv(x, w)             conv_transpose(ct, w)   conv_kernel(x, ct)
conv_transpose(y, w)   conv(ct, w)             conv_kernel(ct, y)
conv_kernel(x, y)      conv_transpose(y, ct)   conv(x, ct)
=====================  ======================  ======================

with stride, padding, dilation and groups intact.  That is why a convolution can be differentiated
as often as one likes.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from autograd.core.calls import checked
from autograd.core.define import primitive
from autograd.core.float16 import in_float32
from autograd.core.tensor import ArrayLike, Tensor
from autograd.core.types import Array, Padding, Sizes
from autograd.errors import ShapeError
from autograd.ops.kernels.conv_reference import Geometry, geometry, per_axis, read_geometry
from autograd.ops.kernels.conv_sums import correlate, match, scatter
from autograd.ops.shape import pad_constant


def _back_to_image(ct: Any, out: Any, x: Any, w: Any, **how: Any) -> Any:
    g = _conv_geometry(x, w, **how)
    return map_to_image(ct, w, g)


def _back_to_kernel(ct: Any, out: Any, x: Any, w: Any, **how: Any) -> Any:
    g = _conv_geometry(x, w, **how)
    return map_to_kernel(x, ct, g)


@primitive(vjps=(_back_to_image, _back_to_kernel))
@in_float32
def conv(
    x: Array,
    w: Array,
    stride: Sizes = 1,
    padding: Padding = 0,
    dilation: Sizes = 1,
    groups: int = 1,
) -> Array:
    """Cross-correlation of images with kernels: slide, multiply, add up.

    ``out[n, o, i] = sum_{c, k} w[o, c, k] x[n, c, stride i + dilation k - padding]``; deck 2,
    pages on the convolutional layer.  The cotangent of ``x`` scatters the kernel over every window
    (`conv_transpose`), and that of ``w`` matches image and cotangent (`conv_kernel`).

    x: (N, C, *image), w: (O, C/groups, *kernel), with one, two or three spatial axes
    -> (N, O, *out), out = floor((image + 2 padding - dilation (kernel - 1) - 1) / stride) + 1.

    stride, dilation: an integer or one per axis.  padding: the same, or ((before, after), ...), or
    "valid" for none, or "same" for out = ceil(image / stride).  groups: channels are split into
    that many parts that do not see each other.

    >>> import autograd as ag
    >>> ag.conv(ag.tensor([[[1.0, 2.0, 4.0]]]), ag.tensor([[[1.0, -1.0]]]))
    tensor([[[-1., -2.]]])
    """
    x, w = np.asarray(x), np.asarray(w)
    return correlate(x, w, _conv_geometry(x, w, stride, padding, dilation, groups))


def _conv_geometry(
    x: Any, w: Any, stride: Any = 1, padding: Any = 0, dilation: Any = 1, groups: int = 1
) -> Geometry:
    _check_ranks("conv", x.shape, w.shape)
    outputs, channels = w.shape[:2]
    if groups < 1 or outputs % groups or channels * groups != x.shape[1]:
        raise ShapeError(
            f"conv: image {x.shape} and kernel {w.shape} with groups={groups}: the kernel must be "
            f"(a multiple of groups, {x.shape[1]} channels / groups, ...)"
        )
    return geometry("conv", x.shape[2:], w.shape[2:], stride, padding, dilation, groups)


@checked
def conv_transpose(
    x: ArrayLike,
    w: ArrayLike,
    stride: Sizes = 1,
    padding: Padding = 0,
    output_padding: Sizes = 0,
    dilation: Sizes = 1,
    groups: int = 1,
) -> Tensor:
    """Transposed convolution: every input element scatters a copy of the kernel.

    It is the derivative of `conv` in its image, used forwards to enlarge (decks 0 and 3).

    Parameters
    ----------
    x : array or Tensor, (N, C, *image)
    w : array or Tensor, (C, O/groups, *kernel)
        As for `conv`, seen from the other side: C comes first.
    stride, padding, dilation : int or tuple
        Those of the `conv` that this transposes; padding crops the result.
    output_padding : int or tuple
        Extra size at the end of each axis, smaller than the stride or the dilation.  Below the
        stride, it chooses among the image sizes that `conv` maps to the same output.
    groups : int

    Returns
    -------
    Tensor or array, (N, O, *out)
        out = (image - 1) stride - 2 padding + dilation (kernel - 1) + output_padding + 1

    Raises
    ------
    ShapeError
        If shapes, groups or sizes do not fit together.

    Examples
    --------
    >>> import autograd as ag
    >>> ag.conv_transpose(ag.tensor([[[1.0, 10.0]]]), ag.tensor([[[1.0, 2.0]]]), stride=2)
    tensor([[[ 1.,  2., 10., 20.]]])
    """
    x, w = (a if isinstance(a, Tensor) else np.asarray(a) for a in (x, w))
    _check_ranks("conv_transpose", x.shape, w.shape)
    if groups < 1 or w.shape[0] % groups or w.shape[0] != x.shape[1]:
        raise ShapeError(
            f"conv_transpose: image {x.shape} and kernel {w.shape} with groups={groups}: the "
            f"kernel must be ({x.shape[1]}, outputs / groups, ...), with groups a divisor of it"
        )
    g, behind = _transposed(x, w, stride, padding, output_padding, dilation, groups)
    y = map_to_image(x, w, g)
    return pad_constant(y, ((0, 0), (0, 0), *((0, n) for n in behind))) if any(behind) else y


def _transposed(
    x: Any, w: Any, stride: Any, padding: Any, extra: Any, dilation: Any, groups: int
) -> tuple[Geometry, tuple[int, ...]]:
    """Find the convolution that maps the wanted result to ``x``, and how many zeros are behind.

    An extra size of a stride or more takes back what the padding crops, and beyond it, where no
    kernel reaches, it is zeros.
    """
    n = len(x.shape) - 2
    if isinstance(padding, str) and padding == "same":
        raise ShapeError('conv_transpose: padding "same" has no single meaning here; give numbers')
    read = read_geometry(
        "conv_transpose", x.shape[2:], w.shape[2:], stride, padding, dilation, groups
    )
    extras = per_axis("conv_transpose", "output_padding", extra, n, least=0)
    image = tuple(
        (size - 1) * s - low - high + d * (k - 1) + more + 1
        for size, s, (low, high), d, k, more in zip(
            x.shape[2:], read.stride, read.padding, read.dilation, read.kernel, extras, strict=True
        )
    )
    far = [e if e >= s else 0 for e, s in zip(extras, read.stride, strict=True)]
    behind = tuple(max(e - high, 0) for e, (_, high) in zip(far, read.padding, strict=True))
    pads = tuple((low, max(high - e, 0)) for e, (low, high) in zip(far, read.padding, strict=True))
    reached = tuple(size - n for size, n in zip(image, behind, strict=True))
    g = replace(read, image=reached, padding=pads)
    limits = zip(extras, g.stride, g.dilation, strict=True)
    fits = all(0 <= e < max(s, d) for e, s, d in limits)
    empty = 0 in (*x.shape[2:], *w.shape[2:])
    if not fits or empty or min(reached) < 0 or g.output != x.shape[2:]:
        raise ShapeError(
            f"conv_transpose: image {x.shape} and kernel {w.shape}: stride {g.stride}, padding "
            f"{read.padding} and output_padding {extras} leave no valid size (got {image}); "
            "output_padding must be smaller than the stride or the dilation, and the padding than "
            "the result"
        )
    return g, behind


def _check_ranks(operation: str, x: tuple[int, ...], w: tuple[int, ...]) -> None:
    if len(x) != len(w) or len(x) not in (3, 4, 5):
        raise ShapeError(
            f"{operation}: image {x} and kernel {w}: both need two axes, (N, C) and (O, C/groups), "
            "before one, two or three spatial ones"
        )


@primitive(
    vjps=(
        lambda ct, out, y, w, g: map_to_output(ct, w, g),
        lambda ct, out, y, w, g: map_to_kernel(ct, y, g),
    ),
    name="conv_transpose",
)
@in_float32
def map_to_image(y: Array, w: Array, g: Geometry) -> Array:
    """Scatter a kernel over an image, once for every output element; see `conv_transpose`.

    y: (N, O, *out), w: (O, C/groups, *kernel) -> (N, C, *g.image).

    >>> from autograd.ops.conv import map_to_image
    >>> from autograd.ops.kernels.conv_reference import geometry
    >>> from autograd import tensor
    >>> g = geometry("conv", (3,), (2,), 1, 0, 1, 1)
    >>> map_to_image(tensor([[[1.0, 10.0]]]), tensor([[[1.0, 2.0]]]), g)
    tensor([[[ 1., 12., 20.]]])
    """
    return scatter(y, w, g)


@primitive(
    vjps=(
        lambda ct, out, x, y, g: map_to_image(y, ct, g),
        lambda ct, out, x, y, g: map_to_output(x, ct, g),
    ),
    name="conv_kernel",
)
@in_float32
def map_to_kernel(x: Array, y: Array, g: Geometry) -> Array:
    """Match an image with an output: how much each kernel element had a part in it.

    It is the derivative of `conv` in its kernel.

    x: (N, C, *g.image), y: (N, O, *out) -> (O, C/groups, *g.kernel).

    >>> from autograd.ops.conv import map_to_kernel
    >>> from autograd.ops.kernels.conv_reference import geometry
    >>> from autograd import tensor
    >>> g = geometry("conv", (3,), (2,), 1, 0, 1, 1)
    >>> map_to_kernel(tensor([[[1.0, 2.0, 4.0]]]), tensor([[[1.0, 1.0]]]), g)
    tensor([[[3., 6.]]])
    """
    return match(x, y, g)


def map_to_output(x: ArrayLike, w: ArrayLike, g: Geometry) -> Tensor:
    """Apply `conv` with a geometry that is known already."""
    return conv(x, w, stride=g.stride, padding=g.padding, dilation=g.dilation, groups=g.groups)
