"""The built-in layout: boxes in columns, every wire from one column to a later one.

The method is Sugiyama's ("Methods for visual understanding of hierarchical system structures",
1981), in four steps.

1. *Columns.*  A box stands just before the first of its consumers, so that leaves are beside what
   uses them.  Columns are counted from the last one backwards.
2. *Long wires.*  A wire that passes columns gets a bend in each, and the wires of one source share
   their bends, like a bus.
3. *Order.*  Within a column, boxes are sorted by the median of their neighbours, column by column,
   to and fro, for as long as that removes crossings.
4. *Places.*  Neighbours are lined up into straight runs and packed, four times over, from each
   corner; the middle of the four is taken (Brandes and Koepf, "Fast and simple horizontal
   coordinate assignment", 2001).
"""

from __future__ import annotations

import statistics
from bisect import bisect_right, insort
from collections.abc import Callable, Sequence
from itertools import pairwise

Columns = list[list[int]]
Links = list[list[int]]
Gap = Callable[[int, int], float]  # between two neighbours, the upper one first

SWEEPS = 12


def columns_of(count: int, edges: Sequence[tuple[int, int]]) -> list[int]:
    """Return the column of each box, which is as near to its consumers as can be."""
    sources: Links = [[] for _ in range(count)]
    waiting = [0] * count
    for source, target in edges:
        sources[target].append(source)
        waiting[source] += 1
    column = [0] * count
    ready = [i for i in range(count) if not waiting[i]]
    while ready:
        target = ready.pop()
        for source in sources[target]:
            column[source] = max(column[source], column[target] + 1)
            waiting[source] -= 1
            if not waiting[source]:
                ready.append(source)
    last = max(column, default=0)
    return [last - c for c in column]


class Web:
    """Boxes and bends in columns, joined by links between neighbouring columns alone."""

    def __init__(self, column: list[int], edges: Sequence[tuple[int, int]]) -> None:
        count = len(column)
        self.boxes = count
        self.column = list(column)
        self.before: Links = [[] for _ in range(count)]
        self.after: Links = [[] for _ in range(count)]
        self.routes = self._bend(edges)
        self.columns = self._first_order(max(column, default=-1) + 1)

    def _bend(self, edges: Sequence[tuple[int, int]]) -> list[tuple[int, ...]]:
        """Give every long wire its bends; return the vertices that each wire passes."""
        trunks: dict[int, list[int]] = {}
        joined: set[tuple[int, int]] = set()
        routes = []
        for source, target in edges:
            trunk = trunks.setdefault(source, [source])
            reach = self.column[target] - self.column[source]
            while len(trunk) < reach:
                self.column.append(self.column[source] + len(trunk))
                self.before.append([])
                self.after.append([])
                trunk.append(len(self.column) - 1)
                self._join(trunk[-2], trunk[-1])
            if (trunk[reach - 1], target) not in joined:
                joined.add((trunk[reach - 1], target))
                self._join(trunk[reach - 1], target)
            routes.append((*trunk[:reach], target))
        return routes

    def _join(self, left: int, right: int) -> None:
        self.after[left].append(right)
        self.before[right].append(left)

    def _first_order(self, count: int) -> Columns:
        """Walk back from the last boxes, inputs in their order, and note who comes first."""
        columns: Columns = [[] for _ in range(count)]
        seen = [False] * len(self.column)
        stack = [v for v in reversed(range(self.boxes)) if not self.after[v]]
        while stack:
            v = stack.pop()
            if not seen[v]:
                seen[v] = True
                columns[self.column[v]].append(v)
                stack.extend(reversed(self.before[v]))
        return columns


def crossings(columns: Columns, after: Links) -> int:
    """Count the crossings of links: inversions of their right ends, sorted by their left ends."""
    total = 0
    for left, right in pairwise(columns):
        place = {v: i for i, v in enumerate(right)}
        seen: list[int] = []
        for v in left:
            ends = sorted(place[w] for w in after[v])
            total += sum(len(seen) - bisect_right(seen, end) for end in ends)
            for end in ends:
                insort(seen, end)
    return total


def untangle(web: Web) -> None:
    """Reorder the columns for fewer crossings; a good order that was given stays."""
    best, fewest = web.columns, crossings(web.columns, web.after)
    columns = [list(column) for column in best]
    worse = 0
    for sweep in range(SWEEPS):
        if fewest == 0 or worse > 3:
            break
        back = sweep % 2 == 0
        _sweep(columns, web.after if back else web.before, back)
        _swap_neighbours(columns, web)
        now = crossings(columns, web.after)
        worse += 1
        if now < fewest:
            best, fewest, worse = [list(column) for column in columns], now, 0
    web.columns = best


def _sweep(columns: Columns, links: Links, back: bool) -> None:
    order = list(reversed(columns)) if back else columns
    for fixed, column in pairwise(order):
        place = {v: float(i) for i, v in enumerate(fixed)}
        own = {v: i for i, v in enumerate(column)}
        median = {v: _median([place[w] for w in links[v]], own[v]) for v in column}
        column.sort(key=median.__getitem__)


