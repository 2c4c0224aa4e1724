"""Primitives that rearrange elements without computing anything.

Each output element is a copy of one input element (or, for `pad`, zero), so the derivative moves
every gradient element back to where its value came from.  Most of them are their own inverse kind:
a transposition is undone by a transposition, `concatenate` by slices, `pad` by a slice.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from autograd.core.calls import checked
from autograd.core.define import primitive
from autograd.core.messages import one_line
from autograd.core.tensor import ArrayLike, Tensor, raw
from autograd.core.types import Array, Axis, Scalar, Shape, Sizes
from autograd.errors import ShapeError

# Up to so many elements, real copies are made sooner than NumPy's view that only looks like them.
FEW = 1000


def axis_number(axis: object, ndim: int, operation: str) -> int:
    """Return an axis as a number from 0, or say that it does not exist."""
    try:
        number = operator.index(axis)  # type: ignore[arg-type]
    except TypeError:
        number = ndim
    if not -ndim <= number < ndim:
        raise ShapeError(
            f"{operation}: axis {one_line(axis, text=str)} does not exist; there are {ndim}, from 0"
        )
    return number % ndim


@primitive(vjps=(lambda ct, out, x, shape: ct.reshape(x.shape),))
def reshape(x: Array, shape: Shape | int) -> Array:
    """The same elements in row-major order under another shape.

    ``d reshape(x) = reshape(dx)``.

    x: (...) -> shape, one length of which may be -1, "whatever is left".

    >>> import autograd as ag
    >>> ag.reshape(ag.tensor([1.0, 2.0, 3.0, 4.0]), (2, 2))
    tensor([[1., 2.],
            [3., 4.]])
    """
    return np.asarray(x).reshape(shape)[()]


def _transpose_rule(ct: Any, out: Any, x: Any, axes: Any = None) -> Any:
    if axes is None:
        return transpose(ct)
    given = axes if isinstance(axes, (tuple, list)) else np.atleast_1d(raw(axes))
    places = [operator.index(axis) % len(given) for axis in given]
    return transpose(ct, tuple(places.index(axis) for axis in range(len(places))))


@primitive(vjps=(_transpose_rule,))
def transpose(x: Array, axes: Sequence[int] | None = None) -> Array:
    """Axes in another order; reversed by default.

    ``d transpose(x) = transpose(dx)``, with the inverse permutation on the way back.

    x: (n0, n1, ...) -> (n[axes[0]], n[axes[1]], ...).

    >>> import autograd as ag
    >>> ag.transpose(ag.tensor([[1.0, 2.0]])).shape
    (2, 1)
    """
    return np.asarray(x).transpose(axes)[()]


# The engine itself sums a cotangent back over broadcast axes, so nothing is left to do here.
@primitive(vjps=(lambda ct, out, x, shape: ct,), symbol="broadcast")
def broadcast_to(x: Array, shape: Shape | int) -> Array:
    """Copies of ``x`` along new axes and along axes of length 1.

    ``d broadcast_to(x) = broadcast_to(dx)``; backwards, the copies' gradients add: it is the dual
    of `sum`.

    x: (...) -> shape, to which it must broadcast.

    >>> import autograd as ag
    >>> ag.broadcast_to(ag.tensor([1.0, 2.0]), (2, 2))
    tensor([[1., 2.],
            [1., 2.]])
    """
    x = np.asarray(x)
    if type(shape) is not tuple or not len(shape) >= x.ndim or not 0 < math.prod(shape) <= FEW:
        return np.broadcast_to(x, shape)[()]
    copies = np.empty(shape, x.dtype)
    copies[...] = x
    return copies[()]


@primitive(vjps=(lambda ct, out, x, axis=None: flip(ct, axis),))
def flip(x: Array, axis: Axis = None) -> Array:
    """Elements in reverse order along ``axis``, or along all axes.

    ``d flip(x) = flip(dx)``: its own inverse.

    x: (...) -> (...).

    >>> import autograd as ag
    >>> ag.flip(ag.tensor([1.0, 2.0, 3.0]))
    tensor([3., 2., 1.])
    """
    return np.flip(x, axis)


def _concatenate_rule(
    ct: Any, out: Any, *arrays: Any, needed: tuple[bool, ...], axis: int
) -> list[Any]:
    before = (slice(None),) * (operator.index(axis) % len(ct.shape))
    contributions, start = [], 0
    for x, wanted in zip(arrays, needed, strict=True):
        stop = start + x.shape[axis]
        contributions.append(ct[(*before, slice(start, stop))] if wanted else None)
        start = stop
    return contributions


@primitive(vjps=_concatenate_rule, name="concatenate")
def join(*arrays: Array, axis: int) -> Array:
    """Arrays laid end to end along an existing axis; the public function is `concatenate`.

    ``d concatenate(x, y) = concatenate(dx, dy)``; backwards, each input gets its slice.

    arrays: of equal shapes but for ``axis`` -> their shape, lengths added along ``axis``.

    >>> from autograd.ops.shape import join
    >>> from autograd import tensor
    >>> join(tensor([1.0]), tensor([2.0, 3.0]), axis=0)
    tensor([1., 2., 3.])
    """
    return np.concatenate(arrays, axis=axis)


@checked
def concatenate(arrays: Iterable[ArrayLike], axis: int | None = 0) -> Tensor:
    """Arrays laid end to end along ``axis``; flattened first where ``axis`` is None.

    Parameters
    ----------
    arrays : sequence of arrays or Tensors
        Of equal shapes, except along ``axis``.
    axis : int or None
        An existing axis.

    Returns
    -------
    Tensor, or array if none of the arrays is a Tensor

    Raises
    ------
    ShapeError
        If there is no array or the shapes differ elsewhere.

    Examples
    --------
    >>> import autograd as ag
    >>> ag.concatenate([ag.tensor([1.0]), [2.0, 3.0]])
    tensor([1., 2., 3.])
    """
    parts = tuple(arrays)
    if not parts:
        raise ShapeError("concatenate: no arrays; give it at least one")
    if axis is None:
        parts, axis = tuple(reshape(x, -1) for x in parts), 0
    if not isinstance(axis, (int, np.integer)):
        raise ShapeError("concatenate: axis must be an integer; put the arrays into one list")
    return join(*parts, axis=axis)


def _pad_rule(ct: Any, out: Any, x: Any, pad_width: Any, constant_values: Any = 0) -> Any:
    widths = pad_pairs(pad_width, len(x.shape))
    return ct[tuple(slice(low, low + n) for (low, _), n in zip(widths, x.shape, strict=True))]


@primitive(vjps=(_pad_rule,), name="pad")
def pad_constant(
    x: Array, pad_width: Sizes | Sequence[Sequence[int]], constant_values: Scalar = 0
) -> Array:
    """A frame of constants around ``x``; the public function, with NumPy's modes, is `pad`.

    ``d pad(x) = pad(dx)`` with zeros; backwards, the frame is cut off.

    x: (n0, ...) -> (n0 + before + after, ...).

    >>> from autograd.ops.shape import pad_constant
    >>> from autograd import tensor
    >>> pad_constant(tensor([5.0]), (1, 2))
    tensor([0., 5., 0., 0.])
    """
    widths = pad_pairs(pad_width, np.ndim(x))
    return np.pad(x, widths, constant_values=constant_values) if widths else x


def pad_pairs(pad_width: Sizes | Sequence[Sequence[int]], ndim: int) -> tuple[tuple[int, int], ...]:
    """Return (before, after) for each axis from a number, a pair or a list of pairs."""
    widths = np.asarray(pad_width)
    if widths.dtype.kind not in "iu" or (widths < 0).any():
        raise ShapeError(f"pad: width {one_line(pad_width)} must be integers of at least 0")
    try:
        pairs = np.broadcast_to(widths, (ndim, 2)) if ndim else ()
    except ValueError:
        raise ShapeError(
            f"pad: width {one_line(pad_width)} is not a pair (before, after) for each of {ndim} "
            "axes; they are written from the first axis on, not from the last as in PyTorch"
        ) from None
    return tuple((int(before), int(after)) for before, after in pairs)
