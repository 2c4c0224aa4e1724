"""Formulas: how a node was computed, and what its inputs receive, in the names of its graph."""

from __future__ import annotations

import numpy as np

from autograd.core.messages import plain
from autograd.errors import short
from autograd.ir.graph import Graph, Node
from autograd.ir.naming import Names
from autograd.ir.printer.expressions import rule_text, text_of
from autograd.ir.printer.rewriting import REWRITES
from autograd.ir.printer.terms import Terms, steps_of, terms_of

LONGEST = 60  # characters of a formula with its options
# Beside these, a formula shows the operation that was called and nothing that is equal to it.
_NOTATION = {op: REWRITES[op] for op in ("transpose", "T", "mT", "getitem")}
_OPERATORS = {"+", "-", "*", "/", "//", "%", "^", "@", "*-1", "1/x"}


class Formulas(Names):
    """Names of the nodes of a graph, and formulas with options and rules written with them.

    Examples
    --------
    >>> import numpy as np
    >>> import autograd as ag
    >>> from autograd.ir.printer.formulas import Formulas
    >>> x = ag.tensor(np.ones((2, 3)), requires_grad=True, name="x")
    >>> for y in (ag.sum(x, axis=0), x.T, x[1, 2:], x @ x.T):
    ...     formulas = Formulas(ag.graph(y), 2)
    ...     node = formulas.graph[1]
    ...     print(formulas.formula(node), "    ", formulas.rule(node, 0))
    sum(x, axis=0)      broadcast(df/df, (2, 3))
    x.T      (df/df).T
    x[1, 2:]      zeros((2, 3)).at[1, 2:].add(df/df)
    x.T      (df/da).T
    """

    def __init__(self, graph: Graph, digits: int) -> None:
        super().__init__(graph, digits)
        self._formulas: dict[int, str] = {}
        self._rules: dict[tuple[int, int], str] = {}

    def formula(self, node: Node) -> str:
        """Write how a node was computed, with options unless that is long."""
        if node.id not in self._formulas:
            self._formulas[node.id] = self._formula(node)
        return self._formulas[node.id]

    def rule(self, node: Node, position: int) -> str:
        """Write what one input receives: ``df/da @ x.T``."""
        key = (node.id, position)
        if key not in self._rules:
            self._rules[key] = self._rule(node, position)
        return self._rules[key]

    def _formula(self, node: Node) -> str:
        assert node.primitive is not None
        short_one = super().formula(node)
        if node.primitive.symbol in _OPERATORS and len(node.inputs) < 3:
            return short_one
        text = self._with_options(node)
        return text if len(text) <= max(LONGEST, len(short_one)) else short_one

    def _with_options(self, node: Node) -> str:
        inputs = {i: self.graph[i] for i in node.inputs}
        # A number is written as part of the formula: x[2] ** -1 has it in parentheses.
        named = {
            i: self[i] for i, n in inputs.items() if np.ndim(n.value) or not self.is_written_out(i)
        }
        steps = steps_of((inputs | {node.id: node}).values())
        return plain(text_of(terms_of(steps, [node.id], named, Terms(_NOTATION))[node.id]))

    def _rule(self, node: Node, position: int) -> str:
        assert node.primitive is not None
        ct, names = self.gradient(node.id), [self[i] for i in node.inputs]
        values = [self.graph[i].value for i in node.inputs]
        try:
            with np.errstate(all="ignore"):
                text = rule_text(
                    *(node.primitive, position, values, node.params, names),
                    ct=ct,
                    out=self[node.id],
                    value=node.value,
                )
        except Exception:  # a rule of the reader's own may need arrays
            text = f"vjp_{short(node.primitive.name)}({', '.join([ct, self[node.id], *names])})"
        return plain(text)
