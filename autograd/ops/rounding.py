"""Roundings beside `floor`: up, towards 0, and to the nearest integer or decimal.

Their derivative is 0 wherever it exists, and taken as 0 at the jumps.  They are primitives because
steps cannot be composed of smooth functions, and of `floor` alone they are several gates that are
wrong for unsigned integers and at ties.
"""

from __future__ import annotations

import numpy as np

from autograd.core.define import primitive
from autograd.core.spec import Spec
from autograd.core.types import Array
from autograd.ops.piecewise import zeros_like


@primitive(vjps=(lambda ct, out, x: zeros_like(ct),), partials=("0",), spec=Spec(region=np.ceil))
def ceil(x: Array) -> Array:
    """Smallest integer not below ``x``, elementwise; its slope is 0.

    x: (...) -> (...).

    >>> import autograd as ag
    >>> ag.ceil(ag.tensor([-1.5, 0.5]))
    tensor([-1.,  1.])
    """
    return np.ceil(x)


@primitive(vjps=(lambda ct, out, x: zeros_like(ct),), partials=("0",), spec=Spec(region=np.trunc))
def trunc(x: Array) -> Array:
    """``x`` without its fraction, elementwise; its slope is 0.  NumPy's ``trunc`` and ``fix``.

    x: (...) -> (...).

    >>> import autograd as ag
    >>> ag.trunc(ag.tensor([-1.5, 1.5]))
    tensor([-1.,  1.])
    """
    return np.trunc(x)


@primitive(vjps=(lambda ct, out, x: zeros_like(ct),), partials=("0",), spec=Spec(region=np.rint))
def rint(x: Array) -> Array:
    """Nearest integer, elementwise, and of two equally near ones the even one; its slope is 0.

    x: (...) -> (...).

    >>> import autograd as ag
    >>> ag.rint(ag.tensor([0.5, 1.5, 2.6]))
    tensor([0., 2., 3.])
    """
    return np.rint(x)


@primitive(
    vjps=(lambda ct, out, x, decimals=0: zeros_like(ct),),
    partials=("0",),
    spec=Spec(region=np.round),
)
def round(x: Array, decimals: int = 0) -> Array:
    """Nearest number of so many decimals, elementwise; its slope is 0.

    NumPy's ``round`` and ``around``: of two equally near numbers the one with an even last digit,
    and for negative ``decimals`` tens, hundreds and so on.

    x: (...) -> (...).

    >>> import autograd as ag
    >>> ag.round(ag.tensor([2.346, -0.5]), 2)
    tensor([ 2.35, -0.5 ])
    """
    return np.round(x, decimals)
