"""How much of a computed change may be rounding.

Each operation rounds its result, by at most a few units in the last place.  Such an error at a node
reaches the output multiplied by the node's gradient, so the gradients of a trace bound
how far rounding can shift the output: the sum over all nodes of |gradient| x |value| x epsilon.  A
sum or a matrix product rounds once for each of its terms, and then their sizes count, not that of
the result.  This is the first-order bound of a running error analysis; for ``solve`` and ``det``,
whose terms are not known, it is an estimate.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from autograd.ir.graph import Graph, Node

ULPS = 4  # by which NumPy's elementwise functions may miss

# These move numbers and round none.
_EXACT = {"broadcast_to", "concatenate", "flip", "getitem", "max", "maximum", "min", "minimum"}
_EXACT |= {"pad", "reshape", "transpose", "where"}


def epsilon(value: Any) -> float:
    """Return the spacing of the numbers near 1 of a dtype; 0 for whole numbers."""
    dtype = np.asarray(value).dtype
    return float(np.finfo(dtype).eps) if dtype.kind == "f" else 0.0


def spread(
    graph: Graph, nodes: Iterable[int], values: list[Any], gradients: dict[int, Any]
) -> float:
    """Bound how far the rounding of some nodes shifts the output, to first order."""
    total = 0.0
    with np.errstate(all="ignore"):
        for i in nodes:
            if i in gradients and graph[i].primitive is not None:
                size, terms = _magnitude(graph[i], values)
                weight = np.abs(np.asarray(gradients[i], dtype=float))
                total += ULPS * terms * epsilon(values[i]) * float(np.sum(weight * size))
    return total if np.isfinite(total) else np.inf


def _magnitude(node: Node, values: list[Any]) -> tuple[Any, int]:
    """Return the size of what was rounded, and how often it was."""
    own = np.abs(np.asarray(values[node.id], dtype=float))
    primitive = node.primitive
    if primitive is None or primitive.name in _EXACT:
        return 0.0, 1
    if primitive.elementwise:
        return own, 1
    given = [np.abs(values[i]) for i in node.inputs]
    terms = max((int(np.size(v)) for v in given), default=1)
    try:
        return np.maximum(own, primitive.forward(*given, **node.params)), max(1, terms)
    except Exception:  # |inputs| may be outside of what the operation can take
        return own, max(1, terms)
