"""Warping: an image seen through a flow, sampled between its pixels."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.core.composition import composition
from autograd.core.messages import one_line
from autograd.core.tensor import ArrayLike, Tensor
from autograd.errors import OptionError, ShapeError
from autograd.functions.arithmetic import astype, clip
from autograd.functions.arrays import as_floats, expand_dims
from autograd.functions.picking import pad
from autograd.ops.index import getitem
from autograd.ops.piecewise import floor, fmin, minimum

MODES = ("border", "zeros")


@composition
def warp(image: ArrayLike, flow: ArrayLike, mode: str = "border") -> Tensor:
    """Sample an image where a flow points: ``out[n, c, y, x] = image[n, c, y + v, x + u]``.

    Of the second of two frames and the flow between them it makes the first one again, wherever
    nothing is occluded.  Between pixels it takes the mean of the four around, each weighted with
    how near it is along x times how near along y (bilinear interpolation, as in the spatial
    transformer of Jaderberg et al. 2015).

    The gradient passes to the image and to the flow.  In the flow the result is piecewise bilinear,
    with kinks where a place lies on a row or column of pixels: there the slope is that to the
    right, or downward.  At the outermost pixels and beyond them (with "zeros", one pixel further
    out) the slope is 0.

    Parameters
    ----------
    image : array or Tensor, (N, C, H, W)
    flow : array or Tensor, (N, 2, H, W)
        For each pixel of the result how far to the right (u) and how far down (v) its place in
        the image is, in pixels.
    mode : {"border", "zeros"}
        What is around the image: its outermost pixels again, or 0.

    Returns
    -------
    Tensor or array, (N, C, H, W)
        NaN where the flow is NaN, or one of the four pixels around is not finite.

    Raises
    ------
    OptionError
        If there is no such mode.
    ShapeError
        If the shapes are not these, or the image has no pixels.

    Examples
    --------
    >>> import autograd as ag
    >>> image = ag.tensor([[[[0.0, 1.0, 4.0]]]])
    >>> flow = ag.tensor([[[[0.5, 0.25, 9.0]], [[0.0, 0.0, 0.0]]]])
    >>> ag.warp(image, flow)
    tensor([[[[0.5 , 1.75, 4.  ]]]])
    >>> ag.warp(image, flow, mode="zeros")
    tensor([[[[0.5 , 1.75, 0.  ]]]])
    """
    image, flow = as_floats(image, "warp"), as_floats(flow, "warp")
    _check(image, flow, mode)
    frame = 1 if mode == "zeros" else 0
    if frame:
        image = pad(image, ((0, 0), (0, 0), (frame, frame), (frame, frame)))
    # float16 has no integers between 2048 and 2050, which are pixels of wide images.
    exact = np.promote_types(flow.dtype, np.float32)
    pixels = np.indices(flow.shape[2:], dtype=exact) + frame
    x, y = (pixels[1 - i] + getitem(flow, (slice(None), i)) for i in (0, 1))
    left, right, across = _around(x, image.shape[3], flow.dtype)
    above, below, down = _around(y, image.shape[2], flow.dtype)
    upper = _between(_at(image, above, left), _at(image, above, right), across)
    lower = _between(_at(image, below, left), _at(image, below, right), across)
    return _between(upper, lower, down)


def _around(places: Any, length: int, dtype: Any) -> tuple[Any, Any, Any]:
    """Return the pixels before and behind places along an axis, and how far between them they are.

    Both are (N, 1, H, W), for all channels.
    """
    places = expand_dims(clip(places, 0, length - 1), 1)
    start = floor(places)
    before = astype(fmin(start, length - 1), int)  # of NaN, some pixel; NaN is then its weight
    return before, minimum(before + 1, length - 1), astype(places - start, dtype)


def _at(image: Any, rows: Any, columns: Any) -> Any:
    """Return the pixels of each image of a batch, in all channels, in these rows and columns."""
    count, channels = image.shape[:2]
    one_each = np.arange(count).reshape(-1, 1, 1, 1), np.arange(channels).reshape(1, -1, 1, 1)
    return getitem(image, (*one_each, rows, columns))


def _between(start: Any, end: Any, share: Any) -> Tensor:
    found: Tensor = (1 - share) * start + share * end
    return found


def _check(image: Any, flow: Any, mode: str) -> None:
    if not isinstance(mode, str) or mode not in MODES:
        raise OptionError(f"warp: mode={one_line(mode)} must be one of {', '.join(MODES)}")
    if image.ndim != 4 or 0 in image.shape[2:]:
        raise ShapeError(f"warp: image {image.shape} must be (N, C, H, W), with at least one pixel")
    wanted = (image.shape[0], 2, *image.shape[2:])
    if flow.shape != wanted:
        raise ShapeError(
            f"warp: flow {flow.shape} must be {wanted}, two numbers for each pixel of image "
            f"{image.shape}"
        )
