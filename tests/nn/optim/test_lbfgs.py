"""L-BFGS: exact on parabolas, down a curved valley, and safe when the loss fails."""

import math
import pickle

import numpy as np
import pytest

import autograd as ag
import nn
from nn.optim import LBFGS
from nn.optim.line_search import Point, strong_wolfe
from tests.refusals import assert_refused

WOLFE = {"line_search_fn": "strong_wolfe"}


def valley(w):
    """Rosenbrock's, whose floor is curved."""
    return (1 - w[0]) ** 2 + 100 * (w[1] - w[0] ** 2) ** 2


def problem(f, start, dtype=float, **options):
    """Return a parameter, its optimiser, and the closure."""
    w = nn.Parameter(np.array(start, dtype))
    optimizer = LBFGS([w], **options)

    def closure():
        optimizer.zero_grad()
        loss = f(w)
        loss.backward()
        return loss

    return w, optimizer, closure


def test_a_parabola_in_n_dimensions_takes_about_n_steps():
    rng = np.random.default_rng(0)
    root = rng.normal(size=(5, 5))
    a, b = root @ root.T + np.eye(5), rng.normal(size=5)
    f = lambda w: ag.dot(w, a @ w) / 2 - ag.dot(b, w)  # noqa: E731
    w, optimizer, closure = problem(f, np.zeros(5), tolerance_change=0.0, **WOLFE)
    optimizer.step(closure)
    np.testing.assert_allclose(w.data, np.linalg.solve(a, b), atol=1e-6)


def test_the_floor_of_a_curved_valley_is_found():
    w, optimizer, closure = problem(valley, [-1.2, 1.0], max_iter=60, tolerance_change=0.0, **WOLFE)
    assert optimizer.step(closure).item() == pytest.approx(24.2)
    np.testing.assert_allclose(w.data, [1.0, 1.0], atol=1e-5)


def test_with_a_line_search_no_step_climbs():
    _, optimizer, closure = problem(valley, [-1.2, 1.0], max_iter=1, max_eval=20, **WOLFE)
    losses = [optimizer.step(closure).item() for _ in range(30)]
    assert losses == sorted(losses, reverse=True)


def test_parameters_of_several_shapes_and_without_gradient_are_one_vector():
    net, x = nn.Sequential(nn.Linear(3, 2, rng=0), nn.Linear(2, 1, rng=1)), np.ones((4, 3))
    unused = nn.Parameter([1.0])
    optimizer = LBFGS([*net.parameters(), unused], **WOLFE)

    def closure():
        optimizer.zero_grad()
        loss = nn.mse_loss(net(x), np.full((4, 1), 5.0))
        loss.backward()
        return loss

    optimizer.step(closure)
    assert closure().item() < 1e-10
    assert unused.item() == 1.0


@pytest.mark.parametrize("dtype", ["float16", "float32"])
def test_the_dtype_of_a_parameter_stays(dtype):
    w, optimizer, closure = problem(lambda w: ag.sum((w - 3.0) ** 2), [0.0, 1.0], dtype)
    optimizer.step(closure)
    assert w.dtype == dtype
    np.testing.assert_allclose(w.data, 3.0, rtol=1e-3)


@pytest.mark.parametrize("options", [{"lr": 0.01}, WOLFE], ids=["fixed", "searched"])
def test_a_loaded_optimizer_goes_on_to_the_bit(options):
    w, optimizer, closure = problem(valley, [-1.2, 1.0], max_iter=3, **options)
    optimizer.step(closure)
    again, resumed, go_on = problem(valley, w.data, max_iter=7, history_size=1)
    resumed.load_state_dict(pickle.loads(pickle.dumps(optimizer.state_dict())))
    for _ in range(3):
        optimizer.step(closure)
        resumed.step(go_on)
        np.testing.assert_array_equal(w.data, again.data)
    assert repr(optimizer) == repr(resumed)


