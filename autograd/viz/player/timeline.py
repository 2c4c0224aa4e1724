"""A timeline: one drawing for all moments of a trace.

Nothing moves from one event to the next; numbers only appear, and sums change.  So a box or a wire
is drawn at every event that touches it, and each of its marks is kept once, with the stretches of
events during which it is there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, replace

from autograd.ir.snapshot import Snapshot
from autograd.ir.trace import Event, Trace
from autograd.viz.model.scene import Wire
from autograd.viz.model.scene_builder import Subject, build_scene, updated_box, updated_wire
from autograd.viz.render.marks import Cells, Group, Mark
from autograd.viz.render.sheet import Arrangement, Sheet

Spans = tuple[tuple[int, int], ...]  # from the first event to the last, both included
START = -1  # before the first event


@dataclass(frozen=True, slots=True, eq=False)
class Element:
    """A box, a wire, or what always stays the same, with the marks of all moments.

    ``spans`` has an entry for every mark: when it is there.
    """

    group: Group
    spans: tuple[Spans, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Timeline:
    """One drawing for all moments.

    Attributes
    ----------
    sheet : Sheet
        At the end, for the size and the title.
    elements : tuple of Element
    last : int
        The index of the last event.
    """

    sheet: Sheet
    elements: tuple[Element, ...]
    last: int

    @property
    def always(self) -> Spans:
        """The stretch from before the first event to the last."""
        return ((START, self.last),)


def timeline(
    subject: Subject, trace: Trace, direction: str, engine: str | None, notes: Sequence[str] = ()
) -> Timeline:
    """Draw a subject at every event of its trace, with some notes underneath.

    ``subject.snapshot`` may be of any moment; other snapshot take their place.
    """
    end = build_scene(replace(subject, snapshot=Snapshot(subject.graph, trace)))
    end = replace(end, notes=(*notes, *end.notes))
    arrangement = Arrangement(end, direction, engine)
    sheet = arrangement.sheet(end)
    start = Snapshot(subject.graph, trace, START)
    moments = _Moments(replace(subject, snapshot=start), arrangement)
    for event in trace:
        moments.advance(event)
    versions = moments.versions
    return Timeline(
        sheet=sheet,
        elements=tuple(_element(g, versions.get(g.id), len(trace)) for g in sheet.groups),
        last=len(trace) - 1,
    )


class _Moments:
    """Goes through a trace and notes how every box and wire looks, whenever that changes."""

    def __init__(self, subject: Subject, arrangement: Arrangement) -> None:
        self._subject = subject
        self._arrangement = arrangement
        self._at = START
        self._boxes = {box.id: box for box in arrangement.end.boxes}
        wires = [wire for wire in arrangement.end.wires if wire.kind == "value"]
        self._drawn = {i: box.id for box in self._boxes.values() for i in box.members}
        self._leaving = defaultdict(list)
        self._carrying = defaultdict(list)
        for wire in wires:
            self._leaving[wire.node].append(wire)
            for edge in wire.edges:
                self._carrying[edge].append(wire)
        self.versions: dict[str, list[tuple[int, Group]]] = defaultdict(list)
        self._note(self._boxes, wires)

    def advance(self, event: Event) -> None:
        """Add the next event."""
        self._at += 1
        self._subject.snapshot.advance(event)
        touched = {i for i in (event.node, event.input) if i is not None}
        wires = list(self._leaving[event.node])
        if event.kind == "vjp" and event.position is not None:
            wires += self._carrying[event.node, event.position]
        self._note([self._drawn[i] for i in touched if i in self._drawn], wires)

    def _note(self, boxes: Iterable[str], wires: Iterable[Wire]) -> None:
        subject, draw = self._subject, self._arrangement
        now = [draw.box(replace(updated_box(subject, self._boxes[id]), state="")) for id in boxes]
        now += [draw.wire(replace(updated_wire(subject, wire), state="")) for wire in wires]
        for group in now:
            known = self.versions[group.id]
            if not known or _keys(known[-1][1]) != _keys(group):
                known.append((self._at, group))


def _keys(group: Group) -> list[Hashable]:
    return [_key(mark) for mark in group.marks]


def _key(mark: Mark) -> Hashable:
    """Return what makes a mark itself; pictures are equal if their cells are."""
    if isinstance(mark, Cells):
        return (mark.x, mark.y, mark.width, mark.height, mark.cells.tobytes())
    return mark


def _element(group: Group, versions: list[tuple[int, Group]] | None, count: int) -> Element:
    """Keep every mark of all versions once, with the stretches of events that it is there."""
    if versions is None:
        return Element(group, tuple(((START, count - 1),) for _ in group.marks))
    ends = [start - 1 for start, _ in versions[1:]] + [count - 1]
    marks: dict[Hashable, Mark] = {}
    spans: dict[Hashable, list[tuple[int, int]]] = defaultdict(list)
    for (start, version), stop in zip(versions, ends, strict=True):
        for mark in version.marks:
            marks.setdefault(_key(mark), mark)
            known = spans[_key(mark)]
            if known and known[-1][1] == start - 1:
                known[-1] = (known[-1][0], stop)
            else:
                known.append((start, stop))
    plain = replace(group, kind=group.kind.split()[0], marks=tuple(marks.values()), title="")
    return Element(plain, tuple(tuple(spans[key]) for key in marks))
