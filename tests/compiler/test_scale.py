"""Products with one number move to where the gradients begin, if that is less work."""

import numpy as np
import pytest

import autograd as ag
from autograd.compiler.passes import scale
from autograd.core.pytree import flatten
from autograd.ops.elementwise import multiply

RNG = np.random.default_rng(0)
W, V = RNG.normal(size=(6, 8)), RNG.normal(size=(8, 3))
X, T = RNG.normal(size=(4, 6)), RNG.normal(size=(4, 3))


def loss(weights, x, t):
    w, v = weights
    return ag.sum((ag.relu(x @ w) @ v - t) ** 2)


def step(weights, x, t, lr):
    gradients = ag.grad(loss)(weights, x, t)
    return [w - lr * g for w, g in zip(weights, gradients, strict=True)]


def with_gradients(weights, x, t, lr):
    gradients = ag.grad(loss)(weights, x, t)
    return [w - lr * g for w, g in zip(weights, gradients, strict=True)], gradients


def clipped(weights, x, t, lr):
    gradients = ag.grad(loss)(weights, x, t)
    return [w - lr * ag.tanh(g) for w, g in zip(weights, gradients, strict=True)]


def decayed(weights, x, t, lr):
    gradients = ag.grad(loss)(weights, x, t)
    return [w - lr * (g + 0.1 * w) for w, g in zip(weights, gradients, strict=True)]


def products_with_lr(compiled):
    """Return the shapes of all arrays that are multiplied by the learning rate."""
    program = compiled.optimised
    known = program.by_id()
    lr = next(line.id for line in program if line.name == "lr")
    numbers, shapes = {lr}, []
    for line in program:
        if numbers.intersection(line.args):
            if line.shape and line.primitive is multiply.primitive:
                shapes.append(line.shape)
            elif not line.shape:
                numbers.add(line.id)
    assert known[lr].shape == ()
    return shapes


def test_the_gradient_of_the_loss_is_multiplied_instead_of_those_of_the_weights():
    compiled = ag.compile(step)
    compiled([W, V], X, T, 0.1)
    assert products_with_lr(compiled) == [(4, 3)]


@pytest.mark.parametrize("f", [with_gradients, clipped, decayed])
def test_gradients_that_are_needed_as_they_are_stay(f):
    compiled = ag.compile(f)
    compiled([W, V], X, T, 0.1)
    assert sorted(products_with_lr(compiled)) == [(6, 8), (8, 3)]


@pytest.mark.parametrize("f", [step, with_gradients, clipped, decayed])
@pytest.mark.parametrize("lr", [0.1, 0.0, -3.0])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_step_is_what_it_is_eagerly(f, lr, dtype):
    given = [a.astype(dtype) for a in (W, V)], X.astype(dtype), T.astype(dtype), lr
    compiled = ag.compile(f)
    for _ in range(2):
        found, expected = compiled(*given), f(*given)
        for a, b in zip(flatten(found)[0], flatten(expected)[0], strict=True):
            assert a.dtype == b.dtype
            np.testing.assert_allclose(a, b, rtol=1e3 * np.finfo(dtype).eps)


def test_products_of_single_numbers_are_left_alone():
    def f(ws, x):
        return [w * x * x for w in ws]

    compiled = ag.compile(f)
    compiled([np.float64(w) for w in range(20)], np.float64(2.0))
    assert scale._factors(compiled.program) == []
