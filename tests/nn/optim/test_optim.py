"""Optimisers follow their formulas, keep dtypes, leave graphs alone, and come back from a state."""

import copy
import math
import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd as ag
import nn
from nn.optim import SGD, Adadelta, Adagrad, Adam, Adamax, AdamW, Lion, NAdam, RAdam, RMSprop
from tests.refusals import assert_refused

EVERY = [
    (SGD, {}),
    (SGD, {"momentum": 0.9, "weight_decay": 0.1}),
    (SGD, {"momentum": 0.9, "nesterov": True}),
    (Adam, {}),
    (Adam, {"amsgrad": True, "weight_decay": 0.1}),
    (AdamW, {}),
    (RMSprop, {}),
    (RMSprop, {"centered": True, "momentum": 0.9, "weight_decay": 0.1}),
    (Adagrad, {}),
    (Adagrad, {"lr_decay": 0.1, "weight_decay": 0.1, "initial_accumulator_value": 0.1}),
    (Adadelta, {"eps": 1e-3}),
    (Adamax, {}),
    (NAdam, {}),
    (NAdam, {"weight_decay": 0.1, "decoupled_weight_decay": True}),
    (RAdam, {}),
    (RAdam, {"betas": (0.9, 0.9), "weight_decay": 0.1}),
    (Lion, {"weight_decay": 0.1}),
]
KINDS = list(dict.fromkeys(kind for kind, _ in EVERY))
each = pytest.mark.parametrize(
    ("kind", "options"), EVERY, ids=lambda x: x.__name__ if isinstance(x, type) else "-".join(x)
)
numbers = st.floats(-8, 8)
rates = st.floats(0.001, 0.9)


def network():
    return nn.Sequential(nn.Linear(3, 4, rng=0), nn.Tanh(), nn.Linear(4, 2, rng=1))


def learn(net, optimizer, steps):
    x = ag.tensor(np.linspace(-1, 1, 15).reshape(5, 3))
    for _ in range(steps):
        optimizer.zero_grad()
        ag.mean((net(x) - 1.0) ** 2).backward()
        optimizer.step()


def descend(w, optimizer, gradients):
    """Give the parameter these gradients one after another; return where it was."""
    places = []
    for g in gradients:
        w.grad = np.float64(g)
        optimizer.step()
        places.append(w.item())
    return places


def values(net):
    return {name: p.data for name, p in net.named_parameters()}


def same(a, b):
    return all(a[name].tobytes() == b[name].tobytes() for name in a) and a.keys() == b.keys()


# The rules.


@given(numbers, st.floats(0.01, 0.99), st.integers(1, 20))
def test_gradient_descent_on_a_parabola_shrinks_the_distance_by_one_factor(start, lr, steps):
    w = nn.Parameter(start)
    optimizer = SGD([w], lr=lr)
    for _ in range(steps):
        optimizer.zero_grad()
        ((w - 3.0) ** 2 / 2).backward()
        optimizer.step()
    assert w.item() - 3 == pytest.approx((start - 3) * (1 - lr) ** steps, rel=1e-9, abs=1e-12)


def test_momentum_is_the_recursion_worked_out_by_hand():
    w = nn.Parameter(1.0)  # v = 4; 0.5 * 4 + 2 = 4; 0.5 * 4 - 8 = -6
    places = descend(w, SGD([w], lr=0.25, momentum=0.5), [4.0, 2.0, -8.0])
    assert places == [0.0, -1.0, 0.5]


def test_dampening_leaves_the_first_step_alone():
    w = nn.Parameter(0.0)  # v = 4; 0.5 * 4 + 0.25 * 4 = 3
    assert descend(w, SGD([w], 1.0, 0.5, dampening=0.75), [4.0, 4.0]) == [-4.0, -7.0]


def test_nesterov_looks_ahead_by_one_step_of_the_momentum():
    w = nn.Parameter(0.0)  # v = 4, g + 0.5 v = 6; v = 6, g + 0.5 v = 7
    assert descend(w, SGD([w], 1.0, 0.5, nesterov=True), [4.0, 4.0]) == [-6.0, -13.0]


def test_momentum_along_a_constant_slope_approaches_its_limit():
    w = nn.Parameter(0.0)
    places = descend(w, SGD([w], lr=1.0, momentum=0.5), [1.0] * 60)
    assert places[-2] - places[-1] == pytest.approx(1 / (1 - 0.5))


