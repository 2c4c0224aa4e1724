"""Occlusion maps against covering the image by hand."""

import numpy as np
import pytest

import autograd as ag
import nn
from nn.inspection import occlusion_map
from tests.refusals import assert_refused

IMAGE = np.random.default_rng(0).uniform(size=(2, 6, 7))


def model(x):
    """Two scores that differ for every place of the square."""
    weights = np.arange(2 * 6 * 7.0).reshape(2, 6, 7)
    total = ag.sum(x * weights, axis=(1, 2, 3))
    return ag.stack([total, total**2], axis=1)


def score(image, target):
    return np.asarray(model(image[None]))[0, target]


@pytest.mark.parametrize(("size", "stride"), [(1, 1), (2, 1), (3, 1), (3, 2), (2, 3), (20, 4)])
def test_each_place_is_scored_with_the_square_around_it(size, stride):
    found = occlusion_map(model, IMAGE, 1, size, stride, value=0.25)
    rows, columns = range(0, 6, stride), range(0, 7, stride)
    assert found.shape == (len(rows), len(columns))
    for i, row in enumerate(rows):
        for j, column in enumerate(columns):
            covered = IMAGE.copy()
            for a in range(row - size // 2, row - size // 2 + size):
                for b in range(column - size // 2, column - size // 2 + size):
                    if 0 <= a < 6 and 0 <= b < 7:
                        covered[:, a, b] = 0.25
            assert found[i, j] == pytest.approx(score(covered, 1))


def test_by_default_the_square_is_as_bright_as_the_image():
    np.testing.assert_array_equal(
        occlusion_map(model, IMAGE, 0, 3), occlusion_map(model, IMAGE, 0, 3, value=IMAGE.mean())
    )


def test_image_and_model_stay_as_they_were():
    net = nn.Sequential(nn.Flatten(), nn.Dropout(0.5, rng=0), nn.Linear(84, 2, rng=0))
    image, before = IMAGE.copy(), net[1].rng.bit_generator.state
    occlusion_map(net, image, 0, 3)
    assert net.training
    assert net[1].rng.bit_generator.state == before
    np.testing.assert_array_equal(image, IMAGE)


def test_float32_stays_float32():
    net = nn.Sequential(nn.Flatten(), nn.Linear(84, 2, rng=0)).float()
    assert occlusion_map(net, IMAGE, 0, 3).dtype == "float32"


def test_what_makes_no_map_is_refused():
    for kind, text, call in [
        (ag.OptionError, "size=0 must be", lambda: occlusion_map(model, IMAGE, 0, 0)),
        (ag.OptionError, "stride=0.5 must be", lambda: occlusion_map(model, IMAGE, 0, 1, 0.5)),
        (ag.OptionError, "target=2 is not a class", lambda: occlusion_map(model, IMAGE, 2, 1)),
        (ag.OptionError, "value=nan", lambda: occlusion_map(model, IMAGE, 0, 1, value=np.nan)),
        (ag.ShapeError, "not (C, H, W)", lambda: occlusion_map(model, IMAGE[0], 0, 1)),
        (ag.ShapeError, "(N, K) scores", lambda: occlusion_map(lambda x: x, IMAGE, 0, 1)),
    ]:
        assert_refused(call, kind, text)
