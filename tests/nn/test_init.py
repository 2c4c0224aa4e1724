"""Initialisation: variances by fan, and numbers that come from the generator alone."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

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


@pytest.mark.parametrize("draw", DRAWS[2:])
def test_a_weight_without_elements_stays_one(draw):
    assert draw(blank((3, 0)), rng=0).shape == (3, 0)
