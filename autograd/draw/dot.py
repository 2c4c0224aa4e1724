"""A picture in the DOT language, for Graphviz and everything that reads it.

The pair of value and gradient on a wire is a small node of its own, a table of two rows with a rule
between, so that Graphviz makes room for it.
"""

from __future__ import annotations

from html import escape
from typing import Any

from autograd.draw.numbers import show
from autograd.draw.picture import Box, Picture, Wire
from autograd.draw.themes import Theme
from autograd.draw.words import plain


def dot(picture: Picture, theme: Theme, direction: str = "LR") -> str:
    """Return DOT text; it takes no Graphviz program to make it.

    Parameters
    ----------
    picture : Picture
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
    if picture.notes:
        text.attr(label=_quoted("\n".join(picture.notes)), fontname="Helvetica", fontsize="11")
    for box in picture.boxes:
        _box(text, box, picture, theme)
    for wire in picture.wires:
        if wire.kind == "saved":
            text.edge(
                wire.source, wire.target, style="dashed", color=theme["saved"], constraint="false"
            )
        else:
            pair = _pair_name(wire)
            text.node(pair, _pair(wire, picture, theme), shape="plaintext")
            text.edge(wire.source, pair, arrowhead="none")
            text.edge(pair, wire.target)
    return str(text.source)


def _pair_name(wire: Wire) -> str:
    return f"pair_{wire.id.replace('-', '_')}"


def _box(text: Any, box: Box, picture: Picture, theme: Theme) -> None:
    below = [] if box.sum is None else [f"Σ {show(box.sum, picture.digits)}"]
    if box.badge:
        below.append(box.badge)
    beside = {"xlabel": _quoted("\n".join([*([box.name] if box.name else []), *below]))}
    beside = beside if box.name or below else {}
    match box.kind:
        case "gate":
            text.node(box.id, _quoted(box.label), shape="circle", **beside)
        case "fold":
            label = _quoted("\n".join([box.label, *box.lines, *([box.chain] if box.chain else [])]))
            fold = {"shape": "box3d" if box.count > 1 else "box", "fillcolor": theme["fold"]}
            text.node(box.id, label, style="filled", **fold, **beside)
        case "end" | "more":
            text.node(box.id, _quoted(box.label), shape="plaintext" if box.label else "point")
        case _:
            label = f"<<B>{escape(plain(box.label))}</B>>" if box.label else '""'
            text.node(box.id, label, shape="plaintext", **beside)


def _pair(wire: Wire, picture: Picture, theme: Theme) -> str:
    if wire.kind == "bundle" or not wire.roles:
        return _quoted(wire.label)
    rows = [
        f'<TR><TD><FONT COLOR="{theme[role]}">{_half(wire, role, picture.digits)}</FONT></TD></TR>'
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
