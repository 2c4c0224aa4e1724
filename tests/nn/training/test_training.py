"""fit, evaluate and predict: what is learned, what is reported, and how a training ends."""

import pickle
import signal
import sys
import threading
import tracemalloc
from types import SimpleNamespace

import numpy as np
import pytest

import autograd as ag
import nn
from nn.training.batchwise import Totals
from nn.training.progress import Bar
from tests.nn.training.killed import assert_has_weights
from tests.refusals import assert_refused

XOR = (np.array([[0.0, 0], [0, 1], [1, 0], [1, 1]]), np.array([0, 1, 1, 0]))


def points(count=96, seed=0):
    rng = np.random.default_rng(seed)
    inputs = rng.normal(size=(count, 3))
    return nn.data.Dataset(inputs, (inputs.sum(axis=1) > 0).astype(int))


def net(seed=0, dropout=0.0):
    rng = np.random.default_rng(seed)
    return nn.Sequential(
        nn.Linear(3, 8, rng=rng), nn.Tanh(), nn.Dropout(dropout, rng=rng), nn.Linear(8, 2, rng=rng)
    )


def assert_equal_weights(one, other):
    assert_has_weights(one, other.state_dict())


# What a step is


def test_batch_training_is_gradient_descent_by_hand():
    data, model, other = points(), net(), net()
    nn.fit(
        model,
        nn.cross_entropy,
        data,
        optimizer=nn.optim.SGD(model.parameters(), lr=0.5),
        epochs=3,
        batch_size=None,
    )
    for _ in range(3):
        gradients = ag.gradients(
            nn.cross_entropy(other(data.inputs), data.targets), list(other.parameters())
        )
        for p, g in zip(other.parameters(), gradients, strict=True):
            p.data = p.data - 0.5 * g
    for one, by_hand in zip(model.parameters(), other.parameters(), strict=True):
        np.testing.assert_allclose(one.data, by_hand.data, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize(("size", "steps"), [(1, 96), (32, 3), (36, 3), (None, 1), (1000, 1)])
def test_an_epoch_has_as_many_steps_as_batches(size, steps):
    counted = []

    def transform(inputs, rng):
        counted.append(len(inputs))
        return inputs

    nn.fit(net(), nn.cross_entropy, points(), epochs=1, batch_size=size, transform=transform)
    assert len(counted) == steps
    assert sum(counted) == 96


def test_every_example_is_learned_from_once_in_each_epoch():
    seen = []

    def transform(inputs, rng):
        seen.extend(inputs[:, 0])
        return inputs

    data = points()
    nn.fit(net(), nn.cross_entropy, data, epochs=2, batch_size=20, transform=transform, rng=0)
    first, second = seen[:96], seen[96:]
    assert sorted(first) == sorted(second) == sorted(data.inputs[:, 0])
    assert first != second


def test_a_metric_that_is_not_a_number_is_refused_before_a_step_is_made():
    model = net()
    before = model.state_dict()
    with pytest.raises(ag.ShapeError, match="m: one number was expected"):
        nn.fit(model, nn.cross_entropy, points(), metrics={"m": lambda o, t: t})
    assert_has_weights(model, before)


def test_numpy_warns_in_functions_of_others_as_ever():
    with pytest.raises(RuntimeWarning):
        nn.fit(net(), nn.cross_entropy, points(), epochs=1, on_epoch=lambda h: np.log(np.zeros(1)))


def test_the_norm_of_the_gradients_is_bounded():
    model = nn.Linear(3, 2, rng=0)
    before = model.state_dict()
    nn.fit(
        model,
        lambda outputs, targets: 1e6 * nn.cross_entropy(outputs, targets),
        points(),
        optimizer=nn.optim.SGD(model.parameters(), lr=1.0),
        epochs=1,
        batch_size=None,
        max_norm=0.25,
    )
    moved = sum(np.sum((model.state_dict()[name] - before[name]) ** 2) for name in before)
    assert np.sqrt(moved) == pytest.approx(0.25)


def test_the_schedule_makes_a_step_after_every_epoch():
    model = net()
    optimizer = nn.optim.SGD(model.parameters(), lr=1.0)
    schedule = nn.optim.lr_scheduler.StepLR(optimizer, step_size=2, gamma=0.5)
    history = nn.fit(model, nn.cross_entropy, points(), schedule=schedule, epochs=5)
    assert history["lr"] == [1.0, 1.0, 0.5, 0.5, 0.25]


def test_a_plateau_is_seen_on_the_validation_data():
    model = net()
    optimizer = nn.optim.SGD(model.parameters(), lr=1e-9)  # nothing becomes better
    schedule = nn.optim.lr_scheduler.ReduceLROnPlateau(optimizer, patience=1, factor=0.5, eps=0.0)
    nn.fit(model, nn.cross_entropy, points(), points(seed=1), schedule=schedule, epochs=4)
    assert schedule.best == pytest.approx(
        nn.evaluate(model, nn.cross_entropy, points(seed=1))["loss"], rel=1e-6
    )
    assert optimizer.param_groups[0]["lr"] == 0.5e-9


def test_a_plateau_of_a_metric_is_where_it_does_not_rise():
    values = iter([0.5, 0.5, 0.6, 0.6, 0.7, 0.7])  # of training and validation, in turns

    def rising(outputs, targets):
        return next(values)

    model = net()
    optimizer = nn.optim.SGD(model.parameters(), lr=1.0)
    schedule = nn.optim.lr_scheduler.ReduceLROnPlateau(optimizer, mode="max", patience=0)
    options = {"metrics": rising, "monitor": "valid_rising", "mode": "max"}
    options |= {"batch_size": None, "epochs": 3}
    nn.fit(model, nn.cross_entropy, points(), points(), schedule=schedule, **options)
    assert optimizer.param_groups[0]["lr"] == 1.0


def test_a_plateau_that_watches_the_other_way_is_refused():
    model = net()
    schedule = nn.optim.lr_scheduler.ReduceLROnPlateau(nn.optim.SGD(model.parameters(), lr=1.0))
    options = {"metrics": nn.metrics.accuracy, "monitor": "valid_accuracy", "schedule": schedule}
    assert_refused(
        lambda: nn.fit(model, nn.cross_entropy, points(), points(), **options),
        ag.OptionError,
        "the schedule has the mode 'min', and valid_accuracy is watched in the mode 'max'",
    )


def test_parts_in_evaluation_mode_stay_so_in_a_model_in_training_mode():
    model = nn.Sequential(nn.Linear(3, 4, rng=0), nn.BatchNorm1d(4), nn.Linear(4, 2, rng=1))
    model[1].eval()
    nn.fit(model, nn.cross_entropy, points(), epochs=1)
    np.testing.assert_array_equal(model[1].running_mean.data, np.zeros(4))
    nn.fit(model, nn.cross_entropy, points(), epochs=1)  # is in evaluation mode as a whole
    assert model[1].running_mean.data.any()


def test_frozen_weights_stay():
    model = net()
    model[0].requires_grad_(False)
    before = model[0].weight.data.copy()
    nn.fit(model, nn.cross_entropy, points(), epochs=1)
    np.testing.assert_array_equal(model[0].weight.data, before)


# What is reported


def test_the_validation_numbers_are_those_of_the_weights_at_the_end_of_the_epoch():
    model, valid = net(dropout=0.5), points(seed=1)
    history = nn.fit(model, nn.cross_entropy, points(), valid, metrics=nn.metrics.accuracy)
    logits = nn.predict(model, valid.inputs)
    expected = -np.log(np.exp(logits)[range(96), valid.targets] / np.exp(logits).sum(axis=1))
    assert history["valid_loss"][-1] == pytest.approx(expected.mean(), rel=1e-12)
    assert history["valid_accuracy"][-1] == np.mean(logits.argmax(axis=1) == valid.targets)


def test_means_weigh_batches_by_their_sizes():
    totals = Totals()
    totals.add("loss", 1.0, 3.0)
    totals.add("loss", 5.0, 1.0)
    assert totals.result() == {"loss": 2.0}


def test_evaluation_does_not_depend_on_the_batch_size():
    model, data = net(), points(97)
    whole = nn.evaluate(model, nn.cross_entropy, data, nn.metrics.accuracy, batch_size=None)
    for size in (1, 10, 96, 500):
        parts = nn.evaluate(model, nn.cross_entropy, data, nn.metrics.accuracy, batch_size=size)
        assert parts == pytest.approx(whole, rel=1e-12)
    np.testing.assert_allclose(
        nn.predict(model, data.inputs, 10), nn.predict(model, data.inputs, None), rtol=1e-12
    )


class InPlace(nn.Module):
    def __init__(self):
        self.layer = nn.Linear(3, 2, rng=0)

    def forward(self, x):
        x -= 1.0
        return self.layer(x.relu())


def test_a_model_that_writes_to_its_input_does_not_change_the_data():
    data = points()
    before = data.inputs.copy()
    model = InPlace()
    nn.fit(model, nn.cross_entropy, data, data, epochs=1)
    nn.predict(model, data.inputs)
    nn.random_search(model, nn.cross_entropy, data, tries=3, rng=0)
    np.testing.assert_array_equal(data.inputs, before)


def test_prediction_wants_one_row_for_each_input():
    class Pooled(nn.Module):
        def forward(self, x):
            return ag.mean(x, axis=0, keepdims=True)

    class Several(nn.Module):
        def forward(self, x):
            return x, x

    assert_refused(lambda: nn.predict(Pooled(), np.ones((9, 3))), ag.ShapeError, "one row for each")
    assert_refused(
        lambda: nn.predict(Several(), np.ones((9, 3))), ag.UnsupportedError, "several outputs"
    )


@pytest.mark.parametrize("inputs", [[], 3, "abc", [[1.0], [1.0, 2.0]], [[np.nan]]])
def test_prediction_refuses_what_is_not_an_input(inputs):
    assert_refused(lambda: nn.predict(net(), inputs), ag.OptionError, "predict: the")


def test_prediction_leaves_the_model_as_it_was():
    model = net(dropout=0.5)
    model[2].eval()
    nn.predict(model, points().inputs)
    assert [m.training for m in model.modules()] == [True, True, True, False, True]
    assert all(p.grad is None for p in model.parameters())


def test_validation_does_not_disturb_the_training():
    data = points()
    with_it, without = net(dropout=0.5), net(dropout=0.5)
    nn.fit(with_it, nn.cross_entropy, data, points(seed=1), epochs=3, rng=0)
    nn.fit(without, nn.cross_entropy, data, epochs=3, rng=0)
    assert_equal_weights(with_it, without)


def test_the_model_is_in_evaluation_afterwards():
    model = net(dropout=0.5)
    nn.fit(model, nn.cross_entropy, points(), epochs=1)
    assert not any(m.training for m in model.modules())


def test_on_epoch_sees_every_epoch():
    seen = []
    history = nn.fit(
        net(),
        nn.cross_entropy,
        points(),
        epochs=3,
        on_epoch=lambda history: seen.append((history.epochs, history.last["loss"])),
    )
    assert seen == list(enumerate(history["loss"], start=1))


def test_metrics_have_names():
    history = nn.fit(
        net(),
        nn.cross_entropy,
        points(),
        epochs=1,
        metrics={"half": lambda outputs, targets: 0.5, "accuracy": nn.metrics.accuracy},
    )
    assert list(history) == ["loss", "half", "accuracy"]
    assert history["half"] == [0.5]


# Chance


def test_the_same_seed_gives_the_same_weights_to_the_bit():
    one, other = net(dropout=0.5), net(dropout=0.5)
    for model in (one, other):
        nn.fit(model, nn.cross_entropy, points(), epochs=3, rng=7)
    assert_equal_weights(one, other)


def test_another_seed_gives_other_weights():
    one, other = net(), net()
    nn.fit(one, nn.cross_entropy, points(), epochs=1, rng=7)
    nn.fit(other, nn.cross_entropy, points(), epochs=1, rng=8)
    assert not np.array_equal(one[0].weight.data, other[0].weight.data)


# Early stopping


def overfit(**options):
    """Learn 12 examples with random answers by heart, and watch others."""
    rng = np.random.default_rng(0)
    train = (rng.normal(size=(12, 3)), rng.integers(2, size=12))
    valid = (rng.normal(size=(40, 3)), rng.integers(2, size=40))
    model = net(seed=3)
    weights = []
    history = nn.fit(
        model,
        nn.cross_entropy,
        train,
        valid,
        optimizer=nn.optim.Adam(model.parameters(), lr=0.05),
        epochs=60,
        rng=0,
        on_epoch=lambda history: weights.append(model.state_dict()),
        **options,
    )
    return model, history, weights, valid


def test_early_stopping_restores_the_weights_of_the_best_epoch():
    model, history, weights, valid = overfit(patience=5)
    losses = history["valid_loss"]
    best = int(np.argmin(losses))
    assert history.best_epoch == best + 1
    assert history.epochs == best + 1 + 5 < 60
    assert history.stopped == "no better valid_loss for 5 epochs"
    assert_has_weights(model, weights[best])
    assert nn.evaluate(model, nn.cross_entropy, valid)["loss"] == losses[best]


def test_without_patience_the_last_weights_stay():
    model, history, weights, _ = overfit()
    assert history.epochs == 60
    assert history.best_epoch == int(np.argmin(history["valid_loss"])) + 1
    assert_has_weights(model, weights[-1])


def test_the_best_weights_are_restored_when_all_epochs_are_done():
    model, history, weights, _ = overfit(patience=59)
    assert history.stopped == "all 60 epochs are done"
    assert_has_weights(model, weights[history.best_epoch - 1])


def test_a_metric_can_be_watched():
    _, history, _, _ = overfit(patience=10, monitor="valid_accuracy", metrics=nn.metrics.accuracy)
    assert history.best_epoch == int(np.argmax(history["valid_accuracy"])) + 1


def test_an_epoch_whose_number_is_nan_is_never_the_best():
    values = iter([0.0, float("nan"), 0.0, 1.0, 0.0, 3.0, 0.0, 2.0])  # validation at odd places

    def number(outputs, targets):
        return next(values)

    history = nn.fit(
        net(),
        nn.cross_entropy,
        points(),
        points(),
        metrics=number,
        monitor="valid_number",
        mode="max",
        batch_size=None,
        epochs=4,
    )
    assert history.best_epoch == 3


# Ctrl-C


@pytest.fixture
def usual_key():
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def press_at(step):
    """Press Ctrl-C while a batch is being made."""
    counted = []

    def transform(inputs, rng):
        counted.append(1)
        if len(counted) == step:
            signal.raise_signal(signal.SIGINT)
        return inputs

    return transform


def test_ctrl_c_ends_after_the_step_and_keeps_what_was_learned(usual_key):
    model, other = net(), net()
    history = nn.fit(model, nn.cross_entropy, points(), transform=press_at(5), rng=0)
    assert history.stopped == "interrupted after 1 epoch and 2 of 3 batches"
    assert history.epochs == 1
    optimizer, batches = nn.optim.Adam(other.parameters()), nn.data.Batches(points(), rng=0)
    for inputs, targets in [*batches, *list(batches)[:2]]:
        optimizer.zero_grad()
        nn.cross_entropy(other(inputs), targets).backward()
        optimizer.step()
    assert_equal_weights(model, other)


def test_ctrl_c_at_the_last_batch_of_an_epoch_completes_it(usual_key):
    history = nn.fit(net(), nn.cross_entropy, points(), transform=press_at(6), rng=0)
    assert history.stopped == "interrupted after 2 epochs"
    assert history.epochs == 2


def test_ctrl_c_between_two_epochs_reports_each_once(usual_key):
    seen = []

    def press(history):
        seen.append(history.epochs)
        signal.raise_signal(signal.SIGINT)

    history = nn.fit(net(), nn.cross_entropy, points(), on_epoch=press)
    assert seen == [1]
    assert history.stopped == "interrupted after 1 epoch"


def test_ctrl_c_gives_the_best_weights_where_they_are_kept(usual_key):
    model, valid = net(), points(seed=1)
    history = nn.fit(
        model, nn.cross_entropy, points(), valid, transform=press_at(8), rng=0, patience=3
    )
    best = history["valid_loss"][history.best_epoch - 1]
    assert nn.evaluate(model, nn.cross_entropy, valid)["loss"] == best


def test_ctrl_c_twice_breaks_at_once(usual_key):
    def transform(inputs, rng):
        signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGINT)
        return inputs

    with pytest.raises(KeyboardInterrupt):
        nn.fit(net(), nn.cross_entropy, points(), transform=transform)
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_the_key_is_as_before_afterwards(usual_key):
    nn.fit(net(), nn.cross_entropy, points(), epochs=1)
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_a_handler_of_the_user_stays(usual_key):
    pressed = []
    signal.signal(signal.SIGINT, lambda *given: pressed.append(1))
    history = nn.fit(net(), nn.cross_entropy, points(), transform=press_at(2), epochs=2)
    assert pressed == [1]
    assert history.epochs == 2


