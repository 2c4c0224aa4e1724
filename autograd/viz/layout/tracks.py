"""Wires of an architecture: lines between boxes that stand in rows.

Above every row lies a zone of tracks, horizontal lines that no box touches.  Skips and the lines
that go from row to row run there; those that would lie on each other have tracks of their own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TypeAlias

IN, OUT = -1, -2  # the ends of wires that enter and leave a frame
ROW = 16  # pixels between rows, besides the tracks
TRACK = 14  # pixels between tracks
TOP = 10  # pixels above the first row
STUB = 10  # pixels between a box and a bend
SIDE = 28  # pixels left and right of the rows
BESIDE, BESIDES = 5, 4  # pixels between the lines there, and how many fit

Point = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Rectangle:
    """Where a box stands."""

    x: int
    y: int
    width: int
    height: int


@dataclass(slots=True)
class Link:
    """A wire to be drawn: its ends, the edges it stands for, and the values it carries."""

    source: int
    target: int
    edges: list[int] = field(default_factory=list)
    nodes: dict[int, str] = field(default_factory=dict)
    label: str = ""

    @property
    def name(self) -> str:
        """The names of its values, if they are several."""
        return ", ".join(filter(None, self.nodes.values())) if len(self.nodes) > 1 else ""


@dataclass(frozen=True, slots=True)
class Route:
    """A wire with its points, and the place of its label's middle."""

    link: Link
    points: tuple[Point, ...]
    label_at: Point
    kind: str = ""

    def moved(self, dx: int, dy: int) -> Route:
        """Return it at another place."""
        points = tuple((x + dx, y + dy) for x, y in self.points)
        return replace(self, points=points, label_at=(self.label_at[0] + dx, self.label_at[1] + dy))


@dataclass(slots=True)
class Row:
    """Boxes beside each other; heights count from the line that their wires are on."""

    cells: list[tuple[int, int, int]] = field(default_factory=list)  # box, x, y
    above: int = 0
    below: int = 0
    end: int = 0

    def add(self, cells: Sequence[tuple[int, int, int]], x: int, axis: int, height: int) -> None:
        """Add a block whose wires enter at some height."""
        self.cells += [(unit, x + left, top - axis) for unit, left, top in cells]
        self.above = max(self.above, axis)
        self.below = max(self.below, height - axis)


@dataclass(slots=True)
class Routed:
    """The boxes of a frame with their places, its wires, its size, and where wires cross it."""

    places: dict[int, Point]
    routes: list[Route]
    width: int
    height: int
    enter: int
    leave: int


def routes(
    rows: Sequence[Row],
    sizes: Mapping[int, tuple[int, int]],
    links: Sequence[Link],
    ports: Mapping[int, tuple[int, int]],
) -> Routed:
    """Find a way for every wire, and then the heights of the rows, between which tracks need space.

    Parameters
    ----------
    rows : sequence of Row
    sizes : dict from int to (width, height)
    links : sequence of Link
    ports : dict from int to (int, int)
        How far below the upper edge of a box wires enter and leave it.
    """
    return _Router(rows, sizes, ports, links).routed()


@dataclass(slots=True)
class _Track:
    """A horizontal piece of a wire in the zone above a row."""

    row: int
    left: int
    right: int
    level: int = 0


@dataclass(slots=True)
class _Side:
    """An upright piece of a wire at an end of the rows: at the right, or at the left."""

    right: bool
    first: int
    last: int
    level: int = 0


# A point of a wire: x or a line at the side, the row, and y from the line of the row, or a track.
Turn: TypeAlias = tuple[int | _Side, int, int | _Track]


