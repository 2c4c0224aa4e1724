"""The tree of scopes of a graph: which operations belong together, in the order of the data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from heapq import heapify, heappop, heappush
from typing import TypeAlias

import numpy as np

from autograd.core.scopes import FUNCTION, Scope
from autograd.ir.graph import Graph, Node

SPLICED = ("Sequential",)  # containers that have no frame: their parts stand in their place
REPEATS = 3  # from so many on, equal boxes in series are a stack


class Group:
    """One scope, or a stack of them, with what is inside: groups and ids of operations."""

    def __init__(self, name: str, kind: str = "", module: str = "", stack: bool = False) -> None:
        self.name = name
        self.kind = kind
        self.module = module
        self.is_stack = stack
        self.items: list[Item] = []
        self.prepared: list[int] = []  # operations on weights alone, which are no boxes

    def nodes(self) -> Iterator[int]:
        """Yield the operations inside."""
        yield from self.prepared
        for item in self.items:
            if isinstance(item, Group):
                yield from item.nodes()
            else:
                yield item


Item: TypeAlias = Group | int
Links: TypeAlias = dict[Group, dict["Item", set["Item"]]]


def tree(graph: Graph, operations: Iterable[int], prepared: Iterable[int]) -> Group:
    """Return a group without a name that holds all operations, sorted and simplified.

    Parameters
    ----------
    graph : Graph
    operations : iterable of int
        Those on data, which become items.
    prepared : iterable of int
        Those on weights alone that belong to no single operation.
    """
    root = Group("")
    groups: dict[Scope, Group] = {}
    around: dict[int, list[Group]] = {}
    for id in operations:
        chain = [root]
        for scope in graph[id].scope:
            if scope not in groups:
                groups[scope] = Group(scope.name, scope.kind, scope.module)
                chain[-1].items.append(groups[scope])
            chain.append(groups[scope])
        chain[-1].items.append(id)
        around[id] = chain
    for id in prepared:
        known = [groups[scope] for scope in graph[id].scope if scope in groups]
        [root, *known][-1].prepared.append(id)
    _arrange(graph, root, _links(graph, around))
    root.items = [_simplified(item) for item in root.items]
    return root


def _links(graph: Graph, around: dict[int, list[Group]]) -> Links:
    """Find which parts of each group get values from which others."""
    links: Links = {}
    for id, chain in around.items():
        for source in graph[id].inputs:
            if source not in around:
                continue
            ours: list[Item] = [*chain, id]
            theirs: list[Item] = [*around[source], source]
            k = next(k for k, (a, b) in enumerate(zip(ours, theirs, strict=False)) if a is not b)
            parent = ours[k - 1]
            assert isinstance(parent, Group)
            links.setdefault(parent, {}).setdefault(ours[k], set()).add(theirs[k])
    return links


def _arrange(graph: Graph, group: Group, links: Links) -> None:
    """Sort what is inside a group, and stack equal parts in series; the same inside of them."""
    before = links.get(group, {})
    group.items = _sorted(group.items, before)
    for item in group.items:
        if isinstance(item, Group):
            _arrange(graph, item, links)
    group.items = _stacked(graph, group, before)


def _first(item: Item) -> int:
    return min(item.nodes()) if isinstance(item, Group) else item


def _sorted(items: list[Item], before: dict[Item, set[Item]]) -> list[Item]:
    """Sort topologically; of those that are ready, the first in the code is next.

    Scopes that a path leaves and enters again stand in the order of the code.
    """
    places = {item: _first(item) for item in items}
    missing = {item: set(before.get(item, ())) for item in items}
    after: dict[Item, list[Item]] = {}
    for item in items:
        for source in missing[item]:
            after.setdefault(source, []).append(item)
    by_place = {place: item for item, place in places.items()}
    ready = [places[item] for item in items if not missing[item]]
    heapify(ready)
    order: list[Item] = []
    left = dict.fromkeys(sorted(items, key=places.__getitem__))
    while left:
        item = by_place[heappop(ready)] if ready else next(iter(left))
        if item not in left:
            continue
        del left[item]
        order.append(item)
        for target in after.get(item, ()):
            missing[target].discard(item)
            if not missing[target]:
                heappush(ready, places[target])
    return order


def _stacked(graph: Graph, group: Group, before: dict[Item, set[Item]]) -> list[Item]:
    """Put three or more equal neighbours in series into a stack."""
    result: list[Item] = []
    run: list[Item] = []
    for item in [*group.items, None]:
        if item is not None and run and _follows(graph, run[-1], item, before):
            run.append(item)
            continue
        result += [_stack(run)] if len(run) >= REPEATS else run
        run = [item] if item is not None else []
    return result


def _follows(graph: Graph, item: Item, after: Item, before: dict[Item, set[Item]]) -> bool:
    """Whether a part is equal to the one before it, and gets values from that alone."""
    if not isinstance(item, Group) or not isinstance(after, Group):
        return False
    if not item.kind or item.kind != after.kind or before.get(after) != {item}:
        return False
    users = [other for other, sources in before.items() if item in sources]
    return users == [after] and _signature(graph, item) == _signature(graph, after)


def _signature(graph: Graph, group: Group) -> list[tuple[object, ...]]:
    """Describe what is inside and how it hangs together, so that equal insides are equal."""
    nodes = sorted(group.nodes())
    place = {id: k for k, id in enumerate(nodes)}
    return [
        (
            graph[i].primitive,
            getattr(graph[i].value, "shape", ()),
            _comparable(graph[i].params),
            tuple(place[x] if x in place else _number(graph[x]) for x in graph[i].inputs),
        )
        for i in nodes
    ]


def _number(node: Node) -> object:
    """Return the value of a number in the code; what else comes from outside may differ."""
    return (
        _comparable(np.asarray(node.value)) if node.constant and not np.ndim(node.value) else None
    )


def _comparable(x: object) -> object:
    """Return something that is equal where options of operations are."""
    if isinstance(x, np.ndarray):
        return x.dtype.str, x.shape, x.tobytes()
    if isinstance(x, Mapping):
        return tuple((key, _comparable(part)) for key, part in sorted(x.items()))
    if isinstance(x, (list, tuple)):
        return tuple(map(_comparable, x))
    return type(x) if type(x).__eq__ is object.__eq__ else x  # such as a function


def _stack(run: list[Item]) -> Group:
    """Return a stack; of ``layer3.1`` to ``layer3.35`` its name is ``layer3.1-35``."""
    groups = [item for item in run if isinstance(item, Group)]
    first, last = groups[0], groups[-1]
    end = (last.module or last.name).rpartition(".")[2].rpartition(" ")[2]
    begin = first.module or first.name
    stack = Group(f"{begin}-{end}" if begin != (last.module or last.name) else begin, first.kind)
    stack.is_stack, stack.module = True, stack.name if first.module else ""
    stack.items = run
    return stack


def _simplified(item: Item) -> Item:
    """Let a scope that holds one scope alone be one box, with the name of the outer one."""
    if not isinstance(item, Group):
        return item
    item.items = [_simplified(inner) for inner in item.items]
    if len(item.items) > 1 or not isinstance(item.items[0], Group):
        return item
    inner = item.items[0]
    if not item.kind or item.kind == FUNCTION or item.kind in SPLICED:
        item.kind, item.is_stack = inner.kind or item.kind, inner.is_stack
    item.items = inner.items
    item.prepared += inner.prepared
    return item
