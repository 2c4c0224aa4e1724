"""The losses: closed forms, the lectures' numbers, extremes, refusals and drawings."""

import functools
import inspect

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import autograd as ag
import nn
from autograd.testing import check_grad, check_subgradient
from tests.refusals import assert_refused

REDUCTIONS = ("mean", "sum", "none")
RNG = np.random.default_rng(0)
Y, T = RNG.normal(size=(2, 4, 3))
P = RNG.uniform(0.05, 0.95, (4, 3))
Q = RNG.dirichlet(np.ones(3), 4)
CLASSES = np.array([0, 2, 1, 1])
BITS = (T > 0) * 1.0
FLOW, TRUE_FLOW = RNG.normal(size=(2, 2, 2, 3, 2))

SIGNS = np.sign(T)
COUNTS = np.floor(abs(T) * 3)

# Every loss that takes an input, a target and a reduction, at an ordinary point.
REDUCED = {
    "huber_loss": (Y, T),
    "kl_div": (np.log(P), P),
    "poisson_nll_loss": (Y, COUNTS),
    "soft_margin_loss": (Y, SIGNS),
    "hinge_embedding_loss": (Y, SIGNS),
    "multi_margin_loss": (Y, CLASSES),
    "multilabel_soft_margin_loss": (Y, BITS),
    "mse_loss": (Y, T),
    "l1_loss": (Y, T),
    "smooth_l1_loss": (Y, T),
    "binary_cross_entropy": (P, BITS),
    "binary_cross_entropy_with_logits": (Y, BITS),
    "nll_loss": (Y, CLASSES),
    "cross_entropy": (Y, CLASSES),
    "end_point_error": (FLOW, TRUE_FLOW),
}
LOSSES = REDUCED | {"half_sum_of_squares": (Y, T), "quadratic_loss": (Y, T)}
OTHER_SHAPES = ("nll_loss", "cross_entropy", "multi_margin_loss")
SAME_SHAPE = [name for name in LOSSES if name not in OTHER_SHAPES]
MODULES = {
    "huber_loss": nn.HuberLoss,
    "kl_div": nn.KLDivLoss,
    "poisson_nll_loss": nn.PoissonNLLLoss,
    "soft_margin_loss": nn.SoftMarginLoss,
    "hinge_embedding_loss": nn.HingeEmbeddingLoss,
    "multi_margin_loss": nn.MultiMarginLoss,
    "multilabel_soft_margin_loss": nn.MultiLabelSoftMarginLoss,
    "half_sum_of_squares": nn.HalfSumOfSquares,
    "quadratic_loss": nn.QuadraticLoss,
    "mse_loss": nn.MSELoss,
    "l1_loss": nn.L1Loss,
    "smooth_l1_loss": nn.SmoothL1Loss,
    "binary_cross_entropy": nn.BCELoss,
    "binary_cross_entropy_with_logits": nn.BCEWithLogitsLoss,
    "nll_loss": nn.NLLLoss,
    "cross_entropy": nn.CrossEntropyLoss,
    "end_point_error": nn.EndPointError,
}
numbers = st.floats(-10, 10)
arrays = hnp.arrays(float, (3, 2), elements=numbers)


def logits_of(size):
    return hnp.arrays(float, (3, 4), elements=st.floats(-size, size))


def softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


# Closed forms.


@given(arrays, arrays)
def test_delta_of_half_the_sum_of_squares_is_output_minus_target(y, t):
    value, delta = ag.value_and_grad(nn.half_sum_of_squares)(y, t)
    np.testing.assert_allclose(delta, y - t, rtol=1e-15, atol=1e-300)
    assert value == pytest.approx(0.5 * np.linalg.norm(y - t) ** 2, abs=1e-12)


@given(arrays, arrays)
def test_the_quadratic_loss_is_half_the_mean_of_squared_distances(y, a):
    distances = np.linalg.norm(y - a, axis=1)
    assert nn.quadratic_loss(y, a) == pytest.approx(np.mean(distances**2) / 2, abs=1e-12)


def test_the_quadratic_loss_of_a_row_counts_each_number_as_an_example():
    assert nn.quadratic_loss([1.0, 3.0], [0.0, 1.0]) == 5 / 4


@pytest.mark.parametrize("name", LOSSES)
def test_the_mean_of_the_gradients_of_examples_is_that_of_the_batch(name):
    input, target = LOSSES[name]
    f = ag.grad(getattr(nn, name))
    each = [f(input[i : i + 1], target[i : i + 1]) for i in range(len(input))]
    scale = 1 if name == "half_sum_of_squares" else len(input)  # it is a sum already
    np.testing.assert_allclose(f(input, target), np.concatenate(each) / scale, rtol=1e-12)


@pytest.mark.parametrize("name", REDUCED)
def test_mean_and_sum_are_those_of_the_single_costs(name):
    f, args = getattr(nn, name), REDUCED[name]
    costs = f(*args, reduction="none")
    assert f(*args, reduction="sum") == pytest.approx(costs.sum(), rel=1e-14)
    assert f(*args) == pytest.approx(costs.mean(), rel=1e-14)
    assert f(*args) == f(*args, reduction="mean")


def test_squares_and_absolute_values_of_three_errors():
    y, t = np.array([1.0, 2.0, 0.0]), np.array([1.0, 0.0, 1.0])
    np.testing.assert_array_equal(nn.mse_loss(y, t, "none"), [0.0, 4.0, 1.0])
    np.testing.assert_array_equal(nn.l1_loss(y, t, "none"), [0.0, 2.0, 1.0])


@given(st.floats(-8, 8), st.floats(0.01, 4))
def test_smooth_l1_is_a_square_inside_beta_and_a_line_outside(d, beta):
    value, slope = ag.value_and_grad(nn.smooth_l1_loss)(d, 0.0, "sum", beta)
    expected = 0.5 * d * d / beta if abs(d) < beta else abs(d) - 0.5 * beta
    assert value == pytest.approx(expected, rel=1e-12, abs=1e-300)
    assert slope == pytest.approx(np.clip(d / beta, -1, 1), rel=1e-12)


