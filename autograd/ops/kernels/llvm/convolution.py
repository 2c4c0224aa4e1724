"""Convolution without columns, as kernels.

An output place needs, of every channel, the window of the image that lies under the kernel there.
Instead of copying windows out, the image is *laid* so that one kernel place meets all output places
at a constant distance:

    out[o, q] = sum_k weights[o, k] laid[offsets[k] + q]        k = (channel, kernel place)

For this the rows of the image are laid end to end, each as long as a row of the output, once for
every column of the kernel: moved by that column, with zeros where it is padding.  One row of the
kernel lower is then one row further on.  With stride s, the rows with the same remainder by s lie
together.  An axis in front (the depth of a volume) works like more channels.

The sums for some outputs (`OUTS`) and some vectors of places (`VECTORS`) stay in registers while
one term k after another is added, so each number that is read is used several times.  As many rows
are laid at a time as stay in the processor's cache.

`autograd.ops.kernels.conv_direct` makes the tables and calls these.
"""

from __future__ import annotations

from autograd.ops.kernels.llvm.lines import distance, first_inside, last_inside, lay_lines
from autograd.ops.kernels.llvm.words import (
    Floats,
    Integers,
    fill,
    load,
    load_every,
    multiply_add,
    registers,
    smaller,
    store_first,
    unroll,
    zeros,
)

# The numbers in `sizes`.  Of a group, the channels that come in, those that go out, and the terms;
GROUPS = 0
CHANNELS = 1
OUTS_OF_GROUP = 2
TERMS_OF_OUT = 3
# the image, the output, and how far apart in the image the planes and rows of neighbours are;
DEPTH = 4
HEIGHT = 5
COLUMNS = 6
OUT_DEPTH = 7
OUT_HEIGHT = 8
OUT_COLUMNS = 9
STEP_DEPTH = 10
STEP_HEIGHT = 11
# whether image and output have a single column, so that what is laid is not rows but columns;
SINGLE_COLUMN = 12
# how many numbers `taps` has of each kind: planes, remainders of rows, and columns;
PLANES = 13
REMAINDERS = 14
SHIFTS = 15
# how many rows of the output are made at a time, how many are laid for each of the remainders, and
# which is the first of them for the output's first row;
STRIP = 16
LAID_ROWS = 17
FIRST_ROW = 18
# how many images are laid at a time, and how many numbers of each;
IMAGES = 19
LAID = 20
# where the output begins in its array, and how far apart there its channels, planes, rows and
# columns are.
BEGIN = 21
NEXT_CHANNEL = 22
NEXT_PLANE = 23
NEXT_ROW = 24
NEXT_COLUMN = 25


def correlate(
    out: Floats,
    image: Floats,
    weights: Floats,
    laid: Floats,
    made: Floats,
    offsets: Integers,
    sizes: Integers,
    taps: Integers,
    first: int,
    last: int,
    *,
    STEPPED: bool,
    STEP: int,
    OUTS: int,
    VECTORS: int,
    WIDTH: int,
) -> None:
    """Convolve the images from ``first`` to before ``last``, with weights from `pack`.

    `STEP` is how far apart in the image the columns of neighbouring outputs are; of a single column
    the rows.  If `STEPPED`, the output has gaps in its array, and is ``made`` elsewhere first.
    """
    outs = sizes[OUTS_OF_GROUP]
    next_channel = sizes[NEXT_CHANNEL]
    blocks = (outs + OUTS - 1) // OUTS
    block = sizes[TERMS_OF_OUT] * OUTS
    for part in range(first * sizes[GROUPS], last * sizes[GROUPS]):
        packed = part % sizes[GROUPS] * blocks * block
        for plane in range(sizes[OUT_DEPTH]):
            for row in range(0, sizes[OUT_HEIGHT], sizes[STRIP]):
                rows = smaller(sizes[STRIP], sizes[OUT_HEIGHT] - row)
                places = rows * sizes[OUT_COLUMNS]
                begin = part * sizes[CHANNELS] * sizes[DEPTH] * sizes[HEIGHT] * sizes[COLUMNS]
                lay(laid, 0, image, begin, plane, row, rows, sizes, taps, STEP=STEP, WIDTH=WIDTH)
                at = sizes[BEGIN] + part * outs * next_channel
                at += plane * sizes[NEXT_PLANE] + row * sizes[NEXT_ROW]
                for b in range(blocks):
                    left = smaller(outs - b * OUTS, OUTS)
                    if STEPPED:
                        multiply(
                            *(made, 0, places, laid, weights, packed + b * block, offsets, sizes),
                            *(places, left),
                            OUTS=OUTS,
                            VECTORS=VECTORS,
                            WIDTH=WIDTH,
                        )
                        spread(out, at + b * OUTS * next_channel, made, rows, left, sizes)
                    else:
                        multiply(
                            *(out, at + b * OUTS * next_channel, next_channel),
                            *(laid, weights, packed + b * block, offsets, sizes, places, left),
                            OUTS=OUTS,
                            VECTORS=VECTORS,
                            WIDTH=WIDTH,
                        )


