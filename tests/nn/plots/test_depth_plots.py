"""Pictures of several networks: learning curves, and the two ways of gradients."""

import numpy as np
import pytest

import autograd as ag
import nn
from nn import plots
from tests.refusals import assert_refused

PLAIN = {"loss": [2.0, 1.8], "valid_loss": [2.1, 1.9], "accuracy": [0.1, 0.2]}
RESIDUAL = {"loss": [2.0, 0.5, 0.4], "valid_loss": [2.1, 0.6, 0.5], "accuracy": [0.1, 0.9, 0.9]}
IMAGES = np.random.default_rng(0).normal(size=(6, 1, 8, 8))
BATCH = IMAGES, np.arange(6)


def resnet(depth=20, residual=True):
    how = {"in_channels": 1, "width": 1 / 8, "residual": residual, "dtype": "float64"}
    return nn.models.ResNet(depth, 10, **how, rng=0)


def lines(axes):
    return {line.get_label(): np.asarray(line.get_ydata(), float) for line in axes.lines}


# Learning curves of several networks.


def test_each_run_has_a_line_for_training_and_one_for_validation():
    training, validation = plots.runs({"plain": PLAIN, "residual": RESIDUAL}).axes
    for axes, column in ((training, "loss"), (validation, "valid_loss")):
        found = lines(axes)
        np.testing.assert_array_equal(found["plain"], PLAIN[column])
        np.testing.assert_array_equal(found["residual"], RESIDUAL[column])
    assert [axes.get_title(loc="left") for axes in (training, validation)] == [
        "training",
        "validation",
    ]


def test_without_validation_there_is_one_panel():
    (axes,) = plots.runs({"plain": PLAIN, "residual": RESIDUAL}, "accuracy").axes
    np.testing.assert_array_equal(lines(axes)["residual"], RESIDUAL["accuracy"])
    assert axes.get_ylabel() == "accuracy"


@pytest.mark.parametrize(
    ("histories", "column", "text"),
    [
        ({}, "loss", "must be a mapping from names to what nn.fit returned"),
        ([PLAIN], "loss", "must be a mapping from names to what nn.fit returned"),
        (PLAIN, "loss", "runs: takes a mapping from names"),
        ({"plain": PLAIN}, "error", "column='error' must be one of loss, valid_loss, accuracy"),
        ({"plain": {"loss": []}}, "loss", "runs: there is no epoch"),
    ],
)
def test_what_is_not_a_set_of_histories_is_refused(histories, column, text):
    assert_refused(lambda: plots.runs(histories, column), ag.OptionError, text)


# The two ways of gradients.


def by_hand(model):
    """Return root mean squares at the input of each block: of the whole, and by the shortcut.

    What a sum hands on to its inputs is its own gradient, which the last normalisation gets, too.
    """
    blocks = [part for part in model.modules() if hasattr(part, "downsample")]
    inputs, sums = [], []
    for block in blocks:
        block.register_forward_hook(lambda module, given, output: inputs.append(given[0]))
        block.bn2.register_forward_hook(lambda module, given, output: sums.append(output))
    loss = nn.cross_entropy(model(IMAGES), BATCH[1])
    whole, deltas = ag.gradients(loss, inputs), ag.gradients(loss, sums)
    shortcut = []
    for x, delta in zip(inputs, deltas, strict=True):
        before = (delta.shape[1] - x.shape[1]) // 2  # channels of zeros on either side
        through = delta[:, before : before + x.shape[1]]
        shortcut.append(np.sqrt(np.sum(through**2) / x.size))
    return [np.sqrt(np.mean(gradient**2)) for gradient in whole], shortcut


def test_the_parts_are_those_of_the_shortcut_and_of_the_layers():
    picture = plots.shortcut_gradients({"residual": resnet()}, nn.cross_entropy, BATCH)
    found = lines(picture.axes[0])
    whole, shortcut = by_hand(resnet())
    np.testing.assert_allclose(found["both together"], whole, rtol=1e-10)
    np.testing.assert_allclose(found["through the shortcut"], shortcut, rtol=1e-10)
    assert len(found["through the layers"]) == 9


def test_layers_that_compute_zero_leave_the_gradient_to_the_shortcut():
    model = resnet()
    nn.init.zeros_(model.layer1[1].bn2.weight)
    picture = plots.shortcut_gradients({"residual": model}, nn.cross_entropy, BATCH)
    found = {label: sizes[1] for label, sizes in lines(picture.axes[0]).items()}
    assert np.isnan(found["through the layers"])
    assert found["through the shortcut"] == found["both together"] > 0


def test_in_a_plain_network_all_comes_through_the_layers():
    models = {"plain": resnet(residual=False), "residual": resnet()}
    picture = plots.shortcut_gradients(models, nn.cross_entropy, BATCH)
    found = lines(picture.axes[0])
    assert set(found) == {"both together", "through the layers"}
    np.testing.assert_array_equal(found["both together"], found["through the layers"])
    assert [axes.get_title(loc="left") for axes in picture.axes] == ["plain", "residual"]


@pytest.mark.parametrize("depth", [18, 50])
def test_a_shortcut_may_have_weights(depth):
    model = nn.models.ResNet(depth, 10, in_channels=1, width=1 / 32, rng=0)
    data = np.random.default_rng(0).normal(size=(2, 1, 32, 32)), [0, 1]
    picture = plots.shortcut_gradients({"residual": model}, nn.cross_entropy, data)
    found = lines(picture.axes[0])
    assert np.isfinite(found["through the shortcut"]).all()
    assert np.isfinite(found["through the layers"]).all()


def test_without_shortcuts_the_gradient_of_56_layers_grows_a_hundredfold_more():
    models = {"plain": resnet(56, residual=False), "residual": resnet(56)}
    picture = plots.shortcut_gradients(models, nn.cross_entropy, BATCH)
    plain, residual = (lines(axes)["both together"] for axes in picture.axes)
    assert plain[0] / plain[-1] > 100 * residual[0] / residual[-1]


def test_three_networks_have_three_panels():
    models = {name: resnet() for name in "abc"}
    assert len(plots.shortcut_gradients(models, nn.cross_entropy, BATCH).axes) == 3


def test_the_networks_stay_as_they_were():
    model = resnet()
    before = {name: value.copy() for name, value in model.state_dict().items()}
    plots.shortcut_gradients({"residual": model}, nn.cross_entropy, BATCH)
    for name, value in model.state_dict().items():
        np.testing.assert_array_equal(value, before[name])
    assert all(p.grad is None for p in model.parameters())


@pytest.mark.parametrize(
    ("models", "loss", "kind", "text"),
    [
        (resnet(), nn.cross_entropy, ag.OptionError, "takes a mapping from names to networks"),
        ({}, nn.cross_entropy, ag.OptionError, "takes a mapping from names to networks"),
        ({"net": nn.Linear(2, 2)}, nn.cross_entropy, ag.OptionError, "Linear has no blocks"),
        ({"net": 3}, nn.cross_entropy, ag.OptionError, "int has no blocks"),
        ({"net": resnet()}, lambda y, t: y, ag.ShapeError, "not a single number"),
        ({"net": resnet()}, lambda y, t: ag.sum(y) * np.nan, ag.OptionError, "the loss"),
    ],
)
def test_what_has_no_two_ways_is_refused(models, loss, kind, text):
    assert_refused(lambda: plots.shortcut_gradients(models, loss, BATCH), kind, text)