def test_smooth_l1_with_beta_zero_is_l1():
    np.testing.assert_array_equal(
        nn.smooth_l1_loss(Y, T, "none", beta=0), nn.l1_loss(Y, T, reduction="none")
    )


@given(st.floats(0.01, 0.99), st.floats(0, 1))
def test_binary_cross_entropy_and_its_slope(p, t):
    value, slope = ag.value_and_grad(nn.binary_cross_entropy)(p, t)
    assert value == pytest.approx(-t * np.log(p) - (1 - t) * np.log(1 - p), rel=1e-12)
    assert slope == pytest.approx(-t / p + (1 - t) / (1 - p), rel=1e-9, abs=1e-9)


@given(st.floats(-30, 10), st.floats(0, 1))
def test_both_binary_cross_entropies_agree_on_a_sigmoid(z, t):
    from_logits = nn.binary_cross_entropy_with_logits(z, t)
    assert from_logits == pytest.approx(nn.binary_cross_entropy(ag.sigmoid(z), t), rel=1e-10)


@given(st.floats(-300, 300), st.floats(0, 1))
def test_the_slope_of_binary_cross_entropy_in_the_logit_is_sigmoid_minus_target(z, t):
    slope = ag.grad(nn.binary_cross_entropy_with_logits)(z, t)
    assert slope == pytest.approx(1 / (1 + np.exp(-z)) - t, rel=1e-12, abs=1e-15)


def test_a_positive_weight_multiplies_the_cost_of_a_missed_yes_alone():
    costs = nn.binary_cross_entropy_with_logits(
        [0.0, 0.0], [1.0, 0.0], reduction="none", pos_weight=3.0
    )
    np.testing.assert_allclose(costs, [3 * np.log(2), np.log(2)], rtol=1e-15)


@pytest.mark.parametrize("name", ["binary_cross_entropy", "binary_cross_entropy_with_logits"])
def test_a_weight_multiplies_the_costs_but_not_the_number_that_the_mean_divides_by(name):
    f, (input, target), weight = getattr(nn, name), REDUCED[name], np.array([1.0, 0.0, 5.0])
    costs = f(input, target, reduction="none") * weight
    np.testing.assert_array_equal(f(input, target, weight, "none"), costs)
    assert f(input, target, weight) == pytest.approx(costs.sum() / 12, rel=1e-14)


def test_the_lectures_cross_entropy_of_one_two_three():
    loss, gradient = ag.value_and_grad(nn.cross_entropy)(np.array([1.0, 2.0, 3.0]), 2)
    assert loss == pytest.approx(0.4076, abs=5e-5)
    np.testing.assert_allclose(gradient, [0.0900, 0.2447, -0.3348], atol=5e-5)


@given(logits_of(50), hnp.arrays(int, 3, elements=st.integers(0, 3)))
def test_the_gradient_of_cross_entropy_is_softmax_minus_one_hot(z, t):
    gradient = ag.grad(nn.cross_entropy)(z, t)
    np.testing.assert_allclose(gradient, (softmax(z) - np.eye(4)[t]) / 3, rtol=1e-12, atol=1e-15)


def test_the_second_derivative_of_cross_entropy_is_the_covariance_of_the_classes():
    z = np.array([1.0, 2.0, 3.0])
    p = softmax(z[None])[0]
    hessian = ag.hessian(lambda z: nn.cross_entropy(z, 2))(z)
    np.testing.assert_allclose(hessian, np.diag(p) - np.outer(p, p), atol=1e-15)


def test_cross_entropy_of_two_classes_is_binary_cross_entropy_of_the_difference():
    pairs = np.stack([np.zeros(12), Y.ravel()], axis=1)
    np.testing.assert_allclose(
        nn.cross_entropy(pairs, BITS.ravel().astype(int), reduction="none"),
        nn.binary_cross_entropy_with_logits(Y.ravel(), BITS.ravel(), reduction="none"),
        rtol=1e-12,
    )


@given(logits_of(50), hnp.arrays(int, 3, elements=st.integers(0, 3)), st.floats(0, 1))
def test_classes_cost_what_their_one_hot_probabilities_do(z, t, smoothing):
    soft = nn.cross_entropy(z, np.eye(4)[t], reduction="none", label_smoothing=smoothing)
    hard = nn.cross_entropy(z, t, reduction="none", label_smoothing=smoothing)
    np.testing.assert_allclose(hard, soft, rtol=1e-12, atol=1e-12)


def test_label_smoothing_spreads_a_part_over_all_classes():
    log_p = np.log(softmax(Y))
    q = 0.7 * np.eye(3)[CLASSES] + 0.1
    loss = nn.cross_entropy(Y, CLASSES, label_smoothing=0.3)
    assert loss == pytest.approx(-(q * log_p).sum() / 4, rel=1e-14)


def test_cross_entropy_is_the_negative_log_likelihood_of_log_softmax():
    log_p = np.log(softmax(Y))
    assert nn.nll_loss(log_p, CLASSES) == pytest.approx(-log_p[range(4), CLASSES].mean())
    assert nn.cross_entropy(Y, CLASSES) == pytest.approx(nn.nll_loss(log_p, CLASSES), rel=1e-14)


@pytest.mark.parametrize("name", ["nll_loss", "cross_entropy"])
def test_classes_count_by_their_weights_in_the_mean(name):
    f, weight = getattr(nn, name), np.array([1.0, 2.0, 4.0])
    shares = weight[CLASSES]
    expected = (f(Y, CLASSES, reduction="none") * shares).sum() / shares.sum()
    assert f(Y, CLASSES, weight) == pytest.approx(expected, rel=1e-14)


