"""The rank of a matrix: primitives without a derivative, as it is a whole number."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.core.define import primitive
from autograd.core.types import Array
from autograd.errors import CaptureError
from autograd.ops.compare import NONE_OF_ONE


@primitive(vjps=NONE_OF_ONE)
def rank(s: Array, rcond: float) -> Any:
    """Count the singular values that are more than a part of the largest one.

    s: (n,) -> (), int.

    >>> from autograd.ops.ranks import rank
    >>> int(rank([2.0, 1e-20], 1e-15))
    1
    """
    s = np.asarray(s)
    return np.sum(s > rcond * np.max(s, initial=0))


@primitive(vjps=NONE_OF_ONE, name="lstsq", symbol="full rank")
def is_full(rank: Any, columns: int) -> Any:
    """Whether the rank is that of independent columns; a capture of `lstsq` needs it.

    rank: () -> (), bool.

    >>> from autograd.ops.ranks import is_full
    >>> bool(is_full(2, 2))
    True
    """
    if rank < columns:
        raise CaptureError(
            f"lstsq: rank {rank} of {columns} columns: the residuals would have another shape than "
            "in the program, which is made for full rank; compute them, as in "
            "ag.sum((b - a @ x) ** 2, axis=0)"
        )
    return np.True_
