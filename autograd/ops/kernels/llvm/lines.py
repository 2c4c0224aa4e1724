"""Lines of an image, read by vectors: every ``step``-th number, with zeros beyond both ends.

Kernels of convolution and pooling share these.
"""

from __future__ import annotations

from autograd.ops.kernels.llvm.words import (
    Floats,
    Integers,
    larger,
    load_every,
    smaller,
    store,
    zeros,
)


def first_inside(move: int, step: int) -> int:
    """Return the first i at which ``step i + move`` is not before the beginning."""
    return larger(-(move // step), 0)


def last_inside(move: int, step: int, size: int) -> int:
    """Return the i behind the last at which ``step i + move`` is before the end."""
    return (size - 1 - move) // step + 1 if size > 0 else 0


def distance(moves: Integers, at: int, count: int) -> int:
    """Return how far apart the moves from a place on are, which are at equal distances."""
    return (moves[at + count - 1] - moves[at]) // larger(count - 1, 1)


def lay_lines(
    laid: Floats,
    at: int,
    lines: int,
    count: int,
    image: Floats,
    begin: int,
    next_line: int,
    first_line: int,
    last_line: int,
    move: int,
    size: int,
    *,
    STEP: int,
    WIDTH: int,
) -> None:
    """Lay lines of ``count`` numbers: of a line of ``size`` every `STEP`-th, from ``move`` on.

    What is outside of a line is 0, and so are lines before ``first_line`` and from ``last_line``
    on.  Whole vectors are written, beyond the end of a line, where the next one comes.  So the last
    vector of all lines is written before the others.
    """
    first = first_inside(move, STEP)
    last = last_inside(move, STEP, size)
    begin += move
    lay_zeros(laid, at, smaller(first_line, lines) * count, WIDTH=WIDTH)
    for back in range((count + WIDTH - 1) // WIDTH):
        j = ((count - 1) // WIDTH - back) * WIDTH
        for i in range(first_line, last_line):
            source = begin + i * next_line + STEP * j
            seen = load_every(image, source, STEP, first - j, last - j, WIDTH)
            store(laid, at + i * count + j, seen)
    after = larger(first_line, last_line)
    lay_zeros(laid, at + after * count, (lines - after) * count, WIDTH=WIDTH)


def lay_zeros(laid: Floats, at: int, count: int, *, WIDTH: int) -> None:
    """Write zeros, in whole vectors."""
    for i in range(0, count, WIDTH):
        store(laid, at + i, zeros(laid, WIDTH))