@given(numbers, rates, st.floats(0, 0.9))
def test_weight_decay_is_the_gradient_of_half_the_square(start, lr, decay):
    w = nn.Parameter(start)
    descend(w, SGD([w], lr=lr, weight_decay=decay), [0.0])
    assert w.item() == pytest.approx(start * (1 - lr * decay), rel=1e-12)


@given(st.floats(1e-3, 1e6), st.sampled_from([-1, 1]), rates)
@pytest.mark.parametrize("kind", [Adam, AdamW])
def test_the_first_step_of_adam_has_the_size_of_the_rate(kind, size, sign, lr):
    w = nn.Parameter(0.0)
    descend(w, kind([w], lr=lr), [sign * size])
    assert w.item() == pytest.approx(-sign * lr, rel=1e-4)


@given(st.lists(st.floats(-8, 8), min_size=1, max_size=8))
def test_adam_divides_the_corrected_mean_by_the_corrected_root(gradients):
    beta1, beta2, lr, eps = 0.8, 0.9, 0.1, 0.01
    w = nn.Parameter(0.0)
    places = descend(w, Adam([w], lr, (beta1, beta2), eps), gradients)
    place = 0.0
    for t in range(1, len(gradients) + 1):  # as weighted means of all gradients so far
        weights1 = [beta1 ** (t - i) for i in range(1, t + 1)]
        weights2 = [beta2 ** (t - i) for i in range(1, t + 1)]
        mean = np.average(gradients[:t], weights=weights1)
        square = np.average(np.square(gradients[:t]), weights=weights2)
        place -= lr * mean / (math.sqrt(square) + eps)
        assert places[t - 1] == pytest.approx(place, rel=1e-9, abs=1e-9)


def test_amsgrad_never_forgets_the_largest_square():
    w, lr = nn.Parameter(0.0), 0.5
    places = descend(w, Adam([w], lr, (0.0, 0.0), amsgrad=True), [4.0, 1.0])
    assert places == pytest.approx([-lr, -lr - lr / 4])


@given(numbers, numbers, rates, st.floats(0, 0.9))
def test_the_decay_of_adamw_does_not_depend_on_the_gradients(start, g, lr, decay):
    w, free = nn.Parameter(start), nn.Parameter(start)
    descend(w, AdamW([w], lr=lr, weight_decay=decay), [g])
    descend(free, AdamW([free], lr=lr, weight_decay=0.0), [g])
    assert free.item() - w.item() == pytest.approx(lr * decay * start, abs=1e-12)


def test_the_decay_of_adam_is_divided_by_the_root():
    w = nn.Parameter(4.0)  # any gradient, that of the decay too, makes a first step of size lr
    descend(w, Adam([w], lr=0.5, weight_decay=0.25, eps=0.0), [0.0])
    assert w.item() == pytest.approx(3.5)


def test_rmsprop_divides_by_the_root_of_the_mean_square():
    w = nn.Parameter(0.0)  # s = 4, then 3 + 0.25 * 4 = 4
    assert descend(w, RMSprop([w], 1.0, alpha=0.75, eps=0.0), [4.0, 2.0]) == [-2.0, -3.0]


def test_centred_rmsprop_divides_by_the_standard_deviation():
    w = nn.Parameter(0.0)  # s = 8, mean 2, variance 4
    places = descend(w, RMSprop([w], 1.0, alpha=0.5, eps=0.0, centered=True), [4.0])
    assert places == [-2.0]


def test_centred_rmsprop_survives_a_variance_that_rounds_below_zero():
    w = nn.Parameter(0.0)
    optimizer = RMSprop([w], 0.01, alpha=0.5, centered=True)
    places = descend(w, optimizer, [0.7] * 300)
    memory = optimizer.state[w]
    assert memory["square_avg"] - memory["grad_avg"] ** 2 < 0
    assert np.isfinite(places).all()


def test_rmsprop_adds_up_quotients_in_its_momentum():
    w = nn.Parameter(0.0)  # b = 1, then 0.5 + 1
    optimizer = RMSprop([w], 1.0, alpha=0.0, eps=0.0, momentum=0.5)
    assert descend(w, optimizer, [4.0, 2.0]) == [-1.0, -2.5]


def test_adagrad_divides_by_the_root_of_the_sum():
    w = nn.Parameter(0.0)  # s = 9, then 25
    places = descend(w, Adagrad([w], 1.0, eps=0.0), [3.0, 4.0])
    assert places == pytest.approx([-1.0, -1.8])