def _median(places: list[float], otherwise: float) -> float:
    return statistics.median(places) if places else otherwise


def _swap_neighbours(columns: Columns, web: Web) -> None:
    """Exchange two boxes that stand beside each other wherever that removes crossings."""
    place = {v: i for column in columns for i, v in enumerate(column)}
    for column in columns:
        for _ in range(4):
            improved = False
            for i in range(len(column) - 1):
                v, w = column[i], column[i + 1]
                gain = sum(
                    _inversions(links[v], links[w], place) - _inversions(links[w], links[v], place)
                    for links in (web.before, web.after)
                )
                if gain > 0:
                    column[i], column[i + 1] = w, v
                    place[v], place[w] = i + 1, i
                    improved = True
            if not improved:
                break


def _inversions(upper: list[int], lower: list[int], place: dict[int, int]) -> int:
    ends = sorted(place[w] for w in lower)
    return sum(bisect_right(ends, place[v] - 1) for v in upper)


def places(web: Web, sizes: Sequence[float], gap: Gap) -> list[float]:
    """Return the coordinate of every box and bend across the columns."""
    if not sizes:
        return []
    crossed = _crossed_buses(web)
    four = []
    for rightwards in (True, False):
        for downwards in (True, False):
            columns = web.columns if rightwards else web.columns[::-1]
            columns = columns if downwards else [column[::-1] for column in columns]
            links = web.before if rightwards else web.after
            root = _runs(columns, links, crossed)
            xs = _pack(columns, root, sizes, gap, downwards)
            four.append(xs if downwards else [-x for x in xs])
    return _middle(four, sizes)


def _crossed_buses(web: Web) -> set[tuple[int, int]]:
    """Find the links that cross a bus between two of its bends: the bus shall stay straight."""
    crossed = set()
    for left, right in pairwise(web.columns):
        place = {v: i for i, v in enumerate(left)}
        scan, first = 0, 0
        for i, w in enumerate(right):
            inner = next((v for v in web.before[w] if v >= web.boxes and w >= web.boxes), None)
            if inner is None and i < len(right) - 1:
                continue
            last = place[inner] if inner is not None else len(left) - 1
            while scan <= i:
                u = right[scan]
                for v in web.before[u]:
                    is_inner = v >= web.boxes and u >= web.boxes
                    if not is_inner and not first <= place[v] <= last:
                        crossed.add((v, u))
                scan += 1
            first = last
    return crossed


def _runs(columns: Columns, links: Links, crossed: set[tuple[int, int]]) -> list[int]:
    """Line every vertex up with the median of its neighbours, where no other run is crossed."""
    count = len(links)
    root, follower = list(range(count)), list(range(count))
    for fixed, column in pairwise(columns):
        place = {v: i for i, v in enumerate(fixed)}
        limit = -1
        for v in column:
            near = sorted(links[v], key=place.__getitem__)
            for m in sorted({(len(near) - 1) // 2, len(near) // 2}) if near else ():
                u = near[m]
                free = follower[v] == v and (u, v) not in crossed and (v, u) not in crossed
                if free and place[u] > limit:
                    follower[u] = v
                    root[v] = root[u]
                    follower[v] = root[v]
                    limit = place[u]
    return root


def _pack(
    columns: Columns, root: list[int], sizes: Sequence[float], gap: Gap, down: bool
) -> list[float]:
    """Push the runs together from above, then let loose ones sink to what they are tied to."""
    below: dict[int, list[tuple[int, float]]] = {}
    waiting: dict[int, int] = {}
    for column in columns:
        for v in column:
            waiting.setdefault(root[v], 0)
        for u, v in pairwise(column):
            distance = (sizes[u] + sizes[v]) / 2 + (gap(u, v) if down else gap(v, u))
            below.setdefault(root[u], []).append((root[v], distance))
            waiting[root[v]] = waiting.get(root[v], 0) + 1
    x = dict.fromkeys(waiting, 0.0)
    order = [r for r, n in waiting.items() if n == 0]
    for r in order:
        for s, distance in below.get(r, ()):
            x[s] = max(x[s], x[r] + distance)
            waiting[s] -= 1
            if waiting[s] == 0:
                order.append(s)
    for r in reversed(order):
        if below.get(r):
            x[r] = max(x[r], min(x[s] - distance for s, distance in below[r]))
    return [x.get(r, 0.0) for r in root]


def _middle(four: list[list[float]], sizes: Sequence[float]) -> list[float]:
    """Align the four packings to the narrowest, and take the mean of the two in the middle."""
    lows = [min(x - s / 2 for x, s in zip(xs, sizes, strict=True)) for xs in four]
    highs = [max(x + s / 2 for x, s in zip(xs, sizes, strict=True)) for xs in four]
    narrowest = min(range(4), key=lambda i: highs[i] - lows[i])
    for i, xs in enumerate(four):
        upper = i % 2 == 0
        shift = lows[narrowest] - lows[i] if upper else highs[narrowest] - highs[i]
        four[i] = [x + shift for x in xs]
    middles = []
    for values in zip(*four, strict=True):
        _, a, b, _ = sorted(values)
        middles.append((a + b) / 2)
    return middles
