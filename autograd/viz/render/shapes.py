"""Shapes: what a box looks like, with the captions above and below it.

Operations are circles with the labels of their gates, leaves are bold names, folds are boxes that
say what is inside.
"""

from __future__ import annotations

from autograd.ir.number_format import show
from autograd.viz.model.scene import Box
from autograd.viz.model.text_metrics import shorten, width_of
from autograd.viz.render.marks import Group, Mark, Point, Rect, Text, moved
from autograd.viz.render.tensors import CAPTION, Block, block, centred, line

GATE = 15.0
NAME = 14.0
CIRCLE = 38.0


def is_round(box: Box) -> bool:
    """Whether a box is a circle."""
    return box.kind == "gate" and width_of(shorten(box.label), GATE, bold=True) <= CIRCLE - 7


def shape_of(
    box: Box, digits: int, direction: str, pictures: bool, end: Box | None = None
) -> Block:
    """Return a box's marks from its own top left corner; the wires meet its middle.

    ``end`` is the same box at the end of the trace, for which a fold keeps space.
    """
    bodies = {"gate": _gate, "end": _end, "more": _more}
    body = _fold(box, end or box) if box.kind == "fold" else bodies.get(box.kind, _leaf)(box)
    name = line(shorten(box.name), CAPTION + 1.5, "ink", bold=True) if box.name else None
    badge = _badge(box.badge) if box.badge else None
    captions = [badge, name, _sum(box, digits, pictures)]
    if not any(captions):
        return body
    return _over_and_under(body, captions) if direction in ("LR", "RL") else _beside(body, captions)


def fitted(shape: Block, space: Block) -> Block:
    """Return a shape in the middle of the space that is kept for it."""
    dx, dy = (space.width - shape.width) / 2, (space.height - shape.height) / 2
    marks = tuple(moved(mark, dx, dy) for mark in shape.marks)
    return Block(space.width, space.height, marks, space.body)


def _over_and_under(body: Block, captions: list[Block | None]) -> Block:
    """Write badge and name above and the sum below a body that stays in the middle."""
    *above, below = captions
    over = sum(c.height + 1 for c in above if c)
    margin = max(over, below.height + 1 if below else 0.0)
    width = max(c.width for c in (body, *captions) if c)
    marks = centred(body, width, margin)
    y = margin - 1
    for caption in reversed(above):
        if caption:
            y -= caption.height
            marks += centred(caption, width, y)
    if below:
        marks += centred(below, width, margin + body.height + 1)
    size = (body.width, body.height)
    return Block(width, body.height + 2 * margin, tuple(marks), size)


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


def _end(box: Box) -> Block:
    if not box.label:
        return Block(10.0, NAME * 1.4, ())
    label = shorten(box.label)
    width = width_of(label, NAME, bold=True) + 8
    return Block(width, NAME * 1.4, (Text(width / 2, NAME, label, NAME, "ink", bold=True),))


def _gate(box: Box) -> Block:
    """Return a circle, or a capsule for a long label."""
    text = shorten(box.label)
    width = CIRCLE if is_round(box) else width_of(text, GATE, bold=True) + 16
    fill, edge = ("lit", 2.4) if box.state == "lit" else ("gate", 1.4)
    body = Rect(0, 0, width, CIRCLE, CIRCLE / 2, fill, "ink", edge)
    # A sign alone is written large; a star stands high in its line and belongs in the middle.
    size = GATE * 1.35 if len(text) == 1 else GATE
    drop = {"*": 0.56, "+": 0.33, "-": 0.30}.get(text, 0.35) * size
    label = Text(width / 2, CIRCLE / 2 + drop, text, size, "ink", bold=True)
    return Block(width, CIRCLE, (body, label))


def _sum(box: Box, digits: int, pictures: bool) -> Block | None:
    if box.sum is None:
        return None
    if not getattr(box.sum, "ndim", 0):
        return line(f"Σ {show(box.sum, digits)}", CAPTION + 2, "gradient")
    sign = line("Σ", CAPTION + 2, "gradient")
    total = block(box.sum, "gradient", digits, pictures)
    middle = (total.height - sign.height) / 2
    beside = (moved(mark, sign.width + 3, 0) for mark in total.marks)
    marks = (*(moved(mark, 0, middle) for mark in sign.marks), *beside)
    return Block(sign.width + 3 + total.width, total.height, marks)


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


def _fold(box: Box, end: Box) -> Block:
    """Return a box with a heading and what it says of its inside; a stack has sheets behind it."""
    rows, later = _rows(box), _rows(end)
    width = max(row.width for row in later) + 18
    height = sum(row.height + 2 for row in later) + 12
    sheet = 4.0 if box.count > 1 else 0.0
    fill, edge = ("lit", 2.4) if box.state == "lit" else ("fold", 1.3)
    marks: list[Mark] = [
        Rect(k * sheet, (2 - k) * sheet, width, height, 7, "fold", "frame", 1.0)
        for k in ((2, 1) if sheet else ())
    ]
    marks.append(Rect(0, 2 * sheet, width, height, 7, fill, "ink", edge))
    y = 2 * sheet + 6
    for row in rows:
        marks += centred(row, width, y)
        y += row.height + 2
    return Block(width + 2 * sheet, height + 2 * sheet, tuple(marks))


def _rows(box: Box) -> list[Block]:
    rows = [line(shorten(box.label, 32), NAME, "ink", bold=True)]
    rows += [line(text, CAPTION + 1, "soft") for text in box.lines]
    return rows + ([line(box.chain, CAPTION + 1, "gradient")] if box.chain else [])


def placed(box: Box, shape: Block, centre: Point) -> Group:
    """Return a box at its place, as a group that scripts and tests can find."""
    x, y = centre
    dx, dy = x - shape.width / 2, y - shape.height / 2
    data = {"nodes": " ".join(map(str, box.members))} if box.kind != "fold" else {}
    if box.rule_of is not None:
        data["rule-of"] = f"n{box.rule_of}"
    kind = f"{box.kind} {box.state}".strip()
    marks = tuple(moved(m, dx, dy) for m in shape.marks)
    return Group(box.id, kind, marks, box.title, data, faint=box.state == "pending")
