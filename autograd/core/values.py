"""Values of Tensors: what may become one, what is refused, and other values for a while."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np

from autograd.core.blocks import restoring
from autograd.core.messages import one_line
from autograd.core.types import DTypeLike
from autograd.errors import CaptureError, DTypeError, GradientError


def as_value(
    data: object, operation: str, dtype: DTypeLike | None = None, copy: bool | None = None
) -> Any:
    """Return numbers as an array or NumPy scalar, or say why that cannot be."""
    kind = type(data)
    if dtype is None and not copy and (kind is np.float64 or (kind is np.ndarray and _fits(data))):
        return data
    if isinstance(data, np.ma.MaskedArray):
        raise DTypeError(f"{operation}: masked arrays are not supported; use .filled(value)")
    try:
        if dtype is not None:
            _check_numbers(data)
        array = np.array(data, dtype=dtype, copy=copy)
    except CaptureError:
        raise
    except GradientError:
        raise DTypeError(
            f"{operation}: a list of tensors is not a tensor; use ag.stack or ag.concatenate"
        ) from None
    except (TypeError, ValueError, OverflowError, RuntimeError) as error:
        reason = one_line(error, 200, str)
        raise DTypeError(f"{operation}: cannot read the data as numbers: {reason}") from None
    if array.dtype.kind not in "fiub":
        raise DTypeError(
            f"{operation}: {type(data).__name__} of dtype {array.dtype} is not supported; "
            "use real floating-point, integer or boolean numbers"
        )
    return array if array.ndim else array[()]


def _fits(array: Any) -> bool:
    """Return whether an array is one that an operation can have computed."""
    return array.ndim > 0 and array.dtype.kind in "fiub"


def _check_numbers(data: object) -> None:
    """Refuse what NumPy would make floats of: None, text and complex numbers."""
    array = np.asarray(data)
    if array.dtype.kind == "O" and not all(isinstance(x, (int, float)) for x in array.flat):
        raise TypeError("some elements are not numbers")
    if array.dtype.kind in "USc":
        raise TypeError(f"the elements are {'complex' if array.dtype.kind == 'c' else 'text'}")


def is_weak(x: object) -> bool:
    """Return whether ``x`` is a number of Python's, which takes the dtype of the other operand."""
    return isinstance(x, (float, int)) and not isinstance(x, np.generic)


def with_values(values: Sequence[tuple[Any, Any]]) -> restoring[None]:
    """Give tensors other values, of whatever dtype, for as long as a block runs.

    ``values`` has a pair of tensor and value for each.
    """
    new = [(t, np.asarray(value)[()]) for t, value in values]
    old = [(t, t._value) for t, _ in values]
    return restoring(partial(_set_values, new), partial(_set_values, old))


def _set_values(values: Sequence[tuple[Any, Any]]) -> None:
    for t, value in values:
        t._value = value
