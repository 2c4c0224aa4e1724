"""The graph of an operation that failed: what its inputs were made from, and a node without value.

An error that leaves a block of `autograd.debug` carries the operation that raised it.  Here it
becomes the last node of a graph, so that readers look at it as at any other.
"""

from __future__ import annotations

import numpy as np

from autograd.core.failed_operation import FailedOperation
from autograd.core.primitive import Primitive
from autograd.core.tensor import Tensor
from autograd.errors import DrawingError, GlassgradError
from autograd.ir.graph import Graph, graph


def graph_behind(error: GlassgradError) -> Graph:
    """Return the graph up to the operation that failed, which is its output.

    The value of that node is an empty array.

    Raises
    ------
    DrawingError
        If the error carries no operation.

    Examples
    --------
    >>> import autograd as ag
    >>> from autograd.ir.failure import graph_behind
    >>> x = ag.tensor([1.0, 2.0], requires_grad=True, name="x")
    >>> try:
    ...     with ag.debug():
    ...         ag.exp(x) + ag.tensor([1.0, 2.0, 3.0])
    ... except ag.ShapeError as error:
    ...     [node.label for node in graph_behind(error)]
    ['x', 'exp', '(3,)', '+']
    """
    failed: FailedOperation | None = error.operation
    if failed is None:
        raise DrawingError(
            "draw: the error carries no operation; compute inside with ag.debug(): and draw the "
            "error of an operation that leaves the block"
        )
    node = Tensor(np.zeros(0))
    node.primitive = failed.primitive or Primitive(_none, (None,), failed.name, failed.name)
    node.inputs, node.params = failed.inputs, failed.params
    node.scope = failed.scope
    if failed.place is not None:
        node.place = failed.place
    return graph(node)


def _none(*inputs: object) -> None:
    """Stand for a forward rule that was never reached."""
