"""Closed forms: the product of the local gradients inside a function, and the textbook's formula.

`sigmoid` is four gates, and the chain rule multiplies their four local gradients.  A textbook gives
the product at once, s (1 - s).  Both are the same number, and here it is seen: the chain is read
from a trace, the formula is computed by itself, from the input and the output alone.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograd.core.messages import one_line, plain
from autograd.core.scopes import Scope
from autograd.errors import GradientError
from autograd.ir.graph import Graph
from autograd.ir.naming import Names
from autograd.ir.number_format import show
from autograd.ir.numerics import equal_up_to_rounding
from autograd.ir.snapshot import Snapshot
from autograd.ir.trace import Trace
from autograd.viz.model.chain import Chain, chain_in
from autograd.viz.model.fold import Fold

SHOWN = 8  # factors on all paths together, up to which they are written with their names


@dataclass(frozen=True, slots=True, eq=False)
class Factor:
    """The local gradient of one operation.

    Attributes
    ----------
    symbol : str
        Such as ``df/da``.
    text : str
        Its formula, such as ``-1/a^2``; empty if none is known.
    value : float
    """

    symbol: str
    text: str
    value: float


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Closed:
    """A call of a composed function of one number.

    Attributes
    ----------
    name : str
        Of the function, or of the block that `autograd.scope` named.
    members : tuple of int
        The nodes inside.
    entry, exit : int
        The nodes of its input and its output.
    x, y : str
        Their names.
    input, output : float
        Their values.
    paths : tuple of tuple of Factor
        The local gradients on every path, from the output back to the input.
    product : float
        dy/dx: the products along the paths, summed.
    formula : str
        The closed form of dy/dx; empty if none is known.
    closed : float or None
        Its value.
    difference : float or None
        ``product - closed``.
    dtype : dtype
        Of the output, which says how far the two may differ by rounding.
    """

    name: str
    members: tuple[int, ...]
    entry: int
    exit: int
    x: str
    y: str
    input: float
    output: float
    paths: tuple[tuple[Factor, ...], ...]
    product: float
    formula: str
    closed: float | None
    difference: float | None
    dtype: np.dtype[Any]

    def __repr__(self) -> str:
        return f"Closed({self.name}, d{self.y}/d{self.x} = {self.product:.6g})"

    def __str__(self) -> str:
        return "\n".join(_lines(self))

    def rows(self) -> dict[str, Any]:
        """Return the same for a page: a title, rows of name, formula and number, a verdict."""
        symbol = f"d{self.y}/d{self.x}"
        rows = [(f.symbol, f.text, show(f.value)) for path in self.paths for f in path]
        few = len(rows) <= SHOWN
        chain = "the product" if len(self.paths) == 1 else "the products along all paths, added"
        shown = [*(rows if few else []), (symbol, chain, show(self.product))]
        if self.closed is None:
            return {"title": self.name, "rows": shown, "verdict": "No closed form is known here."}
        shown.append((symbol, self.formula, show(self.closed)))
        title = f"{self.name}: {self.y} = {show(self.output)} at {self.x} = {show(self.input)}"
        verdict = f"The chain of gates and the closed form: {_verdict(self)}."
        return {"title": title, "rows": shown, "verdict": verdict}


def compare(trace: Trace) -> list[Closed]:
    """Multiply the local gradients inside every composed function of one number.

    Parameters
    ----------
    trace : Trace

    Returns
    -------
    list of Closed
        One for each call of a composed function, and each `autograd.scope`, that makes one number
        of one number and is on the way of the gradient; in the order of the computation.

    Raises
    ------
    GradientError
        If ``trace`` is no Trace.

    Notes
    -----
    Closed forms are known for deg2rad, elu, leaky_relu, rad2deg, sigmoid, softplus and tan, by the
    name of the call or of the scope.

    Examples
    --------
    >>> import autograd as ag
    >>> x = ag.tensor(1.0, requires_grad=True, name="x")
    >>> for call in ag.lessons.compare(ag.trace(ag.sigmoid(x))):
    ...     print(call)
    sigmoid: f = 0.73 at x = 1.00
      df/dx = [df/dc = -1/c^2] x [dc/db = 1] x [db/da = b] x [da/dx = -1]
            = -0.53 x 1.00 x 0.37 x -1.00 = 0.20
      closed form: df/dx = f (1 - f) = 0.20, the same
    """
    if not isinstance(trace, Trace):
        raise GradientError(
            f"compare: expected a Trace, not {one_line(type(trace).__name__, text=str)}; "
            "give it ag.trace(output)"
        )
    snapshot, names = Snapshot(trace.graph, trace), Names(trace.graph, 2)
    found = []
    for scope, members in _calls(trace.graph).items():
        fold = Fold(scope.name, tuple(members), ())
        chain = chain_in(trace.graph, snapshot, fold)
        if chain is not None:
            found.append(_closed(trace.graph, snapshot, names, fold, chain))
    return found


def _calls(graph: Graph) -> dict[Scope, list[int]]:
    """Return the nodes in every scope; a constant belongs where it is used."""
    members: dict[Scope, list[int]] = {}
    for node in graph:
        home = graph[graph.consumers(node.id)[0][0]] if node.constant else node
        for scope in home.scope:
            if node.primitive is not None or node.constant:
                members.setdefault(scope, []).append(node.id)
    return members


def _closed(graph: Graph, snapshot: Snapshot, names: Names, fold: Fold, chain: Chain) -> Closed:
    x, y = (float(graph[i].value) for i in (chain.entry, chain.exit))
    formula, value = _known(fold.name, x, y, names[chain.entry], names[chain.exit])
    paths = tuple(
        tuple(_factor(graph, snapshot, names, edge) for edge in reversed(path))
        for path in chain.paths
    )
    return Closed(
        name=plain(fold.name),
        members=fold.members,
        entry=chain.entry,
        exit=chain.exit,
        x=names[chain.entry],
        y=names[chain.exit],
        input=x,
        output=y,
        paths=paths,
        product=chain.local,
        formula=formula,
        closed=value,
        difference=None if value is None else chain.local - value,
        dtype=np.asarray(graph[chain.exit].value).dtype,
    )


def _factor(graph: Graph, snapshot: Snapshot, names: Names, edge: tuple[int, int]) -> Factor:
    id, position = edge
    symbol = f"{names.d(id)}/{names.d(graph[id].inputs[position])}"
    return Factor(symbol, names.local(graph[id], position), float(snapshot.locals[edge]))


# The formulas: dy/dx as text in {x} and {y}, and as a function of both numbers.  Where one has
# several pieces, the text is that of the piece.

Formula = Callable[[float, float], tuple[str, float]]


def _logistic(x: float) -> float:
    """Return 1 / (1 + exp(-x)) without overflow."""
    small = math.exp(-abs(x))
    return (1.0 if x > 0 else small) / (1.0 + small)


def _leaky_relu(x: float, y: float) -> tuple[str, float]:
    if x > 0:
        return "1 for {x} > 0", 1.0
    return "{y} / {x}, the slope for {x} < 0", y / x


def _elu(x: float, y: float) -> tuple[str, float]:
    if x > 0:
        return "1 for {x} > 0", 1.0
    return "{y} + alpha for {x} < 0", y + y / math.expm1(x)


FORMULAS: dict[str, Formula] = {
    "deg2rad": lambda x, y: ("pi / 180", math.pi / 180.0),
    "elu": _elu,
    "leaky_relu": _leaky_relu,
    "rad2deg": lambda x, y: ("180 / pi", 180.0 / math.pi),
    "sigmoid": lambda x, y: ("{y} (1 - {y})", y * (1.0 - y)),
    "softplus": lambda x, y: ("sigmoid({x})", _logistic(x)),
    "tan": lambda x, y: ("1 + {y}^2", 1.0 + y * y),
}


def _known(name: str, x: float, y: float, x_name: str, y_name: str) -> tuple[str, float | None]:
    """Return the formula of a function and its value; nothing if none is known here."""
    if name not in FORMULAS:
        return "", None
    try:
        text, value = FORMULAS[name](x, y)
    except (ArithmeticError, ValueError):  # y / x says nothing at 0
        return "", None
    return text.replace("{x}", x_name).replace("{y}", y_name), value


def _lines(c: Closed) -> list[str]:
    """Write the chain with its names, then with its numbers, then the closed form."""
    symbol = f"d{c.y}/d{c.x}"
    indent = " " * (len(symbol) + 2)
    lines = [f"{c.name}: {c.y} = {show(c.output)} at {c.x} = {show(c.input)}"]
    if sum(map(len, c.paths)) <= SHOWN:
        named = " + ".join(" x ".join(map(_named, path)) for path in c.paths)
        numbers = " + ".join(" x ".join(show(f.value) for f in path) for path in c.paths)
        lines += [f"  {symbol} = {named}", f"{indent} = {numbers} = {show(c.product)}"]
    else:
        lines.append(f"  {symbol} = {show(c.product)}, on {len(c.paths)} paths")
    if c.closed is not None:
        here = ", here" if " for " in c.formula else " ="
        lines.append(f"  closed form: {symbol} = {c.formula}{here} {_verdict(c)}")
    return lines


def _named(factor: Factor) -> str:
    return f"[{factor.symbol} = {factor.text}]" if factor.text else f"[{factor.symbol}]"


def _verdict(c: Closed) -> str:
    assert c.closed is not None
    assert c.difference is not None
    product, closed = (np.asarray(v, c.dtype) for v in (c.product, c.closed))
    if equal_up_to_rounding(product, closed, max(1.0, abs(c.output))):
        rounded = "" if show(c.closed) == show(c.product) else " up to rounding"
        return f"{show(c.closed)}, the same{rounded}"
    return f"{show(c.closed)}, which differs by {np.abs(c.difference):.2g}"