def test_adagrad_slows_down_and_begins_at_the_given_accumulator():
    w = nn.Parameter(0.0)  # s = 25, then 169; rates 1, then 1/2
    optimizer = Adagrad([w], 1.0, lr_decay=1.0, initial_accumulator_value=16.0, eps=0.0)
    assert descend(w, optimizer, [3.0, 12.0]) == pytest.approx([-0.6, -0.6 - 6 / 13])


@given(st.lists(numbers, min_size=1, max_size=8), numbers, st.floats(0, 0.5))
def test_lion_steps_by_the_sign_of_a_mean_of_all_gradients(gradients, start, decay):
    # Before step t the mean is sum_i beta2^(t-1-i) (1 - beta2) g_i; Chen et al. (2023).
    beta1, beta2, lr = 0.75, 0.5, 0.125
    w = nn.Parameter(start)
    places = descend(w, Lion([w], lr, (beta1, beta2), decay), gradients)
    place = start
    for t, g in enumerate(gradients):
        mean = sum(beta2 ** (t - 1 - i) * (1 - beta2) * gradients[i] for i in range(t))
        direction = beta1 * mean + (1 - beta1) * g
        if abs(direction) < 1e-12:
            return  # rounding decides
        place -= lr * (math.copysign(1.0, direction) + decay * place)
        assert places[t] == pytest.approx(place, rel=1e-12, abs=1e-12)


@each
def test_going_up_is_going_down_the_negative(kind, options):
    up, down = nn.Parameter(1.0), nn.Parameter(1.0)
    gradients = [1.0, -0.5, 2.0]
    climbed = descend(up, kind([up], **options, maximize=True), [-g for g in gradients])
    assert climbed == descend(down, kind([down], **options), gradients)


def test_a_group_can_go_up_while_another_goes_down():
    v, w = nn.Parameter(0.0), nn.Parameter(0.0)
    optimizer = SGD([{"params": [v], "maximize": True}, {"params": [w]}], lr=0.5)
    v.grad = w.grad = np.float64(1.0)
    optimizer.step()
    assert (v.item(), w.item()) == (0.5, -0.5)


OF_PYTORCH = {"foreach": None, "capturable": False, "differentiable": False, "fused": None}


@pytest.mark.parametrize(("kind", "decoupled"), [(Adam, False), (AdamW, True)])
def test_a_group_may_have_what_pytorchs_has_besides(kind, decoupled):
    optimizer = kind([nn.Parameter([1.0])])
    state = optimizer.state_dict()
    more = {**OF_PYTORCH, "decoupled_weight_decay": decoupled}
    groups = [{**group, **more, "lr": 0.5} for group in state["param_groups"]]
    optimizer.load_state_dict({**state, "param_groups": groups})
    assert optimizer.param_groups[0]["lr"] == 0.5
    groups[0]["decoupled_weight_decay"] = not decoupled
    with pytest.raises(nn.StateError, match="unexpected 'decoupled_weight_decay'"):
        optimizer.load_state_dict({**state, "param_groups": groups})


def test_a_state_without_a_direction_goes_down():
    optimizer = SGD([nn.Parameter(1.0)], maximize=True)
    state = optimizer.state_dict()
    del state["param_groups"][0]["maximize"]
    optimizer.load_state_dict(state)
    assert optimizer.param_groups[0]["maximize"] is False


def test_the_learning_rate_of_adadelta_is_the_only_unit():
    # A loss in other units has the same steps, but for eps.
    one, other = nn.Parameter(1.0), nn.Parameter(1.0)
    gradients = [2.0, 1.0, -0.5]
    found = descend(one, Adadelta([one], eps=1e-12), gradients)
    assert descend(other, Adadelta([other], eps=1e-12), [1e3 * g for g in gradients]) == (
        pytest.approx(found, rel=1e-6)
    )


def test_radam_begins_with_momentum_alone_and_ends_as_adam():
    w, v = nn.Parameter(0.0), nn.Parameter(0.0)
    first = descend(w, RAdam([w], lr=0.5, betas=(0.0, 0.999)), [3.0])
    assert first == [-1.5]
    betas = (0.0, 0.5)  # of which a mean square is never known well enough
    assert descend(v, RAdam([v], lr=0.5, betas=betas), [1.0] * 9) == [
        -0.5 * i for i in range(1, 10)
    ]


@each
def test_a_parabola_is_descended(kind, options):
    w, lr = nn.Parameter([2.0, -1.0]), 1.0 if kind is Adadelta else 0.05
    optimizer = kind([w], **{**options, "weight_decay": 0.0, "lr": lr})
    losses = []
    for _ in range(60):
        optimizer.zero_grad()
        loss = ag.sum((w - 1.0) ** 2)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < 0.75 * losses[0]


