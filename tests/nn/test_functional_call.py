"""A network as a function of its parameters: gradients through steps, and nothing left behind."""

import copy
import threading

import numpy as np
import pytest

import autograd as ag
import nn
from nn.utils import functional_call
from tests.refusals import assert_refused

RNG = np.random.default_rng(0)
X, T, X2, T2 = RNG.normal(size=(4, 5, 3))


def network():
    return nn.Sequential(nn.Linear(3, 4, rng=0), nn.Tanh(), nn.Linear(4, 3, rng=1))


def named(module):
    return dict(module.named_parameters())


def held(module):
    """The very objects that the modules have as attributes."""
    return [(path, n, id(v)) for path, m in module.named_modules() for n, v in vars(m).items()]


def test_the_result_is_that_of_a_module_with_these_parameters():
    net, other = network(), network()
    other.reset_parameters(3)
    np.testing.assert_array_equal(functional_call(net, named(other), X).data, other(X).data)
    np.testing.assert_array_equal(
        functional_call(net, other.state_dict(), (X,)).data, other(X).data
    )


def test_what_is_not_named_stays():
    net = nn.Linear(3, 2, rng=0)
    found = functional_call(net, {"bias": np.zeros(2)}, X)
    np.testing.assert_array_equal(found.data, X @ net.weight.data.T)


def test_gradients_go_to_what_was_given_and_not_to_the_module():
    net = nn.Linear(3, 2, bias=False)
    w = ag.tensor(np.ones((2, 3)), requires_grad=True)
    ag.sum(functional_call(net, {"weight": w * 2.0}, X)).backward()
    np.testing.assert_allclose(w.grad, np.tile(2 * X.sum(axis=0), (2, 1)))
    assert net.weight.grad is None


def test_the_gradient_through_an_inner_step_is_its_closed_form():
    # With L = |A w - b|^2 / 2 a step is w' = w - r A'(A w - b), and of |C w' - d|^2 / 2 the
    # gradient in w is (1 - r A'A) C'(C w' - d).
    net, r = nn.Linear(3, 1, bias=False, rng=0), 0.1
    b, d = T[:, :1], T2[:, :1]
    w = net.weight
    inner = nn.half_sum_of_squares(functional_call(net, named(net), X), b)
    step = ag.gradients(inner, w, create_graph=True)
    outer = nn.half_sum_of_squares(functional_call(net, {"weight": w - r * step}, X2), d)
    found = ag.gradients(outer, w)

    a, c, v = X, X2, w.data.T
    moved = v - r * a.T @ (a @ v - b)
    expected = (np.eye(3) - r * a.T @ a) @ c.T @ (c @ moved - d)
    np.testing.assert_allclose(found, expected.T, rtol=1e-12)


def test_the_gradient_through_two_inner_steps_is_the_numerical_one():
    net = network()
    names, start = zip(*net.state_dict().items(), strict=True)
    along = [RNG.normal(size=p.shape) for p in start]

    def loss(weights, x, t):
        return nn.mse_loss(functional_call(net, dict(zip(names, weights, strict=True)), x), t)

    def outer(weights):
        for _ in range(2):
            steps = ag.gradients(loss(weights, X, T), weights, create_graph=True)
            weights = [w - 0.5 * g for w, g in zip(weights, steps, strict=True)]
        return loss(weights, X2, T2)

    def moved(far):
        return [nn.Parameter(p + far * d) for p, d in zip(start, along, strict=True)]

    weights = moved(0.0)
    slopes = ag.gradients(outer(weights), weights)
    slope = sum(np.vdot(g, d) for g, d in zip(slopes, along, strict=True))
    rise = outer(moved(1e-4)).item() - outer(moved(-1e-4)).item()
    assert slope == pytest.approx(rise / 2e-4, rel=1e-6)


def test_the_hessian_of_a_network_is_that_of_a_function_of_its_weights():
    net = nn.Linear(3, 1, bias=False)
    f = lambda w: nn.half_sum_of_squares(functional_call(net, {"weight": w}, X), T[:, :1])  # noqa: E731
    np.testing.assert_allclose(ag.hessian(f)(net.weight.data)[0, :, 0, :], X.T @ X)


class Failing(nn.Module):
    def __init__(self, raised):
        self.inside = nn.Linear(3, 3)
        self.raised = raised

    def forward(self, x):
        self.inside(x)
        raise self.raised


@pytest.mark.parametrize("raised", [ValueError(), KeyboardInterrupt(), GeneratorExit()], ids=repr)
def test_the_module_has_its_own_parameters_again_whatever_happens(raised):
    net = Failing(raised)
    before = held(net)
    with pytest.raises(type(raised)):
        functional_call(net, {"inside.weight": np.ones((3, 3))}, X)
    assert held(net) == before
    assert [name for name, _ in net.named_parameters()] == ["inside.weight", "inside.bias"]


