"""The lectures' trainers without a gradient: the perceptron rule and two random searches."""

import signal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd as ag
import nn
from tests.refusals import assert_refused

CORNERS = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])


def neuron(inputs=2):
    layer = nn.Linear(inputs, 1)
    for p in layer.parameters():
        nn.init.zeros_(p)
    return layer


def answers(layer, inputs):
    return (layer(inputs).data[:, 0] > 0).astype(int)


def test_the_perceptron_rule_learns_and_as_in_the_lecture():
    layer = neuron()
    history = nn.perceptron_rule(layer, (CORNERS, [0, 0, 0, 1]))
    np.testing.assert_array_equal(layer.weight.data, [[2.0, 1.0]])
    np.testing.assert_array_equal(layer.bias.data, [-2.0])
    assert history.epochs == 6
    assert history["errors"][-1] == 0
    assert 0 not in history["errors"][:-1]
    assert history.stopped == "every answer is right"


@pytest.mark.parametrize("targets", [(0, 1, 1, 1), (1, 1, 1, 0), (1, 0, 0, 0), (0, 0, 1, 1)])
def test_what_a_line_separates_is_learned(targets):
    layer = neuron()
    nn.perceptron_rule(layer, (CORNERS, targets))
    np.testing.assert_array_equal(answers(layer, CORNERS), targets)


@pytest.mark.parametrize("targets", [(0, 1, 1, 0), (1, 0, 0, 1)])
def test_xor_is_never_learned(targets):
    history = nn.perceptron_rule(neuron(), (CORNERS, targets), epochs=1000)
    assert history.epochs == 1000
    assert min(history["errors"]) > 0
    assert history.stopped == "1000 epochs, and answers are still wrong: does a line separate them?"


@given(seed=st.integers(0, 1000), lr=st.sampled_from([0.25, 1.0, 8.0]))
def test_the_number_of_errors_is_within_the_bound_of_novikoff(seed, lr):
    rng = np.random.default_rng(seed)
    direction = rng.normal(size=3)
    direction /= np.linalg.norm(direction)
    inputs = rng.uniform(-1, 1, size=(40, 2))
    margins = np.c_[inputs, np.ones(40)] @ direction
    inputs, margins = inputs[abs(margins) > 0.1], margins[abs(margins) > 0.1]
    layer = neuron()
    targets = (margins > 0).astype(int)
    history = nn.perceptron_rule(layer, (inputs, targets), epochs=10_000, lr=lr)
    radius = np.sqrt((inputs**2).sum(axis=1) + 1).max()
    # One error more, since an answer of exactly 0 counts as that of class 0.
    assert sum(history["errors"]) <= (radius / abs(margins).min()) ** 2 + 1
    np.testing.assert_array_equal(answers(layer, inputs), targets)


def test_the_rate_changes_no_answer_from_zero():
    one, other = neuron(), neuron()
    nn.perceptron_rule(one, (CORNERS, [0, 0, 0, 1]))
    nn.perceptron_rule(other, (CORNERS, [0, 0, 0, 1]), lr=0.5)
    np.testing.assert_array_equal(other.weight.data * 2, one.weight.data)


