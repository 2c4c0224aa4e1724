"""An island: lines that are one compiled function, its text, and what it is called with.

    def island(inputs: Float32s, weight: Float32s, V5: Float32s, ...) -> None

computes the lines on flat arrays.  Around it stands a function that gets a tuple of Python's and
reads the addresses from it (`autograd.ops.kernels.llvm.arguments`).  The first item of the tuple is
the memory of the island, then come what it reads and the arrays that it writes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from autograd.compiler.executors.llvm.loops import STATUS, Loops
from autograd.compiler.executors.llvm.memory import Memory
from autograd.compiler.executors.llvm.nests import Nest
from autograd.compiler.executors.llvm.products import Products
from autograd.compiler.executors.llvm.region import Region
from autograd.compiler.executors.llvm.stages import stages_of
from autograd.compiler.executors.llvm.storage import storage_of
from autograd.compiler.passes.lower import PICK
from autograd.ops.kernels.llvm import arguments, mathematics, matrices
from autograd.ops.kernels.llvm.arguments import ARRAY, HEAD, ITEMS, NUMBER, UNSEEN, Expected
from autograd.ops.kernels.llvm.block_entry import AT
from autograd.ops.kernels.llvm.library import Library
from autograd.ops.kernels.llvm.machine import Machine

# Name, kind and number of elements of arrays.
Arrays = dict[str, tuple[str, int]]


@dataclass(slots=True, eq=False)
class Island:
    """One compiled function.

    Attributes
    ----------
    name : str
    region : Region
    machine : Machine
    memory : Memory
        Where everything is that is neither given nor an array that is returned.
    text : str
        The function that computes.
    """

    name: str
    region: Region
    machine: Machine
    memory: Memory = field(init=False)
    text: str = field(init=False)

    def __post_init__(self) -> None:
        body, inside = self._body()
        self.memory = Memory(self._expected(), inside)
        kinds = {name: kind for name, (kind, _) in inside.items()}
        self.text = _function(self.name, self._outside() | kinds, body)

    @property
    def arrays(self) -> list[int]:
        """The ids of results that are arrays."""
        return [id for id in self.region.results if self.region.known[id].shape]

    @property
    def numbers(self) -> list[int]:
        """The ids of results that are numbers."""
        return [id for id in self.region.results if not self.region.known[id].shape]

    def place_of(self, id: int) -> int:
        """Return where in the memory a result is that is a number."""
        return self.memory.places[self.region.name(id)]

    def compiled(self) -> Callable[[int], int]:
        """Compile; return a function of the address of a tuple.

        It returns 0, the number of items that are not as expected, or -1 for a class that is not
        one of the columns.
        """
        texts = f"{self.text}\n\n{self._entry()}"
        library = Library(texts, (arguments, mathematics, matrices), quick=True)
        return library.compiled(f"{self.name}_entry", np.float32)

    def _body(self) -> tuple[list[str], Arrays]:
        """Return the rows of the function, and the arrays that are needed inside."""
        region = self.region
        stages = stages_of(region)
        storage = storage_of(region, stages)
        products = Products(region, self.machine)
        rows: list[str] = []
        for stage in stages:
            if isinstance(stage, Nest):
                rows += Loops(region, storage, stage).rows()
            else:
                rows += products.rows(stage)
        inside = {region.name(id): (region.kind(id), n) for id, n in storage.sizes.items()}
        inside |= {name: (region.kind(id), n) for name, (n, id) in products.sizes.items()}
        inside |= {region.name(id): (region.kind(id), 1) for id in self.numbers}
        if any(line.primitive is PICK for line in region.lines):
            return [f"{STATUS}[0] = 0", *rows], inside | {STATUS: ("Integers", 1)}
        return rows, inside

    def _outside(self) -> dict[str, str]:
        """Return what the function is called with: names and kinds."""
        ids = (*self.region.given, *self.arrays)
        return {self.region.name(id): self.region.kind(id) for id in ids}

    def _expected(self) -> list[Expected]:
        """Return what the items of the tuple must be."""
        found = [Expected(UNSEEN, np.ndarray)]
        for id in (*self.region.given, *self.arrays):
            line = self.region.known[id]
            if line.shape:
                found.append(Expected(ARRAY, np.ndarray, line.dtype, line.shape))
            else:
                kind = float if line.dtype is None else line.dtype.type
                found.append(Expected(NUMBER, kind, line.dtype))
        return found

    def _entry(self) -> str:
        """Return the function around it, which is called from outside."""
        inside = [
            f"{AT[kind]}(memory + {self.memory.places[name]})"
            for name, (kind, _) in self.memory.arrays.items()
        ]
        outside = [
            _address(i + 1, AT[kind], self.memory.expected[i + 1])
            for i, kind in enumerate(self._outside().values())
        ]
        sizes = f"HEAD={HEAD}, ITEMS={ITEMS}, COUNT={len(self.memory.expected)}"
        rows = [
            f"def {self.name}_entry(given: int) -> int:",
            f"    memory = integers_at(integers_at(given)[{ITEMS}])[{HEAD}]",
            f"    found = misfits(given, integers_at(memory), {sizes})",
            "    if found == 0:",
            f"        {self.name}({', '.join([*outside, *inside])})",
        ]
        if STATUS in self.memory.places:
            rows.append(f"        found = -integers_at(memory)[{self.memory.places[STATUS] // 8}]")
        return "\n".join([*rows, "    return found", ""])


def _address(position: int, word: str, expected: Expected) -> str:
    """Return the elements of an item of the tuple, or the number that it is."""
    item = f"integers_at(given)[{ITEMS + position}]"
    if expected.kind == ARRAY:
        return f"{word}(integers_at({item})[{HEAD}])"
    return f"{word}({item} + {8 * HEAD})"


def _function(name: str, parameters: Mapping[str, str], body: list[str]) -> str:
    given = [f"    {x}: {kind}," for x, kind in parameters.items()]
    return "\n".join([f"def {name}(", *given, ") -> None:", *(f"    {row}" for row in body)])
