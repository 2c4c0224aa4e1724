"""A scene in the DOT language, for Graphviz and everything that reads it.

The pair of value and gradient on a wire is a small node of its own, a table of two rows with a rule
between, so that Graphviz makes room for it.
"""

from __future__ import annotations

from html import escape
from typing import Any

from autograd.core.messages import plain
from autograd.ir.number_format import show
from autograd.viz.formats.themes import Theme
from autograd.viz.model.scene import Box, Scene, Wire
from autograd.viz.model.scopes import by_scope
from autograd.viz.model.text_metrics import shorten
from autograd.viz.render.wires import rules_of


def dot(scene: Scene, theme: Theme, direction: str = "LR") -> str:
    """Return DOT text; it takes no Graphviz program to make it.

    Parameters
    ----------
    scene : Scene
    theme : Theme
        The colours of the roles.
    direction : {"LR", "RL", "TB", "BT"}

    Returns
    -------
    str

    Examples
    --------
    >>> import autograd as ag
    >>> print(ag.draw(ag.tensor(1.0, name="x")).dot.splitlines()[0])
    digraph glassgrad {
    """
    from graphviz import Digraph

    text = Digraph(
        "glassgrad",
        graph_attr={"rankdir": direction, "ordering": "in", "bgcolor": theme["paper"]},
        node_attr={"fontname": "Helvetica", "color": theme["ink"], "fontcolor": theme["ink"]},
        edge_attr={"color": theme["wire"]},
    )
    if scene.notes:
        text.attr(label=_quoted("\n".join(scene.notes)), fontname="Helvetica", fontsize="11")
    _boxes(text, scene, theme, list(scene.boxes), depth=0)
    for wire in scene.wires:
        if wire.kind == "saved":
            style = {"style": "dashed", "color": theme["saved"], "constraint": "false"}
            text.edge(wire.source, wire.target, **style)
        else:
            pair = f"pair_{wire.id.replace('-', '_')}"
            text.node(pair, _pair(wire, scene, theme), shape="plaintext")
            text.edge(wire.source, pair, arrowhead="none")
            text.edge(pair, wire.target)
    dotted = {"style": "dotted", "arrowhead": "none", "constraint": "false", "color": theme["soft"]}
    for operation, rule in rules_of(scene).items():
        text.edge(operation, rule[0], **dotted)
    return str(text.source)


def _boxes(text: Any, scene: Scene, theme: Theme, boxes: list[Box], depth: int) -> None:
    """Write boxes, those of each open scope in a cluster of its own."""
    here, scopes = by_scope(boxes, depth)
    for box in here:
        _box(text, box, scene, theme)
    for scope, inside in scopes.items():
        with text.subgraph(name=f"cluster_{inside[0].id}_{depth}") as cluster:
            name = _quoted(shorten(scope.name, 40))
            cluster.attr(label=name, style="dashed", color=theme["frame"])
            cluster.attr(fontname="Helvetica", fontsize="11", fontcolor=theme["soft"])
            _boxes(cluster, scene, theme, inside, depth + 1)


def _box(text: Any, box: Box, scene: Scene, theme: Theme) -> None:
    beside = _captions(box, scene, theme)
    label = shorten(box.label, 40)
    match box.kind:
        case "gate":
            text.node(box.id, _quoted(label), shape="circle", **beside)
        case "fold":
            lines = [label, *box.lines, *([box.chain] if box.chain else [])]
            fold = {"shape": "box3d" if box.count > 1 else "box", "fillcolor": theme["fold"]}
            text.node(box.id, _quoted("\n".join(lines)), style="filled", **fold, **beside)
        case "end" | "more":
            text.node(box.id, _quoted(label), shape="plaintext" if label else "point")
        case "constant":
            text.node(box.id, _quoted(label), shape="plaintext", fontcolor=theme["soft"])
        case _:
            text.node(box.id, f"<<B>{escape(label)}</B>>", shape="plaintext", **beside)


def _captions(box: Box, scene: Scene, theme: Theme) -> dict[str, str]:
    """Return what stands beside a box: its name, where numbers went wrong, a sum."""
    lines = [f"<B>{escape(part)}</B>" for part in (shorten(box.name), box.badge) if part]
    if box.sum is not None:
        total = escape(show(box.sum, scene.digits))
        lines.append(f'<FONT COLOR="{theme["gradient"]}"><I>Σ {total}</I></FONT>')
    return {"xlabel": f"<{'<BR/>'.join(lines)}>"} if lines else {}


def _pair(wire: Wire, scene: Scene, theme: Theme) -> str:
    if wire.kind == "bundle" or not wire.roles:
        return _quoted(wire.label)
    rows = [
        f'<TR><TD><FONT COLOR="{theme[role]}">{_half(wire, role, scene.digits)}</FONT></TD></TR>'
        for role in wire.roles
    ]
    table = '<<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0">'
    return f"{table}{'<HR/>'.join(rows)}</TABLE>>"


def _half(wire: Wire, role: str, digits: int) -> str:
    number = getattr(wire, role)
    if number is None:
        return "&nbsp;"
    shown = escape(show(number, digits))
    return f"<I>{shown}</I>" if role == "gradient" else shown


def _quoted(label: str) -> str:
    from graphviz import escape as quoted
    from graphviz import nohtml

    return nohtml("\\n".join(quoted(plain(line)) for line in label.split("\n")))  # type: ignore[no-any-return]
