"""Numbers that stand along one axis of something larger."""

from __future__ import annotations

from typing import Any

import autograd as ag


def along(values: Any, axis: int, ndim: int) -> Any:
    """Lay numbers along one axis of an array with ``ndim`` axes, so that they broadcast to it.

    Examples
    --------
    >>> along([1.0, 2.0, 3.0], 1, 4).shape
    (1, 3, 1, 1)
    """
    return ag.reshape(values, tuple(-1 if a == axis else 1 for a in range(ndim)))
