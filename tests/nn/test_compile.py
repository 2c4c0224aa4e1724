"""A compiled training step does what the eager one does, and says what it cannot do."""

import contextlib
import functools
import pickle
import sys
from copy import deepcopy
from threading import Thread

import numpy as np
import pytest

import autograd as ag
import nn
from tests.nn.parity import family, layers, losses, optimisers, recurrent, stored

data = functools.cache(stored)
STEPS = 10
ULPS = 64  # of the largest number, after all steps


def cast(x, dtype):
    x = np.asarray(x)
    return x.astype(dtype) if x.dtype.kind == "f" else x


def eager_step(model, loss, optimizer, inputs, targets):
    value = loss(model(inputs), targets)
    optimizer.zero_grad()
    value.backward()
    optimizer.step()
    return value.data


def apart(one, other):
    """How far two numbers or arrays are apart, in ulps of the larger of 1 and the largest."""
    one, other = np.asarray(one), np.asarray(other)
    assert (one.dtype, one.shape) == (other.dtype, other.shape)
    if one.dtype.kind != "f" or not one.size:
        return 0.0 if np.array_equal(one, other) else np.inf
    both = np.isfinite(one) & np.isfinite(other)
    assert np.array_equal(one[~both], other[~both], equal_nan=True)
    scale = max(1.0, np.abs(one[both]).max(initial=0.0))
    return float(np.abs(one - other)[both].max(initial=0.0) / scale / np.finfo(one.dtype).eps)


def assert_close_runs(model, loss, optimizer, batches, ulps=ULPS):
    """Train a model by compiled steps and a copy of it eagerly, and compare all that there is."""
    other = deepcopy(model)
    theirs = optimizer(other.parameters())
    mine = optimizer(model.parameters())
    step = nn.compile(model, loss, mine)
    for inputs, targets in batches:
        value = step(inputs, targets)
        assert apart(value, eager_step(other, loss, theirs, inputs, targets)) <= ulps
    for (name, one), two in zip(
        model.state_dict().items(), other.state_dict().values(), strict=True
    ):
        assert apart(one, two) <= ulps, name
    assert_same_kind(mine.state_dict(), theirs.state_dict(), ulps)
    return step


def assert_same_kind(one, other, ulps):
    """The same state, but for rounding."""
    assert one["param_groups"] == other["param_groups"]
    assert one["state"].keys() == other["state"].keys()
    for i, memory in one["state"].items():
        assert memory.keys() == other["state"][i].keys()
        for name, value in memory.items():
            assert type(value) is type(other["state"][i][name]), name
            assert apart(value, other["state"][i][name]) <= ulps, name


# Every layer, loss and optimiser of the parity data

stepwise = pytest.mark.parametrize("steps", [STEPS, pytest.param(50, marks=pytest.mark.slow)])


class Behind(nn.Module):
    """A layer behind a learned scale, so that every layer has something to learn from."""

    def __init__(self, name, case, dtype):
        self.layer = layers.made(case)
        self.name, self.case = name, case
        given = data(name)[case.id][0]
        self.layer.load_state_dict(layers.state(given))
        self.scale = nn.Parameter(np.ones(given["x"].shape[-1:]))
        self.to(dtype)

    def forward(self, x):
        x = x * self.scale if x.dtype.kind == "f" else x
        return list(recurrent.flat(family(self.name).fed(self.case, self.layer, x, layers.pooled)))


def half_mean_of_squares(outputs, targets):
    return sum(ag.mean(ag.square(y - targets)) for y in outputs if y.dtype.kind == "f") / 2


def first_cases(name, count):
    seen = {}
    for case in family(name).CASES:
        seen.setdefault(case.name, []).append(case)
    return [pytest.param(name, c, id=c.id) for found in seen.values() for c in found[:count]]


@stepwise
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize(
    ("name", "case"), [*first_cases("layers", 1), *first_cases("recurrent", 1)]
)
def test_a_compiled_step_through_a_layer_is_the_eager_one(name, case, dtype, steps):
    given = data(name)[case.id][0]
    if not given["x"].size:
        pytest.skip("there is nothing to average")
    model = Behind(name, case, dtype)
    batch = cast(given["x"], dtype), np.array(0.25, dtype)
    optimizer = functools.partial(nn.optim.SGD, lr=0.01, momentum=0.5)
    assert_close_runs(model, half_mean_of_squares, optimizer, [batch] * steps)


class Scores(nn.Module):
    """The arguments of a loss, as what is learned."""

    def __init__(self, given, dtype):
        for name, value in given.items():
            setattr(self, name, nn.Parameter(cast(value, dtype)))

    def forward(self, x):
        return {name: p + 0.0 * x for name, p in self.named_parameters()}


