"""Windows of an image: unfold and fold by their definitions."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import autograd as ag
from autograd.testing import strategies
from tests.refusals import assert_refused


def test_windows_are_those_of_numpy():
    x = np.random.default_rng(0).normal(size=(2, 3, 5, 6))
    seen = np.lib.stride_tricks.sliding_window_view(x, (2, 3), axis=(2, 3))
    np.testing.assert_array_equal(ag.unfold(x, (2, 3)), np.moveaxis(seen, (4, 5), (2, 3)))
    strided = ag.unfold(x, (2, 3), stride=(3, 2))
    np.testing.assert_array_equal(strided, np.moveaxis(seen[:, :, ::3, ::2], (4, 5), (2, 3)))


def test_one_size_serves_every_axis():
    x = np.arange(16.0).reshape(1, 1, 4, 4)
    np.testing.assert_array_equal(ag.unfold(x, 2, 2), ag.unfold(x, (2, 2), (2, 2)))
    assert ag.unfold(x, 2, padding=1).shape == (1, 1, 2, 2, 5, 5)


@given(strategies.convolutions(), st.integers(0, 2**32 - 1))
def test_folding_is_the_transpose_of_unfolding(c, seed):
    rng = np.random.default_rng(seed)
    how = {name: c.options[name] for name in ("stride", "padding", "dilation")}
    x = rng.normal(size=c.image)
    windows = ag.unfold(x, c.kernel[2:], **how)
    y = rng.normal(size=windows.shape)
    assert np.sum(windows * y) == pytest.approx(
        np.sum(x * ag.fold(y, c.image[2:], **how)), rel=1e-10, abs=1e-10
    )


def test_a_convolution_is_a_product_with_all_windows():
    rng = np.random.default_rng(0)
    x, w = rng.normal(size=(2, 3, 5, 6)), rng.normal(size=(4, 3, 2, 3))
    product = ag.einsum("ncklij,ockl->noij", ag.unfold(x, (2, 3)), w)
    np.testing.assert_allclose(product, ag.conv(x, w), rtol=1e-12, atol=1e-14)


def test_folding_windows_side_by_side_gives_the_image_back():
    x = np.arange(24.0).reshape(1, 1, 4, 6)
    np.testing.assert_array_equal(ag.fold(ag.unfold(x, (2, 3), (2, 3)), (4, 6), (2, 3)), x)


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (
            lambda: ag.unfold(np.ones((4, 4)), (2, 2)),
            "unfold: image (4, 4) needs two axes",
        ),
        (
            lambda: ag.unfold(np.ones((1, 1, 4)), (2, 2)),
            "unfold: kernel (2, 2) must be an integer",
        ),
        (lambda: ag.unfold(np.ones((1, 1, 4)), 5), "unfold: kernel (5,)"),
        (lambda: ag.fold(np.ones((1, 1, 2, 3)), (4, 4)), "fold: windows (1, 1, 2, 3)"),
        (lambda: ag.fold(np.ones((1, 1, 2, 3)), (5,)), "must be (1, 1, 2, 4)"),
    ],
)
def test_shapes_that_do_not_fit_are_refused(call, text):
    assert_refused(call, ag.ShapeError, text)


def test_an_approximation_that_does_not_exist_is_refused():
    assert_refused(lambda: ag.gelu(1.0, "fast"), ag.OptionError, "must be 'none' or 'tanh'")


def test_the_approximation_of_gelu_is_near():
    x = np.linspace(-6, 6, 101)
    np.testing.assert_allclose(ag.gelu(x, "tanh"), ag.gelu(x), atol=5e-4)
    assert ag.testing.check_grad(lambda x: ag.gelu(x, "tanh"), x, order=2).verdict == "PASS"


@given(
    st.integers(1, 4),
    st.integers(1, 3),
    st.integers(1, 3),
    st.integers(1, 4),
    st.integers(0, 3),
    st.integers(0, 3),
)
def test_a_transposed_convolution_adds_kernels_up_and_crops(n, k, stride, dilation, padding, extra):
    x, w = np.arange(1.0, n + 1), np.arange(1.0, k + 1)
    size = (n - 1) * stride - 2 * padding + dilation * (k - 1) + extra + 1
    assume(extra < max(stride, dilation))
    assume(size - max(extra - padding, 0) * (extra >= stride) >= 0)
    full = np.zeros(40)
    for i in range(n):
        for j in range(k):
            full[i * stride + j * dilation] += x[i] * w[j]
    found = ag.conv_transpose(x[None, None], w[None, None], stride, padding, extra, dilation)
    np.testing.assert_array_equal(found[0, 0], full[padding : padding + size])
