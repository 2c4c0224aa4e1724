"""Convolutions of many kinds: how the kernel moves, how large all is, and the arrays.

An argument ``integer(low, high)`` draws one; it may be Hypothesis's or a generator's.
"""

import numpy as np
from hypothesis import strategies as st

from autograd.ops.kernels import conv_reference
from autograd.ops.kernels.conv_reference import Geometry

SUMS = ("correlate", "scatter", "match")
# Of one axis, of two and of three: the largest kernel, stride, dilation and padding, and by how
# much at most the image is larger than it must be.
MOST = {1: (5, 4, 3, 6, 40), 2: (4, 4, 3, 5, 9), 3: (2, 3, 2, 3, 3)}


def geometry_from(integer):
    """Draw a geometry; an image may be one pixel, and smaller than its padding or the stride."""
    axes = integer(1, 3)
    most = MOST[axes]
    kernel, stride, dilation = (tuple(integer(1, m) for _ in range(axes)) for m in most[:3])
    padding = tuple((integer(0, most[3]), integer(0, most[3])) for _ in range(axes))
    needed = (
        max(1, d * (k - 1) + 1 - low - high)
        for k, d, (low, high) in zip(kernel, dilation, padding, strict=True)
    )
    image = tuple(n + integer(0, most[4]) for n in needed)
    return Geometry(image, kernel, stride, padding, dilation, groups=integer(1, 3))


def shapes_from(integer, g):
    """Draw the shapes of image, kernel and output; one channel for each output is depthwise."""
    depthwise = integer(0, 2) == 0
    channels, filters = (1, 1) if depthwise else (integer(1, 3), integer(1, 5))
    batch = integer(1, 3)
    return (
        (batch, g.groups * channels, *g.image),
        (g.groups * filters, channels, *g.kernel),
        (batch, g.groups * filters, *g.output),
    )


def drawn(rng, dtype):
    """Return a geometry, and image, kernel and output that go with it, by a generator."""

    def integer(low, high):
        return int(rng.integers(low, high + 1))

    g = geometry_from(integer)
    return g, [rng.normal(size=shape).astype(dtype) for shape in shapes_from(integer, g)]


@st.composite
def problems(draw, dtype):
    """A geometry, and image, kernel and output that go with it."""

    def integer(low, high):
        return draw(st.integers(low, high))

    g = geometry_from(integer)
    shapes = shapes_from(integer, g)
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    return g, [rng.normal(size=shape).astype(dtype) for shape in shapes]


def given_to(name, x, w, y):
    """Return what a sum is given of image, kernel and output."""
    return {"correlate": (x, w), "scatter": (y, w), "match": (x, y)}[name]


def assert_near(name, found, given, g):
    """Compare a sum with its definition.

    Both add up the same products in another order.  Adding n numbers one after another is wrong by
    at most n eps times the sum of their absolute values; pairs, vectors and blocks bring that near
    to the square root of n, and a fused product has one rounding less.  So 8 eps of that sum is
    enough for a correct kernel of this size, and far too little for one that takes a wrong number.
    """
    plain = getattr(conv_reference, name)(*given, g)
    terms = getattr(conv_reference, name)(*map(np.abs, given), g)
    assert found.dtype == plain.dtype
    assert found.shape == plain.shape
    bound = 8 * np.finfo(found.dtype).eps * terms
    assert np.all(np.abs(found - plain) <= bound), (name, g, [a.shape for a in given])
