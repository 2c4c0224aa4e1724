"""The three sums of convolution, each by the fastest way that there is.

The kernels that LLVM compiles (`autograd.ops.kernels.conv_direct`) are faster than products over
columns (`autograd.ops.kernels.conv_gemm`), but for outputs of very few places, where their vectors
would be empty.  Where llvmlite is not installed, and for numbers of other kinds, it is columns.
"""

from __future__ import annotations

from math import prod

import numpy as np

from autograd.core.types import Array
from autograd.ops.kernels import conv_direct, conv_gemm
from autograd.ops.kernels.conv_reference import Geometry
from autograd.ops.kernels.llvm import choice
from autograd.ops.kernels.llvm.types import are_floats


def correlate(x: Array, w: Array, g: Geometry) -> Array:
    """Fix image and kernel: the output.  (N, C, *image), (O, C/groups, *kernel) -> (N, O, *out)."""
    agree = x.shape[2:] == g.image and x.shape[1] == w.shape[1] * g.groups and _is_kernel(w, g)
    fits = agree and _fits(x, w, g.output, 16)
    # Where a channel makes an output of its own, padding is skipped, of which NaN makes NaN.
    if fits and len(w) == g.groups and w.shape[1] == 1:
        fits = bool(np.isfinite(w).all())
    return choice.fastest(conv_direct.correlate, conv_gemm.correlate, fits, x, w, g)


def scatter(y: Array, w: Array, g: Geometry) -> Array:
    """Fix output and kernel: the image.  (N, O, *out), (O, C/groups, *kernel) -> (N, C, *image)."""
    agree = y.shape[2:] == g.output and y.shape[1] == len(w) and _is_kernel(w, g)
    # Weights that are not finite would make NaN of the zeros that they meet in the padding.
    fits = agree and _fits(y, w, g.image, 16) and bool(np.isfinite(w).all())
    return choice.fastest(conv_direct.scatter, conv_gemm.scatter, fits, y, w, g)


def match(x: Array, y: Array, g: Geometry) -> Array:
    """Fix image and output: the kernel.  (N, C, *image), (N, O, *out) -> (O, C/groups, *kernel)."""
    agree = x.shape[2:] == g.image and y.shape[2:] == g.output and len(x) == len(y)
    agree = agree and x.shape[1] % g.groups == y.shape[1] % g.groups == 0
    fits = agree and _fits(x, y, g.output, 32)
    return choice.fastest(conv_direct.match, conv_gemm.match, fits, x, y, g)


def _is_kernel(w: Array, g: Geometry) -> bool:
    return w.shape[2:] == g.kernel and len(w) % g.groups == 0


def _fits(a: Array, b: Array, image: tuple[int, ...], least: int) -> bool:
    """Return whether there are kernels for arrays, whose vectors hold so many bytes of a plane."""
    same = are_floats(a, b) and bool(a.size and b.size)
    return same and prod(image[-2:]) * a.itemsize >= least
