"""A captured program reads as an algorithm."""

import keyword

import numpy as np
import pytest

import autograd as ag
import nn
from autograd.core.capturing import drawn
from autograd.ir.printer import program_text
from autograd.ir.printer.program_names import Names
from autograd.ir.printer.program_text import WIDTH

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
        "mean <- 0.9 * mean + 0.1 * sum(x, axis=0) / 4",
        "return x - mean",
    ]


def trained(optimizer, *layers):
    model = nn.Sequential(*layers)
    step = nn.compile(model, nn.mse_loss, optimizer(model.parameters()))
    for _ in range(2):
        step(normal(8, 4), normal(8, 2))
    return step


def test_a_momentum_is_moved_before_its_weight():
    step = trained(lambda p: nn.optim.SGD(p, 0.1, momentum=0.5), nn.Linear(4, 2, bias=False))
    assert str(step.program).splitlines()[-3:] == [
        "momentum_buffer_0_weight <- 0.5 * momentum_buffer_0_weight + dweight_0",
        "weight_0 <- weight_0 - lr * momentum_buffer_0_weight",
        "return loss",
    ]


def test_only_errors_are_called_delta():
    got = str(trained(nn.optim.Adam, nn.Linear(4, 3), nn.Tanh(), nn.Linear(3, 2)).program)
    deltas = [row for row in got.splitlines() if row.startswith("delta")]
    assert len(deltas) == 1
    assert got.splitlines()[-1] == "return loss, new_step"
    assert "new_step = step + 1" in got


def test_buffers_are_called_by_their_paths():
    step = trained(lambda p: nn.optim.SGD(p, 0.1), nn.Linear(4, 2), nn.BatchNorm1d(2))
    assert "running_mean_1 <- 0.9 * running_mean_1 + 0.1 * " in str(step.program)
    assert "1.running_var" in step.explain()
    assert all(buffer.name is None for buffer in step.model.buffers())


def test_powers_and_products_that_are_numbers_are_written_as_such():
    def curvature(x):
        return ag.grad(lambda x: ag.sum(ag.grad(lambda x: ag.sum(x**2 + 3 * x))(x)))(x)

    assert lines_of(curvature, 2.0)[-1] == "return 2"
    assert lines_of(lambda x, y: x + 0.0 * y, 1.0, 2.0)[-1] == "return x"
    assert lines_of(lambda x: x * 4.0 / 2.0 - -3.0, 1.0)[-1] == "return 2 * x + 3"


def test_a_large_constant_array_has_a_name():
    a = normal(5, 4)
    assert lines_of(lambda x: ag.tanh(a @ x) @ a, normal(4)) == [
        "inputs x (4,)",
        "constants const_1 (5, 4)",
        "a = tanh(const_1 @ x)",
        "return a @ const_1",
    ]


def test_the_text_does_not_depend_on_what_was_compiled_before():
    def text():
        rng = np.random.default_rng(0)
        model = nn.Sequential(nn.Linear(4, 3, rng=rng), nn.BatchNorm1d(3), nn.Linear(3, 2, rng=rng))
        step = nn.compile(model, nn.mse_loss, nn.optim.Adam(model.parameters()))
        for _ in range(2):
            step(np.ones((8, 4)), np.ones((8, 2)))
        return str(step.program)

    first = text()
    trained(lambda p: nn.optim.SGD(p, 0.1), nn.Linear(4, 2))
    assert text() == first


def test_what_needs_an_old_value_stands_before_the_updates():
    w, trail = parameter("w", 3), ag.tensor(np.zeros(3), name="trail")

    def f(x):
        old, trace = w * 1.0, trail * 0.5
        ag.assign(w, w - x)
        ag.assign(trail, trace + old)
        return old

    assert lines_of(f, normal(3))[2:] == [
        "a = 0.5 * trail + w",
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
