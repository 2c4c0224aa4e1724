"""The text of a step on matrices: the equation in symbols, and under it the same with numbers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from autograd.ir.graph import Graph
from autograd.ir.naming import Names
from autograd.ir.trace import Event
from autograd.viz.model import matrices
from autograd.viz.model.card import NOTHING, Card, Product


class StepText:
    """The card of a step as text, with its matrices in rows.

    Parameters
    ----------
    graph : Graph
    names : Names
    card : Card
    event : Event
        The one whose rule the card shows.
    """

    def __init__(self, graph: Graph, names: Names, card: Card, event: Event) -> None:
        self._graph, self._names, self._event = graph, names, event
        self._card = replace(card, given=tuple(self._by_shape(*pair) for pair in card.given))

    def __str__(self) -> str:
        card = self._card
        lines = [str(replace(card, product=None, total=None))]
        if card.product:
            lines.append(f"  {card.product.equation}")
            lines += [f"    {line}" for line in self._figures(card.product)]
        if card.total:
            # The sum is then the contribution above.
            new = card.total.before == NOTHING and np.ndim(self._event.value) > 1
            total = replace(card.total, after=_sizes(self._event.value)) if new else card.total
            lines.append(f"  {total}")
        return "\n".join(lines)

    def _by_shape(self, name: str, text: str) -> tuple[str, str]:
        """Give a matrix by its shape, for its numbers stand below: ``X: 2x3``."""
        found = self._names.find(name)
        value = 0.0 if found is None else self._graph[found].value
        return (f"{name}: {_sizes(value)}", "") if np.ndim(value) > 1 else (name, text)

    def _figures(self, product: Product) -> list[str]:
        if product.rule:
            return self._of_rule(product)
        event = self._event
        lines = matrices.equation(
            [event.local, event.upstream], "x", event.value, self._names.digits
        )
        note = "summed over the copies made by broadcasting"
        return [note, *lines] if product.summed else lines

    def _of_rule(self, product: Product) -> list[str]:
        """Write the matrices of a product, the contribution, and its largest cell."""
        event, digits = self._event, self._names.digits
        node = self._graph[event.node]
        assert event.position is not None
        known = {self._names[i]: self._graph[i].value for i in node.inputs}
        known |= {self._names[node.id]: node.value, product.upstream_symbol: event.upstream}
        operands = matrices.operands_of(product.rule, known)
        lines = matrices.equation(operands, "@", event.value, digits)
        cell = matrices.cell(self._graph, node, event.position, event.upstream, event.value, digits)
        if cell is not None:
            index, products = cell
            lines.append(f"{product.target}[{', '.join(map(str, index))}] = {products}")
        return lines


def _sizes(value: Any) -> str:
    return "x".join(map(str, np.shape(value)))
