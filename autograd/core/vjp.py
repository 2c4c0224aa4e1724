"""Pulling back: what the rules of a primitive make of a cotangent, one contribution per input.

Like application, it is there in a plain form, `of_any`, and written out for the primitives that
most graphs are made of, those of one and of two inputs.  Whoever gets a contribution makes it fit
its input (`fit`): the rules know nothing of broadcasting and dtypes.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd.core.apply import describe
from autograd.core.messages import one_line
from autograd.core.tensor import Tensor
from autograd.errors import RuleError

if TYPE_CHECKING:
    from autograd.core.primitive import Primitive

# Position of the input, the input, and what it gets: fitted to it by whoever takes it.
Contribution = tuple[int, Tensor, Any]
Pullback = Callable[[Tensor, Any, Container[Tensor]], Iterable[Contribution]]

# What a rule with a mistake in it raises.
MISTAKES = (TypeError, ValueError, IndexError, KeyError, AttributeError)


def specialised(primitive: Primitive) -> Pullback:
    """Return the pullback of a primitive, on numbers: ``pullback(node, ct, asked)``.

    It yields the contributions of ``ct``, the cotangent of ``node``, to those inputs that are in
    ``asked`` and have a rule, in order.
    """
    if primitive.arity == 1 and primitive.has_all_rules:
        return of_one(primitive)
    if primitive.arity == 2 and primitive.has_all_rules:
        return of_two(primitive)
    return of_any


def of_any(
    node: Tensor, ct: Any, asked: Container[Tensor], create_graph: bool = False
) -> Iterator[Contribution]:
    """Pull back through any primitive, by a rule at a time; on Tensors with ``create_graph``."""
    primitive: Any = node.primitive
    inputs, params = node.inputs, node.params
    if create_graph:  # rules on Tensors are recorded: the backward pass is a graph itself
        out: Any = node
        values: Sequence[Any] = inputs
    else:
        out = node._value
        values = [x._value if isinstance(x, Tensor) else x for x in inputs]
    needed = [isinstance(x, Tensor) and x in asked for x in inputs]
    if not isinstance(primitive.vjps, tuple):
        together = jointly(primitive, ct, out, values, params, needed)
        yield from ((i, x, together[i]) for i, x in enumerate(inputs) if needed[i])
        return
    for i, (x, rule) in enumerate(zip(inputs, primitive.vjps, strict=True)):
        if needed[i] and rule is not None:
            try:
                ct_x = rule(ct, out, *values, **params)
            except MISTAKES as error:
                raise failed(primitive, f"the rule of input {i}", error) from error
            yield i, x, ct_x


def of_one(primitive: Primitive) -> Pullback:
    """Return `of_any` for a primitive of one input: who asks about the node asks about that."""
    rules: Any = primitive.vjps
    (rule,) = rules

    def pullback(node: Tensor, ct: Any, asked: Container[Tensor]) -> Iterable[Contribution]:
        (x,) = node.inputs
        if x not in asked:
            return ()
        try:
            if node.params:
                return ((0, x, rule(ct, node._value, x._value, **node.params)),)
            return ((0, x, rule(ct, node._value, x._value)),)
        except MISTAKES as error:
            raise failed(primitive, "the rule of input 0", error) from error

    return pullback


def of_two(primitive: Primitive) -> Pullback:
    """Return `of_any` for a primitive of two inputs, of which one may be a constant."""
    rules: Any = primitive.vjps
    left, right = rules

    def pullback(node: Tensor, ct: Any, asked: Container[Tensor]) -> Iterable[Contribution]:
        if node.params:
            return of_any(node, ct, asked)
        x, y = node.inputs
        a = x._value if isinstance(x, Tensor) else x
        b = y._value if isinstance(y, Tensor) else y
        wants_y = b is not y and y in asked
        position, out = 0, node._value
        try:
            if a is x or x not in asked:
                position = 1
                return ((1, y, right(ct, out, a, b)),) if wants_y else ()
            ct_x = left(ct, out, a, b)
            position = 1
            return ((0, x, ct_x), (1, y, right(ct, out, a, b))) if wants_y else ((0, x, ct_x),)
        except MISTAKES as error:
            raise failed(primitive, f"the rule of input {position}", error) from error

    return pullback


def fit(ct: Any, like: Any, primitive: Primitive, index: int) -> Any:
    """Return a rule's result with the shape and dtype of its input.

    Broadcasting copies an element; the derivative of a copy adds.  So a cotangent is summed over
    every axis along which its input was stretched.  It is cast to the dtype of the input, so that
    a float32 input has a float32 gradient even where float64 was mixed in.
    """
    if isinstance(ct, (float, int)):
        ct = np.asarray(ct)[()]
    shape = like.shape
    try:
        matches = ct.shape == shape
    except AttributeError:
        raise RuleError(
            f"{primitive.name}: the rule of input {index} returned {describe(ct)}; "
            "a rule returns an array, or a Tensor when called with Tensors"
        ) from None
    if not matches:
        ct = _unbroadcast(ct, shape, primitive, index)
        if ct.shape != shape:  # np.matrix has its own idea of shapes
            raise RuleError(
                f"{primitive.name}: the rule of input {index} returned a {type(ct).__name__}; "
                "return an array, as np.asarray makes it"
            )
    if ct.dtype is not like.dtype and ct.dtype != like.dtype:
        if ct.dtype.kind not in "fiub":
            raise RuleError(
                f"{primitive.name}: the rule of input {index} returned dtype {ct.dtype}; "
                f"the input has {like.dtype}"
            )
        ct = ct.astype(like.dtype)
    return ct


def _unbroadcast(ct: Any, shape: tuple[int, ...], primitive: Primitive, index: int) -> Any:
    extra = len(ct.shape) - len(shape)
    if extra == 1 and ct.shape[1:] == shape:  # a row, such as a bias, that was added to every row
        return ct.sum(axis=0)
    stretched = (
        tuple(range(extra))
        + tuple(
            axis + extra for axis, n in enumerate(shape) if n == 1 and ct.shape[axis + extra] != 1
        )
        if extra >= 0
        else ()
    )
    kept = tuple(1 if axis in stretched else n for axis, n in enumerate(ct.shape))
    if extra < 0 or kept[extra:] != shape:
        raise RuleError(
            f"{primitive.name}: the rule of input {index} returned shape {tuple(ct.shape)}; "
            f"it must be {shape}, the shape of that input, or one broadcast from it"
        )
    return ct.sum(axis=stretched, keepdims=True).reshape(shape)


def jointly(
    primitive: Primitive, ct: Any, out: Any, values: Any, params: Any, needed: Sequence[bool]
) -> Sequence[Any]:
    """Run a joint rule: the contributions to all inputs at once."""
    rule: Any = primitive.vjps
    try:
        found = rule(ct, out, *values, needed=tuple(needed), **params)
    except MISTAKES as error:
        raise failed(primitive, "its joint rule", error) from error
    if not isinstance(found, (list, tuple)) or len(found) != len(needed):
        raise RuleError(
            f"{primitive.name}: its joint rule must return a list of {len(needed)} cotangents"
        )
    return found


def failed(primitive: Primitive, which: str, error: Exception) -> Exception:
    """Return what to raise where a rule has failed."""
    if isinstance(error, np.linalg.LinAlgError):
        return error
    return RuleError(f"{primitive.name}: {which} failed: {one_line(error, 200, str)}")