def lay(
    laid: Floats,
    at: int,
    image: Floats,
    begin: int,
    plane: int,
    row: int,
    rows: int,
    sizes: Integers,
    taps: Integers,
    *,
    STEP: int,
    WIDTH: int,
) -> None:
    """Lay what some rows of an output plane need: (channel, plane, remainder, shift, row, column).

    The channels of the image begin at ``begin``.
    """
    count = rows + sizes[LAID_ROWS] - sizes[STRIP]
    height = sizes[HEIGHT]
    columns = sizes[COLUMNS]
    out_columns = sizes[OUT_COLUMNS]
    for channel in range(sizes[CHANNELS]):
        for a in range(sizes[PLANES]):
            z = sizes[STEP_DEPTH] * plane + taps[a]
            source = begin + (channel * sizes[DEPTH] + z) * height * columns
            size = height if z >= 0 and z < sizes[DEPTH] else 0
            for b in range(sizes[REMAINDERS]):
                y = sizes[STEP_HEIGHT] * (row + sizes[FIRST_ROW]) + taps[sizes[PLANES] + b]
                if sizes[SINGLE_COLUMN] == 1:
                    lay_lines(
                        *(laid, at, 1, count, image, source, 0, 0, 1, y, size),
                        STEP=STEP,
                        WIDTH=WIDTH,
                    )
                    at += sizes[LAID_ROWS]
                else:
                    for c in range(sizes[SHIFTS]):
                        x = taps[sizes[PLANES] + sizes[REMAINDERS] + c]
                        lay_lines(
                            *(laid, at, count, out_columns, image, source + y * columns),
                            *(sizes[STEP_HEIGHT] * columns, first_inside(y, sizes[STEP_HEIGHT])),
                            smaller(last_inside(y, sizes[STEP_HEIGHT], size), count),
                            *(x, columns),
                            STEP=STEP,
                            WIDTH=WIDTH,
                        )
                        at += sizes[LAID_ROWS] * out_columns


def multiply(
    out: Floats,
    at: int,
    next_channel: int,
    laid: Floats,
    weights: Floats,
    packed: int,
    offsets: Integers,
    sizes: Integers,
    places: int,
    outs: int,
    *,
    OUTS: int,
    VECTORS: int,
    WIDTH: int,
) -> None:
    """Make some outputs at all places: ``out[o, q] = sum_k weights[k, o] laid[offsets[k] + q]``."""
    for q in range(0, places, VECTORS * WIDTH):
        sums = registers(out, WIDTH, OUTS, VECTORS)
        for k in range(sizes[TERMS_OF_OUT]):
            for o in unroll(OUTS):
                weight = fill(weights[packed + k * OUTS + o], WIDTH)
                for v in unroll(VECTORS):
                    seen = load(laid, offsets[k] + q + v * WIDTH, WIDTH)
                    sums[o, v] = multiply_add(weight, seen, sums[o, v])
        for o in unroll(OUTS):
            if o < outs:
                for v in unroll(VECTORS):
                    place = q + v * WIDTH
                    store_first(out, at + o * next_channel + place, sums[o, v], places - place)


def spread(out: Floats, at: int, made: Floats, rows: int, outs: int, sizes: Integers) -> None:
    """Write outputs to where they belong, if their array has others in between."""
    columns = sizes[OUT_COLUMNS]
    for o in range(outs):
        for row in range(rows):
            to = at + o * sizes[NEXT_CHANNEL] + row * sizes[NEXT_ROW]
            for column in range(columns):
                out[to + column * sizes[NEXT_COLUMN]] = made[(o * rows + row) * columns + column]


def correlate_alone(
    out: Floats,
    image: Floats,
    weights: Floats,
    sizes: Integers,
    taps: Integers,
    first: int,
    last: int,
    *,
    SHIFTS_OF_ROW: int,
    STEP: int,
    WIDTH: int,
) -> None:
    """Convolve the images from ``first`` to before ``last`` channel by channel.

    Where a channel meets no other one, to lay it would take longer than the products.  So its rows
    are read where they are, with zeros at their ends.
    """
    rows = sizes[TERMS_OF_OUT] // SHIFTS_OF_ROW
    height = sizes[HEIGHT]
    columns = sizes[COLUMNS]
    out_columns = sizes[OUT_COLUMNS]
    moves = sizes[PLANES] + sizes[REMAINDERS]
    move = taps[moves]
    between = distance(taps, moves, SHIFTS_OF_ROW)
    for part in range(first * sizes[GROUPS], last * sizes[GROUPS]):
        weight = part % sizes[GROUPS] * sizes[TERMS_OF_OUT]
        for q in range(0, out_columns, WIDTH):
            for row in range(sizes[OUT_HEIGHT]):
                added = zeros(out, WIDTH)
                for k in range(rows):
                    y = row * sizes[STEP_HEIGHT] + taps[moves + SHIFTS_OF_ROW + k]
                    if y >= 0 and y < height:
                        begin = (part * height + y) * columns + q * STEP
                        for c in unroll(SHIFTS_OF_ROW):
                            x = move + c * between
                            low = first_inside(x, STEP) - q
                            high = last_inside(x, STEP, columns) - q
                            seen = load_every(image, begin + x, STEP, low, high, WIDTH)
                            factor = fill(weights[weight + k * SHIFTS_OF_ROW + c], WIDTH)
                            added = multiply_add(factor, seen, added)
                at = (part * sizes[OUT_HEIGHT] + row) * out_columns + q
                store_first(out, at, added, out_columns - q)


def pack(
    packed: Floats,
    weights: Floats,
    places: Integers,
    groups: int,
    outs: int,
    terms: int,
    next_group: int,
    next_out: int,
    *,
    OUTS: int,
) -> None:
    """Write weights in the order in which `multiply` reads them: (block of outputs, term, output).

    ``places[k]`` is where those of term k begin.  Beyond the last output it is repeated.
    """
    at = 0
    for g in range(groups):
        for b in range(0, outs, OUTS):
            for k in range(terms):
                source = g * next_group + b * next_out + places[k]
                for o in unroll(OUTS):
                    packed[at] = weights[source + smaller(o, outs - 1 - b) * next_out]
                    at += 1
