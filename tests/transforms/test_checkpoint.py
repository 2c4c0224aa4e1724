"""Checkpointing: the same gradients from less memory."""

import gc
import tracemalloc

import numpy as np
import pytest

import autograd as ag


def block(x):
    for _ in range(10):
        x = ag.tanh(x) * 1.1
    return x


def test_value_and_gradient_are_the_same_to_the_bit():
    x = ag.tensor([0.3, -0.7], requires_grad=True)
    z = ag.tensor([0.3, -0.7], requires_grad=True)
    y, plain = ag.checkpoint(block)(x), block(z)
    y.sum().backward()
    plain.sum().backward()
    np.testing.assert_array_equal(y.data, plain.data)
    np.testing.assert_array_equal(x.grad, z.grad)


def test_the_graph_in_between_is_forgotten():
    x = ag.tensor([0.3, -0.7], requires_grad=True)
    assert len(ag.graph(ag.checkpoint(block)(x))) < len(ag.graph(block(x))) / 3


def test_the_function_runs_again_in_the_backward_pass():
    runs = []

    def f(x):
        runs.append(1)
        return x * x

    y = ag.checkpoint(f)(ag.tensor(2.0, requires_grad=True))
    assert len(runs) == 1
    y.backward()
    assert len(runs) == 2


def test_parameters_that_the_function_closes_over_get_their_gradient():
    w = ag.tensor(3.0, requires_grad=True)
    h = w * 2.0
    x = ag.tensor(5.0, requires_grad=True)
    ag.checkpoint(lambda x: x * h * w)(x).backward()
    assert (x.grad, w.grad) == (18.0, 60.0)


def test_an_argument_that_is_also_closed_over_counts_twice():
    x = ag.tensor(3.0, requires_grad=True)
    ag.checkpoint(lambda a: a * x)(x).backward()
    assert x.grad == 6.0


def test_nested_arguments_and_results():
    x, y = ag.tensor([1.0, 2.0], requires_grad=True), ag.tensor(3.0, requires_grad=True)
    out = ag.checkpoint(lambda p, *, scale: {"a": p[0] * scale, "b": [p[1]["y"] ** 2, 7.0]})(
        (x, {"y": y}), scale=10.0
    )
    assert (out["a"].data.tolist(), out["b"][0].item(), out["b"][1]) == ([10.0, 20.0], 9.0, 7.0)
    (out["a"].sum() + out["b"][0]).backward()
    assert (x.grad.tolist(), y.grad) == ([10.0, 10.0], 6.0)


def test_a_container_that_is_changed_afterwards_does_not_matter():
    w = ag.tensor(3.0, requires_grad=True)
    params = {"w": w}
    y = ag.checkpoint(lambda p: p.pop("w") ** 2)(params)
    params["w"] = ag.tensor(3.0, requires_grad=True)
    y.backward()
    assert w.grad == 6.0


def test_second_derivatives():
    f = ag.checkpoint(lambda x: x * x * x)
    assert ag.grad(ag.grad(f))(2.0) == pytest.approx(12.0)
    assert ag.hvp(f, 2.0, 1.0) == pytest.approx(12.0)


def test_checkpoints_nest():
    f = ag.checkpoint(lambda x: ag.checkpoint(ag.sin)(x) * x)
    assert ag.grad(f)(0.5) == pytest.approx(np.cos(0.5) * 0.5 + np.sin(0.5))


def test_without_a_gradient_it_is_the_function_itself():
    assert ag.checkpoint(np.sin)(0.5) == np.sin(0.5)
    with ag.no_grad():
        assert not ag.checkpoint(block)(ag.tensor(1.0, requires_grad=True)).requires_grad


def test_a_function_that_changes_its_mind_is_refused():
    rng = np.random.default_rng(0)
    y = ag.checkpoint(lambda x: x * rng.random())(ag.tensor(2.0, requires_grad=True))
    with pytest.raises(ag.GradientError, match="other values when it was run again"):
        y.backward()


def peak_of_training(wrap):
    x = ag.tensor(np.full(50_000, 0.1), requires_grad=True)
    gc.collect()
    tracemalloc.start()
    y = x
    for _ in range(8):
        y = wrap(block)(y)
    y.sum().backward()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


def test_it_takes_a_fraction_of_the_memory():
    assert peak_of_training(ag.checkpoint) < 0.35 * peak_of_training(lambda f: f)
