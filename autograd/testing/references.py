"""Reference implementations of what NumPy has no function for, written from the definitions."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import permutations, product
from typing import Any

import numpy as np

from autograd.core.types import Array, Shape
from autograd.ops.kernels.conv_reference import Geometry, geometry

Place = tuple[Any, ...]  # an index of one number per axis


def padded(x: Array, pad_width: int | Sequence[Any], constant_values: float) -> Array:
    """Pad an array with a constant: lay it into the middle of one that is full of it."""
    pairs: Any = np.broadcast_to(pad_width, (x.ndim, 2)) if x.ndim else []
    sides = [n + a + b for n, (a, b) in zip(x.shape, pairs, strict=True)]
    padded = np.full(sides, constant_values, x.dtype)
    padded[tuple(slice(a, a + n) for n, (a, _) in zip(x.shape, pairs, strict=True))] = x
    return padded


def scatter_added(x: Array, index: Any, shape: Shape) -> Array:
    """Add x up at an index: the same index on the numbers of the places tells where each goes."""
    size = math.prod(shape)
    places = np.arange(size).reshape(shape)[index]
    return np.bincount(np.ravel(places), np.ravel(x), minlength=size).reshape(shape)


def picked(x: Array, *arrays: Array, index: Any, places: Sequence[int]) -> Array:
    """Index with the parts of an index and the arrays that stand between them."""
    return np.asarray(x[_whole(index, places, arrays)])


def scattered(x: Array, *arrays: Array, index: Any, places: Sequence[int], shape: Shape) -> Array:
    """Add x up at an index that is given in parts."""
    return scatter_added(x, _whole(index, places, arrays), shape)


def _whole(index: Any, places: Sequence[int], arrays: Sequence[Array]) -> Any:
    given, rest = dict(zip(places, arrays, strict=True)), iter(index)
    return tuple(given[i] if i in given else next(rest) for i in range(len(given) + len(index)))


def recurrence(a: Array, b: Array, axis: int) -> Array:
    """Write a linear recurrence out: each b is multiplied by all of a that come after it."""
    a, b = np.moveaxis(a, axis, 0), np.moveaxis(b, axis, 0)
    terms = [
        [b[i] * np.prod(a[i + 1 : k + 1], axis=0) for i in range(k + 1)] for k in range(len(b))
    ]
    sums = [np.sum(row, axis=0) for row in terms]
    return np.moveaxis(np.reshape(sums, b.shape), 0, axis)


def determinant(a: Array) -> Array:
    """Expand the determinant along the first row, as it is defined."""
    if a.shape[-1] == 1:
        return a[..., 0, 0]
    minors = [np.delete(a[..., 1:, :], j, axis=-1) for j in range(a.shape[-1])]
    terms = [(-1) ** j * a[..., 0, j] * determinant(m) for j, m in enumerate(minors)]
    return np.asarray(np.sum(terms, axis=0))


def cofactors(a: Array, *directions: Array) -> Array:
    """Derive the determinant in its rows, in each of which it is linear.

    A derivative in several directions is the sum over all ways to replace a row by a row of each.
    """
    n = a.shape[-1]
    found = np.zeros(a.shape)
    for i, j in np.ndindex(n, n):
        entry = np.zeros(a.shape)
        entry[..., i, j] = 1.0
        moved = (*directions, entry)
        for rows in permutations(range(n), len(moved)):
            replaced = np.array(a)
            for row, v in zip(rows, moved, strict=True):
                replaced[..., row, :] = v[..., row, :]
            found[..., i, j] += determinant(replaced)
    return found


def cholesky(a: Array) -> Array:
    """Find the triangular factor entry by entry, from ``a = L L^T``."""
    found = np.zeros_like(a)
    for i in range(a.shape[-1]):
        for j in range(i + 1):
            rest = a[..., i, j] - np.sum(found[..., i, :j] * found[..., j, :j], axis=-1)
            found[..., i, j] = np.sqrt(rest) if i == j else rest / found[..., j, j]
    return found


def mirrored(a: Array, UPLO: str = "L") -> Array:
    """Return the symmetric matrix of which one triangle is given."""
    lower = np.tril(a if UPLO == "L" else np.swapaxes(a, -1, -2))
    return lower + np.swapaxes(np.tril(lower, -1), -1, -2)


def eigenvalues(a: Array, UPLO: str = "L") -> Array:
    """Return the eigenvalues by NumPy's function for matrices that need not be symmetric."""
    return np.sort(np.linalg.eigvals(mirrored(a, UPLO)).real)