# What a step touches.


@each
@pytest.mark.parametrize("shape", [(), (3, 2)])
def test_float32_stays_float32(kind, options, shape):
    w = nn.Parameter(np.ones(shape, "float32"))
    optimizer = kind([w], **options, lr=np.float64(0.1))
    rule, seen = optimizer.rule, []
    optimizer.rule = lambda *args, **options: seen.append(rule(*args, **options)) or seen[-1]
    for _ in range(3):
        optimizer.zero_grad()
        ag.sum(w * w).backward()
        optimizer.step()
    memory = [x for name, x in optimizer.state[w].items() if name not in ("step", "mu_product")]
    assert {x.dtype for x in (*seen, w.data, w.grad, *memory)} == {np.dtype("float32")}


@each
def test_arrays_of_a_graph_and_gradients_are_not_changed(kind, options):
    w = nn.Parameter([1.0, 2.0])
    optimizer = kind([w], **options)
    for _ in range(2):
        optimizer.zero_grad()
        loss = ag.sum(w * w)
        loss.backward()
        data, grad = w.data, w.grad
        before = data.copy(), grad.copy()
        optimizer.step()
        assert w.data is not data
        assert (data == before[0]).all()
        assert (grad == before[1]).all()
    memory = {name: np.array(v) for name, v in optimizer.state[w].items()}
    w.data[:], w.grad[:] = 7.0, 7.0
    assert all((np.array(v) == memory[name]).all() for name, v in optimizer.state[w].items())


@each
def test_scalars_move_as_one_element_arrays_do(kind, options):
    scalar, vector = nn.Parameter(0.7), nn.Parameter([0.7])
    optimizer = kind([scalar, vector], **options)
    for _ in range(4):
        optimizer.zero_grad()
        (scalar * scalar + ag.sum(vector * vector)).backward()
        optimizer.step()
    assert scalar.shape == ()
    assert scalar.data == vector.data[0]


@each
def test_what_has_no_gradient_does_not_move(kind, options):
    net = network()
    net[0].requires_grad_(False)
    unused = nn.Parameter([1.0])
    before = values(net)
    learn(net, kind([*net.parameters(), unused], **options), 3)
    assert net[0].weight.data is before["0.weight"]
    assert net[0].bias.data is before["0.bias"]
    assert unused.item() == 1.0
    assert (net[2].weight.data != before["2.weight"]).all()


@each
def test_an_option_written_into_a_group_holds_from_the_next_step_on(kind, options):
    w = nn.Parameter(1.0)
    optimizer = kind([w], **options)
    optimizer.param_groups[0]["lr"] = 0.0
    optimizer.param_groups[0]["weight_decay"] = np.float64(0.0)
    assert descend(w, optimizer, [1.0]) == [1.0]


def test_an_option_written_into_a_group_is_checked_before_anything_moves():
    w = nn.Parameter([1.0])
    optimizer = SGD([w], lr=0.1)
    ag.sum(w).backward()
    optimizer.param_groups[0]["lr"] = math.nan
    assert_refused(optimizer.step, ag.OptionError, "SGD: lr=nan")
    assert w.item() == 1.0


def test_a_step_is_not_recorded():
    w = nn.Parameter(1.0)
    loss = w * w
    loss.backward()
    SGD([w], lr=0.25).step()
    assert w.is_leaf
    assert loss.item() == 1.0
    assert (w * w).item() == 0.25


def test_zero_grad_forgets_the_gradients():
    w = nn.Parameter(1.0)
    (w * w).backward()
    SGD([w]).zero_grad()
    assert w.grad is None


def test_a_step_without_gradients_remembers_nothing():
    optimizer = Adam([nn.Parameter(1.0)])
    optimizer.step()
    assert optimizer.state_dict()["state"] == {}


def test_a_closure_computes_the_loss_and_the_step_returns_it():
    w = nn.Parameter(2.0)
    optimizer = SGD([w], lr=0.25)

    def closure():
        optimizer.zero_grad()
        loss = w * w
        loss.backward()
        return loss

    assert [optimizer.step(closure).item() for _ in range(2)] == [4.0, 1.0]
    assert optimizer.step() is None


# Groups.


def test_groups_have_options_of_their_own_and_the_defaults():
    v, w = nn.Parameter(0.0), nn.Parameter(0.0)
    groups = [{"params": [v], "lr": 0.5}, {"params": w, "momentum": 0.9}]
    optimizer = SGD(groups, lr=0.25)
    for p in (v, w):
        p.grad = np.float64(1.0)
    optimizer.step()
    optimizer.step()
    assert (v.item(), w.item()) == (-1.0, -0.25 - 0.25 * 1.9)


