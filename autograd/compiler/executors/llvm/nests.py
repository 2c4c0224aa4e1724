"""Which lines are computed in one nest of loops.

    for i in range(rows):                row axes
        ...                              block 0: what is computed once for a row
        for j in range(columns): ...     block 1: for each of its elements
        ...                              block 2: for the row, when all elements are known
        for j in range(columns): ...     block 3

A nest has a shape, and the number of its inner axes.  A line belongs to it if it is computed for
the elements, or the rows, of that shape, from what is known before the nest or at the same place in
it.  A sum over the inner axes is known in the next block of rows; a sum over rows, or over
everything, grows from turn to turn and is known when the nest has ended.  So does a sum over the
inner axes and some axes of rows, such as that of a channel of images: by the sum of each row.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from autograd.compiler.executors.llvm.access import Access, contiguous, steps, stretched
from autograd.compiler.executors.llvm.operations import (
    EXPENSIVE,
    ONE_HOT,
    REDUCTIONS,
    SCATTER,
    SUM,
    axes_reduced,
)
from autograd.compiler.passes.lower import PICK
from autograd.compiler.program import Line
from autograd.core.types import Shape

ROW, ELEMENT = "row", "element"
SHORT = 64  # elements of a row


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a nest a line is computed.

    Attributes
    ----------
    level : str
        For each row, or each element.
    block : int
    after : bool
        Whether its value is known after the nest only.
    of_row : bool
        Whether it is reduced from the elements of a row, and known in the next block; or added
        there to the sum of several rows, if it is known after the nest only.
    """

    level: str
    block: int
    after: bool = False
    of_row: bool = False


@dataclass(slots=True, eq=False)
class Nest:
    """Lines that are computed in the same loops.

    Attributes
    ----------
    shape : tuple of int
    inner : int
        How many of the axes are inner ones.
    operands : callable
        Gives the accesses of a line's inputs; None for a number that is written in the text.
    lines : list of Line
    places : dict from int to Place
    """

    shape: Shape
    inner: int
    operands: Callable[[Line], Sequence[Access | None]]
    lines: list[Line] = field(default_factory=list)
    places: dict[int, Place] = field(default_factory=dict)

    @property
    def rows(self) -> Shape:
        """The row axes."""
        return self.shape[: len(self.shape) - self.inner]

    @property
    def _has_short_rows(self) -> bool:
        """Whether a row is so short that to wait for its sum takes as long as to compute it.

        What needs the sums is computed in another nest then, when the sums of all rows are there;
        and exponentials of rows in one of which a vector takes several rows at once.
        """
        return math.prod(self.rows) > 1 and math.prod(self.shape) <= SHORT * math.prod(self.rows)

    def take(self, line: Line) -> bool:
        """Add a line if it belongs here; return whether it does."""
        place = self._place(line)
        if place is None or (self._has_short_rows and self._waits(line, place)):
            return False
        self.lines.append(line)
        self.places[line.id] = place
        return True

    def _waits(self, line: Line, place: Place) -> bool:
        """Return whether a line waits for the sum of a row, or is one row's exponential."""
        if line.primitive is PICK:
            return any(not self._is_known(x) for x in self.operands(line))
        is_late = place.block > 1 and not (place.of_row and place.block == 2)
        return is_late or (place.level == ROW and line.primitive in EXPENSIVE)

    def _place(self, line: Line) -> Place | None:
        operands = self.operands(line)
        if line.primitive in REDUCTIONS:
            return self._place_of_reduction(line, operands[0])
        if line.primitive is PICK:
            return self._place_of_pick(line, operands)
        if line.primitive is SCATTER:
            return self._place_of_scatter(line, operands)
        shape = space_of(line)
        if shape == self.shape and self.inner:
            return self._at(ELEMENT, shape, operands)
        if line.primitive is not ONE_HOT and _long(shape) == _long(self.rows):
            return self._at(ROW, shape, operands)
        return None

    def _place_of_reduction(self, line: Line, x: Access | None) -> Place | None:
        assert x is not None
        if x.shape == self.shape and self.inner:
            found = self._at(ELEMENT, x.shape, [x])
            axes = axes_reduced(line, len(x.shape))
            inside = tuple(range(len(self.rows), len(self.shape)))
            if found is None or not axes:
                return None
            if axes == inside:
                return Place(ROW, found.block + 1, of_row=True)
            is_all = len(axes) == len(self.shape)
            if line.primitive is SUM and not is_all and set(inside) < set(axes):
                return Place(ROW, found.block + 1, after=True, of_row=True)
            grows = line.primitive is SUM and (is_all or not set(axes) & set(inside))
            return Place(ELEMENT, found.block, after=True) if grows else None
        if self.rows and _long(x.shape) == _long(self.rows) and line.size == 1:
            found = self._at(ROW, x.shape, [x]) if line.primitive is SUM else None
            return found and Place(ROW, found.block, after=True)
        return None

    def _place_of_pick(self, line: Line, operands: Sequence[Access | None]) -> Place | None:
        x, classes = operands
        assert x is not None
        if x.shape != self.shape or self.inner != 1 or not self._is_known(classes):
            return None
        found = self._at(ELEMENT, x.shape, [x])
        return found and Place(ROW, found.block + 1)

    def _place_of_scatter(self, line: Line, operands: Sequence[Access | None]) -> Place | None:
        x = operands[0]
        if x is None or x.shape != self.shape or not self.inner:
            return None
        found = self._at(ELEMENT, x.shape, [x])
        return found and Place(ELEMENT, found.block, after=True)

    def _is_known(self, x: Access | None) -> bool:
        return x is None or x.root not in self.places

    def _at(self, level: str, shape: Shape, operands: Sequence[Access | None]) -> Place | None:
        """Return the first block in which all inputs are known; None if there is none."""
        block = 1 if level == ELEMENT else 0
        for x in operands:
            if self._is_known(x):
                continue
            assert x is not None
            place = self.places[x.root]
            if place.after or self.along(stretched(x, shape), level) != self.home(place.level):
                return None
            if place.level == ELEMENT and level == ROW:
                return None
            waits = place.level == ROW and level == ELEMENT
            block = max(block, place.block + waits)
        return Place(level, block)

    def home(self, level: str) -> tuple[int, ...]:
        """Return the strides, along the axes of the nest, of a value that is computed here."""
        if level == ELEMENT:
            return steps(self.shape, contiguous(self.shape))
        return steps(self.rows, contiguous(self.rows)) + (0,) * self.inner

    def along(self, x: Access, level: str) -> tuple[int, ...]:
        """Return the strides of an access along the axes of the nest."""
        if level == ELEMENT:
            return steps(self.shape, x.strides)
        left = iter(s for n, s in zip(x.shape, x.strides, strict=True) if n > 1)
        return tuple(next(left) if n > 1 else 0 for n in self.rows) + (0,) * self.inner


def space_of(line: Line) -> Shape:
    """Return the shape that an elementwise line is computed over."""
    space: Shape = line.params.get("space", line.shape)
    return space


def _long(shape: Shape) -> Shape:
    return tuple(n for n in shape if n > 1)