def eigenvectors(a: Array, UPLO: Any = "L") -> Array:
    """Return for each eigenvalue w the vector that ``a - w`` maps to 0, signed as NumPy's."""
    differences = mirrored(a, UPLO)[..., None, :, :] - (
        eigenvalues(a, UPLO)[..., None, None] * np.eye(a.shape[-1])
    )
    found = np.swapaxes(np.linalg.svd(differences)[2][..., -1, :], -1, -2)
    return signed_as(np.linalg.eigh(a, UPLO)[1], found)


def signed_as(others: Array, vectors: Array) -> Array:
    """Give columns the signs of others."""
    return np.asarray(vectors * np.sign(np.sum(others * vectors, axis=-2, keepdims=True)))


def singular_values(a: Array) -> Array:
    """Return the roots of the eigenvalues of ``a a^T`` or ``a^T a``, whichever is smaller."""
    turned = np.swapaxes(a, -1, -2)
    square = a @ turned if a.shape[-2] < a.shape[-1] else turned @ a
    return np.flip(np.sqrt(np.linalg.eigvalsh(square)), axis=-1)


def singular_vectors(a: Array) -> Array:
    """Return eigenvectors of ``a^T a``, and above them what the matrix makes of them."""
    m, n = a.shape[-2:]
    turned = np.swapaxes(a, -1, -2)
    if m < n:
        right, left = np.split(singular_vectors(turned), [n], axis=-2)
    else:
        right = np.flip(eigenvectors(turned @ a), axis=-1)
        left = a @ right / singular_values(a)[..., None, :]
    u, _, vt = np.linalg.svd(a, full_matrices=False)
    ours = np.concatenate([u, np.swapaxes(vt, -1, -2)], axis=-2)
    return signed_as(ours, np.concatenate([left, right], axis=-2))


def orthonormal_columns(a: Array) -> Array:
    """Subtract from each column its part along those before, twice; signed as NumPy's."""
    found = np.zeros_like(a)
    for j in range(a.shape[-1]):
        column = a[..., j : j + 1]
        for _ in range(2):
            column = column - found @ (np.swapaxes(found, -1, -2) @ column)
        found[..., j : j + 1] = column / np.sqrt(np.sum(column * column, axis=-2, keepdims=True))
    return signed_as(np.linalg.qr(a)[0], found)


def pseudo_inverse(a: Array, rcond: float) -> Array:
    """Solve the normal equations of a matrix of full rank."""
    turned = np.swapaxes(a, -1, -2)
    if a.shape[-2] < a.shape[-1]:
        return turned @ np.linalg.inv(a @ turned)
    return np.linalg.inv(turned @ a) @ turned


