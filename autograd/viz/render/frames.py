"""Frames: an outline with a name around every open scope."""

from __future__ import annotations

from autograd.core.scopes import Scope
from autograd.ir.opened import OpenedScope
from autograd.viz.layout.placement import FRAME, HEADING, Placement, Vertex
from autograd.viz.model.text_metrics import shorten
from autograd.viz.render.marks import Group, Point, Rect, moved
from autograd.viz.render.tensors import CAPTION, line

Box = tuple[float, float, float, float]  # left, top, right, bottom


def frames_of(placement: Placement, vertices: dict[str, Vertex]) -> list[Group]:
    """Outline every open scope, where nothing foreign stands among what is in it.

    A frame that cannot hold the inputs of its operations, too, is drawn without them.
    """
    places = {id: _around(v, placement.centres[id]) for id, v in vertices.items()}
    scopes = list(dict.fromkeys(s for v in vertices.values() for s in v.scopes))
    frames: dict[Scope, Box] = {}
    for scope in sorted(scopes, key=lambda s: -len(s.path)):  # inner ones first
        own = {id for id, v in vertices.items() if scope in v.scopes}
        within = {s for s in frames if scope in s.lineage()}
        foreign = [frames[s] for s in frames if s not in within]
        for kept in (own, {id for id in own if not vertices[id].is_input}):
            frame = _outline([*(places[id] for id in kept), *(frames[s] for s in within)])
            left_out = [place for id, place in places.items() if id in own and id not in kept]
            apart = foreign + [place for id, place in places.items() if id not in own]
            if (
                frame
                and not any(_overlap(frame, box) for box in apart)
                and all(_holds(frame, box) or not _overlap(frame, box) for box in left_out)
            ):
                frames[scope] = frame
                break
    return [
        _frame(f"s{number}", scope, frames[scope])
        for number, scope in enumerate(scopes)
        if scope in frames
    ]


def _around(v: Vertex, centre: Point) -> Box:
    x, y = centre
    return x - v.width / 2, y - v.height / 2, x + v.width / 2, y + v.height / 2


def _outline(boxes: list[Box]) -> Box | None:
    """Return a frame around boxes, with room for its name at the top; None around nothing."""
    if not boxes:
        return None
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    top = min(tops) - FRAME - HEADING
    return min(lefts) - FRAME, top, max(rights) + FRAME, max(bottoms) + FRAME


def _holds(frame: Box, box: Box) -> bool:
    """Whether a box is inside a frame, below its name."""
    below = box[1] >= frame[1] + HEADING
    return below and frame[0] <= box[0] and box[2] <= frame[2] and box[3] <= frame[3]


def _overlap(p: Box, q: Box) -> bool:
    return p[0] < q[2] and q[0] < p[2] and p[1] < q[3] and q[1] < p[3]


def _frame(id: str, scope: Scope, box: Box) -> Group:
    left, top, right, bottom = box
    outline = Rect(left, top, right - left, bottom - top, 8, "", "frame", 1.0, "5 3")
    longest = max(4, int((right - left - 12) / (CAPTION + 1) / 0.5))
    heading = line(shorten(scope.name, longest), CAPTION + 1, "soft")
    back = Rect(left + 4, top + 1, heading.width + 4, heading.height, fill="paper")
    marks = (back, *(moved(m, left + 6, top + 1) for m in heading.marks))
    equality = scope.equality if isinstance(scope, OpenedScope) else ""
    return Group(id, "frame", (outline, *marks), equality)
