"""Tensors made of a shape or a rule: zeros, ones, ranges, identities.

They have NumPy's names, arguments and dtypes, and make leaves, as `tensor` does: float64 unless
``dtype`` or integers that are given say otherwise.
"""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from autograd.core.calls import checked
from autograd.core.capturing import check_fixed
from autograd.core.messages import one_line
from autograd.core.tensor import ArrayLike, Tensor, detached, leaf
from autograd.core.types import Array, DTypeLike, Scalar, Sizes
from autograd.errors import DTypeError, GradientError, ShapeError, UnsupportedError
from autograd.functions.arrays import shaped
from autograd.ops import compare
from autograd.ops.checked_values import class_vectors
from autograd.ops.piecewise import where


def constants(operation: str, write: str, *given: ArrayLike) -> list[Array]:
    """Return arrays of what a leaf is made of; refuse what requires a gradient."""
    if any(isinstance(x, Tensor) and x.requires_grad for x in given):
        raise GradientError(f"{operation}: no gradient passes to a leaf; write {write}")
    check_fixed(operation, write, *given)
    return [np.asarray(x) for x in given]


def _dtype(operation: str, dtype: Any) -> Any:
    """Refuse a number in the place of a dtype: PyTorch's functions take lengths one by one."""
    if isinstance(dtype, (int, np.integer)):
        raise DTypeError(
            f"{operation}: {dtype} is not a dtype; a shape is one argument, as in "
            f"ag.{operation}((2, 3)), and options have names, as in requires_grad=True"
        )
    return dtype


@checked
def zeros(
    shape: Sizes,
    dtype: DTypeLike = float,
    *,
    requires_grad: bool = False,
    name: str | None = None,
) -> Tensor:
    """Make a tensor of zeros.

    Parameters
    ----------
    shape : int or sequence of int
    dtype : NumPy dtype
    requires_grad : bool
    name : str, optional

    Returns
    -------
    Tensor

    Raises
    ------
    DTypeError
        If the dtype is none, or has no gradient and is asked for one.

    Examples
    --------
    >>> import autograd as ag
    >>> ag.zeros((1, 3), requires_grad=True)
    tensor([[0., 0., 0.]], requires_grad=True)
    """
    return leaf(np.zeros(shape, _dtype("zeros", dtype)), requires_grad, name)


@checked
def ones(
    shape: Sizes,
    dtype: DTypeLike = float,
    *,
    requires_grad: bool = False,
    name: str | None = None,
) -> Tensor:
    """Make a tensor of ones.

    Parameters
    ----------
    shape : int or sequence of int
    dtype : NumPy dtype
    requires_grad : bool
    name : str, optional

    Returns
    -------
    Tensor

    Raises
    ------
    DTypeError
        If the dtype is none, or has no gradient and is asked for one.

    Examples
    --------
    >>> import autograd as ag
    >>> ag.ones(2)
    tensor([1., 1.])
    """
    return leaf(np.ones(shape, _dtype("ones", dtype)), requires_grad, name)


@checked
def full(
    shape: Sizes,
    fill_value: ArrayLike,
    dtype: DTypeLike | None = None,
    *,
    requires_grad: bool = False,
    name: str | None = None,
) -> Tensor:
    """Make a tensor of one value everywhere.

    Parameters
    ----------
    shape : int or sequence of int
    fill_value : number or array
        It broadcasts to the shape; of a Tensor, its value alone.
    dtype : NumPy dtype, optional
        By default that of the value.
    requires_grad : bool
    name : str, optional

    Returns
    -------
    Tensor

    Raises
    ------
    DTypeError
        If the dtype is none, or has no gradient and is asked for one.
    GradientError
        If the value requires a gradient, which `broadcast_to` keeps.

    Examples
    --------
    >>> import autograd as ag
    >>> ag.full((2, 2), 0.5)
    tensor([[0.5, 0.5],
            [0.5, 0.5]])
    """
    (value,) = constants("full", "ag.broadcast_to(value, shape)", fill_value)
    return leaf(np.full(shape, value, _dtype("full", dtype)), requires_grad, name)


