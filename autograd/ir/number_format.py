"""Numbers as the slides write them: rounded, and never a rounded 0 that is not 0."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.core.tensor import ArrayLike


def show(value: ArrayLike, digits: int = 2) -> str:
    """Return a value as text with some digits after the point.

    Parameters
    ----------
    value : number or array
    digits : int

    Returns
    -------
    str
        Small arrays in full on one line, larger ones by their shape and range.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd.ir.number_format import show
    >>> show(0.36788), show(-0.0), show(0.0001), show(1e9)
    ('0.37', '0.00', '1.00e-04', '1.00e+09')
    >>> show(np.array([1.0, 0.5]))
    '[1.00 0.50]'
    """
    array = np.asarray(value)
    if array.size == 0:
        return f"{array.shape} empty"
    if array.ndim == 0:
        return _number(array.item(), digits)
    if array.size > 16:
        return f"{array.shape} {_range(array, digits)}"
    if array.ndim == 1:
        return "[" + " ".join(_number(v, digits) for v in array.tolist()) + "]"
    return "[" + " ".join(show(row, digits) for row in array) + "]"


def _range(array: np.ndarray, digits: int) -> str:
    finite = array[np.isfinite(array)]
    bad = array.size - finite.size
    more = f", {bad} not finite" if bad else ""
    if not finite.size:
        return f"{bad} not finite"
    low, high = (_number(v.item(), digits) for v in (finite.min(), finite.max()))
    return f"from {low} to {high}{more}"


def _number(v: Any, digits: int) -> str:
    if isinstance(v, int):  # True and False, too
        return str(v)
    v = float(v) or 0.0  # no -0.00
    text = f"{v:.{digits}f}"
    rounded_away = v != 0 and float(text) == 0
    return f"{v:.{digits}e}" if rounded_away or 1e6 <= abs(v) < np.inf else text
