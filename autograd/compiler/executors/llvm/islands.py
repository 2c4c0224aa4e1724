"""Cut a program into islands, each of which becomes one compiled function.

An island is a run of lines that can be compiled.  A line in between that needs nothing of it is
computed before it.  In the program that is left, an island is a line for each of its results, with
what it reads as inputs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from autograd.compiler.executors.llvm.access import Access, viewed
from autograd.compiler.executors.llvm.island import Island
from autograd.compiler.executors.llvm.operations import is_product, is_supported, is_view
from autograd.compiler.executors.llvm.region import Region, own
from autograd.compiler.passes.dead_code import remove_dead_code
from autograd.compiler.program import Line, Program
from autograd.core.primitive import Primitive
from autograd.ops.kernels.llvm.machine import Machine

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
    accesses = accesses_of(program)
    known = program.by_id()
    runs = [
        (run if _is_worthwhile(run, known) else [], run, views)
        for run, views in _runs(program, accesses)
    ]
    inside = {line.id: k for k, (run, _, _) in enumerate(runs) for line in run}
    needed = _needed(program, inside, accesses)
    place = {line.id: position for position, line in enumerate(program.lines)}
    lines: list[Line] = []
    islands: list[Island] = []
    for run, others, views in runs:
        if run:
            results = tuple(line.id for line in run if line.id in needed)
            region = Region(known, accesses, tuple(run), results)
            islands.append(Island(f"island{len(islands)}", region, machine))
            lines += [*_parts(islands[-1]), *views]
        else:
            lines += sorted((known[x.id] for x in (*others, *views)), key=lambda x: place[x.id])
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


def _runs(
    program: Program, accesses: Mapping[int, Access]
) -> Iterator[tuple[list[Line], list[Line]]]:
    """Yield runs of lines that can be compiled, each with other lines that come behind it."""
    known = program.by_id()
    run: list[Line] = []
    inside: set[int] = set()
    views: list[Line] = []

    for line in program:
        given = [known[arg] for arg in line.args]
        if line.primitive is None:
            yield [], [line]
            continue
        roots = {accesses[arg].root for arg in line.args}
        if is_view(line, given):
            if accesses[line.id].root != line.id:
                if roots & inside:
                    views.append(line)
                else:
                    yield [], [line]
                continue
            line = replace(line, params={**line.params, "space": given[0].shape})
            supported = line.dtype is not None and is_supported(line, given)
        else:
            supported = is_supported(line, given)
        if supported and len(run) < MOST:
            run.append(line)
            inside.add(line.id)
        elif supported or roots & inside:
            yield run, views
            run, views, inside = [], [], set()
            if supported:
                run, inside = [line], {line.id}
            else:
                yield [], [line]
        else:
            yield [], [line]
    yield run, views


def _is_worthwhile(run: list[Line], known: Mapping[int, Line]) -> bool:
    """Return whether a run saves several calls of NumPy."""
    of_arrays = [x for x in run if x.shape or any(known[arg].shape for arg in x.args)]
    return len(of_arrays) > 1 or any(map(is_product, run))


def _parts(island: Island) -> Iterator[Line]:
    """Yield a line for each result: arrays first, since all are computed with the last of them."""
    region = island.region
    for id in (*island.arrays, *island.numbers):
        line = region.known[id]
        yield replace(line, primitive=PART, args=tuple(region.given), params={"island": island})
