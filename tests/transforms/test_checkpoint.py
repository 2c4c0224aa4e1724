"""Checkpointing: the same gradients from less memory."""

import functools
import gc
import tracemalloc

import numpy as np
import pytest

import autograd as ag
import nn
from autograd.core.random_state import generators


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
    factors = iter([3.0, 4.0])
    y = ag.checkpoint(lambda x: x * next(factors))(ag.tensor(2.0, requires_grad=True))
    with pytest.raises(ag.GradientError, match="other values when it was run again"):
        y.backward()


rng = np.random.default_rng(1)


class Noise:
    """Keeps its generator deep inside."""

    def __init__(self):
        self.parts = [{"rng": np.random.default_rng(0)}]

    def __call__(self, x):
        return self.times(x)

    def times(self, x, *, factor=1.0):
        return x * self.parts[0]["rng"].random(3) * factor


def drawing_from(rng):
    return lambda x: x * rng.random(3)


def with_default(x, rng=rng):
    return x * rng.random(3)


def with_keyword(x, *, rng=rng):
    return x * rng.random(3)


NOISY = {
    "closure": drawing_from(np.random.default_rng(0)),
    "global": lambda x: x * rng.random(3),
    "default": with_default,
    "keyword": with_keyword,
    "object": Noise(),
    "method": Noise().times,
    "partial": functools.partial(Noise().times, factor=2.0),
    "function inside": lambda x: (lambda f: f(x))(drawing_from(rng)),
    "method of the generator": lambda x, draw=rng.random: x * draw(3),
    "network": nn.Sequential(nn.Tanh(), nn.Dropout(0.5, rng=0)),
    "checkpoint": ag.checkpoint(drawing_from(np.random.default_rng(0))),
    "twice": lambda x: NOISY["checkpoint"](x) + NOISY["network"](x),
}


@pytest.mark.parametrize("name", NOISY)
def test_random_numbers_are_the_same_when_the_function_runs_again(name):
    x = ag.tensor(np.ones(3), requires_grad=True)
    drawn = ag.checkpoint(NOISY[name])(x)
    rng.random()
    after = [g.bit_generator.state for g in generators(NOISY[name])]
    drawn.sum().backward()
    if name not in ("network", "twice"):  # whose slope is that of tanh, too
        np.testing.assert_allclose(x.grad, drawn.data)
    assert [g.bit_generator.state for g in generators(NOISY[name])] == after


def test_random_numbers_from_an_argument_are_the_same():
    x = ag.tensor(np.ones(3), requires_grad=True)
    drawn = ag.checkpoint(lambda x, rng: x * rng.random(3))(x, np.random.default_rng(5))
    drawn.sum().backward()
    np.testing.assert_array_equal(x.grad, np.random.default_rng(5).random(3))


def test_dropout_inside_a_checkpoint_is_that_of_the_plain_run():
    x = np.linspace(-1.0, 1.0, 12).reshape(3, 4)

    def gradients(wrap):
        net = nn.Sequential(nn.Linear(4, 5, rng=0), nn.Dropout(0.5, rng=1), nn.Linear(5, 1, rng=2))
        for _ in range(2):
            wrap(net)(x).sum().backward()
        return [p.grad for p in net.parameters()]

    for a, b in zip(gradients(ag.checkpoint), gradients(lambda net: net), strict=True):
        np.testing.assert_array_equal(a, b)


def test_data_are_not_searched_for_generators():
    rng = np.random.default_rng(0)
    assert list(generators([rng] * 1001)) == []
    assert list(generators([rng, rng, {"a": (rng,)}])) == [rng]


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
