"""Elementwise primitives: each output element is made from one element of each input.

Their derivative is one number per element, the local gradient, and so every rule here reads
``ct * (local gradient)``.  Inputs broadcast as in NumPy; the engine undoes that in the backward
pass.  Where a function has a kink, the docstring says which slope the rule takes.

The lectures need ``exp``, ``1/x``, ``+`` and ``*``; every further primitive says why it is not a
composition of others.
"""

from __future__ import annotations

import numpy as np

from autograd.core.define import primitive
from autograd.core.float16 import in_float32
from autograd.core.spec import ANALYTIC, Spec, above_minus_one, above_zero, nonzero, real
from autograd.core.types import Array, DTypeLike


@primitive(
    vjps=(lambda ct, out, x, y: ct, lambda ct, out, x, y: ct),
    symbol="+",
    partials=("1", "1"),
    spec=ANALYTIC,
)
def add(x: Array, y: Array) -> Array:
    """Sum, elementwise: the gate that distributes its gradient.

    ``d(x + y) = dx + dy``; deck 1, page "Backpropagation: simple example".

    x, y: any shapes that broadcast -> their broadcast shape.

    >>> import autograd as ag
    >>> ag.add(ag.tensor([1.0, 2.0]), 10.0)
    tensor([11., 12.])
    """
    return x + y


@primitive(
    vjps=(lambda ct, out, x, y: ct, lambda ct, out, x, y: -ct),
    symbol="-",
    partials=("1", "-1"),
    spec=ANALYTIC,
)
def subtract(x: Array, y: Array) -> Array:
    """Difference, elementwise.

    ``d(x - y) = dx - dy``.  A primitive because ``x + (-y)`` would be two gates in every drawing,
    and would have no meaning for unsigned integers.

    x, y: any shapes that broadcast -> their broadcast shape.

    >>> import autograd as ag
    >>> ag.subtract(ag.tensor(5.0), 3.0)
    tensor(2.)
    """
    return x - y


@primitive(
    vjps=(lambda ct, out, x, y: ct * y, lambda ct, out, x, y: ct * x),
    symbol="*",
    partials=("y", "x"),
    spec=ANALYTIC,
)
def multiply(x: Array, y: Array) -> Array:
    """Product, elementwise: the gate that swaps its inputs into the gradient.

    ``d(x y) = y dx + x dy``; deck 1, page "Backpropagation: simple example".

    x, y: any shapes that broadcast -> their broadcast shape.

    >>> import autograd as ag
    >>> ag.multiply(ag.tensor(2.0), ag.tensor(-1.0))
    tensor(-2.)
    """
    return x * y


@primitive(
    vjps=(lambda ct, out, x, y: ct / y, lambda ct, out, x, y: -ct * (out / y)),
    domain=(real, nonzero),
    symbol="/",
    partials=("1/y", "-x/y^2"),
    spec=ANALYTIC,
)
def divide(x: Array, y: Array) -> Array:
    """Quotient, elementwise.

    ``d(x / y) = dx / y - (x / y^2) dy``.  A primitive for exactness: ``x * (1/y)`` rounds twice.

    x, y: any shapes that broadcast -> their broadcast shape.  Domain: ``y != 0``; at 0 it gives
    what NumPy gives, an infinity or NaN with NumPy's warning.

    >>> import autograd as ag
    >>> ag.divide(ag.tensor(1.0), 8.0)
    tensor(0.125)
    """
    return x / y


@primitive(vjps=(lambda ct, out, x: -ct,), symbol="*-1", partials=("-1",), spec=ANALYTIC)
def negative(x: Array) -> Array:
    """Negation, elementwise: the lecture's ``*-1`` gate.

    ``d(-x) = -dx``; deck 1, page "Backpropagation: simple example".  A primitive because the
    lecture draws it as one gate.

    x: (...) -> (...).

    >>> import autograd as ag
    >>> ag.negative(ag.tensor(1.0))
    tensor(-1.)
    """
    return -x