def test_a_training_in_another_thread_needs_no_key():
    found = []
    thread = threading.Thread(
        target=lambda: found.append(nn.fit(net(), nn.cross_entropy, points(), epochs=2))
    )
    thread.start()
    thread.join()
    assert found[0].epochs == 2


# What is not finite


class Logarithm(nn.Module):
    def __init__(self):
        self.hidden = nn.Linear(3, 4, rng=0)
        self.out = nn.Linear(4, 1, rng=1)

    def forward(self, x):
        return ag.log(self.out(ag.relu(self.hidden(x))))


def diverging(model, **options):
    rng = np.random.default_rng(0)
    data = (rng.normal(size=(64, 3)), rng.random((64, 1)))
    before = model.state_dict()
    with pytest.raises(nn.NonFiniteError) as caught:  # and no warning
        nn.fit(model, nn.mse_loss, data, rng=0, **options)
    return caught.value, before


def test_a_nan_is_reported_with_its_layer_its_operation_and_the_step_card():
    error, _ = diverging(Logarithm())
    first, card = str(error).split("\n", 1)
    assert (
        first
        == "fit: epoch 1, batch 1: the loss is nan; first in the forward pass of log, in Logarithm:"
    )
    assert "log(" in card
    assert (error.layer, error.operation) == ("Logarithm", "log")
    assert error.debugger.event.kind == "forward"
    assert error.history.epochs == 0


