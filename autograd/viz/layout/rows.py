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

import math
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from autograd.viz.layout.blocks import (
    NARROW,
    Block,
    columns,
    flow,
    grid,
    lanes,
    side_by_side,
    skips,
)
from autograd.viz.layout.branches import Branches, Part, Tangle, series
from autograd.viz.layout.tracks import IN, OUT, SIDE, Link, Rectangle, Route, routes
from autograd.viz.model.architecture import BOX, Architecture, Box, Edge, sizes

WIDE = 64  # pixels between columns where a shape is written on the wire between them
LETTER = 6  # pixels for a letter of a shape
TITLE = 24  # height of a frame's title
PAD = 12  # inside of a frame, below


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
        if not self.architecture.boxes:
            return Plan({}, [], 0, 0)
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
        found: list[int] = []
        for child in children:
            spliced = self._is_open(child) and not boxes[child].framed
            found += self._units(child) if spliced else [child]
        return found

    def _visible(self, box: int) -> list[int]:
        """Return the frames around a box, and at the end what is visible of it."""
        found: list[int] = []
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
        if source != IN and target != OUT and not link.label:
            box = self.architecture.boxes[source]
            label = sizes(edge.shape) if _changes(box, edge) else ""
            shown = any(one.label for one in links.values() if one.source == source)
            link.label = "" if shown else label

    # Sizes and places.

    def _lay_out(self, frame: int | None, available: int) -> Inside:
        units = self._units(frame)
        links = list(self.links.get(frame, {}).values())
        order = {unit: k for k, unit in enumerate(units)}
        before: dict[int, list[int]] = {}
        for link in links:
            at, to = order.get(link.source, math.inf), order.get(link.target, -1)
            if at < to:
                before.setdefault(link.target, []).append(link.source)
        width = available - 2 * SIDE
        for unit in units:
            if self._is_open(unit):
                self._lay_out(unit, max(width, BOX[0] + 2 * SIDE))
        blocks = self._blocks(series(units, before), before, links, width)
        rows = flow(blocks, skips(blocks, links), width)
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
        self, parts: Sequence[Part], before: dict[int, list[int]], links: list[Link], available: int
    ) -> list[Block]:
        """Make blocks of the parts; branches that are wider than a row follow one another."""
        result: list[Block] = []
        for part in parts:
            match part:
                case int():
                    result.append(self._single(part, links))
                case Tangle():
                    block = self._tangle(part.units, before, links)
                    fits = block.width <= available
                    result += [block] if fits else [self._single(u, links) for u in part.units]
                case Branches():
                    made = [self._blocks(one, before, links, available) for one in part.series]
                    block = side_by_side(made)
                    flat = [b for one in sorted(made, key=len) for b in one]
                    result += [block] if block.width <= available else flat
        return result

    def _single(self, unit: int, links: list[Link]) -> Block:
        width, height = self._size(unit)
        labels = [link.label for link in links if link.target == unit and link.label]
        gap = max([NARROW, *(max(WIDE, LETTER * len(label) + 24) for label in labels)])
        return Block(width, height, self._port(unit)[0], [(unit, 0, 0)], gap)

    def _tangle(
        self, units: Sequence[int], before: dict[int, list[int]], links: list[Link]
    ) -> Block:
        """Place parts in columns by the longest path to them, in the first lane that is free."""
        column = columns(units, before)
        lane = lanes(units, column, before)
        return grid({(column[u], lane[u]): self._single(u, links) for u in units})

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


def _changes(box: Box, edge: Edge) -> bool:
    return box.role == "input" or edge.shape not in box.input
