"""What every layout engine is given, and what it returns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import hypot

from autograd.core.scopes import Scope

Point = tuple[float, float]

DIRECTIONS = ("LR", "RL", "TB", "BT")
MARGIN = 14.0
FRAME = 7.0  # between a scope's frame and what is in it
HEADING = 13.0  # the height of a frame's name


@dataclass(frozen=True, slots=True)
class Vertex:
    """A thing with a size: a box, or the numbers on a wire.

    Wires meet its body, which stands in the middle of it and may be smaller: captions need room,
    too.  A round body is a circle.  ``band`` is 1 for what belongs to a backward pass drawn beneath
    its forward pass.  ``scopes`` are the frames around it, from the outermost to the innermost; an
    input may be left out of them.
    """

    id: str
    width: float
    height: float
    body_width: float
    body_height: float
    round: bool = False
    band: int = 0
    scopes: tuple[Scope, ...] = ()
    is_input: bool = False

    def border_point(self, centre: Point, towards: Point) -> Point:
        """Return where the line from the vertex's centre towards a point leaves its body."""
        dx, dy = towards[0] - centre[0], towards[1] - centre[1]
        if not (dx or dy):
            return centre
        if self.round:
            scale = self.body_width / 2 / hypot(dx, dy)
        else:
            halves = ((self.body_width / 2, dx), (self.body_height / 2, dy))
            scale = min(half / abs(d) for half, d in halves if abs(d) > 1e-9)
        return centre[0] + dx * scale, centre[1] + dy * scale


@dataclass(frozen=True, slots=True)
class Link:
    """A line from one vertex to another.

    A loose one leads from a forward to a backward band and only prefers its target to stand
    further right; it is drawn on one ``side`` of both, 1 for the right and -1 for the left.
    """

    source: str
    target: str
    loose: bool = False
    side: int = 1


@dataclass(frozen=True, slots=True)
class Placement:
    """Centres of the vertices, and for each link a smooth curve of cubic pieces."""

    width: float
    height: float
    centres: Mapping[str, Point]
    curves: tuple[tuple[Point, ...], ...]
    engine: str
