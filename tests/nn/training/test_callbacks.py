"""Callbacks: when they are called, how they stop a training, and what of them is kept."""

import csv
import shutil
import signal
import struct
import sys

import numpy as np
import pytest

import autograd as ag
import nn
from nn.optim import lr_scheduler
from tests.nn.training.killed import train
from tests.nn.training.test_checkpoints import assert_equal_runs
from tests.refusals import assert_refused


def points(count=96, seed=0):
    rng = np.random.default_rng(seed)
    inputs = rng.normal(size=(count, 3))
    return nn.data.Dataset(inputs, (inputs.sum(axis=1) > 0).astype(int))


def fit(callbacks, model=None, **options):
    model = model or nn.Linear(3, 2, rng=0)
    options = {"epochs": 2, "rng": 0, "callbacks": callbacks, **options}
    return nn.fit(model, nn.cross_entropy, points(), **options)


class Each(nn.Callback):
    """Calls a function after every step."""

    def __init__(self, function):
        self.on_batch = function


class Recorder(nn.Callback):
    """Keeps a list of all its calls."""

    def __init__(self, name="", events=None):
        self.name = name
        self.events = [] if events is None else events

    def on_start(self, run):
        self.events.append((self.name, "start", run.epoch, run.batch))

    def on_batch(self, run):
        self.events.append((self.name, "batch", run.epoch, run.batch))

    def on_epoch(self, run):
        self.events.append((self.name, "epoch", run.epoch, run.batch))

    def on_end(self, run):
        self.events.append((self.name, "end", run.epoch, run.batch))


def test_the_events_come_in_their_order():
    recorder = Recorder()
    fit(recorder, batch_size=48)
    assert [event[1:] for event in recorder.events] == [
        ("start", 0, 0),
        *[("batch", 0, 1), ("batch", 0, 2), ("epoch", 1, 0)],
        *[("batch", 1, 1), ("batch", 1, 2), ("epoch", 2, 0)],
        ("end", 2, 0),
    ]


def test_several_are_called_in_the_order_in_which_they_are_given():
    events = []
    fit([Recorder("a", events), Recorder("b", events)], epochs=1, batch_size=None)
    assert [(name, event) for name, event, *_ in events] == [
        (name, event) for event in ("start", "batch", "epoch", "end") for name in "ab"
    ]


def test_a_function_is_called_after_every_epoch():
    losses = []
    history = fit(lambda run: losses.append(run.history.last["loss"]), epochs=3)
    assert losses == history["loss"]


def test_the_loss_of_a_batch_is_that_of_the_weights_before_its_step():
    losses, model = [], nn.Linear(3, 2, rng=0)
    expected = nn.evaluate(model, nn.cross_entropy, points())["loss"]

    class Losses(nn.Callback):
        def on_batch(self, run):
            losses.append(run.batch_loss)

    fit(Losses(), model, epochs=1, batch_size=None)
    assert losses == [pytest.approx(expected, rel=1e-12)]


class StopAt(nn.Callback):
    def __init__(self, epoch, batch):
        self.place = (epoch, batch)

    def on_batch(self, run):
        if (run.epoch, run.batch) == self.place:
            run.stop("that is enough")


def test_a_callback_stops_after_a_step_and_the_history_says_why():
    recorder = Recorder()
    history = fit([StopAt(1, 2), recorder], epochs=9)
    assert history.stopped == "that is enough"
    assert recorder.events[-1] == ("", "end", 1, 2)


def test_an_epoch_whose_last_step_is_made_is_completed():
    assert fit(StopAt(1, 3), epochs=9).epochs == 2


def test_a_stop_without_a_reason_stops_too():
    history = fit(lambda run: run.stop(""))
    assert (history.epochs, history.stopped) == (1, "stopped by a callback")


def test_what_a_function_returns_stops_nothing():
    assert fit(lambda run: True).stopped == "all 2 epochs are done"


