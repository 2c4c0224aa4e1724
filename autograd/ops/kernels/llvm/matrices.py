"""Small matrix products as kernels: the output is computed in tiles that stay in registers.

    out[m, n] = sum_k a[m, k] b[k, n]

A tile has ``ROWS`` rows, and ``VECTORS`` vectors along n.  For each k it reads a vector of b for
each of its columns, and multiplies it by one number of a for each of its rows: so every number that
is read is used several times.  The matrix a may lie in memory in any way (a transposed one, too);
rows of b must be contiguous, so `turned` copies a transposed b first.
"""

from __future__ import annotations

from autograd.ops.kernels.llvm.words import (
    Floats,
    fill,
    interleave_first,
    interleave_second,
    load,
    load_between,
    maximum,
    multiply_add,
    registers,
    store,
    store_first,
    unroll,
)


def product(
    out: Floats,
    a: Floats,
    b: Floats,
    more: Floats,
    *,
    M: int,
    K: int,
    N: int,
    A_ROW: int,
    A_COLUMN: int,
    B_ROW: int,
    MORE_ROW: int,
    ADDED: int,
    RELU: int,
    ROWS: int,
    VECTORS: int,
    WIDTH: int,
) -> None:
    """Multiply matrices; ``A_ROW`` is how far apart in memory the rows of a are.

    With ``ADDED``, a matrix is added to the product, or a row to each of its rows if ``MORE_ROW``
    is 0; with ``RELU``, what is below 0 becomes 0 then.
    """
    for j in range(N // (VECTORS * WIDTH)):
        columns(
            out,
            a,
            b,
            more,
            j * (VECTORS * WIDTH),
            M=M,
            K=K,
            N=N,
            A_ROW=A_ROW,
            A_COLUMN=A_COLUMN,
            B_ROW=B_ROW,
            MORE_ROW=MORE_ROW,
            ADDED=ADDED,
            RELU=RELU,
            ROWS=ROWS,
            VECTORS=VECTORS,
            LAST=WIDTH,
            WIDTH=WIDTH,
        )
    if N % (VECTORS * WIDTH):
        columns(
            out,
            a,
            b,
            more,
            N // (VECTORS * WIDTH) * (VECTORS * WIDTH),
            M=M,
            K=K,
            N=N,
            A_ROW=A_ROW,
            A_COLUMN=A_COLUMN,
            B_ROW=B_ROW,
            MORE_ROW=MORE_ROW,
            ADDED=ADDED,
            RELU=RELU,
            ROWS=ROWS,
            VECTORS=(N % (VECTORS * WIDTH) + WIDTH - 1) // WIDTH,
            LAST=(N - 1) % WIDTH + 1,
            WIDTH=WIDTH,
        )


def columns(
    out: Floats,
    a: Floats,
    b: Floats,
    more: Floats,
    j: int,
    *,
    M: int,
    K: int,
    N: int,
    A_ROW: int,
    A_COLUMN: int,
    B_ROW: int,
    MORE_ROW: int,
    ADDED: int,
    RELU: int,
    ROWS: int,
    VECTORS: int,
    LAST: int,
    WIDTH: int,
) -> None:
    """Compute some columns of a product, tile after tile."""
    for i in range(M // ROWS):
        tile(
            out,
            a,
            b,
            more,
            i * ROWS,
            j,
            K=K,
            N=N,
            A_ROW=A_ROW,
            A_COLUMN=A_COLUMN,
            B_ROW=B_ROW,
            MORE_ROW=MORE_ROW,
            ADDED=ADDED,
            RELU=RELU,
            ROWS=ROWS,
            VECTORS=VECTORS,
            LAST=LAST,
            WIDTH=WIDTH,
        )
    if M % ROWS:
        tile(
            out,
            a,
            b,
            more,
            M // ROWS * ROWS,
            j,
            K=K,
            N=N,
            A_ROW=A_ROW,
            A_COLUMN=A_COLUMN,
            B_ROW=B_ROW,
            MORE_ROW=MORE_ROW,
            ADDED=ADDED,
            RELU=RELU,
            ROWS=M % ROWS,
            VECTORS=VECTORS,
            LAST=LAST,
            WIDTH=WIDTH,
        )


def tile(
    out: Floats,
    a: Floats,
    b: Floats,
    more: Floats,
    i: int,
    j: int,
    *,
    K: int,
    N: int,
    A_ROW: int,
    A_COLUMN: int,
    B_ROW: int,
    MORE_ROW: int,
    ADDED: int,
    RELU: int,
    ROWS: int,
    VECTORS: int,
    LAST: int,
    WIDTH: int,
) -> None:
    """Compute one tile; its last vector has ``LAST`` numbers."""
    sums = registers(out, WIDTH, ROWS, VECTORS)
    row = registers(out, WIDTH, VECTORS)
    for k in range(K):
        for n in unroll(VECTORS):
            if n + 1 < VECTORS or LAST == WIDTH:
                row[n] = load(b, k * B_ROW + j + n * WIDTH, WIDTH)
            else:
                row[n] = load_between(b, k * B_ROW + j + n * WIDTH, 0, LAST, WIDTH)
        for m in unroll(ROWS):
            factor = fill(a[(i + m) * A_ROW + k * A_COLUMN], WIDTH)
            for n in unroll(VECTORS):
                sums[m, n] = multiply_add(factor, row[n], sums[m, n])
    for m in unroll(ROWS):
        for n in unroll(VECTORS):
            if ADDED:
                if n + 1 < VECTORS or LAST == WIDTH:
                    row[n] = load(more, (i + m) * MORE_ROW + j + n * WIDTH, WIDTH)
                else:
                    row[n] = load_between(more, (i + m) * MORE_ROW + j + n * WIDTH, 0, LAST, WIDTH)
                sums[m, n] = sums[m, n] + row[n]
            if RELU:
                sums[m, n] = maximum(sums[m, n], 0.0)
            if n + 1 < VECTORS or LAST == WIDTH:
                store(out, (i + m) * N + j + n * WIDTH, sums[m, n])
            else:
                store_first(out, (i + m) * N + j + n * WIDTH, sums[m, n], LAST)


def turned(
    out: Floats, x: Floats, *, ROWS: int, COLUMNS: int, X_ROW: int, WIDTH: int, LOG2: int
) -> None:
    """Copy a matrix transposed: ``out[j, i] = x[i, j]``."""
    for j in range(COLUMNS // WIDTH):
        turned_columns(
            out, x, j * WIDTH, ROWS=ROWS, X_ROW=X_ROW, BREADTH=WIDTH, WIDTH=WIDTH, LOG2=LOG2
        )
    if COLUMNS % WIDTH:
        turned_columns(
            out,
            x,
            COLUMNS // WIDTH * WIDTH,
            ROWS=ROWS,
            X_ROW=X_ROW,
            BREADTH=COLUMNS % WIDTH,
            WIDTH=WIDTH,
            LOG2=LOG2,
        )


def turned_columns(
    out: Floats, x: Floats, j: int, *, ROWS: int, X_ROW: int, BREADTH: int, WIDTH: int, LOG2: int
) -> None:
    """Copy some columns of a matrix to rows, square after square."""
    for i in range(ROWS // WIDTH):
        turned_square(
            *(out, j * ROWS + i * WIDTH, ROWS, x, i * WIDTH * X_ROW + j, X_ROW),
            HEIGHT=WIDTH,
            BREADTH=BREADTH,
            WIDTH=WIDTH,
            LOG2=LOG2,
        )
    if ROWS % WIDTH:
        turned_square(
            *(out, j * ROWS + ROWS // WIDTH * WIDTH, ROWS),
            *(x, ROWS // WIDTH * WIDTH * X_ROW + j, X_ROW),
            HEIGHT=ROWS % WIDTH,
            BREADTH=BREADTH,
            WIDTH=WIDTH,
            LOG2=LOG2,
        )


def turned_square(
    out: Floats,
    to: int,
    next_out: int,
    x: Floats,
    at: int,
    next_row: int,
    *,
    HEIGHT: int,
    BREADTH: int,
    WIDTH: int,
    LOG2: int,
) -> None:
    """Transpose ``HEIGHT`` rows of ``BREADTH``: interleave halves of a square log2(WIDTH) times."""
    rows = registers(out, WIDTH, LOG2 + 1, WIDTH)
    for i in unroll(HEIGHT):
        if BREADTH == WIDTH:
            rows[0, i] = load(x, at + i * next_row, WIDTH)
        else:
            rows[0, i] = load_between(x, at + i * next_row, 0, BREADTH, WIDTH)
    for step in unroll(LOG2):
        for i in unroll(WIDTH // 2):
            rows[step + 1, 2 * i] = interleave_first(rows[step, i], rows[step, i + WIDTH // 2])
            rows[step + 1, 2 * i + 1] = interleave_second(rows[step, i], rows[step, i + WIDTH // 2])
    for i in unroll(BREADTH):
        if HEIGHT == WIDTH:
            store(out, to + i * next_out, rows[LOG2, i])
        else:
            store_first(out, to + i * next_out, rows[LOG2, i], HEIGHT)
