"""A function is run to be drawn, and what it uses is as it was afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np

from autograd.core.blocks import contextmanager, restoring
from autograd.core.random_state import present, reachable, set_states, shared, states
from autograd.core.tensor import Tensor, raw


@contextmanager
def untouched(f: object) -> Iterator[None]:
    """Run a block, and give leaves and random generators that a function uses their state again.

    Those are found in its closure, its arguments and the objects that it belongs to, such as the
    layers of a network.  Frozen weights require a gradient in the block, so that what is done with
    them is recorded.
    """
    before = [*states(f), *present([(rng, None) for rng in shared()])]
    leaves = [t for t in reachable(f, (Tensor,)) if t.primitive is None]
    undo = [
        partial(_put_back, t, raw(t), np.array(raw(t)), t.grad, t.requires_grad) for t in leaves
    ]
    undo.append(partial(set_states, before))
    with restoring(bool, lambda: [restore() for restore in undo]):
        for t in leaves:
            t.requires_grad = t.requires_grad or (t._learned and raw(t).dtype.kind == "f")
        yield


def _put_back(t: Tensor, data: Any, copy: Any, grad: Any, requires_grad: bool) -> None:
    """Undo that an array was replaced, or changed in place."""
    if np.ndim(data) and data.flags.writeable and not np.array_equal(data, copy, equal_nan=True):
        data[...] = copy
    if raw(t) is not data:
        t.data = data
    t.grad, t.requires_grad = grad, requires_grad
