"""Numbers in float16 are kept in float16, and computed with in float32.

float16 ends at 65,504, and what is below 3e-8 is 0 in it: 300 has no square, and 1e-8 cannot keep
a quotient from being 0/0.  NumPy computes each element in float32 and rounds the result; so does
`in_float32` for whatever takes several steps, such as a sum, a norm or a VJP rule.  Inputs in
float16 become float32, and the result becomes float16 again, rounded once.  The derivatives
follow, since both changes of the dtype are operations like any other.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

import numpy as np

F = TypeVar("F", bound=Callable[..., Any])

FLOAT16 = np.dtype(np.float16)  # NumPy has one such object, which `is` finds fastest
FLOAT32 = np.dtype(np.float32)


def in_float32(f: F) -> F:
    """Have a function compute in float32 what it is given in float16.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd.core.float16 import in_float32
    >>> @in_float32
    ... def length(x, y):
    ...     return np.sqrt(x * x + y * y)
    >>> length(np.float16(300.0), np.float16(400.0))
    np.float16(500.0)
    """

    @wraps(f)
    def call(*args: Any, **kwargs: Any) -> Any:
        for x in args or kwargs.values():
            if getattr(x, "dtype", None) is FLOAT16:
                return computed_in_float32(f, args, kwargs)
        return f(*args, **kwargs)

    return call  # type: ignore[return-value]


def computed_in_float32(f: Callable[..., Any], args: Any, kwargs: dict[str, Any]) -> Any:
    """Call a function with float32 in the place of float16.

    The result is float16 again, unless there was an input of more digits.
    """
    # A captured number of Python's (`autograd.core.weak`) has a dtype, but only on its own.
    given = [x for x in (*args, *kwargs.values()) if type(getattr(x, "_value", x)) is not float]
    dtypes = [getattr(x, "dtype", None) for x in given]
    result = f(*map(widened, args), **{name: widened(x) for name, x in kwargs.items()})
    if any(dtype in (np.float32, np.float64) for dtype in dtypes if dtype is not None):
        return result
    return narrowed(result)


def widened(x: Any) -> Any:
    """Return a Tensor or array of float16 as float32, and anything else as it is."""
    return x.astype(FLOAT32) if getattr(x, "dtype", None) is FLOAT16 else x


def narrowed(result: Any) -> Any:
    """Return a result in float32 as float16, and anything else as it is; of a tuple, each part."""
    if isinstance(result, tuple):
        parts = map(narrowed, result)
        return type(result)(*parts) if hasattr(result, "_fields") else tuple(parts)
    return result.astype(FLOAT16) if getattr(result, "dtype", None) is FLOAT32 else result
