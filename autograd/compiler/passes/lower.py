"""Write a primitive as the operations that it is composed of, where that saves some of them.

A primitive that exists for numerical stability does several things at once.  In a program, the
softmax cross-entropy and its gradient both need the exponentials of the logits; once they are lines
of their own, they are computed once (`autograd.compiler.passes.common_subexpressions`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from autograd.compiler.passes.notes import several
from autograd.compiler.program import Line, Program
from autograd.core.primitive import Primitive
from autograd.core.tensor import NO_PARAMS
from autograd.ops import elementwise, reduce
from autograd.ops.loss import one_hot_mask, softmax_cross_entropy
from autograd.ops.piecewise import fmax, where


def _pick(rows: Any, mask: Any) -> Any:
    return rows[mask]


# The elements where a mask is true; of a one-hot mask along the last axis, one of each row.
PICK = Primitive(_pick, (None, None), name="pick", symbol="pick")


def lower(program: Program) -> Program:
    """Replace cross-entropies of rows by their parts."""
    lines: list[Line] = []
    known: dict[int, Line] = {}
    fresh = max((line.id for line in program), default=0) + 1
    lowered = 0
    for line in program:
        given = [known[arg] for arg in line.args]
        if line.primitive is softmax_cross_entropy.primitive and _fits(line, given):
            parts = list(_cross_entropy(line, given, fresh))
            fresh += len(parts)
            lines += parts
            lowered += 1
        else:
            lines.append(line)
        known[line.id] = lines[-1]
    losses = several(lowered, "cross-entropy")
    notes = [f"wrote the parts of {losses}"] if lowered else []
    return program.rewritten(lines, notes=notes)


def _fits(line: Line, given: list[Line]) -> bool:
    x, classes = given
    return (
        len(x.shape) == 2
        and line.params.get("axis", -1) in (-1, 1)
        and x.dtype in (np.float32, np.float64)
        and x.shape[0] > 0
        and classes.dtype is not None
        and classes.dtype.kind in "iu"
    )


def _cross_entropy(line: Line, given: list[Line], fresh: int) -> Iterator[Line]:
    """Yield ``log(sum_j exp(x_j)) - x_class``, exact where the right class has nearly all of it.

    With z = x - max(x), the sum of the others o and e = exp(z_class), it is
    ``log1p(o + (e - 1)) - z_class``: one exponential is exactly 1, and so nothing cancels.
    """
    x, classes = given
    rows, dtype = (x.shape[0],), x.dtype
    column, along = (x.shape[0], 1), {"axis": 1, "keepdims": True}

    def part(f: Any, args: tuple[Line, ...], shape: Any, dtype: Any = dtype, **params: Any) -> Line:
        nonlocal fresh
        fresh += 1
        primitive = f if isinstance(f, Primitive) else f.primitive
        ids = tuple(arg.id for arg in args)
        return Line(
            fresh - 1, primitive, ids, params, shape, dtype, "result", None, None, line.node
        )

    def constant(value: float) -> Line:
        nonlocal fresh
        fresh += 1
        return Line(fresh - 1, None, (), NO_PARAMS, (), None, "constant", value, None, line.node)

    yield (one := constant(1.0))
    yield (zero := constant(0.0))
    counted = {"count": x.shape[1], "axis": 1}
    yield (mask := part(one_hot_mask, (classes,), x.shape, np.dtype(bool), **counted))
    yield (largest := part(reduce.max, (x,), column, **along))
    yield (z := part(elementwise.subtract, (x, largest), x.shape))
    yield (right := part(PICK, (z, mask), rows))
    yield (weights := part(elementwise.exp, (z,), x.shape))
    yield (others := part(where, (mask, zero, weights), x.shape))
    yield (o := part(reduce.sum, (others,), rows, axis=1))
    yield (e := part(elementwise.exp, (right,), rows))
    yield (rest := part(elementwise.subtract, (e, one), rows))
    yield (total := part(elementwise.add, (o, rest), rows))
    yield (of_total := part(elementwise.log1p, (total,), rows))
    # With a logit of infinity it is infinity - infinity; the cost is still infinite then.
    yield (log := part(fmax, (of_total, zero), rows))
    yield replace(
        line, primitive=elementwise.subtract.primitive, args=(log.id, right.id), params=NO_PARAMS
    )
