"""Write (A B)^T as B^T A^T, so that a gradient lies in memory as its weight does.

The gradient of a dense layer's weight W, used as ``x @ W.T``, is ``(x.T @ ct).T``: a transposed
view, whose rows run down the columns of W.  A step that adds W and the view up crosses the memory
of one of them.  ``ct.T @ x`` is the same matrix in the order of W.
"""

from __future__ import annotations

from dataclasses import replace

from autograd.compiler.passes.notes import several
from autograd.compiler.passes.simplify import axes_of
from autograd.compiler.program import Line, Program
from autograd.ops.linalg import PRODUCTS, matmul
from autograd.ops.shape import transpose


def transpose_products(program: Program) -> Program:
    """Swap and transpose the factors of products that are used transposed alone."""
    if not any(line.primitive is transpose.primitive for line in program):
        return program
    known = program.by_id()
    users = program.users()
    fresh = max(known, default=0) + 1
    lines: list[Line] = []
    changed = 0
    for line in program:
        product = known[line.args[0]] if line.args else line
        if not (
            line.primitive is transpose.primitive
            and len(line.shape) == 2
            and axes_of(line) == (1, 0)
            and product.primitive in PRODUCTS
            and len(users[product.id]) == 1
            and product.id not in program.results
            and all(len(known[arg].shape) == 2 for arg in product.args)
        ):
            lines.append(line)
            continue
        factors = []
        for arg in reversed(product.args):
            factor = known[arg]
            turned = replace(
                line, id=fresh, args=(arg,), params={}, shape=factor.shape[::-1], dtype=factor.dtype
            )
            fresh += 1
            lines.append(turned)
            factors.append(turned.id)
        lines.append(
            replace(line, primitive=matmul.primitive, args=(factors[0], factors[1]), params={})
        )
        changed += 1
    products = several(changed, "transposed product")
    notes = [f"swapped the factors of {products}"]
    return program.rewritten(lines, notes=notes if changed else ())
