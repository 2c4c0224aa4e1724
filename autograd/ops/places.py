"""Places of elements that comparing finds: primitives without a derivative.

As of `argsort`, the results are integers, and are constants for whatever comes after.  The forward
rules also check the values, so that a program which is run on other ones checks those.
"""

from __future__ import annotations

import numpy as np

from autograd.core.define import primitive
from autograd.core.types import Array
from autograd.errors import OptionError
from autograd.ops.compare import NONE_OF_TWO


@primitive(vjps=NONE_OF_TWO, name="interp", symbol="line")
def line_before(x: Array, xp: Array) -> Array:
    """Index of the point at which the line of `interp` over ``x`` begins.

    It is the last point at or before x.  The last line begins before the last point, and before
    others at the same place.

    x: (...), xp: (n,), increasing -> (...), int.

    >>> from autograd.ops.places import line_before
    >>> line_before([0.5, 1.0, 9.0], [0.0, 1.0, 2.0])
    array([0, 1, 1])
    """
    x, xp = np.asarray(x), np.asarray(xp)
    if (xp[1:] < xp[:-1]).any():
        raise OptionError("interp: xp decreases; sort the points, xp[order] and fp[order]")
    last = (np.searchsorted(xp, xp[-1]) - 1) % len(xp)
    return np.clip(np.searchsorted(xp, x, side="right") - 1, 0, last)


@primitive(vjps=NONE_OF_TWO, name="partition", symbol="partition")
def partition_places(x: Array, kth: Array, axis: int = -1) -> Array:
    """Indices that would put ``x`` into the order of NumPy's ``partition`` along an axis.

    x: (...), kth: integers -> (...), int.

    >>> from autograd.ops.places import partition_places
    >>> partition_places([3.0, 1.0, 2.0], 1)
    array([1, 2, 0])
    """
    x = np.asarray(x)
    # NumPy's own argpartition orders the rest otherwise: sorting both tells which element is where.
    parted = np.partition(x, kth, axis=axis)
    places = np.empty(x.shape, int)
    order, target = (np.argsort(values, axis, kind="stable") for values in (x, parted))
    np.put_along_axis(places, target, order, axis)
    return places
