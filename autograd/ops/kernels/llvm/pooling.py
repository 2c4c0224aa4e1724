"""Pooling, as kernels: the largest number of every window, or their sum, and the ways back.

A window meets a row of the image at every `STEP`-th column, for each of its columns.  So a vector
of neighbouring outputs reads a vector of the image for each place of the window, where it lies.

`autograd.ops.kernels.pool_direct` makes the tables and calls these.
"""

from __future__ import annotations

from autograd.ops.kernels.llvm.lines import distance, first_inside, last_inside
from autograd.ops.kernels.llvm.words import (
    Floats,
    Integers,
    both,
    choose,
    inside,
    load_between,
    load_every,
    maximum,
    numbers,
    repeated,
    same,
    smaller,
    store_first,
    unroll,
    zeros,
)

# The numbers in `sizes`: of the image, of the output, how far apart in the image the planes and
# rows of neighbours are, and the places of a window along each axis.  In `moves` are, for each
# place of a window, the plane, row or column at which the first output meets it.
DEPTH = 0
HEIGHT = 1
COLUMNS = 2
OUT_DEPTH = 3
OUT_HEIGHT = 4
OUT_COLUMNS = 5
STEP_DEPTH = 6
STEP_HEIGHT = 7
PLANES = 8
ROWS = 9


def reduce_windows(
    out: Floats,
    image: Floats,
    sizes: Integers,
    moves: Integers,
    first: int,
    last: int,
    *,
    LARGEST: bool,
    SHIFTS: int,
    STEP: int,
    WIDTH: int,
) -> None:
    """Take the largest number of every window, or add them up, in some channels."""
    columns = sizes[OUT_COLUMNS]
    move = moves[sizes[PLANES] + sizes[ROWS]]
    between = distance(moves, sizes[PLANES] + sizes[ROWS], SHIFTS)
    for q in range(0, columns, WIDTH):
        for part in range(first * sizes[OUT_DEPTH], last * sizes[OUT_DEPTH]):
            channel = part // sizes[OUT_DEPTH]
            for row in range(sizes[OUT_HEIGHT]):
                found = zeros(out, WIDTH) - (1e999 if LARGEST else 0.0)
                for a in range(sizes[PLANES]):
                    z = part % sizes[OUT_DEPTH] * sizes[STEP_DEPTH] + moves[a]
                    for b in range(sizes[ROWS]):
                        y = row * sizes[STEP_HEIGHT] + moves[sizes[PLANES] + b]
                        line = line_of(channel, z, y, sizes)
                        if line >= 0:
                            for c in unroll(SHIFTS):
                                x = move + c * between
                                low = first_inside(x, STEP) - q
                                high = last_inside(x, STEP, sizes[COLUMNS]) - q
                                place = line + x + q * STEP
                                if LARGEST:
                                    seen = load_every(image, place, STEP, low, high, WIDTH, -1e999)
                                    found = maximum(found, seen)
                                else:
                                    found += load_every(image, place, STEP, low, high, WIDTH)
                at = (part * sizes[OUT_HEIGHT] + row) * columns + q
                store_first(out, at, found, columns - q)


def winners(
    places: Integers,
    image: Floats,
    out: Floats,
    sizes: Integers,
    moves: Integers,
    first: int,
    last: int,
    *,
    SHIFTS: int,
    STEP: int,
    WIDTH: int,
) -> None:
    """Find the first pixel of every window that is as large as its output, in some channels.

    The places of a window are gone through from the last to the first, so that the first stays.
    """
    columns = sizes[OUT_COLUMNS]
    move = moves[sizes[PLANES] + sizes[ROWS]]
    between = distance(moves, sizes[PLANES] + sizes[ROWS], SHIFTS)
    for q in range(0, columns, WIDTH):
        for part in range(first * sizes[OUT_DEPTH], last * sizes[OUT_DEPTH]):
            channel = part // sizes[OUT_DEPTH]
            begin = line_of(channel, 0, 0, sizes)
            for row in range(sizes[OUT_HEIGHT]):
                at = (part * sizes[OUT_HEIGHT] + row) * columns + q
                best = load_between(out, at, 0, columns - q, WIDTH)
                found = numbers(WIDTH) * 0 - 1
                for a in range(sizes[PLANES]):
                    z = part % sizes[OUT_DEPTH] * sizes[STEP_DEPTH]
                    z += moves[sizes[PLANES] - 1 - a]
                    for b in range(sizes[ROWS]):
                        y = row * sizes[STEP_HEIGHT] + moves[sizes[PLANES] + sizes[ROWS] - 1 - b]
                        line = line_of(channel, z, y, sizes)
                        if line >= 0:
                            for c in unroll(SHIFTS):
                                x = move + (SHIFTS - 1 - c) * between
                                low = first_inside(x, STEP) - q
                                high = last_inside(x, STEP, sizes[COLUMNS]) - q
                                place = line + x + q * STEP
                                seen = load_every(image, place, STEP, low, high, WIDTH)
                                hit = both(same(seen, best), inside(low, high, WIDTH))
                                pixels = numbers(WIDTH) * STEP + (place - begin)
                                found = choose(hit, pixels, found)
                store_first(places, at, found, columns - q)


