"""Data of optical flow: scenes by their geometry, `.flo` files by their bytes, a real pair."""

import os
import struct
from itertools import combinations

import numpy as np
import pytest
from skimage import data as skimage_data

import autograd as ag
import nn
from nn.data.flow.affine import after, inverse, moved, turned
from nn.data.flow.chairs import PARTS
from nn.data.flow.scenes import WAVES, Scenes, grid, sampled
from tests.refusals import assert_refused


def shift(u, v):
    return np.array([[1.0, 0.0, u], [0.0, 1.0, v]])


STILL = shift(0, 0)


def scene(ground, blob, middle=(0.0, 0.0), radius=0.0):
    """One scene of a round blob on a background; the photograph of each is grey."""
    layers = (1, 2)
    return Scenes(
        motion=np.array([[ground, blob]]),
        look=np.array([[STILL, STILL]]),
        photograph=np.array([[0, 1]]),
        dark=np.zeros((*layers, 3), "float32"),
        bright=np.ones((*layers, 3), "float32"),
        middle=np.array([[middle]], "float32"),
        radius=np.array([[radius]], "float32"),
        waves=np.zeros((1, 1, WAVES), "complex64"),
    )


GREY = np.stack([np.full((40, 40, 3), 0.25, "float32"), np.full((40, 40, 3), 0.75, "float32")])


# Affine maps.


def test_maps_turn_clockwise_about_a_middle_and_then_shift():
    middle, ahead = np.array([1.0, 2.0]), np.array([1.0, 0.0])
    quarter = turned(np.pi / 2, 2.0, middle, np.array([10.0, 0.0]))
    place = quarter[:, :2] @ (middle + ahead) + quarter[:, 2]
    np.testing.assert_allclose(place, [11.0, 4.0])  # from the right to below


def test_a_map_after_its_inverse_leaves_places():
    map = turned(0.3, 1.2, np.array([1.0, 2.0]), np.array([3.0, -1.0]))
    np.testing.assert_allclose(after(map, inverse(map)), STILL, atol=1e-12)
    np.testing.assert_allclose(after(inverse(map), map), STILL, atol=1e-12)


# Scenes.


def test_the_flow_of_a_background_is_its_map_minus_the_place():
    map = turned(0.2, 1.1, np.zeros(2), np.array([1.5, -0.5]))
    _, flow, _ = scene(map, map).frames(9, GREY)
    for row, column in np.ndindex(9, 9):
        place = np.array([column - 4.0, row - 4.0])
        expected = map[:, :2] @ place + map[:, 2] - place
        np.testing.assert_allclose(flow[0, :, row, column], expected, atol=1e-5)


def test_a_blob_moves_by_a_map_of_its_own():
    pairs, flow, _ = scene(shift(0, 0), shift(2, 1), radius=2.1).frames(11, GREY)
    inside = np.hypot(*(np.indices((11, 11)) - 5)) < 2.1
    np.testing.assert_array_equal(flow[0, 0], 2.0 * inside)
    np.testing.assert_array_equal(flow[0, 1], 1.0 * inside)
    np.testing.assert_array_equal(pairs[0, 0], np.where(inside, 0.75, 0.25))
    np.testing.assert_array_equal(pairs[0, 3], np.roll(pairs[0, 0], (1, 2), (0, 1)))


def test_occluded_is_what_a_blob_comes_to_cover_and_what_leaves_the_frame():
    _, _, occluded = scene(shift(0, 0), shift(3, 0), radius=2.1).frames(13, GREY)
    before = np.hypot(*(np.indices((13, 13)) - 6)) < 2.1
    np.testing.assert_array_equal(occluded[0], np.roll(before, 3, axis=1) & ~before)
    _, _, occluded = scene(shift(3, 0), shift(3, 0)).frames(13, GREY)
    np.testing.assert_array_equal(occluded[0], np.broadcast_to(np.arange(13) >= 10, (13, 13)))


