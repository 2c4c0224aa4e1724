"""Names: a short one for every node of a graph, and formulas written with them."""

from __future__ import annotations

import re
import string
from collections import Counter
from typing import Any

import numpy as np

from autograd.core.messages import plain, short
from autograd.core.types import Array, Scalar
from autograd.ir.graph import Graph, Node
from autograd.ir.number_format import show

FEW = 6  # numbers of a constant array that is written out


class Names:
    """Names for nodes, and formulas written with them."""

    def __init__(self, graph: Graph, digits: int) -> None:
        self.graph = graph
        self.digits = digits
        self._names: dict[int, str] = {}
        self._taken: set[str] = set()
        self._numbers: Counter[str] = Counter()
        for node in graph:
            if node.constant and (text := _constant(node)):
                self._names[node.id] = text
            elif node.name:
                self._give(node.id, [visible(node.name)])
        self._give(graph.outputs[0], ["f"])
        # Not d as in df, nor e, the number, nor l, which looks like 1.
        letters = [c for c in string.ascii_lowercase if c not in "del"]
        for node in graph:
            self._give(node.id, ["C"] if node.constant else [*letters, f"v{node.id}"])

    def _give(self, id: int, candidates: list[str]) -> None:
        """Name a node by the first candidate that is free, or number the last one until it is."""
        if id in self._names:
            return
        name = next((c for c in candidates if c not in self._taken), "")
        while not name:
            self._numbers[candidates[-1]] += 1
            numbered = f"{candidates[-1]}_{self._numbers[candidates[-1]] + 1}"
            name = numbered if numbered not in self._taken else ""
        self._names[id] = name
        self._taken.add(name)

    def find(self, name: str) -> int | None:
        """Return the node that has a name here, None if none has."""
        named = (id for id, given in self._names.items() if given == name)
        return next((id for id in named if not self.graph[id].constant), None)

    def __getitem__(self, id: int) -> str:
        return self._names[id]

    def number(self, value: Array | Scalar) -> str:
        """Write a value."""
        return show(value, self.digits)

    def gradient(self, id: int) -> str:
        """Write the symbol of a node's gradient: ``df/dx``."""
        return f"{self.d(self.graph.outputs[0])}/{self.d(id)}"

    def d(self, id: int) -> str:
        """Write a small change of a node: ``dx``, and ``d(0.weight)``, which no d0 looks like."""
        name = self[id]
        plainly = name[0].isalpha() or self.graph[id].constant
        return f"d{name}" if plainly else f"d({name})"

    def formula(self, node: Node) -> str:
        """Write how a node was computed: ``a + b``, ``exp(a)``."""
        assert node.primitive is not None
        inputs = [self._operand(i) for i in node.inputs]
        symbol = node.primitive.symbol
        if len(inputs) == 2 and symbol in ("+", "-", "*", "/", "//", "%", "^", "@"):
            return f"{inputs[0]} {symbol} {inputs[1]}"
        if symbol == "*-1":
            return f"-{inputs[0]}"
        if symbol == "1/x":
            return f"1/{inputs[0]}"
        return f"{short(node.primitive.name)}({', '.join(self[i] for i in node.inputs)})"

    def is_written_out(self, id: int) -> bool:
        """Return whether a node is a constant that has no name."""
        return self.graph[id].constant and self[id] not in self._taken

    def _operand(self, id: int) -> str:
        text = self[id]
        return f"({text})" if text.startswith("-") else text

    def local(self, node: Node, position: int) -> str:
        """Write the local gradient with the names of this graph."""
        assert node.primitive is not None
        texts = node.primitive.partials
        if not texts:
            return ""
        here = {"out": self[node.id]}
        here |= dict(zip("xyz", (self._operand(i) for i in node.inputs), strict=False))
        text = re.sub(r"\b(x|y|z|out)\b", lambda found: here[found[0]], plain(texts[position]))
        return re.sub(r"\(([\d.]+)-1\)", lambda found: f"{float(found[1]) - 1:g}", text)


def _constant(node: Node) -> str:
    """Write a constant that needs no name: a number, or an array of a few."""
    if not getattr(node.value, "shape", ()):
        return node.label
    return _listed(np.asarray(node.value).tolist()) if np.size(node.value) <= FEW else ""


def _listed(values: Any) -> str:
    """Write nested lists of numbers: ``[0, 2]``."""
    if isinstance(values, list):
        return f"[{', '.join(map(_listed, values))}]"
    return f"{values:g}" if isinstance(values, float) else str(values)


def visible(name: str) -> str:
    """Return a name without control characters; one that is blank gets quotes, to be seen."""
    shown = short(name)
    return shown if shown.strip() else f'"{shown}"'


def element_name(name: str, index: tuple[int, ...] | None) -> str:
    """Name one element of a leaf: ``w[0, 1]``."""
    return f"{name}[{', '.join(map(str, index))}]" if index else name
