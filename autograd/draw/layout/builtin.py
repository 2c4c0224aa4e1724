"""The built-in engine: columns and orders become coordinates, and wires become curves.

The layered layout thinks from left to right.  Other directions are the same drawing turned: sizes
are exchanged before, points after.  A picture of two bands, a forward pass and its backward pass
beneath it, is two layouts that share their columns; the backward band runs from right to left.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from autograd.draw.layout.layered import Web, columns_of, places, untangle
from autograd.draw.layout.placement import (
    FRAME,
    HEADING,
    MARGIN,
    Link,
    Placement,
    Point,
    Vertex,
    border_point,
)

GAP = 16.0  # between columns
ROW = 9.0  # between the boxes of a column
BANDS = 34.0  # between the forward and the backward band
STEEP = 0.16  # how much further apart columns stand, for each pixel that a wire between them climbs
WIDEST = 70.0


def place(vertices: Sequence[Vertex], links: Sequence[Link], direction: str = "LR") -> Placement:
    """Place vertices in layers; see `autograd.draw.layout.placement` for what comes and goes."""
    turned = direction in ("TB", "BT")
    lying = [_lying(v) if turned else v for v in vertices]
    index = {v.id: i for i, v in enumerate(lying)}
    edges = [(index[link.source], index[link.target]) for link in links]
    column = _columns(lying, links, edges)
    bands = [_Band(lying, column, links, edges, band) for band in (0, 1)]
    widths = [0.0] * (max(column, default=-1) + 1)
    for v, c in zip(lying, column, strict=True):
        widths[c] = max(widths[c], v.width)
    climbs = [max(pair) for pair in zip(*(band.climbs(len(widths)) for band in bands), strict=True)]
    deepest = max((len(v.scopes) for v in vertices), default=0)
    lefts = _lefts(widths, climbs, GAP + max(0, deepest - 1) * FRAME)
    top = MARGIN
    centres: dict[str, Point] = {}
    for band in bands:
        top += band.settle(top, lefts, widths, centres)
    curves = [
        _loose(lying, centres, a, b) if link.loose else bands[lying[a].band].curve(link, centres)
        for link, (a, b) in zip(links, edges, strict=True)
    ]
    width = lefts[-1] + widths[-1] + MARGIN if widths else 2 * MARGIN
    height = top - BANDS + MARGIN if vertices else 2 * MARGIN
    return _turned(Placement(width, height, centres, tuple(curves), "builtin"), direction)


def _lying(v: Vertex) -> Vertex:
    return replace(
        v, width=v.height, height=v.width, body_width=v.body_height, body_height=v.body_width
    )


def _columns(
    vertices: Sequence[Vertex], links: Sequence[Link], edges: Sequence[tuple[int, int]]
) -> list[int]:
    """Give every vertex a column; links of the backward band count from right to left.

    Loose links only wish: a backward operation shall stand left of the result whose rule it is,
    and a wish that would make a circle is not granted.
    """
    firm = [
        (b, a) if vertices[a].band else (a, b)
        for link, (a, b) in zip(links, edges, strict=True)
        if not link.loose
    ]
    wishes = [pair for link, pair in zip(links, edges, strict=True) if link.loose]
    after: list[list[int]] = [[] for _ in vertices]
    for a, b in firm:
        after[a].append(b)
    for a, b in wishes:
        if not _reaches(after, b, a):
            after[a].append(b)
            firm.append((a, b))
    columns = columns_of(len(vertices), firm)
    return _beneath(vertices, wishes, firm, columns) if wishes else columns


def _beneath(
    vertices: Sequence[Vertex],
    wishes: list[tuple[int, int]],
    firm: list[tuple[int, int]],
    columns: list[int],
) -> list[int]:
    """Move the backward band to the left, each operation beneath the one whose rule it is.

    What only waits for its turn there, a result and its numbers, stays beside what it comes from.
    """
    columns = list(columns)
    before: list[list[int]] = [[] for _ in vertices]
    after: list[list[int]] = [[] for _ in vertices]
    for a, b in firm:
        before[b].append(a)
        after[a].append(b)
    backward = sorted((i for i, v in enumerate(vertices) if v.band), key=columns.__getitem__)
    wished = {b for _, b in wishes}
    free: set[int] = set()  # ends, and the numbers on the way to them
    for i in backward:
        if i not in wished and free.issuperset(before[i]) and len(after[i]) == 1:
            free.add(i)
        columns[i] = max((columns[a] + 1 for a in before[i]), default=0)
    for i in reversed(backward):
        if i in free:
            columns[i] = min(columns[b] for b in after[i]) - 1
    return columns


def _reaches(after: list[list[int]], start: int, goal: int) -> bool:
    seen, stack = {start}, [start]
    while stack:
        v = stack.pop()
        if v == goal:
            return True
        stack.extend(w for w in after[v] if w not in seen)
        seen.update(after[v])
    return False


class _Band:
    """The vertices that share an area of the drawing, laid out by themselves."""

    def __init__(
        self,
        vertices: Sequence[Vertex],
        column: Sequence[int],
        links: Sequence[Link],
        edges: Sequence[tuple[int, int]],
        band: int,
    ) -> None:
        self.backward = band == 1
        self.vertices = [v for v in vertices if v.band == band]
        own = {i: k for k, i in enumerate(i for i, v in enumerate(vertices) if v.band == band)}
        firm = [
            (link, a, b)
            for link, (a, b) in zip(links, edges, strict=True)
            if not link.loose and a in own
        ]
        if self.backward:  # its sweep met last what the forward pass met first
            firm = [(link, b, a) for link, a, b in reversed(firm)]
        pairs = [(own[a], own[b]) for _, a, b in firm]
        self.web = Web([column[i] for i in own], pairs)
        untangle(self.web)
        bends = len(self.web.column) - len(self.vertices)
        self.sizes = [v.height for v in self.vertices] + [2.0] * bends
        self.y = places(self.web, self.sizes, self._gap)
        self.routes = {
            (link.source, link.target): route
            for (link, _, _), route in zip(firm, self.web.routes, strict=True)
        }

    def _gap(self, a: int, b: int) -> float:
        """Return how far apart neighbours in a column stand; frames between them need room."""
        count = len(self.vertices)
        left, right = (self.vertices[i].scopes if i < count else () for i in (a, b))
        shared = sum(1 for s, t in zip(left, right, strict=False) if s == t)
        crossed = len(left) + len(right) - 2 * shared
        return ROW + crossed * FRAME + (len(right) - shared) * HEADING

    def climbs(self, count: int) -> list[float]:
        """Return for each column how far the wires that leave it climb or fall at most."""
        steepest = [0.0] * count
        for route in self.web.routes:
            for a, b in pairwise(route):
                c = self.web.column[a]
                steepest[c] = max(steepest[c], abs(self.y[a] - self.y[b]))
        return steepest

    def settle(
        self, top: float, lefts: list[float], widths: list[float], centres: dict[str, Point]
    ) -> float:
        """Write down the centres, below a given line; return how much height the band took."""
        if not self.vertices:
            return 0.0
        highest = min(y - s / 2 for y, s in zip(self.y, self.sizes, strict=True))
        self.y = [y - highest + top for y in self.y]
        self.lefts, self.widths = lefts, widths
        for i, v in enumerate(self.vertices):
            c = self.web.column[i]
            centres[v.id] = (lefts[c] + widths[c] / 2, self.y[i])
        return max(y + s / 2 for y, s in zip(self.y, self.sizes, strict=True)) - top + BANDS

    def curve(self, link: Link, centres: dict[str, Point]) -> tuple[Point, ...]:
        """Draw a wire through its bends, level where it passes a column."""
        route = self.routes[link.source, link.target]
        stops: list[Point] = []
        for bend in route[1:-1]:
            c = self.web.column[bend]
            stops += [
                (self.lefts[c], self.y[bend]),
                (self.lefts[c] + self.widths[c], self.y[bend]),
            ]
        first, last = self.vertices[route[0]], self.vertices[route[-1]]
        left, right = centres[first.id], centres[last.id]
        if self.backward:  # the wire arrives at the left vertex
            away = _level(last, right, -1)
            near = _entry(first, left, (stops or away)[0], side=1)
            points = _smooth([*near, *stops, *reversed(away)])
            return tuple(reversed(points))
        away = _level(first, left, 1)
        near = _entry(last, right, (stops or away)[-1], side=-1)
        return tuple(_smooth([*away, *stops, *reversed(near)]))


def _level(vertex: Vertex, centre: Point, side: int) -> list[Point]:
    """Return where a wire leaves a body, and where it is past the captions, if there are any."""
    x, y = centre
    body = (x + side * vertex.body_width / 2, y)
    edge = (x + side * vertex.width / 2, y)
    return [body, edge] if vertex.width > vertex.body_width else [body]


def _entry(vertex: Vertex, centre: Point, source: Point, side: int) -> list[Point]:
    """Return where a wire meets a vertex: a circle without captions at the angle it comes from."""
    if not vertex.round or vertex.width > vertex.body_width:
        return _level(vertex, centre, side)
    run = max(abs(centre[0] - source[0]), vertex.body_width)
    fall = max(-0.9 * run, min(0.9 * run, source[1] - centre[1]))
    return [border_point(vertex, centre, (centre[0] + side * run, centre[1] + fall))]


def _smooth(stops: list[Point]) -> list[Point]:
    """Join points by curves that are level at both ends."""
    points = [stops[0]]
    for (x0, y0), (x1, y1) in pairwise(stops):
        middle = (x0 + x1) / 2
        points += [(middle, y0), (middle, y1), (x1, y1)]
    return points


def _lefts(widths: list[float], climbs: list[float], gap: float) -> list[float]:
    """Return the left edge of every column; steep wires get more room."""
    lefts, x = [], MARGIN
    for width, climb in zip(widths, climbs, strict=True):
        lefts.append(x)
        x += width + min(gap + STEEP * climb, WIDEST)
    return lefts


def _loose(
    vertices: Sequence[Vertex], centres: dict[str, Point], a: int, b: int
) -> tuple[Point, ...]:
    """Draw a link from one band to the other, from below one vertex to above the other."""
    (x0, y0), (x1, y1) = centres[vertices[a].id], centres[vertices[b].id]
    down = 1 if y1 > y0 else -1
    start = (x0, y0 + down * vertices[a].body_height / 2)
    end = (x1, y1 - down * vertices[b].body_height / 2)
    bow = max(18.0, abs(end[1] - start[1]) / 3)
    return (start, (start[0], start[1] + down * bow), (end[0], end[1] - down * bow), end)


def _turned(placement: Placement, direction: str) -> Placement:
    """Turn a drawing that runs from left to right."""
    if direction == "LR":
        return placement
    w, h = placement.width, placement.height

    def turn(point: Point) -> Point:
        x, y = point
        return {"RL": (w - x, y), "TB": (y, x), "BT": (y, w - x)}[direction]

    return Placement(
        h if direction in ("TB", "BT") else w,
        w if direction in ("TB", "BT") else h,
        {id: turn(point) for id, point in placement.centres.items()},
        tuple(tuple(map(turn, curve)) for curve in placement.curves),
        placement.engine,
    )
