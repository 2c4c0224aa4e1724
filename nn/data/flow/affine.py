"""Affine maps of the plane, (..., 2, 3): ``x -> A x + b``, with A in front and b behind.

Points are (..., 2), x to the right and y down, so a positive angle turns clockwise.
"""

from __future__ import annotations

import numpy as np

import autograd as ag


def turned(angle: ag.Array, factor: ag.Array, middle: ag.Array, shift: ag.Array) -> ag.Array:
    """Return maps that turn and scale about a middle, and then shift.

    Parameters
    ----------
    angle, factor : array, (...)
        In radians.
    middle, shift : array, (..., 2)

    Examples
    --------
    >>> import numpy as np
    >>> from nn.data.flow.affine import turned
    >>> middle, shift = np.array([1.0, 0.0]), np.array([0.0, 5.0])
    >>> turned(np.array(np.pi / 2), np.array(2.0), middle, shift).round(6)
    array([[ 0., -2.,  1.],
           [ 2.,  0.,  3.]])
    """
    cos, sin = factor * np.cos(angle), factor * np.sin(angle)
    matrix = np.moveaxis(np.array([[cos, -sin], [sin, cos]]), (0, 1), (-2, -1))
    return _joined(matrix, middle + shift - _times(matrix, middle))


def after(second: ag.Array, first: ag.Array) -> ag.Array:
    """Return the map that does one after the other.

    Examples
    --------
    >>> import numpy as np
    >>> from nn.data.flow.affine import after
    >>> double, shift = np.array([[2.0, 0, 0], [0, 2, 0]]), np.array([[1.0, 0, 3], [0, 1, 0]])
    >>> after(double, shift)
    array([[2., 0., 6.],
           [0., 2., 0.]])
    """
    matrix = second[..., :2]
    return _joined(matrix @ first[..., :2], _times(matrix, first[..., 2]) + second[..., 2])


def inverse(map: ag.Array) -> ag.Array:
    """Return the map back.

    Examples
    --------
    >>> import numpy as np
    >>> from nn.data.flow.affine import inverse
    >>> inverse(np.array([[2.0, 0.0, 6.0], [0.0, 2.0, 8.0]]))
    array([[ 0.5,  0. , -3. ],
           [ 0. ,  0.5, -4. ]])
    """
    matrix = np.linalg.inv(map[..., :2])
    return _joined(matrix, -_times(matrix, map[..., 2]))


def moved(map: ag.Array, places: ag.Array) -> ag.Array:
    """Return where maps (N, L, 2, 3) bring places (2, N, L, H, W), in float32.

    Examples
    --------
    >>> import numpy as np
    >>> from nn.data.flow.affine import moved
    >>> right = np.array([[1.0, 0.0, 3.0], [0.0, 1.0, 0.0]])
    >>> moved(right[None, None], np.zeros((2, 1, 1, 1, 1), np.float32)).ravel()
    array([3., 0.], dtype=float32)
    """
    x, y = places
    (a, b, c), (d, e, f) = np.moveaxis(map.astype(np.float32)[..., None, None], (-4, -3), (0, 1))
    return np.stack([a * x + b * y + c, d * x + e * y + f])


def _times(matrix: ag.Array, vector: ag.Array) -> ag.Array:
    return (matrix @ vector[..., None])[..., 0]


def _joined(matrix: ag.Array, shift: ag.Array) -> ag.Array:
    return np.concatenate([matrix, shift[..., None]], axis=-1)
