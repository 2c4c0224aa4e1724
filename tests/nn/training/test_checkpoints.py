"""Checkpoints: a training that is interrupted goes on as if it had never stopped."""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import nn
from nn.training import state_file
from tests.nn.training.killed import EPOCHS, assert_has_weights, train, training
from tests.refusals import assert_refused

ROOT = Path(__file__).parents[3]
BATCHES = 15


class Stop(Exception):
    """Raised in the middle of a training, as a power cut would end it."""


def assert_equal_runs(one, other):
    (model, history), (wanted, expected) = one, other
    assert list(history) == list(expected)
    for name, column in history.items():
        assert column == expected[name], name
    assert history.best_epoch == expected.best_epoch
    assert_has_weights(model, wanted.state_dict())


@pytest.fixture(scope="module")
def uninterrupted():
    return train(None)


def stopping(step):
    """Make a transform that does as that of the training, and breaks at a step."""
    usual, counted = training()[1]["transform"], []

    def transform(inputs, rng):
        counted.append(1)
        if len(counted) == step:
            raise Stop
        return usual(inputs, rng)

    return transform


def test_a_training_with_checkpoints_makes_the_same_steps(tmp_path, uninterrupted):
    assert_equal_runs(train(tmp_path / "run"), uninterrupted)


@pytest.mark.parametrize("step", [1, 2, 7, 15, 16, 17, 90, 180])
def test_a_run_that_broke_anywhere_goes_on_to_the_same_bits(tmp_path, uninterrupted, step):
    with pytest.raises(Stop):
        train(tmp_path / "run", transform=stopping(step))
    assert_equal_runs(train(tmp_path / "run"), uninterrupted)


def test_a_run_that_broke_several_times_goes_on_to_the_same_bits(tmp_path, uninterrupted):
    for step in (20, 3, 40, 1):
        with pytest.raises(Stop):
            train(tmp_path / "run", transform=stopping(step))
    assert_equal_runs(train(tmp_path / "run"), uninterrupted)


def test_without_save_every_the_last_epoch_is_what_is_kept(tmp_path, uninterrupted):
    with pytest.raises(Stop):
        train(tmp_path / "run", save_every=None, transform=stopping(BATCHES * 3 + 5))
    state = state_file.read(tmp_path / "run")
    assert (state["epoch"], state["batch"]) == (3, 0)
    assert_equal_runs(train(tmp_path / "run", save_every=None), uninterrupted)


def test_more_epochs_go_on_from_a_run_that_is_complete(tmp_path):
    one = train(tmp_path / "run", epochs=5, patience=None)
    assert one[1].epochs == 5
    more = train(tmp_path / "run", epochs=9, patience=None)
    assert_equal_runs(more, train(None, epochs=9, patience=None))


def test_a_complete_run_is_returned_at_once(tmp_path, uninterrupted):
    train(tmp_path / "run")
    assert_equal_runs(train(tmp_path / "run", transform=stopping(1)), uninterrupted)


def test_ctrl_c_is_resumed_within_the_epoch(tmp_path, uninterrupted):
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    usual, counted = training()[1]["transform"], []

    def transform(inputs, rng):
        counted.append(1)
        if len(counted) == 20:
            signal.raise_signal(signal.SIGINT)
        return usual(inputs, rng)

    try:
        _, history = train(tmp_path / "run", save_every=None, transform=transform)
    finally:
        signal.signal(signal.SIGINT, before)
    assert history.stopped == "interrupted after 1 epoch and 5 of 15 batches"
    assert_equal_runs(train(tmp_path / "run"), uninterrupted)


@pytest.mark.parametrize("kind", ["PCG64", "PCG64DXSM", "MT19937", "Philox", "SFC64"])
def test_every_generator_of_numpy_goes_on_where_it_was(tmp_path, kind):
    def rng():
        return np.random.Generator(getattr(np.random, kind)(5))

    with pytest.raises(Stop):
        train(tmp_path / "run", rng=rng(), epochs=2, transform=stopping(20))
    assert_equal_runs(
        train(tmp_path / "run", rng=rng(), epochs=2), train(None, rng=rng(), epochs=2)
    )


