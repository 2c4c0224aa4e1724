"""A product of matrices as text: calls of the kernels in `autograd.ops.kernels.llvm.matrices`.

A transposed second factor is turned panel by panel while it is multiplied; if several products have
it, it is copied once.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import prod

from autograd.compiler.executors.llvm.access import Access
from autograd.compiler.executors.llvm.operations import is_product
from autograd.compiler.executors.llvm.region import Region
from autograd.compiler.executors.llvm.stages import Product
from autograd.compiler.program import Line
from autograd.ops.kernels.llvm.machine import Machine

VECTORS = 2  # of columns that are computed at once


@dataclass(slots=True, eq=False)
class Products:
    """Writes the products of a region, which share transposed copies.

    Attributes
    ----------
    region : Region
    machine : Machine
    copies : dict from Access to str
        What was copied, and what the copy is called.
    sizes : dict from str to (int, int)
        For each copy, its number of elements, and the id of a line of its dtype.
    """

    region: Region
    machine: Machine
    copies: dict[Access, str] = field(default_factory=dict)
    sizes: dict[str, tuple[int, int]] = field(default_factory=dict)

    def rows(self, product: Product) -> list[str]:
        """Return the rows of Python for a product."""
        line, last = product.lines[0], product.lines[-1]
        a, b = self.region.operands(line)
        assert a is not None
        assert b is not None
        others = "".join(f", {x.operation}" for x in product.lines[1:])
        head = f"# {line.operation}: {_shape(a)} @ {_shape(b)}{others}"
        if len(b.shape) == 1 or b.shape[1] == 1:
            return [head, *self._by_vector(line, a, b)]
        turned = self._is_turned(b)
        m, k, n = a.shape[0] if len(a.shape) == 2 else 1, a.shape[-1], b.shape[1]
        a_row, a_column = a.strides if len(a.shape) == 2 else (0, a.strides[0])
        rows, name = ([], self.region.name(b.root)) if turned else self._in_rows(line, b)
        left = self.region.name(a.root)
        if a.offset:
            copied, left = self._copied(line, a)
            rows, (a_row, a_column) = [*rows, *copied], (k, 1)
        b_row = b.strides[turned] if name == self.region.name(b.root) else n
        sizes = f"M={m}, K={k}, N={n}, A_ROW={a_row}, A_COLUMN={a_column}, B_ROW={b_row}"
        panel = self._panel(line, k, n) if turned else name
        more = name if product.added is None else self.region.name(product.added.root)
        given = f"{self.region.name(last.id)}, {left}, {name}, {more}, {panel}"
        sizes += f", TURNED={int(turned)}, {_end(product)}, {self._tile(line)}"
        return [head, *rows, f"product({given}, {sizes})"]

    def _is_turned(self, b: Access) -> bool:
        """Return whether a second factor lies by columns, and this product alone has it."""
        is_row = b.strides[1] == 1  # which lies by rows as well
        if b.offset or b.strides[0] != 1 or is_row or b.shape[1] == 1:
            return False
        factors = [self.region.operands(x)[1] for x in self.region.lines if is_product(x)]
        return factors.count(b) == 1

    def _panel(self, line: Line, k: int, n: int) -> str:
        """Return the name of the memory for the columns that are computed at once."""
        assert line.dtype is not None
        name = f"V0_panel{line.dtype.itemsize}"
        before, _ = self.sizes.get(name, (0, line.id))
        self.sizes[name] = max(before, k * min(n, VECTORS * self._width(line))), line.id
        return name

    def _tile(self, line: Line) -> str:
        """Return the size of what is computed in registers."""
        rows, width = 8 if self.machine.registers >= 32 else 4, self._width(line)
        log2 = width.bit_length() - 1
        return f"ROWS={rows}, VECTORS={VECTORS}, WIDTH={width}, LOG2={log2}"

    def _width(self, line: Line) -> int:
        assert line.dtype is not None
        return self.machine.width(line.dtype.itemsize)

    def _in_rows(self, line: Line, b: Access) -> tuple[list[str], str]:
        """Return the name of the second factor, or of a copy whose rows are contiguous."""
        if not b.offset and (b.strides[1] == 1 or b.shape[1] == 1):
            return [], self.region.name(b.root)
        known = self.copies.get(b)
        if known is not None:
            return [], known
        if b.offset or b.strides[0] != 1:
            return self._copied(line, b)
        name = self._new(line, b)
        k, n = b.shape
        width = self._width(line)
        sizes = f"ROWS={n}, COLUMNS={k}, X_ROW={b.strides[1]}"
        call = f"turned({name}, {self.region.name(b.root)}, 0, {sizes}"
        return [f"{call}, WIDTH={width}, LOG2={width.bit_length() - 1})"], name

    def _copied(self, line: Line, x: Access) -> tuple[list[str], str]:
        """Copy a matrix element by element."""
        known = self.copies.get(x)
        if known is not None:
            return [], known
        name = self._new(line, x)
        rows, columns = x.shape if len(x.shape) == 2 else (1, x.shape[0])
        down, along = x.strides if len(x.shape) == 2 else (0, x.strides[0])
        source = f"{self.region.name(x.root)}[i * {down} + j * {along} + {x.offset}]"
        return [
            f"for i in range({rows}):",
            f"    for j in range({columns}):",
            f"        {name}[i * {columns} + j] = {source}",
        ], name

    def _new(self, line: Line, x: Access) -> str:
        name = f"{self.region.name(x.root)}_copy{len(self.sizes)}"
        self.sizes[name] = prod(x.shape), line.id
        self.copies[x] = name
        return name

    def _by_vector(self, line: Line, a: Access, b: Access) -> list[str]:
        """Multiply a matrix and a vector."""
        m, k = a.shape[0] if len(a.shape) == 2 else 1, a.shape[-1]
        down, along = a.strides if len(a.shape) == 2 else (0, a.strides[0])
        out, name = self.region.name(line.id), self.region.variable(line.id)
        word = "float32" if self._is_single(line) else "float64"
        left = f"{self.region.name(a.root)}[i * {down} + k * {along} + {a.offset}]"
        right = f"{self.region.name(b.root)}[k * {b.strides[0]} + {b.offset}]"
        if along == 1 or down != 1:
            return [
                f"for i in range({m}):",
                f"    {name} = {word}(0.0)",
                f"    for k in range({k}):",
                f"        {name} = accumulate({name}, {left} * {right})",
                f"    {out}[i] = {name}",
            ]
        return [
            f"for i in range({m}):",
            f"    {out}[i] = {word}(0.0)",
            f"for k in range({k}):",
            f"    for i in range({m}):",
            f"        {out}[i] = {out}[i] + {left} * {right}",
        ]

    def _is_single(self, line: Line) -> bool:
        assert line.dtype is not None
        return line.dtype.itemsize == 4


def _end(product: Product) -> str:
    """Return what is done before the product is stored."""
    row = 0 if product.added is None else product.added.strides[0]
    added = int(product.added is not None)
    return f"MORE_ROW={row}, ADDED={added}, RELU={int(product.relu)}"


def _shape(x: Access) -> str:
    return "x".join(map(str, x.shape))
