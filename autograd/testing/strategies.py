"""Hypothesis strategies for what an operation may be given.

They build values that fit instead of drawing any and throwing most away, and they shrink to
numbers that a reader can follow: up to a dozen elements are multiples of 1/8 (or, where no two may
be equal and none may sit on a kink, odd multiples of 1/16); beyond that they come from a seed.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from autograd.core.spec import Domain, real
from autograd.core.tensor import Tensor
from autograd.core.types import Array, DTypeLike, Shape
from autograd.errors import DTypeError, GradientError

Sides: TypeAlias = int | Shape | st.SearchStrategy[Shape] | None
Index: TypeAlias = Any  # whatever NumPy takes between brackets

MOST_DRAWN = 12
REACH = 4.0  # numbers lie in [-4, 4], or as near to that as their domain allows
SHAPES = ((), (1,), (3,), (2, 3), (1, 3), (2, 1), (2, 1, 3))
EMPTY = ((0,), (2, 0), (0, 3))

LAYOUTS: dict[str, Callable[[Array], Array]] = {
    "C": lambda a: np.array(a, order="C"),
    "Fortran": lambda a: np.array(a, order="F"),
    "reversed": lambda a: np.flip(np.array(np.flip(a), order="C")),
    "strided": lambda a: np.repeat(a, 2, axis=-1)[..., ::2] if a.ndim else a,
    "0-stride": lambda a: np.broadcast_to(a.flat[0], a.shape) if a.size else a,
}


def shapes(most_axes: int = 3, longest: int = 3, empty: bool = False) -> st.SearchStrategy[Any]:
    """Shapes of small arrays.

    Parameters
    ----------
    most_axes, longest : int
    empty : bool
        Whether a length may be 0.

    Examples
    --------
    >>> from hypothesis import find
    >>> from autograd.testing import strategies
    >>> find(strategies.shapes(), lambda shape: len(shape) == 2)
    (1, 1)
    """
    least = 0 if empty else 1
    return hnp.array_shapes(min_dims=0, max_dims=most_axes, min_side=least, max_side=longest)


def broadcastable(
    n: int | None = None, signature: str | None = None, empty: bool = False
) -> st.SearchStrategy[tuple[tuple[int, ...], ...]]:
    """Tuples of shapes that broadcast with each other.

    Parameters
    ----------
    n : int, optional
        How many.
    signature : str, optional
        Instead of ``n``: the core axes of the inputs, as in ``"(n,k),(k,m)->(n,m)"``, with NumPy's
        notation for generalised ufuncs.  Core axes that share a letter are equally long; the axes
        before them broadcast.
    empty : bool
        Whether a length may be 0.

    Examples
    --------
    >>> from hypothesis import find
    >>> from autograd.testing import strategies
    >>> matrix, vector = find(strategies.broadcastable(signature="(n,k),(k)->(n)"), lambda s: True)
    >>> matrix[-1] == vector[-1]
    True
    """
    of: dict[str, Any] = {"num_shapes": n or 1, "max_dims": 3}
    if signature is not None:
        of = {"signature": signature.replace(" ", ""), "max_dims": 2}
    found = hnp.mutually_broadcastable_shapes(**of, min_side=0 if empty else 1, max_side=3)
    return found.map(lambda drawn: drawn.input_shapes)


def arrays(
    shape: Sides = None,
    domain: Domain = real,
    dtype: DTypeLike = np.float64,
    distinct: bool = False,
) -> st.SearchStrategy[Array]:
    """Arrays of readable numbers inside a domain.

    Parameters
    ----------
    shape : tuple of int or strategy, optional
    domain : Domain
    dtype : floating dtype
    distinct : bool
        No two elements equal, and none a multiple of 1/8, where kinks and ties often are.

    Examples
    --------
    >>> from hypothesis import find
    >>> import autograd as ag
    >>> from autograd.testing import strategies
    >>> find(strategies.arrays((2,), ag.log.primitive.domain[0]), lambda x: True)
    array([0.125, 0.125])
    """
    if np.dtype(dtype).kind != "f":
        raise DTypeError(f"arrays: dtype {np.dtype(dtype)} must be a floating one")
    if isinstance(shape, (int, np.integer)):
        shape = (shape,)
    if not isinstance(shape, st.SearchStrategy):
        shape = shapes() if shape is None else st.just(tuple(shape))
    sides: st.SearchStrategy[tuple[int, ...]] = shape
    return sides.flatmap(lambda s: _filled(s, domain, dtype, distinct))


def _filled(
    shape: tuple[int, ...], domain: Domain, dtype: Any, distinct: bool
) -> st.SearchStrategy[Array]:
    size = math.prod(shape)
    points = _grid(domain, distinct, size)
    chosen: st.SearchStrategy[Any]
    if size > MOST_DRAWN:
        chosen = st.integers(0, 2**32 - 1).map(
            lambda seed: np.random.default_rng(seed).choice(len(points), size, replace=not distinct)
        )
    else:
        number = st.integers(0, len(points) - 1)
        chosen = st.lists(number, min_size=size, max_size=size, unique=distinct)
    return chosen.map(lambda places: points[np.asarray(places, int)].astype(dtype).reshape(shape))


def _grid(domain: Domain, distinct: bool, size: int) -> Array:
    """Return readable numbers of the domain, small ones first: shrinking leads to the simplest."""
    step = 1 / 8
    reach = REACH if not distinct else max(REACH, size * step)
    points = np.arange(-reach, reach + step / 2, step) + (step / 2 if distinct else 0.0)
    points = points[domain.covers(points)]
    if len(points) < (size if distinct else 1):
        points = _own_grid(domain, size)
    ordered: Array = points[np.argsort(np.abs(points) + (points < 0) * step / 4, kind="stable")]
    return ordered


def _own_grid(domain: Domain, size: int) -> Array:
    """Return numbers from a domain that is narrow, or lies far from 0."""
    low, high = domain.intervals[0]
    low = high - 2 * REACH if low == -math.inf else low
    high = low + 2 * REACH if high == math.inf else high
    count = max(16, 2 * size)
    points: Array = low + (high - low) * (np.arange(count) + 0.5) / count
    return points


def tensors(
    dtype: DTypeLike = np.float64,
    shape: Sides = None,
    domain: Domain = real,
    layout: str | None = "C",
    distinct: bool = False,
    requires_grad: bool = True,
) -> st.SearchStrategy[Tensor]:
    """Leaves of a graph.

    Parameters
    ----------
    dtype : floating dtype
    shape : tuple of int or strategy, optional
    domain : Domain
    layout : {"C", "Fortran", "reversed", "strided", "0-stride"} or None
        How the numbers lie in memory; None for any of them.  "0-stride" repeats the first.
    distinct : bool
        No two elements equal, and none on a multiple of 1/8.
    requires_grad : bool

    Examples
    --------
    >>> from hypothesis import find
    >>> from autograd.testing import strategies
    >>> find(strategies.tensors(shape=(2,)), lambda t: True)
    tensor([0., 0.], requires_grad=True)
    """
    if layout is not None and layout not in LAYOUTS:
        raise GradientError(f"tensors: layout {layout!r} is unknown; choose {', '.join(LAYOUTS)}")
    lay = st.sampled_from([layout] if layout else list(LAYOUTS))
    return st.builds(
        lambda x, how: Tensor(LAYOUTS[how](x), requires_grad=requires_grad),
        arrays(shape, domain, dtype, distinct),
        lay,
    )


@dataclass(frozen=True, slots=True)
class Convolution:
    """A convolution that fits: the shapes of image and kernel, and how the kernel moves."""

    image: tuple[int, ...]
    kernel: tuple[int, ...]
    stride: tuple[int, ...]
    padding: tuple[tuple[int, int], ...]
    dilation: tuple[int, ...]
    groups: int

    @property
    def options(self) -> dict[str, Any]:
        """The keyword arguments of `autograd.conv`."""
        return {k: getattr(self, k) for k in ("stride", "padding", "dilation", "groups")}


@st.composite
def convolutions(draw: st.DrawFn, most_axes: int = 3) -> Convolution:
    """Geometries of convolution: first the kernel and its motion, then an image it fits into.

    Examples
    --------
    >>> import numpy as np
    >>> from hypothesis import find
    >>> from autograd.testing import strategies
    >>> import autograd as ag
    >>> c = find(strategies.convolutions(), lambda c: max(c.stride) == 2)
    >>> min(ag.conv(np.ones(c.image), np.ones(c.kernel), **c.options).shape) >= 1
    True
    """
    n = draw(st.integers(1, most_axes))

    def each(low: int, high: int) -> tuple[int, ...]:
        return tuple(draw(st.integers(low, high)) for _ in range(n))

    kernel, stride, dilation = each(1, 3 if n < 3 else 2), each(1, 3), each(1, 2)
    padding = tuple(zip(each(0, 2), each(0, 2), strict=True))
    spare = each(0, 3 if n < 3 else 1)
    image = tuple(
        max(1, d * (k - 1) + 1 - low - high) + more
        for k, d, (low, high), more in zip(kernel, dilation, padding, spare, strict=True)
    )
    groups, channels, filters = (draw(st.integers(1, 2)) for _ in range(3))
    batch = draw(st.integers(1, 2))
    return Convolution(
        (batch, groups * channels, *image),
        (groups * filters, channels, *kernel),
        stride,
        padding,
        dilation,
        groups,
    )


@st.composite
def indices(draw: st.DrawFn, shape: Shape) -> Index:
    """Index expressions for an array of a shape: basic, by arrays, by masks, and mixed.

    Examples
    --------
    >>> import numpy as np
    >>> from hypothesis import find
    >>> from autograd.testing import strategies
    >>> index = find(strategies.indices((2, 3)), lambda i: isinstance(i, tuple))
    >>> np.ones((2, 3))[index].ndim >= 0
    True
    """
    kind = draw(st.sampled_from(["basic", "integers", "mask", "mixed"] if shape else ["basic"]))
    if kind == "mask":
        return draw(hnp.arrays(bool, shape[: draw(st.integers(1, len(shape)))]))
    if kind == "basic" or 0 in shape:
        return draw(hnp.basic_indices(shape, allow_newaxis=True))
    if kind == "integers":
        count = draw(st.integers(1, len(shape)))
        size = draw(st.integers(1, 3))
        return tuple(_picked(draw, n, size) for n in shape[:count])
    # Arrays on some axes, slices or single numbers on the others.
    size = draw(st.integers(1, 3))
    parts = [draw(st.sampled_from(["array", "slice", "number"])) for _ in shape]
    return tuple(
        _picked(draw, n, size)
        if part == "array"
        else draw(st.slices(n))
        if part == "slice"
        else draw(st.integers(-n, n - 1))
        for part, n in zip(parts, shape, strict=True)
    )


def _picked(draw: st.DrawFn, n: int, size: int) -> Array:
    return np.array(draw(st.lists(st.integers(-n, n - 1), min_size=size, max_size=size)))
