"""Marks: the few things that a drawing is made of, whatever language it is written in.

Coordinates are in pixels from the top left corner.  A colour is the name of a role in a theme.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

import numpy as np

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Text:
    """One line of text; ``y`` is its base line."""

    x: float
    y: float
    text: str
    size: float
    colour: str
    anchor: str = "middle"
    bold: bool = False
    italic: bool = False


@dataclass(frozen=True, slots=True)
class Curve:
    """A smooth line: its first point, then two control points and an end for every piece."""

    points: tuple[Point, ...]
    colour: str
    width: float = 1.2
    dash: str = ""


@dataclass(frozen=True, slots=True)
class Polygon:
    """A filled polygon, such as the head of an arrow."""

    points: tuple[Point, ...]
    colour: str


@dataclass(frozen=True, slots=True)
class Rect:
    """A rectangle with round corners; a circle if the radius is half of its sides."""

    x: float
    y: float
    width: float
    height: float
    radius: float = 0.0
    fill: str = ""
    stroke: str = ""
    line: float = 1.2
    dash: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """A picture made of equal cells, each of -1 to 1, or NaN; 0 has no colour."""

    x: float
    y: float
    width: float
    height: float
    cells: np.ndarray


@dataclass(frozen=True, slots=True)
class Group:
    """Marks that belong together, with the name that scripts, styles and tests find them by."""

    id: str
    kind: str
    marks: tuple[Mark, ...]
    title: str = ""
    data: dict[str, str] = field(default_factory=dict)
    faint: bool = False


Mark = Text | Curve | Polygon | Rect | Cells | Group


def moved(mark: Mark, dx: float, dy: float) -> Mark:
    """Return a mark at another place."""
    match mark:
        case Curve() | Polygon():
            return replace(mark, points=tuple((x + dx, y + dy) for x, y in mark.points))
        case Group():
            return replace(mark, marks=tuple(moved(m, dx, dy) for m in mark.marks))
    return replace(mark, x=mark.x + dx, y=mark.y + dy)


def straight(a: Point, b: Point, colour: str, width: float = 1.2, dash: str = "") -> Curve:
    """Return a straight line."""
    return Curve((a, a, b, b), colour, width, dash)


def flat(marks: Iterable[Mark]) -> Iterator[Mark]:
    """Yield all marks, those inside groups, too, but not the groups."""
    for mark in marks:
        if isinstance(mark, Group):
            yield from flat(mark.marks)
        else:
            yield mark
