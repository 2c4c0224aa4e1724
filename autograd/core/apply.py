"""Applying a primitive: compute its value, and record how it was made.

1. The forward rule gets plain values, taken out of the Tensors.  Numbers, arrays and lists beside
   them are constants.
2. If an input is a Tensor, so is the result.  If one requires a gradient, and recording is on, the
   result is a node that knows its primitive, inputs and parameters.  In a capture, it is such a
   node whenever it depends on what can change (`autograd.core.recorder`).
3. The backward pass uses the values that the forward pass used.  Those of results never change,
   but the data of a leaf may be replaced, as an optimiser does.  So a node saves the values that
   its forward rule received if one of its inputs is a leaf.

`apply` is the plain form, for any number of inputs and any parameters.  What most operations go
through is the same written out for speed, in `autograd.core.fastpath`.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.core import context, departures, rule_errors
from autograd.core.primitive import Primitive
from autograd.core.tensor import NO_PARAMS, NOTHING_SAVED, Tensor, raw
from autograd.core.values import as_value, is_weak
from autograd.errors import DTypeError

# Python numbers enter a graph as they are and so stay weak: float32 * 2.0 is float32.
PYTHON_NUMBERS = frozenset((float, int, bool))
SCALARS = frozenset((np.float64, np.float32, np.int64, np.bool_))
CONSTANTS = PYTHON_NUMBERS | SCALARS
RESULTS = SCALARS | {np.ndarray}

_new = object.__new__


def apply(primitive: Primitive, inputs: tuple[Any, ...], params: dict[str, Any]) -> Any:
    """Compute a primitive's value and, where a gradient is required, record the application.

    Returns
    -------
    Tensor, or array
        An array if no input is a Tensor.
    """
    inputs = tuple(x if isinstance(x, Tensor) else as_constant(x, primitive.name) for x in inputs)
    values = tuple(raw(x) for x in inputs)
    value = compute(primitive, values, params)
    tensors = [x for x in inputs if isinstance(x, Tensor)]
    if not tensors:
        return value
    tracked = any(x._requires_grad for x in tensors)
    saved = values if any(x.primitive is None for x in tensors) else None
    return make_node(primitive, inputs, params, value, saved, tracked)


def compute(primitive: Primitive, values: tuple[Any, ...], params: dict[str, Any]) -> Any:
    """Run the forward rule; an error of NumPy's becomes one that names the operation."""
    if all(type(x) in PYTHON_NUMBERS for x in values):
        values = tuple(np.asarray(x)[()] for x in values)  # NumPy's 1/0 and (-8)^0.5, not Python's
    try:
        return primitive.forward(*values, **params)
    except rule_errors.FORWARD_ERRORS as error:
        raise rule_errors.explained(primitive, values, params, error) from None


def make_node(
    primitive: Primitive,
    inputs: tuple[Any, ...],
    params: dict[str, Any],
    value: Any,
    saved: tuple[Any, ...] | None,
    tracked: bool,
) -> Tensor:
    """Make the Tensor of a result; ``tracked`` says whether an input requires a gradient."""
    if type(value) not in RESULTS:
        value = as_value(value, primitive.name)
    state = context.current() if context.open_blocks else None  # the default: record, no scope
    node: Tensor = _new(Tensor)
    node._value = value
    node._grad = None
    node.name = None
    requires_grad = tracked and primitive.differentiable and (state is None or state.recording)
    node._requires_grad = requires_grad
    kept = requires_grad
    if state is not None:
        if tracked and not requires_grad and state.departures is not None:
            why = "no_grad" if primitive.differentiable else primitive.name
            departures.note_unrecorded(why, inputs)
        if state.capture is not None or context.captures:
            captured, inputs = _seen_by_captures(state.capture, node, inputs)
            kept = captured or requires_grad
    if kept:
        node.primitive = primitive
        node.inputs = inputs
        node.params = params
        node.saved = saved
        node.scope = None if state is None else state.scope
        if state is not None and state.guard is not None:
            state.guard.note(node)
    else:
        node.primitive = None
        node.inputs = ()
        node.params = NO_PARAMS
        node.saved = NOTHING_SAVED
        node.scope = None
    return node


def _seen_by_captures(
    capture: Any, node: Tensor, inputs: tuple[Any, ...]
) -> tuple[bool, tuple[Any, ...]]:
    """Return whether a new node is part of a program that is captured, and its inputs there."""
    if capture is not None:
        return capture.keeps(node, inputs), capture.newest_of(inputs)
    for elsewhere in context.captures:
        elsewhere.check_unused(inputs)
    return False, inputs


def as_constant(x: Any, operation: str) -> Any:
    """Return what is not a Tensor as something to compute with; lists become arrays."""
    kind = type(x)
    if kind in CONSTANTS or (kind is np.ndarray and x.dtype.kind in "fiub"):
        return x
    if is_weak(x):
        return int(x) if isinstance(x, int) else float(x)  # a subclass would not be weak
    if x is None or isinstance(x, (str, bytes, dict, set)):
        hint = "give it numbers"
        if x is None:
            hint += " (the grad of a tensor is None until a backward pass has reached it)"
        raise DTypeError(f"{operation}: cannot compute with {rule_errors.describe(x)}; {hint}")
    return as_value(x, operation)
