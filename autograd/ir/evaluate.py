"""The interpreter: what a recorded graph gives, computed once more by its own rules.

Everything that has to know a value again uses these few lines: replay with other leaves, the search
for values that are out of date, the cells of a local gradient, lessons, checks, and programs, of
which it is the oracle.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from autograd.core.apply import RESULTS, compute
from autograd.core.primitive import Primitive
from autograd.core.values import as_value
from autograd.core.vjp import fit, rule_result
from autograd.ir.graph import Node


def value_of(node: Node, given: Sequence[Any]) -> Any:
    """Compute the value of a result from values of its inputs.

    Raises
    ------
    GlassgradError
        If the forward rule fails; the message names the operation.

    Examples
    --------
    >>> import autograd as ag
    >>> from autograd.ir.evaluate import value_of
    >>> g = ag.graph(ag.tensor(2.0, requires_grad=True) * 3.0)
    >>> value_of(g[g.outputs[0]], [5.0, 3.0])
    np.float64(15.0)
    """
    return computed(_made_by(node), given, node.params, is_weak=type(node.value) is float)


def computed(
    primitive: Primitive, given: Sequence[Any], params: Mapping[str, Any], is_weak: bool
) -> Any:
    """Apply a forward rule; ``is_weak`` asks for a number of Python's (`autograd.core.weak`)."""
    value = compute(primitive, tuple(given), dict(params))
    if is_weak:
        return float(value)
    return value if type(value) in RESULTS else as_value(value, primitive.name)


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


def contribution(node: Node, position: int, ct: Any, out: Any, given: Sequence[Any]) -> Any:
    """Return the contribution of a node to the cotangent of one input, in that input's shape.

    Examples
    --------
    >>> import numpy as np
    >>> import autograd as ag
    >>> from autograd.ir.evaluate import contribution
    >>> x = ag.tensor(2.0, requires_grad=True)
    >>> g = ag.graph(x * np.array([3.0, 4.0]))
    >>> contribution(g[g.outputs[0]], 0, np.ones(2), None, [2.0, np.array([3.0, 4.0])])
    np.float64(7.0)
    """
    primitive = _made_by(node)
    made = rule_result(primitive, position, ct, out, given, node.params)
    return fit(made, np.asarray(given[position]), primitive, position)


def _made_by(node: Node) -> Primitive:
    assert node.primitive is not None, "a leaf has no rules"
    return node.primitive
