"""Cofactors of a matrix, and their derivatives in any number of directions.

The cofactor matrix is the derivative of the determinant by each entry.  Where there is an inverse
it is ``det(a) a^-T`` (Jacobi), and the product rule goes on from there, with

    d det(a) = sum(cofactors * da),    d a^-T = -a^-T da^T a^-T

A singular matrix has no inverse, but it has minors: each cofactor is the determinant of what is
left without a row and a column, with a sign.  That takes memory of order n^4.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations, permutations
from typing import Any

import numpy as np

from autograd.core.types import Array


def cofactors_along(a: Array, directions: Sequence[Array]) -> Array:
    """Return the cofactors of matrices, derived in each of the directions."""
    a = a.astype(np.result_type(a, *directions), copy=False)
    size = np.linalg.det(a)
    if a.shape[-1] == 1 or not np.all(size != 0):  # that of a number is exactly 1
        return _by_minors(a, directions)
    inverse = np.linalg.solve(a, np.eye(a.shape[-1], dtype=a.dtype))
    return _by_inverse(size[..., None, None], _transposed(inverse), directions)


def _by_minors(a: Array, directions: Sequence[Array]) -> Array:
    n = a.shape[-1]
    others = np.array([[j for j in range(n) if j != i] for i in range(n)], dtype=int)
    rows, columns = others.reshape(n, 1, n - 1, 1), others.reshape(1, n, 1, n - 1)
    rest, *moved = (x[..., rows, columns] for x in (a, *directions))
    if moved:
        minors = np.sum(cofactors_along(rest, moved[1:]) * moved[0], axis=(-2, -1))
    else:
        minors = np.linalg.det(rest)
    signs = (-1.0) ** np.add.outer(np.arange(n), np.arange(n))
    return minors * signs.astype(a.dtype)


def _by_inverse(size: Array, inverse: Array, directions: Sequence[Array]) -> Array:
    """Return ``size * inverse`` by the product rule: each direction moves the one or the other."""
    places = range(len(directions))
    total: Any = 0
    for count in range(len(directions) + 1):
        for chosen in combinations(places, count):
            first = [directions[i] for i in chosen]
            second = [directions[i] for i in places if i not in chosen]
            total = total + _size_along(size, inverse, first) * _inverse_along(inverse, second)
    return total


def _size_along(size: Array, inverse: Array, directions: Sequence[Array]) -> Array:
    if not directions:
        return size
    slope = _by_inverse(size, inverse, directions[1:])
    return np.sum(slope * directions[0], axis=(-2, -1), keepdims=True)


def _inverse_along(inverse: Array, directions: Sequence[Array]) -> Array:
    """Return a^-T derived in the directions, which can come in every order."""
    total: Any = 0
    for order in permutations(directions):
        term = inverse
        for v in order:
            term = -(term @ _transposed(v) @ inverse)
        total = total + term
    return total


def _transposed(x: Array) -> Array:
    return np.swapaxes(x, -1, -2)
