"""How long the operations of a graph take, each run once more."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from time import perf_counter
from typing import TypeAlias

import numpy as np

from autograd.core.types import Array
from autograd.core.vjp import rule_result
from autograd.ir.evaluate import value_of
from autograd.ir.graph import Graph
from autograd.ir.trace import Trace

Times: TypeAlias = dict[int, list[float | None]]  # forward and backward, in milliseconds

NO_TIME = [0.0, 0.0]  # of what no operation made


def times_of(graph: Graph, trace: Trace | None) -> Times:
    """Run every rule once more, and measure; None where one fails the second time."""
    found: Times = {}
    for node in graph:
        if node.primitive is not None:
            forward = partial(value_of, node, [graph[i].value for i in node.inputs])
            found[node.id] = [_milliseconds(forward), 0.0]
    for event in trace.events if trace else ():
        node = graph[event.node]
        if event.kind == "vjp" and node.primitive is not None and event.position is not None:
            given: list[Array] = [graph[i].value for i in node.inputs]
            place = event.position, event.upstream, node.value, given, node.params
            spent = _milliseconds(partial(rule_result, node.primitive, *place))
            found[node.id][1] = total([found[node.id][1], spent])
    return found


def _milliseconds(run: Callable[[], object]) -> float | None:
    begin = perf_counter()
    try:
        with np.errstate(all="ignore"):
            run()
    except Exception:
        return None
    return 1e3 * (perf_counter() - begin)


def total(times: Iterable[float | None]) -> float | None:
    """Return the sum, or None if one of them is not known."""
    known = list(times)
    return None if None in known else sum(t for t in known if t is not None)
