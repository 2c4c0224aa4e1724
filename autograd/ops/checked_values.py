"""Integers made of values that are checked: primitives without a derivative.

The checks are in the forward rules, so that a program which is run on other values checks those.
"""

from __future__ import annotations

import numpy as np

from autograd.core.define import primitive
from autograd.core.types import Array, DTypeLike
from autograd.errors import DTypeError, IndexingError
from autograd.ops.compare import NONE_OF_ONE


@primitive(vjps=NONE_OF_ONE, name="one_hot", symbol="one hot")
def class_vectors(classes: Array, num_classes: int, dtype: DTypeLike = float) -> Array:
    """Vectors with 1 at the place of a class and 0 elsewhere.

    classes: integers, (...), from 0 to ``num_classes - 1`` -> (..., num_classes).

    >>> from autograd.ops.checked_values import class_vectors
    >>> class_vectors([2, 0], 3)
    array([[0., 0., 1.],
           [1., 0., 0.]])
    """
    classes = np.asarray(classes)
    if classes.size and not 0 <= classes.min() <= classes.max() < num_classes:
        wrong = classes.min() if classes.min() < 0 else classes.max()
        raise IndexingError(
            f"one_hot: there is no class {wrong}; {num_classes} classes are numbered from 0 to "
            f"{num_classes - 1}"
        )
    return (classes[..., None] == np.arange(num_classes)).astype(dtype)


@primitive(vjps=NONE_OF_ONE, name="insert", symbol="finite")
def finite_integers(x: Array, dtype: DTypeLike) -> Array:
    """Floats cut to integers, where none of them is NaN or an infinity.

    x: (...) -> (...), of the dtype.

    >>> from autograd.ops.checked_values import finite_integers
    >>> finite_integers([1.5, -1.5], int)
    array([ 1, -1])
    """
    x = np.asarray(x)
    if not np.isfinite(x).all():
        raise DTypeError(
            f"insert: {np.dtype(dtype)} cannot hold NaN or inf; write arr.astype(float)"
        )
    return x.astype(dtype)
