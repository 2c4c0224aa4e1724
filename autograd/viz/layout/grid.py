"""The grid: where columns stand, and how far apart.

A gap between two columns must be wide enough for the frames that end and begin there, and for wires
that climb or fall a long way.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from autograd.core.scopes import Scope
from autograd.viz.layout.placement import FRAME, HEADING, MARGIN, Vertex

GAP = 16.0  # between columns
STEEP = 0.16  # how much further apart columns stand, for each pixel that a wire between them climbs
WIDEST = 54.0  # that steep wires may make a gap


@dataclass(frozen=True, slots=True)
class Grid:
    """The left and right edges of all columns."""

    lefts: tuple[float, ...]
    rights: tuple[float, ...]

    @property
    def width(self) -> float:
        """Of the whole drawing."""
        return self.rights[-1] + MARGIN if self.rights else 2 * MARGIN

    def centre(self, column: int) -> float:
        """Return the middle of a column."""
        return (self.lefts[column] + self.rights[column]) / 2

    def gap(self, column: int) -> float:
        """Return the middle of the gap to the right of a column; -1 is left of the first."""
        left = self.rights[column] if column >= 0 else self.lefts[0] - MARGIN
        last = column + 1 == len(self.lefts)
        right = self.rights[-1] + MARGIN if last else self.lefts[column + 1]
        return (left + right) / 2


def grid_of(
    vertices: Sequence[Vertex], column: Sequence[int], climbs: Sequence[float], direction: str
) -> Grid:
    """Choose the places of columns.

    Parameters
    ----------
    vertices : sequence of Vertex
    column : sequence of int
        That of each vertex.
    climbs : sequence of float
        How far the wires that leave each column climb or fall at most.
    direction : {"LR", "RL", "TB", "BT"}
        If columns will be rows, the names of frames stand between them.
    """
    widths = [0.0] * len(climbs)
    for v, c in zip(vertices, column, strict=True):
        widths[c] = max(widths[c], v.width)
    ending, beginning = _frames(vertices, column, len(climbs))
    end, begin = FRAME + HEADING * (direction == "BT"), FRAME + HEADING * (direction == "TB")
    lefts, rights = [], []
    x = MARGIN
    for c, (width, climb) in enumerate(zip(widths, climbs, strict=True)):
        lefts.append(x)
        rights.append(x + width)
        frames = end * ending[c] + begin * beginning[c + 1]
        x += width + max(min(GAP + STEEP * climb, WIDEST), frames + 4.0)
    return Grid(tuple(lefts), tuple(rights))


def _frames(
    vertices: Sequence[Vertex], column: Sequence[int], count: int
) -> tuple[list[int], list[int]]:
    """Count, for each column, the frames that end after it and those that begin before it."""
    first: dict[Scope, int] = {}
    last: dict[Scope, int] = {}
    for v, c in zip(vertices, column, strict=True):
        for scope in v.scopes:
            first[scope] = min(first.get(scope, c), c)
            last[scope] = max(last.get(scope, c), c)
    ending, beginning = [0] * (count + 1), [0] * (count + 1)
    for v, c in zip(vertices, column, strict=True):
        ending[c] = max(ending[c], sum(last[s] == c for s in v.scopes))
        beginning[c] = max(beginning[c], sum(first[s] == c for s in v.scopes))
    return ending, beginning
