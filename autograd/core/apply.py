"""Applying a primitive: compute its value, and remember how it was made.

Every operation of the engine passes through here.  `apply` is the plain form, for any number of
inputs and any parameters.  Nearly all operations have one or two inputs and no parameters, and in a
small network what surrounds the arithmetic takes longer than the arithmetic; so `of_one` and
`of_two` return the same function with its loops written out, for one primitive.  Whatever is not as
usual, such as an input that is a list, they leave to `apply`, and a test holds them together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd.core import context
from autograd.core.messages import one_line
from autograd.core.tensor import NO_PARAMS, Tensor, as_value, is_weak
from autograd.errors import DTypeError, GlassgradError, IndexingError, ShapeError, UnsupportedError

if TYPE_CHECKING:
    from autograd.core.primitive import Primitive

# Python numbers enter a graph as they are and so stay weak: float32 * 2.0 is float32.
_PYTHON_NUMBERS = frozenset((float, int, bool))
_SCALARS = frozenset((np.float64, np.float32, np.int64, np.bool_))
_RESULTS = _SCALARS | {np.ndarray}
_CONSTANTS = _PYTHON_NUMBERS | _SCALARS

# What a forward rule raises if it is given something that it cannot compute with.
_MISTAKES = (ValueError, TypeError, IndexError, AttributeError, OverflowError)

_new = object.__new__


def apply(primitive: Primitive, inputs: tuple[Any, ...], params: dict[str, Any]) -> Any:
    """Compute a primitive's value and record the application if a gradient may be asked for.

    Each step is there because it must be: take the values out of the Tensors, compute, and make a
    node that remembers.  If no input is a Tensor, the value is all.
    """
    values = []
    found = tracked = converted = False
    for x in inputs:
        if isinstance(x, Tensor):
            found = True
            if x.requires_grad:
                tracked = True
            values.append(x._value)
        elif type(x) in _CONSTANTS or (type(x) is np.ndarray and x.dtype.kind in "fiub"):
            values.append(x)
        else:
            values.append(as_constant(x, primitive.name))
            converted = True
    if converted:
        inputs = tuple(
            x if isinstance(x, Tensor) else v for x, v in zip(inputs, values, strict=True)
        )
    if not found and values and type(values[0]) in _PYTHON_NUMBERS and _all_python(values):
        values = [np.asarray(x)[()] for x in values]  # NumPy's 1/0 and (-8)^0.5, not Python's
    try:
        value = primitive.forward(*values, **params)
    except _MISTAKES as error:
        raise told(primitive, values, params, error) from None
    return record(primitive, inputs, params, value, tracked) if found else value


def record(
    primitive: Primitive, inputs: tuple[Any, ...], params: dict[str, Any], value: Any, tracked: bool
) -> Tensor:
    """Make the node of a result; ``tracked`` says whether an input requires a gradient."""
    if type(value) not in _RESULTS:
        value = as_value(value, primitive.name)
    state = context.current() if context.departures else context.DEFAULT
    node: Tensor = _new(Tensor)
    node._value = value
    node.grad = None
    node.name = None
    if tracked and state.recording and primitive.differentiable:
        node.requires_grad = True
        node.primitive = primitive
        node.inputs = inputs
        node.params = params
        node.scope = state.scope
        if state.ledger is not None:
            state.ledger.note(node)
    else:
        node.requires_grad = False
        node.primitive = None
        node.inputs = ()
        node.params = NO_PARAMS
        node.scope = None
    return node


def specialised(primitive: Primitive) -> Callable[..., Any]:
    """Return a function that applies the primitive to inputs, without parameters."""
    if primitive.arity == 1:
        return of_one(primitive)
    return of_two(primitive) if primitive.arity == 2 else of_any(primitive)


def of_any(primitive: Primitive) -> Callable[..., Any]:
    """Return ``*inputs -> apply(primitive, inputs, {})``, short for arrays, as rules call it."""
    forward = primitive.forward

    def application(*inputs: Any) -> Any:
        has_array = False
        for x in inputs:
            if type(x) is np.ndarray and x.dtype.kind in "fiub":
                has_array = True
            elif type(x) not in _CONSTANTS:
                return apply(primitive, inputs, NO_PARAMS)
        if has_array:
            try:
                return forward(*inputs)
            except _MISTAKES as error:
                raise told(primitive, inputs, NO_PARAMS, error) from None
        return apply(primitive, inputs, NO_PARAMS)

    return application


def of_one(primitive: Primitive) -> Callable[[Any], Any]:
    """Return ``x -> apply(primitive, (x,), {})``, written out."""
    forward, of_array = primitive.forward, of_any(primitive)

    def application(x: Any) -> Any:
        if not isinstance(x, Tensor):
            return of_array(x)
        try:
            value = forward(x._value)
        except _MISTAKES as error:
            raise told(primitive, (x._value,), NO_PARAMS, error) from None
        return record(primitive, (x,), NO_PARAMS, value, x.requires_grad)

    return application


def of_two(primitive: Primitive) -> Callable[[Any, Any], Any]:
    """Return ``x, y -> apply(primitive, (x, y), {})``, written out."""
    forward, of_arrays = primitive.forward, of_any(primitive)

    def application(x: Any, y: Any) -> Any:
        if isinstance(x, Tensor):
            a, tracked = x._value, x.requires_grad
            if isinstance(y, Tensor):
                b, tracked = y._value, tracked or y.requires_grad
            elif type(y) in _CONSTANTS or (type(y) is np.ndarray and y.dtype.kind in "fiub"):
                b = y
            else:
                return apply(primitive, (x, y), NO_PARAMS)
        elif isinstance(y, Tensor) and (
            type(x) in _CONSTANTS or (type(x) is np.ndarray and x.dtype.kind in "fiub")
        ):
            a, b, tracked = x, y._value, y.requires_grad
        else:
            return of_arrays(x, y)
        try:
            value = forward(a, b)
        except _MISTAKES as error:
            raise told(primitive, (a, b), NO_PARAMS, error) from None
        return record(primitive, (x, y), NO_PARAMS, value, tracked)

    return application


def _all_python(values: list[Any]) -> bool:
    return all(type(x) in _PYTHON_NUMBERS for x in values)


def as_constant(x: Any, operation: str) -> Any:
    """Return what is not a Tensor as something to compute with; lists become arrays."""
    if is_weak(x):
        return int(x) if isinstance(x, int) else float(x)  # a subclass would not be weak
    if x is None or isinstance(x, (str, bytes, dict, set)):
        raise DTypeError(f"{operation}: cannot compute with {describe(x)}; give it numbers")
    return as_value(x, operation)


def told(
    primitive: Primitive, values: Iterable[Any], params: dict[str, Any], error: Exception
) -> Exception:
    """Return what to raise: an error that already says what is wrong, or one that explains it."""
    if isinstance(error, (GlassgradError, np.linalg.LinAlgError)):
        return error
    return explain(primitive, values, params, error)


def explain(
    primitive: Primitive, values: Iterable[Any], params: dict[str, Any], error: Exception
) -> GlassgradError:
    """Return one line that says which operation failed on which shapes, and why."""
    values = list(values)
    shapes = " and ".join(str(np.shape(x)) for x in values) or "no input"
    if primitive.elementwise:
        try:
            np.broadcast_shapes(*(np.shape(x) for x in values))
        except ValueError:
            return ShapeError(
                f"{primitive.name}: shapes {shapes} do not broadcast; "
                "counted from the last axis, lengths must be equal or 1"
            )
    given = "".join(f", {key}={one_line(value)}" for key, value in params.items())
    reason = one_line(error, 200, str)
    if isinstance(error, IndexError) and not isinstance(error, np.exceptions.AxisError):
        return IndexingError(f"{primitive.name}: shape {shapes}: {reason}")
    if isinstance(error, (TypeError, OverflowError)):
        dtypes = " and ".join(str(np.asarray(x).dtype) for x in values)
        kind: type[GlassgradError] = UnsupportedError if params else DTypeError
        return kind(f"{primitive.name}: shape {shapes}, dtype {dtypes}{given}: {reason}")
    return ShapeError(f"{primitive.name}: shape {shapes}{given}: {reason}")


def describe(x: Any) -> str:
    """Return what something is, for a message that refuses it."""
    return "None" if x is None else f"the {type(x).__name__} {one_line(x)}"
