"""An island: lines that are one compiled function, its text, and what it is called with.

    def island(inputs: Float32s, weight: Float32s, V5: Float32s, ...) -> None

computes the lines on flat arrays.  Around it stands a function that gets a tuple of Python's and
reads the addresses from it (`autograd.ops.kernels.llvm.arguments`); the first item of the tuple is
the memory of the island, an array of bytes, in which everything has its place that is needed inside
only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from autograd.compiler.executors.llvm.loops import STATUS, Loops
from autograd.compiler.executors.llvm.nests import Nest
from autograd.compiler.executors.llvm.products import Products
from autograd.compiler.executors.llvm.region import KINDS, Region
from autograd.compiler.executors.llvm.stages import stages_of
from autograd.compiler.executors.llvm.storage import storage_of
from autograd.compiler.passes.lower import PICK
from autograd.ops.kernels.llvm import arguments, mathematics, matrices
from autograd.ops.kernels.llvm.address import address_of
from autograd.ops.kernels.llvm.arguments import ARRAY, HEAD, ITEMS, NUMBER, UNSEEN, Expected
from autograd.ops.kernels.llvm.library import Library
from autograd.ops.kernels.llvm.machine import Machine

ALIGNED = 64  # bytes: a line of the processor's cache
AT = {"Float32s": "float32s_at", "Float64s": "float64s_at", "Integers": "integers_at"}
AT |= {"Int32s": "int32s_at", "Bytes": "bytes_at", "Booleans": "booleans_at"}


@dataclass(slots=True, eq=False)
class Island:
    """One compiled function.

    Attributes
    ----------
    name : str
    region : Region
    text : str
        The function that computes.
    entry : str
        The function around it, which is called.
    inside : dict from str to (str, int)
        For each array that is needed inside only, its kind and its number of elements.
    arrays : list of int
        The ids of results that are arrays.
    numbers : dict from int to int
        The ids of results that are numbers, and their places in the memory.
    nbytes : int
        The size of the memory.
    """

    name: str
    region: Region
    machine: Machine
    text: str = field(init=False)
    entry: str = field(init=False)
    inside: dict[str, tuple[str, int]] = field(init=False)
    arrays: list[int] = field(init=False)
    numbers: dict[int, int] = field(init=False, default_factory=dict)
    nbytes: int = field(init=False)

    def __post_init__(self) -> None:
        region = self.region
        stages = stages_of(region)
        storage = storage_of(region, stages)
        products = Products(region, self.machine)
        body: list[str] = []
        for stage in stages:
            if isinstance(stage, Nest):
                body += Loops(region, storage, stage).rows()
            else:
                body += products.rows(stage)
        self.arrays = [id for id in region.results if region.known[id].shape]
        inside = {region.name(id): (region.kind(id), n) for id, n in storage.sizes.items()}
        inside |= {k: (region.kind(id), n) for k, (n, id) in products.sizes.items()}
        numbers = [id for id in region.results if not region.known[id].shape]
        inside |= {region.name(id): (region.kind(id), 1) for id in numbers}
        if any(line.primitive is PICK for line in region.lines):
            inside[STATUS] = ("Integers", 1)
            body = [f"{STATUS}[0] = 0", *body]
        outside = {region.name(id): region.kind(id) for id in (*region.given, *self.arrays)}
        self.inside = inside
        parameters = outside | {name: kind for name, (kind, _) in inside.items()}
        self.text = _function(self.name, parameters, body)
        places = self._places(inside)
        self.numbers = {id: places[region.name(id)] for id in numbers}
        self.entry = self._entry(outside, inside, places)

    def _places(self, inside: Mapping[str, tuple[str, int]]) -> dict[str, int]:
        """Give each array its place in the memory, behind the table of what is expected."""
        sizes = {kind: 8 if dtype is None else dtype.itemsize for dtype, kind in KINDS.items()}
        at = 8 * len(arguments.table(self.expected()))
        places = {}
        for name, (kind, count) in inside.items():
            at = -(-at // ALIGNED) * ALIGNED if count > 1 else -(-at // 8) * 8
            places[name] = at
            at += sizes[kind] * count
        self.nbytes = at
        return places

    def expected(self) -> list[Expected]:
        """Return what the items of the tuple must be."""
        found = [Expected(UNSEEN, np.ndarray)]
        for id in self.region.given:
            line = self.region.known[id]
            if line.shape:
                found.append(Expected(ARRAY, np.ndarray, line.dtype, line.shape))
            else:
                kind = float if line.dtype is None else line.dtype.type
                found.append(Expected(NUMBER, kind, line.dtype))
        for id in self.arrays:
            line = self.region.known[id]
            found.append(Expected(ARRAY, np.ndarray, line.dtype, line.shape))
        return found

    def _entry(
        self,
        outside: Mapping[str, str],
        inside: Mapping[str, tuple[str, int]],
        places: Mapping[str, int],
    ) -> str:
        args = []
        region = self.region
        for i, (id, kind) in enumerate(
            zip((*region.given, *self.arrays), outside.values(), strict=True)
        ):
            item = f"integers_at(given)[{ITEMS + i + 1}]"
            if region.known[id].shape:
                args.append(f"{AT[kind]}(integers_at({item})[{HEAD}])")
            else:
                args.append(f"{AT[kind]}({item} + {8 * HEAD})")
        args += [f"{AT[kind]}(memory + {places[name]})" for name, (kind, _) in inside.items()]
        count = len(region.given) + len(self.arrays) + 1
        result = f"integers_at(memory)[{places[STATUS] // 8}]" if STATUS in inside else "0"
        return "\n".join(
            [
                f"def {self.name}_entry(given: int) -> int:",
                f"    memory = integers_at(integers_at(given)[{ITEMS}])[{HEAD}]",
                "    wrong = misfits(given, integers_at(memory), "
                f"HEAD={HEAD}, ITEMS={ITEMS}, COUNT={count})",
                "    if wrong == 0:",
                f"        {self.name}({', '.join(args)})",
                f"        wrong = -{result}",
                "    return wrong",
                "",
            ]
        )

    def compiled(self) -> Any:
        """Compile; return a function of the address of a tuple."""
        library = Library(
            f"{self.text}\n\n{self.entry}", (arguments, mathematics, matrices), quick=True
        )
        return library.compiled(f"{self.name}_entry", np.float32)

    def memory(self) -> Any:
        """Return an array of bytes with the table of what is expected."""
        space = np.empty(self.nbytes + ALIGNED, np.uint8)
        first = -address_of(space) % ALIGNED
        memory = space[first : first + self.nbytes]
        table = np.array(arguments.table(self.expected()), np.int64).view(np.uint8)
        memory[: len(table)] = table
        return memory


def _function(name: str, parameters: Mapping[str, str], body: list[str]) -> str:
    given = [f"    {x}: {kind}," for x, kind in parameters.items()]
    return "\n".join([f"def {name}(", *given, ") -> None:", *(f"    {row}" for row in body)])
