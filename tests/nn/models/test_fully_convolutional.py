"""A fully convolutional network is its classifier, moved over a larger image."""

import numpy as np
import pytest

import autograd as ag
import nn
from nn.models import FullyConvolutional
from tests.refusals import assert_refused


def sliding(net, image, size, stride, shape):
    """Return what a classifier makes of every part of an image, (N, classes, rows, columns)."""
    rows, columns = shape
    height, width = size
    found = np.empty((len(image), nn.predict(net, image[..., :height, :width]).shape[1], *shape))
    for i in range(rows):
        for j in range(columns):
            top, left = i * stride, j * stride
            part = image[:, :, top : top + height, left : left + width]
            found[:, :, i, j] = nn.predict(net, part)
    return found


class Small(nn.Module):
    """A network of the form of VGG, without padding, for images of 22 x 22: 4 x 4 features."""

    def __init__(self, pooled=2):
        self.features = nn.Sequential(
            nn.Conv2d(3, 4, 3, rng=0),
            nn.BatchNorm2d(4),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Conv2d(4, 6, 3, rng=1),
            nn.ReLU(),
            nn.MaxPool2d(2),
        )
        self.avgpool = nn.AdaptiveAvgPool2d(pooled)
        self.flatten = nn.Flatten()
        self.classifier = nn.Sequential(
            nn.Linear(6 * pooled**2, 8, rng=2),
            nn.ReLU(),
            nn.Dropout(rng=0),
            nn.Linear(8, 5, bias=False, rng=3),
        )

    def forward(self, x):
        return self.classifier(self.flatten(self.avgpool(self.features(x))))


def plain(dtype="float64"):
    """Return a network of the form of VGG as a Sequential, for images of 12 x 16."""
    return nn.Sequential(
        nn.Conv2d(1, 3, 3, rng=0, dtype=dtype),
        nn.ReLU(),
        nn.Conv2d(3, 3, 3, rng=1, dtype=dtype),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(3 * 4 * 6, 7, rng=2, dtype=dtype),
        nn.Tanh(),
        nn.Linear(7, 4, rng=3, dtype=dtype),
    )


@pytest.fixture
def images():
    return np.random.default_rng(1).normal(size=(2, 3, 34, 38))


# The same logits


def test_lenet_moved_over_an_image_gives_the_map():
    net = nn.models.LeNet5(padding=0, rng=0)
    image = np.random.default_rng(0).normal(size=(1, 1, 45, 50))
    found = FullyConvolutional(net)(image).numpy()
    assert found.shape == (1, 10, 4, 5)
    np.testing.assert_allclose(found, sliding(net, image, (32, 32), 4, (4, 5)), atol=1e-14)


@pytest.mark.parametrize("pooled", [1, 2, 4])
def test_a_network_with_adaptive_pooling_moved_over_an_image_gives_the_map(images, pooled):
    net = Small(pooled).eval()
    found = FullyConvolutional(net, size=22)(images).numpy()
    assert found.shape == (2, 5, 4, 5)
    np.testing.assert_allclose(found, sliding(net, images, (22, 22), 4, (4, 5)), atol=1e-14)


def test_a_sequential_for_images_that_are_not_square_gives_the_map(images):
    net = plain()
    found = FullyConvolutional(net, size=(12, 16))(images[:, :1]).numpy()
    expected = sliding(net, images[:, :1], (12, 16), 2, (12, 12))
    np.testing.assert_allclose(found, expected, atol=1e-14)


@pytest.mark.parametrize("make", [lambda: nn.models.ConvNet((1, 8, 8), rng=0), nn.models.LeNet5])
def test_with_padding_the_map_is_that_of_windows_of_the_features(make):
    net = make().eval()
    image = np.random.default_rng(0).normal(size=(1, 1, 44, 40))
    seen = []
    converted = FullyConvolutional(net)
    with converted.model.flatten.register_forward_hook(lambda _, x, y: seen.append(y.numpy())):
        found = converted(image).numpy()
    dense = [part for part in net.children() if isinstance(part, nn.Linear)]
    side = int(np.sqrt(dense[0].in_features / seen[0].shape[1]))
    act = np.tanh if isinstance(net, nn.models.LeNet5) else lambda x: np.maximum(x, 0)
    for i, j in np.ndindex(found.shape[2:]):
        row = seen[0][0, :, i : i + side, j : j + side].ravel()
        for layer in dense:
            row = layer.weight.numpy() @ row + layer.bias.numpy()
            row = row if layer is dense[-1] else act(row)
        np.testing.assert_allclose(found[0, :, i, j], row, atol=1e-12)


