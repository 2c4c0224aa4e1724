"""Blocks of boxes: branches beside each other, parts in a grid of columns and lanes, and rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from autograd.viz.layout.tracks import SIDE, Link, Row

NARROW = 28  # pixels between columns
LANE = 14  # pixels between the lanes of branches


@dataclass(slots=True)
class Block:
    """Some boxes with fixed places beside each other; ``axis`` is the height of its wires."""

    width: int
    height: int
    axis: int
    cells: list[tuple[int, int, int]]  # box, x, y
    before: int = NARROW  # space on the left


def side_by_side(branches: Sequence[Sequence[Block]]) -> Block:
    """Return branches as lanes with common columns."""
    cells = {(k, lane): b for lane, blocks in enumerate(branches) for k, b in enumerate(blocks)}
    return grid(cells)


def grid(cells: dict[tuple[int, int], Block]) -> Block:
    """Return blocks at (column, lane) as one; the wire in the middle lane is straight."""
    columns, lanes = (1 + max(key[k] for key in cells) for k in (0, 1))
    widths = [max(b.width for (c, _), b in cells.items() if c == k) for k in range(columns)]
    gaps = [max(b.before for (c, _), b in cells.items() if c == k) for k in range(columns)]
    above = [
        max((b.axis for (_, j), b in cells.items() if j == k), default=0) for k in range(lanes)
    ]
    below = [
        max((b.height - b.axis for (_, j), b in cells.items() if j == k), default=0)
        for k in range(lanes)
    ]
    axes = [sum(above[: k + 1]) + sum(below[:k]) + LANE * k for k in range(lanes)]
    found = []
    for (column, lane), block in cells.items():
        left = sum(widths[:column]) + sum(gaps[1 : column + 1])
        left += (widths[column] - block.width) // 2
        top = axes[lane] - block.axis
        found += [(unit, left + x, top + y) for unit, x, y in block.cells]
    width = sum(widths) + sum(gaps[1:])
    height = sum(above) + sum(below) + LANE * (lanes - 1)
    return Block(width, height, axes[(lanes - 1) // 2], found, gaps[0])


def skips(blocks: Sequence[Block], links: Iterable[Link]) -> list[tuple[int, int]]:
    """Return the first and the last block of what belongs together.

    That is what a skip goes around, with the box where it ends; and branches with what joins them.
    """
    place = {unit: k for k, block in enumerate(blocks) for unit, _, _ in block.cells}
    spans = [
        (place[link.source] + 1, place[link.target])
        for link in links
        if link.source in place and link.target in place
    ]
    joins = [(k, k + 1) for k, block in enumerate(blocks[:-1]) if len(block.cells) > 1]
    return [(first, last) for first, last in spans if last > first] + joins


def flow(blocks: Sequence[Block], skips: Iterable[tuple[int, int]], available: int) -> list[Row]:
    """Fill rows from left to right; begin a new one where the next skip would not fit."""
    rows: list[Row] = [Row()]
    x = 0
    longest: dict[int, list[int]] = {}
    for first, last in skips:
        longest.setdefault(first, []).append(last)
    for k, block in enumerate(blocks):
        ends = [k, *longest.get(k, [])]
        widths = [_width(blocks[k : end + 1]) for end in ends]
        need = max([widths[0], *(width for width in widths[1:] if width <= available // 2)])
        start = x + block.before if rows[-1].cells else 0
        if rows[-1].cells and start + need > available:
            rows.append(Row())
            start = 0
        rows[-1].add(block.cells, start + SIDE, block.axis, block.height)
        x = start + block.width
    return rows


def _width(blocks: Sequence[Block]) -> int:
    return sum(b.width for b in blocks) + sum(b.before for b in blocks[1:])


def columns(units: Sequence[int], before: dict[int, list[int]]) -> dict[int, int]:
    """Return a column for each part: the longest path to it; a source stands by its first use."""
    column: dict[int, int] = {}
    for unit in units:
        known = [column[s] for s in before.get(unit, ()) if s in column]
        column[unit] = max(known) + 1 if known else 0
    for unit in units:
        after = [column[u] for u in units if unit in before.get(u, ())]
        if after and not any(s in column for s in before.get(unit, ())):
            column[unit] = min(after) - 1
    return column


def lanes(
    units: Sequence[int], column: dict[int, int], before: dict[int, list[int]]
) -> dict[int, int]:
    """Choose lanes for parts in columns, so that their wires have the lanes to themselves."""
    lanes: dict[int, int] = {}
    taken: set[tuple[int, int]] = set()
    path = _longest(units, column, before)
    for unit in [*path, *(unit for unit in units if unit not in path)]:
        known = [s for s in before.get(unit, ()) if s in column]
        after = [column[u] for u in units if unit in before.get(u, ())]
        first = column[unit] if known else 0
        last = max(after, default=max(column.values()))
        lane = min((lanes[s] for s in known if s in lanes), default=0)
        while unit not in path and any((k, lane) in taken for k in range(first, last + 1)):
            lane += 1
        lanes[unit] = lane
        taken |= {(k, lane) for k in range(first, last + 1)}
    return lanes


def _longest(
    units: Sequence[int], column: dict[int, int], before: dict[int, list[int]]
) -> list[int]:
    """Return the longest path, which has the first lane."""
    path = [max(units, key=lambda unit: (column[unit], -unit))]
    while sources := [s for s in before.get(path[-1], ()) if s in column]:
        path.append(max(sources, key=lambda unit: (column[unit], -unit)))
    return path[::-1]
