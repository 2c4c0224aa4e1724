"""Moves: what the output would be if one number were another, for every input.

A page that lets a reader move a number has no engine.  It reads such a table: for each number that
requires a gradient, by how much the output changes for steps to the left and to the right.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

import numpy as np

from autograd.errors import GlassgradError
from autograd.ir.naming import element_name
from autograd.ir.numerics import rounding_bound
from autograd.ir.scalar_output import ScalarOutput
from autograd.ir.trace import Trace

STEPS = (-1.0, -0.5, -0.2, -0.1, -0.05, -0.02, -0.01, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0)
SMALL = 16  # elements, up to which each one of a leaf gets a row
WORK = 2_000_000  # elements to compute for one table
CALL = 50  # elements that take as long as calling an operation does


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """One number, and how the output changes with it.

    Attributes
    ----------
    name, output, symbol : str
        Of the number, of the output, and of the gradient of the one by the other.
    value, gradient : float
    rounding : float
        How much of a change may be rounding.
    chosen : bool
        Whether something behind it was chosen by data, as by `where`, and is kept as recorded.
    steps : tuple of (float, float)
        How far it moves, and by how much the output then changes.
    """

    name: str
    output: str
    symbol: str
    value: float
    gradient: float
    rounding: float
    chosen: bool
    steps: tuple[tuple[float, float], ...]


def nudge_table(record: Trace, work: int = WORK) -> list[Row]:
    """Move every number that requires a gradient, while the work allows it.

    A number of two or more digits before the point moves by 10 or 100 or ... times as much.

    Examples
    --------
    >>> from autograd.viz.player.nudge_table import nudge_table
    >>> import autograd as ag
    >>> x = ag.tensor(3.0, requires_grad=True, name="x")
    >>> (row,) = nudge_table(ag.trace(x * x))
    >>> row.symbol, row.gradient, row.steps[-1]
    ('df/dx', 6.0, (1.0, 7.0))
    """
    output = ScalarOutput(record)
    rows = []
    for id, place in _numbers(output):
        work -= len(STEPS) * _cost(output, id)
        if work < 0:
            break
        rows.append(_row(output, id, place))
    return [
        row
        for row in rows
        if row.steps and np.isfinite([row.value, row.gradient, row.rounding]).all()
    ]


def _cost(output: ScalarOutput, id: int) -> int:
    """Return how many elements are read and written to move a number of a leaf."""
    nodes = [output.graph[i] for i in output.replay.dependents([id])]
    sizes = (np.size(output.graph[i].value) for node in nodes for i in (node.id, *node.inputs))
    return CALL * len(nodes) + sum(sizes)


def _numbers(output: ScalarOutput) -> Iterator[tuple[int, tuple[int, ...]]]:
    """Yield the numbers in small leaves that get a gradient."""
    for node in output.graph:
        is_leaf = node.primitive is None and node.id in output.gradients
        if is_leaf and np.size(node.value) <= SMALL:
            yield from ((node.id, place) for place in np.ndindex(np.shape(node.value)))


def _row(output: ScalarOutput, id: int, place: tuple[int, ...]) -> Row:
    start = np.asarray(output.graph[id].value)
    values = [node.value for node in output.graph]
    before = output.of(values)
    noise = rounding_bound(output.graph, output.replay.dependents([id]), values, output.gradients)
    unit = _unit(float(start[place]))
    steps = []
    for size in STEPS:
        there = np.array(start)
        there[place] += size * unit
        with suppress(GlassgradError):  # a step out of an operation's domain
            change = output.of(output.replay({id: there})) - before
            if np.isfinite(change):
                steps.append((float(there[place]) - float(start[place]), change))
    return Row(
        name=element_name(output.names[id], place),
        output=output.name,
        symbol=f"d{output.name}/d{element_name(output.names[id], place)}",
        value=float(start[place]),
        gradient=float(np.asarray(output.gradients[id])[place]),
        rounding=2 * noise,
        chosen=output.replay.chooses([id]),
        steps=tuple(steps),
    )


def _unit(number: float) -> float:
    """Return 1 for numbers of one digit before the point, 10 for those of two, and so on."""
    if not np.isfinite(number) or abs(number) < 10:
        return 1.0
    return float(10.0 ** np.floor(np.log10(abs(number))))
