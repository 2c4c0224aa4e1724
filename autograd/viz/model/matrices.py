"""Matrices in a text: a step with its numbers in rows, and one cell with its products.

df/dW += X.T @ df/da
[0.10 0.30]   [1.00 2.00]   [ 0.10 -0.40]
[0.20 0.40] @ [0.00 -0.20] = [ 0.20  0.32]
df/dW[0, 1] = 0.10 * 2.00 + 0.30 * -0.20 = 0.14
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from autograd.ir.graph import Graph, Node
from autograd.ir.number_format import show
from autograd.viz.model.cells import rows_of

FEW = 16  # numbers of a matrix that is written out
TALLEST = 8  # its rows
WIDEST = 96  # characters of a line of matrices
CELLS = 64  # elements of a result whose cells are looked into
TERMS = 4  # products of a cell that are written out

Rows = list[str]


def matrix_of(value: Any) -> np.ndarray | None:
    """Return a value as the matrix that it is, axes of length 1 in front left out, or None."""
    array = np.asarray(value)
    if array.ndim < 2 or array.size != array.shape[-2] * array.shape[-1]:
        return None
    return array.reshape(array.shape[-2:])


def rows(value: Any, digits: int) -> Rows:
    r"""Write a small matrix in rows, and other values in one line.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd.viz.model.matrices import rows
    >>> print("\n".join(rows(np.array([[1.0, -2.0], [30.0, 0.5]]), 2)))
    [ 1.00 -2.00]
    [30.00  0.50]
    """
    matrix = matrix_of(value)
    if matrix is None or matrix.size > FEW or len(matrix) > TALLEST or not matrix.size:
        return [show(value, digits)]
    texts = [[show(x, digits) for x in row] for row in matrix]
    widths = [max(map(len, column)) for column in zip(*texts, strict=True)]
    lines = (" ".join(x.rjust(w) for x, w in zip(row, widths, strict=True)) for row in texts)
    return [f"[{line}]" for line in lines]


def beside(parts: Sequence[Rows]) -> Rows:
    """Put blocks of rows side by side, single lines at half of the height."""
    height = max(map(len, parts))
    columns = []
    for part in parts:
        above = (height - len(part)) // 2
        padded = [""] * above + part + [""] * (height - len(part) - above)
        width = max(map(len, part))
        columns.append([line.ljust(width) for line in padded])
    return [" ".join(line).rstrip() for line in zip(*columns, strict=True)]


def equation(operands: Sequence[Any], sign: str, value: Any, digits: int) -> Rows:
    r"""Write operands, with a sign between them, and the value; the value alone if that is wide.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd.viz.model.matrices import equation
    >>> x, y = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[1.0], [0.5]])
    >>> print("\n".join(equation([x, y], "@", x @ y, 2)))
    [1.00 2.00] @ [1.00] = [2.00]
    [3.00 4.00]   [0.50]   [5.00]
    """
    parts: list[Rows] = []
    for operand in operands:
        parts += [[sign], rows(operand, digits)] if parts else [rows(operand, digits)]
    result = rows(value, digits)
    lines = beside([*parts, ["="], result])
    return lines if max(map(len, lines)) <= WIDEST else beside([["="], result])


def operands_of(rule: str, values: Mapping[str, Any]) -> list[Any]:
    """Return the values of ``x`` and ``y`` in a rule ``x @ y.T``; nothing for another rule."""
    names = "|".join(map(re.escape, sorted(values, key=len, reverse=True)))
    one = rf"\(?({names})\)?(\.T)?"
    found = re.fullmatch(f"{one} @ {one}", rule) if values else None
    if not found:
        return []
    pairs = [(found[1], found[2]), (found[3], found[4])]
    return [np.transpose(values[name]) if turned else values[name] for name, turned in pairs]


def cell(
    graph: Graph, node: Node, position: int, upstream: Any, value: Any, digits: int
) -> tuple[tuple[int, ...], str] | None:
    """Return the largest cell of a contribution, and its products of local and upstream."""
    given = np.asarray(value)
    if not given.ndim or not 0 < given.size <= CELLS or np.size(node.value) > CELLS:
        return None
    if not np.isfinite(given).all():
        return None
    local = rows_of(graph, node, position)
    if local is None:
        return None
    place = int(np.argmax(np.abs(given)))
    flat = np.ravel(upstream).tolist()
    terms = [
        f"{show(factors[columns.index(place)], digits)} * {show(ct, digits)}"
        for columns, factors, ct in zip(local.columns, local.factors, flat, strict=True)
        if place in columns
    ]
    if not terms:
        return None
    more = [f"... ({len(terms)} products)"] if len(terms) > TERMS else []
    index = tuple(int(i) for i in np.unravel_index(place, given.shape))
    return index, f"{' + '.join(terms[:TERMS] + more)} = {show(given.flat[place], digits)}"
