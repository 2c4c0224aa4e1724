"""The cases of the gradient checkers: ordinary functions, faulty rules, hard points.

A function is written once, for any library: ``xp`` is where its exp and its sum come from.  So is a
rule, which returns the cotangent of one input from the cotangent ``ct`` of the result.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from benchmarks.families import Array, Draw, decades, near, positive, uniform

SIZE = 8  # elements of an input, unless the case says otherwise


@dataclass(frozen=True)
class Case:
    """A function, where to check it, and its rules.

    Attributes
    ----------
    name : str
    points : callable
        Of a random generator; returns the inputs.
    f : callable
        Of ``xp`` and the inputs.
    rules : tuple of callables
        One for each input, of ``xp``, the cotangent and the inputs.  If there are none, the library
        differentiates ``f`` itself.
    """

    name: str
    points: Callable[[np.random.Generator], list[Array]]
    f: Callable[..., Any]
    rules: tuple[Callable[..., Any], ...] = ()


def vector(draw: Draw, size: int = SIZE) -> Callable[[np.random.Generator], list[Array]]:
    """Return one input of so many elements."""
    return lambda rng: [draw(rng, size)]


def normal(*shapes: tuple[int, ...]) -> Callable[[np.random.Generator], list[Array]]:
    """Return inputs of these shapes, with normal elements."""
    return lambda rng: [rng.normal(size=shape) for shape in shapes]


def exactly_zero(rng: np.random.Generator) -> list[Array]:
    """Return a vector of which one element is 0."""
    x = rng.uniform(1, 2, SIZE)
    x[rng.integers(SIZE)] = 0.0
    return [x]


def one_small(rng: np.random.Generator) -> list[Array]:
    """Return a thousand elements of which one is small."""
    x = rng.uniform(1, 2, 1000)
    x[rng.integers(1000)] = 1e-6
    return [x]


def sigmoid(xp: Any, x: Any) -> Any:
    """Return 1 / (1 + exp(-x))."""
    return 1 / (1 + xp.exp(-x))


def softmax(xp: Any, x: Any) -> Any:
    """Return shares that add up to 1."""
    e = xp.exp(x)
    return e / xp.sum(e)


def relu(xp: Any, x: Any) -> Any:
    """Return x where it is positive, else 0; its slope at 0 is 0 in every library."""
    return xp.where(x > 0, x, 0 * x)


def leaky_relu(xp: Any, x: Any) -> Any:
    """Return x where it is positive, else a hundredth of it."""
    return xp.where(x > 0, x, 0.01 * x)


ORDINARY = (
    Case("tanh(x), 8 numbers", normal((8,)), lambda xp, x: xp.tanh(x)),
    Case("tanh(x), 1,000 numbers", normal((1000,)), lambda xp, x: xp.tanh(x)),
    Case(
        "tanh(x @ w + b), 4x8 @ 8x8",
        normal((4, 8), (8, 8), (8,)),
        lambda xp, x, w, b: xp.tanh(x @ w + b),
    ),
    Case("log(sum(exp(x))), 100", normal((100,)), lambda xp, x: xp.log(xp.sum(xp.exp(x)))),
    Case("softmax(x), 10", normal((10,)), softmax),
)

FAULTS = (
    Case(
        "sin: sign",
        vector(uniform(-2, 2)),
        lambda xp, x: xp.sin(x),
        (lambda xp, ct, x: -ct * xp.cos(x),),
    ),
    Case(
        "x * y: inputs swapped",
        normal((SIZE,), (SIZE,)),
        lambda xp, x, y: x * y,
        (lambda xp, ct, x, y: ct * x, lambda xp, ct, x, y: ct * y),
    ),
    Case(
        "x @ w: w not transposed",
        normal((4, 4), (4, 4)),
        lambda xp, x, w: x @ w,
        (lambda xp, ct, x, w: ct @ w, lambda xp, ct, x, w: x.T @ ct),
    ),
    Case(
        "x^2: factor 2 missing",
        vector(uniform(-2, 2)),
        lambda xp, x: x * x,
        (lambda xp, ct, x: ct * x,),
    ),
    Case(
        "x sigmoid(x): second term missing",
        vector(uniform(-2, 2)),
        lambda xp, x: x * sigmoid(xp, x),
        (lambda xp, ct, x: ct * sigmoid(xp, x),),
    ),
    Case(
        "softmax: diagonal only",
        normal((10,)),
        softmax,
        (lambda xp, ct, x: ct * softmax(xp, x) * (1 - softmax(xp, x)),),
    ),
    Case(
        "exp: times 1 + 1e-4",
        vector(uniform(-2, 2)),
        lambda xp, x: xp.exp(x),
        (lambda xp, ct, x: ct * xp.exp(x) * (1 + 1e-4),),
    ),
    Case(
        "exp: times 1 + 1e-6",
        vector(uniform(-2, 2)),
        lambda xp, x: xp.exp(x),
        (lambda xp, ct, x: ct * xp.exp(x) * (1 + 1e-6),),
    ),
    Case(
        "log2: ln 2 cut to 9 digits",
        vector(positive(-1, 1)),
        lambda xp, x: xp.log2(x),
        (lambda xp, ct, x: ct / (x * 0.693147180),),
    ),
    Case(
        "1/x: square missing, x ~ 1e4",
        vector(positive(4, 4.3)),
        lambda xp, x: 1 / x,
        (lambda xp, ct, x: -ct / x,),
    ),
    Case(
        "1/x: square missing, x ~ 1e6",
        vector(positive(6, 6.3)),
        lambda xp, x: 1 / x,
        (lambda xp, ct, x: -ct / x,),
    ),
    Case(
        "tanh: square missing, |x| 8..10",
        vector(uniform(8, 10)),
        lambda xp, x: xp.tanh(x),
        (lambda xp, ct, x: ct * (1 - xp.abs(xp.tanh(x))),),
    ),
    Case(
        "x^2: 0 where x is 1e-6, 1 of 1,000",
        one_small,
        lambda xp, x: x * x,
        (lambda xp, ct, x: xp.where(xp.abs(x) < 1e-5, 0 * x, 2 * ct * x),),
    ),
    Case(
        "mean of 1,000: divided by 999",
        normal((1000,)),
        lambda xp, x: xp.mean(x),
        (lambda xp, ct, x: ct * (0 * x + 1) / 999,),
    ),
    Case(
        "leaky relu: 0 on the left",
        vector(decades(-2, 0)),
        leaky_relu,
        (lambda xp, ct, x: xp.where(x > 0, ct, 0 * x),),
    ),
    Case(
        "x^3: derivative clipped to 1",
        vector(uniform(-2, 2)),
        lambda xp, x: x * x * x,
        (lambda xp, ct, x: ct * xp.clip(3 * x * x, -1, 1),),
    ),
    Case(
        "x^3: cotangent clipped to [-1, 1]",
        vector(uniform(-2, 2)),
        lambda xp, x: x * x * x,
        (lambda xp, ct, x: xp.clip(ct, -1, 1) * 3 * x * x,),
    ),
)

HARD = (
    Case("tanh(x), which is easy", vector(uniform(-2, 2)), lambda xp, x: xp.tanh(x)),
    Case(
        "x^3, with a rule",
        vector(uniform(-2, 2)),
        lambda xp, x: x * x * x,
        (lambda xp, ct, x: ct * 3 * x * x,),
    ),
    Case(
        "x^3 + 1e8, with a rule",
        vector(uniform(-2, 2)),
        lambda xp, x: x * x * x + 1e8,
        (lambda xp, ct, x: ct * 3 * x * x,),
    ),
    Case("x + 1e8 - 1e8, summed", vector(uniform(-2, 2)), lambda xp, x: xp.sum(x + 1e8 - 1e8)),
    Case("1/x, |x| ~ 1e-4", vector(decades(-4, -3.7)), lambda xp, x: 1 / x),
    Case("log(x), x ~ 1e-6", vector(positive(-6, -5.7)), lambda xp, x: xp.log(x)),
    Case("sqrt(x), x ~ 1e-8", vector(positive(-8, -7.7)), lambda xp, x: xp.sqrt(x)),
    Case(
        "tan(x), 1e-3 from a pole",
        vector(near(np.array([np.pi / 2]), -3, -2.7)),
        lambda xp, x: xp.tan(x),
    ),
    Case("exp(x), x 15..25", vector(uniform(15, 25)), lambda xp, x: xp.exp(x)),
    Case("exp(x), x 100..200", vector(uniform(100, 200)), lambda xp, x: xp.exp(x)),
    Case("sin(1000 x)", vector(uniform(-2, 2)), lambda xp, x: xp.sin(1000 * x)),
    Case("relu(x), |x| ~ 1e-7", vector(decades(-7, -6.7)), relu),
    Case("1 + relu(x), |x| ~ 1e-5", vector(decades(-5, -4.7)), lambda xp, x: 1 + relu(xp, x)),
    Case("|x|, |x| ~ 1e-7", vector(decades(-7, -6.7)), lambda xp, x: xp.abs(x)),
    Case("max(x), all within 1e-6", vector(uniform(1, 1 + 1e-6)), lambda xp, x: xp.max(x)),
    Case("relu(x), one x is 0", exactly_zero, relu),
    Case("|x|, one x is 0", exactly_zero, lambda xp, x: xp.abs(x)),
)
