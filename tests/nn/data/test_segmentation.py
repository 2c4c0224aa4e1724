"""Scenes with a class for every pixel, masks in files, and weights of classes."""

import numpy as np
import pytest

import autograd as ag
import nn
from nn.data import class_weights, digit_scene_parts, digit_scenes, mask_folder
from nn.data.segmentation.scenes import PARTS
from tests.refusals import assert_refused

# Scenes


def test_scenes_are_images_from_0_to_1_with_a_class_for_each_pixel():
    data = digit_scenes(40, rng=0)
    assert (data.inputs.shape, data.inputs.dtype) == ((40, 1, 32, 32), np.float32)
    assert (data.targets.shape, data.targets.dtype) == ((40, 32, 32), np.int64)
    assert data.inputs.min() >= 0
    assert data.inputs.max() <= 1
    assert np.unique(data.targets).tolist() == list(range(11))
    assert len(data.classes) == 11


@pytest.mark.parametrize(("size", "cells"), [(16, 1), (40, 4), (48, 9), (128, 64)])
def test_a_cell_holds_one_digit_or_none(size, cells):
    targets = digit_scenes(8, size, rng=1).targets
    side = size // round(cells**0.5)
    rows = targets[:, : size // side * side, : size // side * side]
    blocks = rows.reshape(8, size // side, side, size // side, side).swapaxes(2, 3)
    found = [np.unique(block[block > 0]) for block in blocks.reshape(-1, side * side)]
    assert {len(kinds) for kinds in found} == {0, 1}
    assert len(found) == 8 * cells


def test_three_of_four_pixels_are_background():
    for part in PARTS:
        share = np.mean(digit_scenes(300, part=part, rng=0).targets == 0)
        assert share == pytest.approx(0.74, abs=0.03)


def test_digits_differ_from_what_is_around_them():
    data = digit_scenes(300, rng=0)
    pairs = zip(data.inputs[:, 0], data.targets > 0, strict=True)
    apart = np.array([x[ink].mean() - x[~ink].mean() for x, ink in pairs if ink.any()])
    assert np.abs(apart).min() > 0.1
    assert 0.2 < np.mean(apart > 0) < 0.9  # lighter and darker


def test_the_same_seed_gives_the_same_scenes():
    one, other = (digit_scenes(5, rng=3) for _ in range(2))
    assert one.fingerprint() == other.fingerprint() != digit_scenes(5, rng=4).fingerprint()


def test_parts_share_neither_digits_nor_photographs():
    digits, photographs = zip(*PARTS.values(), strict=True)
    for parts in (digits, photographs):
        assert len(set().union(*parts)) == sum(map(len, parts))
    train, valid, test = digit_scene_parts((6, 5, 4), size=16, rng=0)
    assert [len(part) for part in (train, valid, test)] == [6, 5, 4]


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (lambda: digit_scenes(0), "n=0"),
        (lambda: digit_scenes(1, 15), "size=15"),
        (lambda: digit_scenes(1, 200), "size=200"),
        (lambda: digit_scenes(1, 20.5), "size=20.5"),
        (lambda: digit_scenes(1, part="all"), "part='all'"),
        (lambda: digit_scene_parts((1, 2)), "three numbers"),
    ],
)
def test_scenes_that_cannot_be_are_refused(make, text):
    assert_refused(make, ag.OptionError, text)


# Weights of classes


def test_weights_are_the_median_frequency_over_each():
    rng = np.random.default_rng(0)
    targets = rng.choice(5, p=[0.6, 0.2, 0.1, 0.1, 0.0], size=(7, 4, 5))
    targets[2:, :, :] = np.where(targets[2:] == 3, 0, targets[2:])  # class 3 in two images
    shares = []
    for c in range(4):
        images = targets[(targets == c).any(axis=(1, 2))]
        shares.append(np.mean(images == c))
    found = class_weights(targets, 5)
    np.testing.assert_allclose(found[:4], np.median(shares) / shares)
    assert found[4] == 0


def test_weights_are_those_of_the_targets_that_count():
    targets = np.array([[[0, 0, 1, 255]], [[0, 1, 1, 255]]])
    np.testing.assert_allclose(
        class_weights(targets, 2, ignore_index=255), class_weights(targets[..., :3], 2)
    )


