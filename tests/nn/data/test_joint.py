"""Images and what belongs to their pixels move alike: masks, images, the vectors of flow."""

import numpy as np
import pytest
from scipy import ndimage

import autograd as ag
import nn
from nn.data import (
    Brightness,
    Compose,
    Crop,
    Distort,
    Flip,
    Joint,
    Noise,
    Rotate,
    Scale,
    Shift,
)
from tests.refusals import assert_refused

WHOLE = [Flip(), Shift(2), Crop(3), Crop(padding=2), Compose(Flip(), Shift(1))]
LINEAR = [
    Flip(1.0),
    Rotate((30, 30)),
    Scale((1.5, 1.5)),
    Scale((0.7, 0.7)),
    Shift((2, 2)),
    Crop(17),
]
by_repr = {"ids": repr}


def random(seed=1):
    return np.random.default_rng(seed)


def images(count=6, side=5):
    inputs = random(0).random((count, 2, side, side))
    return inputs, (inputs[:, 0] * 4).astype(int)


# Masks


@pytest.mark.parametrize("transform", WHOLE, **by_repr)
def test_a_mask_moves_with_its_image(transform):
    inputs, masks = images()
    moved, together = Joint(transform, fill=0)(inputs, masks, random())
    np.testing.assert_array_equal(together, (moved[:, 0] * 4).astype(int))
    assert together.dtype == masks.dtype


def test_the_inputs_are_those_of_the_transform_alone():
    inputs, masks = images()
    transform = Compose(Flip(), Rotate(20), Noise(0.1), Scale(1.5))
    moved, _ = Joint(transform)(inputs, masks, random())
    np.testing.assert_array_equal(moved, transform(inputs, random()))


@pytest.mark.parametrize("transform", [Rotate(180), Scale(2), Distort(2.0)], **by_repr)
def test_each_pixel_of_a_mask_is_the_nearest_as_in_scipy(transform):
    places = transform.places((4, 1, 7, 8), random())
    masks = random(2).integers(0, 9, (4, 7, 8))
    found = places.masks(masks, -1)
    for mask, rows, columns, ours in zip(masks, places.rows, places.columns, found, strict=True):
        options = {"order": 0, "mode": "grid-constant", "cval": -1}
        theirs = ndimage.map_coordinates(mask, [rows, columns], **options)
        np.testing.assert_array_equal(ours, theirs)


@pytest.mark.parametrize("transform", [Rotate(180), Scale(2), Distort(2.0)], **by_repr)
def test_each_pixel_of_an_image_lies_between_four_as_in_scipy(transform):
    places = transform.places((4, 1, 7, 8), random())
    inputs = random(2).random((4, 1, 7, 8))
    found = places.images(inputs, 0.5)
    for image, rows, columns, ours in zip(inputs, places.rows, places.columns, found, strict=True):
        options = {"order": 1, "mode": "grid-constant", "cval": 0.5}
        theirs = ndimage.map_coordinates(image[0], [rows, columns], **options)
        np.testing.assert_allclose(ours[0], theirs, atol=1e-12)


def test_a_mask_that_is_turned_keeps_its_classes():
    masks = np.zeros((1, 3, 3), int)
    masks[0, 0, 2], masks[0, 1, 1] = 7, -100
    _, turned = Joint(Rotate((90, 90)))(np.zeros((1, 1, 3, 3)), masks, random())
    np.testing.assert_array_equal(turned, np.rot90(masks, axes=(1, 2)))


def test_what_comes_from_outside_is_left_out_by_the_loss():
    inputs, masks = np.zeros((1, 1, 3, 3)), np.ones((1, 3, 3), np.uint8)
    _, moved = Joint(Shift((1, 1)))(inputs, masks, random())
    np.testing.assert_array_equal(moved[0], [[-100] * 3, [-100, 1, 1], [-100, 1, 1]])
    scores = random().random((1, 2, 3, 3))
    inside = nn.cross_entropy(scores[..., 1:, 1:], masks[:, 1:, 1:])
    assert nn.cross_entropy(scores, moved) == pytest.approx(inside)


@pytest.mark.parametrize(("dtype", "kept"), [("int8", "int64"), ("int16", "int16")])
def test_a_fill_that_the_dtype_of_a_mask_lacks_makes_it_int64(dtype, kept):
    mask = np.zeros((1, 2, 2), dtype)
    moved = Joint(Shift((1, 1)), fill=255)(np.zeros((1, 1, 2, 2)), mask, 0)[1]
    assert moved.dtype == kept
    np.testing.assert_array_equal(moved[0], [[255, 255], [255, 0]])


def test_light_and_noise_leave_the_targets_alone():
    inputs, _ = images()
    joint = Joint(Compose(Flip(), Brightness((0.1, 0.1), clip=False), Noise(0.1, clip=False)))
    noisy, clean = joint(inputs, inputs, random())
    errors = noisy - clean
    assert errors.mean() == pytest.approx(0.1, abs=0.03)
    assert errors.std() == pytest.approx(0.1, abs=0.03)