OPTIMIZERS = {
    "SGD": {"lr": 0.1, "momentum": 0.9, "nesterov": True},
    "Adam": {"amsgrad": True, "betas": (0.8, 0.9)},
    "AdamW": {},
    "RMSprop": {"momentum": 0.5, "centered": True},
    "Adagrad": {},
}
SCHEDULES = {
    "none": lambda optimizer: None,
    "steps": lambda optimizer: nn.optim.lr_scheduler.StepLR(optimizer, 1, 0.5),
    "plateau": lambda optimizer: nn.optim.lr_scheduler.ReduceLROnPlateau(optimizer, patience=0),
    "sequence": lambda optimizer: nn.optim.lr_scheduler.SequentialLR(
        optimizer,
        [
            nn.optim.lr_scheduler.LinearLR(optimizer),
            nn.optim.lr_scheduler.ExponentialLR(optimizer, 0.9),
        ],
        milestones=[2],
    ),
}


@pytest.mark.parametrize("kind", OPTIMIZERS)
@pytest.mark.parametrize("plan", SCHEDULES)
def test_every_optimizer_and_schedule_goes_on_where_it_was(tmp_path, kind, plan):
    def run(path, **changes):
        model, options = training()
        optimizer = getattr(nn.optim, kind)(model.parameters(), **OPTIMIZERS[kind])
        options |= {"optimizer": optimizer, "schedule": SCHEDULES[plan](optimizer), "epochs": 5}
        kept = {"checkpoint": path, "resume": True, "save_every": 4} if path else {}
        return model, nn.fit(model, nn.cross_entropy, **{**options, **kept, **changes})

    with pytest.raises(Stop):
        run(tmp_path / "run", transform=stopping(BATCHES * 3 + 7))
    assert_equal_runs(run(tmp_path / "run"), run(None))


def test_float32_goes_on_where_it_was(tmp_path):
    def run(path, **changes):
        model, options = training()
        kept = {"checkpoint": path, "resume": True, "save_every": 1} if path else {}
        return model, nn.fit(model.float(), nn.cross_entropy, **{**options, **kept, **changes})

    with pytest.raises(Stop):
        run(tmp_path / "run", transform=stopping(40))
    resumed = run(tmp_path / "run")
    assert resumed[0][0].weight.dtype == np.float32
    assert_equal_runs(resumed, run(None))


def test_a_learning_rate_that_is_changed_by_hand_is_in_the_checkpoint(tmp_path):
    def run(path, epochs):
        model, options = training()
        optimizer = nn.optim.SGD(model.parameters(), lr=0.1, momentum=0.5)
        del options["schedule"]

        def slower(history):
            optimizer.param_groups[0]["lr"] *= 0.5

        options |= {"optimizer": optimizer, "epochs": epochs, "on_epoch": slower}
        kept = {"checkpoint": path, "resume": True} if path else {}
        return model, nn.fit(model, nn.cross_entropy, **options, **kept)

    run(tmp_path / "run", 2)
    assert_equal_runs(run(tmp_path / "run", 4), run(None, 4))


def test_the_same_objects_go_on_after_ctrl_c(tmp_path):
    model, options = training()
    options |= {"checkpoint": tmp_path / "run", "resume": True}
    nn.fit(model, nn.cross_entropy, **{**options, "epochs": 3})
    history = nn.fit(model, nn.cross_entropy, **{**options, "epochs": 5})
    assert history.epochs == 5


def test_fewer_epochs_than_were_done_say_so(tmp_path):
    train(tmp_path / "run", epochs=4)
    _, history = train(tmp_path / "run", epochs=2)
    assert history.stopped == "4 epochs were done already"
    assert history.epochs == 4


