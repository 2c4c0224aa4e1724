"""A captured program reads as an algorithm."""

import keyword

import numpy as np
import pytest

import autograd as ag
import nn
from autograd.core.capturing import drawn
from autograd.ir.printer import program_text
from autograd.ir.printer.program_text import WIDTH, Names

R = np.random.default_rng(0)


def normal(*shape):
    return R.normal(size=shape)


def parameter(name, *shape):
    return ag.tensor(normal(*shape), requires_grad=True, name=name)


def sgd(loss, weights):
    """Update weights as plain gradient descent does."""
    for w, g in zip(weights, ag.gradients(loss, weights), strict=True):
        ag.assign(w, w - 0.1 * g)
    return loss


def lines_of(f, *args):
    return program_text(ag.capture(f, *args)).splitlines()


def test_a_training_step_of_a_network_reads_as_in_the_lecture():
    W1, b1 = parameter("W1", 4, 5), parameter("b1", 5)
    W2, b2 = parameter("W2", 5, 3), parameter("b2", 3)

    def step(x, t):
        h = ag.relu(x @ W1 + b1)
        loss = ag.mean(ag.softmax_cross_entropy(h @ W2 + b2, t))
        return sgd(loss, [W1, b1, W2, b2])

    assert lines_of(step, normal(8, 4), np.arange(8) % 3) == [
        "inputs x (8, 4), t (8,)",
        "state W1 (4, 5), b1 (5,), W2 (5, 3), b2 (3,)",
        "a = x @ W1 + b1",
        "b = maximum(a, 0)",
        "c = b @ W2 + b2",
        "loss = sum(softmax_cross_entropy(c, t)) / 8",
        "delta1 = (softmax(c) - one_hot(t)) / 8",
        "delta2 = where(a > 0, delta1 @ W2.T, 0)",
        "dW1 = x.T @ delta2",
        "db1 = sum(delta2, axis=0)",
        "dW2 = b.T @ delta1",
        "db2 = sum(delta1, axis=0)",
        "W1 <- W1 - 0.1 * dW1",
        "b1 <- b1 - 0.1 * db1",
        "W2 <- W2 - 0.1 * dW2",
        "b2 <- b2 - 0.1 * db2",
        "return loss",
    ]


def test_a_layer_of_a_network_is_a_line():
    model = nn.Sequential(nn.Linear(4, 5), nn.Tanh(), nn.Linear(5, 3))
    assert lines_of(lambda model, x: model(x), model, ag.tensor(normal(8, 4), name="x"))[-2:] == [
        "a = tanh(x @ weight_0.T + bias_0)",
        "return a @ weight_2.T + bias_2",
    ]


def test_random_draws_are_given():
    got = lines_of(lambda x: x * drawn(lambda: R.normal(size=3)), normal(3))
    assert got == ["inputs x (3,)", "random random (3,)", "return x * random"]


def test_a_running_mean_is_updated_and_has_no_gradient():
    mean = ag.tensor(np.zeros(3), name="mean")

    def f(x):
        ag.assign(mean, 0.9 * mean + 0.1 * ag.mean(x, axis=0))
        return x - mean

    assert lines_of(f, normal(4, 3)) == [
        "inputs x (4, 3)",
        "state mean (3,)",
        "a = 0.9 * mean + 0.1 * sum(x, axis=0) / 4",
        "mean <- a",
        "return x - a",
    ]


def test_what_needs_an_old_value_stands_before_the_updates():
    w, trail = parameter("w", 3), ag.tensor(np.zeros(3), name="trail")

    def f(x):
        old, trace = w * 1.0, trail * 0.5
        ag.assign(w, w - x)
        ag.assign(trail, trace + old)
        return old

    assert lines_of(f, normal(3))[2:] == [
        "a = trail * 0.5 + w",
        "b = w",
        "w <- w - x",
        "trail <- a",
        "return b",
    ]


def test_a_value_that_is_named_keeps_its_name():
    def f(x):
        h = ag.tanh(x)
        h.name = "h"
        return h * h

    assert lines_of(f, normal(3))[1:] == ["h = tanh(x)", "return h**2"]


def test_lines_are_not_long():
    def f(x, y):
        for i in range(40):
            x = ag.sin(x + i) * y
        return x

    assert max(map(len, lines_of(f, 1.0, 2.0))) <= WIDTH + len("return ")


def test_several_results_get_a_line_each_if_they_are_long():
    got = lines_of(lambda x, y: [ag.sin(x * i) + ag.cos(y * i) for i in range(2, 8)], 1.0, 2.0)
    assert got[-1] == "return a, b, c, g, h, i"


def test_each_line_computes_what_the_program_does():
    W, b = parameter("W", 4, 3), parameter("b", 3)

    def step(x, y):
        return sgd(ag.mean((ag.tanh(x @ W + b) - y) ** 2), [W, b])

    x, y = normal(8, 4), normal(8, 3)
    g = ag.capture(step, x, y)
    names = {"x": x, "y": y, "W": W.data, "b": b.data, "sum": ag.sum, "tanh": np.tanh}
    updated = {}
    for line in program_text(g).splitlines()[2:]:
        if " <- " in line:
            name, _, value = line.partition(" <- ")
            updated[name] = eval(value, names)
        elif line.startswith("return "):
            loss = eval(line.removeprefix("return "), names)
        else:
            name, _, value = line.partition(" = ")
            names[name] = eval(value, names)
    expected = ag.evaluate(g, x, y)
    assert loss == pytest.approx(expected, rel=1e-12)
    np.testing.assert_allclose(updated["W"], W.data, rtol=1e-12)
    np.testing.assert_allclose(updated["b"], b.data, rtol=1e-12)


def test_names_are_identifiers_and_each_is_given_once():
    names = Names()
    given = [names.of(n) for n in ("0.weight", "1.weight", "a.0.w", "weight_0", "lambda", "", "3")]
    assert given[:4] == ["weight_0", "weight_1", "a_0_w", "weight_0_2"]
    assert len({*given}) == 7
    assert all(n.isidentifier() and not keyword.iskeyword(n) for n in given)