# Images and vectors


def test_a_target_that_is_an_image_moves_with_the_inputs():
    inputs, _ = images()
    moved, together = Joint(Rotate(20))(inputs, inputs[:, :1], random())
    np.testing.assert_array_equal(moved[:, :1], together)


def dot(row, column, side=21):
    """Return an image that is a hat of height 1 about a place."""
    rows, columns = np.indices((side, side))
    return np.exp(-((rows - row) ** 2 + (columns - column) ** 2) / 4)


def centre(image):
    rows, columns = np.indices(image.shape)
    return np.array([(columns * image).sum(), (rows * image).sum()]) / image.sum()


@pytest.mark.parametrize("transform", LINEAR, **by_repr)
def test_moved_flow_leads_from_the_first_moved_image_to_the_second(transform):
    flow = np.broadcast_to(np.array([3.0, -2.0])[:, None, None], (2, 21, 21))  # right and up
    pair = np.stack([dot(10, 8), dot(8, 11)])
    moved, vectors = Joint(transform, flow=True)(pair[None], flow[None], random())
    known = vectors[0][:, np.isfinite(vectors[0]).all(0)]
    step = centre(moved[0, 1]) - centre(moved[0, 0])
    np.testing.assert_allclose(known, np.broadcast_to(step[:, None], known.shape), atol=0.1)


def test_flow_that_turns_left_points_up_after_it_pointed_right():
    flow = np.zeros((1, 2, 3, 3))
    flow[:, 0] = np.arange(9).reshape(3, 3)
    _, turned = Joint(Rotate((90, 90)), flow=True)(np.zeros((1, 2, 3, 3)), flow, random())
    np.testing.assert_allclose(turned[0, 0], 0, atol=1e-12)
    np.testing.assert_allclose(turned[0, 1], -np.rot90(flow[0, 0]), atol=1e-12)


def test_flow_from_outside_is_nan_or_the_fill():
    flow = np.ones((1, 2, 2, 2))
    _, moved = Joint(Shift((1, 1)), flow=True)(np.zeros((1, 6, 2, 2)), flow, random())
    np.testing.assert_array_equal(np.isnan(moved[0, 0]), [[True, True], [True, False]])
    _, moved = Joint(Shift((1, 1)), fill=0, flow=True)(np.zeros((1, 6, 2, 2)), flow, random())
    np.testing.assert_array_equal(moved[0, 0], [[0, 0], [0, 1]])


def test_float32_stays_float32():
    inputs = np.ones((1, 2, 4, 4), np.float32)
    for flow in (False, True):
        _, moved = Joint(Rotate(10), flow=flow)(inputs, inputs, random())
        assert moved.dtype == np.float32


# Refusals


@pytest.mark.parametrize(
    ("make", "error", "text"),
    [
        (lambda: Joint(Flip), ag.OptionError, "Joint: takes a transform of nn.data"),
        (lambda: Joint(lambda x, rng: x), ag.OptionError, "needs no Joint"),
        (lambda: Joint(Compose(lambda x, rng: x)), ag.OptionError, "needs no Joint"),
        (lambda: Joint(Flip(), fill="a"), ag.OptionError, "fill='a'"),
        (lambda: Joint(Flip(), flow="yes"), ag.OptionError, "flow='yes'"),
        (
            lambda: Joint(Flip(), fill=0.5)(np.ones((1, 2, 4, 4)), np.ones((1, 4, 4), int), 0),
            ag.OptionError,
            "fill=0.5 must be an integer",
        ),
        (
            lambda: Joint(Flip(), fill=2**70)(np.ones((1, 2, 4, 4)), np.ones((1, 4, 4), int), 0),
            ag.OptionError,
            "must be a number from -9.0072e+15 to 9.0072e+15",
        ),
        (
            lambda: Joint(Distort(1.0), flow=True)(np.ones((1, 2, 4, 4)), np.ones((1, 2, 4, 4)), 0),
            ag.OptionError,
            "Distort bends",
        ),
        (
            lambda: Joint(Flip(), flow=True)(np.ones((1, 2, 4, 4)), np.ones((1, 3, 4, 4)), 0),
            ag.ShapeError,
            "targets must be flow, (N, 2, height, width)",
        ),
        (
            lambda: Joint(Flip())(np.ones((1, 2, 4, 4)), np.ones((1, 4, 4)), 0),
            ag.ShapeError,
            "targets must be masks",
        ),
        (
            lambda: Joint(Flip())(np.ones((1, 2, 4, 4)), np.ones((1, 4, 5), int), 0),
            ag.ShapeError,
            "the same number, height and width",
        ),
    ],
)
def test_what_cannot_move_together_is_refused(make, error, text):
    assert_refused(make, error, text)
