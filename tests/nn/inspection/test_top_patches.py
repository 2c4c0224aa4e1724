"""The strongest activations of a feature, and the pieces of images that they see."""

import numpy as np
import pytest

import autograd as ag
import nn
from nn.inspection import backproject, receptive_field, top_patches
from tests.refusals import assert_refused

IMAGES = np.random.default_rng(0).normal(size=(40, 2, 7, 8))


@pytest.fixture
def net():
    return nn.Sequential(
        nn.Conv2d(2, 4, 3, padding=1, rng=0), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(4, 3, 2, rng=1)
    )


@pytest.mark.parametrize("module", ["0", "2", "3"])
def test_they_are_the_strongest_of_all_images(net, module):
    output = IMAGES
    for layer in net[: int(module) + 1]:
        output = layer(output)
    found = top_patches(net, IMAGES, module, k=5)
    assert list(found) == list(range(output.shape[1]))
    for c, patches in found.items():
        of_each = output.numpy()[:, c].reshape(40, -1).max(axis=1)
        best = np.argsort(-of_each)[:5]
        assert [p.image for p in patches] == best.tolist()
        np.testing.assert_allclose([p.activation for p in patches], of_each[best], rtol=1e-12)
        for p in patches:
            assert output.numpy()[(p.image, c, *p.position)] == pytest.approx(p.activation)


@pytest.mark.parametrize("rule", ["deconvnet", "guided", "gradient"])
def test_a_patch_is_the_field_and_its_projection_that_of_the_image_alone(net, rule):
    for c, patches in top_patches(net, IMAGES, "3", k=3, rule=rule).items():
        for p in patches:
            image = IMAGES[p.image]
            assert p.field == receptive_field(net, image, "3", c, p.position)
            np.testing.assert_array_equal(p.pixels, image[:, *p.field])
            whole = backproject(net, image, "3", c, p.position, rule)
            np.testing.assert_allclose(p.projection, whole[:, *p.field], atol=1e-12)
            outside = whole.copy()
            outside[:, *p.field] = 0
            assert not outside.any()


def test_chosen_channels_come_in_their_order(net):
    found = top_patches(net, IMAGES[:2], "0", k=9, channels=[3, 1])
    assert [(c, len(patches)) for c, patches in found.items()] == [(3, 2), (1, 2)]


def test_units_of_a_dense_layer_see_whole_images():
    model = nn.models.MLP(4, 3, rng=0)
    images = np.random.default_rng(1).normal(size=(5, 1, 2, 2))
    best = model(images).numpy().argmax(axis=0)
    for c, (patch,) in top_patches(model, images, k=1).items():
        assert (patch.image, patch.position) == (best[c], ())
        np.testing.assert_array_equal(patch.pixels, images[best[c]])


def test_what_is_not_there_is_refused(net):
    for options, text in [
        ({"k": 0}, "k=0 must be"),
        ({"channels": [4]}, "channel=4 is too large; it goes from 0 to 3"),
        ({"channels": 2}, "channels=2 must be a list"),
        ({"rule": "a"}, "one of gradient"),
        ({"module": "9"}, "its parts are 0, 1, 2, 3"),
    ]:
        given = {"module": "0", **options}
        assert_refused(lambda given=given: top_patches(net, IMAGES, **given), ag.OptionError, text)
    assert_refused(lambda: top_patches(net, IMAGES[0]), ag.ShapeError, "not (N, C, H, W)")
    assert_refused(lambda: top_patches(net, IMAGES * np.nan), ag.OptionError, "NaN")
