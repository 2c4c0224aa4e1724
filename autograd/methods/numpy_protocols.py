"""NumPy's functions on Tensors: which function of the engine ``np.sum(a)`` means.

NumPy asks a Tensor before it computes with one: ufuncs through ``__array_ufunc__`` (NEP 13), other
functions through ``__array_function__`` (NEP 18).  What is in the tables is differentiable; the
rest raises an error that names it.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from autograd import linalg
from autograd.core.calls import advice, renamed
from autograd.core.tensor import Tensor
from autograd.errors import GlassgradError, UnsupportedError
from autograd.functions import (
    agreement,
    angles,
    arithmetic,
    arrays,
    axes,
    differences,
    editing,
    ignoring_nan,
    joining,
    makers,
    picking,
    polynomials,
    products,
    running,
    splitting,
    statistics,
    tensor_products,
    turning,
)
from autograd.methods.operators import LOGICAL_OPERATORS
from autograd.ops import (
    compare,
    einsum,
    elementwise,
    inverse_trigonometry,
    logarithms,
    piecewise,
    polar,
    power,
    recurrence,
    reduce,
    remainder,
    rounding,
    shape,
    special,
)
from autograd.ops.linalg import matmul

UFUNCS: dict[np.ufunc, Callable[..., Any]] = {
    getattr(np, function.__name__): function
    for function in (
        *(elementwise.add, elementwise.subtract, elementwise.multiply, elementwise.divide),
        *(elementwise.negative, elementwise.positive, elementwise.reciprocal, power.power),
        *(elementwise.sqrt, piecewise.absolute, piecewise.sign, piecewise.heaviside),
        *(piecewise.floor, elementwise.exp, elementwise.expm1, elementwise.log),
        *(elementwise.log1p, elementwise.sin, elementwise.cos, elementwise.sinh, elementwise.cosh),
        *(elementwise.tanh, elementwise.arctan, piecewise.maximum, piecewise.minimum),
        *(arithmetic.square, arithmetic.tan, matmul),
        *(logarithms.log2, logarithms.log10, logarithms.exp2, logarithms.logaddexp),
        *(logarithms.logaddexp2, inverse_trigonometry.arcsin, inverse_trigonometry.arccos),
        *(inverse_trigonometry.arcsinh, inverse_trigonometry.arccosh, inverse_trigonometry.arctanh),
        *(polar.hypot, polar.arctan2, power.cbrt, angles.deg2rad, angles.rad2deg),
        *(remainder.remainder, remainder.fmod, remainder.floor_divide),
        *(rounding.ceil, rounding.trunc, rounding.rint),
        *(piecewise.fmax, piecewise.fmin, piecewise.copysign),
        *(arithmetic.fabs, arithmetic.float_power),
        *(compare.equal, compare.not_equal, compare.less, compare.less_equal, compare.greater),
        *(compare.greater_equal, compare.logical_and, compare.logical_or, compare.logical_not),
        *(compare.isnan, compare.isinf, compare.isfinite),
    )
} | {
    np.conjugate: lambda x: x,  # tensors are real
    np.degrees: angles.rad2deg,
    np.radians: angles.deg2rad,
}


# What has two results, and what & | and ~ of NumPy's booleans and arrays with a tensor are.
CALLED = UFUNCS | {
    np.divmod: arithmetic.divmod,
    np.bitwise_and: LOGICAL_OPERATORS["and"],
    np.bitwise_or: LOGICAL_OPERATORS["or"],
    np.invert: LOGICAL_OPERATORS["invert"],
}

REDUCTIONS: dict[tuple[np.ufunc, str], Callable[..., Any]] = {
    (np.add, "reduce"): reduce.sum,
    (np.multiply, "reduce"): statistics.prod,
    (np.maximum, "reduce"): reduce.max,
    (np.minimum, "reduce"): reduce.min,
    (np.add, "accumulate"): reduce.cumsum,
    (np.maximum, "accumulate"): running.cummax,
    (np.minimum, "accumulate"): running.cummin,
    (np.multiply, "accumulate"): recurrence.cumprod,
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
            *(compare.argmax, compare.argmin, compare.argsort, statistics.ptp),
            *(ignoring_nan.nan_to_num, ignoring_nan.nansum, ignoring_nan.nanprod),
            *(ignoring_nan.nanmean, ignoring_nan.nanvar, ignoring_nan.nanstd),
            *(ignoring_nan.nanmax, ignoring_nan.nanmin, special.sinc, rounding.round),
            *(compare.all, compare.any),
            *(arithmetic.copy, statistics.average, recurrence.cumprod),
            *(axes.atleast_1d, axes.atleast_2d, axes.atleast_3d, axes.broadcast_arrays),
            *(axes.meshgrid, axes.rollaxis, turning.flipud, turning.fliplr, turning.rot90),
            *(joining.vstack, joining.hstack, joining.dstack, joining.column_stack),
            *(joining.append, joining.block, splitting.array_split, splitting.vsplit),
            *(splitting.hsplit, splitting.dsplit, editing.diag, editing.diagflat),
            *(editing.select, editing.partition, editing.insert, editing.delete),
            *(differences.diff, differences.ediff1d, differences.gradient),
            *(differences.trapezoid, polynomials.polyval, polynomials.vander),
            *(polynomials.interp, tensor_products.kron, tensor_products.cross),
            *(makers.zeros_like, makers.ones_like, makers.full_like, makers.linspace),
        )
    },
    **{getattr(np.linalg, name): getattr(linalg, name) for name in linalg.__all__},
    np.linalg.cross: tensor_products.cross,
    np.amax: reduce.max,
    np.amin: reduce.min,
    np.around: rounding.round,
    np.fix: rounding.trunc,
    np.real: lambda val: val,  # tensors are real
    np.real_if_close: lambda a, tol=100: a,
    np.shape: arrays.shape,
    np.ndim: lambda a: a.ndim,
    np.size: lambda a: a.size,
    np.array_equal: agreement.array_equal,
    np.allclose: agreement.allclose,
    np.isclose: compare.isclose,
}
# NumPy 2.1 has more.
FUNCTIONS |= {
    getattr(np, f.__name__): f
    for f in (arithmetic.astype, splitting.unstack)
    if hasattr(np, f.__name__)
}


def array_ufunc(self: Tensor, ufunc: np.ufunc, method: str, *inputs: Any, **kwargs: Any) -> Any:
    """Answer NumPy's ufuncs; NEP 13."""
    table = CALLED if method == "__call__" else REDUCTIONS
    key: Any = ufunc if method == "__call__" else (ufunc, method)
    name = _full_name(ufunc) if method == "__call__" else f"{_full_name(ufunc)}.{method}"
    if "out" in kwargs:
        raise UnsupportedError(
            f"{name}: out= would write a tensor into an array; write a = a + t, not a += t"
        )
    if key not in table:
        raise _unsupported(name)
    if method != "__call__":
        kwargs.setdefault("axis", 0)
        kwargs = {key: v for key, v in kwargs.items() if key == "axis" or v is not None}
        inputs, kwargs = _in_its_dtype(inputs, kwargs)
    return _call(name, table[key], inputs, kwargs)


