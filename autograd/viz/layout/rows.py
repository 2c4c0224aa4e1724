"""The layout of an architecture: rows of columns, each open box laid out by itself.

1. The parts of an open box that are visible are a series of boxes and of branches.
2. A series fills a row from left to right, and goes on in the next row where the width ends.
   Branches are lanes with common columns.  What a skip goes around stays in one row, if it is no
   longer than half of one.
3. An open box is a frame around its own layout, which has the width that is left.
4. A wire is straight where nothing stands between; else it has one bend up or down, or goes through
   the lane above its row; from row to row it goes around the end of the row.

All coordinates are integers.  The player lays out the same boxes in the same way.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from autograd.viz.layout.branches import Branches, Part, Tangle, series
from autograd.viz.layout.tracks import IN, OUT, Link, Rectangle, Route, Row, routes
from autograd.viz.model.architecture import BOX, Architecture, Box, Edge, sizes

NARROW = 28  # pixels between columns, ...
WIDE = 64  # ... where a shape is written on the wire between them
LETTER = 6  # pixels for a letter of a shape
LANE = 14  # pixels between the lanes of branches
TITLE = 24  # height of a frame's title
PAD = 12  # inside of a frame, below
SIDE = 28  # inside of a frame, left and right, where wires go from row to row


@dataclass(frozen=True, slots=True)
class Wire:
    """A line between two boxes, the edges that it stands for, and the shape written on it.

    ``source`` and ``target`` are ids of boxes, or -1 and -2 where the line begins or ends at the
    frame ``frame``; that is None outside of all frames.
    """

    source: int
    target: int
    frame: int | None
    edges: tuple[int, ...]
    points: tuple[tuple[int, int], ...]
    label: str
    label_at: tuple[int, int]
    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class Plan:
    """Where everything stands: the rectangles of the visible boxes, and the wires."""

    boxes: dict[int, Rectangle]
    wires: list[Wire]
    width: int
    height: int


@dataclass(slots=True)
class Block:
    """Some boxes with fixed places beside each other; ``axis`` is the height of its wires."""

    width: int
    height: int
    axis: int
    cells: list[tuple[int, int, int]]  # box, x, y
    before: int = NARROW  # room on the left


@dataclass(slots=True)
class Inside:
    """The layout of one open box: of its parts, wires, and where wires enter and leave."""

    places: dict[int, tuple[int, int]]
    routes: list[Route]
    width: int
    height: int
    enter: int
    leave: int


def arrange(architecture: Architecture, open: Collection[int], width: int = 1440) -> Plan:
    """Lay out an architecture with some of its boxes open.

    Parameters
    ----------
    architecture : Architecture
    open : collection of int
        Ids of boxes.  One that stands in a closed box does not count.
    width : int
        What the rows wrap at; a single box or its branches may be wider.
    """
    return _Layout(architecture, open).plan(width)


@dataclass
class _Layout:
    architecture: Architecture
    open: Collection[int]
    links: dict[int | None, dict[tuple[int, int], Link]] = field(default_factory=dict)
    inside: dict[int | None, Inside] = field(default_factory=dict)

    def plan(self, width: int) -> Plan:
        self._link()
        whole = self._lay_out(None, width)
        plan = Plan({}, [], whole.width, whole.height)
        self._settle(plan, None, 0, 0)
        return plan

    # What is visible.

    def _is_open(self, box: int) -> bool:
        return box in self.open and bool(self.architecture.boxes[box].children)

    def _units(self, frame: int | None) -> list[int]:
        """Return what stands in a frame: parts that have no frame are replaced by theirs."""
        boxes = self.architecture.boxes
        if frame is None:
            children: Iterable[int] = (box.id for box in boxes if box.parent is None)
        else:
            children = boxes[frame].children
        found = []
        for child in children:
            spliced = self._is_open(child) and not boxes[child].framed
            found += self._units(child) if spliced else [child]
        return found

    def _visible(self, box: int) -> list[int]:
        """Return the frames around a box, and at the end what is visible of it."""
        found = []
        for id in self.architecture.ancestors(box):
            if not self._is_open(id):
                return [*found, id]
            if self.architecture.boxes[id].framed:
                found.append(id)
        return found

    def _link(self) -> None:
        """Cut every edge into its parts inside of each frame."""
        chains: dict[int, list[int]] = {}
        for index, edge in enumerate(self.architecture.edges):
            for end in (edge.source, edge.target):
                if end not in chains:
                    chains[end] = self._visible(end)
            ours, theirs = chains[edge.source], chains[edge.target]
            if ours[-1] == theirs[-1]:
                continue
            k = 0
            while ours[k] == theirs[k]:
                k += 1
            for frame, unit in pairwise(ours[k:]):
                self._add(frame, unit, OUT, index, edge)
            self._add(ours[k - 1] if k else None, ours[k], theirs[k], index, edge)
            for frame, unit in pairwise(theirs[k:]):
                self._add(frame, IN, unit, index, edge)

    def _add(self, frame: int | None, source: int, target: int, index: int, edge: Edge) -> None:
        links = self.links.setdefault(frame, {})
        if (source, target) not in links:
            links[source, target] = Link(source, target)
        link = links[source, target]
        link.edges.append(index)
        link.nodes.setdefault(edge.node, edge.name)
        if source != IN and not link.label:
            box = self.architecture.boxes[source]
            label = sizes(edge.shape) if _changes(box, edge) else ""
            shown = any(one.label for one in links.values() if one.source == source)
            link.label = "" if shown else label

    # Sizes and places.

    def _lay_out(self, frame: int | None, room: int) -> Inside:
        units = self._units(frame)
        links = list(self.links.get(frame, {}).values())
        order = {unit: k for k, unit in enumerate(units)}
        before: dict[int, list[int]] = {}
        for link in links:
            if link.source in order and link.target in order:
                if order[link.source] < order[link.target]:
                    before.setdefault(link.target, []).append(link.source)
        width = room - 2 * SIDE
        for unit in units:
            if self._is_open(unit):
                self._lay_out(unit, max(width, BOX[0] + 2 * SIDE))
        blocks = self._blocks(series(units, before), before, links, width)
        rows = _flow(blocks, _skips(blocks, links), width)
        found = routes(rows, {u: self._size(u) for u in units}, links, self._ports(units))
        top = TITLE if frame is not None else 0
        inside = Inside(
            {u: (x, y + top) for u, (x, y) in found.places.items()},
            [route.moved(0, top) for route in found.routes],
            found.width,
            found.height + top + PAD,
            found.enter + top,
            found.leave + top,
        )
        self.inside[frame] = inside
        return inside

    def _size(self, unit: int) -> tuple[int, int]:
        if self._is_open(unit):
            return self.inside[unit].width, self.inside[unit].height
        return self.architecture.boxes[unit].size

    def _ports(self, units: Iterable[int]) -> dict[int, tuple[int, int]]:
        """Return how far below its upper edge wires enter and leave each unit."""
        return {unit: self._port(unit) for unit in units}

    def _port(self, unit: int) -> tuple[int, int]:
        if self._is_open(unit):
            return self.inside[unit].enter, self.inside[unit].leave
        height = self._size(unit)[1]
        return height // 2, height // 2

    def _blocks(
        self, parts: Sequence[Part], before: dict[int, list[int]], links: list[Link], room: int
    ) -> list[Block]:
        """Make blocks of the parts; branches that are wider than a row follow one another."""
        result: list[Block] = []
        for part in parts:
            match part:
                case int():
                    result.append(self._single(part, links))
                case Tangle():
                    block = self._tangle(part.units, before, links)
                    fits = block.width <= room
                    result += [block] if fits else [self._single(u, links) for u in part.units]
                case Branches():
                    made = [self._blocks(one, before, links, room) for one in part.series]
                    block = _side_by_side(made)
                    flat = [b for one in sorted(made, key=len) for b in one]
                    result += [block] if block.width <= room else flat
        return result

    def _single(self, unit: int, links: list[Link]) -> Block:
        width, height = self._size(unit)
        labels = [link.label for link in links if link.target == unit and link.label]
        gap = max([NARROW, *(max(WIDE, LETTER * len(label) + 24) for label in labels)])
        return Block(width, height, self._port(unit)[0], [(unit, 0, 0)], gap)

    def _tangle(self, units: Sequence[int], before: dict[int, list[int]], links: list[Link]) -> Block:
        """Place parts in columns by the longest path to them, in the first lane that is free."""
        column: dict[int, int] = {}
        for unit in units:
            known = [column[s] for s in before.get(unit, ()) if s in column]
            column[unit] = max(known) + 1 if known else 0
        for unit in units:
            after = [column[u] for u in units if unit in before.get(u, ())]
            if after and not any(s in column for s in before.get(unit, ())):
                column[unit] = min(after) - 1
        lanes = _lanes(units, column, before)
        return _grid({(column[u], lanes[u]): self._single(u, links) for u in units})

    def _settle(self, plan: Plan, frame: int | None, x: int, y: int) -> None:
        """Turn places inside of frames into places on the page."""
        inside = self.inside[frame]
        for unit, (left, top) in inside.places.items():
            width, height = self._size(unit)
            plan.boxes[unit] = Rectangle(x + left, y + top, width, height)
        for route in inside.routes:
            at = route.moved(x, y)
            plan.wires.append(
                Wire(
                    at.link.source, at.link.target, frame, tuple(at.link.edges), at.points,
                    at.link.label, at.label_at, at.link.name, at.kind,
                )
            )  # fmt: skip
        for unit, (left, top) in inside.places.items():
            if self._is_open(unit):
                self._settle(plan, unit, x + left, y + top)


def _lanes(
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


def _changes(box: Box, edge: Edge) -> bool:
    return box.role == "input" or edge.shape not in box.input


def _side_by_side(branches: Sequence[Sequence[Block]]) -> Block:
    """Return branches as lanes with common columns."""
    cells = {(k, lane): b for lane, blocks in enumerate(branches) for k, b in enumerate(blocks)}
    return _grid(cells)


def _grid(cells: dict[tuple[int, int], Block]) -> Block:
    """Return blocks at (column, lane) as one; the wire in the middle lane is straight."""
    columns, lanes = (1 + max(key[k] for key in cells) for k in (0, 1))
    widths = [max(b.width for (c, _), b in cells.items() if c == k) for k in range(columns)]
    gaps = [max(b.before for (c, _), b in cells.items() if c == k) for k in range(columns)]
    above = [max((b.axis for (_, j), b in cells.items() if j == k), default=0) for k in range(lanes)]
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


def _skips(blocks: Sequence[Block], links: Iterable[Link]) -> list[tuple[int, int]]:
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


def _flow(
    blocks: Sequence[Block], skips: Iterable[tuple[int, int]], room: int
) -> list[Row]:
    """Fill rows from left to right; begin a new one where the next skip would not fit."""
    rows: list[Row] = [Row()]
    x = 0
    longest: dict[int, list[int]] = {}
    for first, last in skips:
        longest.setdefault(first, []).append(last)
    for k, block in enumerate(blocks):
        ends = [k, *longest.get(k, [])]
        widths = [_width(blocks[k : end + 1]) for end in ends]
        need = max([widths[0], *(width for width in widths[1:] if width <= room // 2)])
        start = x + block.before if rows[-1].cells else 0
        if rows[-1].cells and start + need > room:
            rows.append(Row())
            start = 0
        rows[-1].add(block.cells, start + SIDE, block.axis, block.height)
        x = start + block.width
    return rows


def _width(blocks: Sequence[Block]) -> int:
    return sum(b.width for b in blocks) + sum(b.before for b in blocks[1:])