def test_a_call_inside_a_call_ends_with_the_parameters_of_the_outer_one():
    class Learner(nn.Module):
        def __init__(self):
            self.net = nn.Linear(3, 1, bias=False)

        def forward(self, x):
            inner = functional_call(self.net, {"weight": 2.0 * self.net.weight}, x)
            return inner, self.net(x)

    learner, w = Learner(), ag.tensor(np.ones((1, 3)), requires_grad=True)
    before = held(learner)
    inner, outer = functional_call(learner, {"net.weight": w}, X)
    np.testing.assert_allclose(inner.data, 2 * outer.data)
    np.testing.assert_allclose(outer.data, X.sum(axis=1, keepdims=True))
    assert held(learner) == before


def test_another_thread_is_refused_meanwhile_and_a_copy_is_not():
    class Waiting(nn.Module):
        def __init__(self):
            self.weight = nn.Parameter(1.0)

        def forward(self):
            arrived.set()
            assert go_on.wait(10)
            return self.weight * 1.0

    arrived, go_on = threading.Event(), threading.Event()
    net, found = Waiting(), []
    other = copy.deepcopy(net)
    first = threading.Thread(target=lambda: found.append(functional_call(net, {"weight": 2.0})))
    first.start()
    assert arrived.wait(10)
    try:
        assert_refused(
            lambda: functional_call(net, {"weight": 3.0}), ag.UnsupportedError, "another thread"
        )
    finally:
        go_on.set()
        first.join()
    assert functional_call(other, {"weight": 3.0}).item() == 3.0
    assert found[0].item() == 2.0
    assert net.weight.item() == 1.0


class Tied(nn.Module):
    def __init__(self):
        self.a = nn.Linear(3, 3, bias=False)
        self.b = nn.Linear(3, 3, bias=False)
        self.b.weight = self.a.weight

    def forward(self, x):
        return self.a(x) + 10.0 * self.b(x)


def test_tied_parameters_are_replaced_together_by_either_name():
    eye = np.eye(3)
    for name in ("a.weight", "b.weight"):
        np.testing.assert_allclose(functional_call(Tied(), {name: eye}, X).data, 11 * X)
    both = {"a.weight": eye, "b.weight": eye}
    np.testing.assert_allclose(functional_call(Tied(), both, X).data, 11 * X)


def test_tied_parameters_are_replaced_one_by_one_if_asked_for():
    both = {"a.weight": np.eye(3), "b.weight": np.zeros((3, 3))}
    assert_refused(lambda: functional_call(Tied(), both, X), ag.OptionError, "tied")
    np.testing.assert_allclose(functional_call(Tied(), both, X, tie_weights=False).data, X)


def test_a_running_mean_that_is_given_follows_in_place_of_the_modules_own():
    net = nn.BatchNorm1d(3, momentum=1.0)
    mean = ag.tensor(np.zeros(3))
    functional_call(net, [{"weight": np.ones(3)}, {"running_mean": mean}], X)
    np.testing.assert_allclose(mean.data, X.mean(axis=0))
    np.testing.assert_array_equal(net.running_mean.data, np.zeros(3))


def test_arguments_come_by_place_and_by_name():
    class Scaled(nn.Module):
        def __init__(self):
            self.weight = nn.Parameter(1.0)

        def forward(self, x, y, scale=1.0):
            return (x + y) * self.weight * scale

    found = functional_call(Scaled(), {"weight": 2.0}, (1.0, 2.0), {"scale": 5.0})
    assert found.item() == 30.0


@pytest.mark.parametrize(
    ("given", "options", "kind", "texts"),
    [
        ({"0.wieght": X}, {}, ag.OptionError, ["'0.wieght'", "did you mean 0.weight?"]),
        ({"z": X}, {}, ag.OptionError, ["no parameter or buffer 'z'", "there are 0.weight"]),
        ({"0.bias": np.zeros(3)}, {}, ag.ShapeError, ["0.bias of shape (4,)", "(3,)"]),
        ({"0.bias": np.zeros(4)}, {"strict": True}, ag.OptionError, ["'0.weight' is missing"]),
        ([{"0.bias": np.zeros(4)}] * 2, {}, ag.OptionError, ["'0.bias' is given in two"]),
        ([X], {}, ag.OptionError, ["a dict from names to Tensors"]),
        (X, {}, ag.OptionError, ["a dict from names to Tensors"]),
        ({}, {"strict": "no"}, ag.OptionError, ["strict='no'"]),
        ({"0.bias": "abcd"}, {}, ag.DTypeError, []),
    ],
)
def test_what_does_not_fit_is_refused(given, options, kind, texts):
    net = network()
    before = held(net)
    assert_refused(lambda: functional_call(net, given, X, **options), kind, *texts)
    assert held(net) == before


def test_what_is_not_a_module_is_refused():
    assert_refused(lambda: functional_call(ag.tanh, {}, X), ag.OptionError, "takes a module first")
