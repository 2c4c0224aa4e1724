"""Style transfer: the Gram matrix in closed form, each term of the loss, and what is left alone."""

import numpy as np
import pytest

import autograd as ag
import nn
from benchmarks import style as benchmark
from nn.input_optimization.style import distance, roughness
from tests.refusals import assert_refused

CONTENT, STYLE, START = np.random.default_rng(0).uniform(0.1, 0.9, size=(3, 3, 12, 14))
FEATURES, WANTED = np.random.default_rng(1).normal(size=(2, 5, 4, 6))


def pointwise(channels=4):
    """Return a model that is linear in each pixel."""
    return nn.Sequential(nn.Conv2d(3, channels, 1, bias=False, rng=0), nn.Identity())


# The Gram matrix


def test_the_gram_matrix_is_the_mean_product_of_two_channels():
    features = np.stack([FEATURES, WANTED])
    expected = np.einsum("nchw,ndhw->ncd", features, features) / 24
    np.testing.assert_allclose(nn.gram_matrix(features), expected)
    np.testing.assert_allclose(nn.gram_matrix(features[1]), expected[1])


def test_the_gram_matrix_does_not_depend_on_the_places():
    order = np.random.default_rng(0).permutation(24)
    moved = FEATURES.reshape(5, 24)[:, order].reshape(5, 3, 8)
    np.testing.assert_allclose(nn.gram_matrix(moved), nn.gram_matrix(FEATURES))


def test_the_gradient_of_the_gram_distance_is_that_of_the_formula():
    gram, target = nn.gram_matrix(FEATURES), nn.gram_matrix(WANTED)
    rows = FEATURES.reshape(5, 24)
    closed = 4 / (24 * np.sum(target**2)) * (gram - target) @ rows
    found = ag.grad(lambda x: distance(nn.gram_matrix(x), target))(FEATURES)
    np.testing.assert_allclose(found.reshape(5, 24), closed, rtol=1e-10)


def test_the_gram_matrix_has_checked_derivatives():
    ag.testing.check_grad(lambda x: ag.sum(ag.sin(nn.gram_matrix(x))), FEATURES)


def test_float32_stays_float32():
    assert nn.gram_matrix(np.ones((3, 4, 4), np.float32)).dtype == np.float32


@pytest.mark.parametrize("shape", [(3, 4), (1, 2, 3, 4, 5), (3, 0, 4)])
def test_what_are_no_features_is_refused(shape):
    assert_refused(lambda: nn.gram_matrix(np.zeros(shape)), ag.ShapeError, "(C, H, W)", str(shape))


# The loss


def losses(**options):
    found = []
    how = {"style_layers": ["0"], "content_layers": ["1"], "steps": 1, "model": pointwise()}
    how |= {"on_step": lambda step, image, s, c: found.append((step, image, s, c))} | options
    return nn.style_transfer(CONTENT, STYLE, **how), found


def test_the_first_distances_are_those_of_the_formula():
    _, ((step, image, s, c),) = losses(start=START)
    kernel = pointwise()[0].weight.numpy()[:, :, 0, 0]
    f, p, a = (
        np.tensordot(kernel, x - 0.5, axes=1).reshape(4, -1) for x in (START, CONTENT, STYLE)
    )
    grams = f @ f.T / 168, a @ a.T / 168
    assert step == 0
    np.testing.assert_array_equal(image, START)
    assert s == pytest.approx(np.sum((grams[0] - grams[1]) ** 2) / np.sum(grams[1] ** 2))
    assert c == pytest.approx(np.sum((f - p) ** 2) / np.sum(p**2))


@pytest.mark.parametrize(("weight", "smoothness"), [(0.0, 0.0), (0.5, 0.0), (0.0, 2.0), (3.0, 1.0)])
def test_the_first_step_of_adam_goes_against_the_gradient_of_the_formula(weight, smoothness):
    moved, _ = losses(start=START, content_weight=weight, smoothness=smoothness, lr=0.01)
    kernel = pointwise()[0].weight.numpy()[:, :, 0, 0]
    f, p, a = (
        np.tensordot(kernel, x - 0.5, axes=1).reshape(4, -1) for x in (START, CONTENT, STYLE)
    )
    gram, target = f @ f.T / 168, a @ a.T / 168
    slope = 4 * (gram - target) @ f / (168 * np.sum(target**2))
    slope += weight * 2 * (f - p) / np.sum(p**2)
    slope = (kernel.T @ slope).reshape(START.shape)
    for axis in (1, 2):
        steps = 2 * np.diff(START, axis=axis) / np.diff(START, axis=axis).size
        before, after = [(0, 0)] * 3, [(0, 0)] * 3
        before[axis], after[axis] = (1, 0), (0, 1)
        slope += smoothness * (np.pad(steps, before) - np.pad(steps, after))
    np.testing.assert_allclose(moved, START - 0.01 * slope / (np.abs(slope) + 1e-8))


def test_roughness_is_the_mean_square_of_differences():
    down, right = np.diff(FEATURES, axis=1), np.diff(FEATURES, axis=2)
    assert roughness(FEATURES[None]) == pytest.approx(np.mean(down**2) + np.mean(right**2))


def test_several_layers_count_alike():
    one, other, both = (
        losses(style_layers=layers)[1][0][2] for layers in (["0"], ["1"], ["0", "1"])
    )
    assert both == pytest.approx((one + other) / 2)


# What comes out


def test_an_image_takes_over_the_colours_of_the_style():
    image = nn.style_transfer(CONTENT * 0.3, STYLE, pointwise(), ["0"], smoothness=0, steps=150)
    np.testing.assert_allclose(
        nn.gram_matrix(image - 0.5), nn.gram_matrix(STYLE - 0.5), rtol=0.05, atol=0.002
    )


