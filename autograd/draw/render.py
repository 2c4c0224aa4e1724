"""From a picture to marks: what each box and wire looks like, and where it goes.

Operations are circles with the labels of their gates, leaves are bold names.  On each wire stands
the value above and the gradient below, the pair being a small box of its own, so that a layout
makes room for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import hypot

from autograd.draw.blocks import CAPTION, Block, block
from autograd.draw.layout import engines
from autograd.draw.layout.placement import FRAME, HEADING, MARGIN, Link, Placement, Vertex
from autograd.draw.marks import (
    Curve,
    Group,
    Mark,
    Point,
    Polygon,
    Rect,
    Text,
    flat,
    moved,
    straight,
)
from autograd.draw.metrics import shorten, width_of
from autograd.draw.numbers import show
from autograd.draw.picture import Box, Picture, Wire
from autograd.recording import Scope

GATE = 15.0
NAME = 14.0
NOTE = 11.0
CIRCLE = 38.0
TIE = 5.0  # how far left of a saved value's link a rule's runs
HEAD = 6.5  # the length of an arrow head


@dataclass(frozen=True, slots=True)
class Sheet:
    """A finished drawing without a language: its size, its groups of marks, and its words."""

    width: float
    height: float
    groups: tuple[Group, ...]
    title: str
    engine: str


def render(picture: Picture, direction: str, engine: str | None) -> Sheet:
    """Lay a picture out and return its marks."""
    boxes = {box.id: _shape(box, picture.digits, direction) for box in picture.boxes}
    pairs = {wire.id: _pair(wire, picture, direction) for wire in picture.wires}
    by_id = {box.id: box for box in picture.boxes}
    firm = [wire for wire in picture.wires if wire.kind != "saved"]
    vertices = [_vertex(box.id, boxes[box.id], box, _is_round(box)) for box in picture.boxes]
    vertices += [_vertex(f"p-{w.id}", pairs[w.id], by_id[w.target]) for w in firm]
    links = [
        Link(a, b) for w in firm for a, b in ((w.source, f"p-{w.id}"), (f"p-{w.id}", w.target))
    ]
    loose = [w for w in picture.wires if w.kind == "saved"]
    ties = _ties(picture)  # wishes for the layout; the first of each rule is drawn
    links += [Link(w.source, w.target, loose=True) for w in loose]
    links += [Link(a, b, loose=True) for a, b in ties]
    placement = engines.place(vertices, links, direction, engine)
    wires = []
    for i, wire in enumerate(firm):
        to_pair, to_box = placement.curves[2 * i : 2 * i + 2]
        wires.append(_wire(wire, to_pair, to_box, pairs[wire.id], placement, direction))
    rest = placement.curves[2 * len(firm) :]
    across = [_saved(wire, curve) for wire, curve in zip(loose, rest, strict=False)]
    across += _drawn_ties(ties, rest[len(loose) :])
    frames = _frames(picture, placement, {v.id: v for v in vertices})
    shapes = [_placed(box, boxes[box.id], placement) for box in picture.boxes]
    return _sheet(picture, placement, [*frames, *across, *wires, *shapes])


def _sheet(picture: Picture, placement: Placement, groups: list[Group]) -> Sheet:
    """Add the notes underneath, and make the sheet large enough for all of it."""
    outlines = [mark for mark in flat(groups) if isinstance(mark, Rect)]
    left = max(0.0, *(MARGIN / 2 - r.x for r in outlines), 0.0)
    over = max(0.0, *(MARGIN / 2 - r.y for r in outlines), 0.0)
    width = max(placement.width, *(r.x + r.width + MARGIN / 2 for r in outlines), 0.0) + left
    height = max(placement.height, *(r.y + r.height + MARGIN / 2 for r in outlines), 0.0) + over
    if left or over:
        groups = [replace(g, marks=tuple(moved(m, left, over) for m in g.marks)) for g in groups]
    notes = []
    for note in picture.notes:
        height += NOTE * 1.5
        notes.append(Text(MARGIN, height - NOTE, note, NOTE, "soft", anchor="start"))
        width = max(width, width_of(note, NOTE) + 2 * MARGIN)
    if notes:
        groups = [*groups, Group("notes", "notes", tuple(notes))]
    return Sheet(width, height, tuple(groups), picture.title, placement.engine)


def _vertex(id: str, shape: Block, box: Box, round: bool = False) -> Vertex:
    """Return the vertex of a box, or of the numbers on a wire into it."""
    body = shape.body or (shape.width, shape.height)
    return Vertex(id, shape.width, shape.height, *body, round, int(box.backward), box.scopes)


def _ties(picture: Picture) -> list[tuple[str, str]]:
    """Link each operation of the forward pass to the operations of its rule."""
    drawn = {i: box.id for box in picture.boxes for i in box.members}
    return [
        (drawn[box.rule_of], box.id)
        for box in picture.boxes
        if box.rule_of is not None and box.rule_of in drawn
    ]


def _drawn_ties(ties: list[tuple[str, str]], curves: Sequence[tuple[Point, ...]]) -> list[Group]:
    """Draw a dotted line from each operation to the first operation of its rule."""
    firsts: dict[str, Group] = {}
    for (a, b), curve in zip(ties, curves, strict=True):
        aside = tuple((x - TIE, y) for x, y in curve)  # a saved value may take the same way
        line = Curve(aside, "soft", 1.3, "1 4")
        firsts.setdefault(a, Group(f"r-{a}-{b}", "rule", (line,)))
    return list(firsts.values())


# Boxes


def _is_round(box: Box) -> bool:
    return box.kind == "gate" and width_of(box.label, GATE, bold=True) <= CIRCLE - 7


def _shape(box: Box, digits: int, direction: str) -> Block:
    """Return a box's marks from its own top left corner; the wires meet its middle."""
    bodies = {"fold": _fold, "gate": _gate, "end": _end, "more": _more}
    body = bodies.get(box.kind, _leaf)(box)
    name = _text(shorten(box.name), CAPTION + 1.5, "ink", bold=True) if box.name else None
    badge = _badge(box.badge) if box.badge else None
    captions = [badge, name, _sum(box, digits)]
    if not any(captions):
        return body
    return _over_and_under(body, captions) if direction in ("LR", "RL") else _beside(body, captions)


