"""Wires: lines that pass through their numbers, value above, gradient below, and end in an arrow.

Between a forward and a backward pass run two more kinds: dashed ones from a saved value to the rule
that uses it, and dotted ones from an operation to its rule.
"""

from __future__ import annotations

from math import hypot

from autograd.viz.model.scene import Scene, Wire
from autograd.viz.render.marks import Curve, Group, Mark, Point, Polygon, Rect, moved, straight
from autograd.viz.render.tensors import CAPTION, Block, block, centred, line

SIDES = {"value": 0, "gradient": 1}
HEAD = 6.5  # the length of an arrow head


def pair_of(wire: Wire, scene: Scene, direction: str, end: Wire, later: dict[str, Block]) -> Block:
    """Return the numbers on a wire: value over gradient, with room for the wire between them.

    ``end`` is the same wire at the end of the trace, and ``later`` what will stand there by then:
    room is kept for it, so that nothing moves from one moment to the next.
    """
    if wire.kind == "bundle":
        return _above_line(line(wire.label, CAPTION + 1, "soft"))
    halves = {
        role: known if getattr(wire, role) is getattr(end, role) else half_of(wire, role, scene)
        for role, known in later.items()
    }
    if not halves:
        return Block(4.0, 6.0, ())
    tallest = max(half.height for half in later.values()) + 3
    width = max(half.width for half in later.values()) + 6
    upright = direction in ("TB", "BT")
    marks: list[Mark] = []
    for role, half in halves.items():
        above = role == "value"
        top = 0.0 if above else tallest
        if scene.is_crossed:  # links from afar pass behind the numbers
            marks.append(Rect(0, top, width, tallest, fill="paper"))
        marks += centred(half, width, tallest - 2.5 - half.height if above else tallest + 1.5)
    if upright:  # no numbers stand in the way of the wire here
        gaps = [top for role, top in SIDES.items() if not (role in halves and halves[role].marks)]
        x = width / 2
        marks += [straight((x, t * tallest), (x, (t + 1) * tallest), "wire") for t in gaps]
        marks.append(straight((2, tallest), (width - 2, tallest), "wire", 0.8))
    return Block(width, 2 * tallest, tuple(marks))


def half_of(wire: Wire, role: str, scene: Scene) -> Block:
    """Return the value or the gradient on a wire."""
    return block(getattr(wire, role), role, scene.digits, "tensors" in scene.parts)


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
    marks = [moved(m, x - pair.width / 2, y - pair.height / 2) for m in pair.marks]
    marks += [Curve(to_pair, "wire", width), last, head]
    if direction in ("LR", "RL"):
        half = pair.width / 2 + 1  # so that no engine's rounding leaves a gap
        marks.append(straight((x - half, y), (x + half, y), "wire", width))
    elif not pair.marks or wire.kind == "bundle":
        half = pair.height / 2 + 1
        marks.append(straight((x, y - half), (x, y + half), "wire", width))
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


def rules_of(scene: Scene) -> dict[str, list[str]]:
    """Find for each operation of the forward pass the operations of its rule."""
    drawn = {i: box.id for box in scene.boxes for i in box.members}
    rules: dict[str, list[str]] = {}
    for box in scene.boxes:
        maker = drawn.get(box.rule_of) if box.rule_of is not None else None
        if maker is not None and box.kind in ("gate", "fold"):
            rules.setdefault(maker, []).append(box.id)
    return rules


def rule_mark(operation: str, first: str, curve: tuple[Point, ...]) -> Group:
    """Return the dotted line from an operation to the first operation of its rule."""
    return Group(f"r-{operation}-{first}", "rule", (Curve(curve, "soft", 1.3, "1 4"),))
