"""The axes of a nest: which loops there are, and at which index an element is read or written.

Axes that are one axis in all that is read and written become one loop: an array of 32 rows and 64
columns, to which one of the same shape is added, is a row of 2048.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from autograd.compiler.executors.llvm.access import Access, contiguous, indexed, stretched
from autograd.compiler.executors.llvm.nests import ELEMENT, ROW, Nest, space_of
from autograd.compiler.executors.llvm.operations import (
    ONE_HOT,
    REDUCTIONS,
    SCATTER,
    axes_reduced,
)
from autograd.compiler.executors.llvm.region import LETTERS, Region
from autograd.compiler.executors.llvm.storage import OF_ROW, Storage
from autograd.compiler.passes.lower import PICK
from autograd.compiler.program import Line


@dataclass(slots=True, eq=False)
class Axes:
    """The axes of one nest.

    Attributes
    ----------
    region : Region
    storage : Storage
    nest : Nest
    groups : list of (int, int)
        The loops: the last axis of the nest that each stands for, and its number of turns.
    """

    region: Region
    storage: Storage
    nest: Nest
    groups: list[tuple[int, int]] = field(init=False)

    def __post_init__(self) -> None:
        self.groups = self._merged()

    def loops(self, inner: bool) -> list[tuple[str, int]]:
        """Return the letters and turns of the loops over rows, or over the elements of a row."""
        first = len(self.nest.rows)
        named = zip(LETTERS, self.groups, strict=False)
        return [(letter, n) for letter, (axis, n) in named if (axis >= first) == inner]

    def _strides(self) -> Iterator[tuple[int, ...]]:
        """Yield the strides of all that is read and written, along the axes of the nest."""
        for line in self.nest.lines:
            level = self.level(line)
            for x in self.region.operands(line):
                if x is not None and x.root not in self.nest.places:
                    yield self.along(x, line, level)
                elif x is not None:
                    yield self.nest.home(self.nest.places[x.root].level)
            yield self.target(line).strides
            if line.primitive is ONE_HOT:
                yield self.unit(line.params["axis"])

    def unit(self, axis: int) -> tuple[int, ...]:
        """Return strides that count along one axis."""
        return tuple(int(a == axis) for a in range(len(self.nest.shape)))

    def level(self, line: Line) -> str:
        """Return whether the inputs of a line are read for each row or each element."""
        place = self.nest.places[line.id]
        return ELEMENT if place.of_row or line.primitive is SCATTER else place.level

    def along(self, x: Access, line: Line, level: str) -> tuple[int, ...]:
        """Return the strides of an input of a line along the axes of the nest."""
        if line.primitive is PICK or line.primitive in REDUCTIONS or line.primitive is SCATTER:
            return self.nest.along(x, ELEMENT if x.shape == self.nest.shape else ROW)
        return self.nest.along(stretched(x, space_of(line)), level)

    def target(self, line: Line) -> Access:
        """Return where a line writes, with strides along the axes of the nest."""
        place, shape = self.nest.places[line.id], self.nest.shape
        if line.primitive is SCATTER:
            whole = Access(line.id, line.shape, contiguous(line.shape))
            part = indexed(whole, line.params["index"], shape)
            return Access(line.id, shape, part.strides, part.offset)
        if place.after:
            return Access(line.id, shape, self._kept(line))
        strides = self.nest.home(ROW if place.of_row else place.level)
        if self.storage.kinds[line.id] == OF_ROW:
            outer = len(self.nest.rows)
            strides = (0,) * outer + strides[outer:]
        return Access(line.id, shape, strides)

    def _kept(self, line: Line) -> tuple[int, ...]:
        """Return the strides of a sum over other axes than those of a row."""
        if line.size == 1:
            return (0,) * len(self.nest.shape)
        axes = axes_reduced(line, len(self.nest.shape))
        kept = [n for a, n in enumerate(self.nest.shape) if a not in axes]
        left = iter(contiguous(kept))  # type: ignore[arg-type]
        return tuple(0 if a in axes else next(left) for a in range(len(self.nest.shape)))

    def _merged(self) -> list[tuple[int, int]]:
        """Return the loops: axes that are one axis in all that is read and written are one loop."""
        strides = list(dict.fromkeys(self._strides()))
        plain = all(p.block == 1 and not p.of_row for p in self.nest.places.values())
        found: list[tuple[int, int]] = []
        for axis, n in enumerate(self.nest.shape):
            if n == 1:
                continue
            border = len(self.nest.rows)
            if found and (plain or (found[-1][0] < border) == (axis < border)):
                last, count = found[-1]
                if all(s[last] == s[axis] * n for s in strides):
                    found[-1] = axis, count * n
                    continue
            found.append((axis, n))
        return found

    def index(self, strides: Sequence[int], offset: int = 0) -> str:
        """Return an index as text, such as ``i * 64 + j``."""
        terms = []
        for k, (axis, _) in enumerate(self.groups):
            if strides[axis]:
                step = strides[axis]
                terms.append(LETTERS[k] if step == 1 else f"{LETTERS[k]} * {step}")
        if offset or not terms:
            terms.append(str(offset))
        return " + ".join(terms)
