"""Elementwise primitives with kinks and jumps: on which piece of the function an input lies.

Inside a piece they are as smooth as can be, with slope 0 or 1.  At a kink the rule takes one of the
slopes beside it, and the docstring says which; at a jump the derivative does not exist, and is
taken as 0.  None of them can be composed of smooth functions.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.core.define import primitive
from autograd.core.spec import Spec, nonzero, real
from autograd.core.tensor import ArrayLike, Tensor, detached
from autograd.core.types import Array
from autograd.ops.compare import greater_equal, less_equal, logical_or, not_equal
from autograd.ops.kernels.masking import select


@primitive(
    vjps=(
        None,
        lambda ct, out, condition, x, y: where(condition, ct, 0.0),
        lambda ct, out, condition, x, y: where(condition, 0.0, ct),
    ),
)
def where(condition: Array, x: Array, y: Array) -> Array:
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


def zeros_like(x: ArrayLike) -> Tensor:
    """Return exact zeros, also where ``0 * x`` would be NaN."""
    return where(False, x, False)


@primitive(
    vjps=(
        lambda ct, out, x, y: where(detached(x) > detached(y), ct, 0.0),
        lambda ct, out, x, y: where(detached(x) > detached(y), 0.0, ct),
    ),
    symbol="max",
    partials=("1 if x > y else 0", "0 if x > y else 1"),
    spec=Spec(region=lambda x, y: np.sign(x - y)),
)
def maximum(x: Array, y: Array) -> Array:
    """The larger of two values, elementwise: the gate that routes.

    The gradient goes to the larger input, undivided.  At a tie it goes to the second, so that
    ``relu(x) = maximum(x, 0)`` has slope 0 at 0 as the lectures take it (decks 0 to 4).  If an
    input is NaN, so is the result, and the gradient goes to the second.
    A primitive because a comparison cannot be composed of smooth functions.

    x, y: any shapes that broadcast -> their broadcast shape.

    >>> import autograd as ag
    >>> ag.maximum(ag.tensor([-1.0, 2.0]), 0.0)
    tensor([0., 2.])
    """
    return np.maximum(x, y)


@primitive(
    vjps=(
        lambda ct, out, x, y: where(detached(x) < detached(y), ct, 0.0),
        lambda ct, out, x, y: where(detached(x) < detached(y), 0.0, ct),
    ),
    symbol="min",
    partials=("1 if x < y else 0", "0 if x < y else 1"),
    spec=Spec(region=lambda x, y: np.sign(x - y)),
)
def minimum(x: Array, y: Array) -> Array:
    """The smaller of two values, elementwise.

    The gradient goes to the smaller input, undivided, and at a tie to the second.  If an
    input is NaN, so is the result, and the gradient goes to the second.
    A primitive for exactness: ``-max(-x, -y)`` is wrong for unsigned integers.

    x, y: any shapes that broadcast -> their broadcast shape.

    >>> import autograd as ag
    >>> ag.minimum(ag.tensor([-1.0, 2.0]), 0.0)
    tensor([-1.,  0.])
    """
    return np.minimum(x, y)


def _takes_second(x: ArrayLike, y: ArrayLike, comparison: Callable[..., Any]) -> Any:
    """Return where `fmax` or `fmin` has the second input: by the comparison, or as x is NaN."""
    x, y = detached(x), detached(y)
    is_nan = not_equal(x, x)  # which Python's integers of any size can be asked
    return logical_or(comparison(x, y), is_nan)


@primitive(
    vjps=(
        lambda ct, out, x, y: where(_takes_second(x, y, less_equal), 0.0, ct),
        lambda ct, out, x, y: where(_takes_second(x, y, less_equal), ct, 0.0),
    ),
    partials=("1 if x > y else 0", "0 if x > y else 1"),
    spec=Spec(region=lambda x, y: np.sign(x - y)),
)
def fmax(x: Array, y: Array) -> Array:
    """The larger of two values, elementwise; of a number and NaN, the number.

    The gradient goes to the input that was taken, undivided, and at a tie, or of two NaN, to the
    second.  A primitive because a comparison cannot be composed of smooth functions.

    x, y: any shapes that broadcast -> their broadcast shape.

    >>> import numpy as np
    >>> import autograd as ag
    >>> ag.fmax(ag.tensor([-1.0, np.nan]), 0.0)
    tensor([0., 0.])
    """
    return np.fmax(x, y)


@primitive(
    vjps=(
        lambda ct, out, x, y: where(_takes_second(x, y, greater_equal), 0.0, ct),
        lambda ct, out, x, y: where(_takes_second(x, y, greater_equal), ct, 0.0),
    ),
    partials=("1 if x < y else 0", "0 if x < y else 1"),
    spec=Spec(region=lambda x, y: np.sign(x - y)),
)
def fmin(x: Array, y: Array) -> Array:
    """The smaller of two values, elementwise; of a number and NaN, the number.

    The gradient goes to the input that was taken, undivided, and at a tie, or of two NaN, to the
    second.  A primitive for exactness: ``-fmax(-x, -y)`` is wrong for unsigned integers.

    x, y: any shapes that broadcast -> their broadcast shape.

    >>> import numpy as np
    >>> import autograd as ag
    >>> ag.fmin(ag.tensor([1.0, np.nan]), 0.0)
    tensor([0., 0.])
    """
    return np.fmin(x, y)


@primitive(
    vjps=(lambda ct, out, x: ct * sign(x),),
    symbol="|x|",
    partials=("sign(x)",),
    spec=Spec(region=np.sign),
)
def absolute(x: Array) -> Array:
    """Absolute value, elementwise; NumPy's ``abs`` and ``absolute``.

    ``d|x| = sign(x) dx``, and 0 at the kink ``x = 0``.  A primitive because ``max(x, -x)`` has
    slope -1 there, and ``sqrt(x^2)`` none.

    x: (...) -> (...).

    >>> import autograd as ag
    >>> ag.absolute(ag.tensor([-2.0, 0.0, 3.0]))
    tensor([2., 0., 3.])
    """
    return abs(x)


@primitive(
    vjps=(
        lambda ct, out, x, y: ct * sign(x) * copysign(1.0, y),
        lambda ct, out, x, y: zeros_like(ct),
    ),
    domain=(real, nonzero),
    partials=("sign(x)*copysign(1,y)", "0"),
    spec=Spec(region=lambda x, y: 2 * np.sign(x) + np.sign(y)),
)
def copysign(x: Array, y: Array) -> Array:
    """``|x|`` with the sign of ``y``, elementwise.

    ``dz = sign(x) sign(y) dx``, and 0 at the kink ``x = 0``; the derivative in ``y`` is 0 wherever
    it exists, and taken as 0 at the jump.  A primitive because ``|x| sign(y)`` is 0 at ``y = 0``,
    and the sign of -0.0 is that of negative numbers.

    x, y: any shapes that broadcast -> their broadcast shape.

    >>> import autograd as ag
    >>> ag.copysign(ag.tensor([2.0, -2.0]), -0.0)
    tensor([-2., -2.])
    """
    return np.copysign(x, y)


@primitive(
    vjps=(lambda ct, out, x: zeros_like(ct),),
    domain=nonzero,
    partials=("0",),
    spec=Spec(region=np.sign),
)
def sign(x: Array) -> Array:
    """-1, 0 or 1, elementwise.

    The derivative is 0 wherever it exists, and taken as 0 at the jump ``x = 0``.  A primitive
    because steps cannot be composed of smooth functions.

    x: (...) -> (...).

    >>> import autograd as ag
    >>> ag.sign(ag.tensor([-2.0, 0.0, 3.0]))
    tensor([-1.,  0.,  1.])
    """
    return np.sign(x)


@primitive(
    vjps=(
        lambda ct, out, x, y: zeros_like(ct),
        lambda ct, out, x, y: where(detached(x) == 0, ct, 0),
    ),
    domain=(nonzero, real),
    symbol="step",
    partials=("0", "1 if x == 0 else 0"),
    spec=Spec(region=lambda x, y: np.sign(x) + 0 * y),
)
def heaviside(x: Array, y: Array) -> Array:
    """Threshold, elementwise: 0 for ``x < 0``, 1 for ``x > 0`` and ``y`` at ``x = 0``.

    The derivative in ``x`` is 0 wherever it exists and taken as 0 at the jump.  The decks differ
    on the value at 0: deck 3 takes 1 and deck 4 takes 0, so ``y`` has no default.  A primitive
    because steps cannot be composed of smooth functions.

    x, y: any shapes that broadcast -> their broadcast shape.

    >>> import autograd as ag
    >>> ag.heaviside(ag.tensor([-1.0, 0.0, 2.0]), 1.0)
    tensor([0., 1., 1.])
    """
    return np.heaviside(x, y)


@primitive(vjps=(lambda ct, out, x: zeros_like(ct),), partials=("0",), spec=Spec(region=np.floor))
def floor(x: Array) -> Array:
    """Largest integer not above ``x``, elementwise.

    The derivative is 0 wherever it exists, and taken as 0 at the jumps.  A primitive because
    steps cannot be composed of smooth functions.

    x: (...) -> (...).

    >>> import autograd as ag
    >>> ag.floor(ag.tensor([-0.5, 1.5]))
    tensor([-1.,  1.])
    """
    return np.floor(x)
