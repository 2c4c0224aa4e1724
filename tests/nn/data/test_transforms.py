"""Transforms of images: against NumPy, closed forms, and what must stay as it was."""

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import ndimage

import autograd as ag
from nn.data import (
    Batches,
    Brightness,
    ColorCast,
    Compose,
    Contrast,
    Crop,
    Distort,
    Flip,
    Gamma,
    Noise,
    Rotate,
    Scale,
    Shift,
    digits,
)
from tests.refusals import assert_refused

CHANGING = [
    Shift(2),
    Crop(padding=2),
    Flip(),
    Rotate(20),
    Scale(1.5),
    Distort(1.5, smooth=2.0),
    Brightness(0.2),
    Contrast(1.5),
    Gamma(1.5),
    ColorCast(1.5),
    Noise(0.1),
    Compose(Shift(1), Noise(0.1)),
]
SAME = [
    Shift(0),
    Crop((5, 6)),
    Flip(0.0),
    Rotate(0),
    Scale(1),
    Distort(0),
    Brightness(0),
    Contrast(1),
    Gamma(1),
    ColorCast(1),
    Noise(0),
    Compose(),
    Compose(Shift(0), Rotate(0)),
]
GEOMETRIC = [Rotate(20), Scale(1.5), Distort(1.5)]
LIGHT = [Brightness(0.5), Contrast(3), ColorCast(3), Noise(0.5)]
each = pytest.mark.parametrize("transform", CHANGING, ids=repr)
seeds = st.integers(0, 2**32)


def images(count=4, channels=3, height=5, width=6, seed=0, dtype=float):
    return np.random.default_rng(seed).random((count, channels, height, width)).astype(dtype)


# What holds for all


@each
@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_the_dtype_and_the_shape_stay(transform, dtype):
    x = images(dtype=dtype)
    found = transform(x, 0)
    assert found.dtype == dtype
    assert found.shape == x.shape


@pytest.mark.parametrize("transform", CHANGING + SAME, ids=repr)
def test_the_input_is_left_alone(transform):
    x = images()
    x.flags.writeable = False
    found = transform(x, 0)
    assert not np.shares_memory(found, x)
    np.testing.assert_array_equal(x, images())


@pytest.mark.parametrize("transform", SAME, ids=repr)
@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_parameters_that_change_nothing_give_the_same_image(transform, dtype):
    x = images(dtype=dtype)
    np.testing.assert_array_equal(transform(x, 0), x)


@each
def test_the_same_seed_gives_the_same_bits(transform):
    x = images(20)
    one, other = transform(x, 7), transform(x, np.random.default_rng(7))
    np.testing.assert_array_equal(one, other)
    assert (one != transform(x, 8)).any()


@each
def test_a_generator_goes_on(transform):
    rng = np.random.default_rng(0)
    x = images(20)
    assert (transform(x, rng) != transform(x, rng)).any()


@each
def test_every_image_has_draws_of_its_own(transform):
    found = transform(np.repeat(images(1), 30, axis=0), 0)
    assert len(np.unique(found.reshape(30, -1), axis=0)) > (1 if isinstance(transform, Flip) else 9)


@each
def test_without_a_seed_the_images_differ(transform):
    x = images(30)
    assert (transform(x) != transform(x)).any()


@pytest.mark.parametrize("transform", CHANGING + SAME, ids=repr)
def test_the_repr_makes_the_transform_again(transform):
    again = eval(repr(transform))
    assert repr(again) == repr(transform)
    np.testing.assert_array_equal(again(images(), 3), transform(images(), 3))


@each
def test_images_from_zero_to_one_stay_so(transform):
    found = transform(images(50), 0)
    assert found.min() >= 0
    assert found.max() <= 1 + 1e-12


@each
@pytest.mark.parametrize(
    ("wrong", "kind", "text"),
    [
        (np.zeros((8, 8)), ag.ShapeError, "must be (N, channels, height, width), not (8, 8)"),
        (np.zeros((1, 8, 8)), ag.ShapeError, "not (1, 8, 8)"),
        (np.zeros((2, 1, 3, 3), np.uint8), ag.DTypeError, "must be floats, not uint8"),
        (np.zeros((0, 1, 3, 3)), ag.OptionError, "there are no images"),
        (
            np.full((2, 1, 3, 3), np.nan),
            ag.OptionError,
            "the images hold nan at index (0, 0, 0, 0)",
        ),
        ("images", ag.OptionError, "the images must be numbers"),
        ([[[[1], [2, 3]]]], ag.OptionError, "the images are not an array"),
    ],
)
def test_what_are_not_images_is_refused(transform, wrong, kind, text):
    assert_refused(lambda: transform(wrong, 0), kind, type(transform).__name__, text)


