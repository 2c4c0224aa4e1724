"""The chain rule across a fold: the product of what is inside is what stands at its border.

A closed box has one local gradient for each of its inputs.  It is the sum, over all paths from the
output back to the input, of the products of the local gradients on the path.  For numbers it can be
written out, and a reader can see that closing the box has changed nothing.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np

from autograd.draw.fold import Fold
from autograd.draw.numbers import show
from autograd.draw.readings import Readings
from autograd.graph import Graph

FACTORS = 6  # that are written out


def chain_of(graph: Graph, readings: Readings, fold: Fold, digits: int) -> str:
    """Write the local gradient of a fold as the product inside, where it has one input.

    Returns
    -------
    str
        Such as ``[-1.00 x 0.37 x 1.00 x -0.53 = 0.20] x [1.00] = 0.20``; empty if the fold holds
        arrays, has several inputs or outputs, or its gradients are not known yet.
    """
    inside = set(fold.members)
    exits = [i for i in fold.members if _leaves(graph, i, inside)]
    entries = _entries(graph, readings, inside)
    if fold.count > 1 or len(exits) != 1 or len(entries) != 1:
        return ""
    ((entry, edges),) = entries.items()
    upstream = readings.totals.get(exits[0])
    arrived = [readings.contributions.get(edge) for edge in edges]
    paths = _paths(graph, readings, exits[0], entry, inside)
    if upstream is None or any(a is None for a in arrived) or paths is None:
        return ""
    local = sum(float(np.prod([float(f) for f in path])) for path in paths)
    total = sum(float(a) for a in arrived if a is not None)
    written = " + ".join(" x ".join(show(f, digits) for f in path) for path in paths)
    product = f"{written} = " if 1 < sum(map(len, paths)) <= FACTORS else ""
    left = f"[{product}{show(local, digits)}] x [{show(upstream, digits)}]"
    return f"{left} = {show(total, digits)}"


def _leaves(graph: Graph, node: int, inside: set[int]) -> bool:
    return node in graph.outputs or any(user not in inside for user, _ in graph.consumers(node))


def _entries(
    graph: Graph, readings: Readings, inside: set[int]
) -> dict[int, list[tuple[int, int]]]:
    """Find the nodes outside that get a gradient from inside, and along which edges."""
    entries = defaultdict(list)
    for id in sorted(inside):
        for position, source in enumerate(graph[id].inputs):
            if source not in inside and graph[source].requires_grad:
                entries[source].append((id, position))
    return entries


def _paths(
    graph: Graph, readings: Readings, exit: int, entry: int, inside: set[int]
) -> list[list[Any]] | None:
    """List the local gradients along every path, from the entry to the exit; None if unknown.

    A fold may hold more paths than can be walked, so the search gives up beyond a thousand.
    """
    found: list[list[Any]] = []
    stack: list[tuple[int, list[Any]]] = [(exit, [])]
    for _ in range(1000):
        if not stack:
            return found
        node, factors = stack.pop()
        for position, source in enumerate(graph[node].inputs):
            if (node, position) not in readings.contributions:
                continue
            local = readings.locals.get((node, position))
            if local is None or np.ndim(local) or np.ndim(graph[source].value):
                return None
            if source == entry:
                found.append([local, *factors])
            elif source in inside:
                stack.append((source, [local, *factors]))
    return None