@pytest.mark.parametrize("raised", [ValueError(), KeyboardInterrupt()], ids=repr)
def test_a_loss_that_fails_leaves_everything_as_it_was(raised):
    w, optimizer, closure = problem(valley, [-1.2, 1.0], max_iter=5, **WOLFE)
    optimizer.step(closure)
    before, state = w.data.copy(), pickle.dumps(optimizer.state_dict())
    calls = iter([closure, closure])

    def failing():
        for call in calls:
            return call()
        raise raised

    with pytest.raises(type(raised)):
        optimizer.step(failing)
    np.testing.assert_array_equal(w.data, before)
    assert pickle.dumps(optimizer.state_dict()) == state


@pytest.mark.parametrize("value", [math.nan, math.inf])
@pytest.mark.parametrize("options", [{}, WOLFE], ids=["fixed", "searched"])
def test_a_loss_that_is_no_number_further_on_ends_the_search(options, value):
    f = lambda w: ag.sum(w * w) * (1.0 if abs(w.data).max() >= 0.9 else value)  # noqa: E731
    w, optimizer, closure = problem(f, [1.0, 1.0], **options)
    with np.errstate(all="ignore"):
        optimizer.step(closure)
    if options:
        assert np.isfinite(w.data).all()


def test_a_step_satisfies_the_strong_wolfe_conditions():
    def at(t):
        return Point(t, t**4 - 3 * t, 4 * t**3 - 3, None)

    start = at(0.0)
    for first in (1e-3, 0.1, 1.0, 20.0):
        end = strong_wolfe(at, start, first, 1.0, 25)
        assert end.value <= start.value + 1e-4 * end.t * start.slope
        assert abs(end.slope) <= 0.9 * abs(start.slope)


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"lr": 0.0}, "lr=0.0"),
        ({"max_iter": 0}, "max_iter=0"),
        ({"max_iter": None}, "max_iter=None"),
        ({"max_eval": 0}, "max_eval=0"),
        ({"history_size": 0}, "history_size=0"),
        ({"tolerance_grad": -1.0}, "tolerance_grad=-1.0"),
        ({"tolerance_change": math.nan}, "tolerance_change=nan"),
        ({"line_search_fn": "armijo"}, "line_search_fn='armijo' must be None or 'strong_wolfe'"),
        ({"maximize": True}, "no option 'maximize'"),
    ],
)
def test_an_option_out_of_its_range_is_refused(options, text):
    make = lambda: LBFGS([nn.Parameter(1.0)], **options)  # noqa: E731
    assert_refused(make, ag.OptionError, "LBFGS", text)


def test_several_groups_are_refused():
    groups = [{"params": [nn.Parameter(1.0)]}, {"params": [nn.Parameter(1.0)]}]
    assert_refused(lambda: LBFGS(groups), ag.OptionError, "LBFGS: takes one group")


@pytest.mark.parametrize("closure", [None, 3.0])
def test_a_step_without_a_function_is_refused(closure):
    step = LBFGS([nn.Parameter(1.0)]).step
    assert_refused(lambda: step(closure), ag.OptionError, "LBFGS: step takes a function")


@pytest.mark.parametrize("loss", [None, "low", np.ones(2)])
def test_a_function_that_returns_no_number_is_refused(loss):
    step = LBFGS([nn.Parameter(1.0)]).step
    assert_refused(lambda: step(lambda: loss), ag.OptionError, "must return the loss, one number")


@pytest.mark.parametrize(
    ("change", "text"),
    [
        (lambda m: m.pop("ro"), "it takes func_evals"),
        (lambda m: m.update(d=[1.0]), "d has shape (1,), not (2,)"),
        (lambda m: m.update(ro=[]), "one length"),
        (lambda m: m.update(n_iter=-1), "n_iter must be a whole number"),
        (lambda m: m.update(old_dirs=3), "old_dirs must be a list"),
        (lambda m: m.update(t="far"), "t is not an array"),
    ],
)
def test_a_state_that_does_not_fit_changes_nothing(change, text):
    _, optimizer, closure = problem(valley, [-1.2, 1.0], max_iter=3)
    optimizer.step(closure)
    wrong = optimizer.state_dict()
    change(wrong["state"][0])
    before = pickle.dumps(optimizer.state_dict())
    assert_refused(lambda: optimizer.load_state_dict(wrong), nn.StateError, "LBFGS", text)
    assert pickle.dumps(optimizer.state_dict()) == before
