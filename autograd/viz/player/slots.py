"""Drawings with slots: laid out once, from the numbers at the end, and filled by the page.

A drawing does not change from one event to the next but for its numbers.  So it is written without
any, and each place of a number is a slot that says where it is and what belongs there.  A wire
names the node whose value it carries, and the uses, ``7-0`` for input 0 of node 7, whose
contributions come back along it.

Colours are names of roles, ``var(--value)``, so that a theme is a handful of style rules and can be
changed while one looks.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from autograd.ir.snapshot import Snapshot
from autograd.ir.trace import Trace
from autograd.viz.formats.svg import FONT, written
from autograd.viz.formats.themes import THEMES, Theme
from autograd.viz.model.chain import FACTORS, chain_in
from autograd.viz.model.fold import Fold
from autograd.viz.model.inside import inside
from autograd.viz.model.scene import Box, Scene, Wire
from autograd.viz.model.scene_builder import Subject, build_scene
from autograd.viz.render.marks import Group, Point
from autograd.viz.render.sheet import Arrangement, Sheet
from autograd.viz.render.tensors import CAPTION

ROLES: Theme = {role: f"var(--{role.replace(' ', '-')})" for role in THEMES["lecture"]}

# Attributes that the style sheet gives to every mark.
_COMMON = {
    ' fill="none" stroke="var(--wire)" stroke-width="1.2"': "",
    ' fill="var(--wire)"': "",
}
_CAPTION = (CAPTION + 1.5) * 1.25 + 1  # the height of a name
_ROW = (CAPTION + 1) * 1.25  # the height of a row in a fold
_PADDING = 8.0  # below the last row of a fold

Slot = tuple[str, str, Point]  # its role, the side of its point that it stands on, the point


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """A drawing for the page.

    Attributes
    ----------
    data : dict
        ``svg``, its ``width`` and ``height``; ``boxes``, the id of the box of each node; ``places``
        and ``ends``, where boxes and wires are; ``chains``, of a fold that writes the product
        inside, what it is made of.
    shown : list of array
        What stands on its wires and below its boxes, at any moment.
    """

    data: dict[str, Any]
    shown: list[Any]


def view(
    subject: Subject, trace: Trace, direction: str, engine: str | None, notes: Sequence[str] = ()
) -> View:
    """Return a drawing of a subject for the page, with some notes underneath."""
    end = build_scene(_at_end(subject, trace))
    end = replace(end, notes=(*notes, *end.notes))
    return view_of(end, subject, trace, direction, engine)


def inside_view(
    subject: Subject, trace: Trace, closed: Fold, direction: str, engine: str | None
) -> View:
    """Return a drawing of what is inside a closed box, between two ports for its wires."""
    end = inside(_at_end(subject, trace), closed)
    return view_of(end, subject, trace, direction, engine)


def _at_end(subject: Subject, trace: Trace) -> Subject:
    return replace(subject, snapshot=Snapshot(subject.graph, trace))


def view_of(end: Scene, subject: Subject, trace: Trace, direction: str, engine: str | None) -> View:
    """Return a scene at the end of a trace for the page."""
    snapshot = Snapshot(subject.graph, trace)
    arrangement = Arrangement(end, direction, engine)
    sheet = arrangement.sheet(_blank(end))
    slots = _slots(end, arrangement, direction in ("TB", "BT"))
    data = {
        "svg": _svg(sheet, slots, direction),
        "width": sheet.width,
        "height": sheet.height,
        "boxes": {node: box.id for box in end.boxes for node in box.members},
        "places": {box.id: _place(box.id, arrangement) for box in end.boxes},
        "ends": {w.id: _ends(w, arrangement) for w in end.wires if w.kind != "saved"},
        "chains": {box.id: _chain(subject, snapshot, box) for box in end.boxes if box.chain},
    }
    return View(data, list(_shown(end, trace, snapshot)))


def _place(id: str, arrangement: Arrangement) -> list[float]:
    """Return the middle of a box, its width and its height."""
    numbers = (*arrangement.middle(id), *arrangement.body(id))
    return [round(number, 1) for number in numbers]


def _ends(wire: Wire, arrangement: Arrangement) -> list[str | float]:
    """Return the boxes that a wire joins, and where its numbers stand."""
    x, y = arrangement.middle(f"p-{wire.id}")
    return [wire.source, wire.target, round(x, 1), round(y, 1)]


def _shown(end: Scene, trace: Trace, snapshot: Snapshot) -> Iterator[Any]:
    """Yield the values and contributions on wires, and the totals below boxes."""
    for wire in end.wires:
        if wire.kind == "value":
            yield trace.graph[wire.node].value
            yield from (snapshot.contributions.get(edge) for edge in wire.edges)
    summed = {box.members[0] for box in end.boxes if box.sum is not None}
    totals = (event for event in trace if event.kind in ("seed", "accumulate"))
    yield from (event.value for event in totals if event.node in summed | set(trace.graph.outputs))


def _blank(scene: Scene) -> Scene:
    """Return a scene without its numbers."""
    boxes = (replace(box, sum=None, badge="", chain="", state="") for box in scene.boxes)
    wires = (replace(wire, value=None, gradient=None, state="") for wire in scene.wires)
    return replace(scene, boxes=tuple(boxes), wires=tuple(wires))


def _slots(
    end: Scene, arrangement: Arrangement, upright: bool
) -> dict[str, tuple[str, list[Slot]]]:
    """Return for each group the attributes that say what its numbers are, and its slots."""
    wires = [wire for wire in end.wires if wire.kind == "value"]
    found = {wire.id: (_carried(wire), list(_on_wire(wire, arrangement))) for wire in wires}
    for box in end.boxes:
        if box.members:
            around = _upright if upright else _level
            found[box.id] = ("", list(around(box, arrangement)))
    return found


def _carried(wire: Wire) -> str:
    edges = " ".join(f"{node}-{position}" for node, position in wire.edges)
    return f' data-node="{wire.node}"' + (f' data-edge="{edges}"' if edges else "")


def _on_wire(wire: Wire, arrangement: Arrangement) -> Iterator[Slot]:
    x, y = arrangement.middle(f"p-{wire.id}")
    for role in wire.roles:
        yield role, "", (x, y - 2.5 if role == "value" else y + 1.5)


def _level(box: Box, arrangement: Arrangement) -> Iterator[Slot]:
    """Yield the slots of a box whose badge stands above it and whose sum below."""
    x, y = arrangement.middle(box.id)
    half = arrangement.body(box.id)[1] / 2
    if box.chain:
        yield "chain", "", (x, y + half - _PADDING - _ROW)
    yield "badge", "", (x, y - half - 1 - (_CAPTION if box.name else 0))
    if box.sum is not None:
        yield "sum", "", (x, y + half + 1)


def _upright(box: Box, arrangement: Arrangement) -> Iterator[Slot]:
    """Yield the slots of a box that has its badge and its sum to the right."""
    x, y = arrangement.middle(box.id)
    wide, tall = arrangement.body(box.id)
    aside, apart = x + wide / 2 + 4, _CAPTION if box.name else 0.0
    if box.chain:
        yield "chain", "", (x, y + tall / 2 - _PADDING - _ROW)
    yield "badge", "beside", (aside, y - _CAPTION - apart / 2)
    if box.sum is not None:
        yield "sum", "beside", (aside, y + apart)


def _chain(subject: Subject, snapshot: Snapshot, box: Box) -> dict[str, Any]:
    """Return which local gradients are multiplied inside a fold, as uses of inputs."""
    chain = chain_in(subject.graph, snapshot, subject.folding.owner[box.members[0]])
    assert chain is not None
    edges = [
        f"{id}-{position}"
        for id in box.members
        for position, source in enumerate(subject.graph[id].inputs)
        if source == chain.entry
    ]
    return {
        "exit": chain.exit,
        "edges": edges,
        "paths": [[f"{i}-{k}" for i, k in path] for path in chain.paths],
        "most": FACTORS,
    }


def _svg(sheet: Sheet, slots: dict[str, tuple[str, list[Slot]]], direction: str) -> str:
    box = f"0 0 {sheet.width:g} {sheet.height:g}"
    upright = ' data-upright="true"' if direction in ("TB", "BT") else ""
    upright += f' data-direction="{direction}"' if direction != "LR" else ""
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{sheet.width:g}" '
        f'height="{sheet.height:g}" viewBox="{box}" font-family="{FONT}"{upright}>'
    )
    text = "".join(_group(group, *slots.get(group.id, ("", []))) for group in sheet.groups)
    for common, short in _COMMON.items():
        text = text.replace(common, short)
    return f"{head}{text}</svg>"


def _group(group: Group, carried: str, slots: list[Slot]) -> str:
    data = "".join(f' data-{key}="{value}"' for key, value in group.data.items())
    marks = "".join(written(mark, ROLES) for mark in group.marks)
    inside = "".join(map(_slot, slots))
    return f'<g id="{group.id}" class="{group.kind}"{data}{carried}>{marks}{inside}</g>'


def _slot(slot: Slot) -> str:
    role, side, (x, y) = slot
    beside = f' data-side="{side}"' if side else ""
    return f'<g class="slot" data-role="{role}"{beside} data-x="{x:.1f}" data-y="{y:.1f}"/>'
