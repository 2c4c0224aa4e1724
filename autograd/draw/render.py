"""From a picture to marks: every shape gets its place.

The numbers on a wire are a small box of their own between source and target, so that a layout makes
room for them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import ceil

from autograd.draw.blocks import Block
from autograd.draw.frames import frames_of
from autograd.draw.layout import engines
from autograd.draw.layout.placement import MARGIN, Link, Placement, Vertex
from autograd.draw.marks import Group, Rect, Text, flat, moved
from autograd.draw.metrics import width_of
from autograd.draw.picture import Box, Picture
from autograd.draw.shapes import fitted, is_round, placed, shape_of
from autograd.draw.wires import pair_of, rule_mark, rules_of, saved_of, wire_of

NOTE = 11.0


@dataclass(frozen=True, slots=True)
class Sheet:
    """A finished drawing without a language: its size, its groups of marks, and its words."""

    width: float
    height: float
    groups: tuple[Group, ...]
    title: str
    engine: str


def render(picture: Picture, direction: str, engine: str | None, end: Picture) -> Sheet:
    """Lay a picture out and return its marks.

    ``end`` is the picture at the end of the trace, which decides how much room everything takes.
    """
    last_boxes = {box.id: box for box in end.boxes}
    last_wires = {wire.id: wire for wire in end.wires}
    style = (picture.digits, direction, "tensors" in picture.parts)
    rooms = {b.id: shape_of(b, *style) for b in end.boxes}
    boxes = {
        b.id: fitted(shape_of(b, *style, last_boxes[b.id]), rooms[b.id]) for b in picture.boxes
    }
    firm = [wire for wire in picture.wires if wire.kind != "saved"]
    pairs = {w.id: pair_of(w, picture, direction, last_wires[w.id]) for w in firm}
    vertices = [_vertex(box.id, boxes[box.id], box, is_round(box)) for box in picture.boxes]
    inputs = {box.id for box in picture.boxes if box.kind in ("leaf", "constant", "more")}
    vertices += [_vertex(f"p-{w.id}", pairs[w.id], last_boxes[w.target]) for w in firm]
    vertices = [replace(v, is_input=v.id in inputs) for v in vertices]
    links = [
        Link(a, b) for w in firm for a, b in ((w.source, f"p-{w.id}"), (f"p-{w.id}", w.target))
    ]
    saved = [w for w in picture.wires if w.kind == "saved"]
    rules = rules_of(picture)
    links += [Link(w.source, w.target, loose=True) for w in saved]
    links += [Link(a, b, loose=True, side=-1) for a, rule in rules.items() for b in rule]
    placement = engines.place(vertices, links, direction, engine)
    curves = iter(placement.curves)
    wires = []
    for wire in firm:
        to_pair, to_box = next(curves), next(curves)
        centre = placement.centres[f"p-{wire.id}"]
        wires.append(wire_of(wire, to_pair, to_box, pairs[wire.id], centre, direction))
    across = [saved_of(wire, next(curves)) for wire in saved]
    for operation, rule in rules.items():
        first, *_ = (next(curves) for _ in rule)
        across.append(rule_mark(operation, rule[0], first))
    frames = frames_of(placement, {v.id: v for v in vertices})
    shapes = [placed(box, boxes[box.id], placement.centres[box.id]) for box in picture.boxes]
    return _sheet(picture, placement, [*across, *frames, *wires, *shapes])


def _sheet(picture: Picture, placement: Placement, groups: list[Group]) -> Sheet:
    """Add the notes underneath, and make the sheet large enough for all of it."""
    outlines = [mark for mark in flat(groups) if isinstance(mark, Rect)]
    left = max([0.0, *(MARGIN / 2 - r.x for r in outlines)])
    over = max([0.0, *(MARGIN / 2 - r.y for r in outlines)])
    width = max([placement.width, *(r.x + r.width + MARGIN / 2 for r in outlines)]) + left
    height = max([placement.height, *(r.y + r.height + MARGIN / 2 for r in outlines)]) + over
    if left or over:
        groups = [replace(g, marks=tuple(moved(m, left, over) for m in g.marks)) for g in groups]
    notes = []
    for note in picture.notes:
        height += NOTE * 1.5
        notes.append(Text(MARGIN, height - NOTE, note, NOTE, "soft", anchor="start"))
        width = max(width, width_of(note, NOTE) + 2 * MARGIN)
    if notes:
        groups = [*groups, Group("notes", "notes", tuple(notes))]
    return Sheet(ceil(width), ceil(height), tuple(groups), picture.title, placement.engine)


def _vertex(id: str, shape: Block, box: Box, round: bool = False) -> Vertex:
    """Return the vertex of a box, or of the numbers on a wire into it."""
    body = shape.body or (shape.width, shape.height)
    return Vertex(id, shape.width, shape.height, *body, round, int(box.backward), box.scopes)
