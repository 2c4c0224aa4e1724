"""Pooling, unpooling and convolution in a captured program, against running the function again."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import autograd as ag
import nn
from autograd.testing.input_specs import pooling
from tests.refusals import assert_refused

RUNS = 20
KINDS = st.sampled_from(["any", "ties", "relu", "nan", "infinite"])


def images(shape, kind, rng):
    """Images of which each kind has its own winners."""
    if kind == "any":
        return rng.normal(size=shape)
    if kind == "relu":
        return np.maximum(rng.normal(size=shape), 0.0)
    chosen = {
        "ties": [-1.0, -0.0, 0.0, 2.0],
        "nan": [1.0, 2.0, math.nan],
        "infinite": [-math.inf, math.inf, 0.0],
    }
    return rng.choice(chosen[kind], shape)


def assert_same_bits(one, other):
    if isinstance(one, tuple):
        assert len(one) == len(other)
        for a, b in zip(one, other, strict=True):
            assert_same_bits(a, b)
    else:
        one, other = (a.numpy() if isinstance(a, ag.Tensor) else a for a in (one, other))
        assert one.dtype == other.dtype
        assert one.shape == other.shape
        assert one.tobytes() == other.tobytes()


def assert_runs_again(f, makers):
    """Capture at one input, and run at others."""
    with np.errstate(invalid="ignore"):
        graph = ag.capture(f, makers[0]())
        for make in makers[1:]:
            x = make()
            assert_same_bits(ag.evaluate(graph, x), f(x))


def derivatives_of(f):
    """Value, gradient and second derivative along a direction that is made of the gradient."""

    def all_three(x):
        def loss(x):
            y = f(x)
            return ag.sum(y * y * y)

        slope = ag.grad(loss)(x)
        return f(x), slope, ag.hvp(loss, x, slope)

    return all_three


def makers(shape, kind, seed, dtype=np.float64):
    rngs = [np.random.default_rng((seed, run)) for run in range(RUNS + 1)]
    return [lambda rng=rng: images(shape, kind, rng).astype(dtype) for rng in rngs]


@st.composite
def poolings(draw, empty=False):
    """A shape, and how a window moves: in one to three dimensions, dilated, padded, overlapping."""
    shape, g = pooling(draw, empty)
    return shape, (g.kernel, g.stride, g.padding, g.dilation)


@pytest.mark.parametrize("pool", [ag.max_pool, ag.sum_pool])
@settings(max_examples=10)
@given(poolings(), KINDS, st.integers(0, 2**32 - 1), st.sampled_from([np.float64, np.float32]))
def test_a_captured_pooling_takes_the_winners_of_each_run(pool, how, kind, seed, dtype):
    shape, motion = how
    f = derivatives_of(lambda x: pool(x, *motion))
    assert_runs_again(f, makers(shape, kind, seed, dtype))


@pytest.mark.parametrize(
    ("shape", "motion"),
    [
        ((2, 2, 6), (2,)),
        ((2, 3, 6, 8), (2,)),
        ((1, 2, 4, 4, 6), (2,)),
        ((2, 2, 7, 7), (3, 2, 1)),
        ((2, 2, 7, 7), (3, 1, 1)),
        ((2, 2, 8, 8), (2, 3, 0, 2)),
        ((2, 2, 5, 4), (1, 1, 1)),
        ((2, 1, 3), (2, 1, 3)),
        ((40, 6, 8, 8), (2,)),
    ],
    ids=str,
)
@pytest.mark.parametrize("kind", ["ties", "relu", "nan", "infinite"])
def test_values_and_derivatives_are_those_of_another_call(shape, motion, kind):
    f = derivatives_of(lambda x: ag.max_pool(x, *motion))
    assert_runs_again(f, makers(shape, kind, 0))


@pytest.mark.parametrize("kind", ["any", "ties", "nan"])
def test_captured_places_are_those_of_each_run(kind):
    def f(x):
        places = ag.argmax_pool(x, 3, 2, 1)
        return places, places * 2

    assert_runs_again(f, makers((2, 3, 7, 7), kind, 0))
    assert_runs_again(lambda x: ag.argmax_pool(x, 1, 1, 1), makers((1, 2, 3), kind, 0))


def test_outside_of_a_capture_places_are_an_array():
    x = ag.tensor(np.arange(4.0).reshape(1, 1, 4), requires_grad=True)
    assert type(ag.argmax_pool(x, 2)) is np.ndarray
    captured = []
    ag.capture(lambda x: captured.append(ag.argmax_pool(x, 2)) or x, x.data)
    assert isinstance(captured[0], ag.Tensor)


def test_the_winners_are_an_operation_and_the_places_an_input():
    graph = ag.capture(ag.grad(lambda x: ag.sum(ag.max_pool(x, 2) ** 2)), np.ones((1, 1, 4)))
    (route,) = [node for node in graph if node.primitive and node.primitive.name == "route"]
    assert graph[route.inputs[1]].primitive.name == "winners"
    assert set(route.params) == {"g"}


@pytest.mark.parametrize("ceil_mode", [False, True])
@pytest.mark.parametrize(
    ("layer", "shape"),
    [
        (nn.MaxPool1d, (2, 2, 7)),
        (nn.MaxPool2d, (2, 2, 7, 6)),
        (nn.MaxPool3d, (1, 2, 5, 4, 7)),
        (nn.AvgPool1d, (2, 2, 7)),
        (nn.AvgPool2d, (2, 2, 7, 6)),
        (nn.AvgPool3d, (1, 2, 5, 4, 7)),
    ],
)
@pytest.mark.parametrize("kind", ["any", "ties"])
def test_layers_that_pool_run_again(layer, shape, ceil_mode, kind):
    pool = layer(3, 2, 1, ceil_mode=ceil_mode)
    assert_runs_again(derivatives_of(pool), makers(shape, kind, 1))


@pytest.mark.parametrize(
    ("layer", "shape"),
    [
        (nn.AdaptiveMaxPool1d(3), (2, 2, 7)),
        (nn.AdaptiveMaxPool2d((2, 3)), (2, 2, 7, 6)),
        (nn.AdaptiveAvgPool2d((2, 3)), (2, 2, 7, 6)),
        (nn.LPPool1d(2, 2), (2, 2, 6)),
        (nn.LPPool2d(2, 2), (2, 2, 6, 6)),
        (nn.SumPool2d(2), (2, 2, 6, 6)),
    ],
    ids=str,
)
@pytest.mark.parametrize("kind", ["any", "ties", "relu"])
def test_adaptive_and_power_pooling_run_again(layer, shape, kind):
    assert_runs_again(derivatives_of(layer), makers(shape, kind, 2))


@pytest.mark.parametrize(
    ("axes", "shape"), [(1, (2, 2, 6)), (2, (2, 2, 6, 4)), (3, (1, 2, 4, 4, 2))]
)
@pytest.mark.parametrize("kind", ["any", "ties", "relu"])
def test_pooling_with_places_and_unpooling_run_again(axes, shape, kind):
    pool = getattr(nn, f"MaxPool{axes}d")(2, return_indices=True)
    unpool = getattr(nn, f"MaxUnpool{axes}d")(2)
    assert_runs_again(pool, makers(shape, kind, 3))
    assert_runs_again(derivatives_of(lambda x: unpool(*pool(x))), makers(shape, kind, 3))


@pytest.mark.parametrize("kind", ["any", "ties", "relu"])
def test_places_of_adaptive_pooling_run_again(kind):
    assert_runs_again(
        nn.AdaptiveMaxPool2d((2, 3), return_indices=True), makers((2, 2, 7, 6), kind, 6)
    )


def test_an_element_that_won_twice_comes_back_once_in_every_run():
    pool, unpool = nn.MaxPool2d(3, 1, return_indices=True), nn.MaxUnpool2d(3, 1)

    def f(x):
        best, places = pool(x)
        return unpool(best * np.arange(16.0).reshape(1, 1, 4, 4), places)

    assert_runs_again(derivatives_of(f), makers((2, 1, 6, 6), "ties", 4))


def test_places_outside_of_the_image_are_refused_in_every_run():
    y = np.ones((1, 1, 2))
    graph = ag.capture(lambda y, i: nn.MaxUnpool1d(2)(y, i), y, np.array([[[0, 3]]]))
    assert ag.evaluate(graph, y, np.array([[[1, 2]]])).tolist() == [[[0.0, 1.0, 1.0, 0.0]]]
    for wrong in ([[[0, 4]]], [[[-1, 0]]]):
        assert_refused(
            lambda wrong=wrong: ag.evaluate(graph, y, np.array(wrong)),
            ag.IndexingError,
            "max_unpool: places go from",
        )


@pytest.mark.parametrize("f", [lambda x: ag.unfold(x, 2, 1, 1), lambda x: ag.conv(x, x[:, :, :2])])
def test_windows_and_convolutions_run_again(f):
    assert_runs_again(derivatives_of(f), makers((2, 2, 5, 4), "any", 5))
