"""NumPy's elementwise functions: exact slopes near edges, ties, jumps and the origin."""

import math

import numpy as np
import pytest
import scipy.special

import autograd as ag

PI2 = math.pi**2


def derivatives(f, x, order):
    """Return the value of a function and its derivatives, one after another."""
    found = []
    for _ in range(order + 1):
        found.append(float(f(np.float64(x))))
        f = ag.grad(f)
    return found


@pytest.mark.parametrize("x", [0.0, 1e-300, 1e-20, -1e-9])
def test_sinc_is_smooth_at_0(x):
    expected = [1.0, -PI2 * x / 3, -PI2 / 3, PI2**2 * x / 5, PI2**2 / 5]
    np.testing.assert_allclose(derivatives(ag.sinc, x, 4), expected, rtol=1e-15)


@pytest.mark.parametrize("x", [0.3, -1.25, 2.0, 40.3])
def test_the_derivatives_of_sinc_are_those_of_the_quotient(x):
    z, s, c = math.pi * x, math.sin(math.pi * x), math.cos(math.pi * x)
    first = math.pi * (c - s / z) / z
    second = math.pi**2 * (-s - 2 * (c - s / z) / z) / z
    third = math.pi**3 * (-c / z + 3 * s / z**2 + 6 * c / z**3 - 6 * s / z**4)
    np.testing.assert_allclose(
        derivatives(ag.sinc, x, 3), [s / z, first, second, third], rtol=1e-12, atol=1e-13
    )


# With d = 2^-40 from an end of the domain, in terms of d alone.
D = 2.0**-40
NEAR_THE_EDGE = {
    "arcsin": (1 - D, (D * (2 - D)) ** -0.5, (1 - D) * (D * (2 - D)) ** -1.5),
    "arccos": (1 - D, -((D * (2 - D)) ** -0.5), -(1 - D) * (D * (2 - D)) ** -1.5),
    "arctanh": (1 - D, 1 / (D * (2 - D)), 2 * (1 - D) / (D * (2 - D)) ** 2),
    "arccosh": (1 + D, (D * (2 + D)) ** -0.5, -(1 + D) * (D * (2 + D)) ** -1.5),
}


@pytest.mark.parametrize("name", NEAR_THE_EDGE)
def test_slopes_are_exact_near_the_ends_of_the_domain(name):
    x, first, second = NEAR_THE_EDGE[name]
    found = derivatives(getattr(ag, name), x, 2)
    np.testing.assert_allclose(found[1:], [first, second], rtol=1e-14)


@pytest.mark.parametrize(
    ("name", "x", "first", "second"),
    [
        ("arcsin", 1e-20, 1.0, 1e-20),
        ("arctanh", 1e-20, 1.0, 2e-20),
        ("arcsinh", 1e-20, 1.0, -1e-20),
        ("arcsinh", 1e200, 1e-200, 0.0),
        ("arccosh", 1e200, 1e-200, 0.0),
        ("log2", 1e200, 1e-200 / math.log(2), 0.0),
        ("cbrt", 1e-60, 1e40 / 3, -2e100 / 9),
        ("cbrt", -8.0, 1 / 12, 1 / 144),
        ("erf", 1e-20, 2 / math.pi**0.5, -4e-20 / math.pi**0.5),
        ("exp2", -1000.0, 2.0**-1000 * math.log(2), 2.0**-1000 * math.log(2) ** 2),
    ],
)
def test_slopes_are_exact_for_small_and_large_numbers(name, x, first, second):
    found = derivatives(getattr(ag, name), x, 2)
    np.testing.assert_allclose(found[1:], [first, second], rtol=1e-14, atol=1e-320)


def test_erf_has_all_digits_near_0_and_of_integers():
    x = np.array([1e-300, 1e-20, 1e-3, 0.5, 6.0, -2.0])
    np.testing.assert_allclose(ag.erf(x), scipy.special.erf(x), rtol=4e-16)
    assert ag.erf(np.array([0, 1])).dtype == np.float64


@pytest.mark.parametrize("size", [1e-300, 1.0, 1e300])
def test_polar_coordinates_neither_overflow_nor_vanish(size):
    x, y = 3 * size, 4 * size
    np.testing.assert_allclose(ag.grad(ag.hypot, (0, 1))(x, y), (0.6, 0.8), rtol=1e-15)
    slopes = ag.grad(ag.arctan2, (0, 1))(y, x)
    np.testing.assert_allclose(slopes, (0.12 / size, -0.16 / size), rtol=1e-15)


def test_the_second_slope_of_hypot_does_not_cancel():
    second = ag.grad(ag.grad(ag.hypot))
    np.testing.assert_allclose(second(1.0, 1e-9), 1e-18, rtol=1e-14)


@pytest.mark.parametrize("f", [ag.hypot, ag.arctan2])
def test_slopes_at_the_origin_are_0(f):
    assert ag.grad(f, (0, 1))(0.0, 0.0) == (0.0, 0.0)
    assert np.all(ag.hessian(lambda p: f(p[0], p[1]))(np.zeros(2)) == 0)


@pytest.mark.parametrize(("y", "x"), [(1.0, 2.0), (1.0, -2.0), (-1.0, -2.0), (-1.0, 2.0)])
def test_arctan2_has_a_slope_in_every_quadrant(y, x):
    assert ag.testing.check_grad(ag.arctan2, y, x, order=2)


EXTREMES = [ag.logaddexp, ag.logaddexp2]