REFUSED = {
    "two outputs": (nn.Linear(2, 2), CORNERS, [0, 0, 0, 1], ag.OptionError, "one output"),
    "no bias": (nn.Linear(2, 1, bias=False), CORNERS, [0, 0, 0, 1], ag.OptionError, "a bias"),
    "no layer": (3, CORNERS, [0, 0, 0, 1], ag.OptionError, "takes a layer"),
    "more features": (nn.Linear(3, 1), CORNERS, [0, 0, 0, 1], ag.ShapeError, "(N, features)"),
    "signs": (nn.Linear(2, 1), CORNERS, [-1, -1, -1, 1], ag.OptionError, "must be 0 or 1"),
    "one-hot": (nn.Linear(2, 1), CORNERS, np.ones((4, 2)), ag.ShapeError, "are not (N,)"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_the_perceptron_rule_refuses_in_one_line(case):
    layer, inputs, targets, kind, message = REFUSED[case]
    assert_refused(lambda: nn.perceptron_rule(layer, (inputs, targets)), kind, message)


SEARCHES = [nn.random_search, nn.random_local_search]


@pytest.mark.parametrize("search", SEARCHES)
def test_a_search_keeps_the_best_weights_it_saw(search):
    rng = np.random.default_rng(0)
    model = nn.Linear(3, 1, rng=0)
    data = (rng.normal(size=(20, 3)), rng.normal(size=(20, 1)))
    begin = nn.evaluate(model, nn.mse_loss, data)["loss"]
    history = search(model, nn.mse_loss, data, 200, rng=1)
    losses = history["loss"]
    assert len(losses) == 200
    assert losses == sorted(losses, reverse=True)
    assert losses[0] <= begin
    assert losses[-1] < losses[0]
    assert nn.evaluate(model, nn.mse_loss, data)["loss"] == pytest.approx(losses[-1], rel=1e-12)


@pytest.mark.parametrize("search", SEARCHES)
def test_a_search_that_finds_nothing_leaves_the_weights(search):
    model = nn.Linear(2, 1, bias=False)
    model.weight.data = np.array([[1.0, -2.0]])
    history = search(model, nn.mse_loss, (CORNERS, CORNERS @ [[1.0], [-2.0]]), 50, rng=0)
    assert history["loss"] == [0.0] * 50
    np.testing.assert_array_equal(model.weight.data, [[1.0, -2.0]])


@pytest.mark.parametrize("search", SEARCHES)
def test_a_search_leaves_frozen_weights(search):
    model = nn.Sequential(nn.Linear(2, 2, rng=0), nn.Linear(2, 1, rng=0))
    model[0].requires_grad_(False)
    before = model.state_dict()
    search(model, nn.mse_loss, (CORNERS, np.ones((4, 1))), 50, rng=0)
    after = model.state_dict()
    np.testing.assert_array_equal(after["0.weight"], before["0.weight"])
    assert not np.array_equal(after["1.weight"], before["1.weight"])


@pytest.mark.parametrize("search", SEARCHES)
def test_the_same_seed_gives_the_same_search(search):
    found = []
    for _ in range(2):
        model = nn.Linear(2, 1, rng=0)
        search(model, nn.mse_loss, (CORNERS, np.ones((4, 1))), 30, rng=5)
        found.append(model.weight.data)
    np.testing.assert_array_equal(*found)


def test_a_local_search_makes_steps_of_its_scale():
    model = nn.Linear(50, 50, bias=False, rng=0)
    before = model.weight.data
    nn.random_local_search(model, lambda o, t: -ag.sum(o), (np.ones((1, 50)), [0]), 1, 0.01, rng=3)
    steps = model.weight.data - before
    assert not steps.any() or 0.009 < steps.std() < 0.011


@pytest.mark.parametrize("search", SEARCHES)
def test_ctrl_c_keeps_the_best_weights(search):
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    model, data, counted = nn.Linear(2, 1, rng=0), (CORNERS, np.ones((4, 1))), []

    def loss(outputs, targets):
        counted.append(1)
        if len(counted) == 30:
            signal.raise_signal(signal.SIGINT)
        return nn.mse_loss(outputs, targets)

    try:
        history = search(model, loss, data, 100, rng=0)
    finally:
        signal.signal(signal.SIGINT, before)
    assert history.stopped == "interrupted after 29 of 100 tries"
    found = nn.evaluate(model, nn.mse_loss, data)["loss"]
    assert found == pytest.approx(history["loss"][-1], rel=1e-12)


@pytest.mark.parametrize("search", SEARCHES)
def test_an_error_in_the_loss_leaves_the_best_weights(search):
    model, data, best = nn.Linear(2, 1, rng=0), (CORNERS, np.ones((4, 1))), []

    def loss(outputs, targets):
        if len(best) == 30:
            raise ZeroDivisionError
        best.append(nn.mse_loss(outputs, targets).item())
        return best[-1]

    with pytest.raises(ZeroDivisionError):
        search(model, loss, data, 100, rng=0)
    assert nn.evaluate(model, nn.mse_loss, data)["loss"] == pytest.approx(min(best), rel=1e-12)


@pytest.mark.parametrize("search", SEARCHES)
def test_a_loss_that_is_nan_is_never_the_best(search):
    model = nn.Linear(1, 1, rng=0)
    losses = iter([1.0, float("nan"), 0.5, float("nan")])
    history = search(model, lambda o, t: next(losses), ([[1.0]], [1.0]), 3, rng=0)
    assert history["loss"] == [1.0, 0.5, 0.5]


@pytest.mark.parametrize("search", SEARCHES)
def test_searches_refuse_in_one_line(search):
    model, data = nn.Linear(2, 1), (CORNERS, [0, 0, 0, 1])
    count = "tries" if search is nn.random_search else "steps"
    assert_refused(
        lambda: search(model, nn.mse_loss, data, 0), ag.OptionError, f"{count}=0", "at least 1"
    )
    assert_refused(lambda: search(model, nn.mse_loss, data, 5, 0.0), ag.OptionError, "above 0")
    assert_refused(lambda: search(model, 3, data), ag.OptionError, "must be a function")
    assert_refused(lambda: search(3, nn.mse_loss, data), ag.OptionError, "takes a module")


def test_the_models_have_the_sizes_of_the_lecture():
    def count(model):
        return sum(p.size for p in model.parameters())

    assert count(nn.models.LeNet5()) == count(nn.models.LeNet5(padding=0)) == 61_706
    assert nn.models.LeNet5(padding=0)(np.zeros((1, 1, 32, 32))).shape == (1, 10)
    assert count(nn.models.MLP(784, 128, 10)) == 784 * 128 + 128 + 128 * 10 + 10


@pytest.mark.parametrize("shape", [(1, 8, 8), (3, 32, 32), (1, 5, 7), (2, 4, 4)])
def test_a_convnet_takes_images_of_any_size(shape):
    model = nn.models.ConvNet(shape, classes=3, rng=0)
    assert model(np.zeros((2, *shape))).shape == (2, 3)


def test_models_refuse_in_one_line():
    assert_refused(lambda: nn.models.MLP(3), ag.OptionError, "MLP(64, 32, 10)")
    assert_refused(lambda: nn.models.MLP(3, 0), ag.OptionError, "size 1=0")
    assert_refused(lambda: nn.models.ConvNet((1, 3, 8)), ag.OptionError, "3 x 8 pixels")
    assert_refused(lambda: nn.models.ConvNet((8, 8)), ag.OptionError, "(channels, height, width)")
    assert_refused(lambda: nn.models.ConvNet(8), ag.OptionError, "(channels, height, width)")
    assert_refused(lambda: nn.models.ConvNet((0, 8, 8)), ag.OptionError, "in input_shape=0")
    three = (2, 5, 7)
    assert_refused(
        lambda: nn.models.ConvNet((1, 8, 8), channels=three), ag.OptionError, "channels=(2, 5, 7)"
    )
    for activation in (nn.ReLU(), 3):
        assert_refused(
            lambda a=activation: nn.models.MLP(2, 2, activation=a), ag.OptionError, "make modules"
        )
