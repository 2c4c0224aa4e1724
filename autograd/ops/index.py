"""Primitives that pick elements and put them back: getitem and scatter_add.

They are each other's derivative.  Picking ``x[index]`` copies elements, so backwards their
gradients are added up in place, once for every time an element was picked; and the derivative of
that adding-up is picking again.  `take`, `repeat`, `diagonal`, `roll` and their kind are all
compositions of these two.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.core.define import primitive
from autograd.core.float16 import in_float32
from autograd.core.tensor import Tensor, raw
from autograd.core.types import Array, Index, Shape
from autograd.ops.shape import reshape


@primitive(vjps=(lambda ct, out, x, index: scatter_add(ct, index, x.shape),), symbol="x[i]")
def getitem(x: Array, index: Index) -> Array:
    """Elements of ``x`` by NumPy's basic or advanced indexing.

    ``d x[i] = (dx)[i]``; backwards, `scatter_add`: an element that was picked twice gets the sum.

    x: (...), index: integers, slices, ..., None, integer or boolean arrays -> NumPy's shape.

    >>> import autograd as ag
    >>> ag.getitem(ag.tensor([1.0, 2.0, 3.0]), [0, 0, 2])
    tensor([1., 1., 3.])
    """
    if isinstance(index, Tensor):
        index = index.data
    return np.asarray(x)[index][()]


def _scatter_rule(ct: Any, out: Any, x: Any, index: Index, shape: Any) -> Any:
    # NumPy lets x have more axes of length 1 in front than the elements indexed.
    picked = getitem(ct, index)
    missing = len(x.shape) - len(picked.shape)
    return reshape(picked, (1,) * missing + picked.shape) if missing > 0 else picked


@primitive(vjps=(_scatter_rule,), symbol="put")
@in_float32
def scatter_add(x: Array, index: Index, shape: Shape | int) -> Array:
    """Zeros of the given shape, with ``x`` added at ``index``.

    ``d scatter_add(x) = scatter_add(dx)``; backwards, `getitem`.  Where an index occurs twice,
    both elements are added.

    x: of the shape that ``zeros(shape)[index]`` has -> shape.

    >>> import autograd as ag
    >>> ag.scatter_add(ag.tensor([1.0, 10.0, 100.0]), [0, 0, 2], (4,))
    tensor([ 11.,   0., 100.,   0.])
    """
    result = np.zeros(shape, dtype=np.asarray(x).dtype)
    if is_basic(index):
        result[index] = x  # no element can be picked twice
    else:
        np.add.at(result, _plain(index), x)
    return result[()]


def _plain(index: Index) -> Any:
    """Return an index with arrays instead of Tensors."""
    if isinstance(index, tuple):
        return tuple(raw(part) for part in index)
    return raw(index)


def is_basic(index: Index) -> bool:
    """Return whether an index has no arrays or lists in it and so picks nothing twice."""
    parts = index if isinstance(index, tuple) else (index,)
    return all(
        part is None
        or part is Ellipsis
        or isinstance(part, slice)
        or (isinstance(part, (int, np.integer)) and not isinstance(part, (bool, np.bool_)))
        for part in parts
    )
