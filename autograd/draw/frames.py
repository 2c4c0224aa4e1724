"""Frames: an outline with a name around every open scope."""

from __future__ import annotations

from autograd.draw.blocks import CAPTION
from autograd.draw.layout.placement import FRAME, HEADING, Placement, Vertex
from autograd.draw.marks import Group, Rect, Text
from autograd.draw.metrics import shorten
from autograd.draw.picture import Picture
from autograd.recording import Scope


def frames_of(picture: Picture, placement: Placement, vertices: dict[str, Vertex]) -> list[Group]:
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
