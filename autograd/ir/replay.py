"""Replay: the values of a recorded graph, computed again with other values for some leaves.

A graph remembers how every value was made, so it can answer "what if this weight were 2.1?" without
the code that built it.  Only what depends on the changed leaves is computed, by the same forward
rules in the same order; everything else keeps its recorded value.

The graph is replayed as it was recorded.  What the code decided by looking at data stays decided: a
sort keeps its order, `detach` keeps its constant, and ``where`` keeps the sides that it took.  In
`leaky_relu` and `elu` the side decides the value, so there it is chosen anew.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from operator import index
from typing import Any

import numpy as np

from autograd.core.messages import one_line
from autograd.core.rule_errors import explained
from autograd.core.tensor import ArrayLike
from autograd.core.types import Array
from autograd.core.values import as_value
from autograd.errors import GlassgradError, GradientError
from autograd.ir.cut import Use, given_to
from autograd.ir.evaluate import value_of
from autograd.ir.graph import Graph, Node

# Compositions that pick a side by the sign of their input; the side decides their value.
_SIDED = ("leaky_relu", "elu")


class Replay:
    """A recorded graph that can be computed again.

    Parameters
    ----------
    graph : Graph

    Examples
    --------
    >>> from autograd.ir.replay import Replay
    >>> import autograd as ag
    >>> x = ag.tensor(3.0, requires_grad=True, name="x")
    >>> replay = Replay(ag.graph(x * x + 1.0))
    >>> [float(v) for v in replay({0: 2.0})]
    [2.0, 4.0, 1.0, 5.0]
    """

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self._behind: dict[tuple[int, ...], tuple[int, ...]] = {}
        self._sides = {n.id: side for n in graph if (side := _side(graph, n)) is not None}

    def __repr__(self) -> str:
        return f"Replay of a graph of {len(self.graph)} nodes"

    def __call__(self, changes: Mapping[int, ArrayLike], cut: Collection[Use] = ()) -> list[Any]:
        """Compute the graph again with other values for some leaves.

        Parameters
        ----------
        changes : mapping from int to array
            For the id of a leaf or constant its new value, of the same shape.
        cut : collection of (int, int)
            Operations, and which of their inputs is zero in place of its value.

        Returns
        -------
        list of arrays and numbers
            The value of every node, in the order of the graph.

        Raises
        ------
        GradientError
            If a changed node is not a leaf, has another shape, or if an operation cannot be
            computed again.
        """
        values = [node.value for node in self.graph]
        for id, value in changes.items():
            leaf = self._leaf(id)
            values[leaf.id] = _fitting(leaf, value)
        with np.errstate(all="ignore"):
            ends = {node for node, _ in cut}
            for i in sorted(ends.union(self.dependents(ends.union(changes)))):
                values[i] = self._computed(self.graph[i], values, cut)
        return values

    def dependents(self, leaves: Iterable[int]) -> tuple[int, ...]:
        """Return the nodes that are computed from some leaves, in topological order."""
        key = tuple(sorted(leaves))
        if key not in self._behind:
            found = set(key)
            for node in self.graph:
                if not found.isdisjoint(node.inputs):
                    found.add(node.id)
            self._behind[key] = tuple(sorted(found.difference(key)))
        return self._behind[key]

    def chooses(self, leaves: Iterable[int]) -> bool:
        """Whether something behind some leaves was chosen by data, and is kept as recorded."""
        return any(
            _is_choice(self.graph, self.graph[i]) and i not in self._sides
            for i in self.dependents(leaves)
        )

    def sides_by(self) -> dict[int, int]:
        """Return for each `where` of `leaky_relu` and `elu` the node whose sign decides."""
        return dict(self._sides)

    def sides(self, values: list[Any]) -> dict[int, Array]:
        """Return which side each `leaky_relu` and `elu` takes when the values are these."""
        return {id: np.asarray(values[entry]) > 0 for id, entry in self._sides.items()}

    def _leaf(self, id: int) -> Node:
        try:
            place = -1 if isinstance(id, bool) else index(id)
        except TypeError:
            place = -1
        if not 0 <= place < len(self.graph):
            raise GradientError(
                f"replay: {one_line(id)} is not a node; give an id below {len(self.graph)}"
            )
        node = self.graph[place]
        if node.primitive is not None:
            raise GradientError(
                f"replay: node {place} is a result of {node.primitive.name}; change leaves alone"
            )
        return node

    def _computed(self, node: Node, values: list[Any], cut: Collection[Use]) -> Any:
        primitive = node.primitive
        assert primitive is not None
        if primitive.name == "checkpoint":
            raise GradientError(
                "replay: a checkpoint forgets how its values were made; build the graph without it"
            )
        given = [values[i] for i in node.inputs]
        if node.id in self._sides:
            given[0] = np.asarray(values[self._sides[node.id]]) > 0
        given = given_to(node, given, cut)
        try:
            return value_of(node, given)
        except np.linalg.LinAlgError as error:
            reason = one_line(error, 200, str)
            raise GradientError(f"replay: {reason}; the changed values lead there") from None
        except GlassgradError:
            raise
        except Exception as error:  # the forward rule may be the user's
            raise explained(primitive, given, node.params, error) from None


def _is_choice(graph: Graph, node: Node) -> bool:
    """Whether a node picks by a condition or by indices that were computed before."""
    if node.primitive is None:
        return False
    by_condition = node.primitive.name == "where" and not graph[node.inputs[0]].requires_grad
    parts = [p for v in node.params.values() for p in (v if isinstance(v, tuple) else (v,))]
    return by_condition or any(isinstance(part, np.ndarray) for part in parts)


def _side(graph: Graph, node: Node) -> int | None:
    """Return the input by whose sign a ``where`` of `leaky_relu` or `elu` chose, else None."""
    inside = node.scope[-1] if node.scope else None
    if inside is None or inside.name not in _SIDED:
        return None
    if node.primitive is None or node.primitive.name != "where":
        return None
    condition, *branches = (graph[i] for i in node.inputs)
    outside = [n.id for n in branches if not n.constant and inside not in n.scope]
    return outside[0] if condition.constant and len(outside) == 1 else None


def _fitting(leaf: Node, value: ArrayLike) -> Any:
    like = np.asarray(leaf.value)
    fitting = as_value(value, "replay", like.dtype)
    if fitting.shape != like.shape:
        raise GradientError(
            f"replay: node {leaf.id} has shape {like.shape}, and not {fitting.shape}; "
            "give it a value of its shape"
        )
    return fitting
