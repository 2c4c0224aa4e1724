"""Views: the same drawing, folded less and less, so that a reader can open and close it."""

from __future__ import annotations

from dataclasses import replace

from autograd.viz.model.fold import Folding, fold
from autograd.viz.model.scene_builder import Subject

BOXES = 400  # of a view; a larger one is left out


def foldings(subject: Subject, stack: bool) -> list[Folding]:
    """Return every degree of folding, the most folded first; that of the subject among them.

    Parameters
    ----------
    subject : Subject
    stack : bool
        Whether equal closed scopes become one box.
    """
    levels = max((len(node.scope) for node in subject.graph), default=0)
    found = {}
    for level in range(levels + 1):
        folding = fold(subject.graph, subject.nodes, level, None, stack)
        if len(subject.nodes) - _hidden(folding) <= BOXES:
            found[_shape(folding)] = replace(folding, note="")
    found[_shape(subject.folding)] = subject.folding
    return sorted(found.values(), key=lambda folding: -_hidden(folding))


def _hidden(folding: Folding) -> int:
    """Return how many boxes fewer there are than without folding."""
    return len(folding.owner) - len(set(folding.owner.values()))


def _shape(folding: Folding) -> frozenset[tuple[int, int]]:
    """Return which nodes share a box, to tell foldings apart."""
    return frozenset((i, fold.members[0]) for i, fold in folding.owner.items())
