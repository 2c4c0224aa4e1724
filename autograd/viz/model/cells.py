"""Which elements an element was made from, and how strongly it hangs on them.

The local gradient of an operation on tensors is a matrix: a row for every element of the result, a
column for every element of an input.  Its rows come from the operation's own rule, applied to a
cotangent that is 1 at one element and 0 elsewhere.  Most entries are 0 and left out: a row then
shows the window of a convolution, the row or column of a matrix product, the axis of a sum; a
column shows where a gradient comes back from.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograd.core.vjp import has_rule
from autograd.ir.evaluate import contribution, value_of
from autograd.ir.graph import Graph, Node
from autograd.ir.numerics import near

LARGEST = 1024  # elements of a tensor whose cells are listed
MOST = 6_000  # entries of one matrix that are not 0
WHOLE = 300_000  # entries of one matrix


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """The local gradient of one use of an input, row by row.

    Attributes
    ----------
    columns : list of list of int
        For every element of the result, in C order, the elements of the input that it depends on.
    factors : list of list of float
        d(result element)/d(input element) for each of these.
    linear : bool
        Whether the result is the sum of factor times input element, as in a convolution.
    """

    columns: list[list[int]]
    factors: list[list[float]]
    linear: bool


def rows_of(graph: Graph, node: Node, position: int) -> Rows | None:
    """Return the local gradient of a node by one of its inputs; None if it is too large.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd.viz.model.cells import rows_of
    >>> import autograd as ag
    >>> x = ag.tensor([1.0, 2.0, 3.0], requires_grad=True)
    >>> g = ag.graph(ag.conv(ag.reshape(x, (1, 1, 3)), np.array([[[5.0, 7.0]]])))
    >>> rows = rows_of(g, g[g.outputs[0]], 0)
    >>> rows.columns, rows.factors
    ([[0, 1], [1, 2]], [[5.0, 7.0], [5.0, 7.0]])
    """
    values = [graph[i].value for i in node.inputs]
    like = np.asarray(values[position])
    out = np.asarray(node.value)
    if not 0 < out.size <= LARGEST or not 0 < like.size <= LARGEST:
        return None
    if not has_rule(node.primitive, position) or like.dtype.kind != "f":
        return None
    if node.primitive and node.primitive.elementwise and like.shape == out.shape:
        return _diagonal(node, position, values)
    if out.size * like.size > WHOLE:
        return None
    exact = _matrix(node, position, values)
    if exact is None or not np.isfinite(exact).all():
        return None
    pattern = (exact != 0) | _structure(node, position, values)
    if np.count_nonzero(pattern) > MOST:
        return None
    columns = [np.flatnonzero(row).tolist() for row in pattern]
    factors = [row[kept].tolist() for row, kept in zip(exact, columns, strict=True)]
    x = like.ravel().astype(float)
    with np.errstate(all="ignore"):
        return Rows(columns, factors, _equal(exact @ x, out, np.abs(exact) @ np.abs(x)))


def _diagonal(node: Node, position: int, values: Sequence[Any]) -> Rows | None:
    """Return the rows of an elementwise operation: each element hangs on the one at its place."""
    ones = np.ones(np.shape(node.value), np.asarray(node.value).dtype)[()]
    try:
        with np.errstate(all="ignore"):
            slopes = np.ravel(contribution(node, position, ones, node.value, values)).astype(float)
    except Exception:  # a rule of the reader's own
        return None
    chooses = node.primitive is not None and node.primitive.spec.region is not None
    if not np.isfinite(slopes).all() or slopes.size > MOST:
        return None
    columns = [[k] if slope or not chooses else [] for k, slope in enumerate(slopes)]
    factors = [[float(slopes[k]) for k in row] for row in columns]
    with np.errstate(all="ignore"):
        made = slopes * np.ravel(values[position])
        return Rows(columns, factors, _equal(made, node.value, np.abs(made)))


def _equal(made: np.ndarray, value: Any, size: np.ndarray) -> bool:
    """Whether sums are finite, and equal to some values but for the rounding of terms of a size."""
    return bool(np.isfinite(made).all()) and near(made, np.ravel(value), atol=1e-5 * size)


def _structure(node: Node, position: int, values: Sequence[Any]) -> Any:
    """Return where the matrix may differ from 0: where it does for other values, too.

    A window whose kernel has a 0 in it is still a window.  But where an operation chooses by its
    values, as a maximum does, other values would be another choice.
    """
    if node.primitive is None or node.primitive.spec.region is not None:
        return False
    rng = np.random.default_rng(0)
    others = [
        rng.uniform(1.0, 2.0, np.shape(v)) if np.asarray(v).dtype.kind == "f" else v for v in values
    ]
    matrix = _matrix(node, position, others)
    return False if matrix is None else matrix != 0


def _matrix(node: Node, position: int, values: Sequence[Any]) -> Any:
    """Return the local gradient as a matrix; None where a rule of the reader's own fails."""
    try:
        with np.errstate(all="ignore"):
            rows = list(_rows(node, position, values))
    except Exception:  # the values are not always those that the rule was written for
        return None
    matrix = np.array(rows, dtype=float)
    return matrix if matrix.shape == (np.size(node.value), np.size(values[position])) else None


def _rows(node: Node, position: int, values: Sequence[Any]) -> Iterator[Any]:
    """Yield a row, flat, for each element of the result: what the rule makes of a 1 there."""
    out = value_of(node, values)
    for k in range(np.size(out)):
        ct = np.zeros(np.shape(out), np.asarray(out).dtype)
        ct.flat[k] = 1
        yield np.asarray(contribution(node, position, ct[()], out, values)).ravel()