def test_a_group_can_join_later():
    v, w = nn.Parameter(0.0), nn.Parameter(0.0)
    optimizer = SGD([v], lr=0.5)
    optimizer.add_param_group({"params": [w], "lr": 0.25})
    v.grad = w.grad = np.float64(1.0)
    optimizer.step()
    assert (v.item(), w.item()) == (-0.5, -0.25)


def test_a_generator_of_parameters_is_read_once():
    net = network()
    assert SGD(net.parameters()).param_groups[0]["params"] == list(net.parameters())


def test_an_optimizer_shows_its_groups():
    groups = [{"params": [nn.Parameter([1.0, 2.0]), nn.Parameter(0.0)]}]
    assert "(0): tensors=2, numbers=3, lr=0.5, momentum=0.9" in repr(SGD(groups, 0.5, 0.9))


# States.


@each
def test_a_loaded_optimizer_goes_on_to_the_bit(kind, options):
    net = network()
    optimizer = kind(net.parameters(), **options)
    learn(net, optimizer, 5)
    weights, state = net.state_dict(), pickle.loads(pickle.dumps(optimizer.state_dict()))
    learn(net, optimizer, 5)
    again = network()
    again.load_state_dict(weights)
    resumed = kind(again.parameters(), lr=0.7)
    resumed.load_state_dict(state)
    learn(again, resumed, 5)
    assert same(values(net), values(again))
    assert repr(optimizer) == repr(resumed)


def test_a_state_holds_options_and_numbers_the_parameters():
    v, w = nn.Parameter([1.0]), nn.Parameter([2.0, 3.0])
    optimizer = Adam([{"params": [v], "lr": 0.5}, {"params": [w]}])
    ag.sum(w).backward()
    optimizer.step()
    state = optimizer.state_dict()
    assert [group["params"] for group in state["param_groups"]] == [[0], [1]]
    assert [group["lr"] for group in state["param_groups"]] == [0.5, 1e-3]
    assert list(state["state"]) == [1]
    assert set(state["state"][1]) == {"step", "exp_avg", "exp_avg_sq"}
    assert state["state"][1]["step"] == 1
    assert state["state"][1]["exp_avg"] == pytest.approx([0.1, 0.1])


def test_a_state_is_a_copy_both_ways():
    w = nn.Parameter([1.0])
    optimizer = SGD([w], lr=0.5, momentum=0.5)
    ag.sum(w).backward()
    optimizer.step()
    taken = optimizer.state_dict()
    taken["state"][0]["momentum_buffer"][:] = 7.0
    assert optimizer.state[w]["momentum_buffer"] == [1.0]
    optimizer.load_state_dict(taken)
    taken["state"][0]["momentum_buffer"][:] = 8.0
    assert optimizer.state[w]["momentum_buffer"] == [7.0]


def test_a_loaded_state_takes_the_dtype_of_the_parameter():
    w = nn.Parameter(np.ones(2, "float32"))
    optimizer = SGD([w], momentum=0.5)
    state = optimizer.state_dict()
    state["state"] = {0: {"momentum_buffer": [1.0, 2.0]}}
    optimizer.load_state_dict(state)
    assert optimizer.state[w]["momentum_buffer"].dtype == "float32"


def test_a_step_count_of_pytorch_is_read():
    w = nn.Parameter([1.0])
    optimizer = Adagrad([w])
    state = optimizer.state_dict()
    state["state"] = {0: {"step": np.array(3.0), "sum": [4.0]}}
    optimizer.load_state_dict(state)
    assert optimizer.state_dict()["state"] == {0: {"step": 3, "sum": [4.0]}}


def test_a_rate_of_zero_that_a_schedule_ended_with_is_loaded():
    optimizer = SGD([nn.Parameter(1.0)])
    state = optimizer.state_dict()
    state["param_groups"][0]["lr"] = 0.0
    optimizer.load_state_dict(state)
    assert optimizer.param_groups[0]["lr"] == 0.0


def _set(*path, to):
    def change(state):
        for key in path[:-1]:
            state = state[key]
        state[path[-1]] = to

    return change


def _drop(*path):
    def change(state):
        for key in path[:-1]:
            state = state[key]
        del state[path[-1]]

    return change