@each
def test_what_is_not_a_seed_is_refused(transform):
    assert_refused(lambda: transform(images(), "seed"), ag.OptionError, "rng: 'seed' is neither")


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (lambda: Shift(-1), "Shift: pixels=-1 must be an integer of at least 0"),
        (lambda: Shift(1.5), "Shift: pixels=1.5 must be an integer"),
        (lambda: Shift((0, 1.5)), "Shift: pixels=1.5 must be an integer"),
        (lambda: Shift((2, 1)), "Shift: pixels=(2, 1) must begin with the smaller number"),
        (lambda: Shift(2**70), "Shift: pixels=-1180591620717411303424 must be a number from"),
        (lambda: Shift(1, fill="black"), "Shift: fill='black' must be a finite number"),
        (lambda: Crop(), "Crop: give a size, a padding, or both"),
        (lambda: Crop(0), "Crop: size=0 must be an integer of at least 1"),
        (lambda: Crop((3, 2.5)), "Crop: size=2.5 must be an integer of at least 1"),
        (lambda: Crop((3, 3, 3)), "Crop: size=(3, 3, 3) must be an integer of at least 1"),
        (lambda: Crop(3, padding=-1), "Crop: padding=-1 must be an integer of at least 0"),
        (lambda: Crop(3, padding=2**70), "Crop: padding=1180591620717411303424 must be"),
        (lambda: Crop(3, fill=None), "Crop: fill=None must be a finite number"),
        (lambda: Flip(1.5), "Flip: p=1.5 must be a number from 0 to 1"),
        (lambda: Rotate(-5), "Rotate: degrees=-5 must be a finite number of at least 0"),
        (lambda: Rotate(np.nan), "Rotate: degrees=nan must be"),
        (lambda: Rotate((5, -5)), "Rotate: degrees=(5, -5) must begin with the smaller number"),
        (lambda: Rotate((1, 2, 3)), "Rotate: degrees=(1, 2, 3) must be a finite number"),
        (lambda: Rotate(5, fill=np.inf), "Rotate: fill=inf must be a finite number"),
        (lambda: Scale(0.1), "Scale: factor=0.1 must be a number from 1 to 1e+06; or give a pair"),
        (lambda: Scale((0, 1)), "Scale: factor=0 must be a number from 1e-06 to 1e+06"),
        (lambda: Scale((1, 1e300)), "Scale: factor=1e+300 must be a number from 1e-06 to 1e+06"),
        (lambda: Scale(2, fill="x"), "Scale: fill='x' must be a finite number"),
        (lambda: Distort(-1), "Distort: pixels=-1 must be a number from 0"),
        (lambda: Distort(1, smooth="much"), "Distort: smooth='much' must be a number from 0"),
        (lambda: Distort(1, fill=np.nan), "Distort: fill=nan must be a finite number"),
        (lambda: Brightness(-0.1), "Brightness: by=-0.1 must be a finite number of at least 0"),
        (lambda: Brightness("bright"), "Brightness: by='bright' must be a finite number"),
        (lambda: Contrast(0.5), "Contrast: factor=0.5 must be a number from 1"),
        (lambda: Gamma(0), "Gamma: gamma=0 must be a number from 1"),
        (lambda: ColorCast((-1, 1)), "ColorCast: factor=-1 must be a number from 1e-06"),
        (lambda: Noise(-1), "Noise: std=-1 must be a number from 0"),
        (lambda: Noise((0.2, 0.1)), "Noise: std=(0.2, 0.1) must begin with the smaller number"),
        (lambda: Compose(Shift(1), 5), "Compose: takes transforms"),
        (lambda: Compose([Shift(1)]), "Compose: takes transforms"),
    ],
)
def test_parameters_that_cannot_be_are_refused(make, text):
    assert_refused(make, ag.OptionError, text)