def test_a_higher_blob_hides_a_lower_one():
    one = scene(shift(0, 0), shift(1, 0), radius=3.0)
    two = Scenes(
        motion=np.concatenate([one.motion, [[shift(0, 2)]]], axis=1),
        look=np.array([[STILL] * 3]),
        photograph=np.array([[0, 0, 1]]),
        dark=np.zeros((1, 3, 3), "float32"),
        bright=np.ones((1, 3, 3), "float32"),
        middle=np.repeat(one.middle, 2, axis=1),
        radius=np.array([[3.0, 2.0]], "float32"),
        waves=np.zeros((1, 2, WAVES), "complex64"),
    )
    top = two.topmost(grid(9))[0]
    distance = np.hypot(*(np.indices((9, 9)) - 4))
    np.testing.assert_array_equal(top, np.where(distance < 2, 2, np.where(distance < 3, 1, 0)))


def test_the_second_frame_along_the_flow_is_the_first():
    slope = np.indices((40, 40)).sum(axis=0)[None, ..., None] / 80  # on which bilinear is exact
    photographs = np.broadcast_to(slope, (2, 40, 40, 3)).astype("float32")
    ground = turned(0.1, 1.05, np.zeros(2), np.array([0.7, -1.2]))
    pairs, flow, occluded = scene(ground, after(ground, shift(2.5, 0)), (1.0, 1.0), 4.3).frames(
        16, photographs
    )
    error = np.abs(ag.warp(pairs[:, 3:], flow) - pairs[:, :3]).max(axis=1)
    inside = ~occluded & (np.hypot(*(np.indices((16, 16)) - 8.5)) < 3)  # away from the rim
    assert inside.sum() > 10
    assert error[inside].max() < 1e-5


def test_photographs_are_sampled_between_pixels_and_mirrored_beyond_edges():
    photograph = np.arange(4.0).reshape(1, 2, 2, 1) * np.ones(3)  # rows 0 1 and 2 3
    x, y = np.array([-0.5, 0.0, 1.5]), np.array([-0.5, 0.0, 0.5])
    found = sampled(photograph, np.zeros(3, int), x, y)[:, 0]
    np.testing.assert_allclose(found, [0.0, 1.5, 3.0])


def test_maps_move_places_of_each_layer():
    maps = np.array([[shift(1, 2), turned(np.pi, 1.0, np.zeros(2), np.zeros(2))]])
    places = moved(maps, grid(2))
    np.testing.assert_allclose(places[:, 0, 0, 0, 0], [0.5, 1.5])
    np.testing.assert_allclose(places[:, 0, 1, 0, 0], [0.5, 0.5], atol=1e-6)


# Chairs.


def test_chairs_are_pairs_of_images_and_their_flow():
    data, occluded = nn.data.flying_chairs(70, 16, rng=0, return_occlusion=True)
    assert data.inputs.shape == (70, 6, 16, 16)
    assert data.targets.shape == (70, 2, 16, 16)
    assert data.inputs.dtype == data.targets.dtype == np.float32
    assert data.inputs.min() >= 0
    assert data.inputs.max() <= 1
    assert occluded.shape == (70, 16, 16)
    assert occluded.dtype == bool


def test_the_same_seed_makes_the_same_scenes():
    first, again, other = (nn.data.flying_chairs(3, 16, rng=seed) for seed in (1, 1, 2))
    assert first.fingerprint() == again.fingerprint() != other.fingerprint()


def test_the_flow_is_four_pixels_long_on_average():
    flow = nn.data.flying_chairs(150, 64, rng=0).targets
    assert np.hypot(flow[:, 0], flow[:, 1]).mean() == pytest.approx(4.1, abs=0.3)


def test_without_motion_both_frames_are_one():
    data = nn.data.flying_chairs(4, 16, rng=0, motion=0.0)
    np.testing.assert_allclose(data.targets, 0, atol=1e-5)
    np.testing.assert_allclose(data.inputs[:, :3], data.inputs[:, 3:], atol=1e-4)


def test_the_flow_leads_to_the_same_colours():
    data, occluded = nn.data.flying_chairs(64, 64, 0, photographs="test", return_occlusion=True)
    first, second = data.inputs[:, :3], data.inputs[:, 3:]

    def change(flow):
        return np.abs(ag.warp(second, flow) - first).mean(axis=1)[~occluded].mean()

    assert change(data.targets) < 0.3 * change(np.zeros_like(data.targets))


