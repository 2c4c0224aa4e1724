"""Compute again what is cheap, instead of keeping it while most memory is in use.

Of a normalised value ``(x - mean) / deviation`` both the difference and the quotient are needed for
the gradient.  To divide once more takes no longer than to read the quotient from memory, if it is
done in a loop that is there anyway; and until then only the difference is kept.

So the line is looked for at which most memory is in use.  What is alive there, but needed later
only, is computed again for each use later, from what is there at the peak, too.  Some of that may
have to be kept for longer, but not more than what it replaces.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from autograd.compiler.passes.notes import several
from autograd.compiler.passes.simplify import VIEWS
from autograd.compiler.program import Line, Program
from autograd.core.primitive import Primitive
from autograd.ops import compare, elementwise, piecewise

CHEAP: frozenset[Primitive] = frozenset(
    [
        *(elementwise.add.primitive, elementwise.subtract.primitive),
        *(elementwise.multiply.primitive, elementwise.divide.primitive),
        *(elementwise.negative.primitive, piecewise.maximum.primitive),
        *(compare.greater.primitive, compare.less.primitive),
    ]
)
LARGE = 1 << 16  # bytes, below which nothing is gained
MOST = 100  # values of a program that are computed again


def recompute(program: Program) -> Program:
    """Compute lines again where they are used."""
    count = 0
    while count < MOST:
        lives = _Lives.of(program)
        peak = lives.peak()
        found = next((x for x in program if lives.can_be_computed_again(x, peak)), None)
        if found is None:
            break
        program = _with_again(program, found, peak, lives)
        count += 1
    values = several(count, "value")
    notes = [f"computed {values} again, instead of keeping it in memory"] if count else []
    return program.rewritten(program.lines, notes=notes)


@dataclass(slots=True)
class _Lives:
    """From where to where each value is alive, itself or as a view.

    Attributes
    ----------
    program : Program
    known : dict from int to Line
    users : dict from int to list of Line
    place : dict from int to int
        The positions of the lines.
    root : dict from int to int
        What a line is a view of, or the line itself.
    last : dict from int to int
        The position of the last line that uses a root.
    """

    program: Program
    known: Mapping[int, Line]
    users: Mapping[int, list[Line]]
    place: Mapping[int, int]
    root: dict[int, int] = field(default_factory=dict)
    last: dict[int, int] = field(default_factory=dict)

    @classmethod
    def of(cls, program: Program) -> _Lives:
        """Go through a program."""
        place = {line.id: position for position, line in enumerate(program.lines)}
        lives = cls(program, program.by_id(), program.users(), place)
        for position, line in enumerate(program.lines):
            is_view = line.primitive in VIEWS
            lives.root[line.id] = lives.root[line.args[0]] if is_view else line.id
            for id in (line.id, *line.args):
                lives.last[lives.root[id]] = position
        for id in program.results:
            lives.last[lives.root[id]] = len(program)
        return lives

    def peak(self) -> int:
        """Return the position at which most memory is in use."""
        change = [0] * (len(self.program) + 2)
        for id, last in self.last.items():
            if self.known[id].primitive is not None:
                change[self.place[id]] += self.known[id].nbytes
                change[last + 1] -= self.known[id].nbytes
        used, most, found = 0, 0, 0
        for position, difference in enumerate(change):
            used += difference
            if used > most:
                most, found = used, position
        return found

    def can_be_computed_again(self, line: Line, peak: int) -> bool:
        """Return whether a line is alive at the peak, not needed there, and cheap."""
        if line.primitive not in CHEAP or line.nbytes < LARGE or line.id in self.program.results:
            return False
        if self.place[line.id] >= peak or self.last[line.id] <= peak:
            return False
        users = self.users[line.id]
        if any(x.primitive in VIEWS or self.place[x.id] == peak for x in users):
            return False
        there = all(self.is_there(arg, peak) for arg in line.args)
        longer = {self.root[x] for x in line.args if not self.is_there(x, self.last[line.id])}
        return there and sum(self.known[id].nbytes for id in longer) <= line.nbytes

    def is_there(self, id: int, position: int) -> bool:
        """Return whether a value is alive at a line anyway, or so small that it can be kept."""
        root = self.known[self.root[id]]
        is_given = root.primitive is None
        return is_given or root.nbytes < LARGE or self.last[root.id] >= position

    def later(self, line: Line, peak: int) -> list[int]:
        """Return the positions of the lines behind the peak that use a line."""
        return [self.place[x.id] for x in self.users[line.id] if self.place[x.id] > peak]


def _with_again(program: Program, again: Line, peak: int, lives: _Lives) -> Program:
    """Return a program in which a line is computed again for each use behind the peak."""
    fresh = max(lives.known) + 1
    later = set(lives.later(again, peak))
    lines: list[Line] = []
    for position, line in enumerate(program.lines):
        if position in later:
            lines.append(replace(again, id=fresh))
            args = tuple(fresh if arg == again.id else arg for arg in line.args)
            line = replace(line, args=args)
            fresh += 1
        lines.append(line)
    return replace(program, lines=tuple(lines))