def _overlaps(g: Geometry) -> Iterator[tuple[Place, Place, Place]]:
    """Yield (output place, kernel place, image place) for whatever lies inside the image."""
    axes = zip(g.image, g.kernel, g.stride, g.padding, g.dilation, strict=True)
    counts = [(n + low + high - d * (k - 1) - 1) // s + 1 for n, k, s, (low, high), d in axes]
    for out in product(*map(range, counts)):
        for at in product(*map(range, g.kernel)):
            axes = zip(out, at, g.stride, g.padding, g.dilation, strict=True)
            place = tuple(s * o + d * k - low for o, k, s, (low, _), d in axes)
            if all(0 <= i < n for i, n in zip(place, g.image, strict=True)):
                yield out, at, place


def conv_trilinear(x: Array, w: Array, y: Array, into: int, g: Geometry) -> Array:
    """Add up y[n, o, out] w[o, c, at] x[n, c, place] into the array number ``into``."""
    parts = [np.asarray(a) for a in (x, w, y)]
    result = parts[into]
    per_group, filters = parts[1].shape[1], parts[1].shape[0] // g.groups
    letters = ["nc", "oc", "no"]
    others = [letters[i] for i in range(3) if i != into]
    for group in range(g.groups):
        c = slice(group * per_group, (group + 1) * per_group)
        o = slice(group * filters, (group + 1) * filters)
        for out, at, place in _overlaps(g):
            views = [parts[0][(slice(None), c, *place)], parts[1][(o, slice(None), *at)]]
            views.append(parts[2][(slice(None), o, *out)])
            given = [v for i, v in enumerate(views) if i != into]
            views[into] += np.einsum(f"{','.join(others)}->{letters[into]}", *given)
    return result


def convolution(x: Array, w: Array, **how: Any) -> Array:
    """Correlate images with kernels, one place at a time."""
    g = geometry("conv", x.shape[2:], w.shape[2:], *how.values())
    y = np.zeros((x.shape[0], w.shape[0], *g.output), np.result_type(x, w))
    return conv_trilinear(x, w, y, 2, g)


def cross_entropy(x: Array, classes: Array, axis: int) -> Array:
    """Return minus the log probability of the right class, one example at a time."""
    rows = np.moveaxis(np.asarray(x), axis, -1)
    found = [_cross_entropy(rows[place], right) for place, right in np.ndenumerate(classes)]
    return np.array(found, rows.dtype).reshape(np.shape(classes))


def _cross_entropy(logits: Array, right: int) -> Array:
    return np.asarray(np.log1p(np.sum(np.exp(np.delete(logits, right) - logits[right]))))


def _gauss_rule(n: int) -> tuple[Array, Array]:
    """Return points and weights of Gauss' rule; those of NumPy 2.0 are off by 3e-14.

    The points are the zeros of the Legendre polynomial, improved by a step of Newton's.
    """
    x: Array = np.polynomial.legendre.leggauss(n)[0].astype(np.longdouble)
    for _ in range(2):
        before, value = np.ones_like(x), x
        for k in range(2, n + 1):
            before, value = value, ((2 * k - 1) * x * value - (k - 1) * before) / k
        slope = n * (before - x * value) / (1 - x * x)
        x = x - value / slope
    weights = 2 / ((1 - x * x) * slope * slope)
    return x.astype(float), weights.astype(float)


def complementary_error(x: Array) -> Array:
    """Integrate ``2/sqrt(pi) exp(-t^2)`` from x on.

    With ``t = |x| + u`` the tail is ``exp(-x^2)`` times the integral of ``exp(-u^2 - 2 |x| u)``,
    which Gauss' rule takes up to where nothing is left of it, at ``exp(-40)``.
    """
    x = np.asarray(x, dtype=np.result_type(x, np.float32))
    points, weights = _gauss_rule(80)
    size = np.abs(x)[..., None]
    end = np.sqrt(size * size + 40.0) - size
    u = (points + 1.0) / 2.0 * end
    heights = np.exp(-u * (u + 2.0 * size))
    tail = np.exp(-x * x) * end[..., 0] / np.sqrt(np.pi) * (heights @ weights)
    return np.asarray(np.where(x < 0, 2.0 - tail, tail), dtype=x.dtype)


def error(x: Array) -> Array:
    """Integrate ``2/sqrt(pi) exp(-t^2)`` from 0 to x, or to where nothing is left of it."""
    x = np.asarray(x, dtype=np.result_type(x, np.float32))
    points, weights = _gauss_rule(80)
    end = np.clip(x, -7.0, 7.0)
    t = (points + 1.0) / 2.0 * end[..., None]
    return np.asarray(end / np.sqrt(np.pi) * (np.exp(-t * t) @ weights), dtype=x.dtype)


def sigmoid(x: Array) -> Array:
    """Write the logistic function by a hyperbolic tangent, which saturates on both sides."""
    x = np.asarray(x, dtype=np.result_type(x, np.float32))
    return np.asarray((1 + np.tanh(x / 2)) / 2)


def gelu_tanh(x: Array) -> Array:
    """Write the approximation of the GELU as a quotient."""
    x = np.asarray(x, dtype=np.result_type(x, np.float32))
    z = math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)
    return np.asarray(x / (1 + np.exp(-2 * z)))


