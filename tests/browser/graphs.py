"""Graphs that the browser tests step through."""

import numpy as np

import autograd as ag
from tests.gallery import variable

# The image and the kernel of deck 2.
ROWS = ("11100", "01110", "00111", "00110", "01100")
IMAGE = np.array([[float(v) for v in row] for row in ROWS])
KERNEL = np.array([[1.0, 0.0, 1.0], [0.0, 1.0, 0.0], [1.0, 0.0, 1.0]])


def convolution(kernel=KERNEL):
    """The sum of a feature map."""
    image, kernel = variable(IMAGE, "image"), variable(kernel, "kernel")
    maps = ag.conv(ag.reshape(image, (1, 1, 5, 5)), ag.reshape(kernel, (1, 1, 3, 3)))
    return ag.trace(ag.sum(maps))


def fan_out():
    x = variable(3.0, "x")
    return ag.trace(x * x + x)


def folded():
    x = variable(0.5, "x")
    with ag.scope("outer"):
        y = ag.sigmoid(x * 2.0) * x
    return ag.trace(y + x)


def cells():
    """Two equal scopes in a row, each with scopes of its own."""
    x, w = variable(0.5, "x"), variable(1.5, "w")
    y = x
    for k in range(2):
        with ag.scope(f"cell{k}"):
            y = ag.sigmoid(w * y) * ag.sigmoid(y) + y
    return ag.trace(y * x * w)


def vanishing():
    y = variable(0.5, "x")
    for _ in range(5):
        y = ag.sigmoid(y)
    return ag.trace(y)


def exploding():
    y = variable(1.5, "x")
    for _ in range(5):
        y = y * y
    return ag.trace(y)


def with_nan():
    x = variable([0.0, 1.0], "x")
    with np.errstate(all="ignore"):
        return ag.trace(ag.sum(x * ag.log(x)))


def with_infinity():
    x = variable(0.0, "x")
    with np.errstate(all="ignore"):
        return ag.trace(ag.sqrt(x) * 2.0)


def layer():
    """A layer with a bias, for two examples of three numbers."""
    rng = np.random.default_rng(0)
    x, w = variable(rng.normal(size=(2, 3)), "x"), variable(rng.normal(size=(3, 4)), "W")
    b = variable(rng.normal(size=4), "b")
    return ag.trace(ag.sum((x @ w + b) ** 2))


def large():
    """More elements than the page shows cell by cell."""
    x = variable(np.linspace(0.001, 1.0, 2_000), "x")
    return ag.trace(ag.sum(x * x * 1e-3))
