"""Activations: their tails and kinks, and both names of an axis."""

import numpy as np
import pytest
import scipy.special

import autograd as ag
import nn

X = np.array([-3.5, -3.0, -1.0, -0.5, 0.0, 0.5, 1.0, 3.0, 6.0, 7.0])


@pytest.mark.parametrize(
    ("layer", "formula"),
    [
        (nn.ReLU6(), lambda x: np.clip(x, 0, 6)),
        (nn.Hardtanh(-2.0, 0.5), lambda x: np.clip(x, -2, 0.5)),
        (nn.Hardsigmoid(), lambda x: np.clip(x + 3, 0, 6) / 6),
        (nn.Hardswish(), lambda x: x * np.clip(x + 3, 0, 6) / 6),
        (nn.Hardshrink(), lambda x: np.where(abs(x) > 0.5, x, 0)),
        (nn.Softshrink(), lambda x: np.sign(x) * np.maximum(abs(x) - 0.5, 0)),
        (nn.Threshold(0.5, 9.0), lambda x: np.where(x > 0.5, x, 9)),
        (nn.PReLU(init=0.5), lambda x: np.where(x > 0, x, x / 2)),
        (nn.CELU(2.0), lambda x: np.where(x > 0, x, 2 * np.expm1(np.minimum(x, 0) / 2))),
        (nn.Softsign(), lambda x: x / (1 + abs(x))),
        (nn.Tanhshrink(), lambda x: x - np.tanh(x)),
        (nn.LogSigmoid(), scipy.special.log_expit),
        (nn.Softmin(), lambda x: scipy.special.softmax(-x)),
    ],
    ids=lambda x: type(x).__name__ if isinstance(x, nn.Module) else "",
)
def test_values_are_those_of_the_formula(layer, formula):
    np.testing.assert_allclose(ag.detach(layer(X)), formula(X), rtol=1e-14, atol=1e-15)


@pytest.mark.parametrize(
    ("layer", "places", "slopes"),
    [
        (nn.ReLU6(), [0, 6], [0, 0]),
        (nn.Hardtanh(), [-1, 1], [0, 0]),
        (nn.Hardsigmoid(), [-3, 3], [0, 0]),
        (nn.Hardswish(), [-3, 3], [0, 1]),
        (nn.Hardshrink(), [-0.5, 0.5], [0, 0]),
        (nn.Softshrink(), [-0.5, 0.5], [0, 0]),
        (nn.Threshold(0.5, 9.0), [0.5, 0.6], [0, 1]),
        (nn.CELU(2.0), [0, 1], [1, 1]),
    ],
    ids=lambda x: type(x).__name__ if isinstance(x, nn.Module) else "",
)
def test_slopes_at_kinks_are_those_of_pytorch(layer, places, slopes):
    x = ag.tensor(np.array(places, float), requires_grad=True)
    ag.sum(layer(x)).backward()
    np.testing.assert_array_equal(x.grad, slopes)


FAR = [nn.Hardswish(), nn.Hardsigmoid(), nn.Softsign(), nn.Mish(), nn.SELU(), nn.CELU(), nn.GLU()]


@pytest.mark.parametrize("layer", FAR, ids=lambda x: type(x).__name__)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_far_from_zero_values_and_slopes_are_finite(layer, dtype):
    top = np.finfo(dtype).max / 2
    x = ag.tensor(np.array([-top, -1e30, 1e30, top], dtype), requires_grad=True)
    y = layer(x)
    ag.sum(y * 1e-9).backward()
    assert np.isfinite(y.data).all()
    assert np.isfinite(x.grad).all()


def test_the_slope_of_softsign_is_exact_far_from_zero():
    x = np.array([-1e12, -3.0, -0.5, 0.5, 3.0, 1e12])
    slope = ag.grad(lambda x: ag.sum(nn.Softsign()(x)))(x)
    np.testing.assert_allclose(slope, (1 + abs(x)) ** -2.0, rtol=1e-12)
    np.testing.assert_array_equal(nn.Softsign()([-np.inf, np.inf]), [-1, 1])


def test_selu_keeps_mean_zero_and_variance_one():
    # Of a standard normal variable, by Gauss-Hermite quadrature on both sides of the kink.
    z, w = np.polynomial.legendre.leggauss(200)
    z, w = np.concatenate([10 * (z - 1) / 2, 10 * (z + 1) / 2]), np.concatenate([w, w]) * 5
    density = w * np.exp(-z * z / 2) / np.sqrt(2 * np.pi)
    y = nn.SELU()(z)
    assert np.sum(density * y) == pytest.approx(0.0, abs=1e-12)
    assert np.sum(density * y * y) == pytest.approx(1.0, abs=1e-12)


def test_each_channel_has_its_own_slope():
    layer = nn.PReLU(2)
    layer.weight.data = np.array([0.5, 3.0])
    y = layer(-np.ones((1, 2, 2)))
    np.testing.assert_array_equal(y.data, [[[-0.5, -0.5], [-3.0, -3.0]]])


def test_a_threshold_of_softplus_begins_a_straight_line():
    y = nn.Softplus(threshold=1.0)(np.array([0.9, 1.1]))
    np.testing.assert_array_equal(y, [np.logaddexp(0, 0.9), 1.1])


@pytest.mark.parametrize("f", [ag.softmax, ag.log_softmax])
def test_dim_is_another_name_of_axis(f):
    x = np.random.default_rng(0).normal(size=(2, 3))
    for axis in (0, -1, (0, 1)):
        np.testing.assert_array_equal(f(x, dim=axis), f(x, axis=axis))


@pytest.mark.parametrize("kind", [nn.Softmax, nn.LogSoftmax, nn.Softmin])
def test_axis_is_another_name_of_dim(kind):
    x = np.random.default_rng(0).normal(size=(2, 3))
    np.testing.assert_array_equal(kind(axis=0)(x), kind(dim=0)(x))
    assert kind(axis=0).dim == 0