MISFITS = [
    (_drop("state"), "'state' and 'param_groups'"),
    (_set("param_groups", to=[]), "1 groups"),
    (_set("param_groups", to=None), "no list"),
    (_set("param_groups", 0, to=3), "group 0 is a int"),
    (_set("param_groups", 0, "params", to=[0]), "group 0 has the parameters [0, 1]"),
    (_set("param_groups", 0, "params", to=None), "group 0 has the parameters [0, 1]"),
    (_drop("param_groups", 0, "betas"), "lacks betas"),
    (_set("param_groups", 0, "momentum", to=0.9), "unexpected 'momentum'"),
    (_set("param_groups", 0, "lr", to=-1.0), "lr=-1.0"),
    (_set("param_groups", 0, "initial_lr", to="high"), "initial_lr='high'"),
    (_set("param_groups", 0, "betas", to=(0.9, 1.0)), "betas[1]=1.0"),
    (_set("state", to=[]), "keys from 0 to 1"),
    (_set("state", 2, to={}), "keys from 0 to 1"),
    (_set("state", 1, to=5), "parameter 1 is a int"),
    (_drop("state", 1, "exp_avg"), "lacks exp_avg"),
    (_set("state", 1, "velocity", to=0), "unexpected 'velocity'"),
    (_set("state", 1, "exp_avg", to=np.zeros(3)), "shape (3,), not (2,)"),
    (_set("state", 1, "exp_avg", to="much"), "is not an array"),
    (_set("state", 1, "step", to=2.5), "whole number"),
    (_set("state", 1, "step", to=-1), "whole number"),
    (_set("state", 1, "step", to=None), "whole number"),
]


@pytest.mark.parametrize(("change", "text"), MISFITS, ids=[text for _, text in MISFITS])
def test_a_state_that_does_not_fit_changes_nothing(change, text):
    v, w = nn.Parameter([1.0]), nn.Parameter([1.0, 2.0])
    optimizer = Adam([v, w])
    (ag.sum(v) + ag.sum(w)).backward()
    optimizer.step()
    before = pickle.dumps(optimizer.state_dict())
    wrong = optimizer.state_dict()
    wrong["state"][0]["exp_avg"] = np.array([9.0])
    wrong["param_groups"][0]["lr"] = 9.0
    change(wrong)
    refused = nn.StateError, "Adam", text, "nothing was changed"
    assert_refused(lambda: optimizer.load_state_dict(wrong), *refused)
    assert pickle.dumps(optimizer.state_dict()) == before


def test_a_state_of_another_optimiser_is_refused():
    state = Adam([nn.Parameter(1.0)]).state_dict()
    load = SGD([nn.Parameter(1.0)]).load_state_dict
    assert_refused(lambda: load(state), nn.StateError, "SGD", "lacks dampening, momentum, nesterov")


# Refusals.


def leaf():
    return nn.Parameter([1.0])


PARAMS = [
    (leaf, "one Tensor; write [w]"),
    (list, "no parameters"),
    (lambda: [{"params": []}], "no parameters"),
    (lambda: {leaf()}, "no order"),
    (lambda: 3, "not int"),
    (lambda: nn.Linear(1, 1), "net.parameters(), not Linear"),
    (lambda: [nn.Linear(1, 1)], "net.parameters(), not Linear"),
    (lambda: network().named_parameters(), "not tuple"),
    (lambda: [np.ones(2)], "not ndarray"),
    (lambda: [leaf() * 2.0], "a result of multiply, not a leaf"),
    (lambda: [ag.tensor([1, 2])], "dtype int64"),
    (lambda: [leaf()] * 2, "comes twice"),
    (lambda: [{"params": [p]} for p in [leaf()] * 2], "comes twice"),
    (lambda: [{"lr": 0.1}], "'params'"),
    (lambda: [{"params": [leaf()]}, leaf()], "a group is a dict"),
    (lambda: [leaf(), {"params": [leaf()]}], "not dict"),
    (lambda: [{"params": [leaf()], "rate": 0.1}], "no option 'rate'; there are lr"),
    (lambda: [{"params": [leaf()], "lr": 0.0}], "lr=0.0"),
]


@pytest.mark.parametrize(("params", "text"), PARAMS, ids=[text for _, text in PARAMS])
@pytest.mark.parametrize("kind", KINDS)
def test_what_cannot_be_learned_is_refused(kind, params, text):
    assert_refused(lambda: kind(params()), ag.OptionError, kind.__name__, text)


NO_RATES = [0, 0.0, -0.1, math.nan, math.inf, "fast", None, True, [0.1], 1j, np.ones((2, 2))]


