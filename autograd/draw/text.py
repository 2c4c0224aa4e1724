"""A trace as a transcript: the forward table, a card for every backward step, the gradients.

Every card has the form of the lecture,

    [local gradient] x [upstream gradient] = contribution,

in symbols and in numbers, and says how the running sum changes.
"""

from __future__ import annotations

import re
import string
from itertools import chain, count
from typing import Any

import numpy as np

from autograd.draw.numbers import show
from autograd.graph import Graph, Node
from autograd.trace import Event, Trace

_PATTERNS = {
    "+": "a sum distributes its gradient",
    "*": "a product swaps its inputs",
    "max": "max routes: one input gets all of it",
    "min": "min routes: one input gets all of it",
}


def transcript(trace: Trace, title: str = "", digits: int = 2) -> str:
    """Return a trace as text for a terminal.

    Parameters
    ----------
    trace : Trace
    title : str
        A first line.
    digits : int
        Digits after the point.

    Returns
    -------
    str

    Examples
    --------
    >>> import autograd as ag
    >>> x = ag.tensor(3.0, requires_grad=True, name="x")
    >>> print(transcript(ag.trace(ag.exp(-x))))
    Forward
      name  gate  computed as  value
      x     leaf               3.00
      a     *-1   -x           -3.00
      f     exp   exp(a)       0.05
    <BLANKLINE>
    Backward, from df/df = 1.00: [local gradient] x [upstream gradient] = contribution
    <BLANKLINE>
    Step 1 of 2   exp   f = exp(a),  a = -3.00
      df/da += [df/da = f] x [df/df] = [0.05] x [1.00] = 0.05
      sum:   nothing yet -> 0.05
    <BLANKLINE>
    Step 2 of 2   *-1   a = -x,  x = 3.00
      df/dx += [da/dx = -1] x [df/da] = [-1.00] x [0.05] = -0.05
      sum:   nothing yet -> -0.05
    <BLANKLINE>
    Gradients
      df/dx = -0.05
    """
    words = _Words(trace.graph, digits)
    seed = next(e for e in trace if e.kind == "seed")
    parts = [plain(" ".join(title.split()))] if title else []
    parts.append("Forward\n" + _table(trace.graph, words))
    top = words.gradient(seed.node)
    parts.append(
        f"Backward, from {top} = {words.number(seed.value)}: "
        "[local gradient] x [upstream gradient] = contribution"
    )
    parts.extend(_cards(trace, words))
    parts.append("Gradients\n" + _gradients(trace, words))
    return "\n\n".join(parts)


class _Words:
    """Names for nodes, and formulas written with them."""

    def __init__(self, graph: Graph, digits: int) -> None:
        self.graph = graph
        self.digits = digits
        self._names: dict[int, str] = {}
        self._taken: set[str] = set()
        for node in graph:
            if node.constant:
                self._names[node.id] = self.number(node.value) if _shape(node) else node.label
            elif node.name:
                self._give(node.id, [plain(node.name)])
        self._give(graph.outputs[0], ["f"])
        # Not d as in df, nor e, the number, nor l, which looks like 1.
        letters = [c for c in string.ascii_lowercase if c not in "del"]
        for node in graph:
            self._give(node.id, [*letters, f"v{node.id}"])

    def _give(self, id: int, wishes: list[str]) -> None:
        """Name a node by the first wish that is free, or number the last one until it is."""
        if id in self._names:
            return
        numbered = (f"{wishes[-1]}_{i}" for i in count(2))
        name = next(name for name in chain(wishes, numbered) if name not in self._taken)
        self._names[id] = name
        self._taken.add(name)

    def __getitem__(self, id: int) -> str:
        return self._names[id]

    def number(self, value: Any) -> str:
        return show(value, self.digits)

    def gradient(self, id: int) -> str:
        return f"d{self[self.graph.outputs[0]]}/d{self[id]}"

    def formula(self, node: Node) -> str:
        """Write how a node was computed: ``a + b``, ``exp(a)``."""
        assert node.primitive is not None
        inputs = [self._operand(i) for i in node.inputs]
        symbol = node.primitive.symbol
        if len(inputs) == 2 and symbol in ("+", "-", "*", "/", "^", "@"):
            return f"{inputs[0]} {symbol} {inputs[1]}"
        if symbol == "*-1":
            return f"-{inputs[0]}"
        if symbol == "1/x":
            return f"1/{inputs[0]}"
        return f"{node.primitive.name}({', '.join(self[i] for i in node.inputs)})"

    def _operand(self, id: int) -> str:
        text = self[id]
        return f"({text})" if text.startswith("-") else text

    def local(self, node: Node, position: int) -> str:
        """Write the local gradient with the names of this graph."""
        assert node.primitive is not None
        texts = node.primitive.derivatives
        if not texts:
            return ""
        here = {"out": self[node.id]}
        here |= dict(zip("xy", (self._operand(i) for i in node.inputs), strict=False))
        text = re.sub(r"\b(x|y|out)\b", lambda found: here[found[0]], texts[position])
        return re.sub(r"\(([\d.]+)-1\)", lambda found: f"{float(found[1]) - 1:g}", text)