def test_the_step_that_would_spread_a_nan_is_not_made():
    model = Logarithm()
    _, before = diverging(model)
    assert_has_weights(model, before)
    assert not model.training


class Root(nn.Module):
    def __init__(self):
        self.out = nn.Linear(3, 1, rng=0)
        self.out.apply(lambda layer: [nn.init.zeros_(p) for p in layer.parameters()])

    def forward(self, x):
        return ag.sqrt(self.out(x) ** 2)  # of 0, where its slope is infinite


def test_a_gradient_that_is_not_finite_is_reported_though_the_loss_is():
    model = Root()
    error, before = diverging(model)
    assert (
        "the gradient of out.weight is not finite; first in the backward pass of sqrt, in Root"
        in str(error)
    )
    np.testing.assert_array_equal(model.out.weight.data, before["out.weight"])


def test_a_learning_rate_that_is_too_large_is_named():
    model = nn.Linear(3, 1, rng=0)
    error, _ = diverging(model, optimizer=nn.optim.SGD(model.parameters(), lr=1e150))
    assert "with weights that have grown to" in str(error)
    assert "take a smaller learning rate" in str(error)


def test_weights_that_a_step_has_made_infinite_are_named():
    model = nn.Linear(3, 1, rng=0)
    error, _ = diverging(
        model, optimizer=nn.optim.SGD(model.parameters(), lr=1e308), batch_size=None
    )
    assert "this step would make bias infinite or NaN; take a smaller" in str(error)


