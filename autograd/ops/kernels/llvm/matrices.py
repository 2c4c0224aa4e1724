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
    *,
    M: int,
    K: int,
    N: int,
    A_ROW: int,
    A_COLUMN: int,
    B_ROW: int,
    ROWS: int,
    VECTORS: int,
    WIDTH: int,
) -> None:
    """Multiply matrices; ``A_ROW`` is how far apart in memory the rows of a are."""
    for j in range(N // (VECTORS * WIDTH)):
        columns(
            out,
            a,
            b,
            j * (VECTORS * WIDTH),
            M=M,
            K=K,
            N=N,
            A_ROW=A_ROW,
            A_COLUMN=A_COLUMN,
            B_ROW=B_ROW,
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
            N // (VECTORS * WIDTH) * (VECTORS * WIDTH),
            M=M,
            K=K,
            N=N,
            A_ROW=A_ROW,
            A_COLUMN=A_COLUMN,
            B_ROW=B_ROW,
            ROWS=ROWS,
            VECTORS=(N % (VECTORS * WIDTH) + WIDTH - 1) // WIDTH,
            LAST=(N - 1) % WIDTH + 1,
            WIDTH=WIDTH,
        )


def columns(
    out: Floats,
    a: Floats,
    b: Floats,
    j: int,
    *,
    M: int,
    K: int,
    N: int,
    A_ROW: int,
    A_COLUMN: int,
    B_ROW: int,
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
            i * ROWS,
            j,
            K=K,
            N=N,
            A_ROW=A_ROW,
            A_COLUMN=A_COLUMN,
            B_ROW=B_ROW,
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
            M // ROWS * ROWS,
            j,
            K=K,
            N=N,
            A_ROW=A_ROW,
            A_COLUMN=A_COLUMN,
            B_ROW=B_ROW,
            ROWS=M % ROWS,
            VECTORS=VECTORS,
            LAST=LAST,
            WIDTH=WIDTH,
        )


def tile(
    out: Floats,
    a: Floats,
    b: Floats,
    i: int,
    j: int,
    *,
    K: int,
    N: int,
    A_ROW: int,
    A_COLUMN: int,
    B_ROW: int,
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
            if n + 1 < VECTORS or LAST == WIDTH:
                store(out, (i + m) * N + j + n * WIDTH, sums[m, n])
            else:
                store_first(out, (i + m) * N + j + n * WIDTH, sums[m, n], LAST)


def turned(
    out: Floats,
    x: Floats,
    *,
    ROWS: int,
    COLUMNS: int,
    X_ROW: int,
    OUT_ROW: int,
    WIDTH: int,
    LOG2: int,
) -> None:
    """Copy a matrix transposed: ``out[j, i] = x[i, j]``."""
    for i in range(ROWS // WIDTH):
        for j in range(COLUMNS // WIDTH):
            turned_square(
                out,
                x,
                j * WIDTH * OUT_ROW + i * WIDTH,
                i * WIDTH * X_ROW + j * WIDTH,
                X_ROW=X_ROW,
                OUT_ROW=OUT_ROW,
                WIDTH=WIDTH,
                LOG2=LOG2,
            )
        for row in range(WIDTH):
            for j in range(COLUMNS // WIDTH * WIDTH, COLUMNS):
                out[j * OUT_ROW + i * WIDTH + row] = x[(i * WIDTH + row) * X_ROW + j]
    for j in range(COLUMNS):
        for i in range(ROWS // WIDTH * WIDTH, ROWS):
            out[j * OUT_ROW + i] = x[i * X_ROW + j]


def turned_square(
    out: Floats, x: Floats, to: int, at: int, *, X_ROW: int, OUT_ROW: int, WIDTH: int, LOG2: int
) -> None:
    """Transpose a square of ``WIDTH`` vectors: interleave the two halves, log2(WIDTH) times."""
    rows = registers(out, WIDTH, LOG2 + 1, WIDTH)
    for i in unroll(WIDTH):
        rows[0, i] = load(x, at + i * X_ROW, WIDTH)
    for step in unroll(LOG2):
        for i in unroll(WIDTH // 2):
            rows[step + 1, 2 * i] = interleave_first(rows[step, i], rows[step, i + WIDTH // 2])
            rows[step + 1, 2 * i + 1] = interleave_second(rows[step, i], rows[step, i + WIDTH // 2])
    for i in unroll(WIDTH):
        store(out, to + i * OUT_ROW, rows[LOG2, i])