def test_a_step_that_runs_away_is_not_kept(tmp_path):
    def run_away(inputs, rng):
        counted.append(1)
        if len(counted) == 20:
            optimizer.param_groups[0]["lr"] = 1e308
        return inputs

    counted = []
    model, options = training()
    optimizer = nn.optim.SGD(model.parameters(), lr=0.1)
    options |= {"optimizer": optimizer, "schedule": None, "transform": run_away}
    with pytest.raises(nn.NonFiniteError):
        nn.fit(model, nn.cross_entropy, **options, checkpoint=tmp_path / "run", save_every=1)
    state = state_file.read(tmp_path / "run")
    assert state["epoch"] == 1
    assert all(np.isfinite(value).all() for value in state["model"].values())


def test_a_checkpoint_stays_where_it_was_begun(tmp_path, monkeypatch):
    (tmp_path / "other").mkdir()
    monkeypatch.chdir(tmp_path)
    train("run", epochs=3, on_epoch=lambda history: os.chdir(tmp_path / "other"))
    assert state_file.read(tmp_path / "run")["epoch"] == 3
    assert os.listdir(tmp_path / "other") == []


def test_the_rights_of_a_file_stay(tmp_path):
    train(tmp_path / "run", epochs=1)
    (tmp_path / "run").chmod(0o600)
    train(tmp_path / "run", epochs=2)
    assert (tmp_path / "run").stat().st_mode & 0o777 == 0o600


# Files that are refused


def test_a_file_that_is_there_is_not_written_over(tmp_path):
    train(tmp_path / "run", epochs=1)
    before = (tmp_path / "run").read_bytes()
    assert_refused(
        lambda: train(tmp_path / "run", resume=False), nn.StateError, "is there already", "resume="
    )
    assert (tmp_path / "run").read_bytes() == before


OTHER_TRAININGS = {
    "examples": ({"train": (np.zeros((50, 6)), np.zeros(50, int))}, "data was "),
    "other targets": ({"train": (training()[1]["train"].inputs, np.zeros(120, int))}, "data was "),
    "other validation": ({"valid": (np.zeros((9, 6)), np.zeros(9, int))}, "validation data was"),
    "batch": ({"batch_size": 9}, "batch size was 8 and is 9"),
    "metrics": ({"metrics": ()}, "metrics was ['accuracy'] and is []"),
    "schedule": (
        {"schedule": None},
        "schedule was 'CosineAnnealingLR(T_max=12, eta_min=0.0)' and is 'None'",
    ),
    "valid": ({"valid": None, "patience": None}, "validation data was"),
    "max_norm": ({"max_norm": 1.0}, "max_norm was None and is 1.0"),
    "rng": (
        {"rng": np.random.Generator(np.random.MT19937(0))},
        "generator was 'PCG64' and is 'MT19937'",
    ),
}


@pytest.mark.parametrize("case", OTHER_TRAININGS)
def test_a_checkpoint_of_another_training_is_refused(tmp_path, case):
    changes, message = OTHER_TRAININGS[case]
    train(tmp_path / "run", epochs=1)
    before = (tmp_path / "run").read_bytes()
    assert_refused(lambda: train(tmp_path / "run", **changes), nn.StateError, message)
    assert (tmp_path / "run").read_bytes() == before


def test_a_learning_rate_that_would_be_passed_over_is_refused(tmp_path):
    def run(rate, step_size):
        model, options = training()
        optimizer = nn.optim.SGD(model.parameters(), lr=rate)
        schedule = nn.optim.lr_scheduler.StepLR(optimizer, step_size)
        options |= {"schedule": schedule, "checkpoint": tmp_path / "run", "resume": True}
        return nn.fit(model, nn.cross_entropy, **options)

    run(0.1, 3)
    message = "lr of group 0 was 0.1 and is 0.01"
    assert_refused(lambda: run(0.01, 3), nn.StateError, message)
    message = "schedule was 'StepLR(step_size=3, gamma=0.1)' and is 'StepLR(step_size=4, gamma="
    assert_refused(lambda: run(0.1, 4), nn.StateError, message)