def test_a_step_that_would_make_weights_infinite_is_not_made():
    model = nn.Linear(3, 1, rng=0)
    before = model.state_dict()
    diverging(model, optimizer=nn.optim.SGD(model.parameters(), lr=1e308), batch_size=None)
    assert_has_weights(model, before)


def test_running_numbers_are_as_they_were_before_a_nan():
    model = nn.Sequential(nn.Linear(3, 4, rng=0), nn.BatchNorm1d(4), nn.Linear(4, 2, rng=1))
    kept = []

    def transform(inputs, rng):
        kept.append(model.state_dict())
        return inputs * np.nan if len(kept) == 5 else inputs

    with pytest.raises(nn.NonFiniteError, match="epoch 2, batch 2"):
        nn.fit(model, nn.cross_entropy, points(), transform=transform, rng=0)
    assert_has_weights(model, kept[-1])


def test_running_numbers_that_overflow_are_named():
    model = nn.Sequential(nn.Linear(3, 4, rng=0), nn.BatchNorm1d(4), nn.Linear(4, 2, rng=1)).float()
    data = nn.data.Dataset(points().inputs * 1e20, points().targets)
    with pytest.raises(nn.NonFiniteError):
        nn.fit(model, nn.cross_entropy, data, rng=0)
    assert np.isfinite(model[1].running_var.data).all()


