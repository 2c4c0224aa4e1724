"""A transcript in Markdown: tables for the forward pass and the gradients, a list of the steps."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from autograd.core.messages import plain
from autograd.ir.graph import Graph
from autograd.ir.printer.formulas import Formulas
from autograd.ir.proof import verdict_of
from autograd.ir.trace import Trace
from autograd.viz.formats.latex import latex
from autograd.viz.formats.transcript import forward_rows, gradient_rows
from autograd.viz.model.boxes import Formula
from autograd.viz.model.cards import Cards
from autograd.viz.model.equations import Equations


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
        parts += ["## Backward", "\n".join(_steps(Cards(trace, digits)))]
        parts += ["## Gradients", _table(("gradient", "value"), gradient_rows(trace, names))]
        parts += filter(None, [escape(verdict_of(trace))])
    return "\n\n".join(parts) + "\n"


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    rule = "|".join(["---"] * (len(heads) - 1) + ["---:"])
    lines = [f"| {' | '.join(heads)} |", f"|{rule}|"]
    lines += [f"| {' | '.join(map(escape, row))} |" for row in rows]
    return "\n".join(lines)


def _steps(cards: Cards) -> Iterator[str]:
    equations = Equations(cards)
    rules = [index for index, event in enumerate(cards.trace) if event.kind == "vjp"]
    for number, index in enumerate(rules, 1):
        yield _step(number, cards.at(index + 1), equations.product(index))


def _step(number: int, card: str, equation: Formula | None) -> str:
    """Write a step as an item: its equation, its lines, its matrices as they stand."""
    _, _, first = card.partition("   ")
    head, *rest = first.splitlines()
    lines = [f"- {mathematics(equation)}"] if equation else []
    for figures, group in groupby(rest, lambda line: line.startswith("    ")):
        if figures:
            lines += ["  ```text", *(f"  {plain(line[4:])}" for line in group), "  ```"]
        else:
            lines += [f"- {escape(line.strip())}" for line in group]
    indent = " " * len(f"{number}. ")
    return "\n".join([f"{number}. {escape(head.strip())}", *(indent + line for line in lines)])


def mathematics(equation: Formula) -> str:
    """Write a formula as GitHub and GitLab read it: as code between dollar signs."""
    text = latex(equation).replace("`", "'").replace("|", r"\vert ")
    return f"$`{text}`$"


def escape(text: str) -> str:
    """Return text that Markdown shows as it stands: no mark-up, no HTML, no link, no new line."""
    safe = plain(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    safe = re.sub(r"([\\`*_{}\[\]()#+!|~$-])", r"\\\1", safe)
    # Addresses and names after an @ would become links by themselves.
    safe = safe.replace("@", "&#64;").replace("://", "&#58;//")
    return re.sub(r"(?i)(www)\.", r"\1&#46;", safe)