@pytest.mark.parametrize(
    ("make", "shape", "size"),
    [
        (lambda: nn.models.ConvNet((1, 8, 8), rng=0), (3, 1, 8, 8), None),
        (lambda: nn.models.LeNet5(rng=0), (3, 1, 28, 28), None),
        (lambda: Small(), (3, 3, 22, 22), 22),
        (plain, (3, 1, 12, 16), (12, 16)),
    ],
)
def test_on_images_of_its_own_size_there_is_one_place_with_the_same_logits(make, shape, size):
    net = make().eval()
    image = np.random.default_rng(0).normal(size=shape)
    found = FullyConvolutional(net, size)(image).numpy()
    np.testing.assert_allclose(found, nn.predict(net, image)[:, :, None, None], atol=1e-14)


LECTURES = {
    "AlexNet": (lambda: nn.models.AlexNet(5, width=1 / 16, rng=0), 224, 32, (256, 288)),
    "VGG": (lambda: nn.models.VGG(11, 5, width=1 / 32, rng=0), 224, 32, (256, 288)),
    "GoogLeNet": (lambda: nn.models.GoogLeNet(classes=5, width=1 / 16, rng=0), 64, 32, (96, 128)),
    "ResNet": (lambda: nn.models.ResNet(20, 5, width=1 / 4, rng=0), 32, 4, (36, 40)),
}


@pytest.mark.parametrize("name", LECTURES)
def test_the_networks_of_the_lectures_become_maps(name):
    make, size, stride, larger = LECTURES[name]
    net = make().eval()
    converted = FullyConvolutional(net, size)
    rng = np.random.default_rng(0)
    image = rng.normal(size=(1, 3, size, size)).astype(np.float32)
    found = converted(image).numpy()
    expected = nn.predict(net, image)[:, :, None, None]
    np.testing.assert_allclose(found, expected, rtol=1e-3, atol=1e-5)
    rows, columns = ((side - size) // stride + 1 for side in larger)
    assert converted(np.zeros((1, 3, *larger), np.float32)).shape == (1, 5, rows, columns)


def test_digits_cnn_finds_a_digit_in_a_larger_image():
    net = nn.models.digits_cnn()
    seven = nn.data.digits()[7][0]
    image = np.zeros((1, 1, 24, 24))
    image[:, :, 8:16, 12:20] = seven
    found = FullyConvolutional(net)(image).numpy()[0]
    assert found[:, 2, 3].argmax() == 7


# The same weights


def test_parameters_are_those_of_the_model():
    net = Small()
    converted = FullyConvolutional(net, 22)
    shared = dict(converted.named_parameters())
    assert all(shared[f"model.{name}"] is p for name, p in net.named_parameters())
    assert len(shared) == len(list(net.parameters()))


def test_the_gradient_of_one_place_is_that_of_the_classifier():
    net, image = nn.models.LeNet5(rng=0), np.random.default_rng(0).normal(size=(2, 1, 28, 28))
    both = []
    for model, shape in ((net, (2,)), (FullyConvolutional(net), (2, 1, 1))):
        targets = np.array([3, 5]).reshape(shape)
        loss = nn.cross_entropy(model(image), targets)
        both.append(ag.gradients(loss, list(net.parameters())))
    for ours, theirs in zip(*both, strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-12)


def test_a_map_trains_the_classifier():
    net = plain()
    converted, before = FullyConvolutional(net, (12, 16)), net[6].weight.numpy()
    sgd = nn.optim.SGD(converted.parameters(), lr=0.1)
    images = np.random.default_rng(0).normal(size=(2, 1, 14, 18))
    nn.fit(converted, nn.cross_entropy, (images, np.zeros((2, 2, 2), int)), optimizer=sgd, epochs=1)
    assert not np.array_equal(net[6].weight.numpy(), before)


def test_the_model_is_left_as_it_was():
    net = Small()
    before = {name: p.numpy() for name, p in net.named_parameters()}
    shown, state = repr(net), net.state_dict()
    FullyConvolutional(net, 22)
    assert repr(net) == shown
    assert net.training
    assert all(np.array_equal(net.state_dict()[name], state[name]) for name in state)
    assert [(n, p.name) for n, p in net.named_parameters()] == [(name, name) for name in before]


def test_float32_stays_float32():
    converted = FullyConvolutional(plain("float32"), (12, 16))
    assert converted(np.zeros((1, 1, 20, 20), np.float32)).dtype == np.float32


def test_a_part_in_two_places_stays_one():
    once = nn.Conv2d(1, 1, 3, padding=1, rng=0)
    inner = nn.Sequential(once, nn.Tanh())
    net = nn.Sequential(inner, inner, nn.Flatten(), nn.Linear(16, 2, rng=0))
    converted = FullyConvolutional(net)
    assert converted.model[0] is converted.model[1]
    image = np.random.default_rng(0).normal(size=(1, 1, 4, 4))
    np.testing.assert_allclose(converted(image).numpy()[:, :, 0, 0], nn.predict(net, image))


def test_it_is_compiled_and_drawn():
    converted = FullyConvolutional(nn.models.LeNet5(padding=0, rng=0))
    image = np.random.default_rng(0).normal(size=(1, 1, 36, 36))
    run = ag.compile(lambda x: converted(x))
    np.testing.assert_allclose(run(image).numpy(), converted(image).numpy(), atol=1e-12)
    labels = [box.label for box in ag.draw(ag.sum(converted(image)), depth=2).scene.boxes]
    assert "dense1" in labels


# What is refused


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: FullyConvolutional(3), "takes a module"),
        (lambda: FullyConvolutional(nn.models.MLP(4, 2)), "MLP flattens by itself"),
        (lambda: FullyConvolutional(Small()), "avgpool needs the size"),
        (lambda: FullyConvolutional(Small(3), 22), "(4, 4) features into (3, 3)"),
        (lambda: FullyConvolutional(nn.Sequential(nn.Flatten(2), nn.Linear(4, 2))), "nn.Flatten()"),
        (lambda: FullyConvolutional(nn.Sequential(nn.Flatten(), nn.Softmax())), "Softmax 1"),
        (lambda: FullyConvolutional(nn.Sequential(nn.Flatten(), nn.LayerNorm(4))), "LayerNorm 1"),
        (lambda: FullyConvolutional(Small(), size=0), "size=0"),
    ],
)
def test_what_cannot_be_converted_is_refused(make, words):
    assert_refused(make, ag.OptionError, "FullyConvolutional", words)


