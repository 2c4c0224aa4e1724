"""What is known about the lines of one compiled function: their inputs, types and names."""

from __future__ import annotations

import builtins
import keyword
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from autograd.compiler.executors.llvm.access import Access, contiguous
from autograd.compiler.executors.llvm.operations import COMPARISONS, ONE_HOT
from autograd.compiler.passes.lower import PICK
from autograd.compiler.program import Line
from autograd.ops.kernels.llvm import mathematics, matrices, words

FLOAT32 = np.dtype(np.float32)
# Annotations of parameters, by dtype; a number of Python's is a double.
KINDS = {
    None: "Float64s",
    FLOAT32: "Float32s",
    np.dtype(np.float64): "Float64s",
    np.dtype(np.int64): "Integers",
    np.dtype(np.int32): "Int32s",
    np.dtype(np.uint8): "Bytes",
    np.dtype(np.bool_): "Booleans",
}
LETTERS = "ijklmnpq"  # what loops count with
# Names in the text that arrays cannot have.
OF_ITS_OWN = rf"[{LETTERS}]|[vV]\d+(_\w+)?|(is_)?class_\d+"
TAKEN = frozenset({*vars(words), *vars(mathematics), *vars(matrices), *dir(builtins), "status"})


@dataclass(frozen=True, eq=False)
class Region:
    """Lines that become one function.

    Attributes
    ----------
    known : mapping from int to Line
        All lines of the program.
    accesses : mapping from int to Access
        Where their elements lie.
    lines : tuple of Line
        Those that are computed here.
    results : tuple of int
        The ids of those that are needed outside.
    """

    known: Mapping[int, Line]
    accesses: Mapping[int, Access]
    lines: tuple[Line, ...]
    results: tuple[int, ...]
    names: dict[int, str] = field(default_factory=dict)

    @property
    def given(self) -> list[int]:
        """The ids of the arrays and numbers that are read."""
        inside = {line.id for line in self.lines}
        roots = [x.root for line in self.lines for x in self.operands(line) if x is not None]
        return [id for id in dict.fromkeys(roots) if id not in inside]

    @cached_property
    def users(self) -> dict[int, list[Line]]:
        """The lines of the region that use each of its values."""
        found: dict[int, list[Line]] = {line.id: [] for line in self.lines}
        for line in self.lines:
            for x in self.operands(line):
                if x is not None and x.root in found:
                    found[x.root].append(line)
        return found

    def operands(self, line: Line) -> list[Access | None]:
        """Return how the inputs of a line are read; None for numbers that are written in it."""
        if line.primitive is PICK:
            mask = self.known[line.args[1]]
            return [self.accesses[line.args[0]], self.accesses[mask.args[0]]]
        if line.primitive is ONE_HOT:
            return [self._along(line)]
        return [None if self.is_literal(arg) else self.accesses[arg] for arg in line.args]

    def _along(self, line: Line) -> Access:
        """Return the classes of a mask, the same all along its axis."""
        x, axis = self.accesses[line.args[0]], line.params["axis"]
        strides = (*x.strides[:axis], 0, *x.strides[axis:])
        return Access(x.root, line.shape, strides, x.offset)

    def is_literal(self, id: int) -> bool:
        """Return whether a value is a number that is written in the text."""
        root = self.known[self.accesses[id].root]
        return root.kind == "constant" and not root.shape

    def literal(self, id: int) -> str:
        """Return a number as Python writes it."""
        value = self.known[self.accesses[id].root].value
        if type(value) in (bool, int, np.bool_):
            return str(value)
        number = float(value)
        if math.isnan(number):
            return "(1e999 - 1e999)"
        return repr(number) if math.isfinite(number) else "1e999" if number > 0 else "-1e999"

    def dtype_of(self, id: int) -> np.dtype[Any] | None:
        """Return the dtype of a value."""
        return self.known[id].dtype

    def computed_in(self, line: Line) -> np.dtype[Any] | None:
        """Return the dtype that a line computes in; None for a double."""
        if line.primitive not in COMPARISONS:
            return line.dtype
        given = [self.dtype_of(arg) for arg in line.args]
        found = {x for x in given if x is not None}
        return FLOAT32 if found == {FLOAT32} else None

    def name(self, id: int) -> str:
        """Return what an array is called in the text: by its own name, or V and its number."""
        if id not in self.names:
            line = self.known[id]
            given = clean(line.name) if line.primitive is None and line.name else ""
            taken = set(self.names.values())
            self.names[id] = given if given and given not in taken else f"V{id}"
        return self.names[id]

    def variable(self, id: int) -> str:
        """Return what an element, or a number, is called."""
        return f"v{id}"

    def kind(self, id: int) -> str:
        """Return the annotation of a parameter."""
        return KINDS[self.dtype_of(id)]


def clean(name: str) -> str:
    """Return a name as Python takes it: ``0.weight`` as ``weight_0``; "" if none is left.

    Examples
    --------
    >>> from autograd.compiler.executors.llvm.region import clean
    >>> clean("0.weight"), clean("x"), clean("exp"), clean("class")
    ('weight_0', 'x', '', '')
    """
    parts = re.findall(r"\w+", name)
    words = [x for x in parts if not x[0].isdigit()]
    found = "_".join([*words, *(x for x in parts if x[0].isdigit())])
    is_taken = found in TAKEN or keyword.iskeyword(found) or re.fullmatch(OF_ITS_OWN, found)
    return found if found.isidentifier() and found.isascii() and not is_taken else ""


def own(line: Line) -> Access:
    """Return the access of a value that is computed or given: an array in row-major order."""
    return Access(line.id, line.shape, contiguous(line.shape))
