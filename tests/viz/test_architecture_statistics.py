"""Sizes, ratios and histograms of an architecture, also where squares leave the range of floats."""

import math
import warnings

import numpy as np
import pytest

import autograd as ag
import nn
from autograd.viz.model.statistics import histogram, rms

EXTREMES = [
    ("float64", 1e-170), ("float64", 1e200), ("float32", 1e-30), ("float32", 1e30),
    ("float16", 1e-5), ("float16", 6e4), ("float64", 5e-324),
]  # fmt: skip


@pytest.mark.parametrize(("dtype", "size"), EXTREMES)
def test_the_size_of_equal_elements_is_that_of_one(dtype, size):
    elements = np.full(4, size, dtype)
    assert rms(elements) == float(elements[0])


def test_sizes_of_what_is_not_finite_and_of_whole_numbers():
    assert math.isnan(rms(np.array([1.0, np.nan, np.inf])))
    assert rms(np.array([1.0, -np.inf])) == np.inf
    assert rms(np.array([3, 4, 0, 0])) == 2.5
    assert rms(np.array([True, False, False, False])) == 0.5
    assert rms(np.zeros(0)) is None


@pytest.mark.parametrize("dtype", ["float64", "float32", "float16"])
@pytest.mark.parametrize("share", [1.0, 2.0**-10])
def test_a_histogram_counts_the_least_numbers_of_a_type(dtype, share):
    step = float(np.finfo(dtype).smallest_subnormal) / share
    elements = (np.arange(16) * 64 * step).astype(dtype)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert histogram(elements) == (1,) * 16


def drawn(network, x):
    return ag.draw(lambda x: ag.sum(network(x)), x, view="architecture").view


def test_sizes_of_gradients_that_vanish_in_float32_are_not_zero():
    network = nn.Sequential(*(nn.Linear(3, 3, rng=k, dtype="float32") for k in range(4)))
    for p in network.parameters():
        p.data = p.data * np.float32(1e-8)
    points = drawn(network, np.ones((2, 3), "float32")).statistics.profile
    assert all(0 < p.gradient < 2 for p in points)
    assert points[0].gradient < 1e-20


def test_the_ratio_of_zero_weights_is_not_computed():
    network = nn.Sequential(nn.Linear(2, 2, rng=0), nn.Linear(2, 2, rng=0))
    network[0].weight.data = np.zeros((2, 2))
    network[0].bias.data = np.zeros(2)
    network[1].weight.data = np.eye(2)
    network[1].bias.data = np.zeros(2)
    first, second = drawn(network, np.array([[3.0, 4.0]])).statistics.profile
    assert first.ratio is None
    assert second.ratio == pytest.approx(1.0)


def test_times_of_numbers_that_are_not_finite_are_measured_without_a_warning():
    x = ag.tensor([0.0, 1.0], requires_grad=True, name="x")
    with np.errstate(all="ignore"):
        trace = ag.trace(ag.sum(ag.log(x)))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        view = ag.draw(trace, view="architecture", times=True).view
        times = [view.statistics.boxes[b.id].backward_ms for b in view.architecture.boxes]
    assert times[0] == 0  # an input
    assert times[1] > 0
    assert times[2] > 0


def test_the_time_of_an_operation_that_fails_the_second_time_is_blank():
    calls = []

    @ag.primitive(vjps=(lambda ct, out, x: ct,))
    def once(x):
        calls.append(x)
        if len(calls) > 1:
            raise RuntimeError("again")
        return x * 1.0

    x = ag.tensor([1.0], requires_grad=True, name="x")
    drawing = ag.draw(ag.sum(once(x)), view="architecture", times=True)
    numbers = {b.name: drawing.view.statistics.boxes[b.id] for b in drawing.view.architecture.boxes}
    assert numbers["once"].forward_ms is None
    assert numbers["once"].backward_ms > 0
    assert numbers["sum"].forward_ms > 0
    assert drawing.html