@checked
def zeros_like(
    x: ArrayLike,
    dtype: DTypeLike | None = None,
    *,
    requires_grad: bool = False,
    name: str | None = None,
) -> Tensor:
    """Make a tensor of zeros of the shape of another.

    Parameters
    ----------
    x : array or Tensor, (...)
    dtype : NumPy dtype, optional
        By default that of ``x``.
    requires_grad : bool
    name : str, optional

    Returns
    -------
    Tensor, (...)

    Examples
    --------
    >>> import autograd as ag
    >>> ag.zeros_like(ag.tensor([1.0, 2.0], requires_grad=True))
    tensor([0., 0.])
    """
    x = shaped(x, "zeros_like")
    return leaf(np.zeros(x.shape, _dtype("zeros_like", dtype) or x.dtype), requires_grad, name)


@checked
def ones_like(
    x: ArrayLike,
    dtype: DTypeLike | None = None,
    *,
    requires_grad: bool = False,
    name: str | None = None,
) -> Tensor:
    """Make a tensor of ones of the shape of another.

    Parameters
    ----------
    x : array or Tensor, (...)
    dtype : NumPy dtype, optional
        By default that of ``x``.
    requires_grad : bool
    name : str, optional

    Returns
    -------
    Tensor, (...)

    Examples
    --------
    >>> import autograd as ag
    >>> ag.ones_like(ag.tensor([[1, 2]]), float)
    tensor([[1., 1.]])
    """
    x = shaped(x, "ones_like")
    return leaf(np.ones(x.shape, _dtype("ones_like", dtype) or x.dtype), requires_grad, name)


@checked
def full_like(
    x: ArrayLike,
    fill_value: ArrayLike,
    dtype: DTypeLike | None = None,
    *,
    requires_grad: bool = False,
    name: str | None = None,
) -> Tensor:
    """Make a tensor of one value everywhere, of the shape of another.

    Parameters
    ----------
    x : array or Tensor, (...)
    fill_value : number or array
        It broadcasts to the shape, and is cast to the dtype.
    dtype : NumPy dtype, optional
        By default that of ``x``.
    requires_grad : bool
    name : str, optional

    Returns
    -------
    Tensor, (...)

    Raises
    ------
    GradientError
        If the value requires a gradient, which `broadcast_to` keeps.

    Examples
    --------
    >>> import autograd as ag
    >>> ag.full_like(ag.tensor([1.0, 2.0]), 7)
    tensor([7., 7.])
    """
    x = shaped(x, "full_like")
    dtype = _dtype("full_like", dtype) or x.dtype
    (value,) = constants("full_like", "ag.broadcast_to(value, x.shape)", fill_value)
    return leaf(np.full(x.shape, value, dtype), requires_grad, name)


@checked
def arange(
    start: Scalar,
    stop: Scalar | None = None,
    step: Scalar = 1,
    dtype: DTypeLike | None = None,
    *,
    requires_grad: bool = False,
    name: str | None = None,
) -> Tensor:
    """Make a tensor of numbers at equal steps, up to but without the end.

    Parameters
    ----------
    start, stop : numbers
        A single one is where it stops, and it starts at 0.
    step : number
    dtype : NumPy dtype, optional
        By default integers where all three are.
    requires_grad : bool
    name : str, optional

    Returns
    -------
    Tensor, (n,)

    Raises
    ------
    DTypeError
        If integers are asked for a gradient.

    Examples
    --------
    >>> import autograd as ag
    >>> ag.arange(3), ag.arange(1.0, 3.0)
    (tensor([0, 1, 2], dtype=int64), tensor([1., 2.]))
    """
    ends: tuple[Any, Any] = (0, start) if stop is None else (start, stop)
    value = np.arange(*ends, step, _dtype("arange", dtype))  # type: ignore[call-overload]
    return leaf(value, requires_grad, name)


@checked
def linspace(
    start: ArrayLike,
    stop: ArrayLike,
    num: int = 50,
    endpoint: bool = True,
    *,
    dtype: DTypeLike | None = None,
    requires_grad: bool = False,
    name: str | None = None,
) -> Tensor:
    """Make a tensor of a number of values at equal steps between two ends.

    Parameters
    ----------
    start, stop : numbers, arrays or Tensors
        If one is a Tensor, the result is computed from it, and a gradient passes.
    num : int
    endpoint : bool
        Whether ``stop`` is the last of them.
    dtype : NumPy dtype, optional
    requires_grad : bool
    name : str, optional

    Returns
    -------
    Tensor, (num, ...)

    Raises
    ------
    UnsupportedError
        If an end is a Tensor and there are options for a leaf: ``dtype``, ``requires_grad``, name.

    Examples
    --------
    >>> import autograd as ag
    >>> ag.linspace(0.0, 1.0, 5)
    tensor([0.  , 0.25, 0.5 , 0.75, 1.  ])
    """
    if isinstance(start, Tensor) or isinstance(stop, Tensor):
        if dtype is not None or requires_grad or name is not None:
            raise UnsupportedError(
                "linspace: between tensors there is no dtype=, requires_grad= or name=; leave them "
                "out, as the result is computed from the ends"
            )
        return _between(shaped(start, "linspace"), shaped(stop, "linspace"), num, endpoint)
    ends = np.asarray(start), np.asarray(stop)
    value = np.linspace(*ends, num, endpoint, dtype=_dtype("linspace", dtype))
    return leaf(value, requires_grad, name)


