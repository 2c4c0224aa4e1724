"""Columns for two bands: a forward pass, and beneath it the backward pass that runs against it.

Wires are firm: each leads to a later column, but those of the backward band to an earlier one.  A
loose link from an operation to its rule, or from a saved value to the rule that
uses it, is a preference: the rule should stand further right, so that it comes to lie beneath.
"""

from __future__ import annotations

from collections.abc import Sequence

from autograd.viz.layout.layered import columns_of
from autograd.viz.layout.placement import Link, Vertex

Edges = list[tuple[int, int]]


def columns_in_bands(
    vertices: Sequence[Vertex], links: Sequence[Link], edges: Sequence[tuple[int, int]]
) -> list[int]:
    """Give every vertex a column that suits all wires, and preferences where they can be met."""
    firm = [
        (b, a) if vertices[a].band else (a, b)
        for link, (a, b) in zip(links, edges, strict=True)
        if not link.loose
    ]
    preferences = [pair for link, pair in zip(links, edges, strict=True) if link.loose]
    if not preferences:
        return columns_of(len(vertices), firm)
    firm += _satisfiable(len(vertices), firm, preferences)
    return _beneath(vertices, preferences, firm, columns_of(len(vertices), firm))


def _satisfiable(count: int, firm: Edges, preferences: Edges) -> Edges:
    """Choose preferences that together make no circle.

    Vertices are taken in an order that suits the wires.  One that waits for preferences
    alone is taken all the same when nothing else is left, and these preferences are given up.
    """
    after: list[list[tuple[int, bool]]] = [[] for _ in range(count)]
    waits = {False: [0] * count, True: [0] * count}
    for edges, preferred in ((firm, False), (preferences, True)):
        for a, b in edges:
            after[a].append((b, preferred))
            waits[preferred][b] += 1
    place: dict[int, int] = {}
    ready = [v for v in range(count) if not (waits[False][v] or waits[True][v])]
    held = [v for v in range(count) if waits[True][v] and not waits[False][v]]
    while ready or held:
        v = ready.pop() if ready else held.pop(0)
        if v in place:
            continue
        place[v] = len(place)
        for w, preferred in after[v]:
            waits[preferred][w] -= 1
            if not waits[False][w] and w not in place:
                (held if waits[True][w] else ready).append(w)
    return [(a, b) for a, b in preferences if place[a] < place[b]]


def _beneath(
    vertices: Sequence[Vertex], preferences: Edges, edges: Edges, columns: list[int]
) -> list[int]:
    """Move the backward band to the left, each operation beneath the one whose rule it is.

    What only waits for its turn there, a result and its numbers, stays beside what it comes from.
    """
    columns = list(columns)
    before: list[list[int]] = [[] for _ in vertices]
    after: list[list[int]] = [[] for _ in vertices]
    for a, b in edges:
        before[b].append(a)
        after[a].append(b)
    backward = sorted((i for i, v in enumerate(vertices) if v.band), key=columns.__getitem__)
    preferred = {b for _, b in preferences}
    free: set[int] = set()  # ends, and the numbers on the way to them
    for i in backward:
        if i not in preferred and free.issuperset(before[i]) and len(after[i]) == 1:
            free.add(i)
        columns[i] = max((columns[a] + 1 for a in before[i]), default=0)
    for i in reversed(backward):
        if i in free:
            columns[i] = min(columns[b] for b in after[i]) - 1
    return columns
