"""The VJP rules of one node: what each input receives of the node's cotangent.

The *cotangent* of a node is dL/d(node).  A VJP rule (vector-Jacobian product) multiplies it with
the derivative of the node by one input: its contribution to that input's cotangent.

1. Rules get the values that the forward rule got: those saved in the node, or else the values of
   its inputs, which cannot have changed.
2. Called on Tensors (``create_graph``), a rule is recorded, and its result can be differentiated.
3. A contribution is made to fit its input, its shape and its dtype, by `fit` and nowhere else.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from typing import Any

import numpy as np

from autograd.core import rule_errors
from autograd.core.apply import make_node
from autograd.core.float16 import FLOAT16, widened
from autograd.core.primitive import Primitive
from autograd.core.sums import sum_along
from autograd.core.tensor import NO_PARAMS, Tensor, raw
from autograd.core.types import Shape
from autograd.errors import RuleError

# Position of the input, the input, and the contribution, not yet fitted.
Contribution = tuple[int, Tensor, Any]


def contributions(
    node: Tensor, ct: Any, wanted: Container[Tensor], create_graph: bool = False
) -> Iterator[Contribution]:
    """Run the rules of a node, one after another, for those inputs that are wanted."""
    primitive: Any = node.primitive
    inputs, params = node.inputs, node.params
    out: Any = node if create_graph else node._value
    values = inputs_as_saved(node) if create_graph else values_of(node)
    needed = [isinstance(x, Tensor) and x in wanted for x in inputs]
    if not isinstance(primitive.vjps, tuple):
        together = _jointly(primitive, ct, out, values, params, needed)
        yield from ((i, x, together[i]) for i, x in enumerate(inputs) if needed[i])
        return
    for i, (x, rule) in enumerate(zip(inputs, primitive.vjps, strict=True)):
        if needed[i] and rule is not None:
            try:
                ct_x = rule(ct, out, *values, **params)
            except rule_errors.VJP_ERRORS as error:
                raise rule_errors.rule_failed(primitive, f"the rule of input {i}", error) from error
            yield i, x, ct_x


def values_of(node: Tensor) -> Sequence[Any]:
    """Return the values that the forward rule of a node received."""
    return [raw(x) for x in node.inputs] if node.saved is None else node.saved


def inputs_as_saved(node: Tensor) -> Sequence[Any]:
    """Return the inputs; for a leaf whose data was replaced, a copy that has the value of then."""
    if node.saved is None:
        return node.inputs
    pairs = zip(node.inputs, node.saved, strict=True)
    return [x if raw(x) is value else _as_saved(x, value) for x, value in pairs]


def _as_saved(x: Tensor, value: Any) -> Tensor:
    copy = make_node(AS_SAVED, (x,), NO_PARAMS, value, (value,), x._requires_grad)
    if copy.inputs:  # a capture has put in what was assigned to the leaf since
        copy.inputs = (x,)
    return copy


# Its derivative by the leaf is 1, so that second derivatives still reach the leaf.
AS_SAVED = Primitive(lambda x: x, (lambda ct, out, x: ct,), name="as saved", symbol="as saved")


def _jointly(
    primitive: Primitive, ct: Any, out: Any, values: Any, params: Any, needed: Sequence[bool]
) -> Sequence[Any]:
    """Run a joint rule: the contributions to all inputs at once."""
    rule: Any = primitive.vjps
    try:
        found = rule(ct, out, *values, needed=tuple(needed), **params)
    except rule_errors.VJP_ERRORS as error:
        raise rule_errors.rule_failed(primitive, "its joint rule", error) from error
    if not isinstance(found, (list, tuple)) or len(found) != len(needed):
        raise RuleError(
            f"{primitive.name}: its joint rule must return a list of {len(needed)} cotangents"
        )
    return found


def has_rule(primitive: Primitive | None, position: int) -> bool:
    """Return whether there is a derivative by one of the inputs."""
    rules = () if primitive is None else primitive.vjps
    return not isinstance(rules, tuple) or (position < len(rules) and rules[position] is not None)


def rule_result(
    primitive: Primitive, position: int, ct: Any, out: Any, values: Sequence[Any], params: Any
) -> Any:
    """Return what the rule of one input alone makes of a cotangent, as the rule returns it."""
    rules: Any = primitive.vjps
    if isinstance(rules, tuple):
        return rules[position](ct, out, *values, **params)
    needed = tuple(i == position for i in range(len(values)))
    return rules(ct, out, *values, needed=needed, **params)[position]


def fit(ct: Any, like: Any, primitive: Primitive, index: int) -> Any:
    """Return a contribution with the shape and dtype of its input.

    Broadcasting copies an element; the derivative of a copy adds.  So a cotangent is summed over
    every axis along which its input was stretched.  It is cast to the dtype of the input, so that
    a float32 input has a float32 gradient even where float64 was mixed in.
    """
    if isinstance(ct, (float, int)):
        ct = np.asarray(ct)[()]
    if not hasattr(ct, "shape"):
        returned = (
            f"{rule_errors.describe(ct)}; a rule returns an array, or a Tensor when called with"
        )
        raise _unfit(primitive, index, f"{returned} Tensors")
    if ct.shape != like.shape:
        ct = _unbroadcast(ct, like.shape, primitive, index)
        if ct.shape != like.shape:  # np.matrix always has two axes
            returned = f"a {type(ct).__name__}; return an array, as np.asarray makes it"
            raise _unfit(primitive, index, returned)
    if ct.dtype != like.dtype:
        if ct.dtype.kind not in "fiub":
            raise _unfit(primitive, index, f"dtype {ct.dtype}; the input has {like.dtype}")
        ct = ct.astype(like.dtype)
    return ct


def _unbroadcast(ct: Any, shape: Shape, primitive: Primitive, index: int) -> Any:
    """Sum over the axes that broadcasting added in front, and over those it stretched from 1."""
    if ct.dtype is FLOAT16:
        ct = widened(ct)  # the sum is rounded once, by `fit`
    extra = len(ct.shape) - len(shape)
    if extra == 1 and ct.shape[1:] == shape:  # a row, such as a bias, that was added to every row
        return ct.sum(axis=0)
    stretched = tuple(range(extra)) + tuple(
        axis for axis in range(max(extra, 0), len(ct.shape)) if shape[axis - extra] == 1
    )
    kept = tuple(1 if axis in stretched else n for axis, n in enumerate(ct.shape))
    if extra < 0 or kept[extra:] != shape:
        must = f"it must be {shape}, the shape of that input, or one broadcast from it"
        raise _unfit(primitive, index, f"shape {tuple(ct.shape)}; {must}")
    if type(ct) is np.ndarray:
        return sum_along(ct, stretched, keepdims=True).reshape(shape)
    return ct.sum(axis=stretched, keepdims=True).reshape(shape)


def _unfit(primitive: Primitive, index: int, returned: str) -> RuleError:
    return RuleError(f"{primitive.name}: the rule of input {index} returned {returned}")