def test_a_part_that_acts_otherwise_on_maps_is_refused():
    class Ranked(nn.Module):
        def forward(self, x):
            return ag.softmax(x, axis=-1)

    net = nn.Sequential(nn.Conv2d(1, 2, 3), nn.Flatten(), nn.Linear(8, 3), Ranked())
    assert_refused(lambda: FullyConvolutional(net, 4), ag.OptionError, "act otherwise on maps")


def test_features_of_no_square_are_refused_with_a_remedy():
    converted = FullyConvolutional(plain())
    assert_refused(
        lambda: converted(np.zeros((1, 1, 20, 20))), ag.ShapeError, "72 features", "size=(32, 64)"
    )


def test_a_model_that_flattens_by_itself_is_refused_where_it_does():
    class Net(nn.Module):
        def __init__(self):
            self.flatten, self.dense = nn.Flatten(), nn.Linear(4, 2)

        def forward(self, x):
            return self.dense(ag.mean(x, axis=(2, 3)))

    converted = FullyConvolutional(Net())
    assert_refused(lambda: converted(np.zeros((1, 4, 3, 3))), ag.ShapeError, "dense", "AdaptiveAvg")


def test_an_image_that_is_too_small_is_refused():
    converted = FullyConvolutional(nn.models.LeNet5(padding=0))
    assert_refused(lambda: converted(np.zeros((1, 1, 28, 28))), ag.ShapeError, "dense1")


@pytest.mark.parametrize(
    ("model", "size", "image"),
    [
        (lambda: nn.models.LeNet5(padding=0, rng=0), None, (1, 1, 28, 40)),
        (lambda: nn.models.VGG(11, 3, width=1 / 64, rng=0), 224, (1, 3, 64, 224)),
        (lambda: nn.models.ResNet(20, width=1 / 16, rng=0), 32, (1, 3, 8, 40)),
    ],
)
def test_an_image_smaller_than_the_models_is_refused_with_the_remedy(model, size, image):
    everywhere = nn.models.FullyConvolutional(model(), size).eval()
    with pytest.raises(ag.ShapeError, match="give an image at least as large as the model's"):
        everywhere(np.zeros(image, "float32"))


def test_what_is_fully_convolutional_already_is_refused():
    once = FullyConvolutional(nn.models.LeNet5(padding=0, rng=0))
    assert_refused(lambda: FullyConvolutional(once), ag.OptionError, "already; call it")
