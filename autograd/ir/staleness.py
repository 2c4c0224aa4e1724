"""Values that are no longer what their inputs give.

A graph keeps the values that were computed, but a leaf's ``data`` may be replaced afterwards, as an
optimiser does, and an array of the user's may be overwritten.  Then values from before and after
stand side by side, and gradients mix them.  Only computing them again shows which.
"""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from autograd.ir.cut import Use, given_to
from autograd.ir.evaluate import value_of
from autograd.ir.graph import Graph
from autograd.ir.numerics import epsilon, near

RECOMPUTED = 1e-6  # part of itself by which a number may differ that is computed once more


def stale(graph: Graph, cut: Collection[Use] = ()) -> list[int]:
    """Return the nodes whose value is not what their operation makes of their inputs now.

    Through the wires that are cut zeros arrive.
    """
    found = []
    with np.errstate(all="ignore"):
        for node in graph:
            if node.primitive is None:
                continue
            given = given_to(node, [graph[i].value for i in node.inputs], cut)
            try:
                fresh = unchanged(node.value, value_of(node, given))
            except Exception:
                fresh = False
            if not fresh:
                found.append(node.id)
    return found


def unchanged(then: object, now: object) -> bool:
    """Whether a value that was computed again is the same, but for rounding."""
    if np.array_equal(np.asarray(then), np.asarray(now)):  # fast, and what is usual
        return True
    return near(then, now, RECOMPUTED if epsilon(then) else 0.0)
