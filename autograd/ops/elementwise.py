"""Elementwise primitives: each output element is made from one element of each input.

Their derivative is one number per element, the local gradient, and so every rule here reads
``ct * (local gradient)``.  Inputs broadcast as in NumPy; the engine undoes that in the backward
pass.  Where a function has a kink, the docstring says which slope the rule takes.

The lectures need ``exp``, ``1/x``, ``+`` and ``*``; every further primitive says why it is not a
composition of others.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd.core import spec
from autograd.core.primitive import primitive
from autograd.core.tensor import raw
from autograd.ops.kernels.masking import select


def zeros_like(x: Any) -> Any:
    """Return exact zeros, also where ``0 * x`` would be NaN."""
    return where(False, x, 0)


@primitive(
    vjps=(lambda ct, out, x, y: ct, lambda ct, out, x, y: ct),
    symbol="+",
    derivatives=("1", "1"),
    analytic=True,
)
def add(x: Any, y: Any) -> Any:
    """Sum, elementwise: the gate that distributes its gradient.

    ``d(x + y) = dx + dy``; deck 1, page "Backpropagation: simple example".

    x, y: any shapes that broadcast -> their broadcast shape.

    >>> from autograd import tensor
    >>> add(tensor([1.0, 2.0]), 10.0)
    tensor([11., 12.])
    """
    return x + y


@primitive(
    vjps=(lambda ct, out, x, y: ct, lambda ct, out, x, y: -ct),
    symbol="-",
    derivatives=("1", "-1"),
    analytic=True,
)
def subtract(x: Any, y: Any) -> Any:
    """Difference, elementwise.

    ``d(x - y) = dx - dy``.  A primitive because ``x + (-y)`` would be two gates in every drawing,
    and would have no meaning for unsigned integers.

    x, y: any shapes that broadcast -> their broadcast shape.

    >>> from autograd import tensor
    >>> subtract(tensor(5.0), 3.0)
    tensor(2.)
    """
    return x - y


@primitive(
    vjps=(lambda ct, out, x, y: ct * y, lambda ct, out, x, y: ct * x),
    symbol="*",
    derivatives=("y", "x"),
    analytic=True,
)
def multiply(x: Any, y: Any) -> Any:
    """Product, elementwise: the gate that swaps its inputs into the gradient.

    ``d(x y) = y dx + x dy``; deck 1, page "Backpropagation: simple example".

    x, y: any shapes that broadcast -> their broadcast shape.

    >>> from autograd import tensor
    >>> multiply(tensor(2.0), tensor(-1.0))
    tensor(-2.)
    """
    return x * y


@primitive(
    vjps=(lambda ct, out, x, y: ct / y, lambda ct, out, x, y: -ct * (out / y)),
    domain=(spec.real, spec.nonzero),
    symbol="/",
    derivatives=("1/y", "-x/y^2"),
    analytic=True,
)
def divide(x: Any, y: Any) -> Any:
    """Quotient, elementwise.

    ``d(x / y) = dx / y - (x / y^2) dy``.  A primitive for exactness: ``x * (1/y)`` rounds twice.

    x, y: any shapes that broadcast -> their broadcast shape.  Domain: ``y != 0``; at 0 it gives
    what NumPy gives, an infinity or NaN with NumPy's warning.

    >>> from autograd import tensor
    >>> divide(tensor(1.0), 8.0)
    tensor(0.125)
    """
    return x / y


@primitive(vjps=(lambda ct, out, x: -ct,), symbol="*-1", derivatives=("-1",), analytic=True)
def negative(x: Any) -> Any:
    """Negation, elementwise: the lecture's ``*-1`` gate.

    ``d(-x) = -dx``; deck 1, page "Backpropagation: simple example".  A primitive because the
    lecture draws it as one gate.

    x: (...) -> (...).

    >>> from autograd import tensor
    >>> negative(tensor(1.0))
    tensor(-1.)
    """
    return -x


@primitive(vjps=(lambda ct, out, x: ct,), symbol="copy", derivatives=("1",), analytic=True)
def positive(x: Any) -> Any:
    """Identity as a node of its own, NumPy's ``positive``.

    ``d(+x) = dx``.  A primitive because it is how a transform marks where its input begins: the
    copy is a new node, so the inner of two nested gradients stops there and cannot be confused
    with the outer.

    x: (...) -> (...).

    >>> from autograd import tensor
    >>> positive(tensor(3.0))
    tensor(3.)
    """
    return +x


@primitive(
    vjps=(lambda ct, out, x: -(ct * out) * out,),
    domain=spec.nonzero,
    symbol="1/x",
    derivatives=("-1/x^2",),
    analytic=True,
)
def reciprocal(x: Any) -> Any:
    """One over ``x``, elementwise: the lecture's ``1/x`` gate.

    ``d(1/x) = -dx / x^2``; deck 1, page "Backpropagation: simple example".

    x: (...) -> (...).  Domain: ``x != 0``.  Integers give floats, where NumPy's ``reciprocal``
    would round 1/2 down to 0.

    >>> from autograd import tensor
    >>> reciprocal(tensor(4.0))
    tensor(0.25)
    """
    return 1 / x


def _power_base_rule(ct: Any, out: Any, x: Any, y: Any) -> Any:
    # The derivative of x^0 is 0 everywhere, but 0 * x^(0 - 1) is NaN at x = 0.
    if isinstance(y, (float, int)):
        return zeros_like(x * ct) if y == 0 else ct * (y * x ** (y - 1))
    return ct * (y * x ** where((raw(y) == 0) & (raw(x) == 0), 1, y - 1.0))


def _power_exponent_rule(ct: Any, out: Any, x: Any, y: Any) -> Any:
    # out * log(x) tends to 0 with x; NumPy's 0 * log(0) would be NaN.
    at_zero = raw(x) == 0
    return ct * where(at_zero, 0, out * log(where(at_zero, 1, x)))


@primitive(
    vjps=(_power_base_rule, _power_exponent_rule),
    domain=(spec.positive, spec.real),
    symbol="^",
    derivatives=("y*x^(y-1)", "out*log(x)"),
    analytic=True,
)
def power(x: Any, y: Any) -> Any:
    """``x`` to the power ``y``, elementwise.

    ``d(x^y) = y x^(y-1) dx + x^y log(x) dy``.  A primitive because ``exp(y log(x))`` is inexact
    and has no value for a negative base, where integer exponents do.

    x, y: any shapes that broadcast -> their broadcast shape.  Domain: ``x > 0``; a constant
    integer ``y`` allows every ``x``.  At ``x = 0`` the slope in ``y`` is taken as 0, and the slope
    of ``x^0`` is 0 everywhere.

    >>> from autograd import tensor
    >>> power(tensor(3.0), 2)
    tensor(9.)
    """
    return x**y


@primitive(
    vjps=(lambda ct, out, x: ct / (2 * out),),
    domain=spec.positive,
    derivatives=("1/(2*out)",),
    analytic=True,
)
def sqrt(x: Any) -> Any:
    """Square root, elementwise.

    ``d sqrt(x) = dx / (2 sqrt(x))``.  A primitive because ``x^0.5`` is less exact.

    x: (...) -> (...).  Domain: ``x > 0``; the slope at 0 is infinite.  For a length that may be 0
    use ``ag.linalg.norm``, whose gradient there is 0.

    >>> from autograd import tensor
    >>> sqrt(tensor(2.25))
    tensor(1.5)
    """
    return np.sqrt(x)


@primitive(
    vjps=(lambda ct, out, x: ct * sign(x),),
    symbol="|x|",
    derivatives=("sign(x)",),
    region=np.sign,
)
def absolute(x: Any) -> Any:
    """Absolute value, elementwise; NumPy's ``abs`` and ``absolute``.

    ``d|x| = sign(x) dx``, and 0 at the kink ``x = 0``.  A primitive because ``max(x, -x)`` has
    slope -1 there, and ``sqrt(x^2)`` none.

    x: (...) -> (...).

    >>> from autograd import tensor
    >>> absolute(tensor([-2.0, 0.0, 3.0]))
    tensor([2., 0., 3.])
    """
    return abs(x)


@primitive(
    vjps=(lambda ct, out, x: zeros_like(ct),),
    domain=spec.nonzero,
    derivatives=("0",),
    region=np.sign,
)
def sign(x: Any) -> Any:
    """-1, 0 or 1, elementwise.

    The derivative is 0 wherever it exists, and taken as 0 at the jump ``x = 0``.  A primitive
    because steps cannot be composed of smooth functions.

    x: (...) -> (...).

    >>> from autograd import tensor
    >>> sign(tensor([-2.0, 0.0, 3.0]))
    tensor([-1.,  0.,  1.])
    """
    return np.sign(x)


@primitive(
    vjps=(lambda ct, out, x, y: zeros_like(ct), lambda ct, out, x, y: where(raw(x) == 0, ct, 0)),
    domain=(spec.nonzero, spec.real),
    symbol="step",
    derivatives=("0", "1 if x == 0 else 0"),
    region=lambda x, y: np.sign(x) + 0 * y,
)
def heaviside(x: Any, y: Any) -> Any:
    """Threshold, elementwise: 0 for ``x < 0``, 1 for ``x > 0`` and ``y`` at ``x = 0``.

    The derivative in ``x`` is 0 wherever it exists and taken as 0 at the jump.  The decks differ
    on the value at 0: deck 3 takes 1 and deck 4 takes 0, so ``y`` has no default.  A primitive
    because steps cannot be composed of smooth functions.

    x, y: any shapes that broadcast -> their broadcast shape.

    >>> from autograd import tensor
    >>> heaviside(tensor([-1.0, 0.0, 2.0]), 1.0)
    tensor([0., 1., 1.])
    """
    return np.heaviside(x, y)


@primitive(vjps=(lambda ct, out, x: zeros_like(ct),), derivatives=("0",), region=np.floor)
def floor(x: Any) -> Any:
    """Largest integer not above ``x``, elementwise.

    The derivative is 0 wherever it exists, and taken as 0 at the jumps.  A primitive because
    steps cannot be composed of smooth functions.

    x: (...) -> (...).

    >>> from autograd import tensor
    >>> floor(tensor([-0.5, 1.5]))
    tensor([-1.,  1.])
    """
    return np.floor(x)


@primitive(vjps=(lambda ct, out, x: ct * out,), derivatives=("out",), analytic=True)
def exp(x: Any) -> Any:
    """Exponential, elementwise: the lecture's ``exp`` gate.

    ``d exp(x) = exp(x) dx``; deck 1, page "Backpropagation: simple example".

    x: (...) -> (...).  Overflows to infinity above 709 (float64) or 88 (float32).

    >>> from autograd import tensor
    >>> exp(tensor(0.0))
    tensor(1.)
    """
    return np.exp(x)


@primitive(
    vjps=(lambda ct, out, x: ct * exp(x),), symbol="exp-1", derivatives=("exp(x)",), analytic=True
)
def expm1(x: Any) -> Any:
    """``exp(x) - 1``, elementwise.

    ``d expm1(x) = exp(x) dx``.  A primitive for exactness: ``exp(x) - 1`` loses every digit near
    ``x = 0``.

    x: (...) -> (...).

    >>> from autograd import tensor
    >>> expm1(tensor(1e-20)).item()
    1e-20
    """
    return np.expm1(x)


@primitive(
    vjps=(lambda ct, out, x: ct * (-_TWO_OVER_ROOT_PI * exp(-(x * x))),),
    derivatives=("-2*exp(-x^2)/sqrt(pi)",),
)
def erfc(x: Any) -> Any:
    """Complementary error function: ``2/sqrt(pi)`` times the integral of ``exp(-t^2)`` from x on.

    ``d erfc(x) = -2/sqrt(pi) exp(-x^2) dx``.  A primitive because no composition of the others has
    its value: ``erfc(-x / sqrt(2)) / 2`` is the distribution function of the standard normal, exact
    in both tails, which the GELU needs.

    x: (...) -> (...).

    >>> from autograd import tensor
    >>> erfc(tensor(0.5))
    tensor(0.47950012)
    """
    x = np.asarray(x)
    return np.asarray(_erfc(x), dtype=x.dtype if x.dtype.kind == "f" else float)[()]


_TWO_OVER_ROOT_PI = 2.0 / math.sqrt(math.pi)
_erfc = np.frompyfunc(math.erfc, 1, 1)  # NumPy has none


@primitive(
    vjps=(lambda ct, out, x: ct / x,), domain=spec.positive, derivatives=("1/x",), analytic=True
)
def log(x: Any) -> Any:
    """Natural logarithm, elementwise.

    ``d log(x) = dx / x``.  A primitive because no composition of the others has its value; the
    cross-entropy of deck 1 needs it.

    x: (...) -> (...).  Domain: ``x > 0``; at 0 and below it gives what NumPy gives.

    >>> from autograd import tensor
    >>> log(tensor(1.0))
    tensor(0.)
    """
    return np.log(x)


@primitive(
    vjps=(lambda ct, out, x: ct / (1 + x),),
    domain=spec.above_minus_one,
    symbol="log(1+x)",
    derivatives=("1/(1+x)",),
    analytic=True,
)
def log1p(x: Any) -> Any:
    """``log(1 + x)``, elementwise.

    ``d log1p(x) = dx / (1 + x)``.  A primitive for exactness: ``1 + x`` forgets a small ``x``.

    x: (...) -> (...).  Domain: ``x > -1``.

    >>> from autograd import tensor
    >>> log1p(tensor(1e-20)).item()
    1e-20
    """
    return np.log1p(x)


@primitive(vjps=(lambda ct, out, x: ct * cos(x),), derivatives=("cos(x)",), analytic=True)
def sin(x: Any) -> Any:
    """Sine of an angle in radians, elementwise.

    ``d sin(x) = cos(x) dx``.  A primitive because no composition of the others has its value.

    x: (...), radians -> (...).

    >>> from autograd import tensor
    >>> sin(tensor(0.0))
    tensor(0.)
    """
    return np.sin(x)


@primitive(vjps=(lambda ct, out, x: -ct * sin(x),), derivatives=("-sin(x)",), analytic=True)
def cos(x: Any) -> Any:
    """Cosine of an angle in radians, elementwise.

    ``d cos(x) = -sin(x) dx``.  A primitive because ``sin(x + pi/2)`` is inexact.

    x: (...), radians -> (...).

    >>> from autograd import tensor
    >>> cos(tensor(0.0))
    tensor(1.)
    """
    return np.cos(x)


@primitive(vjps=(lambda ct, out, x: ct * cosh(x),), derivatives=("cosh(x)",), analytic=True)
def sinh(x: Any) -> Any:
    """Hyperbolic sine, elementwise.

    ``d sinh(x) = cosh(x) dx``.  A primitive for exactness: ``(exp(x) - exp(-x)) / 2`` loses every
    digit near ``x = 0``.

    x: (...) -> (...).

    >>> from autograd import tensor
    >>> sinh(tensor(1e-20)).item()
    1e-20
    """
    return np.sinh(x)


@primitive(vjps=(lambda ct, out, x: ct * sinh(x),), derivatives=("sinh(x)",), analytic=True)
def cosh(x: Any) -> Any:
    """Hyperbolic cosine, elementwise.

    ``d cosh(x) = sinh(x) dx``.  A primitive so that it and `sinh` are each other's derivative.

    x: (...) -> (...).

    >>> from autograd import tensor
    >>> cosh(tensor(0.0))
    tensor(1.)
    """
    return np.cosh(x)


@primitive(
    vjps=(lambda ct, out, x: ct * (1.0 - out * out),), derivatives=("1-out^2",), analytic=True
)
def tanh(x: Any) -> Any:
    """Hyperbolic tangent, elementwise.

    ``d tanh(x) = (1 - tanh(x)^2) dx``; deck 4.  A primitive for stability: a quotient of
    exponentials overflows.

    x: (...) -> (...).

    >>> from autograd import tensor
    >>> tanh(tensor([0.0, 1000.0]))
    tensor([0., 1.])
    """
    return np.tanh(x)


@primitive(vjps=(lambda ct, out, x: ct / (1 + x * x),), derivatives=("1/(1+x^2)",), analytic=True)
def arctan(x: Any) -> Any:
    """Inverse tangent in radians, elementwise.

    ``d arctan(x) = dx / (1 + x^2)``.  A primitive because no composition has its value.

    x: (...) -> (...), radians in (-pi/2, pi/2).

    >>> from autograd import tensor
    >>> arctan(tensor(0.0))
    tensor(0.)
    """
    return np.arctan(x)


@primitive(
    vjps=(
        lambda ct, out, x, y: where(raw(x) > raw(y), ct, 0.0),
        lambda ct, out, x, y: where(raw(x) > raw(y), 0.0, ct),
    ),
    symbol="max",
    derivatives=("1 if x > y else 0", "0 if x > y else 1"),
    region=lambda x, y: np.sign(x - y),
)
def maximum(x: Any, y: Any) -> Any:
    """The larger of two values, elementwise: the gate that routes.

    The gradient goes to the larger input, undivided.  At a tie it goes to the second, so that
    ``relu(x) = maximum(x, 0)`` has slope 0 at 0 as the lectures take it (decks 0 to 4).  If an
    input is NaN, so is the result, and the gradient goes to the second.
    A primitive because a comparison cannot be composed of smooth functions.

    x, y: any shapes that broadcast -> their broadcast shape.

    >>> from autograd import tensor
    >>> maximum(tensor([-1.0, 2.0]), 0.0)
    tensor([0., 2.])
    """
    return np.maximum(x, y)


@primitive(
    vjps=(
        lambda ct, out, x, y: where(raw(x) < raw(y), ct, 0.0),
        lambda ct, out, x, y: where(raw(x) < raw(y), 0.0, ct),
    ),
    symbol="min",
    derivatives=("1 if x < y else 0", "0 if x < y else 1"),
    region=lambda x, y: np.sign(x - y),
)
def minimum(x: Any, y: Any) -> Any:
    """The smaller of two values, elementwise.

    The gradient goes to the smaller input, undivided, and at a tie to the second.  If an
    input is NaN, so is the result, and the gradient goes to the second.
    A primitive for exactness: ``-max(-x, -y)`` is wrong for unsigned integers.

    x, y: any shapes that broadcast -> their broadcast shape.

    >>> from autograd import tensor
    >>> minimum(tensor([-1.0, 2.0]), 0.0)
    tensor([-1.,  0.])
    """
    return np.minimum(x, y)


@primitive(
    vjps=(
        None,
        lambda ct, out, condition, x, y: where(condition, ct, 0.0),
        lambda ct, out, condition, x, y: where(condition, 0.0, ct),
    ),
)
def where(condition: Any, x: Any, y: Any) -> Any:
    """``x`` where the condition holds and ``y`` elsewhere, elementwise.

    Each gradient element goes to the input that was taken, the other gets 0.  There is no
    derivative in the condition.  A primitive because ``c * x + (1 - c) * y`` turns an infinity in
    the branch not taken into NaN.

    condition, x, y: any shapes that broadcast -> their broadcast shape.

    The other branch is computed too, and if its slope there is infinite or NaN, then 0 times that
    slope is NaN.  The pattern that avoids this gives each branch only arguments it is safe for:

    >>> import autograd as ag
    >>> def f(x):
    ...     safe = ag.where(x > 0, x, 1.0)
    ...     return ag.where(x > 0, ag.sqrt(safe), 0.0)
    >>> ag.grad(f)(0.0)
    np.float64(0.0)
    """
    return select(condition, x, y)[()]


@primitive(vjps=(lambda ct, out, x, dtype: ct,), name="astype")
def cast(x: Any, dtype: Any) -> Any:
    """Change the floating dtype.

    ``d cast(x) = cast(dx)``: the cotangent is cast back by the engine, as for every primitive.
    `autograd.astype` is the public door; it cuts the graph where the dtype is not floating.

    x: (...) -> (...), of the dtype given.

    >>> import numpy as np
    >>> from autograd import tensor
    >>> cast(tensor(1.0), np.float32).dtype
    dtype('float32')
    """
    return x.astype(dtype)