@pytest.mark.parametrize("f", EXTREMES)
@pytest.mark.parametrize(
    ("x", "y", "slopes"),
    [
        (800.0, -800.0, (1.0, 0.0)),
        (-np.inf, 3.0, (0.0, 1.0)),
        (np.inf, 3.0, (1.0, 0.0)),
        (-np.inf, -np.inf, (0.5, 0.5)),
        (np.inf, np.inf, (0.5, 0.5)),
        (-1e5, -1e5, (0.5, 0.5)),
    ],
)
def test_a_sum_of_powers_has_slopes_in_the_tails(f, x, y, slopes):
    np.testing.assert_allclose(ag.grad(f, (0, 1))(x, y), slopes, rtol=1e-15, atol=1e-300)


def test_the_small_part_of_a_sum_of_powers_keeps_its_digits():
    found = derivatives(lambda x: ag.logaddexp(x, 100.0), -100.0, 3)[1:]
    np.testing.assert_allclose(found, [math.exp(-200)] * 3, rtol=1e-14)


@pytest.mark.parametrize("f", [ag.fmax, ag.fmin])
def test_nan_gives_the_gradient_to_the_other_input_and_a_tie_to_the_second(f):
    slopes = ag.grad(f, (0, 1))
    assert slopes(np.nan, 1.0) == (0.0, 1.0)
    assert slopes(1.0, np.nan) == (1.0, 0.0)
    assert slopes(2.0, 2.0) == (0.0, 1.0)
    assert slopes(np.nan, np.nan) == (0.0, 1.0)


@pytest.mark.parametrize(("x", "y"), [(7.3, 2.0), (-7.3, 2.0), (7.3, -2.0), (-1e3, 0.7), (0.5, 3)])
def test_the_slope_of_a_remainder_is_minus_the_quotient(x, y):
    assert ag.grad(ag.remainder, (0, 1))(x, float(y)) == (1.0, -np.floor(x / y))
    assert ag.grad(ag.fmod, (0, 1))(x, float(y)) == (1.0, -np.trunc(x / y))
    assert ag.grad(ag.floor_divide, (0, 1))(x, float(y)) == (0.0, 0.0)


def test_the_quotient_in_the_slope_is_that_of_the_remainder():
    # 0.3 / 0.1 rounds to 3, and a float just below 0.3 holds 0.1 two times.
    x, y = 0.3 - 2**-54, 0.1
    assert ag.grad(ag.remainder, 1)(x, y) == -(x // y) == -2.0
    assert ag.grad(ag.fmod, 1)(x, y) == -2.0


def test_the_operators_of_division_are_those_of_numpy():
    x, y = np.array([[7.0], [-7.0]]), np.array([2.0, -3.0])
    t = ag.tensor(x, requires_grad=True)
    quotient, rest = divmod(t, y)
    np.testing.assert_array_equal(quotient.data, x // y)
    np.testing.assert_array_equal(rest.data, x % y)
    np.testing.assert_array_equal((5 % t).data, 5 % x)
    np.testing.assert_array_equal((ag.tensor([7, -7]) // 2).data, [3, -4])
    ag.sum(rest).backward()
    np.testing.assert_array_equal(t.grad, [[2.0], [2.0]])


def test_copysign_reads_the_sign_of_zero():
    slopes = ag.grad(lambda x: ag.sum(ag.copysign(x, np.array([0.0, -0.0]))))
    np.testing.assert_array_equal(slopes(np.array([2.0, 2.0])), [1.0, -1.0])
    assert ag.grad(ag.copysign, 1)(2.0, 3.0) == 0.0


@pytest.mark.parametrize("decimals", [0, 2, -1])
def test_rounding_has_numpys_values_and_slope_0(decimals):
    x = np.array([12.346, -25.0, 0.5, 2.5])
    out, pullback = ag.vjp(lambda x: ag.round(x, decimals), x)
    np.testing.assert_array_equal(out, np.round(x, decimals))
    assert not pullback(np.ones(4))[0].any()


def test_what_is_replaced_has_gradient_0():
    x = np.array([np.nan, np.inf, -np.inf, 2.0], np.float16)
    np.testing.assert_array_equal(ag.nan_to_num(x), np.nan_to_num(x))
    for f in (ag.nan_to_num, lambda x: ag.nanmax(x, keepdims=True)):
        gradient = ag.grad(lambda x, f=f: ag.sum(f(x)))(x[[0, 3]])
        np.testing.assert_array_equal(gradient, [0.0, 1.0])


def test_float_power_of_float32_is_float64_and_its_gradient_float32():
    x = np.array([2.0, 3.0], np.float32)
    out, pullback = ag.vjp(lambda x: ag.float_power(x, -2), x)
    np.testing.assert_array_equal(out, np.float_power(x, -2))
    (gradient,) = pullback(np.ones(2))
    assert (out.dtype, gradient.dtype) == (np.float64, np.float32)
    np.testing.assert_allclose(gradient, -2.0 / x**3, rtol=1e-6)


BINARY = ["hypot", "arctan2", "logaddexp", "logaddexp2", "remainder", "fmod", "fmax", "copysign"]


@pytest.mark.parametrize("name", BINARY)
def test_a_number_stands_on_either_side(name):
    ours, theirs = getattr(ag, name), getattr(np, name)
    x = np.array([[0.3], [1.7]], np.float32)
    t = ag.tensor(x, requires_grad=True)
    for found, expected in ((ours(t, 2.0), theirs(x, 2.0)), (ours(2, t), theirs(2, x))):
        assert found.dtype == np.float32
        np.testing.assert_allclose(found.data, expected, rtol=1e-6)
        assert ag.gradients(ag.sum(found), t).dtype == np.float32
