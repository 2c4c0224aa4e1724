"""The table of everything that is bound to `Tensor`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from autograd.core import fastpath
from autograd.core.backward import backward
from autograd.core.calls import called, checked
from autograd.core.context import capturing, open_blocks
from autograd.core.messages import one_line
from autograd.core.tensor import Tensor
from autograd.errors import ShapeError, UnsupportedError
from autograd.functions import activations, arithmetic, arrays, picking, products, statistics
from autograd.methods.conversions import CONVERSIONS
from autograd.methods.exchange import EXCHANGE
from autograd.methods.numpy_protocols import array_function, array_ufunc
from autograd.methods.operators import operators
from autograd.methods.refusals import REFUSALS
from autograd.methods.updater import Updater
from autograd.ops import compare, elementwise, logistic, piecewise, recurrence, reduce, rounding
from autograd.ops import shape as ops_shape
from autograd.ops.index import clean_index, getitem
from autograd.ops.power import power

METHODS: dict[str, Callable[..., Any]] = {
    "abs": piecewise.absolute,
    "all": compare.all,
    "any": compare.any,
    "argmax": compare.argmax,
    "argmin": compare.argmin,
    "argsort": compare.argsort,
    "astype": arithmetic.astype,
    "clip": arithmetic.clip,
    "copy": arithmetic.copy,
    "cumprod": recurrence.cumprod,
    "cumsum": reduce.cumsum,
    "diagonal": picking.diagonal,
    "dot": products.dot,
    "exp": elementwise.exp,
    "log": elementwise.log,
    "max": reduce.max,
    "mean": statistics.mean,
    "min": reduce.min,
    "pow": power,
    "prod": statistics.prod,
    "ravel": arrays.ravel,
    "relu": activations.relu,
    "round": rounding.round,
    "sigmoid": logistic.sigmoid,
    "sort": picking.sort,
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


# Without a decorator, as they are called often; options are rare.
def reshape(self: Tensor, *lengths: Any, **options: Any) -> Any:
    """Change the shape: ``t.reshape(2, 3)`` or ``t.reshape((2, 3))``; see `autograd.reshape`."""
    if len(lengths) == 1:
        lengths = lengths[0]
    if not options:
        return ops_shape.reshape(self, lengths)
    order = options.pop("order", "C")
    if not isinstance(order, str) or order != "C":
        raise UnsupportedError(
            "reshape: elements are in row-major order; for order='F' transpose before and after, "
            "x.T.reshape(shape[::-1]).T"
        )
    given = () if "shape" in options and lengths == () else (lengths,)
    return ops_shape.reshape(self, *given, **options)


def transpose(self: Tensor, *order: Any, **options: Any) -> Any:
    """Reorder axes: ``t.transpose(1, 0)`` or a tuple; see `autograd.transpose`."""
    if options:
        return ops_shape.transpose(self, *order, **options)
    if len(order) == 1 and (order[0] is None or isinstance(order[0], (tuple, list))):
        order = tuple(order[0] or ())
    elif len(order) == 2 and (self._value.ndim != 2 or _is_kept(*order)):
        raise _no_order(self, *order)
    return ops_shape.transpose(self, order or None)


# Of a matrix: the order that the axes have.
_UNCHANGED = ((0, 1), (0, -1), (-2, 1), (-2, -1))


def _is_kept(a: object, b: object) -> bool:
    return type(a) is int and type(b) is int and (a, b) in _UNCHANGED


def _no_order(t: Tensor, a: object, b: object) -> ShapeError:
    """Return what to raise for two numbers that can only be meant as PyTorch's: two axes."""
    problem = (
        f"is not an order of {t.ndim} axes" if t.ndim != 2 else "is the order that the axes have"
    )
    pair = f"{one_line(a)}, {one_line(b)}"
    return ShapeError(
        f"transpose: shape {t.shape}: ({pair}) {problem}, as NumPy reads it; to exchange two axes, "
        f"as PyTorch does, write x.swapaxes({pair})"
    )


@called
def repeat(self: Tensor, repeats: Any, *more: Any, axis: Any = None) -> Any:
    """Repeat each element: ``t.repeat(2, axis=1)``; see `autograd.repeat`."""
    if more:
        given = ", ".join(one_line(n) for n in (repeats, *more))
        raise UnsupportedError(
            f"repeat: x.repeat({given}) has two meanings; to repeat each element along an axis, as "
            f"in NumPy, write x.repeat({one_line(repeats)}, axis={one_line(more[0])}), and for "
            f"copies of the whole, as in PyTorch, ag.tile(x, ({given}))"
        )
    return picking.repeat(self, repeats, axis)


@called
def flatten(self: Tensor, order: Any = "C", *more: Any) -> Any:
    """Lay all elements along one axis; see `autograd.ravel`."""
    if more or not isinstance(order, str):
        raise UnsupportedError(
            f"flatten: x.flatten() flattens all axes, as in NumPy; to keep the first one, as "
            f"x.flatten({one_line(order)}) does in PyTorch, write x.reshape(len(x), -1)"
        )
    return _ravel(self, order)


_ravel = checked(arrays.ravel, "flatten")


@called
def matrix_transpose(self: Tensor) -> Tensor:
    """Exchange the last two axes."""
    if self.ndim < 2:
        raise ShapeError(f"mT: shape {self.shape} has no two axes to exchange")
    return arrays.swapaxes(self, -1, -2)


def _getitem(self: Tensor, index: Any) -> Any:
    if open_blocks and capturing() is not None:
        return getitem(self, index)
    return fastpath.apply(getitem.primitive, (self,), {"index": clean_index(index)})


def _iterate(self: Tensor) -> Iterator[Tensor]:
    return (self[i] for i in range(len(self)))


def _html(self: Tensor) -> str:
    """Show the tensor in a notebook: its shape, its elements, and what made it."""
    from autograd.viz.formats.tensor_card import card  # most programs run in no notebook

    return card(self)


SPECIAL: dict[str, Any] = {
    "_repr_html_": _html,
    "__getitem__": _getitem,
    "__iter__": _iterate,
    "__array_ufunc__": array_ufunc,
    "__array_function__": array_function,
    # Above the 4000 of a DataFrame: pandas leaves ``series * t`` to the tensor.
    "__pandas_priority__": 5000,
    "T": property(ops_shape.transpose, doc="The tensor with its axes reversed."),
    "mT": property(matrix_transpose, doc="The tensor with its last two axes exchanged."),
    "at": property(Updater, doc="``x.at[i].set(v)`` and ``x.at[i].add(v)``: new tensors."),
    "backward": backward,
    "flatten": flatten,
    "repeat": repeat,
    "reshape": reshape,
    "transpose": transpose,
}


def bindings() -> dict[str, Any]:
    """Return everything that is bound to `Tensor`, by name."""
    methods = {name: checked(function, name) for name, function in METHODS.items()}
    return operators() | REFUSALS | CONVERSIONS | EXCHANGE | methods | SPECIAL
