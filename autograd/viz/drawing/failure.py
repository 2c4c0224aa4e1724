"""The scene of an error: the operation that failed, with a red badge, and its inputs lit."""

from __future__ import annotations

from dataclasses import replace
from textwrap import wrap

from autograd.core.failed_operation import SEE_IT
from autograd.errors import GlassgradError
from autograd.ir.graph import Graph
from autograd.viz.model.scene import Scene

WIDTH = 90  # letters of a line underneath


def with_failure(scene: Scene, graph: Graph, error: GlassgradError) -> Scene:
    """Mark the operation that failed, the last node of a graph, and what it was given."""
    failed = graph[graph.outputs[0]]
    boxes = []
    for box in scene.boxes:
        if failed.id in box.members:
            box = replace(box, badge=type(error).__name__, title=str(error))
        elif not set(failed.inputs).isdisjoint(box.members):
            box = replace(box, state="lit")
        if box.kind != "end":
            boxes.append(box)
    return replace(
        scene,
        boxes=tuple(boxes),
        wires=tuple(
            replace(wire, state="lit") if any(n == failed.id for n, _ in wire.edges) else wire
            for wire in scene.wires
            if wire.edges or wire.kind == "bundle"
        ),
        notes=(*_notes(error), *scene.notes),
        title=f"Computational graph up to the operation that failed: {error.operation.name}",
    )


def _notes(error: GlassgradError) -> list[str]:
    """Return the message, and the line that called the operation."""
    message = str(error).removesuffix(SEE_IT)
    place = error.operation.place
    where = [f"{place.file}, line {place.line}: {place.text}".lstrip(", ")] if place else []
    return [*wrap(f"{type(error).__name__}: {message}", WIDTH), *where]