def test_a_checkpoint_of_another_model_changes_nothing(tmp_path):
    train(tmp_path / "run", epochs=1)
    _, options = training()
    other = nn.Sequential(nn.Linear(6, 3, rng=0), nn.Dropout(rng=0))
    before = other.state_dict()
    optimizer = nn.optim.Adam(other.parameters())
    options |= {"schedule": nn.optim.lr_scheduler.CosineAnnealingLR(optimizer, EPOCHS)}
    with pytest.raises(nn.StateError):
        nn.fit(other, nn.cross_entropy, **options, checkpoint=tmp_path / "run", resume=True)
    assert_has_weights(other, before)


def test_a_file_of_weights_is_not_a_checkpoint(tmp_path):
    nn.save(training()[0], tmp_path / "run")
    message = "holds no training: it is a file of weights, which nn.load(model, path) reads"
    assert_refused(lambda: train(tmp_path / "run"), nn.StateError, message)


@pytest.mark.parametrize("strict", [True, False])
def test_a_checkpoint_is_not_a_file_of_weights(tmp_path, strict):
    train(tmp_path / "run", epochs=1)
    message = "is a checkpoint of nn.fit, which holds more than weights; go on from it by"
    path = tmp_path / "run"
    assert_refused(lambda: nn.load(training()[0], path, strict), nn.StateError, message)


@given(data=st.data())
def test_damaged_checkpoints_are_refused(tmp_path_factory, data):
    folder = tmp_path_factory.mktemp("damaged")
    state_file.write(folder / "run", {"epoch": 3, "order": np.arange(5), "sums": {"loss": 0.25}})
    content = bytearray((folder / "run").read_bytes())
    cut = data.draw(st.integers(0, len(content) - 1))
    if data.draw(st.booleans()):
        content = content[:cut]
    else:
        content[cut] ^= data.draw(st.integers(1, 255))
    (folder / "run").write_bytes(content)
    assert_refused(lambda: state_file.read(folder / "run"), nn.StateError, "holds no training")


CRAFTED = {
    "batch": 10**30,
    "epoch": "x",
    "order": [0, 0, 1],
    "means": [None, {}],
    "best": {"epoch": "x", "value": 1.0, "weights": None},
    "history": {"columns": 3},
}


@pytest.mark.parametrize("name", CRAFTED)
def test_a_crafted_state_is_refused_before_a_step(tmp_path, name):
    with pytest.raises(Stop):
        train(tmp_path / "run", transform=stopping(5))
    state = state_file.read(tmp_path / "run")
    state_file.write(tmp_path / "run", {**state, name: CRAFTED[name]})
    assert_refused(
        lambda: train(tmp_path / "run", transform=stopping(1)), nn.StateError, "holds no training"
    )


def test_early_stopping_that_comes_or_goes_is_refused(tmp_path):
    train(tmp_path / "run", epochs=2)
    message = "early stopping was True and is False"
    assert_refused(lambda: train(tmp_path / "run", patience=None), nn.StateError, message)


def test_another_model_of_the_same_shapes_is_refused(tmp_path):
    def run(activation):
        model = nn.models.MLP(6, 4, 3, activation=activation, rng=0)
        options = {"checkpoint": tmp_path / "run", "resume": True, "epochs": 1}
        nn.fit(model, nn.cross_entropy, training()[1]["train"], **options)

    run(nn.ReLU)
    assert_refused(lambda: run(nn.Tanh), nn.StateError, "model was 'MLP(")


def test_what_no_file_can_hold_is_refused_before_the_first_step(tmp_path):
    with pytest.raises(nn.StateError, match="a checkpoint cannot hold this training"):
        state_file.write(tmp_path / "run", {"seen": {1.0}})


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such pipes")
def test_a_pipe_is_refused_and_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    assert_refused(lambda: train(tmp_path / "pipe"), nn.StateError, "is a FIFO")


def test_a_state_with_other_names_changes_nothing(tmp_path):
    train(tmp_path / "run", epochs=1)
    state = state_file.read(tmp_path / "run")
    del state["means"]
    state_file.write(tmp_path / "run", state)
    model, options = training()
    before = model.state_dict()
    assert_refused(
        lambda: nn.fit(
            model, nn.cross_entropy, **options, checkpoint=tmp_path / "run", resume=True
        ),
        nn.StateError,
        "holds no training: KeyError('means')",
    )
    assert_has_weights(model, before)