def _between(start: Tensor, stop: Tensor, num: int, endpoint: bool) -> Tensor:
    """Return what `numpy.linspace` does, to the last bit, as operations."""
    like = np.linspace(np.zeros((), start.dtype), np.zeros((), stop.dtype), num, endpoint)
    start, stop = start.astype(like.dtype), stop.astype(like.dtype)
    delta = stop - start
    places = np.arange(len(like), dtype=like.dtype).reshape((-1,) + (1,) * delta.ndim)
    last = len(like) - endpoint
    if last < 1:
        return delta * places + start
    step = delta / last
    # NumPy multiplies first if a step is 0, which that of two near ends may be without need.
    lost = compare.any(detached(step) == 0)
    rows = where(lost, places / last * delta, places * step) + start
    return where(places == last, stop, rows) if endpoint else rows


@checked
def eye(
    N: int,
    M: int | None = None,
    k: int = 0,
    dtype: DTypeLike = float,
    *,
    requires_grad: bool = False,
    name: str | None = None,
) -> Tensor:
    """Make a matrix with ones on a diagonal and zeros elsewhere.

    Parameters
    ----------
    N, M : int
        The numbers of rows and columns; without ``M``, a square matrix.
    k : int
        The diagonal: 0 is the main one.
    dtype : NumPy dtype
    requires_grad : bool
    name : str, optional

    Returns
    -------
    Tensor, (N, M)

    Examples
    --------
    >>> import autograd as ag
    >>> ag.eye(2)
    tensor([[1., 0.],
            [0., 1.]])
    """
    return leaf(np.eye(N, M, k, _dtype("eye", dtype)), requires_grad, name)


@checked
def identity(
    n: int, dtype: DTypeLike = float, *, requires_grad: bool = False, name: str | None = None
) -> Tensor:
    """Make the identity matrix.

    Parameters
    ----------
    n : int
    dtype : NumPy dtype
    requires_grad : bool
    name : str, optional

    Returns
    -------
    Tensor, (n, n)

    Examples
    --------
    >>> import autograd as ag
    >>> ag.identity(2)
    tensor([[1., 0.],
            [0., 1.]])
    """
    return leaf(np.identity(n, _dtype("identity", dtype)), requires_grad, name)


@checked
def one_hot(
    classes: ArrayLike, num_classes: int, dtype: DTypeLike = float, *, name: str | None = None
) -> Tensor:
    """Make vectors with 1 at the place of a class and 0 elsewhere.

    The number of classes is always given: found from the data, it would change with the batch.

    Parameters
    ----------
    classes : integers, (...)
        From 0 to ``num_classes - 1``.
    num_classes : int
    dtype : NumPy dtype
    name : str, optional

    Returns
    -------
    Tensor, (..., num_classes)

    Raises
    ------
    DTypeError
        If classes are not integers.
    IndexingError
        If there is no such class.
    ShapeError
        If there are no classes.

    Examples
    --------
    >>> import autograd as ag
    >>> ag.one_hot([2, 0], 3)
    tensor([[0., 0., 1.],
            [1., 0., 0.]])
    """
    which = shaped(classes, "one_hot")
    if which.dtype.kind not in "iu" and which.size:
        raise DTypeError(f"one_hot: classes must be integers, not {which.dtype}")
    if isinstance(num_classes, bool) or _whole(num_classes) < 1:
        raise ShapeError(f"one_hot: {one_line(num_classes)} classes; take a whole number from 1 on")
    count, dtype = operator.index(num_classes), _dtype("one_hot", dtype)
    vectors = class_vectors(detached(which), num_classes=count, dtype=dtype)
    if not isinstance(vectors, Tensor):
        return leaf(vectors, False, name)
    vectors.name = name
    return vectors


def _whole(n: Any) -> int:
    """Return a whole number, or 0 for what is none."""
    try:
        return operator.index(n)
    except TypeError:
        return 0
