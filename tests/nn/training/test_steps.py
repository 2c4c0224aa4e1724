"""Steps from several batches, averaged weights, the search for a learning rate, and streams."""

import copy

import numpy as np
import pytest

import autograd as ag
import nn
from nn.training.averaging import Average
from tests.nn.training.killed import assert_has_weights, train, training
from tests.nn.training.test_callbacks import StopAt
from tests.nn.training.test_checkpoints import assert_equal_runs
from tests.refusals import assert_refused


def points(count=96, seed=0):
    rng = np.random.default_rng(seed)
    inputs = rng.normal(size=(count, 3))
    return nn.data.Dataset(inputs, rng.integers(0, 3, count))


def ignoring(targets):
    """Leave out all targets but the first twenty."""
    return np.where(np.arange(len(targets)) < 20, targets, -100)


WEIGHTS = np.array([1.0, 5.0, 0.25])
LOSSES = {
    "mean": nn.cross_entropy,
    "sum": nn.CrossEntropyLoss(reduction="sum"),
    "weights of classes": nn.CrossEntropyLoss(weight=WEIGHTS),
    "smoothed": nn.CrossEntropyLoss(weight=WEIGHTS, label_smoothing=0.1),
    "of the user": lambda outputs, targets: ag.mean(nn.cross_entropy(outputs, targets)),
    "sum of the user": lambda outputs, targets: 48 * nn.cross_entropy(outputs, targets),
}


def learned(loss, data, **options):
    model = nn.models.MLP(3, 5, 3, activation=nn.Tanh, rng=0)
    optimizer = nn.optim.SGD(model.parameters(), lr=0.01)
    history = nn.fit(model, loss, data, optimizer=optimizer, rng=1, **{"epochs": 2, **options})
    return model, history


