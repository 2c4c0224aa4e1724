"""Operators, methods and the NumPy protocols, bound to `Tensor` from tables.

A Tensor has no arithmetic of its own.  Here ``a * b``, ``a.sum()`` and ``np.sum(a)`` are all told
which function of the engine they mean.  NumPy asks a Tensor before it computes with one: ufuncs
through ``__array_ufunc__``, other functions through ``__array_function__``.  What is in the tables
is differentiable; anything else raises an error that names it.  Nothing ever turns a Tensor into
an array silently.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from autograd import linalg
from autograd.core.apply import apply
from autograd.core.backward import backward
from autograd.core.primitive import Primitive
from autograd.core.tensor import NO_PARAMS, Tensor, is_weak, raw
from autograd.errors import DTypeError, IndexingError, ShapeError, UnsupportedError
from autograd.functions import activations, arithmetic, arrays, picking, products, statistics
from autograd.ops import compare, einsum, elementwise, reduce, shape
from autograd.ops.index import getitem, scatter_add
from autograd.ops.linalg import matmul

OPERATORS: dict[str, Primitive] = {
    "add": elementwise.add,
    "sub": elementwise.subtract,
    "mul": elementwise.multiply,
    "truediv": elementwise.divide,
    "pow": elementwise.power,
    "matmul": matmul,
}

COMPARISONS: dict[str, Primitive] = {
    "eq": compare.equal,
    "ne": compare.not_equal,
    "lt": compare.less,
    "le": compare.less_equal,
    "gt": compare.greater,
    "ge": compare.greater_equal,
}

LOGICAL: dict[str, Primitive] = {
    "and": compare.logical_and,
    "or": compare.logical_or,
    "invert": compare.logical_not,
}

UNARY: dict[str, Primitive] = {
    "neg": elementwise.negative,
    "pos": elementwise.positive,
    "abs": elementwise.absolute,
}

METHODS: dict[str, Callable[..., Any]] = {
    "abs": elementwise.absolute,
    "argmax": compare.argmax,
    "argmin": compare.argmin,
    "astype": arithmetic.astype,
    "clip": arithmetic.clip,
    "cumsum": reduce.cumsum,
    "diagonal": picking.diagonal,
    "dot": products.dot,
    "exp": elementwise.exp,
    "flatten": arrays.ravel,
    "log": elementwise.log,
    "max": reduce.max,
    "mean": statistics.mean,
    "min": reduce.min,
    "prod": statistics.prod,
    "ravel": arrays.ravel,
    "relu": activations.relu,
    "repeat": picking.repeat,
    "sigmoid": activations.sigmoid,
    "sqrt": elementwise.sqrt,
    "squeeze": arrays.squeeze,
    "std": statistics.std,
    "sum": reduce.sum,
    "swapaxes": arrays.swapaxes,
    "take": picking.take,
    "tanh": elementwise.tanh,
    "trace": picking.trace,
    "var": statistics.var,
}

UFUNCS: dict[np.ufunc, Callable[..., Any]] = {
    getattr(np, function.__name__): function
    for function in (
        *(elementwise.add, elementwise.subtract, elementwise.multiply, elementwise.divide),
        *(elementwise.negative, elementwise.positive, elementwise.reciprocal, elementwise.power),
        *(elementwise.sqrt, elementwise.absolute, elementwise.sign, elementwise.heaviside),
        *(elementwise.floor, elementwise.exp, elementwise.expm1, elementwise.log),
        *(elementwise.log1p, elementwise.sin, elementwise.cos, elementwise.sinh, elementwise.cosh),
        *(elementwise.tanh, elementwise.arctan, elementwise.maximum, elementwise.minimum),
        *(arithmetic.square, arithmetic.tan, matmul),
        *(compare.equal, compare.not_equal, compare.less, compare.less_equal, compare.greater),
        *(compare.greater_equal, compare.logical_and, compare.logical_or, compare.logical_not),
        *(compare.isnan, compare.isinf, compare.isfinite),
    )
}

REDUCTIONS: dict[tuple[np.ufunc, str], Callable[..., Any]] = {
    (np.add, "reduce"): reduce.sum,
    (np.multiply, "reduce"): statistics.prod,
    (np.maximum, "reduce"): reduce.max,
    (np.minimum, "reduce"): reduce.min,
    (np.add, "accumulate"): reduce.cumsum,
}

FUNCTIONS: dict[Callable[..., Any], Callable[..., Any]] = {
    **{
        getattr(np, function.__name__): function
        for function in (
            *(reduce.sum, reduce.max, reduce.min, reduce.cumsum, elementwise.where),
            *(statistics.mean, statistics.var, statistics.std, statistics.prod, arithmetic.clip),
            *(shape.reshape, shape.transpose, shape.broadcast_to, shape.flip, shape.concatenate),
            *(arrays.ravel, arrays.swapaxes, arrays.moveaxis, arrays.expand_dims, arrays.squeeze),
            *(arrays.stack, arrays.split, picking.roll, arrays.tile, picking.repeat, picking.pad),
            *(picking.take, picking.take_along_axis, picking.sort, picking.diagonal, picking.trace),
            *(picking.tril, picking.triu, products.tensordot, products.dot, products.vdot),
            *(products.inner, products.outer, einsum.einsum),
            *(compare.argmax, compare.argmin, compare.argsort),
        )
    },
    **{getattr(np.linalg, name): getattr(linalg, name) for name in linalg.__all__},
    np.amax: reduce.max,
    np.amin: reduce.min,
    np.any: lambda a, axis=None, keepdims=False: Tensor(
        np.any(a.data, axis=axis, keepdims=keepdims)
    ),
    np.all: lambda a, axis=None, keepdims=False: Tensor(
        np.all(a.data, axis=axis, keepdims=keepdims)
    ),
    np.shape: arrays.shape,
    np.ndim: lambda a: a.ndim,
    np.size: lambda a: a.size,
    np.zeros_like: lambda a: Tensor(np.zeros_like(a.data)),
    np.ones_like: lambda a: Tensor(np.ones_like(a.data)),
    np.array_equal: lambda a, b: np.array_equal(raw(a), raw(b)),
    np.allclose: lambda a, b, rtol=1e-05, atol=1e-08, equal_nan=False: np.allclose(
        raw(a), raw(b), rtol, atol, equal_nan
    ),
}
if hasattr(np, "astype"):  # NumPy 2.1
    FUNCTIONS[np.astype] = arithmetic.astype

REMEDIES = {
    "vstack": "ag.concatenate along axis 0",
    "hstack": "ag.concatenate along axis 1, or 0 for vectors",
    "dstack": "ag.stack along axis 2",
    "array_split": "ag.split with the indices of the cuts",
    "add.at": "x.at[i].add(v)",
    "copyto": "x.at[i].set(v)",
    "put": "x.at[i].set(v)",
    "copy": "t.detach() for a constant, or +t for a node",
    "nan_to_num": "ag.where(ag.isnan(x), 0.0, x)",
    "floor_divide": "ag.floor(x / y)",
    "remainder": "x - y * ag.floor(x / y)",
    "exp2": "ag.exp(x * np.log(2))",
    "log2": "ag.log(x) / np.log(2)",
    "log10": "ag.log(x) / np.log(10)",
    "cbrt": "ag.sign(x) * ag.absolute(x) ** (1 / 3)",
    "hypot": "ag.sqrt(x * x + y * y)",
    "logaddexp": "ag.logsumexp of a stack",
    "average": "ag.sum(x * w) / ag.sum(w)",
}


class Updater:
    """What ``x.at[index]`` is: new tensors with some elements changed.

    Examples
    --------
    >>> import autograd as ag
    >>> x = ag.tensor([1.0, 2.0, 3.0])
    >>> x.at[0].set(10.0)
    tensor([10.,  2.,  3.])
    >>> x.at[[1, 1]].add(1.0)
    tensor([1., 4., 3.])
    """

    __slots__ = ("_index", "_x")

    def __init__(self, x: Tensor, index: Any = ...) -> None:
        self._x = x
        self._index = index

    def __getitem__(self, index: Any) -> Updater:
        return Updater(self._x, clean_index(index))

    def add(self, value: Any) -> Tensor:
        """Add ``value`` at the index; at an element that is named twice, twice."""
        value = self._spread(value)
        return self._x + scatter_add(value, index=self._index, shape=self._x.shape)  # type: ignore[no-any-return]

    def set(self, value: Any) -> Tensor:
        """Put ``value`` at the index; at an element that is named twice, the last one counts.

        No gradient flows to what was overwritten.
        """
        value = shape.reshape(self._spread(value), -1)
        # Number the elements of value, let NumPy assign the numbers, and see who is where.
        source = np.full(self._x.shape, -1)
        source[self._index] = np.arange(value.size).reshape(self._target())
        taken = source >= 0
        if not taken.any():
            return +self._x
        return elementwise.where(taken, value[np.maximum(source, 0)], self._x)  # type: ignore[no-any-return]

    def _spread(self, value: Any) -> Any:
        if is_weak(value):
            try:
                value = np.asarray(value, np.result_type(self._x.dtype, value))
            except OverflowError:
                raise DTypeError(f"at: the value does not fit into {self._x.dtype}") from None
        value = arrays.shaped(value, "at")
        target = self._target()
        try:
            return shape.broadcast_to(value, target)
        except ShapeError:
            raise ShapeError(
                f"at: a value of shape {value.shape} does not fit the {target} elements indexed"
            ) from None

    def _target(self) -> tuple[int, ...]:
        pick = getitem(np.broadcast_to(np.int8(0), self._x.shape), self._index)
        return tuple(pick.shape)


def clean_index(index: Any) -> Any:
    """Return an index of plain Python and arrays that nobody else can change."""
    if isinstance(index, tuple):
        return tuple(map(clean_index, index))
    if isinstance(index, Tensor):
        return np.array(index.data)
    if isinstance(index, list):
        try:
            index = np.array(index, dtype=None if index else int)
        except ValueError:
            raise IndexingError("getitem: the lists in the index have different lengths") from None
    return np.array(index) if isinstance(index, np.ndarray) else index


def _reflected(p: Primitive) -> Callable[[Any, Any], Any]:
    application = p.application
    return lambda self, other: application(other, self)


def _comparison(p: Primitive) -> Callable[[Any, Any], Any]:
    def compare_with(self: Tensor, other: Any) -> Any:
        if other is None or isinstance(other, str):
            return NotImplemented
        return p.application(self, other)

    return compare_with


def _logical(p: Primitive) -> Callable[..., Any]:
    def combine(self: Tensor, *other: Any) -> Any:
        for x in (self, *other):
            if np.asarray(raw(x)).dtype != bool:
                raise DTypeError(
                    f"{p.name}: & | and ~ are for booleans; for numbers, compare them with 0 first"
                )
        return apply(p, (self, *other), NO_PARAMS)

    return combine


def _method(function: Callable[..., Any]) -> Callable[..., Any]:
    def method(self: Tensor, *args: Any, **kwargs: Any) -> Any:
        return function(self, *args, **kwargs)

    method.__doc__ = function.__doc__
    return method


def _divide_into(self: Tensor, other: Any) -> Any:
    # 1 / x is the lecture's gate, with the same rounding as the division.
    if type(other) in (int, float) and other == 1 and self.dtype.kind == "f":
        return apply(elementwise.reciprocal, (self,), NO_PARAMS)
    return apply(elementwise.divide, (other, self), NO_PARAMS)


def _reshape(self: Tensor, *lengths: Any) -> Any:
    """Change the shape: ``t.reshape(2, 3)`` or ``t.reshape((2, 3))``; see `autograd.reshape`."""
    return shape.reshape(self, lengths[0] if len(lengths) == 1 else lengths)


def _transpose(self: Tensor, *axes: Any) -> Any:
    """Reorder axes: ``t.transpose(1, 0)`` or a tuple; see `autograd.transpose`."""
    if len(axes) == 1 and (axes[0] is None or isinstance(axes[0], (tuple, list))):
        axes = tuple(axes[0] or ())
    return shape.transpose(self, axes or None)


def _getitem(self: Tensor, index: Any) -> Any:
    return apply(getitem, (self,), {"index": clean_index(index)})


def _iterate(self: Tensor) -> Iterator[Tensor]:
    return (self[i] for i in range(len(self)))


def array_ufunc(self: Tensor, ufunc: np.ufunc, method: str, *inputs: Any, **kwargs: Any) -> Any:
    """Answer NumPy's ufuncs; NEP 13."""
    table = UFUNCS if method == "__call__" else REDUCTIONS
    key: Any = ufunc if method == "__call__" else (ufunc, method)
    name = ufunc.__name__ if method == "__call__" else f"{ufunc.__name__}.{method}"
    if "out" in kwargs:
        raise UnsupportedError(
            f"np.{name}: out= would write a tensor into an array; write a = a + t, not a += t"
        )
    if key not in table:
        raise _unsupported(name)
    if method != "__call__":
        kwargs.setdefault("axis", 0)
        kwargs = {key: v for key, v in kwargs.items() if key == "axis" or v is not None}
    return _call(f"np.{name}", table[key], inputs, kwargs)