def _over_and_under(body: Block, captions: list[Block | None]) -> Block:
    """Write badge and name above and the sum below a body that stays in the middle."""
    *above, below = captions
    over = sum(c.height + 1 for c in above if c)
    room = max(over, below.height + 1 if below else 0.0)
    width = max(c.width for c in (body, *captions) if c)
    marks = _centred(body, width, room)
    y = room - 1
    for caption in reversed(above):
        if caption:
            y -= caption.height
            marks += _centred(caption, width, y)
    if below:
        marks += _centred(below, width, room + body.height + 1)
    size = (body.width, body.height)
    return Block(width, body.height + 2 * room, tuple(marks), size)


def _beside(body: Block, captions: list[Block | None]) -> Block:
    """Write the captions to the right of a body that stays in the middle."""
    given = [c for c in captions if c]
    aside = max(c.width for c in given) + 4
    tall = sum(c.height for c in given)
    height = max(body.height, tall)
    marks: list[Mark] = [moved(m, aside, (height - body.height) / 2) for m in body.marks]
    y = (height - tall) / 2
    for caption in given:
        marks += [moved(m, aside + body.width + 4, y) for m in caption.marks]
        y += caption.height
    return Block(body.width + 2 * aside, height, tuple(marks), (body.width, body.height))


def _centred(block: Block, width: float, y: float) -> list[Mark]:
    return [moved(mark, (width - block.width) / 2, y) for mark in block.marks]


def _end(box: Box) -> Block:
    if not box.label:
        return Block(10.0, NAME * 1.4, ())
    label = shorten(box.label)
    width = width_of(label, NAME, bold=True) + 8
    return Block(width, NAME * 1.4, (Text(width / 2, NAME, label, NAME, "ink", bold=True),))


def _gate(box: Box) -> Block:
    """Return a circle, or a capsule for a long label."""
    width = CIRCLE if _is_round(box) else width_of(box.label, GATE, bold=True) + 16
    fill, line = ("lit", 2.4) if box.state == "lit" else ("gate", 1.4)
    body = Rect(0, 0, width, CIRCLE, CIRCLE / 2, fill, "ink", line)
    # A sign alone is written large; a star stands high in its line and belongs in the middle.
    size = GATE * 1.35 if len(box.label) == 1 else GATE
    drop = {"*": 0.56, "+": 0.33, "-": 0.30}.get(box.label, 0.35) * size
    label = Text(width / 2, CIRCLE / 2 + drop, box.label, size, "ink", bold=True)
    return Block(width, CIRCLE, (body, label))


def _sum(box: Box, digits: int) -> Block | None:
    if box.sum is None:
        return None
    if not getattr(box.sum, "ndim", 0):
        return _text(f"Σ {show(box.sum, digits)}", CAPTION + 2, "gradient", italic=True)
    sign = _text("Σ", CAPTION + 2, "gradient", italic=True)
    total = block(box.sum, "gradient", digits)
    middle = (total.height - sign.height) / 2
    beside = (moved(mark, sign.width + 3, 0) for mark in total.marks)
    marks = (*(moved(mark, 0, middle) for mark in sign.marks), *beside)
    return Block(sign.width + 3 + total.width, total.height, marks)


