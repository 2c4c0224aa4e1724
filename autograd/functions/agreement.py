"""Whether two arrays agree: one answer of Python's for all elements, outside the graph."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.core.calls import checked
from autograd.core.capturing import check_fixed
from autograd.core.tensor import ArrayLike, Tensor
from autograd.core.types import Array
from autograd.errors import ShapeError
from autograd.functions.arrays import shaped


def _numbers(x: ArrayLike, operation: str) -> Array:
    """Return the elements, so that what leaves the graph is noted."""
    check_fixed(operation, "ag.all(ag.isclose(x, y)) or ag.all(x == y), which are Tensors", x)
    given: Any = shaped(x, operation)
    return np.asarray(given.data if isinstance(given, Tensor) else given)


@checked
def allclose(
    a: ArrayLike, b: ArrayLike, rtol: float = 1e-05, atol: float = 1e-08, equal_nan: bool = False
) -> bool:
    """Return whether all elements are close, ``abs(a - b) <= atol + rtol * abs(b)``.

    Parameters
    ----------
    a, b : arrays or Tensors
        They broadcast.
    rtol, atol : float
        The differences allowed: relative to ``b``, and absolute.
    equal_nan : bool
        Whether NaN is close to NaN.

    Returns
    -------
    bool

    Raises
    ------
    ShapeError
        If the shapes do not broadcast.

    Examples
    --------
    >>> import autograd as ag
    >>> ag.allclose(ag.tensor([0.1 + 0.2]), 0.3), ag.allclose(ag.tensor([0.1]), 0.3)
    (True, False)
    """
    x, y = _numbers(a, "allclose"), _numbers(b, "allclose")
    try:
        np.broadcast_shapes(x.shape, y.shape)
    except ValueError:
        raise ShapeError(f"allclose: shapes {x.shape} and {y.shape} do not broadcast") from None
    return bool(np.allclose(x, y, np.asarray(rtol), np.asarray(atol), equal_nan))


@checked
def array_equal(a1: ArrayLike, a2: ArrayLike, equal_nan: bool = False) -> bool:
    """Return whether two arrays have one shape and the same elements.

    Parameters
    ----------
    a1, a2 : arrays or Tensors
    equal_nan : bool
        Whether NaN equals NaN.

    Returns
    -------
    bool

    Examples
    --------
    >>> import autograd as ag
    >>> ag.array_equal(ag.tensor([1.0, 2.0]), [1, 2]), ag.array_equal(ag.tensor([1.0]), 1.0)
    (True, False)
    """
    x, y = _numbers(a1, "array_equal"), _numbers(a2, "array_equal")
    return bool(np.array_equal(x, y, equal_nan))
