"""The payload: a trace as data for the player, everything that it will ever show.

Numbers that are read come as the text that all drawings and cards use; beside them stand the exact
values, for a reader who wants every digit.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from autograd.core.messages import plain
from autograd.ir.breakpoints import first_at, size_of
from autograd.ir.graph import Graph, Node
from autograd.ir.naming import Names
from autograd.ir.trace import Event, Trace
from autograd.viz.model.cards import Card, Cards
from autograd.viz.player.cells import LARGEST, rows_of
from autograd.viz.player.layers import layers
from autograd.viz.player.timeline import Timeline

EVENTS = 6_000  # of more, a page would be slow and large
ELEMENTS = 40_000  # of all tensors together that are listed one by one
ENTRIES = 25_000  # of all local gradients of tensors together
SIGNIFICANT = 6  # digits of a factor


def payload(
    graph: Graph, trace: Trace, digits: int, timelines: Sequence[Timeline], first: int
) -> dict[str, Any]:
    """Return everything that the player needs of a trace, ready for JSON.

    Parameters
    ----------
    graph : Graph
    trace : Trace
    digits : int
    timelines : sequence of Timeline
        The same drawing, folded less and less.
    first : int
        The one to begin with.

    Returns
    -------
    dict
        ``nodes``, ``events`` (with their cards), ``arrays``, ``cells``, ``views`` and ``view``, the
        one to begin with, ``born`` and ``digits``.
    """
    arrays = _Arrays()
    cards = Cards(trace, digits)
    return {
        "digits": digits,
        "nodes": [_node(node, cards.names, arrays) for node in graph],
        "events": list(_events(cards, arrays)),
        "cells": _cells(graph, trace),
        "arrays": arrays.data,
        "views": [_view(made) for made in timelines],
        "view": first,
        "born": {kind: first_at(trace, kind) for kind in ("nan", "inf")},
    }


class _Arrays:
    """The arrays of a payload, each once, and numbers as JSON knows them."""

    def __init__(self) -> None:
        self.data: list[dict[str, Any]] = []
        self._places: dict[int, int] = {}
        self._kept: list[Any] = []  # so that no id is given twice
        self._left = ELEMENTS

    def __call__(self, value: Any) -> Any:
        """Return a number, or ``{"array": place}``."""
        array = np.asarray(value)
        if not array.ndim:
            return _number(array.item())
        if id(value) not in self._places:
            self._places[id(value)] = len(self.data)
            self._kept.append(value)
            self.data.append(
                {
                    "shape": array.shape,
                    "dtype": str(array.dtype),
                    "largest": _number(size_of(array)),
                    "data": self._elements(array),
                }
            )
        return {"array": self._places[id(value)]}

    def _elements(self, array: np.ndarray) -> list[Any] | None:
        """Return all elements, while they are not too many."""
        if array.size > min(LARGEST, self._left):
            return None
        self._left -= array.size
        return [_number(v) for v in array.ravel().tolist()]


def _number(value: Any) -> Any:
    """Return a number that JSON can hold; NaN and the infinities as text."""
    if isinstance(value, (bool, int)):
        return int(value)
    value = float(value)
    return value if math.isfinite(value) else str(value)


def _node(node: Node, names: Names, arrays: _Arrays) -> dict[str, Any]:
    made_by = node.primitive
    return {
        "word": names[node.id],
        "grad": names.gradient(node.id),
        "gate": plain(node.gate),
        "name": plain(node.name or ""),
        "operation": plain(made_by.name) if made_by else "",
        "symbol": plain(made_by.symbol) if made_by else "",
        "formula": names.formula(node) if made_by else "",
        "inputs": node.inputs,
        "shape": np.shape(node.value),
        "scope": plain("/".join(scope.name for scope in node.scope)),
        "constant": node.constant,
        "tracked": node.requires_grad,
        "place": _place(node),
        "value": arrays(node.value),
    }


def _place(node: Node) -> dict[str, Any] | None:
    """Quote the line that made a node, with the part of it to mark."""
    place = node.place
    if place is None:
        return None
    line = f"{place.file}, line {place.line}" if place.file else ""
    return {"text": place.text, "start": place.start, "end": place.end, "line": line}


def _events(cards: Cards, arrays: _Arrays) -> Iterator[dict[str, Any]]:
    for index, event in enumerate(cards.trace):
        entry = {"kind": event.kind, "node": event.node}
        if event.kind == "vjp":
            entry |= {"input": event.input, "position": event.position}
        entry["exact"] = _exact(event, arrays)
        yield {**entry, "card": _card(cards.card(index), event)}


def _exact(event: Event, arrays: _Arrays) -> dict[str, Any]:
    known = {"value": event.value, "local": event.local, "upstream": event.upstream}
    known["before"] = event.before
    return {key: arrays(value) for key, value in known.items() if value is not None}


def _card(card: Card, event: Event) -> dict[str, Any]:
    """Return a card as data; that of an accumulation repeats nothing of its rule's."""
    data = _without_blanks(asdict(card))
    return {"total": data["total"]} if event.kind == "accumulate" else data


def _without_blanks(data: dict[str, Any]) -> dict[str, Any]:
    return {
        key: _without_blanks(value) if isinstance(value, dict) else value
        for key, value in data.items()
        if value
    }


def _cells(graph: Graph, trace: Trace) -> dict[str, Any]:
    """Return the local gradients of tensors, by node and position, up to a number of entries.

    Also those by inputs that need no gradient, such as an image: they are windows, too.
    """
    found: dict[str, Any] = {}
    left = ENTRIES
    nodes = [graph[e.node] for e in trace if e.kind == "forward"]
    for id, position in ((n.id, k) for n in nodes for k in range(len(n.inputs))):
        node = graph[id]
        if left <= 0:
            break
        if not np.ndim(node.value) and not np.ndim(graph[node.inputs[position]].value):
            continue
        rows = rows_of(graph, node, position)
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


def _view(made: Timeline) -> dict[str, Any]:
    return {
        "svg": layers(made),
        "states": made.states,
        "lit": {str(at): wires for at, wires in made.lit.items() if wires},
        "boxes": made.drawn,
        "folds": made.folds,
    }
