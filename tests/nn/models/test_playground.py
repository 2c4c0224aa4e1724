"""The Playground's networks: their beginning, their output, and what they learn."""

import numpy as np
import pytest

import autograd as ag
import nn
from nn.data import playground
from tests.refusals import assert_refused


def test_weights_begin_within_a_half_and_biases_at_a_tenth():
    net = nn.models.Playground(tuple(playground.FEATURES), hidden=(8,) * 6, rng=0)
    weights = [p.numpy() for name, p in net.named_parameters() if name.endswith("weight")]
    biases = [p.numpy() for name, p in net.named_parameters() if name.endswith("bias")]
    drawn = np.concatenate([w.ravel() for w in weights])
    assert drawn.size == 7 * 8 + 5 * 8 * 8 + 8
    assert np.abs(drawn).max() <= 0.5
    assert np.abs(drawn).max() > 0.48
    assert np.std(drawn) == pytest.approx(1 / np.sqrt(12), rel=0.05)
    assert set(np.concatenate(biases)) == {0.1}


@pytest.mark.parametrize(("task", "last"), [("classification", np.tanh), ("regression", float)])
def test_the_output_is_that_of_the_formula(task, last):
    net = nn.models.Playground(("y", "xy"), hidden=(3, 2), activation="relu", task=task, rng=0)
    x, y = 1.5, -2.0
    values = [y, x * y]
    layers = [part for part in net if isinstance(part, nn.Linear)]
    for layer in layers:
        sums = layer.weight.numpy() @ values + layer.bias.numpy()
        values = np.maximum(sums, 0) if layer is not layers[-1] else sums
    assert net([[x, y]]).item() == pytest.approx(last(values[0]))


def test_without_hidden_layers_it_is_a_perceptron_over_the_features():
    net = nn.models.Playground(hidden=(), task="regression", rng=0)
    assert [p.shape for p in net.parameters()] == [(1, 2), (1,)]


def test_the_same_seed_gives_the_same_weights():
    one, same, other = (nn.models.Playground(rng=seed) for seed in (1, 1, 2))
    points = [[0.3, 0.4]]
    assert one(points).item() == same(points).item() != other(points).item()


@pytest.mark.parametrize("activation", ["tanh", "relu", "sigmoid", "linear"])
def test_a_compiled_step_is_that_of_the_graph(activation):
    data, ends = playground.circle(20, rng=0), []
    for compile in (False, True):
        net = nn.models.Playground(activation=activation, rng=0)
        sgd = nn.optim.SGD(net.parameters(), lr=0.03)
        how = {"epochs": 2, "rng": 0, "progress": False, "compile": compile}
        nn.fit(net, nn.quadratic_loss, data, optimizer=sgd, batch_size=10, **how)
        ends.append(np.concatenate([p.numpy().ravel() for p in net.parameters()]))
    np.testing.assert_allclose(*ends, rtol=1e-12)


def test_the_loss_is_the_playgrounds():
    net, data = nn.models.Playground(rng=0), playground.gauss(10, rng=0)
    errors = (nn.predict(net, data.inputs) - data.targets).ravel()
    mean = sum(0.5 * error**2 for error in errors) / 10
    assert nn.evaluate(net, nn.quadratic_loss, data)["loss"] == pytest.approx(mean)


@pytest.mark.parametrize(("name", "limit"), [("circle", 0.003), ("gauss", 0.0008)])
def test_the_network_that_the_playground_opens_with_learns(name, limit):
    train, test = getattr(playground, name)(rng=0).split(0.5, rng=0)
    net = nn.models.Playground(rng=0)
    sgd = nn.optim.SGD(net.parameters(), lr=0.03)
    how = {"batch_size": 10, "epochs": 400 if name == "circle" else 100}
    how |= {"rng": 0, "progress": False, "compile": True}
    nn.fit(net, nn.quadratic_loss, train, optimizer=sgd, **how)
    assert nn.evaluate(net, nn.quadratic_loss, test)["loss"] < limit


def test_its_decision_regions_and_units_are_drawn():
    data = playground.circle(40, rng=0)
    net = nn.models.Playground(rng=0)
    assert "of 40" in nn.plots.decision_regions(net, data, resolution=20).get_suptitle()
    assert nn.plots.neurons(net, data, resolution=10).axes


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"features": ["r"]}, "features='r'"),
        ({"features": []}, "features=[]"),
        ({"hidden": 4}, "hidden=4 must be a tuple"),
        ({"hidden": (4, 0)}, "hidden[1]=0"),
        ({"activation": "softmax"}, "activation='softmax'"),
        ({"task": "clustering"}, "task='clustering'"),
    ],
)
def test_what_it_cannot_be_made_of_is_refused(options, words):
    assert_refused(lambda: nn.models.Playground(**options), ag.OptionError, "Playground", words)
