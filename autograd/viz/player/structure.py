"""The structure of a payload: what is the same in every run of a graph, without its numbers.

Nodes, events, the words of their cards, and drawings.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from typing import Any

import numpy as np

from autograd.core.messages import plain
from autograd.ir.graph import Node
from autograd.ir.naming import Names
from autograd.ir.trace import Event, Trace
from autograd.viz.formats.mathml import mathml
from autograd.viz.model.card import Card
from autograd.viz.model.cards import MANY, Cards
from autograd.viz.model.equations import Equations

# Of a card, what the page writes from the numbers of its event.
NUMBERS = ("local", "upstream", "value", "before", "after")


def structure(trace: Trace, digits: int) -> dict[str, Any]:
    """Return what the player needs of a trace, numbers apart, ready for JSON.

    Returns
    -------
    dict
        ``nodes``, ``events`` with their cards, ``digits``, and ``many``, how many inputs a card
        lists.
    """
    cards = Cards(trace, digits, with_numbers=False)
    return {
        "digits": digits,
        "many": MANY,
        "nodes": [_node(node, cards.names) for node in trace.graph],
        "events": list(_events(cards)),
    }


def _node(node: Node, names: Names) -> dict[str, Any]:
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
        "dtype": str(np.asarray(node.value).dtype),
        "scope": plain("/".join(scope.name for scope in node.scope)),
        "constant": node.constant,
        "tracked": node.requires_grad,
        "place": _place(node),
    }


def _place(node: Node) -> dict[str, Any] | None:
    """Quote the line that made a node, with the part of it to mark."""
    place = node.place
    if place is None:
        return None
    line = f"{place.file}, line {place.line}" if place.file else ""
    return {"text": place.text, "start": place.start, "end": place.end, "line": line}


def _events(cards: Cards) -> Iterator[dict[str, Any]]:
    equations = Equations(cards)
    for index, event in enumerate(cards.trace):
        entry: dict[str, Any] = {"kind": event.kind, "node": event.node}
        if event.kind == "vjp":
            entry |= {"input": event.input, "position": event.position}
        if event.kind == "accumulate":  # its rule's card, before it, says the rest
            entry["card"] = {"total": _words(cards.total(index))}
        else:
            entry["card"] = _card(cards.card(index), event) | _math(equations, index, event)
        yield entry


def _math(equations: Equations, index: int, event: Event) -> dict[str, Any]:
    """Return the equation of an event as MathML."""
    name = "product" if event.kind == "vjp" else "made"
    made = equations.product(index) if name == "product" else equations.made(index)
    return {"math": {name: mathml(made)}} if made else {}


def _card(card: Card, event: Event) -> dict[str, Any]:
    """Return the words of a card."""
    words = _words(card)
    words.pop("given", None)  # the inputs of the node, which the page has
    if event.kind in ("forward", "seed"):  # "f = exp(a) = 0.05": the number comes last
        words["made"] = words["made"].rpartition(" = ")[0]
    if card.product is not None:
        words["product"] = _words(card.product)
    return words


def _words(part: Any) -> dict[str, Any]:
    """Return a part of a card as data, without numbers and what is empty."""
    found = {f.name: getattr(part, f.name) for f in fields(part) if f.name not in NUMBERS}
    return {name: value for name, value in found.items() if value}
