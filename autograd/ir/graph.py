"""Graph: an immutable snapshot of how a value was made, the one door for readers.

Drawing, stepping, compiling and exporting look at a `Graph`, never inside Tensors.  A graph lists
its nodes in topological order, every node after its inputs, and numbers them from 0.  The numbers
depend on the structure alone, so they are the same in every run.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import EllipsisType, NoneType
from typing import Any

from autograd.core.calls import called
from autograd.core.capturing import check_fixed
from autograd.core.primitive import Primitive
from autograd.core.scopes import Scope
from autograd.core.source_location import Place
from autograd.core.tensor import NO_PARAMS, Tensor
from autograd.errors import GradientError, short

LONGEST_INDEX = 12  # characters of a gate
LONGEST = 10  # a constant of more characters, such as 4/3, is written with 6 digits


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Node:
    """One node of a `Graph`.

    Attributes
    ----------
    id : int
        Its place in the topological order.
    primitive : Primitive or None
        What made it; None for a leaf or a constant.
    params : dict
        The further arguments of that application.
    inputs : tuple of int
        The ids of its inputs, in order; the same id twice if an input was used twice.
    value : array or number
    scope : tuple of Scope
        The named regions around it, from the outermost to the innermost.
    label : str
        What to write on it: its name, or else its gate, or the number of a constant.
    gate : str
        The symbol of its operation with a constant input written in, as ``+1``; empty for a leaf.
    name : str or None
        The name that the user gave it.
    requires_grad : bool
    constant : bool
        Whether it is a plain number or array in the code rather than a Tensor.
    place : Place or None
        The line that made it, if that was remembered, as inside `autograd.debug`.
    learned : bool
        Whether it is a parameter of a module.
    """

    id: int
    primitive: Primitive | None
    params: dict[str, Any]
    inputs: tuple[int, ...]
    value: Any
    scope: tuple[Scope, ...]
    label: str
    gate: str
    name: str | None
    requires_grad: bool
    constant: bool
    place: Place | None = None
    learned: bool = False

    def __repr__(self) -> str:
        return f"Node({self.id}, {short(self.label)!r}, inputs={self.inputs})"


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Graph:
    """A snapshot of the graph behind some outputs.

    Attributes
    ----------
    nodes : tuple of Node
        In topological order.
    outputs : tuple of int
        The ids of the tensors that the graph was made for.

    Examples
    --------
    >>> import autograd as ag
    >>> x = ag.tensor(2.0, requires_grad=True, name="x")
    >>> g = ag.graph(x * x + 1.0)
    >>> [node.label for node in g]
    ['x', '*', '1', '+1']
    >>> print(g)
    Graph of 4 nodes:
        0  x          2
        1  *          4                      (0, 0)
        2  1          1
        3  +1         5                      (1, 2)
    """

    nodes: tuple[Node, ...]
    outputs: tuple[int, ...]
    _ids: dict[Tensor, int]
    _users: tuple[tuple[tuple[int, int], ...], ...]

    def __repr__(self) -> str:
        rows = [
            f"  {n.id:>3}  {short(n.label):<10} {_brief(n.value):<22} {n.inputs or ''}"
            for n in self
        ]
        return "\n".join([f"Graph of {len(self)} nodes:", *map(str.rstrip, rows)])

    def __iter__(self) -> Iterator[Node]:
        return iter(self.nodes)

    def __len__(self) -> int:
        return len(self.nodes)

    def __getitem__(self, id: int) -> Node:
        return self.nodes[id]

    def __contains__(self, tensor: object) -> bool:
        return tensor in self._ids

    def id_of(self, tensor: Tensor) -> int:
        """Return the id of the node that a Tensor is.

        Raises
        ------
        GradientError
            If the graph does not contain it.
        """
        if tensor not in self._ids:
            raise GradientError("graph: this tensor is not part of the graph")
        return self._ids[tensor]

    def consumers(self, node: int) -> tuple[tuple[int, int], ...]:
        """Return (id, position) for every use of a node as an input."""
        return self._users[node]


@called
def graph(*outputs: Tensor) -> Graph:
    """Take a snapshot of everything that some tensors were made from.

    Parameters
    ----------
    *outputs : Tensor
        One or more results.

    Returns
    -------
    Graph

    Raises
    ------
    GradientError
        If there is no output, or one is not a Tensor.

    Examples
    --------
    >>> import autograd as ag
    >>> len(ag.graph(ag.tensor(1.0)))
    1
    """
    if not outputs or not all(isinstance(t, Tensor) for t in outputs):
        raise GradientError("graph: give it one or more tensors")
    check_fixed("graph", "it outside of the function that is captured", *outputs)
    nodes, ids, users = nodes_behind(outputs)
    return Graph(nodes, tuple(ids[t] for t in outputs), ids, users)


Users = tuple[tuple[tuple[int, int], ...], ...]


def nodes_behind(
    roots: Sequence[Tensor], inside: Container[Tensor] | None = None
) -> tuple[tuple[Node, ...], dict[Tensor, int], Users]:
    """Return the nodes behind some tensors, the id of each tensor, and who uses each node.

    If ``inside`` is given, what a tensor outside of it was made from is left out.
    """
    ids: dict[Tensor, int] = {}
    nodes: list[Node] = []
    for t in topological_order(roots, inside):
        begins = inside is not None and t not in inside
        links = tuple(
            ids[x] if isinstance(x, Tensor) else _add_constant(nodes, x)
            for x in (() if begins else t.inputs)
        )
        ids[t] = len(nodes)
        node = _node_of(t, len(nodes), links)
        nodes.append(replace(node, primitive=None, params=NO_PARAMS) if begins else node)
    users: list[list[tuple[int, int]]] = [[] for _ in nodes]
    for node in nodes:
        for position, used in enumerate(node.inputs):
            users[used].append((node.id, position))
    return tuple(nodes), ids, tuple(map(tuple, users))


def topological_order(
    outputs: Sequence[Tensor], inside: Container[Tensor] | None = None
) -> Iterator[Tensor]:
    """Yield every tensor behind the outputs once, after all of its inputs.

    A depth-first walk on an explicit stack, because a graph may be deeper than Python's recursion
    allows.  A tensor is met twice: first its inputs are put on top of it, then it is yielded.
    If ``inside`` is given, the walk ends at tensors outside of it.
    """
    seen: set[Tensor] = set()
    stack: list[tuple[Tensor, bool]] = [(t, False) for t in reversed(outputs)]
    while stack:
        t, inputs_done = stack.pop()
        if inputs_done:
            yield t
        elif t not in seen:
            seen.add(t)
            stack.append((t, True))
            if inside is not None and t not in inside:
                continue
            stack.extend((x, False) for x in reversed(t.inputs) if isinstance(x, Tensor))


def _node_of(t: Tensor, id: int, inputs: tuple[int, ...]) -> Node:
    scopes = tuple(reversed(list(t.scope.lineage()))) if t.scope else ()
    gate = _gate(t.primitive, t.inputs, t.params) if t.primitive else ""
    return Node(
        id=id,
        primitive=t.primitive,
        params=t.params,
        inputs=inputs,
        value=t.data,
        scope=scopes,
        label=t.name or gate or _number(t.data),
        gate=gate,
        name=t.name,
        requires_grad=t.requires_grad,
        constant=False,
        place=getattr(t, "place", None),
        learned=t._learned,
    )


def _gate(primitive: Primitive, inputs: tuple[Any, ...], params: Mapping[str, Any]) -> str:
    """Write a constant input into the gate, as the lecture does: ``+1``, ``*-1``, ``max 0``.

    An index is written into it, too, where it is short: ``x[2]``, ``x[:, 1:3]``.
    """
    symbol = primitive.symbol
    if symbol == "x[i]" and "places" not in params:
        return _picked(params["index"]) or symbol
    if len(inputs) != 2 or not any(map(_is_number, inputs)):
        return symbol
    if symbol in ("max", "min"):
        return f"{symbol} {_number(inputs[_is_number(inputs[1])])}"
    if len(symbol) > 1:
        return symbol
    x, y = inputs
    if _is_number(y):
        return f"{symbol}{_number(y)}"
    return f"{symbol}{_number(x)}" if symbol in "+*" else f"{_number(x)}{symbol}x"


def _picked(index: Any) -> str:
    parts = index if isinstance(index, tuple) else (index,)
    if not all(isinstance(part, (int, slice, EllipsisType, NoneType)) for part in parts):
        return ""
    text = f"x[{', '.join(map(_part, parts))}]"
    return text if len(text) <= LONGEST_INDEX else ""


def _part(part: Any) -> str:
    """Write one part of an index as in the program."""
    if not isinstance(part, slice):
        return "..." if part is ... else str(part)
    ends = ["" if end is None else str(end) for end in (part.start, part.stop)]
    return ":".join([*ends, str(part.step)] if part.step not in (None, 1) else ends)


def _is_number(x: Any) -> bool:
    return not isinstance(x, Tensor) and not getattr(x, "shape", ())


def _add_constant(nodes: list[Node], x: Any) -> int:
    id = len(nodes)
    nodes.append(Node(id, None, NO_PARAMS, (), x, (), _number(x), "", None, False, True))
    return id


def _brief(x: Any) -> str:
    shape = getattr(x, "shape", ())
    return f"shape {shape}" if shape else f"{float(x):.6g}"


def _number(x: Any) -> str:
    shape = getattr(x, "shape", ())
    if shape:
        return f"{shape}"
    short, exact = f"{float(x):g}", repr(float(x)).removesuffix(".0")
    return short if float(short) == float(x) or len(exact) > LONGEST else exact
