"""The interpreter: what a recorded graph gives, computed once more by its forward rules.

Everything that has to know a value again uses these few lines: replay with other leaves, the search
for values that are out of date, lessons, and programs, of which it is the oracle.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from autograd.core.apply import RESULTS, compute
from autograd.core.values import as_value
from autograd.ir.graph import Node


def value_of(node: Node, given: Sequence[Any]) -> Any:
    """Compute the value of a node from those of its inputs.

    Parameters
    ----------
    node : Node
        A result, not a leaf.
    given : sequence of arrays and numbers

    Raises
    ------
    GlassgradError
        If the forward rule fails; the message names the operation.
    """
    assert node.primitive is not None
    value = compute(node.primitive, tuple(given), node.params)
    return value if type(value) in RESULTS else as_value(value, node.primitive.name)


def run(nodes: Iterable[Node], values: list[Any]) -> None:
    """Compute nodes, in their order, from the values of others and of each other.

    Parameters
    ----------
    nodes : iterable of Node
        Results, each after its inputs.
    values : list
        By id; what is computed is written to it.
    """
    for node in nodes:
        values[node.id] = value_of(node, [values[i] for i in node.inputs])
