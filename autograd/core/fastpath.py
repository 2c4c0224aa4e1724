"""The reverse sweep at full speed, where nobody looks at the single steps.

`autograd.core.backward.steps` is the sweep to read: it stops at every application of a rule and
shows what went in and what came out.  `sweep` does the same on numbers without stopping, and a test
holds the two together.  In a small network most of a backward pass is bookkeeping; so a cotangent
goes straight to the node that waits for it, what fits is not fitted, and a sum that nobody else
has seen is added to in place.
"""

from __future__ import annotations

import sys
from collections.abc import Collection, Sequence
from typing import Any

import numpy as np

from autograd.core import context
from autograd.core.tensor import Tensor
from autograd.core.vjp import fit

# Of these types no two values differ in shape or dtype, so there is nothing to fit.
_SCALARS = frozenset((np.float64, np.float32))


def sweep(
    outputs: Sequence[Tensor],
    cotangents: dict[Tensor, Any],
    uses: dict[Tensor, int],
    keep: Collection[Tensor] = (),
    stop: Collection[Tensor] = (),
) -> None:
    """Run `autograd.core.backward.steps` to the end on numbers, with the parameters of `steps`."""
    ledger = context.current().ledger if context.departures else None
    ready = [(t, cotangents.pop(t)) for t in dict.fromkeys(outputs) if uses.get(t) == 0]
    waiting = dict(cotangents)  # sums of nodes that shall get more
    own: set[Tensor] = set()  # those of them that were made here
    cotangents.clear()
    while ready:
        node, ct = ready.pop()
        primitive = node.primitive
        if primitive is None or node in stop:
            cotangents[node] = ct
            continue
        if node in keep:
            cotangents[node] = ct
        if ledger is not None:
            ledger.check(node)
        for position, x, ct_x in primitive.pullback(node, ct, uses):
            value, kind = x._value, type(ct_x)
            if kind is not type(value) or not (
                ct_x.shape == value.shape and ct_x.dtype is value.dtype
                if kind is np.ndarray
                else kind in _SCALARS
            ):
                ct_x = fit(ct_x, value, primitive, position)
            total = waiting.pop(x, None)
            if total is None:
                total = ct_x
            elif x in own:
                total += ct_x
            else:
                total = total + ct_x
                own.add(x)
            left = uses[x]
            if left == 1:
                ready.append((x, total))
            else:
                uses[x] = left - 1
                waiting[x] = total


def take_out(cotangents: dict[Tensor, Any], t: Tensor) -> Any:
    """Return a cotangent as an array that nobody else holds.

    A rule may pass one array on to two leaves, or hand out one that it keeps, so in general this is
    a copy.  Where Python counts no other reference to it, none is needed.
    """
    alone = _only_here(cotangents, t)
    ct = cotangents[t]
    return ct if alone and ct.ndim else np.array(ct)[()]


def _only_here(cotangents: dict[Tensor, Any], t: Tensor) -> bool:
    # Two references: the one in the dictionary, and the argument of the count itself.
    if type(cotangents[t]) is not np.ndarray or _references(cotangents[t]) > 2:
        return False
    ct = cotangents[t]
    if ct.base is None:
        return True
    # A view that turns a whole array around, and is the only one to hold it.
    whole = type(ct.base) is np.ndarray and ct.base.size == ct.size and ct.flags.writeable
    return whole and _references(ct.base) <= 2


# Only CPython counts references.
_references = getattr(sys, "getrefcount", lambda x: sys.maxsize)