@cache
def _full_name(ufunc: np.ufunc) -> str:
    """Return a ufunc's name with that of its library: SciPy's are ufuncs, too."""
    for module, path in ((np, "np"), (sys.modules.get("scipy.special"), "scipy.special")):
        if getattr(module, ufunc.__name__, None) is ufunc:
            return f"{path}.{ufunc.__name__}"
    return ufunc.__name__


def array_function(
    self: Tensor, func: Callable[..., Any], types: Any, args: Any, kwargs: dict[str, Any]
) -> Any:
    """Answer NumPy's other functions; NEP 18."""
    module = func.__module__.replace("numpy", "np")
    if func not in FUNCTIONS:
        raise _unsupported(f"{module}.{func.__name__}")
    args, kwargs = _as_numpy_reads(func, args, kwargs)
    if func in WITH_DTYPE:
        args, kwargs = _in_its_dtype(args, kwargs)
    return _call(f"{module}.{func.__name__}", FUNCTIONS[func], args, kwargs)


# Reductions that NumPy computes in the dtype that it is given: it converts the elements first.
WITH_DTYPE = {
    *(np.sum, np.prod, np.mean, np.var, np.std, np.cumsum, np.cumprod),
    *(np.nansum, np.nanprod, np.nanmean, np.nanvar, np.nanstd),
}


def _in_its_dtype(args: Any, kwargs: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
    """Return the arguments with the first one in the dtype that is among them, if it is."""
    if kwargs.get("dtype") is None:
        return args, {key: value for key, value in kwargs.items() if key != "dtype"}
    how = dict(kwargs)
    return (arithmetic.astype(args[0], how.pop("dtype")), *args[1:]), how


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
                f"{name}: the option {unknown[0]!r} is not supported for tensors"
                f"{advice(unknown[0], known)}; there are {', '.join(known)}"
            )
    try:
        return function(*args, **kwargs)
    except (GlassgradError, np.linalg.LinAlgError) as error:
        raise renamed(error, name)  # noqa: B904 - it is the same error


def _unsupported(name: str) -> UnsupportedError:
    from autograd.methods import numpy_names  # needed only where a call has failed

    return UnsupportedError(f"{name}: {numpy_names.remedy(name)}")