def test_a_nan_that_first_appears_in_a_frozen_part_is_reported_with_its_operation():
    class Frozen(nn.Module):
        def __init__(self):
            self.body = nn.Linear(3, 4, rng=0).requires_grad_(False)
            self.head = nn.Linear(4, 1, rng=1)

        def forward(self, x):
            return self.head(ag.log(self.body(x)))

    error, _ = diverging(Frozen())
    assert (error.layer, error.operation) == ("Frozen", "log")


def test_the_error_goes_to_another_process_with_its_words():
    error, _ = diverging(Logarithm())
    copy = pickle.loads(pickle.dumps(error))
    assert str(copy) == str(error)
    assert (copy.layer, copy.operation) == (error.layer, error.operation)
    assert copy.debugger is None


def test_after_a_nan_the_model_has_the_best_weights_if_they_are_kept():
    model, best = net(), []

    def transform(inputs, rng):
        return inputs * np.nan if len(best) == 4 else inputs

    def keep(history):
        best.append(model.state_dict())

    with pytest.raises(nn.NonFiniteError) as caught:
        nn.fit(
            model,
            nn.cross_entropy,
            points(),
            points(seed=1),
            transform=transform,
            patience=9,
            on_epoch=keep,
        )
    epoch = caught.value.history.best_epoch
    assert_has_weights(model, best[epoch - 1])


