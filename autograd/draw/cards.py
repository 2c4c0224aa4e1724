"""Step cards: one event of a trace in words, symbols and numbers.

The card of a backward step has the form of the lecture,

    [local gradient] x [upstream gradient] = contribution,

and says how the running sum changes.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.draw.words import Words
from autograd.errors import plain
from autograd.graph import Node
from autograd.trace import Event, Trace

_PATTERNS = {
    "+": "a sum distributes its gradient",
    "*": "a product swaps its inputs",
    "max": "max routes: one input gets all of it",
    "min": "min routes: one input gets all of it",
}


MANY = 8  # inputs; of more, only the first are told


class Cards:
    """The cards of a trace.

    Parameters
    ----------
    trace : Trace
    digits : int
        Digits after the point.

    Examples
    --------
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

    def __init__(self, trace: Trace, digits: int = 2) -> None:
        self.trace = trace
        self.words = Words(trace.graph, digits)
        kinds = [event.kind for event in trace]
        self._first = kinds.index("seed") + 1
        self._forward = kinds.count("forward")
        self.count = kinds.count("vjp")

    def __iter__(self) -> Any:
        """Yield the cards of the backward steps."""
        return (self.at(i) for i in range(self._first + 1, len(self.trace), 2))

    def at(self, index: int) -> str:
        """Return the card of the event with this index in the trace."""
        event = self.trace.events[index]
        if event.kind == "forward":
            return self._forward_card(index, event)
        if event.kind == "seed":
            return (
                f"Backward begins   {self.words.gradient(event.node)} = {self._number(event.value)}"
            )
        step = (index - self._first) // 2
        vjp, total = self.trace.events[self._first + 2 * step :][:2]
        return self._step_card(step + 1, vjp, total if event is total else None)

    def _number(self, value: Any) -> str:
        return self.words.number(value)

    def _forward_card(self, index: int, event: Event) -> str:
        words, node = self.words, self.trace.graph[event.node]
        head = f"Forward {index + 1} of {self._forward}   "
        if node.primitive is None:
            return f"{head}leaf   {words[node.id]} = {self._number(event.value)}"
        made = f"{words[node.id]} = {words.formula(node)} = {self._number(event.value)}"
        return f"{head}{plain(node.gate)}   {made}{self._given(node)}"

    def _given(self, node: Node) -> str:
        """Say what the inputs are."""
        words, graph = self.words, self.trace.graph
        inputs = [i for i in dict.fromkeys(node.inputs) if not graph[i].constant]
        given = [f"{words[i]} = {words.number(graph[i].value)}" for i in inputs[:MANY]]
        given += [f"{len(inputs) - MANY} more"] if len(inputs) > MANY else []
        return "".join(f",  {part}" for part in given)

    def _step_card(self, number: int, vjp: Event, total: Event | None) -> str:
        words, node = self.words, self.trace.graph[vjp.node]
        assert vjp.position is not None
        assert vjp.input is not None
        head = (
            f"Step {number} of {self.count}   {plain(node.gate)}   "
            f"{words[node.id]} = {words.formula(node)}{self._given(node)}"
        )
        if node.inputs.count(vjp.input) > 1:
            head += f",  by input {vjp.position + 1}"
        target = words.gradient(vjp.input)
        lines = [head, f"  {target} += {self._product(vjp, node)} = {self._number(vjp.value)}"]
        if total is not None:
            pattern = _PATTERNS.get(node.primitive.symbol if node.primitive else "", "")
            before = "nothing yet" if total.before is None else self._number(total.before)
            reason = f"   ({pattern})" if pattern else ""
            lines.append(f"  sum:   {before} -> {self._number(total.value)}{reason}")
        return "\n".join(lines)

    def _product(self, vjp: Event, node: Node) -> str:
        words = self.words
        assert vjp.position is not None
        assert vjp.input is not None
        upstream = words.gradient(vjp.node)
        symbol = f"d{words[vjp.node]}/d{words[vjp.input]}"
        if vjp.local is None:
            name = plain(node.primitive.name) if node.primitive else ""
            return f"[{symbol}: the rule of {name}] x [{upstream} = {self._number(vjp.upstream)}]"
        text = words.local(node, vjp.position)
        local = f"{symbol} = {text}" if text else symbol
        numbers = " x ".join(_bracketed(self._number(v)) for v in (vjp.local, vjp.upstream))
        added_up = np.size(vjp.local) != np.size(vjp.value)
        note = ", summed over the copies made by broadcasting," if added_up else ""
        return f"[{local}] x [{upstream}] = {numbers}{note}"


def _bracketed(text: str) -> str:
    return text if text.startswith("[") else f"[{text}]"
