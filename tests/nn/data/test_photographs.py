"""Photographs as numbers: their shapes, their range, and what is refused."""

import numpy as np
import pytest
import skimage.data

import autograd as ag
import nn
from nn.data.photographs import PHOTOGRAPHS


@pytest.mark.parametrize("name", PHOTOGRAPHS)
def test_a_photograph_has_three_channels_from_0_to_1(name):
    image = nn.data.photograph(name, 16)
    assert (image.shape, image.dtype) == ((3, 16, 16), np.float32)
    assert image.min() >= 0
    assert image.max() <= 1


def test_a_photograph_of_its_own_size_has_the_pixels_of_scikit_image():
    pixels = skimage.data.chelsea()
    np.testing.assert_allclose(
        nn.data.photograph("cat") * 255, pixels.transpose(2, 0, 1), atol=1e-4
    )


def test_grey_is_the_weighted_mean_of_the_colours():
    red, green, blue = nn.data.photograph("cat", 8)
    (grey,) = nn.data.photograph("cat", 8, grayscale=True)
    np.testing.assert_allclose(grey, 0.299 * red + 0.587 * green + 0.114 * blue, atol=1e-6)


@pytest.mark.parametrize("options", [{"name": "dog"}, {"name": "cat", "size": 0}, {"name": 3}])
def test_what_there_is_not_is_refused(options):
    with pytest.raises(ag.OptionError, match="photograph"):
        nn.data.photograph(**options)
