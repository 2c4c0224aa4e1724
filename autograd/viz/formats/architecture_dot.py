"""An architecture in the DOT language: a node for each closed box, a cluster for each open one."""

from __future__ import annotations

from typing import Any

from autograd.viz.formats.themes import Theme
from autograd.viz.layout.rows import Plan
from autograd.viz.model.architecture import Architecture, Box, sizes
from autograd.viz.model.brief import counted
from autograd.viz.model.families import family


def architecture_dot(architecture: Architecture, plan: Plan, theme: Theme) -> str:
    """Return DOT text of what a plan shows; it takes no Graphviz program to make it."""
    from graphviz import Digraph

    text = Digraph(
        "glassgrad",
        graph_attr={"rankdir": "LR", "bgcolor": theme["paper"], "fontname": "Helvetica"},
        node_attr={"fontname": "Helvetica", "color": theme["ink"], "fontcolor": theme["ink"]},
        edge_attr={"color": theme["wire"], "fontname": "Helvetica", "fontcolor": theme["soft"]},
    )
    _inside(text, architecture, plan, theme, None)
    for source, target, label in dict.fromkeys(_edges(architecture, plan)):
        text.edge(f"b{source}", f"b{target}", label=label)
    return str(text.source)


def _inside(
    text: Any, architecture: Architecture, plan: Plan, theme: Theme, frame: int | None
) -> None:
    """Write the boxes in a frame; frames among them become clusters."""
    for id in plan.boxes:
        box = architecture.boxes[id]
        if _frame(architecture, plan, id) != frame:
            continue
        if any(_frame(architecture, plan, other) == id for other in plan.boxes):
            with text.subgraph(name=f"cluster_{id}") as cluster:
                cluster.attr(label=_escaped(box.name), style="dashed", color=theme["frame"])
                _inside(cluster, architecture, plan, theme, id)
        else:
            text.node(f"b{id}", _label(box), shape="box", style="rounded", color=theme[family(box)])


def _frame(architecture: Architecture, plan: Plan, id: int) -> int | None:
    """Return the visible box around a box."""
    around = [other for other in architecture.ancestors(id)[:-1] if other in plan.boxes]
    return around[-1] if around else None


def _label(box: Box) -> str:
    parameters = f"  {counted(box.parameters)}" if box.parameters else ""
    lines = [box.name] if box.pill else [f"{box.name}  {box.kind}", sizes(box.shape) + parameters]
    return r"\n".join(map(_escaped, lines))


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', "'")


def _edges(architecture: Architecture, plan: Plan) -> Any:
    """Yield what each wire joins: the innermost visible boxes."""
    for edge in architecture.edges:
        ends = [
            [id for id in architecture.ancestors(box) if id in plan.boxes][-1]
            for box in (edge.source, edge.target)
        ]
        if ends[0] != ends[1]:
            yield ends[0], ends[1], edge.label