def test_the_gram_distance_falls_a_hundredfold_between_photographs():
    before, after, _ = benchmark.transfer("cat", "coffee", seed=0, steps=120)
    assert after < before / 100


def test_the_more_the_content_counts_the_nearer_its_features_stay():
    def far(weight):
        found = []
        nn.style_transfer(
            *(nn.data.photograph(name, 24) for name in ("cat", "coffee")),
            benchmark.features(0),
            ["relu1_1"],
            ["relu2_1"],
            content_weight=weight,
            steps=40,
            on_step=lambda step, image, s, c: found.append((s, c)),
        )
        return found[-1]

    (little, much), (more, less) = far(0.03), far(3.0)
    assert less < much
    assert little < more


def test_smoothness_smooths():
    rough, smooth = (losses(smoothness=weight, steps=30)[0] for weight in (0.0, 10.0))
    assert roughness(smooth[None]) < roughness(rough[None]) / 2


def test_pixels_stay_between_black_and_white_and_keep_the_dtype_of_the_model():
    image, _ = losses(model=pointwise().float(), lr=1.0, steps=3)
    assert image.dtype == np.float32
    assert image.shape == CONTENT.shape
    assert image.min() >= 0
    assert image.max() <= 1


def test_without_steps_the_beginning_comes_back():
    image, found = losses(steps=0)
    np.testing.assert_array_equal(image, CONTENT)
    assert found == []


def test_the_style_may_have_another_size():
    assert (
        nn.style_transfer(CONTENT, STYLE[:, :5, 3:], pointwise(), ["0"], steps=1).shape
        == CONTENT.shape
    )


def test_prepare_is_what_the_model_sees():
    _, ((_, _, s, _),) = losses(prepare=lambda x: 2 * x - 1)
    assert s == pytest.approx(losses()[1][0][2])  # a distance in parts does not depend on the scale


def test_features_are_taken_from_inside_a_classifier_which_is_left_as_it_was():
    class Net(nn.Module):
        def __init__(self):
            self.features = nn.Sequential(nn.Conv2d(3, 4, 3, rng=0), nn.BatchNorm2d(4), nn.ReLU())
            self.classifier = nn.Sequential(nn.Dropout(rng=0), nn.Flatten(), nn.Linear(480, 2))

        def forward(self, x):
            return self.classifier(self.features(x))

    net = Net()
    before = net.state_dict()
    losses(model=net, style_layers=["features.0", "features.2"], content_layers=["features.1"])
    assert net.training
    assert net.features[0]._hooks == ()
    assert all(p.grad is None for p in net.parameters())
    assert all(np.array_equal(net.state_dict()[name], value) for name, value in before.items())


# What is refused


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"style_layers": []}, "style_layers=()"),
        ({"style_layers": ["2"]}, "there is no layer '2' in the model; there are 0, 1"),
        ({"content_layers": ["conv"]}, "there is no layer 'conv'"),
        ({"model": lambda x: x}, "takes a module third, not function"),
        ({"start": CONTENT * 255}, "divide images of bytes by 255"),
        ({"start": CONTENT - 1}, "must be from 0 to 1"),
        ({"content_weight": -1.0}, "content_weight=-1.0"),
        ({"smoothness": float("nan")}, "smoothness=nan"),
        ({"steps": 1.5}, "steps=1.5"),
        ({"lr": 0}, "lr=0"),
        ({"prepare": lambda x: 0 * x}, "all features of layer"),
        ({"prepare": lambda x: x * np.inf}, "the features of layer"),
        ({"prepare": "x - 0.5"}, "prepare='x - 0.5' must be a function"),
        ({"on_step": 3}, "on_step=3 must be a function"),
        (
            {"model": nn.Sequential(nn.Flatten(), nn.Linear(504, 2))},
            "layer 1 does not return features, (1, C, H, W), but (1, 2)",
        ),
    ],
)
def test_what_cannot_be_transferred_is_refused(options, words):
    if "model" in options:
        options = {"style_layers": ["1"], "content_layers": ()} | options
    assert_refused(lambda: losses(**options), ag.OptionError, "style_transfer", words)


def test_what_is_no_image_is_refused():
    assert_refused(
        lambda: nn.style_transfer(CONTENT[0], STYLE, pointwise(), ["0"]), ag.ShapeError, "(12, 14)"
    )


def test_a_layer_that_does_not_run_is_refused():
    net = nn.models.GoogLeNet(width=1 / 16, rng=0)  # its heads run in training alone
    assert_refused(
        lambda: nn.style_transfer(*np.ones((2, 3, 64, 64)), net, ["aux1.conv.conv"]),
        ag.OptionError,
        "layer aux1.conv.conv did not run",
    )


def test_a_start_of_another_size_goes_without_content_layers():
    start = np.full((3, 5, 6), 0.5)
    image = nn.style_transfer(CONTENT, STYLE, pointwise(), ["0"], start=start, steps=1)
    assert image.shape == start.shape
    assert_refused(
        lambda: nn.style_transfer(CONTENT, STYLE, pointwise(), ["0"], ["0"], start=start),
        ag.ShapeError,
        "start (3, 5, 6) must have the shape of the content, (3, 12, 14)",
    )


def test_an_image_of_one_row_has_neighbours_to_the_right_alone():
    assert roughness(np.array([[[[0.0, 3.0]]]])) == 9.0
    assert roughness(np.ones((1, 1, 1, 1))) == 0.0
    image = nn.style_transfer(CONTENT[:, :1], STYLE, pointwise(), ["0"], steps=2)
    assert np.isfinite(image).all()
