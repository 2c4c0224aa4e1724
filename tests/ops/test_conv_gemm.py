"""The fast sums of convolution against the plain ones, which copy all windows of the batch."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd as ag
from autograd.ops.kernels import conv_gemm, conv_reference, im2col, workspace
from autograd.testing import strategies
from autograd.testing.input_specs import geometry_of

SUMS = ("correlate", "scatter", "match")
FLOATS = st.sampled_from([np.float32, np.float64])


@st.composite
def problems(draw, dtypes=FLOATS):
    """A geometry, and image, kernel and output that go with it."""
    c = draw(strategies.convolutions())
    g = geometry_of(c)
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    batch = draw(st.integers(0, 3))
    shapes = (batch, *c.image[1:]), c.kernel, (batch, c.kernel[0], *g.output)
    dtype = draw(dtypes)
    return g, [rng.normal(size=shape).astype(dtype) for shape in shapes]


def given_to(name, x, w, y):
    return {"correlate": (x, w), "scatter": (y, w), "match": (x, y)}[name]


def assert_same_sums(name, arrays, g):
    """Equal up to the rounding of a sum in another order: a few ulp of the absolute terms."""
    given = given_to(name, *arrays)
    fast = getattr(conv_gemm, name)(*given, g)
    plain = getattr(conv_reference, name)(*given, g)
    terms = getattr(conv_reference, name)(*map(np.abs, given), g)
    assert fast.dtype == plain.dtype
    assert fast.shape == plain.shape
    assert np.all(np.abs(fast - plain) <= 8 * np.finfo(fast.dtype).eps * terms)


@pytest.mark.parametrize("name", SUMS)
@given(problem=problems())
def test_a_fast_sum_is_the_plain_one(name, problem):
    g, arrays = problem
    assert_same_sums(name, arrays, g)


@pytest.mark.parametrize("name", SUMS)
@given(problem=problems(), size=st.sampled_from([1, 64, 400, 2000]))
def test_blocks_of_any_size_give_the_same(name, problem, size):
    g, arrays = problem
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(im2col, "BLOCK", size)
        assert_same_sums(name, arrays, g)


@pytest.mark.parametrize("name", SUMS)
@given(problem=problems(), how=st.sampled_from(["strided", "reversed", "broadcast", "fortran"]))
def test_arrays_may_lie_in_memory_as_they_like(name, problem, how):
    def laid(a):
        if how == "strided":
            return np.repeat(a, 2, axis=-1)[..., ::2]
        if how == "reversed":
            return np.flip(np.flip(a).copy())
        if how == "broadcast":
            return np.broadcast_to(a[..., :1, :1] if a.ndim > 3 else a[..., :1], a.shape)
        return np.asfortranarray(a)

    g, arrays = problem
    assert_same_sums(name, [laid(a) for a in arrays], g)


@pytest.mark.parametrize("name", SUMS)
@given(problem=problems(st.sampled_from([np.int64, np.int8, np.float16, np.longdouble])))
def test_what_blas_does_not_multiply_is_summed_plainly(name, problem):
    g, arrays = problem
    given = given_to(name, *arrays)
    fast, plain = getattr(conv_gemm, name)(*given, g), getattr(conv_reference, name)(*given, g)
    assert fast.dtype == plain.dtype
    np.testing.assert_array_equal(fast, plain)


def test_two_dtypes_give_the_wider_one():
    x, w = np.ones((1, 1, 3), np.float32), np.ones((1, 1, 2))
    assert ag.conv(x, w).dtype == np.float64


@pytest.mark.parametrize("name", SUMS)
@given(problem=problems())
def test_a_result_shares_memory_with_nothing_that_is_used_again(name, problem):
    g, arrays = problem
    given = given_to(name, *arrays)
    first = getattr(conv_gemm, name)(*given, g)
    kept = first.copy()
    second = getattr(conv_gemm, name)(*(np.negative(a) for a in given), g)
    np.testing.assert_array_equal(first, kept)
    assert not any(np.shares_memory(first, a) for a in (*given, second))


@given(problem=problems())
def test_turning_the_kernel_scatters(problem):
    g, (_, w, y) = problem
    reach = [d * (k - 1) for d, k in zip(g.dilation, g.kernel, strict=True)]
    padding = tuple(
        (min(low, r), min(high, r)) for (low, high), r in zip(g.padding, reach, strict=True)
    )
    image = tuple(
        o + r - low - high for o, r, (low, high) in zip(g.output, reach, padding, strict=True)
    )
    g = replace(g, image=image, padding=padding, stride=(1,) * len(g.stride))
    if min(image) > 0:
        turned = conv_reference.correlate(y, *conv_gemm._turned(w, g))
        terms = conv_reference.scatter(abs(y), abs(w), g)
        difference = np.abs(turned - conv_reference.scatter(y, w, g))
        assert np.all(difference <= 8 * np.finfo(y.dtype).eps * terms)


@given(problem=problems(), size=st.sampled_from([1, 300, 10**6]))
def test_blocks_cover_every_place_of_every_image_once(problem, size):
    g, (x, _, y) = problem
    met = np.zeros((len(y), int(np.prod(g.output))), int)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(im2col, "BLOCK", size)
        for block in im2col.blocks(g, x.shape[1], 0, len(x)):
            met[block.images, block.places] += 1
    assert np.all(met == 1)


def test_an_infinite_weight_stays_where_it_is():
    w = np.array([[[1.0, np.inf, 2.0]]])
    assert ag.conv_transpose(np.array([[[1.0]]]), w).tolist() == [[[1.0, np.inf, 2.0]]]


@pytest.mark.parametrize(("channels", "outputs"), [(0, 3), (2, 0)])
def test_no_channels_and_no_outputs_are_no_mistake(channels, outputs):
    x, w = np.ones((1, channels, 5)), np.ones((outputs, channels, 3))
    assert ag.conv(x, w).shape == (1, outputs, 3)
    assert not ag.conv(x, w).any()


def test_an_image_of_padding_alone_has_a_gradient_without_elements():
    y, w = np.ones((2, 3, 1)), np.ones((3, 1, 3))
    assert ag.conv(np.ones((2, 1, 0)), w, padding=((2, 1),)).shape == y.shape
    x = ag.tensor(np.ones((2, 1, 0)), requires_grad=True)
    ag.conv(x, w, padding=((2, 1),)).backward(y)
    assert x.grad.shape == (2, 1, 0)


@given(problems=st.lists(problems(), min_size=2, max_size=4), order=st.randoms())
def test_sums_in_any_order_find_no_numbers_of_one_another(problems, order):
    calls = [(name, arrays, g) for g, arrays in problems for name in SUMS] * 2
    order.shuffle(calls)
    for name, arrays, g in calls:
        assert_same_sums(name, arrays, g)


def test_scattering_leaves_zeros_in_the_padding_of_columns_that_are_kept():
    g = conv_reference.geometry("conv", (4, 4), (3, 3), 2, 1, 1, 1)
    rng = np.random.default_rng(0)
    x, w = rng.normal(size=(2, 3, 4, 4)), rng.normal(size=(5, 3, 3, 3))
    before = conv_gemm.correlate(x, w, g)
    conv_gemm.scatter(before, w, g)
    np.testing.assert_array_equal(conv_gemm.correlate(x, w, g), before)


def test_columns_too_large_for_a_buffer_are_not_kept():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(im2col, "MOST", 100)
        patch.setattr(workspace, "MOST", 100)
        patch.setattr(workspace, "LAYOUTS", 5000)
        own = workspace.Workspace()
        g = conv_reference.geometry("conv", (20, 20), (3, 3), 1, 0, 1, 1)
        (block,) = im2col.blocks(g, 1, 0, 1)
        how = (g, block.kind, 1, np.dtype(float), False)
        own.layout(how, lambda: im2col.Columns(own, *how))
        assert not own.layouts
        assert not own.buffers
