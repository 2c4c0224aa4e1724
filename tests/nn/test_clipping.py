"""Clipping bounds gradients, by one factor for all or each number by itself."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd as ag
import nn
from nn.utils import clip_grad_norm_, clip_grad_value_
from tests.refusals import assert_refused

numbers = st.lists(st.floats(-100, 100).map(lambda x: round(x, 3)), min_size=1, max_size=6)
orders = st.sampled_from([0.5, 1, 2, 3, 7.5, math.inf])


def with_gradients(*gradients, dtype=float):
    parameters = []
    for g in gradients:
        g = np.array(g, dtype)[()]
        parameters.append(nn.Parameter(np.zeros_like(g)))
        parameters[-1].grad = g
    return parameters


def gradients(parameters):
    return np.concatenate([np.ravel(p.grad) for p in parameters])


@given(numbers, numbers, orders)
def test_the_norm_is_that_of_one_long_vector(a, b, order):
    parameters = with_gradients(a, b, 2.0)
    norm = clip_grad_norm_(parameters, math.inf, order)
    sizes = np.abs([*a, *b, 2.0])
    expected = sizes.max() if order == math.inf else (sizes**order).sum() ** (1 / order)
    assert norm == pytest.approx(expected)
    assert gradients(parameters).tolist() == [*a, *b, 2.0]


@given(numbers, numbers, st.floats(0.01, 100), orders)
def test_no_norm_is_longer_after_clipping(a, b, bound, order):
    parameters = with_gradients(a, b)
    clip_grad_norm_(parameters, bound, order)
    assert clip_grad_norm_(parameters, math.inf, order) <= bound * (1 + 1e-12)


@given(numbers, st.floats(0.01, 1))
def test_clipping_by_norm_keeps_the_direction(a, bound):
    parameters = with_gradients([*a, 30.0])
    norm = clip_grad_norm_(parameters, bound)
    assert gradients(parameters) == pytest.approx(np.array([*a, 30.0]) * bound / norm, rel=1e-6)


def test_a_short_gradient_is_left_as_it_is():
    parameters = with_gradients([0.3, -0.4])
    assert clip_grad_norm_(parameters, 1.0) == pytest.approx(0.5)
    assert gradients(parameters).tolist() == [0.3, -0.4]


def test_a_bound_of_zero_takes_everything():
    parameters = with_gradients([3.0], 4.0)
    clip_grad_norm_(parameters, 0.0)
    assert gradients(parameters).tolist() == [0.0, 0.0]


@given(numbers, st.floats(0, 100))
def test_clipping_by_value_bounds_every_number(a, bound):
    parameters = with_gradients(a)
    clip_grad_value_(parameters, bound)
    assert gradients(parameters).tolist() == [min(max(x, -bound), bound) for x in a]


def clip_by_norm(parameters):
    clip_grad_norm_(parameters, 1.0)


def clip_by_value(parameters):
    clip_grad_value_(parameters, 1.0)


both = pytest.mark.parametrize("clip", [clip_by_norm, clip_by_value])


@both
def test_the_old_gradients_stay_as_they_were(clip):
    (p,) = with_gradients([3.0, 4.0])
    before = p.grad
    clip([p])
    assert p.grad is not before
    assert before.tolist() == [3.0, 4.0]
    assert (p.grad < before).all()


@both
@pytest.mark.parametrize("g", [3.0, [3.0, 4.0]])
def test_float32_stays_float32(clip, g):
    (p,) = with_gradients(g, dtype="float32")
    clip([p])
    assert p.grad.dtype == "float32"
    assert p.grad.shape == np.shape(g)


@both
def test_one_tensor_can_be_given_by_itself(clip):
    (p,) = with_gradients(3.0)
    clip(p)
    assert p.grad == pytest.approx(1.0, rel=1e-6)


@both
def test_a_generator_is_read_once(clip):
    parameters = with_gradients([3.0], [4.0])
    clip(p for p in parameters)
    assert (gradients(parameters) < 2.0).all()


@both
def test_parameters_without_a_gradient_are_passed_over(clip):
    frozen, (p,) = nn.Parameter(1.0), with_gradients(3.0)
    clip([frozen, p])
    assert frozen.grad is None
    assert p.grad < 2.0


def test_without_any_gradient_the_norm_is_zero():
    assert clip_grad_norm_([nn.Parameter(1.0)], 1.0) == 0.0
    assert clip_grad_norm_([], 1.0) == 0.0
    assert clip_grad_norm_(with_gradients([]), 1.0, math.inf) == 0.0


def test_squares_beyond_float32_do_not_make_the_norm_infinite():
    parameters = with_gradients([3e30, 4e30], dtype="float32")
    assert clip_grad_norm_(parameters, 5.0) == pytest.approx(5e30)
    assert gradients(parameters) == pytest.approx(np.array([3.0, 4.0]))


def test_a_gradient_that_is_nan_makes_all_nan():
    parameters = with_gradients([1.0, math.nan], [1.0])
    assert math.isnan(clip_grad_norm_(parameters, 1.0))
    assert np.isnan(gradients(parameters)).all()


def test_an_infinite_gradient_becomes_nan_and_the_others_zero():
    parameters = with_gradients([1.0, math.inf])
    with np.errstate(invalid="ignore"):
        assert clip_grad_norm_(parameters, 1.0) == math.inf
    assert gradients(parameters) == pytest.approx([0.0, math.nan], nan_ok=True)


@pytest.mark.parametrize("bad", [math.inf, math.nan])
def test_a_norm_that_is_not_finite_can_be_refused(bad):
    parameters = with_gradients([1.0, bad])
    clip = lambda: clip_grad_norm_(parameters, 1.0, error_if_nonfinite=True)  # noqa: E731
    assert_refused(clip, ag.GradientError, "clip_grad_norm_", str(bad))
    assert gradients(parameters)[0] == 1.0


BAD = [-1.0, math.nan, "short", None, [1.0], np.ones((2, 2))]


@pytest.mark.parametrize("bound", BAD, ids=repr)
def test_a_bound_that_is_none_is_refused(bound):
    (p,) = with_gradients(3.0)
    norm, value = (lambda: clip_grad_norm_(p, bound)), (lambda: clip_grad_value_(p, bound))
    assert_refused(norm, ag.OptionError, "clip_grad_norm_: max_norm=")
    assert_refused(value, ag.OptionError, "clip_grad_value_: clip_value=")
    assert p.grad == 3.0


@pytest.mark.parametrize("order", [0, -1, math.nan, "fro"])
def test_an_order_that_makes_no_norm_is_refused(order):
    clip = lambda: clip_grad_norm_([], 1.0, order)  # noqa: E731
    assert_refused(clip, ag.OptionError, f"clip_grad_norm_: norm_type={order!r}")


@pytest.mark.parametrize("parameters", [3, [3], nn.Linear(1, 1), [np.ones(2)]], ids=repr)
def test_what_has_no_gradients_is_refused(parameters):
    for clip in (clip_grad_norm_, clip_grad_value_):
        texts = clip.__name__, "net.parameters()"
        assert_refused(lambda clip=clip: clip(parameters, 1.0), ag.OptionError, *texts)


def test_an_infinite_bound_measures_and_changes_nothing():
    w = nn.Parameter([1.0, 2.0])
    w.grad = np.array([np.inf, 1.0])
    assert nn.utils.clip_grad_norm_([w], math.inf) == math.inf
    np.testing.assert_array_equal(w.grad, [np.inf, 1.0])