@stepwise
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize(("name", "case"), first_cases("losses", 3))
def test_a_compiled_step_through_a_loss_is_the_eager_one(name, case, dtype, steps):
    given = {n: cast(x, dtype) for n, x in data(name)[case.id][0].items()}
    if case.extra.get("certain"):
        pytest.skip("a step would leave the probabilities")
    cotangent = given.pop("cotangent", 1.0)
    learned = {n: given.pop(n) for n in ("input", *losses.DIFFERENTIATED) if n in given}

    def loss(outputs, targets):
        arguments = {**outputs, **targets}
        value = getattr(nn, case.name)(*losses.placed(case, arguments), **arguments, **case.options)
        return ag.sum(value * cotangent)

    rate = 1e-5 if case.name == "binary_cross_entropy" else 1e-3  # they shall stay probabilities
    optimizer = functools.partial(nn.optim.SGD, lr=rate)
    batch = np.array(1.0, dtype), given
    assert_close_runs(Scores(learned, dtype), loss, optimizer, [batch] * steps)


def batches(dtype, count=STEPS, size=8, seed=0):
    rng = np.random.default_rng(seed)
    for _ in range(count):
        x = rng.normal(size=(size, 3))
        yield x.astype(dtype), (x[:, 0] > 0).astype(int) + (x[:, 1] > 0)


def tanh_net(dtype="float64", seed=0):
    rng = np.random.default_rng(seed)
    return nn.Sequential(
        nn.Linear(3, 5, rng=rng, dtype=dtype), nn.Tanh(), nn.Linear(5, 3, rng=rng, dtype=dtype)
    )


OPTIMISERS = [
    pytest.param(name, options, id=f"{name}-{i}")
    for name, several in {**optimisers.OPTIMISERS, "Lion": [{}, {"weight_decay": 0.1}]}.items()
    for i, options in enumerate([*several, {"maximize": True, "lr": 0.001}])
]


@stepwise
@pytest.mark.parametrize(("name", "options"), OPTIMISERS)
def test_a_compiled_step_of_an_optimiser_is_the_eager_one(name, options, steps):
    for dtype in ("float32", "float64"):
        optimizer = functools.partial(getattr(nn.optim, name), **{"eps": 1e-4} | options)
        if name in ("SGD", "Lion"):
            optimizer = functools.partial(getattr(nn.optim, name), **options)
        loose = 1e6 if name == "Lion" else 1024  # a sign makes a step of a rounding
        given = batches(dtype, steps)
        assert_close_runs(tanh_net(dtype), nn.cross_entropy, optimizer, given, loose)


def test_groups_have_options_of_their_own():
    def optimizer(parameters):
        first, *rest = parameters
        return nn.optim.Adam([{"params": [first], "lr": 0.1}, {"params": rest}], weight_decay=0.1)

    assert_close_runs(tanh_net(), nn.cross_entropy, optimizer, batches("float64"), 1e6)


def test_a_frozen_parameter_and_one_that_is_not_used_stay():
    class Net(nn.Module):
        def __init__(self):
            self.used, self.unused = nn.Linear(3, 3, rng=0), nn.Linear(3, 3, rng=1)
            self.used.bias.requires_grad = False

        def forward(self, x):
            return self.used(x)

    net = Net()
    before = net.state_dict()
    optimizer = functools.partial(nn.optim.SGD, lr=0.1, momentum=0.5, weight_decay=0.1)
    assert_close_runs(net, nn.cross_entropy, optimizer, batches("float64", 5))
    moved = [name for name, value in net.state_dict().items() if (value != before[name]).any()]
    assert moved == ["used.weight"]


def test_a_shared_weight_moves_once():
    class Tied(nn.Module):
        def __init__(self):
            self.first = nn.Linear(3, 3, rng=0)
            self.second = nn.Linear(3, 3, rng=1)
            self.second.weight = self.first.weight

        def forward(self, x):
            return self.second(ag.tanh(self.first(x)))

    optimizer = functools.partial(nn.optim.SGD, lr=0.1, momentum=0.9)
    assert_close_runs(Tied(), nn.cross_entropy, optimizer, batches("float64"))


def test_a_penalty_and_bounded_gradients_are_part_of_the_step():
    model = tanh_net()
    other = deepcopy(model)

    def loss_of(net):
        return lambda y, t: nn.cross_entropy(y, t) + 0.1 * nn.l2_penalty(net.parameters())

    mine, theirs = (nn.optim.SGD(m.parameters(), lr=0.5) for m in (model, other))
    step = nn.compile(model, loss_of(model), mine, max_norm=0.05)
    loss = loss_of(other)
    for x, t in batches("float64"):
        step(x, t)
        theirs.zero_grad()
        loss(other(x), t).backward()
        nn.utils.clip_grad_norm_(list(other.parameters()), 0.05)
        theirs.step()
    for p, q in zip(model.parameters(), other.parameters(), strict=True):
        assert apart(p.data, q.data) <= ULPS


def norm_and_dropout(seed=0):
    rng = np.random.default_rng(seed)
    return nn.Sequential(
        nn.Linear(3, 6, bias=False, rng=rng),
        nn.BatchNorm1d(6),
        nn.Tanh(),
        nn.Dropout(0.5, rng=seed),
        nn.Linear(6, 3, rng=rng),
    )