class _Router:
    def __init__(
        self,
        rows: Sequence[Row],
        sizes: Mapping[int, tuple[int, int]],
        ports: Mapping[int, tuple[int, int]],
        links: Sequence[Link],
    ) -> None:
        self.rows, self.sizes, self.links = rows, sizes, links
        self.row = {unit: k for k, row in enumerate(rows) for unit, _, _ in row.cells}
        self.at = {unit: (x, y) for row in rows for unit, x, y in row.cells}
        self.ports = ports
        self.width = SIDE + max(x + sizes[u][0] for u, (x, _) in self.at.items())
        self.tracks: list[_Track] = []
        self.sides: list[_Side] = []
        self.sources: dict[int, int] = {}
        self.targets: dict[int, int] = {}
        for link in links:
            self.sources[link.source] = self.sources.get(link.source, 0) + 1
            self.targets[link.target] = self.targets.get(link.target, 0) + 1

    def routed(self) -> Routed:
        ways = [self._way(link) for link in self.links]
        self._level()
        tops = self._tops()
        routes = [self._route(link, way, tops) for link, way in zip(self.links, ways, strict=True)]
        places = {u: (x, y + tops[self.row[u]]) for u, (x, y) in self.at.items()}
        height = tops[-1] + self.rows[-1].below
        last = self.rows[-1].cells[-1][0]
        leave = tops[-1] if not self._ends() else places[last][1] + self.ports[last][1]
        return Routed(places, routes, self.width, height, tops[0], leave)

    def _ends(self) -> bool:
        """Whether the last row has one box, which the frame's wire then leaves."""
        return len(self.rows[-1].cells) == 1

    # Points are (x, row, y), with y counted from the line of the row.

    def _start(self, unit: int) -> tuple[int, int, int]:
        if unit == IN:
            return 0, 0, 0
        x, y = self.at[unit]
        return x + self.sizes[unit][0], self.row[unit], y + self.ports[unit][1]

    def _end(self, unit: int) -> tuple[int, int, int]:
        if unit == OUT:
            last = self.rows[-1].cells[-1][0]
            y = self.at[last][1] + self.ports[last][1] if self._ends() else 0
            return self.width, len(self.rows) - 1, y
        x, y = self.at[unit]
        return x, self.row[unit], y + self.ports[unit][0]

    def _free(self, row: int, a: Point, b: Point, but: tuple[int, int]) -> bool:
        """Whether no box of a row stands between two points on a horizontal or vertical line."""
        (left, right), (top, bottom) = sorted((a[0], b[0])), sorted((a[1], b[1]))
        for unit, x, y in self.rows[row].cells:
            width, height = self.sizes[unit]
            if unit in but and (left >= x + width or right <= x):
                continue
            if left < x + width and right > x and top <= y + height and bottom >= y:
                return False
        return True

    def _way(self, link: Link) -> list[Turn]:
        """Return the points of a wire: x, a row, and a height or a track."""
        (x1, r1, y1), (x2, r2, y2) = self._start(link.source), self._end(link.target)
        but = (link.source, link.target)
        if r1 == r2 and x1 <= x2:
            for middle in self._bends(link, x1, x2, y1 == y2):
                turns = [(x1, y1), (middle, y1), (middle, y2), (x2, y2)]
                if all(self._free(r1, a, b, but) for a, b in pairwise(turns)):
                    points = turns if y1 != y2 else [turns[0], turns[-1]]
                    return [(x, r1, y) for x, y in points]
            return self._over(link, (x1, r1, y1), (x2, r2, y2))
        return self._around(link, (x1, r1, y1), (x2, r2, y2), but)

    def _bends(self, link: Link, x1: int, x2: int, level: bool) -> list[int]:
        """Return where a wire may turn: behind its source, or before its target."""
        near, far = x1 + STUB, x2 - STUB
        if level:
            return [near]
        fork = self.sources[link.source] > 1 and self.targets[link.target] == 1
        return [near, far] if fork else [far, near]

    def _drop(self, link: Link, end: tuple[int, int, int], track: _Track) -> list[Turn]:
        """Go down from a track into the upper edge of a box, or to the place where a frame ends."""
        x, row, y = end
        if link.target == OUT:
            return [(x - STUB, row, track), (x - STUB, row, y), (x, row, y)]
        middle = x + self.sizes[link.target][0] // 2
        top = self.at[link.target][1]
        return [(middle, row, track), (middle, row, top)]

    def _over(
        self, link: Link, start: tuple[int, int, int], end: tuple[int, int, int]
    ) -> list[Turn]:
        """Go through a track above the row."""
        x, row, y = start
        track = self._track(row, x + STUB, end[0] + STUB)
        drop = self._drop(link, end, track)
        track.right = _whole(drop[0][0])
        return [(x, row, y), (x + STUB, row, y), (x + STUB, row, track), *drop]

    def _around(
        self,
        link: Link,
        start: tuple[int, int, int],
        end: tuple[int, int, int],
        but: tuple[int, int],
    ) -> list[Turn]:
        """Go to the end of the row, back above the row of the target, and into it."""
        (x1, r1, y1), (x2, r2, y2) = start, end
        right = self._side(True, r1, r2)
        edge = self.width - STUB
        way: list[Turn] = [start]
        if self._free(r1, (x1, y1), (edge, y1), but):
            way.append((right, r1, y1))
        else:
            out = self._track(r1, x1 + STUB, edge)
            way += [(x1 + STUB, r1, y1), (x1 + STUB, r1, out), (right, r1, out)]
        back = self._track(r2, STUB, edge)
        way.append((right, r2, back))
        if link.target != OUT and self._free(r2, (STUB, y2), (x2, y2), but):
            left = self._side(False, r2, r2)
            return [*way, (left, r2, back), (left, r2, y2), end]
        drop = self._drop(link, end, back)
        back.left = _whole(drop[0][0])
        return [*way, *drop]

    def _side(self, right: bool, one: int, other: int) -> _Side:
        side = _Side(right, min(one, other), max(one, other))
        self.sides.append(side)
        return side

    def _track(self, row: int, left: int, right: int) -> _Track:
        track = _Track(row, left, right)
        self.tracks.append(track)
        return track

    def _level(self) -> None:
        """Give each track the lowest level at which it meets no other; short ones are lowest."""
        placed: list[_Track] = []
        for track in sorted(self.tracks, key=lambda t: (t.right - t.left, t.row, t.left)):
            others = [t for t in placed if t.row == track.row]
            while any(
                t.level == track.level and t.left <= track.right and track.left <= t.right
                for t in others
            ):
                track.level += 1
            placed.append(track)
        for k, side in enumerate(self.sides):
            taken = {
                other.level
                for other in self.sides[:k]
                if other.right == side.right
                and other.first <= side.last
                and side.first <= other.last
            }
            side.level = min(set(range(len(taken) + 1)) - taken)

    def _zone(self, row: int) -> int:
        """Return the height of the tracks above a row."""
        return TRACK * max((t.level + 1 for t in self.tracks if t.row == row), default=0)

    def _tops(self) -> list[int]:
        """Return the height of the line of every row."""
        tops, y = [], 0
        for k, row in enumerate(self.rows):
            y += (ROW if k else TOP) + self._zone(k) + row.above
            tops.append(y)
            y += row.below
        return tops

    def _across(self, x: int | _Side) -> int:
        if not isinstance(x, _Side):
            return x
        step = BESIDE * (x.level % BESIDES)
        return self.width - SIDE + STUB + step if x.right else SIDE - STUB - step

    def _height(self, row: int, y: int | _Track, tops: Sequence[int]) -> int:
        if isinstance(y, _Track):
            return tops[row] - self.rows[row].above - STUB - TRACK * y.level
        return tops[row] + y

    def _route(self, link: Link, way: Sequence[Turn], tops: Sequence[int]) -> Route:
        points = [(self._across(x), self._height(row, y, tops)) for x, row, y in way]
        kind = "skip" if any(isinstance(y, _Track) for _, _, y in way) else ""
        return Route(link, tuple(points), _label_at(points), kind)


def _whole(x: int | _Side) -> int:
    assert isinstance(x, int)
    return x


def _label_at(points: Sequence[Point]) -> Point:
    """Return the middle of the longest level piece, a little above it."""
    pieces = [(a, b) for a, b in pairwise(points) if a[1] == b[1]]
    (a, b) = max(pieces, key=lambda piece: abs(piece[0][0] - piece[1][0]))
    return (a[0] + b[0]) // 2, a[1] - 4
