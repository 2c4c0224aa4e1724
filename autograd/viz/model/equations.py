"""The equations of a trace: what each event says, as formulas without numbers.

A forward step is ``a = x W``; a backward step adds ``df/dW += x^T df/da``, or, where the derivative
is a number for each element, [local gradient] x [upstream gradient], summed over the copies that
broadcasting made.
"""

from __future__ import annotations

import numpy as np

from autograd.ir.graph import Node
from autograd.ir.trace import Event
from autograd.viz.model.boxes import Formula, Word, bracketed, gradient, row, sign, variable
from autograd.viz.model.cards import Cards, has_local
from autograd.viz.model.mathematics import formula, summation


class Equations:
    r"""The equations of the events of a trace.

    Examples
    --------
    >>> import autograd as ag
    >>> from autograd.viz.formats.latex import latex
    >>> from autograd.viz.model.cards import Cards
    >>> from autograd.viz.model.equations import Equations
    >>> x = ag.tensor(3.0, requires_grad=True, name="x")
    >>> equations = Equations(Cards(ag.trace(1.0 / x)))
    >>> print(latex(equations.made(1)))
    f=\frac{1}{x}
    """

    def __init__(self, cards: Cards) -> None:
        self._trace, self._names = cards.trace, cards.names
        self._graph = cards.trace.graph
        self._of = self._graph.outputs[0]

    def made(self, index: int) -> Formula | None:
        """Return what the operation of an event made: ``a = x W``."""
        event = self._trace.events[index]
        if event.kind == "seed":
            return self._gradient(event.node)
        node = self._graph[event.node]
        if node.primitive is None:
            return self._variable(node.id)
        made = self._formula(node, self._names.formula(node))
        return made and row(self._variable(node.id), sign("="), made)

    def product(self, index: int) -> Formula | None:
        """Return what the input of a backward step receives; None for other events."""
        event = self._trace.events[index]
        if event.kind != "vjp" or event.input is None or event.position is None:
            return None
        right = self._right(event, self._graph[event.node], event.position)
        return right and row(self._gradient(event.input), sign("+="), right)

    def _right(self, event: Event, node: Node, position: int) -> Formula | None:
        if not has_local(event, node):
            return self._formula(node, self._names.rule(node, position))
        text = self._names.local(node, position)
        local = self._formula(node, text) if text else None
        times = sign("⊙" if np.ndim(node.value) else "×")
        if local is None:
            return None
        made = row(bracketed(local), times, bracketed(self._gradient(node.id)))
        return row(*_sum_of_copies(event, node), made)

    def _formula(self, node: Node, text: str) -> Formula | None:
        names = self._names
        own = [node.id, *(i for i in node.inputs if not names.is_written_out(i))]
        known = {names[i]: self._variable(i) for i in own}
        known[names.gradient(node.id)] = self._gradient(node.id)
        return formula(text, known, "⊙" if np.ndim(node.value) else "·")

    def _variable(self, id: int) -> Formula:
        names = self._names
        return Word(names[id]) if names.is_written_out(id) else variable(names[id])

    def _gradient(self, id: int) -> Formula:
        return gradient(self._names[self._of], self._names[id])


def _sum_of_copies(event: Event, node: Node) -> list[Formula]:
    """Return the sum over the axes along which broadcasting made copies of an input."""
    shape, like = np.shape(node.value), np.shape(event.value)
    extra = len(shape) - len(like)
    axes = [k for k, n in enumerate(shape) if k < extra or n != like[k - extra]]
    if not axes:
        return []
    every = len(axes) == len(shape)
    return [summation("" if every else f"axis {', '.join(map(str, axes))}")]
