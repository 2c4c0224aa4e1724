"""Passes: each makes a program from a program, with the same results in less time or memory.

They run in the order of `PASSES`.  Every one is a function of its own, and could be left out.
`recompute` is run by the executor that computes in loops, where what is cheap costs nothing.
"""

from __future__ import annotations

from collections.abc import Callable

from autograd.compiler.passes.common_subexpressions import share
from autograd.compiler.passes.dead_code import remove_dead_code
from autograd.compiler.passes.fold_constants import fold_constants, use_single_numbers
from autograd.compiler.passes.lower import lower
from autograd.compiler.passes.masks import mask_by_output
from autograd.compiler.passes.order import save_memory
from autograd.compiler.passes.scale import scale_early
from autograd.compiler.passes.simplify import simplify
from autograd.compiler.passes.softmax import share_softmax
from autograd.compiler.passes.transposes import transpose_products
from autograd.compiler.passes.views import join_views
from autograd.compiler.program import Program

Pass = Callable[[Program], Program]

PASSES: tuple[Pass, ...] = (
    simplify,
    lower,
    fold_constants,
    use_single_numbers,
    transpose_products,
    join_views,
    share,
    share_softmax,
    mask_by_output,
    remove_dead_code,
    scale_early,
    save_memory,
)


def optimised(program: Program) -> Program:
    """Run all passes, one after another."""
    for run in PASSES:
        program = run(program)
    return program
