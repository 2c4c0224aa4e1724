"""The logistic function and what is made of it: all digits in both tails, in every derivative."""

import decimal
import math
from decimal import Decimal

import numpy as np
import pytest

import autograd as ag
from autograd.ops.logistic import gelu_tanh

POINTS = [0.0, 1e-12, 0.5, 3.0, 20.0, 37.0, 80.0]
POINTS = [*POINTS, *(-x for x in POINTS[1:])]
FAR = [200.0, 500.0, 700.0, -200.0, -500.0, -700.0]


def derivatives(f, x, order, dtype=np.float64):
    """Return the value of a function and its derivatives, one after another."""
    found = []
    for _ in range(order + 1):
        found.append(float(f(dtype(x))))
        f = ag.grad(f)
    return found


def exact(f, x):
    with decimal.localcontext(prec=400, Emin=-999999, Emax=999999):
        return [float(y) for y in f(Decimal(x))]


def sigmoid(x):
    s, u = 1 / (1 + (-x).exp()), 1 / (1 + x.exp())
    return s, s * u, s * u * (u - s), s * u * (1 - 6 * s * u)


def softplus(x):
    s, first, second, _ = sigmoid(x)
    return max(x, Decimal(0)) + (1 + (-abs(x)).exp()).ln(), s, first, second


def gelu(x):
    scale, cubic = (8 / Decimal(math.pi)).sqrt(), Decimal("0.044715")
    z, slope, bend = scale * (x + cubic * x**3), scale * (1 + 3 * cubic * x * x), 6 * cubic * x
    s, first, second, _ = sigmoid(z)
    bend = scale * bend
    return x * s, s + x * first * slope, 2 * first * slope + x * (second * slope**2 + first * bend)


@pytest.mark.parametrize("x", POINTS)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(("f", "closed"), [(ag.sigmoid, sigmoid), (ag.softplus, softplus)])
def test_value_and_three_derivatives_are_the_closed_forms(f, closed, dtype, x):
    x = float(dtype(x))
    eps = np.finfo(dtype).eps
    found, right = derivatives(f, x, 3, dtype), exact(closed, x)
    np.testing.assert_allclose(found[:2], right[:2], rtol=8 * eps)
    # The others are differences, of numbers as large as the slope.
    np.testing.assert_allclose(found[2:], right[2:], rtol=8 * eps, atol=8 * eps * right[1])


@pytest.mark.parametrize("x", FAR)
@pytest.mark.parametrize(("f", "closed"), [(ag.sigmoid, sigmoid), (ag.softplus, softplus)])
def test_far_from_0_all_digits_are_there(f, closed, x):
    np.testing.assert_allclose(derivatives(f, x, 3), exact(closed, x), rtol=1e-15)


@pytest.mark.parametrize("x", [0.0, 0.5, 3.0, -0.5, -3.0, -8.0, -12.0, -15.0])
def test_the_approximation_of_gelu_has_its_digits_on_the_left(x):
    found, right = derivatives(gelu_tanh, x, 2), exact(gelu, x)
    np.testing.assert_allclose(found, right, rtol=2e-13)


@pytest.mark.parametrize("x", [1e20, 1e200])
def test_far_from_0_the_approximation_of_gelu_is_that_of_its_limits(x):
    assert derivatives(gelu_tanh, x, 2) == [x, 1.0, 0.0]
    assert derivatives(gelu_tanh, -x, 2) == [0.0, 0.0, 0.0]


@pytest.mark.parametrize("f", [ag.sigmoid, ag.softplus])
def test_infinities_and_nan(f):
    with np.errstate(all="raise", under="ignore"):
        low, high = f(np.array([-np.inf, np.inf]))
        slopes = ag.grad(lambda x: ag.sum(f(x)))(np.array([-np.inf, np.inf]))
    assert (low, high) == (0.0, 1.0 if f is ag.sigmoid else np.inf)
    assert slopes.tolist() == ([0.0, 0.0] if f is ag.sigmoid else [0.0, 1.0])
    assert np.isnan(f(np.nan))


def test_a_sigmoid_may_be_smaller_than_the_smallest_normal_number():
    assert ag.sigmoid(-740.0) == math.exp(-740.0) > 0.0
    assert float(ag.sigmoid(np.float32(-100.0))) == pytest.approx(math.exp(-100.0), rel=0.05)


def test_in_float32_the_slope_of_the_approximation_of_gelu_is_exact_to_its_last_digits():
    x = np.linspace(-6, 8, 20_001, dtype=np.float32)
    slopes = [
        ag.vjp(gelu_tanh, x.astype(dtype))[1](np.ones(x.shape, dtype))[0]
        for dtype in (np.float32, np.float64)
    ]
    assert np.max(np.abs(slopes[0] - slopes[1])) <= 4 * np.spacing(np.float32(1))


@pytest.mark.parametrize("f", [ag.sigmoid, ag.softplus, gelu_tanh])
def test_a_call_is_one_node(f):
    x = ag.tensor(2.0, requires_grad=True)
    assert len(ag.graph(f(x))) == 2


@pytest.mark.parametrize("f", [ag.sigmoid, ag.softplus, gelu_tanh])
def test_the_dtype_of_floats_stays_and_integers_become_floats(f):
    for dtype in (np.float16, np.float32, np.float64, np.longdouble):
        x = dtype([0.5, -2.0])
        assert f(x).dtype == dtype
        assert ag.grad(lambda x: ag.sum(f(x)))(x).dtype == dtype
    np.testing.assert_allclose(f(np.array([-1, 2], np.int8)), f(np.array([-1.0, 2.0])))
    assert f(True) == f(1.0)


@pytest.mark.parametrize("f", [ag.sigmoid, ag.softplus, gelu_tanh])
def test_float16_is_rounded_once(f):
    x = np.linspace(-12, 12, 97).astype(np.float16)
    assert np.array_equal(f(x), f(x.astype(np.float32)).astype(np.float16))
    slope = ag.grad(lambda x: ag.sum(f(x)))
    ulp = 2.0**-10  # the rule of the sigmoid begins with its rounded value
    np.testing.assert_allclose(slope(x), slope(x.astype(np.float32)), rtol=ulp, atol=6e-8)


def test_the_second_derivative_of_float16_sigmoid_is_rounded_once():
    x = np.linspace(-8, 8, 4001).astype(np.float16)
    found = ag.grad(lambda x: ag.sum(ag.grad(lambda x: ag.sum(ag.sigmoid(x)))(x)))(x)
    small = np.exp(-np.abs(x.astype(float)))
    expected = -small / (1 + small) ** 2 * np.tanh(x.astype(float) / 2)
    np.testing.assert_allclose(found, expected, rtol=2.0**-10, atol=6e-8)
