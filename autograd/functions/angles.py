"""Angles in degrees and in radians."""

from __future__ import annotations

import math

from autograd.core.composition import composition
from autograd.core.tensor import ArrayLike, Tensor
from autograd.functions.arrays import as_short_floats


@composition
def deg2rad(x: ArrayLike) -> Tensor:
    """Angle in radians of an angle in degrees, ``x pi / 180``, elementwise.

    NumPy's ``deg2rad`` and ``radians``.

    Parameters
    ----------
    x : array or Tensor, (...), degrees

    Returns
    -------
    Tensor or array, (...)

    Examples
    --------
    >>> import autograd as ag
    >>> ag.deg2rad(ag.tensor(180.0))
    tensor(3.14159265)
    """
    return as_short_floats(x, "deg2rad") * (math.pi / 180.0)


@composition
def rad2deg(x: ArrayLike) -> Tensor:
    """Angle in degrees of an angle in radians, ``x 180 / pi``, elementwise.

    NumPy's ``rad2deg`` and ``degrees``.

    Parameters
    ----------
    x : array or Tensor, (...), radians

    Returns
    -------
    Tensor or array, (...)

    Examples
    --------
    >>> import numpy as np
    >>> import autograd as ag
    >>> ag.rad2deg(ag.tensor(np.pi))
    tensor(180.)
    """
    return as_short_floats(x, "rad2deg") * (180.0 / math.pi)
