"""Small matrix products as kernels: the output is computed in tiles that stay in registers.

    out[m, n] = sum_k a[m, k] b[k, n]

A tile has ``ROWS`` rows, and ``VECTORS`` vectors along n.  For each k it reads a vector of b for
each of its columns, and multiplies it by one number of a for each of its rows: so every number that
is read is used several times.  The matrix a may lie in memory in any way (a transposed one, too);
rows of b must be contiguous, so `turned` copies a transposed b first: just the columns that are
computed next, which then are in the processor's cache.
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
    panel: Floats,
    *,
    M: int,
    K: int,
    N: int,
    A_ROW: int,
    A_COLUMN: int,
    B_ROW: int,
    TURNED: int,
    MORE_ROW: int,
    ADDED: int,
    RELU: int,
    ROWS: int,
    VECTORS: int,
    WIDTH: int,
    LOG2: int,
) -> None:
    """Multiply matrices; ``A_ROW`` is how far apart in memory the rows of a are.

    With ``TURNED``, b is given transposed, and ``panel`` takes ``K`` rows of the columns that are
    computed at once.  With ``ADDED``, a matrix is added to the product, or a row to each of its
    rows if ``MORE_ROW`` is 0; with ``RELU``, what is below 0 becomes 0 then.
    """
    for j in range(N // (VECTORS * WIDTH)):
        block(
            *(out, a, b, more, panel, j * (VECTORS * WIDTH)),
            M=M,
            K=K,
            N=N,
            A_ROW=A_ROW,
            A_COLUMN=A_COLUMN,
            B_ROW=B_ROW,
            TURNED=TURNED,
            MORE_ROW=MORE_ROW,
            ADDED=ADDED,
            RELU=RELU,
            ROWS=ROWS,
            VECTORS=VECTORS,
            LAST=WIDTH,
            WIDTH=WIDTH,
            LOG2=LOG2,
        )
    if N % (VECTORS * WIDTH):
        block(
            *(out, a, b, more, panel, N // (VECTORS * WIDTH) * (VECTORS * WIDTH)),
            M=M,
            K=K,
            N=N,
            A_ROW=A_ROW,
            A_COLUMN=A_COLUMN,
            B_ROW=B_ROW,
            TURNED=TURNED,
            MORE_ROW=MORE_ROW,
            ADDED=ADDED,
            RELU=RELU,
            ROWS=ROWS,
            VECTORS=(N % (VECTORS * WIDTH) + WIDTH - 1) // WIDTH,
            LAST=(N - 1) % WIDTH + 1,
            WIDTH=WIDTH,
            LOG2=LOG2,
        )


def block(
    out: Floats,
    a: Floats,
    b: Floats,
    more: Floats,
    panel: Floats,
    j: int,
    *,
    M: int,
    K: int,
    N: int,
    A_ROW: int,
    A_COLUMN: int,
    B_ROW: int,
    TURNED: int,
    MORE_ROW: int,
    ADDED: int,
    RELU: int,
    ROWS: int,
    VECTORS: int,
    LAST: int,
    WIDTH: int,
    LOG2: int,
) -> None:
    """Compute some columns of a product; those of a transposed b are turned into the panel."""
    factor = b
    if TURNED:
        factor = panel
        turned(
            *(panel, b, j * B_ROW),
            ROWS=(VECTORS - 1) * WIDTH + LAST,
            COLUMNS=K,
            X_ROW=B_ROW,
            WIDTH=WIDTH,
            LOG2=LOG2,
        )
    columns(
        *(out, a, factor, more, j, 0 if TURNED else j),
        M=M,
        K=K,
        N=N,
        A_ROW=A_ROW,
        A_COLUMN=A_COLUMN,
        B_ROW=(VECTORS - 1) * WIDTH + LAST if TURNED else B_ROW,
        MORE_ROW=MORE_ROW,
        ADDED=ADDED,
        RELU=RELU,
        ROWS=ROWS,
        VECTORS=VECTORS,
        LAST=LAST,
        WIDTH=WIDTH,
    )


def columns(
    out: Floats,
    a: Floats,
    b: Floats,
    more: Floats,
    j: int,
    of_b: int,
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
    """Compute some columns of a product, tile after tile; in b they begin at column ``of_b``."""
    for i in range(M // ROWS):
        tile(
            out,
            a,
            b,
            more,
            i * ROWS,
            j,
            of_b,
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
            of_b,
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
    of_b: int,
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
                row[n] = load(b, k * B_ROW + of_b + n * WIDTH, WIDTH)
            else:
                row[n] = load_between(b, k * B_ROW + of_b + n * WIDTH, 0, LAST, WIDTH)
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
    out: Floats, x: Floats, at: int, *, ROWS: int, COLUMNS: int, X_ROW: int, WIDTH: int, LOG2: int
) -> None:
    """Copy a matrix that begins at a place transposed: ``out[j, i] = x[i, j]``."""
    for j in range(COLUMNS // WIDTH):
        turned_columns(
            *(out, x, at, j * WIDTH),
            ROWS=ROWS,
            X_ROW=X_ROW,
            BREADTH=WIDTH,
            WIDTH=WIDTH,
            LOG2=LOG2,
        )
    if COLUMNS % WIDTH:
        turned_columns(
            *(out, x, at, COLUMNS // WIDTH * WIDTH),
            ROWS=ROWS,
            X_ROW=X_ROW,
            BREADTH=COLUMNS % WIDTH,
            WIDTH=WIDTH,
            LOG2=LOG2,
        )


def turned_columns(
    out: Floats,
    x: Floats,
    at: int,
    j: int,
    *,
    ROWS: int,
    X_ROW: int,
    BREADTH: int,
    WIDTH: int,
    LOG2: int,
) -> None:
    """Copy some columns of a matrix to rows, square after square."""
    for i in range(ROWS // WIDTH):
        turned_square(
            *(out, j * ROWS + i * WIDTH, ROWS, x, at + i * WIDTH * X_ROW + j, X_ROW),
            HEIGHT=WIDTH,
            BREADTH=BREADTH,
            WIDTH=WIDTH,
            LOG2=LOG2,
        )
    if ROWS % WIDTH:
        turned_square(
            *(out, j * ROWS + ROWS // WIDTH * WIDTH, ROWS),
            *(x, at + ROWS // WIDTH * WIDTH * X_ROW + j, X_ROW),
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