@pytest.mark.parametrize("lr", NO_RATES, ids=repr)
@pytest.mark.parametrize("kind", KINDS)
def test_a_rate_that_is_not_a_positive_number_is_refused(kind, lr):
    text = f"{kind.__name__}: lr={' '.join(repr(lr).split())} must be"
    assert_refused(lambda: kind([leaf()], lr=lr), ag.OptionError, text)


OPTIONS = [
    (SGD, {"momentum": -0.1}),
    (SGD, {"momentum": math.inf}),
    (SGD, {"momentum": "much"}),
    (SGD, {"dampening": -0.1}),
    (SGD, {"nesterov": True}),
    (SGD, {"nesterov": True, "momentum": 0.9, "dampening": 0.1}),
    (SGD, {"weight_decay": -0.1}),
    *[
        (kind, options)
        for kind in (Adam, AdamW)
        for options in (
            {"betas": 0.9},
            {"betas": (0.9,)},
            {"betas": "ab"},
            {"betas": (-0.1, 0.9)},
            {"betas": (0.9, 1.0)},
            {"betas": (0.9, math.nan)},
            {"eps": -1e-8},
            {"weight_decay": -0.1},
        )
    ],
    (RMSprop, {"alpha": 1.0}),
    (RMSprop, {"alpha": -0.1}),
    (RMSprop, {"eps": -1e-8}),
    (RMSprop, {"momentum": -0.1}),
    (RMSprop, {"weight_decay": math.nan}),
    (Adagrad, {"lr_decay": -0.1}),
    (Adagrad, {"eps": -1e-8}),
    (Adagrad, {"initial_accumulator_value": -0.1}),
    (Adagrad, {"weight_decay": -0.1}),
    (Adadelta, {"rho": 1.5}),
    (Adadelta, {"eps": -1.0}),
    (Lion, {"weight_decay": -0.1}),
    (NAdam, {"momentum_decay": -0.1}),
    *[(kind, {"betas": (0.9, 1.0)}) for kind in (Adamax, NAdam, RAdam, Lion)],
    *[(kind, {"eps": -1.0}) for kind in (Adamax, NAdam, RAdam)],
]


@pytest.mark.parametrize(("kind", "options"), OPTIONS, ids=str)
def test_an_option_out_of_its_range_is_refused(kind, options):
    text = f"{kind.__name__}: {next(iter(options))}"
    assert_refused(lambda: kind([leaf()], **options), ag.OptionError, text)


@pytest.mark.parametrize(("kind", "options"), OPTIONS, ids=str)
def test_a_group_is_checked_as_the_defaults_are(kind, options):
    group = {"params": [leaf()], **options}
    assert_refused(lambda: kind([group]), ag.OptionError, kind.__name__, next(iter(options)))


def test_a_group_that_is_refused_does_not_join():
    optimizer = SGD([leaf()])
    assert_refused(
        lambda: optimizer.add_param_group({"params": [leaf()], "lr": -1.0}), ag.OptionError, "lr"
    )
    assert len(optimizer.param_groups) == 1


def test_an_optimizer_without_a_rule_says_so():
    w = leaf()
    w.grad = np.ones(1)
    step = nn.optim.Optimizer([w], {"lr": 0.1}).step
    assert_refused(step, ag.UnsupportedError, "Optimizer has no method rule")


def test_every_optimiser_is_exported():
    names = {*dir(nn.optim)}
    kinds = {name for name in names if isinstance(getattr(nn.optim, name), type)}
    assert {*kinds, "lr_scheduler", "swa_utils"} == set(nn.optim.__all__)


class Heavy(nn.optim.Optimizer):
    """A user's optimiser: one method."""

    def rule(self, w, g, state, *, lr, friction):
        v = state["v"] = (1 - friction) * state["v"] - lr * g
        return w + v


def test_an_optimiser_of_ones_own_is_one_method():
    w = nn.Parameter(1.0)
    optimizer = Heavy([w], lr=0.1, friction=0.5)
    for _ in range(2):
        w.grad = np.float64(1.0)
        optimizer.step()
    assert w.data == pytest.approx(1.0 - 0.1 - 0.15)


def test_what_it_remembers_is_saved_and_loaded_as_it_is():
    one, other = nn.Parameter(1.0), nn.Parameter(1.0)
    optimizer = Heavy([one], lr=0.1, friction=0.5)
    one.grad = np.float64(1.0)
    optimizer.step()
    again = Heavy([other], lr=0.1, friction=0.5)
    again.load_state_dict(optimizer.state_dict())
    other.data = one.data
    for w, o in ((one, optimizer), (other, again)):
        w.grad = np.float64(1.0)
        o.step()
    assert one.data == other.data


