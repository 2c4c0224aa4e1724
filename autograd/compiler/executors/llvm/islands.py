"""Cut a program into islands, each of which becomes one compiled function.

An island is a run of lines that can be compiled.  A line in between that needs nothing of it is
computed before it.  In the program that is left, an island is a line for each of its results, with
what it reads as inputs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from autograd.compiler.executors.llvm.access import Access, viewed
from autograd.compiler.executors.llvm.island import Island
from autograd.compiler.executors.llvm.operations import is_product, is_supported, is_view
from autograd.compiler.executors.llvm.region import Region, own
from autograd.compiler.passes.dead_code import remove_dead_code
from autograd.compiler.passes.lower import PICK
from autograd.compiler.program import Line, Program
from autograd.core.primitive import Primitive
from autograd.ops.kernels.llvm.machine import Machine
from autograd.ops.shape import reshape

MOST = 150  # lines of an island: the time to compile one grows faster than its length


def _by_llvm(*arrays: object) -> object:
    raise NotImplementedError


PART = Primitive(_by_llvm, (), name="island", symbol="island")


def accesses_of(program: Program) -> dict[int, Access]:
    """Return where the elements of every value lie."""
    known, found = program.by_id(), dict[int, Access]()
    for line in program:
        access = None
        if line.primitive is not None and is_view(line, [known[arg] for arg in line.args]):
            access = viewed(line, found[line.args[0]])
        found[line.id] = own(line) if access is None else access
    return found


def with_islands(program: Program, machine: Machine) -> tuple[Program, list[Island]]:
    """Return a program in which lines of islands are replaced by their results."""
    accesses, known = accesses_of(program), program.by_id()
    runs = list(_runs(program, accesses))
    inside = {x.id: k for k, run in enumerate(runs) if _pays(run, known) for x in run.lines}
    needed = _needed(program, inside, accesses)
    lines: list[Line] = []
    islands: list[Island] = []
    for run in runs:
        lines += run.before
        if _pays(run, known):
            results = tuple(x.id for x in run.lines if x.id in needed)
            region = Region(known, accesses, tuple(run.lines), results)
            islands.append(Island(f"island{len(islands)}", region, machine))
            lines += [*_parts(islands[-1]), *run.views]
        else:
            lines += run.as_they_are
    return remove_dead_code(replace(program, lines=tuple(lines))), islands


def _needed(
    program: Program, inside: Mapping[int, int], accesses: Mapping[int, Access]
) -> set[int]:
    """Return the ids of values that are needed outside of their island, themselves or as views."""
    found = {accesses[id].root for id in program.results}
    for line in program:
        is_view = accesses[line.id].root != line.id
        if line.primitive is None or is_view:
            continue
        for arg in line.args:
            root = accesses[arg].root
            if line.id not in inside or inside.get(root) != inside[line.id]:
                found.add(root)
    return found


@dataclass(slots=True, eq=False)
class Run:
    """Lines in succession that can be compiled.

    Attributes
    ----------
    before : list of Line
        Other lines, which need nothing of them.
    lines : list of Line
    views : list of Line
        Other ways to look at their results.
    as_they_are : list of Line
        All but those before, in the order of the program.
    """

    before: list[Line] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    views: list[Line] = field(default_factory=list)
    as_they_are: list[Line] = field(default_factory=list)


def _runs(program: Program, accesses: Mapping[int, Access]) -> Iterator[Run]:
    """Yield runs, in an order in which they can be computed."""
    known = program.by_id()
    run, inside = Run(), set[int]()
    for line in program:
        supported = _supported(line, known, accesses)
        needs_run = not inside.isdisjoint(accesses[arg].root for arg in line.args)
        is_view = accesses[line.id].root != line.id
        if len(run.lines) == MOST if supported else (needs_run and not is_view):
            yield run
            run, inside, needs_run = Run(), set(), False
        if supported is not None:
            run.lines.append(supported)
            inside.add(line.id)
            run.as_they_are.append(line)
        elif needs_run:
            run.views.append(line)
            run.as_they_are.append(line)
        else:
            run.before.append(line)
    yield run


def _supported(
    line: Line, known: Mapping[int, Line], accesses: Mapping[int, Access]
) -> Line | None:
    """Return a line as it is compiled, if it can be: a reshape that copies, over what it reads."""
    given = [known[arg] for arg in line.args]
    if accesses[line.id].root != line.id:
        return None
    if line.primitive is PICK and _supported(given[1], known, accesses) is None:
        return None  # it reads the classes of the mask
    if line.primitive is reshape.primitive:
        line = replace(line, params={**line.params, "space": given[0].shape})
    return line if is_supported(line, given) else None


def _pays(run: Run, known: Mapping[int, Line]) -> bool:
    """Return whether an island saves several calls of NumPy."""
    of_arrays = [x for x in run.lines if x.shape or any(known[arg].shape for arg in x.args)]
    return len(of_arrays) > 1 or any(map(is_product, run.lines))


def _parts(island: Island) -> Iterator[Line]:
    """Yield a line for each result: arrays first, since all are computed with the last of them."""
    region = island.region
    for id in (*island.arrays, *island.numbers):
        line = region.known[id]
        yield replace(line, primitive=PART, args=tuple(region.given), params={"island": island})