def _text(text: str, size: float, colour: str, bold: bool = False, italic: bool = False) -> Block:
    width = width_of(text, size, bold)
    mark = Text(width / 2, size, text, size, colour, bold=bold, italic=italic)
    return Block(width, size * 1.25, (mark,))


def _badge(text: str) -> Block:
    width = width_of(text, CAPTION, bold=True) + 8
    return Block(
        width,
        CAPTION * 1.5,
        (
            Rect(0, 0, width, CAPTION * 1.5, 4, "badge"),
            Text(width / 2, CAPTION * 1.1, text, CAPTION, "badge text", bold=True),
        ),
    )


def _leaf(box: Box) -> Block:
    label = shorten(box.label)
    bold = box.kind == "leaf"
    width = width_of(label, NAME, bold) + 8
    back = Rect(0, 0, width, NAME * 1.5, 4, "lit" if box.state == "lit" else "paper")
    text = Text(width / 2, NAME + 1, label, NAME, "ink" if bold else "soft", bold=bold)
    return Block(width, NAME * 1.5, (back, text))


def _more(box: Box) -> Block:
    width = width_of(box.label, NAME) + 8
    return Block(width, NAME * 1.4, (Text(width / 2, NAME, box.label, NAME, "soft"),))


def _fold(box: Box) -> Block:
    """Return a box with a heading and what it says of its inside; a stack has sheets behind it."""
    label = shorten(box.label, 32)
    width = max(
        width_of(label, NAME, bold=True), *(width_of(line, CAPTION + 1) for line in box.lines), 24
    )
    width += 18
    height = NAME * 1.3 + len(box.lines) * (CAPTION + 1) * 1.35 + 14
    behind = 4.0 if box.count > 1 else 0.0
    stroke, line = ("ink", 2.4) if box.state == "lit" else ("ink", 1.3)
    fill = "lit" if box.state == "lit" else "fold"
    marks: list[Mark] = [
        Rect(k * behind, (2 - k) * behind, width, height, 7, "fold", "frame", 1.0)
        for k in ((2, 1) if behind else ())
    ]
    marks.append(Rect(0, 2 * behind, width, height, 7, fill, stroke, line))
    y = 2 * behind + NAME + 7
    marks.append(Text(width / 2, y, label, NAME, "ink", bold=True))
    for text in box.lines:
        y += (CAPTION + 1) * 1.35
        is_chain = text.startswith("[")
        colour = "gradient" if is_chain else "soft"
        marks.append(Text(width / 2, y, text, CAPTION + 1, colour, italic=is_chain))
    return Block(width + 2 * behind, height + 2 * behind, tuple(marks))


def _placed(box: Box, shape: Block, placement: Placement) -> Group:
    x, y = placement.centres[box.id]
    dx, dy = x - shape.width / 2, y - shape.height / 2
    data = {"nodes": " ".join(map(str, box.members))} if box.kind != "fold" else {}
    if box.rule_of is not None:
        data["rule-of"] = f"n{box.rule_of}"
    kind = f"{box.kind} {box.state}".strip()
    marks = tuple(moved(m, dx, dy) for m in shape.marks)
    return Group(box.id, kind, marks, box.title, data, faint=box.state == "pending")


# Wires


def _pair(wire: Wire, picture: Picture, direction: str) -> Block:
    """Return the numbers on a wire: value over gradient, with room for the wire between them."""
    if wire.kind == "bundle":
        return _above_line(_text(wire.label, CAPTION + 1, "soft"))
    pictures = "tensors" in picture.parts
    halves = {
        role: block(getattr(wire, role), role, picture.digits, pictures) for role in wire.roles
    }
    if not halves:
        return Block(4.0, 6.0, ())
    tallest = max(half.height for half in halves.values()) + 3
    width = max(half.width for half in halves.values()) + 6
    marks: list[Mark] = []
    if any(w.kind == "saved" for w in picture.wires):  # links from afar pass behind the numbers
        marks += [Rect(0, tallest + dy, width, tallest, fill="paper") for dy in _sides(halves)]
    if value := halves.get("value"):
        up = tallest - 2.5 - value.height
        marks += [moved(m, (width - value.width) / 2, up) for m in value.marks]
    if gradient := halves.get("gradient"):
        marks += [moved(m, (width - gradient.width) / 2, tallest + 1.5) for m in gradient.marks]
    if direction in ("TB", "BT") and marks:
        marks.append(straight((2, tallest), (width - 2, tallest), "wire", 0.8))
    return Block(width, 2 * tallest, tuple(marks))


def _sides(halves: dict[str, Block]) -> list[float]:
    tallest = max(half.height for half in halves.values()) + 3
    return [{"value": -tallest, "gradient": 0.0}[role] for role in halves]