@pytest.mark.parametrize("name", [name for name in LOSSES if name != "sum of the user"])
def test_accumulated_batches_are_one_large_batch(name):
    data = points(90)  # the last group has batches of 8, 8, 8 and 2
    large = learned(LOSSES[name], data, batch_size=32)
    small = learned(LOSSES[name], data, batch_size=8, accumulate=4)
    for one, other in zip(large[0].parameters(), small[0].parameters(), strict=True):
        np.testing.assert_allclose(one.data, other.data, rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(large[1]["loss"], small[1]["loss"], rtol=1e-12)


@pytest.mark.parametrize(
    "loss",
    [
        lambda outputs, targets: 0.5 * LOSSES["weights of classes"](outputs, targets),
        lambda outputs, targets: ag.sqrt(nn.cross_entropy(outputs, targets)),
    ],
)
def test_a_loss_that_pieces_do_not_make_is_not_accumulated(loss):
    assert_refused(
        lambda: learned(loss, points(), batch_size=8, accumulate=4),
        ag.OptionError,
        "accumulate= cannot make it of pieces",
    )


def test_accumulated_batches_may_have_no_target_that_counts():
    data = points().map(targets=ignoring)
    options = {"transform": lambda inputs, rng: inputs}
    large = learned(nn.cross_entropy, data, batch_size=96, **options)
    small = learned(nn.cross_entropy, data, batch_size=4, accumulate=24, **options)
    for one, other in zip(large[0].parameters(), small[0].parameters(), strict=True):
        np.testing.assert_allclose(one.data, other.data, rtol=1e-12, atol=1e-14)
    nothing = points().map(targets=lambda t: np.full(len(t), -100))
    assert_refused(
        lambda: learned(nn.cross_entropy, nothing, accumulate=3), ag.OptionError, "nothing to av"
    )


def test_a_run_with_accumulation_and_averages_is_resumed_to_the_same_bits(tmp_path):
    options = {"accumulate": 3, "ema": 0.9, "epochs": 4, "batch_size": 8}
    train(tmp_path / "run", callbacks=StopAt(2, 3), **options)
    assert_equal_runs(train(tmp_path / "run", **options), train(None, **options))
    for name, other in (("accumulate", 2), ("ema", 0.8)):
        assert_refused(
            lambda name=name, other=other: train(tmp_path / "run", **{**options, name: other}),
            nn.StateError,
            f"{name} was {options[name]} and is {other}",
        )


# Averaged weights


class Weights(nn.Callback):
    def __init__(self):
        self.seen = []

    def on_batch(self, run):
        self.seen.append(run.model.state_dict())


def averaged(seen, decay):
    mean = seen[0]
    for state in seen[1:]:
        mean = {name: decay * mean[name] + (1 - decay) * state[name] for name in state}
    return mean


def test_the_model_ends_with_the_mean_of_its_weights():
    weights, model = Weights(), nn.Linear(3, 3, rng=0)
    nn.fit(model, nn.cross_entropy, points(), epochs=3, ema=0.75, callbacks=weights, rng=0)
    for name, mean in averaged(weights.seen, 0.75).items():
        np.testing.assert_allclose(model.state_dict()[name], mean, rtol=1e-14)


def test_the_average_of_float16_moves_by_less_than_its_rounding():
    model = nn.Linear(1, 1, bias=False).to("float16")
    average = Average(model, 0.999)
    for w in [1.0, *[1.25] * 1000]:
        model.weight.data = np.array([[w]], np.float16)
        average.update()
    with average.used():
        assert model.weight.dtype == np.float16
        assert model.weight.item() == pytest.approx(1.25 - 0.25 * 0.999**1000, abs=1e-3)


def test_averaging_does_not_disturb_the_steps():
    seen = []
    for ema in (None, 0.9):
        weights, model = Weights(), nn.Linear(3, 3, rng=0)
        options = {"valid": points(seed=1), "ema": ema, "callbacks": weights}
        nn.fit(model, nn.cross_entropy, points(), epochs=2, rng=0, **options)
        seen.append(weights.seen)
    for one, other in zip(*seen, strict=True):
        for name in one:
            np.testing.assert_array_equal(one[name], other[name])


def test_validation_is_of_the_averaged_weights():
    model = nn.Linear(3, 3, rng=0)
    history = nn.fit(model, nn.cross_entropy, points(), points(seed=1), ema=0.9, epochs=3)
    found = nn.evaluate(model, nn.cross_entropy, points(seed=1))["loss"]
    assert history["valid_loss"][-1] == pytest.approx(found, rel=1e-12)


@pytest.mark.parametrize("decay", [1.0, -0.1, "much"])
def test_a_decay_that_is_not_below_one_is_refused(decay):
    model = nn.Linear(3, 3, rng=0)
    assert_refused(
        lambda: nn.fit(model, nn.cross_entropy, points(), ema=decay), ag.OptionError, "ema="
    )


# The search for a learning rate


def quadratic():
    """A loss whose steps by hand are easy: w^2 / 2, so w becomes (1 - lr) w."""
    model = nn.Linear(1, 1, bias=False, rng=0)
    model.weight.data = np.array([[1.0]])
    return (
        model,
        (lambda outputs, targets: 0.5 * ag.mean(outputs**2)),
        (np.ones((4, 1)), np.ones(4)),
    )


def test_the_losses_are_those_of_steps_with_growing_rates():
    model, loss, data = quadratic()
    optimizer = nn.optim.SGD(model.parameters(), lr=0.1)
    test = nn.find_lr(
        model, loss, data, optimizer=optimizer, lowest=1e-3, highest=0.5, steps=20, smooth=0.0
    )
    rates, w, losses = np.geomspace(1e-3, 0.5, 20), 1.0, []
    for rate in rates:
        losses.append(0.5 * w**2)
        w *= 1 - rate
    np.testing.assert_allclose(test.rates, rates)
    np.testing.assert_allclose(test.losses, losses)
    assert test.suggestion == test.rates[2 + int(np.argmin(np.gradient(losses)[2:-2]))]


def test_a_test_ends_where_the_loss_explodes():
    model, loss, data = quadratic()
    optimizer = nn.optim.SGD(model.parameters(), lr=0.1)
    test = nn.find_lr(model, loss, data, optimizer=optimizer, lowest=0.01, highest=1e6, steps=60)
    assert len(test.rates) == len(test.losses) < 60
    assert test.suggestion < 2.0  # beyond, w grows
    with pytest.raises(ag.OptionError, match="the loss exploded after"):
        nn.find_lr(model, loss, data, optimizer=optimizer, lowest=100.0, highest=1e6)


def test_batches_whose_losses_differ_are_no_explosion():
    rng = np.random.default_rng(0)
    inputs, noise = rng.normal(size=(200, 3)), rng.normal(size=200)
    targets = (inputs @ [1.0, 2.0, 3.0] + noise)[:, None]
    for seed in range(5):
        model = nn.models.MLP(3, 16, 1, rng=seed)
        test = nn.find_lr(
            model,
            nn.mse_loss,
            (inputs, targets),
            optimizer=nn.optim.Adam(model.parameters()),
            batch_size=8,
            rng=seed,
        )
        assert len(test.rates) > 50


def test_a_first_loss_that_is_not_a_number_is_explained():
    model, loss, data = quadratic()
    optimizer = nn.optim.SGD(model.parameters(), lr=0.1)
    with pytest.raises(nn.NonFiniteError, match="the loss is nan"):
        nn.find_lr(model, lambda *batch: np.nan * loss(*batch), data, optimizer=optimizer)


def test_a_rate_of_0_is_refused_by_the_search():
    model, loss, data = quadratic()
    optimizer = nn.optim.SGD(model.parameters(), lr=0.1)
    optimizer.param_groups[0]["lr"] = 0.0
    with pytest.raises(ag.OptionError, match="learning rate of the first group is 0"):
        nn.find_lr(model, loss, data, optimizer=optimizer)


def test_the_search_leaves_everything_as_it_was():
    model, options = training()
    rng, optimizer = np.random.default_rng(3), nn.optim.Adam(model.parameters(), lr=0.01)
    nn.fit(model, nn.cross_entropy, options["train"], optimizer=optimizer, epochs=1)
    model.train()
    model[1].eval()
    modes = [part.training for part in model.modules()]
    before = copy.deepcopy((model.state_dict(), optimizer.state_dict()))
    states = rng.bit_generator.state, model[3].rng.bit_generator.state
    nn.find_lr(model, nn.cross_entropy, options["train"], optimizer=optimizer, rng=rng, steps=30)
    assert_has_weights(model, before[0])
    np.testing.assert_equal(optimizer.state_dict(), before[1])
    assert (rng.bit_generator.state, model[3].rng.bit_generator.state) == states
    assert [part.training for part in model.modules()] == modes


def test_the_losses_are_drawn_over_the_rates():
    model, loss, data = quadratic()
    optimizer = nn.optim.SGD(model.parameters(), lr=0.1)
    test = nn.find_lr(model, loss, data, optimizer=optimizer, steps=20)
    (axes,) = test.plot().axes
    np.testing.assert_array_equal(axes.lines[0].get_xdata(), test.rates)
    assert axes.get_xscale() == "log"
    assert "suggestion" in repr(test)


# Streams


def in_batches(data, size):
    return [(data.inputs[i : i + size], data.targets[i : i + size]) for i in range(0, 96, size)]


SOURCES = {
    "list": lambda data: in_batches(data, 32),
    "function": lambda data: lambda: iter(in_batches(data, 32)),
    "samples": lambda data: nn.data.Stream(
        lambda: ((data.inputs[i], data.targets[i]) for i in range(96)), batch_size=32
    ),
    "Batches": lambda data: nn.data.Batches(data, 32, shuffle=False),
}


@pytest.mark.parametrize("name", SOURCES)
def test_a_stream_of_batches_is_learned_from_in_its_order(name):
    data, model = points(), nn.Linear(3, 3, rng=0)
    history = nn.fit(model, nn.cross_entropy, SOURCES[name](data), SOURCES[name](data), epochs=2)
    other = nn.Linear(3, 3, rng=0)
    optimizer = nn.optim.Adam(other.parameters())
    for inputs, targets in in_batches(data, 32) * 2:
        optimizer.zero_grad()
        nn.cross_entropy(other(inputs), targets).backward()
        optimizer.step()
    assert_has_weights(model, other.state_dict())
    expected = nn.evaluate(model, nn.cross_entropy, data)["loss"]
    assert history["valid_loss"][-1] == pytest.approx(expected, rel=1e-12)


def test_a_list_of_two_batches_is_no_pair_of_inputs_and_targets():
    batches = [(np.full((3, 1), i), np.full((3, 1), -1.0)) for i in (1.0, 2.0)]
    taken = list(nn.data.stream.as_batches("fit", batches, None))
    np.testing.assert_array_equal(taken, batches)


def test_accumulated_batches_of_a_stream_are_one_large_batch():
    data = points()
    large = learned(nn.cross_entropy, in_batches(data, 32))
    small = learned(nn.cross_entropy, in_batches(data, 8), accumulate=4)
    for one, other in zip(large[0].parameters(), small[0].parameters(), strict=True):
        np.testing.assert_allclose(one.data, other.data, rtol=1e-12, atol=1e-14)


def test_a_stream_that_draws_from_its_generator_is_resumed_to_the_same_bits(tmp_path):
    data = training()[1]["train"]

    def drawn(rng):
        for _ in range(7):
            chosen = rng.integers(0, len(data), 8)
            yield data.inputs[chosen], data.targets[chosen]

    def run(path, **changes):
        noise = training()[1]["transform"]
        stream = nn.data.Stream(drawn, transform=noise, rng=4)
        changes |= {"train": stream, "transform": None, "rng": None, "epochs": 3}
        return train(path, **changes)

    run(tmp_path / "run", callbacks=StopAt(1, 3))
    assert_equal_runs(run(tmp_path / "run"), run(None))


def test_the_bar_counts_on_without_a_total(capsys):
    nn.fit(
        nn.Linear(3, 3),
        nn.cross_entropy,
        lambda: iter(in_batches(points(), 32)),
        epochs=2,
        progress=True,
    )
    assert "epoch 2 of 2: 6 batches, loss" in capsys.readouterr().err


BAD_STREAMS = {
    "iterator": (iter([]), "can be gone through once"),
    "generator": ((pair for pair in in_batches(points(), 32)), "can be gone through once"),
    "nothing": (list, "a Dataset, or a pair (inputs, targets)"),
    "empty": (lambda: iter(()), "the source gave nothing"),
    "no iterator": (lambda: 3, "the function returned a int"),
    "no pairs": (lambda: [np.zeros((3, 3))], "the source gave a ndarray"),
    "samples": (lambda: [(np.zeros(3), 1)], "a single example; Stream(source, batch_size=32)"),
    "other lengths": (lambda: [(np.zeros((3, 3)), np.zeros(2))], "3 inputs for 2 targets"),
    "not finite": (lambda: [(np.full((3, 3), np.nan), np.zeros(3))], "the inputs hold nan"),
}


@pytest.mark.parametrize("name", BAD_STREAMS)
def test_a_stream_of_something_else_is_refused(name):
    source, message = BAD_STREAMS[name]
    assert_refused(
        lambda: nn.fit(nn.Linear(3, 3), nn.cross_entropy, source), ag.GlassgradError, message
    )


def test_without_an_optimizer_rates_are_tried_with_that_of_fit():
    data = nn.data.Dataset(np.eye(4), [0, 1, 2, 3])
    found = [
        nn.find_lr(model := nn.Linear(4, 4, rng=0), nn.cross_entropy, data, rng=0, **options(model))
        for options in (lambda m: {}, lambda m: {"optimizer": nn.optim.Adam(m.parameters())})
    ]
    assert found[0] == found[1]
