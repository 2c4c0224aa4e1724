"""Products of matrices by the kernels of `autograd.ops.kernels.llvm.products`.

NumPy's own library for products (BLAS) is as fast where it has code for the processor.  OpenBLAS
does not know newer processors, and runs code with vectors of half their width; there these are
nearly twice as fast.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from math import ceil
from typing import Any

from autograd.core.types import Array
from autograd.ops.kernels.conv_plan import best_block
from autograd.ops.kernels.llvm import matrices, products
from autograd.ops.kernels.llvm.address import address_of
from autograd.ops.kernels.llvm.library import library_of
from autograd.ops.kernels.llvm.machine import Machine
from autograd.ops.kernels.parallel_for import in_parts, threads
from autograd.ops.kernels.workspace import borrowed_workspace


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
    given = address_of(out), address_of(a), address_of(b)
    part_terms = min(products.PART, terms)

    def part(first_row: int, last_row: int, first_column: int, last_column: int) -> None:
        with borrowed_workspace() as workspace:
            many = ceil((last_row - first_row) / r) * r * part_terms
            packed_a = workspace.take("rows", (many,), a.dtype)
            packed_b = workspace.take("columns", (block * part_terms,), a.dtype)
            memory = address_of(packed_a), address_of(packed_b)
            kernel(*given, *memory, *numbers, terms, first_row, last_row, first_column, last_column)

    work = rows * terms * columns
    blocks = ceil(columns / block)
    if blocks >= threads():
        in_parts(
            lambda first, last: part(0, rows, first * block, min(last * block, columns)),
            *(blocks, work),
            blas=False,
        )
    else:
        in_parts(
            lambda first, last: part(first * r, min(last * r, rows), 0, columns),
            *(ceil(rows / r), work),
            blas=False,
        )
    return out


@cache
def _kernel(
    rows: int, columns: int, turned: bool, dtype: Any, here: Machine
) -> tuple[Callable[..., None], int, int]:
    """Return a kernel for a product of this size, and how many rows and columns it has at once."""
    width = here.width(dtype.itemsize)
    r, v = best_block(rows, ceil(columns / width), here.registers)
    constants = {"TURNED": turned, "ROWS": r, "VECTORS": v, "WIDTH": width}
    constants["LOG2"] = width.bit_length() - 1
    kernels = library_of(products, matrices)
    return kernels.compiled("packed_product", dtype, **constants), r, v * width
