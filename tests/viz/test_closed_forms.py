"""The product of the local gradients is the closed form, and what is read is what was computed."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd as ag

compare = ag.lessons.compare


def leaf(value, name="x"):
    return ag.tensor(value, requires_grad=True, name=name)


def scoped(name, f):
    def call(x):
        with ag.scope(name):
            return f(x)

    return call


COMPOSED = {
    "sigmoid": ag.sigmoid,
    "softplus": ag.softplus,
    "tan": ag.tan,
    "deg2rad": ag.deg2rad,
    "rad2deg": ag.rad2deg,
    "elu": lambda x: ag.elu(x, 1.7),
    "leaky_relu": lambda x: ag.leaky_relu(x, 0.3),
}


@pytest.mark.parametrize("name", COMPOSED)
@given(x=st.floats(-4, 4).filter(lambda x: abs(x) > 1e-3 and abs(math.cos(x)) > 0.05))
def test_the_chain_gives_the_closed_form(name, x):
    t = leaf(x)
    call = compare(ag.trace(COMPOSED[name](t) * 3.0))[0]
    assert call.name == name
    assert call.product == pytest.approx(call.closed, rel=1e-9, abs=1e-12)
    assert call.difference == call.product - call.closed
    assert call.product == pytest.approx(ag.grad(COMPOSED[name])(x), rel=1e-12)
    assert "the same" in str(call)


@given(st.floats(-4, 4))
def test_the_factors_multiply_to_the_product(x):
    t = leaf(x)
    call = compare(ag.trace(ag.softplus(t)))[0]
    products = [math.prod(f.value for f in path) for path in call.paths]
    assert sum(products) == pytest.approx(call.product, rel=1e-12, abs=1e-300)


def test_sigmoid_reads_like_a_textbook():
    x = leaf(1.0)
    (call,) = compare(ag.trace(ag.sigmoid(x)))
    assert str(call).splitlines() == [
        "sigmoid: f = 0.73 at x = 1.00",
        "  df/dx = [df/dc = -1/c^2] x [dc/db = 1] x [db/da = b] x [da/dx = -1]",
        "        = -0.53 x 1.00 x 0.37 x -1.00 = 0.20",
        "  closed form: df/dx = f (1 - f) = 0.20, the same",
    ]


def test_a_piece_is_shown_with_its_condition():
    x = leaf(-2.0)
    (call,) = compare(ag.trace(ag.leaky_relu(x, 0.1)))
    assert call.formula == "f / x, the slope for x < 0"
    assert str(call).endswith("for x < 0, here 0.10, the same")


def test_every_call_is_listed_once_also_inside_another():
    x = leaf(0.3)
    with ag.scope("outer"):
        y = ag.sigmoid(ag.sigmoid(x))
    names = [call.name for call in compare(ag.trace(y))]
    assert sorted(names) == ["outer", "sigmoid", "sigmoid"]


def test_a_block_without_a_known_formula_has_only_its_chain():
    x = leaf(0.3)
    (call,) = compare(ag.trace(scoped("mine", lambda x: ag.exp(ag.sin(x)))(x)))
    assert (call.formula, call.closed, call.difference) == ("", None, None)
    assert call.product == pytest.approx(math.cos(0.3) * math.exp(math.sin(0.3)))
    assert "closed form" not in str(call)


def test_a_block_that_only_bears_the_name_differs_from_the_formula():
    x = leaf(0.3)
    (call,) = compare(ag.trace(scoped("sigmoid", lambda x: ag.tanh(x) * 1.0)(x)))
    assert "which differs by" in str(call)


def test_arrays_and_calls_of_several_inputs_are_passed_over():
    x, y = leaf([1.0, 2.0]), leaf(1.0, "y")
    with ag.scope("pair"):
        pair = y * ag.sum(x)
    assert compare(ag.trace(ag.sum(ag.sigmoid(x)) + pair)) == []


def test_what_the_gradient_does_not_pass_is_passed_over():
    x = leaf(1.0)
    y = ag.sigmoid(x)
    assert compare(ag.trace(x * ag.detach(y))) == []


def test_far_out_the_formula_does_not_overflow():
    for f, x in ((ag.sigmoid, -300.0), (ag.sigmoid, 700.0), (ag.softplus, -700.0)):
        t = leaf(x)
        (call,) = compare(ag.trace(f(t)))
        assert np.isfinite(call.closed)
        assert "the same" in str(call)


@pytest.mark.parametrize("given", [None, 3.0, "f", leaf(1.0)])
def test_only_a_trace_can_be_compared(given):
    with pytest.raises(ag.GradientError, match="compare: expected a Trace"):
        compare(given)
