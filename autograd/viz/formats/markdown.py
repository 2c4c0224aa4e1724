"""A transcript in Markdown: tables for the forward pass and the gradients, a list of the steps."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from autograd.core.messages import plain
from autograd.ir.graph import Graph
from autograd.ir.printer.formulas import Formulas
from autograd.ir.proof import verdict_of
from autograd.ir.trace import Trace
from autograd.viz.formats.transcript import forward_rows, gradient_rows
from autograd.viz.model.cards import Cards


def markdown(graph: Graph, trace: Trace | None = None, digits: int = 2) -> str:
    """Return the transcript of a trace, or the forward table of a graph, in Markdown.

    Parameters
    ----------
    graph : Graph
    trace : Trace, optional
        Of that graph.
    digits : int

    Examples
    --------
    >>> from autograd.viz.formats.markdown import markdown
    >>> import autograd as ag
    >>> print(markdown(ag.graph(ag.tensor(3.0, name="x"))))
    ## Forward
    <BLANKLINE>
    | name | gate | computed as | value |
    |---|---|---|---:|
    | x | leaf |  | 3.00 |
    <BLANKLINE>
    """
    names = Formulas(graph, digits)
    heads = ("name", "gate", "computed as", "value")
    parts = ["## Forward", _table(heads, forward_rows(graph, names))]
    if trace is not None:
        steps = (_step(number, card) for number, card in enumerate(Cards(trace, digits), 1))
        parts += ["## Backward", "\n".join(steps)]
        parts += ["## Gradients", _table(("gradient", "value"), gradient_rows(trace, names))]
        parts += filter(None, [escape(verdict_of(trace))])
    return "\n\n".join(parts) + "\n"


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    rule = "|".join(["---"] * (len(heads) - 1) + ["---:"])
    lines = [f"| {' | '.join(heads)} |", f"|{rule}|"]
    lines += [f"| {' | '.join(map(escape, row))} |" for row in rows]
    return "\n".join(lines)


def _step(number: int, card: str) -> str:
    _, _, first = card.partition("   ")
    head, *rest = (escape(line.strip()) for line in first.splitlines())
    indent = " " * len(f"{number}. ")
    return "\n".join([f"{number}. {head}", *(f"{indent}- {line}" for line in rest)])


def escape(text: str) -> str:
    """Return text that Markdown shows as it stands: no mark-up, no HTML, no link, no new line."""
    safe = plain(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    safe = re.sub(r"([\\`*_{}\[\]()#+!|~$-])", r"\\\1", safe)
    # Addresses and names after an @ would become links by themselves.
    safe = safe.replace("@", "&#64;").replace("://", "&#58;//")
    return re.sub(r"(?i)(www)\.", r"\1&#46;", safe)
