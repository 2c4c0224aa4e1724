"""The product of two arrays, by NumPy's library (BLAS) or by kernels that LLVM compiles.

See `autograd.ops.kernels.product_direct` for when those are faster.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from autograd.core.types import Array
from autograd.ops.kernels import product_direct
from autograd.ops.kernels.llvm import choice
from autograd.ops.kernels.llvm.types import are_floats
from autograd.ops.kernels.parallel_for import controller

# Multiplications, and columns, from which the kernels are faster: they copy both factors first.
MANY = 1 << 20
COLUMNS = 32

# What OpenBLAS calls its code with vectors of at most 32 bytes.
OLD = ("Haswell", "Zen", "Sandybridge", "Nehalem", "Bulldozer", "Piledriver", "Excavator")
WIDE = 64


def product(x: Array, y: Array, by_columns: bool = False) -> Array:
    """Return ``x @ y`` as `numpy.matmul` does; ``by_columns`` is how the result lies in memory."""
    if not _fits(x, y):
        return np.matmul(x, y, order="F" if by_columns else "K")
    out: Array = np.empty((x.shape[0], y.shape[1]), x.dtype, order="F" if by_columns else "C")
    return product_into(x, y, out)


def product_into(x: Array, y: Array, out: Array) -> Array:
    """Write ``x @ y`` to an array, and return it."""
    shape = (*x.shape[:-1], *y.shape[1:])
    if out.shape != shape or not (_fits(x, y) and are_floats(x, out)):
        return np.matmul(x, y, out=out)
    a, b, c = (x, y, out) if out.flags.c_contiguous else (y.T, x.T, out.T)
    if c.flags.c_contiguous:
        choice.fastest(product_direct.product, np.matmul, True, a, b, c)
        return out
    return np.matmul(x, y, out=out)


def _fits(x: Array, y: Array) -> bool:
    """Return whether two arrays are matrices that the kernels multiply faster."""
    if not x.ndim == y.ndim == 2 or x.size * y.shape[1] < MANY:
        return False
    if x.shape[1] != y.shape[0] or not are_floats(x, y):
        return False
    if min(x.shape[0], y.shape[1]) < COLUMNS or not (_is_laid(x) and _is_laid(y)):
        return False
    here = choice.in_use()
    return here is not None and here.vector == WIDE and blas_is_old()


def _is_laid(x: Array) -> bool:
    flags = x.flags
    return bool(flags.aligned and (flags.c_contiguous or flags.f_contiguous))


@cache
def blas_is_old() -> bool:
    """Return whether NumPy's BLAS is known to run code for older processors."""
    found = controller()
    if found is None:
        return False
    return any(library.get("architecture") in OLD for library in found.info())
