"""The stages of an island: nests of loops and products, in an order in which they are computed.

A nest takes all lines that fit into it, also those that stand after a product in the program.  What
is added to a product, and a ReLU of that, is done before it is stored.  A comparison is made where
its result is used, as to keep one takes longer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from autograd.compiler.executors.llvm.access import Access, contiguous, steps, stretched
from autograd.compiler.executors.llvm.nests import Nest, space_of
from autograd.compiler.executors.llvm.operations import (
    COMPARISONS,
    REDUCTIONS,
    SCATTER,
    SUM,
    axes_reduced,
    is_product,
    trailing,
)
from autograd.compiler.executors.llvm.region import Region
from autograd.compiler.passes.lower import PICK
from autograd.compiler.program import Line
from autograd.core.types import Shape
from autograd.ops.elementwise import add
from autograd.ops.piecewise import maximum


@dataclass(frozen=True, slots=True, eq=False)
class Product:
    """A product of matrices, and what is done with it before it is stored.

    Attributes
    ----------
    lines : tuple of Line
        The product, and lines that go on with it.
    added : Access or None
        A matrix that is added, or a row.
    relu : bool
        Whether what is below 0 becomes 0 then.
    """

    lines: tuple[Line, ...]
    added: Access | None = None
    relu: bool = False


Stage: TypeAlias = Nest | Product


def stages_of(region: Region) -> list[Stage]:
    """Return the stages of a region."""
    stages: list[Stage] = []
    left = list(region.lines)
    missing = {line.id for line in left}
    while left:
        first = left[0]
        stage = _product(first, region, missing) if is_product(first) else None
        stages.append(stage or _nest_from(left, region, missing))
        done = {line.id for line in stages[-1].lines}
        missing -= done
        left = [line for line in left if line.id not in done]
    return _with_comparisons_at_their_use(stages, region)


# Products


def _product(line: Line, region: Region, missing: set[int]) -> Product:
    """Return a product with the sum and the ReLU that alone use it."""
    _, b = region.operands(line)
    assert b is not None
    if len(line.shape) != 2 or line.shape[1] == 1:
        return Product((line,))
    total = _only_user(line, region)
    added = None if total is None else _added(total, line, region, missing)
    if total is None or added is None:
        return Product((line,))
    relu = _only_user(total, region)
    if relu is not None and relu.primitive is maximum.primitive and _is_with_0(relu, region):
        return Product((line, total, relu), added, relu=True)
    return Product((line, total), added)


def _only_user(line: Line, region: Region) -> Line | None:
    users = region.users[line.id]
    return users[0] if len(users) == 1 and line.id not in region.results else None


def _added(total: Line, line: Line, region: Region, missing: set[int]) -> Access | None:
    """Return what is added to a product: a matrix as it is, or a row that is known by now."""
    if total.primitive is not add.primitive or (total.shape, total.dtype) != (
        line.shape,
        line.dtype,
    ):
        return None
    here, other = region.operands(total)
    if here is not None and here.root != line.id:
        here, other = other, here
    if here is None or other is None or other.root in missing or not here.is_whole:
        return None
    if region.known[other.root].dtype != line.dtype or other.offset or not other.shape:
        return None
    strides = steps(line.shape, stretched(other, line.shape).strides)
    whole = steps(line.shape, contiguous(line.shape))
    return stretched(other, line.shape) if strides in (whole, (0, 1)) else None


def _is_with_0(relu: Line, region: Region) -> bool:
    numbers = [arg for arg in relu.args if region.is_literal(arg)]
    return len(numbers) == 1 and float(region.literal(numbers[0])) == 0.0


# Nests


def _nest_from(left: Sequence[Line], region: Region, missing: set[int]) -> Nest:
    """Begin a nest with the first line, and add all others that can be computed in it."""
    shape = _space(left[0], region)
    nest = Nest(shape, _inner(left, shape, region), region.operands)
    for line in left:
        needed = {x.root for x in region.operands(line) if x is not None} & missing
        if needed <= nest.places.keys() and not is_product(line):
            nest.take(line)
    assert nest.lines, f"no nest of {shape} for {left[0].operation}"
    return nest


def _space(line: Line, region: Region) -> Shape:
    """Return the shape of the nest that begins with a line."""
    if line.primitive in REDUCTIONS or line.primitive in (PICK, SCATTER):
        x = region.operands(line)[0]
        assert x is not None
        return x.shape
    return space_of(line)


def _inner(left: Sequence[Line], shape: Shape, region: Region) -> int:
    """Return how many inner axes a nest has: those that are reduced for each row, or one."""
    first, counts = left[0], []
    if not shape or first.primitive in (PICK, SCATTER):
        return min(1, len(shape))
    for line in left:
        x = region.operands(line)[0] if line.primitive in REDUCTIONS else None
        if x is None or x.shape != shape:
            continue
        axes = axes_reduced(line, len(shape))
        is_all = len(axes) == len(shape)
        inside = trailing(axes, len(shape))
        if inside and not (is_all and line.primitive is SUM):
            counts.append(inside)
        if line is first and not is_all:
            return counts[0] if counts else 1
        if line is first and counts:
            return len(shape)
    return min(counts, default=1)


# Comparisons


def _with_comparisons_at_their_use(stages: list[Stage], region: Region) -> list[Stage]:
    """Move comparisons into the nest that alone uses them."""
    for i, stage in enumerate(stages):
        if not isinstance(stage, Nest):
            continue
        for line in [x for x in stage.lines if x.primitive in COMPARISONS]:
            k = _place_of_use(line, stages, i, region)
            nest = None if k is None else _with_first(line, stages[k])
            if k is not None and nest is not None:
                stages[k] = nest
                stage.lines.remove(line)
                del stage.places[line.id]
    return [stage for stage in stages if stage.lines]


def _place_of_use(line: Line, stages: list[Stage], own: int, region: Region) -> int | None:
    """Return the number of the only other stage that uses a comparison of what is kept anyway."""
    users = {x.id for x in region.users[line.id]}
    uses = [k for k, stage in enumerate(stages) if users & {x.id for x in stage.lines}]
    if len(uses) != 1 or uses[0] == own or line.id in region.results:
        return None
    inside = {x.id for x in stages[own].lines}
    for x in region.operands(line):
        if x is None or x.root not in inside:
            continue
        elsewhere = {user.id for user in region.users[x.root]} - inside
        if not elsewhere and x.root not in region.results:
            return None
    return uses[0]


def _with_first(line: Line, stage: Stage) -> Nest | None:
    """Return a nest with one line more at its beginning, if it can be computed there."""
    if not isinstance(stage, Nest):
        return None
    nest = Nest(stage.shape, stage.inner, stage.operands)
    return nest if all(map(nest.take, [line, *stage.lines])) else None
