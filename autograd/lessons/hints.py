"""Hints: what two numbers that should be equal say about the mistake between them.

A wrong rule is rarely just any wrong number.  Minus the right one is a wrong sign, the upstream
gradient alone is a forgotten local gradient.  Each such pattern is a candidate: a text, and the
number that a rule with this mistake would give.  Those that fit are shown.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from autograd.core.tensor import ArrayLike
from autograd.core.types import Array
from autograd.core.vjp import fit, has_rule, rule_result
from autograd.errors import RuleError
from autograd.ir.graph import Node
from autograd.ir.naming import Names
from autograd.ir.number_format import show
from autograd.ir.numerics import equal_up_to_rounding
from autograd.ir.trace import Event, Trace

Candidate = tuple[str, Any]

NOTHING = "no simple relation between the two numbers: work out this local gradient by hand"
SIGN = "the sign is the wrong way round"
LOCAL = "the local gradient is missing: your rule hands on the upstream gradient alone"
UPSTREAM = "the upstream gradient is missing: multiply the local gradient by it"
SWAPPED = "the inputs are swapped: this is the rule of the other input"
TRANSPOSED = "the result is transposed"
ZERO = "your rule hands on 0, so nothing is learned behind it"
ONE_OF_SUM = "this is one contribution alone: where paths meet, gradients are added"


def of_rule(right: Trace, event: Event, value: ArrayLike) -> str:
    """Say what mistake in a rule gives ``value`` instead of the value of a vjp event."""
    with np.errstate(all="ignore"):
        for tier in (_mistakes(right, event), _factors(right, event)):
            fitting = [
                text
                for text, wrong in tier
                if wrong is not None and equal_up_to_rounding(value, wrong)
            ]
            if fitting:
                return ", or: ".join(dict.fromkeys(fitting[:2]))
        return _of_size(value, event.value)


def of_value(
    value: ArrayLike, right: ArrayLike, parts: list[Any], swapped: ArrayLike | None = None
) -> str:
    """Say how a value or a sum of gradients differs from the right one.

    Parameters
    ----------
    value, right : array or number
    parts : list of arrays
        The contributions that the right one is the sum of.
    swapped : array, optional
        What the operation gives if its inputs change places.
    """
    with np.errstate(all="ignore"):
        if len(parts) > 1 and any(equal_up_to_rounding(value, part) for part in parts):
            return ONE_OF_SUM
        if not np.any(value) and np.shape(value) == np.shape(right):
            return "yours is 0"
        if equal_up_to_rounding(value, -_floats(right)):
            return SIGN
        if swapped is not None and equal_up_to_rounding(value, swapped):
            return "the inputs are swapped"
        if _transposed(value, right):
            return TRANSPOSED
        return _of_size(value, right)


def of_failure(right: Trace, event: Event, returned: Array | None, failure: str) -> str:
    """Say what mistake makes a rule fail, or return something of the wrong shape."""
    node = right.graph[event.node]
    wanted = np.shape(event.value)
    if returned is None:
        product = node.primitive is not None and node.primitive.symbol == "@"
        return f"the rule fails{'; is a transpose missing?' if product else ''}"
    if _transposed(returned, event.value):
        return TRANSPOSED
    if equal_up_to_rounding(returned, event.upstream) and _spreads(event):
        return f"the gradient of a sum goes to every element: it must have shape {wanted}"
    return f"the rule returns shape {np.shape(returned)} for an input of shape {wanted}"


def _spreads(event: Event) -> bool:
    """Whether the right rule hands a copy of its upstream gradient to every element."""
    return np.size(event.upstream) == 1 and equal_up_to_rounding(
        event.value, np.broadcast_to(np.asarray(event.upstream).reshape(()), np.shape(event.value))
    )


def _mistakes(right: Trace, event: Event) -> Iterator[Candidate]:
    """Yield what typical mistakes in a rule give."""
    node, position = right.graph[event.node], event.position
    value, upstream = event.value, event.upstream
    yield ZERO, np.zeros(np.shape(value)) if np.any(value) else None
    yield SIGN, -_floats(value)
    yield LOCAL, _fitted(upstream, node, right, position)
    if event.local is not None:
        yield UPSTREAM, _fitted(event.local, node, right, position)
        yield from _copies(event)
    for other in range(len(node.inputs)):
        if other != position:
            yield SWAPPED, _applied(right, node, other, upstream, position)
    if np.ndim(value) >= 2:
        yield TRANSPOSED, np.swapaxes(value, -1, -2)
    yield from _products(right, node, event)


def _copies(event: Event) -> Iterator[Candidate]:
    """Yield what forgetting to add over the copies of a broadcast input gives."""
    each = _floats(event.local) * _floats(event.upstream)
    shape = np.shape(event.value)
    if each.size <= np.size(event.value):
        return
    text = "a broadcast input gets the sum over its copies"
    count = each.size // np.size(event.value)
    yield f"{text}, not the mean of the {count}", _floats(event.value) / count
    lead = each.reshape((-1, *shape)) if each.shape[each.ndim - len(shape) :] == shape else ()
    for one in lead:
        yield f"{text}, not one of them", one


def _products(right: Trace, node: Node, event: Event) -> Iterator[Candidate]:
    """Yield the matrix products that one may take for the rule of a matrix product."""
    if node.primitive is None or node.primitive.symbol != "@":
        return
    x, y = (_floats(right.graph[i].value) for i in node.inputs)
    ct = _floats(event.upstream)
    if x.ndim != 2 or y.ndim != 2:
        return
    if event.position == 0:
        rule, straight, turned = "ct @ y.T", (ct, y), (y.T, ct)
    else:
        rule, straight, turned = "x.T @ ct", (x, ct), (ct, x.T)
    yield f"a transpose is missing: the rule is {rule}", _product(*straight)
    for pair in (turned, straight[::-1]):
        yield f"the factors are in the wrong order: the rule is {rule}", _product(*pair)


def _product(a: Any, b: Any) -> Any:
    return a @ b if a.shape[1] == b.shape[0] else None


def _factors(right: Trace, event: Event) -> Iterator[Candidate]:
    """Yield the right number with a factor too many or too few, as from a forgotten square."""
    node, names, value = right.graph[event.node], Names(right.graph, 2), _floats(event.value)
    known = [(names[i], right.graph[i].value) for i in (*dict.fromkeys(node.inputs), node.id)]
    known.append(("the upstream gradient", event.upstream))
    if event.local is not None:
        known.append(("the local gradient", event.local))
    fitting = [(name, _floats(f)) for name, f in known if _fits(_floats(f), value)]
    for name, factor in fitting:
        yield f"a factor is missing: yours is the right one / {name}", value / factor
    for name, factor in fitting:
        yield f"there is a factor too many: yours is the right one x {name}", value * factor


def _fits(factor: Any, value: Any) -> bool:
    """Whether a factor broadcasts to a value."""
    try:
        return bool(np.broadcast_shapes(factor.shape, value.shape) == value.shape)
    except ValueError:
        return False


def _of_size(value: Any, right: Any) -> str:
    """Say by which number two values differ, if it is one number."""
    mine, wanted = _floats(value), _floats(right)
    if mine.shape != wanted.shape:
        return f"yours has shape {mine.shape}, the right one {wanted.shape}"
    if np.any(np.isnan(mine) & ~np.isnan(wanted)):
        return "yours is not a number (NaN) where the right one is one"
    given = wanted != 0
    if not given.any() or not np.all(np.isfinite(mine)):
        return NOTHING
    ratio = float(mine[given].flat[0] / wanted[given].flat[0])
    if not np.isfinite(ratio) or not equal_up_to_rounding(mine, ratio * wanted):
        return NOTHING
    return f"yours is {_ratio(ratio)} times the right one{_count(ratio, mine.size)}"


def _ratio(ratio: float) -> str:
    return f"{ratio:.6g}" if 1e-3 < abs(ratio) < 1e4 else show(ratio, 2)


def _count(ratio: float, size: int) -> str:
    counts = size > 1 and any(equal_up_to_rounding(ratio, n) for n in (float(size), 1.0 / size))
    return f", and there are {size} elements" if counts else ""


def _transposed(value: Any, right: Any) -> bool:
    a, b = np.asarray(value), np.asarray(right)
    return a.ndim >= 2 and a.ndim == b.ndim and equal_up_to_rounding(np.swapaxes(a, -1, -2), b)


def _applied(right: Trace, node: Node, rule: int, upstream: Any, target: int | None) -> Any:
    """Return what the rule of one input gives, in the shape of another; None if it cannot be."""
    if node.primitive is None or not has_rule(node.primitive, rule):
        return None
    values = [right.graph[i].value for i in node.inputs]
    try:
        result = rule_result(node.primitive, rule, upstream, node.value, values, node.params)
    except Exception:  # the rule of an input that is a constant may not be made for it
        return None
    return _fitted(result, node, right, target)


def _fitted(value: Any, node: Node, right: Trace, position: int | None) -> Any:
    """Return a cotangent summed to the shape of an input; None if it does not fit."""
    assert node.primitive is not None
    assert position is not None
    like = np.asarray(right.graph[node.inputs[position]].value)
    try:
        return fit(np.asarray(value), like, node.primitive, position)
    except RuleError:
        return None


def _floats(value: Any) -> Any:
    return np.asarray(value, dtype=float)