def test_stopping_before_the_first_step_makes_none():
    class Never(nn.Callback):
        def on_start(self, run):
            run.stop("not today")

    model = nn.Linear(3, 2, rng=0)
    before = model.state_dict()
    assert fit(Never(), model).stopped == "not today"
    np.testing.assert_array_equal(model.weight.data, before["weight"])


@pytest.mark.parametrize("event", ["on_start", "on_batch", "on_epoch", "on_end"])
def test_an_error_passes_through_and_the_others_are_told_of_the_end(event):
    def fail(run):
        raise KeyError("mine")

    broken, recorder, model = nn.Callback(), Recorder(), nn.Linear(3, 2, rng=0)
    setattr(broken, event, fail)
    with pytest.raises(KeyError, match="mine"):
        fit([broken, recorder], model)
    assert recorder.events[-1][1] == "end"
    assert not model.training


@pytest.mark.parametrize("event", ["on_batch", "on_epoch"])
def test_after_an_error_in_a_callback_the_run_goes_on_from_that_step(tmp_path, event):
    class Fails(nn.Callback):
        pass

    def fail(run):
        if run.epoch == 2 and run.batch == (7 if event == "on_batch" else 0):
            raise RuntimeError("mine")

    broken = Fails()
    setattr(broken, event, fail)
    options = {"epochs": 4, "save_every": None}
    with pytest.raises(RuntimeError, match="mine"):
        train(tmp_path / "run", callbacks=broken, **options)
    seen = Recorder()
    resumed = train(tmp_path / "run", callbacks=seen, **options)
    assert seen.events[0][2:] == (2, 7 if event == "on_batch" else 0)
    assert_equal_runs(resumed, train(None, epochs=4))


def test_the_model_has_its_best_weights_at_the_end():
    model, found = nn.models.MLP(3, 8, 2, rng=0), []

    class Judge(nn.Callback):
        def on_end(self, run):
            found.append(nn.evaluate(run.model, nn.cross_entropy, points(seed=1))["loss"])

    options = {"valid": points(seed=1), "patience": 2, "epochs": 9}
    optimizer = nn.optim.Adam(model.parameters(), lr=0.5)
    history = fit(Judge(), model, optimizer=optimizer, **options)
    assert found == [min(history["valid_loss"])]


class Counter(nn.Callback):
    """Halves the learning rate after every seventh step, whenever those were made."""

    def __init__(self):
        self.steps = 0

    def on_batch(self, run):
        self.steps += 1
        if self.steps % 7 == 0:
            run.optimizer.param_groups[0]["lr"] *= 0.5

    def state_dict(self):
        return {"steps": self.steps}

    def load_state_dict(self, state):
        self.steps = state["steps"]


def test_what_a_callback_remembers_is_in_the_checkpoint(tmp_path):
    options = {"schedule": None, "epochs": 3}
    train(tmp_path / "run", callbacks=[StopAt(1, 4), Counter()], **options)
    resumed = train(tmp_path / "run", callbacks=Counter(), **options)
    assert_equal_runs(resumed, train(None, callbacks=Counter(), **options))


def test_a_checkpoint_without_a_callback_that_remembers_is_refused(tmp_path):
    train(tmp_path / "run", epochs=1)
    message = "callbacks was [] and is ['Counter']"
    assert_refused(lambda: train(tmp_path / "run", callbacks=Counter()), nn.StateError, message)


@pytest.mark.parametrize("given", [3, "bar", [None], dict])
def test_what_is_no_callback_is_refused(given):
    assert_refused(lambda: fit(given), ag.OptionError, "a callback is a function of the run")


def test_the_class_of_a_callback_is_refused():
    assert_refused(
        lambda: fit(nn.CSVLogger), ag.OptionError, "make an object of it, as in CSVLogger("
    )


class AsInKeras(nn.Callback):
    def on_epoch(self, epoch, logs):
        """Take what Keras gives."""


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"callbacks": lambda epoch, logs: None}, "a callback is called with the run alone"),
        ({"callbacks": AsInKeras()}, "AsInKeras.on_epoch is called with the run alone"),
        ({"callbacks": (), "on_epoch": lambda: None}, "on_epoch is called with the history alone"),
    ],
)
def test_what_takes_other_arguments_is_refused_before_the_first_step(options, text):
    assert_refused(lambda: fit(**options), ag.OptionError, text, "and takes (")


