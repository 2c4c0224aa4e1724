"""Blocks: how one value looks on a wire.

A number is written.  A small matrix is written number by number; a larger one is a heat map whose
zero has no colour; an array with more axes is a strip of such maps, one for each channel.  Above
stands the shape, and the share of exact zeros if there are any; below, a histogram.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from autograd.core.tensor import ArrayLike
from autograd.ir.number_format import show
from autograd.viz.model.text_metrics import width_of
from autograd.viz.render.marks import Cells, Mark, Rect, Text, moved

NUMBER = 12.5
SMALL = 10.0
CAPTION = 9.0
LONGEST = 8  # of a matrix whose numbers are written
MAP = 72.0  # the longest side of a heat map, in pixels
CHANNEL = 36.0
CHANNELS = 8
FINEST = 48  # cells along a side of a heat map
BINS = 16


@dataclass(frozen=True, slots=True)
class Block:
    """Marks with a size, from a corner at (0, 0); the body in the middle may be smaller."""

    width: float
    height: float
    marks: tuple[Mark, ...]
    body: tuple[float, float] | None = None


def block(
    value: ArrayLike | None,
    colour: str,
    digits: int,
    pictures: bool = True,
    shape: bool = True,
    cell: float = 0.0,
) -> Block:
    """Return what to put on a wire for a value.

    Parameters
    ----------
    value : number, array or None
        None, what has not been computed, is blank.
    colour : str
        The role of its text: "value" or "gradient".
    digits : int
    pictures : bool
        Whether arrays are shown element by element; otherwise by their shape.
    shape : bool
        Whether the shape stands above an array.
    cell : float
        The least width of a number in a matrix, as `cell_width` returns it for another.
    """
    if value is None:
        return Block(8.0, NUMBER * 1.25, ())
    array = np.asarray(value)
    if array.ndim == 0:
        return line(show(value, digits), NUMBER, colour)
    caption = ", ".join([*(_shape(array) if shape else ()), *_notes(array)])
    rows = [line(caption, CAPTION, colour)] if caption else []
    if pictures and array.size:
        rows += _body(array, colour, digits, cell)
    return _stacked(rows)


def cell_width(value: ArrayLike, digits: int) -> float:
    """Return how wide the numbers of a matrix are, 0 if none are written."""
    array = np.asarray(value)
    if not (array.ndim and array.size and _is_written(array)):
        return 0.0
    return max(width_of(show(x, digits), SMALL) for x in array.flat) + 6


def line(text: str, size: float, colour: str, bold: bool = False, italic: bool = False) -> Block:
    """Return one line of text; gradients are in italics."""
    width = width_of(text, size, bold)
    italic = italic or colour == "gradient"
    mark = Text(width / 2, size, text, size, colour, bold=bold, italic=italic)
    return Block(width, size * 1.25, (mark,))


def centred(block: Block, width: float, y: float) -> list[Mark]:
    """Return the marks of a block in the middle of a wider one."""
    return [moved(mark, (width - block.width) / 2, y) for mark in block.marks]


def _stacked(rows: list[Block]) -> Block:
    width = max((row.width for row in rows), default=0.0)
    marks: list[Mark] = []
    y = 0.0
    for row in rows:
        marks += centred(row, width, y)
        y += row.height
    return Block(width, y, tuple(marks))


def _shape(array: np.ndarray) -> list[str]:
    lengths = "x".join(map(str, array.shape)) if array.ndim > 1 else f"({array.shape[0]},)"
    if not array.size:
        return [f"{lengths} empty"]
    return [lengths] if array.dtype == np.float64 else [lengths, str(array.dtype)]


def _notes(array: np.ndarray) -> list[str]:
    """Say what the picture of an array does not show."""
    if not array.size:
        return []
    parts = []
    zeros = float(np.mean(array == 0))
    if zeros and not _is_written(array):
        parts.append(f"{_percent(zeros)} zero")
    if array.ndim > 3 and min(array.shape[:2]) > 1:
        parts.append(f"first of {array.shape[0]}")
    bad = int(array.size - np.isfinite(array).sum())
    if bad:
        parts.append(f"{bad} not finite")
    return parts


def _percent(share: float) -> str:
    """Write a share so that neither a few nor almost all are rounded away."""
    if 0 < share < 0.005:
        return "<1%"
    return ">99%" if 0.995 <= share < 1 else f"{share:.0%}"


def _is_written(array: np.ndarray) -> bool:
    """Whether its numbers are written: a small matrix, also as the one channel of one image."""
    outer = array.shape[:-2]
    return max(outer, default=1) == 1 and max(array.shape[-2:]) <= LONGEST


def _body(array: np.ndarray, colour: str, digits: int, cell: float) -> list[Block]:
    if _is_written(array):
        matrix = np.atleast_2d(array).reshape(-1, array.shape[-1])
        return [_numbers(matrix, colour, digits, max(cell, cell_width(array, digits)))]
    largest = largest_of(array)
    legend = line(f"max |.| {show(largest, digits)}", CAPTION, colour)
    return [_maps(array, largest), _histogram(array, colour), legend]


def _numbers(matrix: np.ndarray, colour: str, digits: int, cell: float) -> Block:
    texts = [[show(v, digits) for v in row] for row in matrix]
    tall = SMALL * 1.3
    italic = colour == "gradient"
    rows, columns = matrix.shape
    marks: list[Mark] = [
        Text((j + 1) * cell - 3, (i + 1) * tall - 3, t, SMALL, colour, "end", italic=italic)
        for i, row in enumerate(texts)
        for j, t in enumerate(row)
    ]
    width, height = columns * cell, rows * tall + 2
    marks += [Rect(x - 0.4, 0, 0.8, height, fill="soft") for x in (0, width)]
    return Block(width, height + 2, tuple(marks))


def largest_of(array: np.ndarray) -> float:
    """Return the largest size of the finite elements."""
    finite = array[np.isfinite(array)].astype(float)
    return float(np.max(np.abs(finite), initial=0.0))


def _maps(array: np.ndarray, largest: float) -> Block:
    """Return heat maps on one scale: one of a matrix, a strip of the channels of one example."""
    scaled = array.astype(float) / largest if largest else array.astype(float)
    slices = list(slices_of(scaled))
    side = MAP if len(slices) == 1 else CHANNEL
    marks: list[Mark] = []
    x = height = 0.0
    for matrix in slices[:CHANNELS]:
        cells = coarse(matrix)
        rows, columns = cells.shape
        pixels = min(side / max(rows, columns), 9.0)
        thin = max(rows * pixels, 4.0)
        marks.append(Cells(x, 0, columns * pixels, thin, cells))
        marks.append(Rect(x, 0, columns * pixels, thin, stroke="frame", line=0.6))
        x += columns * pixels + 3
        height = max(height, thin)
    if len(slices) > CHANNELS:
        more = line(f"+{len(slices) - CHANNELS}", CAPTION, "soft")
        marks += [moved(mark, x, height / 2 - 4) for mark in more.marks]
        x += more.width + 3
    return Block(x - 3, height + 3, tuple(marks))


def slices_of(array: np.ndarray) -> Iterator[np.ndarray]:
    """Yield the matrices to show: the channels of the first example, or of all if there is one."""
    if array.ndim <= 2:
        yield np.atleast_2d(array)
    elif array.ndim == 3:
        yield from array
    else:
        shown = array if array.shape[1] == 1 else array[0]
        yield from shown.reshape(-1, *array.shape[-2:])


def coarse(matrix: np.ndarray) -> np.ndarray:
    """Return at most FINEST cells a side; of those that share one, the largest is shown."""
    rows, columns = (max(1, -(-n // FINEST)) for n in matrix.shape)
    if rows == columns == 1:
        return matrix
    padding = [(0, -n % k) for n, k in zip(matrix.shape, (rows, columns), strict=True)]
    padded = np.pad(matrix, padding)
    tiles = padded.reshape(padded.shape[0] // rows, rows, padded.shape[1] // columns, columns)
    flat = tiles.swapaxes(1, 2).reshape(*tiles.shape[0::2], -1)
    size = np.where(np.isnan(flat), np.inf, np.abs(flat))  # what is not finite must not hide
    chosen = size.argmax(axis=-1)[..., None]
    return np.take_along_axis(flat, chosen, axis=-1)[..., 0]


def bins_of(array: np.ndarray) -> list[int]:
    """Return how many finite elements are in each of BINS equal ranges around zero."""
    finite = array[np.isfinite(array)].astype(float)
    # Tiny and huge numbers are brought near 1 first, where the width of a bin is not rounded to 0.
    scale = largest_of(array) or 1.0
    counts: list[int] = np.histogram(finite / scale, bins=BINS, range=(-1.0, 1.0))[0].tolist()
    return counts


def _histogram(array: np.ndarray, colour: str) -> Block:
    counts = bins_of(array)
    tallest = max(*counts, 1)
    marks: list[Mark] = []
    for i, count in enumerate(counts):
        tall = 14.0 * count / tallest
        if tall:
            marks.append(Rect(i * 4.0, 15 - tall, 3.2, tall, fill=colour))
    marks.append(Rect(0, 15, BINS * 4.0, 0.6, fill="soft"))
    marks.append(Rect(BINS * 2.0 - 0.6, 13, 0.6, 4, fill="soft"))
    return Block(BINS * 4.0, 19.0, tuple(marks))
