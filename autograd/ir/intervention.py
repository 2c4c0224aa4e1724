"""Intervention: the same computation from other numbers, or with a wire cut.

What if this weight were 2, and what does this branch contribute?  `Trace.with_` computes both
passes of a recorded trace again, by the same forward and VJP rules in the same order.  The graph
has the same nodes and the trace the same events, so that two runs can be compared event by event.

A wire that is cut carries nothing: zeros arrive in place of its value, and the gradient that flows
back through it is zero.  In a sum that removes the branch.

The graph is run as it was recorded: what the code decided by looking at data stays decided, as
`autograd.ir.replay` says.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from autograd.core.messages import one_line, plain, suggestion
from autograd.core.tensor import ArrayLike, raw
from autograd.core.types import Array
from autograd.core.values import as_value
from autograd.core.vjp import rule_result
from autograd.errors import GradientError
from autograd.ir.cut import Use, given_to, zeros_like
from autograd.ir.evaluate import contribution
from autograd.ir.graph import Graph, Node
from autograd.ir.naming import Names
from autograd.ir.numerics import epsilon, near_elements
from autograd.ir.replay import Replay
from autograd.ir.trace import Event, Trace

DIGITS = 2  # of the constants in names


def with_(
    trace: Trace,
    values: Mapping[str, ArrayLike] | None = None,
    /,
    *,
    cut: str | Iterable[str] = (),
    **named: ArrayLike,
) -> Trace:
    """Return the same computation with other values for some leaves, and with wires cut.

    Parameters
    ----------
    values : mapping from str to array, optional
        New values by the names of leaves, such as ``{"0.weight": w}``, of the same shapes.
    cut : str or sequence of str
        Wires as ``"a -> f"``, by the names that drawings and cards show: zeros arrive at f in place
        of a, and no gradient flows back to a from there.
    **named : array
        New values for leaves whose names are words.

    Returns
    -------
    Trace
        With the same nodes and events, for `diff`.

    Raises
    ------
    GradientError
        If a name is unknown or that of a result, a shape is another, a leaf's dtype cannot hold a
        number, or a wire does not exist.

    Notes
    -----
    What the code decided by looking at data stays decided, as `autograd.ir.replay` says: a mask or
    an index that was computed keeps the elements that it picked, where the code, run on the new
    values, may pick others.  A drawing of such a trace says so.

    Examples
    --------
    >>> import autograd as ag
    >>> w, x = (ag.tensor(v, requires_grad=True, name=n) for v, n in ((2.0, "w"), (3.0, "x")))
    >>> before = ag.trace(w * x + x)
    >>> after = before.with_(w=5.0)
    >>> [float(t.events[-1].value) for t in (before, after)]  # df/dx = w + 1
    [3.0, 6.0]
    >>> print(after.diff(before))
    event 1: forward of w is 5 here, 2 there
    >>> float(before.with_(cut="x -> f").gradient(1))
    2.0
    """
    if values is not None and not isinstance(values, Mapping):
        raise GradientError(
            f"with_: {one_line(values)} is not a mapping; write x=..., or a dict from names"
        )
    names = Names(trace.graph, DIGITS)
    changes = {
        leaf.id: _fitting(leaf, value, name)
        for name, value in {**(values or {}), **named}.items()
        for leaf in [_leaf(names, name)]
    }
    wires = [cut] if isinstance(cut, str) or not np.iterable(cut) else list(cut)
    cuts = trace.cut.union(use for wire in wires for use in _uses(names, wire))
    graph = _computed(trace, changes, cuts)
    changed = trace.changed.union(changes)
    return Trace(graph, tuple(_events(trace, graph, cuts)), cuts, changed)


def _computed(trace: Trace, changes: Mapping[int, Any], cut: frozenset[Use]) -> Graph:
    """Return the graph with the values of the forward pass on other leaves."""
    replay = Replay(trace.graph)
    values = replay(changes, cut)
    for id, side in replay.sides(values).items():
        values[trace.graph[id].inputs[0]] = side
    pairs = zip(trace.graph, values, strict=True)
    return replace(trace.graph, nodes=tuple(replace(node, value=v) for node, v in pairs))


def _events(trace: Trace, graph: Graph, cut: frozenset[Use]) -> Iterator[Event]:
    """Yield the events of a trace with the numbers of another graph."""
    totals: dict[int, Any] = {}
    made: Any = None
    with np.errstate(all="ignore"):
        for event in trace:
            if event.kind == "forward":
                yield replace(event, value=graph[event.node].value)
            elif event.kind == "seed":
                totals[event.node] = event.value
                yield event
            elif event.kind == "vjp":
                again = _contributed(graph, event, totals[event.node], cut)
                made = again.value
                yield again
            else:
                before = totals.get(event.node)
                totals[event.node] = made if before is None else before + made
                yield replace(event, value=totals[event.node], before=before)


def _contributed(graph: Graph, event: Event, ct: Any, cut: frozenset[Use]) -> Event:
    """Return the event of a rule that is run on other numbers."""
    node, position = graph[event.node], event.position
    assert node.primitive is not None
    assert position is not None
    given = given_to(node, [graph[i].value for i in node.inputs], cut)
    if (node.id, position) in cut:
        local = None if event.local is None else zeros_like(event.local)
        return replace(event, value=zeros_like(event.value), local=local, upstream=ct)
    value, local = contribution(node, position, ct, node.value, given), None
    if event.local is not None:
        ones = np.ones(np.shape(node.value), np.asarray(node.value).dtype)[()]
        local = rule_result(node.primitive, position, ones, node.value, given, node.params)
    return replace(event, value=value, local=local, upstream=ct)


def _node(names: Names, name: object, known: Iterable[str]) -> Node:
    """Return the node that has a name, or say which names there are."""
    id = names.find(name) if isinstance(name, str) else None
    if id is None:
        known = list(known)
        hint = suggestion(name, known) or f"; there are {', '.join(known[:12])}"
        raise GradientError(f"with_: no value is called {one_line(name)}{plain(hint)}")
    return names.graph[id]


def _leaf(names: Names, name: object) -> Node:
    """Return the leaf that has a name."""
    leaves = [names[n.id] for n in names.graph if n.primitive is None and not n.constant]
    node = _node(names, name, leaves)
    if node.primitive is not None:
        raise GradientError(
            f"with_: {plain(str(name))} is computed, as {names.formula(node)}; give values for "
            f"leaves, {plain(', '.join(leaves[:12]))}, or cut a wire"
        )
    return node


def _fitting(leaf: Node, value: ArrayLike, name: str) -> Any:
    """Return a new value in the shape and dtype of a leaf."""
    like, new = np.asarray(leaf.value), raw(value)
    with np.errstate(all="ignore"):
        fitting = np.asarray(as_value(new, f"with_: {plain(name)}", like.dtype, copy=True))
    if fitting.shape != like.shape:
        raise GradientError(
            f"with_: {plain(name)} has shape {like.shape}, and not {fitting.shape}; give it a "
            "value of its shape"
        )
    _check_cast(np.asarray(new), fitting, name)
    return fitting[()]


def _check_cast(new: Array, fitting: Array, name: str) -> None:
    """Refuse numbers that a dtype cannot hold, up to its rounding."""
    dtype = fitting.dtype
    smallest = float(np.finfo(dtype).smallest_subnormal) if dtype.kind == "f" else 0.0
    held = near_elements(new, fitting, epsilon(fitting), smallest)
    if not held.all():
        first = one_line(new[~held].flat[0], text=str)
        raise GradientError(
            f"with_: {plain(name)} is of dtype {dtype}, which cannot hold {first}; give it "
            f"numbers of {dtype}"
        )


def _uses(names: Names, wire: object) -> list[Use]:
    """Return the uses that a wire, as ``a -> f``, stands for."""
    splits = _splits(wire) if isinstance(wire, str) else []
    known = [s for s in splits if all(names.find(end) is not None for end in s)]
    found = next(filter(None, (_between(names, *ends) for ends in known)), None)
    if found is not None:
        return found
    if not known and len(splits) != 1:
        raise GradientError(f'with_: cut={one_line(wire)} is not a wire; write it as "a -> f"')
    raise _no_wire(names, *(known or splits)[0])


def _splits(wire: str) -> list[tuple[str, str]]:
    """Return the pairs of ends that a wire can mean; a name may have an arrow in it."""
    parts = wire.split("->")
    pairs = ((parts[:k], parts[k:]) for k in range(1, len(parts)))
    return [("->".join(a).strip(), "->".join(b).strip()) for a, b in pairs]


def _between(names: Names, source: str, target: str) -> list[Use]:
    """Return the uses of one value by another."""
    i, user = names.find(source), names.find(target)
    assert user is not None
    return [(user, k) for k, x in enumerate(names.graph[user].inputs) if x == i]


def _no_wire(names: Names, source: str, target: str) -> GradientError:
    """Say which wires there are."""
    every = [names[n.id] for n in names.graph if not n.constant]
    id = _node(names, source, every).id
    _node(names, target, every)
    users = dict.fromkeys(names[user] for user, _ in names.graph.consumers(id))
    there = ", ".join(f"{source} -> {user}" for user in users) or "none"
    return GradientError(
        f"with_: there is no wire {plain(f'{source} -> {target}')}; from {plain(source)} there are "
        f"{plain(there)}"
    )


Trace.with_ = with_  # type: ignore[method-assign]
