"""Products of matrices, as kernels.

The sums for some rows (`ROWS`) and some vectors of columns (`VECTORS`) of the product stay in
registers while one term k after another is added, so that each number that is read is used several
times.  For that, both factors are *packed*: copied in the order in which they are read, a part of
the terms at a time, which stays in the processor's cache.

    rows     (block of ROWS rows, term, row)
    columns  (term, column), of VECTORS vectors of columns

A factor may lie in memory by rows or by columns; of one by columns, square blocks are turned.
"""

from __future__ import annotations

from autograd.ops.kernels.llvm.matrices import turned_square
from autograd.ops.kernels.llvm.words import (
    Floats,
    fill,
    load,
    load_between,
    multiply_add,
    registers,
    smaller,
    store,
    store_first,
    unroll,
)

# Terms that are packed at a time: those of some columns take 64 KB.
PART = 256


def packed_product(
    out: Floats,
    a: Floats,
    b: Floats,
    packed_a: Floats,
    packed_b: Floats,
    next_out: int,
    next_row: int,
    next_row_term: int,
    next_term: int,
    next_column: int,
    terms: int,
    first_row: int,
    last_row: int,
    first_column: int,
    last_column: int,
    *,
    TURNED: bool,
    ROWS: int,
    VECTORS: int,
    WIDTH: int,
    LOG2: int,
) -> None:
    """Multiply some rows of one matrix with some columns of another.

    ``next_row`` is how far apart the rows of ``a`` are, and so on.  `TURNED` is whether ``b`` lies
    by columns: then its terms follow each other in memory, and else its columns.  `LOG2` is the
    logarithm of `WIDTH`.
    """
    block = VECTORS * WIDTH
    for k in range(0, terms, PART):
        part = smaller(PART, terms - k)
        for row in range(first_row, last_row, ROWS):
            pack_rows(
                *(packed_a, (row - first_row) * part, a, row * next_row + k * next_row_term),
                *(next_row, next_row_term, part, smaller(last_row - row, ROWS)),
                ROWS=ROWS,
            )
        for column in range(first_column, last_column, block):
            columns = smaller(block, last_column - column)
            place = k * next_term + column * next_column
            if TURNED:
                turn_columns(
                    *(packed_b, b, place, next_column, part, columns),
                    BLOCK=block,
                    WIDTH=WIDTH,
                    LOG2=LOG2,
                )
            else:
                copy_columns(
                    *(packed_b, b, place, next_term, part, columns), BLOCK=block, WIDTH=WIDTH
                )
            for row in range(first_row, last_row, ROWS):
                multiply(
                    *(out, row * next_out + column, next_out, packed_a, (row - first_row) * part),
                    *(packed_b, part, smaller(last_row - row, ROWS), columns, k > 0),
                    ROWS=ROWS,
                    VECTORS=VECTORS,
                    WIDTH=WIDTH,
                )


def multiply(
    out: Floats,
    at: int,
    next_out: int,
    packed_a: Floats,
    begin: int,
    packed_b: Floats,
    terms: int,
    rows: int,
    columns: int,
    more: bool,
    *,
    ROWS: int,
    VECTORS: int,
    WIDTH: int,
) -> None:
    """Multiply packed rows and columns; ``more`` adds to what is there."""
    sums = registers(out, WIDTH, ROWS, VECTORS)
    for k in range(terms):
        for r in unroll(ROWS):
            factor = fill(packed_a[begin + k * ROWS + r], WIDTH)
            for v in unroll(VECTORS):
                seen = load(packed_b, (k * VECTORS + v) * WIDTH, WIDTH)
                sums[r, v] = multiply_add(factor, seen, sums[r, v])
    for r in unroll(ROWS):
        if r < rows:
            for v in unroll(VECTORS):
                place = at + r * next_out + v * WIDTH
                left = columns - v * WIDTH
                if more:
                    sums[r, v] += load_between(out, place, 0, left, WIDTH)
                store_first(out, place, sums[r, v], left)


def pack_rows(
    packed: Floats,
    at: int,
    a: Floats,
    begin: int,
    next_row: int,
    next_term: int,
    terms: int,
    rows: int,
    *,
    ROWS: int,
) -> None:
    """Pack a block of rows; those beyond the last repeat it, and are not written."""
    for k in range(terms):
        for r in unroll(ROWS):
            packed[at + k * ROWS + r] = a[begin + smaller(r, rows - 1) * next_row + k * next_term]


def copy_columns(
    packed: Floats,
    b: Floats,
    begin: int,
    next_term: int,
    terms: int,
    columns: int,
    *,
    BLOCK: int,
    WIDTH: int,
) -> None:
    """Pack columns that lie by rows."""
    for k in range(terms):
        for j in range(0, columns, WIDTH):
            seen = load_between(b, begin + k * next_term + j, 0, columns - j, WIDTH)
            store(packed, k * BLOCK + j, seen)


def turn_columns(
    packed: Floats,
    b: Floats,
    begin: int,
    next_column: int,
    terms: int,
    columns: int,
    *,
    BLOCK: int,
    WIDTH: int,
    LOG2: int,
) -> None:
    """Pack columns that lie by columns, in square blocks, and what is left one by one."""
    whole = columns - columns % WIDTH
    whole_terms = terms - terms % WIDTH
    for k in range(0, whole_terms, WIDTH):
        for j in range(0, whole, WIDTH):
            turned_square(
                *(packed, k * BLOCK + j, BLOCK, b, begin + j * next_column + k, next_column),
                HEIGHT=WIDTH,
                BREADTH=WIDTH,
                WIDTH=WIDTH,
                LOG2=LOG2,
            )
    for j in range(columns):
        for k in range(whole_terms if j < whole else 0, terms):
            packed[k * BLOCK + j] = b[begin + j * next_column + k]
