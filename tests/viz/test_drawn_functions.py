"""Functions that are run to be drawn: what they are given, and what is left as it was."""

import random

import numpy as np
import pytest

import autograd as ag
import nn

X = np.random.default_rng(0).normal(size=(6, 4))


def network():
    return nn.Sequential(
        nn.Linear(4, 5, rng=0), nn.BatchNorm1d(5), nn.Dropout(0.5, rng=0), nn.Linear(5, 2, rng=0)
    )


def state(model):
    kept = {name: np.array(value) for name, value in model.state_dict().items()}
    grads = {name: p.grad for name, p in model.named_parameters()}
    return kept, grads, model[2].rng.bit_generator.state


@pytest.mark.parametrize("view", ["architecture", "gates"])
@pytest.mark.parametrize("wrapped", [lambda m: m, lambda m: lambda x: ag.sum(m(x))])
def test_drawing_leaves_a_network_as_it_was(view, wrapped):
    model = network()
    before = state(model)
    assert ag.draw(wrapped(model), X, view=view).svg
    np.testing.assert_equal(state(model), before)


def test_a_training_step_that_is_drawn_is_undone():
    model = network()
    optimiser = nn.optim.SGD(model.parameters(), lr=0.1)
    before = state(model)

    def step(x):
        loss = ag.sum(model(x))
        loss.backward()
        optimiser.step()
        model[0].bias.data[...] = 7.0  # in place
        return loss

    ag.draw(step, X)
    np.testing.assert_equal(state(model), before)


def test_a_network_is_as_it_was_where_it_fails():
    model = network()
    before = state(model)
    with pytest.raises(ag.ShapeError):
        ag.draw(lambda x: model(x) @ np.ones((7, 7)), X)
    np.testing.assert_equal(state(model), before)


def test_shared_random_generators_are_as_they_were():
    random.seed(0)
    np.random.seed(0)  # noqa: NPY002
    before = random.getstate(), np.random.get_state()  # noqa: NPY002
    ag.draw(lambda x: x * random.random() + np.random.rand(), X)  # noqa: NPY002
    np.testing.assert_equal((random.getstate(), np.random.get_state()), before)  # noqa: NPY002


def test_frozen_weights_are_counted_and_get_no_gradient():
    model = nn.Sequential(nn.Linear(4, 3, rng=0), nn.Tanh(), nn.Linear(3, 2, rng=0))
    for p in model[0].parameters():
        p.requires_grad = False
    view = ag.draw(lambda x: ag.sum(model(x)), X, view="architecture").view
    assert view.architecture.parameters == sum(p.size for p in model.parameters())
    frozen, learned = (b for b in view.architecture.boxes if b.kind == "Linear")
    assert [w.name for w in frozen.weights] == ["weight", "bias"]
    assert view.statistics.weights[frozen.id, "weight"].gradient is None
    assert view.statistics.weights[learned.id, "weight"].gradient
    assert [p.requires_grad for p in model.parameters()] == [False, False, True, True]


def test_floats_beside_an_array_stay_floats():
    given = []
    ag.draw(lambda x, rate: (given.append(rate), x * rate)[1], X, 0.5)
    assert type(given[0]) is float


def test_floats_alone_are_inputs():
    assert len(ag.draw(lambda a, b: a * b, 2.0, 3.0).graph) == 3


def test_a_leaf_that_requires_a_gradient_is_passed_as_it_is():
    x = ag.tensor(X, requires_grad=True, name="q")
    given = []
    drawing = ag.draw(lambda t: (given.append(t), ag.sum(ag.exp(t) * 2.0))[1], x, around=x, steps=1)
    assert given[0] is x
    assert "exp" in drawing.svg


def test_a_parameter_that_is_given_is_a_weight():
    w = nn.Parameter(np.ones((4, 2)))
    made = ag.draw(lambda x, w: x @ w, X, w, view="architecture").view.architecture
    assert [b.path for b in made.boxes if b.role == "input"] == ["x"]
    assert made.parameters == 8