def plain(text: str) -> str:
    """Return a name without control characters, which a terminal might obey."""
    return "".join(c if c.isprintable() else "?" for c in text)


def _shape(node: Node) -> tuple[int, ...]:
    return tuple(getattr(node.value, "shape", ()))


def _table(graph: Graph, words: _Words) -> str:
    rows = [("name", "gate", "computed as", "value")]
    for node in graph:
        if node.constant:
            continue
        gate = plain(node.gate) or "leaf"
        formula = words.formula(node) if node.primitive else ""
        rows.append((words[node.id], gate, formula, words.number(node.value)))
    widths = [max(len(row[i]) for row in rows) for i in range(3)]
    return "\n".join(
        "  " + "  ".join([*(cell.ljust(w) for cell, w in zip(row, widths, strict=False)), row[3]])
        for row in rows
    )


def _cards(trace: Trace, words: _Words) -> list[str]:
    events = [e for e in trace if e.kind in ("vjp", "accumulate")]
    pairs = list(zip(events[::2], events[1::2], strict=True))
    return [_card(i, len(pairs), vjp, total, words) for i, (vjp, total) in enumerate(pairs, 1)]


def _card(number: int, count: int, vjp: Event, total: Event, words: _Words) -> str:
    node = words.graph[vjp.node]
    assert vjp.position is not None
    assert vjp.input is not None
    target = words.gradient(vjp.input)
    gate = plain(node.gate)
    given = ",  ".join(
        f"{words[i]} = {words.number(words.graph[i].value)}"
        for i in dict.fromkeys(node.inputs)
        if not words.graph[i].constant
    )
    pattern = _PATTERNS.get(node.primitive.symbol if node.primitive else "", "")
    head = f"Step {number} of {count}   {gate}   {words[node.id]} = {words.formula(node)}"
    if node.inputs.count(vjp.input) > 1:
        given += f",  by input {vjp.position + 1}"
    lines = [
        head + (f",  {given}" if given else ""),
        f"  {target} += {_product(vjp, node, words)} = {words.number(vjp.value)}",
        f"  sum:   {_before(total, words)} -> {words.number(total.value)}"
        + (f"   ({pattern})" if pattern else ""),
    ]
    return "\n".join(lines)


def _product(vjp: Event, node: Node, words: _Words) -> str:
    assert vjp.position is not None
    assert vjp.input is not None
    upstream = words.gradient(vjp.node)
    symbol = f"d{words[vjp.node]}/d{words[vjp.input]}"
    if vjp.local is None:
        name = node.primitive.name if node.primitive else ""
        return f"[{symbol}: the rule of {name}] x [{upstream} = {words.number(vjp.upstream)}]"
    text = words.local(node, vjp.position)
    local = f"{symbol} = {text}" if text else symbol
    numbers = " x ".join(_bracketed(words.number(v)) for v in (vjp.local, vjp.upstream))
    added_up = np.size(vjp.local) != np.size(vjp.value)
    note = ", summed over the copies made by broadcasting," if added_up else ""
    return f"[{local}] x [{upstream}] = {numbers}{note}"


def _bracketed(text: str) -> str:
    return text if text.startswith("[") else f"[{text}]"


def _before(total: Event, words: _Words) -> str:
    return "nothing yet" if total.before is None else words.number(total.before)


def _gradients(trace: Trace, words: _Words) -> str:
    leaves = [n for n in trace.graph if n.primitive is None and n.requires_grad]
    width = max((len(words.gradient(n.id)) for n in leaves), default=0)
    lines = []
    for n in leaves:
        gradient = trace.gradient(n.id)
        shown = "nothing: no gradient reaches it" if gradient is None else words.number(gradient)
        lines.append(f"  {words.gradient(n.id).ljust(width)} = {shown}")
    return "\n".join(lines)
