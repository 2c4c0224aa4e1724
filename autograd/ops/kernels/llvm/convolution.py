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

from autograd.ops.kernels.llvm.words import (
    Floats,
    Integers,
    fill,
    larger,
    load,
    load_between,
    load_every,
    multiply_add,
    registers,
    smaller,
    store,
    store_first,
    total,
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


def first_inside(move: int, step: int) -> int:
    """Return the first i at which ``step i + move`` is not before the beginning."""
    return larger(-(move // step), 0)


def last_inside(move: int, step: int, size: int) -> int:
    """Return the i behind the last at which ``step i + move`` is before the end."""
    return (size - 1 - move) // step + 1 if size > 0 else 0


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
    between = taps[moves + SHIFTS_OF_ROW - 1] - move
    between = between // larger(SHIFTS_OF_ROW - 1, 1)
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


def match(
    kernel: Floats,
    image: Floats,
    cotangent: Floats,
    laid: Floats,
    turned: Floats,
    offsets: Integers,
    sizes: Integers,
    taps: Integers,
    first: int,
    last: int,
    *,
    TURNED: bool,
    STEP: int,
    TERMS: int,
    OTHERS: int,
    WIDTH: int,
) -> None:
    """Add up the gradient of the kernel over the images from ``first`` to before ``last``.

    ``kernel[g, k, o] += sum_q laid[offsets[k] + q] cotangent[g, o, q]``, in which there are as many
    terms k and outputs o as whole blocks have.  A vector holds neighbouring places q, or, if
    `TURNED`, neighbouring outputs, for which the cotangent is turned.
    """
    outs = sizes[OUTS_OF_GROUP]
    block = OTHERS * WIDTH if TURNED else OTHERS
    whole = (outs + block - 1) // block * block
    terms = (sizes[TERMS_OF_OUT] + TERMS - 1) // TERMS * TERMS
    next_channel = sizes[NEXT_CHANNEL]
    pixels = sizes[CHANNELS] * sizes[DEPTH] * sizes[HEIGHT] * sizes[COLUMNS]
    for n in range(first, last, sizes[IMAGES]):
        images = smaller(sizes[IMAGES], last - n)
        for g in range(sizes[GROUPS]):
            for plane in range(sizes[OUT_DEPTH]):
                for row in range(0, sizes[OUT_HEIGHT], sizes[STRIP]):
                    rows = smaller(sizes[STRIP], sizes[OUT_HEIGHT] - row)
                    places = rows * sizes[OUT_COLUMNS]
                    at = (n * sizes[GROUPS] + g) * outs * next_channel
                    at += plane * sizes[NEXT_PLANE] + row * sizes[NEXT_ROW]
                    for i in range(images):
                        part = (n + i) * sizes[GROUPS] + g
                        lay(
                            *(laid, i * sizes[LAID], image, part * pixels, plane, row, rows),
                            *(sizes, taps),
                            STEP=STEP,
                            WIDTH=WIDTH,
                        )
                        if TURNED:
                            source = at + i * sizes[GROUPS] * outs * next_channel
                            turn(
                                *(turned, i * places * whole, whole),
                                *(cotangent, source, next_channel, outs, places),
                            )
                    for k in range(0, terms, TERMS):
                        for o in range(0, whole, block):
                            to = (g * terms + k) * whole + o
                            if TURNED:
                                accumulate_vectors(
                                    *(kernel, to, turned, o, whole),
                                    *(laid, offsets, k, sizes, images, places),
                                    TERMS=TERMS,
                                    VECTORS=OTHERS,
                                    WIDTH=WIDTH,
                                )
                            else:
                                accumulate(
                                    *(kernel, to, whole, cotangent, at + o * next_channel),
                                    *(outs - 1 - o, laid, offsets, k, sizes, images, places),
                                    TERMS=TERMS,
                                    OUTS=OTHERS,
                                    WIDTH=WIDTH,
                                )


def accumulate(
    kernel: Floats,
    to: int,
    next_term: int,
    cotangent: Floats,
    at: int,
    last_out: int,
    laid: Floats,
    offsets: Integers,
    k: int,
    sizes: Integers,
    images: int,
    places: int,
    *,
    TERMS: int,
    OUTS: int,
    WIDTH: int,
) -> None:
    """Add to some elements of the kernel the sums over the places of some images, in vectors."""
    whole = places - places % WIDTH
    next_channel = sizes[NEXT_CHANNEL]
    sums = registers(kernel, WIDTH, TERMS, OUTS)
    for i in range(images):
        ct = at + i * sizes[GROUPS] * sizes[OUTS_OF_GROUP] * next_channel
        seen = i * sizes[LAID]
        for q in range(0, whole, WIDTH):
            for o in unroll(OUTS):
                given = load(cotangent, ct + smaller(o, last_out) * next_channel + q, WIDTH)
                for t in unroll(TERMS):
                    met = load(laid, seen + offsets[k + t] + q, WIDTH)
                    sums[t, o] = multiply_add(given, met, sums[t, o])
        if whole < places:
            left = places - whole
            for o in unroll(OUTS):
                where = ct + smaller(o, last_out) * next_channel + whole
                given = load_between(cotangent, where, 0, left, WIDTH)
                for t in unroll(TERMS):
                    met = load_between(laid, seen + offsets[k + t] + whole, 0, left, WIDTH)
                    sums[t, o] = multiply_add(given, met, sums[t, o])
    for t in unroll(TERMS):
        for o in unroll(OUTS):
            kernel[to + t * next_term + o] += total(sums[t, o])


def accumulate_vectors(
    kernel: Floats,
    to: int,
    turned: Floats,
    at: int,
    next_place: int,
    laid: Floats,
    offsets: Integers,
    k: int,
    sizes: Integers,
    images: int,
    places: int,
    *,
    TERMS: int,
    VECTORS: int,
    WIDTH: int,
) -> None:
    """Add to some vectors of the kernel: each place of the image times the outputs there."""
    sums = registers(kernel, WIDTH, TERMS, VECTORS)
    for i in range(images):
        seen = i * sizes[LAID]
        given = at + i * places * next_place
        for q in range(places):
            for t in unroll(TERMS):
                met = fill(laid[seen + offsets[k + t] + q], WIDTH)
                for v in unroll(VECTORS):
                    ct = load(turned, given + q * next_place + v * WIDTH, WIDTH)
                    sums[t, v] = multiply_add(met, ct, sums[t, v])
    for t in unroll(TERMS):
        for v in unroll(VECTORS):
            place = to + t * next_place + v * WIDTH
            store(kernel, place, load(kernel, place, WIDTH) + sums[t, v])


def turn(
    out: Floats,
    to: int,
    next_column: int,
    x: Floats,
    at: int,
    next_row: int,
    rows: int,
    columns: int,
) -> None:
    """Turn a matrix: its rows become columns."""
    for j in range(columns):
        for i in range(rows):
            out[to + j * next_column + i] = x[at + i * next_row + j]


def unpack(
    weights: Floats,
    kernel: Floats,
    groups: int,
    outs: int,
    terms: int,
    whole_outs: int,
    whole_terms: int,
) -> None:
    """Write the gradient of the kernel in the order of its elements: (group, output, term)."""
    for g in range(groups):
        turn(
            *(weights, g * outs * terms, terms),
            *(kernel, g * whole_terms * whole_outs, whole_outs, terms, outs),
        )


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
