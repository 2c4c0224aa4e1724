"""A cotangent that is given is neither changed, nor part of what is handed out."""

import numpy as np
import pytest

import autograd as ag

# Rules that pass a cotangent on, itself or as a view.
PASSED_ON = {
    "add": lambda x: x + 0.0,
    "twice": lambda x: x + x,
    "thrice": lambda x: x + x + x,
    "reshape": lambda x: ag.reshape(x, (-1,)),
    "transpose": lambda x: ag.transpose(x),
    "back and forth": lambda x: ag.reshape(ag.reshape(x, (-1,)), x.shape),
    "itself": lambda x: x,
}
WAYS = {
    "vjp": lambda f, x, ct: ag.vjp(f, x)[1](ct)[0],
    "gradients": lambda f, x, ct: gradients(f, x, ct),
    "backward": lambda f, x, ct: backward(f, x, ct),
    "retained": lambda f, x, ct: backward(f, x, ct, retain="all"),
}


def gradients(f, x, ct):
    x = ag.tensor(x, requires_grad=True)
    return ag.gradients(f(x), x, ct)


def backward(f, x, ct, **options):
    x = ag.tensor(x, requires_grad=True)
    y = f(x)
    y.backward(ct, **options)
    if options and y is not x:
        assert not np.shares_memory(y.grad, ct)
    return x.grad


@pytest.mark.parametrize("f", PASSED_ON.values(), ids=PASSED_ON)
@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
@pytest.mark.parametrize("lying", [np.array, np.asfortranarray])
def test_what_is_handed_out_shares_no_memory_with_it(way, f, lying):
    x = np.ones((3, 4))
    ct = lying(np.arange(12.0).reshape(np.shape(f(x))))
    kept = ct.copy()
    found = way(f, x, ct)
    assert not np.shares_memory(found, ct)
    found[...] = 77.0
    np.testing.assert_array_equal(ct, kept)


@pytest.mark.parametrize("f", PASSED_ON.values(), ids=PASSED_ON)
def test_memory_of_something_else_is_not_handed_out(f):
    memory = bytearray(np.arange(12.0).tobytes())
    x = np.ones((3, 4))
    found = ag.vjp(f, x)[1](np.frombuffer(memory).reshape(np.shape(f(x))))[0]
    found[...] = 77.0
    np.testing.assert_array_equal(np.frombuffer(memory), np.arange(12.0))


def test_a_graph_that_is_recorded_has_the_numbers_of_then():
    x, ct = ag.tensor(np.array([1.0, 2.0]), requires_grad=True), np.array([3.0, 4.0])
    dx = ag.gradients(x * x, x, ct, create_graph=True)
    ct[...] = 0.0
    np.testing.assert_array_equal(ag.gradients(dx, x, np.ones(2)), [6.0, 8.0])


def test_a_recorded_pullback_has_the_numbers_of_then():
    x, ct = ag.tensor(np.array([1.0, 2.0]), requires_grad=True), np.array([3.0, 4.0])
    _, pullback = ag.vjp(lambda v: v * v, x)
    (dx,) = pullback(ct)
    ct[...] = 0.0
    np.testing.assert_array_equal(ag.gradients(dx, x, np.ones(2)), [6.0, 8.0])
