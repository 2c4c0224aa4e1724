"""From a scene to marks: every shape gets its place.

The numbers on a wire are a small box of their own between source and target, so that a layout makes
room for them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import ceil

from autograd.viz.layout import engines
from autograd.viz.layout.placement import MARGIN, Link, Vertex
from autograd.viz.model.scene import Box, Scene, Wire
from autograd.viz.model.text_metrics import width_of
from autograd.viz.render.frames import frames_of
from autograd.viz.render.marks import Group, Point, Rect, Text, flat, moved
from autograd.viz.render.shapes import fitted, is_round, placed, shape_of
from autograd.viz.render.tensors import Block
from autograd.viz.render.wires import half_of, pair_of, rule_mark, rules_of, saved_of, wire_of

NOTE = 11.0


@dataclass(frozen=True, slots=True)
class Sheet:
    """A finished drawing without a language: its size, its groups of marks, and its words."""

    width: float
    height: float
    groups: tuple[Group, ...]
    title: str
    engine: str


class Arrangement:
    """Where everything stands, decided once for all moments of a trace.

    Parameters
    ----------
    end : Scene
        At the end of the trace, which decides how much space everything takes.
    direction : str
    engine : str or None
    """

    def __init__(self, end: Scene, direction: str, engine: str | None) -> None:
        self.end = end
        self._direction = direction
        self._boxes = {box.id: box for box in end.boxes}
        self._spaces = {box.id: self._shape(box) for box in end.boxes}
        self._firm = [wire for wire in end.wires if wire.kind != "saved"]
        self._wires = {wire.id: wire for wire in self._firm}
        self._halves = {w.id: {r: half_of(w, r, end) for r in w.roles} for w in self._firm}
        pairs = {w.id: self._pair(w) for w in self._firm}
        vertices = [_vertex(b.id, self._spaces[b.id], b, is_round(b)) for b in end.boxes]
        inputs = {box.id for box in end.boxes if box.kind in ("leaf", "constant", "more")}
        vertices += [_vertex(f"p-{w.id}", pairs[w.id], self._boxes[w.target]) for w in self._firm]
        self._vertices = {v.id: replace(v, is_input=v.id in inputs) for v in vertices}
        self.placement = engines.place(
            list(self._vertices.values()), self._links(), direction, engine
        )
        curves = iter(self.placement.curves)
        self._curves = {w.id: (next(curves), next(curves)) for w in self._firm}
        across = self._saved_and_rules(list(curves))
        self._fixed = [*across, *frames_of(self.placement, self._vertices)]
        # Frames and captions may stand out over what was laid out; then all moves a little.
        self._shift = (0.0, 0.0)
        self._shift = self._overhang([*self._fixed, *self._groups(end)])
        self._fixed = [_shifted(group, self._shift) for group in self._fixed]

    def _shape(self, box: Box) -> Block:
        pictures = "tensors" in self.end.parts
        return shape_of(box, self.end.digits, self._direction, pictures, self._boxes[box.id])

    def _pair(self, wire: Wire) -> Block:
        last, halves = self._wires[wire.id], self._halves[wire.id]
        return pair_of(wire, self.end, self._direction, last, halves)

    def _links(self) -> list[Link]:
        firm = [
            Link(a, b)
            for w in self._firm
            for a, b in ((w.source, f"p-{w.id}"), (f"p-{w.id}", w.target))
        ]
        saved = [Link(w.source, w.target, loose=True) for w in self._saved]
        rules = rules_of(self.end).items()
        return firm + saved + [Link(a, b, loose=True, side=-1) for a, r in rules for b in r]

    @property
    def _saved(self) -> list[Wire]:
        return [wire for wire in self.end.wires if wire.kind == "saved"]

    def _saved_and_rules(self, curves: list[tuple[Point, ...]]) -> list[Group]:
        """Return the lines between a forward and a backward pass, which are always the same."""
        rest = iter(curves)
        across = [saved_of(wire, next(rest)) for wire in self._saved]
        for operation, rule in rules_of(self.end).items():
            first, *_ = (next(rest) for _ in rule)
            across.append(rule_mark(operation, rule[0], first))
        return across

    def _groups(self, scene: Scene) -> list[Group]:
        wires = [self.wire(wire) for wire in scene.wires if wire.kind != "saved"]
        return [*wires, *(self.box(box) for box in scene.boxes)]

    @staticmethod
    def _overhang(groups: list[Group]) -> Point:
        """Return how far outlines stand out to the left and above, margin included."""
        outlines = [mark for mark in flat(groups) if isinstance(mark, Rect)]
        left = max([0.0, *(MARGIN / 2 - r.x for r in outlines)])
        return left, max([0.0, *(MARGIN / 2 - r.y for r in outlines)])

    def middle(self, id: str) -> Point:
        """Return the middle of a box, or of the numbers on a wire, ``p-`` before its id."""
        x, y = self.placement.centres[id]
        return x + self._shift[0], y + self._shift[1]

    def body(self, id: str) -> Point:
        """Return width and height of a box, captions apart."""
        space = self._spaces[id]
        return space.body or (space.width, space.height)

    def box(self, box: Box) -> Group:
        """Return a box as it looks at some moment."""
        shape = fitted(self._shape(box), self._spaces[box.id])
        return _shifted(placed(box, shape, self.placement.centres[box.id]), self._shift)

    def wire(self, wire: Wire) -> Group:
        """Return a wire as it looks at some moment, with its numbers."""
        pair = self._pair(wire)
        centre = self.placement.centres[f"p-{wire.id}"]
        drawn = wire_of(wire, *self._curves[wire.id], pair, centre, self._direction)
        return _shifted(drawn, self._shift)

    def sheet(self, scene: Scene) -> Sheet:
        """Return the whole scene of some moment."""
        groups = [*self._fixed, *self._groups(scene)]
        left, over = self._shift
        size = (self.placement.width + left, self.placement.height + over)
        return _sheet(scene, size, groups, self.placement.engine)


def _shifted(group: Group, by: Point) -> Group:
    if by == (0.0, 0.0):
        return group
    return replace(group, marks=tuple(moved(m, *by) for m in group.marks))


def render(scene: Scene, direction: str, engine: str | None, end: Scene) -> Sheet:
    """Lay a scene out and return its marks.

    ``end`` is the scene at the end of the trace, which decides how much space everything takes.
    """
    return Arrangement(end, direction, engine).sheet(scene)


def _sheet(scene: Scene, size: Point, groups: list[Group], engine: str) -> Sheet:
    """Add the notes underneath, and make the sheet large enough for all of it."""
    outlines = [mark for mark in flat(groups) if isinstance(mark, Rect)]
    width = max([size[0], *(r.x + r.width + MARGIN / 2 for r in outlines)])
    height = max([size[1], *(r.y + r.height + MARGIN / 2 for r in outlines)])
    notes = []
    for note in scene.notes:
        height += NOTE * 1.5
        notes.append(Text(MARGIN, height - NOTE, note, NOTE, "soft", anchor="start"))
        width = max(width, width_of(note, NOTE) + 2 * MARGIN)
    if notes:
        groups = [*groups, Group("notes", "notes", tuple(notes))]
    return Sheet(ceil(width), ceil(height), tuple(groups), scene.title, engine)


def _vertex(id: str, shape: Block, box: Box, round: bool = False) -> Vertex:
    """Return the vertex of a box, or of the numbers on a wire into it."""
    body = shape.body or (shape.width, shape.height)
    return Vertex(id, shape.width, shape.height, *body, round, int(box.backward), box.scopes)