def test_running_statistics_and_masks_are_those_of_eager_steps():
    optimizer = functools.partial(nn.optim.SGD, lr=0.1, momentum=0.9)
    assert_close_runs(norm_and_dropout(), nn.cross_entropy, optimizer, batches("float64"))


@pytest.mark.parametrize(
    "loss",
    [
        nn.cross_entropy,
        nn.CrossEntropyLoss(weight=[1.0, 2.0, 0.5]),
        nn.CrossEntropyLoss(label_smoothing=0.25),
        lambda y, t: nn.nll_loss(ag.log_softmax(y, 1), t),
    ],
)
def test_targets_that_are_left_out_now_and_then_cost_nothing(loss):
    def some(batch, i):
        x, t = batch
        return x, np.where(np.arange(len(t)) < i % 3, -100, t)

    given = [some(batch, i) for i, batch in enumerate(batches("float64"))]
    optimizer = functools.partial(nn.optim.SGD, lr=0.1)
    assert_close_runs(tanh_net(), loss, optimizer, given)


SCHEDULES = [
    lambda o: nn.optim.lr_scheduler.StepLR(o, 3),
    lambda o: nn.optim.lr_scheduler.CosineAnnealingLR(o, 20),
    lambda o: nn.optim.lr_scheduler.OneCycleLR(o, 0.1, STEPS + 1),
    lambda o: nn.optim.lr_scheduler.CyclicLR(o, 0.01, 0.1, 5),
]


@pytest.mark.parametrize("schedule", SCHEDULES)
@pytest.mark.parametrize("kind", [nn.optim.SGD, nn.optim.AdamW])
def test_rates_and_momenta_of_a_schedule_are_read_at_each_step(kind, schedule):
    options = {"momentum": 0.9} if kind is nn.optim.SGD else {"eps": 1e-3}
    model = tanh_net()
    other = deepcopy(model)
    mine, theirs = (kind(m.parameters(), lr=0.1, **options) for m in (model, other))
    ours, other_schedule = schedule(mine), schedule(theirs)
    step = nn.compile(model, nn.cross_entropy, mine)
    programs = set()
    for x, t in batches("float64"):
        step(x, t)
        programs.add(id(step.program))
        eager_step(other, nn.cross_entropy, theirs, x, t)
        ours.step()
        other_schedule.step()
    for p, q in zip(model.parameters(), other.parameters(), strict=True):
        assert apart(p.data, q.data) <= 1e4
    assert len(programs) <= 3  # none, and one more where the momentum turns out to move


@pytest.mark.parametrize("kind", [nn.optim.SGD, nn.optim.AdamW])
def test_float16_is_kept_in_float16_and_computed_in_float32(kind):
    net = nn.Sequential(nn.Linear(3, 6, rng=0), nn.BatchNorm1d(6), nn.Linear(6, 3, rng=1))
    optimizer = functools.partial(kind, lr=0.01)
    given = [(x.astype("float16"), t) for x, t in batches("float64", 20)]
    assert_close_runs(net.to("float16"), nn.cross_entropy, optimizer, given)


def test_inputs_may_be_nested_and_lists():
    class Two(nn.Module):
        def __init__(self):
            self.one = nn.Linear(2, 1, rng=0)

        def forward(self, inputs):
            return self.one(inputs["a"]) + self.one(inputs["b"][0])

    net, other = Two(), Two()
    step = nn.compile(net, nn.mse_loss, nn.optim.SGD(net.parameters(), lr=0.01))
    theirs = nn.optim.SGD(other.parameters(), lr=0.01)
    for i in range(4):
        given = {"a": [[1.0, i]], "b": (np.ones((1, 2)),)}
        mine = step(given, [[2.0]])
        assert apart(mine, eager_step(other, nn.mse_loss, theirs, given, [[2.0]])) <= ULPS


# What changes makes another program


def test_changes_are_seen_by_the_next_step():
    model = norm_and_dropout()
    optimizer = nn.optim.Adam(model.parameters(), lr=0.01, eps=1e-3)
    other, theirs = pickle.loads(pickle.dumps((model, optimizer)))
    step = nn.compile(model, nn.cross_entropy, optimizer)
    changes = {
        3: lambda m, o: m[3].train(False),
        6: lambda m, o: m.train(),
        9: lambda m, o: setattr(m[3], "p", 0.25),
        12: lambda m, o: setattr(m[4].weight, "requires_grad", False),
        15: lambda m, o: o.param_groups[0].update(weight_decay=0.5),
        18: lambda m, o: m[4].requires_grad_(),
        21: lambda m, o: setattr(m[0].weight, "data", m[0].weight.data * 2.0),
        24: lambda m, o: m[3].reset_parameters(5),
        27: lambda m, o: setattr(m, "2", nn.ReLU()),
    }
    for i, (x, t) in enumerate(batches("float64", 30)):
        if i in changes:
            changes[i](model, optimizer)
            changes[i](other, theirs)
        x, t = (x[:5], t[:5]) if i % 4 == 3 else (x, t)
        value = step(x, t)
        assert apart(value, eager_step(other, nn.cross_entropy, theirs, x, t)) < 1e5, i
    for p, q in zip(model.parameters(), other.parameters(), strict=True):
        assert apart(p.data, q.data) <= 1e5


