"""Rewrites: what a rule computes, as the lecture would write it.

A rule is written for all shapes, so it reshapes vectors to matrices, spreads and sums.  Of one
call the shapes are known, and most of that falls away.  Each rewrite is a local step that keeps the
value, but for rounding; its docstring says what it makes of what.  It gets a term whose arguments
are rewritten already, and returns None where it does not apply.
"""

from __future__ import annotations

from autograd.ir.printer import (
    arithmetic,
    broadcasting,
    conditions,
    einsum,
    matrices,
    shapes,
    softmax,
)
from autograd.ir.printer.conditions import ELEMENTWISE
from autograd.ir.printer.terms import Rewrite

REWRITES: dict[str, tuple[Rewrite, ...]] = {
    "detach": (shapes.hidden,),
    "as saved": (shapes.hidden,),
    "check": (shapes.hidden,),
    "positive": (shapes.hidden,),
    "astype": (shapes.cast,),
    "transpose": (shapes.transpose,),
    "T": (
        shapes.twice_transposed,
        shapes.transposed_product,
        shapes.transposed_outer,
        shapes.transposed_number,
        shapes.transposed_row,
        shapes.transposed_negative,
    ),
    "mT": (
        shapes.twice_transposed,
        shapes.transposed_product,
        shapes.transposed_number,
        shapes.transposed_row,
        shapes.transposed_negative,
    ),
    "reshape": (
        shapes.reshape,
        shapes.reshaped_broadcast,
        shapes.reshaped_product,
        shapes.reshaped_multiple,
        shapes.reshaped_sum,
        shapes.transposed_negative,
    ),
    "broadcast_to": (broadcasting.broadcast,),
    "sum": (
        broadcasting.sum_of_nothing,
        broadcasting.sum_of_zeros,
        broadcasting.sum_of_negative,
        broadcasting.sum_of_mask,
    ),
    "negative": (arithmetic.negative,),
    "add": (arithmetic.folded, arithmetic.add),
    "subtract": (arithmetic.folded, arithmetic.subtract),
    "multiply": (
        arithmetic.folded,
        arithmetic.sign_in_front,
        arithmetic.sign_of_number,
        matrices.half_of_diagonal,
        conditions.times_mask,
        arithmetic.numbers_together,
        arithmetic.times_reciprocal,
        arithmetic.multiply,
    ),
    "divide": (arithmetic.sign_in_front, arithmetic.divide, softmax.softmax),
    "power": (arithmetic.power,),
    "where": (
        conditions.where,
        conditions.where_not,
        conditions.where_twice,
        softmax.cross_entropy,
    ),
    "equal": (softmax.one_hot, conditions.mask_as_number),
    "logical_not": (conditions.negated,),
    "one_hot_mask": (softmax.one_hot_mask,),
    "matmul": (arithmetic.sign_in_front, matrices.outer),
    "outer": (arithmetic.sign_in_front,),
    "solve": (matrices.inverse,),
    "getitem": (shapes.getitem,),
    "einsum": (
        einsum.einsum_with_spare_ones,
        einsum.einsum_of_ones,
        einsum.einsum_of_one,
        einsum.einsum_with_number,
        einsum.einsum_of_matrices,
    ),
}
for _op in ELEMENTWISE:
    REWRITES[_op] = (
        broadcasting.spread_where_broadcast,
        *REWRITES.get(_op, ()),
        broadcasting.of_broadcast,
    )