@pytest.mark.parametrize(
    "transform",
    [
        nn.data.Flip(1.0),
        nn.data.Shift((5, 5)),
        nn.data.Rotate((30, 30)),
        nn.data.Scale((1.5, 1.5)),
        nn.data.Compose(nn.data.Rotate(30), nn.data.Scale(1.3), nn.data.Contrast(1.2)),
    ],
    ids=repr,
)
def test_an_augmented_flow_leads_to_the_same_colours(transform):
    data = nn.data.flying_chairs(16, 64, 0, photographs="test")
    pairs, flow = nn.data.Joint(transform, flow=True)(data.inputs, data.targets, 0)
    first, second = pairs[:, :3], pairs[:, 3:]

    def change(flow):
        found = np.abs(ag.warp(second, np.nan_to_num(flow)) - first).mean(axis=1)
        return np.median(found[~np.isnan(flow[:, 0])])

    assert change(flow) < 0.2 * change(np.where(np.isnan(flow), np.nan, 0.0))


def test_the_parts_share_no_photograph():
    assert all(set(a).isdisjoint(b) for a, b in combinations(PARTS.values(), 2))


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"n": 0}, "n=0 must be an integer of at least 1"),
        ({"size": 1.5}, "size=1.5 must be an integer"),
        ({"size": 2000}, "size=2000 must be a number from 1 to 512"),
        ({"motion": -1}, "motion=-1 must be a number from 0 to 10"),
        ({"motion": float("nan")}, "motion=nan must be a number from 0 to 10"),
        ({"photographs": [["cat"]]}, "must be one of train, valid, test, or a list of names"),
        ({"photographs": "cat"}, "must be one of train, valid, test, or a list of names"),
        ({"photographs": []}, "must be one of train, valid, test, or a list of names"),
        ({"photographs": ["dog"]}, "there is no 'dog'"),
        ({"return_occlusion": "no"}, "must be True or False"),
    ],
)
def test_chairs_refuse_in_one_line(options, text):
    given = {"n": 2, "size": 16, "rng": 0} | options
    assert_refused(lambda: nn.data.flying_chairs(**given), ag.OptionError, text)


# Files.


def flo(width=3, height=2, numbers=None, magic=202021.25):
    head = struct.pack("<fii", magic, width, height)
    count = 2 * width * height if numbers is None else numbers
    return head + np.arange(count, dtype="<f4").tobytes()


@pytest.fixture
def path(tmp_path):
    return tmp_path / "a.flo"


def test_a_file_holds_two_numbers_for_each_pixel_row_by_row(path):
    path.write_bytes(flo())
    flow = nn.data.read_flo(path)
    assert flow.dtype == np.float32
    np.testing.assert_array_equal(flow[0], [[0, 2, 4], [6, 8, 10]])
    np.testing.assert_array_equal(flow[1], [[1, 3, 5], [7, 9, 11]])


def test_what_is_written_has_the_bytes_of_the_format(path):
    flow = np.moveaxis(np.arange(12.0).reshape(2, 3, 2), 2, 0)
    nn.data.write_flo(path, ag.tensor(flow))
    assert path.read_bytes() == flo()


def test_an_unknown_flow_in_float16_is_written_as_one(path):
    nn.data.write_flo(path, np.array([[[1.0, np.nan]], [[2.0, 0.0]]], "float16"))
    np.testing.assert_array_equal(nn.data.read_flo(path), [[[1.0, np.nan]], [[2.0, np.nan]]])


def test_an_unknown_flow_is_nan_here_and_above_1e9_in_a_file(path):
    nn.data.write_flo(path, [[[1.0, np.nan, 3.0]], [[1.0, 2.0, 1e9]]])
    u, v = np.frombuffer(path.read_bytes()[12:], "<f4").reshape(3, 2).T
    np.testing.assert_array_equal(u > 1e9, [False, True, False])
    np.testing.assert_array_equal(v > 1e9, [False, True, False])
    np.testing.assert_array_equal(nn.data.read_flo(path)[0, 0], [1, np.nan, 3])


