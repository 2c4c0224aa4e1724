"""The engine written out for speed; optional reading.

In a small network most of a step is not arithmetic but what surrounds it.  So what most operations
go through is here once more with its loops written out:

==============================================  =================================
here                                            the plain form, which it must equal
==============================================  =================================
`apply`, `apply_one`, `apply_two`, `apply_any`  `autograd.core.apply.apply`
`contributions`                                 `autograd.core.vjp.contributions`
`run_backward`                                  `autograd.core.backward.steps`
==============================================  =================================

A test holds each pair together.  Whatever is unusual, such as an input that is a list, is left to
the plain form.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Container, Iterable, Sequence
from typing import Any

import numpy as np

from autograd.core import apply as plain
from autograd.core import context, malloc, rule_errors, vjp
from autograd.core.apply import CONSTANTS, RESULTS, SCALARS, make_node
from autograd.core.primitive import Primitive
from autograd.core.tensor import NO_PARAMS, Tensor
from autograd.core.vjp import Contribution

# Of these types no two values differ in shape or dtype, so there is nothing to fit.
_FLOATS = frozenset((np.float64, np.float32))

_new: Any = object.__new__


def applier(primitive: Primitive) -> Callable[..., Any]:
    """Return a function that applies the primitive to its inputs, without parameters."""
    make = {1: apply_one, 2: apply_two}.get(primitive.arity or 0, apply_any)
    application: Any = make(primitive)
    application.__name__ = application.__qualname__ = primitive.name  # for messages of Python's
    return application  # type: ignore[no-any-return]


def apply(primitive: Primitive, inputs: tuple[Any, ...], params: dict[str, Any]) -> Any:
    """Apply a primitive to Tensors and arrays in one loop; anything else goes the plain way."""
    values = []
    found = numpy = tracked = leaf = False
    for x in inputs:
        if isinstance(x, Tensor):
            found = True
            tracked = tracked or x._requires_grad
            leaf = leaf or x.primitive is None
            values.append(x._value)
        elif type(x) in SCALARS or (type(x) is np.ndarray and x.dtype.kind in "fiub"):
            numpy = True
            values.append(x)
        elif type(x) in CONSTANTS:
            values.append(x)
        else:
            return plain.apply(primitive, inputs, params)
    if not found and not numpy:
        return plain.apply(primitive, inputs, params)
    try:
        value = primitive.forward(*values, **params)
    except rule_errors.FORWARD_ERRORS as error:
        if all(type(value) in plain.PYTHON_NUMBERS for value in values):
            return plain.apply(primitive, inputs, params)  # which makes NumPy's of them
        raise rule_errors.explained(primitive, values, params, error) from None
    if not found:
        return value
    saved = tuple(values) if leaf else None
    return make_node(primitive, inputs, params, value, saved, tracked)


def apply_any(primitive: Primitive) -> Callable[..., Any]:
    """Return ``*inputs -> apply(primitive, inputs, {})``, short for arrays, as rules call it."""
    forward = primitive.forward

    def applied(*inputs: Any) -> Any:
        numpy = False
        for x in inputs:
            if type(x) in SCALARS or (type(x) is np.ndarray and x.dtype.kind in "fiub"):
                numpy = True
            elif type(x) not in CONSTANTS:
                return apply(primitive, inputs, NO_PARAMS)
        if not numpy:
            return apply(primitive, inputs, NO_PARAMS)
        try:
            return forward(*inputs)
        except rule_errors.FORWARD_ERRORS as error:
            raise rule_errors.explained(primitive, inputs, NO_PARAMS, error) from None

    return applied


def apply_one(primitive: Primitive) -> Callable[[Any], Any]:
    """Return ``x -> apply(primitive, (x,), {})``."""
    forward, of_array = primitive.forward, apply_any(primitive)

    def applied(x: Any) -> Any:
        if not isinstance(x, Tensor):
            return of_array(x)
        value = x._value
        try:
            result = forward(value)
        except rule_errors.FORWARD_ERRORS as error:
            if type(value) is float:  # as in a capture, where it may be one of Python's
                return plain.apply(primitive, (x,), NO_PARAMS)
            raise rule_errors.explained(primitive, (value,), NO_PARAMS, error) from None
        saved = (value,) if x.primitive is None else None
        return make_node(primitive, (x,), NO_PARAMS, result, saved, x._requires_grad)

    return applied


def apply_two(primitive: Primitive) -> Callable[[Any, Any], Any]:
    """Return ``x, y -> apply(primitive, (x, y), {})``."""
    forward, of_arrays = primitive.forward, apply_any(primitive)
    differentiable = primitive.differentiable

    def applied(x: Any, y: Any) -> Any:
        if isinstance(x, Tensor):
            a, tracked, leaf = x._value, x._requires_grad, x.primitive is None
            if isinstance(y, Tensor):
                b = y._value
                tracked = tracked or y._requires_grad
                leaf = leaf or y.primitive is None
            elif type(y) in CONSTANTS or (type(y) is np.ndarray and y.dtype.kind in "fiub"):
                b = y
            else:
                return apply(primitive, (x, y), NO_PARAMS)
        elif isinstance(y, Tensor) and (
            type(x) in CONSTANTS or (type(x) is np.ndarray and x.dtype.kind in "fiub")
        ):
            a, b, tracked, leaf = x, y._value, y._requires_grad, y.primitive is None
        else:
            return of_arrays(x, y)
        try:
            value = forward(a, b)
        except rule_errors.FORWARD_ERRORS as error:
            if type(a) in plain.PYTHON_NUMBERS and type(b) in plain.PYTHON_NUMBERS:
                return plain.apply(primitive, (x, y), NO_PARAMS)
            raise rule_errors.explained(primitive, (a, b), NO_PARAMS, error) from None
        saved = (a, b) if leaf else None
        if not tracked or context.open_blocks or type(value) not in RESULTS or not differentiable:
            return make_node(primitive, (x, y), NO_PARAMS, value, saved, tracked)
        node = _new(Tensor)  # as make_node does, where nothing is unusual
        node._value = value
        node._requires_grad = True
        node._grad = node.name = node.scope = None
        node.primitive = primitive
        node.inputs = (x, y)
        node.params = NO_PARAMS
        node.saved = saved
        return node

    return applied


def contributions(node: Tensor, ct: Any, wanted: Container[Tensor]) -> Iterable[Contribution]:
    """Run the rules of a node on numbers, as `autograd.core.vjp.contributions` does."""
    primitive: Any = node.primitive
    if primitive.has_all_rules:
        if primitive.arity == 1:
            return _of_one_rule(primitive, node, ct, wanted)
        if primitive.arity == 2 and not node.params:
            return _of_two_rules(primitive, node, ct, wanted)
    elif primitive.arity == 2 and primitive.vjps[1] is None:  # beside data, such as classes
        return _of_first_rule(primitive, node, ct, wanted)
    return vjp.contributions(node, ct, wanted)


def _of_one_rule(
    primitive: Any, node: Tensor, ct: Any, wanted: Container[Tensor]
) -> Iterable[Contribution]:
    (x,) = node.inputs
    if x not in wanted:
        return ()
    (rule,) = primitive.vjps
    value = x._value if node.saved is None else node.saved[0]
    try:
        if node.params:
            return ((0, x, rule(ct, node._value, value, **node.params)),)
        return ((0, x, rule(ct, node._value, value)),)
    except rule_errors.VJP_ERRORS as error:
        raise rule_errors.rule_failed(primitive, "the rule of input 0", error) from error


def _of_first_rule(
    primitive: Any, node: Tensor, ct: Any, wanted: Container[Tensor]
) -> Iterable[Contribution]:
    x = node.inputs[0]
    if not isinstance(x, Tensor) or x not in wanted:
        return ()
    try:
        ct_x = primitive.vjps[0](ct, node._value, *vjp.values_of(node), **node.params)
    except rule_errors.VJP_ERRORS as error:
        raise rule_errors.rule_failed(primitive, "the rule of input 0", error) from error
    return ((0, x, ct_x),)


def _of_two_rules(
    primitive: Any, node: Tensor, ct: Any, wanted: Container[Tensor]
) -> Iterable[Contribution]:
    left, right = primitive.vjps
    x, y = node.inputs
    if node.saved is not None:
        a, b = node.saved
    else:
        a = x._value if isinstance(x, Tensor) else x
        b = y._value if isinstance(y, Tensor) else y
    wants_x = isinstance(x, Tensor) and x in wanted
    wants_y = isinstance(y, Tensor) and y in wanted
    position, out = 0, node._value
    try:
        if not wants_x:
            position = 1
            return ((1, y, right(ct, out, a, b)),) if wants_y else ()
        ct_x = left(ct, out, a, b)
        position = 1
        return ((0, x, ct_x), (1, y, right(ct, out, a, b))) if wants_y else ((0, x, ct_x),)
    except rule_errors.VJP_ERRORS as error:
        raise rule_errors.rule_failed(primitive, f"the rule of input {position}", error) from error


def run_backward(
    outputs: Sequence[Tensor],
    cotangents: dict[Tensor, Any],
    uses: dict[Tensor, int],
    keep: Collection[Tensor] = (),
    stop: Collection[Tensor] = (),
) -> None:
    """Run `autograd.core.backward.steps` to the end on numbers, with the parameters of `steps`.

    A cotangent goes straight to the node that waits for it, what fits is not fitted, and a sum to
    which there is no other reference is added to in place.
    """
    malloc.keep_freed_memory()
    guard = context.current().guard if context.open_blocks else None
    ready = [(t, cotangents.pop(t)) for t in dict.fromkeys(outputs) if uses.get(t) == 0]
    waiting = dict(cotangents)  # sums of nodes that will get more
    own: set[Tensor] = set()  # those of them that were made here
    cotangents.clear()
    while ready:
        node, ct = ready.pop()
        primitive = node.primitive
        if primitive is None or node in stop:
            cotangents[node] = ct
            continue
        if node in keep:
            cotangents[node] = ct
        if guard is not None:
            guard.check(node)
        for position, x, ct_x in contributions(node, ct, uses):
            value, kind = x._value, type(ct_x)
            if kind is not type(value) or not (
                ct_x.shape == value.shape and ct_x.dtype is value.dtype
                if kind is np.ndarray
                else kind in _FLOATS
            ):
                ct_x = vjp.fit(ct_x, value, primitive, position)
            total = waiting.pop(x, None)
            if total is None:
                total = ct_x
            elif x in own:
                total += ct_x
            else:
                total = total + ct_x
                own.add(x)
            left = uses[x]
            if left == 1:
                ready.append((x, total))
            else:
                uses[x] = left - 1
                waiting[x] = total


def take_out(cotangents: dict[Tensor, Any], t: Tensor) -> Any:
    """Return a cotangent as an array to which there is no other reference.

    A rule may pass one array on to two leaves, or hand out one that it keeps, so in general this is
    a copy.  Where Python counts no other reference to it, none is needed.
    """
    alone = _only_here(cotangents, t)
    ct = cotangents[t]
    return ct if alone and ct.ndim else np.array(ct)[()]


def _only_here(cotangents: dict[Tensor, Any], t: Tensor) -> bool:
    # Two references: the one in the dictionary, and the argument of the count itself.
    if type(cotangents[t]) is not np.ndarray or _references(cotangents[t]) > 2:
        return False
    ct = cotangents[t]
    if ct.base is None:
        return True
    # A view that turns a whole array around, and is the only one to hold it.
    whole = type(ct.base) is np.ndarray and ct.base.size == ct.size and ct.flags.writeable
    return whole and ct.base.flags.owndata and _references(ct.base) <= 2


# Only CPython counts references.
_references = getattr(sys, "getrefcount", lambda x: sys.maxsize)