@pytest.mark.parametrize("name", ["on_epoch_end", "on_train_batch_end", "on_Epoch"])
def test_an_event_that_there_is_not_is_refused(name):
    kind = type("Mine", (Recorder,), {name: lambda self, *args: None})
    text = f"Mine: there is no {name}; the methods are on_start, on_batch, on_epoch, on_end"
    assert_refused(lambda: fit(kind()), ag.OptionError, text)


def test_a_callback_may_have_an_attribute_that_is_no_method():
    recorder = Recorder()
    recorder.on_screen = True
    assert fit([recorder]).epochs == 2


def schedule_of(kind, *args, **options):
    model = nn.Linear(3, 2, rng=0)
    optimizer = nn.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    return model, kind(optimizer, *args, **options)


def test_a_schedule_by_batch_makes_a_step_after_every_batch():
    model, schedule = schedule_of(lr_scheduler.OneCycleLR, 0.1, epochs=2, steps_per_epoch=3)
    rates = []
    each = Each(lambda run: rates.append(run.optimizer.param_groups[0]["lr"]))
    fit(each, model, schedule=schedule)
    assert rates == pytest.approx([schedule.rate(0.1 / 25, step) for step in range(1, 7)])


def test_any_schedule_may_be_one_by_batch():
    model, schedule = schedule_of(lr_scheduler.ExponentialLR, 0.5)
    schedule.by_batch = True
    assert fit((), model, schedule=schedule)["lr"] == [0.1 / 2**3, 0.1 / 2**6]


def test_a_run_by_batch_goes_on_to_the_same_rates(tmp_path):
    def run(epochs, path, resume=False):
        model, schedule = schedule_of(lr_scheduler.OneCycleLR, 0.1, total_steps=12)
        options = {"schedule": schedule, "epochs": epochs, "checkpoint": path, "resume": resume}
        return fit((), model, **options)["lr"], model.weight.data

    run(2, tmp_path / "cut")
    rates, weight = run(4, tmp_path / "cut", resume=True)
    expected, same = run(4, tmp_path / "whole")
    assert rates == expected
    np.testing.assert_array_equal(weight, same)


def test_a_cycle_that_ends_before_the_training_is_refused():
    model, schedule = schedule_of(lr_scheduler.OneCycleLR, 0.1, total_steps=2)
    text = "ends after total_steps=2, and the training has 6 steps; make it with epochs=2"
    assert_refused(lambda: fit((), model, schedule=schedule), ag.OptionError, text)


def test_a_schedule_by_what_is_measured_is_not_one_by_batch():
    model, schedule = schedule_of(lr_scheduler.ReduceLROnPlateau)
    schedule.by_batch = True
    assert_refused(lambda: fit((), model, schedule=schedule), ag.OptionError, "looks at epochs")


def test_the_class_of_a_schedule_is_refused():
    text = "schedule is the class StepLR; make one of it"
    assert_refused(lambda: fit((), schedule=lr_scheduler.StepLR), ag.OptionError, text)


def test_several_schedules_are_refused_with_what_to_write():
    model = nn.Linear(3, 2, rng=0)
    optimizer = nn.optim.SGD(model.parameters(), lr=0.1)
    schedule = [nn.optim.lr_scheduler.StepLR(optimizer, 1)] * 2
    assert_refused(lambda: fit((), model, schedule=schedule), ag.OptionError, "SequentialLR")


def test_ctrl_c_in_a_callback_ends_as_between_two_steps():
    before = signal.signal(signal.SIGINT, signal.default_int_handler)

    class Press(nn.Callback):
        def on_batch(self, run):
            if (run.epoch, run.batch) == (1, 1):
                signal.raise_signal(signal.SIGINT)

    try:
        history = fit(Press(), epochs=9)
    finally:
        signal.signal(signal.SIGINT, before)
    assert history.stopped == "interrupted after 1 epoch and 1 of 3 batches"


