"""Folding: which operations share a box.

Every call of a composed function and every ``with ag.scope(...)`` block is a scope, and scopes
nest.  At depth 0 all of them are closed, each one box; at depth 1 the outermost are open, and so
on.  Without a given depth, the deepest is taken at which the drawing stays within its budget
of boxes.  If closing scopes is not enough, boxes that follow one another share one.

A set of operations may be one box only if no path leaves it and comes back, or the boxes would wait
for one another in a circle.  Folding changes what is drawn, never a number.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Hashable, Iterable
from dataclasses import dataclass, replace

from autograd.core.scopes import Scope
from autograd.ir.graph import Graph, Node
from autograd.viz.model.readers import Readers

REPEATS = 3  # from so many on, equal boxes of one name are stacked
COARSE = 4  # runs without names are only worth their space if they are few
PRIVATE = 4  # more leaves than these, used by one box alone, go into it when space is short


@dataclass(frozen=True, slots=True, eq=False)
class Fold:
    """A box that stands for several nodes.

    Attributes
    ----------
    name : str
        That of the scope; empty for a run of operations without one.
    members : tuple of int
        The nodes inside, in topological order.
    scopes : tuple of Scope
        The open scopes around it, from the outermost to the innermost.
    parts : tuple of tuple of int
        The members of each of the equal scopes that are stacked here; empty if it is not a stack.
    """

    name: str
    members: tuple[int, ...]
    scopes: tuple[Scope, ...]
    parts: tuple[tuple[int, ...], ...] = ()

    @property
    def count(self) -> int:
        """How many equal scopes are stacked here."""
        return max(1, len(self.parts))


# Boxes, folds or single nodes, and the boxes that each leads to.
Joined = dict[Fold | int, dict[Fold | int, None]]


@dataclass(frozen=True, slots=True, eq=False)
class Folding:
    """Which fold each node is in; nodes not named are boxes.

    ``level`` says how many levels of scopes are open, ``note`` what was folded.
    """

    owner: dict[int, Fold]
    level: int
    note: str = ""


def fold(
    graph: Graph,
    nodes: Collection[int],
    depth: int | None,
    budget: int | None,
    stack: bool,
    apart: Collection[int] = (),
) -> Folding:
    """Choose which nodes share a box.

    Parameters
    ----------
    graph : Graph
    nodes : collection of int
        Those that are drawn.
    depth : int, optional
        How many levels of scopes may be open; by default as many as the budget allows.
    budget : int, optional
        The largest number of boxes; None for any.
    stack : bool
        Whether equal closed scopes become one box with their number on it.
    apart : collection of int
        Nodes that share no box with others: those of a backward pass.
    """
    picked = [graph[i] for i in sorted(nodes)]
    levels = max((len(n.scope) for n in picked), default=0)
    deepest = levels if depth is None else min(depth, levels)
    most = len(picked) if budget is None else budget
    folds: list[Fold] = []
    for absorb in (False, True):
        for level in range(deepest, -1, -1):
            folds = _at_depth(graph, picked, level, stack, absorb)
            if _boxes(picked, folds) <= most:
                given = level == deepest < levels
                note = "" if given else _note(graph, folds)
                return Folding(_owners(folds), level, note)
    boxes = most // COARSE
    runs = _runs(picked, folds, boxes, apart)
    while boxes > COARSE and _wires(picked, runs) > most:
        boxes //= 2
        runs = _runs(picked, folds, boxes, apart)
    return Folding(_owners(runs), 0, _note(graph, runs) + "; ag.scope(name) would name them")


def _owners(folds: Iterable[Fold]) -> dict[int, Fold]:
    return {i: fold for fold in folds for i in fold.members}


def _boxes(picked: list[Node], folds: list[Fold]) -> int:
    return len(picked) - sum(len(f.members) - 1 for f in folds)


def _note(graph: Graph, folds: list[Fold]) -> str:
    """Say what the reader does not see."""
    inside = sum(graph[i].primitive is not None for f in folds for i in f.members)
    if not inside:
        return ""
    total = sum(n.primitive is not None for n in graph)
    names = list(dict.fromkeys(f.name for f in folds if f.name))
    listed = ", ".join(names[:4]) + (", …" if len(names) > 4 else "")
    where = f" ({listed})" if listed else ""
    boxes = "1 box" if len(folds) == 1 else f"{len(folds)} boxes"
    return f"Folded: {inside} of {total} operations are in {boxes}{where}; budget=None opens all"


def _at_depth(
    graph: Graph, picked: list[Node], level: int, stack: bool, absorb: bool
) -> list[Fold]:
    """Close every scope below a level."""
    members: dict[Scope, list[int]] = defaultdict(list)
    for node in picked:
        scopes = _scopes_of(graph, node)
        if len(scopes) > level and not _is_leaf(node):
            members[scopes[level]].append(node.id)
    folds = [
        Fold(scope.name, tuple(ids), tuple(reversed(list(scope.lineage())))[:-1])
        for scope, ids in members.items()
        if any(graph[i].primitive is not None for i in ids)
    ]
    folds = _without_circles(picked, folds)
    folds = _stacked(graph, picked, folds) if stack else folds
    return _with_leaves(graph, picked, folds, absorb)


def _scopes_of(graph: Graph, node: Node) -> tuple[Scope, ...]:
    """Return the scopes of a node; a constant belongs where it is used."""
    if not node.constant:
        return node.scope
    ((user, _), *_) = graph.consumers(node.id)
    return graph[user].scope


def _is_leaf(node: Node) -> bool:
    return node.primitive is None and not node.constant


def _with_leaves(graph: Graph, picked: list[Node], folds: list[Fold], absorb: bool) -> list[Fold]:
    """Put the leaves that one fold alone uses into it.

    A weight and its gradient are worth seeing, so this is done for the weights that every scope of
    a stack has of its own, and otherwise only where there are many and space is short.
    """
    owner = _owners(folds)
    private: dict[Fold, list[int]] = defaultdict(list)
    for node in filter(_is_leaf, picked):
        users = {owner.get(user) for user, _ in graph.consumers(node.id)}
        user = users.pop() if len(users) == 1 else None
        if user is not None:
            private[user].append(node.id)
    result = []
    for f in folds:
        many = absorb and len(private[f]) > PRIVATE
        own = set(private[f]) if many else _repeated(graph, f) & set(private[f])
        result.append(replace(f, members=tuple(sorted({*f.members, *own}))))
    return result


def _repeated(graph: Graph, f: Fold) -> set[int]:
    """Find the leaves that each scope of a stack has of its own at the same place."""
    if not f.parts:
        return set()
    inputs = [[source for i in part for source in graph[i].inputs] for part in f.parts]
    found = set()
    for alike in zip(*inputs, strict=True):  # equal scopes have their inputs in the same order
        if all(_is_leaf(graph[i]) for i in alike) and len(set(alike)) == len(alike):
            found |= set(alike)
    return found


def _stacked(graph: Graph, picked: list[Node], folds: list[Fold]) -> list[Fold]:
    """Merge equal scopes that stand in a row or side by side, where that makes no circle.

    A stack reads as one thing done several times.  So its scopes either follow one another, or
    they read the same and are read by the same; of three gates that are used in different ways,
    one box would hide which is which.
    """
    kinds: dict[Hashable, list[Fold]] = defaultdict(list)
    for f in sorted(folds, key=lambda f: f.members[0]):
        kinds[_base(f.name), f.scopes, _signature(graph, f)].append(f)
    runs = list(kinds.values())
    result = [f for run in runs if len(run) < REPEATS for f in run]
    readers = Readers(graph, picked, _owners(folds))
    for run in (run for run in runs if len(run) >= REPEATS):
        if not (readers.is_chain(run) or readers.are_siblings(run)):
            result += run
            continue
        ids = tuple(sorted(i for f in run for i in f.members))
        parts = tuple(f.members for f in run)
        merged = Fold(_base(run[0].name), ids, run[0].scopes, parts)
        rest = [f for other in runs if other is not run for f in other]
        result += run if _circle(picked, [merged, *rest]) else [merged]
    return folds if _circle(picked, result) else result  # two stacks may block each other


def _base(name: str) -> str:
    return name.rstrip("0123456789").rstrip(" _-.[#") or name


def alike(graph: Graph, f: Fold) -> Hashable:
    """Describe a fold so that equal scopes, and equal stacks of them, are equal."""
    return _base(f.name), f.count, _signature(graph, f)


def _signature(graph: Graph, f: Fold) -> Hashable:
    """Describe what is inside and how it hangs together, so that equal insides are equal."""
    place = {id: k for k, id in enumerate(f.members)}
    return tuple(
        (
            graph[i].primitive,
            getattr(graph[i].value, "shape", ()),
            tuple(place.get(x, -1) for x in graph[i].inputs),
        )
        for i in f.members
    )


def _without_circles(picked: list[Node], folds: list[Fold]) -> list[Fold]:
    """Leave open what cannot be closed: a fold that a path leaves and enters again."""
    while stuck := _circle(picked, folds):
        kept = [f for f in folds if f not in stuck]
        if len(kept) == len(folds):
            return []
        folds = kept
    return folds


def _circle(picked: list[Node], folds: list[Fold]) -> set[Fold | int]:
    """Return the boxes that wait for each other in a circle, or behind one; none if all is well."""
    joined = _joined(picked, folds)
    return set(joined) - set(_ordered(joined))


def _wires(picked: list[Node], folds: list[Fold]) -> int:
    """Count the pairs of boxes that wires join."""
    return sum(map(len, _joined(picked, folds).values()))


def _joined(picked: list[Node], folds: list[Fold]) -> Joined:
    """Return for every box the boxes that wires lead to from it, in the order of the nodes."""
    owner = _owners(folds)
    drawn: dict[int, Fold | int] = {n.id: owner.get(n.id) or n.id for n in picked}
    after: Joined = {box: {} for box in drawn.values()}
    for node in picked:
        target = drawn[node.id]
        for i in node.inputs:
            source = drawn.get(i, target)
            if source != target:
                after[source][target] = None
    return after


def _ordered(joined: Joined) -> list[Fold | int]:
    """Sort the boxes topologically, as far as that goes."""
    waiting = Counter(target for after in joined.values() for target in after)
    ready = [box for box in reversed(list(joined)) if not waiting[box]]
    order = []
    while ready:
        box = ready.pop()
        order.append(box)
        for target in joined[box]:
            waiting[target] -= 1
            if not waiting[target]:
                ready.append(target)
    return order


def _runs(picked: list[Node], folds: list[Fold], count: int, apart: Collection[int]) -> list[Fold]:
    """Cut the boxes, in topological order, into about ``count`` equal runs."""
    ordered = _ordered(_joined(picked, folds))
    inside = [b.members if isinstance(b, Fold) else (b,) for b in ordered]
    length = -(-len(inside) // max(count, 1))
    bands = ([m for m in inside if m[0] not in apart], [m for m in inside if m[0] in apart])
    runs = []
    for band in bands:
        for start in range(0, len(band), length):
            run = band[start : start + length]
            if len(run) > 1:
                runs.append(Fold("", tuple(sorted(i for m in run for i in m)), ()))
    in_runs = _owners(runs)
    return runs + [f for f in folds if f.members[0] not in in_runs]