@pytest.mark.parametrize(
    "f",
    [nn.nll_loss, nn.cross_entropy, functools.partial(nn.cross_entropy, label_smoothing=0.3)],
    ids=["nll_loss", "cross_entropy", "smoothed"],
)
@pytest.mark.parametrize("index", [-100, 1, 7])
def test_ignored_targets_neither_cost_nor_count(f, index):
    target = np.array([0, index, 2, index])
    value, gradient = ag.value_and_grad(f)(Y, target, ignore_index=index)
    kept, slopes = ag.value_and_grad(f)(Y[::2], np.array([0, 2]))
    assert value == pytest.approx(kept, rel=1e-14)
    np.testing.assert_allclose(gradient[::2], slopes, rtol=1e-13)
    np.testing.assert_array_equal(gradient[1::2], 0.0)


def test_a_pixel_is_an_example_of_its_own():
    z = np.moveaxis(Y.reshape(1, 2, 2, 3), -1, 1)
    costs = nn.cross_entropy(z, CLASSES.reshape(1, 2, 2), reduction="none")
    np.testing.assert_array_equal(costs.ravel(), nn.cross_entropy(Y, CLASSES, reduction="none"))


def test_an_impossible_class_costs_nothing_where_it_is_ignored_or_has_no_weight():
    log_p = np.array([[-np.inf, 0.0], [-1.0, -2.0]])
    assert nn.nll_loss(log_p, [-100, 1]) == 2.0
    assert nn.nll_loss(log_p, [0, 1], weight=[0.0, 1.0]) == 2.0


def test_the_end_point_error_of_a_known_triangle():
    flow = np.zeros((1, 2, 1, 2))
    flow[0, :, 0, 0] = 3.0, 4.0
    value, gradient = ag.value_and_grad(nn.end_point_error)(flow, np.zeros_like(flow))
    assert value == 2.5
    np.testing.assert_allclose(gradient[0, :, 0], [[0.3, 0.0], [0.4, 0.0]], rtol=1e-15)


def test_unknown_flow_neither_costs_nor_counts_whatever_it_holds():
    mask = np.array([[[1, 0], [1, 1], [0, 1]]] * 2)
    target = np.where(mask[:, None] == 1, TRUE_FLOW, np.nan)
    value, gradient = ag.value_and_grad(nn.end_point_error)(FLOW, target, mask)
    lengths = np.linalg.norm(FLOW - TRUE_FLOW, axis=1)
    assert value == pytest.approx(lengths[mask == 1].mean(), rel=1e-14)
    assert not gradient[np.broadcast_to(mask[:, None], FLOW.shape) == 0].any()
    assert np.isfinite(gradient).all()


def test_penalties_of_two_weights():
    w = [ag.tensor([[1.0, -2.0]], requires_grad=True), ag.tensor(-3.0, requires_grad=True)]
    assert nn.l1_penalty(w).item() == 6.0
    assert nn.l2_penalty(w).item() == 14.0
    l1 = ag.gradients(nn.l1_penalty(w), w)
    l2 = ag.gradients(nn.l2_penalty(w), w)
    assert [np.ravel(g).tolist() for g in l1] == [[1.0, -1.0], [-1.0]]
    assert [np.ravel(g).tolist() for g in l2] == [[2.0, -4.0], [-6.0]]


def test_a_penalty_takes_parameters_of_a_model_one_tensor_or_an_array():
    model = nn.Linear(2, 3, rng=0)
    expected = sum(np.sum(p.data**2) for p in model.parameters())
    assert nn.l2_penalty(model.parameters()).item() == pytest.approx(expected, rel=1e-14)
    assert nn.l2_penalty(model.weight).item() == pytest.approx(np.sum(model.weight.data**2))
    assert nn.l1_penalty(np.array([[1, -2], [3, 4]])) == 10.0


def test_ridge_has_no_gradient_at_its_closed_form():
    x, t, lam = RNG.normal(size=(10, 4)), RNG.normal(size=10), 0.3
    w = np.linalg.solve(x.T @ x + lam * np.eye(4), x.T @ t)

    def ridge(w):
        return nn.half_sum_of_squares(x @ w, t) + lam / 2 * nn.l2_penalty(w)

    np.testing.assert_allclose(ag.grad(ridge)(w), 0.0, atol=1e-12)


# Derivatives.


@pytest.mark.parametrize("name", LOSSES)
def test_two_derivatives_agree_with_numerical_ones(name):
    input, target = LOSSES[name]
    assert check_grad(lambda x: getattr(nn, name)(x, target), input, order=2)


OF_SIGNS = ("soft_margin_loss", "hinge_embedding_loss")


@pytest.mark.parametrize("name", [name for name in SAME_SHAPE if name not in OF_SIGNS])
def test_targets_that_are_floats_have_a_derivative_too(name):
    input, target = LOSSES[name]
    target = np.where(target == 0, 0.2, np.where(target == 1, 0.7, target))
    assert check_grad(lambda t: getattr(nn, name)(input, t), target, order=2)


@pytest.mark.parametrize("reduction", REDUCTIONS)
@pytest.mark.parametrize("smoothing", [0.0, 0.2])
@pytest.mark.parametrize("target", [CLASSES, np.array([0, -100, 1, 1]), Q], ids="cip")
def test_weighted_cross_entropy_has_two_right_derivatives(target, smoothing, reduction):
    options = {"weight": [1.0, 0.5, 2.0], "reduction": reduction, "label_smoothing": smoothing}
    assert check_grad(lambda z: nn.cross_entropy(z, target, **options), Y, order=2)


@pytest.mark.parametrize("name", ["l1_penalty", "l2_penalty"])
def test_penalties_have_two_right_derivatives(name):
    assert check_grad(lambda a, b: getattr(nn, name)([a, b]), Y, T, order=2)


def test_a_masked_end_point_error_has_two_right_derivatives():
    mask = RNG.integers(0, 2, (2, 3, 2))
    assert check_grad(lambda f: nn.end_point_error(f, TRUE_FLOW, mask), FLOW, order=2)


def test_weights_have_a_derivative_if_they_ask_for_one():
    assert check_grad(lambda w: nn.cross_entropy(Y, CLASSES, w), np.array([1.0, 2.0, 3.0]))
    assert check_grad(lambda w: nn.binary_cross_entropy(P, BITS, w), np.array([1.0, 2.0, 3.0]))