def test_what_is_written_is_read_to_the_bit(tmp_path):
    state = {
        "numbers": [0.1, -1e-300, float("inf"), 2**127, None, True, "words"],
        "by number": {0: {"step": 3}, 1: {}},
        "arrays": {"a": np.arange(6.0).reshape(2, 3).T, "b": np.float32([0.1]), "c": np.array(2)},
        "scalar": np.float64(0.1),
        "nested": {"empty": {}, "list": [[], {"x": np.zeros((0, 3))}]},
    }
    state_file.write(tmp_path / "file", state)
    np.testing.assert_equal(state_file.read(tmp_path / "file"), state)


# Files that cannot be written


def test_a_folder_that_is_not_there_is_refused_before_the_first_step(tmp_path):
    with pytest.raises(FileNotFoundError, match="there is no such folder"):
        train(tmp_path / "nowhere" / "run", transform=stopping(1))


def test_a_folder_that_vanishes_does_not_end_the_training(tmp_path, uninterrupted):
    folder = tmp_path / "folder"
    folder.mkdir()

    def vanish(history):
        if history.epochs == 2:
            shutil.rmtree(folder)

    with pytest.warns(UserWarning, match="could not be written, and the training goes on"):
        run = train(folder / "run", save_every=None, on_epoch=vanish)
    assert_equal_runs(run, uninterrupted)


FULL = """
import resource, signal, sys, warnings
from tests.nn.training.killed import train
resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 30, resource.RLIM_INFINITY))
def fill(history):
    if history.epochs == 2:  # from now on, no file takes more than 100 bytes
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (100, resource.RLIM_INFINITY))
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    model, history = train(sys.argv[1], save_every=None, on_epoch=fill)
assert history.epochs == 12 and len(caught) == 11, (history.epochs, len(caught))
assert "could not be written" in str(caught[0].message)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limit")
def test_a_full_disk_loses_neither_the_run_nor_the_older_file(tmp_path, uninterrupted):
    subprocess.run([sys.executable, "-c", FULL, str(tmp_path / "run")], cwd=ROOT, check=True)
    assert os.listdir(tmp_path) == ["run"]
    assert state_file.read(tmp_path / "run")["epoch"] == 1
    assert_equal_runs(train(tmp_path / "run", save_every=None), uninterrupted)


def test_what_a_killed_run_left_beside_the_file_is_removed(tmp_path):
    beginning = f".run.{zlib.crc32(b'run'):08x}."
    old, new, foreign = f"{beginning}1.part", f"{beginning}2.part", ".run.notes.part"
    for name in (old, new, foreign):
        (tmp_path / name).write_bytes(b"half")
        if name != new:  # which another run may be writing at this moment
            os.utime(tmp_path / name, (0, 0))
    train(tmp_path / "run", epochs=1)
    assert sorted(os.listdir(tmp_path)) == sorted(["run", new, foreign])


# kill -9


def kill(path, moments):
    """Kill a training at random moments, and let it go on; return how often it was killed."""
    killed = 0
    while killed < moments:
        command = [sys.executable, "-m", "tests.nn.training.killed", str(path)]
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        assert process.stdout.readline() == "begins\n"
        time.sleep(random.uniform(0.0, 0.15))
        process.kill()
        rest = process.communicate()[0]
        if rest == "ends\n":  # it was faster; another one begins
            assert_equal_runs(train(path), train(None))
            path.unlink()
        elif path.exists():
            killed += 1
            assert state_file.read(path)["epoch"] <= EPOCHS
    return killed


def test_a_training_that_is_killed_goes_on_to_the_same_bits(tmp_path, uninterrupted):
    assert kill(tmp_path / "run", 3) == 3
    assert_equal_runs(train(tmp_path / "run"), uninterrupted)


@pytest.mark.slow
def test_a_training_that_is_killed_fifty_times_goes_on_to_the_same_bits(tmp_path, uninterrupted):
    assert kill(tmp_path / "run", 50) == 50
    assert_equal_runs(train(tmp_path / "run"), uninterrupted)
