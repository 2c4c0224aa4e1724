"""Receptive fields: the pixels that change an activation, and no other."""

import numpy as np
import pytest

import autograd as ag
import nn
from nn.inspection import receptive_field


def positive(model):
    """Make all weights 1, so that a brighter pixel makes all that it reaches larger."""
    for name, p in model.named_parameters():
        p.data = np.zeros_like(p.data) if name.endswith("bias") else np.ones_like(p.data)
    return model.eval()


def by_trying(model, shape, position):
    """Brighten each pixel alone, and see whether the activation changes."""
    index, dark = (0, slice(None), *position), np.zeros((1, *shape))
    before = model(dark).numpy()[index].sum()
    reached = np.zeros(shape[1:], bool)
    for pixel in np.ndindex(shape[1:]):
        image = dark.copy()
        image[(0, 0, *pixel)] = 1.0
        reached[pixel] = model(image).numpy()[index].sum() != before
    rows, columns = np.nonzero(reached)
    return slice(rows.min(), rows.max() + 1), slice(columns.min(), columns.max() + 1)


class Inception(nn.Module):
    def __init__(self):
        self.small = nn.Conv2d(1, 2, 1)
        self.large = nn.Conv2d(1, 2, 5, padding=2)

    def forward(self, x):
        return ag.concatenate([self.small(x), ag.relu(self.large(x))], axis=1)


NETWORKS = {
    "convolution": lambda: nn.Conv2d(1, 2, 3),
    "stride": lambda: nn.Sequential(nn.Conv2d(1, 2, 3, stride=2, padding=1), nn.Conv2d(2, 2, 2)),
    "dilation": lambda: nn.Conv2d(1, 2, (2, 3), dilation=2, padding=1),
    "pooling": lambda: nn.Sequential(nn.Conv2d(1, 2, 3), nn.MaxPool2d(2), nn.AvgPool2d(2)),
    "overlapping": lambda: nn.Sequential(nn.MaxPool2d(3, 2, 1), nn.Conv2d(1, 2, 3, padding=1)),
    "normalised": lambda: nn.Sequential(nn.Conv2d(1, 4, 3), nn.LocalResponseNorm(3)),
    "transposed": lambda: nn.ConvTranspose2d(1, 2, 3, stride=2),
    "upsampled": lambda: nn.Sequential(nn.Upsample(scale_factor=2), nn.Conv2d(1, 1, 3)),
    "branches": Inception,
    "clipped": lambda: nn.Sequential(nn.Conv2d(1, 1, 2), nn.ReLU6(), nn.LeakyReLU(), nn.ELU()),
}


@pytest.mark.parametrize("make", NETWORKS.values(), ids=NETWORKS)
@pytest.mark.parametrize("position", [(0, 0), (1, 2)])
def test_a_field_is_what_changes_the_activation(make, position):
    model, shape = positive(make()), (1, 13, 15)
    wanted = by_trying(model, shape, position)
    noise = np.random.default_rng(0).normal(size=shape)
    assert receptive_field(model, noise, position=position) == wanted


@pytest.mark.parametrize("weights", ["zero", "random", "negative"])
def test_a_field_does_not_depend_on_weights_or_pixels(weights):
    model = nn.Sequential(nn.Conv2d(1, 3, 3, rng=0), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(3, 2, 2))
    change = {"zero": 0.0, "random": 1.0, "negative": -1.0}[weights]
    model[0].weight.data = model[0].weight.data * change
    for image in (np.zeros((1, 8, 8)), np.random.default_rng(1).normal(size=(1, 8, 8))):
        assert receptive_field(model, image, position=(0, 1)) == (slice(0, 6), slice(2, 8))


def test_fields_grow_as_the_formula_says():
    # r <- r + (k - 1) j, j <- j s: convolutions of 3 and two poolings of 2, as in VGG.
    model = nn.Sequential(
        nn.Conv2d(1, 1, 3), nn.Conv2d(1, 1, 3), nn.MaxPool2d(2), nn.Conv2d(1, 1, 3), nn.MaxPool2d(2)
    )
    sizes = []
    for path in "01234":
        rows, columns = receptive_field(model, np.zeros((1, 40, 40)), path, position=(2, 2))
        assert rows == columns
        sizes.append(rows.stop - rows.start)
    assert sizes == [3, 5, 6, 10, 12]


def test_a_dense_unit_sees_the_whole_image():
    net, image = nn.models.digits_cnn(), np.zeros((1, 8, 8))
    assert receptive_field(net, image, "dense") == (slice(0, 8), slice(0, 8))
    assert receptive_field(net, image, "conv2", position=(0, 0)) == (slice(0, 5), slice(0, 5))


@pytest.mark.parametrize("reduce", [ag.max, ag.min])
def test_a_maximum_sees_all_that_it_is_taken_of(reduce):
    def model(x):
        return reduce(x[:, :, 1:4, 2:], axis=(2, 3))

    assert receptive_field(model, np.zeros((1, 6, 7))) == (slice(1, 4), slice(2, 7))


def test_adaptive_maxima_see_their_windows():
    model = nn.AdaptiveMaxPool2d(3)
    field = receptive_field(model, np.zeros((1, 7, 9)), position=(1, 2))
    assert field == (slice(2, 5), slice(6, 9))


def test_branches_see_different_pixels():
    image = np.zeros((1, 9, 9))
    fields = [receptive_field(Inception(), image, None, c, (4, 4)) for c in (0, 2, None)]
    assert fields == [(slice(4, 5),) * 2, (slice(2, 7),) * 2, (slice(2, 7),) * 2]


def test_all_positions_together_see_the_whole_image():
    net = nn.models.digits_cnn()
    assert receptive_field(net, np.zeros((1, 8, 8)), "conv1") == (slice(0, 8), slice(0, 8))


# For each convolution, its place in `features`, a position near the middle, and its field.
KNOWN = {
    "AlexNet": [(0, 27, 11), (3, 13, 51), (6, 6, 99), (8, 6, 131), (10, 6, 163)],
    "VGG": [(0, 112, 3), (2, 112, 5), (5, 56, 10), (12, 28, 32), (21, 14, 92), (28, 7, 196)],
}


@pytest.mark.parametrize("name", KNOWN)
def test_the_fields_of_the_lectures_networks_are_the_known_ones(name):
    options = {"VGG": [16]}.get(name, [])
    net = getattr(nn.models, name)(*options, width=1 / 16, rng=0)
    for number, middle, wanted in KNOWN[name]:
        position = (middle, middle)
        field = receptive_field(net, np.zeros((3, 224, 224)), f"features.{number}", None, position)
        assert [side.stop - side.start for side in field] == [wanted, wanted]
