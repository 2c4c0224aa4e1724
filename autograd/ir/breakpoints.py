"""Breakpoints: what a debugger waits for.

A breakpoint is a test of the events of a trace.  The two that teach most look at numbers: the first
NaN, made from numbers that were finite, and the first gradient that is too small.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from numbers import Real
from typing import Any

import numpy as np

from autograd.core.messages import one_line, plain, suggestion
from autograd.core.tensor import ArrayLike
from autograd.core.types import Array, Scalar
from autograd.errors import DrawingError, short
from autograd.ir.graph import Node
from autograd.ir.nonfinite import KINDS, is_first
from autograd.ir.subgraph import NodeLike, find
from autograd.ir.trace import Event, Trace

Test = Callable[[Trace, int], bool]


@dataclass(frozen=True, slots=True)
class Breakpoint:
    """An event that a `Debugger` stops at.

    Attributes
    ----------
    description : str
    test : callable
        Of a trace and the index of an event.
    """

    description: str
    test: Test

    def __repr__(self) -> str:
        return f"Breakpoint({short(self.description)})"

    def to_json(self, trace: Trace) -> dict[str, Any]:
        """Return it as data for the player's page: its name, and the events that it stops at."""
        events = [i for i in range(len(trace)) if self.test(trace, i)]
        return {"kind": "python", "text": "", "label": self.description, "events": events}


def breakpoint_on(
    trace: Trace,
    node: NodeLike | None,
    operation: str | None,
    name: str | None,
    below: float | None,
    above: float | None,
    condition: Callable[[Event], Array | Scalar] | None,
) -> Breakpoint:
    """Make a breakpoint of what `Debugger.break_on` was given; all of it must hold."""
    _check(operation, name, below, above, condition)
    tests: list[tuple[str, Test]] = []
    if isinstance(node, str) and node.lower() in KINDS:
        tests.append((f"first {node.lower()}", _first(node.lower())))
    elif node is not None:
        wanted = find(trace.graph, node, "break_on")
        tests.append((f"node {wanted}", lambda trace, i: wanted in nodes_of(trace.events[i])))
    if operation is not None:
        shown = one_line(operation, text=str)
        tests.append((f"operation {shown}", _operations(trace, operation)))
    if name is not None:
        tests.append((f"name {plain(one_line(name, text=str))}", _named(name)))
    if below is not None:
        low = below
        crosses = _contribution(lambda before, after: after < low <= before)
        tests.append((f"gradient below {below:g}", crosses))
    if above is not None:
        high = above
        crosses = _contribution(lambda before, after: before <= high < after)
        tests.append((f"gradient above {above:g}", crosses))
    if condition is not None:
        stops = condition
        tests.append(("condition", lambda trace, i: bool(np.any(stops(trace.events[i])))))
    if not tests:
        raise DrawingError(
            "break_on: give it a node, operation=, name=, below=, above= or condition=, or 'nan'"
        )
    return Breakpoint(
        ", ".join(text for text, _ in tests),
        lambda trace, i: all(test(trace, i) for _, test in tests),
    )


def _check(
    operation: str | None,
    name: str | None,
    below: float | None,
    above: float | None,
    condition: object,
) -> None:
    for what, text in (("operation", operation), ("name", name)):
        if text is not None and not isinstance(text, str):
            raise DrawingError(f"break_on: {what}={one_line(text)} is not a text")
    for what, size in (("below", below), ("above", above)):
        is_number = isinstance(size, Real) and not isinstance(size, bool)
        if size is not None and not (is_number and size > 0):
            raise DrawingError(f"break_on: {what}={one_line(size)} is not a number above 0")
    if condition is not None and not callable(condition):
        raise DrawingError(
            f"break_on: condition={one_line(condition)} is not a function of an Event"
        )


def _operations(trace: Trace, operation: str) -> Test:
    known: dict[str, None] = {}
    for node in trace.graph:
        known |= dict.fromkeys(_names_of(node))
    if operation not in known:
        hint = suggestion(operation, known) or f"; there are {', '.join(known)}"
        raise DrawingError(
            f"break_on: no operation {operation!r:.60} in this graph"
            f"{plain(one_line(hint, 200, str))}"
        )

    def test(trace: Trace, index: int) -> bool:
        event = trace.events[index]
        return event.kind in ("forward", "vjp") and operation in _names_of(trace.graph[event.node])

    return test


def _names_of(node: Node) -> tuple[str, ...]:
    """Return what an operation may be called: its name, its symbol, its gate."""
    made_by = node.primitive
    return (made_by.name, made_by.symbol, node.gate) if made_by else ()


def nodes_of(event: Event) -> tuple[int | None, ...]:
    """Return the nodes that an event concerns."""
    return (event.node, event.input)


def _named(pattern: str) -> Test:
    def test(trace: Trace, index: int) -> bool:
        event = trace.events[index]
        nodes = [trace.graph[i] for i in nodes_of(event) if i is not None]
        return any(n.name is not None and fnmatchcase(n.name, pattern) for n in nodes)

    return test


def _first(kind: str) -> Test:
    """Wait for the first number of a kind: what it was made from has none of it."""
    return lambda trace, i: is_first(kind, trace.events[i].value, _sources(trace, i))


def _sources(trace: Trace, index: int) -> list[Any]:
    """Return the numbers that the value of an event was made from."""
    event = trace.events[index]
    node = trace.graph[event.node]
    inputs = [trace.graph[i].value for i in node.inputs]
    if event.kind == "forward":
        return inputs
    if event.kind == "vjp":
        return [event.upstream, node.value, *inputs]
    if event.kind == "accumulate":
        before = [] if event.before is None else [event.before]
        return [trace.events[index - 1].value, *before]
    return []


def _contribution(crosses: Callable[[float, float], bool]) -> Test:
    """Test the sizes of an upstream gradient and of the contribution that a rule makes of it."""

    def test(trace: Trace, index: int) -> bool:
        event = trace.events[index]
        return event.kind == "vjp" and crosses(size_of(event.upstream), size_of(event.value))

    return test


def size_of(value: ArrayLike) -> float:
    """Return the largest absolute value; NaN, which is neither below nor above, of nothing."""
    return float(np.max(np.abs(value))) if np.size(value) else math.nan


def first_at(trace: Trace, kind: str) -> list[int]:
    """Return the events whose value is the first to hold a kind of number, "nan" or "inf"."""
    test = _first(kind)
    return [i for i in range(len(trace)) if test(trace, i)]
