"""The data of the TensorFlow Playground: points of the plane that two classes share, or heights.

Targets are 1 and -1, what a network with a tanh at its end puts out; of `plane` and `gaussians`
they are numbers between.  At the rim of a pattern noise changes the targets of `circle`, `xor`,
`plane` and `gaussians`, as if the points had been seen a little beside their places; that of
`gauss` and `spiral` moves the points.  (Smilkov et al. 2017, dataset.ts; deck 4.)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

import autograd as ag
from autograd.core.calls import called
from autograd.core.messages import one_line
from nn.checks import at_least_one, between
from nn.data.dataset import Dataset
from nn.init import Seed, generator

MOST = 0.5  # noise, which the Playground shows as 50
RADIUS = 5.0  # of the circle, the spiral and half of the square of xor
REGRESSION = 6.0  # half of the square of plane and gaussians
GAP = 0.3  # between the quarters of xor, and the axes
PEAKS = ((-4, 2.5, 1), (0, 2.5, -1), (4, 2.5, 1), (-4, -2.5, -1), (0, -2.5, 1), (4, -2.5, -1))

# What a network of the Playground may see of a point.
FEATURES: dict[str, Callable[[Any, Any], Any]] = {
    "x": lambda x, y: x,
    "y": lambda x, y: y,
    "x^2": lambda x, y: ag.square(x),
    "y^2": lambda x, y: ag.square(y),
    "xy": lambda x, y: x * y,
    "sin x": lambda x, y: ag.sin(x),
    "sin y": lambda x, y: ag.sin(y),
}


@called
def circle(n: int = 500, noise: float = 0.0, rng: Seed = None) -> Dataset:
    """Return a disc within a ring: radii U(0, 2.5), target 1, and U(3.5, 5), target -1.

    Parameters
    ----------
    n : int
        How many points; half of them in each.
    noise : float
        From 0 to 0.5.  The target is that of ``point + noise U(-5, 5)^2``: 1 within a radius of
        2.5.
    rng : int, numpy.random.Generator or None

    Returns
    -------
    Dataset
        Inputs (n, 2) float64, the disc first; targets (n, 1) float64, 1 and -1.

    Raises
    ------
    autograd.OptionError
        If there are no points, or the noise is out of range.

    Examples
    --------
    >>> from nn.data.playground import circle
    >>> circle(6, rng=0).targets.ravel()
    array([ 1.,  1.,  1., -1., -1., -1.])
    """
    rng = _checked("circle", n, noise, rng)
    inner, outer = _halves(n)
    radii = [rng.uniform(0, RADIUS / 2, inner), rng.uniform(0.7 * RADIUS, RADIUS, outer)]
    points = _polar(np.concatenate(radii), rng.uniform(0, 2 * np.pi, n))
    seen = points + noise * rng.uniform(-RADIUS, RADIUS, (n, 2))
    return _classes(points, np.hypot(*seen.T) < RADIUS / 2)


@called
def xor(n: int = 500, noise: float = 0.0, rng: Seed = None) -> Dataset:
    """Return points of four quarters: target 1 where x and y have one sign, -1 where they differ.

    Parameters
    ----------
    n : int
    noise : float
        From 0 to 0.5.  The target is that of ``point + noise U(-5, 5)^2``.
    rng : int, numpy.random.Generator or None

    Returns
    -------
    Dataset
        Inputs (n, 2) float64, U(-5, 5)^2 moved by .3 away from both axes; targets (n, 1) float64.

    Raises
    ------
    autograd.OptionError
        If there are no points, or the noise is out of range.

    Examples
    --------
    >>> from nn.data.playground import xor
    >>> data = xor(4, rng=0)
    >>> data.inputs.prod(axis=1).round(1), data.targets.ravel()
    (array([-4.3, 25.1, 15.2,  3.5]), array([-1.,  1.,  1.,  1.]))
    """
    rng = _checked("xor", n, noise, rng)
    points = rng.uniform(-RADIUS, RADIUS, (n, 2))
    points += np.where(points > 0, GAP, -GAP)
    seen = points + noise * rng.uniform(-RADIUS, RADIUS, (n, 2))
    return _classes(points, seen.prod(axis=1) >= 0)


@called
def gauss(n: int = 500, noise: float = 0.0, rng: Seed = None) -> Dataset:
    """Return two clouds: normal around (2, 2), target 1, and around (-2, -2), target -1.

    Parameters
    ----------
    n : int
        How many points; half of them in each.
    noise : float
        From 0 to 0.5, where the variance is ``.5 + 7 noise``: from .5 to 4.
    rng : int, numpy.random.Generator or None

    Returns
    -------
    Dataset
        Inputs (n, 2) float64, the upper cloud first; targets (n, 1) float64.

    Raises
    ------
    autograd.OptionError
        If there are no points, or the noise is out of range.

    Examples
    --------
    >>> from nn.data.playground import gauss
    >>> gauss(500, rng=0).inputs[:250].mean(axis=0).round()
    array([2., 2.])
    """
    rng = _checked("gauss", n, noise, rng)
    target = np.repeat([1.0, -1.0], _halves(n))
    deviation = np.sqrt(0.5 + 7 * noise)
    return _classes(rng.normal(2 * target[:, None], deviation, (n, 2)), target > 0)


@called
def spiral(n: int = 500, noise: float = 0.0, rng: Seed = None) -> Dataset:
    """Return two spirals: point i of m has radius ``5 i / m`` and angle ``1.75 * 2 pi i / m``.

    That of the second, target -1, is turned by half a circle.

    Parameters
    ----------
    n : int
        How many points; half of them in each.
    noise : float
        From 0 to 0.5; the points are moved by ``noise U(-1, 1)^2``.
    rng : int, numpy.random.Generator or None
        Draws the noise; without it there is nothing random.

    Returns
    -------
    Dataset
        Inputs (n, 2) float64, from the middle to the rim of one spiral, and then of the other;
        targets (n, 1) float64.

    Raises
    ------
    autograd.OptionError
        If there are no points, or the noise is out of range.

    Examples
    --------
    >>> import numpy as np
    >>> from nn.data.playground import spiral
    >>> np.hypot(*spiral(10).inputs.T)
    array([0., 1., 2., 3., 4., 0., 1., 2., 3., 4.])
    """
    rng = _checked("spiral", n, noise, rng)
    halves = _halves(n)
    along = np.concatenate([np.arange(m) / max(m, 1) for m in halves])
    second = np.repeat([False, True], halves)
    points = _polar(RADIUS * along, 1.75 * 2 * np.pi * along + np.pi * second)
    return _classes(points + noise * rng.uniform(-1, 1, (n, 2)), ~second)


@called
def plane(n: int = 1200, noise: float = 0.0, rng: Seed = None) -> Dataset:
    """Return heights of a plane, ``(x + y) / 10``, at points of U(-6, 6)^2.

    Parameters
    ----------
    n : int
    noise : float
        From 0 to 0.5.  The height is that of ``point + noise U(-6, 6)^2``.
    rng : int, numpy.random.Generator or None

    Returns
    -------
    Dataset
        Inputs (n, 2) float64; targets (n, 1) float64, from -1.2 to 1.2 without noise.

    Raises
    ------
    autograd.OptionError
        If there are no points, or the noise is out of range.

    Examples
    --------
    >>> from nn.data.playground import plane
    >>> data = plane(100, rng=0)
    >>> bool(abs(data.inputs.mean(axis=1) / 5 - data.targets[:, 0]).max() < 1e-12)
    True
    """
    points, seen = _square(_checked("plane", n, noise, rng), n, noise)
    return Dataset(points, seen.sum(axis=1, keepdims=True) / 10)


@called
def gaussians(n: int = 1200, noise: float = 0.0, rng: Seed = None) -> Dataset:
    """Return heights of six peaks, three up and three down, at points of U(-6, 6)^2.

    They stand at x = -4, 0 and 4 and at y = 2.5 and -2.5, with signs as on a chessboard.  Each is a
    cone, ``1 - distance / 2`` to the nearest peak, and 0 farther away than 2.

    Parameters
    ----------
    n : int
    noise : float
        From 0 to 0.5.  The height is that of ``point + noise U(-6, 6)^2``.
    rng : int, numpy.random.Generator or None

    Returns
    -------
    Dataset
        Inputs (n, 2) float64; targets (n, 1) float64, from -1 to 1.

    Raises
    ------
    autograd.OptionError
        If there are no points, or the noise is out of range.

    Examples
    --------
    >>> from nn.data.playground import gaussians
    >>> gaussians(100, rng=0)
    Dataset of 100 examples: inputs (2,) float64, targets (1,) float64
    """
    points, seen = _square(_checked("gaussians", n, noise, rng), n, noise)
    places, signs = np.array(PEAKS)[:, :2], np.array(PEAKS)[:, 2]
    distances = np.linalg.norm(seen[:, None] - places, axis=2)
    nearest = distances.argmin(axis=1)  # no two cones overlap
    heights = np.clip(1 - distances.min(axis=1) / 2, 0, 1)
    return Dataset(points, (signs[nearest] * heights)[:, None])


@called
def features(points: ag.ArrayLike, names: Sequence[str] = tuple(FEATURES)) -> Any:
    """Return what a network of the Playground sees of points.

    Parameters
    ----------
    points : array or Tensor, (N, 2)
    names : sequence of str
        Of "x", "y", "x^2", "y^2", "xy", "sin x" and "sin y"; by default all.

    Returns
    -------
    array or Tensor, (N, features)
        Of the dtype of the points; float64 for integers.

    Raises
    ------
    autograd.ShapeError
        If they are not points of a plane.
    autograd.OptionError
        If a feature is another, or there are none.

    Examples
    --------
    >>> from nn.data.playground import features
    >>> features([[2.0, 3.0]], ["x", "y^2", "xy"])
    array([[2., 9., 6.]])
    """
    names = check_features("features", names)
    shape = ag.shape(points)
    if len(shape) != 2 or shape[1] != 2:
        raise ag.ShapeError(f"features: the points are {shape} and must be (N, 2)")
    values = points if isinstance(points, ag.Tensor) else np.asarray(points)
    if values.dtype.kind != "f":
        values = ag.astype(values, float)  # bytes would overflow in a product
    return ag.stack([FEATURES[name](values[:, 0], values[:, 1]) for name in names], axis=1)


def check_features(owner: str, names: Any) -> tuple[str, ...]:
    """Return names of features as a tuple; refuse others.

    Examples
    --------
    >>> from nn.data.playground import check_features
    >>> check_features("Playground", ["x", "y"])
    ('x', 'y')
    """
    known = ", ".join(FEATURES)
    listed = tuple(names) if isinstance(names, (tuple, list)) else ()
    wrong = [name for name in listed if not isinstance(name, str) or name not in FEATURES]
    if wrong or not listed:
        shown = one_line(wrong[0] if wrong else names)
        raise ag.OptionError(f"{owner}: features={shown} must be a list of these: {known}")
    return listed


def _checked(owner: str, n: int, noise: float, rng: Seed) -> np.random.Generator:
    at_least_one(owner, n=n)
    between(owner, 0.0, MOST, noise=noise)
    return generator(rng)


def _halves(n: int) -> tuple[int, int]:
    return (n + 1) // 2, n // 2


def _polar(radii: ag.Array, angles: ag.Array) -> ag.Array:
    """Return points; their angle begins at the y axis and grows to the right."""
    return np.stack([radii * np.sin(angles), radii * np.cos(angles)], axis=1)


def _square(rng: np.random.Generator, n: int, noise: float) -> tuple[ag.Array, ag.Array]:
    """Return points, and where their heights are taken."""
    points = rng.uniform(-REGRESSION, REGRESSION, (n, 2))
    return points, points + noise * rng.uniform(-REGRESSION, REGRESSION, (n, 2))


def _classes(points: ag.Array, positive: ag.Array) -> Dataset:
    return Dataset(points, np.where(positive, 1.0, -1.0)[:, None])
