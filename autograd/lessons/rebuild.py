"""Build a recorded graph once more, as new Tensors, with other leaves or other rules.

Every application is made again, in the same order and in scopes and under names like the recorded
ones, so the new graph has the same ids, and its trace the same events, as the old one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from autograd.core import context
from autograd.core.apply import apply
from autograd.core.primitive import Primitive
from autograd.core.tensor import ArrayLike, Tensor
from autograd.ir.graph import Graph, Node


def rebuilt(
    graph: Graph,
    leaves: Mapping[int, ArrayLike] | None = None,
    others: Mapping[Primitive, Primitive] | None = None,
) -> Tensor:
    """Make a graph with one output again.

    Parameters
    ----------
    graph : Graph
    leaves : mapping from int to array, optional
        Other values for some leaves.
    others : mapping from Primitive to Primitive, optional
        What to apply instead of some primitives.

    Returns
    -------
    Tensor
        The new output.
    """
    leaves, others = leaves or {}, others or {}
    made: list[Any] = []
    with np.errstate(all="ignore"):
        for node in graph:
            value = leaves.get(node.id, node.value)
            if node.constant:
                made.append(value)
            elif node.primitive is None:
                made.append(Tensor(value, requires_grad=node.requires_grad, name=node.name))
            else:
                made.append(_applied(node, made, others.get(node.primitive, node.primitive)))
    result: Tensor = made[graph.outputs[0]]
    return result


def _applied(node: Node, made: list[Any], primitive: Primitive) -> Any:
    scope = node.scope[-1] if node.scope else None
    with context.changed(recording=True, scope=scope, guard=None):
        result = apply(primitive, tuple(made[i] for i in node.inputs), node.params)
    result.name = node.name
    return result
