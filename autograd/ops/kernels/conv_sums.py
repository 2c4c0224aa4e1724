"""The three sums of convolution, each by the fastest way that there is.

The kernels that LLVM compiles (`autograd.ops.kernels.conv_direct`) are faster than products over
columns (`autograd.ops.kernels.conv_gemm`), but for outputs of very few places, where their vectors
would be empty.  Where llvmlite is not installed, and for numbers of other kinds, it is columns.
"""

from __future__ import annotations

from collections.abc import Callable
from math import prod
from typing import Any

import numpy as np

from autograd.core.types import Array
from autograd.ops.kernels import conv_direct, conv_gemm
from autograd.ops.kernels.conv_reference import Geometry
from autograd.ops.kernels.llvm import choice
from autograd.ops.kernels.llvm.library import CompilingError
from autograd.ops.kernels.llvm.machine import Machine

# Numbers of NumPy's that are as LLVM has them.
FLOATS = (np.dtype(np.float32), np.dtype(np.float64))


def correlate(x: Array, w: Array, g: Geometry) -> Array:
    """Fix image and kernel: the output.  (N, C, *image), (O, C/groups, *kernel) -> (N, O, *out)."""
    here = _machine(x, w, g.output, 4)
    is_depthwise = len(w) == g.groups and w.shape[1] == 1
    if is_depthwise and not np.isfinite(w).all():  # what meets padding is skipped, also 0 NaN
        here = None
    return _by_either("correlate", here, x, w, g)


def scatter(y: Array, w: Array, g: Geometry) -> Array:
    """Fix output and kernel: the image.  (N, O, *out), (O, C/groups, *kernel) -> (N, C, *image)."""
    here = _machine(y, w, g.image, 4)
    if here is not None and not np.isfinite(w).all():  # they meet zeros, of which they make NaN
        here = None
    return _by_either("scatter", here, y, w, g)


def match(x: Array, y: Array, g: Geometry) -> Array:
    """Fix image and output: the kernel.  (N, C, *image), (N, O, *out) -> (O, C/groups, *kernel)."""
    here = _machine(x, y, g.output, 2)
    return _by_either("match", here, x, y, g)


def _machine(a: Array, b: Array, image: tuple[int, ...], part: int) -> Machine | None:
    """Return what LLVM compiles for, if that is in use and a good part of a vector is filled."""
    if a.dtype not in FLOATS or a.dtype != b.dtype or not a.size or not b.size:
        return None
    here = choice.in_use()
    if here is None or prod(image[-2:]) * part < here.width(a.itemsize):
        return None
    return here


def _by_either(name: str, here: Machine | None, a: Array, b: Array, g: Geometry) -> Any:
    plain: Callable[..., Any] = getattr(conv_gemm, name)
    if here is None:
        return plain(a, b, g)
    try:
        return getattr(conv_direct, name)(a, b, g, here)
    except CompilingError as error:
        choice.give_up(error)
        return plain(a, b, g)
