"""Views: what the page puts together when boxes are opened and closed one by one.

Each scope is laid out once.  A root is a whole drawing: all scopes closed, and the subject as it is
drawn.  An inside is what one closed box stands for, its own scopes closed.  However many boxes are
open, the page needs nothing else, so that all this is as large as the graph.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from autograd.viz.model.fold import Fold, Folding, alike, fold
from autograd.viz.model.scene_builder import Subject

BOXES = 400  # of an inside; a larger one is left closed

Members = tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Inside:
    """What a closed box stands for: a fold, and the folding of its members."""

    fold: Fold
    folding: Folding


@dataclass(frozen=True, slots=True, eq=False)
class Views:
    """Roots, the subject's own last; insides, outer ones first; and which are open in the last."""

    roots: tuple[Folding, ...]
    insides: tuple[Inside, ...]
    open: tuple[int, ...]


def views(subject: Subject, stack: bool) -> Views:
    """Return the views that a reader can open and close.

    Parameters
    ----------
    subject : Subject
    stack : bool
        Whether equal closed scopes become one box.
    """
    own = subject.folding
    closed = replace(fold(subject.graph, subject.nodes, 0, None, stack), note="")
    insides = tuple(_insides(subject, closed, stack))
    open = _open(closed, insides, own)
    drawn = len(set(closed.owner.values())) + len(subject.nodes) - len(closed.owner)
    if open is None or drawn > BOXES:  # the subject is folded in a way of its own
        return Views((own,), tuple(_insides(subject, own, stack)), ())
    return Views((closed, own) if open else (own,), insides, open)


def folds_of(folding: Folding) -> list[Fold]:
    """Return the closed boxes of a folding."""
    return list(dict.fromkeys(folding.owner.values()))


def links(subject: Subject, views: Views) -> list[dict[str, Any]]:
    """Return for each view what can be opened in it, and of an inside what it is.

    Returns
    -------
    list of dict
        ``folds``, the view for each box that can be opened; of an inside its ``title``, its
        ``nodes``, and ``alike``, the first view that is equal to it.
    """
    roots, insides = len(views.roots), views.insides
    place = {inside.fold.members: roots + k for k, inside in reversed(list(enumerate(insides)))}
    first: dict[Hashable, int] = {}
    found: list[dict[str, Any]] = [{"folds": _places(f, place)} for f in views.roots]
    for k, inside in enumerate(insides, roots):
        fold = inside.fold
        found.append(
            {
                "folds": _places(inside.folding, place),
                "title": fold.name + (f" x{fold.count}" if fold.count > 1 else ""),
                "nodes": fold.members,
                "alike": first.setdefault(alike(subject.graph, fold), k),
            }
        )
    return found


def _places(folding: Folding, place: dict[Members, int]) -> dict[str, int]:
    """Return the view of each box of a folding that can be opened."""
    folds = [fold for fold in folds_of(folding) if fold.members in place]
    return {f"f{fold.members[0]}": place[fold.members] for fold in folds}


def _insides(subject: Subject, folding: Folding, stack: bool) -> Iterator[Inside]:
    for closed in folds_of(folding):
        inside = _inside(subject, closed, stack)
        if inside is not None and len(closed.members) - _hidden(inside.folding) <= BOXES:
            yield inside
            yield from _insides(subject, inside.folding, stack)


def _inside(subject: Subject, closed: Fold, stack: bool) -> Inside | None:
    """Open as many levels as it takes to see more than one box."""
    first = len(closed.scopes) + 1 if closed.name else 0
    levels = max(len(subject.graph[i].scope) for i in closed.members)
    for level in range(first, levels + 1):
        folding = fold(subject.graph, closed.members, level, None, stack)
        if len(closed.members) - _hidden(folding) > 1:
            return Inside(closed, replace(folding, note=""))
    return None


def _open(closed: Folding, insides: tuple[Inside, ...], own: Folding) -> tuple[int, ...] | None:
    """Return which insides are open where a drawing is folded in its own way; None if none is."""
    kept = {closed.members for closed in folds_of(own)}
    place = {inside.fold: k for k, inside in enumerate(insides)}
    found, seen, rest = [], set(), folds_of(closed)
    while rest:
        box = rest.pop()
        if box.members in kept:
            seen.add(box.members)
        elif box in place:
            found.append(place[box])
            rest += folds_of(insides[place[box]].folding)
    return tuple(sorted(found)) if seen == kept else None


def _hidden(folding: Folding) -> int:
    """Return how many boxes fewer there are than without folding."""
    return len(folding.owner) - len(set(folding.owner.values()))
