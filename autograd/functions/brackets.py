"""NumPy's ``r_`` and ``c_``: arrays, numbers and ranges that are joined in brackets."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.core.calls import checked
from autograd.core.tensor import Tensor
from autograd.errors import UnsupportedError
from autograd.functions.arrays import expand_dims, shaped
from autograd.functions.axes import atleast_1d, atleast_2d
from autograd.ops.shape import concatenate


def _parts(key: Any, operation: str) -> list[Any]:
    """Return what stands in the brackets; ``1:4`` and ``0:1:5j`` are ranges, as NumPy has them."""
    parts = key if isinstance(key, tuple) else (key,)
    if any(isinstance(part, str) for part in parts):
        raise UnsupportedError(
            f"{operation}: texts, which choose the axis, are not supported; use ag.concatenate"
        )
    return [np.r_[p] if isinstance(p, slice) else shaped(p, operation) for p in parts]


class Rows:
    """``ag.r_[a, 2.0, 0:3]``: arrays, numbers and ranges joined along the first axis.

    Examples
    --------
    >>> import autograd as ag
    >>> ag.r_[ag.tensor([1.0, 2.0]), 5.0, 0:3]
    tensor([1., 2., 5., 0., 1., 2.])
    """

    def __getitem__(self, key: Any) -> Tensor:
        return _rows(key)

    def __repr__(self) -> str:
        return "ag.r_"


class Columns:
    """``ag.c_[a, b]``: vectors as columns, and matrices, side by side along the last axis.

    Examples
    --------
    >>> import autograd as ag
    >>> ag.c_[ag.tensor([1.0, 2.0]), [5.0, 6.0]]
    tensor([[1., 5.],
            [2., 6.]])
    """

    def __getitem__(self, key: Any) -> Tensor:
        return _columns(key)

    def __repr__(self) -> str:
        return "ag.c_"


def _joined_rows(key: Any) -> Tensor:
    return concatenate([atleast_1d(x) for x in _parts(key, "r_")], axis=0)


def _joined_columns(key: Any) -> Tensor:
    parts = [shaped(x, "c_") for x in _parts(key, "c_")]
    columns = [expand_dims(x, -1) if x.ndim == 1 else atleast_2d(x) for x in parts]
    return concatenate(columns, axis=-1)


_rows = checked(_joined_rows, "r_")
_columns = checked(_joined_columns, "c_")

r_ = Rows()
c_ = Columns()