def test_a_number_of_the_loss_that_changes_is_seen():
    factor = 1.0
    w = nn.Parameter([1.0])
    net = nn.Module()
    net.w, net.forward = w, lambda x: w * x
    step = nn.compile(net, lambda y, t: ag.sum(factor * y - t), nn.optim.SGD([w], lr=0.5))
    assert step(np.ones(1), np.zeros(1)) == 1.0
    factor = 2.0
    assert step(np.ones(1), np.zeros(1)) == 1.0  # twice a half


def test_eager_and_compiled_steps_go_on_from_each_other():
    model = tanh_net()
    other = deepcopy(model)
    mine, theirs = (nn.optim.Adam(m.parameters(), eps=1e-3) for m in (model, other))
    step = nn.compile(model, nn.cross_entropy, mine)
    for i, (x, t) in enumerate(batches("float64", 12)):
        eager_step(other, nn.cross_entropy, theirs, x, t)
        if i % 3 == 1:
            eager_step(model, nn.cross_entropy, mine, x, t)
        else:
            step(x, t)
        if i == 7:
            mine.load_state_dict(mine.state_dict())
        assert mine.state[model[0].weight]["step"] == i + 1
    for p, q in zip(model.parameters(), other.parameters(), strict=True):
        assert apart(p.data, q.data) <= ULPS
    assert_same_kind(mine.state_dict(), theirs.state_dict(), ULPS)


def test_an_optimiser_that_forgets_begins_anew():
    model = tanh_net()
    other = deepcopy(model)
    mine, theirs = (nn.optim.SGD(m.parameters(), lr=0.1, momentum=0.9) for m in (model, other))
    step = nn.compile(model, nn.cross_entropy, mine)
    for i, (x, t) in enumerate(batches("float64", 9)):
        if i == 4:
            mine.state.clear()
            theirs.state.clear()
        step(x, t)
        eager_step(other, nn.cross_entropy, theirs, x, t)
    assert_same_kind(mine.state_dict(), theirs.state_dict(), ULPS)


def test_a_step_that_is_refused_draws_as_often_as_an_eager_one():
    model = norm_and_dropout()
    other = deepcopy(model)
    mine, theirs = (nn.optim.SGD(m.parameters(), lr=0.1) for m in (model, other))
    step = nn.compile(model, nn.cross_entropy, mine)
    for i, (x, t) in enumerate(batches("float64", 6)):
        if i == 3:
            with pytest.raises(ag.IndexingError):
                step(x, t + 100)
            with pytest.raises(ag.IndexingError):
                nn.cross_entropy(other(x), t + 100)
        value = step(x, t)
        assert apart(value, eager_step(other, nn.cross_entropy, theirs, x, t)) <= ULPS


def test_what_was_read_before_a_step_keeps_its_numbers():
    model = tanh_net()
    optimizer = nn.optim.Adam(model.parameters())
    step = nn.compile(model, nn.cross_entropy, optimizer)
    (x, t), *_ = batches("float64", 1)
    step(x, t)
    kept = []
    for _ in range(4):
        arrays = [*(p.data for p in model.parameters())]
        arrays += [m["exp_avg"] for m in optimizer.state.values()]
        kept += [(array, array.copy()) for array in arrays]
        step(x, t)
    for array, copy in kept:
        assert np.array_equal(array, copy)


def test_gradients_stay_empty():
    model = tanh_net()
    step = nn.compile(model, nn.cross_entropy, nn.optim.Adam(model.parameters()))
    for x, t in batches("float64", 3):
        step(x, t)
        assert all(p.grad is None for p in model.parameters())


def test_saved_weights_are_the_newest(tmp_path):
    model = tanh_net()
    step = nn.compile(model, nn.cross_entropy, nn.optim.SGD(model.parameters(), lr=0.1))
    for x, t in batches("float64", 3):
        step(x, t)
    nn.save(model, tmp_path / "w.npz")
    read = nn.load(tanh_net(seed=1), tmp_path / "w.npz")
    for p, q in zip(model.parameters(), read.parameters(), strict=True):
        assert np.array_equal(p.data, q.data)


def test_the_optimiser_can_be_copied_between_compiled_steps():
    model = tanh_net()
    optimizer = nn.optim.Adam(model.parameters())
    step = nn.compile(model, nn.cross_entropy, optimizer)
    for x, t in batches("float64", 3):
        step(x, t)
    _, other = pickle.loads(pickle.dumps((model, optimizer)))
    assert_same_kind(other.state_dict(), optimizer.state_dict(), 0)