@pytest.mark.parametrize(
    "f",
    [
        lambda x: nn.l1_loss(x, np.zeros(3)),
        lambda x: nn.smooth_l1_loss(x, np.zeros(3), beta=0.0),
        nn.l1_penalty,
    ],
    ids=["l1_loss", "smooth_l1_loss", "l1_penalty"],
)
def test_the_slope_of_an_absolute_value_at_its_kink_is_zero(f):
    x = np.array([0.0, 1.0, -1.0])
    assert ag.grad(f)(x)[0] == 0.0
    assert check_subgradient(f, x)


@pytest.mark.parametrize("d", [0.5, -0.5])
def test_smooth_l1_at_its_border_has_slope_one_and_second_derivative_zero(d):
    f = ag.grad(lambda x: nn.smooth_l1_loss(x, 0.0, beta=0.5))
    assert f(d) == np.sign(d)
    assert ag.grad(f)(d) == 0.0
    assert check_subgradient(lambda x: nn.smooth_l1_loss(x, 0.0, beta=0.5), d)


def test_a_flow_that_is_exactly_right_has_no_gradient_nor_second_derivative():
    f = lambda x: nn.end_point_error(x, TRUE_FLOW)  # noqa: E731
    np.testing.assert_array_equal(ag.grad(f)(TRUE_FLOW), 0.0)
    np.testing.assert_array_equal(ag.hessian(f)(TRUE_FLOW), 0.0)
    assert check_subgradient(f, TRUE_FLOW)


# Extremes.


def derivatives(f, x):
    """Return value, gradient and second derivative along ones."""
    return *ag.value_and_grad(f)(x), ag.hvp(f, x, np.ones_like(x))


@pytest.mark.parametrize("size", [1e4, 1e100, 1e300])
@pytest.mark.parametrize("t", [0.0, 1.0])
def test_huge_logits_of_two_classes_overflow_nowhere(size, t):
    z = np.array([-size, size])
    f = lambda z: nn.binary_cross_entropy_with_logits(z, np.full(2, t), reduction="sum")  # noqa: E731
    value, gradient, curvature = derivatives(f, z)
    assert value == size
    np.testing.assert_array_equal(gradient, [0.0 - t, 1.0 - t])
    np.testing.assert_array_equal(curvature, 0.0)


def test_a_small_cost_of_a_confident_logit_keeps_its_digits():
    costs = nn.binary_cross_entropy_with_logits([-40.0, 40.0], [0.0, 1.0], reduction="none")
    np.testing.assert_allclose(costs, np.exp(-40.0), rtol=1e-15)


@pytest.mark.parametrize("size", [1e4, 1e100, 1e300])
@pytest.mark.parametrize(
    ("target", "cost"), [([0, 1], 2.0), ([1, 0], 0.0), ([[0.5, 0.5], [0.0, 1.0]], 1.5)]
)
def test_huge_logits_of_classes_overflow_nowhere(size, target, cost):
    z = np.array([[-size / 2, size / 2], [size / 2, -size / 2]])
    f = lambda z: nn.cross_entropy(z, target, reduction="sum")  # noqa: E731
    value, gradient, curvature = derivatives(f, z)
    assert value == pytest.approx(cost * size, rel=1e-15)
    np.testing.assert_array_equal(np.sum(gradient, axis=1), 0.0)
    np.testing.assert_array_equal(curvature, 0.0)


@given(logits_of(1e4), hnp.arrays(int, 3, elements=st.integers(0, 3)), st.floats(0, 1))
def test_cross_entropy_and_two_derivatives_are_finite(z, t, smoothing):
    f = lambda z: nn.cross_entropy(z, t, label_smoothing=smoothing)  # noqa: E731
    for number in derivatives(f, z):
        assert np.isfinite(number).all()


@given(st.floats(-1e4, 1e4), st.floats(0, 1), st.sampled_from([np.float64, np.float32]))
def test_binary_cross_entropy_with_logits_and_two_derivatives_are_finite(z, t, dtype):
    f = lambda z: nn.binary_cross_entropy_with_logits(z, t, pos_weight=3.0)  # noqa: E731
    for number in derivatives(f, dtype(z)):
        assert np.isfinite(number)
        assert number.dtype == dtype


@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.float16])
def test_certain_and_right_probabilities_cost_nothing_and_have_the_true_slope(dtype):
    p = np.array([0.0, 1.0], dtype)
    f = lambda p: nn.binary_cross_entropy(p, [0.0, 1.0], reduction="sum")  # noqa: E731
    value, gradient, curvature = derivatives(f, p)
    assert value == 0.0
    np.testing.assert_array_equal(gradient, [1.0, -1.0])  # (1 - t)/(1 - p) and -t/p
    np.testing.assert_array_equal(curvature, [1.0, 1.0])  # (1 - t)/(1 - p)^2 and t/p^2


@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.float16])
def test_certain_and_wrong_probabilities_cost_a_hundred_with_slope_zero(dtype):
    p = np.array([0.0, 1.0], dtype)
    f = lambda p: nn.binary_cross_entropy(p, [1.0, 0.0], reduction="sum")  # noqa: E731
    value, gradient, curvature = derivatives(f, p)
    assert value == 200.0
    np.testing.assert_array_equal(gradient, 0.0)
    np.testing.assert_array_equal(curvature, 0.0)


@given(st.floats(0, 1), st.floats(0, 1))
def test_binary_cross_entropy_is_at_most_a_hundred_and_has_finite_derivatives(p, t):
    value, slope, curvature = derivatives(lambda p: nn.binary_cross_entropy(p, t), p)
    assert 0 <= value <= 100
    assert np.isfinite([slope, curvature]).all()


def test_the_logarithm_is_exact_down_to_minus_a_hundred():
    assert nn.binary_cross_entropy(np.exp(-99.0), 1.0) == pytest.approx(99.0, rel=1e-15)
    assert nn.binary_cross_entropy(np.exp(-101.0), 1.0) == 100.0
    assert nn.binary_cross_entropy(1e-20, 0.0) == pytest.approx(1e-20, rel=1e-15, abs=0)


