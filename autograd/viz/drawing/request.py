"""From what `autograd.draw` was asked for to a drawing: the steps put together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from autograd.core.tensor import Tensor
from autograd.errors import DrawingError
from autograd.ir.graph import Graph, graph
from autograd.ir.joint_graph import both_passes
from autograd.ir.naming import Words
from autograd.ir.snapshot import Readings
from autograd.ir.staleness import stale
from autograd.ir.subgraph import around, between, find
from autograd.ir.trace import Trace, trace
from autograd.viz.drawing.drawing import Drawing
from autograd.viz.drawing.options import Wishes, check, parts
from autograd.viz.model.fold import fold
from autograd.viz.model.scene_builder import Subject, compose, written_into_gates
from autograd.viz.model.text_metrics import shorten

UNRECORDED = "A leaf: operations are recorded if an input has requires_grad=True."


def draw(x: Any, wishes: Wishes) -> Drawing:
    """Draw a tensor, graph or trace as was wished."""
    check(wishes)
    subject, recorded, notes = _both(x, wishes) if wishes.backward else _one(x, wishes)
    picture = compose(subject)
    notes += _warnings(subject)
    picture = replace(picture, notes=(*notes, *picture.notes))
    end = picture
    if wishes.at is not None:
        end = compose(replace(subject, readings=Readings(subject.graph, recorded)))
    return Drawing(picture, end, subject, recorded, wishes)


def _warnings(subject: Subject) -> list[str]:
    """Say so if values were computed from inputs that have been changed since."""
    changed = stale(subject.graph)
    if not changed:
        return []
    sources = [subject.graph[i] for i in subject.graph[changed[0]].inputs]
    inputs = [n.id for n in sources if not n.primitive and (not n.constant or np.ndim(n.value))]
    names = " or ".join(dict.fromkeys(shorten(subject.words[i]) for i in inputs)) or "an input"
    return [f"Out of date: {names} was changed after it was used; compute again before drawing."]


def _one(x: Any, wishes: Wishes) -> tuple[Subject, Trace | None, list[str]]:
    """Read a graph, and its trace if it has one."""
    drawn, recorded, notes = _read(x, wishes)
    if wishes.at is not None and recorded is None:
        raise DrawingError("draw: at=... is a moment of a trace; draw ag.trace(x)")
    if recorded and wishes.at is not None and not -1 <= wishes.at < len(recorded):
        raise DrawingError(f"draw: at={wishes.at}: the trace has {len(recorded)} events")
    readings = Readings(drawn, recorded, wishes.at)
    return _subject(drawn, readings, wishes), recorded, notes


def _read(x: Any, wishes: Wishes) -> tuple[Graph, Trace | None, list[str]]:
    if isinstance(x, Trace):
        return x.graph, x, []
    if isinstance(x, Graph):
        return x, None, []
    if not isinstance(x, Tensor):
        raise DrawingError(f"draw: expected a Tensor, Graph or Trace, not {type(x).__name__}")
    if x.requires_grad and x.size == 1:
        recorded = trace(x)
        return recorded.graph, recorded, []
    if not x.requires_grad and x.primitive is None:
        return graph(x), None, [UNRECORDED]
    if x.requires_grad and "gradients" in parts(wishes.show):
        note = (
            f"No gradients: the output has shape {x.shape}; "
            "give it a cotangent: ag.draw(ag.trace(y, cotangent))"
        )
        return graph(x), None, [note]
    return graph(x), None, []


def _both(x: Any, wishes: Wishes) -> tuple[Subject, Trace | None, list[str]]:
    """Read the forward and the backward pass of a tensor."""
    if not isinstance(x, Tensor):
        raise DrawingError(f"draw: backward=True draws a Tensor, not a {type(x).__name__}")
    if wishes.at is not None or wishes.direction not in ("LR", "RL"):
        raise DrawingError("draw: backward=True has no at=..., and its direction is LR or RL")
    if wishes.engine not in (None, "builtin"):
        raise DrawingError("draw: backward=True is laid out by engine='builtin' alone")
    passes = both_passes(x)
    recorded = trace(x)
    subject = _subject(passes.graph, Readings(passes.graph), wishes, passes.rule_of)
    ends = {
        id: [subject.words.gradient(leaf) for leaf in leaves]
        for id, leaves in passes.gradients.items()
    }
    ends[passes.graph.outputs[0]] = [""]
    return replace(subject, ends=ends), recorded, []


def _subject(
    drawn: Graph, readings: Readings, wishes: Wishes, rule_of: Mapping[int, int] | None = None
) -> Subject:
    hidden = written_into_gates(drawn)
    nodes = _seen(drawn, wishes) - hidden
    apart = rule_of or {}
    folding = fold(drawn, nodes, wishes.depth, wishes.budget, wishes.stack, apart)
    words = Words(drawn, wishes.digits)
    shown = parts(wishes.show)
    return Subject(drawn, readings, folding, nodes, shown, wishes.digits, words, apart)


def _seen(drawn: Graph, wishes: Wishes) -> set[int]:
    """Choose the nodes of the view."""
    seen = set(range(len(drawn)))
    if wishes.around is not None:
        seen &= around(drawn, find(drawn, wishes.around), wishes.steps)
    if wishes.path is not None:
        seen &= between(drawn, find(drawn, wishes.path), drawn.outputs)
    if not seen:
        raise DrawingError("draw: around= and path= have no node in common")
    return seen
