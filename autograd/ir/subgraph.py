"""Views of a part: the neighbourhood of one node, or the paths from a leaf to the output."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from operator import index
from typing import TypeAlias

from autograd.core.messages import one_line, plain, suggestion
from autograd.core.tensor import Tensor
from autograd.errors import DrawingError
from autograd.ir.graph import Graph
from autograd.ir.naming import Names

NodeLike: TypeAlias = Tensor | str | int  # a node itself, its name or its id


def find(graph: Graph, node: NodeLike, operation: str = "draw") -> int:
    """Return the id of a node that is given as a Tensor, an id or a name, also that of its card.

    Raises
    ------
    DrawingError
        If there is none, or several have the name.
    """
    if isinstance(node, Tensor):
        if node not in graph:
            raise DrawingError(f"{operation}: this tensor is not part of the graph")
        return graph.id_of(node)
    if isinstance(node, str):
        return _by_name(graph, node, operation)
    try:
        id = index(node) if not isinstance(node, bool) else -1
    except TypeError:
        id = -1
    if 0 <= id < len(graph):
        return id
    raise DrawingError(
        f"{operation}: {one_line(node)} is not a node; "
        f"give a tensor, a name, or an id below {len(graph)}"
    )


def _by_name(graph: Graph, name: str, operation: str) -> int:
    """Find a node by the name that the user gave it, or else by the one that cards give it."""
    found = [n.id for n in graph if n.name == name]
    if len(found) == 1:
        return found[0]
    if found:
        raise DrawingError(
            f"{operation}: {len(found)} nodes have the name {one_line(name)}; "
            f"give an id of {found[:6]}"
        )
    called = Names(graph, 2).find(name)
    if called is not None:
        return called
    names = [n.name for n in graph if n.name]
    known = f"; there are {', '.join(names[:8])}" if names else "; no node has a name"
    hint = plain(one_line(suggestion(name, names) or known, 200, str))
    raise DrawingError(f"{operation}: no node has the name {one_line(name)}{hint}")


def around(graph: Graph, node: int, steps: int) -> set[int]:
    """Return the nodes that are at most some steps away, in either direction."""
    found = frontier = {node}
    for _ in range(steps):
        near = {
            j
            for i in frontier
            for j in (*graph[i].inputs, *(user for user, _ in graph.consumers(i)))
        }
        frontier = near - found
        found = found | frontier
    return set(found)


def between(graph: Graph, start: int, ends: Iterable[int]) -> set[int]:
    """Return the nodes on a path from a node to one of some others.

    Raises
    ------
    DrawingError
        If there is no path.
    """
    ends = set(ends)
    later = _reached([start], lambda i: [user for user, _ in graph.consumers(i)])
    earlier = _reached(ends, lambda i: graph[i].inputs)
    path = later & earlier
    if not path:
        raise DrawingError(f"draw: no path leads from node {start} to {sorted(ends)}")
    return path


def _reached(start: Iterable[int], neighbours: Callable[[int], Iterable[int]]) -> set[int]:
    found = set(start)
    stack = list(found)
    while stack:
        for i in neighbours(stack.pop()):
            if i not in found:
                found.add(i)
                stack.append(i)
    return found
