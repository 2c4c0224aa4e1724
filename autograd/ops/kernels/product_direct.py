"""Products of matrices by the kernels of `autograd.ops.kernels.llvm.products`.

NumPy's own library for products (BLAS) is as fast where it has code for the processor.  OpenBLAS
does not know newer processors, and runs code with vectors of half their width; there these are
nearly twice as fast.
"""

from __future__ import annotations

from functools import cache
from math import ceil
from typing import Any

from autograd.core.types import Array
from autograd.ops.kernels.conv_plan import best_block
from autograd.ops.kernels.llvm import matrices, products
from autograd.ops.kernels.llvm.library import OfBlock, library_of
from autograd.ops.kernels.llvm.machine import Machine
from autograd.ops.kernels.parallel_for import threads
from autograd.ops.kernels.team import parts, together
from autograd.ops.kernels.workspace import borrowed_workspaces


def product(a: Array, b: Array, out: Array, here: Machine) -> Array:
    """Multiply two matrices into a third: (n, k), (k, m) -> (n, m).

    ``out`` lies in memory by rows; ``a`` and ``b`` by rows or by columns.
    """
    (rows, terms), columns = a.shape, b.shape[1]
    turned = not b.flags.c_contiguous
    kernel, r, block = _kernel(rows, columns, turned, a.dtype, here)
    size = a.itemsize
    steps = out.strides[0], *a.strides, *b.strides
    numbers = [step // size for step in steps]
    part_terms = min(products.PART, terms)

    divided = _divided(rows, columns, r, block, rows * terms * columns)
    with borrowed_workspaces(len(divided)) as workspaces:
        several = []
        for (first, last, *of_columns), space in zip(divided, workspaces, strict=True):
            many = ceil((last - first) / r) * r * part_terms
            packed_a = space.take("rows", (many,), a.dtype)
            packed_b = space.take("columns", (block * part_terms,), a.dtype)
            memory = out, a, b, packed_a, packed_b
            several.append((*memory, *numbers, terms, first, last, *of_columns))
        together(kernel, several)
    return out


def _divided(
    rows: int, columns: int, r: int, block: int, work: int
) -> list[tuple[int, int, int, int]]:
    """Return parts of the result, in whole blocks of columns or, if they are few, of rows."""
    blocks = ceil(columns / block)
    if blocks >= threads():
        found = parts(blocks, work)
        return [(0, rows, a * block, min(b * block, columns)) for a, b in found]
    return [(a * r, min(b * r, rows), 0, columns) for a, b in parts(ceil(rows / r), work)]


@cache
def _kernel(
    rows: int, columns: int, turned: bool, dtype: Any, here: Machine
) -> tuple[OfBlock, int, int]:
    """Return a kernel for a product of this size, and how many rows and columns it has at once."""
    width = here.width(dtype.itemsize)
    r, v = best_block(rows, ceil(columns / width), here.registers)
    constants = {"TURNED": turned, "ROWS": r, "VECTORS": v, "WIDTH": width}
    constants["LOG2"] = width.bit_length() - 1
    kernels = library_of(products, matrices)
    return kernels.of_block("packed_product", dtype, **constants), r, v * width
