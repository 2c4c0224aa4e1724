"""Decompositions with parts that have no derivative: primitives without rules.

The further columns of a square U, V or Q may be any that are orthogonal to the others.  Each
decomposition is one result, its parts laid end to end: they belong together.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import Any

import numpy as np

from autograd.core.define import primitive
from autograd.core.types import Array
from autograd.ops.compare import NONE_OF_ONE
from autograd.ops.decompositions import of_finite
from autograd.ops.index import getitem
from autograd.ops.shape import reshape


@primitive(vjps=NONE_OF_ONE, name="svd", symbol="svd")
def complete_svd(a: Array) -> Array:
    """The numbers of U, S and V^T of NumPy's ``svd``, with square U and V.

    a: (..., n, m) -> (..., n n + min(n, m) + m m).

    >>> import numpy as np
    >>> from autograd.ops.complete_bases import complete_svd
    >>> np.abs(complete_svd(np.array([[0.0, 3.0]])))
    array([1., 3., 0., 1., 1., 0.])
    """
    return _laid_out(of_finite("svd", np.linalg.svd, a), a)


@primitive(vjps=NONE_OF_ONE, name="qr", symbol="qr")
def complete_qr(a: Array, mode: Any) -> Array:
    """The numbers of both results of NumPy's ``qr`` in a mode that has no derivative.

    a: (..., n, m) -> (..., n n + n m) for "complete", (..., n m + min(n, m)) for "raw".

    >>> import numpy as np
    >>> from autograd.ops.complete_bases import complete_qr
    >>> np.abs(complete_qr(np.array([[3.0], [0.0]]), "complete"))
    array([1., 0., 0., 1., 3., 0.])
    """
    return _laid_out(np.linalg.qr(a, mode), a)


def _laid_out(parts: Sequence[Any], a: Any) -> Any:
    batch = a.shape[:-2]
    return np.concatenate([np.reshape(p, (*batch, prod(p.shape[len(batch) :]))) for p in parts], -1)


def cut(numbers: Any, shapes: Sequence[tuple[int, ...]]) -> list[Any]:
    """Return the parts that were laid end to end along the last axis, each with its own axes."""
    parts, start = [], 0
    for shape in shapes:
        stop = start + prod(shape)
        part = getitem(numbers, (..., slice(start, stop)))
        parts.append(reshape(part, (*numbers.shape[:-1], *shape)))
        start = stop
    return parts
