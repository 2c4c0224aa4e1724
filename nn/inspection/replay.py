"""A recorded result, computed once more from its input by other gates.

A graph is a program: its nodes are the operations of the model, in order.  So a question that the
model's own backward pass does not answer takes no other model.  The same program runs again on the
same input, with another operation wherever one is to be exchanged, and what is recorded then is
differentiated as ever.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import autograd as ag

# Makes the result of a node from the node as it was recorded, and its inputs as they are now.
Gate: TypeAlias = Callable[[ag.Node, list[Any]], Any]


def replay(output: ag.Tensor, x: ag.Tensor, gates: Mapping[str, Gate]) -> Any:
    """Compute a result again from a leaf ``x``.

    Parameters
    ----------
    output : Tensor
        The result; all leaves but ``x``, such as weights, are constants now.
    x : Tensor
    gates : mapping from str to callable
        For the name of a primitive what is applied in its place.

    Returns
    -------
    Tensor, or array if it does not depend on ``x``

    Raises
    ------
    autograd.UnsupportedError
        If an operation cannot be computed again, such as a checkpoint.

    Examples
    --------
    >>> import autograd as ag
    >>> from nn.inspection.replay import replay
    >>> x = ag.tensor(3.0, requires_grad=True)
    >>> replay(ag.exp(x) * 2.0, x, {"exp": lambda node, inputs: inputs[0]})
    tensor(6., primitive=multiply)
    """
    graph = ag.graph(output)
    made: list[Any] = [node.value for node in graph]
    if x in graph:
        made[graph.id_of(x)] = x
    for node in graph:
        if any(isinstance(made[i], ag.Tensor) for i in node.inputs):
            gate = gates.get(str(node.primitive), as_recorded)
            made[node.id] = gate(node, [made[i] for i in node.inputs])
    return made[graph.outputs[0]]


def as_recorded(node: ag.Node, inputs: list[Any]) -> Any:
    """Apply the primitive of a node."""
    primitive = node.primitive
    if primitive is None or primitive.function is None:
        raise ag.UnsupportedError(
            f"{primitive}: cannot be computed again from its graph; build the model without it"
        )
    return primitive.function(*inputs, **node.params)
