"""A graph in the DOT language, with the look of the lecture.

Operations are circles with the labels of their gates, leaves are bold names.  On each wire stands
the value in green above the gradient in red italics, the pair being a small node of its own; the
gradient is blank while it has not been computed.  Where a value is used several times, each wire
shows the contribution that came back along it.
"""

from __future__ import annotations

from html import escape
from typing import Any

from autograd.draw.numbers import show
from autograd.draw.text import plain
from autograd.graph import Graph, Node
from autograd.trace import Trace

VALUE = "#0a7d32"
GRADIENT = "#c1121f"


def dot(graph: Graph, trace: Trace | None = None, digits: int = 2) -> str:
    """Return DOT text; it takes no Graphviz program to make it.

    Parameters
    ----------
    graph : Graph
    trace : Trace, optional
        Of the same graph; without it gradients stay blank.
    digits : int
        Digits after the point.

    Returns
    -------
    str

    Examples
    --------
    >>> import autograd as ag
    >>> print(dot(ag.graph(ag.tensor(1.0, name="x"))).splitlines()[0])
    digraph glassgrad {
    """
    from graphviz import Digraph

    picture = Digraph(
        "glassgrad",
        graph_attr={"rankdir": "LR", "ordering": "in"},
        node_attr={"fontname": "Helvetica"},
    )
    contributions = _contributions(trace)
    hidden = _written_into_gates(graph)
    for node in graph:
        if node.id in hidden:
            continue
        if node.primitive is None:
            picture.node(f"n{node.id}", _bold(node), shape="plaintext")
        else:
            named = {"xlabel": _quoted(node.name)} if node.name else {}
            picture.node(f"n{node.id}", _quoted(node.gate), shape="circle", **named)
        for position, source in enumerate(node.inputs):
            if source not in hidden:
                wire = f"w{node.id}_{position}"
                _wire(picture, wire, graph[source], contributions.get((node.id, position)), digits)
                picture.edge(f"n{source}", wire, arrowhead="none")
                picture.edge(wire, f"n{node.id}")
    for number, output in enumerate(graph.outputs):
        seed = trace.gradient(output) if trace else None
        _wire(picture, f"out{number}", graph[output], seed, digits)
        picture.edge(f"n{output}", f"out{number}")
    return str(picture.source)


def _contributions(trace: Trace | None) -> dict[tuple[int, int], Any]:
    if trace is None:
        return {}
    return {
        (e.node, e.position): e.value for e in trace if e.kind == "vjp" and e.position is not None
    }


def _written_into_gates(graph: Graph) -> set[int]:
    """Find the constants that a gate's label shows already, such as ``+1``."""
    return {
        i
        for node in graph
        if node.primitive is not None and node.gate != node.primitive.symbol
        for i in node.inputs
        if graph[i].constant
    }


def _wire(picture: Any, name: str, source: Node, gradient: Any, digits: int) -> None:
    value = escape(show(source.value, digits))
    shown = "&nbsp;" if gradient is None else f"<I>{escape(show(gradient, digits))}</I>"
    label = (
        '<<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0">'
        f'<TR><TD><FONT COLOR="{VALUE}">{value}</FONT></TD></TR><HR/>'
        f'<TR><TD><FONT COLOR="{GRADIENT}">{shown}</FONT></TD></TR></TABLE>>'
    )
    picture.node(name, label, shape="plaintext")


def _bold(node: Node) -> str:
    return f"<<B>{escape(plain(node.label))}</B>>"


def _quoted(label: str) -> str:
    from graphviz import escape as quoted

    return quoted(plain(label))  # type: ignore[no-any-return]