def test_infinite_weights_do_not_end_an_epoch():
    model = nn.Linear(3, 1, rng=0)
    error, _ = diverging(
        model, optimizer=nn.optim.SGD(model.parameters(), lr=1.7e308), epochs=1, batch_size=None
    )
    assert error.history.epochs == 0


def test_a_validation_loss_that_is_not_finite_is_reported_with_its_place():
    def loss(outputs, targets):
        return ag.mean(ag.log(outputs + targets))

    model = nn.Linear(1, 1, rng=0)
    model.weight.data, model.bias.data = np.array([[0.0]]), np.array([0.0])
    with pytest.raises(nn.NonFiniteError, match="epoch 1: the validation loss is nan") as caught:
        nn.fit(
            model,
            loss,
            (np.ones((4, 1)), np.ones((4, 1))),
            (np.ones((4, 1)), -np.ones((4, 1))),
            optimizer=nn.optim.SGD(model.parameters(), lr=1e-3),
        )
    assert caught.value.operation == "log"


# What is refused


REFUSED = {
    "no module": ({"model": 3}, "takes a module first"),
    "no data": ({"train": 3}, "a Dataset, or a pair (inputs, targets)"),
    "no examples": ({"train": (np.zeros((0, 3)), np.zeros(0))}, "there are no inputs"),
    "more inputs": ({"train": (np.zeros((3, 3)), np.zeros(2))}, "3 inputs for 2 targets"),
    "NaN": ({"train": ([[0.0, np.nan, 0]], [1])}, "the inputs hold nan at index (0, 1)"),
    "loss": ({"loss": 3}, "loss=3 must be a function"),
    "data in its place": ({"loss": [[1]], "train": [0]}, "write nn.fit(model, loss, (X, y))"),
    "array in its place": ({"loss": np.ones((9, 3))}, "write nn.fit(model, loss, (X, y))"),
    "loss of Keras": ({"loss": "mse"}, "must be a function; write nn.mse_loss(input, target)"),
    "name of a loss": ({"loss": "crossentropy"}, "a function; did you mean nn.cross_entropy?"),
    "word": ({"loss": "zzz"}, "loss='zzz' must be a function, such as nn.cross_entropy"),
    "name of no metric": (
        {"metrics": ["Accuracy"]},
        "'Accuracy'; did you mean accuracy?",
    ),
    "metric of Keras": (
        {"metrics": "acc"},
        "write one of accuracy, binary_accuracy, end_point_error",
    ),
    "no epochs": ({"epochs": 0}, "epochs=0 must be an integer of at least 1"),
    "batch": ({"batch_size": 0}, "batch_size=0 must be an integer of at least 1"),
    "patience": ({"patience": 2}, "patience and monitor take validation data"),
    "monitor": ({"monitor": "loss"}, "monitor='loss' must be one of valid_loss"),
    "monitor without data": (
        {"monitor": "valid_accuracy", "metrics": nn.metrics.accuracy},
        "take validation data",
    ),
    "mode": ({"mode": "up"}, "mode='up' must be one of min, max"),
    "no mode": (
        {"valid": points(), "metrics": {"error": max}, "monitor": "valid_error"},
        "say by mode='min' or mode='max'",
    ),
    "transform of one": ({"transform": lambda x: x}, "takes inputs and rng"),
    "transform class": ({"transform": nn.data.Flip}, "give an object"),
    "max_norm": ({"max_norm": 0.0}, "max_norm=0.0 must be a finite number above 0"),
    "rng": ({"rng": "seed"}, "neither a seed"),
    "class": ({"optimizer": nn.optim.SGD}, "give an object"),
    "schedule": ({"schedule": 3}, "not one of nn.optim.lr_scheduler"),
    "resume": ({"resume": True}, "need the path of a checkpoint"),
    "transform": ({"transform": 3}, "transform=3 must be a function"),
    "metric": ({"metrics": [3]}, "a metric is a function of outputs and targets"),
    "metric named loss": ({"metrics": {"loss": max}}, "cannot be called 'loss'"),
    "metric named lr": ({"metrics": {"lr": max}}, "cannot be called 'lr'"),
    "metrics of one name": ({"metrics": [lambda o, t: 1, lambda o, t: 2]}, "called '<lambda>'"),
    "array": ({"loss": lambda outputs, targets: outputs}, "it must be one number"),
    "number": ({"loss": lambda outputs, targets: 3.0}, "the loss is float"),
    "cut": (
        {"loss": lambda outputs, targets: ag.mean(ag.detach(outputs))},
        "a Tensor that needs no gradient",
    ),
    "transform of nothing": ({"transform": lambda x, rng: None}, "returned a NoneType"),
    "two data sets": ({"train": points().split(0.5, 0.5)}, "takes one Dataset here, not two"),
    "resume is not a bool": ({"resume": "no"}, "resume='no' must be True or False"),
    "path": ({"checkpoint": 3}, "takes a path, not int"),
    "several": ({"metrics": {"m": lambda outputs, targets: targets}}, "m: one number was expected"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_bad_input_is_one_clear_line(case):
    options, message = REFUSED[case]
    given = {"model": net(), "loss": nn.cross_entropy, "train": points(), **options}
    assert_refused(lambda: nn.fit(**given), ag.GlassgradError, message)


@pytest.mark.parametrize("function", [nn.fit, nn.find_lr])
def test_an_optimizer_that_needs_the_loss_again_is_refused(function):
    model = net()
    optimizer = nn.optim.LBFGS(model.parameters())
    text = f"{function.__name__}: LBFGS computes the loss several times in a step"
    call = lambda: function(model, nn.cross_entropy, points(), optimizer=optimizer)  # noqa: E731
    assert_refused(call, ag.OptionError, text, "write optimizer.step(closure)")


def test_a_metric_may_be_given_by_its_name():
    options = {"epochs": 2, "rng": 0}
    one = nn.fit(net(), nn.cross_entropy, points(), metrics=nn.metrics.accuracy, **options)
    other = nn.fit(net(), nn.cross_entropy, points(), metrics=["accuracy"], **options)
    assert dict(one) == dict(other)


def test_an_unknown_option_is_not_lost_among_all_others():
    call = lambda: nn.fit(net(), nn.cross_entropy, points(), epoch=3)  # noqa: E731
    assert_refused(call, ag.UnsupportedError, "no option 'epoch'; did you mean epochs?")
    call = lambda: nn.fit(net(), nn.cross_entropy, points(), xyz=3)  # noqa: E731
    assert_refused(call, ag.UnsupportedError, "no option 'xyz'; help(fit) describes its 22 options")


def test_an_optimizer_of_another_model_is_refused():
    optimizer = nn.optim.SGD(net().parameters(), lr=0.1)
    assert_refused(
        lambda: nn.fit(net(), nn.cross_entropy, points(), optimizer=optimizer),
        ag.OptionError,
        "parameters that are not the model's",
    )


def test_a_schedule_of_another_optimizer_is_refused():
    model = net()
    one, other = (nn.optim.SGD(model.parameters(), lr=0.1) for _ in range(2))
    schedule = nn.optim.lr_scheduler.StepLR(other, 1)
    assert_refused(
        lambda: nn.fit(model, nn.cross_entropy, points(), optimizer=one, schedule=schedule),
        ag.OptionError,
        "made for another optimizer",
    )


def test_a_refusal_changes_nothing():
    model = net()
    before = model.state_dict()
    assert_refused(
        lambda: nn.fit(model, nn.cross_entropy, points(), patience=1), ag.OptionError, "patience"
    )
    assert all(m.training for m in model.modules())
    assert_has_weights(model, before)


# The bar


def test_the_bar_is_hidden_without_a_terminal(capsys):
    nn.fit(net(), nn.cross_entropy, points(), epochs=1)
    captured = capsys.readouterr()
    assert captured.out == captured.err == ""


def test_the_bar_counts_the_batches_and_shows_the_numbers(capsys):
    history = nn.fit(net(), nn.cross_entropy, points(), epochs=2, progress=True)
    text = capsys.readouterr().err
    assert "epoch 2 of 2" in text
    assert "6/6, " in text
    assert f"loss {history.last['loss']:.3g}" in text


def test_in_a_notebook_the_bar_is_one_line_that_is_replaced(monkeypatch, capsys):
    shown = []

    class Handle:
        def update(self, data, raw):
            shown[-1] = data["text/plain"]

    def display(data, raw, display_id):
        shown.append(data["text/plain"])
        return Handle()

    kernel = SimpleNamespace(get_ipython=lambda: SimpleNamespace(kernel=None))
    monkeypatch.setitem(sys.modules, "IPython", kernel)
    monkeypatch.setitem(sys.modules, "IPython.display", SimpleNamespace(display=display))
    history = nn.fit(net(), nn.cross_entropy, points(), epochs=2)
    assert len(shown) == 1
    assert shown[0].startswith("epoch 2 of 2: ")
    assert shown[0].endswith(f"6/6, 00:00 left, loss {history.last['loss']:.3g}")
    assert capsys.readouterr().err == ""


def test_without_tqdm_a_bar_that_was_requested_is_refused(monkeypatch):
    monkeypatch.setitem(sys.modules, "tqdm", None)
    with pytest.raises(ag.MissingError, match="needs the package tqdm; pip install"):
        Bar(True, 1)
    assert nn.fit(net(), nn.cross_entropy, points(), epochs=1).epochs == 1


# Memory


def test_ten_thousand_steps_do_not_grow_memory():
    kept, steps = [], iter(range(10_000))

    def transform(inputs, rng):
        """Trace, since that is slow, some hundred steps early on and at the end.

        Before, Python fills its lists of free objects, which it keeps for the next of their kind.
        """
        step = next(steps)
        if step in (3000, 9600):
            tracemalloc.start()
        if step in (3400, 9999):
            kept.append(tracemalloc.get_traced_memory()[0])
            tracemalloc.stop()
        return inputs

    model = nn.Linear(3, 2, rng=0)
    nn.fit(model, nn.cross_entropy, points(10_000), batch_size=1, epochs=1, transform=transform)
    assert next(steps, None) is None
    assert max(kept) < 20_000  # bytes; one step that was kept would be some thousands