def test_without_scipy_the_message_says_how_to_get_it():
    code = (
        "import sys; sys.modules['scipy'] = None\n"
        "import numpy as np, autograd as ag\n"
        "from nn.data import *\n"
        "try: Distort()(np.ones((1, 1, 3, 3)))\n"
        "except ag.MissingError as error: print(error)\n"
        "print(Rotate(1)(np.ones((1, 1, 3, 3))).shape)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    expected = "Distort: needs the package scipy; pip install 'glassgrad[data]'\n(1, 1, 3, 3)\n"
    assert done.stdout == expected


# Several


def test_compose_does_one_after_another():
    x = images()
    found = Compose(Brightness((0.5, 0.5), clip=False), Contrast((2, 2), clip=False))(x, 0)
    bright = x + 0.5
    means = bright.mean(axis=(1, 2, 3), keepdims=True)
    np.testing.assert_allclose(found, means + 2 * (bright - means))


def test_composed_transforms_draw_from_one_generator():
    x = images(10)
    rng = np.random.default_rng(5)
    by_hand = Noise(0.1)(Shift(2)(x, rng), rng)
    np.testing.assert_array_equal(Compose(Shift(2), Noise(0.1))(x, 5), by_hand)


def test_a_function_of_your_own_is_a_transform():
    def negative(x, rng):
        x *= -1  # into what it was given
        return x

    x = images()
    np.testing.assert_array_equal(Compose(negative)(x, 0), -images())
    np.testing.assert_array_equal(x, images())


def test_batches_of_the_same_seed_are_transformed_alike():
    data = digits()[:50]
    transform = Compose(Shift(1), Rotate(10), Noise(0.05))
    one, other = (
        np.concatenate([x for x, _ in Batches(data, 16, transform=transform, rng=3)])
        for _ in range(2)
    )
    np.testing.assert_array_equal(one, other)


# Shift and Crop


def moved(x, down, right, fill):
    """Return the images moved, by padding them and cutting."""
    rim = 9
    wide = np.pad(x, ((0, 0), (0, 0), (rim, rim), (rim, rim)), constant_values=fill)
    height, width = x.shape[2:]
    return wide[:, :, rim - down : rim - down + height, rim - right : rim - right + width]


@given(st.integers(-8, 8), st.floats(-2, 2))
def test_a_shift_moves_down_and_to_the_right(pixels, fill):
    x = images()
    np.testing.assert_array_equal(
        Shift((pixels, pixels), fill)(x, 0), moved(x, pixels, pixels, fill)
    )


def test_a_shift_by_one_is_a_roll_inside():
    x = images()
    rolled = np.roll(x, (1, 1), axis=(2, 3))
    np.testing.assert_array_equal(Shift((1, 1))(x, 0)[:, :, 1:, 1:], rolled[:, :, 1:, 1:])


def test_every_shift_that_is_allowed_comes_and_no_other():
    (x,) = images(1)
    found = Shift(1)(np.repeat(x[None], 300, axis=0), 0)
    allowed = {
        moved(x[None], down, right, 0).tobytes() for down in (-1, 0, 1) for right in (-1, 0, 1)
    }
    assert {image[None].tobytes() for image in found} == allowed


def test_a_shift_beyond_the_image_leaves_the_fill():
    assert (Shift((1000, 1000), fill=0.5)(images(), 0) == 0.5).all()


@given(st.integers(1, 9), st.integers(1, 10), st.integers(0, 3), seeds)
def test_a_crop_is_a_piece_of_the_padded_image(height, width, padding, seed):
    x = images(2)
    crop = Crop((height, width), padding, fill=0.5)
    if height > 5 + 2 * padding or width > 6 + 2 * padding:
        assert_refused(lambda: crop(x, seed), ag.ShapeError, "Crop: images of (5, 6)", "no piece")
        return
    rim = ((0, 0), (0, 0), (padding, padding), (padding, padding))
    wide = np.pad(x, rim, constant_values=0.5)
    pieces = np.lib.stride_tricks.sliding_window_view(wide, (height, width), axis=(2, 3))
    for image, choice in zip(crop(x, seed), pieces, strict=True):
        assert (choice == image[:, None, None]).all(axis=(0, 3, 4)).any()


def test_every_piece_of_an_image_comes():
    x = np.arange(12.0).reshape(1, 1, 3, 4).repeat(200, axis=0)
    corners = Crop(2)(x, 0)[:, 0, 0, 0]
    assert set(corners) == {0, 1, 2, 4, 5, 6}


def test_a_crop_without_a_size_keeps_that_of_the_image():
    assert Crop(padding=3)(images(), 0).shape == images().shape


# Flip


def test_a_flip_twice_is_the_image():
    x = images()
    np.testing.assert_array_equal(Flip(1)(Flip(1)(x)), x)


def test_a_flip_exchanges_left_and_right():
    x = images()
    np.testing.assert_array_equal(Flip(1)(x), np.flip(x, axis=3))


def test_a_flip_comes_as_often_as_it_is_said_to():
    x = images(1).repeat(4000, axis=0)
    share = np.mean((Flip(0.25)(x, 0) != x).any(axis=(1, 2, 3)))
    assert share == pytest.approx(0.25, abs=0.03)


# Rotate and Scale


@pytest.mark.parametrize("turns", [-3, -2, -1, 0, 1, 2, 3, 4])
def test_right_angles_turn_to_the_left_as_rot90(turns):
    x = images(height=6)
    found = Rotate((90 * turns, 90 * turns))(x)
    np.testing.assert_allclose(found, np.rot90(x, turns, axes=(2, 3)), atol=1e-12)


@given(st.floats(-180, 180))
def test_any_angle_turns_as_scipy_does(angle):
    x = images(2, 1)
    found = Rotate((angle, angle), fill=0.25)(x)
    turned = ndimage.rotate(
        x, angle, axes=(3, 2), reshape=False, order=1, mode="grid-constant", cval=0.25
    )
    np.testing.assert_allclose(found, turned, atol=1e-9)


def test_the_middle_stays_when_an_image_turns():
    x = images(9, height=5, width=5)
    np.testing.assert_allclose(Rotate(180)(x, 0)[:, :, 2, 2], x[:, :, 2, 2], atol=1e-12)


def ramps(height, width):
    """Return an image whose first channel is the row of each pixel, and the second its column."""
    return np.indices((height, width), dtype=float)[None]


@given(st.floats(1, 8))
def test_enlarging_makes_a_ramp_less_steep_about_the_middle(factor):
    found = Scale((factor, factor))(ramps(7, 8))
    middle = np.array([3, 3.5]).reshape(1, 2, 1, 1)
    np.testing.assert_allclose(found, middle + (ramps(7, 8) - middle) / factor, atol=1e-12)


def test_an_enlarged_constant_is_that_constant():
    x = np.full((3, 1, 8, 8), 0.7)
    np.testing.assert_allclose(Scale((2, 2))(x), x)


def test_half_the_size_shows_every_second_pixel_and_the_fill_around():
    x = images(2, 1, 9, 9)
    found = Scale((0.5, 0.5), fill=0.5)(x)
    np.testing.assert_allclose(found[:, :, 2:7, 2:7], x[:, :, ::2, ::2])
    found[:, :, 2:7, 2:7] = 0.5
    np.testing.assert_allclose(found, 0.5)


def test_halves_are_as_likely_as_doubles():
    x = ramps(9, 9).repeat(4000, axis=0) - 4
    factor = 1 / Scale(2)(x, 0)[:, 0, 5, 4]
    assert np.mean(factor > 1) == pytest.approx(0.5, abs=0.03)
    assert (factor.min(), factor.max()) == pytest.approx((0.5, 2), abs=0.01)


# Distort


def arrows(distort, seed):
    """Return how far each pixel was moved, read from what ramps became, away from the edge."""
    x = ramps(40, 40) + 1
    rim = int(distort.pixels) + 1
    return (distort(x, seed) - x)[0, :, rim:-rim, rim:-rim]


@given(st.floats(0.1, 5), st.floats(0, 20), seeds)
def test_no_pixel_goes_farther_than_it_may(pixels, smooth, seed):
    lengths = np.linalg.norm(arrows(Distort(pixels, smooth), seed), axis=0)
    assert lengths.max() <= pixels + 1e-9


def test_the_farthest_pixel_goes_as_far_as_is_said():
    farthest = [np.linalg.norm(arrows(Distort(3.0), seed), axis=0).max() for seed in range(20)]
    assert max(farthest) == pytest.approx(3, abs=1e-9)


def test_smooth_arrows_are_alike_beside_each_other():
    rough, fine = (arrows(Distort(3.0, smooth), 0) for smooth in (0.0, 5.0))
    assert np.abs(np.diff(fine, axis=1)).max() < 1 < np.abs(np.diff(rough, axis=1)).max()


def test_channels_are_distorted_alike():
    x = images(3, 1).repeat(2, axis=1)
    found = Distort(2.0)(x, 0)
    np.testing.assert_array_equal(found[:, 0], found[:, 1])


def test_arrows_smoothed_over_far_more_than_the_image_are_quick():
    found = Distort(1.0, smooth=1e6)(images(2), 0)
    assert np.isfinite(found).all()


@pytest.mark.parametrize("transform", [*GEOMETRIC, Crop(padding=1), Shift(1), Flip()], ids=repr)
def test_an_image_of_one_pixel_is_an_image(transform):
    assert transform(np.ones((2, 1, 1, 1)), 0).shape == (2, 1, 1, 1)


# Light


def test_brightness_adds_one_number_to_an_image():
    x = images(200)
    more = (Brightness(0.25, clip=False)(x, 0) - x).reshape(200, -1)
    np.testing.assert_allclose(more, more[:, :1].repeat(more.shape[1], axis=1), atol=1e-12)
    assert -0.25 <= more.min() < -0.2
    assert 0.2 < more.max() <= 0.25


@given(st.floats(0.1, 5), seeds)
def test_contrast_keeps_the_mean_and_multiplies_the_deviation(factor, seed):
    x = images(seed=seed)
    found = Contrast((factor, factor), clip=False)(x)
    np.testing.assert_allclose(found.mean(axis=(1, 2, 3)), x.mean(axis=(1, 2, 3)))
    np.testing.assert_allclose(found.std(axis=(1, 2, 3)), factor * x.std(axis=(1, 2, 3)))


@given(st.floats(0.1, 5))
def test_gamma_is_a_power_that_leaves_black_and_white(gamma):
    x = images()
    x[:, :, 0], x[:, :, 1] = 0, 1
    found = Gamma((gamma, gamma))(x)
    np.testing.assert_allclose(found, np.exp(gamma * np.log(np.maximum(x, 1e-300))), atol=1e-12)
    assert not found[:, :, 0].any()
    assert (found[:, :, 1] == 1).all()


def test_gamma_of_negative_numbers_is_refused():
    assert_refused(lambda: Gamma(2)(images() - 0.5), ag.OptionError, "Gamma: the images hold -0.4")


def test_a_color_cast_multiplies_each_channel_by_its_own_factor():
    x = images(100)
    ratio = (ColorCast(2, clip=False)(x, 0) / x).reshape(100, 3, -1)
    np.testing.assert_allclose(ratio, ratio[:, :, :1].repeat(30, axis=2))
    assert len(np.unique(ratio[:, :, 0].round(9))) == 300
    assert 0.5 <= ratio.min() < 0.52
    assert 1.95 < ratio.max() <= 2 + 1e-12


def test_black_stays_black_in_coloured_light():
    assert not ColorCast(3)(np.zeros((5, 3, 4, 4)), 0).any()


def test_noise_has_mean_zero_and_the_deviation_that_is_said():
    x = np.full((20, 3, 32, 32), 0.5)
    noise = Noise(0.1, clip=False)(x, 0) - x
    assert noise.mean() == pytest.approx(0, abs=2e-3)
    assert noise.std() == pytest.approx(0.1, rel=0.01)


def test_of_a_pair_each_image_draws_its_own_deviation():
    stds = Noise((0.1, 0.3), clip=False)(np.zeros((300, 1, 32, 32)), 0).std(axis=(1, 2, 3))
    assert 0.09 < stds.min() < 0.12
    assert 0.28 < stds.max() < 0.33
    assert stds.mean() == pytest.approx(0.2, abs=0.01)


@pytest.mark.parametrize("transform", LIGHT, ids=repr)
def test_what_leaves_the_range_is_cut_off(transform):
    loose = type(transform)(next(iter(vars(transform).values())), clip=False)
    x = images(20)
    free = loose(x, 0)
    assert free.min() < 0 or free.max() > 1
    np.testing.assert_array_equal(transform(x, 0), np.clip(free, 0, 1))


@pytest.mark.parametrize("transform", LIGHT, ids=repr)
@pytest.mark.parametrize("beyond", [-1.5, 2.25])
def test_standardized_images_are_refused_rather_than_cut_off(transform, beyond):
    x = images()
    x[1, 0, 2, 3] = beyond
    texts = f"the images hold {beyond}", "clip=False"
    assert_refused(lambda: transform(x, 0), ag.OptionError, type(transform).__name__, *texts)
    loose = type(transform)(next(iter(vars(transform).values())), clip=False)
    assert loose(x, 0).shape == x.shape


@given(seeds)
def test_what_rounding_adds_to_white_is_not_refused(seed):
    x = np.ones((8, 1, 6, 6), "float32")
    found = Compose(Scale(1.5, fill=1), Rotate(30, fill=1), Distort(2, fill=1), Noise(0))(x, seed)
    np.testing.assert_allclose(found, 1, rtol=1e-6)
    assert found.max() <= 1
