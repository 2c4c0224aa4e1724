"""The built-in engine: columns and orders become coordinates, and wires become curves.

The layered layout runs from left to right.  Other directions are the same drawing turned: sizes
are exchanged before, points after.  A drawing of two bands, a forward pass and its backward pass
beneath it, is two layouts that share their columns; the backward band runs from right to left.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from autograd.viz.layout.grid import Grid, grid_of
from autograd.viz.layout.layered import Web, places, untangle
from autograd.viz.layout.placement import FRAME, HEADING, MARGIN, Link, Placement, Point, Vertex
from autograd.viz.layout.two_bands import columns_in_bands

ROW = 9.0  # between the boxes of a column
BANDS = 60.0  # between the forward and the backward band
LANE = 3.0  # between links to the other band that share a gap
TURN = 14.0  # the height in which such a link turns into its gap

Centres = Mapping[str, Point]


def place(vertices: Sequence[Vertex], links: Sequence[Link], direction: str = "LR") -> Placement:
    """Place vertices in layers; see `autograd.viz.layout.placement` for what comes and goes."""
    turned = direction in ("TB", "BT")
    lying = [_lying(v) if turned else v for v in vertices]
    index = {v.id: i for i, v in enumerate(lying)}
    edges = [(index[link.source], index[link.target]) for link in links]
    column = columns_in_bands(lying, links, edges)
    bands = [_Band(lying, column, links, edges, band) for band in (0, 1)]
    count = max(column, default=-1) + 1
    climbs = [max(pair) for pair in zip(*(band.climbs(count) for band in bands), strict=True)]
    grid = grid_of(lying, column, climbs, direction)
    bottom = bands[0].lower_to(MARGIN)
    height = bands[1].lower_to(bottom + BANDS) if bands[1].vertices else bottom
    centres = {id: point for band in bands for id, point in band.centres(grid)}
    lanes = _Lanes(centres, grid, bottom)
    curves = [
        lanes.curve(lying[a], lying[b], (column[a], column[b]), link.side)
        if link.loose
        else bands[lying[a].band].curve(link, centres, grid)
        for link, (a, b) in zip(links, edges, strict=True)
    ]
    placement = Placement(grid.width, height + MARGIN, centres, tuple(curves), "builtin")
    return _turned(placement, direction)


def _lying(v: Vertex) -> Vertex:
    return replace(
        v, width=v.height, height=v.width, body_width=v.body_height, body_height=v.body_width
    )


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
        if self.backward:  # it meets last what the forward pass met first
            firm = [(link, b, a) for link, a, b in reversed(firm)]
        self.web = Web([column[i] for i in own], [(own[a], own[b]) for _, a, b in firm])
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
        upper, lower = (self.vertices[i].scopes if i < count else () for i in (a, b))
        shared = sum(1 for s, t in zip(upper, lower, strict=False) if s == t)
        crossed = len(upper) + len(lower) - 2 * shared
        return ROW + crossed * FRAME + (len(lower) - shared) * HEADING

    def climbs(self, count: int) -> list[float]:
        """Return for each column how far the wires that leave it climb or fall at most."""
        steepest = [0.0] * count
        for route in self.web.routes:
            for a, b in pairwise(route):
                c = self.web.column[a]
                steepest[c] = max(steepest[c], abs(self.y[a] - self.y[b]))
        return steepest

    def lower_to(self, top: float) -> float:
        """Move the band so that it begins at a height; return where it ends."""
        if not self.vertices:
            return top
        extents = list(zip(self.y, self.sizes, strict=True))
        down = top - min(y - size / 2 for y, size in extents)
        self.y = [y + down for y in self.y]
        return max(y + size / 2 for y, size in extents) + down

    def centres(self, grid: Grid) -> list[tuple[str, Point]]:
        """Return the ids and centres of the vertices."""
        return [
            (v.id, (grid.centre(self.web.column[i]), self.y[i]))
            for i, v in enumerate(self.vertices)
        ]

    def curve(self, link: Link, centres: Centres, grid: Grid) -> tuple[Point, ...]:
        """Draw a wire through its bends, level where it passes a column."""
        route = self.routes[link.source, link.target]
        stops: list[Point] = []
        for bend in route[1:-1]:
            c = self.web.column[bend]
            stops += [(grid.lefts[c], self.y[bend]), (grid.rights[c], self.y[bend])]
        first, last = self.vertices[route[0]], self.vertices[route[-1]]
        left, right = centres[first.id], centres[last.id]
        if self.backward:  # the wire arrives at the left vertex
            away = _level(last, right, -1)
            near = _entry(first, left, (stops or away)[0], side=1)
            return tuple(reversed(_smooth([*near, *stops, *reversed(away)])))
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
    return [vertex.border_point(centre, (centre[0] + side * run, centre[1] + fall))]


def _smooth(stops: list[Point]) -> list[Point]:
    """Join points by curves that are level at both ends; a level stretch is one piece."""
    kept = [
        p
        for k, p in enumerate(stops)
        if k in (0, len(stops) - 1) or not stops[k - 1][1] == p[1] == stops[k + 1][1]
    ]
    points = [kept[0]]
    for (x0, y0), (x1, y1) in pairwise(kept):
        middle = (x0 + x1) / 2
        points += [(middle, y0), (middle, y1), (x1, y1)]
    return points


class _Lanes:
    """Ways for links from the forward to the backward band, through gaps where no box stands."""

    def __init__(self, centres: Centres, grid: Grid, bottom: float) -> None:
        self.centres = centres
        self.grid = grid
        self.bottom = bottom  # of the forward band
        self.taken: Counter[float] = Counter()

    def curve(
        self, source: Vertex, target: Vertex, columns: tuple[int, int], side: int
    ) -> tuple[Point, ...]:
        """Leave the source at its lower corner, and meet the target at its upper one."""
        (x0, y0), (x1, y1) = self.centres[source.id], self.centres[target.id]
        x0, y0 = source.border_point((x0, y0), (x0 + side, y0 + 1))
        x1, y1 = target.border_point((x1, y1), (x1 + side, y1 - 1))
        down, up = (self._lane(c if side > 0 else c - 1) for c in columns)
        low, high = max(self.bottom, y0 + TURN), min(self.bottom + BANDS * 0.8, y1 - TURN)
        middle = (low + high) / 2
        points = [(x0, y0)]
        points += [((x0 + down) / 2, y0 + TURN / 2), (down, y0 + TURN / 2), (down, y0 + TURN)]
        points += [(down, low), (down, low), (down, low)]
        points += [(down, middle), (up, middle), (up, high)]
        points += [(up, high), (up, y1 - TURN), (up, y1 - TURN)]
        points += [(up, y1 - TURN / 2), ((x1 + up) / 2, y1 - TURN / 2), (x1, y1)]
        return tuple(points)

    def _lane(self, column: int) -> float:
        """Return a place in the gap after a column, beside the links that are in it already."""
        gap = self.grid.gap(column)
        self.taken[gap] += 1
        return gap + (self.taken[gap] % 3 - 1) * LANE


def _turned(placement: Placement, direction: str) -> Placement:
    """Turn a drawing that runs from left to right."""
    if direction == "LR":
        return placement
    w, h = placement.width, placement.height

    def turn(point: Point) -> Point:
        x, y = point
        return {"RL": (w - x, y), "TB": (y, x), "BT": (y, w - x)}[direction]

    size = (w, h) if direction == "RL" else (h, w)
    centres = {id: turn(point) for id, point in placement.centres.items()}
    curves = tuple(tuple(map(turn, curve)) for curve in placement.curves)
    return Placement(*size, centres, curves, placement.engine)
