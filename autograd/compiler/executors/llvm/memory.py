"""The memory of an island: one array of bytes, in which everything has its place.

It begins with the table of what the island expects to be called with
(`autograd.ops.kernels.llvm.arguments`); behind it are the arrays that are needed inside only, and
the results that are numbers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from autograd.compiler.executors.llvm.region import KINDS
from autograd.ops.kernels.llvm import arguments
from autograd.ops.kernels.llvm.address import address_of
from autograd.ops.kernels.llvm.arguments import Expected

ALIGNED = 64  # bytes: a line of the processor's cache
ITEMSIZES = {kind: 8 if dtype is None else dtype.itemsize for dtype, kind in KINDS.items()}


@dataclass(slots=True, eq=False)
class Memory:
    """The memory of an island.

    Attributes
    ----------
    expected : sequence of Expected
        What the island is called with.
    arrays : dict from str to (str, int)
        For each array, its kind and its number of elements.
    places : dict from str to int
        Where each begins, in bytes.
    nbytes : int
    """

    expected: Sequence[Expected]
    arrays: Mapping[str, tuple[str, int]]
    places: dict[str, int] = field(init=False, default_factory=dict)
    nbytes: int = field(init=False)

    def __post_init__(self) -> None:
        at = 8 * len(arguments.table(self.expected))
        for name, (kind, count) in self.arrays.items():
            step = ALIGNED if count > 1 else 8
            self.places[name] = at = -(-at // step) * step
            at += ITEMSIZES[kind] * count
        self.nbytes = at

    def allocated(self) -> Any:
        """Return an array of bytes with the table in it."""
        space = np.empty(self.nbytes + ALIGNED, np.uint8)
        first = -address_of(space) % ALIGNED
        memory = space[first : first + self.nbytes]
        table = np.array(arguments.table(self.expected), np.int64).view(np.uint8)
        memory[: len(table)] = table
        return memory
