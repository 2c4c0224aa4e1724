"""Primitives that pick elements and put them back: getitem and scatter_add, gather and scatter.

They are each other's derivative.  Picking ``x[index]`` copies elements, so backwards their
gradients are added up in place, once for every time an element was picked; and the derivative of
that adding-up is picking again.  `take`, `repeat`, `diagonal`, `roll` and their kind are all
compositions of these.

An index is a parameter of `getitem` and `scatter_add`.  In a program that is captured, it may have
Tensors in it, which are others in the next run.  Then each of its arrays is an input, and the
operations are `gather` and `scatter`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

import numpy as np

from autograd.core.context import capturing, open_blocks
from autograd.core.define import Arguments, PrimitiveFunction, primitive
from autograd.core.float16 import in_float32
from autograd.core.recorder import where
from autograd.core.tensor import Tensor, raw
from autograd.core.types import Array, Index, Shape
from autograd.errors import IndexingError
from autograd.ops.shape import reshape


def clean_index(index: Any) -> Any:
    """Return an index of plain Python and of arrays copied, so that it cannot change.

    Only what a capture has to see stays a Tensor.
    """
    if isinstance(index, tuple):
        return tuple(map(clean_index, index))
    if isinstance(index, Tensor):
        return index if is_captured(index) else np.array(index.data)
    if isinstance(index, list):
        try:
            index = np.array(index, dtype=None if index else int)
        except ValueError:
            raise IndexingError("getitem: the lists in the index have different lengths") from None
    return np.array(index) if isinstance(index, np.ndarray) else index


def is_captured(x: object) -> bool:
    """Return whether something is a Tensor that can be another one when a program runs again."""
    capture = capturing()
    return capture is not None and isinstance(x, Tensor) and x not in capture.constants


def split_index(index: Any) -> tuple[list[Any], dict[str, Any]]:
    """Return the arrays of an index, and the parameters that say where they belong in it."""
    parts = index if isinstance(index, tuple) else (index,)
    arrays = {i: x for i, x in enumerate(parts) if isinstance(x, (Tensor, np.ndarray))}
    rest = tuple(part for i, part in enumerate(parts) if i not in arrays)
    return list(arrays.values()), {"index": rest, "places": tuple(arrays)}


def _joined(index: Any, places: Any, arrays: Sequence[Any]) -> Any:
    """Return the whole index, of which `split_index` has made the parts."""
    parts = list(index)
    for place, array in zip(places, arrays, strict=True):
        parts.insert(place, np.asarray(array))
    return tuple(parts)


def _gather_rule(
    ct: Any, out: Any, x: Any, *arrays: Any, needed: tuple[bool, ...], index: Any, places: Any
) -> list[Any]:
    back = scatter(ct, *arrays, index=index, places=places, shape=x.shape)
    return [back, *(None for _ in arrays)]


@primitive(vjps=_gather_rule, symbol="x[i]")
def gather(x: Array, *arrays: Array, index: Index, places: tuple[int, ...]) -> Array:
    """Elements of ``x`` at an index whose arrays are inputs: `getitem` in a captured program.

    ``d x[i] = (dx)[i]``; backwards, `scatter`.  There is no derivative in the index.

    x: (...), arrays: integers, which stand at these places of the index, between its other parts
    -> NumPy's shape.

    >>> import numpy as np
    >>> from autograd.ops.index import gather
    >>> gather(np.eye(3), np.array([2, 2]), index=(slice(2),), places=(1,))
    array([[0., 0.],
           [0., 0.]])
    """
    return np.asarray(x)[_joined(index, places, arrays)][()]


def _scatter_back(
    ct: Any, out: Any, x: Any, *arrays: Any, needed: Any, index: Any, places: Any, shape: Any
) -> list[Any]:
    picked = gather(ct, *arrays, index=index, places=places)
    return [_with_axes_of(x, picked), *(None for _ in arrays)]


@primitive(vjps=_scatter_back, symbol="put")
@in_float32
def scatter(
    x: Array, *arrays: Array, index: Index, places: tuple[int, ...], shape: Shape | int
) -> Array:
    """Zeros, with ``x`` added at an index whose arrays are inputs, as for `gather`.

    ``d scatter(x) = scatter(dx)``; backwards, `gather`.  There is no derivative in the index.

    x: of the shape that ``zeros(shape)[index]`` has, arrays: integers -> shape.

    >>> import numpy as np
    >>> from autograd.ops.index import scatter
    >>> scatter(np.ones(3), np.array([0, 0, 2]), index=(), places=(0,), shape=(4,))
    array([2., 0., 1., 0.])
    """
    result = np.zeros(shape, dtype=np.asarray(x).dtype)
    np.add.at(result, _joined(index, places, arrays), x)
    return result[()]


def _takes_tensors(
    by_inputs: PrimitiveFunction,
) -> Callable[[PrimitiveFunction], PrimitiveFunction]:
    """Let a primitive with an index apply another one where the index has captured Tensors."""

    def decorate(by_index: PrimitiveFunction) -> PrimitiveFunction:
        bind = Arguments(by_index.primitive)

        @wraps(by_index)
        def function(*args: Any, **params: Any) -> Any:
            if not open_blocks or capturing() is None:
                return by_index(*args, **params)
            (x,), given = bind(args, params)
            index = clean_index(given.pop("index"))
            arrays, template = split_index(index)
            if not any(isinstance(a, Tensor) for a in arrays):
                return by_index(x, index=index, **given)
            _refuse_masks(by_index.primitive.name, arrays)
            return by_inputs(x, *arrays, **template, **given)

        object.__setattr__(by_index.primitive, "function", function)
        return function  # type: ignore[return-value]

    return decorate


def _refuse_masks(operation: str, arrays: Sequence[Any]) -> None:
    if any(isinstance(a, Tensor) and a.dtype == bool for a in arrays):
        raise capturing().refused(
            f"a captured mask is an index{where()}, and how many elements it picks would be fixed "
            "in the program; keep the shape with ag.where(mask, x, 0.0)",
            operation,
        )


@_takes_tensors(gather)
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
    return _with_axes_of(x, getitem(ct, index))


def _with_axes_of(x: Any, picked: Any) -> Any:
    # NumPy lets x have more axes of length 1 in front than the elements indexed.
    missing = len(x.shape) - len(picked.shape)
    return reshape(picked, (1,) * missing + picked.shape) if missing > 0 else picked


@_takes_tensors(scatter)
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


@primitive(vjps=(None,))
def last_writer(places: Array, size: int) -> Array:
    """Which element of ``places`` names each of the numbers below ``size`` last; -1 if none does.

    No gradient: the result is a constant of the graph.

    places: integers, (...) -> (size,), int.

    >>> import numpy as np
    >>> from autograd.ops.index import last_writer
    >>> last_writer(np.array([2, 0, 2]), size=4)
    array([ 1, -1,  2, -1])
    """
    places = np.ravel(places)
    result = np.full(size, -1)
    result[places] = np.arange(places.size)
    return result