# Logs


def rows(path):
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def test_a_csv_log_has_a_row_for_every_epoch(tmp_path):
    history = fit(nn.CSVLogger(tmp_path / "log.csv"), epochs=3)
    head, *numbers = rows(tmp_path / "log.csv")
    assert head == ["epoch", "loss"]
    assert [(int(n), float(loss)) for n, loss in numbers] == list(enumerate(history["loss"], 1))


def test_a_csv_log_of_a_resumed_run_is_that_of_an_uninterrupted_one(tmp_path):
    for name, steps in (("one", [StopAt(1, 4)]), ("one", []), ("two", [])):
        log = nn.CSVLogger(tmp_path / f"{name}.csv")
        train(tmp_path / name, callbacks=[log, *steps], epochs=3)
    assert rows(tmp_path / "one.csv") == rows(tmp_path / "two.csv")
    assert len(rows(tmp_path / "one.csv")) == 4


def test_a_csv_file_of_others_is_not_written_over(tmp_path):
    (tmp_path / "log.csv").write_text("mine")
    log = nn.CSVLogger(tmp_path / "log.csv")
    assert_refused(lambda: fit(log), nn.StateError, "log.csv is there already")
    assert (tmp_path / "log.csv").read_text() == "mine"


def test_a_csv_log_that_cannot_be_written_is_refused_before_the_first_step(tmp_path):
    model = nn.Linear(3, 2, rng=0)
    before = model.weight.data
    with pytest.raises(FileNotFoundError):
        fit(nn.CSVLogger(tmp_path / "no" / "log.csv"), model)
    np.testing.assert_array_equal(model.weight.data, before)


def test_a_csv_log_that_cannot_be_written_any_more_is_a_warning(tmp_path):
    folder = tmp_path / "logs"
    folder.mkdir()
    log = nn.CSVLogger(folder / "log.csv")
    gone = Each(lambda run: shutil.rmtree(folder, ignore_errors=True))
    with pytest.warns(UserWarning, match="could not be written, and the training goes on") as seen:
        assert fit([log, gone], epochs=2).epochs == 2
    assert {warning.filename for warning in seen} == {__file__}


def test_a_csv_file_of_a_training_that_failed_at_once_is_taken_again(tmp_path):
    with pytest.raises(nn.NonFiniteError):
        fit(nn.CSVLogger(tmp_path / "log.csv"), Exploding())
    fit(nn.CSVLogger(tmp_path / "log.csv"))
    assert len(rows(tmp_path / "log.csv")) == 3


class Exploding(nn.Linear):
    def __init__(self):
        super().__init__(3, 2, rng=0)

    def forward(self, x):
        return super().forward(x) * np.inf


def scalars(folder):
    """Read event files: records of length, checksum, content, checksum."""
    event_pb2 = pytest.importorskip("tensorboardX.proto.event_pb2")
    found = []
    for path in sorted(folder.iterdir()):
        content = path.read_bytes()
        while content:
            (size,) = struct.unpack("<Q", content[:8])
            event = event_pb2.Event.FromString(content[12 : 12 + size])
            found += [(v.tag, event.step, v.simple_value) for v in event.summary.value]
            content = content[16 + size :]
    return found


def test_tensorboard_gets_every_column_of_every_epoch(tmp_path):
    pytest.importorskip("tensorboardX")
    history = fit(nn.TensorBoard(tmp_path / "run"), valid=points(seed=1))
    expected = [
        (name, epoch, np.float32(history[name][epoch - 1]))
        for epoch in (1, 2)
        for name in ("loss", "valid_loss")
    ]
    assert scalars(tmp_path / "run") == expected


def test_without_tensorboardx_the_message_says_how_to_get_it(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "tensorboardX", None)
    message = "TensorBoard: needs the package tensorboardX; pip install 'glassgrad[tensorboard]'"
    assert_refused(lambda: nn.TensorBoard(tmp_path), ag.MissingError, message)