def test_smooth_l1_squares_no_huge_error():
    value, slope, curvature = derivatives(
        lambda x: nn.smooth_l1_loss(x, np.zeros(2), "sum"), np.array([1e300, -1e300])
    )
    assert value == 2e300
    np.testing.assert_array_equal(slope, [1.0, -1.0])
    np.testing.assert_array_equal(curvature, 0.0)


@pytest.mark.parametrize("name", LOSSES)
def test_nan_is_not_hidden(name):
    input, target = LOSSES[name]
    assert np.isnan(getattr(nn, name)(input * np.nan, target))


# Dtypes, and what may be given.


@pytest.mark.parametrize("name", LOSSES)
def test_float32_stays_float32(name):
    input, target = LOSSES[name]
    value, gradient = ag.value_and_grad(getattr(nn, name))(input.astype("float32"), target)
    assert (value.dtype, gradient.dtype) == (np.float32, np.float32)


@pytest.mark.parametrize(
    "call",
    [
        lambda x: nn.cross_entropy(x, CLASSES, np.ones(3), label_smoothing=np.float64(0.1)),
        lambda x: nn.cross_entropy(x, Q, np.ones(3), label_smoothing=np.float64(0.1)),
        lambda x: nn.cross_entropy(x, [0, -100, 1, 2]),
        lambda x: nn.smooth_l1_loss(x, T, beta=np.float64(0.5)),
        lambda x: nn.binary_cross_entropy_with_logits(x, BITS, np.ones(3), pos_weight=np.ones(3)),
        lambda x: nn.l1_penalty([x, x]),
        lambda x: nn.l2_penalty(x),
    ],
)
def test_float32_stays_float32_with_options(call):
    value, gradient = ag.value_and_grad(call)(Y.astype("float32"))
    assert (value.dtype, gradient.dtype) == (np.float32, np.float32)


def test_a_float32_flow_with_a_mask_stays_float32():
    assert nn.end_point_error(FLOW.astype("float32"), TRUE_FLOW, np.ones((2, 3, 2))).dtype == "f4"


def test_integers_are_computed_with_as_floats():
    assert nn.mse_loss([1, 2], [0, 0]) == 2.5
    assert nn.mse_loss(np.array([1, 2]), np.array([0, 0])).dtype == np.float64
    assert nn.cross_entropy([[0, 0]], [1]) == pytest.approx(np.log(2))
    assert nn.nll_loss(np.array([[-1, -2]]), [1]) == 2.0
    assert nn.binary_cross_entropy([1, 0], [1, 0]) == 0.0


@pytest.mark.parametrize("name", LOSSES)
def test_lists_arrays_and_tensors_give_the_same_number(name):
    f, (input, target) = getattr(nn, name), LOSSES[name]
    expected = f(input, target)
    assert isinstance(expected, np.floating)
    assert f(input.tolist(), target.tolist()) == expected
    result = f(ag.tensor(input), ag.tensor(target))
    assert isinstance(result, ag.Tensor)
    assert result.item() == expected


@pytest.mark.parametrize("name", LOSSES)
def test_a_target_that_changes_later_leaves_the_gradient_right(name):
    input, target = LOSSES[name]
    expected = ag.grad(getattr(nn, name))(input, target)
    x, batch = ag.tensor(input, requires_grad=True), target.copy()
    loss = getattr(nn, name)(x, batch)
    batch[...] = 1
    loss.backward()
    np.testing.assert_array_equal(x.grad, expected)


def test_classes_may_be_of_any_integer_dtype():
    expected = nn.cross_entropy(Y, CLASSES)
    for dtype in ("int8", "uint8", "uint64", "int32"):
        assert nn.cross_entropy(Y, CLASSES.astype(dtype)) == expected


def test_weights_that_are_tensors_leave_arrays_arrays():
    assert isinstance(nn.cross_entropy(Y, CLASSES, ag.tensor(np.ones(3))), np.floating)


# Nothing to average.


@pytest.mark.parametrize("name", REDUCED)
def test_an_empty_batch_sums_to_zero_and_has_no_mean(name):
    f, (input, target) = getattr(nn, name), REDUCED[name]
    assert f(input[:0], target[:0], reduction="sum") == 0.0
    assert f(input[:0], target[:0], reduction="none").size == 0
    assert_refused(
        lambda: f(input[:0], target[:0]),
        ag.ShapeError,
        f"{name}: there is nothing to average in costs of shape (0,",
        "reduction='sum'",
    )


def test_half_the_sum_of_no_squares_is_zero():
    assert nn.half_sum_of_squares(np.ones((0, 3)), np.ones((0, 3))) == 0.0


@pytest.mark.parametrize("shape", [(), (0,), (0, 3)])
def test_the_quadratic_loss_needs_an_example(shape):
    assert_refused(
        lambda: nn.quadratic_loss(np.ones(shape), np.ones(shape)),
        ag.ShapeError,
        f"quadratic_loss: input {shape} has no examples to average",
    )


@pytest.mark.parametrize("name", ["nll_loss", "cross_entropy"])
def test_targets_that_are_all_ignored_have_no_mean(name):
    f, ignored = getattr(nn, name), np.full(4, -100)
    assert f(Y, ignored, reduction="sum") == 0.0
    np.testing.assert_array_equal(f(Y, ignored, reduction="none"), np.zeros(4))
    for weight in (None, np.ones(3)):
        assert_refused(
            lambda weight=weight: f(Y, ignored, weight),
            ag.OptionError,
            f"{name}: there is nothing to average: all 4 targets are left out, or have weight 0",
        )
    assert_refused(lambda: f(Y, CLASSES, np.zeros(3)), ag.OptionError, "or have weight 0")


def test_a_mask_that_leaves_no_pixel_has_no_mean():
    mask = np.zeros((2, 3, 2))
    assert nn.end_point_error(FLOW, TRUE_FLOW, mask, "sum") == 0.0
    assert_refused(
        lambda: nn.end_point_error(FLOW, TRUE_FLOW, mask),
        ag.OptionError,
        "end_point_error: there is nothing to average: all 12 targets",
    )


