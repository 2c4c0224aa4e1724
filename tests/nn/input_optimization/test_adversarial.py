"""Adversarial perturbation against closed forms, and on digits."""

import numpy as np
import pytest

import autograd as ag
import nn
from benchmarks.adversarial import accuracies, mlp
from tests.refusals import assert_refused

RNG = np.random.default_rng(0)
IMAGES, TARGETS = RNG.uniform(0.2, 0.8, (6, 5)), np.array([0, 1, 1, 0, 1, 0])


def linear(weights):
    layer = nn.Linear(weights.shape[1], len(weights), bias=False)
    layer.weight.data = weights
    return layer


@pytest.mark.parametrize("steps", [1, 2, 7])
def test_the_lead_of_a_linear_model_falls_by_epsilon_times_the_norm(steps):
    # The loss is a falling function of the lead (w_t - w_o) x, whose slope is constant.
    weights = RNG.normal(size=(2, 5))
    away = np.where(TARGETS[:, None] == 0, weights[1] - weights[0], weights[0] - weights[1])
    found = nn.adversarial(linear(weights), IMAGES, TARGETS, 0.1, steps)
    np.testing.assert_allclose(found, IMAGES + 0.1 * np.sign(away), atol=1e-12)
    falls = np.sum(away * (found - IMAGES), axis=1)
    np.testing.assert_allclose(falls, 0.1 * np.abs(away).sum(axis=1), atol=1e-12)


def test_a_pixel_whose_slope_is_0_stays():
    weights = np.array([[1.0, 0.0, 0.0], [-1.0, 0.0, 0.0]])
    found = nn.adversarial(linear(weights), np.full((1, 3), 0.5), [0], 0.25)
    np.testing.assert_array_equal(found, [[0.25, 0.5, 0.5]])


def test_several_steps_follow_the_slope_where_it_turns():
    def loss(outputs, targets):  # highest at .37
        return -ag.sum((outputs - 0.37) ** 2)

    image = np.array([[0.3]])
    one, many = (nn.adversarial(lambda x: x, image, [0], 0.15, n, loss) for n in (1, 3))
    np.testing.assert_allclose(one, [[0.45]])
    np.testing.assert_allclose(many, [[0.3 + 0.05 + 0.05 - 0.05]])


@pytest.fixture(scope="module")
def digits():
    data = nn.data.digits()
    return nn.models.digits_cnn(), data.inputs[:300], data.targets[:300]


@pytest.mark.parametrize("steps", [1, 5])
def test_no_pixel_changes_by_more_or_leaves_the_bounds(digits, steps):
    net, images, targets = digits
    found = nn.adversarial(net, images, targets, 0.2, steps)
    assert found.shape == images.shape
    assert np.abs(found - images).max() <= 0.2 + 1e-12
    assert found.min() >= 0.0
    assert found.max() <= 1.0


def test_the_loss_of_the_targets_goes_up(digits):
    net, images, targets = digits
    losses = [
        nn.evaluate(net, nn.cross_entropy, (x, targets))["loss"]
        for x in (images, *(nn.adversarial(net, images, targets, e) for e in (0.05, 0.1, 0.2)))
    ]
    assert np.all(np.diff(losses) > 0.1)


def test_each_of_many_images_is_changed_as_if_alone():
    net, images = linear(RNG.normal(size=(3, 5))), RNG.uniform(size=(300, 5))
    targets = np.resize(TARGETS, 300)
    together = nn.adversarial(net, images, targets)
    for i in (0, 255, 256, 299):
        alone = nn.adversarial(net, images[i : i + 1], targets[i : i + 1])
        np.testing.assert_array_equal(alone[0], together[i])


def test_half_of_the_digits_that_an_mlp_reads_are_misread():
    # 98 % before; by a random sign for each pixel it would still be 97 %.
    before, after = accuracies(mlp, seed=0)
    assert before > 0.95
    assert after < before - 0.45


def test_the_dtype_of_the_images_stays(digits):
    net, images, targets = digits
    for dtype in ("float32", "float64"):
        assert nn.adversarial(net, images[:2].astype(dtype), targets[:2]).dtype == dtype
    black = np.zeros((2, 1, 8, 8), dtype=np.uint8)
    assert nn.adversarial(net, black, targets[:2]).dtype == "float64"


def test_model_and_images_stay_as_they_were():
    net = nn.Sequential(nn.Linear(5, 4, rng=0), nn.BatchNorm1d(4), nn.Dropout(0.5, rng=0))
    nn.cross_entropy(net(IMAGES), TARGETS).backward()
    images = IMAGES.copy()

    def state():
        return (
            {name: value.tobytes() for name, value in net.state_dict().items()},
            [p.grad.tobytes() for p in net.parameters()],
            [part.training for part in net.modules()],
            net[2].rng.bit_generator.state,
        )

    before = state()
    nn.adversarial(net, images, TARGETS)
    assert state() == before
    np.testing.assert_array_equal(images, IMAGES)


def test_what_makes_no_sense_is_refused():
    net = linear(RNG.normal(size=(2, 5)))
    for kind, text, options in [
        (ag.OptionError, "epsilon=-1 must be", {"epsilon": -1}),
        (ag.OptionError, "steps=0 must be", {"steps": 0}),
        (ag.OptionError, "bounds=1 must be (darkest, brightest)", {"bounds": 1}),
        (ag.OptionError, "bounds=(1, 0) must be (darkest, brightest)", {"bounds": (1, 0)}),
        (ag.OptionError, "out of the bounds 0 to 0.1", {"bounds": (0, 0.1)}),
        (ag.OptionError, "out of the bounds", {"images": IMAGES * np.nan}),
        (ag.OptionError, "takes a model or a function first", {"model": None}),
        (ag.OptionError, "loss=3 must be a function", {"loss": 3}),
        (ag.ShapeError, "must be as many", {"targets": [0]}),
        (ag.ShapeError, "must be as many", {"targets": 0}),
        (ag.GradientError, "does not depend on the images", {"loss": lambda y, t: ag.tensor(1.0)}),
    ]:
        given = {"model": net, "images": IMAGES, "targets": TARGETS, **options}
        assert_refused(lambda given=given: nn.adversarial(**given), kind, text)
    with ag.no_grad():
        assert_refused(lambda: nn.adversarial(net, IMAGES, TARGETS), ag.GradientError, "no_grad()")