def test_in_a_debug_block_the_operations_run_one_by_one():
    model = tanh_net()
    other = deepcopy(model)
    mine, theirs = (nn.optim.Adam(m.parameters(), eps=1e-3) for m in (model, other))
    step = nn.compile(model, nn.cross_entropy, mine)
    for i, (x, t) in enumerate(batches("float64", 6)):
        if i > 2:
            with ag.debug():
                value = step(x, t)
        else:
            value = step(x, t)
        assert apart(value, eager_step(other, nn.cross_entropy, theirs, x, t)) <= ULPS
    assert_same_kind(mine.state_dict(), theirs.state_dict(), ULPS)


def test_the_program_reads_like_the_algorithm():
    net = nn.Linear(2, 1, bias=False, rng=0)
    step = nn.compile(net, nn.mse_loss, nn.optim.SGD(net.parameters(), lr=0.1))
    assert step.program is None
    assert step.explain() == "nothing is compiled yet"
    step(np.ones((3, 2)), np.ones((3, 1)))
    text = str(step.program)
    assert "inputs @ weight.T" in text
    assert "weight <- weight - lr * " in text
    assert "0.1" not in text  # the rate is an argument
    assert step.explain() != "nothing is compiled yet"


# What is refused


def refused(model, loss=nn.cross_entropy, optimizer=None, kind=ag.GlassgradError):
    step = nn.compile(model, loss, optimizer or nn.optim.SGD(model.parameters(), lr=0.1))
    (x, t), *_ = batches("float64", 1)
    with pytest.raises(kind) as found:
        step(x, t)
    return str(found.value)


def test_an_optimiser_with_a_step_of_its_own_is_refused():
    net = tanh_net()
    with pytest.raises(ag.OptionError, match="compile: LBFGS has a step of its own"):
        nn.compile(net, nn.cross_entropy, nn.optim.LBFGS(net.parameters()))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((None, nn.mse_loss, None), "takes a module first, not NoneType"),
        ((nn.Linear(1, 1), 3.0, None), "the loss is a float; give a function"),
        ((nn.Linear(1, 1), nn.mse_loss, nn.optim.SGD), "optimizer is a type; give an object"),
    ],
)
def test_what_is_no_training_is_refused(arguments, message):
    with pytest.raises(ag.OptionError, match=message):
        nn.compile(*arguments)


def test_a_hook_is_refused_and_called_once_it_is_eager():
    net = tanh_net()
    with net[1].register_forward_hook(lambda module, inputs, output: None):
        assert "compile: Tanh 1 has a forward hook" in refused(net, kind=ag.CaptureError)
    step = nn.compile(net, nn.cross_entropy, nn.optim.SGD(net.parameters(), lr=0.1))
    for x, t in batches("float64", 2):
        step(x, t)
    net[1].register_forward_hook(lambda module, inputs, output: None)
    with pytest.raises(ag.CaptureError, match="a program would not call"):
        step(x, t)


def test_a_loss_that_reads_numbers_is_refused_with_its_line():
    def loss(y, t):
        return nn.cross_entropy(y, t) * (2.0 if y.max() > 100.0 else 1.0)

    text = refused(tanh_net(), loss, kind=ag.CaptureError)
    assert "'y.max() > 100.0'" in text


def test_a_loss_that_depends_on_nothing_is_refused():
    assert "depends on no parameter" in refused(tanh_net(), lambda y, t: ag.sum(y.detach()))


def test_a_loss_that_is_no_number_is_refused():
    text = refused(tanh_net(), functools.partial(nn.cross_entropy, reduction="none"))
    assert "the loss has shape (8,); it must be one number, a mean" in text


def test_a_wrong_target_of_a_later_step_is_refused_as_by_the_loss():
    net = tanh_net()
    step = nn.compile(net, nn.cross_entropy, nn.optim.Adam(net.parameters()))
    for x, t in batches("float64", 3):
        step(x, t)
    before = net.state_dict()
    with pytest.raises(ag.IndexingError, match="cross_entropy: class 7 is out of bounds"):
        step(x, t + np.array([7, *[0] * 7]) * (t == t) - t * (np.arange(8) == 0))
    for name, value in net.state_dict().items():
        assert np.array_equal(value, before[name])


def test_a_wrong_input_of_a_later_step_names_the_layer():
    net = nn.Sequential(nn.Embedding(3, 2, rng=0), nn.Linear(2, 3, rng=0))
    step = nn.compile(net, nn.cross_entropy, nn.optim.SGD(net.parameters(), lr=0.1))
    for _ in range(2):
        step(np.array([0, 1]), np.array([0, 1]))
    with pytest.raises(ag.IndexingError, match="Embedding 0: input goes from 0 to 3"):
        step(np.array([0, 3]), np.array([0, 1]))


def test_options_that_do_not_fit_are_refused_before_a_step():
    net = tanh_net()
    optimizer = nn.optim.SGD(net.parameters(), lr=0.1)
    step = nn.compile(net, nn.cross_entropy, optimizer)
    (x, t), *_ = batches("float64", 1)
    step(x, t)
    optimizer.param_groups[0]["lr"] = -1.0
    with pytest.raises(ag.OptionError, match="lr=-1"):
        step(x, t)