def test_a_rare_class_weighs_as_much_as_a_frequent_one_in_the_loss():
    targets = np.array([0] * 9 + [1])
    weights = class_weights(targets, ("often", "rare"))
    assert weights[0] * 9 == pytest.approx(weights[1])
    logits = np.tile([2.0, 0.0], (10, 1))
    costs = np.log1p(np.exp([-2.0, 2.0]))  # of each class
    assert nn.cross_entropy(logits, targets, weights) == pytest.approx(costs.mean())


@pytest.mark.parametrize(
    ("call", "error", "text"),
    [
        (lambda: class_weights([[0.0, 1.0]], 2), ag.OptionError, "must be integers"),
        (lambda: class_weights([[0, 2]], 2), ag.IndexingError, "hold class 2"),
        (lambda: class_weights([[0, -1]], 2), ag.IndexingError, "hold class -1"),
        (lambda: class_weights([[-100]], 2), ag.OptionError, "left out"),
        (lambda: class_weights([[0]], 0), ag.OptionError, "classes=0"),
    ],
)
def test_weights_of_nothing_are_refused(call, error, text):
    assert_refused(call, error, text)


# Files


@pytest.fixture
def folders(tmp_path):
    image = pytest.importorskip("PIL.Image")
    rng = np.random.default_rng(0)
    for name in ("images", "masks"):
        (tmp_path / name).mkdir()
    for name in ("b", "a"):
        pixels = rng.integers(0, 256, (4, 6, 3), dtype=np.uint8)
        image.fromarray(pixels).save(tmp_path / "images" / f"{name}.png")
        classes = image.fromarray(rng.integers(0, 3, (4, 6), dtype=np.uint8))
        if name == "b":
            classes.putpalette([0, 0, 0, 255, 0, 0, 0, 0, 255])
        classes.save(tmp_path / "masks" / f"{name}.png")
    return tmp_path / "images", tmp_path / "masks"


def pixels(path):
    from PIL import Image

    with Image.open(path) as file:
        return np.asarray(file)


def test_masks_are_the_numbers_of_their_files(folders):
    images, masks = folders
    (masks / "Thumbs.db").write_bytes(b"of the system")
    data = mask_folder(images, masks, classes=("sky", "road", "tree"))
    for image, mask, name in zip(data.inputs, data.targets, "ab", strict=True):
        np.testing.assert_array_equal(mask, pixels(masks / f"{name}.png"))
        wanted = np.moveaxis(pixels(images / f"{name}.png"), 2, 0) / np.float32(255)
        np.testing.assert_array_equal(image, wanted)
    assert data.classes == ("sky", "road", "tree")


def test_masks_are_scaled_by_the_nearest_pixel(folders):
    found = mask_folder(*folders, (8, 12), grayscale=True)
    plain = mask_folder(*folders)
    assert found.inputs.shape == (2, 1, 8, 12)
    np.testing.assert_array_equal(found.targets, plain.targets.repeat(2, 1).repeat(2, 2))


def damage(images, masks, name):
    from PIL import Image

    if name == "no partner":
        (masks / "a.png").rename(masks / "c.png")
    elif name == "twice":
        Image.new("L", (6, 4)).save(masks / "a.bmp")
    elif name == "colours":
        Image.new("RGB", (6, 4)).save(masks / "a.png")
    elif name == "jpeg":
        (masks / "a.png").unlink()
        Image.new("L", (6, 4)).save(masks / "a.jpg")
    elif name == "other size":
        Image.new("L", (5, 4)).save(masks / "a.png")
    elif name == "text":
        (masks / "a.png").write_text("hello")
    elif name == "folder":
        (masks / "a.png").unlink()
        (masks / "a.png").mkdir()
    elif name == "empty":
        for file in (*images.iterdir(), *masks.iterdir()):
            file.unlink()


DAMAGED = {
    "no partner": "a.png has no mask of its name",
    "twice": "a.png has several files of its name",
    "colours": "a.png cannot be read: a mask has one number for each pixel, and not colours",
    "jpeg": "a.jpg cannot be read: JPEG does not keep numbers; save masks as PNG",
    "other size": "a.png is of 4 x 5, and the first image of 4 x 6",
    "text": "a.png is not an image",
    "folder": "a.png is a folder among images",
    "empty": "there are no files",
}


@pytest.mark.parametrize("name", DAMAGED)
def test_a_bad_mask_is_one_line_with_its_name(folders, name):
    damage(*folders, name)
    assert_refused(lambda: mask_folder(*folders), nn.DataError, DAMAGED[name])