def bessel_ratio(x: Array, n: int) -> Array:
    """Integrate ``cos(x t) (1 - t^2)^n / (2^(n+1) n!)`` from -1 to 1.

    That is Poisson's integral of the spherical Bessel function (Abramowitz and Stegun, 10.1.13).
    """
    points, weights = _gauss_rule(80)
    heights = np.cos(np.multiply.outer(x, points)) * (1 - points * points) ** n
    return np.asarray(heights @ weights / (2 ** (n + 1) * math.factorial(n)))


def unfolded(x: Array, g: Geometry) -> Array:
    """Copy out the windows of an image, one element at a time."""
    windows = np.zeros((*x.shape[:2], *g.kernel, *g.output), x.dtype)
    for out, at, place in _overlaps(g):
        windows[(..., *at, *out)] = x[(..., *place)]
    return windows


def folded(windows: Array, g: Geometry) -> Array:
    """Add windows up in an image, one element at a time."""
    image = np.zeros((*windows.shape[:2], *g.image), windows.dtype)
    for out, at, place in _overlaps(g):
        image[(..., *place)] += windows[(..., *at, *out)]
    return image


def max_pooled(x: Array, g: Geometry) -> Array:
    """Take the largest element of every window, one element at a time."""
    out = np.full((*x.shape[:2], *g.output), -np.inf, x.dtype)
    for at, _, place in _overlaps(g):
        out[(..., *at)] = np.maximum(out[(..., *at)], x[(..., *place)])
    return out


def max_unpooled(y: Array, places: Array, g: Geometry) -> Array:
    """Add elements up at their places: a row of zeros and a one for each, times the element."""
    pixels = np.arange(np.prod(g.image, dtype=int))
    rows = [np.ravel(a)[:, None] for a in (y, places)]
    ones = np.where(rows[1] == pixels, rows[0], 0).reshape(*y.shape[:2], -1, len(pixels))
    return np.asarray(ones.sum(axis=2)).reshape(*y.shape[:2], *g.image)


def gathered(x: Array, places: Array, g: Geometry) -> Array:
    """Take the elements at places, channel by channel."""
    flat = x.reshape(*x.shape[:2], -1)
    found = np.take_along_axis(flat, places.reshape(*x.shape[:2], -1), axis=2)
    return found.reshape(places.shape)


def put_back(y: Array, places: Array, image: tuple[int, ...]) -> Array:
    """Put elements at their places, one at a time."""
    out = np.zeros((*y.shape[:2], int(np.prod(image))), y.dtype)
    for at in np.ndindex(y.shape):
        out[(*at[:2], places[at])] = y[at]
    return out.reshape(*y.shape[:2], *image)


def taken_out(x: Array, places: Array, image: tuple[int, ...]) -> Array:
    """Take each place's element for the last that asks for it, one at a time."""
    rest = x.reshape(*x.shape[:2], -1).copy()
    out = np.zeros(places.shape, x.dtype)
    for at in [*np.ndindex(places.shape)][::-1]:
        where = (*at[:2], places[at])
        out[at], rest[where] = rest[where], 0
    return out


def sum_pooled(x: Array, g: Geometry) -> Array:
    """Add every window up, one element at a time."""
    out = np.zeros((*x.shape[:2], *g.output), x.dtype)
    for at, _, place in _overlaps(g):
        out[(..., *at)] += x[(..., *place)]
    return out


def sum_unpooled(y: Array, g: Geometry) -> Array:
    """Add every element to the places of its window, one at a time."""
    image = np.zeros((*y.shape[:2], *g.image), y.dtype)
    for at, _, place in _overlaps(g):
        image[(..., *place)] += y[(..., *at)]
    return image
