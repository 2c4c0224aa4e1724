"""A training refuses weights that it would not learn, wherever they hide."""

import numpy as np
import pytest

import autograd as ag
import nn
from tests.refusals import assert_refused

LAYER = nn.Linear(2, 2, rng=0)
INPUTS, TARGETS = np.ones((8, 2)), np.zeros((8, 1))


def helper(x):
    return LAYER(x)


class Net(nn.Module):
    """A network whose hidden layer is given by a function."""

    def __init__(self, hidden):
        self.out = nn.Linear(2, 1, rng=0)
        self.settings = {"hidden": hidden}

    def hidden(self, x):
        return self.settings["hidden"](x)

    def forward(self, x):
        return self.out(self.hidden(x))


def learn(model, loss=None):
    nn.fit(model, loss or nn.MSELoss(), (INPUTS, TARGETS), epochs=2, batch_size=4, progress=False)


WEIGHT = ag.tensor([1.0, 2.0], requires_grad=True)
HIDDEN = {
    "a layer that a helper reads": lambda x: helper(x),
    "a layer made anew": lambda x: nn.Linear(2, 2)(x),
    "a parameter made anew": lambda x: x * nn.Parameter([1.0, 2.0]),
    "a tensor": lambda x: x * WEIGHT,
}


@pytest.mark.parametrize("hidden", HIDDEN.values(), ids=HIDDEN)
def test_a_weight_that_is_not_learned_is_refused(hidden):
    assert_refused(lambda: learn(Net(hidden)), ag.OptionError, "would not be learned")


def test_a_loss_with_weights_of_its_own_is_refused():
    weight = nn.Parameter(2.0, name="scale")

    def loss(outputs, targets):
        return nn.mse_loss(outputs, targets) * weight

    assert_refused(lambda: learn(nn.Linear(2, 1), loss), ag.OptionError, "'scale'")


def test_an_input_that_requires_a_gradient_is_no_weight():
    learn(Net(lambda x: ag.tensor(x, requires_grad=True) * 1.0))


FROZEN = nn.Linear(2, 2, rng=0).requires_grad_(False)


def test_frozen_weights_may_be_anywhere():
    learn(Net(lambda x: helper_of_frozen(x)))


def helper_of_frozen(x):
    return FROZEN(x)