def test_numbers_above_1e9_and_nan_in_a_file_are_unknown(path):
    numbers = np.array([1.7e9, 0, 0, -1e10, np.nan, 1, np.inf, 1, 4, 5], "<f4")
    path.write_bytes(flo(5, 1, 0) + numbers.tobytes())
    expected = [[[np.nan] * 4 + [4]], [[np.nan] * 4 + [5]]]
    np.testing.assert_array_equal(nn.data.read_flo(path), expected)


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"", "the file is empty"),
        (b"PIEH\0\0", "the head: expected 12 bytes, but there are only 6"),
        (flo(magic=1.0), "it begins with the bytes 00 00 80 3f"),
        (struct.pack(">fii", 202021.25, 3, 2) + bytes(48), "a .flo file begins with 50 49 45 48"),
        (flo(width=-3, numbers=12), "its width -3 and height 2 must be at least 1"),
        (flo(height=0), "its width 3 and height 0 must be at least 1"),
        (flo(2**31 - 1, 2**31 - 1, 12), "but there are only 48"),
        (flo()[:-1], "expected 48 bytes, but there are only 47"),
        (flo() + b"\0", "expected an end after 60 bytes, but there are 61"),
    ],
)
def test_hostile_files_are_refused(path, content, text):
    path.write_bytes(content)
    assert_refused(lambda: nn.data.read_flo(path), nn.DataError, "read_flo: ", text)


def test_a_folder_and_a_fifo_are_refused(path, tmp_path):
    os.mkfifo(path)
    assert_refused(lambda: nn.data.read_flo(path), nn.DataError, "is a FIFO")
    assert_refused(lambda: nn.data.read_flo(tmp_path), nn.DataError, "is a directory")
    assert_refused(lambda: nn.data.write_flo(path, np.zeros((2, 1, 1))), ag.OptionError, "a FIFO")


@pytest.mark.parametrize(
    ("flow", "kind", "text"),
    [
        (np.zeros((3, 4)), ag.ShapeError, "flow (3, 4) must be (2, height, width)"),
        (np.zeros((1, 2, 3, 4)), ag.ShapeError, "one file for each flow"),
        (np.zeros((2, 0, 4)), ag.ShapeError, "flow (2, 0, 4) must be (2, height, width)"),
        (np.full((2, 1, 1), np.inf), ag.OptionError, "the flow has inf"),
        (np.full((2, 1, 1), -2e9), ag.OptionError, "numbers above 1e+09 stand for an unknown flow"),
    ],
)
def test_what_no_file_can_hold_is_refused(path, flow, kind, text):
    assert_refused(lambda: nn.data.write_flo(path, flow), kind, "write_flo: ", text)
    assert not path.exists()


# The motorcycle.


def test_the_flow_of_the_motorcycle_is_its_disparity():
    left, right, disparity = skimage_data.stereo_motorcycle()
    data, known = nn.data.stereo_motorcycle(None)
    np.testing.assert_array_equal(known[0], np.isfinite(disparity))
    np.testing.assert_allclose(data.targets[0, 0][known[0]], -disparity[known[0]], rtol=1e-6)
    assert not data.targets[0, 1].any()
    np.testing.assert_allclose(data.inputs[0, 3:], np.moveaxis(right, 2, 0) / 255, atol=1e-6)
    np.testing.assert_allclose(data.inputs[0, :3], np.moveaxis(left, 2, 0) / 255, atol=1e-6)


def test_a_scaled_flow_is_shorter_and_leads_to_the_same_colours():
    data, known = nn.data.stereo_motorcycle((128, 192))
    assert data.inputs.shape == (1, 6, 128, 192)
    whole, measured = nn.data.stereo_motorcycle(None)
    expected = whole.targets[0, 0][measured[0]].mean() * 192 / 741
    assert data.targets[0, 0][known[0]].mean() == pytest.approx(expected, rel=0.02)
    left, right = data.inputs[:, :3], data.inputs[:, 3:]
    change = [
        np.abs(ag.warp(right, flow) - left).mean(axis=1)[known].mean()
        for flow in (data.targets, np.zeros_like(data.targets), -data.targets)
    ]
    assert change[0] < 0.5 * min(change[1:])


@pytest.mark.parametrize("size", [0, 1.5, (64,), "64"])
def test_the_motorcycle_refuses_other_sizes(size):
    assert_refused(
        lambda: nn.data.stereo_motorcycle(size), ag.OptionError, "stereo_motorcycle: ", "must be"
    )
