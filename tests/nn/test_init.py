"""Initialisation: variances by fan, and numbers that come from the generator alone."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

import autograd as ag
import nn
from tests.refusals import assert_refused

SHAPES = [(200, 100), (60, 20, 3, 3), (40, 30, 5)]


def blank(shape, dtype=float):
    return nn.Parameter(np.zeros(shape, dtype))


def fans(shape):
    places = math.prod(shape[2:])
    return shape[1] * places, shape[0] * places


VARIANCES = [
    (nn.init.xavier_uniform_, nn.init.xavier_normal_, {}, lambda i, o: 2 / (i + o)),
    (nn.init.xavier_uniform_, nn.init.xavier_normal_, {"gain": 2.0}, lambda i, o: 8 / (i + o)),
    (nn.init.kaiming_uniform_, nn.init.kaiming_normal_, {}, lambda i, o: 2 / i),
    (
        nn.init.kaiming_uniform_,
        nn.init.kaiming_normal_,
        {"mode": "fan_out", "nonlinearity": "tanh"},
        lambda i, o: 25 / 9 / o,
    ),
    (nn.init.kaiming_uniform_, nn.init.kaiming_normal_, {"a": 1.0}, lambda i, o: 1 / i),
    (nn.init.lecun_uniform_, nn.init.lecun_normal_, {}, lambda i, o: 1 / i),
]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("row", VARIANCES)
def test_the_variance_follows_the_fan(shape, row):
    even, bell, options, variance = row
    wanted = variance(*fans(shape))
    for draw in (even, bell):
        w = draw(blank(shape), **options, rng=0).data
        assert w.var() == pytest.approx(wanted, rel=0.08)
        assert abs(w.mean()) < 4 * math.sqrt(wanted / w.size)
    bound = math.sqrt(3 * wanted)
    w = even(blank(shape), **options, rng=0).data
    assert bound * 0.99 < abs(w).max() <= bound


def test_a_deep_relu_network_keeps_the_size_of_its_signal_with_kaiming():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(200, 300))
    for _ in range(20):
        layer = nn.Linear(300, 300, bias=False)
        nn.init.kaiming_normal_(layer.weight, rng=rng)
        x = ag.relu(layer(x)).data
    assert 0.3 < np.mean(x**2) < 3.0


@pytest.mark.parametrize(
    ("name", "param", "gain"),
    [
        ("linear", None, 1.0),
        ("conv2d", None, 1.0),
        ("sigmoid", None, 1.0),
        ("tanh", None, 5 / 3),
        ("relu", None, math.sqrt(2)),
        ("leaky_relu", None, math.sqrt(2 / 1.0001)),
        ("leaky_relu", 0.5, math.sqrt(1.6)),
        ("conv_transpose2d", None, 1.0),
        ("selu", None, 0.75),
    ],
)
def test_gains_are_the_usual_ones(name, param, gain):
    assert nn.init.calculate_gain(name, param) == pytest.approx(gain)


DRAWS = [
    nn.init.uniform_,
    nn.init.normal_,
    nn.init.xavier_uniform_,
    nn.init.xavier_normal_,
    nn.init.kaiming_uniform_,
    nn.init.kaiming_normal_,
    nn.init.lecun_uniform_,
    nn.init.lecun_normal_,
    nn.init.trunc_normal_,
    nn.init.orthogonal_,
]


@pytest.mark.parametrize("draw", DRAWS)
@given(st.integers(0, 2**32 - 1))
def test_the_same_seed_draws_the_same_numbers(draw, seed):
    one, other = draw(blank((3, 4)), rng=seed), draw(blank((3, 4)), rng=seed)
    np.testing.assert_array_equal(one.data, other.data)


@pytest.mark.parametrize("draw", DRAWS)
def test_a_generator_goes_on(draw):
    rng = np.random.default_rng(0)
    assert np.all(draw(blank((3, 4)), rng=rng).data != draw(blank((3, 4)), rng=rng).data)


@pytest.mark.parametrize("draw", DRAWS)
def test_without_a_seed_numbers_come_but_once(draw):
    assert np.all(draw(blank((3, 4))).data != draw(blank((3, 4))).data)


@pytest.mark.parametrize("draw", DRAWS)
def test_numpys_global_state_is_left_alone(draw):
    before = np.random.get_state()[1].copy()  # noqa: NPY002
    draw(blank((3, 4)), rng=0)
    np.testing.assert_array_equal(np.random.get_state()[1], before)  # noqa: NPY002


@pytest.mark.parametrize("draw", DRAWS)
def test_float32_stays_float32_and_is_the_rounded_float64(draw):
    wide, narrow = draw(blank((3, 4)), rng=1), draw(blank((3, 4), "float32"), rng=1)
    assert narrow.dtype == np.float32
    np.testing.assert_array_equal(narrow.data, wide.data.astype("float32"))


def test_more_than_the_memory_is_refused_in_one_line():
    assert_refused(lambda: nn.Linear(10**8, 10**8), ag.OptionError, "there are no zeros of shape")


def test_constants_fill():
    assert np.all(nn.init.constant_(blank((2, 2)), 0.3).data == 0.3)
    assert np.all(nn.init.ones_(blank((2, 2))).data == 1.0)
    assert np.all(nn.init.zeros_(nn.Parameter([1.0])).data == 0.0)


def test_uniform_and_normal_numbers_have_their_bounds_and_moments():
    u = nn.init.uniform_(blank((50_000,)), 2.0, 3.0, rng=0).data
    n = nn.init.normal_(blank((50_000,)), 5.0, 0.1, rng=0).data
    assert (u.min() >= 2.0, u.max() <= 3.0) == (True, True)
    assert u.mean() == pytest.approx(2.5, abs=0.01)
    assert (n.mean(), n.std()) == pytest.approx((5.0, 0.1), abs=0.002)


@pytest.mark.parametrize(
    ("call", "kind", "text"),
    [
        (lambda: nn.init.xavier_normal_(blank((3,))), ag.ShapeError, "shape (3,) has no fan"),
        (
            lambda: nn.init.kaiming_normal_(blank((3, 2)), mode="in"),
            ag.OptionError,
            "mode 'in' is neither",
        ),
        (lambda: nn.init.calculate_gain("swish"), ag.OptionError, "'swish' is not one of"),
        (lambda: nn.init.normal_(blank((2,)), rng=1.5), ag.OptionError, "rng: 1.5 is neither"),
    ],
)
def test_mistakes_are_named(call, kind, text):
    assert_refused(call, kind, text)


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (lambda: nn.init.normal_(blank((2,)), std=-1.0), "std=-1.0 must be a finite number"),
        (lambda: nn.init.uniform_(blank((2,)), 0.0, np.inf), "b=inf must be a finite number"),
        (lambda: nn.init.constant_(blank((2,)), "a"), "val='a' must be a finite number"),
        (lambda: nn.init.normal_(np.zeros(3)), "fills a Tensor, such as layer.weight"),
        (lambda: nn.init.calculate_gain([1]), "[1] is not one of"),
    ],
)
def test_what_cannot_be_filled_is_named(call, text):
    assert_refused(call, ag.OptionError, text)


# Structured weights.


BOUNDS = [(-2, 2), (-0.5, 0.5), (0, 1), (0.1, 9), (4, 5), (8, 30), (40, 41), (-9, -4), (-50, 1e3)]


@pytest.mark.parametrize(("low", "high"), BOUNDS)
def test_truncated_normal_numbers_have_their_distribution(low, high):
    w = nn.init.trunc_normal_(blank((5000,)), 3.0, 0.5, 3 + low / 2, 3 + high / 2, rng=0).data
    assert stats.kstest(w, stats.truncnorm(low, high, 3.0, 0.5).cdf).pvalue > 1e-3
    assert (w.min() >= 3 + low / 2, w.max() <= 3 + high / 2) == (True, True)


def test_truncated_normal_numbers_far_out_are_at_the_near_bound():
    for far in (1e9, 1e200):
        w = nn.init.trunc_normal_(blank((9,)), 0.0, 1.0, far, 2 * far, rng=0).data
        np.testing.assert_allclose(w, far)


@pytest.mark.parametrize("shape", [(3, 5), (5, 3), (4, 4), (4, 2, 3), (12, 2, 2, 2), (1, 1)])
def test_rows_or_columns_of_an_orthogonal_weight_are_orthogonal(shape):
    w = nn.init.orthogonal_(blank(shape), gain=2.0, rng=0).data.reshape(shape[0], -1)
    product = w @ w.T if w.shape[0] <= w.shape[1] else w.T @ w
    np.testing.assert_allclose(product, 4.0 * np.eye(min(w.shape)), atol=1e-12)


def test_orthogonal_matrices_are_drawn_evenly():
    rng = np.random.default_rng(0)
    first = [nn.init.orthogonal_(blank((2, 2)), rng=rng).data[0] for _ in range(2000)]
    angles = np.arctan2(*np.transpose(first))
    assert stats.kstest(angles, stats.uniform(-np.pi, 2 * np.pi).cdf).pvalue > 1e-3


def test_a_dirac_convolution_passes_its_channels_unchanged():
    x = np.random.default_rng(0).normal(size=(1, 4, 5, 6))
    layer = nn.Conv2d(4, 4, 3, padding=1, bias=False)
    nn.init.dirac_(layer.weight)
    np.testing.assert_array_equal(layer(x).data, x)
    grouped = nn.Conv2d(4, 6, 3, padding=1, groups=2, bias=False)
    nn.init.dirac_(grouped.weight, groups=2)
    np.testing.assert_array_equal(grouped(x).data[:, [0, 1, 3, 4]], x)
    assert not grouped(x).data[:, [2, 5]].any()


def test_the_identity_passes_its_inputs_unchanged():
    layer = nn.Linear(3, 3, bias=False)
    nn.init.eye_(layer.weight)
    np.testing.assert_array_equal(layer(np.ones((2, 3))).data, np.ones((2, 3)))


def test_a_sparse_weight_has_its_zeros_in_every_column():
    w = nn.init.sparse_(blank((200, 30)), 0.25, std=2.0, rng=0).data
    assert ((w == 0).sum(axis=0) == 50).all()
    assert w[w != 0].std() == pytest.approx(2.0, rel=0.05)
    assert len({tuple(column) for column in (w == 0).T}) == 30


@pytest.mark.parametrize(
    ("call", "kind", "text"),
    [
        (lambda: nn.init.trunc_normal_(blank((2,)), a=1.0, b=1.0), ag.OptionError, "a=1 must be"),
        (lambda: nn.init.trunc_normal_(blank((2,)), std=0.0), ag.OptionError, "std=0.0"),
        (lambda: nn.init.orthogonal_(blank((2,))), ag.ShapeError, "two axes or more"),
        (lambda: nn.init.eye_(blank((2, 2, 2))), ag.ShapeError, "takes a matrix"),
        (lambda: nn.init.sparse_(blank((2,)), 0.5), ag.ShapeError, "takes a matrix"),
        (lambda: nn.init.sparse_(blank((2, 2)), 1.5), ag.OptionError, "sparsity=1.5"),
        (lambda: nn.init.dirac_(blank((2, 2))), ag.ShapeError, "dirac_"),
        (lambda: nn.init.dirac_(blank((3, 2, 1)), groups=2), ag.ShapeError, "groups=2"),
        (lambda: nn.init.dirac_(blank((3, 2, 1)), groups=0), ag.OptionError, "groups=0"),
        (lambda: nn.init.calculate_gain("leaky_relu", "steep"), ag.OptionError, "param='steep'"),
        (lambda: nn.init.eye_(np.zeros((2, 2))), ag.OptionError, "fills a Tensor"),
    ],
)
def test_a_structure_that_cannot_be_is_named(call, kind, text):
    assert_refused(call, kind, text)


@pytest.mark.parametrize("draw", DRAWS[2:])
def test_a_weight_without_elements_stays_one(draw):
    assert draw(blank((3, 0)), rng=0).shape == (3, 0)
