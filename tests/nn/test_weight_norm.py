"""A weight as length times direction: its value, its two gradients, and the way back."""

import copy
import pickle

import numpy as np
import pytest

import autograd as ag
import nn
from nn.utils import remove_weight_norm, weight_norm
from tests.refusals import assert_refused

X = np.random.default_rng(0).normal(size=(5, 3))


@pytest.mark.parametrize("dim", [0, 1, -1, None])
@pytest.mark.parametrize("make", [lambda: nn.Linear(3, 2, rng=0), lambda: nn.Conv2d(2, 3, 3)])
def test_the_weight_stays_what_it_was(make, dim):
    layer = make()
    before = layer.weight.data
    weight_norm(layer, dim=dim)
    np.testing.assert_allclose(layer.weight.data, before, rtol=1e-14)


@pytest.mark.parametrize("kind", [nn.RNN, nn.LSTM, nn.GRU])
@pytest.mark.parametrize("name", ["weight_ih_l0", "weight_hh_l0", "bias_ih_l0"])
def test_a_recurrent_layer_computes_with_its_normalised_weights(kind, name):
    layer = kind(3, 2, rng=0)
    x = np.random.default_rng(1).normal(size=(4, 1, 3))
    before = layer(x)[0].numpy()
    weight_norm(layer, name)
    np.testing.assert_allclose(layer(x)[0].numpy(), before, rtol=1e-13)
    getattr(layer, f"{name}_g").data *= 2
    assert not np.allclose(layer(x)[0].numpy(), before)


@pytest.mark.parametrize(
    ("dim", "shape"), [(0, (4, 1, 1, 1)), (1, (1, 2, 1, 1)), (-1, (1, 1, 1, 3)), (None, ())]
)
def test_lengths_have_the_shape_of_pytorchs(dim, shape):
    layer = weight_norm(nn.Conv2d(2, 4, 3), dim=dim)
    assert layer.weight_g.shape == shape
    assert list(layer.state_dict()) == ["bias", "weight_g", "weight_v"]


def test_the_gradients_are_those_of_the_paper():
    # Salimans and Kingma (2016): of g the part along v, of v the rest times g / |v|.
    layer = weight_norm(nn.Linear(3, 2, rng=0))
    layer.weight_g.data = layer.weight_g.data * 3
    g, v = layer.weight_g.data, layer.weight_v.data
    ag.sum(layer(X) ** 2).backward()
    of_w = 2 * layer(X).data.T @ X
    length = np.linalg.norm(v, axis=1, keepdims=True)
    along = (of_w * v).sum(axis=1, keepdims=True) / length
    np.testing.assert_allclose(layer.weight_g.grad, along, rtol=1e-12)
    expected = g / length * of_w - g * along / length**2 * v
    np.testing.assert_allclose(layer.weight_v.grad, expected, rtol=1e-10)


def test_every_call_has_a_graph_of_its_own():
    layer = weight_norm(nn.Linear(3, 2))
    optimizer = nn.optim.SGD(layer.parameters(), lr=0.05)
    losses = []
    for _ in range(20):
        optimizer.zero_grad()
        loss = nn.mse_loss(layer(X), X[:, :2])
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses == sorted(losses, reverse=True)
    assert len(set(losses)) == 20


def test_a_direction_of_length_zero_gives_zero_and_a_finite_gradient():
    layer = weight_norm(nn.Linear(3, 2, bias=False))
    layer.weight_v.data = np.zeros((2, 3))
    y = layer(X)
    ag.sum(y).backward()
    assert not y.data.any()
    assert np.isfinite(layer.weight_v.grad).all()


def test_an_ordinary_weight_comes_back():
    layer = weight_norm(nn.Linear(3, 2, rng=0))
    layer.weight_g.data = layer.weight_g.data * 2
    before = layer(X).data
    assert remove_weight_norm(layer) is layer
    assert type(layer) is nn.Linear
    assert isinstance(layer.weight, nn.Parameter)
    assert sorted(layer.state_dict()) == ["bias", "weight"]
    np.testing.assert_allclose(layer(X).data, before)


def test_two_weights_of_one_module_are_normalised_and_freed_one_by_one():
    class Two(nn.Module):
        def __init__(self):
            self.a, self.b = nn.Parameter([3.0, 4.0]), nn.Parameter([[1.0]])

    two = weight_norm(weight_norm(Two(), "a", dim=None), "b")
    assert sorted(two.state_dict()) == ["a_g", "a_v", "b_g", "b_v"]
    assert two.a_g.item() == 5.0
    remove_weight_norm(two, "a")
    assert sorted(two.state_dict()) == ["a", "b_g", "b_v"]
    assert type(remove_weight_norm(two, "b")) is Two


@pytest.mark.parametrize("again", [copy.deepcopy, lambda m: pickle.loads(pickle.dumps(m))])
def test_a_copy_has_weights_of_its_own(again):
    net = nn.Sequential(weight_norm(nn.Linear(3, 2)))
    other = again(net)
    before = net(X).data
    np.testing.assert_array_equal(other(X).data, before)
    other[0].weight_g.data = np.zeros((2, 1))
    np.testing.assert_array_equal(net(X).data, before)
    assert repr(other) == repr(net)


def test_new_weights_are_drawn_as_the_layer_draws_them():
    layer, plain = weight_norm(nn.Linear(3, 2)), nn.Linear(3, 2)
    parameters = list(layer.parameters())
    layer.reset_parameters(5)
    plain.reset_parameters(5)
    np.testing.assert_allclose(layer.weight.data, plain.weight.data, rtol=1e-14)
    np.testing.assert_array_equal(layer.bias.data, plain.bias.data)
    assert list(map(id, layer.parameters())) == list(map(id, parameters))


def test_a_normalised_layer_takes_other_parameters_in_a_functional_call():
    layer = weight_norm(nn.Linear(3, 2, bias=False))
    given = {"weight_g": np.zeros((2, 1))}
    assert not nn.utils.functional_call(layer, given, X).data.any()


def test_a_direction_of_length_0_gives_the_weight_0_and_the_gradient_0():
    layer = weight_norm(nn.Linear(3, 2, bias=False))
    layer.weight_v.data = [[0.0, 0.0, 0.0], [1.0, 2.0, 2.0]]
    out = layer(X)
    ag.sum(out).backward()
    assert not out.data[:, 0].any()
    assert not layer.weight_v.grad[0].any()
    assert layer.weight_v.grad[1].any()


def test_float32_stays_float32():
    layer = weight_norm(nn.Linear(3, 2, dtype="float32"))
    assert layer(X).dtype == np.float32


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (lambda: weight_norm(nn.Tanh()), "Tanh has no parameter 'weight'"),
        (lambda: weight_norm(weight_norm(nn.Linear(2, 2))), "no parameter 'weight'"),
        (lambda: weight_norm(nn.Linear(2, 2), dim=2), "dim=2 is not an axis"),
        (lambda: weight_norm(nn.Linear(2, 2), dim=0.5), "dim=0.5 must be an integer"),
        (lambda: weight_norm(ag.tanh), "takes a module, not function"),
        (lambda: remove_weight_norm(nn.Linear(2, 2)), "is not normalised"),
        (lambda: setattr(weight_norm(nn.Linear(2, 2)), "weight", 1), "Linear.weight: it is"),
    ],
)
def test_what_does_not_fit_is_refused(call, text):
    assert_refused(call, ag.OptionError, text)
