"""The gradient of a convolution's kernel, as kernels.

The image is laid as for the convolution (`autograd.ops.kernels.llvm.convolution`), so that a place
of the kernel meets all places of the output at a constant distance:

    kernel[g, k, o] += sum_q laid[offsets[k] + q] cotangent[g, o, q]

The sums for some terms k and some outputs o stay in registers.  Vectors hold neighbouring places q,
and their elements are added up at the end; or, where images are small, neighbouring outputs o.  A
kernel of one place meets the image as it is, which need not be laid.
"""

from __future__ import annotations

from autograd.ops.kernels.llvm.convolution import (
    CHANNELS,
    COLUMNS,
    DEPTH,
    GROUPS,
    HEIGHT,
    IMAGES,
    LAID,
    NEXT_CHANNEL,
    NEXT_PLANE,
    NEXT_ROW,
    OUT_COLUMNS,
    OUT_DEPTH,
    OUT_HEIGHT,
    OUTS_OF_GROUP,
    STRIP,
    TERMS_OF_OUT,
    lay,
)
from autograd.ops.kernels.llvm.words import (
    Floats,
    Integers,
    fill,
    load,
    load_between,
    multiply_add,
    registers,
    smaller,
    store,
    total,
    unroll,
)


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
    IN_PLACE: bool,
    STEP: int,
    TERMS: int,
    OTHERS: int,
    WIDTH: int,
) -> None:
    """Add up the gradient of the kernel over the images from ``first`` to before ``last``.

    ``kernel[g, k, o] += sum_q laid[offsets[k] + q] cotangent[g, o, q]``, in which there are as many
    terms k and outputs o as whole blocks have.  A vector holds neighbouring places q, or, if
    `TURNED`, neighbouring outputs, for which the cotangent is turned.  If `IN_PLACE`, ``laid`` is
    the image.
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
                    seen = 0
                    next_image = sizes[LAID]
                    if IN_PLACE:
                        seen = (n * sizes[GROUPS] + g) * pixels
                        seen += (plane * sizes[HEIGHT] + row) * sizes[COLUMNS]
                        next_image = sizes[GROUPS] * pixels
                    for i in range(images):
                        if not IN_PLACE:
                            begin = ((n + i) * sizes[GROUPS] + g) * pixels
                            lay(
                                *(laid, i * sizes[LAID], image, begin, plane, row, rows),
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
                                    *(laid, seen, next_image, offsets, k, images, places),
                                    TERMS=TERMS,
                                    VECTORS=OTHERS,
                                    WIDTH=WIDTH,
                                )
                            else:
                                accumulate(
                                    *(kernel, to, whole, cotangent, at + o * next_channel),
                                    *(outs - 1 - o, laid, seen, next_image, offsets, k),
                                    *(sizes, images, places),
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
    begin: int,
    next_image: int,
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
        seen = begin + i * next_image
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
    begin: int,
    next_image: int,
    offsets: Integers,
    k: int,
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
        seen = begin + i * next_image
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
