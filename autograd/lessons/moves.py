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
from autograd.ir.numerics import rounding_bound
from autograd.ir.trace import Trace
from autograd.lessons.scale import Scale, called

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


def moves(record: Trace, work: int = WORK) -> list[Row]:
    """Move every number that requires a gradient, while the work allows it.

    A number of two or more digits before the point moves by 10 or 100 or ... times as much.

    Examples
    --------
    >>> import autograd as ag
    >>> x = ag.tensor(3.0, requires_grad=True, name="x")
    >>> (row,) = moves(ag.trace(x * x))
    >>> row.symbol, row.gradient, row.steps[-1]
    ('df/dx', 6.0, (1.0, 7.0))
    """
    scale = Scale(record)
    rows = []
    for id, place in _numbers(scale):
        work -= len(STEPS) * _cost(scale, id)
        if work < 0:
            break
        rows.append(_row(scale, id, place))
    return [
        row
        for row in rows
        if row.steps and np.isfinite([row.value, row.gradient, row.rounding]).all()
    ]


def _cost(scale: Scale, id: int) -> int:
    """Return how many elements are read and written to move a number of a leaf."""
    nodes = [scale.graph[i] for i in scale.replay.dependents([id])]
    sizes = (np.size(scale.graph[i].value) for node in nodes for i in (node.id, *node.inputs))
    return CALL * len(nodes) + sum(sizes)


def _numbers(scale: Scale) -> Iterator[tuple[int, tuple[int, ...]]]:
    """Yield the numbers in small leaves that get a gradient."""
    for node in scale.graph:
        is_leaf = node.primitive is None and node.id in scale.gradients
        if is_leaf and np.size(node.value) <= SMALL:
            yield from ((node.id, place) for place in np.ndindex(np.shape(node.value)))


def _row(scale: Scale, id: int, place: tuple[int, ...]) -> Row:
    start = np.asarray(scale.graph[id].value)
    values = [node.value for node in scale.graph]
    before = scale.weigh(values)
    noise = rounding_bound(scale.graph, scale.replay.dependents([id]), values, scale.gradients)
    unit = _unit(float(start[place]))
    steps = []
    for size in STEPS:
        there = np.array(start)
        there[place] += size * unit
        with suppress(GlassgradError):  # a step out of an operation's domain
            change = scale.weigh(scale.replay({id: there})) - before
            if np.isfinite(change):
                steps.append((float(there[place]) - float(start[place]), change))
    return Row(
        name=called(scale.words[id], place),
        output=scale.output,
        symbol=f"d{scale.output}/d{called(scale.words[id], place)}",
        value=float(start[place]),
        gradient=float(np.asarray(scale.gradients[id])[place]),
        rounding=2 * noise,
        chosen=scale.replay.chooses([id]),
        steps=tuple(steps),
    )


def _unit(number: float) -> float:
    """Return 1 for numbers of one digit before the point, 10 for those of two, and so on."""
    if not np.isfinite(number) or abs(number) < 10:
        return 1.0
    return float(10.0 ** np.floor(np.log10(abs(number))))