# Refusals.


@pytest.mark.parametrize("name", SAME_SHAPE)
@pytest.mark.parametrize("change", [lambda t: t[:1], lambda t: t[..., None], np.ravel])
def test_a_target_of_another_shape_is_refused(name, change):
    input, target = LOSSES[name]
    wrong = change(target)
    assert_refused(
        lambda: getattr(nn, name)(input, wrong),
        ag.ShapeError,
        f"{name}: input {input.shape} and target {wrong.shape} must have one shape; reshape",
    )


@pytest.mark.parametrize("name", REDUCED)
def test_a_misspelt_reduction_is_refused(name):
    text = "reduction='average' must be one of mean, sum, none"
    f, args = getattr(nn, name), REDUCED[name]
    assert_refused(lambda: f(*args, reduction="average"), ag.OptionError, f"{name}: {text}")
    kind = MODULES[name]
    assert_refused(lambda: kind(reduction="average"), ag.OptionError, f"{kind.__name__}: {text}")


@pytest.mark.parametrize("name", LOSSES)
def test_what_is_not_a_number_is_refused_by_name(name):
    f, (input, target) = getattr(nn, name), LOSSES[name]
    assert_refused(lambda: f("0.5", target), ag.DTypeError, f"{name}: input: ")
    assert_refused(lambda: f(input, None), ag.DTypeError, f"{name}: target: ")
    assert_refused(lambda: f([[1.0], [1.0, 2.0]], target), ag.DTypeError, f"{name}: input: ")
    assert_refused(lambda: f(input * 1j, target), ag.DTypeError, f"{name}: input: ", "complex")


@pytest.mark.parametrize("beta", [-1.0, float("nan"), "wide"])
def test_a_beta_that_is_not_a_size_is_refused(beta):
    for call in (lambda: nn.smooth_l1_loss(Y, T, beta=beta), lambda: nn.SmoothL1Loss(beta=beta)):
        assert_refused(call, ag.OptionError, f"beta={beta!r} must be a finite number of at least 0")


@pytest.mark.parametrize("bad", [-0.5, 1.5, np.inf])
def test_what_is_not_a_probability_is_refused(bad):
    wrong = np.array([0.5, bad])
    assert_refused(
        lambda: nn.binary_cross_entropy(wrong, [1.0, 0.0]),
        ag.OptionError,
        f"binary_cross_entropy: input has {bad:g}, outside [0, 1]; use ag.sigmoid first",
    )
    for f in (nn.binary_cross_entropy, nn.binary_cross_entropy_with_logits):
        assert_refused(
            lambda f=f: f([0.5, 0.5], wrong),
            ag.OptionError,
            f"{f.__name__}: target has {bad:g}, outside [0, 1]",
        )
    assert_refused(
        lambda: nn.cross_entropy(ag.tensor([[0.0, 0.0]]), wrong[None]),
        ag.OptionError,
        f"cross_entropy: target has {bad:g}, outside [0, 1]; for classes give integers",
    )


@pytest.mark.parametrize("name", ["binary_cross_entropy", "binary_cross_entropy_with_logits"])
@pytest.mark.parametrize("shape", [(4,), (2, 4, 3), (5, 3)])
def test_a_weight_that_does_not_broadcast_is_refused(name, shape):
    f, args = getattr(nn, name), REDUCED[name]
    assert_refused(
        lambda: f(*args, weight=np.ones(shape)),
        ag.ShapeError,
        f"{name}: weight {shape} does not broadcast to input (4, 3)",
    )


def test_a_positive_weight_that_does_not_broadcast_is_refused():
    assert_refused(
        lambda: nn.binary_cross_entropy_with_logits(Y, BITS, pos_weight=np.ones(2)),
        ag.ShapeError,
        "binary_cross_entropy_with_logits: pos_weight (2,) does not broadcast to input (4, 3)",
    )


OF_CLASSES = pytest.mark.parametrize("name", ["nll_loss", "cross_entropy"])


@OF_CLASSES
@pytest.mark.parametrize(
    ("input", "target", "wanted"),
    [
        ((4, 3), (3,), "(4,)"),
        ((4, 3), (4, 1), "(4,)"),
        ((3,), (1,), "()"),
        ((2, 3, 4), (2,), "(2, 4)"),
    ],
)
def test_classes_of_another_shape_are_refused(name, input, target, wanted):
    assert_refused(
        lambda: getattr(nn, name)(np.ones(input), np.zeros(target, int)),
        ag.ShapeError,
        f"{name}: input {input} and target {target} do not belong together; classes must be "
        f"{wanted}, and probabilities, for cross_entropy, {input}",
    )


@OF_CLASSES
@pytest.mark.parametrize(
    ("shape", "moved"),
    [((2, 3, 5), "logits.swapaxes(1, 2)"), ((2, 3, 4, 5), "ag.moveaxis(logits, -1, 1)")],
)
def test_classes_along_the_last_axis_are_refused_with_what_to_write(name, shape, moved):
    loss, logits, targets = getattr(nn, name), ag.tensor(np.ones(shape)), np.zeros(shape[:-1], int)
    text = f"; the classes are axis 1; write {moved}, or logits.reshape(-1, 5) and targets"
    assert_refused(lambda: loss(logits, targets), ag.ShapeError, text)
    flat = loss(logits.reshape(-1, 5), targets.reshape(-1)).item()
    assert loss(eval(moved), targets).item() == pytest.approx(flat)


@OF_CLASSES
@pytest.mark.parametrize("shape", [(), (0,), (4, 0)])
def test_scores_without_classes_are_refused(name, shape):
    assert_refused(
        lambda: getattr(nn, name)(np.ones(shape), CLASSES),
        ag.ShapeError,
        f"{name}: input {shape} has no classes; it takes (C,) or (N, C, ...)",
    )


