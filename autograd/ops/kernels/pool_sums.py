"""Pooling by the fastest way that there is: kernels that LLVM compiles, or NumPy's functions."""

from __future__ import annotations

from autograd.core.types import Array
from autograd.ops.kernels import pool_direct, pool_reference
from autograd.ops.kernels.conv_reference import Geometry
from autograd.ops.kernels.llvm import choice
from autograd.ops.kernels.llvm.types import are_floats


def largest(x: Array, g: Geometry) -> Array:
    """Take the largest element of every window: (N, C, *image) -> (N, C, *out)."""
    fits = are_floats(x) and pool_direct.fits(x, g)
    return choice.fastest(pool_direct.largest, pool_reference.largest, fits, x, g)


def winners(x: Array, out: Array, g: Geometry) -> Array:
    """Find the first pixel of every window that is its largest: (N, C, *out), -1 for none."""
    fits = are_floats(x, out) and pool_direct.fits(x, g) and pool_direct.fits_outputs(out, g)
    fits = fits and x.shape[:2] == out.shape[:2]
    return choice.fastest(pool_direct.winners, pool_reference.winners, fits, x, out, g)


def route(y: Array, places: Array, g: Geometry) -> Array:
    """Add every element up at its place: (N, C, *out) -> (N, C, *image)."""
    fits = are_floats(y) and places.dtype == "int64" and places.shape == y.shape and y.ndim > 2
    return choice.fastest(pool_direct.route, pool_reference.route, fits, y, places, g)


def sums(x: Array, g: Geometry) -> Array:
    """Add up the elements of every window: (N, C, *image) -> (N, C, *out)."""
    fits = are_floats(x) and pool_direct.fits(x, g)
    return choice.fastest(pool_direct.sums, pool_reference.sums, fits, x, g)


def spread(y: Array, g: Geometry) -> Array:
    """Add every element to all places of its window: (N, C, *out) -> (N, C, *image)."""
    # Where windows neither overlap in a row nor touch, NumPy copies faster.
    overlap = g.dilation[-1] * (g.kernel[-1] - 1) >= g.stride[-1]
    fits = overlap or pool_direct.side_by_side(g)
    fits = fits and are_floats(y) and pool_direct.fits_outputs(y, g)
    return choice.fastest(pool_direct.spread, pool_reference.spread, fits, y, g)