@primitive(vjps=(lambda ct, out, x: ct,), symbol="copy", partials=("1",), spec=ANALYTIC)
def positive(x: Array) -> Array:
    """Identity as a node of its own, NumPy's ``positive``.

    ``d(+x) = dx``.  A primitive because it is how a transform marks where its input begins: the
    copy is a new node, so the inner of two nested gradients stops there and cannot be confused
    with the outer.

    x: (...) -> (...).

    >>> import autograd as ag
    >>> ag.positive(ag.tensor(3.0))
    tensor(3.)
    """
    return +x


@primitive(
    vjps=(lambda ct, out, x: -(ct * out) * out,),
    domain=nonzero,
    symbol="1/x",
    partials=("-1/x^2",),
    spec=ANALYTIC,
)
def reciprocal(x: Array) -> Array:
    """One over ``x``, elementwise: the lecture's ``1/x`` gate.

    ``d(1/x) = -dx / x^2``; deck 1, page "Backpropagation: simple example".

    x: (...) -> (...).  Domain: ``x != 0``.  Integers give floats, where NumPy's ``reciprocal``
    would round 1/2 down to 0.

    >>> import autograd as ag
    >>> ag.reciprocal(ag.tensor(4.0))
    tensor(0.25)
    """
    return 1 / x


@primitive(
    vjps=(lambda ct, out, x: ct / (2 * out),),
    domain=above_zero,
    partials=("1/(2*out)",),
    spec=ANALYTIC,
)
def sqrt(x: Array) -> Array:
    """Square root, elementwise.

    ``d sqrt(x) = dx / (2 sqrt(x))``.  A primitive because ``x^0.5`` is less exact.

    x: (...) -> (...).  Domain: ``x > 0``; the slope at 0 is infinite.  For a length that may be 0
    use ``ag.linalg.norm``, whose gradient there is 0.

    >>> import autograd as ag
    >>> ag.sqrt(ag.tensor(2.25))
    tensor(1.5)
    """
    return np.sqrt(x)


@primitive(vjps=(lambda ct, out, x: ct * out,), partials=("out",), spec=ANALYTIC)
def exp(x: Array) -> Array:
    """Exponential, elementwise: the lecture's ``exp`` gate.

    ``d exp(x) = exp(x) dx``; deck 1, page "Backpropagation: simple example".

    x: (...) -> (...).  Overflows to infinity above 709 (float64) or 88 (float32).

    >>> import autograd as ag
    >>> ag.exp(ag.tensor(0.0))
    tensor(1.)
    """
    return np.exp(x)


@primitive(
    vjps=(lambda ct, out, x: ct * exp(x),),
    symbol="exp-1",
    partials=("exp(x)",),
    spec=Spec(analytic=True, composition=lambda x: exp(x) - 1),
)
def expm1(x: Array) -> Array:
    """``exp(x) - 1``, elementwise.

    ``d expm1(x) = exp(x) dx``.  A primitive for exactness: ``exp(x) - 1`` loses every digit near
    ``x = 0``.

    x: (...) -> (...).

    >>> import autograd as ag
    >>> ag.expm1(ag.tensor(1e-20)).item()
    1e-20
    """
    return np.expm1(x)


@primitive(
    vjps=(lambda ct, out, x: ct / x,),
    domain=above_zero,
    partials=("1/x",),
    spec=ANALYTIC,
)
def log(x: Array) -> Array:
    """Natural logarithm, elementwise.

    ``d log(x) = dx / x``.  A primitive because no composition of the others has its value; the
    cross-entropy of deck 1 needs it.

    x: (...) -> (...).  Domain: ``x > 0``; at 0 and below it gives what NumPy gives.

    >>> import autograd as ag
    >>> ag.log(ag.tensor(1.0))
    tensor(0.)
    """
    return np.log(x)


@primitive(
    vjps=(lambda ct, out, x: ct / (1 + x),),
    domain=above_minus_one,
    symbol="log(1+x)",
    partials=("1/(1+x)",),
    spec=Spec(analytic=True, composition=lambda x: log(1 + x)),
)
def log1p(x: Array) -> Array:
    """``log(1 + x)``, elementwise.

    ``d log1p(x) = dx / (1 + x)``.  A primitive for exactness: ``1 + x`` forgets a small ``x``.

    x: (...) -> (...).  Domain: ``x > -1``.

    >>> import autograd as ag
    >>> ag.log1p(ag.tensor(1e-20)).item()
    1e-20
    """
    return np.log1p(x)