def test_a_rule_of_your_own_is_compiled():
    class Signs(nn.optim.Optimizer):
        def rule(self, w, g, state, *, lr):
            state["mean"] = 0.5 * state["mean"] + 0.5 * g
            return w - lr * ag.tanh(state["mean"])

    optimizer = functools.partial(Signs, lr=0.1)
    assert_close_runs(tanh_net(), nn.cross_entropy, optimizer, batches("float64"))


# Training


def digits_net():
    return nn.Sequential(nn.Linear(64, 32, rng=1), nn.ReLU(), nn.Linear(32, 10, rng=2))


def fitted(compile, net, train, epochs=4, **options):
    optimizer = nn.optim.Adam(net.parameters(), lr=0.003)
    options = {"metrics": "accuracy", "rng": 0, "epochs": epochs} | options
    history = nn.fit(net, nn.cross_entropy, train, optimizer=optimizer, compile=compile, **options)
    return net, history


def assert_equal_histories(one, other, rtol):
    assert list(one) == list(other)
    for name, column in one.items():
        np.testing.assert_allclose(column, other[name], rtol=rtol, err_msg=name)


def test_digits_are_learned_as_well_by_a_program():
    digits = pytest.importorskip("sklearn.datasets").load_digits()
    train = digits.data[:600] / 16.0, digits.target[:600]
    valid = digits.data[600:900] / 16.0, digits.target[600:900]
    _, eager = fitted(False, digits_net(), train, valid=valid)
    _, compiled = fitted(True, digits_net(), train, valid=valid)
    assert compiled.last["valid_accuracy"] == eager.last["valid_accuracy"] > 0.7
    assert_equal_histories(compiled, eager, 1e-9)


def small_training(seed=0):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(53, 3))
    return x, (x[:, 0] > 0).astype(int) + (x[:, 1] > 0)


def everything(compile, epochs=6, **options):
    net = norm_and_dropout()
    optimizer = nn.optim.Adam(net.parameters(), lr=0.01, eps=1e-3)
    schedule = nn.optim.lr_scheduler.StepLR(optimizer, 2)
    history = nn.fit(
        net,
        nn.cross_entropy,
        small_training(),
        small_training(1),
        optimizer=optimizer,
        schedule=schedule,
        epochs=epochs,
        batch_size=8,
        metrics="accuracy",
        max_norm=0.5,
        ema=0.9,
        rng=3,
        compile=compile,
        **options,
    )
    return net, history


