"""A trace as a transcript: the forward table, a card for every backward step, the gradients."""

from __future__ import annotations

from autograd.core.messages import plain
from autograd.core.tables import columns
from autograd.ir.graph import Graph
from autograd.ir.naming import Names
from autograd.ir.printer.formulas import Formulas
from autograd.ir.proof import verdict_of
from autograd.ir.snapshot import Snapshot
from autograd.ir.trace import Trace
from autograd.viz.model.cards import Cards


def transcript(trace: Trace, title: str = "", digits: int = 2, verdict: str | None = None) -> str:
    """Return a trace as text for a terminal.

    Parameters
    ----------
    trace : Trace
    title : str
        A first line.
    digits : int
        Digits after the point.
    verdict : str, optional
        Of the replay proof, if it is known; otherwise it is made.

    Returns
    -------
    str

    Examples
    --------
    >>> from autograd.viz.formats.transcript import transcript
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
    <BLANKLINE>
    every step recomputed: equal
    """
    cards = Cards(trace, digits)
    names = cards.names
    seed = next((e for e in trace if e.kind == "seed"), None)
    if seed is None:  # both passes as one graph
        return forward_table(trace.graph, digits)
    parts = [plain(" ".join(title.split()))] if title else []
    parts.append("Forward\n" + _table(trace.graph, names))
    top = names.gradient(seed.node)
    parts.append(
        f"Backward, from {top} = {names.number(seed.value)}: "
        "[local gradient] x [upstream gradient] = contribution"
    )
    parts.extend(cards)
    parts.append("Gradients\n" + _gradients(trace, names))
    parts.extend(filter(None, [verdict_of(trace) if verdict is None else verdict]))
    return "\n\n".join(parts)


def forward_table(graph: Graph, digits: int = 2) -> str:
    """Return how every node of a graph was computed, as a table for a terminal.

    Examples
    --------
    >>> from autograd.viz.formats.transcript import forward_table
    >>> import autograd as ag
    >>> x = ag.tensor(3.0, name="x")
    >>> print(forward_table(ag.graph(x)))
    Forward
      name  gate  computed as  value
      x     leaf               3.00
    """
    return "Forward\n" + _table(graph, Formulas(graph, digits))


def forward_rows(graph: Graph, names: Names) -> list[tuple[str, str, str, str]]:
    """Return name, gate, formula and value of every node that formulas do not write out."""
    return [
        (
            names[node.id],
            plain(node.gate) or ("constant" if node.constant else "leaf"),
            names.formula(node) if node.primitive else "",
            names.number(node.value),
        )
        for node in graph
        if not names.is_written_out(node.id)
    ]


def gradient_rows(trace: Trace, names: Names) -> list[tuple[str, str]]:
    """Return the symbol and the value of the gradient of every leaf that has one."""
    nothing = "nothing: no gradient reaches it"
    found = Snapshot(trace.graph, trace).totals
    return [
        (names.gradient(n.id), names.number(found[n.id]) if n.id in found else nothing)
        for n in trace.graph
        if n.primitive is None and n.requires_grad
    ]


def _table(graph: Graph, names: Names) -> str:
    rows = [("name", "gate", "computed as", "value"), *forward_rows(graph, names)]
    return "\n".join(f"  {line}" for line in columns(rows, "<<<<"))


def _gradients(trace: Trace, names: Names) -> str:
    lines = columns(gradient_rows(trace, names), "<<", gap=" = ")
    return "\n".join(f"  {line}" for line in lines)
