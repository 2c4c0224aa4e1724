"""Trace: everything that happens in a forward and a backward pass, in order, as data.

A `Trace` is recorded once, from the very generator that `backward` runs, and can then be read
forwards, backwards and as often as one likes.  It has four kinds of events:

- ``forward``: a node gets its value;
- ``seed``: the backward pass begins with the cotangent of the output;
- ``vjp``: the VJP rule of an operation gives a contribution to one of its inputs,
  contribution = [local gradient] x [upstream gradient];
- ``accumulate``: the contribution is added to what the input has received so far.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest
from numbers import Real
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd.core.backward import as_cotangent, check_requires_grad, count_uses, steps
from autograd.core.calls import called
from autograd.core.messages import one_line, plain
from autograd.core.tensor import ArrayLike, Tensor, raw
from autograd.core.types import Array, Scalar
from autograd.core.vjp import has_rule, rule_result
from autograd.errors import GradientError
from autograd.ir.cut import Use
from autograd.ir.graph import Graph, graph
from autograd.ir.numerics import equal_elements, near_elements
from autograd.ir.opened import Open, opened
from autograd.ir.verdict import Proof


@dataclass(frozen=True, slots=True, eq=False)
class Event:
    """One thing that happened.

    Attributes
    ----------
    kind : {"forward", "seed", "vjp", "accumulate"}
    node : int
        The id, in the trace's graph, of the node that got a value (forward, seed), applied its
        rule (vjp) or received a contribution (accumulate).
    input : int or None
        For a vjp, the id of the input that the contribution goes to.
    position : int or None
        For a vjp, which input that is; an input used twice has two positions.
    value : array or number
        The value (forward), the seed, the contribution (vjp) or the new total (accumulate).
    local : array, number or None
        For a vjp, d(node)/d(input) where it is one number per element; None for operations whose
        derivative is a larger matrix.
    upstream : array, number or None
        For a vjp, the cotangent of the node.
    before : array, number or None
        For an accumulate, the total before; None if nothing had arrived yet.
    """

    kind: str
    node: int
    input: int | None
    position: int | None
    value: Any
    local: Any = None
    upstream: Any = None
    before: Any = None

    def __repr__(self) -> str:
        towards = "" if self.input is None else f" to node {self.input}"
        return f"Event({self.kind}, node {self.node}{towards})"


@dataclass(frozen=True, slots=True, eq=False)
class Difference:
    """The first event at which two runs differ.

    Attributes
    ----------
    index : int
        Of the event in both traces.
    ours, theirs : Event or None
        The events; None where one run has ended.
    what : str
        In words.
    """

    index: int
    ours: Event | None
    theirs: Event | None
    what: str

    def __str__(self) -> str:
        return f"event {self.index + 1}: {self.what}"


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Trace:
    """The record of a forward and a backward pass.

    Attributes
    ----------
    graph : Graph
        What the ids in the events refer to.
    events : tuple of Event
    cut : set of (int, int)
        The uses of values that are cut, by `with_`: an operation, and which of its inputs.
    changed : set of int
        The leaves that have other values than in the run that was recorded, by `with_`.

    Examples
    --------
    >>> import autograd as ag
    >>> x = ag.tensor(3.0, requires_grad=True, name="x")
    >>> for event in ag.trace(x * x).events:
    ...     print(event.kind, event.node, float(event.value))
    forward 0 3.0
    forward 1 9.0
    seed 1 1.0
    vjp 1 3.0
    accumulate 0 3.0
    vjp 1 3.0
    accumulate 0 6.0
    """

    graph: Graph
    events: tuple[Event, ...]
    cut: frozenset[Use] = frozenset()
    changed: frozenset[int] = frozenset()

    def __repr__(self) -> str:
        return f"Trace of {len(self.events)} events on {len(self.graph)} nodes"

    def __iter__(self) -> Iterator[Event]:
        return iter(self.events)

    def __len__(self) -> int:
        return len(self.events)

    if TYPE_CHECKING:

        def debugger(self) -> Any:
            """Return a debugger; bound in autograd.debugger, which stands above."""

        def proof(self) -> Proof:
            """Recompute every number; bound in autograd.ir.proof."""

        def with_(self, values: Any = None, /, *, cut: Any = (), **named: Any) -> Trace:
            """Return the same computation from other numbers; bound in autograd.ir.intervention."""

    def gradient(self, node: int) -> Array | Scalar | None:
        """Return the final gradient of a node, or None if it gets none."""
        for event in reversed(self.events):
            if event.node == node and event.kind in ("accumulate", "seed"):
                found: Array | Scalar = event.value
                return found
        return None

    def diff(self, other: Trace, rtol: float = 0.0) -> Difference | None:
        """Find the first event at which two runs differ.

        Parameters
        ----------
        other : Trace
        rtol : float
            How much values may differ, relative to the larger one; by default not at all.

        Returns
        -------
        Difference or None
            None if the runs are equal.

        Raises
        ------
        GradientError
            If ``other`` is not a Trace, or ``rtol`` not a number of at least 0.

        Examples
        --------
        >>> import autograd as ag
        >>> def run(x):
        ...     return ag.trace(ag.exp(ag.tensor(x, requires_grad=True, name="x") * 2.0))
        >>> print(run(1.0).diff(run(1.0)))
        None
        >>> print(run(1.0).diff(run(1.5)))
        event 1: forward of x is 1 here, 1.5 there
        """
        if not isinstance(other, Trace):
            raise GradientError(f"diff: expected a Trace, not {type(other).__name__}")
        if isinstance(rtol, bool) or not isinstance(rtol, Real) or not 0 <= rtol < np.inf:
            raise GradientError(f"diff: rtol={one_line(rtol)} is not a finite number of at least 0")
        for index, (ours, theirs) in enumerate(zip_longest(self.events, other.events)):
            what = self._difference(other, ours, theirs, float(rtol))
            if what:
                return Difference(index, ours, theirs, what)
        return None

    def _difference(
        self, other: Trace, ours: Event | None, theirs: Event | None, rtol: float
    ) -> str:
        """Say how two events differ; nothing if they do not."""
        if ours is None or theirs is None:
            return "only one of the runs goes on"
        for what in ("kind", "node", "input", "position"):
            if getattr(ours, what) != getattr(theirs, what):
                return f"{self._called(ours)} here, {other._called(theirs)} there"
        if ours.kind == "forward":
            made_by = [t.graph[ours.node].primitive for t in (self, other)]
            if made_by[0] is not made_by[1]:
                names = [p.name if p else "a leaf" for p in made_by]
                return f"node {ours.node} is {names[0]} here, {names[1]} there"
        here, there = np.asarray(ours.value), np.asarray(theirs.value)
        return _apart(self._called(ours), here, there, rtol)

    def _called(self, event: Event) -> str:
        """Name an event by the label of its node, and of the input that gets its contribution."""
        nodes = [event.node] if event.input is None else [event.node, event.input]
        labels = " to ".join(one_line(self.graph[i].label, text=str) for i in nodes)
        return plain(f"{event.kind} of {labels}")


def _apart(what: str, here: np.ndarray, there: np.ndarray, rtol: float) -> str:
    """Say how the values of two events differ, relative to the larger one."""
    if here.shape != there.shape:
        return f"{what} has shape {here.shape} here, {there.shape} there"
    same = near_elements(here, there, rtol) if rtol else equal_elements(here, there)
    apart = ~same
    if not apart.any():
        return ""
    if not here.ndim:
        return f"{what} is {here.item():.17g} here, {there.item():.17g} there"
    with np.errstate(all="ignore"):
        furthest = np.max(
            np.abs(here.astype(float) - there.astype(float)), initial=0.0, where=apart
        )
    return f"{what} differs in {int(apart.sum())} of {here.size} elements, by up to {furthest:.3g}"


@called
def trace(output: Tensor, cotangent: ArrayLike | None = None, *, open: Open = None) -> Trace:
    """Record how a value was computed and how its gradient flows back.

    Parameters
    ----------
    output : Tensor
        The scalar L, or any tensor if a cotangent is given.
    cotangent : array, optional
        dL/d(output); 1 by default.
    open : bool, operation or sequence of them, optional
        Operations to replace by the gates that they stand for, such as "softmax_cross_entropy";
        `sigmoid`, `softplus` and `gelu` always are, unless it is False, and with True all that name
        a composition.

    Returns
    -------
    Trace
        The ``grad`` of every tensor is left alone.

    Raises
    ------
    GradientError, ShapeError
        As for `backward`.
    DrawingError
        If ``open`` has what is no such operation.

    Examples
    --------
    >>> import autograd as ag
    >>> x = ag.tensor(3.0, requires_grad=True, name="x")
    >>> ag.trace(x * x)
    Trace of 7 events on 2 nodes
    >>> [(float(e.local), float(e.upstream)) for e in ag.trace(x * x) if e.kind == "vjp"]
    [(3.0, 1.0), (3.0, 1.0)]
    """
    check_requires_grad(output, "trace")
    seed = raw(as_cotangent(cotangent, output, "trace"))
    record, output = opened(graph(output), open, "trace")
    return trace_of(output, seed, record)


def trace_of(output: Tensor, seed: Array | Scalar, record: Graph) -> Trace:
    """Return the trace of an output whose graph is given."""
    return Trace(record, tuple(iter_events(output, seed, record)))


def iter_events(output: Tensor, seed: Array | Scalar, record: Graph) -> Iterator[Event]:
    """Yield the events of a trace one by one, so that those before a failure can be kept."""
    for n in record:
        if not n.constant:
            yield Event("forward", n.id, None, None, n.value)
    yield Event("seed", record.id_of(output), None, None, seed)
    uses, _ = count_uses([output])
    received: dict[int, Any] = {}
    for node, position, x, upstream, contribution, total in steps([output], {output: seed}, uses):
        source, target = record.id_of(node), record.id_of(x)
        local = local_gradient(node, position, x)
        yield Event("vjp", source, target, position, contribution, local, upstream)
        before = received.get(target)
        received[target] = total
        yield Event("accumulate", target, None, None, total, before=before)


def local_gradient(node: Tensor, position: int, x: Tensor) -> Array | Scalar | None:
    """Return d(node)/d(input) where it is one number per element, else None.

    It is found by running the rule itself with an upstream gradient of 1.
    """
    primitive = node.primitive
    if primitive is None or not isinstance(primitive.vjps, tuple):
        return None
    if not primitive.elementwise and not (node.size == 1 and x.size == 1):
        return None
    if not has_rule(primitive, position):
        return None
    ones = np.ones(node.shape, node.dtype)[()]
    values = [raw(v) for v in node.inputs]
    local: Array | Scalar = rule_result(primitive, position, ones, node.data, values, node.params)
    return local
