"""An architecture as marks: boxes with their numbers, frames, wires, a header and the profile."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from math import cos, pi, sin

import numpy as np

from autograd.viz.layout.rows import Plan, Wire
from autograd.viz.layout.tracks import Rectangle
from autograd.viz.model.architecture import NAME, Architecture, Box, Edge, sizes
from autograd.viz.model.brief import brief, counted
from autograd.viz.model.families import family
from autograd.viz.model.statistics import Numbers, Statistics
from autograd.viz.model.text_metrics import width_of
from autograd.viz.render.marks import Cells, Curve, Group, Mark, Point, Polygon, Rect, Text, moved
from autograd.viz.render.profile import HEIGHT, profile
from autograd.viz.render.sheet import Sheet

LEAST = 640  # pixels across, for the header and the profile
HEAD = 52  # pixels for the title and the line under it
BAND = 7  # pixels, of the colour of a kind
CORNER = 7
ARC = 6  # pieces of a quarter of a circle
ROUND = 7  # radius of a wire's bend
TEXT, SMALL = 11, 10
FEWEST = 5  # letters of a kind that are worth their space
NO_NUMBERS = Numbers()


def architecture_sheet(architecture: Architecture, plan: Plan, statistics: Statistics) -> Sheet:
    """Return the marks of an architecture with some boxes open.

    Parameters
    ----------
    architecture : Architecture
    plan : Plan
        Where its visible boxes stand.
    statistics : Statistics
    """
    visible = [architecture.boxes[id] for id in plan.boxes]
    across = max(plan.width, LEAST)
    groups = [_header(architecture, statistics, visible, across)]
    edges = architecture.edges
    body = [_wire(k, wire, _gradient(wire, edges, statistics)) for k, wire in enumerate(plan.wires)]
    painter = _Painter(architecture, statistics)
    drawn = [painter.box(architecture.boxes[id], at) for id, at in plan.boxes.items()]
    # Frames lie under wires, and wires under closed boxes.
    frames = [g for g in drawn if g.kind == "frame"]
    closed = [g for g in drawn if g.kind != "frame"]
    groups += [_down(group, HEAD) for group in (*frames, *body, *closed)]
    height = HEAD + plan.height
    if strip := profile(architecture, statistics, across):
        groups.append(_down(strip, height))
        height += HEIGHT
    return Sheet(across, height, tuple(groups), architecture.title or "Architecture", "rows")


def _down(group: Group, by: float) -> Group:
    return replace(group, marks=tuple(moved(mark, 0, by) for mark in group.marks))


def _header(
    architecture: Architecture, statistics: Statistics, visible: list[Box], width: int
) -> Group:
    """Return the title, what is said of the whole, and the colours."""
    words = [f"batch {architecture.batch}"] if architecture.batch is not None else []
    words += [f"{counted(architecture.parameters)} parameters"]
    marks: list[Mark] = [
        Text(16, 24, architecture.title or "Architecture", 16, "ink", anchor="start", bold=True)
    ]
    line = "  ·  ".join(words)
    marks.append(Text(16, 44, line, TEXT, "soft", anchor="start"))
    if worst := _worst(architecture, statistics):
        x = 16 + width_of(line, TEXT) + 12
        marks.append(Text(x, 44, worst, TEXT, "gradient", anchor="start", italic=True))
    return Group("header", "header", (*marks, *_legend(visible, width)))


def _worst(architecture: Architecture, statistics: Statistics) -> str:
    """Name the layer whose gradient is furthest from the median."""
    worst, middle = statistics.worst, statistics.median
    if worst is None or len(statistics.profile) < 2:
        return ""
    path, gradient = architecture.boxes[worst.box].path, worst.gradient
    if not gradient or not np.isfinite(gradient) or not middle:
        return f"worst layer {path}: gradient {brief(gradient)}"
    more = gradient > middle
    ratio = gradient / middle if more else middle / gradient
    where = "above" if more else "below"
    times = f"{brief(ratio)} times {where}"
    return f"furthest from the median: {path}, gradient {brief(gradient)}, {times}"


def _legend(visible: list[Box], width: int) -> Iterator[Mark]:
    """Yield a square and a word for each family, from the right."""
    x = width - 16.0
    for name in reversed(list(dict.fromkeys(map(family, visible)))):
        x -= width_of(name, SMALL)
        yield Text(x, 24, name, SMALL, "soft", anchor="start")
        x -= 13
        yield Rect(x, 15, 9, 9, 2, fill=name)
        x -= 14


class _Painter:
    """Draws boxes with the numbers of one run."""

    def __init__(self, architecture: Architecture, statistics: Statistics) -> None:
        self.architecture = architecture
        self.statistics = statistics
        self.middle = statistics.median

    def box(self, box: Box, at: Rectangle) -> Group:
        """Return a box: an open one as a frame, a closed one with what is known of it."""
        closed = (at.width, at.height) == box.size
        data = {"path": box.path, "kind": box.kind}
        if not closed:
            return Group(f"box-{box.id}", "frame", tuple(self._frame(box, at)), "", data)
        marks = [*_outline(box, at), *(self._pill(box, at) if box.pill else self._mid(box, at))]
        return Group(f"box-{box.id}", "box", tuple(marks), self._said(box), data)

    def _numbers(self, box: Box) -> Numbers:
        return self.statistics.boxes.get(box.id, NO_NUMBERS)

    def _said(self, box: Box) -> str:
        """Say everything, for those who point at a box."""
        found = self._numbers(box)
        inputs = ", ".join(dict.fromkeys(map(sizes, box.input)))
        weights = ", ".join(
            f"{w.name} {sizes(w.shape)}" + (f" (used {w.uses} times)" if w.uses > 1 else "")
            for w in box.weights
        )
        zeros = f"{found.zeros:.0%} zeros" if found.zeros else ""
        lines = [f"{box.path}  {box.kind}", f"{inputs} -> {sizes(box.shape)}", box.options]
        return "\n".join(filter(None, [*lines, weights, zeros]))

    def _frame(self, box: Box, at: Rectangle) -> Iterator[Mark]:
        yield Rect(at.x, at.y, at.width, at.height, CORNER, stroke="frame", dash="5 4")
        yield Rect(at.x + 0.6, at.y + 6, 3, 12, 1.5, fill=family(box))
        name = _cut(box.name, at.width - 24, NAME, bold=True)
        yield Text(at.x + 12, at.y + 16, name, NAME, "ink", anchor="start", bold=True)
        x = at.x + 12 + width_of(name, NAME, bold=True) + 6
        words = " · ".join(
            filter(None, [box.kind, counted(box.parameters) if box.parameters else ""])
        )
        available = at.x + at.width - 70 - x
        if words := _cut(words, available, SMALL):
            yield Text(x, at.y + 16, words, SMALL, "soft", anchor="start")
        gradient = brief(self._numbers(box).gradient)
        if gradient and available > 40:
            end = at.x + at.width - 8
            yield Text(end, at.y + 16, gradient, TEXT, "gradient", anchor="end", italic=True)

    def _pill(self, box: Box, at: Rectangle) -> Iterator[Mark]:
        name = _cut(box.name, at.width - 12, NAME, bold=True)
        yield Text(at.x + at.width / 2 + 2, at.y + 17, name, NAME, "ink", bold=True)

    def _mid(self, box: Box, at: Rectangle) -> Iterator[Mark]:
        left, right, found = at.x + 14, at.x + at.width - 7, self._numbers(box)
        available = right - left
        name = _cut(box.name, available, NAME, bold=True)
        yield Text(left, at.y + 17, name, NAME, "ink", anchor="start", bold=True)
        if kind := self._kind(box, available - width_of(name, NAME, bold=True) - 5):
            yield Text(right, at.y + 17, kind, SMALL, "soft", anchor="end")
        if box.role == "stack" and self.middle:
            yield from self._strip(box, left, at.y + 24, available, 10)
        else:
            yield from self._shape(box, left, right, at.y + 34)
        yield Text(left, at.y + 50, brief(found.rms), TEXT, "value", anchor="start")
        if gradient := brief(found.gradient):
            arrow = self._arrow(found.gradient) if box.shape else ""  # of the loss it is 1
            yield Text(right, at.y + 50, arrow + gradient, TEXT, "gradient", "end", italic=True)

    def _kind(self, box: Box, available: float) -> str:
        """Return the kind of a box, cut where there is little space; nothing if it says no more."""
        if box.role == "stack":
            whole = f"{box.kind} ×{box.count}"
            return whole if width_of(whole, SMALL) <= available else f"×{box.count}"
        kind = "" if box.kind == box.name else _cut(box.kind, available, SMALL)
        return kind if kind == box.kind or len(kind) > FEWEST else ""

    def _shape(self, box: Box, left: float, right: float, y: float) -> Iterator[Mark]:
        parameters = counted(box.parameters) if box.parameters else box.options
        yield Text(left, y, sizes(box.shape), TEXT, "ink", anchor="start")
        rest = right - left - width_of(sizes(box.shape), TEXT) - 5
        if parameters := _cut(parameters, rest, TEXT):
            yield Text(right, y, parameters, TEXT, "soft", anchor="end")

    def _arrow(self, gradient: float | None) -> str:
        """Mark a gradient that is over a hundred times from the median."""
        if not gradient or not self.middle or not np.isfinite(gradient):
            return ""
        return (
            "▲ " if gradient > 100 * self.middle else "▼ " if 100 * gradient < self.middle else ""
        )

    def _strip(self, box: Box, x: float, y: float, width: float, height: float) -> Iterator[Mark]:
        """Return a cell for each box of a stack: how far its gradient is from the median."""
        found = [self._numbers(self.architecture.boxes[child]).gradient for child in box.children]
        known = np.array([np.nan if g is None or g == 0 else g for g in found], dtype=float)
        with np.errstate(all="ignore"):
            cells = np.clip(np.log10(known / (self.middle or 1.0)) / 2, -1, 1)
        yield Cells(x, y, width, height, cells[None])
        yield Rect(x, y, width, height, stroke="frame", line=0.8)


def _outline(box: Box, at: Rectangle) -> Iterator[Mark]:
    """Return the edge, the band of the kind, and a second edge behind what can be opened."""
    corner = at.height / 2 if box.pill and box.role != "input" else CORNER
    if box.children:
        behind = Rect(at.x + 3, at.y + 3, at.width, at.height, corner)
        yield replace(behind, fill="fold", stroke="frame", line=1)
    yield Rect(at.x, at.y, at.width, at.height, corner, fill="gate")
    yield Polygon(tuple(_band(at, corner)), family(box))
    yield Rect(at.x, at.y, at.width, at.height, corner, stroke="wire", line=1.1)


def _band(at: Rectangle, corner: float) -> Iterator[Point]:
    """Yield the points of the band at the left edge, which follows the rounded corners."""
    for k in range(ARC + 1):  # up the lower corner's arc and along the upper one's
        angle = pi / 2 * k / ARC
        x, y = corner - corner * cos(angle), corner - corner * sin(angle)
        if x <= BAND:
            yield at.x + x, at.y + y
    depth = corner - (corner**2 - (corner - BAND) ** 2) ** 0.5 if corner > BAND else 0.0
    yield at.x + BAND, at.y + depth
    yield at.x + BAND, at.y + at.height - depth
    for k in range(ARC, -1, -1):
        angle = pi / 2 * k / ARC
        x, y = corner - corner * cos(angle), corner - corner * sin(angle)
        if x <= BAND:
            yield at.x + x, at.y + at.height - y


def _gradient(wire: Wire, edges: Sequence[Edge], statistics: Statistics) -> str:
    """Return the size of what comes back along a skip, which ends at the top of a box."""
    (before, _), (end, _) = wire.points[-2:]
    if before != end or len(wire.edges) != 1:
        return ""
    edge = edges[wire.edges[0]]
    return brief(statistics.edges.get((edge.operation, edge.position)))


def _wire(k: int, wire: Wire, gradient: str) -> Group:
    """Return a wire with round bends, the head of an arrow, and what is written on it."""
    marks: list[Mark] = [Curve(_rounded(wire.points), "wire", 1.2)]
    if wire.target >= 0:
        marks.append(_head(*wire.points[-2:]))
    x, y = wire.label_at
    if wire.label and gradient:
        marks.append(Text(x - 4, y, wire.label, SMALL, "soft", anchor="end"))
    elif wire.label:
        marks.append(Text(x, y, wire.label, SMALL, "soft"))
    if gradient:
        side = "start" if wire.label else "middle"
        marks.append(Text(x + 4, y, gradient, SMALL, "gradient", side, italic=True))
    if wire.name:
        marks.append(Text(x, y if not wire.label else y + 14, wire.name, SMALL, "ink", italic=True))
    return Group(f"wire-{k}", "wire", tuple(marks))


def _rounded(points: tuple[tuple[int, int], ...]) -> tuple[Point, ...]:
    """Return the pieces of a curve along some points, with round corners."""
    found: list[Point] = [points[0]]
    at: Point = points[0]
    for before, here, after in zip(points, points[1:], points[2:], strict=False):
        radius = min(ROUND, _gap(before, here) / 2, _gap(here, after) / 2)
        one, other = _towards(here, before, radius), _towards(here, after, radius)
        found += [at, one, one, here, here, other]
        at = other
    return (*found, at, points[-1], points[-1])


def _gap(a: Point, b: Point) -> float:
    return abs(a[0] - b[0]) + abs(a[1] - b[1])


def _towards(a: Point, b: Point, distance: float) -> Point:
    whole = _gap(a, b) or 1.0
    return a[0] + (b[0] - a[0]) * distance / whole, a[1] + (b[1] - a[1]) * distance / whole


def _head(before: Point, end: Point) -> Polygon:
    """Return the head of an arrow that ends at a point."""
    whole = _gap(before, end) or 1.0
    dx, dy = (end[0] - before[0]) / whole, (end[1] - before[1]) / whole
    back = end[0] - 7 * dx, end[1] - 7 * dy
    side = 3.5 * dy, 3.5 * dx
    return Polygon(
        (end, (back[0] + side[0], back[1] - side[1]), (back[0] - side[0], back[1] + side[1])),
        "wire",
    )


def _cut(text: str, available: float, size: float, bold: bool = False) -> str:
    """Cut a text to a width; nothing is left where that is too narrow."""
    if width_of(text, size, bold) <= available:
        return text
    while text and width_of(text + "…", size, bold) > available:
        text = text[:-1]
    return text + "…" if len(text) > 1 else ""