def test_all_that_fit_does_is_done_with_compiled_steps():
    (net, history), (other, expected) = everything(True), everything(False)
    assert_equal_histories(history, expected, 1e-9)
    for name, value in net.state_dict().items():
        np.testing.assert_allclose(value, other.state_dict()[name], rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("epochs", [1, 3])
def test_a_resumed_training_makes_the_same_compiled_steps(epochs, tmp_path):
    whole, expected = everything(True)
    everything(True, epochs, checkpoint=tmp_path / "run")
    resumed, history = everything(True, checkpoint=tmp_path / "run", resume=True)
    assert_equal_histories(history, expected, 0)
    for name, value in resumed.state_dict().items():
        assert np.array_equal(value, whole.state_dict()[name]), name


def test_patience_ends_a_compiled_training_where_it_ends_an_eager_one():
    (_, history), (_, expected) = (everything(c, 30, patience=2) for c in (True, False))
    assert history.stopped == expected.stopped
    assert len(history["loss"]) == len(expected["loss"])


def test_a_loss_of_your_own_is_averaged_as_in_eager_steps():
    def total(outputs, targets):
        return ag.sum(ag.square(outputs - targets))

    x = np.random.default_rng(0).normal(size=(21, 2))
    found = []
    for compile in (True, False):
        net = nn.Linear(2, 2, rng=0)
        optimizer = nn.optim.SGD(net.parameters(), lr=0.01)
        found.append(
            nn.fit(net, total, (x, x), optimizer=optimizer, rng=0, epochs=2, compile=compile)
        )
    assert_equal_histories(*found, 1e-9)


def message(compile, loss=nn.cross_entropy, rate=0.01, train=None):
    net = tanh_net()
    optimizer = nn.optim.SGD(net.parameters(), lr=rate)
    train = small_training() if train is None else train
    with pytest.raises(ag.GlassgradError) as found:
        nn.fit(net, loss, train, optimizer=optimizer, rng=0, compile=compile)
    return type(found.value), str(found.value)


def test_the_first_number_that_is_not_finite_is_named_as_in_eager_steps():
    def overflowing(y, t):
        return nn.cross_entropy(y, t) + ag.sum(ag.exp(ag.exp(5.0 * y)))

    kind, text = message(True, overflowing, 0.5)
    assert kind is nn.NonFiniteError
    assert text.split("\n")[0] == message(False, overflowing, 0.5)[1].split("\n")[0]


def test_a_step_that_would_make_a_weight_infinite_is_refused_as_in_eager_steps():
    def steep(y, t):
        return 1e200 * nn.cross_entropy(y, t)

    kind, text = message(True, steep, 1e200)
    assert kind is nn.NonFiniteError
    assert (kind, text) == message(False, steep, 1e200)
    assert "this step would make" in text


@pytest.mark.parametrize("compile", [True, False])
def test_a_running_number_that_would_become_infinite_is_refused(compile):
    net = norm_and_dropout()
    x, t = small_training()
    with pytest.raises(nn.NonFiniteError, match=r"this step would make 1.running_var infinite"):
        nn.fit(net, nn.cross_entropy, (np.where(x > 2.0, 1e200, x), t), rng=0, compile=compile)
    assert np.isfinite(net[1].running_var.data).all()


def test_a_class_that_does_not_exist_is_refused_as_in_eager_steps():
    x, t = small_training()
    wrong = x, np.where(np.arange(len(t)) == 40, 9, t)
    assert message(True, train=wrong) == message(False, train=wrong)


def test_pieces_of_a_step_are_refused():
    net = tanh_net()
    with pytest.raises(ag.OptionError, match="accumulate=2 cuts it into pieces"):
        nn.fit(net, nn.cross_entropy, small_training(), accumulate=2, compile=True)


class Noisy(nn.Module):
    """Draws with a method of its generator."""

    def __init__(self):
        self.linear = nn.Linear(2, 1, rng=0)
        self.rng = np.random.default_rng(0)

    def forward(self, x):
        return self.linear(x + self.rng.normal(size=(4, 2)))


def test_a_method_of_a_generator_is_refused():
    net = Noisy()
    step = nn.compile(net, nn.mse_loss, nn.optim.SGD(net.parameters(), lr=0.1))
    with pytest.raises(ag.CaptureError, match=r"^compile: .*write ag\.random\.normal"):
        step(np.ones((4, 2)), np.ones((4, 1)))
    with pytest.raises(ag.CaptureError, match=r"write ag\.random\.normal"):
        nn.fit(net, nn.mse_loss, (np.ones((4, 2)), np.ones((4, 1))), epochs=3, compile=True)


def test_an_optimiser_of_another_model_is_refused_at_once():
    net = nn.Linear(2, 1, rng=0)
    other = nn.optim.SGD(deepcopy(net).parameters(), lr=0.1)
    with pytest.raises(ag.OptionError, match=r"^compile: SGD has no parameter of Linear; "):
        nn.compile(net, nn.mse_loss, other)


def test_a_step_shows_what_was_made_of_it():
    net = nn.Linear(2, 1, rng=0)
    step = nn.compile(net, nn.mse_loss, nn.optim.SGD(net.parameters(), lr=0.1))
    assert step.program is step.optimised is step.source is None
    step(np.ones((4, 2)), np.ones((4, 1)))
    assert len(step.optimised) < len(step.program)
    assert "def run(" in step.source
    assert len(step.explain(passes=True)) > len(step.explain())


# What a step must see, and what it must not hide


X, T = np.eye(4, 3), np.array([0, 1, 1, 0])


def small():
    return nn.Sequential(nn.Linear(3, 4, rng=0), nn.ReLU(), nn.Linear(4, 2, rng=1))


def test_no_gradient_of_before_a_step_is_left():
    net = small()
    optimizer = nn.optim.SGD(net.parameters(), lr=0.5)
    step = nn.compile(net, nn.cross_entropy, optimizer)
    nn.cross_entropy(net(X), T).backward()
    step(X, T)
    assert [p.grad for p in net.parameters()] == [None] * 4


def test_another_list_of_parameters_is_seen():
    net = small()
    optimizer = nn.optim.SGD(net.parameters(), lr=0.5, momentum=0.5)
    step = nn.compile(net, nn.cross_entropy, optimizer)
    step(X, T)
    before = [p.data.copy() for p in net.parameters()]
    optimizer.param_groups[0]["params"] = [net[2].bias]
    step(X, T)
    moved = [not np.array_equal(p.data, b) for p, b in zip(net.parameters(), before, strict=True)]
    assert moved == [False, False, False, True]


FACTOR = 1.0


class Scaled(nn.optim.Optimizer):
    """A rule that reads a global and an attribute."""

    own = 1.0

    def rule(self, w, g, state, *, lr):
        return w - lr * FACTOR * self.own * g


@pytest.mark.parametrize("where", ["global", "attribute"])
def test_a_number_that_a_rule_reads_is_seen(where, monkeypatch):
    net = small()
    optimizer = Scaled(net.parameters(), lr=0.5)
    step = nn.compile(net, nn.cross_entropy, optimizer)
    assert step(X, T) > step(X, T)
    if where == "global":
        monkeypatch.setitem(globals(), "FACTOR", 0.0)
    else:
        optimizer.own = 0.0
    step(X, T)
    assert step(X, T) == step(X, T)


@pytest.mark.parametrize("change", ["another array", "in place"])
def test_an_array_that_a_rule_reads_is_seen(change):
    net = small()
    optimizer = Scaled(net.parameters(), lr=0.5)
    optimizer.own = np.ones(())
    step = nn.compile(net, nn.cross_entropy, optimizer)
    assert step(X, T) > step(X, T)
    if change == "in place":
        optimizer.own[...] = 0.0
    else:
        optimizer.own = np.zeros(())
    step(X, T)
    assert step(X, T) == step(X, T)


def test_what_a_step_is_made_of_cannot_be_set():
    net = small()
    step = nn.compile(net, nn.cross_entropy, nn.optim.SGD(net.parameters()))
    with pytest.raises(AttributeError, match="model"):
        step.model = small()


def test_a_backend_that_is_none_is_refused_at_once():
    net = small()
    with pytest.raises(ag.OptionError, match="no backend 'cuda'; write"):
        nn.compile(net, nn.cross_entropy, nn.optim.SGD(net.parameters()), backend="cuda")


def test_a_step_without_gradients_is_refused():
    net = small()
    step = nn.compile(net, nn.cross_entropy, nn.optim.SGD(net.parameters()))
    with ag.no_grad(), pytest.raises(ag.GradientError, match=r"no_grad.*outside"):
        step(X, T)


def test_a_loss_that_python_reads_is_refused_with_its_line():
    net = small()
    step = nn.compile(net, lambda y, t: float(ag.sum(y)), nn.optim.SGD(net.parameters()))
    with pytest.raises(ag.CaptureError, match=r"float\(ag.sum\(y\)\)' .*return what is to be"):
        step(X, T)


def test_a_step_that_has_to_be_eager_says_why():
    class Texts(nn.optim.Optimizer):
        def rule(self, w, g, state, *, lr):
            state["note"] = "seen"
            return w - lr * g

    net = small()
    step = nn.compile(net, nn.cross_entropy, Texts(net.parameters(), lr=0.5))
    first = step(X, T)
    with pytest.warns(UserWarning, match="compile: made a step eagerly; .*note='seen'"):
        assert step(X, T) < first


# Interrupts, and several threads


def small_step(optimizer=nn.optim.Adam, **options):
    net = nn.Linear(3, 2, rng=0)
    opt = optimizer(net.parameters(), **options)
    x, y = np.ones((8, 3)), np.ones((8, 2))
    return net, opt, nn.compile(net, nn.mse_loss, opt), x, y


def test_an_interrupt_while_a_program_is_chosen_leaves_none_of_before(monkeypatch):
    from nn.compiled.program import StepProgram

    _, opt, step, x, y = small_step(nn.optim.SGD, lr=0.1)
    step(x, y)
    opt.param_groups[0]["maximize"] = True

    def interrupted(self, assumes):
        monkeypatch.undo()
        raise KeyboardInterrupt

    monkeypatch.setattr(StepProgram, "_compiled", interrupted)
    with pytest.raises(KeyboardInterrupt):
        step(x, y)
    losses = [float(step(x, y)) for _ in range(3)]
    assert losses == sorted(losses)
    assert losses[0] < losses[2]


def test_steps_are_counted_when_weights_are_written(monkeypatch):
    """An interrupt as soon as the program has written finds the count of this step."""
    _, _, step, x, y = small_step()
    for _ in range(3):
        step(x, y)

    memory = step._steps.memory
    applied = step._steps._program.applied

    def run_and_stop(*args):
        applied(*args)
        raise KeyboardInterrupt

    monkeypatch.setattr(step._steps._program, "applied", run_and_stop)
    with pytest.raises(KeyboardInterrupt):
        step(x, y)
    assert memory.numbers[0]["step"] == 4.0


def test_two_threads_count_every_step():
    _, opt, step, x, y = small_step()
    step(x, y)
    step(x, y)
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        threads = [Thread(target=lambda: [step(x, y) for _ in range(300)]) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(usual)
    assert {int(memory["step"]) for memory in opt.state.values()} == {602}


def test_weights_that_come_from_another_process_need_no_other_program():
    net, _, step, x, y = small_step()
    for _ in range(3):
        step(x, y)
    made = step._steps._program._made
    net.weight.data = pickle.loads(pickle.dumps(net.weight.data))
    step(x, y)
    assert step._steps._program._made == made


@pytest.mark.parametrize("backend", ["numpy", "auto"])
def test_a_step_goes_on_with_new_weights_after_one_that_could_not_be_written(backend):
    net, opt, _, x, y = small_step(nn.optim.SGD, lr=0.1)
    step = nn.compile(net, nn.mse_loss, opt, backend=backend)
    for _ in range(3):
        step(x, y)
    net.weight.data.flags.writeable = False
    for _ in range(3):
        with contextlib.suppress(ValueError):
            step(x, y)
    net.weight.data = np.zeros((2, 3))
    first = float(step(x, y))
    assert float(step(x, y)) < first
