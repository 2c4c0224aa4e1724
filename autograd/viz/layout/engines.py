"""Choosing a layout engine: the best available."""

from __future__ import annotations

import importlib.util
import shutil
from collections.abc import Callable, Sequence

from autograd.core.messages import suggestion
from autograd.errors import DrawingError
from autograd.viz.layout import builtin, graphviz
from autograd.viz.layout.placement import Link, Placement, Vertex

Engine = Callable[[Sequence[Vertex], Sequence[Link], str], Placement]

ENGINES: dict[str, Engine] = {
    "dot": graphviz.place_with_dot,
    "pygraphviz": graphviz.place_with_pygraphviz,
    "builtin": builtin.place,
}

# Beyond so many vertices Graphviz takes seconds, and the built-in layout does not.
LARGE = 400


def available() -> list[str]:
    """Return the names of the engines that can be used here, the best first."""
    found = ["dot"] if shutil.which("dot") else []
    found += ["pygraphviz"] if importlib.util.find_spec("pygraphviz") else []
    return [*found, "builtin"]


def place(
    vertices: Sequence[Vertex], links: Sequence[Link], direction: str, engine: str | None
) -> Placement:
    """Place vertices with the given engine, or else with the best available.

    Only the built-in layout has two bands, and large scenes are left to it.  It also takes over
    where no engine was given and Graphviz fails.
    """
    if engine is not None:
        return ENGINES[check(engine)](vertices, links, direction)
    banded = any(v.band for v in vertices)
    for name in available() if len(vertices) <= LARGE and not banded else []:
        try:
            return ENGINES[name](vertices, links, direction)
        except DrawingError:
            continue
    return builtin.place(vertices, links, direction)


def check(engine: str) -> str:
    """Refuse an engine that does not exist."""
    if not isinstance(engine, str) or engine not in ENGINES:
        raise DrawingError(
            f"draw: engine={engine!r} is none of {', '.join(ENGINES)}{suggestion(engine, ENGINES)}"
        )
    return engine
