"""Pooling: the largest element of every window, or their sum; deck 2.

Both could be composed: `unfold` the windows, then `max` or `sum`.  That copies every window, and
then the gradient of every window; these primitives go through the kernel places instead, and at
each meet all windows at once in a view of the image.  They are two sets that are closed under
differentiation:

==========================  =============================
map                         cotangent of its image
==========================  =============================
window_max(x)               route(ct, winners(x, out))
route(y, places)            pick(ct, places)
pick(x, places)             route(ct, places)
window_sum(x)               spread(ct)
spread(y)                   window_sum(ct)
==========================  =============================
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from autograd.core.calls import checked
from autograd.core.define import primitive
from autograd.core.float16 import in_float32
from autograd.core.spec import Spec
from autograd.core.tensor import ArrayLike, Tensor, detached
from autograd.core.types import Array, Padding, Shape, Sizes
from autograd.errors import ShapeError
from autograd.ops.kernels.conv_reference import Geometry, geometry, kernel_over
from autograd.ops.kernels.pool_reference import through_channels, where_placed
from autograd.ops.kernels.pool_sums import largest, sums
from autograd.ops.kernels.pool_sums import route as add_at
from autograd.ops.kernels.pool_sums import spread as spread_out
from autograd.ops.kernels.pool_sums import winners as find_winners
from autograd.ops.reduce import max as max_
from autograd.ops.reduce import sum as sum_
from autograd.ops.shape import pad_constant
from autograd.ops.unfold import windows_of


@checked
def max_pool(
    x: ArrayLike,
    kernel: Sizes,
    stride: Sizes | None = None,
    padding: Padding = 0,
    dilation: Sizes = 1,
) -> Tensor:
    """Take the largest element of every window that a kernel visits; deck 2, on pooling.

    ``out[n, c, i] = max_k x[n, c, stride i + dilation k - padding]``.  The gradient goes to the
    largest element, of several equal ones to the first in row-major order.  NaN counts as the
    largest, and padding never wins; a window that lies wholly in it has the lowest number, -inf.

    Parameters
    ----------
    x : array or Tensor, (N, C, *image), with one, two or three spatial axes
    kernel : int or tuple of int
        The size of a window.
    stride : int or tuple, optional
        By default the kernel's size: windows side by side.
    padding, dilation : int or tuple
        As for `conv`.

    Returns
    -------
    Tensor or array, (N, C, *out)
        out = floor((image + 2 padding - dilation (kernel - 1) - 1) / stride) + 1

    Raises
    ------
    ShapeError
        If the kernel does not fit into the image.

    Examples
    --------
    >>> import autograd as ag
    >>> ag.max_pool(ag.tensor([[[1.0, 5.0, 3.0, 2.0]]]), 2)
    tensor([[[5., 3.]]])
    """
    x = x if isinstance(x, Tensor) else np.asarray(x)
    return window_max(x, pooled("max_pool", x.shape, kernel, stride, padding, dilation))


@checked
def argmax_pool(
    x: ArrayLike,
    kernel: Sizes,
    stride: Sizes | None = None,
    padding: Padding = 0,
    dilation: Sizes = 1,
) -> Any:
    """Return where in the image the elements stand that `max_pool` takes.

    Parameters
    ----------
    x, kernel, stride, padding, dilation
        As for `max_pool`.

    Returns
    -------
    array of int, (N, C, *out)
        Each the number of a pixel in its channel, counted row by row; -1 where a window lies
        wholly in the padding.  In a function that `capture` records it is a Tensor.

    Raises
    ------
    ShapeError
        If the kernel does not fit into the image.

    Examples
    --------
    >>> import autograd as ag
    >>> ag.argmax_pool([[[1.0, 5.0, 3.0, 2.0]]], 2)
    array([[[1, 2]]])
    """
    x = detached(x) if isinstance(x, Tensor) else np.asarray(x)
    g = pooled("argmax_pool", x.shape, kernel, stride, padding, dilation)
    return winners(x, window_max(x, g), g)


@checked
def sum_pool(
    x: ArrayLike,
    kernel: Sizes,
    stride: Sizes | None = None,
    padding: Padding = 0,
    dilation: Sizes = 1,
) -> Tensor:
    """Add up the elements of every window that a kernel visits; deck 2, on pooling.

    ``out[n, c, i] = sum_k x[n, c, stride i + dilation k - padding]``, with 0 in the padding.

    Parameters
    ----------
    x, kernel, stride, padding, dilation
        As for `max_pool`.

    Returns
    -------
    Tensor or array, (N, C, *out)

    Raises
    ------
    ShapeError
        If the kernel does not fit into the image.

    Examples
    --------
    >>> import autograd as ag
    >>> ag.sum_pool(ag.tensor([[[1.0, 5.0, 3.0, 2.0]]]), 2)
    tensor([[[6., 5.]]])
    """
    x = x if isinstance(x, Tensor) else np.asarray(x)
    return window_sum(x, pooled("sum_pool", x.shape, kernel, stride, padding, dilation))


def pooled(
    operation: str,
    x: Shape,
    kernel: Sizes,
    stride: Sizes | None,
    padding: Padding,
    dilation: Sizes,
) -> Geometry:
    """Read the arguments of a pooling; without a stride, windows lie side by side."""
    window = kernel_over(operation, x, kernel)
    if 0 in x[2:]:
        raise ShapeError(f"{operation}: shape {x}: an image without pixels has no windows")
    stride = window if stride is None else stride
    return geometry(operation, x[2:], window, stride, padding, dilation, 1)


@primitive(
    vjps=(lambda ct, out, x, g: route(ct, winners(detached(x), detached(out), g), g),),
    spec=Spec(
        region=lambda x, g: winners(x, window_max(x, g), g),
        composition=lambda x, g: max_(_windows(x, g, -np.inf), axis=_kernel_axes(g)),
    ),
    name="max_pool",
)
def window_max(x: Array, g: Geometry) -> Array:
    """Largest element of every window; see `max_pool`.  A primitive for speed: no window is copied.

    ``out[n, c, i] = max_k x[n, c, stride i + dilation k - padding]``; backwards, `route`.

    x: (N, C, *g.image) -> (N, C, *g.output).

    >>> from autograd.ops.pool import pooled, window_max
    >>> from autograd import tensor
    >>> window_max(tensor([[[1.0, 3.0, 2.0]]]), pooled("max_pool", (1, 1, 3), 2, 1, 0, 1))
    tensor([[[3., 3.]]])
    """
    return largest(np.asarray(x), g)


def _windows(x: Any, g: Geometry, frame: float) -> Any:
    """Copy out all windows, as a pooling that is composed does; see `unfold`."""
    framed = pad_constant(x, ((0, 0), (0, 0), *g.padding), constant_values=frame)
    return windows_of(framed, replace(g, image=g.padded, padding=((0, 0),) * len(g.image)))


def _kernel_axes(g: Geometry) -> tuple[int, ...]:
    return tuple(range(2, 2 + len(g.kernel)))


@primitive(vjps=(None, None))
def winners(x: Array, out: Array, g: Geometry) -> Array:
    """Return which pixel each window's maximum ``out`` comes from, or -1; see `argmax_pool`.

    No gradient: the result is a constant of the graph.

    x: (N, C, *g.image), out: (N, C, *g.output) -> int of the shape of out.

    >>> from autograd.ops.pool import pooled, window_max, winners
    >>> from autograd import tensor
    >>> x, g = tensor([[[1.0, 3.0, 2.0]]]), pooled("max_pool", (1, 1, 3), 2, 1, 0, 1)
    >>> winners(x, window_max(x, g), g)
    tensor([[[1, 1]]], dtype=int64)
    """
    return find_winners(np.asarray(x), np.asarray(out), g)


@primitive(
    vjps=(lambda ct, out, y, places, g: pick(ct, places, g), None),
)
@in_float32
def route(y: Array, places: Array, g: Geometry) -> Array:
    """Add every element up at its place in an image, which is 0 elsewhere.

    ``out[n, c, p] = sum of y[n, c, i] where places[n, c, i] = p``; the derivative of `max_pool`.
    A primitive for speed: `scatter_add` takes an index for each axis, this one number.

    y: (N, C, *g.output), places: integers of that shape, as `argmax_pool` makes them
    -> (N, C, *g.image).

    >>> import numpy as np
    >>> from autograd.ops.pool import pooled, route
    >>> from autograd import tensor
    >>> g = pooled("max_pool", (1, 1, 3), 2, 1, 0, 1)
    >>> route(tensor([[[1.0, 10.0]]]), np.array([[[1, 1]]]), g)
    tensor([[[ 0., 11.,  0.]]])
    """
    return add_at(np.asarray(y), np.asarray(places), g)


@primitive(
    vjps=(lambda ct, out, x, places, g: route(ct, places, g), None),
)
def pick(x: Array, places: Array, g: Geometry) -> Array:
    """Take the elements at places of an image.

    ``out[n, c, i] = x[n, c, places[n, c, i]]``; the derivative of `route`.

    x: (N, C, *g.image), places: integers as `argmax_pool` makes them -> (N, C, *g.output).

    >>> import numpy as np
    >>> from autograd.ops.pool import pick, pooled
    >>> from autograd import tensor
    >>> g = pooled("max_pool", (1, 1, 3), 2, 1, 0, 1)
    >>> pick(tensor([[[1.0, 3.0, 2.0]]]), np.array([[[1, 1]]]), g)
    tensor([[[3., 3.]]])
    """
    x, places = np.asarray(x), np.asarray(places)
    return where_placed(np.take(x, through_channels(places, g.image)), places)


@primitive(
    vjps=(lambda ct, out, x, g: spread(ct, g),),
    spec=Spec(composition=lambda x, g: sum_(_windows(x, g, 0.0), axis=_kernel_axes(g))),
    name="sum_pool",
)
@in_float32
def window_sum(x: Array, g: Geometry) -> Array:
    """Sum of every window; see `sum_pool`.  A primitive for speed: no window is copied.

    ``out[n, c, i] = sum_k x[n, c, stride i + dilation k - padding]``; backwards, `spread`.

    x: (N, C, *g.image) -> (N, C, *g.output).

    >>> from autograd.ops.pool import pooled, window_sum
    >>> from autograd import tensor
    >>> window_sum(tensor([[[1.0, 3.0, 2.0]]]), pooled("sum_pool", (1, 1, 3), 2, 1, 0, 1))
    tensor([[[4., 5.]]])
    """
    return sums(np.asarray(x), g)


@primitive(vjps=(lambda ct, out, y, g: window_sum(ct, g),))
@in_float32
def spread(y: Array, g: Geometry) -> Array:
    """Add every element to all places of its window.

    The derivative of `sum_pool`: the copies that a pixel's windows took of it add up.

    y: (N, C, *g.output) -> (N, C, *g.image).

    >>> from autograd.ops.pool import pooled, spread
    >>> from autograd import tensor
    >>> spread(tensor([[[1.0, 10.0]]]), pooled("sum_pool", (1, 1, 3), 2, 1, 0, 1))
    tensor([[[ 1., 11., 10.]]])
    """
    return spread_out(np.asarray(y), g)
