"""Functions with known derivatives, at points that are easy and hard for finite differences.

Every one is plain NumPy, so that no rule of the engine is used.  Its derivative is a
closed form, evaluated in long double: where that is wider than double, as with most compilers on
x86, the truth has eleven bits to spare.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]
Draw = Callable[[np.random.Generator, int], Array]

KERNEL = 3
IMAGE = 12
CLASSES = 10


@dataclass(frozen=True)
class Family:
    """A function, where to differentiate it, and its true derivative.

    Attributes
    ----------
    name : str
    draw : callable
        Of a random generator and a number of outputs; returns the inputs.
    f : callable
        Of the inputs.
    slope : callable
        Of the inputs and a direction, both in long double; returns the derivative along it.
    """

    name: str
    draw: Callable[[np.random.Generator, int], list[Array]]
    f: Callable[..., Array]
    slope: Callable[[Sequence[Array], Sequence[Array]], Array]


def elementwise(
    name: str, draw: Draw, f: Callable[[Array], Array], slope: Callable[[Array], Any]
) -> Family:
    """Return the family of a function of one number."""
    return Family(name, lambda rng, n: [draw(rng, n)], f, lambda at, v: slope(at[0]) * v[0])


def families() -> list[Family]:
    """Return all of them.

    Where a name has a range, the points are spread over it by decades; ``near`` is as densely
    around poles, jumps and kinks.
    """
    return [
        elementwise("exp", uniform(-20, 20), np.exp, np.exp),
        elementwise("1/x, |x| 1e-4..1e4", decades(-4, 4), lambda x: 1 / x, lambda x: -1 / x**2),
        elementwise("tanh", uniform(-6, 6), np.tanh, lambda x: 1 / np.cosh(x) ** 2),
        Family("conv 3x3", images, conv, slope_of_conv),
        Family("tanh(conv 3x3)", images, tanh_of_conv, slope_of_tanh_of_conv),
        elementwise("x^3 + 1e8", uniform(-3, 3), lambda x: x**3 + 1e8, lambda x: 3 * x**2),
        elementwise("relu, |x| 1e-12..1", decades(-12, 0), relu, lambda x: (x > 0) + 0 * x),
        elementwise("|x|, |x| 1e-12..1", decades(-12, 0), np.abs, np.sign),
        elementwise(
            "1 + relu(x), |x| 1e-12..1",
            decades(-12, 0),
            lambda x: 1 + relu(x),
            lambda x: (x > 0) + 0 * x,
        ),
        elementwise(
            "sin(x) + |x-1| / 1024, near",
            near(np.array([1.0]), -12, 0),
            lambda x: np.sin(x) + np.abs(x - 1) / 1024,
            lambda x: np.cos(x) + np.sign(x - 1) / 1024,
        ),
        elementwise("log, x 1e-8..1e8", positive(-8, 8), np.log, lambda x: 1 / x),
        elementwise("sqrt, x 1e-8..1e8", positive(-8, 8), np.sqrt, lambda x: 1 / (2 * np.sqrt(x))),
        elementwise(
            "sin(1000 x)",
            uniform(-3, 3),
            lambda x: np.sin(1000 * x),
            lambda x: 1000 * np.cos(1000 * x),
        ),
        elementwise("tan, 1e-6..1 from a pole", tan_points, np.tan, lambda x: 1 / np.cos(x) ** 2),
        Family("softmax * logsumexp", scores, shares, slope_of_shares),
        elementwise(
            "x^1.5, x 1e-6..1e3", positive(-6, 3), lambda x: x**1.5, lambda x: 1.5 * np.sqrt(x)
        ),
        elementwise(
            "1 / (1 + 25 x^2)",
            uniform(-2, 2),
            lambda x: 1 / (1 + 25 * x**2),
            lambda x: -50 * x / (1 + 25 * x**2) ** 2,
        ),
        elementwise(
            "1 / ((x-1)(x+1)), near",
            near(np.array([-1.0, 1.0]), -6, 0),
            lambda x: 1 / ((x - 1) * (x + 1)),
            lambda x: -2 * x / ((x - 1) * (x + 1)) ** 2,
        ),
        elementwise(
            "tanh(3 x), in float32",
            uniform(-2, 2),
            lambda x: np.tanh(3 * x.astype(np.float32)).astype(np.float64),
            lambda x: 3 / np.cosh(3 * x) ** 2,
        ),
        elementwise("x + 1e8 - 1e8", decades(-3, 3), lambda x: x + 1e8 - 1e8, np.ones_like),
        elementwise(
            "floor(x) + sin(x), near",
            near(np.arange(-4.0, 5.0), -9, -0.3),
            lambda x: np.floor(x) + np.sin(x),
            np.cos,
        ),
    ]


def uniform(low: float, high: float) -> Draw:
    """Return points between two numbers."""
    return lambda rng, n: rng.uniform(low, high, n)


def positive(low: float, high: float) -> Draw:
    """Return points between two powers of ten, as many in every decade."""
    return lambda rng, n: 10.0 ** rng.uniform(low, high, n)


def decades(low: float, high: float) -> Draw:
    """Return points of either sign, whose sizes are as many in every decade."""
    return lambda rng, n: positive(low, high)(rng, n) * rng.choice([-1.0, 1.0], n)


def near(centres: Array, low: float, high: float) -> Draw:
    """Return points at such distances, in powers of ten, from some centres."""
    return lambda rng, n: rng.choice(centres, n) + decades(low, high)(rng, n)


tan_points = near(np.pi * (np.arange(-4, 4) + 0.5), -6, 0)


def relu(x: Array) -> Array:
    """Return x where it is positive, else 0."""
    return np.where(x > 0, x, 0 * x)


def images(rng: np.random.Generator, n: int) -> list[Array]:
    """Return some images and one kernel."""
    outputs = (IMAGE - KERNEL + 1) ** 2
    return [rng.normal(size=(n // outputs, IMAGE, IMAGE)), rng.normal(size=(KERNEL, KERNEL))]


def conv(x: Array, kernel: Array) -> Array:
    """Slide a kernel over images."""
    size = IMAGE - KERNEL + 1
    moved = [
        kernel[i, j] * x[:, i : i + size, j : j + size]
        for i in range(KERNEL)
        for j in range(KERNEL)
    ]
    total: Array = np.sum(moved, axis=0)
    return total


def slope_of_conv(at: Sequence[Array], v: Sequence[Array]) -> Array:
    """Differentiate: by the image, where it is linear, and by the kernel, where it is, too."""
    return conv(v[0], at[1]) + conv(at[0], v[1])


def tanh_of_conv(x: Array, kernel: Array) -> Array:
    """Squash the result."""
    y: Array = np.tanh(conv(x, kernel))
    return y


def slope_of_tanh_of_conv(at: Sequence[Array], v: Sequence[Array]) -> Array:
    """Differentiate: 1 - tanh^2 = 1 / cosh^2, times the derivative of the convolution."""
    slope: Array = slope_of_conv(at, v) / np.cosh(conv(*at)) ** 2
    return slope


def scores(rng: np.random.Generator, n: int) -> list[Array]:
    """Return rows of scores."""
    return [3 * rng.normal(size=(n // CLASSES, CLASSES))]


def shares(x: Array) -> Array:
    """Return the softmax of every row, times its logsumexp."""
    e = np.exp(x)
    total = e.sum(1, keepdims=True)
    y: Array = e / total * np.log(total)
    return y


def slope_of_shares(at: Sequence[Array], v: Sequence[Array]) -> Array:
    """Differentiate: d softmax_i = softmax_i (v_i - m), d logsumexp = m, with m = softmax . v."""
    e = np.exp(at[0])
    total = e.sum(1, keepdims=True)
    softmax = e / total
    mean = (softmax * v[0]).sum(1, keepdims=True)
    slope: Array = softmax * ((v[0] - mean) * np.log(total) + mean)
    return slope
