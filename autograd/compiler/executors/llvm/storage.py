"""Where computed values are kept: in a variable, in an array for one row, or in a whole array."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import prod

from autograd.compiler.executors.llvm.nests import ELEMENT, Nest, Place
from autograd.compiler.executors.llvm.operations import COMPARISONS, ONE_HOT
from autograd.compiler.executors.llvm.region import Region
from autograd.compiler.executors.llvm.stages import Product, Stage
from autograd.compiler.passes.lower import PICK
from autograd.compiler.program import Line

VARIABLE, OF_ROW, ARRAY = "variable", "row", "array"


@dataclass(slots=True, eq=False)
class Storage:
    """Where the values of a region are kept.

    Attributes
    ----------
    kinds : dict from int to str
        ``VARIABLE``, ``OF_ROW`` or ``ARRAY``, for each value that is computed.
    sizes : dict from int to int
        The number of elements of arrays that are neither given nor results.
    again : set of int
        Values that are computed again where they are needed, as that is faster than reading them.
    """

    kinds: dict[int, str] = field(default_factory=dict)
    sizes: dict[int, int] = field(default_factory=dict)
    again: set[int] = field(default_factory=set)


def storage_of(region: Region, stages: Sequence[Stage]) -> Storage:
    """Decide where each value is kept."""
    found = Storage()
    stage_of = {line.id: stage for stage in stages for line in stage.lines}
    users = region.users
    for line in region.lines:
        stage = stage_of[line.id]
        kind = _kind(region, line, stage, users[line.id], stage_of)
        if kind == OF_ROW and isinstance(stage, Nest) and _is_cheap(line, region, stage):
            found.again.add(line.id)
            kind = VARIABLE
        found.kinds[line.id] = kind
        if kind == OF_ROW and isinstance(stage, Nest):
            found.sizes[line.id] = line.size // prod(stage.rows)
        elif kind == ARRAY and line.id not in region.results:
            found.sizes[line.id] = line.size
    return found


def _kind(
    region: Region,
    line: Line,
    stage: Stage,
    users: Sequence[Line],
    stage_of: dict[int, Stage],
) -> str:
    if not line.shape and isinstance(stage, Nest):
        return ARRAY if any(isinstance(stage_of[x.id], Product) for x in users) else VARIABLE
    if isinstance(stage, Product) and line is not stage.lines[-1]:
        return VARIABLE  # which goes on to the next line in registers
    elsewhere = any(stage_of[user.id] is not stage for user in users)
    if isinstance(stage, Product) or elsewhere or line.id in region.results:
        return ARRAY
    place = stage.places[line.id]
    if place.after:
        return ARRAY
    if place.level == ELEMENT and any(_crosses(place, user, stage) for user in users):
        return OF_ROW
    return VARIABLE


def _crosses(place: Place, user: Line, nest: Nest) -> bool:
    """Return whether a value of one loop is needed in another one."""
    return user.primitive is PICK or needed_in(nest.places[user.id]) != place.block


def needed_in(place: Place) -> int:
    """Return the block in which the inputs of a line are read."""
    return place.block - 1 if place.of_row else place.block


def _is_cheap(line: Line, region: Region, nest: Nest) -> bool:
    return line.primitive in (*COMPARISONS, ONE_HOT) and all(
        x is None or x.root not in nest.places for x in region.operands(line)
    )
