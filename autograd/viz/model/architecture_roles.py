"""What the leaves of a graph are for an architecture: inputs, weights or constants in the boxes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from autograd.ir.graph import Graph, Node

# These move numbers and compute none.
STRUCTURAL = frozenset(
    (
        "astype",
        "broadcast_to",
        "expand_dims",
        "flip",
        "getitem",
        "reshape",
        "squeeze",
        "transpose",
        "where",
    )
)


@dataclass(frozen=True, slots=True)
class Roles:
    """The leaves that are inputs and those that are weights, the operations, and the data.

    ``data`` are the inputs and all operations but those that only move the numbers of weights, such
    as a transposition.  Rows of a weight that an array of indices picks, an embedding, are data.
    """

    inputs: tuple[int, ...]
    weights: tuple[int, ...]
    operations: tuple[int, ...]
    data: frozenset[int]


def roles(graph: Graph, inputs: Collection[int] | None = None) -> Roles:
    """Sort the nodes of a graph by their roles.

    Parameters
    ----------
    graph : Graph
    inputs : collection of int, optional
        The leaves that are inputs; by default they are found: parameters are weights, and what is
        not tracked is an input if an operation takes it first.
    """
    operations = tuple(n.id for n in graph if n.primitive is not None)
    leaves = [n for n in graph if n.primitive is None and not n.constant and graph.consumers(n.id)]
    learned = any(n.learned for n in leaves)
    found = [n.id for n in leaves if _is_input(graph, n, learned)] if inputs is None else inputs
    weights = _weights(leaves, found)
    data = _data(graph, found, weights)
    if inputs is None and not found and not data.intersection(operations):
        found = _constants(graph)
        data = _data(graph, found, weights)
    if not data.intersection(operations):
        found, weights = [n.id for n in graph if n.primitive is None and not n.constant], ()
        data = _data(graph, found, weights)
    return Roles(tuple(sorted(found)), weights, operations, frozenset(data))


def _weights(leaves: Iterable[Node], inputs: Collection[int]) -> tuple[int, ...]:
    return tuple(n.id for n in leaves if n.id not in inputs and (n.learned or n.requires_grad))


def _data(graph: Graph, inputs: Collection[int], weights: Collection[int]) -> set[int]:
    """Return the inputs, and the operations that do more than to move the numbers of weights."""
    data, prepared = set(inputs), set(weights)
    for node in graph:
        if node.primitive is None:
            continue
        (prepared if _prepares(node, prepared) else data).add(node.id)
    return data


def _prepares(node: Node, prepared: Collection[int]) -> bool:
    """Whether an operation only moves the numbers of weights."""
    moves = node.primitive is not None and node.primitive.name in STRUCTURAL
    return moves and not _picks(node) and all(x in prepared for x in node.inputs)


def _picks(node: Node) -> bool:
    """Whether an operation picks elements by indices in an array, as an embedding does."""
    index = node.params.get("index")
    parts = index if isinstance(index, tuple) else (index,)
    return any(isinstance(part, (np.ndarray, list)) for part in parts)


def _is_input(graph: Graph, node: Node, learned: bool) -> bool:
    if node.learned or (node.requires_grad and not learned and _beside_data(graph, node)):
        return False
    if node.requires_grad or (node.name and np.asarray(node.value).dtype.kind == "f"):
        return True
    return np.ndim(node.value) > 0 and any(k == 0 for _, k in graph.consumers(node.id))


def _beside_data(graph: Graph, node: Node) -> bool:
    """Whether some leaf is not tracked: then the tracked ones are what is learned."""
    leaves = (n for n in graph if n.primitive is None and not n.constant)
    return any(not n.requires_grad and np.ndim(n.value) for n in leaves)


def _constants(graph: Graph) -> list[int]:
    """Return the first array in the code, where nothing else is an input."""
    arrays = [n.id for n in graph if n.constant and np.ndim(n.value) and graph.consumers(n.id)]
    return arrays[:1]


def preparations(graph: Graph, found: Roles) -> tuple[dict[int, list[int]], list[int]]:
    """Find the operations that move weights, such as a transposition, by the one that they serve.

    Returns
    -------
    by_operation : dict from int to list of int
        In topological order, for every operation on data that some serve alone.
    others : list of int
    """
    serves: dict[int, int | None] = {}
    for id in reversed(found.operations):
        if id in found.data:
            continue
        users = {user if user in found.data else serves[user] for user, _ in graph.consumers(id)}
        serves[id] = users.pop() if len(users) == 1 else None
    by_operation: dict[int, list[int]] = {}
    for id in sorted(serves):
        user = serves[id]
        if user is not None:
            by_operation.setdefault(user, []).append(id)
    return by_operation, sorted(id for id, user in serves.items() if user is None)


def origins(graph: Graph, found: Roles) -> dict[int, tuple[int, ...]]:
    """Return the weights behind each weight, and behind what was only moved, as a transpose."""
    behind: dict[int, tuple[int, ...]] = {id: (id,) for id in found.weights}
    for id in (i for i in found.operations if i not in found.data):
        behind[id] = tuple(dict.fromkeys(w for x in graph[id].inputs for w in behind[x]))
    return behind


def users(graph: Graph, found: Roles, weight: int) -> Iterator[int]:
    """Yield the operations that compute with a weight, also transposed or in parts."""
    for user, _ in graph.consumers(weight):
        if user not in found.data and graph.consumers(user):
            yield from users(graph, found, user)
        else:
            yield user
