"""Graphviz as a layout engine: the program ``dot``, or the same library through pygraphviz.

Only sizes go in and only coordinates come out (``-Tjson``); what is drawn is the same with every
engine.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from autograd.core.messages import one_line
from autograd.errors import DrawingError, MissingError
from autograd.viz.layout.placement import FRAME, HEADING, MARGIN, Link, Placement, Point, Vertex
from autograd.viz.model.scopes import by_scope

PATIENCE = 60.0  # seconds


def place_with_dot(
    vertices: Sequence[Vertex], links: Sequence[Link], direction: str = "LR"
) -> Placement:
    """Place vertices with Graphviz's program.

    Raises
    ------
    MissingError
        If there is no ``dot`` on PATH.
    DrawingError
        If it fails, or takes more than a minute.
    """
    program = shutil.which("dot")
    if program is None:
        raise MissingError(
            "draw: no dot on PATH; install Graphviz (https://graphviz.org), or use engine='builtin'"
        )
    try:
        done = subprocess.run(
            [program, "-Tjson"],
            input=_source(vertices, links, direction).encode(),
            capture_output=True,
            check=True,
            timeout=PATIENCE,
        )
    except subprocess.TimeoutExpired:
        raise DrawingError(
            f"draw: dot took more than {PATIENCE:.0f} s; use engine='builtin'"
        ) from None
    except (OSError, subprocess.CalledProcessError) as error:
        reason = getattr(error, "stderr", None) or str(error).encode()
        said = one_line(reason.decode(errors="replace"), 200, str)
        raise DrawingError(f"draw: dot failed ({said}); use engine='builtin'") from None
    return read(done.stdout, vertices, links, "dot")


def place_with_pygraphviz(
    vertices: Sequence[Vertex], links: Sequence[Link], direction: str = "LR"
) -> Placement:
    """Place vertices with the Graphviz library that pygraphviz carries.

    Raises
    ------
    MissingError
        If pygraphviz is not installed.
    """
    try:
        import pygraphviz
    except ImportError:
        raise MissingError(
            "draw: engine 'pygraphviz' needs pygraphviz: pip install 'glassgrad[graphviz]'"
        ) from None
    drawn = pygraphviz.AGraph(string=_source(vertices, links, direction))
    try:
        answer = drawn.draw(format="json", prog="dot")
    finally:
        drawn.close()
    return read(answer, vertices, links, "pygraphviz")


def _source(vertices: Sequence[Vertex], links: Sequence[Link], direction: str) -> str:
    """Write the sizes as DOT; Graphviz counts in inches of 72 points, our pixels."""
    from graphviz import Digraph

    names = _names(vertices)
    enter, leave = {"LR": ("w", "e"), "RL": ("e", "w"), "TB": ("n", "s"), "BT": ("s", "n")}[
        direction
    ]
    plain = Digraph(
        "layout",
        graph_attr={
            "rankdir": direction,
            "ordering": "in",
            "nodesep": "0.13",
            "ranksep": "0.24",
            "splines": "true",
        },
        node_attr={"fixedsize": "true", "label": ""},
        edge_attr={"arrowhead": "none"},
    )
    plain.attr(labelloc="b" if direction == "BT" else "t")  # of clusters: always on top
    # Inputs stay outside of clusters: they stand in the columns of what comes before, and clusters
    # that share columns are put one above the other, like stairs.
    lifted = [replace(v, scopes=()) if v.is_input else v for v in vertices]
    _nodes(plain, lifted, names, depth=0)
    rounded = {v.id for v in vertices if _is_disc(v)}
    for link in links:
        head = "" if link.target in rounded else f":{enter}"
        plain.edge(f"{names[link.source]}:{leave}", f"{names[link.target]}{head}")
    return str(plain.source)


def _nodes(graph: Any, vertices: Sequence[Vertex], names: dict[str, str], depth: int) -> None:
    """Write the vertices, those of each scope in a cluster, so that its frame will be free."""
    here, scopes = by_scope(vertices, depth)
    for v in here:
        shape = "circle" if _is_disc(v) else "box"
        size = {"width": f"{v.width / 72:.4f}", "height": f"{v.height / 72:.4f}"}
        graph.node(names[v.id], shape=shape, **size)
    for inside in scopes.values():
        with graph.subgraph(name=f"cluster_{names[inside[0].id]}_{depth}") as cluster:
            cluster.attr(margin=f"{FRAME:.0f}", label=" ", fontsize=f"{HEADING * 0.7:.0f}")
            _nodes(cluster, inside, names, depth + 1)


def _is_disc(v: Vertex) -> bool:
    """Whether a circle is all there is, so that wires may meet it from any side."""
    return v.round and v.width == v.body_width and v.height == v.body_height


def _to_bodies(
    curve: tuple[Point, ...], source: Vertex, target: Vertex, centres: dict[str, Point]
) -> tuple[Point, ...]:
    """Lengthen a wire that ends at the captions of a vertex until it meets the body."""
    for v, end in ((source, 0), (target, -1)):
        x, y = curve[end]
        cx, cy = centres[v.id]
        if abs(x - cx) <= v.body_width / 2 + 1 and abs(y - cy) <= v.body_height / 2 + 1:
            continue
        goal = v.border_point((cx, cy), (x, y))
        curve = (goal, goal, (x, y), *curve) if end == 0 else (*curve, (x, y), goal, goal)
    return curve


def _names(vertices: Sequence[Vertex]) -> dict[str, str]:
    return {v.id: f"v{i}" for i, v in enumerate(vertices)}


def read(
    answer: bytes, vertices: Sequence[Vertex], links: Sequence[Link], engine: str
) -> Placement:
    """Read coordinates from Graphviz's JSON, whose y axis points upwards."""
    try:
        return _placement(json.loads(answer), vertices, links, engine)
    except (LookupError, TypeError, ValueError):
        raise DrawingError(
            f"draw: {engine} gave no coordinates that can be read; use engine='builtin'"
        ) from None


def _placement(
    found: dict[str, Any], vertices: Sequence[Vertex], links: Sequence[Link], engine: str
) -> Placement:
    _, _, width, height = (float(number) for number in found["bb"].split(","))

    def point(pos: str) -> Point:
        x, y = (float(number) for number in pos.split(","))
        return x + MARGIN, height - y + MARGIN

    names = _names(vertices)
    things = found.get("objects", ())  # vertices, and clusters, which have no position
    objects = {o["_gvid"]: o["name"] for o in things}
    positions = {o["name"]: point(o["pos"]) for o in things if "pos" in o}
    curves: dict[tuple[str, str], list[tuple[Point, ...]]] = {}
    for edge in sorted(found.get("edges", ()), key=lambda edge: edge["_gvid"]):
        ends = (objects[edge["tail"]], objects[edge["head"]])
        points = (p for p in edge["pos"].split() if p[0] not in "es")
        curves.setdefault(ends, []).append(tuple(map(point, points)))
    centres = {v.id: positions[names[v.id]] for v in vertices}
    by_id = {v.id: v for v in vertices}
    wires = tuple(
        _to_bodies(
            curves[names[link.source], names[link.target]].pop(0),
            by_id[link.source],
            by_id[link.target],
            centres,
        )
        for link in links
    )
    return Placement(width + 2 * MARGIN, height + 2 * MARGIN, centres, wires, engine)
