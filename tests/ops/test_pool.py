"""Pooling against what it could be composed of: windows copied out, and then reduced."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd as ag
from autograd.ops import pool
from autograd.testing.input_specs import pooling
from tests.refusals import assert_refused


@st.composite
def poolings(draw):
    """A shape of images, and how a window moves over them."""
    shape, g = pooling(draw, draw(st.booleans()) and draw(st.booleans()))
    return shape, (g.kernel, g.stride, g.padding, g.dilation)


def rows_of_windows(x, how, fill):
    """(N, C, *image) -> (N, C, kernel places, *out)."""
    kernel, stride, padding, dilation = how
    framed = ag.pad(x, ((0, 0), (0, 0), *padding), constant_values=fill)
    windows = ag.unfold(framed, kernel, stride, 0, dilation)
    flat = (*x.shape[:2], math.prod(kernel), *windows.shape[2 + len(kernel) :])
    return ag.reshape(windows, flat)


def plain_max(x, how):
    return ag.max(rows_of_windows(x, how, -np.inf), axis=2)


def plain_sum(x, how):
    return ag.sum(rows_of_windows(x, how, 0.0), axis=2)


def plain_argmax(x, how):
    numbers = np.arange(math.prod(x.shape[2:])).reshape(1, 1, *x.shape[2:])
    places = rows_of_windows(np.broadcast_to(numbers, x.shape), how, -1)
    winners = np.argmax(rows_of_windows(x, how, -np.inf), axis=2)[:, :, None]
    return np.take_along_axis(places, winners, axis=2)[:, :, 0]


def filled(shape, seed, values):
    """Few different values, so that there are ties."""
    rng = np.random.default_rng(seed)
    chosen = {
        "ties": [-1.0, 0.0, 2.0],
        "nan": [1.0, 2.0, math.nan],
        "infinite": [-math.inf, math.inf, 0.0],
    }
    return rng.choice(chosen[values], shape) if values in chosen else rng.normal(size=shape)


SEEDS = st.integers(0, 2**32 - 1)
VALUES = st.sampled_from(["ties", "nan", "infinite", "any"])


@given(poolings(), SEEDS, VALUES, st.sampled_from([np.float64, np.float32, np.float16]))
def test_the_largest_element_is_that_of_the_windows(how, seed, values, dtype):
    shape, motion = how
    x = filled(shape, seed, values).astype(dtype)
    fast = ag.max_pool(x, *motion)
    assert fast.dtype == dtype
    np.testing.assert_array_equal(fast, plain_max(x, motion))


@given(poolings(), SEEDS, st.sampled_from(["ties", "any", "infinite"]))
def test_the_gradient_goes_to_the_first_of_the_largest(how, seed, values):
    shape, motion = how
    x = filled(shape, seed, values)
    out, pullback = ag.vjp(lambda x: ag.max_pool(x, *motion), x)
    ct = np.random.default_rng(seed).normal(size=out.shape)
    _, plain = ag.vjp(lambda x: plain_max(x, motion), x)
    if values != "infinite":  # there a frame of -inf may be the first of the largest
        np.testing.assert_allclose(pullback(ct)[0], plain(ct)[0], rtol=1e-14, atol=1e-14)
    np.testing.assert_allclose(np.sum(pullback(ct)[0]), np.sum(ct), atol=1e-12)


@given(poolings(), SEEDS, st.sampled_from(["ties", "nan", "any"]))
def test_the_places_are_those_of_the_largest_elements(how, seed, values):
    shape, motion = how
    x = filled(shape, seed, values)
    np.testing.assert_array_equal(ag.argmax_pool(x, *motion), plain_argmax(x, motion))


@given(poolings(), SEEDS, st.sampled_from([np.float64, np.float32]))
def test_sums_are_those_of_the_windows(how, seed, dtype):
    shape, motion = how
    x = filled(shape, seed, "any").astype(dtype)
    fast = ag.sum_pool(x, *motion)
    assert fast.dtype == dtype
    difference = np.abs(fast - plain_sum(x, motion))
    assert np.all(difference <= 4 * np.finfo(dtype).eps * plain_sum(np.abs(x), motion))


@given(poolings(), SEEDS)
def test_the_gradient_of_a_sum_is_spread_over_its_window(how, seed):
    shape, motion = how
    x = filled(shape, seed, "any")
    out, pullback = ag.vjp(lambda x: ag.sum_pool(x, *motion), x)
    ct = np.random.default_rng(seed).normal(size=out.shape)
    plain = ag.vjp(lambda x: plain_sum(x, motion), x)[1](ct)[0]
    np.testing.assert_allclose(pullback(ct)[0], plain, rtol=1e-13, atol=1e-13)


def test_images_may_lie_in_memory_as_they_like():
    x = np.random.default_rng(0).normal(size=(2, 3, 6, 5))
    for laid in (np.asfortranarray(x), np.flip(np.flip(x).copy()), np.repeat(x, 2, -1)[..., ::2]):
        np.testing.assert_array_equal(ag.max_pool(laid, 2), ag.max_pool(x, 2))
        np.testing.assert_array_equal(ag.argmax_pool(laid, 2), ag.argmax_pool(x, 2))
        np.testing.assert_array_equal(ag.sum_pool(laid, 2), ag.sum_pool(x, 2))
    flat = np.broadcast_to(x[:1, :1, :1, :1], x.shape)
    assert np.all(ag.max_pool(flat, 2) == flat[0, 0, 0, 0])
    assert np.all(ag.argmax_pool(flat, 2) == np.array([[0, 2], [10, 12], [20, 22]]))


@pytest.mark.parametrize("dtype", [np.int8, np.uint8, np.int64])
def test_integers_are_pooled_as_integers(dtype):
    x = np.arange(16, dtype=dtype).reshape(1, 1, 4, 4)
    assert ag.max_pool(x, 3, 1, 1).dtype == dtype
    assert ag.max_pool(x, 2).tolist() == [[[[5, 7], [13, 15]]]]
    assert ag.argmax_pool(np.zeros_like(x), 3, 2, 1).tolist() == [[[[0, 1], [4, 5]]]]
    assert ag.sum_pool(x, 2).tolist() == [[[[10, 18], [42, 50]]]]


def test_a_window_with_more_places_than_a_byte_counts():
    x = np.random.default_rng(0).normal(size=(1, 2, 20, 20))
    flat = x.reshape(1, 2, -1)
    assert ag.argmax_pool(x, 20).ravel().tolist() == np.argmax(flat, axis=2).ravel().tolist()


def test_a_window_that_sees_padding_alone_has_no_gradient():
    x = ag.tensor(np.ones((1, 2, 1)), requires_grad=True)
    y = ag.max_pool(x, 1, 1, 1)
    assert y.data.tolist() == [[[-math.inf, 1.0, -math.inf]] * 2]
    assert ag.argmax_pool(x, 1, 1, 1).tolist() == [[[-1, 0, -1]] * 2]
    (grad,) = ag.gradients([y], [x], [np.full((1, 2, 3), 5.0)])
    assert grad.tolist() == [[[5.0]] * 2]
    g = pool.pooled("max_pool", (1, 2, 1), 1, 1, 1, 1)
    assert pool.pick(x, np.array([[[-1, 0, -1]] * 2]), g).data.tolist() == [[[0.0, 1.0, 0.0]] * 2]


def test_an_infinite_gradient_leaves_zeros_where_nothing_was_taken():
    x = ag.tensor([[[1.0, 2.0, 4.0, 3.0]]], requires_grad=True)
    ag.max_pool(x, 2).backward(np.array([[[math.inf, math.nan]]]))
    np.testing.assert_array_equal(x.grad, [[[0.0, math.inf, math.nan, 0.0]]])


@pytest.mark.parametrize("f", [ag.max_pool, ag.argmax_pool, ag.sum_pool])
def test_windows_that_do_not_fit_are_refused(f):
    name = f.__name__
    assert_refused(lambda: f(np.ones((4, 4)), (2, 2)), ag.ShapeError, f"{name}: image (4, 4)")
    assert_refused(lambda: f(np.ones((1, 1, 4)), 5), ag.ShapeError, f"{name}: kernel (5,)")


def test_a_wrong_kernel_is_named_though_the_stride_comes_from_it():
    for function in (ag.max_pool, ag.sum_pool, ag.argmax_pool):
        with pytest.raises(ag.ShapeError, match="_pool: kernel 0 must be an integer of at least 1"):
            function(np.ones((1, 1, 4)), 0)


def test_booleans_are_pooled_as_by_numpy():
    x = np.array([[[True, True, False, False]]])
    assert ag.max_pool(x, 2).tolist() == [[[True, False]]]
    assert ag.sum_pool(x, 2).tolist() == [[[2, 0]]]
    assert ag.sum_pool(x, 2).dtype == int


def test_small_integers_are_added_up_in_large_ones():
    x = np.full((1, 1, 4), 200, np.uint8)
    assert ag.sum_pool(x, 2).tolist() == [[[400, 400]]]


def test_of_elements_with_one_place_the_last_comes_back():
    y, places = ag.tensor([[[1.0, 2.0, 3.0]]], requires_grad=True), np.array([[[1, 1, 3]]])
    out = ag.max_unpool(y, places, (4,))
    assert out.tolist() == [[[0.0, 2.0, 0.0, 3.0]]]
    out.backward(np.array([[[5.0, 6.0, 7.0, 8.0]]]))
    assert y.grad.tolist() == [[[0.0, 6.0, 8.0]]]


def test_every_channel_has_places_of_its_own():
    y = np.arange(1.0, 5.0).reshape(2, 2, 1)
    out = ag.max_unpool(y, np.array([[[0], [1]], [[2], [0]]]), (3,))
    assert out.tolist() == [[[1, 0, 0], [0, 2, 0]], [[0, 0, 3], [4, 0, 0]]]


def test_what_cannot_be_unpooled_is_refused():
    y, places = np.ones((1, 1, 2)), np.array([[[0, 1]]])
    f = ag.max_unpool
    assert_refused(lambda: f(y, places[0], (4,)), ag.ShapeError, "max_unpool: values (1, 1, 2)")
    assert_refused(lambda: f(y, places, (4, 4)), ag.ShapeError, "output_size (4, 4)")
    assert_refused(lambda: f(y, places * 1.0, (4,)), ag.DTypeError, "must be integers")
    assert_refused(lambda: f(y, places - 1, (4,)), ag.IndexingError, "go from -1 to 0")
    assert_refused(lambda: f(y, places, (1,)), ag.IndexingError, "(1,) has 1 elements")


def test_fewer_places_than_the_image_would_have_are_routed():
    g = pool.pooled("max_pool", (1, 1, 4), 1, None, 0, 1)
    y, places = np.array([[[1.0, 10.0]]]), np.array([[[3, 3]]])
    assert pool.route(y, places, g).tolist() == [[[0.0, 0.0, 0.0, 11.0]]]


@pytest.mark.parametrize("place", [4, 10**12])
def test_a_place_outside_of_the_image_is_refused(place):
    g = pool.pooled("max_pool", (1, 1, 4), 1, None, 0, 1)
    with pytest.raises(IndexError):
        pool.route(np.ones((1, 1, 1)), np.array([[[place]]]), g)