def _above_line(text: Block) -> Block:
    width, height = text.width + 6, 2 * text.height + 4
    return Block(width, height, tuple(moved(m, 3, 0) for m in text.marks))


def _wire(
    wire: Wire,
    to_pair: tuple[Point, ...],
    to_box: tuple[Point, ...],
    pair: Block,
    placement: Placement,
    direction: str,
) -> Group:
    x, y = placement.centres[f"p-{wire.id}"]
    width = 2.6 if wire.state == "lit" else 1.2
    line, head = _arrow(to_box, "wire", width)
    dx, dy = x - pair.width / 2, y - pair.height / 2
    marks = [moved(m, dx, dy) for m in pair.marks]
    marks += [Curve(to_pair, "wire", width), line, head]
    half = pair.width / 2 if direction in ("LR", "RL") else 0.0
    upright = pair.height / 2 if not half and not pair.marks else 0.0
    half += 1.0 if half else 0.0  # so that no engine's rounding leaves a gap
    through = straight((x - half, y - upright), (x + half, y + upright), "wire", width)
    if half or upright:
        marks.append(through)
    return Group(wire.id, f"wire {wire.kind} {wire.state}".strip(), tuple(marks))


def _arrow(curve: tuple[Point, ...], colour: str, width: float) -> tuple[Curve, Polygon]:
    """Return a curve that ends in the head of an arrow."""
    (x0, y0), (x1, y1) = (
        next(
            (
                p
                for p in reversed(curve[:-1])
                if hypot(p[0] - curve[-1][0], p[1] - curve[-1][1]) > 0.5
            ),
            curve[0],
        ),
        curve[-1],
    )
    length = hypot(x1 - x0, y1 - y0) or 1.0
    ux, uy = (x1 - x0) / length, (y1 - y0) / length
    back = (x1 - ux * HEAD, y1 - uy * HEAD)
    wing = HEAD * 0.42 * max(1.0, width / 1.6)
    head = (
        (x1, y1),
        (back[0] - uy * wing, back[1] + ux * wing),
        (back[0] + uy * wing, back[1] - ux * wing),
    )
    shortened = (*curve[:-1], (x1 - ux * HEAD * 0.7, y1 - uy * HEAD * 0.7))
    return Curve(shortened, colour, width), Polygon(head, colour)


def _saved(wire: Wire, curve: tuple[Point, ...]) -> Group:
    """Return the dashed link from a value of the forward pass to the rule that uses it."""
    line, head = _arrow(curve, "saved", 1.1)
    dashed = Curve(line.points, "saved", 1.1, "4 3")
    return Group(wire.id, "wire saved", (dashed, head))


# Frames


def _frames(picture: Picture, placement: Placement, vertices: dict[str, Vertex]) -> list[Group]:
    """Outline every open scope, where nothing foreign stands among what is in it."""
    scopes = {s: None for box in picture.boxes for s in box.scopes}
    inside = {scope: _members(picture, scope) for scope in scopes}
    deepest = max((len(list(s.lineage())) for s in scopes), default=0)
    groups = []
    for number, scope in enumerate(scopes):
        depth = len(list(scope.lineage()))
        room = FRAME + (deepest - depth) * (FRAME + HEADING)
        members = [(vertices[i], placement.centres[i]) for i in inside[scope]]
        x0 = min(x - v.width / 2 for v, (x, _) in members) - room
        y0 = min(y - v.height / 2 for v, (_, y) in members) - room - HEADING
        x1 = max(x + v.width / 2 for v, (x, _) in members) + room
        y1 = max(y + v.height / 2 for v, (_, y) in members) + room
        foreign = any(
            abs(x - (x0 + x1) / 2) < (x1 - x0 + vertices[i].width) / 2
            and abs(y - (y0 + y1) / 2) < (y1 - y0 + vertices[i].height) / 2
            for i, (x, y) in placement.centres.items()
            if i not in inside[scope]
        )
        if not foreign:
            name = shorten(scope.name, 40)
            heading = Text(x0 + 6, y0 + CAPTION + 3, name, CAPTION + 1, "soft", anchor="start")
            outline = Rect(x0, y0, x1 - x0, y1 - y0, 8, "", "frame", 1.0, "5 3")
            groups.append(Group(f"s{number}", "frame", (outline, heading)))
    return groups


def _members(picture: Picture, scope: Scope) -> set[str]:
    boxes = {box.id for box in picture.boxes if scope in box.scopes}
    return boxes | {f"p-{w.id}" for w in picture.wires if w.target in boxes and w.kind != "saved"}


def texts(sheet: Sheet) -> list[Text]:
    """Return every text of a sheet."""
    return [mark for mark in flat(sheet.groups) if isinstance(mark, Text)]
