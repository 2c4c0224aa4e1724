"""Where each value is stored: in a buffer that is used again, over an input, or in a new array.

A program runs many times, and its values have the same shapes each time.  So their memory is
allocated once.

1. *Liveness*: a value is alive from the line that makes it to the last line that uses it, or one of
   its views.  A view (a reshape, a transpose, a slice) has no memory of its own.
2. *In place*: an elementwise line may write over an input that is not used any more.  Values that
   do so form one `Storage`.
3. *Buffers*: two storages that are never alive at the same time share a buffer.
4. A storage with a result in it is a new array in every run: whoever has the result keeps it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from autograd.compiler.program import Line, Program
from autograd.ops.shape import broadcast_to

WRITES = "writes"


@dataclass(frozen=True, slots=True)
class Effect:
    """What a line does with memory.

    Attributes
    ----------
    kind : str
        "writes" to an array that it is given; "view": may look at the memory of an input; "new":
        makes an array of its own; "unknown": may do either; "foreign": may also give an array that
        is kept elsewhere.
    over : tuple of int
        The positions of the inputs that it may write over, if they are not used any more.
    """

    kind: str
    over: tuple[int, ...] = ()


OUT = Effect(WRITES)
VIEW = Effect("view")
NEW = Effect("new")
UNKNOWN = Effect("unknown")
FOREIGN = Effect("foreign")

Effects = Callable[[Line, Sequence[Line]], Effect]


@dataclass(slots=True, eq=False)
class Storage:
    """The memory of values that are never needed at the same time, or are views of each other.

    Attributes
    ----------
    first, last : int
        The positions of the lines between which it is in use.
    nbytes : int
    ours : bool
        Whether it may be written to: not that of an argument, a weight or a constant.
    result : bool
        Whether a result of the program is in it.
    update : int or None
        The number of the update whose new state is in it.
    buffer : int or None
        The number of its buffer, if it has one.
    """

    first: int
    last: int
    nbytes: int
    ours: bool
    result: bool = False
    update: int | None = None
    buffer: int | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """Where the values of a program are stored.

    Attributes
    ----------
    target : dict from int to (str, int)
        For a line that writes: ``("buffer", number)``, ``("over", id of the input)``,
        ``("spare", number)`` for new state, or ``("new", 0)``.  Other lines are not in it.
    sizes : list of int
        The bytes of each buffer.
    spares : list of int
        Of each array for new state, the number of the update.
    copied : set of int
        Results that must be copied, as they are views of something else, or given.
    last_use : dict from int to int
        The position of the last line that uses each value.
    own : dict from int to bool
        Whether a value is in memory that the program allocates.
    """

    target: dict[int, tuple[str, int]]
    sizes: list[int]
    spares: list[int]
    copied: set[int]
    last_use: dict[int, int]
    own: dict[int, bool]


def plan(program: Program, effect: Effects) -> Plan:
    """Decide where each value of a program is stored.

    Parameters
    ----------
    program : Program
    effect : callable
        What each line does with memory; that depends on the executor.
    """
    last_use = _last_uses(program)
    storages = _Storages(program, effect, last_use)
    target = {}
    for position, line in enumerate(program.lines):
        placed = storages.place(position, line)
        if placed is not None:
            target[line.id] = placed
    copied = storages.mark_results()
    sizes = _assign(storages.found)
    spares: list[int] = []
    for id, (kind, _) in target.items():
        storage = storages.of[id]
        if kind == "new" and storage.buffer is not None:
            target[id] = "buffer", storage.buffer
        elif kind == "new" and _becomes_its_update(program, target, id, storage):
            target[id] = "spare", len(spares)
            spares.append(storage.update)  # type: ignore[arg-type]
    own = {line.id: line.id in storages.of and storages.of[line.id].ours for line in program}
    return Plan(target, sizes, spares, copied, last_use, own)


def _becomes_its_update(
    program: Program, target: dict[int, tuple[str, int]], id: int, storage: Storage
) -> bool:
    """Return whether the array that a line writes is new state in the end, and not a view of it.

    Of a view it cannot be seen whether there is another view of the same memory.
    """
    if storage.update is None:
        return False
    new = program.updates[storage.update][1]
    while new in target and target[new][0] == "over":
        new = target[new][1]
    return new == id


def _last_uses(program: Program) -> dict[int, int]:
    last = {line.id: position for position, line in enumerate(program.lines)}
    for position, line in enumerate(program.lines):
        for arg in line.args:
            last[arg] = position
    return last | dict.fromkeys(program.results, len(program.lines))


@dataclass(slots=True)
class _Storages:
    """The storages that are found while the lines are gone through."""

    program: Program
    effect: Effects
    last_use: dict[int, int]
    of: dict[int, Storage] = field(default_factory=dict)
    found: list[Storage] = field(default_factory=list)
    lines: dict[int, Line] = field(default_factory=dict)
    stretched: set[int] = field(default_factory=set)  # views that cannot be written to

    def place(self, position: int, line: Line) -> tuple[str, int] | None:
        """Give a line its storage; return where it writes, if it writes."""
        self.lines[line.id] = line
        if not line.shape:  # a number, which is no array
            return None
        if line.primitive is None:
            self._make(position, line, ours=False)
            return None
        effect = self.effect(line, [self.lines[arg] for arg in line.args])
        behind = [self.of[arg] for arg in line.args if arg in self.of]
        if line.primitive is broadcast_to.primitive or (
            effect in (VIEW, UNKNOWN) and not self.stretched.isdisjoint(line.args)
        ):
            self.stretched.add(line.id)
        if effect in (VIEW, UNKNOWN, FOREIGN):
            if behind:
                self._alias(line, behind, effect == FOREIGN)
            else:  # such as a number that is stretched, whose elements are one in memory
                self._make(position, line, ours=False)
            return None
        for arg in (line.args[i] for i in effect.over):
            if self._may_overwrite(position, line, arg):
                storage = self.of[arg]
                storage.last = max(storage.last, self.last_use[line.id])
                self.of[line.id] = storage
                return "over", arg
        self._make(position, line, ours=True)
        return ("new", 0) if effect.kind == WRITES else None

    def _make(self, position: int, line: Line, ours: bool) -> None:
        storage = Storage(position, self.last_use[line.id], line.nbytes, ours)
        self.of[line.id] = storage
        self.found.append(storage)

    def _alias(self, line: Line, behind: list[Storage], foreign: bool) -> None:
        for storage in behind:
            storage.last = max(storage.last, self.last_use[line.id])
        if (
            foreign or len(behind) > 1
        ):  # one of them, it is not known which: keep all, and write to none
            for storage in behind:
                storage.ours = False
        self.of[line.id] = behind[0]

    def _may_overwrite(self, position: int, line: Line, arg: int) -> bool:
        """Return whether nothing needs an input, or another view of it, after this line."""
        storage, given = self.of.get(arg), self.lines[arg]
        return (
            storage is not None
            and storage.ours
            and storage.last == position
            and arg not in self.stretched
            and (given.shape, given.dtype) == (line.shape, line.dtype)
            and storage.nbytes == line.nbytes  # not a slice of it, nor stretched
            and not any(self.of.get(x) is storage and x != arg for x in line.args)
        )

    def mark_results(self) -> set[int]:
        """Mark the storages of results; return which results have to be copied."""
        copied: set[int] = set()
        seen: list[Storage] = []
        updates = [(id, k) for k, (_, id) in enumerate(self.program.updates)]
        for id, update in [*updates, *((id, None) for id in self.program.outputs)]:
            storage = self.of.get(id)
            if storage is None:
                continue
            whole = storage.nbytes == self.lines[id].nbytes
            whole = whole and id not in self.stretched
            if storage.ours and whole and not any(s is storage for s in seen):
                storage.result, storage.update = True, update
                seen.append(storage)
            else:
                copied.add(id)
        return copied


def _assign(storages: list[Storage]) -> list[int]:
    """Give every storage that has no result in it a buffer; return the bytes of the buffers."""
    sizes: list[int] = []
    free_from: list[int] = []
    for storage in sorted(storages, key=lambda s: s.first):
        if not storage.ours or storage.result:
            continue
        fitting = [
            number
            for number, size in enumerate(sizes)
            if free_from[number] <= storage.first and size == storage.nbytes
        ]
        if fitting:
            storage.buffer = fitting[-1]
            free_from[storage.buffer] = storage.last + 1
        else:
            storage.buffer = len(sizes)
            sizes.append(storage.nbytes)
            free_from.append(storage.last + 1)
    return sizes