def spread(
    image: Floats,
    out: Floats,
    sizes: Integers,
    moves: Integers,
    first: int,
    last: int,
    *,
    SHIFTS: int,
    STEP: int,
) -> None:
    """Add every output to all pixels of its window, in some channels."""
    columns = sizes[OUT_COLUMNS]
    for part in range(first * sizes[OUT_DEPTH], last * sizes[OUT_DEPTH]):
        channel = part // sizes[OUT_DEPTH]
        for row in range(sizes[OUT_HEIGHT]):
            at = (part * sizes[OUT_HEIGHT] + row) * columns
            for a in range(sizes[PLANES]):
                z = part % sizes[OUT_DEPTH] * sizes[STEP_DEPTH] + moves[a]
                for b in range(sizes[ROWS]):
                    y = row * sizes[STEP_HEIGHT] + moves[sizes[PLANES] + b]
                    line = line_of(channel, z, y, sizes)
                    if line >= 0:
                        for c in unroll(SHIFTS):
                            x = moves[sizes[PLANES] + sizes[ROWS] + c]
                            high = smaller(last_inside(x, STEP, sizes[COLUMNS]), columns)
                            for q in range(first_inside(x, STEP), high):
                                image[line + x + q * STEP] += out[at + q]


def fill_windows(
    image: Floats,
    out: Floats,
    sizes: Integers,
    moves: Integers,
    first: int,
    last: int,
    *,
    STEP: int,
    WIDTH: int,
) -> None:
    """Write every output to all pixels of its window, where windows lie side by side."""
    columns = sizes[OUT_COLUMNS]
    for part in range(first * sizes[OUT_DEPTH], last * sizes[OUT_DEPTH]):
        channel = part // sizes[OUT_DEPTH]
        for row in range(sizes[OUT_HEIGHT]):
            for q in range(0, columns, WIDTH):
                at = (part * sizes[OUT_HEIGHT] + row) * columns + q
                given = load_between(out, at, 0, columns - q, WIDTH)
                for a in range(sizes[PLANES]):
                    z = part % sizes[OUT_DEPTH] * sizes[STEP_DEPTH] + a
                    for b in range(sizes[ROWS]):
                        line = line_of(channel, z, row * sizes[STEP_HEIGHT] + b, sizes)
                        for c in unroll(STEP):
                            several = repeated(given, STEP, c)
                            left = (columns - q) * STEP - c * WIDTH
                            store_first(image, line + q * STEP + c * WIDTH, several, left)


def route(
    image: Floats,
    out: Floats,
    places: Integers,
    wrong: Integers,
    pixels: int,
    count: int,
    first: int,
    last: int,
) -> None:
    """Add every output to its pixel, in some channels of ``count`` outputs; -1 is none.

    ``wrong[0]`` counts those that are no pixel of the image.
    """
    for channel in range(first, last):
        for i in range(channel * count, (channel + 1) * count):
            place = places[i]
            if place >= 0 and place < pixels:
                image[channel * pixels + place] += out[i]
            elif place >= 0:
                wrong[0] += 1


def line_of(channel: int, z: int, y: int, sizes: Integers) -> int:
    """Return where a row of the image begins; -1 if it is in the padding."""
    outside = z < 0 or z >= sizes[DEPTH] or y < 0 or y >= sizes[HEIGHT]
    line = ((channel * sizes[DEPTH] + z) * sizes[HEIGHT] + y) * sizes[COLUMNS]
    return -1 if outside else line