@OF_CLASSES
def test_classes_that_are_floats_are_refused(name):
    assert_refused(
        lambda: getattr(nn, name)(Y, CLASSES * 1.0),
        ag.DTypeError,
        f"{name}: target (4,) must hold classes, as integers, not float64; use ag.astype",
    )


@OF_CLASSES
def test_classes_that_are_booleans_are_refused(name):
    assert_refused(lambda: getattr(nn, name)(Y, CLASSES > 1), ag.DTypeError, "not bool")


@OF_CLASSES
@pytest.mark.parametrize("options", [{}, {"weight": np.ones(3)}, {"reduction": "sum"}])
def test_classes_that_do_not_exist_are_refused(name, options):
    f = getattr(nn, name)
    assert_refused(
        lambda: f(Y, [0, 1, 2, 3], **options),
        ag.IndexingError,
        f"{name}: class 3 is out of bounds; with 3 scores the classes are 0 to 2",
    )
    assert_refused(
        lambda: f(Y, [0, -1, -100, 2], **options),
        ag.IndexingError,
        f"{name}: class -1 is negative; classes count from 0, and only ignore_index=-100",
    )


@OF_CLASSES
@pytest.mark.parametrize("shape", [(), (4,), (1, 3)])
def test_class_weights_of_another_shape_are_refused(name, shape):
    assert_refused(
        lambda: getattr(nn, name)(Y, CLASSES, np.ones(shape)),
        ag.ShapeError,
        f"{name}: weight {shape} must be (3,), one number for each class of input (4, 3)",
    )


def test_one_hot_targets_that_are_integers_are_refused():
    assert_refused(
        lambda: nn.cross_entropy(Y, np.eye(3, dtype=int)[CLASSES]),
        ag.DTypeError,
        "cross_entropy: target (4, 3) of dtype int64 has the shape of the logits",
        "classes have shape (4,)",
    )


def test_probabilities_cannot_be_ignored_by_a_number():
    assert_refused(
        lambda: nn.cross_entropy(Y, Q, ignore_index=1),
        ag.OptionError,
        "cross_entropy: ignore_index=1 has no meaning for targets that are probabilities",
    )


@pytest.mark.parametrize("smoothing", [-0.1, 1.1, None])
def test_a_label_smoothing_that_is_not_a_part_is_refused(smoothing):
    text = f"label_smoothing={smoothing!r} must be a number from 0 to 1"
    assert_refused(
        lambda: nn.cross_entropy(Y, CLASSES, label_smoothing=smoothing), ag.OptionError, text
    )
    assert_refused(lambda: nn.CrossEntropyLoss(label_smoothing=smoothing), ag.OptionError, text)


@pytest.mark.parametrize("shape", [(2,), (2, 3, 4, 5), (1, 2, 3), (2, 2)])
def test_what_is_not_a_flow_is_refused(shape):
    assert_refused(
        lambda: nn.end_point_error(np.ones(shape), np.zeros(shape)),
        ag.ShapeError,
        f"end_point_error: input {shape} must be (N, 2, H, W)",
    )


def test_a_mask_of_another_shape_is_refused():
    assert_refused(
        lambda: nn.end_point_error(FLOW, TRUE_FLOW, np.ones((2, 1, 3, 2))),
        ag.ShapeError,
        "end_point_error: mask (2, 1, 3, 2) must be (2, 3, 2), one number for each pixel",
    )


@pytest.mark.parametrize("name", ["l1_penalty", "l2_penalty"])
def test_a_penalty_of_nothing_is_refused(name):
    f, model = getattr(nn, name), nn.Linear(2, 2, rng=0)
    parameters = model.parameters()
    list(parameters)
    assert_refused(lambda: f([]), ag.OptionError, f"{name}: there are no parameters")
    assert_refused(lambda: f(parameters), ag.OptionError, f"{name}: there are no parameters")
    assert_refused(lambda: f(model), ag.OptionError, f"{name}: takes Tensors, not Linear")
    assert_refused(lambda: f(nn.Sequential(model)), ag.OptionError, "model.parameters()")
    assert_refused(lambda: f(1.0), ag.OptionError, f"{name}: takes Tensors, not float")
    assert_refused(lambda: f([None]), ag.DTypeError, f"{name}: parameters: ")


# Modules, and how everything is called.


@pytest.mark.parametrize(
    ("called", "arguments"),
    [
        (nn.mse_loss, "input, target, reduction='mean'"),
        (nn.l1_loss, "input, target, reduction='mean'"),
        (nn.smooth_l1_loss, "input, target, reduction='mean', beta=1.0"),
        (nn.binary_cross_entropy, "input, target, weight=None, reduction='mean'"),
        (
            nn.binary_cross_entropy_with_logits,
            "input, target, weight=None, reduction='mean', pos_weight=None",
        ),
        (nn.nll_loss, "input, target, weight=None, ignore_index=-100, reduction='mean'"),
        (
            nn.cross_entropy,
            "input, target, weight=None, ignore_index=-100, reduction='mean', label_smoothing=0.0",
        ),
        (nn.MSELoss, "reduction='mean'"),
        (nn.L1Loss, "reduction='mean'"),
        (nn.SmoothL1Loss, "reduction='mean', beta=1.0"),
        (nn.BCELoss, "weight=None, reduction='mean'"),
        (nn.BCEWithLogitsLoss, "weight=None, reduction='mean', pos_weight=None"),
        (nn.NLLLoss, "weight=None, ignore_index=-100, reduction='mean'"),
        (
            nn.CrossEntropyLoss,
            "weight=None, ignore_index=-100, reduction='mean', label_smoothing=0.0",
        ),
    ],
)
def test_the_arguments_are_those_of_pytorch_without_the_deprecated_ones(called, arguments):
    given = inspect.signature(called).parameters.values()
    bare = [p.replace(annotation=inspect.Parameter.empty) for p in given]
    assert ", ".join(map(str, bare)) == arguments


@pytest.mark.parametrize("name", LOSSES)
def test_a_module_computes_what_its_function_does(name):
    assert MODULES[name]()(*LOSSES[name]) == getattr(nn, name)(*LOSSES[name])


