"""Agreement: whether a number that is computed again is the recorded one.

The same operations in the same order round alike, so a number may differ from the recorded one by
a few roundings of itself, and no more.  An absolute allowance is for sums: threads may add the
terms of a matrix product in another order, and where the terms cancel, the difference is a few
roundings of *them*.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd.core.types import Array
from autograd.core.vjp import fit, rule_result
from autograd.ir.evaluate import value_of
from autograd.ir.graph import Node
from autograd.ir.numerics import ROUNDINGS, epsilon, near

# These add products of their inputs, so on inputs without signs they give the size of the terms.
ADDING = {"sum", "matmul", "einsum", "conv", "conv_transpose", "conv_kernel", "sum_pool", "spread"}
ADDING |= {"fold", "unfold", "cumsum", "scatter", "scatter_add", "linear_recurrence"}


def agree(recorded: Any, again: Any, terms: Callable[[], Any]) -> bool:
    """Return whether a recorded number and the recomputed one are the same but for rounding.

    Parameters
    ----------
    recorded, again : array or number
    terms : callable
        Returns the size of the terms that were added up; run where the numbers differ by more than
        their own rounding.

    Examples
    --------
    >>> from autograd.ir.agreement import agree
    >>> agree(0.1 + 0.2, 0.3, lambda: 0.0), agree(1e-15, 3e-15, lambda: 0.0)
    (True, False)
    >>> agree(0.0, 1e-17, lambda: 1.0)
    True
    """
    if recorded is again or (np.ndim(recorded) == np.ndim(again) == 0 and recorded == again):
        return True
    part = ROUNDINGS / 2 * max(epsilon(recorded), epsilon(again))
    if near(recorded, again, part):
        return True
    size = np.abs(np.asarray(terms(), dtype=float))
    return near(recorded, again, part, part * np.where(np.isfinite(size), size, 0.0))


def value_terms(node: Node, given: Sequence[Any]) -> Any:
    """Return the size of the terms that an operation adds up; 0 if it adds none.

    Examples
    --------
    >>> import autograd as ag
    >>> from autograd.ir.agreement import value_terms
    >>> g = ag.graph(ag.sum(ag.tensor([1.0, -1.0], requires_grad=True)))
    >>> float(value_terms(g[1], [g[0].value]))
    2.0
    """
    return value_of(node, _sizes(given)) if _adds(node) else 0.0


def rule_terms(node: Node, position: int, ct: Any, given: Sequence[Any]) -> Any:
    """Return the size of the terms of a contribution, also over the copies made by broadcasting.

    Examples
    --------
    >>> import numpy as np
    >>> import autograd as ag
    >>> from autograd.ir.agreement import rule_terms
    >>> b = ag.tensor(1.0, requires_grad=True)
    >>> g = ag.graph(b + np.zeros(2))
    >>> float(rule_terms(g[g.outputs[0]], 0, np.array([5.0, -5.0]), [1.0, np.zeros(2)]))
    10.0
    """
    primitive = node.primitive
    assert primitive is not None
    if _adds(node):
        ct, given = np.abs(ct), _sizes(given)
    made = rule_result(primitive, position, ct, node.value, given, node.params)
    return fit(np.abs(made), np.asarray(given[position]), primitive, position)


def _adds(node: Node) -> bool:
    return node.primitive is not None and node.primitive.name in ADDING


def _sizes(given: Sequence[Any]) -> list[Array]:
    return [np.abs(x) for x in given]
