"""Layers of images: alone or in a batch, frames, pixels that move, and windows."""

import numpy as np
import pytest

import autograd as ag
import nn

RNG = np.random.default_rng(0)
SIZES = {1: (6,), 2: (5, 6), 3: (4, 5, 4)}


def image(n, channels=2):
    return RNG.permutation(channels * int(np.prod(SIZES[n]))).reshape(channels, *SIZES[n]) / 8.0


ALONE = [
    (f"{kind}{n}d", options, n)
    for n in SIZES
    for kind, options in {
        "Conv": {"in_channels": 2, "out_channels": 3, "kernel_size": 2, "rng": 0},
        "ConvTranspose": {"in_channels": 2, "out_channels": 3, "kernel_size": 2, "rng": 0},
        "MaxPool": {"kernel_size": 2},
        "AvgPool": {"kernel_size": 2},
        "LPPool": {"norm_type": 2, "kernel_size": 2},
        "AdaptiveAvgPool": {"output_size": 3},
        "AdaptiveMaxPool": {"output_size": 3},
        "InstanceNorm": {"num_features": 2},
        "ConstantPad": {"padding": 1, "value": 2.0},
        "ReflectionPad": {"padding": 1},
        "ReplicationPad": {"padding": 1},
        "CircularPad": {"padding": 1},
    }.items()
]
ALONE += [
    ("SumPool2d", {"kernel_size": 2}, 2),
    ("Unfold", {"kernel_size": 2}, 2),
    ("LocallyConnected2d", {**ALONE[0][1], "input_size": SIZES[2]}, 2),
]


@pytest.mark.parametrize(("name", "options", "n"), ALONE, ids=[name for name, _, _ in ALONE])
def test_an_image_alone_gives_what_it_gives_in_a_batch_of_one(name, options, n):
    layer, x = getattr(nn, name)(**options), image(n)
    alone, one = (ag.tensor(v, requires_grad=True) for v in (x, x[None]))
    y, batch = layer(alone), layer(one)
    np.testing.assert_array_equal(y.data, batch.data[0])
    ct = RNG.normal(size=y.shape)
    y.backward(ct)
    batch.backward(ct[None])
    np.testing.assert_array_equal(alone.grad, one.grad[0])


@pytest.mark.parametrize("n", SIZES)
def test_pooling_and_unpooling_of_an_image_alone_fit_together(n):
    x = image(n)
    values, places = getattr(nn, f"MaxPool{n}d")(2, return_indices=True)(x)
    back = getattr(nn, f"MaxUnpool{n}d")(2)(values, places, output_size=x.shape).data
    np.testing.assert_array_equal(back[back != 0], x[back != 0])
    assert set(values[values != 0]) == set(back[back != 0])


MODES = {"Zero": "constant", "Reflection": "reflect", "Replication": "edge", "Circular": "wrap"}


@pytest.mark.parametrize("kind", MODES)
@pytest.mark.parametrize("n", SIZES)
def test_a_frame_is_that_of_numpy(kind, n):
    x = image(n)
    widths = tuple(range(1, 2 * n + 1)) if kind in ("Zero", "Replication") else (1, 2) * n
    pairs = [(0, 0), *np.reshape(widths, (n, 2))[::-1]]
    y = getattr(nn, f"{kind}Pad{n}d")(widths)(x)
    np.testing.assert_array_equal(y, np.pad(x, pairs, mode=MODES[kind]))


def test_a_negative_width_cuts_off():
    x = image(2)
    np.testing.assert_array_equal(nn.ZeroPad2d((-1, -2, 0, -1))(x), x[:, :-1, 1:-2])
    np.testing.assert_array_equal(nn.ReplicationPad2d(-1)(x), x[:, 1:-1, 1:-1])


def test_a_frame_of_a_constant_takes_any_number_of_axes():
    np.testing.assert_array_equal(nn.ConstantPad1d(1, 3.0)(np.ones(2)), [3.0, 1.0, 1.0, 3.0])
    assert nn.ZeroPad1d(1)(np.ones((2, 3, 4, 5))).shape == (2, 3, 4, 7)


def test_unshuffling_undoes_shuffling():
    x = RNG.normal(size=(2, 3, 8, 2, 5))
    np.testing.assert_array_equal(nn.PixelUnshuffle(2)(nn.PixelShuffle(2)(x)), x)
    channels = RNG.normal(size=(2, 6, 4))
    shuffled = nn.ChannelShuffle(2)(nn.ChannelShuffle(3)(channels))
    np.testing.assert_array_equal(shuffled, channels)


def test_unflattening_undoes_flattening():
    x = RNG.normal(size=(2, 3, 4, 5))
    np.testing.assert_array_equal(nn.Unflatten(1, (3, -1, 5))(nn.Flatten()(x)), x)


def test_folding_what_was_unfolded_counts_the_windows_of_each_pixel():
    x = np.ones((1, 1, 3, 3))
    counts = nn.Fold(3, 2)(nn.Unfold(2)(x))
    np.testing.assert_array_equal(counts[0, 0], [[1, 2, 1], [2, 4, 2], [1, 2, 1]])


def test_a_convolution_is_a_matrix_times_the_unfolded_image():
    conv = nn.Conv2d(2, 3, (2, 3), stride=(1, 2), bias=False, rng=0)
    x = RNG.normal(size=(2, 2, 4, 7))
    columns = nn.Unfold((2, 3), stride=(1, 2))(x)
    flat = conv.weight.data.reshape(3, -1) @ columns
    np.testing.assert_allclose(flat.reshape(2, 3, 3, 3), conv(x).data, rtol=1e-12, atol=1e-14)


def test_adaptive_windows_that_fit_are_those_of_plain_pooling():
    x = image(2)[:, :4]
    for kind in ("Avg", "Max"):
        adaptive = getattr(nn, f"Adaptive{kind}Pool2d")((2, 3))
        plain = getattr(nn, f"{kind}Pool2d")(2)
        np.testing.assert_allclose(adaptive(x), plain(x), rtol=1e-15)


def test_a_tie_in_adaptive_pooling_goes_to_the_first():
    x = ag.tensor(np.ones((1, 1, 3)), requires_grad=True)
    y, places = nn.AdaptiveMaxPool1d(2, return_indices=True)(x)
    ag.sum(y).backward()
    np.testing.assert_array_equal(places, [[[0, 1]]])
    np.testing.assert_array_equal(x.grad, [[[1, 1, 0]]])


def test_a_window_of_zeros_has_a_norm_of_zero_and_no_slope():
    x = ag.tensor(np.zeros((1, 1, 4)), requires_grad=True)
    y = nn.LPPool1d(2, 2)(x)
    ag.sum(y).backward()
    assert not y.data.any()
    assert not x.grad.any()


def test_cubic_interpolation_keeps_a_constant_and_meets_the_pixels():
    x = RNG.normal(size=(1, 1, 3, 5))
    layer = nn.Upsample(size=(5, 9), mode="bicubic", align_corners=True)
    np.testing.assert_allclose(layer(x)[..., ::2, ::2], x, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(layer(np.ones((1, 1, 3, 5))), 1.0, rtol=1e-12)


def test_nearest_exact_takes_the_pixel_whose_centre_is_nearest():
    y = nn.Upsample(size=3, mode="nearest-exact")(np.arange(5.0)[None, None])
    np.testing.assert_array_equal(y[0, 0], [0, 2, 4])
