"""The chain rule across a fold: the product of what is inside is what stands at its border.

A closed box has one local gradient for each of its inputs.  It is the sum, over all paths from the
output back to the input, of the products of the local gradients on the path.  For numbers it can be
written out, and a reader can see that closing the box has changed nothing.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import numpy as np

from autograd.ir.graph import Graph
from autograd.ir.number_format import show
from autograd.ir.snapshot import Snapshot
from autograd.viz.model.fold import Fold

FACTORS = 6  # that are written out

Edge = tuple[int, int]  # a node and the position of one of its inputs


@dataclass(frozen=True, slots=True, eq=False)
class Chain:
    """The local gradients inside a fold with one input and one output, all of them numbers.

    Attributes
    ----------
    entry, exit : int
        The node outside that the fold is computed from, and the node inside that leaves it.
    paths : list of list of (node, position)
        The edges along every path, from the entry to the exit.
    factors : list of list of float
        The local gradient of each of these edges.
    upstream, total : float
        The gradient of the exit, and the contribution of the fold to that of the entry.
    """

    entry: int
    exit: int
    paths: list[list[Edge]]
    factors: list[list[float]]
    upstream: float
    total: float

    @property
    def local(self) -> float:
        """d(exit)/d(entry): the sum over all paths of the products on them."""
        return sum(float(np.prod(factors)) for factors in self.factors)


def chain_of(graph: Graph, snapshot: Snapshot, fold: Fold, digits: int) -> str:
    """Write the local gradient of a fold as the product inside, where it has one input.

    Returns
    -------
    str
        Such as ``[-1.00 x 0.37 x 1.00 x -0.53 = 0.20] x [1.00] = 0.20``; empty if the fold holds
        arrays, has several inputs or outputs, or its gradients are not known yet.
    """
    chain = chain_in(graph, snapshot, fold)
    if chain is None:
        return ""
    written = " + ".join(" x ".join(show(f, digits) for f in path) for path in chain.factors)
    product = f"{written} = " if 1 < sum(map(len, chain.paths)) <= FACTORS else ""
    left = f"[{product}{show(chain.local, digits)}] x [{show(chain.upstream, digits)}]"
    return f"{left} = {show(chain.total, digits)}"


def chain_in(graph: Graph, snapshot: Snapshot, fold: Fold) -> Chain | None:
    """Return the local gradients inside a fold; None where `chain_of` writes nothing."""
    inside = set(fold.members)
    exits = [i for i in fold.members if _leaves(graph, i, inside)]
    entries = _entries(graph, snapshot, inside)
    if fold.count > 1 or len(exits) != 1 or len(entries) != 1:
        return None
    ((entry, edges),) = entries.items()
    upstream = snapshot.totals.get(exits[0])
    arrived = [snapshot.contributions.get(edge) for edge in edges]
    paths = _paths(graph, snapshot, exits[0], entry, inside)
    if upstream is None or any(a is None for a in arrived) or not paths:
        return None
    factors = [[float(snapshot.locals[edge]) for edge in path] for path in paths]
    total = sum(float(a) for a in arrived if a is not None)
    return Chain(entry, exits[0], paths, factors, float(upstream), total)


def _leaves(graph: Graph, node: int, inside: set[int]) -> bool:
    return node in graph.outputs or any(user not in inside for user, _ in graph.consumers(node))


def _entries(graph: Graph, snapshot: Snapshot, inside: set[int]) -> dict[int, list[Edge]]:
    """Find the nodes outside that get a gradient from inside, and along which edges."""
    entries = defaultdict(list)
    for id in sorted(inside):
        for position, source in enumerate(graph[id].inputs):
            if source not in inside and graph[source].requires_grad:
                entries[source].append((id, position))
    return entries


def _paths(
    graph: Graph, snapshot: Snapshot, exit: int, entry: int, inside: set[int]
) -> list[list[Edge]] | None:
    """List the edges along every path, from the entry to the exit; None if one has no number.

    A fold may hold more paths than can be walked, so the search gives up beyond a thousand.
    """
    found: list[list[Edge]] = []
    stack: list[tuple[int, list[Edge]]] = [(exit, [])]
    for _ in range(1000):
        if not stack:
            return found
        node, behind = stack.pop()
        for position, source in enumerate(graph[node].inputs):
            if (node, position) not in snapshot.contributions:
                continue
            local = snapshot.locals.get((node, position))
            if local is None or np.ndim(local) or np.ndim(graph[source].value):
                return None
            if source == entry:
                found.append([(node, position), *behind])
            elif source in inside:
                stack.append((source, [(node, position), *behind]))
    return None
