"""Step cards: one event of a trace in words, symbols and numbers.

The card of a backward step has the form of the lecture,

    [local gradient] x [upstream gradient] = contribution,

and says how the running sum changes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np

from autograd.core.messages import plain
from autograd.ir.graph import Node
from autograd.ir.printer.formulas import Formulas
from autograd.ir.trace import Event, Trace
from autograd.viz.model.card import NOTHING, Card, Product, Total
from autograd.viz.model.step_text import StepText

_PATTERNS = {
    "+": "a sum distributes its gradient",
    "*": "a product swaps its inputs",
    "max": "max routes: one input gets all of it",
    "min": "min routes: one input gets all of it",
}


MANY = 8  # inputs; of more, only the first are listed


class Cards:
    """The cards of a trace.

    Parameters
    ----------
    trace : Trace
    digits : int
        Digits after the point.
    with_numbers : bool
        Whether numbers are written; without them, what is left is the same in every run.

    Examples
    --------
    >>> from autograd.viz.model.cards import Cards
    >>> import autograd as ag
    >>> x = ag.tensor(3.0, requires_grad=True, name="x")
    >>> cards = Cards(ag.trace(ag.exp(-x)))
    >>> print(cards.at(2))
    Forward 3 of 3   exp   f = exp(a) = 0.05,  a = -3.00
    >>> print(cards.at(5))
    Step 1 of 2   exp   f = exp(a),  a = -3.00
      df/da += [df/da = f] x [df/df] = [0.05] x [1.00] = 0.05
      sum:   nothing yet -> 0.05
    """

    def __init__(self, trace: Trace, digits: int = 2, with_numbers: bool = True) -> None:
        self.trace = trace
        self.names = Formulas(trace.graph, digits)
        self._number = self.names.number if with_numbers else _no_number
        kinds = [event.kind for event in trace]
        both = "seed" not in kinds  # passes as one graph, where all operations give values
        self._first = (len(kinds) if both else kinds.index("seed")) + 1
        self._head = "Step" if both else "Forward"
        self._forward = kinds.count("forward")
        self.count = kinds.count("vjp")

    def __iter__(self) -> Iterator[str]:
        """Yield the cards of the backward steps."""
        return (self.at(i) for i in range(self._first + 1, len(self.trace), 2))

    def at(self, index: int) -> str:
        """Return the card of the event with this index in the trace, as text.

        Matrices stand in rows under the equation of a step.
        """
        card, event = self.card(index), self._rule_event(index)
        if event is None or card.product is None or not has_matrix(event):
            return str(card)
        return str(StepText(self.trace.graph, self.names, card, event))

    def _rule_event(self, index: int) -> Event | None:
        """Return the event of the rule that a card of a backward step is about."""
        step = (index - self._first) // 2
        return self.trace.events[self._first + 2 * step] if step >= 0 else None

    def card(self, index: int) -> Card:
        """Return the card of the event with this index in the trace."""
        event = self.trace.events[index]
        if event.kind == "forward":
            return self._forward_card(index, event)
        if event.kind == "seed":
            begins = f"{self.names.gradient(event.node)} = {self._number(event.value)}"
            return Card("Backward begins", "", begins)
        step = (index - self._first) // 2
        vjp = self.trace.events[self._first + 2 * step]
        return self._step_card(step + 1, vjp, None if event is vjp else self.total(index))

    def total(self, index: int) -> Total:
        """Return how the accumulation with this index changes a running sum."""
        vjp, event = self.trace.events[index - 1 : index + 1]
        return self._total(event, self.trace.graph[vjp.node])

    def _forward_card(self, index: int, event: Event) -> Card:
        names, node = self.names, self.trace.graph[event.node]
        head = f"{self._head} {index + 1} of {self._forward}"
        if node.primitive is None:
            return Card(head, "leaf", f"{names[node.id]} = {self._number(event.value)}")
        made = f"{names[node.id]} = {names.formula(node)} = {self._number(event.value)}"
        return Card(head, plain(node.gate), made, self._given(node))

    def _given(self, node: Node) -> tuple[tuple[str, str], ...]:
        """Say what the inputs are."""
        names, graph = self.names, self.trace.graph
        inputs = [i for i in dict.fromkeys(node.inputs) if not names.is_written_out(i)]
        given = [(names[i], self._number(graph[i].value)) for i in inputs[:MANY]]
        more = [(f"{len(inputs) - MANY} more", "")] if len(inputs) > MANY else []
        return (*given, *more)

    def _step_card(self, number: int, vjp: Event, total: Total | None) -> Card:
        names, node = self.names, self.trace.graph[vjp.node]
        assert vjp.position is not None
        assert vjp.input is not None
        return Card(
            head=f"Step {number} of {self.count}",
            gate=plain(node.gate),
            made=f"{names[node.id]} = {names.formula(node)}",
            given=self._given(node),
            by_input=vjp.position + 1 if node.inputs.count(vjp.input) > 1 else 0,
            product=self._product(vjp, node),
            total=total,
        )

    def _total(self, event: Event, node: Node) -> Total:
        pattern = _PATTERNS.get(node.primitive.symbol if node.primitive else "", "")
        before = NOTHING if event.before is None else self._number(event.before)
        return Total(before, self._number(event.value), pattern)

    def _product(self, vjp: Event, node: Node) -> Product:
        names = self.names
        assert node.primitive is not None
        assert vjp.position is not None
        assert vjp.input is not None
        known = has_local(vjp, node)
        return Product(
            target=names.gradient(vjp.input),
            symbol=f"{names.d(vjp.node)}/{names.d(vjp.input)}",
            text=names.local(node, vjp.position) if known else "",
            local=self._number(vjp.local) if known else "",
            rule="" if known else names.rule(node, vjp.position),
            why=_why(node, vjp.position),
            upstream_symbol=names.gradient(vjp.node),
            upstream=self._number(vjp.upstream),
            value=self._number(vjp.value),
            summed=known and np.size(vjp.local) != np.size(vjp.value),
        )


def has_matrix(event: Event) -> bool:
    """Return whether a step is about arrays of several axes."""
    return any(np.ndim(x) > 1 for x in (event.value, event.local) if x is not None)


def _no_number(value: object) -> str:
    return ""


def has_local(event: Event, node: Node) -> bool:
    """Return whether a step is shown as [local gradient] x [upstream gradient]."""
    return event.local is not None and node.primitive is not None and node.primitive.elementwise


def _why(node: Node, position: int) -> str:
    """Write the derivative of an operation in general: ``d(x * y)/dx = y``."""
    assert node.primitive is not None
    texts, symbol = node.primitive.partials, node.primitive.symbol
    if position > 2 or not texts or not texts[position]:
        return ""
    letters = "xyz"[: len(texts)]
    general = {"*-1": "-x", "1/x": "1/x"}.get(symbol) or (
        f"x {symbol} y"
        if symbol in ("+", "-", "*", "/", "^")
        else f"{plain(node.primitive.name)}({', '.join(letters)})"
    )
    own = f"({general})" if " " in general else general
    text = re.sub(r"\bout\b", lambda _: own, plain(texts[position]))
    return f"d({general})/d{letters[position]} = {text}"
