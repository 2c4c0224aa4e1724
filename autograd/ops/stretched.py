"""The gradient of an input that was stretched, added up before or while it is multiplied.

The engine adds up whatever a rule returns over the axes that broadcasting stretched.  Where both
are large arrays, it is less work to do so here: products need not be kept, and of sums there are
few.  On Tensors these functions are what they are called for, so that recorded rules are short.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.core.sums import FLOATS, MANY, stretched_axes, sum_along, sum_of_products


def times(ct: Any, other: Any, like: Any) -> Any:
    """Return ``ct * other``, the gradient of ``like``."""
    if type(ct) is not np.ndarray or not _is_part(like, ct) or type(other) is not np.ndarray:
        return ct * other
    if ct.shape != other.shape or ct.dtype != other.dtype:
        return ct * other
    axes = stretched_axes(like.shape, ct.shape)
    return sum_of_products(ct, other, axes, keepdims=True).reshape(like.shape)


def gathered(ct: Any, like: Any) -> Any:
    """Return ``ct``, the gradient of ``like``."""
    if type(ct) is not np.ndarray or not _is_part(like, ct):
        return ct
    axes = stretched_axes(like.shape, ct.shape)
    return sum_along(ct, axes, keepdims=True).reshape(like.shape)


def _is_part(like: Any, ct: Any) -> bool:
    """Return whether an array was stretched to a large one."""
    large = ct.size >= MANY and ct.dtype in FLOATS
    return large and type(like) is np.ndarray and like.size < ct.size
