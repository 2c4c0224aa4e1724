"""A nest as text: loops, with a row of Python for each line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from math import prod
from typing import Any

import numpy as np

from autograd.compiler.executors.llvm.access import Access
from autograd.compiler.executors.llvm.axes import Axes
from autograd.compiler.executors.llvm.nests import ELEMENT, ROW, Nest, Place
from autograd.compiler.executors.llvm.operations import (
    BOOL,
    ON_BOOLS,
    ONE_HOT,
    REDUCTIONS,
    SCATTER,
    SUM,
    WHERE,
    text_of,
)
from autograd.compiler.executors.llvm.region import FLOAT32, Region
from autograd.compiler.executors.llvm.storage import ARRAY, Storage, needed_in
from autograd.compiler.passes.lower import PICK
from autograd.compiler.program import Line

FEW = 128  # turns of a loop whose last vector is partly filled; a longer one has turns left over
LONG = 1024  # terms of a sum, beyond which it is made in double precision
STATUS = "status"  # the array that says whether a class was not one of the columns


@dataclass(slots=True, eq=False)
class Loops:
    """Writes the loops of one nest.

    Attributes
    ----------
    region : Region
    storage : Storage
    nest : Nest
    axes : Axes
    before, behind : list of str
        Rows around all loops, such as what a sum over everything begins with.
    """

    region: Region
    storage: Storage
    nest: Nest
    axes: Axes = field(init=False)
    before: list[str] = field(init=False, default_factory=list)
    behind: list[str] = field(init=False, default_factory=list)

    def __post_init__(self) -> None:
        self.axes = Axes(self.region, self.storage, self.nest)

    def rows(self) -> list[str]:
        """Return the rows of Python."""
        written = {b: list(self._block(b)) for b in range(self._last() + 1)}
        body: list[str] = []
        for block, rows in written.items():
            if block % 2 and rows:
                body += _loops(self.axes.loops(inner=True), rows, vectors=True)
            elif rows:
                body += rows
        outer = self.axes.loops(inner=False)
        operations = list(dict.fromkeys(line.operation for line in self.nest.lines))
        shape = "x".join(map(str, self.nest.shape)) or "numbers"
        head = f"# {shape}: {', '.join(operations)}"
        return [head, *self.before, *_loops(outer, body, vectors=False), *self.behind]

    def _last(self) -> int:
        return max(place.block for place in self.nest.places.values())

    def _block(self, block: int) -> Iterator[str]:
        """Yield the rows of a block."""
        places = self.nest.places
        done: set[int] = set()
        for line in self.nest.lines:
            place = places[line.id]
            if place.of_row and place.block == block:
                yield from self._finished(line)
        for line in self.nest.lines:
            place = places[line.id]
            if needed_in(place) == block:
                yield from self._again(line, block, done)
                yield from self._line(line, place, block)
                done.add(line.id)
        for line in self.nest.lines:
            place = places[line.id]
            if place.of_row and place.block == block + 2:
                yield self._begun(line)

    def _again(self, line: Line, block: int, done: set[int]) -> Iterator[str]:
        """Yield what is computed again for a line."""
        for x in self.region.operands(line):
            if x is None or x.root not in self.storage.again or x.root in done:
                continue
            other = self.region.known[x.root]
            if other.id in self.nest.places and self.nest.places[other.id].block != block:
                yield f"{self.region.variable(other.id)} = {self._value(other, block)}"
                done.add(other.id)

    def _line(self, line: Line, place: Place, block: int) -> Iterator[str]:
        name = self.region.variable(line.id)
        if line.primitive in REDUCTIONS:
            yield from self._reduced(line, place, block)
            return
        if line.primitive is PICK:
            yield from self._picked(line)
        else:
            yield f"{name} = {self._value(line, block)}"
        if line.primitive is SCATTER:
            self._cleared(line)
        if self.storage.kinds[line.id] != "variable":
            target = self.axes.target(line)
            index = self.axes.index(target.strides, target.offset)
            yield f"{self.region.name(line.id)}[{index}] = {name}"
        elif line.id in self.region.results:
            yield f"{self.region.name(line.id)}[0] = {name}"

    def _cleared(self, line: Line) -> None:
        """Set an array to 0 before the loops."""
        self.before += [
            f"for i in range({line.size}):",
            f"    {self.region.name(line.id)}[i] = {self._typed('0.0', line.dtype)}",
        ]

    def _value(self, line: Line, block: int) -> str:
        """Return the expression for an element."""
        if line.primitive is ONE_HOT:
            number = self.axes.index(self.axes.unit(line.params["axis"]))
            return f"{self._operand(line, 0, block)} == {number}"
        args = [self._operand(line, i, block) for i in range(len(line.args))]
        if line.primitive is SCATTER:
            return args[0]
        given = [self.region.known[arg] for arg in line.args]
        text = text_of(line, given).format(*args)
        values = range(1 if line.primitive is WHERE else 0, len(args))
        literal = all(self.region.is_literal(line.args[i]) for i in values)
        if line.dtype != BOOL and (literal or "{" not in text_of(line, given)):
            return self._typed(text, line.dtype)
        return text

    def _typed(self, text: str, dtype: Any) -> str:
        return f"float32({text})" if dtype == FLOAT32 else f"float64({text})"

    def _operand(self, line: Line, position: int, block: int) -> str:
        """Return how an input is read, in the dtype that the line computes in."""
        arg = line.args[position]
        if self.region.is_literal(arg):
            return self.region.literal(arg)
        x = self.region.operands(line)[position]
        assert x is not None
        text = self._read(x, line, block)
        condition = line.primitive in ON_BOOLS or (line.primitive is WHERE and position == 0)
        if condition or line.primitive is ONE_HOT:
            return text
        dtype, wanted = self.region.dtype_of(x.root), self.region.computed_in(line)
        same = dtype == wanted or {dtype, wanted} == {None, np.dtype(np.float64)}
        return text if same else self._typed(text, wanted)

    def _read(self, x: Access, line: Line, block: int) -> str:
        """Return a variable, or an element of an array."""
        root = self.region.known[x.root]
        place = self.nest.places.get(x.root)
        computed = x.root in self.storage.kinds
        if computed and self.storage.kinds[x.root] == "variable":
            return self.region.variable(x.root)
        if place is not None and (place.level == ROW or place.block == block):
            return self.region.variable(x.root)
        name = self.region.name(x.root)
        if not root.shape:
            return f"{name}[0]"
        if place is not None:
            target = self.axes.target(root)
            return f"{name}[{self.axes.index(target.strides, target.offset)}]"
        strides = self.axes.along(x, line, self.axes.level(line))
        return f"{name}[{self.axes.index(strides, x.offset)}]"

    # Sums and their like

    def _sum(self, line: Line) -> str:
        """Return the variable that a reduction grows in."""
        name = self.region.variable(line.id)
        return f"{name}_sum" if self._is_double(line) else name

    def _is_double(self, line: Line) -> bool:
        """Return whether a sum of float32 is made in double precision, as it has many terms."""
        x, of_row = self.region.accesses[line.args[0]], self.nest.places[line.id].of_row
        terms = prod(self.nest.shape[len(self.nest.rows) :]) if of_row else prod(x.shape)
        is_single = line.dtype == FLOAT32 and line.primitive is SUM
        return is_single and terms > LONG and (of_row or line.size == 1)

    def _begun(self, line: Line) -> str:
        dtype = np.float64 if self._is_double(line) else line.dtype
        _, first = REDUCTIONS[line.primitive]
        return f"{self._sum(line)} = {self._typed(first, dtype)}"

    def _finished(self, line: Line) -> Iterator[str]:
        """Yield what a reduction does when all terms are there."""
        name = self.region.variable(line.id)
        if self._is_double(line):
            yield f"{name} = float32({self._sum(line)})"
        place = self.nest.places[line.id]
        if place.after and place.of_row:
            sum_ = self._kept(line)
            yield f"{sum_} = {sum_} + {name}"
        elif self.storage.kinds[line.id] == ARRAY:
            index = "0" if place.after else self.axes.index(self.axes.target(line).strides)
            yield f"{self.region.name(line.id)}[{index}] = {name}"
        elif line.id in self.region.results:
            yield f"{self.region.name(line.id)}[0] = {name}"

    def _reduced(self, line: Line, place: Place, block: int) -> Iterator[str]:
        """Yield one more term of a reduction."""
        x = self._operand(line, 0, block)
        step, _ = REDUCTIONS[line.primitive]
        if place.after and (place.of_row or line.size > 1):
            self._cleared(line)
        if place.after and not place.of_row and line.size > 1:
            sum_ = self._kept(line)
            yield f"{sum_} = {sum_} + {x}"
            return
        if place.after and not place.of_row:
            self.before.append(self._begun(line))
            self.behind += self._finished(line)
        x = f"float64({x})" if self._is_double(line) else x
        yield f"{self._sum(line)} = {step.format(self._sum(line), x)}"

    def _kept(self, line: Line) -> str:
        """Return the element of an array in which a sum grows from turn to turn."""
        return f"{self.region.name(line.id)}[{self.axes.index(self.axes.target(line).strides)}]"

    def _picked(self, line: Line) -> Iterator[str]:
        """Yield the picking of an element by the number of its class, if there is such a class."""
        rows, classes = self.region.operands(line)
        assert rows is not None
        assert classes is not None
        name, number = self.region.variable(line.id), f"class_{line.id}"
        at = self.axes.index(self.nest.along(classes, ROW), classes.offset)
        columns = rows.shape[-1]
        yield f"{number} = {self.region.name(classes.root)}[{at}]"
        yield f"is_{number} = {number} >= 0 and {number} < {columns}"
        yield f"{STATUS}[0] = {STATUS}[0] if is_{number} else 1"
        yield f"{number} = {number} if is_{number} else 0"
        if rows.root in self.nest.places:
            target = self.axes.target(self.region.known[rows.root])
            strides, offset = target.strides, target.offset
        else:
            strides, offset = self.nest.along(rows, ELEMENT), rows.offset
        row = self.axes.index((*strides[:-1], 0), offset)
        step = "" if strides[-1] == 1 else f" * {strides[-1]}"
        yield f"{name} = {self.region.name(rows.root)}[{row} + {number}{step}]"


def _loops(groups: Sequence[tuple[str, int]], body: Sequence[str], vectors: bool) -> list[str]:
    """Return rows inside of loops."""
    rows = list(body)
    for k, (letter, n) in enumerate(reversed(groups)):
        words = "abreast" if vectors and k == 0 and n <= FEW else "range"
        rows = [f"for {letter} in {words}({n}):", *(f"    {row}" for row in rows)]
    return rows