@pytest.mark.parametrize(("new", "text"), [(None, "rule returned nothing"), (np.ones(3), "(3,)")])
def test_a_rule_that_returns_no_weight_is_refused(new, text):
    class Broken(nn.optim.Optimizer):
        def rule(self, w, g, state, *, lr):
            return new

    w = nn.Parameter([1.0, 2.0], name="w")
    w.grad = np.ones(2)
    assert_refused(
        Broken([w]).step, ag.UnsupportedError, text, "for w; it must return the new weight", "(2,)"
    )


def test_pairs_of_names_and_parameters_are_refused_with_the_remedy():
    assert_refused(
        lambda: nn.optim.SGD(nn.Linear(1, 1).named_parameters()),
        ag.OptionError,
        "such as net.parameters()",
        "as named_parameters() gives",
    )


def test_a_mistake_inside_the_parameters_is_raised_unchanged():
    with pytest.raises(TypeError, match="unsupported operand"):
        nn.optim.SGD(1 + "a" for _ in range(2))


# Options of PyTorch, and gradients that are none.


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("value", [None, False])
def test_an_option_that_asks_for_nothing_is_taken(kind, value):
    names = ("foreach", "fused", "capturable", "differentiable")
    assert repr(kind([nn.Parameter(1.0)], **dict.fromkeys(names, value))) == repr(
        kind([nn.Parameter(1.0)])
    )


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("name", "remedy"),
    [
        ("foreach", "leave it out"),
        ("fused", "leave it out"),
        ("capturable", "leave it out"),
        ("differentiable", "a step is not recorded"),
        ("speed", "there are lr"),
    ],
)
def test_an_option_of_another_library_is_refused_with_the_remedy(kind, name, remedy):
    title = f"{kind.__name__}: there is no option {name!r}; "
    assert_refused(lambda: kind([nn.Parameter(1.0)], **{name: True}), ag.OptionError, title, remedy)


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        (SGD, "nesterov"),
        (Adam, "amsgrad"),
        (RMSprop, "centered"),
        (NAdam, "decoupled_weight_decay"),
        (RAdam, "decoupled_weight_decay"),
        *[(kind, "maximize") for kind in KINDS],
    ],
)
@pytest.mark.parametrize("value", ["no", 2, None])
def test_a_switch_is_true_or_false(kind, name, value):
    make = lambda: kind([nn.Parameter(1.0)], **{name: value})  # noqa: E731
    assert_refused(make, ag.OptionError, f"{kind.__name__}: {name}={value!r} must be True or False")


def test_a_rate_can_be_a_tensor():
    w = nn.Parameter([1.0])
    w.grad = np.ones(1)
    nn.optim.SGD([w], lr=ag.tensor(0.5)).step()
    assert w.item() == 0.5


def test_a_closure_that_is_no_function_is_refused():
    step = nn.optim.SGD([nn.Parameter(1.0)], lr=0.5).step
    assert_refused(lambda: step(3.0), ag.OptionError, "SGD: step takes a function")


RATES = [("lr", "lr"), ("learning_rate", "lr"), ("momentum", "momentum"), ("eps", "eps")]


@pytest.mark.parametrize(("name", "option"), RATES)
def test_an_option_of_the_groups_is_no_attribute_and_says_where_it_is(name, option):
    w = nn.Parameter([1.0])
    kind = {"momentum": nn.optim.SGD, "eps": nn.optim.Adam}.get(name, nn.optim.SGD)
    optimizer = kind([w])
    write = f"write for group in optimizer.param_groups: group[{option!r}] = 0.5"
    assert_refused(lambda: setattr(optimizer, name, 0.5), ag.OptionError, kind.__name__, write)
    read = f"write optimizer.param_groups[0][{option!r}]"
    assert_refused(lambda: getattr(optimizer, name), AttributeError, kind.__name__, read)


def test_a_name_that_is_not_an_option_of_an_optimiser_is_an_attribute():
    optimizer = nn.optim.SGD([nn.Parameter([1.0])])
    assert not hasattr(optimizer, "betas")
    optimizer.betas = optimizer.note = 3
    assert optimizer.betas == optimizer.note == 3


def test_a_subclass_may_have_an_attribute_of_the_name_of_an_option():
    class Mine(nn.optim.SGD):
        def __init__(self, params, lr):
            super().__init__(params, lr=lr)
            self.lr = lr

    optimizer = Mine([nn.Parameter([1.0])], 0.5)
    assert optimizer.lr == copy.deepcopy(optimizer).lr == 0.5
