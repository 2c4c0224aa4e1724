"""The inside of a closed box as a scene of its own: its operations between two ports.

What comes from outside enters at the port ``in``, and what is used outside leaves at ``out``, so
that the wires of the whole can end there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from autograd.viz.model.fold import Fold
from autograd.viz.model.scene import Box, Scene, Wire
from autograd.viz.model.scene_builder import Subject, box_of, build_scene

ENTRY = Box("in", "end", "")
EXIT = Box("out", "end", "")


def inside(subject: Subject, closed: Fold) -> Scene:
    """Return the scene of the members of a fold, folded as the subject says.

    Parameters
    ----------
    subject : Subject
    closed : Fold
    """
    graph, members = subject.graph, set(closed.members)
    sources = {source for i in members for source in graph[i].inputs}
    users = {user for i in members for user, _ in graph.consumers(i)}
    around = (sources | users) & set(subject.nodes)
    scene = build_scene(replace(subject, nodes=members | around))  # sums are over all uses
    depth = len(closed.scopes) + (not closed.parts)  # frames around are drawn by the page
    own = {
        b.id: replace(b, scopes=b.scopes[depth:]) for b in scene.boxes if members & set(b.members)
    }
    wires = [w for w in scene.wires if w.target in own]
    entering = [replace(w, source="in") for w in wires if w.source not in own]
    leaving = list(_leaving(subject, members))
    ports = [*([ENTRY] if entering else []), *([EXIT] if leaving else [])]
    wires = [w for w in wires if w.source in own]
    return replace(
        scene, boxes=(*own.values(), *ports), wires=(*entering, *wires, *leaving), notes=()
    )


def _leaving(subject: Subject, members: set[int]) -> Iterator[Wire]:
    """Yield a wire without numbers for each value that is used outside, where they stand."""
    drawn = set(subject.nodes)
    for i in sorted(members):
        uses = subject.graph.consumers(i)
        outside = tuple(use for use in uses if use[0] in drawn - members)
        if outside or i in subject.graph.outputs:
            yield Wire(f"w{i}-on", box_of(subject, i), "out", roles=(), node=i, edges=outside)
