"""Bumps of two sigmoids: the weights that are written down, and the staircase that they make."""

import numpy as np
import pytest

import autograd as ag
import nn
from nn.models import bumps
from tests.refusals import assert_refused


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def test_a_bump_is_the_difference_of_two_sigmoids():
    x = np.linspace(-1, 2, 61)
    net = bumps([0.2, 0.7], [3.0], steepness=20.0)
    expected = 3 * (sigmoid(20 * (x - 0.2)) - sigmoid(20 * (x - 0.7)))
    np.testing.assert_allclose(net(x[:, None]).numpy().ravel(), expected, atol=1e-14)


def test_the_weights_are_those_written_down():
    net = bumps([0.0, 1.0, 3.0], [2.0, -5.0], steepness=10.0)
    hidden, out = net[0], net[2]
    assert hidden.weight.data.tolist() == [[10.0]] * 4
    assert hidden.bias.data.tolist() == [0.0, -10.0, -10.0, -30.0]
    assert out.weight.data.tolist() == [[2.0, -2.0, -5.0, 5.0]]
    assert out.bias.data.tolist() == [0.0]


def test_between_two_edges_there_is_the_height():
    edges, heights = np.linspace(0, 1, 9), np.arange(8.0)
    middles = (edges[1:] + edges[:-1]) / 2
    net = bumps(edges, heights)
    np.testing.assert_allclose(net(middles[:, None]).numpy().ravel(), heights, atol=1e-12)
    assert net([[-0.5], [1.5]]).numpy().ravel().tolist() == pytest.approx([0, 0])


def test_the_error_of_a_staircase_falls_as_the_width_of_its_steps():
    x = np.linspace(0, 1, 2001)

    def error(count):
        edges = np.linspace(0, 1, count + 1)
        net = bumps(edges, np.sin(3 * (edges[1:] + edges[:-1]) / 2), steepness=1e6)
        return np.abs(net(x[:, None]).numpy().ravel() - np.sin(3 * x))[1:-1].max()

    for count in (10, 100):
        assert error(count) <= 3 / (2 * count)  # half a step, times the largest slope


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (([0.0, 1.0], []), "one height less"),
        (([0.0, 1.0], [1.0, 2.0]), "one height less"),
        (([1.0, 0.0], [1.0]), "ascending"),
        (([0.0, 0.0], [1.0]), "ascending"),
        (([0.0, np.inf], [1.0]), "edges[1]=inf"),
        (([0.0, 1.0], ["a"]), "heights[0]='a'"),
        (([0.0, 1.0], [1.0], 0.0), "steepness=0.0"),
        ((1.0, [1.0]), "edges=1.0"),
    ],
)
def test_what_is_no_staircase_is_refused(given, words):
    assert_refused(lambda: bumps(*given), ag.OptionError, "bumps", words)


def test_it_learns_on_from_there():
    net = bumps([0.0, 0.5, 1.0], [1.0, 2.0], steepness=20.0)
    x = np.linspace(0, 1, 50)[:, None]
    before = nn.mse_loss(net(x), x).item()
    nn.fit(net, nn.mse_loss, (x, x), epochs=50, rng=0, progress=False)
    assert nn.mse_loss(net(x), x).item() < before
