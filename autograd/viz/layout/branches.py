"""Series and branches: how the parts of a network hang together, whatever their sizes.

A part that is before or after every other one is in series with all; between two such parts stand
branches.  A wire that only skips parts makes no branch.  What is neither is a tangle, such as the
steps of a recurrent network that take one element each.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Branches:
    """Series side by side, in the order of the arguments that they lead to."""

    series: tuple[tuple[Part, ...], ...]


@dataclass(frozen=True, slots=True)
class Tangle:
    """Parts in topological order that are no series of branches."""

    units: tuple[int, ...]


Part: TypeAlias = int | Branches | Tangle
Before: TypeAlias = Mapping[int, Sequence[int]]


def series(units: Sequence[int], before: Before) -> tuple[Part, ...]:
    """Return parts as a series of single ones and of branches.

    Parameters
    ----------
    units : sequence of int
        In topological order.
    before : dict from int to sequence of int
        What each gets values from; others than the units are left out.

    Examples
    --------
    >>> from autograd.viz.layout.branches import series
    >>> series([0, 1, 2, 3], {1: [0], 2: [0], 3: [1, 2]})
    (0, Branches(series=((1,), (2,))), 3)
    """
    between: list[int] = []
    result: list[Part] = []
    spine = _spine(units, before)
    for unit in units:
        if unit not in spine:
            between.append(unit)
            continue
        result += [*_branches(between, before), unit]
        between = []
    return (*result, *_branches(between, before))


def _spine(units: Sequence[int], before: Before) -> set[int]:
    """Find the units that are before or after every other one."""
    bit = {unit: 1 << k for k, unit in enumerate(units)}
    ahead: dict[int, int] = {}
    after = dict.fromkeys(units, 0)
    for unit in units:
        ahead[unit] = 0
        for source in before.get(unit, ()):
            if source in ahead and source != unit:
                ahead[unit] |= ahead[source] | bit[source]
    for unit in reversed(units):
        for source in before.get(unit, ()):
            if source in ahead and source != unit:
                after[source] |= after[unit] | bit[unit]
    whole = (1 << len(units)) - 1
    return {unit for unit in units if ahead[unit] | after[unit] | bit[unit] == whole}


def _branches(units: Sequence[int], before: Before) -> list[Part]:
    """Split what stands between two units of the spine into branches that no wire joins."""
    if not units:
        return []
    found = _connected(units, before)
    if len(found) == 1:
        return [Tangle(tuple(units))]
    return [Branches(tuple(series(part, before) for part in found))]


def _connected(units: Sequence[int], before: Before) -> list[list[int]]:
    """Return the groups of units that wires join, in the order of their first units."""
    leader = {unit: unit for unit in units}

    def find(unit: int) -> int:
        while leader[unit] != unit:
            unit = leader[unit]
        return unit

    for unit in units:
        for source in before.get(unit, ()):
            if source in leader:
                first, second = sorted((find(source), find(unit)))
                leader[second] = first
    groups: dict[int, list[int]] = {}
    for unit in units:
        groups.setdefault(find(unit), []).append(unit)
    return list(groups.values())
