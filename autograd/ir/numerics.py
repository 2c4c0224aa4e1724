"""What equal means for computed numbers, and how much of a result may be rounding.

**Equal** are values of one shape whose elements are the same numbers.  NaN equals NaN, 0.0 equals
-0.0, and an infinity equals itself alone.  The dtype does not count: 1 equals 1.0.

**Equal up to rounding** are also numbers that two right computations give, which may add in another
order, or write 1 - tanh(x)^2 as 1 / cosh(x)^2.  They may differ by a small part of the larger one
of the two, whichever is the first, and by a few roundings of the numbers that they were made from,
which may have cancelled.

**The unit roundoff** is the largest relative error of one rounding: half of epsilon, the spacing of
the numbers near 1, or half a unit in the last place (Higham, *Accuracy and Stability of Numerical
Algorithms*, 2nd ed., 2002, section 2.2).

**The rounding bound** of a computation is how far rounding can move its output.  Each operation
rounds its result, by at most a few units in the last place.  Such an error at a node reaches the
output multiplied by the node's gradient, so to first order the output moves by at most

    the sum over all nodes of  |gradient| x |value| x relative error.

This is a running error analysis (Higham, section 3.3) with the gradients that a trace has anyway.
A sum or a matrix product rounds once for each of its terms, and then their sizes count, not that of
the result.  For ``solve`` and ``det``, whose terms are not known, the bound is an estimate.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from autograd.core.types import Array
from autograd.ir.graph import Graph, Node

EPSILON = float(np.finfo(np.float64).eps)
UNIT = EPSILON / 2  # the unit roundoff of float64
ULPS = 4  # epsilons by which NumPy's elementwise functions may miss
ROUNDINGS = 32  # unit roundoffs by which a few operations, one after the other, may miss
RELATIVE = 1e-9  # part of itself by which a number of float64 may differ; of narrower dtypes ...
NARROW = 512  # ... so many epsilons, ...
LOOSEST = 0.05  # ... but not more than this

# These move numbers and round none.
_EXACT = {"broadcast_to", "concatenate", "flip", "gather", "getitem", "max", "maximum", "min"}
_EXACT |= {"minimum", "pad", "reshape", "transpose", "where"}


def equal_elements(a: object, b: object) -> Array:
    """Return where the elements of two values of one shape are equal.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd.ir.numerics import equal_elements
    >>> equal_elements([np.nan, 0.0, np.inf, 1.0], [np.nan, -0.0, -np.inf, 1.0])
    array([ True,  True, False,  True])
    """
    x, y = np.asarray(a), np.asarray(b)
    return np.asarray((x == y) | ((x != x) & (y != y)))


def near_elements(a: object, b: object, rtol: float = 0.0, atol: float | Array = 0.0) -> Array:
    """Return where two values of one shape differ by no more than a tolerance.

    Parameters
    ----------
    a, b : array or number
    rtol : float
        The part of the larger one of the two.
    atol : float or array
        What may come on top of that.
    """
    with np.errstate(all="ignore"):
        x, y = np.asarray(a).astype(float), np.asarray(b).astype(float)
        larger = np.maximum(np.abs(x), np.abs(y))
        part = np.where(np.isfinite(larger), rtol * larger, 0.0)  # infinity x rtol would allow all
        allowed = part + atol
        # Large integers that become one float are not equal for that.
        close = (allowed > 0) & (np.abs(x - y) <= allowed)
    return np.asarray(equal_elements(a, b) | close)


def equal(a: object, b: object) -> bool:
    """Whether two values are equal.

    Examples
    --------
    >>> import numpy as np
    >>> from autograd.ir.numerics import equal
    >>> equal([1.0, np.nan], [1, np.nan]), equal(0.0, -0.0), equal([1.0], 1.0)
    (True, True, False)
    """
    return _one_shape(a, b) and bool(np.all(equal_elements(a, b)))


def near(a: object, b: object, rtol: float = 0.0, atol: float | Array = 0.0) -> bool:
    """Whether two values have one shape and differ nowhere by more than a tolerance."""
    return _one_shape(a, b) and bool(np.all(near_elements(a, b, rtol, atol)))


def _one_shape(a: object, b: object) -> bool:
    return np.asarray(a).shape == np.asarray(b).shape


def equal_up_to_rounding(a: object, b: object, size: float = 0.0) -> bool:
    """Whether two values are equal up to rounding.

    Parameters
    ----------
    a, b : array or number
    size : float
        Of the numbers that they were made from; an infinite one says nothing.

    Examples
    --------
    >>> from autograd.ir.numerics import equal_up_to_rounding
    >>> equal_up_to_rounding(1.0, 1.0 + 1e-12), equal_up_to_rounding(1.0, 1.0 + 1e-6)
    (True, False)
    >>> equal_up_to_rounding(0.0, 1e-10), equal_up_to_rounding(0.0, 1e-10, size=1e6)
    (False, True)
    """
    eps = max(epsilon(a), epsilon(b), EPSILON)
    rtol = RELATIVE if eps == EPSILON else min(LOOSEST, NARROW * eps)
    return near(a, b, rtol, ROUNDINGS * eps / 2 * size if np.isfinite(size) else 0.0)


def epsilon(value: object) -> float:
    """Return the spacing of the numbers near 1 of a value's dtype; 0 for whole numbers."""
    dtype = np.asarray(value).dtype
    return float(np.finfo(dtype).eps) if dtype.kind == "f" else 0.0


def first_order_bound(errors: Iterable[tuple[Any, Any, float]]) -> float:
    """Bound how far errors move an output, to first order; infinite where it overflows.

    Parameters
    ----------
    errors : of (gradient, size, relative)
        For each value that is rounded: the gradient of the output by it, its size, and the relative
        error of the rounding.
    """
    total = 0.0
    with np.errstate(all="ignore"):
        for gradient, size, relative in errors:
            weight = np.abs(np.asarray(gradient, dtype=float))
            total += relative * float(np.sum(weight * size))
    return total if np.isfinite(total) else np.inf


def rounding_bound(
    graph: Graph, nodes: Iterable[int], values: Sequence[Any], gradients: Mapping[int, Any]
) -> float:
    """Bound how far the rounding of some nodes moves the output of a graph, to first order.

    Parameters
    ----------
    graph : Graph
    nodes : of int
        Those that are computed; the others are taken to be exact.
    values : sequence of arrays
        Of all nodes.
    gradients : dict from int to array
        Of the output by the nodes; one that is missing is 0.
    """
    rounded = (graph[i] for i in nodes if i in gradients and graph[i].primitive is not None)
    return first_order_bound((gradients[n.id], *_rounded(n, values)) for n in rounded)


def _rounded(node: Node, values: Sequence[Any]) -> tuple[Any, float]:
    """Return the size of what a node has rounded, and the relative error of it."""
    size, terms = _size(node, values)
    return size, ULPS * terms * epsilon(values[node.id])


def _size(node: Node, values: Sequence[Any]) -> tuple[Any, int]:
    """Return the size of what a node has rounded, and how often it was."""
    own = np.abs(np.asarray(values[node.id], dtype=float))
    primitive = node.primitive
    if primitive is None or primitive.name in _EXACT:
        return 0.0, 1
    if primitive.elementwise:
        return own, 1
    given = [np.abs(values[i]) for i in node.inputs]
    terms = max((int(np.size(v)) for v in given), default=1)
    try:
        return np.maximum(own, primitive.forward(*given, **node.params)), max(1, terms)
    except Exception:  # |inputs| may be outside of what the operation can take
        return own, max(1, terms)
