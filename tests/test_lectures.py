"""The lectures' numbers and statements, each as a test; the decks are numbered 0 to 4."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd as ag
import nn

small = st.floats(-5, 5, allow_subnormal=False)
vectors = st.lists(small, min_size=2, max_size=5).map(np.array)


def neuron():
    values = {"w0": 2.0, "x0": -1.0, "w1": -3.0, "x1": -2.0, "w2": -3.0}
    t = {name: ag.tensor(v, requires_grad=True, name=name) for name, v in values.items()}
    gates = {"w0x0": t["w0"] * t["x0"], "w1x1": t["w1"] * t["x1"]}
    gates["sum"] = gates["w0x0"] + gates["w1x1"]
    gates["+w2"] = gates["sum"] + t["w2"]
    gates["*-1"] = -gates["+w2"]
    gates["exp"] = ag.exp(gates["*-1"])
    gates["+1"] = gates["exp"] + 1
    gates["1/x"] = 1 / gates["+1"]
    return t, gates


FORWARD = {"w0x0": -2.0, "w1x1": 6.0, "sum": 4.0, "+w2": 1.0, "*-1": -1.0}
FORWARD |= {"exp": 0.3679, "+1": 1.3679, "1/x": 0.7311}
BACKWARD = {"1/x": 1.0, "+1": -0.5344, "exp": -0.5344, "*-1": -0.1966}
BACKWARD |= {"+w2": 0.1966, "sum": 0.1966, "w0x0": 0.1966, "w1x1": 0.1966}
LEAVES = {"w0": -0.1966, "x0": 0.3932, "w1": -0.3932, "x1": -0.5898, "w2": 0.1966}


@pytest.mark.parametrize("gate", FORWARD)
def test_the_neuron_has_the_slides_forward_values(gate):
    _, gates = neuron()
    assert gates[gate].item() == pytest.approx(FORWARD[gate], abs=5e-5)


@pytest.mark.parametrize("gate", BACKWARD)
def test_the_neuron_has_the_slides_backward_values(gate):
    _, gates = neuron()
    gates["1/x"].backward(retain="all")
    assert gates[gate].grad == pytest.approx(BACKWARD[gate], abs=5e-5)


@pytest.mark.parametrize("leaf", LEAVES)
def test_the_neuron_has_the_slides_gradients(leaf):
    leaves, gates = neuron()
    gates["1/x"].backward()
    assert leaves[leaf].grad == pytest.approx(LEAVES[leaf], abs=5e-5)


def test_the_neuron_is_drawn_with_the_slides_gates():
    _, gates = neuron()
    labels = [n.label for n in ag.graph(gates["1/x"]) if n.primitive]
    assert labels == ["*", "*", "+", "+", "*-1", "exp", "+1", "1/x"]


IMAGE = np.array([[int(c) for c in row] for row in ("11100", "01110", "00111", "00110", "01100")])
KERNEL = np.array([[1, 0, 1], [0, 1, 0], [1, 0, 1]])


def convolved(kernel):
    x = ag.tensor(IMAGE[None, None], dtype=float, requires_grad=True)
    w = ag.tensor(kernel[None, None], dtype=float, requires_grad=True)
    return x, w, ag.conv(x, w)


def test_the_five_by_five_convolution():
    _, _, y = convolved(KERNEL)
    np.testing.assert_array_equal(y.data[0, 0], [[4, 3, 4], [2, 4, 3], [2, 3, 4]])


def test_the_five_by_five_convolutions_kernel_gradient():
    _, w, y = convolved(KERNEL)
    y.sum().backward()
    np.testing.assert_array_equal(w.grad[0, 0], [[6, 7, 6], [4, 7, 7], [4, 6, 6]])


def test_the_five_by_five_convolutions_image_gradient():
    x, _, y = convolved(KERNEL)
    y.sum().backward()
    expected = [[1, 1, 2, 1, 1], [1, 2, 3, 2, 1], [2, 3, 5, 3, 2], [1, 2, 3, 2, 1], [1, 1, 2, 1, 1]]
    np.testing.assert_array_equal(x.grad[0, 0], expected)


def test_convolution_does_not_flip_the_kernel():
    # An asymmetric kernel that picks the element to the right of the centre.
    _, _, y = convolved(np.array([[0, 0, 0], [0, 0, 1], [0, 0, 0]]))
    np.testing.assert_array_equal(y.data[0, 0], IMAGE[1:4, 2:5])


def test_softmax_of_one_two_three():
    np.testing.assert_allclose(ag.softmax(np.arange(1.0, 4)), [0.0900, 0.2447, 0.6652], atol=5e-5)


def test_cross_entropy_of_one_two_three_for_class_two():
    loss, gradient = ag.value_and_grad(nn.cross_entropy)(np.array([[1.0, 2.0, 3.0]]), np.array([2]))
    assert loss == pytest.approx(0.4076, abs=5e-5)
    np.testing.assert_allclose(gradient, [[0.0900, 0.2447, -0.3348]], atol=5e-5)


@pytest.mark.parametrize(("target", "loss", "slope"), [(1.0, 0.2231, -1.25), (0.0, 1.6094, 5.0)])
def test_binary_cross_entropy_at_eight_tenths(target, loss, slope):
    value, gradient = ag.value_and_grad(nn.binary_cross_entropy)(0.8, target)
    assert value == pytest.approx(loss, abs=5e-5)
    assert gradient == pytest.approx(slope, rel=1e-12)


def test_parameter_counts_of_deck_three():
    # Shapes without memory: a million by a million zeros that are one number, seen often.
    pixels = 1000 * 1000
    dense = ag.broadcast_to(ag.tensor(0.0), (pixels, pixels))
    local = ag.broadcast_to(ag.tensor(0.0), (pixels, 10, 10))
    kernels = ag.tensor(np.zeros((100, 1, 10, 10)))
    assert (dense.size, local.size, kernels.size) == (10**12, 10**8, 10**4)
    assert ag.conv(np.zeros((1, 1, 20, 20)), kernels).shape == (1, 100, 11, 11)


SHARED = [
    ([1, 1], [-1, -1], [[1, 0.5], [0.5, 1]], 0.5, [4 / 3, 4 / 3], 0.0),
    ([1, 1], [-1, -1], [[1, 0.5], [0.5, 1]], 0.3, [4 / 3, 4 / 3], -0.8473),
    ([2, 0], [0, 1], [[1, 0], [0, 2]], 0.5, [2, -0.5], -1.75),
]


@pytest.mark.parametrize(("m1", "m2", "s", "p1", "w", "w0"), SHARED)
def test_shared_covariance_gives_a_linear_boundary(m1, m2, s, p1, w, w0):
    m1, m2, s = (np.array(a, dtype=float) for a in (m1, m2, s))

    def log_odds(x):
        def distance(m):
            return ag.dot(x - m, ag.linalg.solve(s, x - m)) / 2

        return distance(m2) - distance(m1) + np.log(p1 / (1 - p1))

    value, gradient = ag.value_and_grad(log_odds)(np.zeros(2))
    np.testing.assert_allclose(gradient, w, rtol=1e-12)
    assert value == pytest.approx(w0, abs=5e-5)
    np.testing.assert_allclose(ag.hessian(log_odds)(np.ones(2)), np.zeros((2, 2)), atol=1e-12)


def step(x):
    return ag.heaviside(x, 0.0)


def test_the_perceptron_rule_learns_and():
    inputs = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], dtype=float)
    w, b, first_clean = np.zeros(2), 0.0, None
    for epoch in range(1, 10):
        errors = 0
        for x, target in zip(inputs, [0, 0, 0, 1], strict=True):
            delta = target - step(ag.dot(w, x) + b)
            w, b, errors = w + delta * x, b + delta, errors + (delta != 0)
        if errors == 0:
            first_clean = epoch
            break
    assert (w.tolist(), b, first_clean) == ([2.0, 1.0], -2.0, 6)


def test_xor_is_two_layers_of_steps():
    s = np.array([0.0, 1.0, 1.0, 2.0])
    np.testing.assert_array_equal(step(step(s - 0.5) - step(s - 1.5) - 0.5), [0, 1, 1, 0])


@pytest.mark.parametrize(("convention", "value"), [(1.0, 1.0), (0.0, 0.0)])
def test_the_threshold_at_zero_is_what_the_deck_says(convention, value):
    assert ag.heaviside(0.0, convention) == value


@given(small)
def test_sigmoids_slope_is_sigmoid_times_one_minus_sigmoid(x):
    s = ag.sigmoid(x)
    assert ag.grad(ag.sigmoid)(x) == pytest.approx(s * (1 - s), rel=1e-12)


@given(st.floats(-100, 100))
def test_relus_slope_is_one_above_zero_and_zero_elsewhere(x):
    assert ag.grad(ag.relu)(x) == float(x > 0)


def test_relus_slope_at_zero_is_zero():
    assert ag.grad(ag.relu)(0.0) == 0.0


@given(vectors)
def test_softmax_sums_to_one(x):
    assert np.sum(ag.softmax(x)) == pytest.approx(1.0, rel=1e-12)


@given(vectors, small)
def test_softmax_does_not_see_a_shift(x, shift):
    np.testing.assert_allclose(ag.softmax(x + shift), ag.softmax(x), rtol=1e-12)


@given(small, small)
def test_two_class_softmax_is_the_sigmoid_of_the_difference(a, b):
    first = ag.softmax(np.array([a, b]))[0]
    assert first == pytest.approx(ag.sigmoid(a - b), rel=1e-12)


@given(vectors)
def test_the_softmax_jacobian_is_not_diagonal(x):
    s = ag.softmax(x)
    np.testing.assert_allclose(
        ag.jacobian(ag.softmax)(x), np.diag(s) - np.outer(s, s), rtol=1e-10, atol=1e-14
    )


@given(st.integers(0, 2**32 - 1))
def test_two_linear_layers_collapse_into_one(seed):
    rng = np.random.default_rng(seed)
    a, b, x = rng.normal(size=(4, 3)), rng.normal(size=(2, 4)), rng.normal(size=3)
    a0, b0 = rng.normal(size=4), rng.normal(size=2)

    def two(x):
        return b @ (a @ x + a0) + b0

    np.testing.assert_allclose(ag.jacobian(two)(x), b @ a, rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(two(x), (b @ a) @ x + (b @ a0 + b0), rtol=1e-10, atol=1e-12)


@given(st.floats(0.01, 0.99), st.floats(0, 1))
def test_the_slope_of_binary_cross_entropy(p, y):
    slope = ag.grad(nn.binary_cross_entropy)(p, y)
    assert slope == pytest.approx(-y / p + (1 - y) / (1 - p), rel=1e-9, abs=1e-9)


def problem(seed, n=8, d=3):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(n, d)), (rng.random(n) < 0.5).astype(float), rng.normal(size=d)


def logistic_loss(w, x, t):
    return ag.sum(ag.softplus(x @ w) - t * (x @ w))


@given(st.integers(0, 2**32 - 1))
def test_the_gradient_of_logistic_regression_is_error_times_input(seed):
    x, t, w = problem(seed)
    expected = (ag.sigmoid(x @ w) - t) @ x
    np.testing.assert_allclose(ag.grad(logistic_loss)(w, x, t), expected, rtol=1e-9, atol=1e-12)


@given(st.integers(0, 2**32 - 1))
def test_the_mean_of_per_example_gradients_is_the_batch_gradient(seed):
    x, t, w = problem(seed)
    each = [ag.grad(logistic_loss)(w, x[i : i + 1], t[i : i + 1]) for i in range(len(t))]
    batch = ag.grad(lambda w: logistic_loss(w, x, t) / len(t))(w)
    np.testing.assert_allclose(np.mean(each, axis=0), batch, rtol=1e-9, atol=1e-12)


@given(vectors)
def test_squares_with_identity_output_give_the_error_as_delta(y):
    t = np.linspace(-1, 1, len(y))
    delta = ag.grad(lambda y: ag.sum((y - t) ** 2) / 2)(y)
    np.testing.assert_allclose(delta, y - t, rtol=1e-12, atol=1e-15)


@given(st.integers(0, 2**32 - 1))
def test_backpropagation_is_the_recursion_of_deltas(seed):
    # Deck 1: delta_l = (W_{l+1}^T delta_{l+1}) * sigma'(z_l) and dE/dW_l = delta_l a_{l-1}^T.
    rng = np.random.default_rng(seed)
    sizes = [3, 4, 2]
    weights = [rng.normal(size=(m, n)) for n, m in pairwise(sizes)]
    x, t = rng.normal(size=3), rng.normal(size=2)

    def loss(weights):
        a = x
        for w in weights:
            a = ag.sigmoid(w @ a)
        return ag.sum((a - t) ** 2) / 2

    a1 = 1 / (1 + np.exp(-weights[0] @ x))
    a2 = 1 / (1 + np.exp(-weights[1] @ a1))
    d2 = (a2 - t) * a2 * (1 - a2)
    d1 = (weights[1].T @ d2) * a1 * (1 - a1)
    first, second = ag.grad(loss)(weights)
    np.testing.assert_allclose(second, np.outer(d2, a1), rtol=1e-9, atol=1e-14)
    np.testing.assert_allclose(first, np.outer(d1, x), rtol=1e-9, atol=1e-14)


def points(seed=0):
    x = np.linspace(0, 1, 10)
    return x, np.sin(2 * np.pi * x) + np.random.default_rng(seed).normal(0, 0.3, 10)


def test_ten_points_and_order_nine_leave_no_error():
    x, t = points()
    phi = np.polynomial.chebyshev.chebvander(2 * x - 1, 9)
    w = ag.linalg.solve(phi, t)
    assert np.sum((phi @ w - t) ** 2) < 1e-20


@pytest.mark.parametrize("ridge", [1e-3, 0.1, 10.0])
def test_the_ridge_solution_has_zero_gradient(ridge):
    x, t = points()
    phi = np.vander(x, 10, increasing=True)
    w = np.linalg.solve(phi.T @ phi + ridge * np.eye(10), phi.T @ t)

    def loss(w):
        return ag.sum((phi @ w - t) ** 2) / 2 + ridge * ag.sum(w * w) / 2

    np.testing.assert_allclose(ag.grad(loss)(w), np.zeros(10), atol=1e-10)
    curvature = ag.hessian(loss)(w)
    np.testing.assert_allclose(curvature, phi.T @ phi + ridge * np.eye(10), rtol=1e-9, atol=1e-12)
    assert np.linalg.eigvalsh(curvature).min() >= ridge * (1 - 1e-6)
