"""The numbers of a payload: what one run of a graph computed, for a structure that stays the same.

A live page sends these alone.  Numbers are exact; the page writes them with the digits of all
drawings and cards.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from autograd.core.messages import plain
from autograd.ir.breakpoints import first_at, size_of
from autograd.ir.graph import Graph
from autograd.ir.nonfinite import KINDS
from autograd.ir.proof import is_short, proof
from autograd.ir.rules import Rules
from autograd.ir.trace import Event, Trace
from autograd.viz.model.cells import LARGEST, rows_of
from autograd.viz.player.pictures import picture

ELEMENTS = 40_000  # of all tensors together that are listed one by one
FEW = 16  # elements that are always listed, since cards write them
ENTRIES = 25_000  # of all local gradients of tensors together
LONG = 800  # events; of a longer trace a quarter of the tensors' numbers are listed
SIGNIFICANT = 6  # digits of a factor
SAFE = 2**53  # JavaScript holds whole numbers up to this exactly


def numbers(trace: Trace, drawn: Iterable[Any] = (), rules: Rules | None = None) -> dict[str, Any]:
    """Return the numbers of a trace, ready for JSON.

    Parameters
    ----------
    trace : Trace
    drawn : iterable of array
        Those that stand in drawings; if they are too long to be listed, they come as pictures.
    rules : Rules, optional
        Those that are recorded already.

    Returns
    -------
    dict
        ``nodes``, a value each; ``events``, a dict of values each; ``arrays``, which a value of
        the form ``{"array": place}`` refers to; ``cells``, the local gradients of tensors;
        ``born``, the events at which NaN and infinity first appear; ``proof``, whether every number
        was recomputed.
    """
    part = 4 if len(trace) > LONG else 1
    arrays = _Arrays(ELEMENTS // part, drawn)
    return {
        "nodes": [arrays(node.value) for node in trace.graph],
        "events": [_exact(event, arrays) for event in trace],
        "arrays": arrays.data,
        "cells": _cells(trace.graph, trace, ENTRIES // part),
        "born": {kind: first_at(trace, kind) for kind in ("nan", "inf")},
        "proof": _proof(trace, rules),
    }


def _proof(trace: Trace, rules: Rules | None) -> dict[str, Any] | None:
    """Return whether every number was recomputed; None where that would take long."""
    if not is_short(trace):
        return None
    found = proof(trace, rules)
    return {"equal": found.equal, "verdict": plain(found.verdict), "event": found.event}


def _exact(event: Event, arrays: _Arrays) -> dict[str, Any]:
    known = {"value": event.value, "local": event.local, "upstream": event.upstream}
    known["before"] = event.before
    return {key: arrays(value) for key, value in known.items() if value is not None}


class _Arrays:
    """The arrays of a payload, each once, and numbers as JSON has them."""

    def __init__(self, elements: int, drawn: Iterable[Any]) -> None:
        self._drawn = {id(value) for value in drawn}
        self.data: list[dict[str, Any]] = []
        self._places: dict[int, int] = {}
        self._kept: list[Any] = []  # so that no id is given twice
        self._left = elements

    def __call__(self, value: Any) -> Any:
        """Return a number, or ``{"array": place}``."""
        array = np.asarray(value)
        if not array.ndim:
            return _number(array.item())
        if id(value) not in self._places:
            self._places[id(value)] = len(self.data)
            self._kept.append(value)
            self.data.append(self._entry(array, id(value) in self._drawn))
        return {"array": self._places[id(value)]}

    def _entry(self, array: np.ndarray, drawn: bool) -> dict[str, Any]:
        entry = {
            "shape": array.shape,
            "dtype": str(array.dtype),
            "largest": _number(size_of(array)),
            "data": self._elements(array),
        }
        if entry["data"] is not None:
            return entry
        seen = picture(array, drawn)
        return entry | {"range": _range(array), "kinds": _kinds(array), "picture": seen}

    def _elements(self, array: np.ndarray) -> list[Any] | None:
        """Return all elements, while they are not too many."""
        if array.size > max(FEW, min(LARGEST, self._left)):
            return None
        self._left -= array.size
        return [_number(v) for v in array.ravel().tolist()]


def _range(array: np.ndarray) -> list[Any]:
    """Return the smallest and the largest finite element, and how many are not finite."""
    finite = array[np.isfinite(array)]
    bad = array.size - finite.size
    if not finite.size:
        return [None, None, bad]
    return [_number(finite.min().item()), _number(finite.max().item()), bad]


def _kinds(array: np.ndarray) -> list[str]:
    return [kind for kind, test in KINDS.items() if array.dtype.kind == "f" and test(array).any()]


def _number(value: Any) -> Any:
    """Return a number that JSON can hold; as text what JavaScript would not read exactly."""
    if isinstance(value, (bool, int)):
        return int(value) if abs(value) < SAFE else str(value)
    value = float(value)
    return value if math.isfinite(value) else str(value)


def _cells(graph: Graph, trace: Trace, left: int) -> dict[str, Any]:
    """Return the local gradients of tensors, by node and position, up to a number of entries.

    Also those by inputs that need no gradient, such as an image: they are windows, too.
    """
    found: dict[str, Any] = {}
    for id, position in _tensor_uses(graph, trace):
        if left <= 0:
            break
        if np.size(graph[graph[id].inputs[position]].value) > left:  # an entry for each at least
            continue
        rows = rows_of(graph, graph[id], position)
        size = sum(map(len, rows.columns)) if rows else 0
        if rows is None or size > left:
            continue
        left -= size
        factors = [[float(f"{x:.{SIGNIFICANT}g}") for x in row] for row in rows.factors]
        found[f"{id}-{position}"] = {
            "columns": rows.columns,
            "factors": factors,
            "linear": rows.linear,
        }
    return found


def _tensor_uses(graph: Graph, trace: Trace) -> Iterator[tuple[int, int]]:
    """Yield the uses of inputs, as (node, position), where input or result is a tensor."""
    for node in (graph[e.node] for e in trace if e.kind == "forward"):
        for position, source in enumerate(node.inputs):
            if np.ndim(node.value) or np.ndim(graph[source].value):
                yield node.id, position
