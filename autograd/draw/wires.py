"""Wires: lines that pass through their numbers, value above, gradient below, and end in an arrow.

Between a forward and a backward pass run two more kinds: dashed ones from a saved value to the rule
that uses it, and dotted ones from an operation to its rule.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import hypot

from autograd.draw.blocks import CAPTION, Block, block, centred, line
from autograd.draw.marks import Curve, Group, Mark, Point, Polygon, Rect, moved, straight
from autograd.draw.picture import Picture, Wire

TIE = 5.0  # how far left of a saved value's link a rule's runs
HEAD = 6.5  # the length of an arrow head


def pair_of(wire: Wire, picture: Picture, direction: str) -> Block:
    """Return the numbers on a wire: value over gradient, with room for the wire between them."""
    if wire.kind == "bundle":
        return _above_line(line(wire.label, CAPTION + 1, "soft"))
    pictures = "tensors" in picture.parts
    halves = {
        role: block(getattr(wire, role), role, picture.digits, pictures) for role in wire.roles
    }
    if not halves:
        return Block(4.0, 6.0, ())
    tallest = max(half.height for half in halves.values()) + 3
    width = max(half.width for half in halves.values()) + 6
    marks: list[Mark] = []
    crossed = any(w.kind == "saved" for w in picture.wires)
    for role, half in halves.items():
        top, y = (0.0, tallest - 2.5 - half.height) if role == "value" else (tallest, tallest + 1.5)
        if crossed:  # links from afar pass behind the numbers
            marks.append(Rect(0, top, width, tallest, fill="paper"))
        marks += centred(half, width, y)
    if direction in ("TB", "BT") and marks:
        marks.append(straight((2, tallest), (width - 2, tallest), "wire", 0.8))
    return Block(width, 2 * tallest, tuple(marks))


def _above_line(text: Block) -> Block:
    width, height = text.width + 6, 2 * text.height + 4
    return Block(width, height, tuple(moved(m, 3, 0) for m in text.marks))


def wire_of(
    wire: Wire,
    to_pair: tuple[Point, ...],
    to_box: tuple[Point, ...],
    pair: Block,
    centre: Point,
    direction: str,
) -> Group:
    """Return a wire that passes through its numbers and ends in an arrow."""
    x, y = centre
    width = 2.6 if wire.state == "lit" else 1.2
    last, head = _arrow(to_box, "wire", width)
    dx, dy = x - pair.width / 2, y - pair.height / 2
    marks = [moved(m, dx, dy) for m in pair.marks]
    marks += [Curve(to_pair, "wire", width), last, head]
    half = pair.width / 2 if direction in ("LR", "RL") else 0.0
    upright = pair.height / 2 if not half and not pair.marks else 0.0
    half += 1.0 if half else 0.0  # so that no engine's rounding leaves a gap
    through = straight((x - half, y - upright), (x + half, y + upright), "wire", width)
    if half or upright:
        marks.append(through)
    return Group(wire.id, f"wire {wire.kind} {wire.state}".strip(), tuple(marks))


def _arrow(curve: tuple[Point, ...], colour: str, width: float) -> tuple[Curve, Polygon]:
    """Return a curve that ends in the head of an arrow."""
    x1, y1 = curve[-1]
    apart = (p for p in reversed(curve) if hypot(p[0] - x1, p[1] - y1) > 0.5)
    x0, y0 = next(apart, (x1 - 1, y1))  # where the curve comes from at its end
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


def saved_of(wire: Wire, curve: tuple[Point, ...]) -> Group:
    """Return the dashed link from a value of the forward pass to the rule that uses it."""
    last, head = _arrow(curve, "saved", 1.1)
    dashed = Curve(last.points, "saved", 1.1, "4 3")
    return Group(wire.id, "wire saved", (dashed, head))


def ties_of(picture: Picture) -> list[tuple[str, str]]:
    """Link each operation of the forward pass to the operations of its rule."""
    drawn = {i: box.id for box in picture.boxes for i in box.members}
    return [
        (drawn[box.rule_of], box.id)
        for box in picture.boxes
        if box.rule_of is not None and box.rule_of in drawn
    ]


def tie_marks(ties: list[tuple[str, str]], curves: Sequence[tuple[Point, ...]]) -> list[Group]:
    """Draw a dotted line from each operation to the first operation of its rule."""
    firsts: dict[str, Group] = {}
    for (a, b), curve in zip(ties, curves, strict=True):
        aside = tuple((x - TIE, y) for x, y in curve)  # a saved value may take the same way
        dotted = Curve(aside, "soft", 1.3, "1 4")
        firsts.setdefault(a, Group(f"r-{a}-{b}", "rule", (dotted,)))
    return list(firsts.values())
