"""Opening: a recorded operation shown as the gates that it replaces.

Some primitives exist for stability or speed, and name the composition that they replace: `sigmoid`
is 1 / (1 + exp(-x)), four gates of the lecture.  A drawing opens such an operation into its gates.

1. The composition runs on the values that the operation used.  Its gates stand in a scope with the
   operation's label, so that they are drawn as those of any composed function.
2. The last gate has the value of the operation, and everything else keeps its own, too: an opened
   graph has the numbers of the recorded one.
3. That the gates compute the same is checked, not assumed: their value and their gradients must
   equal the operation's up to rounding.  Where they do not, as where exp(-x) overflows, the
   operation stays one gate.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np

from autograd.core import context
from autograd.core.apply import make_node
from autograd.core.define import PrimitiveFunction, record_of
from autograd.core.float16 import in_float32
from autograd.core.gradients import pull
from autograd.core.messages import one_line, plain, suggestion
from autograd.core.primitive import Primitive
from autograd.core.recorder import Recorder
from autograd.core.scopes import FUNCTION, Scope
from autograd.core.tensor import Tensor, raw
from autograd.core.vjp import values_of
from autograd.errors import DrawingError
from autograd.ir.capture import CapturedGraph
from autograd.ir.graph import Graph, nodes_behind, topological_order
from autograd.ir.number_format import show
from autograd.ir.numerics import equal, equal_up_to_rounding
from autograd.ops.logistic import gelu_tanh, sigmoid, softplus

# Activations that lectures write as gates.
BY_DEFAULT = frozenset({sigmoid.primitive, softplus.primitive, gelu_tanh.primitive})

Operation: TypeAlias = str | Primitive | PrimitiveFunction
Open: TypeAlias = bool | Operation | Sequence[Operation] | None


class OpenedScope(Scope):
    """The gates of an operation.

    Attributes
    ----------
    equality : str
        Says that they have the value of the operation.
    """

    __slots__ = ("equality",)

    def __init__(self, name: str, parent: Scope | None) -> None:
        super().__init__(name, parent, FUNCTION)
        self.equality = ""


def opened(given: Graph, open: Open = None, operation: str = "draw") -> tuple[Graph, Tensor]:
    """Replace operations of a graph by the gates that they stand for.

    Parameters
    ----------
    given : Graph
        From `autograd.graph`.
    open : bool, operation or sequence of them, optional
        Operations by their name, their label or as functions, which are opened beside those of
        `BY_DEFAULT`; True for all that name a composition, False for none.
    operation : str
        What messages begin with.

    Returns
    -------
    graph : Graph
        It also knows the tensors of the given graph, by the nodes that stand for them.
    output : Tensor
        The first output of it.

    Raises
    ------
    DrawingError
        If an operation is not in the graph, or names no composition.

    Examples
    --------
    >>> import autograd as ag
    >>> from autograd.ir.opened import opened
    >>> y = ag.sigmoid(ag.tensor(1.0, requires_grad=True, name="x"))
    >>> print(opened(ag.graph(y))[0])
    Graph of 6 nodes:
        0  x          1
        1  *-1        -1                     (0,)
        2  exp        0.367879               (1,)
        3  1          1
        4  +1         1.36788                (3, 2)
        5  1/x        0.731059               (4,)
    """
    outputs = tensors_of(given, given.outputs)
    wanted = _wanted(given, open, operation)
    if not any(node.primitive in wanted for node in given):
        return given, outputs[0]
    # A program has what needs no gradient, too, and only a capture records that.
    recorder = Recorder(operation) if isinstance(given, CapturedGraph) else None
    made = {t for t, id in given._ids.items() if given[id].primitive is not None}
    ends = tensors_of(given, [*given.outputs, *(n.id for n in given if not given.consumers(n.id))])
    blocks = context.changed(recording=True, guard=None, capture=recorder)
    with blocks, np.errstate(all="ignore"):
        twins = _replaced(topological_order(ends, made), wanted)
    if not twins:
        return given, outputs[0]
    inside = None if recorder is None else made | recorder.made
    nodes, ids, users = nodes_behind([twins.get(t, t) for t in ends], inside)
    places = tuple(ids[twins.get(t, t)] for t in outputs)
    # What only an opened operation has used may be gone with it.
    known = {t: ids[twin] for t, twin in twins.items() if twin in ids} | ids
    return Graph(nodes, places, known, users), twins.get(outputs[0], outputs[0])


def _replaced(tensors: Iterable[Tensor], wanted: Collection[Primitive]) -> dict[Tensor, Tensor]:
    """Return what stands for an opened operation, and for each that uses what was opened."""
    twins: dict[Tensor, Tensor] = {}
    for t in tensors:
        gates = _gates(t, twins) if t.primitive in wanted else None
        if gates is not None:
            twins[t] = gates
        elif not twins.keys().isdisjoint(x for x in t.inputs if isinstance(x, Tensor)):
            twins[t] = _twin(t, twins)
    return twins


def tensors_of(given: Graph, ids: Iterable[int]) -> list[Tensor]:
    """Return the tensors of some nodes; of an opened graph, those that have its gates."""
    by_id = {id: t for t, id in given._ids.items()}
    return [by_id[id] for id in ids]


def _wanted(given: Graph, open: Open, operation: str) -> Collection[Primitive]:
    """Return the primitives to open."""
    if open is False:
        return ()
    there = dict.fromkeys(
        n.primitive for n in given if n.primitive and n.primitive.spec.composition
    )
    if open is True:
        return there
    alone = isinstance(open, (str, Primitive)) or record_of(open) is not None
    asked: Any = () if open is None else (open,) if alone else open
    if not np.iterable(asked):
        raise DrawingError(f"{operation}: open={one_line(open)} is not the name of an operation")
    return BY_DEFAULT.union(*(_named(name, there, operation) for name in asked))


def _named(name: Any, there: Collection[Primitive], operation: str) -> list[Primitive]:
    found = [p for p in there if record_of(name) is p or name in (p.name, p.symbol)]
    if not found:
        known = [p.name for p in there]
        hint = suggestion(name, known) if isinstance(name, str) else ""
        hint = hint or f"; there are {', '.join(known) or 'none'}"
        raise DrawingError(
            f"{operation}: open={one_line(name)} is not an operation of this graph that names a "
            f"composition{plain(one_line(hint, 200, str))}"
        )
    return found


def _gates(t: Tensor, twins: Mapping[Tensor, Tensor]) -> Tensor | None:
    """Return the last gate of an operation; None if its gates do not compute the same."""
    primitive: Any = t.primitive
    pairs = list(zip(t.inputs, values_of(t), strict=True))
    leaves = {x: Tensor(v, x.requires_grad) for x, v in pairs if isinstance(x, Tensor)}
    inputs = [leaves[x] if isinstance(x, Tensor) else x for x in t.inputs]
    scope = OpenedScope(primitive.symbol, t.scope)
    with context.changed(scope=scope):
        out: Tensor = in_float32(primitive.spec.composition)(*inputs, **t.params)
    if not _is_equal(out, t, leaves):
        return None
    scope.equality = _said(primitive, t._value, out._value)
    out._value, out.name = t._value, t.name
    real = {leaf: twins.get(x, x) for x, leaf in leaves.items()}
    for gate in topological_order((out,)):
        gate.inputs = tuple(real.get(x, x) if isinstance(x, Tensor) else x for x in gate.inputs)
        _remember_place(gate, t)
    return out


def _is_equal(out: Any, t: Tensor, leaves: Mapping[Tensor, Tensor]) -> bool:
    """Whether gates have the value and the gradients of an operation, up to rounding."""
    if not isinstance(out, Tensor) or out.primitive is None or out.dtype != t.dtype:
        return False
    size = max(_largest(raw(leaf)) for leaf in leaves.values())
    if not equal_up_to_rounding(out._value, t._value, size):
        return False
    ones = np.ones(t.shape, t.dtype)[()]
    wanted = [x for x in leaves if x.requires_grad]
    with context.changed(capture=None):
        found = pull([t], wanted, [ones], stop=set(wanted))
        by_gates = pull([out], [leaves[x] for x in wanted], [ones])
    return all(map(equal_up_to_rounding, found, by_gates, map(_largest, found)))


def _largest(x: Any) -> float:
    return float(np.max(np.abs(x), initial=0.0))


def _said(primitive: Primitive, value: Any, by_gates: Any) -> str:
    """Say that the gates have the value of an operation."""
    same = "the same" if equal(value, by_gates) else "the same up to rounding"
    name = plain(primitive.symbol)
    if np.size(value) != 1:
        return f"{name} in one step and by these gates: {same}"
    one, other = (show(np.asarray(v).item(), 6) for v in (value, by_gates))
    return f"{name} in one step: {one}; by these gates: {other}, {same}"


def _twin(t: Tensor, twins: Mapping[Tensor, Tensor]) -> Tensor:
    """Return an application like another one, whose inputs are what was opened."""
    assert t.primitive is not None
    inputs = tuple(twins.get(x, x) if isinstance(x, Tensor) else x for x in t.inputs)
    twin = make_node(t.primitive, inputs, t.params, t._value, t.saved, t.requires_grad)
    twin.name, twin.scope = t.name, t.scope
    _remember_place(twin, t)
    return twin


def _remember_place(new: Tensor, old: Tensor) -> None:
    place = getattr(old, "place", None)
    if place is not None:
        new.place = place
