"""NumPy's functions on Tensors: which function of the engine ``np.sum(a)`` means.

NumPy asks a Tensor before it computes with one: ufuncs through ``__array_ufunc__`` (NEP 13), other
functions through ``__array_function__`` (NEP 18).  What is in the tables is differentiable; the
rest raises an error that names it.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np

from autograd import linalg
from autograd.core.tensor import Tensor, raw
from autograd.errors import UnsupportedError
from autograd.functions import arithmetic, arrays, picking, products, statistics
from autograd.ops import compare, einsum, elementwise, piecewise, reduce, shape
from autograd.ops.linalg import matmul

UFUNCS: dict[np.ufunc, Callable[..., Any]] = {
    getattr(np, function.__name__): function
    for function in (
        *(elementwise.add, elementwise.subtract, elementwise.multiply, elementwise.divide),
        *(elementwise.negative, elementwise.positive, elementwise.reciprocal, elementwise.power),
        *(elementwise.sqrt, piecewise.absolute, piecewise.sign, piecewise.heaviside),
        *(piecewise.floor, elementwise.exp, elementwise.expm1, elementwise.log),
        *(elementwise.log1p, elementwise.sin, elementwise.cos, elementwise.sinh, elementwise.cosh),
        *(elementwise.tanh, elementwise.arctan, piecewise.maximum, piecewise.minimum),
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
            *(reduce.sum, reduce.max, reduce.min, reduce.cumsum, piecewise.where),
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
    np.zeros_like: lambda a: Tensor(np.zeros(a.shape, a.dtype)),
    np.ones_like: lambda a: Tensor(np.ones(a.shape, a.dtype)),
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
