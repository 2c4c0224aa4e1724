"""Readers: which boxes read what, to tell whether equal boxes are used in the same way."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any

from autograd.ir.graph import Graph, Node


class Readers:
    """What boxes read and are read by; a leaf that one box alone reads is part of it.

    Parameters
    ----------
    graph : Graph
    picked : iterable of Node
        Those that are drawn.
    owner : mapping from int to box
        Of nodes that share one.
    """

    def __init__(self, graph: Graph, picked: Iterable[Node], owner: Mapping[int, Hashable]) -> None:
        self._graph = graph
        self._owner = owner
        self._sources: dict[Hashable, set[Hashable]] = defaultdict(set)
        self._users: dict[Hashable, set[Hashable]] = defaultdict(set)
        for node in picked:
            for source in map(graph.__getitem__, node.inputs):
                self._note(source, node)

    def _note(self, source: Node, user: Node) -> None:
        before, after = self._owner.get(source.id), self._owner.get(user.id)
        if source.constant or (before is after and before is not None) or self._is_private(source):
            return
        if after is not None:
            self._sources[after].add(before or source.id)
        if before is not None:
            self._users[before].add(after or self._whole_sum(user.id))

    def _is_private(self, node: Node) -> bool:
        users = {self._owner.get(user) or user for user, _ in self._graph.consumers(node.id)}
        return node.primitive is None and len(users) == 1

    def _whole_sum(self, id: int) -> int:
        """Return the last of the additions that add up one sum."""
        while self._adds(id):
            following = self._graph.consumers(id)
            if len(following) != 1 or not self._adds(following[0][0]):
                break
            ((id, _),) = following
        return id

    def _adds(self, id: int) -> bool:
        made_by = self._graph[id].primitive
        return made_by is not None and made_by.symbol == "+" and id not in self._owner

    def is_chain(self, run: Sequence[Hashable]) -> bool:
        """Whether each box reads the one before it, and all else around them is the same."""
        inside = set(run)
        joined = all(before in self._sources[after] for before, after in pairwise(run))
        reads = [self._sources[f] - inside for f in run[1:]]
        are_read = [self._users[f] - inside for f in run[:-1]]
        return joined and _all_equal(reads) and _all_equal(are_read)

    def are_siblings(self, run: Sequence[Hashable]) -> bool:
        """Whether all boxes read the same and are read by the same."""
        return _all_equal([(self._sources[f], self._users[f]) for f in run])


def _all_equal(items: list[Any]) -> bool:
    return all(item == items[0] for item in items)