def array_function(
    self: Tensor, func: Callable[..., Any], types: Any, args: Any, kwargs: dict[str, Any]
) -> Any:
    """Answer NumPy's other functions; NEP 18."""
    module = func.__module__.replace("numpy", "np")
    if func not in FUNCTIONS:
        raise _unsupported(func.__name__, module)
    args, kwargs = _as_numpy_reads(func, args, kwargs)
    return _call(f"{module}.{func.__name__}", FUNCTIONS[func], args, kwargs)


# Options that choose among ways to the same result.
_IRRELEVANT = {"optimize", "kind", "stable", "copy", "subok"}


def _as_numpy_reads(
    func: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Sort arguments by the signature of NumPy's function.

    What is required stays positional; an option keeps its name, however it was given, and one that
    has its default value is left out.
    """
    try:
        bound = inspect.signature(func).bind(*args, **kwargs)
    except TypeError as error:
        raise UnsupportedError(f"np.{func.__name__}: {error}") from None
    except ValueError:  # some functions written in C tell no signature
        return args, kwargs
    required: list[Any] = []
    options: dict[str, Any] = {}
    for name, value in bound.arguments.items():
        parameter = bound.signature.parameters[name]
        if parameter.kind is parameter.VAR_POSITIONAL:
            required += value
        elif parameter.kind is parameter.VAR_KEYWORD:
            options |= value
        elif parameter.default is parameter.empty:
            required.append(value)
        elif name not in _IRRELEVANT and not _is_default(value, parameter.default):
            options[name] = value
    return tuple(required), options


def _is_default(value: Any, default: Any) -> bool:
    return value is default or (type(value) is type(default) and value == default)


def _call(name: str, function: Callable[..., Any], args: Any, kwargs: dict[str, Any]) -> Any:
    if kwargs:
        known = inspect.signature(function).parameters
        unknown = [key for key in kwargs if key not in known]
        if unknown:
            raise UnsupportedError(
                f"{name}: the option {unknown[0]!r} is not supported for tensors; "
                f"there are {', '.join(known)}"
            )
    return function(*args, **kwargs)


def _unsupported(name: str, module: str = "np") -> UnsupportedError:
    remedy = REMEDIES.get(name)
    advice = f"use {remedy}" if remedy else "compose it, or define it with @ag.primitive"
    return UnsupportedError(f"{module}.{name}: has no derivative here; {advice}")


def bindings() -> dict[str, Any]:
    """Return everything that `Tensor` gets from here, by name."""
    special: dict[str, Any] = {
        "__rtruediv__": _divide_into,
        "__getitem__": _getitem,
        "__iter__": _iterate,
        "__array_ufunc__": array_ufunc,
        "__array_function__": array_function,
        "T": property(shape.transpose.application, doc="The tensor with its axes reversed."),
        "at": property(Updater, doc="``x.at[i].set(v)`` and ``x.at[i].add(v)``: new tensors."),
        "backward": backward,
        "reshape": _reshape,
        "transpose": _transpose,
    }
    return (
        {f"__{name}__": p.application for name, p in OPERATORS.items()}
        | {f"__r{name}__": _reflected(p) for name, p in OPERATORS.items()}
        | {f"__{name}__": _comparison(p) for name, p in COMPARISONS.items()}
        | {f"__{name}__": p.application for name, p in UNARY.items()}
        | {f"__{name}__": _logical(p) for name, p in LOGICAL.items()}
        | {name: _method(function) for name, function in METHODS.items()}
        | special
    )


for _name, _value in bindings().items():
    setattr(Tensor, _name, _value)
