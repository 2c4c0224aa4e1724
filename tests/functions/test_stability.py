"""Extremes, kinks, ties, NaN and infinity: finite where mathematics is, and as documented."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd as ag

extremes = st.floats(allow_nan=False, allow_infinity=False)
FINITE = [ag.sigmoid, ag.softplus, ag.relu, ag.leaky_relu, ag.elu, ag.tanh]


@pytest.mark.parametrize("f", FINITE, ids=lambda f: f.__name__)
@given(x=extremes)
def test_activations_never_overflow(f, x):
    value, slope = ag.value_and_grad(f)(x)
    assert np.isfinite([value, slope]).all()


@pytest.mark.parametrize("f", FINITE, ids=lambda f: f.__name__)
@given(x=st.floats(width=32, allow_nan=False, allow_infinity=False))
def test_activations_never_overflow_in_float32(f, x):
    value, slope = ag.value_and_grad(f)(np.float32(x))
    assert (value.dtype, slope.dtype) == (np.float32, np.float32)
    assert np.isfinite([value, slope]).all()


@pytest.mark.parametrize("f", [ag.softmax, ag.log_softmax], ids=lambda f: f.__name__)
@given(x=st.lists(st.floats(-1e300, 1e300), min_size=1, max_size=4).map(np.array))
def test_softmax_never_overflows(f, x):
    value, gradient = ag.value_and_grad(lambda x: f(x)[0])(x)
    assert np.isfinite(value)
    assert np.isfinite(gradient).all()


@given(x=st.lists(extremes, min_size=1, max_size=4).map(np.array))
def test_logsumexp_never_overflows_and_its_gradient_is_softmax(x):
    x = x / 10  # room for the bounds below
    value, gradient = ag.value_and_grad(ag.logsumexp)(x)
    assert x.max() <= value <= x.max() + np.log(len(x)) + abs(x.max()) * 1e-15
    np.testing.assert_allclose(gradient, ag.softmax(x), rtol=1e-12)


@pytest.mark.parametrize(
    ("x", "value"),
    [([-np.inf, 0.0], 0.0), ([-np.inf, -np.inf], -np.inf), ([np.inf, 0.0], np.inf)],
)
@pytest.mark.filterwarnings("ignore:divide by zero")
def test_logsumexp_of_infinities(x, value):
    assert ag.logsumexp(np.array(x)) == value


@pytest.mark.parametrize("x", [-745.0, -100.0, -1.0, 0.0, 1.0, 100.0, 709.0])
def test_sigmoid_is_exact_on_both_sides(x):
    expected = 1 / (1 + np.exp(-x)) if x > -700 else 0.0
    assert ag.sigmoid(x) == pytest.approx(expected, rel=1e-15, abs=1e-300)


TAILS = [-1000.0, -740.0, -400.0, -103.0, -95.0, -88.0, -1.0, 0.0, 1.0, 95.0, 400.0, 1000.0]


def logistic(x):
    """1 / (1 + exp(-x)), by the exponential that does not overflow."""
    small = np.exp(-abs(np.longdouble(x)))
    return (small if x < 0 else 1.0) / (1.0 + small)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("x", TAILS)
def test_log_sigmoid_has_its_slopes_in_both_tails(x, dtype):
    f, s, u = ag.log_sigmoid, logistic(x), logistic(-x)
    close = {"rel": 8 * float(np.finfo(dtype).eps), "abs": float(np.finfo(dtype).tiny)}
    assert f(dtype(x)) == pytest.approx(-np.logaddexp(0.0, -x), **close)
    assert ag.grad(f)(dtype(x)) == pytest.approx(float(u), **close)
    assert ag.hessian(f)(dtype(x)) == pytest.approx(float(-s * u), **close)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("x", TAILS)
def test_sigmoid_and_softplus_have_their_slopes_in_both_tails(x, dtype):
    s, u = logistic(x), logistic(-x)
    close = {"rel": 16 * float(np.finfo(dtype).eps), "abs": float(np.finfo(dtype).tiny)}
    assert ag.grad(ag.sigmoid)(dtype(x)) == pytest.approx(float(s * u), **close)
    assert ag.hessian(ag.sigmoid)(dtype(x)) == pytest.approx(float(s * u * (u - s)), **close)
    assert ag.grad(ag.softplus)(dtype(x)) == pytest.approx(float(s), **close)
    assert ag.hessian(ag.softplus)(dtype(x)) == pytest.approx(float(s * u), **close)


@pytest.mark.parametrize(
    ("exponent", "slope"), [(-2.0, -np.inf), (-0.5, -np.inf), (0.0, 0.0), (0.5, 0.0), (2.0, 0.0)]
)
@pytest.mark.filterwarnings("ignore:divide by zero", "ignore:invalid value")
def test_the_slope_of_a_power_of_0_in_its_exponent(exponent, slope):
    assert ag.grad(lambda y: 0.0**y)(exponent) == slope


@pytest.mark.parametrize("at", [(0.0, 1.0), (0.0, 2.0), (0.0, 3.5), (2.0, -1.5), (0.3, 0.0)])
@pytest.mark.filterwarnings("ignore:divide by zero", "ignore:invalid value")
def test_mixed_derivatives_of_a_power_do_not_depend_on_the_order(at):
    h = ag.hessian(lambda v: v[0] ** v[1])(np.array(at))
    assert h[0, 1] == pytest.approx(h[1, 0], rel=1e-12)
    assert np.isfinite(h[0, 1])


@pytest.mark.parametrize("x", [-50.0, -1e-3, 0.0, 1e-3, 50.0])
def test_softplus_is_exact_on_both_sides(x):
    assert ag.softplus(x) == pytest.approx(np.logaddexp(x, 0.0), rel=1e-15)


@pytest.mark.parametrize(
    "f", [*FINITE, ag.softmax, ag.logsumexp, ag.max, ag.sum], ids=lambda f: f.__name__
)
def test_nan_is_not_hidden(f):
    assert np.isnan(f(np.array([np.nan]))).all()


@pytest.mark.parametrize(
    ("f", "slope"),
    [
        (ag.relu, 0.0),
        (ag.absolute, 0.0),
        (ag.sign, 0.0),
        (ag.leaky_relu, 0.01),
        (ag.elu, 1.0),
        (ag.softplus, 0.5),
        (lambda x: ag.maximum(x, 0.0), 0.0),
        (lambda x: ag.maximum(0.0, x), 1.0),
        (lambda x: ag.minimum(x, 0.0), 0.0),
        (lambda x: ag.minimum(0.0, x), 1.0),
        (lambda x: ag.clip(x, 0.0, 1.0), 0.0),
        (lambda x: ag.clip(x, -1.0, 0.0), 0.0),
        (lambda x: ag.heaviside(x, 0.5), 0.0),
        (ag.floor, 0.0),
        (lambda x: ag.maximum(x, x), 1.0),
        (lambda x: ag.linalg.norm(x), 0.0),
        (lambda x: ag.power(x, 0), 0.0),
        (lambda x: ag.power(x, 1), 1.0),
        (lambda x: ag.power(x, ag.tensor(0.0)), 0.0),
        (lambda x: x**2, 0.0),
    ],
)
def test_the_slope_at_a_kink_is_the_documented_one(f, slope):
    assert ag.grad(f)(0.0) == slope


@pytest.mark.parametrize(
    ("f", "second"), [(ag.softplus, 0.25), (ag.sigmoid, 0.0), (ag.elu, 1.0), (lambda x: x**2, 2.0)]
)
def test_the_second_derivative_at_zero(f, second):
    assert ag.grad(ag.grad(f))(0.0) == pytest.approx(second, abs=1e-15)


@pytest.mark.parametrize(("f", "where"), [(ag.max, [0, 1, 0, 0]), (ag.min, [1, 0, 0, 0])])
def test_of_several_equal_ones_the_first_gets_the_gradient(f, where):
    x = np.array([1.0, 3.0, 3.0, 1.0])
    assert ag.grad(f)(x).tolist() == where


def test_ties_along_several_axes_route_to_one_element():
    x = np.array([[1.0, 2.0], [2.0, 2.0]])
    assert ag.grad(ag.max)(x).tolist() == [[0.0, 1.0], [0.0, 0.0]]
    g = ag.grad(lambda x: ag.sum(ag.max(x, axis=1)))(x)
    assert g.tolist() == [[0.0, 1.0], [1.0, 0.0]]


def test_sorting_keeps_the_order_of_equal_elements():
    x = np.array([2.0, 1.0, 2.0])
    g = ag.grad(lambda x: ag.sum(ag.sort(x) * np.array([1.0, 10.0, 100.0])))(x)
    assert g.tolist() == [10.0, 1.0, 100.0]


def test_the_exponents_slope_at_base_zero_is_zero():
    assert ag.grad(lambda y: ag.power(0.0, y))(2.0) == 0.0


def test_where_does_not_leak_the_branch_not_taken():
    def f(x):
        return ag.where(x > 0, ag.log(ag.where(x > 0, x, 1.0)), 0.0)

    value, slope = ag.value_and_grad(f)(0.0)
    assert (value, slope) == (0.0, 0.0)
    assert ag.grad(ag.grad(f))(0.0) == 0.0


def test_where_keeps_an_infinity_out_of_the_other_branch():
    x = ag.tensor([1.0, np.inf], requires_grad=True)
    y = ag.where([True, False], x, 2.0)
    y.sum().backward()
    assert (y.data.tolist(), x.grad.tolist()) == ([1.0, 2.0], [1.0, 0.0])


def test_an_infinite_cotangent_stays_where_it_belongs():
    x = ag.tensor([1.0, 2.0], requires_grad=True)
    ag.maximum(x, 1.5).backward(np.array([np.inf, 1.0]))
    assert x.grad.tolist() == [0.0, 1.0]


@pytest.mark.parametrize("shape", [(3,), (2, 2)])
def test_the_norm_of_zero_has_gradient_zero(shape):
    assert not ag.grad(ag.linalg.norm)(np.zeros(shape)).any()


@pytest.mark.parametrize("order", [1, 2, 3, 0.5, np.inf])
def test_a_vector_norm_of_zero_has_a_finite_gradient(order):
    g = ag.grad(lambda x: ag.linalg.norm(x, order))(np.zeros(3))
    assert np.isfinite(g).all()


def test_the_count_of_nonzeros_is_a_norm_without_gradient():
    assert ag.linalg.norm(np.array([0.0, 2.0, 3.0]), 0) == 2
    assert ag.linalg.norm(np.array([0.0, 2.0]), -1) == 0.0


def test_the_standard_deviation_of_equal_numbers_has_gradient_zero():
    assert ag.grad(ag.std)(np.full(3, 2.0)).tolist() == [0.0, 0.0, 0.0]


@pytest.mark.parametrize("zeros", [0, 1, 2, 3])
def test_a_product_with_zeros_has_the_gradient_of_the_others(zeros):
    x = np.array([2.0, 3.0, 5.0])
    x[:zeros] = 0.0
    expected = [np.prod(np.delete(x, i)) for i in range(3)]
    assert ag.grad(ag.prod)(x).tolist() == expected


def test_the_determinant_of_a_singular_matrix_has_its_cofactors():
    a = np.array([[1.0, 2.0], [2.0, 4.0]])
    assert np.linalg.det(a) == 0.0
    np.testing.assert_allclose(ag.grad(ag.linalg.det)(a), [[4, -2], [-2, 1]], atol=1e-12)


def test_the_determinant_of_a_zero_matrix_has_derivatives_too():
    np.testing.assert_array_equal(ag.grad(ag.linalg.det)(np.zeros((3, 3))), np.zeros((3, 3)))
    h = ag.hessian(ag.linalg.det)(np.zeros((2, 2)))
    assert h[0, 0].tolist() == [[0.0, 0.0], [0.0, 1.0]]
    assert ag.grad(ag.linalg.det)(np.array([[5.0]])).item() == pytest.approx(1.0)


def test_minimum_and_min_are_right_for_unsigned_integers():
    x = np.array([0, 1], dtype=np.uint8)
    assert ag.minimum(x, np.uint8(1)).tolist() == [0, 1]
    assert ag.min(x) == 0


def test_reciprocal_of_integers_is_not_rounded_to_zero():
    assert ag.reciprocal(np.array([2, 4])).tolist() == [0.5, 0.25]


@pytest.mark.parametrize("padding", ["same", "valid"])
@pytest.mark.parametrize("size", [5, 6])
@pytest.mark.parametrize("stride", [1, 2, 3])
def test_same_padding_visits_one_place_per_stride(padding, size, stride):
    y = ag.conv(np.ones((1, 1, size)), np.ones((1, 1, 3)), stride=stride, padding=padding)
    expected = -(-size // stride) if padding == "same" else (size - 3) // stride + 1
    assert y.shape == (1, 1, expected)


def test_notations_of_padding_agree():
    x, w = np.arange(12.0).reshape(1, 1, 3, 4), np.ones((1, 1, 2, 2))
    numbers = [1, (1, 1), [1, 1], ((1, 1), (1, 1)), [[1, 1], (1, 1)]]
    results = [ag.conv(x, w, padding=p) for p in numbers]
    for r in results[1:]:
        np.testing.assert_array_equal(r, results[0])


def test_lists_of_numbers_are_images_too():
    assert ag.conv([[[1.0, 2.0]]], [[[3.0]]]).tolist() == [[[3.0, 6.0]]]
    assert ag.conv_transpose([[[1.0, 2.0]]], [[[3.0]]]).tolist() == [[[3.0, 6.0]]]


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.longdouble])
@pytest.mark.parametrize("swapped", [False, True])
def test_where_keeps_every_bit_of_long_arrays(dtype, swapped):
    rng = np.random.default_rng(0)
    special = [-0.0, 0.0, np.inf, -np.inf, np.nan, 1.5, np.finfo(dtype).smallest_subnormal]
    x = rng.choice(np.array(special, dtype), (40, 60))
    c = rng.integers(0, 2, (40, 60)).astype(bool)
    for condition, values in ((c, x), (c[:1], x), (c.T, x.T), (c[::2, ::-1], x[::2])):
        sides = (0.0, values) if swapped else (values, 0.0)
        found, plain = ag.where(condition, *sides), np.where(condition, *sides)
        assert found.dtype == plain.dtype
        np.testing.assert_array_equal(found, plain)
        np.testing.assert_array_equal(np.signbit(found), np.signbit(plain))


def test_where_keeps_the_sign_of_a_zero_that_is_put_in():
    x = np.ones(2000)
    assert np.all(np.signbit(ag.where(x > 1, x, -0.0)))