WITH_OPTIONS = [
    (nn.MSELoss("sum"), nn.mse_loss, (Y, T), {"reduction": "sum"}),
    (nn.L1Loss("sum"), nn.l1_loss, (Y, T), {"reduction": "sum"}),
    (nn.SmoothL1Loss("sum", 0.3), nn.smooth_l1_loss, (Y, T), {"reduction": "sum", "beta": 0.3}),
    (
        nn.BCELoss([1.0, 2.0, 3.0], "sum"),
        nn.binary_cross_entropy,
        (P, BITS),
        {"weight": [1.0, 2.0, 3.0], "reduction": "sum"},
    ),
    (
        nn.BCEWithLogitsLoss([1.0, 2.0, 3.0], "sum", [4.0, 5.0, 6.0]),
        nn.binary_cross_entropy_with_logits,
        (Y, BITS),
        {"weight": [1.0, 2.0, 3.0], "reduction": "sum", "pos_weight": [4.0, 5.0, 6.0]},
    ),
    (
        nn.NLLLoss([1.0, 2.0, 3.0], 1, "sum"),
        nn.nll_loss,
        (Y, CLASSES),
        {"weight": [1.0, 2.0, 3.0], "ignore_index": 1, "reduction": "sum"},
    ),
    (
        nn.CrossEntropyLoss([1.0, 2.0, 3.0], 1, "sum", 0.3),
        nn.cross_entropy,
        (Y, CLASSES),
        {
            "weight": [1.0, 2.0, 3.0],
            "ignore_index": 1,
            "reduction": "sum",
            "label_smoothing": 0.3,
        },
    ),
    (nn.EndPointError("sum"), nn.end_point_error, (FLOW, TRUE_FLOW), {"reduction": "sum"}),
]


@pytest.mark.parametrize(("module", "f", "args", "options"), WITH_OPTIONS)
def test_a_module_remembers_its_options(module, f, args, options):
    assert module(*args) == f(*args, **options)
    assert f(*args, **options) != f(*args)


def test_a_module_of_flow_takes_a_mask():
    mask = RNG.integers(0, 2, (2, 3, 2))
    module = nn.EndPointError()
    assert module(FLOW, TRUE_FLOW, mask) == nn.end_point_error(FLOW, TRUE_FLOW, mask)


def test_the_weight_of_a_module_belongs_to_its_state_and_is_not_learned():
    loss = nn.CrossEntropyLoss([1.0, 2.0, 3.0])
    assert list(loss.state_dict()) == ["weight"]
    assert not list(loss.parameters())
    assert not nn.CrossEntropyLoss().state_dict()
    assert list(nn.BCEWithLogitsLoss(pos_weight=2.0).state_dict()) == ["pos_weight"]


def test_a_module_shows_its_options():
    assert repr(nn.MSELoss()) == "MSELoss(reduction='mean')"
    assert repr(nn.SmoothL1Loss("sum", 0.5)) == "SmoothL1Loss(reduction='sum', beta=0.5)"


def test_a_module_signs_the_message_of_its_function():
    assert_refused(
        lambda: nn.MSELoss()(Y, T[0]), ag.ShapeError, "MSELoss: ", "mse_loss: input (4, 3)"
    )


# Drawings.


def folded(drawing):
    return [box.label for box in drawing.scene.boxes if box.kind == "fold"]


@pytest.mark.parametrize("name", LOSSES)
def test_a_drawing_folds_a_loss_into_one_box_of_its_name(name):
    input, target = LOSSES[name]
    x = ag.tensor(input, requires_grad=True, name="x")
    drawing = ag.draw(getattr(nn, name)(x, target), depth=0)
    assert folded(drawing) == [name]


@pytest.mark.parametrize("name", ["l1_penalty", "l2_penalty"])
def test_a_drawing_folds_a_penalty_into_one_box_of_its_name(name):
    x = [ag.tensor(Y, requires_grad=True), ag.tensor(T, requires_grad=True)]
    drawing = ag.draw(getattr(nn, name)(x), depth=0)
    assert folded(drawing) == [name]


def test_the_graph_of_cross_entropy_has_no_gate_for_unused_options():
    z = ag.tensor(Y, requires_grad=True)
    nodes = ag.graph(nn.cross_entropy(z, CLASSES)).nodes
    gates = [node.primitive.name for node in nodes if node.primitive]
    assert gates == ["softmax_cross_entropy", "sum", "divide"]


@pytest.mark.parametrize("kind", [nn.CrossEntropyLoss, nn.NLLLoss])
def test_a_loss_that_is_made_with_a_batch_is_refused(kind):
    logits = ag.tensor(np.zeros((2, 3)))
    remedy = f"nn.{kind.__name__}()(input, target)"
    assert_refused(lambda: kind(logits, np.array([0, 1])), ag.OptionError, remedy)
    assert_refused(lambda: kind(None, np.array([0, 1])), ag.OptionError, remedy)


def test_names_of_classes_are_refused_with_the_remedy():
    assert_refused(
        lambda: nn.cross_entropy(np.zeros((2, 2)), ["cat", "dog"]),
        ag.DTypeError,
        "cross_entropy: target",
        "np.unique(names, return_inverse=True)",
    )


def test_the_repr_of_a_loss_makes_it_again():
    for loss in (
        nn.CrossEntropyLoss(ignore_index=3, reduction="sum", label_smoothing=0.1),
        nn.NLLLoss(ignore_index=np.int64(2)),
        nn.SmoothL1Loss(beta=0.5),
        nn.MSELoss(reduction="none"),
    ):
        again = eval(repr(loss), {**vars(nn), "np": np})
        assert repr(again) == repr(loss)


@pytest.mark.parametrize("loss", [nn.cross_entropy, nn.nll_loss])
@pytest.mark.parametrize("index", [None, 1.5, "a"])
def test_the_class_to_ignore_is_an_integer(loss, index):
    call = lambda: loss(np.zeros((1, 2)), [0], ignore_index=index)  # noqa: E731
    assert_refused(call, ag.OptionError, f"ignore_index={index!r} must be an integer")