@primitive(vjps=(lambda ct, out, x: ct * cos(x),), partials=("cos(x)",), spec=ANALYTIC)
def sin(x: Array) -> Array:
    """Sine of an angle in radians, elementwise.

    ``d sin(x) = cos(x) dx``.  A primitive because no composition of the others has its value.

    x: (...), radians -> (...).

    >>> import autograd as ag
    >>> ag.sin(ag.tensor(0.0))
    tensor(0.)
    """
    return np.sin(x)


@primitive(vjps=(lambda ct, out, x: -ct * sin(x),), partials=("-sin(x)",), spec=ANALYTIC)
def cos(x: Array) -> Array:
    """Cosine of an angle in radians, elementwise.

    ``d cos(x) = -sin(x) dx``.  A primitive because ``sin(x + pi/2)`` is inexact.

    x: (...), radians -> (...).

    >>> import autograd as ag
    >>> ag.cos(ag.tensor(0.0))
    tensor(1.)
    """
    return np.cos(x)


@primitive(vjps=(lambda ct, out, x: ct * cosh(x),), partials=("cosh(x)",), spec=ANALYTIC)
def sinh(x: Array) -> Array:
    """Hyperbolic sine, elementwise.

    ``d sinh(x) = cosh(x) dx``.  A primitive for exactness: ``(exp(x) - exp(-x)) / 2`` loses every
    digit near ``x = 0``.

    x: (...) -> (...).

    >>> import autograd as ag
    >>> ag.sinh(ag.tensor(1e-20)).item()
    1e-20
    """
    return np.sinh(x)


@primitive(vjps=(lambda ct, out, x: ct * sinh(x),), partials=("sinh(x)",), spec=ANALYTIC)
def cosh(x: Array) -> Array:
    """Hyperbolic cosine, elementwise.

    ``d cosh(x) = sinh(x) dx``.  A primitive so that it and `sinh` are each other's derivative.

    x: (...) -> (...).

    >>> import autograd as ag
    >>> ag.cosh(ag.tensor(0.0))
    tensor(1.)
    """
    return np.cosh(x)


@primitive(
    vjps=(lambda ct, out, x: ct * (1.0 - out * out),),
    partials=("1-out^2",),
    spec=Spec(analytic=True, composition=lambda x: 1 - 2 / (exp(2 * x) + 1)),
)
def tanh(x: Array) -> Array:
    """Hyperbolic tangent, elementwise.

    ``d tanh(x) = (1 - tanh(x)^2) dx``; deck 4.  A primitive for stability: a quotient of
    exponentials overflows.

    x: (...) -> (...).

    >>> import autograd as ag
    >>> ag.tanh(ag.tensor([0.0, 1000.0]))
    tensor([0., 1.])
    """
    return np.tanh(x)


@primitive(
    vjps=(in_float32(lambda ct, out, x: ct / (1 + x * x)),),
    partials=("1/(1+x^2)",),
    spec=ANALYTIC,
)
def arctan(x: Array) -> Array:
    """Inverse tangent in radians, elementwise.

    ``d arctan(x) = dx / (1 + x^2)``.  A primitive because no composition has its value.

    x: (...) -> (...), radians in (-pi/2, pi/2).

    >>> import autograd as ag
    >>> ag.arctan(ag.tensor(0.0))
    tensor(0.)
    """
    return np.arctan(x)


@primitive(vjps=(lambda ct, out, x, dtype: ct,), name="astype")
def cast(x: Array, dtype: DTypeLike) -> Array:
    """Change the floating dtype.

    ``d cast(x) = cast(dx)``: the cotangent is cast back by the engine, as for every primitive.
    `autograd.astype` is the public function; it cuts the graph where the dtype is not floating.

    x: (...) -> (...), of the dtype given.

    >>> from autograd.ops.elementwise import cast
    >>> import numpy as np
    >>> from autograd import tensor
    >>> cast(tensor(1.0), np.float32).dtype
    dtype('float32')
    """
    return x.astype(dtype)
