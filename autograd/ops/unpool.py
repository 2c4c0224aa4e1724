"""Unpooling: the largest elements put back where they stood; deck 3.

Two maps are each other's derivative:

==========================  =============================
map                         cotangent of its first input
==========================  =============================
put_back(y, places)         take_out(ct, places)
take_out(x, places)         put_back(ct, places)
==========================  =============================

An element that was the largest of several windows comes back once: of elements with one place the
last one counts, and the others receive no gradient.
"""

from __future__ import annotations

from math import prod

import numpy as np

from autograd.core.calls import checked
from autograd.core.define import primitive
from autograd.core.messages import one_line
from autograd.core.tensor import ArrayLike, Tensor
from autograd.core.types import Array, Shape
from autograd.errors import DTypeError, IndexingError, ShapeError
from autograd.ops.kernels.pool_reference import through_channels


@checked
def max_unpool(y: ArrayLike, places: ArrayLike, output_size: Shape) -> Tensor:
    """Put elements where they stood in an image that is 0 elsewhere, undoing `max_pool`; deck 3.

    ``out[n, c, places[n, c, i]] = y[n, c, i]``; of several elements with one place the last one
    counts.

    Parameters
    ----------
    y : array or Tensor, (N, C, *out)
    places : integers, (N, C, *out)
        Each the number of a pixel in its channel, counted row by row, as `argmax_pool` returns it.
    output_size : tuple of int
        That of the image.

    Returns
    -------
    Tensor or array, (N, C, *output_size)

    Raises
    ------
    ShapeError
        If the shapes do not fit together.
    IndexingError
        If a place is outside the image.

    Examples
    --------
    >>> import autograd as ag
    >>> x = ag.tensor([[[1.0, 5.0, 3.0, 2.0]]])
    >>> ag.max_unpool(ag.max_pool(x, 2), ag.argmax_pool(x, 2), (4,))
    tensor([[[0., 5., 3., 0.]]])
    """
    y, places = (a if isinstance(a, Tensor) else np.asarray(a) for a in (y, places))
    image = tuple(output_size)
    if y.shape != places.shape or len(y.shape) != len(image) + 2:
        raise ShapeError(
            f"max_unpool: values {y.shape}, places {places.shape} and output_size "
            f"{one_line(image)}: values and places need one shape, (N, C, *out), with two "
            "axes more than the size has numbers"
        )
    if places.dtype.kind not in "iu":
        raise DTypeError(f"max_unpool: places of dtype {places.dtype} must be integers")
    return put_back(y, places, image)


@primitive(
    vjps=(lambda ct, out, y, places, image: take_out(ct, places, image), None), name="max_unpool"
)
def put_back(y: Array, places: Array, image: Shape) -> Array:
    """Put elements at their places; see `max_unpool`.

    ``out[n, c, places[n, c, i]] = y[n, c, i]``.  A primitive because what is written last counts.

    y: (N, C, *out), places: integers of that shape -> (N, C, *image).

    >>> import numpy as np
    >>> from autograd.ops.unpool import put_back
    >>> from autograd import tensor
    >>> put_back(tensor([[[1.0, 2.0]]]), np.array([[[1, 1]]]), (3,))
    tensor([[[0., 2., 0.]]])
    """
    y, where = np.asarray(y), _numbered(places, image)
    out: Array = np.zeros(prod(y.shape[:2]) * prod(image), y.dtype)
    out[where] = y.reshape(-1)
    return out.reshape(*y.shape[:2], *image)


@primitive(vjps=(lambda ct, out, x, places, image: put_back(ct, places, image), None))
def take_out(x: Array, places: Array, image: Shape) -> Array:
    """Take the elements at places, each once; the derivative of `put_back`.

    ``out[n, c, i] = x[n, c, places[n, c, i]]``, or 0 if that is also the place of a later one.

    x: (N, C, *image), places: integers -> of the shape of places.

    >>> import numpy as np
    >>> from autograd.ops.unpool import take_out
    >>> from autograd import tensor
    >>> take_out(tensor([[[1.0, 2.0, 3.0]]]), np.array([[[1, 1]]]), (3,))
    tensor([[[0., 2.]]])
    """
    x, where = np.asarray(x), _numbered(places, image)
    numbers = np.arange(where.size)
    last = np.zeros(x.size, int)
    last[where] = numbers
    taken = np.where(last[where] == numbers, x.reshape(-1)[where], x.dtype.type(0))
    return taken.reshape(places.shape)


def _numbered(places: Array, image: Shape) -> Array:
    """Count places through all channels, and refuse those outside the image."""
    pixels = prod(image)
    if places.size and not 0 <= places.min() <= places.max() < pixels:
        raise IndexingError(
            f"max_unpool: places go from {places.min()} to {places.max()}, but a channel of the "
            f"result {image} has {pixels} elements; give the output_size of the pooled image"
        )
    return through_channels(places, image).reshape(-1)
