"""The table of everything that is bound to `Tensor`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from autograd.core import fastpath
from autograd.core.backward import backward
from autograd.core.tensor import Tensor
from autograd.functions import activations, arithmetic, arrays, picking, products, statistics
from autograd.methods.conversions import CONVERSIONS
from autograd.methods.numpy_protocols import array_function, array_ufunc
from autograd.methods.operators import operators
from autograd.methods.updater import Updater, clean_index
from autograd.ops import compare, elementwise, piecewise, reduce, shape
from autograd.ops.index import getitem

METHODS: dict[str, Callable[..., Any]] = {
    "abs": piecewise.absolute,
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


def _method(function: Callable[..., Any]) -> Callable[..., Any]:
    def method(self: Tensor, *args: Any, **kwargs: Any) -> Any:
        return function(self, *args, **kwargs)

    method.__doc__ = function.__doc__
    return method


def _reshape(self: Tensor, *lengths: Any) -> Any:
    """Change the shape: ``t.reshape(2, 3)`` or ``t.reshape((2, 3))``; see `autograd.reshape`."""
    return shape.reshape(self, lengths[0] if len(lengths) == 1 else lengths)


def _transpose(self: Tensor, *axes: Any) -> Any:
    """Reorder axes: ``t.transpose(1, 0)`` or a tuple; see `autograd.transpose`."""
    if len(axes) == 1 and (axes[0] is None or isinstance(axes[0], (tuple, list))):
        axes = tuple(axes[0] or ())
    return shape.transpose(self, axes or None)


def _getitem(self: Tensor, index: Any) -> Any:
    return fastpath.apply(getitem.primitive, (self,), {"index": clean_index(index)})


def _iterate(self: Tensor) -> Iterator[Tensor]:
    return (self[i] for i in range(len(self)))


SPECIAL: dict[str, Any] = {
    "__getitem__": _getitem,
    "__iter__": _iterate,
    "__array_ufunc__": array_ufunc,
    "__array_function__": array_function,
    "T": property(shape.transpose, doc="The tensor with its axes reversed."),
    "at": property(Updater, doc="``x.at[i].set(v)`` and ``x.at[i].add(v)``: new tensors."),
    "backward": backward,
    "reshape": _reshape,
    "transpose": _transpose,
}


def bindings() -> dict[str, Any]:
    """Return everything that is bound to `Tensor`, by name."""
    methods = {name: _method(function) for name, function in METHODS.items()}
    return operators() | CONVERSIONS | methods | SPECIAL
